package interp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

var sameRuns = flag.Int("runs", 1000, "runs of each machine that must write the same history; at most 20 with -short")

// machinesOfAllKinds are machines that use all that could differ from run to run:
// chance, order within an instant, names that are made up.
var machinesOfAllKinds = map[string]struct{ def, input string }{
	"chance": {`{
		"A": {"Type": "Pass", "Parameters": {"n.$": "States.MathRandom(1, 1000000)", "id.$": "States.UUID()", "all.$": "States.ArrayUnique(States.Array(3, 1, 2, 3, 1))"}, "Next": "B"},
		"B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"r": "{% $random() %}", "u": "{% $uuid() %}", "t": "{% $now() %}", "in": "{% $states.input %}"}, "Next": "T"},
		"T": {` + lambda + `, "Retry": [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 3, "JitterStrategy": "FULL", "MaxAttempts": 5}], "End": true}}`, `{}`},
	"branches": {`{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "W1", "States": {"W1": {"Type": "Wait", "Seconds": 2, "Next": "T1"}, "T1": {` + lambda + `, "End": true}}},
		{"StartAt": "T2", "States": {"T2": {` + lambda + `, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}], "End": true}}},
		{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 3, "End": true, "ItemProcessor": {"StartAt": "I", "States": {
			"I": {` + lambda + `, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}], "Assign": {"x.$": "$"}, "End": true}}}}}}]}}`, `[1,2,3,4,5,6,7]`},
	"children": {twoSteps(`"MaxConcurrency": 3, "ToleratedFailurePercentage": 100, "ItemSelector": {"n.$": "$$.Map.Item.Value", "id.$": "States.UUID()"},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"}, "WriterConfig": {"OutputType": "JSONL", "Transformation": "NONE"}},`, "STANDARD"), `[1,2,3,4,5,6]`},
	"failure": {`{"P": {"Type": "Parallel", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}], "Next": "End", "Branches": [
		{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}}}},
		{"StartAt": "D", "States": ` + twoStepsNamed("D") + `},
		{"StartAt": "V", "States": {"V": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "Boom"}}}]},
		"End": {"Type": "Succeed"}}`, `[1,2,3]`},
	"tokens": {`{"T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 30, "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "Next": "N"},
		"N": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "inner", "Input": {"a.$": "$"}}, "End": true}}`, `{}`},
	"names": {`{"A": {"Type": "Pass", "Assign": {"a.$": "$$.Execution.Input.b", "c.$": "$$.Execution.Input.d", "e": 1, "g": 2}, "Parameters": {"z.$": "$.b", "y.$": "$.d", "x.$": "$$.Execution.Name", "w.$": "$$.Execution.Id"}, "Next": "B"},
		"B": {"Type": "Pass", "Parameters": {"u.$": "$..*", "k.$": "$.keys()", "m.$": "States.JsonMerge($, $, false)"}, "End": true}}`, `{"b": {"q": 1, "p": 2}, "d": [1, {"r": 3}]}`},
}

func twoStepsNamed(name string) string {
	return `{"` + name + `": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
		"StartAt": "A", "States": {"A": {` + lambda + `, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}], "End": true}}}}}`
}

// TestSameHistory runs machines again and again: all histories, those of child
// executions included, and all files are the same, byte for byte.
func TestSameHistory(t *testing.T) {
	runs := *sameRuns
	if testing.Short() {
		runs = min(runs, 20)
	}
	for name, tt := range machinesOfAllKinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			machine := compile(t, tt.def, interp.WithSeed(7))
			first := everything(t, machine, tt.input)
			for i := range runs - 1 {
				if again := everything(t, machine, tt.input); !bytes.Equal(first, again) {
					t.Fatalf("run %d differs:\n%s\nfrom the first:\n%s", i+2, again, first)
				}
			}
			if other := everything(t, machine, tt.input, interp.WithSeed(8)); bytes.Equal(first, other) {
				t.Error("another seed makes no difference")
			}
		})
	}
}

// everything runs a machine, through a redrive if it fails, and returns all that can
// be seen of it.
func everything(t *testing.T, machine *interp.Machine, input string, opts ...interp.Option) []byte {
	t.Helper()
	var seen bytes.Buffer
	store := &objects.Memory{}
	inner := compile(t, `{"P": {"Type": "Wait", "Seconds": 4, "End": true}}`, interp.WithMachineName("inner"))
	nested := interp.StartExecutions(func(string) *interp.Machine { return inner })
	opts = append(opts, interp.WithObjects(store),
		interp.WithObserver(func(e interp.Event) {
			text, err := json.Marshal(e)
			must(err)
			fmt.Fprintf(&seen, "%s %s\n", e.Execution.ARN(), text)
		}),
		interp.WithHandler(func(ctx context.Context, task *interp.Task) (any, error) {
			switch {
			case task.Resource.Service == "states":
				return nested(ctx, task)
			case task.Token != "":
				task.Execution.After(20*time.Second, func() { must(task.Execution.SendTaskHeartbeat(task.Token)) })
				task.Execution.After(40*time.Second, func() { must(task.Execution.SendTaskSuccess(task.Token, "ok")) })
				return nil, nil
			}
			task.Sleep(time.Duration(1+task.Call%3) * time.Second)
			if task.Attempt == 0 && task.Call%2 == 1 || task.State == "T" && task.Attempt < 3 {
				return nil, &interp.TaskError{Name: "Flaky"}
			}
			return task.Call, nil
		}))
	x, err := machine.Run(context.Background(), json.RawMessage(input), opts...)
	if err != nil {
		t.Fatal(err)
	}
	if x.Status() == interp.Failed {
		redrive(t, x)
	}
	history, err := json.Marshal(x.History())
	must(err)
	fmt.Fprintf(&seen, "%s\n%s %+v\n", history, x.Status(), x.MapRuns())
	for o, err := range store.List(context.Background(), "out", "") {
		must(err)
		body, _ := store.Get("out", o.Key)
		fmt.Fprintf(&seen, "%s: %s\n", o.Key, body)
	}
	return seen.Bytes()
}
