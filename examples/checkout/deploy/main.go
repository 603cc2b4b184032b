// Deploy is the CDK app of the checkout example:
//
//	npx cdk synth --app 'go run ./examples/checkout/deploy'
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/examples/checkout"
)

func main() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Checkout"), nil)

	charge := constructs.NewGoFunction(stack, "Charge", &constructs.GoFunctionProps{
		Package: "./examples/checkout/charge",
	})
	review := constructs.NewGoFunction(stack, "Review", &constructs.GoFunctionProps{
		Package: "./examples/checkout/review",
	})
	constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{
		Workflow: checkout.Workflow(),
		Bind: []constructs.Binding{
			constructs.Lambda(checkout.Charge, charge),
			constructs.Lambda(checkout.Review, review),
		},
	})

	err := constructs.Synth(app)
	jsii.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
