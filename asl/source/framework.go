package source

import (
	"regexp"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// frameworkForm is that of the state machines of a serverless.yml (Serverless
// Framework, plugin serverless-step-functions).
var frameworkForm = &form{[]string{"definition"}, "type"}

// looksLikeFramework finds a serverless.yml with state machines.
var looksLikeFramework = regexp.MustCompile(`(?m)^stepFunctions:[^\n]*\n(?:[^\n]*\n)*?[ \t]+stateMachines:`)

// fileVariable is a variable of the Serverless Framework that stands for a file.
var fileVariable = regexp.MustCompile(`^\$\{file\(([^(){}]+)\)\}$`)

// framework reads the state machines of a serverless.yml.
func (t *template) framework(machines *value.Node) {
	for _, m := range machines.Members {
		r := resource{
			template: t, id: m.Name, offset: m.NameOffset, properties: m.Node, form: frameworkForm,
			used: map[string]int{}, copies: map[*value.Node]*value.Node{},
		}
		before := len(t.file.Machines)
		r.frameworkDefinition(member(m.Node, "definition"))
		if len(t.file.Machines) == before {
			r.add(nil, nil)
		}
		first := &t.file.Machines[before]
		first.Faults = append(first.Faults, r.faults...).Sort()
	}
}

// frameworkDefinition reads a definition, in which functions of CloudFormation may
// stand, also where it is a file of its own.
func (r *resource) frameworkDefinition(n *value.Node) {
	text, isText := n.Value.(string)
	file := fileVariable.FindStringSubmatch(text)
	switch {
	case n == nothing:
		r.report(diag.Error, CodeTemplate, r.offset, "the state machine has no definition", "give it one as definition")
	case file != nil:
		d := r.beside(r.path(file[1]), n)
		if d == nil {
			return
		}
		root, fault := d.parse()
		if fault != nil || root == nil {
			m := d.machine(root, fault)
			r.add(m.Definition, m.Faults)
			return
		}
		inner := *r.template
		inner.document = d
		part := *r
		part.template = &inner
		part.object(root)
	case isText || isFunction(n):
		r.elsewhere(n)
	default:
		r.object(n)
	}
}
