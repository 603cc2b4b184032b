package interp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/interp"
)

// TestWait checks at which instant a Wait is over, the clock starting in 2025.
func TestWait(t *testing.T) {
	for _, tt := range []struct {
		name, fields string
		want         time.Duration
	}{
		{"seconds", `"Seconds": 90`, 90 * time.Second},
		{"no seconds", `"Seconds": 0`, 0},
		{"seconds of the input", `"SecondsPath": "$.s"`, 7 * time.Second},
		{"an instant", `"Timestamp": "2025-01-02T00:00:00Z"`, 24 * time.Hour},
		{"an instant with an offset and a fraction", `"Timestamp": "2025-01-01T02:00:00.5+01:00"`, time.Hour + 500*time.Millisecond},
		{"an instant in the past", `"Timestamp": "2024-01-02T00:00:00Z"`, 0},
		{"an instant of the input", `"TimestampPath": "$.t"`, 30 * 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, `{"W": {"Type": "Wait", `+tt.fields+`, "End": true}}`, `{"s": 7, "t": "2025-01-31T00:00:00Z"}`)
			if x.Status() != interp.Succeeded || x.Duration() != tt.want {
				t.Errorf("%s after %v (%v), want %v", x.Status(), x.Duration(), x.Err(), tt.want)
			}
		})
	}
}

func TestWaitErrors(t *testing.T) {
	for _, tt := range []struct{ fields, input, cause string }{
		{`"SecondsPath": "$.p"`, `{"p": -1}`, `The SecondsPath parameter references a negative value: $.p == -1`},
		{`"SecondsPath": "$.p"`, `{"p": 1.5}`, `The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5`},
		{`"SecondsPath": "$.p"`, `{"p": -1.5}`, `The SecondsPath parameter cannot be parsed as a long value: $.p == -1.5`},
		{`"SecondsPath": "$.p"`, `{}`, `The SecondsPath parameter does not reference an input value: $.p`},
		{`"TimestampPath": "$.p"`, `{"p": "2025-01-01 00:00:00Z"}`,
			`The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.p == 2025-01-01 00:00:00Z`},
		{`"TimestampPath": "$.p"`, `{"p": "2093-06-01T00:00:00Z"}`, `Wait state delay is too long.`},
	} {
		x := run(t, `{"W": {"Type": "Wait", `+tt.fields+`, "End": true}}`, tt.input)
		wantFailure(t, x, "States.Runtime", "An error occurred while executing the state 'W' (entered at the event id #2). "+tt.cause)
	}
}

