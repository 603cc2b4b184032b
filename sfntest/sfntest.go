// Package sfntest tests workflows with go test: without an AWS account, without
// waiting, and in microseconds.
//
// A test makes a workflow ready with [New], says with [On] what each function
// answers, starts it and looks at what came out:
//
//	func TestPollsUntilAvailable(t *testing.T) {
//		run := sfntest.New(t, rdssnapshot.Workflow())
//		sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
//		sfntest.On(run, rdssnapshot.DescribeSnapshot).
//			Return(snapshot("creating")).Times(3).
//			Return(snapshot("available"))
//
//		got := run.Start(rdssnapshot.Request{DBInstanceIdentifier: "orders"})
//
//		got.Succeeded()              // and gives the output, a Snapshot
//		got.Elapsed(4 * time.Minute) // on the virtual clock
//	}
//
// The same Go types hold everywhere: On takes the handle that the workflow's task
// uses, so an answer of the wrong type does not compile. The workflow runs on the
// interpreter of package interp, whose clock jumps from one event to the next:
// waits, retry delays, timeouts and the time that a mock takes cost nothing and
// happen at their exact instants.
//
// What a test does not expect fails it, with the path that the execution took: a
// task that nothing answers for, one call more than there are answers, another
// end than the asserted one.
package sfntest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
)

// Run is a workflow under test, with what answers for its tasks. It belongs to
// one test and is not safe for concurrent use.
type Run[In, Out any] struct{ kit *kit }

// Kit is a [Run] of any workflow. No other package can implement it.
type Kit interface{ core() *kit }

func (r *Run[In, Out]) core() *kit { return r.kit }

// kit is a Run without its types.
type kit struct {
	t       testing.TB
	def     *asl.StateMachine
	machine *interp.Machine
	mocks   []*mock
	problem string // what makes the test itself wrong, the first of it
}

// New makes a workflow ready to be tested. A workflow that does not build ends
// the test with every problem and its Go line. Options such as [interp.WithSeed]
// hold for all executions that the Run starts.
func New[In, Out any](t testing.TB, w *dsl.Workflow[In, Out], opts ...interp.Option) *Run[In, Out] {
	t.Helper()
	def, err := w.Build()
	if err != nil {
		t.Fatalf("workflow %q does not build:\n%v", w.Name(), err)
	}
	k := &kit{t: t, def: def}
	opts = append([]interp.Option{interp.WithMachineName(w.Name()), interp.WithHandler(k.answer)}, opts...)
	if k.machine, err = interp.New(def, opts...); err != nil {
		t.Fatalf("workflow %q cannot run:\n%v", w.Name(), err)
	}
	return &Run[In, Out]{k}
}

// Start runs the workflow with this input to its end, on the virtual clock. It
// may be called several times: answers go on where the execution before left
// them.
func (r *Run[In, Out]) Start(input In) *Got[Out] {
	k := r.kit
	k.t.Helper()
	x, err := k.machine.Start(input)
	if err != nil {
		k.t.Fatal(err)
	}
	err = x.Run(context.Background())
	got := &Got[Out]{Execution: x, t: k.t}
	switch {
	case k.problem != "":
		k.t.Fatalf("%s\n%s", k.problem, trace(x))
	case err != nil:
		k.t.Fatalf("%v\n%s", err, trace(x))
	}
	return got
}

// answer is the one handler of the interpreter: it looks for the mock.
func (k *kit) answer(ctx context.Context, task *interp.Task) (any, error) {
	m := k.find(task)
	if m == nil {
		return k.wrong(task, "nothing answers for task %q (%s); %s", task.State, k.describe(task), k.advice(task))
	}
	return m.play(ctx, task)
}

// wrong ends the execution because the test is wrong, for Start to report.
func (k *kit) wrong(task *interp.Task, format string, args ...any) (any, error) {
	if k.problem == "" {
		k.problem = fmt.Sprintf(format, args...)
	}
	task.Execution.Stop("sfntest", k.problem)
	return nil, interp.ErrNoAnswer
}

// find returns the mock for a task: one of its state before one of its handle.
func (k *kit) find(task *interp.Task) *mock {
	for _, m := range k.mocks {
		if m.state == task.State {
			return m
		}
	}
	for _, m := range k.mocks {
		if m.resource != "" && m.resource == callee(task) {
			return m
		}
	}
	return nil
}

// callee returns what identifies the handle that a task calls: its Resource or,
// where that is lambda:invoke, the function's name.
func callee(task *interp.Task) string {
	if !isInvoke(task) {
		return task.Resource.Text
	}
	args, _ := task.Input.(*value.Object)
	name, _ := args.Get("FunctionName")
	text, _ := name.(string)
	return text
}

// isInvoke reports whether a task calls a function through lambda:invoke, which
// puts its input and its result into envelopes.
func isInvoke(task *interp.Task) bool {
	r := task.Resource
	return r.Kind == asl.OptimizedIntegration && r.Service == "lambda" && r.Action == "invoke"
}

// describe says what a task calls, as its author knows it.
func (k *kit) describe(task *interp.Task) string {
	if p, ok := k.def.Placeholder(callee(task)); ok {
		return fmt.Sprintf("%s %q", p.Kind, p.Handle)
	}
	return task.Resource.Text
}

// advice says how to answer for a task, and what there is already.
func (k *kit) advice(task *interp.Task) string {
	text := fmt.Sprintf("add sfntest.On(run, <its handle>) or sfntest.State[T](run, %q)", task.State)
	if len(k.mocks) == 0 {
		return text
	}
	labels := make([]string, len(k.mocks))
	for i, m := range k.mocks {
		labels[i] = m.label
	}
	return text + "; there are answers for " + strings.Join(labels, ", ")
}
