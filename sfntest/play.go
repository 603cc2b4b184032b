package sfntest

import (
	"context"
	"errors"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// play answers for one call.
func (m *mock) play(ctx context.Context, task *interp.Task) (any, error) {
	m.calls = append(m.calls, task)
	a := m.turn()
	if a == nil {
		if len(m.answers) == 0 {
			return m.kit.wrong(task, "%s has no answer: add one with Return, Fail, Do or Silent", m.label)
		}
		return m.kit.wrong(task, "%s is called once more than it has answers, by task %q with %s",
			m.label, task.State, shorten(value.String(task.Input)))
	}
	if a.beat > 0 && task.Token != "" {
		beat(task.Execution, task.Token, a.beat)
	}
	switch {
	case task.Resource.Pattern == asl.WaitForToken:
		m.callBack(ctx, task, a)
		return struct{}{}, nil
	case a.do == nil:
		return nil, interp.ErrNoAnswer
	}
	task.Sleep(a.takes)
	result, err := a.do(ctx, task)
	if err != nil {
		return nil, err
	}
	return m.wrap(task, result), nil
}

// turn returns the answer whose turn it is, or nil if there is none.
func (m *mock) turn() *answer {
	for i, a := range m.answers {
		if a.times == 0 && i == len(m.answers)-1 || a.used < max(a.times, 1) {
			a.used++
			return a
		}
	}
	return nil
}

// wrap puts the result of a function into the envelope of lambda:invoke, unless
// the mock is one of a state, which gives the envelope itself.
func (m *mock) wrap(task *interp.Task, result any) any {
	if !isInvoke(task) || m.state != "" {
		return result
	}
	return map[string]any{"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}
}

// callBack sends the token of a task back when the answer is due. The real
// service may have given up on it by then.
func (m *mock) callBack(ctx context.Context, task *interp.Task, a *answer) {
	if a.do == nil {
		return
	}
	x := task.Execution
	x.After(a.takes, func() {
		result, err := a.do(ctx, task)
		if errors.Is(err, interp.ErrNoAnswer) {
			return
		}
		if err != nil {
			failure := interp.AsTaskError(err)
			err = x.SendTaskFailure(task.Token, failure.Name, failure.Cause)
		} else {
			err = x.SendTaskSuccess(task.Token, result)
		}
		var refused *interp.APIError
		if errors.As(err, &refused) && refused.Code != "TaskTimedOut" {
			m.kit.wrong(task, "%s: %v", m.label, err)
		}
	})
}

// beat sends heartbeats for as long as somebody waits for the token.
func beat(x *interp.Execution, token string, every time.Duration) {
	x.After(every, func() {
		if x.SendTaskHeartbeat(token) == nil {
			beat(x, token, every)
		}
	})
}
