package sfntest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
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

var order = Order{ID: "o-1", Total: 12.5}

func Example() {
	t := new(quiet) // in a test: its *testing.T
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

// quiet is a testing.TB whose test has not failed.
type quiet struct{ testing.TB }

func (*quiet) Helper() {}

// spy is a testing.TB that keeps what a test is failed with.
type spy struct {
	testing.TB
	failures []string
}

func (s *spy) Helper() {}

func (s *spy) Errorf(format string, args ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, args...))
}

func (s *spy) Fatalf(format string, args ...any) {
	s.Errorf(format, args...)
	runtime.Goexit()
}

func (s *spy) Fatal(args ...any) { s.Fatalf("%s", fmt.Sprint(args...)) }

// failure returns what a test that does this is failed with.
func failure(do func(t testing.TB)) string {
	s := &spy{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(s)
	}()
	<-done
	return strings.Join(s.failures, "\n")
}

func TestWhatTheTestDoesNotExpectFailsIt(t *testing.T) {
	tests := []struct {
		name string
		do   func(t testing.TB)
		want []string
	}{
		{"a task that nothing answers for", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.State[Receipt](run, "Charge") // has no answers
			sfntest.New(t, checkout()).Start(order)
		}, []string{`nothing answers for task "Charge" (lambda "charge")`, "sfntest.On(run", "1m0s  Charge"}},
		{"a mock without answers", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge)
			run.Start(order)
		}, []string{`lambda "charge" has no answer`}},
		{"one call too many", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Fail("CardBusy", "").Times(2)
			run.Start(order)
		}, []string{`lambda "charge" is called once more than it has answers`, `{"ID":"o-1","Total":12.5}`}},
		{"a handle that the workflow does not use", func(t testing.TB) {
			sfntest.On(sfntest.New(t, checkout()), Refund)
		}, []string{"no task of the workflow calls ${Refund_Arn}"}},
		{"a state that does not exist", func(t testing.TB) {
			sfntest.State[Receipt](sfntest.New(t, checkout()), "Chrage")
		}, []string{`no state "Chrage"`}},
		{"a state that does no task", func(t testing.TB) {
			sfntest.State[Receipt](sfntest.New(t, checkout()), "Cool off")
		}, []string{`state "Cool off" is a Wait`}},
		{"Times before any answer", func(t testing.TB) {
			sfntest.On(sfntest.New(t, checkout()), Charge).Times(2)
		}, []string{"Times is about an answer: add one first"}},
		{"Times(0)", func(t testing.TB) {
			sfntest.On(sfntest.New(t, checkout()), Charge).Return(Receipt{}).Times(0)
		}, []string{"an answer is played at least once"}},
		{"heartbeats without pause", func(t testing.TB) {
			sfntest.On(sfntest.New(t, checkout()), Charge).Return(Receipt{}).Heartbeats(0)
		}, []string{"the interval is not positive"}},
		{"a success that was to be a failure", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Return(Receipt{})
			run.Start(order).Failed("CardDeclined")
		}, []string{"the execution is SUCCEEDED, want FAILED"}},
		{"another error", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Fail("CardStolen", "call the police")
			run.Start(order).Failed("CardDeclined")
		}, []string{`the execution is FAILED with "CardStolen", want "CardDeclined"`, "execution FAILED: CardStolen: call the police", `input of state "Charge": {"ID":"o-1","Total":12.5}`}},
		{"a failure that was to be a success", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Fail("CardStolen", "")
			run.Start(order).Succeeded()
		}, []string{"the execution is FAILED, want SUCCEEDED", "0s  Cool off", "1m0s  Charge"}},
		{"another duration", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Return(Receipt{})
			run.Start(order).Elapsed(time.Hour)
		}, []string{"the execution took 1m0s, want 1h0m0s"}},
		{"other states", func(t testing.TB) {
			run := sfntest.New(t, checkout())
			sfntest.On(run, Charge).Return(Receipt{})
			run.Start(order).Visited("Charge")
		}, []string{`"Cool off"`}},
		{"an output of another type", func(t testing.TB) {
			run := sfntest.New(t, dsl.New[Order, Receipt]("wrong", dsl.Pass("P").Output(dsl.Object{"Number": "seven"})))
			run.Start(order).Succeeded()
		}, []string{`the output {"Number":"seven"} is no sfntest_test.Receipt`}},
		{"a workflow that does not build", func(t testing.TB) {
			sfntest.New(t, dsl.New[Order, Receipt]("wrong", dsl.Wait("W", 60)))
		}, []string{`workflow "wrong" does not build`, "sfntest_test.go:", "whole number of seconds"}},
		{"an input that the handler cannot hold", func(t testing.TB) {
			run := sfntest.New(t, dsl.New[dsl.Object, Receipt]("wrong",
				dsl.Pass("P").Output(dsl.Object{"ID": 5}), dsl.Task("Charge", Charge)))
			sfntest.On(run, Charge).Do(func(context.Context, Order) (Receipt, error) { return Receipt{}, nil })
			run.Start(dsl.Object{})
		}, []string{`task "Charge" sends {"ID":5}, which is no sfntest_test.Order`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := failure(tt.do)
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("the test fails with\n%s\nwant %q in it", got, want)
				}
			}
		})
	}
}

func TestAnswersArePlayedInOrderAndTheLastRepeats(t *testing.T) {
	loop := dsl.Task("Charge", Charge)
	number := dsl.Field(func(r *Receipt) *int { return &r.Number })
	run := sfntest.New(t, dsl.New[Order, Receipt]("loop", loop, dsl.Choice("Enough?").When(number.AtLeast(3), dsl.Succeed("Yes")).Otherwise(loop)))
	sfntest.On(run, Charge).Return(Receipt{1}).Times(2).Return(Receipt{2}).Return(Receipt{3})

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
	run := sfntest.New(t, dsl.New[Order, dsl.Object]("invoke",
		dsl.Task("Charge", tasks.LambdaInvoke[Order, Receipt]{Function: Charge, Payload: dsl.Input[Order]()})))
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
