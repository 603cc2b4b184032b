package check_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/check"
)

func ExampleText() {
	faults := check.Text("order.asl.json", `{
  "StartAt": "Pay",
  "States": {
    "Pay": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "pay", "Payload.$": "$.order["},
      "Next": "Shipp"
    },
    "Ship": {"Type": "Succeed"}
  }
}`)
	fmt.Println(faults)
	// Output:
	// order.asl.json:4:5: warning: state "Pay": does not retry faults of the Lambda service that pass by themselves: Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException, Lambda.TooManyRequestsException; add a retrier for them [LAMBDA_NOT_RETRIED]
	// order.asl.json:7:45: error: state "Pay": Parameters.Payload.$: is no valid path: the last character belongs to no step, at character 8 of $.order[ [SCHEMA_VALIDATION_FAILED]
	// order.asl.json:8:7: error: state "Pay": Next: there is no state "Shipp" in this scope; did you mean "Ship"? [MISSING_TRANSITION_TARGET]
}

func ExampleRun() {
	m := &asl.StateMachine{Scope: asl.Scope{
		StartAt: "Wait",
		States:  []asl.State{&asl.Wait{Base: asl.Base{Name: "Wait"}, Seconds: &asl.Int{Value: 600}, Transition: asl.Transition{End: true}}},
	}}
	fmt.Println(check.Run(m))
	fmt.Println(check.Run(m, check.Express()))
	fmt.Println(check.Run(m, check.Express(), check.Without("express-duration")))
	// Output:
	//
	// warning: state "Wait": Seconds: is beyond the 300 seconds that an Express execution may take [EXPRESS_DURATION]
}

func ExampleRules() {
	for _, r := range check.Rules() {
		if r.Code == check.CodeDuplicateLabel {
			fmt.Printf("%s (%s): %s See the %s.\n", r.Name, r.Severity, r.Title, r.Doc)
		}
	}
	// Output: labels-unique (error): Labels are unique in the whole definition. See the Step Functions Developer Guide, Using Map state in Distributed mode.
}

// A Comment says what not to report and why.
func Example_ignore() {
	faults := check.Text("kinds.asl.json", `{
  "StartAt": "Kind?",
  "States": {
    "Kind?": {
      "Type": "Choice",
      "Comment": "stepwise:ignore NO_DEFAULT the API in front knows two kinds",
      "Choices": [
        {"Variable": "$.kind", "StringEquals": "gift", "Next": "Done"},
        {"Variable": "$.kind", "StringEquals": "order", "Next": "Done"}
      ]
    },
    "Done": {"Type": "Succeed", "Comment": "stepwise:ignore NO_PATH nothing"}
  }
}`)
	fmt.Println(faults)
	// Output:
	// kinds.asl.json:12:33: warning: state "Done": Comment: there is no NO_PATH here to ignore; remove stepwise:ignore [IGNORE_NOT_USED]
}

func ExampleRule_URL() {
	for _, r := range check.Rules() {
		if r.Name == "lambda-retries" {
			fmt.Println(r.URL())
		}
	}
	// Output: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
}
