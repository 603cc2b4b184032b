package interp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

// newMachine makes a machine of one state.
func newMachine(state string, opts ...interp.Option) *interp.Machine {
	def, problems := asl.Parse("", `{"StartAt": "S", "States": {"S": `+state+`}}`)
	if problems.HasErrors() {
		log.Fatal(problems)
	}
	machine, err := interp.New(def, opts...)
	if err != nil {
		log.Fatal(err)
	}
	return machine
}

// The function that will be deployed does its work here too.
func ExampleFunction() {
	type order struct{ Price, Quantity int }
	type invoice struct{ Total int }
	bill := func(_ context.Context, o order) (invoice, error) {
		return invoice{o.Price * o.Quantity}, nil
	}
	machine := newMachine(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
		"Parameters": {"FunctionName": "bill", "Payload.$": "$"}, "ResultSelector": {"bill.$": "$.Payload"}, "End": true}`,
		interp.WithHandler(interp.Function(bill)))
	run, err := machine.Run(context.Background(), order{Price: 7, Quantity: 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.OutputText())
	// Output: {"bill":{"Total":21}}
}

// A table that takes each key once fails the task as DynamoDB does.
func ExampleIntegration() {
	taken := map[string]bool{}
	put := func(_ context.Context, task *interp.Task) (any, error) {
		key := fmt.Sprint(task.State)
		if taken[key] {
			return nil, &interp.APIError{Code: "ConditionalCheckFailedException", Message: "The conditional request failed"}
		}
		taken[key] = true
		return struct{}{}, nil
	}
	machine := newMachine(`{"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
		"Parameters": {"TableName": "t", "Item": {}}, "ResultSelector": {"status.$": "$.SdkHttpMetadata.HttpStatusCode"}, "End": true}`,
		interp.WithHandler(interp.Integration(put)))
	for range 2 {
		run, err := machine.Run(context.Background(), nil)
		if err != nil {
			log.Fatal(err)
		}
		if failure, ok := run.Err().(*interp.ExecutionError); ok {
			fmt.Println(failure.Status, failure.Name)
			continue
		}
		fmt.Println(run.Status(), run.OutputText())
	}
	// Output:
	// SUCCEEDED {"status":200}
	// FAILED DynamoDB.ConditionalCheckFailedException
}

// A worker takes a review after two hours.
func ExampleActivity() {
	var reviews interp.Activity
	machine := newMachine(`{"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:review", "End": true}`,
		interp.WithHandler(reviews.Schedule))
	run, err := machine.Start("a draft")
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Advance(context.Background(), 2*time.Hour); err != nil {
		log.Fatal(err)
	}
	task := reviews.Take("Ann")
	if err := run.SendTaskSuccess(task.Token, fmt.Sprintf("%v, approved", task.Input)); err != nil {
		log.Fatal(err)
	}
	if err := run.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.OutputText(), run.Duration())
	// Output: "a draft, approved" 2h0m0s
}

// A Map Run whose child has failed goes on where it failed.
func ExampleExecution_Redrive() {
	down := true
	machine := newMachine(`{"Type": "Map", "End": true, "MaxConcurrency": 1,
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
			"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "End": true}}}}`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			fmt.Println("item", task.Input)
			if task.Input == int64(2) && down {
				return nil, &interp.TaskError{Name: "Down"}
			}
			return task.Input, nil
		}))
	run, err := machine.Run(context.Background(), []int{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Status())
	down = false
	if err := run.Redrive(); err != nil {
		log.Fatal(err)
	}
	if err := run.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Status(), run.OutputText(), run.MapRuns()[0].Redrives)
	// Output:
	// item 1
	// item 2
	// FAILED
	// item 2
	// item 3
	// SUCCEEDED [1,2,3] 1
}

// The lines of a file, two at a time.
func ExampleWithObjects() {
	store := &objects.Memory{}
	store.Put("data", "lines", []byte("\"a\"\n\"b\"\n\"c\"\n"))
	machine := newMachine(`{"Type": "Map", "End": true, "ItemBatcher": {"MaxItemsPerBatch": 2},
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"}, "Parameters": {"Bucket": "data", "Key": "lines"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "P", "States": {
			"P": {"Type": "Pass", "OutputPath": "$.Items", "End": true}}}}`,
		interp.WithObjects(store))
	run, err := machine.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.OutputText(), run.MapRuns()[0].Executions.Succeeded)
	// Output: [["a","b"],["c"]] 2
}

// An hour of the execution's time passes in a few milliseconds of the computer's.
func ExampleWallClock() {
	machine := newMachine(`{"Type": "Wait", "Seconds": 3600, "End": true}`, interp.WithClock(interp.WallClock(1_000_000)))
	run, err := machine.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Status(), run.Duration() >= time.Hour)
	// Output: SUCCEEDED true
}

// An error that is retried once more.
func ExampleTestState() {
	def, _ := asl.Parse("", `{"StartAt": "Pay", "States": {"Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
		"Parameters": {"FunctionName": "pay", "Payload.$": "$"}, "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}], "End": true}}}`)
	got, err := interp.TestState(context.Background(), def, interp.StateTest{
		State: "Pay", Input: json.RawMessage(`{"amount": 5}`),
		Mock:              &interp.StateMock{Error: &interp.TaskError{Name: "Busy"}},
		RetrierRetryCount: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	details, _ := got.Inspection.Get("errorDetails")
	text, _ := json.Marshal(details)
	fmt.Println(got.Status, string(text))
	// Output: RETRIABLE {"retryIndex":0,"retryBackoffIntervalSeconds":4}
}
