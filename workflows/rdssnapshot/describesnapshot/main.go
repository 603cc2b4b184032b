// Command describesnapshot is the Lambda function describe-snapshot of the rdssnapshot
// workflow.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
	"github.com/stepwise-go/stepwise/workflows/rdssnapshot/handlers"
)

func main() {
	snapshots, err := handlers.FromEnvironment(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(rdssnapshot.DescribeSnapshot.Handler(snapshots.Describe))
}
