package sfntest_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
)

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

// failures are tests that fail. What each is failed with stands in
// testdata/failures.txtar, under its name.
var failures = []struct {
	name string
	do   func(t testing.TB)
}{
	{"a task that nothing answers for", func(t testing.TB) {
		sfntest.New(t, checkout()).Start(order)
	}},
	{"a task that nothing answers for, beside others", func(t testing.TB) {
		run := sfntest.New(t, twice())
		sfntest.On(run, Charge).Return(Receipt{7})
		run.Start(order)
	}},
	{"a call that nothing answers for", func(t testing.TB) {
		sfntest.New(t, approval()).Start(order)
	}},
	{"a state machine that nothing answers for", func(t testing.TB) {
		run := sfntest.New(t, parent())
		sfntest.On(run, Small).Return(tasks.Execution[Order, Receipt]{})
		run.Start(order)
	}},
	{"a function behind lambda:invoke that nothing answers for", func(t testing.TB) {
		sfntest.New(t, invoking()).Start(order)
	}},
	{"a mock without answers", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge)
		run.Start(order)
	}},
	{"one call too many", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Fail("CardBusy", "").Times(2)
		run.Start(order)
	}},
	{"an input that no answer is for", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		charge := sfntest.On(run, Charge)
		charge.For(Order{ID: "o-9", Total: 1}).Return(Receipt{1})
		charge.For(Order{ID: "o-1", Total: 13}).Return(Receipt{2})
		charge.When(func(o Order) bool { return o.Total > 1000 }).Fail("Declined", "")
		run.Start(order)
	}},
	{"an input whose answers are used up", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).For(order).Fail("CardBusy", "try again").Times(2)
		run.Start(order)
	}},
	{"a condition that cannot hold the input", func(t testing.TB) {
		run := sfntest.New(t, misfit())
		sfntest.On(run, Charge).When(func(Order) bool { return true }).Return(Receipt{})
		run.Start(dsl.Object{})
	}},
	{"a For that is no JSON", func(t testing.TB) {
		sfntest.State[Receipt](sfntest.New(t, checkout()), "Charge").For(func() {})
	}},
	{"a handle that the workflow does not use", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Refund)
	}},
	{"a state machine that the workflow does not use", func(t testing.TB) {
		sfntest.On(sfntest.New(t, parent()), tasks.StateMachine[Order, Receipt]("other"))
	}},
	{"a call that the workflow does not make", func(t testing.TB) {
		sfntest.OnAction(sfntest.New(t, checkout()), tasks.SNSPublish{PhoneNumber: dsl.Const("112")})
	}},
	{"a handle that is nil", func(t testing.TB) {
		sfntest.On[Order, Receipt](sfntest.New(t, checkout()), nil)
	}},
	{"an action that is nil", func(t testing.TB) {
		sfntest.OnAction(sfntest.New(t, checkout()), tasks.WaitForToken[Receipt](nil))
	}},
	{"a state that does not exist", func(t testing.TB) {
		sfntest.State[Receipt](sfntest.New(t, checkout()), "Chrage")
	}},
	{"a state that does no task", func(t testing.TB) {
		sfntest.State[Receipt](sfntest.New(t, checkout()), "Cool off")
	}},
	{"Times before any answer", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Charge).Times(2)
	}},
	{"Then before any answer", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Charge).Then()
	}},
	{"Then and nothing more", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).For(order).Return(Receipt{}).Then()
		run.Start(order)
	}},
	{"Times(0)", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Charge).Return(Receipt{}).Times(0)
	}},
	{"heartbeats without pause", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Charge).Return(Receipt{}).Heartbeats(0)
	}},
	{"Runs of a function", func(t testing.TB) {
		sfntest.On(sfntest.New(t, checkout()), Charge).Runs(sfntest.New(t, checkout()))
	}},
	{"a nested execution that nothing answers for", func(t testing.TB) {
		run := sfntest.New(t, parent())
		sfntest.On(run, Small).Runs(sfntest.New(t, checkout()))
		run.Start(order)
	}},
	{"a child execution that nothing answers for", func(t testing.TB) {
		run := sfntest.New(t, dsl.New[[]Order, any]("batch",
			dsl.Distributed("Each", dsl.Items(dsl.Input[[]Order]()), dsl.Task("Charge", Charge).Catch(dsl.Catcher{Then: dsl.Succeed("Ignored")}))))
		run.Start(orders)
	}},
	{"other inputs", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		charge := sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order)
		charge.CalledWith(Order{ID: "o-1", Total: 13}, order)
	}},
	{"other inputs that are no JSON", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.State[Receipt](run, "Charge").CalledWith(func() {})
	}},
	{"another number of calls", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		charge := sfntest.On(run, Charge).Fail("CardBusy", "").Then().Return(Receipt{})
		run.Start(order)
		charge.Called(1)
	}},
	{"calls that the handler cannot hold", func(t testing.TB) {
		run := sfntest.New(t, misfit())
		charge := sfntest.On(run, Charge).Return(Receipt{})
		run.Start(dsl.Object{})
		charge.Calls()
	}},
	{"an input that the handler cannot hold", func(t testing.TB) {
		run := sfntest.New(t, misfit())
		sfntest.On(run, Charge).Do(func(context.Context, Order) (Receipt, error) { return Receipt{}, nil })
		run.Start(dsl.Object{})
	}},
	{"a token with a result that is no JSON", func(t testing.TB) {
		run := sfntest.New(t, approval())
		sfntest.State[any](run, "Ask").Return(func() {})
		run.Start(order)
	}},
	{"a success that was to be a failure", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Failed("CardDeclined")
	}},
	{"another error", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Fail("CardBusy", "try again").Then().Fail("CardStolen", "call the police")
		run.Start(order).Failed("CardDeclined")
	}},
	{"a failure that was to be a success", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Silent()
		run.Start(order).Succeeded()
	}},
	{"a failure in one of the branches", func(t testing.TB) {
		run := sfntest.New(t, branches())
		sfntest.On(run, Charge).Fail("CardStolen", "").After(time.Second)
		sfntest.On(run, Refund).Return(Receipt{}).After(time.Minute)
		run.Start(order).Succeeded()
	}},
	{"a long way", func(t testing.TB) {
		run := sfntest.New(t, looping())
		sfntest.On(run, Charge).Return(Receipt{1}).Times(20).Then().Fail("CardStolen", "")
		run.Start(order).Succeeded()
	}},
	{"an execution that was stopped", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		run.At(30*time.Second, func(x *interp.Execution) { x.Stop("Maintenance", "back soon") })
		run.Start(order).Aborted("Cancelled")
	}},
	{"another duration", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Elapsed(time.Hour)
	}},
	{"other states", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Visited("Charge", "Refund")
	}},
	{"an output of another type", func(t testing.TB) {
		run := sfntest.New(t, dsl.New[Order, Receipt]("wrong", dsl.Pass("P").Output(dsl.Object{"Number": "seven"})))
		run.Start(order).Succeeded()
	}},
	{"a workflow that does not build", func(t testing.TB) {
		sfntest.New(t, dsl.New[Order, Receipt]("wrong", dsl.Wait("W", 60)))
	}},
	{"a file that is no definition", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/broken.asl.json")
	}},
	{"a template of several state machines", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/template.yaml")
	}},
	{"a template without that state machine", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/template.yaml#Refund")
	}},
	{"a template without state machines", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/empty.yaml")
	}},
	{"a template that is no YAML", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/broken.yaml")
	}},
	{"a file that is not there", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/none.asl.json")
	}},
	{"a redrive of what has succeeded", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Redrive()
	}},
	{"a redrive that nothing answers for", func(t testing.TB) {
		run := sfntest.New(t, twice())
		sfntest.On(run, Charge).Return(Receipt{})
		sfntest.On(run, Refund).Fail("Down", "").Times(1)
		run.Start(order).Redrive()
	}},
	{"a definition that leads nowhere", func(t testing.TB) {
		sfntest.Load[Order, Receipt](t, "testdata/dangling.asl.json")
	}},
	{"an option that is wrong", func(t testing.TB) {
		sfntest.New(t, checkout(), interp.WithType("FAST"))
	}},
	{"an input that is no JSON", func(t testing.TB) {
		sfntest.New(t, checkout()).StartJSON(`{"ID"`)
	}},
	{"an execution that cannot go on", func(t testing.TB) {
		run := sfntest.New(t, dsl.New[Order, Receipt]("endless", dsl.Task("Charge", Charge)), interp.WithQuotas(interp.Quotas{}))
		sfntest.On(run, Charge).Silent()
		run.Start(order)
	}},
	{"another history", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{8}).After(time.Second)
		run.Start(order).Golden("testdata/checkout.history")
	}},
	{"no history to compare with", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.On(run, Charge).Return(Receipt{})
		run.Start(order).Golden("testdata/none.history")
	}},
	{"a mock file that is not there", func(t testing.TB) {
		sfntest.MockFile(sfntest.New(t, checkout()), "testdata/none.json", "HappyPath")
	}},
	{"a test case that is not there", func(t testing.TB) {
		sfntest.MockFile(sfntest.New(t, checkout()), "testdata/mocks.json", "SadPath")
	}},
	{"a test case of another state machine", func(t testing.TB) {
		sfntest.MockFile(sfntest.New(t, checkout()), "testdata/mocks.json", "refunds#HappyPath")
	}},
	{"more calls than mocked responses", func(t testing.TB) {
		run := sfntest.New(t, checkout())
		sfntest.MockFile(run, "testdata/mocks.json", "TooFew")
		run.Start(order)
	}},
}

var lineNumber = regexp.MustCompile(`([\w/]*/)?(\w+_test\.go):\d+`)

func TestFailures(t *testing.T) {
	const file = "testdata/failures.txtar"
	if flag.Lookup("sfntest.update").Value.String() == "true" {
		t.Skip("the messages are those that are compared with the histories")
	}
	want, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := &txtar.Archive{Comment: want.Comment}
	for _, f := range failures {
		text := lineNumber.ReplaceAllString(failure(f.do), "$2:N")
		if text == "" {
			t.Errorf("%s: the test does not fail", f.name)
		}
		got.Files = append(got.Files, txtar.File{Name: f.name, Data: []byte(text + "\n")})
	}
	if *updateFailures {
		if err := os.WriteFile(file, txtar.Format(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(want.Files) != len(got.Files) {
		t.Fatalf("%s has %d messages for %d tests; write it with -update", file, len(want.Files), len(got.Files))
	}
	for i, f := range got.Files {
		if w := want.Files[i]; w.Name != f.Name || !bytes.Equal(w.Data, f.Data) {
			t.Errorf("%s: the test fails with\n%swant\n%s", f.Name, f.Data, w.Data)
		}
	}
}

var updateFailures = flag.Bool("update", false, "write the messages of tests that fail")
