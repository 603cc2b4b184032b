package check_test

import (
	"fmt"
	"log"
	"reflect"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
)

const charging = `{
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:charge",
      "Parameters": {"order.$": "$.id", "amount.$": "$.totl"},
      "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"]}],
      "End": true
    }
  }
}`

type Order struct {
	ID    string  `json:"id"`
	Total float64 `json:"total"`
}

// With the type of the input, a slip in a path is an error.
func ExampleInput() {
	for _, d := range check.Text("charge.asl.json", charging, check.Input(reflect.TypeFor[Order]())) {
		fmt.Println(d)
	}
	// Output:
	// charge.asl.json:7:41: error: state "Charge": Parameters.amount.$: $.totl leads to nothing: the input has no "totl"; did you mean "total"? [PATH_LEADS_NOWHERE]
}

// The same with a JSON Schema.
func ExampleInputSchema() {
	schema, err := value.Parse(`{"type": "object", "properties": {"id": {"type": "string"}, "total": {"type": "number"}}, "additionalProperties": false}`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(check.Text("charge.asl.json", charging, check.InputSchema(schema)))
	// Output:
	// charge.asl.json:7:41: error: state "Charge": Parameters.amount.$: $.totl leads to nothing: the input has no "totl"; did you mean "total"? [PATH_LEADS_NOWHERE]
}

type Charge struct {
	Order  string `json:"order"`
	Amount int    `json:"amount"`
}

// A function that is given what it cannot read into its type.
func ExampleHandler() {
	type order struct{ ID, Totl string }
	type input struct {
		ID   string `json:"id"`
		Totl string `json:"totl"`
	}
	found := check.Text("charge.asl.json", charging,
		check.Input(reflect.TypeFor[input]()),
		check.Handler("arn:aws:lambda:eu-west-1:123456789012:function:charge", reflect.TypeFor[Charge](), reflect.TypeFor[order]()))
	fmt.Println(found)
	// Output:
	// charge.asl.json:7:7: error: state "Charge": Parameters: amount of what the task is given, which is read into check_test.Charge, is a string, and int takes a number [WRONG_WORKER_INPUT]
}

// What is known of the data at each state.
func ExampleData() {
	m, faults := asl.Parse("", `{
		"StartAt": "Send",
		"States": {
			"Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody.$": "$.id"},
				"ResultSelector": {"message.$": "$.MessageId"}, "ResultPath": "$.sent", "Next": "Sent"},
			"Sent": {"Type": "Pass", "Assign": {"order.$": "$.id"}, "Next": "Done"},
			"Done": {"Type": "Succeed", "OutputPath": "$order"}
		}}`)
	if err := faults.Err(); err != nil {
		log.Fatal(err)
	}
	for _, k := range check.Data(m, check.Input(reflect.TypeFor[Order]())) {
		fmt.Println(k.State, k.Input, k.Variables)
	}
	// Output:
	// Send {id: string, total: number} {}
	// Sent {id: string, sent: {message: string}, total: number} {}
	// Done {id: string, sent: {message: string}, total: number} {order: string}
}
