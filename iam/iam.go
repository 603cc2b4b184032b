// Package iam derives from a definition the permissions that its execution role
// needs: exactly the actions that its states call, on exactly the resources that
// they name.
//
// [Derive] takes any [asl.StateMachine], one that the DSL built or one parsed
// from a file, and gives policy statements; [Policy] prints them as the policy
// document that IAM takes:
//
//	machine, problems := asl.Parse("order.asl.json", text)
//	statements, doubts := iam.Derive(machine)
//	fmt.Println(iam.Policy(statements))
//
// # What is derived
//
//   - Optimised integrations: the call itself; where the task waits for a job's end
//     (.sync), what the service needs to hear of it and to stop it; the roles that
//     are passed, and to which service; what the parameters call for besides, such as
//     tags, a guardrail or a file in Amazon S3.
//   - SDK integrations: the IAM actions of the API, which often have another name
//     than the API, on the resources that package catalog knows the action to take.
//   - HTTP endpoints: the call, narrowed to endpoint and method, the connection and
//     its secret.
//   - Lambda functions by their ARN; cross-account credentials: sts:AssumeRole and
//     nothing else, since the task then acts with the other role's permissions.
//   - A distributed Map: its child executions, the objects that it reads, the
//     prefix that it writes to.
//   - Activities need nothing: their workers have permissions of their own, see
//     [Worker]. [Logging], [Tracing] and [Encryption] are what a machine's settings
//     need, which are no part of the definition.
//
// # How narrow
//
// A resource is named as narrowly as the definition tells it: by the ARN, the name
// or the [asl.Placeholder] in the state's arguments. What is computed while the
// workflow runs becomes a * in the place of that name, and no more of it than is
// computed: States.Format('orders-{}', $.day) gives table/orders-*, a variable that
// is only ever assigned constants gives those. [Statement].Why then says which
// argument it was. Where AWS offers no resources to scope an action by, the resource is
// "*" and Why says that. A name is taken to be in the account and the Region of the
// stack.
//
// What nobody can tell from the definition is reported as [UnknownPermission] and
// has to be granted by hand: the roles of an Amazon ECS task definition, the
// buckets behind the tables of an Amazon Athena query, an SDK call that the
// catalog does not know. Nothing is allowed on the chance that it may be needed.
//
// # Sources
//
// Step Functions Developer Guide, "How Step Functions generates IAM policies for
// integrated services", "IAM policies for using Distributed Map states" and the page
// of each integration; Service Authorization Reference for the resource types and
// condition keys of each action.
package iam

import (
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/catalog"
)

// UnknownPermission is the code of the warnings about a state whose needs cannot
// be told from the definition.
const UnknownPermission diag.Code = "UNKNOWN_PERMISSION"

const doc = "Step Functions Developer Guide, How Step Functions generates IAM policies for integrated services"

// Derive returns the statements that the execution role of a machine needs,
// merged and in a fixed order, and a warning for each state whose needs the
// definition does not tell. A definition with mistakes gives what can be told of
// it. Derive only reads the machine, which others may use at the same time.
func Derive(m *asl.StateMachine) ([]Statement, diag.List) {
	var (
		statements []Statement
		problems   diag.List
	)
	machine := &machine{StateMachine: m}
	for v := range m.Walk() {
		g := grants{machine: machine, state: v.Common().Name, pointer: v.Pointer, reported: make(map[string]bool)}
		switch s := v.State.(type) {
		case *asl.Task:
			g.taskNeeds(s)
		case *asl.Map:
			if s.IsDistributed() {
				g.distributed(s, v.In)
			}
		}
		statements = append(statements, g.statements...)
		problems = append(problems, g.problems...)
	}
	statements = merge(statements)
	if size := Size(statements); size > MaxInline {
		problems = append(problems, diag.Diagnostic{
			Severity: diag.Warning,
			Code:     LargePolicy,
			Message:  fmt.Sprintf("the permissions take some %d characters, and the policies inside a role may have %d", size, MaxInline),
			Hint:     "put them into managed policies",
			Doc:      "IAM User Guide, IAM and AWS STS quotas",
		})
	}
	return statements, problems.Sort()
}

// grants gathers what one state needs.
type grants struct {
	machine  *machine
	state    string
	pointer  string
	task     *asl.Task
	resource asl.Resource
	given    data          // the arguments
	input    catalog.Shape // of the arguments

	statements []Statement
	problems   diag.List
	reported   map[string]bool
}

func (g *grants) taskNeeds(t *asl.Task) {
	g.task, g.resource, g.given = t, g.machine.Resource(t), g.machine.arguments(t)
	if t.Credentials != nil {
		// The task then acts as the role that it names, whose own policy holds
		// the rest (Developer Guide, "Accessing resources in other AWS accounts").
		g.assumeRole()
		return
	}
	switch g.resource.Kind {
	case asl.LambdaFunction:
		g.allow("lambda:InvokeFunction").on(functionARNs(t.Resource, "")...)
	case asl.ActivityWorker:
		// Its workers poll with their own roles; the machine's needs nothing.
	case asl.OptimizedIntegration:
		g.optimized()
	case asl.SDKIntegration:
		g.sdkCall()
	default:
		g.undeclared(t.Resource)
	}
}

// undeclared derives what a Resource needs that a template fills in later: the ARN of
// a Lambda function or of an activity, by the placeholder's name, or an integration.
func (g *grants) undeclared(resource string) {
	name := ""
	if placeholder.MatchString(resource) {
		name = strings.ToLower(resource)
	}
	switch {
	case g.given.has("FunctionName") && !g.given.computed && name != "":
		g.lambdaInvoke()
	case strings.Contains(name, "activity"):
	case strings.Contains(name, "function") || strings.HasSuffix(name, "arn}"):
		g.allow("lambda:InvokeFunction").on(resource)
	default:
		g.unknown("Resource", fmt.Sprintf("%q names no resource whose permissions are known", resource))
	}
}

func (g *grants) assumeRole() {
	g.given = g.machine.credentials(g.task.Credentials.Value)
	g.need(need{actions: "sts:AssumeRole", on: "iam::role/<RoleArn>"})
}

// unknown reports that the definition does not tell what the state needs, once.
func (g *grants) unknown(field, message string) {
	if g.reported[message] {
		return
	}
	g.reported[message] = true
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

// because says why the resources are wider than one might wish.
func (p permission) because(why string) permission {
	p.s.Why = why
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
func (p permission) onAny(why string) { p.because(why).on(anything) }

// computedAtRunTime says why resources are patterns; nothing if they are not.
func computedAtRunTime(arguments ...string) string {
	switch arguments = unique(arguments); len(arguments) {
	case 0:
		return ""
	case 1:
		return arguments[0] + " is computed while the workflow runs"
	}
	return strings.Join(arguments, ", ") + " are computed while the workflow runs"
}

// computedArguments says which of these arguments are computed.
func computedArguments(texts map[string]string) string {
	var computed []string
	for argument, text := range texts {
		if isComputed(text) {
			computed = append(computed, argument)
		}
	}
	return computedAtRunTime(computed...)
}
