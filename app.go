// The CDK app: every stack of the project. The CDK command line runs it, see
// cdk.json:
//
//	npm ci && npx cdk synth
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/stacks"
)

func main() {
	app := awscdk.NewApp(nil)

	stacks.NewRDSSnapshot(app, "RDSSnapshot")
	stacks.NewSensorIngest(app, "SensorIngest")
	stacks.NewClientReport(app, "ClientReport")

	err := constructs.Synth(app)
	jsii.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
