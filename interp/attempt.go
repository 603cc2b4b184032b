package interp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// attempt is one attempt at a task, from its scheduling to its end.
type attempt struct {
	Task
	thread    *thread
	state     *taskState
	input     payload
	timeout   int64 // seconds, 0 is none
	heartbeat int64
	pending   []*timer // what may still happen to it
	beat      *timer   // the end of the present gap between heartbeats
	begun     bool     // somebody has taken the task on
	watched   bool     // the clocks of its timeout and heartbeat run
	open      bool     // an answer by token counts: whoever got the token has returned
	early     *answer  // such an answer, from before
	over      bool

	ctx    context.Context // of the handler, where that has a goroutine of its own
	cancel func()
	held   func() // stops the execution that the task waits for
}

// answer is the end of an attempt: a result or a fault.
type answer struct {
	result payload
	fault  *fault
}

// prepare evaluates the state's fields.
func (a *attempt) prepare(x *Execution, t *thread) (f *fault) {
	s := a.state
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	if a.timeout, f = s.timeout.value(t); f != nil {
		return f
	}
	if a.heartbeat, f = s.heartbeat.value(t); f != nil {
		return f
	}
	if s.hasToken() {
		t.token, t.context = x.newToken(a), nil
	}
	input, f := t.state.flow.arguments(t)
	if f != nil {
		return f
	}
	if !x.fits(input) {
		return oversizeFault(t.state.name)
	}
	if f := malformed(s.resource, input.v); f != nil {
		return f
	}
	role, f := a.role(t)
	if f != nil {
		return f
	}
	a.Task = Task{State: t.state.name, Resource: s.resource, Input: input.v, Token: t.token,
		Attempt: t.attempt, Call: x.countCall(t.state.name), Time: time.Unix(0, x.now).UTC(), Role: role, Execution: x, attempt: a}
	a.input = input
	return nil
}

func (a *attempt) role(t *thread) (string, *fault) {
	if a.state.credentials == nil {
		return "", nil
	}
	v, f := a.state.credentials.eval(t, t.in.v, plainRole)
	if f != nil {
		return "", f
	}
	credentials, _ := v.(*value.Object)
	role, _ := credentials.Get("RoleArn")
	text, _ := role.(string)
	return text, nil
}

// scheduled records that the task is to be done.
func (a *attempt) scheduled(x *Execution) {
	t := a.thread
	ref := &scheduleRef{state: t.state, timeout: a.timeout, heartbeat: a.heartbeat, role: a.Role}
	t.last = x.record(record{kind: a.state.events.scheduled, prev: t.last, val: a.input.stored(), ref: ref})
}

// takenOn records that somebody has taken the task on.
func (a *attempt) takenOn(x *Execution, worker string) {
	if a.begun {
		return
	}
	a.begun = true
	t := a.thread
	t.last = x.record(record{kind: a.state.events.started, prev: t.last, val: worker, ref: t.state})
	if a.watched {
		a.awaitHeartbeat(x)
	}
}

// work has the handler do the task: here and now in virtual time, else beside the
// execution.
func (a *attempt) work(x *Execution, handler TaskHandler) {
	if x.clock == nil {
		var result any
		var err error
		x.outside(func() { result, err = handler(x.ctx, &a.Task) })
		if !a.over { // the execution may have been stopped meanwhile
			a.settle(x, result, err)
		}
		return
	}
	a.watch(x)
	// What ends a Run does not end the work that it has started.
	a.ctx, a.cancel = context.WithCancel(context.WithoutCancel(x.ctx))
	go func() {
		result, err := handler.shielded(a.ctx, &a.Task)
		x.lock()
		defer x.unlock()
		if !a.over {
			a.settle(x, result, err)
		}
	}()
}

// shielded calls the handler and makes an error of a panic, as the Lambda runtime
// for Go reports it.
func (h TaskHandler) shielded(ctx context.Context, task *Task) (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			name := typeName(v)
			cause, _ := json.Marshal(lambdaError{fmt.Sprint(v), name})
			err = &TaskError{Name: name, Cause: string(cause)}
		}
	}()
	return h(ctx, task)
}

// settle takes what the handler returned: now, or when its sleeps are over.
func (a *attempt) settle(x *Execution, result any, err error) {
	result, fromErr := value.From(result)
	if err == nil {
		err = fromErr
	}
	if !errors.Is(err, ErrNoAnswer) {
		a.takenOn(x, "")
	}
	out := payload{v: result}
	if a.submitsFirst(err) {
		a.submit(x, payload{v: a.response})
	}
	if !a.state.awaitsToken() {
		a.admit(x)
	}
	if a.over {
		return
	}
	if a.elapsed == 0 {
		if a.respond(x, out, err); !a.over {
			a.watch(x)
		}
		return
	}
	// What happens at the same instant as a timeout is set first and wins.
	a.at(x, a.elapsed, func() { a.respond(x, out, err) })
	for _, at := range a.beats {
		a.at(x, at, func() { a.awaitHeartbeat(x) })
	}
	a.watch(x)
}

