package sfntest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
)

type Order struct {
	ID    string
	Total float64
}

type Receipt struct{ Number int }

const (
	Charge = dsl.Function[Order, Receipt]("charge")
	Refund = dsl.Function[Order, Receipt]("refund")
	Queue  = tasks.Queue("approvals")
)

// checkout charges an order, after a while.
func checkout() *dsl.Workflow[Order, Receipt] {
	return dsl.New[Order, Receipt]("checkout",
		dsl.Wait("Cool off", time.Minute),
		dsl.Task("Charge", Charge).
			Timeout(time.Hour).
			Retry(dsl.Retrier{Errors: []string{"CardBusy"}, Interval: 5 * time.Second, MaxAttempts: 2}),
	)
}

// approval asks somebody through a queue.
func approval() *dsl.Workflow[Order, Receipt] {
	return dsl.New[Order, Receipt]("approval",
		dsl.Task("Ask", tasks.WaitForToken[Receipt](tasks.SQSSendMessage{
			Queue: Queue,
			Body:  dsl.Object{"token": dsl.Context.Task.Token, "order": dsl.Input[Order]()},
		})).Timeout(24*time.Hour).Heartbeat(time.Hour),
	)
}

// twice charges and refunds.
func twice() *dsl.Workflow[Order, Receipt] {
	return dsl.New[Order, Receipt]("twice", dsl.Task("Charge", Charge).Discard(), dsl.Task("Refund", Refund))
}

// branches charges and refunds at the same time.
func branches() *dsl.Workflow[Order, []Receipt] {
	return dsl.New[Order, []Receipt]("branches",
		dsl.Parallel("Both", dsl.Task("Charge", Charge), dsl.Task("Refund", Refund)))
}

// The state machines that parent starts.
const (
	Small = tasks.StateMachine[Order, Receipt]("checkout")
	Large = tasks.StateMachine[Order, Receipt]("approval")
)

// parent starts two state machines, one after the other.
func parent() *dsl.Workflow[Order, any] {
	return dsl.New[Order, any]("parent",
		dsl.Task("Small", Small).Discard(),
		dsl.Task("Large", Large))
}

// invoking charges through the API of AWS Lambda.
func invoking() *dsl.Workflow[Order, dsl.Object] {
	return dsl.New[Order, dsl.Object]("invoke",
		dsl.Task("Charge", tasks.LambdaInvoke[Order, Receipt]{Function: Charge, Payload: dsl.Input[Order]()}))
}

// misfit gives a function what it cannot hold, which shows only when it runs.
func misfit() *dsl.Workflow[dsl.Object, Receipt] {
	return dsl.New[dsl.Object, Receipt]("misfit", dsl.Pass("P").Output(dsl.Object{"ID": fn.Parse[any](dsl.Const("5"))}), dsl.Task("Charge", Charge))
}

// looping charges until there have been three charges.
func looping() *dsl.Workflow[Order, Receipt] {
	loop := dsl.Task("Charge", Charge)
	number := dsl.Field(func(r *Receipt) *int { return &r.Number })
	return dsl.New[Order, Receipt]("loop", loop,
		dsl.Choice("Enough?").When(number.AtLeast(3), dsl.Succeed("Yes")).Otherwise(loop))
}

var order = Order{ID: "o-1", Total: 12.5}

func TestAnswersArePlayedInOrderAndTheLastRepeats(t *testing.T) {
	run := sfntest.New(t, looping())
	sfntest.On(run, Charge).Return(Receipt{1}).Times(2).Return(Receipt{2}).Then().Return(Receipt{3})

	first := run.Start(order)
	first.Succeeded()
	second := run.Start(order)
	second.Succeeded()

	if n := len(first.States()); n != 9 {
		t.Errorf("the first execution entered %d states, want 9: two ones, a two, a three, two states each, and the end", n)
	}
	second.Visited("Charge", "Enough?", "Yes")
}

func TestAnAnswerForAStateGoesBeforeOneForItsHandle(t *testing.T) {
	run := sfntest.New(t, checkout())
	sfntest.On(run, Charge).Return(Receipt{1})
	sfntest.State[Receipt](run, "Charge").Return(Receipt{2})
	if got := run.Start(order).Succeeded(); got.Number != 2 {
		t.Errorf("receipt %d, want 2", got.Number)
	}
}

