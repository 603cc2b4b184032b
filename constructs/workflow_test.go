package constructs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/internal/cfntest"
)

const (
	pay  = dsl.Function[dsl.Object, dsl.Object]("pay")
	ship = dsl.Function[dsl.Object, dsl.Object]("ship")
)

func order() *dsl.Workflow[dsl.Object, dsl.Object] {
	return dsl.New[dsl.Object, dsl.Object]("order",
		dsl.Task("Pay", pay),
		dsl.Task("Ship", ship),
	).Comment("Takes an order").Timeout(time.Hour)
}

// functionOf returns a function that is deployed elsewhere.
func functionOf(stack awscdk.Stack, name string) awslambda.IFunction {
	return awslambda.Function_FromFunctionName(stack, &name, &name)
}

// definitionOf returns the definition of the state machine whose logical name begins so.
func definitionOf(t *testing.T, template cfntest.Template, prefix string) string {
	t.Helper()
	for name, machine := range template.Resources("AWS::StepFunctions::StateMachine") {
		if strings.HasPrefix(name, prefix) {
			return machine["Properties"].(map[string]any)["DefinitionString"].(string)
		}
	}
	t.Fatalf("no state machine %s", prefix)
	return ""
}

func TestWorkflow(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Workflows")
	payFunction, shipFunction := functionOf(stack, "pay"), functionOf(stack, "ship")
	constructs.NewWorkflow(stack, "Plain", &constructs.WorkflowProps{
		Workflow: order(),
		Bind:     []constructs.Binding{constructs.Lambda(pay, payFunction), constructs.Lambda(ship, shipFunction)},
	})

	code := awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({})"))
	deployed := awslambda.NewFunction(stack, jsii.String("Deployed"), &awslambda.FunctionProps{
		Code: code, Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: jsii.String("index.handler"),
	})
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"), Version: deployed.CurrentVersion(),
	})
	constructs.NewWorkflow(stack, "Chosen", &constructs.WorkflowProps{
		Workflow: dsl.New[dsl.Object, dsl.Object]("chosen", dsl.Task("Pay", pay), dsl.Task("Ship", ship)).JSONata().Express(),
		Bind:     []constructs.Binding{constructs.Lambda(pay, deployed.CurrentVersion()), constructs.Lambda(ship, live)},
		Name:     "orders",
		Allow: []iam.Statement{{
			Actions:   []string{"sqs:SendMessage"},
			Resources: []string{"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders"},
		}},
		LogLevel:  awsstepfunctions.LogLevel_ERROR,
		LogData:   true,
		Logs:      constructs.Logs{Retention: awslogs.RetentionDays_ONE_YEAR, Delete: true},
		NoTracing: true,
	})
	template := cfntest.Synth(stack)

	t.Run("template", func(t *testing.T) { template.Golden(t, "testdata/workflows.json") })

	t.Run("the definition says all that the workflow says", func(t *testing.T) {
		machine, err := order().Build()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(machine.String(), definitionOf(t, template, "Plain")); diff != "" {
			t.Errorf("-built +deployed:\n%s", diff)
		}
		for prefix, want := range map[string]string{
			"Plain":  `"TimeoutSeconds":3600`,
			"Chosen": `"QueryLanguage":"JSONata"`,
		} {
			if got := definitionOf(t, template, prefix); !strings.Contains(got, want) {
				t.Errorf("%s lacks %s: %s", prefix, want, got)
			}
		}
	})

	t.Run("only Step Functions in the own account assumes the roles", func(t *testing.T) {
		for name, role := range template.Resources("AWS::IAM::Role") {
			trust, _ := json.Marshal(role["Properties"].(map[string]any)["AssumeRolePolicyDocument"])
			if !strings.Contains(string(trust), "states.amazonaws.com") {
				continue
			}
			for _, want := range []string{`"aws:SourceAccount":{"Ref":"AWS::AccountId"}`, `"aws:SourceArn":`} {
				if !strings.Contains(string(trust), want) {
					t.Errorf("the trust of %s lacks %s: %s", name, want, trust)
				}
			}
		}
	})

	t.Run("no permission is wider than it need be", func(t *testing.T) {
		if wide := template.TooWide(); len(wide) > 0 {
			t.Errorf("too wide: %v", wide)
		}
	})
}

