package interp_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// FuzzRun runs any definition on any input: whatever they are, an execution ends,
// without a panic and with a whole history, or says why it does not.
func FuzzRun(f *testing.F) {
	for _, def := range []string{
		order, distributed(`"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailurePercentage": 50,`, pass),
		`{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Retry": [{"ErrorEquals": ["States.ALL"]}], "End": true, "Branches": [
			{"StartAt": "A", "States": {"A": {"Type": "Wait", "SecondsPath": "$.s", "End": true}}},
			{"StartAt": "B", "States": {"B": {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.s", "IsPresent": true}, "Next": "C"}]}, "C": {"Type": "Fail"}}}]}}}`,
		`{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.l", "ItemSelector": {"a.$": "$$.Map.Item.Value", "b.$": "States.Array($.s, $v)"},
			"ItemProcessor": {"StartAt": "T", "States": {"T": {` + callback + `, "HeartbeatSeconds": 5, "Assign": {"w.$": "$"}, "End": true}}},
			"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "F"}], "End": true}, "F": {"Type": "Fail", "ErrorPath": "$.e.Error"}}}`,
		query(`{"S": {"Type": "Map", "Items": "{% $states.input.l %}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $states.context %}", "End": true}}},
			"Assign": {"x": "{% $states.result[0] %}"}, "Output": {"o": "{% $x %}"}, "End": true}}`),
	} {
		f.Add(def, `{"s": 1, "l": [1, {"a": 2}, "x"]}`)
	}
	f.Fuzz(func(t *testing.T, text, input string) {
		def, problems := asl.Parse("", text)
		if problems.HasErrors() {
			return
		}
		quotas := interp.ServiceQuotas(asl.Standard)
		quotas.Events = 500
		calls := 0
		machine, err := interp.New(def, interp.WithQuotas(quotas), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			calls++
			task.Sleep(time.Duration(calls%4) * time.Second)
			if calls%3 == 0 {
				return nil, interp.ErrNoAnswer
			}
			return task.Input, nil
		}))
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		x, err := machine.Run(ctx, json.RawMessage(input))
		if x == nil || err != nil {
			return
		}
		for e := range x.History().All() {
			if e.PreviousID >= e.ID {
				t.Fatalf("event %d follows %d", e.ID, e.PreviousID)
			}
			if _, err := json.Marshal(e); err != nil {
				t.Fatal(err)
			}
		}
		if x.Status() == interp.Running {
			t.Fatal("the execution has not ended")
		}
	})
}

// FuzzTestState tests any state with any input and mock: there is a result whose
// inspection data can be written, or a reason why there is none.
func FuzzTestState(f *testing.F) {
	f.Add(`{`+lambda+`, "Retry": [{"ErrorEquals": ["A"]}], "ResultSelector": {"a.$": "$.b"}, "End": true}`, `{"x": 1}`, `{"b": 2}`, "")
	f.Add(`{"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "N"}], "End": true}`, `{}`, ``, "Boom")
	f.Add(`{"Type": "Map", "ItemsPath": "$.l", "ToleratedFailureCount": 1, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
		"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}`, `{"l": [1]}`, `[1]`, "")
	f.Add(`{"Type": "Parallel", "Branches": [], "End": true}`, `{}`, `[]`, "")
	f.Add(`{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% $states.input.a %}", "Next": "N"}]}`, `{"a": true}`, ``, "")
	f.Add(`{"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::aws-sdk:kms:encrypt", "Arguments": {"a": "{% $x %}"}, "End": true}`, `{}`, `{"CiphertextBlob": ""}`, "")
	f.Fuzz(func(t *testing.T, state, input, result, failure string) {
		def, problems := asl.Parse("", `{"StartAt": "S", "States": {"S": `+state+`}}`)
		if problems.HasErrors() {
			return
		}
		test := interp.StateTest{State: "S", Input: json.RawMessage(input)}
		switch {
		case failure != "":
			test.Mock = &interp.StateMock{Error: &interp.TaskError{Name: failure}}
		case result != "":
			test.Mock = &interp.StateMock{Result: result}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		got, err := interp.TestState(ctx, def, test)
		if err != nil {
			return
		}
		if got.Status == "" || value.String(got.Inspection) == "" {
			t.Fatalf("result is %+v", got)
		}
	})
}

// FuzzTimestamp reads any text as a timestamp: what is read can be written and read
// again, and is the same instant.
func FuzzTimestamp(f *testing.F) {
	for _, text := range []string{"2016-08-18T17:33:00Z", "2016-08-18T17:33:00.123456789+05:30", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60-23:59", "2016-02-30T00:00:00Z", "T", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := asl.ParseTimestamp(text)
		if err != nil {
			return
		}
		again, err := asl.ParseTimestamp(at.Format(time.RFC3339Nano))
		if year := at.Year(); year >= 0 && year <= 9999 && (err != nil || !again.Equal(at)) {
			t.Errorf("%q is %v, written and read again %v, error %v", text, at, again, err)
		}
	})
}
