// Package iam derives from a definition the permissions that its execution role
// needs: exactly the actions that its tasks call, on exactly the resources that
// they name.
//
// [Derive] takes any [asl.StateMachine], one that the DSL built or one parsed
// from a file, and gives policy statements. A resource that the definition names
// by a placeholder (a handle that a construct binds later) stays one in the
// statement. What the definition does not tell, such as a queue whose URL is
// computed at run time, is no reason to allow everything: it is reported, and the
// permission has to be granted by hand.
//
// Sources: Step Functions Developer Guide, "How Step Functions generates IAM
// policies for integrated services"; Service Authorization Reference for the
// resource types and condition keys of each action.
package iam

import (
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
)

// UnknownPermission is the code of the diagnostics that [Derive] reports: what a
// state needs cannot be told from the definition.
const UnknownPermission diag.Code = "UNKNOWN_PERMISSION"

const doc = "Step Functions Developer Guide, How Step Functions generates IAM policies for integrated services"

// Derive returns the statements that the execution role of a machine needs,
// merged and in a fixed order, and a warning for each state whose needs the
// definition does not tell.
func Derive(m *asl.StateMachine) ([]Statement, diag.List) {
	var (
		statements []Statement
		problems   diag.List
	)
	for v := range m.Walk() {
		g := grants{machine: m, state: v.Common().Name, pointer: v.Pointer}
		switch s := v.State.(type) {
		case *asl.Task:
			g.task, g.resource = s, m.Resource(s)
			g.derive()
		case *asl.Map:
			if s.IsDistributed() {
				g.unknown("", "a distributed Map needs rights on its own machine and on its buckets")
			}
		}
		statements = append(statements, g.statements...)
		problems = append(problems, g.problems...)
	}
	return merge(statements), problems.Sort()
}

// grants gathers what one state needs.
type grants struct {
	machine  *asl.StateMachine
	state    string
	pointer  string
	task     *asl.Task
	resource asl.Resource

	statements []Statement
	problems   diag.List
}

func (g *grants) derive() {
	if g.task.Credentials != nil {
		// The task then acts as the role that it names, whose own policy holds
		// the rest (Developer Guide, "Accessing resources in other AWS accounts").
		g.assumeRole()
		return
	}
	switch g.resource.Kind {
	case asl.LambdaFunction:
		g.allow("lambda:InvokeFunction").on(g.task.Resource)
	case asl.ActivityWorker:
		// Its workers poll with their own roles; the machine's needs nothing.
	case asl.OptimizedIntegration:
		derive, ok := integrations[g.resource.Service+":"+g.resource.Action]
		if !ok {
			g.unknown("Resource", fmt.Sprintf("the permissions of %s:%s are not derived", g.resource.Service, g.resource.Action))
			return
		}
		derive(g)
	case asl.SDKIntegration:
		if g.sdkCall() {
			return
		}
		g.unknown("Resource", fmt.Sprintf("the permissions of the SDK call %s:%s are not derived", g.resource.Service, g.resource.Action))
	default:
		g.unknown("Resource", fmt.Sprintf("%q names no resource whose permissions are known", g.task.Resource))
	}
}

func (g *grants) assumeRole() {
	role, known := lookup(g.task.Credentials.Value, []string{"RoleArn"})
	if known != literal {
		g.unknown("Credentials", "the role to assume is computed while the workflow runs")
		return
	}
	g.allow("sts:AssumeRole").on(role)
}

// unknown reports that the definition does not tell what the state needs.
func (g *grants) unknown(field, message string) {
	pointer := g.pointer
	if field != "" {
		pointer += "/" + field
	}
	d := diag.Diagnostic{
		Severity: diag.Warning,
		Code:     UnknownPermission,
		State:    g.state,
		Pointer:  pointer,
		Field:    field,
		Message:  message,
		Hint:     "grant the role what this state needs by hand",
		Doc:      doc,
	}
	if g.machine.Locator != nil {
		d.Position = g.machine.Locator.Locate(pointer)
	}
	g.problems = append(g.problems, d)
}

// permission is a statement in the making.
type permission struct {
	g *grants
	s Statement
}

func (g *grants) allow(actions ...string) permission {
	return permission{g, Statement{Actions: actions, States: []string{g.state}}}
}

// when adds a condition.
func (p permission) when(operator, key, value string) permission {
	p.s.Conditions = append(p.s.Conditions, Condition{operator, key, value})
	return p
}

// on ends the statement. Without resources there is nothing to allow.
func (p permission) on(resources ...string) {
	if len(resources) == 0 {
		return
	}
	p.s.Resources = resources
	p.g.statements = append(p.g.statements, p.s)
}

// onAny ends the statement with all resources, and says why it has to.
func (p permission) onAny(why string) {
	p.s.Why = why
	p.on("*")
}

// name is the kind of thing that an argument names, and how its ARN is made.
type name struct {
	service string // of the ARN
	prefix  string // of the ARN's resource part: "table/"
}

// arn returns the ARN of the resource that an argument names, be it by
// placeholder, ARN or name. It reports an argument that the definition does not
// tell and returns false.
func (g *grants) arn(n name, field ...string) (string, bool) {
	text, known := argument(g.task, field...)
	if known != literal {
		g.untold(known, field...)
		return "", false
	}
	return g.arnOf(n, text), true
}

func (g *grants) untold(known known, field ...string) {
	shape := "is missing"
	if known == dynamic {
		shape = "is computed while the workflow runs"
	}
	g.unknown("", strings.Join(field, ".")+" "+shape)
}

func (g *grants) arnOf(n name, text string) string {
	if p, ok := g.machine.Placeholder(text); ok {
		return p.With("Arn").String()
	}
	if strings.HasPrefix(text, "arn:") {
		return text
	}
	return local(n.service, n.prefix+text)
}

// local returns an ARN in the account and region that the stack is deployed to.
func local(service, resource string) string {
	return "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource
}
