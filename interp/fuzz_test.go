package interp_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
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
