package sfntest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
)

// t is what a test gets as its *testing.T.
var t testing.TB = new(passing)

// passing is a testing.TB whose test does not fail.
type passing struct{ testing.TB }

func (*passing) Helper() {}

func Example() {
	run := sfntest.New(t, checkout())
	charge := sfntest.On(run, Charge).
		Fail("CardBusy", "try again").
		Return(Receipt{Number: 7}).After(2 * time.Second)

	got := run.Start(Order{ID: "o-1", Total: 12.5})

	fmt.Println(got.Succeeded().Number)
	fmt.Println(got.Execution.Duration())
	fmt.Println(charge.Calls()[1].Attempt)
	// Output:
	// 7
	// 1m7s
	// 1
}

// Messages to one topic are answered for apart from those to others.
func ExampleOnAction() {
	run := sfntest.New(t, announce())
	managers := sfntest.OnAction(run, tasks.SNSPublish{Topic: Managers}).Return(tasks.SNSPublished{MessageID: "m-1"})
	sfntest.OnAction(run, tasks.SNSPublish{Topic: Staff}).Return(tasks.SNSPublished{MessageID: "m-2"})
	sfntest.OnAction(run, tasks.DynamoPutItem[any]{Table: Ledger}).Return(tasks.DynamoAttributes[any]{})
	sfntest.OnAction(run, tasks.PutEvents{}).Return(tasks.EventsPut{})
	sfntest.OnAction(run, tasks.AthenaQuery{}.Sync()).Return(tasks.AthenaDone{})

	run.Start(Order{ID: "o-1", Total: 12.5}).Succeeded()

	fmt.Println(managers.Calls()[0].Input["Message"])
	// Output: o-1
}

// A job that has failed fails its task, with its description as the cause.
func ExampleOnAction_job() {
	ship := tasks.BatchSubmitJob{Name: dsl.Const("ship"), Queue: "jobs", Definition: "ship"}.Sync()
	run := sfntest.New(t, dsl.New[any, any]("batch", dsl.Task("Ship", ship)))
	sfntest.OnAction(run, ship).Return(tasks.BatchJob{JobName: "ship", Status: "FAILED", StatusReason: "no space left"})

	fmt.Println(run.Start(nil).Failed("States.TaskFailed"))
	// Output: {"JobArn":"","JobId":"","JobName":"ship","Status":"FAILED","StatusReason":"no space left"}
}

// A mock of a state answers for whatever the state calls.
func ExampleState() {
	run := sfntest.New(t, approval())
	sfntest.State[Receipt](run, "Ask").Return(Receipt{Number: 3})
	fmt.Println(run.Start(Order{}).Succeeded().Number)
	// Output: 3
}

func ExampleMock_For() {
	small, large := Order{ID: "o-1", Total: 12.5}, Order{ID: "o-2", Total: 4000}
	run := sfntest.New(t, charges())
	charge := sfntest.On(run, Charge)
	charge.For(small).Return(Receipt{Number: 1})
	charge.For(large).Fail("Declined", "no money")

	fmt.Println(run.Start([]Order{small}).Succeeded())
	fmt.Println(run.Start([]Order{small, large}).Failed("Declined"))
	// Output:
	// [{1}]
	// no money
}

func ExampleMock_When() {
	run := sfntest.New(t, charges())
	charge := sfntest.On(run, Charge).Return(Receipt{Number: 1})
	large := charge.When(func(o Order) bool { return o.Total > 1000 }).Return(Receipt{Number: 2})

	fmt.Println(run.Start([]Order{{Total: 1}, {Total: 5000}, {Total: 2}}).Succeeded())

	charge.Called(3)
	large.CalledWith(Order{Total: 5000})
	// Output: [{1} {2} {1}]
}

func ExampleMock_Then() {
	run := sfntest.New(t, looping())
	charge := sfntest.On(run, Charge).Return(Receipt{Number: 1}).Times(3).Then().Return(Receipt{Number: 3})
	run.Start(Order{}).Succeeded()
	fmt.Println(len(charge.Calls()))
	// Output: 4
}

