package constructs

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/iam"
)

// WorkflowProps says which workflow a [Workflow] deploys, and how. Workflow is
// required, and a binding for each of its handles.
type WorkflowProps struct {
	Workflow dsl.Definition
	Bind     []Binding

	Name  string          // the state machine's name; CloudFormation chooses one if it is empty
	Allow []iam.Statement // what the workflow may do beyond what follows from its definition; see iam.SelfName

	// LogLevel says which events are logged; all if it is empty.
	LogLevel awsstepfunctions.LogLevel
	// LogData adds to the log what the states take and give. It may hold secrets and
	// personal data, so it is left out unless asked for.
	LogData bool
	Logs    Logs

	NoTracing bool // leaves AWS X-Ray off
}

// Workflow is a workflow as a state machine: its definition, a role that may do
// what the definition needs and nothing else, a log group, and traces.
//
// The role allows two things on every resource, since AWS knows no resource to
// narrow them to: to deliver logs (Step Functions Developer Guide, "Logging in
// CloudWatch Logs") and to write traces. What names the machine itself, such as the
// child executions of a distributed Map, stands in a policy of its own, unless the
// machine has a Name: the machine cannot wait for a policy that has to wait for it.
// What is too long for a role becomes managed policies.
type Workflow struct {
	awsstepfunctions.StateMachine
}

// NewWorkflow adds a workflow to the scope. What is wrong with the definition,
// and handles that are not bound or bound twice, fail the synthesis, all of them
// together.
func NewWorkflow(scope constructs.Construct, id string, props *WorkflowProps) *Workflow {
	here := constructs.NewConstruct(scope, &id)
	machine, err := props.Workflow.Build()
	if err != nil {
		Invalid(here, messages(err)...)
		machine = broken()
	}
	name := props.Name
	if !nameFits(stateMachineName, name) {
		Invalid(here, fmt.Sprintf("Name %q: use up to 80 letters, digits and the characters +!@.()-=_'", name))
		name = ""
	}
	b := bind(machine, props.Bind)
	role := awsiam.NewRole(here, jsii.String("Role"), &awsiam.RoleProps{AssumedBy: statesService(name)})
	needs := needsOf(role, machine, b, props.Allow)
	if name != "" {
		needs.name(name)
	}
	needs.allow(role)
	Invalid(here, append(b.problems, needs.missing()...)...)

	kind := awsstepfunctions.StateMachineType_STANDARD
	if props.Workflow.IsExpress() {
		kind = awsstepfunctions.StateMachineType_EXPRESS
	}
	deployed := awsstepfunctions.NewStateMachine(here, jsii.String("Resource"), &awsstepfunctions.StateMachineProps{
		StateMachineName:        optional(name),
		StateMachineType:        kind,
		DefinitionBody:          body(here, b.text),
		DefinitionSubstitutions: &b.substitutions,
		Role:                    role,
		Logs: &awsstepfunctions.LogOptions{
			Destination:          props.Logs.Group(here, logGroupName(here)),
			Level:                cmp.Or(props.LogLevel, awsstepfunctions.LogLevel_ALL),
			IncludeExecutionData: &props.LogData,
		},
		TracingEnabled: jsii.Bool(!props.NoTracing),
	})
	if name == "" {
		needs.name(*deployed.StateMachineName())
		needs.allowOwn(here, role)
	}
	return &Workflow{deployed}
}

// needs are the statements of a workflow's role.
type needs struct {
	statements []iam.Statement
	bound      []string // pairs of a placeholder's name and value
	complete   bool     // every handle is bound
	named      bool     // the state machine's name is among what is bound
}

// needsOf returns what the role needs by the definition, the bindings and the user. It
// warns of states whose needs the definition does not tell, unless the user has
// allowed something, and says where the definition tells too little to be narrow.
func needsOf(role awsiam.Role, machine *asl.StateMachine, b bound, extra []iam.Statement) *needs {
	statements, doubts := iam.Derive(machine)
	notes := awscdk.Annotations_Of(role)
	for _, d := range doubts {
		// A role that is too long for its own policies gets managed ones from the CDK.
		if d.Code == iam.UnknownPermission && len(extra) == 0 {
			notes.AddWarningV2(jsii.String("stepwise:"+string(d.Code)), jsii.String(d.String()))
		}
	}
	for _, s := range statements {
		if s.Why != "" && !slices.Contains(s.Resources, "*") {
			notes.AddInfoV2(jsii.String("stepwise:WHY:"+strings.Join(s.Actions, ",")+":"+s.Why), jsii.String(strings.Join(strings.Fields(s.String()), " ")))
		}
	}
	// The CDK makes managed policies of what is too long for the role, but parts no statement.
	parts := iam.Split(slices.Concat(statements, b.statements, extra), iam.MaxManaged/2)
	return &needs{statements: slices.Concat(parts...), bound: b.names, complete: len(b.problems) == 0}
}