func TestExecutionTimesOut(t *testing.T) {
	const waits = `{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 99999999, "Next": "E"}, "E": {"Type": "Succeed"}}%s}`
	for _, tt := range []struct {
		name, field string
		opts        []interp.Option
		status      interp.Status
		want        time.Duration
	}{
		{"after its own timeout", `, "TimeoutSeconds": 60`, nil, interp.TimedOut, time.Minute},
		{"after a year", ``, nil, interp.TimedOut, 365 * 24 * time.Hour},
		{"after five minutes if it is Express", ``, []interp.Option{interp.WithType(asl.Express)}, interp.TimedOut, 5 * time.Minute},
		{"never if the quota is lifted", ``, []interp.Option{interp.WithQuotas(interp.Quotas{})}, interp.Succeeded, 99999999 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, fmt.Sprintf(waits, tt.field), `{}`, tt.opts...)
			if x.Status() != tt.status || x.Duration() != tt.want {
				t.Errorf("%s after %v, want %s after %v", x.Status(), x.Duration(), tt.status, tt.want)
			}
		})
	}
	x := run(t, fmt.Sprintf(waits, `, "TimeoutSeconds": 60`), `{}`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 WaitStateEntered W
		3<0 ExecutionTimedOut @1m0s`)
}

func TestTimeoutOfTheExecutionOvertakesARetry(t *testing.T) {
	x := run(t, `{"StartAt": "T", "TimeoutSeconds": 10, "States": {"T": {`+lambda+`, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}],
		"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}], "End": true}}}`, `{}`, interp.WithHandler(failing("A", "")))
	if x.Status() != interp.TimedOut || x.Duration() != 10*time.Second {
		t.Errorf("%s after %v, want TIMED_OUT after 10s", x.Status(), x.Duration())
	}
}

func TestHistoryLimitEndsTheExecution(t *testing.T) {
	x := run(t, `{"A": {"Type": "Pass", "Next": "A2"}, "A2": {"Type": "Pass", "Next": "A"}}`, `{}`)
	wantFailure(t, x, "States.Runtime", "The execution reached the maximum number of history events (25000).")
	if n := x.History().Len(); n != 25000 {
		t.Errorf("history has %d events, want 25000", n)
	}
	if last := x.History().At(24999); last.Type != "ExecutionFailed" {
		t.Errorf("last event is %s, want ExecutionFailed", last.Type)
	}
}

func TestHistoryMayBeFull(t *testing.T) {
	quotas := interp.ServiceQuotas(asl.Standard)
	for events, want := range map[int]interp.Status{4: interp.Succeeded, 3: interp.Failed, 2: interp.Failed} {
		quotas.Events = events
		x := run(t, `{"A": {"Type": "Pass", "End": true}}`, `{}`, interp.WithQuotas(quotas))
		if x.Status() != want || x.History().Len() != events {
			t.Errorf("limit of %d events: %s with %d events, want %s", events, x.Status(), x.History().Len(), want)
		}
	}
}

func TestPayloadLimit(t *testing.T) {
	text := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	const limit = 256 << 10
	wantOutput(t, run(t, `{"A": {"Type": "Pass", "End": true}}`, text(limit)), text(limit))
	x := run(t, `{"A": {"Type": "Pass", "Parameters": {"v.$": "$"}, "End": true}}`, text(limit))
	wantFailure(t, x, "States.DataLimitExceeded", "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 PassStateEntered A
		3<2 ExecutionFailed`)
	x = run(t, `{"A": {"Type": "Pass", "Parameters": {"v.$": "$"}, "End": true}}`, text(limit), interp.WithQuotas(interp.Quotas{}))
	if x.Status() != interp.Succeeded {
		t.Errorf("without limit: %v", x.Err())
	}
}

func TestFail(t *testing.T) {
	for _, tt := range []struct{ fields, name, cause string }{
		{`"Error": "E", "Cause": "c"`, "E", "c"},
		{`"Error": "E"`, "E", ""},
		{`"Cause": "c"`, "", "c"},
		{`"Comment": "neither"`, "", ""},
		{`"ErrorPath": "$.e", "CausePath": "States.Format('{} of {}', $.e, $$.State.Name)"`, "Boom", "Boom of F"},
	} {
		x := run(t, `{"F": {"Type": "Fail", `+tt.fields+`}}`, `{"e":"Boom"}`)
		wantFailure(t, x, tt.name, tt.cause)
	}
}

func TestAdvance(t *testing.T) {
	ctx := context.Background()
	x, err := compile(t, `{"A": {"Type": "Wait", "Seconds": 10, "Next": "B"}, "B": {"Type": "Wait", "Seconds": 10, "End": true}}`).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := x.History().Len(); n != 1 {
		t.Errorf("%d events before the first step, want ExecutionStarted alone", n)
	}
	for _, step := range []struct {
		d      time.Duration
		events int
		now    time.Duration
		status interp.Status
	}{
		{0, 2, 0, interp.Running},
		{9 * time.Second, 2, 9 * time.Second, interp.Running},
		{time.Second, 4, 10 * time.Second, interp.Running},
		{time.Hour, 6, 20 * time.Second, interp.Succeeded},
		{time.Hour, 6, 20 * time.Second, interp.Succeeded},
	} {
		if err := x.Advance(ctx, step.d); err != nil {
			t.Fatal(err)
		}
		if x.History().Len() != step.events || x.Duration() != step.now || x.Status() != step.status {
			t.Errorf("after %v more: %d events, %s at %v; want %d, %s at %v", step.d, x.History().Len(), x.Status(), x.Duration(),
				step.events, step.status, step.now)
		}
	}
}

func TestStop(t *testing.T) {
	x, err := compile(t, `{"A": {"Type": "Wait", "Seconds": 10, "End": true}}`).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	x.After(3*time.Second, func() { x.Stop("Enough", "of it") })
	if err := x.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	x.Stop("Again", "")
	var failure *interp.ExecutionError
	if !errors.As(x.Err(), &failure) || *failure != (interp.ExecutionError{Status: interp.Aborted, Name: "Enough", Cause: "of it"}) {
		t.Errorf("execution ended with %v", x.Err())
	}
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 WaitStateEntered A
		3<0 ExecutionAborted @3s`)
}

func TestStopFromAHandler(t *testing.T) {
	x := run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		task.Execution.Stop("", "")
		return nil, nil
	}))
	if x.Status() != interp.Aborted {
		t.Errorf("execution is %s, want ABORTED", x.Status())
	}
}