func TestDoRunsTheHandler(t *testing.T) {
	type Declined struct{ error }
	run := sfntest.New(t, checkout())
	sfntest.On(run, Charge).Do(func(_ context.Context, o Order) (Receipt, error) {
		return Receipt{}, &Declined{errors.New("no money for " + o.ID)}
	})
	cause := run.Start(order).Failed("Declined")
	if want := `{"errorMessage":"no money for o-1","errorType":"Declined"}`; cause != want {
		t.Errorf("cause = %s, want %s", cause, want)
	}
}

func TestATaskTimesOutAtItsInstant(t *testing.T) {
	for name, answer := range map[string]func(*sfntest.Mock[Order, Receipt]){
		"silent":   func(m *sfntest.Mock[Order, Receipt]) { m.Silent() },
		"too slow": func(m *sfntest.Mock[Order, Receipt]) { m.Return(Receipt{}).After(2 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			run := sfntest.New(t, checkout())
			answer(sfntest.On(run, Charge))
			got := run.Start(order)
			got.Failed("States.Timeout")
			got.Elapsed(time.Minute + time.Hour)
		})
	}
}

func TestATokenIsSentBackWhenTheAnswerIsDue(t *testing.T) {
	run := sfntest.New(t, approval())
	ask := sfntest.State[Receipt](run, "Ask").Return(Receipt{3}).After(20 * time.Hour).Heartbeats(30 * time.Minute)
	got := run.Start(order)
	if receipt := got.Succeeded(); receipt.Number != 3 {
		t.Errorf("receipt %d, want 3", receipt.Number)
	}
	got.Elapsed(20 * time.Hour)
	if calls := ask.Calls(); len(calls) != 1 || calls[0].Token == "" {
		t.Errorf("calls = %+v, want one with a token", calls)
	}
}

func TestATokenThatIsNotSentBackTimesOut(t *testing.T) {
	tests := []struct {
		name   string
		answer func(*sfntest.Mock[any, Receipt])
		want   time.Duration
	}{
		{"no heartbeat", func(m *sfntest.Mock[any, Receipt]) { m.Silent() }, time.Hour},
		{"heartbeats for ever", func(m *sfntest.Mock[any, Receipt]) { m.Silent().Heartbeats(59 * time.Minute) }, 24 * time.Hour},
		{"heartbeats too rare", func(m *sfntest.Mock[any, Receipt]) {
			m.Return(Receipt{}).After(3 * time.Hour).Heartbeats(2 * time.Hour)
		}, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run := sfntest.New(t, approval())
			tt.answer(sfntest.State[Receipt](run, "Ask"))
			got := run.Start(order)
			got.Failed("States.Timeout")
			got.Elapsed(tt.want)
		})
	}
}

func TestATokenCanFailItsTask(t *testing.T) {
	run := sfntest.New(t, approval())
	sfntest.State[Receipt](run, "Ask").Fail("Rejected", "too expensive").After(time.Minute)
	got := run.Start(order)
	if cause := got.Failed("Rejected"); cause != "too expensive" {
		t.Errorf("cause = %q", cause)
	}
	got.Elapsed(time.Minute)
}

func TestAFunctionBehindLambdaInvokeHasItsOwnTypes(t *testing.T) {
	run := sfntest.New(t, invoking())
	charge := sfntest.On(run, Charge).Return(Receipt{9})

	out := run.Start(order).Succeeded()

	if got := out["Payload"].(map[string]any)["Number"]; fmt.Sprint(got) != "9" {
		t.Errorf("output = %v, want the receipt as Payload", out)
	}
	if calls := charge.Calls(); len(calls) != 1 || calls[0].Input != order {
		t.Errorf("calls = %+v, want one with the order", calls)
	}
}

func TestOptionsReachTheInterpreter(t *testing.T) {
	run := sfntest.New(t, checkout(), interp.WithName("run-1"))
	sfntest.On(run, Charge).Return(Receipt{})
	got := run.Start(order)
	if got.Execution.Name() != "run-1" || !strings.HasSuffix(got.Execution.ARN(), ":execution:checkout:run-1") {
		t.Errorf("ARN = %s", got.Execution.ARN())
	}
}

func BenchmarkPoller(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		run := sfntest.New(b, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Succeeded()
	}
}
