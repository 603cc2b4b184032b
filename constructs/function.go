package constructs

import (
	"cmp"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/iam"
)

// GoFunctionProps says what a [GoFunction] runs, and how. Package is required.
type GoFunctionProps struct {
	// Package is the main package to build: an import path, or a path that begins
	// with "./" and counts from the root of the module in the working directory.
	Package string

	Name         string            // the function's name; CloudFormation chooses one if it is empty
	Description  string            // for people
	Architecture Architecture      // Arm64 if empty
	Memory       int               // in MiB, 128 to 10,240; 0 is 128
	Storage      int               // of the folder for temporary files, in MiB, 512 to 10,240; 0 is 512
	Timeout      time.Duration     // in whole seconds, up to 15 minutes; 0 is 30 seconds
	Environment  map[string]string // the program's environment variables
	Allow        []iam.Statement   // what the program may do besides writing its log
	NoTracing    bool              // leaves AWS X-Ray off

	Logs Logs
}

// Architecture is the instruction set that a function runs on.
type Architecture string

// The architectures of AWS Lambda, as the Go toolchain calls them.
const (
	Arm64 Architecture = "arm64"
	AMD64 Architecture = "amd64"
)

func (a Architecture) lambda() awslambda.Architecture {
	if a == AMD64 {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}

// GoFunction is a Lambda function written in Go.
//
// It is built by the local Go toolchain, without Docker, while the app is
// synthesised: a static binary for the provided.al2023 runtime. The same sources
// and the same Go version give the same asset on any machine, so that only
// changed functions are deployed. A build that fails fails the synthesis with
// what the compiler said.
//
// Its role allows to write to the function's own log group, to send traces
// (unless NoTracing is set), and what Allow says; nothing else.
type GoFunction struct {
	awslambda.Function
}

// NewGoFunction adds a function to the scope.
func NewGoFunction(scope constructs.Construct, id string, props *GoFunctionProps) *GoFunction {
	here := constructs.NewConstruct(scope, &id)
	if found := props.problems(); len(found) > 0 {
		Invalid(here, found...)
		props = &GoFunctionProps{Package: props.Package}
	}
	logs := props.Logs.Group(here, "")
	role := awsiam.NewRole(here, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	newPlaceholders().allow(role, append([]iam.Statement{{
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{*logs.LogGroupArn()}, // it ends in :*, which are the group's streams
	}}, props.Allow...)...)

	// The CDK adds to the role what tracing needs. AWS X-Ray has no resource to which
	// its writing actions could be narrowed, so it is allowed on all.
	tracing := awslambda.Tracing_ACTIVE
	if props.NoTracing {
		tracing = awslambda.Tracing_DISABLED
	}
	function := awslambda.NewFunction(here, jsii.String("Resource"), &awslambda.FunctionProps{
		FunctionName:         optional(props.Name),
		Description:          optional(props.Description),
		Runtime:              awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:         cmp.Or(props.Architecture, Arm64).lambda(),
		Handler:              jsii.String("bootstrap"),
		Code:                 awslambda.Code_FromAsset(jsii.String(asset(here, props)), nil),
		MemorySize:           jsii.Number(cmp.Or(props.Memory, 128)),
		EphemeralStorageSize: storage(props.Storage),
		Timeout:              awscdk.Duration_Seconds(jsii.Number(cmp.Or(props.Timeout, 30*time.Second).Seconds())),
		Environment:          environment(props.Environment),
		Tracing:              tracing,
		LogGroup:             logs,
		Role:                 role,
	})
	return &GoFunction{function}
}

// storage returns nil for what Lambda gives anyway.
func storage(size int) awscdk.Size {
	if size == 0 {
		return nil
	}
	return awscdk.Size_Mebibytes(jsii.Number(size))
}

// asset returns the folder to deploy. Where the CDK asks for no bundling, as it
// does for commands that need no assets, it is one without a program.
func asset(scope constructs.Construct, props *GoFunctionProps) string {
	if *awscdk.Stack_Of(scope).BundlingRequired() {
		folder, err := props.build(workspace(scope, "functions"))
		if err == nil {
			return folder
		}
		Invalid(scope, err.Error())
	}
	return workspace(scope, "unbuilt")
}

func (props *GoFunctionProps) build(dir string) (string, error) {
	module, err := ModuleRoot(".")
	if err != nil {
		return "", err
	}
	p := program{module: module, pkg: props.Package, arch: string(cmp.Or(props.Architecture, Arm64))}
	return p.buildOnce(dir)
}

// workspace makes a folder for the sources of assets, beside the templates.
func workspace(scope constructs.Construct, name string) string {
	dir := filepath.Join(*awscdk.Stage_Of(scope).AssetOutdir(), ".stepwise", name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		Invalid(scope, err.Error())
	}
	return dir
}

func environment(vars map[string]string) *map[string]*string {
	out := make(map[string]*string, len(vars))
	for k, v := range vars {
		out[k] = &v
	}
	return &out
}

// optional returns nil for the empty string.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Logs says how long logs are kept. The zero value keeps them for a month.
type Logs struct {
	Retention awslogs.RetentionDays // one month if empty
	Delete    bool                  // deletes the log group together with the stack
}

// Group adds a log group, encrypted by CloudWatch Logs itself. CloudFormation
// chooses its name if that is empty.
func (l Logs) Group(scope constructs.Construct, name string) awslogs.LogGroup {
	removal := awscdk.RemovalPolicy_RETAIN
	if l.Delete {
		removal = awscdk.RemovalPolicy_DESTROY
	}
	return awslogs.NewLogGroup(scope, jsii.String("Logs"), &awslogs.LogGroupProps{
		LogGroupName:  optional(name),
		Retention:     cmp.Or(l.Retention, awslogs.RetentionDays_ONE_MONTH),
		RemovalPolicy: removal,
	})
}
