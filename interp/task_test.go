package interp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

const (
	lambda   = `"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"`
	callback = `"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"`
)

func TestTaskEvents(t *testing.T) {
	tests := []struct{ resource, want string }{
		{"arn:aws:lambda:us-east-1:111111111111:function:f:live", `
			3<2 LambdaFunctionScheduled T
			4<3 LambdaFunctionStarted T
			5<4 LambdaFunctionSucceeded T`},
		{"${Function_Arn}", `
			3<2 LambdaFunctionScheduled T
			4<3 LambdaFunctionStarted T
			5<4 LambdaFunctionSucceeded T`},
		{"arn:aws:states:us-east-1:111111111111:activity:a", `
			3<2 ActivityScheduled T
			4<3 ActivityStarted T
			5<4 ActivitySucceeded T`},
		{"arn:aws:states:::aws-sdk:s3:getObject", `
			3<2 TaskScheduled T
			4<3 TaskStarted T
			5<4 TaskSucceeded T`},
	}
	for _, tt := range tests {
		t.Run(tt.resource, func(t *testing.T) {
			x := run(t, `{"T": {"Type": "Task", "Resource": "`+tt.resource+`", "End": true}}`, `{}`,
				interp.WithResource(tt.resource, returning(1)))
			wantTrail(t, x, `1<0 ExecutionStarted
				2<0 TaskStateEntered T`+tt.want+`
				6<5 TaskStateExited T
				7<6 ExecutionSucceeded`)
		})
	}
}

func TestTaskDetails(t *testing.T) {
	x := run(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem", "Parameters": {"Key.$": "$.k"},
		"TimeoutSeconds": 60, "HeartbeatSeconds": 10, "Credentials": {"RoleArn.$": "$.role"}, "End": true}}`,
		`{"k":1,"role":"arn:aws:iam::222222222222:role/r"}`, interp.WithRegion("eu-west-1", "222222222222"), interp.WithHandler(returning(2)))
	var got []string
	for e := range x.History().All() {
		member, details := e.Details()
		got = append(got, member+" "+value.String(details))
	}
	want := []string{
		`executionStartedEventDetails {"roleArn":"arn:aws:iam::111111111111:role/StateMachine","input":"{\"k\":1,\"role\":\"arn:aws:iam::222222222222:role/r\"}","inputDetails":{"truncated":false}}`,
		`stateEnteredEventDetails {"name":"T","input":"{\"k\":1,\"role\":\"arn:aws:iam::222222222222:role/r\"}","inputDetails":{"truncated":false}}`,
		`taskScheduledEventDetails {"resourceType":"aws-sdk:dynamodb","resource":"getItem","region":"eu-west-1","timeoutInSeconds":60,"heartbeatInSeconds":10,"taskCredentials":{"roleArn":"arn:aws:iam::222222222222:role/r"},"parameters":"{\"Key\":1}"}`,
		`taskStartedEventDetails {"resourceType":"aws-sdk:dynamodb","resource":"getItem"}`,
		`taskSucceededEventDetails {"resourceType":"aws-sdk:dynamodb","resource":"getItem","output":"2","outputDetails":{"truncated":false}}`,
		`stateExitedEventDetails {"name":"T","output":"2","outputDetails":{"truncated":false}}`,
		`executionSucceededEventDetails {"output":"2","outputDetails":{"truncated":false}}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("details are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHandlerGetsTheTask(t *testing.T) {
	var got []string
	record := func(_ context.Context, task *interp.Task) (any, error) {
		got = append(got, fmt.Sprint(task.State, " ", task.Resource.Action, " ", value.String(task.Input), " ", task.Attempt, " ",
			task.Time.Format(time.TimeOnly), " ", task.Role))
		if task.Attempt == 0 {
			return nil, errors.New("again")
		}
		return nil, nil
	}
	run(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"n.$": "$$.State.RetryCount"}, "End": true,
		"Credentials": {"RoleArn": "role"}, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5}]}}`, `{}`, interp.WithHandler(record))
	want := `T publish {"n":0} 0 00:00:00 role|T publish {"n":1} 1 00:00:05 role`
	if strings.Join(got, "|") != want {
		t.Errorf("handler got %s, want %s", strings.Join(got, "|"), want)
	}
}

func TestHandlersByStateGoBeforeThoseByResource(t *testing.T) {
	x := run(t, `{
		"A": {"Type": "Task", "Resource": "r1", "ResultPath": "$.a", "Next": "B"},
		"B": {"Type": "Task", "Resource": "r1", "ResultPath": "$.b", "Next": "C"},
		"C": {"Type": "Task", "Resource": "r2", "ResultPath": "$.c", "End": true}}`, `{}`,
		interp.WithState("A", returning("state")), interp.WithResource("r1", returning("resource")), interp.WithHandler(returning("rest")))
	wantOutput(t, x, `{"a":"state","b":"resource","c":"rest"}`)
}

type outOfStock struct{ item string }

func (e *outOfStock) Error() string { return "no " + e.item + " left" }

// TestHandlerErrors checks the names that errors get: that of a TaskError, else what
// the Lambda runtime for Go reports.
func TestHandlerErrors(t *testing.T) {
	tests := []struct {
		name        string
		err         error
		want, cause string
	}{
		{"a TaskError", &interp.TaskError{Name: "A.B", Cause: "why"}, "A.B", "why"},
		{"a wrapped TaskError", fmt.Errorf("calling: %w", &interp.TaskError{Name: "A"}), "A", ""},
		{"a nameless TaskError", &interp.TaskError{}, "", ""},
		{"a type of one's own", &outOfStock{"tea"}, "outOfStock", `{"errorMessage":"no tea left","errorType":"outOfStock"}`},
		{"an error of package errors", errors.New("<x>"), "errorString", `{"errorMessage":"\u003cx\u003e","errorType":"errorString"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, interp.WithHandler(func(context.Context, *interp.Task) (any, error) { return nil, tt.err }))
			wantFailure(t, x, tt.want, tt.cause)
		})
	}
}