// name makes the state machine's name known.
func (n *needs) name(name string) {
	n.bound, n.named = append(n.bound, iam.SelfName, name), true
}

// isOwn reports whether a statement names the machine itself.
func isOwn(s iam.Statement) bool {
	is := func(text string) bool { return strings.Contains(text, "${"+iam.SelfName+"}") }
	return slices.ContainsFunc(s.Resources, is) || slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool { return is(c.Value) })
}

// allow adds the statements to the role's own policy, but none about a machine whose
// name CloudFormation has yet to choose: the machine waits for that policy.
func (n *needs) allow(role awsiam.Role) {
	names := newPlaceholders(n.bound...)
	for _, s := range n.statements {
		if n.named || !isOwn(s) {
			names.allow(role, s)
		}
	}
}

// allowOwn adds what allow has left out, in a policy that the machine does not
// wait for.
func (n *needs) allowOwn(scope constructs.Construct, role awsiam.Role) {
	names := newPlaceholders(n.bound...)
	var statements []awsiam.PolicyStatement
	for _, s := range n.statements {
		if isOwn(s) {
			statements = append(statements, names.statement(s))
		}
	}
	if len(statements) > 0 {
		awsiam.NewPolicy(scope, jsii.String("Own"), &awsiam.PolicyProps{Roles: &[]awsiam.IRole{role}, Statements: &statements})
	}
}

// missing returns the placeholders that no binding gives; handles that are not bound
// are reported as such.
func (n *needs) missing() []string {
	if !n.complete {
		return nil
	}
	var problems []string
	for _, name := range newPlaceholders(n.bound...).missing(n.statements) {
		if name != iam.SelfName {
			problems = append(problems, fmt.Sprintf("no binding gives ${%s}, which the role needs", name))
		}
	}
	return problems
}

// longest is the size in bytes up to which a definition stands in the template,
// which may have a million bytes; a longer one becomes an asset.
const longest = 256 << 10

func body(scope constructs.Construct, definition string) awsstepfunctions.DefinitionBody {
	if len(definition) <= longest {
		return awsstepfunctions.DefinitionBody_FromString(&definition)
	}
	file := filepath.Join(workspace(scope, "definitions"), *scope.Node().Addr()+".asl.json")
	if err := os.WriteFile(file, []byte(definition), 0o666); err != nil {
		Invalid(scope, err.Error())
	}
	return awsstepfunctions.DefinitionBody_FromFile(&file, nil)
}

// statesService is the principal that runs state machines: only those of the
// account and Region that the stack is deployed to, and only the one of that name
// if there is a name. (Where CloudFormation chooses the name, the role would have
// to be known before the machine and the machine before the role.)
func statesService(name string) awsiam.IPrincipal {
	machines := "arn:" + *awscdk.Aws_PARTITION() + ":states:" + *awscdk.Aws_REGION() + ":" + *awscdk.Aws_ACCOUNT_ID() + ":stateMachine:"
	arns := []string{machines + "*"}
	if name != "" {
		// The child executions of a distributed Map run as name/label.
		arns = []string{machines + name, machines + name + "/*"}
	}
	return awsiam.NewServicePrincipal(jsii.String("states.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Aws_ACCOUNT_ID()},
			"ArnLike":      map[string]any{"aws:SourceArn": arns},
		},
	})
}

// logGroupName returns a name with the prefix that keeps log groups out of the
// CloudWatch Logs resource policy, whose size is limited (Step Functions Developer
// Guide, "Logging in CloudWatch Logs"). It ends in a part of the stack's identifier, so
// that a stack that is deleted and deployed again finds its name free even though
// the old log group was kept.
func logGroupName(scope constructs.Construct) string {
	const uuid, firstBlock = 2, 0 // arn:...:stack/name/uuid
	stack := awscdk.Fn_Select(jsii.Number(uuid), awscdk.Fn_Split(jsii.String("/"), awscdk.Aws_STACK_ID(), nil))
	unique := awscdk.Fn_Select(jsii.Number(firstBlock), awscdk.Fn_Split(jsii.String("-"), stack, nil))
	path := awscdk.Names_UniqueResourceName(scope, &awscdk.UniqueResourceNameOptions{Separator: jsii.String("-")})
	return "/aws/vendedlogs/states/" + *path + "-" + *unique
}

// messages takes an error apart into what it reports.
func messages(err error) []string {
	list, ok := err.(diag.List)
	if !ok {
		return []string{err.Error()}
	}
	var out []string
	for _, d := range list {
		if d.Severity == diag.Error {
			out = append(out, d.String())
		}
	}
	return out
}

// broken stands in for a definition that cannot be built, so that everything else
// in the app can still be looked at.
func broken() *asl.StateMachine {
	machine, _ := asl.Parse("", `{"StartAt":"Broken","States":{"Broken":{"Type":"Fail"}}}`)
	return machine
}