func TestEverythingWrongWithAWorkflowFailsTheSynthesisTogether(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Workflows")
	payFunction := functionOf(stack, "pay")
	constructs.NewWorkflow(stack, "Unbound", &constructs.WorkflowProps{Workflow: order()})
	constructs.NewWorkflow(stack, "Twice", &constructs.WorkflowProps{
		Workflow: order(),
		Bind:     []constructs.Binding{constructs.Lambda(pay, payFunction), constructs.Lambda(pay, payFunction)},
	})
	constructs.NewWorkflow(stack, "Broken", &constructs.WorkflowProps{
		Workflow: dsl.New[dsl.Object, dsl.Object]("broken", dsl.Task("Pay", pay), dsl.Task("Pay", pay)),
	})
	err := constructs.Synth(app)
	if err == nil {
		t.Fatal("the app was synthesised")
	}
	for _, want := range []string{
		`[Workflows/Unbound] lambda "pay" is not bound`,
		`[Workflows/Unbound] lambda "ship" is not bound`,
		`[Workflows/Twice] lambda "pay" is bound twice`,
		`[Workflows/Twice] lambda "ship" is not bound`,
		`workflow_test.go:`, `error: state "Pay": another state has the name "Pay"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}

// parsed is a workflow from the text of its definition.
type parsed struct {
	dsl.Definition
	machine *asl.StateMachine
}

func parse(t *testing.T, text string) parsed {
	t.Helper()
	machine, problems := asl.Parse("", text)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return parsed{order(), machine}
}

func (p parsed) Build() (*asl.StateMachine, error) { return p.machine, nil }

func TestThePartitionOfResourcesIsThatOfTheStack(t *testing.T) {
	stack := newStack(cfntest.App(t, "..", false), "Workflows")
	constructs.NewWorkflow(stack, "Publish", &constructs.WorkflowProps{Workflow: parse(t, `{"StartAt":"Publish","States":{"Publish":{
		"Type":"Task","Resource":"arn:aws:states:::sns:publish",
		"Parameters":{"TopicArn":"arn:aws:sns:eu-west-1:123456789012:orders","Message":"\"Resource\":\"arn:aws:states:::"},"End":true}}}`)})
	template := cfntest.Synth(stack)
	got := definitionOf(t, template, "Publish")
	for _, want := range []string{
		`"Resource":"arn:${AWS_Partition}:states:::sns:publish"`,
		`"TopicArn":"arn:aws:sns:eu-west-1:123456789012:orders"`,
		`"Message":"\"Resource\":\"arn:aws:states:::"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the definition lacks %s: %s", want, got)
		}
	}
	template.HasResourceProperties(jsii.String("AWS::StepFunctions::StateMachine"), map[string]any{
		"DefinitionSubstitutions": map[string]any{"AWS_Partition": map[string]any{"Ref": "AWS::Partition"}},
	})
}

func TestAStateWhoseNeedsAreNotToldIsWarnedOf(t *testing.T) {
	stack := newStack(cfntest.App(t, "..", false), "Workflows")
	constructs.NewWorkflow(stack, "Guess", &constructs.WorkflowProps{Workflow: parse(t, `{"StartAt":"Publish","States":{
		"Publish":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn.$":"$.topic","Message":"hello"},"Next":"Run"},
		"Run":{"Type":"Task","Resource":"arn:aws:states:::ecs:runTask","Parameters":{"TaskDefinition":"worker"},"End":true}}}`)})
	notes := assertions.Annotations_FromStack(stack)
	notes.HasWarning(jsii.String("/Workflows/Guess/Role"),
		assertions.Match_StringLikeRegexp(jsii.String(`state "Run": the roles of task definition worker, .* are not in the definition.*`)))
	notes.HasInfo(jsii.String("/Workflows/Guess/Role"),
		assertions.Match_StringLikeRegexp(jsii.String(`sns:Publish on arn:.*:\* because TopicArn is computed while the workflow runs for "Publish".*`)))
}