// TestTimeouts checks at which instant a task ends that takes its time.
func TestTimeouts(t *testing.T) {
	answerAfter := func(d time.Duration, beats ...time.Duration) interp.TaskHandler {
		return func(_ context.Context, task *interp.Task) (any, error) {
			var at time.Duration
			for _, beat := range beats {
				task.Sleep(beat - at)
				task.Heartbeat()
				at = beat
			}
			task.Sleep(d - at)
			return "done", nil
		}
	}
	never := func(context.Context, *interp.Task) (any, error) { return nil, interp.ErrNoAnswer }
	s := time.Second
	tests := []struct {
		name, fields string
		handler      interp.TaskHandler
		want         string
		after        time.Duration
	}{
		{"in time", `"TimeoutSeconds": 10`, answerAfter(9 * s), "done", 9 * s},
		{"at the last instant", `"TimeoutSeconds": 10`, answerAfter(10 * s), "done", 10 * s},
		{"too late", `"TimeoutSeconds": 10`, answerAfter(10*s + 1), "States.Timeout", 10 * s},
		{"never", `"TimeoutSeconds": 10`, never, "States.Timeout", 10 * s},
		{"without a heartbeat", `"HeartbeatSeconds": 3`, answerAfter(9 * s), "States.Timeout", 3 * s},
		{"with heartbeats", `"HeartbeatSeconds": 3`, answerAfter(9*s, 3*s, 6*s), "done", 9 * s},
		{"with a gap between heartbeats", `"HeartbeatSeconds": 3`, answerAfter(9*s, 3*s, 4*s), "States.Timeout", 7 * s},
		{"heartbeats do not put off the timeout", `"TimeoutSeconds": 5, "HeartbeatSeconds": 3`, answerAfter(9*s, 2*s, 4*s), "States.Timeout", 5 * s},
		{"after an age", `"TimeoutSecondsPath": "$.age"`, answerAfter(9 * s), "done", 9 * s},
		{"from the input", `"TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h"`, never, "States.Timeout", 7 * s},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, `{
				"T": {`+lambda+`, `+tt.fields+`, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "C"}], "End": true},
				"C": {"Type": "Pass", "InputPath": "$.Error", "End": true}}`, `{"t": 9, "h": 7, "age": 9223372036854775807}`, interp.WithHandler(tt.handler))
			wantOutput(t, x, `"`+tt.want+`"`)
			if x.Duration() != tt.after {
				t.Errorf("took %v, want %v", x.Duration(), tt.after)
			}
		})
	}
}

func TestTimedOutTaskHasNoCause(t *testing.T) {
	x := run(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "TimeoutSeconds": 2, "End": true}}`, `{}`,
		interp.WithHandler(func(context.Context, *interp.Task) (any, error) { return nil, interp.ErrNoAnswer }))
	wantFailure(t, x, "States.Timeout", "")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 TaskStateEntered T
		3<2 TaskScheduled T
		4<3 TaskStarted T
		5<4 TaskTimedOut T @2s
		6<5 ExecutionFailed @2s`)
}