// The real handler can take part in a test, and its errors too.
func ExampleMock_Do() {
	run := sfntest.New(t, checkout())
	sfntest.On(run, Charge).Do(func(_ context.Context, o Order) (Receipt, error) {
		return Receipt{}, errors.New("no such order: " + o.ID)
	})
	fmt.Println(run.Start(Order{ID: "o-1"}).Failed("errorString"))
	// Output: {"errorMessage":"no such order: o-1","errorType":"errorString"}
}

// A task that waits for its token is kept alive by heartbeats and ends when somebody
// sends the token back, or times out.
func ExampleMock_Heartbeats() {
	run := sfntest.New(t, approval())
	ask := sfntest.State[Receipt](run, "Ask")
	ask.Return(Receipt{Number: 3}).After(20 * time.Hour).Heartbeats(50 * time.Minute)
	ask.Fail("Rejected", "too expensive").After(time.Minute)
	ask.Silent()

	run.Start(Order{}).Succeeded()
	run.Start(Order{}).Failed("Rejected")
	got := run.Start(Order{})
	got.Failed("States.Timeout")

	fmt.Println(got.Execution.Duration()) // no heartbeat came
	// Output: 1h0m0s
}

func ExampleMock_Runs() {
	child := sfntest.New(t, checkout())
	sfntest.On(child, Charge).Return(Receipt{Number: 7})

	parent := dsl.New[Order, tasks.Execution[Order, Receipt]]("parent", dsl.Task("Check out", tasks.MachineOf(checkout())))
	run := sfntest.New(t, parent)
	sfntest.On(run, tasks.MachineOf(checkout())).Runs(child)

	got := run.Start(Order{ID: "o-1"})

	fmt.Println(got.Succeeded().Output.Number, got.Execution.Duration())
	// Output: 7 1m0s
}

// A test acts while the execution runs: here somebody approves after two hours.
func ExampleRun_At() {
	run := sfntest.New(t, approval())
	ask := sfntest.State[Receipt](run, "Ask").Silent().Heartbeats(30 * time.Minute)
	run.At(2*time.Hour, func(x *interp.Execution) {
		if err := x.SendTaskSuccess(ask.Calls()[0].Token, Receipt{Number: 4}); err != nil {
			fmt.Println(err)
		}
	})
	got := run.Start(Order{})
	fmt.Println(got.Succeeded().Number, got.Execution.Duration())
	// Output: 4 2h0m0s
}

func ExampleGot_Golden() {
	run := sfntest.New(t, charges())
	sfntest.On(run, Charge).Return(Receipt{Number: 1})
	run.Start([]Order{{"a", 1}, {"b", 2000}}).Golden("testdata/charges.history")
	// Output:
}

func ExampleLoad() {
	run := sfntest.Load[Order, Receipt](t, "testdata/order.asl.json")
	sfntest.State[tasks.LambdaResponse[Receipt]](run, "Charge").Return(tasks.LambdaResponse[Receipt]{Payload: Receipt{Number: 7}})
	sfntest.State[any](run, "Ask").Return("yes")
	fmt.Println(run.Start(Order{}).Succeeded().Number)
	// Output: 7
}

func ExampleMockFile() {
	run := sfntest.Load[Order, Receipt](t, "testdata/order.asl.json")
	sfntest.MockFile(run, "testdata/mocks.json", "HappyPath")
	fmt.Println(run.Start(Order{}).Succeeded().Number)
	// Output: 7
}

// The one line that a package needs to learn what its tests do not cover:
//
//	func TestMain(m *testing.M) { sfntest.CoverageMain(m, orders.Workflow()) }
//
// go test -sfntest.cover then prints lines such as these:
//
//	workflow orders: 80.0% covered: 2 of 2 states, 2 of 2 transitions, 0 of 1 retriers
//		workflow.go:34: "Charge": retrier 1 (CardBusy) never takes an error
func ExampleCoverageMain() {
	_ = func(m *testing.M) { sfntest.CoverageMain(m, checkout()) } // as TestMain
}
