package interp_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/interp"
)

// TestSteps checks that an execution tells by which parts of the definition it
// came.
func TestSteps(t *testing.T) {
	const def = `{
		"T": {` + lambda + `, "Retry": [{"ErrorEquals": ["B"]}, {"ErrorEquals": ["A"], "MaxAttempts": 1}],
			"Catch": [{"ErrorEquals": ["B"], "Next": "S"}, {"ErrorEquals": ["States.ALL"], "Next": "M"}], "Next": "S"},
		"M": {"Type": "Map", "ItemsPath": "$$.Execution.Input", "Next": "S", "ItemProcessor": {"StartAt": "C", "States": {
			"C": {"Type": "Choice", "Choices": [
				{"Variable": "$", "NumericEquals": 1, "Next": "P"},
				{"Variable": "$", "NumericEquals": 2, "Next": "P"}], "Default": "P"},
			"P": {"Type": "Pass", "End": true}}}},
		"S": {"Type": "Succeed"}}`
	var calls, steps []string
	run(t, def, `[2, 3]`, interp.WithHandler(sequence(&calls, "A", "A")),
		interp.WithSteps(func(s interp.Step) { steps = append(steps, s.State+s.Part) }))
	want := "T T/Retry/1 T/Retry/1 T/Catch/1 M C C/Choices/1 C C/Default P P/End P P/End M/Next S S/End"
	if got := strings.Join(steps, " "); got != want {
		t.Errorf("steps are\n%s\nwant\n%s", got, want)
	}

	steps = nil
	run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, interp.WithHandler(returning(1)),
		interp.WithSteps(func(s interp.Step) { steps = append(steps, s.State+s.Part) }))
	if got := strings.Join(steps, " "); got != "T T/End" {
		t.Errorf("steps are %s", got)
	}
}

func TestStepsOfChildExecutions(t *testing.T) {
	const def = `{"M": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
		"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}`
	children := 0
	_, err := compile(t, def).Run(context.Background(), []int{1, 2}, interp.WithSteps(func(s interp.Step) {
		if s.State == "P" && s.Part == "/End" && s.Execution.Parent() != nil {
			children++
		}
	}))
	if err != nil || children != 2 {
		t.Errorf("%d children left their state, want 2; %v", children, err)
	}
}