func TestCatchersSeeAnEmptyCauseOfATimeout(t *testing.T) {
	x := run(t, `{
		"T": {`+lambda+`, "TimeoutSeconds": 2, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
		"C": {"Type": "Succeed"}}`, `{}`, interp.WithHandler(func(context.Context, *interp.Task) (any, error) { return nil, interp.ErrNoAnswer }))
	wantOutput(t, x, `{"Error":"States.Timeout","Cause":""}`)
}

// What a state itself makes too large is caught by its name, not by States.ALL.
func TestOversizeArgumentsAreCaughtByName(t *testing.T) {
	const cause = `The state/task 'T' returned a result with a size exceeding the maximum number of bytes service limit.`
	input := `"` + strings.Repeat("x", 200_000) + `"`
	work := interp.WithHandler(returning(1))
	for _, state := range []string{
		`"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"`,
		`"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]`,
	} {
		catching := func(name string) string {
			return `{
				"T": {` + state + `, "Parameters": {"a.$": "$", "b.$": "$"}, "End": true,
					"Retry": [{"ErrorEquals": ["States.TaskFailed"]}], "Catch": [{"ErrorEquals": ["` + name + `"], "Next": "C"}]},
				"C": {"Type": "Succeed"}}`
		}
		wantFailure(t, run(t, catching("States.ALL"), input, work), "States.DataLimitExceeded", cause)
		wantOutput(t, run(t, catching("States.DataLimitExceeded"), input, work), `{"Error":"States.DataLimitExceeded","Cause":"`+cause+`"}`)
	}
}

func TestOversizeResultFailsTheTask(t *testing.T) {
	large := strings.Repeat("x", 300_000)
	x := run(t, `{
		"T": {`+lambda+`, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
		"C": {"Type": "Succeed"}}`, `{}`, interp.WithHandler(returning(large)))
	wantOutput(t, x, `{"Error":"States.DataLimitExceeded","Cause":"The state/task 'arn:aws:lambda:us-east-1:111111111111:function:f' returned a result with a size exceeding the maximum number of bytes service limit."}`)
}

// TestCallbacks answers a task by its token, at later instants.
func TestCallbacks(t *testing.T) {
	const def = `{
		"T": {` + callback + `, "TimeoutSeconds": 100, "HeartbeatSeconds": 20, "Parameters": {"MessageBody.$": "$$.Task.Token"}, "Next": "E",
			"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E"}]},
		"E": {"Type": "Succeed"}}`
	tests := []struct {
		name   string
		answer func(x *interp.Execution, token string)
		want   string
		after  time.Duration
	}{
		{"success", func(x *interp.Execution, token string) {
			x.After(15*time.Second, func() { must(x.SendTaskSuccess(token, raw(`{"ok": 1}`))) })
		}, `{"ok":1}`, 15 * time.Second},
		{"failure", func(x *interp.Execution, token string) {
			x.After(15*time.Second, func() { must(x.SendTaskFailure(token, "E", "c")) })
		}, `{"Error":"E","Cause":"c"}`, 15 * time.Second},
		{"failure without name and cause", func(x *interp.Execution, token string) {
			x.After(15*time.Second, func() { must(x.SendTaskFailure(token, "", "")) })
		}, `{"Error":null,"Cause":null}`, 15 * time.Second},
		{"in the handler itself", func(x *interp.Execution, token string) { must(x.SendTaskSuccess(token, 3)) }, `3`, 0},
		{"no heartbeat", func(*interp.Execution, string) {}, `{"Error":"States.Timeout","Cause":""}`, 20 * time.Second},
		{"heartbeats", func(x *interp.Execution, token string) {
			x.After(19*time.Second, func() { must(x.SendTaskHeartbeat(token)) })
			x.After(35*time.Second, func() { must(x.SendTaskHeartbeat(token)) })
		}, `{"Error":"States.Timeout","Cause":""}`, 55 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, def, `{}`, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
				if token, _ := task.Input.(*value.Object).Get("MessageBody"); token != task.Token {
					t.Errorf("the message holds %v, want the token %s", token, task.Token)
				}
				tt.answer(task.Execution, task.Token)
				return raw(`{"MessageId":"m"}`), nil
			}))
			wantOutput(t, x, tt.want)
			if x.Duration() != tt.after {
				t.Errorf("took %v, want %v", x.Duration(), tt.after)
			}
			if e := x.History().At(4); e.Type != "TaskSubmitted" {
				t.Errorf("event 5 is %s, want TaskSubmitted", e.Type)
			}
		})
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestTokensOfTasksThatAreOver(t *testing.T) {
	var tokens []string
	x := run(t, `{"T": {`+callback+`, "Retry": [{"ErrorEquals": ["Again"]}], "End": true}}`, `{}`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			tokens = append(tokens, task.Token)
			if task.Attempt == 0 {
				return nil, task.Execution.SendTaskFailure(task.Token, "Again", "")
			}
			return nil, task.Execution.SendTaskSuccess(task.Token, "ok")
		}))
	wantOutput(t, x, `"ok"`)
	if len(tokens) != 2 || tokens[0] == tokens[1] {
		t.Fatalf("tokens are %v, want two different ones", tokens)
	}
	for token, code := range map[string]string{
		tokens[0]: "TaskTimedOut", tokens[1]: "TaskTimedOut", "c3RlcHdpc2U6eA": "TaskDoesNotExist", "x": "InvalidToken",
	} {
		var err *interp.APIError
		if !errors.As(x.SendTaskSuccess(token, 1), &err) || err.Code != code {
			t.Errorf("answer to token %s: %v, want %s", token, err, code)
		}
	}
}

