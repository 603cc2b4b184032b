package constructs

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

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
	Allow []iam.Statement // what the workflow may do beyond what follows from its definition

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
// CloudWatch Logs") and to write traces.
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
	Invalid(here, append(b.problems, allow(role, machine, b, props.Allow)...)...)

	kind := awsstepfunctions.StateMachineType_STANDARD
	if props.Workflow.IsExpress() {
		kind = awsstepfunctions.StateMachineType_EXPRESS
	}
	return &Workflow{awsstepfunctions.NewStateMachine(here, jsii.String("Resource"), &awsstepfunctions.StateMachineProps{
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
	})}
}

// allow gives the role what the definition, the bindings and the user say. It
// warns of states whose needs the definition does not tell, unless the user has
// allowed something, and returns the problems that it finds.
func allow(role awsiam.Role, machine *asl.StateMachine, b bound, extra []iam.Statement) []string {
	statements, doubts := iam.Derive(machine)
	if len(extra) == 0 {
		for _, d := range doubts {
			awscdk.Annotations_Of(role).AddWarningV2(jsii.String("stepwise:"+string(d.Code)), jsii.String(d.String()))
		}
	}
	statements = slices.Concat(statements, b.statements, extra)
	names := newPlaceholders(b.names...)
	names.allow(role, statements...)
	var problems []string
	if len(b.problems) == 0 {
		for _, name := range names.missing(statements) {
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
