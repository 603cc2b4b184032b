// Command processfile is the Lambda function process-file of the sensoringest workflow.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

func main() {
	function, err := handlers.ProcessorFromEnvironment(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(function.ProcessFile)
}
