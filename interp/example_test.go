package interp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
)

const order = `{
	"StartAt": "Charge",
	"States": {
		"Charge": {
			"Type": "Task",
			"Resource": "arn:aws:lambda:us-east-1:111111111111:function:charge",
			"ResultPath": "$.receipt",
			"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 10}],
			"Next": "Wait a day"
		},
		"Wait a day": {"Type": "Wait", "Seconds": 86400, "Next": "Done"},
		"Done": {"Type": "Succeed"}
	}
}`

func Example() {
	def, problems := asl.Parse("order.asl.json", order)
	if problems.HasErrors() {
		log.Fatal(problems)
	}
	charge := func(_ context.Context, task *interp.Task) (any, error) {
		if task.Attempt == 0 {
			return nil, &interp.TaskError{Name: "Busy", Cause: "try again"}
		}
		return map[string]any{"paid": true}, nil
	}
	machine, err := interp.New(def, interp.WithState("Charge", charge))
	if err != nil {
		log.Fatal(err)
	}
	run, err := machine.Run(context.Background(), map[string]any{"order": 7})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Status(), run.OutputText(), run.Duration())
	// Output: SUCCEEDED {"order":7,"receipt":{"paid":true}} 24h0m10s
}

func ExampleExecution_History() {
	def, _ := asl.Parse("", order)
	machine, err := interp.New(def, interp.WithHandler(returnNothing))
	if err != nil {
		log.Fatal(err)
	}
	run, err := machine.Run(context.Background(), json.RawMessage(`{}`))
	if err != nil {
		log.Fatal(err)
	}
	for e := range run.History().All() {
		fmt.Printf("%d <- %d %s\n", e.ID, e.PreviousID, e.Type)
	}
	// Output:
	// 1 <- 0 ExecutionStarted
	// 2 <- 0 TaskStateEntered
	// 3 <- 2 LambdaFunctionScheduled
	// 4 <- 3 LambdaFunctionStarted
	// 5 <- 4 LambdaFunctionSucceeded
	// 6 <- 5 TaskStateExited
	// 7 <- 6 WaitStateEntered
	// 8 <- 7 WaitStateExited
	// 9 <- 8 SucceedStateEntered
	// 10 <- 9 SucceedStateExited
	// 11 <- 10 ExecutionSucceeded
}

func returnNothing(context.Context, *interp.Task) (any, error) { return nil, nil }

// A task that waits for its token is answered an hour later.
func ExampleExecution_SendTaskSuccess() {
	def, _ := asl.Parse("", `{"StartAt": "Ask", "States": {"Ask": {
		"Type": "Task",
		"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		"Parameters": {"MessageBody": {"token.$": "$$.Task.Token"}},
		"End": true}}}`)
	ask := func(_ context.Context, task *interp.Task) (any, error) {
		run, token := task.Execution, task.Token
		run.After(time.Hour, func() {
			if err := run.SendTaskSuccess(token, "approved"); err != nil {
				log.Fatal(err)
			}
		})
		return nil, nil
	}
	machine, err := interp.New(def, interp.WithHandler(ask))
	if err != nil {
		log.Fatal(err)
	}
	run, err := machine.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.OutputText(), run.Duration())
	// Output: "approved" 1h0m0s
}
