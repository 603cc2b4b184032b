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
//			Then().Return(snapshot("available"))
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
// What a test does not expect fails it, with the path that the execution took, what
// failed on it and the input of the state where it ended: a task that nothing
// answers for, one call more than there are answers, another end than the asserted
// one.
//
// # Whom to answer for
//
// [On] answers for a handle: a function, an activity, a state machine, an SDK call.
// [OnAction] answers for the calls of an API, by what they send: the messages to one
// topic, the writes to one table. [State] answers for one task by its name, whatever
// it calls. Of several that fit, the most precise one answers.
//
// # What to answer
//
// A [Mock] plays its answers in order: a result ([Mock.Return]), an error
// ([Mock.Fail]), what a function makes of the input ([Mock.Do]), an execution of
// another workflow ([Mock.Runs]), or nothing ever ([Mock.Silent]). The answer added
// last may be played several times ([Mock.Times]) and take its time ([Mock.After]).
// [Mock.For] and [Mock.When] begin lists of answers for certain inputs; a call for
// which there is none shows how its input differs from the nearest one.
//
// # Tokens
//
// A task that waits for its token is answered for as any other; After is how long its
// token is out, [Mock.Heartbeats] keeps it alive, and Silent lets it time out. To send
// a token back by hand, or to stop the execution, a test does it at an instant of its
// own, with [Run.At]:
//
//	ask := sfntest.State[Decision](run, "Ask").Silent()
//	run.At(20*time.Hour, func(x *interp.Execution) {
//		x.SendTaskSuccess(ask.Calls()[0].Token, Decision{Approved: true})
//	})
//
// # What happened
//
// [Got] asserts how the execution ended ([Got.Succeeded], [Got.Failed], ...), when, and
// which way it went; [Mock.Called], [Mock.CalledWith] and [Mock.Calls] what was asked of
// a handle. [Got.Golden] compares the whole history with a file that people can review.
//
// # Definitions from elsewhere
//
// [Load] tests a definition in a file, [MockFile] answers with a mock configuration file
// of Step Functions Local.
//
// # Coverage
//
// [CoverageMain], called from TestMain, tells which states, transitions, rules of
// Choices, retriers and catchers no test has taken, with the lines of Go that made them.
//
// # Flags
//
// Test binaries that import the package have these flags, all of them its own:
// -sfntest.update (see [Got.Golden]), -sfntest.cover, -sfntest.coverprofile,
// -sfntest.coverdata and -sfntest.covermin (see CoverageMain). As go test does not know
// them, they stand behind the packages, which all have to import
// sfntest; and as it shows nothing of packages that pass, unless it runs in their folder,
// -v does:
//
//	go test ./workflows/... -v -sfntest.cover
package sfntest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

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

// New makes a workflow ready to be tested. A workflow that does not build ends
// the test with every problem and its Go line. Executions are Standard or Express as
// the workflow is. Options such as [interp.WithSeed] hold for all executions that the
// Run starts.
func New[In, Out any](t testing.TB, w *dsl.Workflow[In, Out], opts ...interp.Option) *Run[In, Out] {
	t.Helper()
	def, err := w.Build()
	if err != nil {
		t.Fatalf("workflow %q does not build:\n%v", w.Name(), err)
	}
	if w.IsExpress() {
		opts = append([]interp.Option{interp.WithType(asl.Express)}, opts...)
	}
	return &Run[In, Out]{newKit(t, w.Name(), def, opts)}
}

// Load makes the definition in a file ready to be tested: JSON text in the States
// Language. In and Out are Go types for its input and its output, any if there are
// none. The state machine has the name of the file, up to the first full stop; its
// tasks are answered for by [State] and [MockFile].
func Load[In, Out any](t testing.TB, file string, opts ...interp.Option) *Run[In, Out] {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	def, problems := asl.Parse(file, string(text))
	if err := problems.Err(); err != nil {
		t.Fatalf("%s is no definition:\n%v", file, err)
	}
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return &Run[In, Out]{newKit(t, name, def, opts)}
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

// At has the test do something when that much of an execution's time has passed,
// in every execution that is started from now on and lasts that long. It may call
// the execution's methods: stop it, send a token back or a heartbeat.
//
//	run.At(2*time.Hour, func(x *interp.Execution) {
//		x.SendTaskSuccess(ask.Calls()[0].Token, approved)
//	})
func (r *Run[In, Out]) At(d time.Duration, do func(x *interp.Execution)) {
	r.kit.events = append(r.kit.events, event{d, do})
}

// Start runs the workflow with this input to its end, on the virtual clock. It
// may be called several times: answers go on where the execution before left
// them.
func (r *Run[In, Out]) Start(input In) *Got[Out] {
	r.kit.t.Helper()
	return &Got[Out]{Execution: r.kit.run(input), t: r.kit.t}
}

// StartJSON is [Run.Start] with JSON text as input, for what no In can be: members
// that are missing or of another type.
func (r *Run[In, Out]) StartJSON(input string) *Got[Out] {
	r.kit.t.Helper()
	return &Got[Out]{Execution: r.kit.run(json.RawMessage(input)), t: r.kit.t}
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
	k.setStarted(x)
	defer k.setStarted(nil)
	for _, e := range k.events {
		x.After(e.at, func() { e.do(x) })
	}
	err = x.Run(context.Background())
	switch {
	case k.noted() != "":
		k.t.Fatalf("%s\n%s", k.noted(), trace(x))
	case err != nil:
		k.t.Fatalf("%v\n%s", err, trace(x))
	}
	return x
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

// wrong ends the execution because the test is wrong, for Start to report.
func (k *kit) wrong(task *interp.Task, format string, args ...any) (any, error) {
	problem, name := fmt.Sprintf(format, args...), k.name
	for k.started() == nil && k.outer != nil {
		k = k.outer
	}
	x := k.started()
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

func isStopped(err error) bool {
	var end *interp.ExecutionError
	return errors.As(err, &end) && end.Name == stopped
}

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
