package constructs_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/internal/cfntest"
)

func TestMain(m *testing.M) { cfntest.Main(m) }

func newStack(app awscdk.App, name string) awscdk.Stack {
	return awscdk.NewStack(app, &name, nil)
}

func TestGoFunction(t *testing.T) {
	app := cfntest.App(t, "..", true)
	stack := newStack(app, "Functions")
	constructs.NewGoFunction(stack, "Plain", &constructs.GoFunctionProps{Package: "./constructs/testdata/hello"})
	chosen := constructs.NewGoFunction(stack, "Chosen", &constructs.GoFunctionProps{
		Package:      "./constructs/testdata/hello",
		Name:         "hello",
		Description:  "Says hello",
		Architecture: constructs.AMD64,
		Memory:       512,
		Timeout:      time.Minute,
		Environment:  map[string]string{"GREETING": "hello"},
		NoTracing:    true,
		Logs:         constructs.Logs{Retention: awslogs.RetentionDays_ONE_WEEK, Delete: true},
		Allow: []iam.Statement{{
			Actions:    []string{"s3:GetObject"},
			Resources:  []string{"arn:${AWS::Partition}:s3:::greetings/*"},
			Conditions: []iam.Condition{{Operator: "StringEquals", Key: "aws:ResourceAccount", Value: "${AWS::AccountId}"}},
		}},
	})
	awscdk.NewCfnOutput(stack, jsii.String("Arn"), &awscdk.CfnOutputProps{Value: chosen.FunctionArn()})
	template := cfntest.Synth(stack)

	t.Run("template", func(t *testing.T) { template.Golden(t, "testdata/functions.json") })

	t.Run("the asset is the program alone", func(t *testing.T) {
		var assets []string
		for _, function := range template.Resources("AWS::Lambda::Function") {
			key := function["Properties"].(map[string]any)["Code"].(map[string]any)["S3Key"].(string)
			dir := *app.Outdir() + "/asset." + strings.TrimSuffix(key, ".zip")
			files, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(files) != 1 || files[0].Name() != "bootstrap" {
				t.Errorf("%s holds %v", dir, files)
			}
			assets = append(assets, key)
		}
		if len(assets) != 2 || assets[0] == assets[1] {
			t.Errorf("want an asset for each architecture, got %v", assets)
		}
	})

	t.Run("the role may write its own log and what it is allowed", func(t *testing.T) {
		template.ResourcePropertiesCountIs(jsii.String("AWS::IAM::Role"), map[string]any{
			"ManagedPolicyArns": assertions.Match_AnyValue(),
		}, jsii.Number(0))
		if wide := template.TooWide(); len(wide) > 0 {
			t.Errorf("too wide: %v", wide)
		}
		for _, s := range template.Statements() {
			if strings.HasPrefix(s.Of, "Chosen") && slices.Contains(s.Actions, "xray:PutTraceSegments") {
				t.Errorf("%s allows traces without tracing", s.Of)
			}
		}
	})
}

func TestAFunctionThatDoesNotBuildFailsTheSynthesis(t *testing.T) {
	app := cfntest.App(t, "..", true)
	stack := newStack(app, "Functions")
	constructs.NewGoFunction(stack, "Gone", &constructs.GoFunctionProps{Package: "./gone"})
	constructs.NewGoFunction(stack, "Library", &constructs.GoFunctionProps{Package: "./asl/diag"})
	err := constructs.Synth(app)
	if err == nil {
		t.Fatal("the app was synthesised")
	}
	for _, want := range []string{"[Functions/Gone] go build ./gone: ", "directory not found", "[Functions/Library] go build ./asl/diag: not a main package"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

func TestWhatAWSWouldRefuseFailsTheSynthesisTogether(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Limits")
	constructs.NewGoFunction(stack, "Function", &constructs.GoFunctionProps{
		Package:      "./constructs/testdata/hello",
		Name:         "say hello",
		Architecture: "mips",
		Memory:       64,
		Storage:      100,
		Timeout:      1500 * time.Millisecond,
	})
	constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{Workflow: order(), Name: "an order"})
	err := constructs.Synth(app)
	if err == nil {
		t.Fatal("the app was synthesised")
	}
	for _, want := range []string{
		`[Limits/Function] Name "say hello": `,
		`[Limits/Function] Architecture "mips": use "arm64" or "amd64"`,
		`[Limits/Function] Memory 64: use 128 to 10240 MiB`,
		`[Limits/Function] Storage 100: use 512 to 10240 MiB`,
		`[Limits/Function] Timeout 1.5s: use whole seconds, up to 15 minutes`,
		`[Limits/Workflow] Name "an order": `,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}

func TestNothingIsBuiltWhereTheCDKNeedsNoAssets(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Functions")
	constructs.NewGoFunction(stack, "Gone", &constructs.GoFunctionProps{Package: "./gone"})
	if err := constructs.Synth(app); err != nil {
		t.Fatal(err)
	}
}
