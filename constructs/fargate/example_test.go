package fargate_test

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/constructs/fargate"
	"github.com/stepwise-go/stepwise/iam"
)

// A container that may write into one bucket, in subnets that are there.
func Example() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Reports"), nil)
	fargate.NewNetwork(stack, "Network", &fargate.NetworkProps{VPC: "vpc-1", Subnets: []string{"subnet-a", "subnet-b"}})
	fargate.NewTask(stack, "Report", &fargate.TaskProps{
		Container: "report",
		Image:     awsecs.ContainerImage_FromRegistry(jsii.String("public.ecr.aws/team/report:1.0"), nil),
		Memory:    1024,
		Allow: []iam.Statement{{
			Actions:   []string{"s3:PutObject"},
			Resources: []string{"arn:${AWS::Partition}:s3:::reports/*"},
		}},
	})
	if err := constructs.Synth(app); err != nil {
		fmt.Println(err)
	}
}
