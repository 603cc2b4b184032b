package sfntest

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
)

// Target is a handle: a [dsl.Function], an activity, an SDK call. Its type says
// what the mock gets and what it answers.
type Target[In, Out any] interface {
	With(dsl.Value[In]) dsl.Action[Out]
	Integration() dsl.Integration[Out]
}

// Mock answers for tasks, with a list of answers that are played in order: each
// once, or as often as [Mock.Times] says. The last one is repeated for ever
// unless it has Times; then one call more fails the test.
//
// Return, Fail, Do and Silent add an answer; Times, Takes and Heartbeats are
// about the answer added last.
//
// A task that waits for its token needs nothing extra: an answer sends the token
// back, at once or when [Mock.Takes] has passed.
type Mock[In, Out any] struct{ m *mock }

// On returns what answers for every task that calls a handle.
func On[In, Out any](k Kit, handle Target[In, Out]) *Mock[In, Out] {
	kit := k.core()
	kit.t.Helper()
	resource := handle.Integration().ResourceText()
	m := kit.add(&mock{resource: resource, label: resource})
	if p, ok := kit.def.Placeholder(resource); ok {
		m.label = fmt.Sprintf("%s %q", p.Kind, p.Handle)
	} else if !kit.calls(resource) {
		kit.t.Fatalf("no task of the workflow calls %s", resource)
	}
	return &Mock[In, Out]{m}
}

// calls reports whether a task of the workflow has this resource.
func (k *kit) calls(resource string) bool {
	for v := range k.def.Walk() {
		if task, ok := v.State.(*asl.Task); ok && task.Resource == resource {
			return true
		}
	}
	return false
}

// State returns what answers for the task of that name, whatever the task calls.
// Out must be what the task's result is in JSON.
func State[Out any](k Kit, name string) *Mock[any, Out] {
	kit := k.core()
	kit.t.Helper()
	for v := range kit.def.Walk() {
		if v.Common().Name == name {
			if v.Type() != asl.TaskType {
				kit.t.Fatalf("state %q is a %s: only a Task is answered for", name, v.Type())
			}
			return &Mock[any, Out]{kit.add(&mock{state: name, label: "state " + strconv.Quote(name)})}
		}
	}
	kit.t.Fatalf("the workflow has no state %q", name)
	return nil
}

func (k *kit) add(m *mock) *mock {
	m.kit = k
	k.mocks = append(k.mocks, m)
	return m
}

// mock is a Mock without its types.
type mock struct {
	kit      *kit
	label    string
	state    string // answers for this state, or
	resource string // for all tasks with this callee
	answers  []*answer
	calls    []*interp.Task
}

// answer is one answer, of which used calls have made use.
type answer struct {
	do    func(context.Context, *interp.Task) (any, error) // nil never answers
	times int                                              // 0 is once, or for ever if it is the last
	used  int
	takes time.Duration
	beat  time.Duration // 0 is no heartbeats
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
		in, err := input[In](task)
		if err != nil {
			return m.m.kit.wrong(task, "%v", err)
		}
		return f(ctx, in)
	})
}

// Silent never answers, so that the task runs into its timeout or, if it sends no
// Heartbeats, into its heartbeat timeout.
func (m *Mock[In, Out]) Silent() *Mock[In, Out] { return m.answer(nil) }

func (m *Mock[In, Out]) answer(do func(context.Context, *interp.Task) (any, error)) *Mock[In, Out] {
	m.m.answers = append(m.m.answers, &answer{do: do})
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

// Takes lets d pass before the answer.
func (m *Mock[In, Out]) Takes(d time.Duration) *Mock[In, Out] {
	m.m.kit.t.Helper()
	m.last("Takes").takes = d
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
	if len(m.m.answers) == 0 {
		m.m.kit.t.Fatalf("%s: %s is about an answer: add one first, with Return, Fail, Do or Silent", m.m.label, method)
	}
	return m.m.answers[len(m.m.answers)-1]
}

// Call is one call that a [Mock] has answered for.
type Call[In any] struct {
	Input   In
	State   string    // the task's name
	At      time.Time // on the virtual clock
	Attempt int       // retries before this call: 0 is the first
	Token   string    // of a task that waits for it, else ""
}

// Calls returns the calls so far, in order.
func (m *Mock[In, Out]) Calls() []Call[In] {
	m.m.kit.t.Helper()
	calls := make([]Call[In], len(m.m.calls))
	for i, task := range m.m.calls {
		in, err := input[In](task)
		if err != nil {
			m.m.kit.t.Fatal(err)
		}
		calls[i] = Call[In]{in, task.State, task.Time, task.Attempt, task.Token}
	}
	return calls
}

// input reads what a task sends to what the mock stands in for.
func input[In any](task *interp.Task) (in In, err error) {
	sent := task.Input
	if isInvoke(task) && reflect.TypeFor[In]() != reflect.TypeFor[any]() {
		args, _ := sent.(*value.Object)
		sent, _ = args.Get("Payload")
	}
	if err := value.To(sent, &in); err != nil {
		return in, fmt.Errorf("task %q sends %s, which is no %T: %w", task.State, shorten(value.String(sent)), in, err)
	}
	return in, nil
}
