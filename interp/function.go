package interp

import (
	"context"
	"encoding/json"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Function returns a handler out of a Go function that does the work of a Lambda
// function. Input and output cross by encoding/json, as in the Lambda runtime for Go,
// and so do errors: the name is that of the error's type, unless it is a [TaskError].
//
// It serves tasks that name the function's ARN and those that call it by
// arn:aws:states:::lambda:invoke or arn:aws:states:::aws-sdk:lambda:invoke, whose
// Payload is the input and whose results have the integration's other members. Of an
// asynchronous call (InvocationType Event) the task learns nothing. Any other task,
// such as an activity's, hands on its input and gets the output.
func Function[In, Out any](do func(ctx context.Context, in In) (Out, error)) TaskHandler {
	return func(ctx context.Context, task *Task) (any, error) {
		call := invocationOf(task)
		payload, err := call.payload()
		if err != nil {
			return nil, err
		}
		if call.kind() == "DryRun" {
			return call.result(nil), nil
		}
		var in In
		var out Out
		if err = value.To(payload, &in); err == nil {
			out, err = do(ctx, in)
		}
		if err != nil {
			return call.failed(err)
		}
		v, err := value.From(out)
		if err != nil {
			return call.failed(err)
		}
		return call.result(v), nil
	}
}

// invocation is a task's call of a function.
type invocation struct {
	task *Task
	args *value.Object // nil where the task names the function itself
	sdk  bool          // by the SDK, with texts for payloads
}

func invocationOf(t *Task) invocation {
	call := invocation{task: t, sdk: t.Resource.Kind == asl.SDKIntegration}
	if (call.sdk || t.Resource.Kind == asl.OptimizedIntegration) && t.Resource.Service == "lambda" && t.Resource.Action == "invoke" {
		call.args, _ = t.Input.(*value.Object)
	}
	return call
}

// payload returns what the function gets.
func (c invocation) payload() (any, error) {
	if c.args == nil {
		return c.task.Input, nil
	}
	payload, _ := c.args.Get("Payload")
	text, isText := payload.(string)
	if !c.sdk || !isText {
		return payload, nil
	}
	v, err := value.Parse(text)
	if err != nil {
		return nil, &APIError{"InvalidRequestContentException", "Could not parse request body into json: " + err.Error()}
	}
	return v, nil
}

// kind returns the InvocationType, "" where the task waits for the function's end.
func (c invocation) kind() string {
	if kind := textMember(c.args, "InvocationType"); kind != "RequestResponse" {
		return kind
	}
	return ""
}

var invocationStatuses = map[string]int64{"": 200, "Event": 202, "DryRun": 204}

// result returns the task's result for what the function gave.
func (c invocation) result(v any) any {
	if c.args == nil {
		return v
	}
	status := value.Member{Name: "StatusCode", Value: invocationStatuses[c.kind()]}
	if c.kind() != "" {
		return c.complete(value.NewObject(status))
	}
	if c.sdk {
		v = value.String(v)
	}
	return c.complete(value.NewObject(value.Member{Name: "ExecutedVersion", Value: "$LATEST"}, value.Member{Name: "Payload", Value: v}, status))
}

func (c invocation) complete(o *value.Object) *value.Object {
	if c.sdk {
		return o
	}
	return sortedMembers(c.task.withMetadata(o))
}

// failed returns what the task comes to if the function fails: its error; through the
// SDK a result that tells of it; nothing of a call that nobody waits for.
func (c invocation) failed(err error) (any, error) {
	switch {
	case c.args != nil && c.kind() != "":
		return c.result(nil), nil
	case c.args == nil || !c.sdk:
		return nil, err
	}
	failure := AsTaskError(err)
	report := failure.Cause
	if !json.Valid([]byte(report)) {
		text, _ := json.Marshal(lambdaError{failure.Cause, failure.Name})
		report = string(text)
	}
	return value.NewObject(
		value.Member{Name: "ExecutedVersion", Value: "$LATEST"},
		value.Member{Name: "FunctionError", Value: "Unhandled"},
		value.Member{Name: "Payload", Value: report},
		value.Member{Name: "StatusCode", Value: int64(200)}), nil
}
