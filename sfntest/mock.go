package sfntest

import (
	"context"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
)

// Target is a handle: a [dsl.Function], an activity, a state machine, an SDK
// call. Its type says what the mock gets and what it answers.
type Target[In, Out any] interface {
	With(dsl.Value[In]) dsl.Action[Out]
	Integration() dsl.Integration[Out]
}

// Mock answers for tasks, with a list of answers that are played in order: each
// once, or as often as [Mock.Times] says. The last one is repeated for ever
// unless it has Times; then one call more fails the test.
//
// Return, Fail, Do, Runs and Silent add an answer; Times, After and Heartbeats are
// about the answer added last. For and When begin a list for certain inputs only.
//
// A task that waits for its token needs nothing extra: an answer sends the token
// back, at once or when [Mock.After] says.
type Mock[In, Out any] struct {
	m    *mock
	list *answers // that answers are added to
}

// On returns what answers for every task that calls a handle. State machines, and
// whatever else is called through one API, are told apart by their ARN.
func On[In, Out any](k Kit, handle Target[In, Out]) *Mock[In, Out] {
	kit := k.core()
	kit.t.Helper()
	if handle == nil {
		kit.t.Fatal("On: the handle is nil")
	}
	return newMock[In, Out](kit, newCallee(handle.Integration()))
}

// OnAction returns what answers for every task that makes a certain call, such as
//
//	sfntest.OnAction(run, tasks.SNSPublish{Topic: Managers})
//
// It answers for those that send all the handles, constant texts and plain Go values
// that the action has, whatever they send beside; other references in the action stand
// for anything. A call that waits (its Sync, or WaitForToken) is another than one that
// does not.
//
// What it answers is what the API does; the task's result is what the integration makes
// of that (see [interp.Integration]). A response that reports a failure, and a job whose
// description says that it has failed, fail the task as on AWS.
func OnAction[Out any](k Kit, action dsl.Action[Out]) *Mock[dsl.Object, Out] {
	kit := k.core()
	kit.t.Helper()
	if action == nil {
		kit.t.Fatal("OnAction: the action is nil")
	}
	c := newCallee(action.Integration())
	c.whole = true
	return newMock[dsl.Object, Out](kit, c)
}

// State returns what answers for the task of that name, whatever the task calls.
// What it answers is the task's result as it is, so that Out must be that in JSON. It
// goes before On and OnAction.
func State[Out any](k Kit, name string) *Mock[any, Out] {
	kit := k.core()
	kit.t.Helper()
	return newMock[any, Out](kit, callee{state: name, whole: true})
}

func newMock[In, Out any](k *kit, c callee) *Mock[In, Out] {
	k.t.Helper()
	if problem := c.missing(k.def); problem != "" {
		k.t.Fatal(problem)
	}
	m := k.mock(c)
	return &Mock[In, Out]{m, &m.rest}
}

// Return answers with a result.
func (m *Mock[In, Out]) Return(result Out) *Mock[In, Out] {
	return m.answer(func(context.Context, *interp.Task) (any, error) { return result, nil })
}

// Fail fails the task with an error name, which retriers and catchers match, and
// a cause for people.
func (m *Mock[In, Out]) Fail(name, cause string) *Mock[In, Out] {
	return m.answer(func(context.Context, *interp.Task) (any, error) {
		return nil, &interp.TaskError{Name: name, Cause: cause}
	})
}

// Do answers with what a function makes of the task's input, such as the real
// handler. An error that it returns fails the task as it would fail a Lambda
// function: under the name of its Go type.
func (m *Mock[In, Out]) Do(f func(context.Context, In) (Out, error)) *Mock[In, Out] {
	return m.answer(func(ctx context.Context, task *interp.Task) (any, error) {
		in, err := input[In](m.m.callee, task)
		if err != nil {
			return m.m.kit.wrong(task, "%v", err)
		}
		return f(ctx, in)
	})
}

// Runs answers with an execution of another workflow, on the same clock and with
// the answers of its own Run:
//
//	child := sfntest.New(t, shipping.Workflow())
//	sfntest.On(child, shipping.Book).Return(booking)
//	sfntest.On(run, tasks.MachineOf(shipping.Workflow())).Runs(child)
//
// It is for tasks that start executions of state machines. One that waits for its token
// goes on waiting until somebody sends the token back, see [Run.At].
func (m *Mock[In, Out]) Runs(child Kit) *Mock[In, Out] {
	k := m.m.kit
	k.t.Helper()
	if !m.m.startsExecutions(k.def) {
		k.t.Fatalf("%s: Runs: no execution of a state machine is started there", m.m.label)
	}
	inner := child.core()
	inner.outer = k
	m.list.add(&answer{calls: true, do: interp.StartExecutions(func(string) *interp.Machine { return inner.machine })})
	return m
}

