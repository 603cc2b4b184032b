package interp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/interp"
)

// sequence is a handler that fails with these error names in turn, then succeeds.
// It notes when it was called, since the start of 2025.
func sequence(calls *[]string, names ...string) interp.TaskHandler {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(_ context.Context, task *interp.Task) (any, error) {
		n := len(*calls)
		*calls = append(*calls, task.Time.Sub(start).String())
		if n < len(names) {
			return nil, &interp.TaskError{Name: names[n]}
		}
		return "ok", nil
	}
}

// TestRetryDelays checks how often a state is retried, and when.
func TestRetryDelays(t *testing.T) {
	tests := []struct {
		name, retry string
		errors      string
		want        string // the instants of the calls
		end         string // output, or name of the error
	}{
		{"the defaults are three retries after 1, 2 and 4 seconds", `{"ErrorEquals": ["A"]}`, "A A A A", "0s 1s 3s 7s", "A"},
		{"it may succeed before", `{"ErrorEquals": ["A"]}`, "A A", "0s 1s 3s", `"ok"`},
		{"interval and rate", `{"ErrorEquals": ["A"], "IntervalSeconds": 10, "BackoffRate": 1.5, "MaxAttempts": 4}`, "A A A A A", "0s 10s 25s 47.5s 1m21.25s", "A"},
		{"no delay is longer than the longest", `{"ErrorEquals": ["A"], "IntervalSeconds": 10, "MaxDelaySeconds": 15, "MaxAttempts": 3}`, "A A A A", "0s 10s 25s 40s", "A"},
		{"no attempts", `{"ErrorEquals": ["A"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}`, "A", "0s", "A"},
		{"each retrier counts for itself, and only the first that takes the error counts",
			`{"ErrorEquals": ["A", "B"], "MaxAttempts": 2, "IntervalSeconds": 1}, {"ErrorEquals": ["C"], "MaxAttempts": 1, "IntervalSeconds": 5}`,
			"A C B A", "0s 1s 6s 8s", "A"},
		{"retriers for other errors are passed over", `{"ErrorEquals": ["X"]}, {"ErrorEquals": ["State.ALL"]}, {"ErrorEquals": ["A"], "MaxAttempts": 1}`, "A A", "0s 1s", "A"},
		{"States.TaskFailed takes every error of a task", `{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1}`, "A A", "0s 1s", "A"},
		{"but not a timeout", `{"ErrorEquals": ["States.TaskFailed"]}`, "States.Timeout", "0s", "States.Timeout"},
		{"nothing takes States.Runtime", `{"ErrorEquals": ["States.Runtime"]}, {"ErrorEquals": ["States.ALL"]}`, "States.Runtime", "0s", "States.Runtime"},
		{"States.ALL takes every error", `{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}`, "States.Timeout A", "0s 1s", "A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var calls []string
			x := run(t, `{"T": {`+lambda+`, "Retry": [`+tt.retry+`], "End": true}}`, `{}`,
				interp.WithHandler(sequence(&calls, strings.Fields(tt.errors)...)))
			if got := strings.Join(calls, " "); got != tt.want {
				t.Errorf("called at %s, want %s", got, tt.want)
			}
			if tt.end == `"ok"` {
				wantOutput(t, x, tt.end)
			} else {
				wantFailure(t, x, tt.end, "")
			}
		})
	}
}

func TestRetriesCountAnewOnEachVisit(t *testing.T) {
	var calls []string
	run(t, `{
		"T": {`+lambda+`, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 1}], "Catch": [{"ErrorEquals": ["A"], "Next": "T"}], "End": true}}`, `{}`,
		interp.WithHandler(sequence(&calls, "A", "A", "A", "A")))
	if got, want := strings.Join(calls, " "), "0s 1s 1s 2s 2s"; got != want {
		t.Errorf("called at %s, want %s", got, want)
	}
}

