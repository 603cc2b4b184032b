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
// An execution that has failed may go on ([Got.Redrive]).
//
// [Check] holds a workflow against the checker's rules, without running it.
//
// # Definitions from elsewhere
//
// [Load] tests a definition in a file or in a CloudFormation or SAM template, [MockFile]
// answers with a mock configuration file of Step Functions Local.
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
//	go test -v ./orders ./shipping -sfntest.cover
package sfntest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
)

// Run is a workflow under test, with what answers for its tasks. It belongs to
// one test and is not safe for concurrent use.
type Run[In, Out any] struct{ kit *kit }

// Kit is a [Run] of any workflow. No other package can implement it.
type Kit interface{ core() *kit }

func (r *Run[In, Out]) core() *kit { return r.kit }

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
	return &Got[Out]{Execution: r.kit.run(input), kit: r.kit, t: r.kit.t}
}

// StartJSON is [Run.Start] with JSON text as input, for what no In can be: members
// that are missing or of another type.
func (r *Run[In, Out]) StartJSON(input string) *Got[Out] {
	r.kit.t.Helper()
	return &Got[Out]{Execution: r.kit.run(json.RawMessage(input)), kit: r.kit, t: r.kit.t}
}