func TestADefinitionTooLongForATemplateIsAnAsset(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Workflows")
	text := `{"StartAt":"Long","States":{"Long":{"Type":"Pass","Comment":"` + strings.Repeat("long ", 100_000) + `","End":true}}}`
	constructs.NewWorkflow(stack, "Long", &constructs.WorkflowProps{Workflow: parse(t, text)})
	template := cfntest.Synth(stack)
	template.HasResourceProperties(jsii.String("AWS::StepFunctions::StateMachine"), map[string]any{
		"DefinitionString":     assertions.Match_Absent(),
		"DefinitionS3Location": assertions.Match_AnyValue(),
	})
	files, err := filepath.Glob(*app.Outdir() + "/asset.*.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("assets %v, error %v", files, err)
	}
	if got, err := os.ReadFile(files[0]); err != nil || string(got) != text {
		t.Errorf("the asset is not the definition: %d bytes, error %v", len(got), err)
	}
}

// each is a distributed Map that does nothing with its items.
const each = `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Item","End":true,"ItemProcessor":{
	"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Do","States":{"Do":{"Type":"Pass","End":true}}}}}}`

// policiesOf returns the statements of the policies whose logical names begin so, as
// JSON, and the resources that the machines of that name wait for.
func policiesOf(t *testing.T, template cfntest.Template, prefix string) (policies map[string]string, awaited string) {
	t.Helper()
	policies = make(map[string]string)
	for name, policy := range template.Resources("AWS::IAM::Policy") {
		if text, err := json.Marshal(policy["Properties"]); err == nil && strings.HasPrefix(name, prefix) {
			policies[name] = string(text)
		}
	}
	for name, machine := range template.Resources("AWS::StepFunctions::StateMachine") {
		if text, err := json.Marshal(machine["DependsOn"]); err == nil && strings.HasPrefix(name, prefix) {
			awaited = string(text)
		}
	}
	return policies, awaited
}

func TestAMachineThatCallsItselfDoesNotWaitForThePolicyThatNamesIt(t *testing.T) {
	stack := newStack(cfntest.App(t, "..", false), "Workflows")
	constructs.NewWorkflow(stack, "Nameless", &constructs.WorkflowProps{Workflow: parse(t, each)})
	constructs.NewWorkflow(stack, "Named", &constructs.WorkflowProps{Workflow: parse(t, each), Name: "each"})
	template := cfntest.Synth(stack)

	policies, awaited := policiesOf(t, template, "Nameless")
	own := ""
	for name, text := range policies {
		if strings.Contains(text, "states:StartExecution") {
			own = name
			if !strings.Contains(text, `{"Fn::GetAtt":["Nameless`) || !strings.Contains(text, `/Item:*`) {
				t.Errorf("the policy does not name the machine: %s", text)
			}
		}
	}
	if own == "" || strings.Contains(awaited, own) {
		t.Errorf("the machine waits for %s, and %q is about itself", awaited, own)
	}

	policies, _ = policiesOf(t, template, "Named")
	if len(policies) != 1 {
		t.Errorf("a machine with a name has more than one policy: %v", policies)
	}
	for _, text := range policies {
		if !strings.Contains(text, ":stateMachine:each") || !strings.Contains(text, ":execution:each/Item:*") {
			t.Errorf("the policy does not name the machine: %s", text)
		}
	}
}

func TestAPolicyTooLongForARoleIsParted(t *testing.T) {
	stack := newStack(cfntest.App(t, "..", false), "Workflows")
	var states strings.Builder
	const tables = 200
	for i := range tables {
		fmt.Fprintf(&states, `"S%d":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem","Parameters":{"TableName":"a-table-with-a-long-name-%d","Key":{}},"Next":"S%d"},`, i, i, i+1)
	}
	text := fmt.Sprintf(`{"StartAt":"S0","States":{%s"S%d":{"Type":"Succeed"}}}`, states.String(), tables)
	constructs.NewWorkflow(stack, "Long", &constructs.WorkflowProps{Workflow: parse(t, text)})
	template := cfntest.Synth(stack)
	const most = 70 // of these names, in a managed policy
	found := 0
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
		for name, policy := range template.Resources(kind) {
			text, err := json.Marshal(policy["Properties"].(map[string]any)["PolicyDocument"])
			if err != nil {
				t.Fatal(err)
			}
			n := strings.Count(string(text), "a-table-with-a-long-name-")
			if n > most {
				t.Errorf("%s names %d tables", name, n)
			}
			found += n
		}
	}
	if found != tables {
		t.Errorf("%d of %d tables are in the policies", found, tables)
	}
}
