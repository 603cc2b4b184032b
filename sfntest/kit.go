package sfntest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// kit is a Run without its types.
type kit struct {
	t       testing.TB
	name    string // of the workflow
	def     *asl.StateMachine
	machine *interp.Machine
	mocks   []*mock
	local   map[string]interp.TaskHandler // by state, of a mock configuration file
	events  []event
	outer   *kit              // whose tasks start its executions
	running *interp.Execution // that Start has started; nil in between
	problem string            // what makes the test itself wrong, the first of it
	mu      sync.Mutex        // guards what answers use
}

// event is something that the test does while an execution runs.
type event struct {
	at time.Duration // since the execution's start
	do func(*interp.Execution)
}

func newKit(t testing.TB, name string, def *asl.StateMachine, opts []interp.Option) *kit {
	t.Helper()
	k := &kit{t: t, name: name, def: def}
	own := []interp.Option{interp.WithMachineName(name), interp.WithHandler(k.answer)}
	if c := covering(t); c != nil {
		own = append(own, interp.WithSteps(c.add(name, def)))
	}
	var err error
	if k.machine, err = interp.New(def, append(own, opts...)...); err != nil {
		t.Fatalf("workflow %q cannot run:\n%v", name, err)
	}
	return k
}

func (k *kit) run(input any) *interp.Execution {
	k.t.Helper()
	for _, m := range k.mocks {
		for _, l := range m.all() {
			if l.promised {
				k.t.Fatalf("%s%s: Then what? Add an answer after it, with Return, Fail, Do, Runs or Silent", m.label, l.label())
			}
		}
	}
	x, err := k.machine.Start(input)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, e := range k.events {
		x.After(e.at, func() { e.do(x) })
	}
	k.finish(x)
	return x
}

// finish runs an execution to its end.
func (k *kit) finish(x *interp.Execution) {
	k.t.Helper()
	k.setStarted(x)
	defer k.setStarted(nil)
	err := x.Run(context.Background())
	switch {
	case k.noted() != "":
		k.t.Fatalf("%s\n%s", k.noted(), trace(x))
	case err != nil:
		k.t.Fatalf("%v\n%s", err, trace(x))
	}
}

// mock returns what answers for a callee.
func (k *kit) mock(c callee) *mock {
	for _, m := range k.mocks {
		if reflect.DeepEqual(m.callee, c) {
			return m
		}
	}
	m := &mock{callee: c, kit: k, label: c.label(k.def)}
	k.mocks = append(k.mocks, m)
	return m
}

// answer is the one handler of the interpreter: it looks for the mock.
func (k *kit) answer(ctx context.Context, task *interp.Task) (any, error) {
	m := k.find(task)
	if h := k.local[task.State]; h != nil && (m == nil || m.state == "") {
		return k.answerLocally(ctx, task, h)
	}
	if m == nil {
		return k.wrong(task, "nothing answers for task %q (%s); %s", task.State, k.describe(task), k.advice(task))
	}
	return m.play(ctx, task)
}

// maxNesting is how many executions inside one another are looked through for the one
// that Start has started; workflows may start each other.
const maxNesting = 100

// wrong ends the execution because the test is wrong, for Start to report.
func (k *kit) wrong(task *interp.Task, format string, args ...any) (any, error) {
	problem, name := fmt.Sprintf(format, args...), k.name
	x := k.started()
	for depth := 0; x == nil && k.outer != nil && depth < maxNesting; depth++ {
		k = k.outer
		x = k.started()
	}
	if x != nil && x != task.Execution {
		problem += fmt.Sprintf("\n\tin an execution of %s:\n%s\n\tstarted by:", name, indent(trace(task.Execution)))
	}
	k.mu.Lock()
	if k.problem == "" {
		k.problem = problem
	}
	k.mu.Unlock()
	if x != nil {
		x.Stop(stopped, "")
	}
	return nil, interp.ErrNoAnswer
}

// stopped is the error name with which wrong stops an execution.
const stopped = "sfntest.Stopped"

// started returns the execution that Start has started and that has not ended; nil if
// there is none.
func (k *kit) started() *interp.Execution {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.running
}

func (k *kit) setStarted(x *interp.Execution) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.running = x
}

func (k *kit) noted() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.problem
}

// find returns the mock for a task: of those that answer for it the most precise,
// of these the first.
func (k *kit) find(task *interp.Task) (found *mock) {
	for _, m := range k.mocks {
		if m.answersFor(task) && (found == nil || m.rank() > found.rank()) {
			found = m
		}
	}
	return found
}

// describe says what a task calls, as its author knows it.
func (k *kit) describe(task *interp.Task) string {
	if name := functionOf(task); name != "" {
		return describe(k.def, name)
	}
	text := describe(k.def, task.Resource.Text)
	if o, ok := task.Input.(*value.Object); ok && task.Resource.Kind == asl.OptimizedIntegration {
		for m := range o.Members() {
			if s, isText := m.Value.(string); isText && k.isHandle(s) {
				text += ", " + describe(k.def, s)
			}
		}
	}
	return text
}

func (k *kit) isHandle(text string) bool {
	_, ok := k.def.Placeholder(text)
	return ok
}

// advice says how to answer for a task, and what there is already.
func (k *kit) advice(task *interp.Task) string {
	text := fmt.Sprintf("add sfntest.On(run, <its handle>) or sfntest.State[T](run, %q)", task.State)
	if r := task.Resource; (r.Kind == asl.OptimizedIntegration || r.Kind == asl.SDKIntegration) && !isInvoke(r) && !isStart(r) {
		text = fmt.Sprintf("add sfntest.OnAction(run, <its action>) or sfntest.State[T](run, %q)", task.State)
	}
	if len(k.mocks) == 0 {
		return text
	}
	labels := make([]string, len(k.mocks))
	for i, m := range k.mocks {
		labels[i] = m.label
	}
	return text + "; there are answers for " + strings.Join(labels, ", ")
}