func TestTaskWithoutHandler(t *testing.T) {
	x, err := compile(t, `{"T": {`+lambda+`, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}], "End": true}}`).Run(context.Background(), nil)
	var missing *interp.NoHandlerError
	if !errors.As(err, &missing) || missing.State != "T" {
		t.Errorf("error is %v, want one that names the state", err)
	}
	if again := x.Run(context.Background()); !errors.Is(again, err) {
		t.Errorf("a second run gives %v, want the same error", again)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	machine := compile(t, `{"A": {"Type": "Pass", "Next": "A2"}, "A2": {"Type": "Pass", "Next": "A"}}`, interp.WithQuotas(interp.Quotas{}),
		interp.WithObserver(func(e interp.Event) {
			if e.ID == 10_000 {
				cancel()
			}
		}))
	if _, err := machine.Run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want that of the context", err)
	}
}

func TestRunSaysIfNothingCanHappen(t *testing.T) {
	machine := compile(t, `{"T": {`+callback+`, "End": true}}`, interp.WithQuotas(interp.Quotas{}), interp.WithHandler(returnNothing))
	x, err := machine.Run(context.Background(), nil)
	if err == nil || x.Status() != interp.Running {
		t.Errorf("%s with error %v, want an error", x.Status(), err)
	}
}

func TestBadInput(t *testing.T) {
	machine := compile(t, `{"A": {"Type": "Pass", "End": true}}`)
	for _, input := range []any{json.RawMessage(`{"a":`), func() {}} {
		if _, err := machine.Run(context.Background(), input); err == nil || !strings.HasPrefix(err.Error(), "input of the execution: ") {
			t.Errorf("input %v: error %v", input, err)
		}
	}
	x, err := machine.Run(context.Background(), struct {
		A int `json:"a"`
	}{7})
	if err != nil {
		t.Fatal(err)
	}
	wantOutput(t, x, `{"a":7}`)
}

// TestOneMachineManyTimes checks that runs of one machine give one history, byte
// for byte, whatever runs beside them.
func TestOneMachineManyTimes(t *testing.T) {
	machine := compile(t, `{
		"A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000)", "l": [1,2,3,4,5]}, "Next": "M"},
		"M": {"Type": "Map", "ItemsPath": "$.l", "MaxConcurrency": 2, "ResultPath": "$.m", "Next": "P",
			"ItemProcessor": {"StartAt": "T", "States": {
				"T": {`+lambda+`, "Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "FULL"}], "TimeoutSeconds": 5, "End": true}}}},
		"P": {"Type": "Parallel", "ResultPath": "$.p", "End": true, "Branches": [
			{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3, "End": true}}},
			{"StartAt": "C", "States": {"C": {`+callback+`, "Parameters": {"t.$": "$$.Task.Token"}, "End": true}}}]}}`,
		interp.WithSeed(42), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			if task.Token != "" {
				run, token := task.Execution, task.Token
				run.After(2*time.Second, func() { must(run.SendTaskSuccess(token, "ok")) })
				return nil, nil
			}
			n, _ := task.Input.(int64)
			task.Sleep(time.Duration(n) * time.Second)
			if int64(task.Attempt) < n-2 {
				return nil, &interp.TaskError{Name: "A"}
			}
			return n * n, nil
		}))
	history := func() []byte {
		x, err := machine.Run(context.Background(), nil)
		if err != nil {
			t.Error(err)
			return nil
		}
		text, err := json.Marshal(x.History())
		if err != nil {
			t.Error(err)
		}
		return text
	}
	want := history()
	if !bytes.Contains(want, []byte("ExecutionSucceeded")) {
		t.Fatalf("the execution has not succeeded: %s", want)
	}
	const runners, each = 8, 125
	done := make(chan bool, runners)
	for range runners {
		go func() {
			same := true
			for range each {
				same = same && bytes.Equal(history(), want)
			}
			done <- same
		}()
	}
	for range runners {
		if !<-done {
			t.Error("histories differ")
		}
	}
}

