package interp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/interp"
)

// TestQuotas runs a machine with the service's quotas, with one of them at another
// value, and with that one lifted.
func TestQuotas(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	const concurrent = `{"TimeoutSeconds": 3, "StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "MODE"}, "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "End": true}}}}}}`
	for _, tt := range []struct {
		name, def, input string
		set              func(q *interp.Quotas, n int)
		other            int
		want             string // how it ends with the service's quota, with the other one and with none
	}{
		{"events", `{"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}`, `{}`,
			func(q *interp.Quotas, n int) { q.Events = n }, 4, "SUCCEEDED, FAILED States.Runtime, SUCCEEDED"},
		{"payloads", `{"A": {"Type": "Pass", "Result": "` + long + `", "End": true}}`, `{}`,
			func(q *interp.Quotas, n int) { q.PayloadBytes = n }, 400_000, "FAILED States.DataLimitExceeded, SUCCEEDED, SUCCEEDED"},
		{"duration", `{"A": {"Type": "Wait", "Seconds": 31536001, "End": true}}`, `{}`,
			func(q *interp.Quotas, n int) { q.Duration = time.Duration(n) * time.Second }, 31536002, "TIMED_OUT, SUCCEEDED, SUCCEEDED"},
		{"iterations at a time", strings.Replace(concurrent, "MODE", "INLINE", 1), numbers(41),
			func(q *interp.Quotas, n int) { q.InlineConcurrency = n }, 41, "TIMED_OUT, SUCCEEDED, SUCCEEDED"},
		{"children at a time", strings.Replace(concurrent, `MODE"`, `DISTRIBUTED", "ExecutionType": "STANDARD"`, 1), numbers(10_001),
			func(q *interp.Quotas, n int) { q.MapConcurrency = n }, 10_001, "TIMED_OUT, SUCCEEDED, SUCCEEDED"},
		{"a variable", `{"A": {"Type": "Pass", "Assign": {"v": "` + long + `"}, "End": true}}`, `{}`,
			func(q *interp.Quotas, n int) { q.VariableBytes = n }, 400_000, "FAILED States.DataLimitExceeded, SUCCEEDED, SUCCEEDED"},
		{"all variables", `{"A": {"Type": "Pass", "Assign": {"v": [1, 2, 3]}, "Next": "B"}, "B": {"Type": "Pass", "Assign": {"w": [4, 5, 6]}, "End": true}}`, `{}`,
			func(q *interp.Quotas, n int) { q.StoredBytes = n }, 10, "SUCCEEDED, FAILED States.DataLimitExceeded, SUCCEEDED"},
	} {
		machine := compile(t, tt.def)
		var ends []string
		for _, set := range []func(*interp.Quotas){
			func(*interp.Quotas) {},
			func(q *interp.Quotas) { tt.set(q, tt.other) },
			func(q *interp.Quotas) { tt.set(q, 0) },
		} {
			quotas := interp.ServiceQuotas("STANDARD")
			set(&quotas)
			ends = append(ends, endOf(t, machine, tt.input, interp.WithQuotas(quotas)))
		}
		if got := strings.Join(ends, ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// endOf runs a machine and tells how it ends.
func endOf(t *testing.T, machine *interp.Machine, input string, opts ...interp.Option) string {
	t.Helper()
	x, err := machine.Run(context.Background(), json.RawMessage(input), opts...)
	if err != nil {
		t.Fatal(err)
	}
	if failure, ok := x.Err().(*interp.ExecutionError); ok && failure.Name != "" {
		return fmt.Sprint(x.Status(), " ", failure.Name)
	}
	return string(x.Status())
}

// numbers is an array of n numbers.
func numbers(n int) string { return "[" + strings.Repeat("0,", n-1) + "0]" }

func TestExpressExecutionsHaveFiveMinutes(t *testing.T) {
	machine := compile(t, `{"A": {"Type": "Wait", "SecondsPath": "$", "End": true}}`)
	for _, typ := range []string{"EXPRESS", interp.SyncExpress} {
		got := endOf(t, machine, `299`, interp.WithType(typ)) + ", " + endOf(t, machine, `301`, interp.WithType(typ)) + ", " +
			endOf(t, machine, `301`, interp.WithType(typ), interp.WithQuotas(interp.Quotas{}))
		if want := "SUCCEEDED, TIMED_OUT, SUCCEEDED"; got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
}

// An execution that starts itself again and again ends by the quota of open ones.
func TestOpenExecutions(t *testing.T) {
	quotas := interp.ServiceQuotas("STANDARD")
	quotas.OpenExecutions = 50
	var machine *interp.Machine
	started, limited := 0, 0
	machine = compile(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "me"}, "End": true}}`,
		interp.WithQuotas(quotas), interp.WithHandler(interp.StartExecutions(func(string) *interp.Machine { return machine })),
		interp.WithObserver(func(e interp.Event) {
			if e.Type == "ExecutionStarted" {
				started++
			}
			if name, _ := e.Failure(); name == "StepFunctions.ExecutionLimitExceededException" && e.Type == "TaskFailed" {
				limited++
			}
		}))
	if got, want := endOf(t, machine, `{}`), "FAILED States.TaskFailed"; got != want || started != 51 || limited != 1 {
		t.Errorf("%s after %d executions, of which %d could start no other; want %s, 51 and 1", got, started, limited, want)
	}
}

// One execution at a time is within a quota of one.
func TestExecutionsThatAreOverAreNotOpen(t *testing.T) {
	inner := compile(t, `{"P": {"Type": "Pass", "End": true}}`, interp.WithMachineName("inner"))
	quotas := interp.ServiceQuotas("STANDARD")
	quotas.OpenExecutions = 1
	x := run(t, `{"M": {"Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {"StartAt": "T", "States": {
		"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": "inner"}, "ResultPath": null, "End": true}}}}}`,
		`[1,2,3]`, interp.WithQuotas(quotas), interp.WithHandler(interp.StartExecutions(func(string) *interp.Machine { return inner })))
	wantOutput(t, x, `[1,2,3]`)
}

func TestRedrivesOfAMapRunEnd(t *testing.T) {
	quotas := interp.ServiceQuotas("STANDARD")
	quotas.Redrives = 2
	work := &flaky{broken: []int64{1}}
	x := run(t, twoSteps(``, "STANDARD"), `[1]`, interp.WithHandler(work.handle), interp.WithQuotas(quotas))
	for range 2 {
		redrive(t, x)
		wantFailure(t, x, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
	}
	redrive(t, x)
	if failure, _ := x.Err().(*interp.ExecutionError); failure == nil || failure.Name != "States.Runtime" {
		t.Errorf("execution ended with %v, want States.Runtime", x.Err())
	}
}