// submitsFirst reports whether a job was started: unless its handler failed in a
// way that only a call that came to nothing explains.
func (a *attempt) submitsFirst(err error) bool {
	if !a.state.submits() || a.state.awaitsToken() {
		return false
	}
	return err == nil || a.response != nil || errors.Is(err, ErrNoAnswer) || handlerFault(err).name.s == asl.ErrTaskFailed
}

// respond does what the handler's answer says.
func (a *attempt) respond(x *Execution, result payload, err error) {
	switch {
	case err == nil && a.state.awaitsToken():
		a.submit(x, result)
	case err == nil:
		a.finish(x, answer{result: result})
	case !errors.Is(err, ErrNoAnswer):
		a.finish(x, answer{fault: a.failure(err)})
	case a.state.awaitsToken():
		a.submit(x, result)
	}
}

// submit records the answer of the API call that started the task.
func (a *attempt) submit(x *Execution, response payload) {
	if response.v == nil {
		response.v = emptyObject
	}
	t := a.thread
	t.last = x.record(record{kind: taskSubmitted, prev: t.last, val: response.stored(), ref: t.state})
	if a.state.awaitsToken() {
		a.admit(x)
	}
}

// admit lets answers by token through.
func (a *attempt) admit(x *Execution) {
	a.open = true
	if a.early != nil {
		a.takenOn(x, "")
		a.finish(x, *a.early)
	}
}

// at has something happen to the attempt after a while.
func (a *attempt) at(x *Execution, d time.Duration, do func()) {
	a.pending = append(a.pending, x.timers.set(x.now+int64(d), do))
}

// watch starts the clocks of the attempt's timeout and of its heartbeat.
func (a *attempt) watch(x *Execution) {
	if a.watched {
		return
	}
	a.watched = true
	if a.timeout > 0 {
		a.at(x, time.Duration(a.timeout)*time.Second, func() { a.finish(x, answer{fault: timeoutFault(false)}) })
	}
	if a.begun {
		a.awaitHeartbeat(x)
	}
}

// awaitHeartbeat starts the gap until the next heartbeat.
func (a *attempt) awaitHeartbeat(x *Execution) {
	x.timers.cancel(a.beat)
	if a.heartbeat > 0 {
		end := x.now + a.heartbeat*int64(time.Second)
		a.beat = x.timers.set(end, func() { a.finish(x, answer{fault: timeoutFault(true)}) })
	}
}

// answerByToken ends the attempt as somebody who has its token says.
func (a *attempt) answerByToken(x *Execution, ans answer) {
	if a.open {
		a.takenOn(x, "")
		a.finish(x, ans)
		return
	}
	a.early = &ans
	delete(x.tokens, a.Token)
}

// finish ends the attempt and goes on with the state.
func (a *attempt) finish(x *Execution, ans answer) {
	a.drop()
	t, events := a.thread, a.state.events
	t.task = nil
	if ans.fault == nil && !x.fits(ans.result) {
		ans.fault = limitFault(a.state.name())
	}
	if f := ans.fault; f != nil {
		kind := events.failed
		if f.timeout {
			kind = events.timedOut
		}
		t.last = x.record(record{kind: kind, prev: t.last, ref: &faultRef{t.state, f}})
		t.fail(f)
		return
	}
	t.last = x.record(record{kind: events.succeeded, prev: t.last, val: ans.result.stored(), ref: t.state})
	t.finish(ans.result, resultRole)
}

// drop takes back everything that may still happen to the attempt.
func (a *attempt) drop() {
	x := a.Execution
	a.over = true
	for _, end := range []func(){a.cancel, a.held} {
		if end != nil {
			end()
		}
	}
	for _, t := range a.pending {
		x.timers.cancel(t)
	}
	x.timers.cancel(a.beat)
	a.pending, a.beat = nil, nil
	if a.Token != "" {
		delete(x.tokens, a.Token)
	}
}

// NoHandlerError says that a task was reached for which the host has given no
// [TaskHandler]. It ends the run, not as the workflow's failure but as the host's.
type NoHandlerError struct {
	State    string
	Resource string
}

// Error names the state and its resource.
func (e *NoHandlerError) Error() string {
	return fmt.Sprintf("state %q: no handler for the task's resource %s", e.State, e.Resource)
}