// TestJobs checks tasks that start a job and wait for its end.
func TestJobs(t *testing.T) {
	const def = `{"T": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "End": true}}`
	t.Run("a job that takes its time", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			must(task.Submit(raw(`{"JobId":"j"}`)))
			task.Sleep(time.Hour)
			return raw(`{"Status":"SUCCEEDED"}`), nil
		}))
		wantOutput(t, x, `{"Status":"SUCCEEDED"}`)
		wantTrail(t, x, `1<0 ExecutionStarted
			2<0 TaskStateEntered T
			3<2 TaskScheduled T
			4<3 TaskStarted T
			5<4 TaskSubmitted T
			6<5 TaskSucceeded T @1h0m0s
			7<6 TaskStateExited T @1h0m0s
			8<7 ExecutionSucceeded @1h0m0s`)
	})
	t.Run("a job that fails was submitted", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(failing(asl.ErrTaskFailed, "job")))
		if e := x.History().At(4); e.Type != "TaskSubmitted" {
			t.Errorf("event 5 is %s, want TaskSubmitted", e.Type)
		}
	})
	t.Run("a call that fails was not", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(failing("Batch.ClientException", "")))
		if e := x.History().At(4); e.Type != "TaskFailed" {
			t.Errorf("event 5 is %s, want TaskFailed", e.Type)
		}
	})
	t.Run("a job's token ends its task", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			run, token := task.Execution, task.Token
			run.After(time.Minute, func() { must(run.SendTaskSuccess(token, "by token")) })
			task.Sleep(time.Hour)
			return "by job", nil
		}))
		wantOutput(t, x, `"by token"`)
	})
}

func TestMissingActivity(t *testing.T) {
	const arn = "arn:aws:states:us-east-1:111111111111:activity:a"
	x := run(t, `{"T": {"Type": "Task", "Resource": "`+arn+`", "End": true}}`, `{}`,
		interp.WithHandler(returnNothing), interp.WithActivities(func(name string) bool { return name != arn }))
	wantFailure(t, x, "States.Runtime", "An error occurred while executing the state 'T' (entered at the event id #2). The activity "+arn+" does not exist.")
}

func TestParametersThatAnIntegrationCannotTake(t *testing.T) {
	const def = `{"T": {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "Parameters": {"Headers.$": "$.h"},
		"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}], "End": true}}`
	x := run(t, def, `{"h": {"a": "b"}}`, interp.WithHandler(returning(1)))
	wantFailure(t, x, "States.Runtime", "An error occurred while executing the state 'T' (entered at the event id #2). "+
		`The Parameters '{"Headers":{"a":"b"}}' could not be used to start the Task: [The value of the field 'Headers' has an invalid format]`)
	wantOutput(t, run(t, def, `{"h": {"a": ["b"]}}`, interp.WithHandler(returning(1))), `1`)
}

// What is longer than the API's members may be is cut, between characters.
func TestErrorsHaveLimits(t *testing.T) {
	for _, tt := range []struct{ name, cause string }{
		{strings.Repeat("n", 256), strings.Repeat("ü", 32_768)},
		{strings.Repeat("ü", 256), strings.Repeat("c", 32_768)},
	} {
		x := run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, interp.WithHandler(failing(tt.name+"more", tt.cause+"more")))
		wantFailure(t, x, tt.name, tt.cause)
		x = run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, interp.WithHandler(failing(tt.name, tt.cause)))
		wantFailure(t, x, tt.name, tt.cause)
	}
}
