package constructs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/iam"
)

// Binding says which deployed resource a handle of a workflow stands for. There
// is a function for each kind of handle that makes one: [Lambda], [Queue] and so
// on.
type Binding struct {
	kind, handle string              // as in asl.Placeholder
	attrs        map[string]string   // by asl.Placeholder.Attr; values may be tokens
	lists        map[string][]string // the same, of attributes that are lists
	allow        []iam.Statement     // beyond what follows from the definition
}

// bound is a definition whose placeholders are bound.
type bound struct {
	text          string             // of the definition
	substitutions map[string]*string // CloudFormation's DefinitionSubstitutions
	statements    []iam.Statement    // what the bindings need
	names         []string           // pairs of a placeholder's name and value, for policies
	problems      []string           // handles that are unbound, bound twice or of another kind
}

// bind fills in the placeholders of a machine.
func bind(machine *asl.StateMachine, bindings []Binding) bound {
	b := bound{text: machine.String(), substitutions: make(map[string]*string)}
	b.partition()
	byName := make(map[string]Binding) // by what all placeholders of a resource begin with
	for _, binding := range bindings {
		name := asl.Placeholder{Handle: binding.handle}.Name()
		if first, taken := byName[name]; taken {
			b.problems = append(b.problems, clash(first, binding))
			continue
		}
		byName[name] = binding
		b.statements = append(b.statements, binding.allow...)
		for attr, value := range binding.attrs {
			b.names = append(b.names, asl.Placeholder{Handle: binding.handle, Attr: attr}.Name(), value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(machine.Placeholders)) {
		p := machine.Placeholders[name]
		binding, ok := byName[p.With("").Name()]
		if !ok {
			b.problems = append(b.problems, fmt.Sprintf("%s %q is not bound", p.Kind, p.Handle))
			continue
		}
		if binding.kind != p.Kind || binding.handle != p.Handle {
			b.problems = append(b.problems, fmt.Sprintf("%s %q is bound as %s %q", p.Kind, p.Handle, binding.kind, binding.handle))
			continue
		}
		b.substitute(name, p.Attr, binding)
	}
	slices.Sort(b.problems)
	b.problems = slices.Compact(b.problems)
	return b
}

func clash(first, second Binding) string {
	if first.kind == second.kind && first.handle == second.handle {
		return fmt.Sprintf("%s %q is bound twice", second.kind, second.handle)
	}
	return fmt.Sprintf("%s %q and %s %q come out alike in the definition: rename one", first.kind, first.handle, second.kind, second.handle)
}

func (b *bound) substitute(name, attr string, to Binding) {
	if list, ok := to.lists[attr]; ok {
		// Between the quotes and brackets of one string stands a list of any length,
		// also one that is known only when the stack is deployed.
		b.text = strings.ReplaceAll(b.text, `"${`+name+`}"`, `["${`+name+`}"]`)
		b.substitutions[name] = awscdk.Fn_Join(jsii.String(`","`), jsii.Strings(list...))
		return
	}
	value, ok := to.attrs[attr]
	if !ok {
		b.problems = append(b.problems, fmt.Sprintf("%s %q has no attribute %s", to.kind, to.handle, attr))
		return
	}
	b.substitutions[name] = &value
}

// partition replaces the AWS partition in the definition's Resource fields. The
// ARNs of integrations hold no account and no Region, but they do hold the
// partition, which is another one in China and in GovCloud.
func (b *bound) partition() {
	const name = "AWS_Partition"
	text := strings.ReplaceAll(b.text, `"Resource":"arn:aws:states:::`, `"Resource":"arn:${`+name+`}:states:::`)
	if text != b.text {
		b.text = text
		b.substitutions[name] = awscdk.Aws_PARTITION()
	}
}
