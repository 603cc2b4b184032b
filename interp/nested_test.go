package interp_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// nesting is a machine that starts an execution of another.
func nesting(pattern, args string) string {
	return `{"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution` + pattern + `",
		"Parameters": {"StateMachineArn": "child"` + args + `}, "TimeoutSeconds": 1000, "End": true}}`
}

func starting(t *testing.T, child string, opts ...interp.Option) interp.Option {
	m := compile(t, child, append(opts, interp.WithMachineName("child"))...)
	return interp.WithHandler(interp.StartExecutions(func(arn string) *interp.Machine {
		if arn == "child" {
			return m
		}
		return nil
	}))
}

const waits = `{"W": {"Type": "Wait", "Seconds": 60, "End": true}}`

func TestStartedExecutionsRunOnTheSameClock(t *testing.T) {
	for _, tt := range []struct {
		pattern, args, want string
		after               time.Duration
	}{
		{"", `, "Input": {"a": 1}`, `["ExecutionArn","SdkHttpMetadata","SdkResponseMetadata","StartDate"]`, 0},
		{".sync", `, "Input": {"a": 1}`, `["{\"a\":1}","{\"a\":1}","SUCCEEDED"]`, time.Minute},
		{".sync:2", `, "Input": {"a": 1}`, `[{"a":1},{"a":1},"SUCCEEDED"]`, time.Minute},
		{".sync:2", `, "Input": "{\"a\": 1}"`, `[{"a":1},{"a":1},"SUCCEEDED"]`, time.Minute},
		{".sync:2", ``, `[{},{},"SUCCEEDED"]`, time.Minute},
	} {
		x := run(t, nesting(tt.pattern, tt.args), `{}`, starting(t, waits))
		out, _ := x.Output().(*value.Object)
		var got []any
		for m := range out.Members() {
			if tt.pattern == "" {
				got = append(got, m.Name)
			} else if m.Name == "Input" || m.Name == "Output" || m.Name == "Status" {
				got = append(got, m.Value)
			}
		}
		if value.String(got) != tt.want || x.Duration() != tt.after {
			t.Errorf("startExecution%s gave %s after %v (%v), want %s after %v", tt.pattern, value.String(got), x.Duration(), x.Err(), tt.want, tt.after)
		}
	}
}

func TestStartedExecutionThatFails(t *testing.T) {
	x := run(t, nesting(".sync", `, "Name": "n"`), `{}`, starting(t, `{"F": {"Type": "Fail", "Error": "Boom", "Cause": "why"}}`))
	err, _ := x.Err().(*interp.ExecutionError)
	const start = `{"Cause":"why","Error":"Boom","ExecutionArn":"arn:aws:states:us-east-1:111111111111:execution:child:n","Input":"{}",`
	if err == nil || err.Name != "States.TaskFailed" || !strings.HasPrefix(err.Cause, start) {
		t.Errorf("execution ended with %v", x.Err())
	}
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 TaskStateEntered T
		3<2 TaskScheduled T
		4<3 TaskStarted T
		5<4 TaskSubmitted T
		6<5 TaskFailed T
		7<6 ExecutionFailed`)
}

func TestStartedExecutionIsStoppedWithItsTask(t *testing.T) {
	var last interp.EventType
	x := run(t, strings.Replace(nesting(".sync", ``), "1000", "10", 1), `{}`,
		starting(t, waits, interp.WithObserver(func(e interp.Event) { last = e.Type })))
	wantFailure(t, x, "States.Timeout", "")
	if last != "ExecutionAborted" {
		t.Errorf("the child's last event is %s, want ExecutionAborted", last)
	}
}

func TestStartExecutionFaults(t *testing.T) {
	x := run(t, strings.Replace(nesting("", ``), `"child"`, `"nobody"`, 1), `{}`, starting(t, waits))
	if err, _ := x.Err().(*interp.ExecutionError); err == nil || err.Name != "StepFunctions.StateMachineDoesNotExistException" {
		t.Errorf("execution ended with %v", x.Err())
	}
	x = run(t, strings.Replace(strings.Replace(nesting("", ``), `"child"`, `"nobody"`, 1), ":states:startExecution", ":aws-sdk:sfn:startExecution", 1), `{}`, starting(t, waits))
	if err, _ := x.Err().(*interp.ExecutionError); err == nil || err.Name != "Sfn.StateMachineDoesNotExistException" {
		t.Errorf("execution ended with %v", x.Err())
	}
	x = run(t, strings.Replace(nesting("", `, "Name": "n"`), `"End": true`, `"ResultPath": null, "Next": "T"`, 1), `{}`, starting(t, waits))
	if err, _ := x.Err().(*interp.ExecutionError); err == nil || err.Name != "StepFunctions.ExecutionAlreadyExistsException" {
		t.Errorf("execution ended with %v", x.Err())
	}
}

func TestStartedExecutionAnswersByToken(t *testing.T) {
	child := compile(t, `{"A": {`+lambda+`, "End": true}}`, interp.WithMachineName("child"),
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			token, _ := task.Input.(*value.Object).Get("token")
			task.Sleep(time.Minute)
			return nil, task.Execution.SendTaskSuccess(token.(string), "from the child")
		}))
	x := run(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken",
		"Parameters": {"StateMachineArn": "child", "Input": {"token.$": "$$.Task.Token"}}, "End": true}}`, `{}`,
		interp.WithHandler(interp.StartExecutions(func(string) *interp.Machine { return child })))
	wantOutput(t, x, `"from the child"`)
}