// Silent never answers, so that the task runs into its timeout or, if it sends no
// Heartbeats, into its heartbeat timeout; or until the test itself sends the token
// back, see [Run.At].
func (m *Mock[In, Out]) Silent() *Mock[In, Out] { return m.answer(nil) }

func (m *Mock[In, Out]) answer(do interp.TaskHandler) *Mock[In, Out] {
	m.list.add(&answer{do: do})
	return m
}

// Then says that one more answer follows. It does nothing, but a list reads well
// with it:
//
//	sfntest.On(run, Describe).Return(creating).Times(3).Then().Return(available)
func (m *Mock[In, Out]) Then() *Mock[In, Out] {
	m.m.kit.t.Helper()
	m.last("Then")
	m.list.promised = true
	return m
}

// Times plays the answer n times, before the next one's turn. n is at least 1.
func (m *Mock[In, Out]) Times(n int) *Mock[In, Out] {
	m.m.kit.t.Helper()
	if n < 1 {
		m.m.kit.t.Fatalf("%s: Times(%d): an answer is played at least once", m.m.label, n)
	}
	m.last("Times").times = n
	return m
}

// After lets d of the execution's time pass before the answer.
func (m *Mock[In, Out]) After(d time.Duration) *Mock[In, Out] {
	m.m.kit.t.Helper()
	m.last("After").delay = d
	return m
}

// Heartbeats sends a heartbeat whenever that much time has passed, until the
// answer.
func (m *Mock[In, Out]) Heartbeats(every time.Duration) *Mock[In, Out] {
	m.m.kit.t.Helper()
	if every <= 0 {
		m.m.kit.t.Fatalf("%s: Heartbeats(%v): the interval is not positive", m.m.label, every)
	}
	m.last("Heartbeats").beat = every
	return m
}

// last returns the answer added last.
func (m *Mock[In, Out]) last(method string) *answer {
	m.m.kit.t.Helper()
	all := m.list.all
	if len(all) == 0 {
		m.m.kit.t.Fatalf("%s: %s is about an answer: add one first, with Return, Fail, Do, Runs or Silent", m.m.label, method)
	}
	return all[len(all)-1]
}

// Call is one call that a [Mock] has answered for.
type Call[In any] struct {
	Input   In
	State   string    // the task's name
	At      time.Time // on the virtual clock
	Attempt int       // retries before this call: 0 is the first
	Token   string    // of a task that waits for it, else ""
}

// Calls returns the calls so far, in order: all of them or, of a Mock that For or When
// returned, those with its inputs.
func (m *Mock[In, Out]) Calls() []Call[In] {
	m.m.kit.t.Helper()
	sent := m.m.callsOf(m.list)
	calls := make([]Call[In], len(sent))
	for i, task := range sent {
		in, err := input[In](m.m.callee, task)
		if err != nil {
			m.m.kit.t.Fatal(err)
		}
		calls[i] = Call[In]{in, task.State, task.Time, task.Attempt, task.Token}
	}
	return calls
}

// Called asserts how many calls there were so far, of those that Calls returns.
func (m *Mock[In, Out]) Called(times int) {
	m.m.kit.t.Helper()
	if n := len(m.m.callsOf(m.list)); n != times {
		m.m.kit.t.Errorf("%s was called %d times, want %d%s", m.m.label, n, times, m.m.listing(m.list))
	}
}

// CalledWith asserts that the calls so far, of those that Calls returns, were one
// with each of these inputs, in this order.
func (m *Mock[In, Out]) CalledWith(inputs ...In) {
	m.m.kit.t.Helper()
	var got []In
	for _, c := range m.Calls() {
		got = append(got, c.Input)
	}
	if d, err := listDifferences(inputs, got); err != nil {
		m.m.kit.t.Fatalf("%s: CalledWith: %v", m.m.label, err)
	} else if d != "" {
		m.m.kit.t.Errorf("the inputs of %s are (-want +got):\n%s", m.m.label, d)
	}
}
