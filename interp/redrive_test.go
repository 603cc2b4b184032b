package interp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// redrive has an execution go on to its new end.
func redrive(t *testing.T, x *interp.Execution) {
	t.Helper()
	if err := x.Redrive(); err != nil {
		t.Fatal(err)
	}
	if err := x.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestRedriveOfATask(t *testing.T) {
	var calls []string
	x := run(t, `{"P": {"Type": "Pass", "Result": 1, "ResultPath": "$.p", "Next": "T"},
		"T": {`+lambda+`, "Parameters": {"n.$": "$$.Execution.RedriveCount", "p.$": "$.p"}, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 1}], "End": true}}`, `{}`,
		interp.WithHandler(sequence(&calls, "A", "A", "A")))
	wantFailure(t, x, "A", "")
	redrive(t, x)
	wantOutput(t, x, `"ok"`)
	if got, want := strings.Join(calls, " "), "0s 1s 1s 2s"; got != want {
		t.Errorf("called at %s, want %s", got, want)
	}
	_, after, _ := strings.Cut(trail(x), "ExecutionFailed @1s\n")
	if want := `12<11 ExecutionRedriven @1s
13<12 LambdaFunctionScheduled T @1s
14<13 LambdaFunctionStarted T @1s
15<14 LambdaFunctionFailed T @1s
16<15 LambdaFunctionScheduled T @2s
17<16 LambdaFunctionStarted T @2s
18<17 LambdaFunctionSucceeded T @2s
19<18 TaskStateExited T @2s
20<19 ExecutionSucceeded @2s`; strings.TrimSpace(after) != want {
		t.Errorf("history ends\n%s\nwant\n%s", after, want)
	}
	if _, details := x.History().At(11).Details(); value.String(details) != `{"redriveCount":1}` {
		t.Errorf("details of ExecutionRedriven are %s", value.String(details))
	}
	if payload, _ := x.History().At(12).Payload(); value.String(payload) != `{"p":1,"n":1}` {
		t.Errorf("the task's input is %s", value.String(payload))
	}
}

func TestRedriveRunsOnlyWhatHadNotSucceeded(t *testing.T) {
	fail := true
	var calls []string
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {`+lambda+`, "End": true}}},
		{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
			"ItemProcessor": {"StartAt": "I", "States": {"I": {`+lambda+`, "End": true}}}}}},
		{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}]}}`, `[0,1,2]`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			task.Sleep(10 * time.Second)
			n, isItem := task.Input.(int64)
			if !isItem {
				calls = append(calls, "A")
				return "a", nil
			}
			calls = append(calls, string(rune('0'+n)))
			if n == 1 && fail {
				return nil, &interp.TaskError{Name: "Boom"}
			}
			return n * 10, nil
		}))
	wantFailure(t, x, "Boom", "")
	fail = false
	redrive(t, x)
	wantOutput(t, x, `["a",[0,10,20],[0,1,2]]`)
	if got, want := strings.Join(calls, " "), "A 0 1 1 2"; got != want {
		t.Errorf("called for %s, want %s", got, want)
	}
	if x.Duration() != time.Minute {
		t.Errorf("took %v, want 1m0s: a wait goes on where it was", x.Duration())
	}
}

func TestRedriveAfterStopAndTimeout(t *testing.T) {
	machine := compile(t, `{"StartAt": "W", "TimeoutSeconds": 50, "States": {"W": {"Type": "Wait", "Seconds": 80, "End": true}}}`)
	x, err := machine.Run(context.Background(), nil)
	if err != nil || x.Status() != interp.TimedOut {
		t.Fatalf("%s with error %v, want TIMED_OUT", x.Status(), err)
	}
	must(x.Redrive())
	must(x.Advance(context.Background(), 10*time.Second))
	x.Stop("", "")
	redrive(t, x)
	if x.Status() != interp.Succeeded || x.Duration() != 80*time.Second {
		t.Errorf("%s after %v, want SUCCEEDED after 1m20s", x.Status(), x.Duration())
	}
}

func TestWhatCannotBeRedriven(t *testing.T) {
	succeeded := run(t, `{"P": {"Type": "Pass", "End": true}}`, `{}`)
	running, err := compile(t, `{"P": {"Type": "Pass", "End": true}}`).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	express := run(t, `{"F": {"Type": "Fail"}}`, `{}`, interp.WithType("EXPRESS"))
	for x, want := range map[*interp.Execution]string{
		succeeded: "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven",
		running:   "ExecutionNotRedrivable: Execution is RUNNING and cannot be redriven.",
		express:   "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
	} {
		err := x.Redrive()
		var refusal *interp.APIError
		if !errors.As(err, &refusal) || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}