func TestObserverSeesTheHistory(t *testing.T) {
	var seen []string
	x := run(t, `{"A": {"Type": "Pass", "Result": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "E", "Cause": "c"}}`, `{"k":0}`,
		interp.WithObserver(func(e interp.Event) {
			payload, _ := e.Payload()
			name, cause := e.Failure()
			seen = append(seen, fmt.Sprint(e.ID, " ", e.Type, " ", e.State, " ", payload != nil, " ", name, cause))
		}))
	want := []string{"1 ExecutionStarted  true ", "2 PassStateEntered A true ", "3 PassStateExited A true ",
		"4 FailStateEntered F true ", "5 ExecutionFailed  false Ec"}
	if strings.Join(seen, "|") != strings.Join(want, "|") {
		t.Errorf("observer saw %q, want %q", seen, want)
	}
	if n := x.History().Len(); n != len(seen) {
		t.Errorf("history has %d events, the observer saw %d", n, len(seen))
	}
}

func TestEventJSON(t *testing.T) {
	x := run(t, `{"A": {"Type": "Pass", "Assign": {"v": {"a": 1}}, "End": true}}`, `["x", 1]`,
		interp.WithStart(time.Date(2025, 3, 4, 5, 6, 7, 890_000_000, time.UTC)))
	text, err := json.Marshal(x.History().At(2))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"timestamp":1741064767.89,"type":"PassStateExited","id":3,"previousEventId":2,"stateExitedEventDetails":` +
		`{"name":"A","assignedVariables":{"v":"{\"a\":1}"},"assignedVariablesDetails":{"truncated":false},` +
		`"output":"[\"x\", 1]","outputDetails":{"truncated":false}}}`
	if string(text) != want {
		t.Errorf("event is %s, want %s", text, want)
	}
}

func TestContextObject(t *testing.T) {
	x := run(t, `{"A": {"Type": "Pass", "InputPath": "$$", "End": true}}`, `{"k":1}`, interp.WithName("n"), interp.WithMachineName("m"),
		interp.WithRole("r"), interp.WithRegion("eu-west-1", "222222222222"))
	wantOutput(t, x, `{"Execution":{"Id":"arn:aws:states:eu-west-1:222222222222:execution:m:n","Input":{"k":1},"StartTime":"2025-01-01T00:00:00Z",`+
		`"Name":"n","RoleArn":"r","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:eu-west-1:222222222222:stateMachine:m","Name":"m"},`+
		`"State":{"Name":"A","EnteredTime":"2025-01-01T00:00:00Z"}}`)
}

// TestNewReportsWhatCannotRun checks that all faults of a definition come at once.
func TestNewReportsWhatCannotRun(t *testing.T) {
	def, problems := asl.Parse("bad.asl.json", `{"StartAt": "Nowhere", "States": {
		"A": {"Type": "Pass", "Parameters": {"l": [{"v.$": "nonsense"}]}, "Next": "B"},
		"C": {"Type": "Choice", "Choices": [{"Variable": "$.a[?(", "IsNull": true, "Next": "D"}], "Default": "A"},
		"M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "ResultPath": "$.a..b", "End": true}}},
			"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E"}], "End": true}}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	_, err := interp.New(def)
	var list diag.List
	if !errors.As(err, &list) {
		t.Fatalf("error is %v, want a list of diagnostics", err)
	}
	var got []string
	for _, d := range list {
		got = append(got, d.Pointer)
	}
	want := "/StartAt /States/A/Parameters/l/0/v.$ /States/A/Next /States/C/Choices/0/Variable /States/C/Choices/0/Next " +
		"/States/M/ItemProcessor/States/I/ResultPath /States/M/Catch/0/Next"
	if strings.Join(got, " ") != want {
		t.Errorf("faults are at %s, want %s", strings.Join(got, " "), want)
	}
}

func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&interp.ExecutionError{Status: interp.Failed, Name: "E", Cause: "c"}, "execution FAILED: E: c"},
		{&interp.ExecutionError{Status: interp.TimedOut}, "execution TIMED_OUT"},
		{&interp.TaskError{Name: "E", Cause: "c"}, "E: c"},
		{&interp.TaskError{Name: "E"}, "E"},
		{&interp.TaskError{Cause: "c"}, "c"},
		{&interp.TaskError{}, "failed without error name and cause"},
		{&interp.NoHandlerError{State: "S", Resource: "r"}, `state "S": no handler for the task's resource r`},
		{interp.AsTaskError(errors.New("x")), `errorString: {"errorMessage":"x","errorType":"errorString"}`},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("error is %q, want %q", got, tt.want)
		}
	}
}

func TestResultPathThatHasNoPlace(t *testing.T) {
	x := run(t, `{"P": {"Type": "Pass", "Result": 1, "ResultPath": "$.a", "End": true}}`, `"input1"`)
	wantFailure(t, x, "States.ReferencePathConflict", `Unable to apply ReferencePath $.a to input "input1"`)
}
