package constructs_test

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/iam"
)

// A workflow of one function, deployed with it.
func ExampleNewWorkflow() {
	type Greeting struct{ Name string }
	const Hello = dsl.Function[Greeting, dsl.Object]("hello")
	workflow := dsl.New[Greeting, dsl.Object]("greet", dsl.Task("Say hello", Hello))

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Greetings"), nil)
	hello := constructs.NewGoFunction(stack, "Hello", &constructs.GoFunctionProps{Package: "./constructs/testdata/hello"})
	constructs.NewWorkflow(stack, "Greet", &constructs.WorkflowProps{
		Workflow: workflow,
		Bind:     []constructs.Binding{constructs.Lambda(Hello, hello)},
	})
	if err := constructs.Synth(app); err != nil {
		fmt.Println(err)
	}
}

// A function that may read one bucket.
func ExampleNewGoFunction() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Greetings"), nil)
	constructs.NewGoFunction(stack, "Hello", &constructs.GoFunctionProps{
		Package: "./constructs/testdata/hello",
		Memory:  256,
		Timeout: time.Minute,
		Allow: []iam.Statement{{
			Actions:   []string{"s3:GetObject"},
			Resources: []string{"arn:${AWS::Partition}:s3:::greetings/*"},
		}},
	})
}