func TestJitterIsDrawnFromTheSeed(t *testing.T) {
	const def = `{"T": {` + lambda + `, "Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 10, "JitterStrategy": "FULL", "MaxAttempts": 2}], "End": true}}`
	took := func(seed uint64) time.Duration {
		return run(t, def, `{}`, interp.WithHandler(failing("A", "")), interp.WithSeed(seed)).Duration()
	}
	if a, b := took(1), took(1); a != b {
		t.Errorf("one seed gave %v and %v", a, b)
	}
	seen := map[time.Duration]bool{}
	for seed := range uint64(20) {
		d := took(seed)
		if d < 0 || d > 30*time.Second {
			t.Errorf("delays add up to %v, want 30s at most", d)
		}
		seen[d] = true
	}
	if len(seen) < 15 {
		t.Errorf("20 seeds gave %d different delays", len(seen))
	}
}

func TestRetryKeepsTheVisit(t *testing.T) {
	x := run(t, `{"T": {`+lambda+`, "Retry": [{"ErrorEquals": ["A"]}], "End": true}}`, `{}`,
		interp.WithHandler(sequence(new([]string), "A")))
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 TaskStateEntered T
		3<2 LambdaFunctionScheduled T
		4<3 LambdaFunctionStarted T
		5<4 LambdaFunctionFailed T
		6<5 LambdaFunctionScheduled T @1s
		7<6 LambdaFunctionStarted T @1s
		8<7 LambdaFunctionSucceeded T @1s
		9<8 TaskStateExited T @1s
		10<9 ExecutionSucceeded @1s`)
}

// TestCatch checks what a catcher hands on: the Error Output, put into the raw
// input, with none of the state's own filters.
func TestCatch(t *testing.T) {
	tests := []struct{ name, fields, catch, want string }{
		{"alone", ``, `{"ErrorEquals": ["A"]`, `{"Error":"A","Cause":"c"}`},
		{"ResultPath", `"InputPath": "$.k",`, `{"ErrorEquals": ["A"], "ResultPath": "$.err"`, `{"k":{"x":1},"err":{"Error":"A","Cause":"c"}}`},
		{"a null ResultPath", ``, `{"ErrorEquals": ["A"], "ResultPath": null`, `{"k":{"x":1}}`},
		{"not the state's filters", `"OutputPath": "$.no.such", "ResultPath": "$.other", "ResultSelector": {"v.$": "$.none"},`,
			`{"ErrorEquals": ["A"], "ResultPath": "$.err"`, `{"k":{"x":1},"err":{"Error":"A","Cause":"c"}}`},
		{"the first that takes it", ``, `{"ErrorEquals": ["B"], "ResultPath": "$.b", "Next": "C"}, {"ErrorEquals": ["X", "A"], "ResultPath": "$.xa"`, `{"k":{"x":1},"xa":{"Error":"A","Cause":"c"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, fmt.Sprintf(`{"T": {%s, %s "Catch": [%s, "Next": "C"}], "End": true}, "C": {"Type": "Succeed"}}`, lambda, tt.fields, tt.catch),
				`{"k":{"x":1}}`, interp.WithHandler(failing("A", "c")))
			wantOutput(t, x, tt.want)
		})
	}
}

func TestNamelessErrorIsCaughtByAllOnly(t *testing.T) {
	const def = `{"T": {` + lambda + `, "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "F"}, {"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
		"C": {"Type": "Succeed"}, "F": {"Type": "Fail"}}`
	wantOutput(t, run(t, def, `{}`, interp.WithHandler(failing("", ""))), `{"Error":null,"Cause":null}`)
}

func TestHeartbeatTimeoutHasTwoNames(t *testing.T) {
	const def = `{"T": {` + lambda + `, %s, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "C"}], "End": true}, "C": {"Type": "Succeed"}}`
	never := interp.WithHandler(func(context.Context, *interp.Task) (any, error) { return nil, interp.ErrNoAnswer })
	wantOutput(t, run(t, fmt.Sprintf(def, `"HeartbeatSeconds": 5`), `{}`, never), `{"Error":"States.Timeout","Cause":""}`)
	wantFailure(t, run(t, fmt.Sprintf(def, `"TimeoutSeconds": 5`), `{}`, never), "States.Timeout", "")
}
