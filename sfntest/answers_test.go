package sfntest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
)

// charges charges every order of a list.
func charges() *dsl.Workflow[[]Order, []Receipt] {
	return dsl.New[[]Order, []Receipt]("charges", dsl.Map("Each", dsl.Input[[]Order](), dsl.Task("Charge", Charge)))
}

var orders = []Order{{"a", 1}, {"b", 2000}, {"c", 3}, {"a", 1}, {"d", 4000}}

func TestAnswersForCertainInputs(t *testing.T) {
	run := sfntest.New(t, charges())
	charge := sfntest.On(run, Charge).Return(Receipt{9})
	a := charge.For(Order{"a", 1}).Return(Receipt{1}).Times(1)
	large := charge.When(func(o Order) bool { return o.Total > 1000 }).
		Return(Receipt{2}).
		Then().Return(Receipt{3})
	charge.When(func(o Order) bool { return o.ID == "b" }).Return(Receipt{4})

	got := run.Start(orders).Succeeded()

	want := []Receipt{{1}, {2}, {9}, {9}, {3}} // the second "a" has no answer left of its own
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("receipts %v, want %v", got, want)
	}
	a.Called(2)
	a.CalledWith(Order{"a", 1}, Order{"a", 1})
	large.CalledWith(Order{"b", 2000}, Order{"d", 4000})
	charge.CalledWith(orders...)
	charge.For(Order{"c", 3}).Called(1)
	charge.For(Order{"z", 0}).Called(0)
}

func TestInputsAreComparedAsTheHandlerReadsThem(t *testing.T) {
	run := sfntest.New(t, dsl.New[dsl.Object, Receipt]("more", dsl.Task("Charge", dsl.Function[dsl.Object, Receipt]("charge"))))
	sfntest.On(run, Charge).For(order).Return(Receipt{1})
	// The workflow sends a member that an Order has no place for.
	run.Start(dsl.Object{"ID": "o-1", "Total": 12.5, "Note": "urgent"}).Succeeded()

	raw := sfntest.New(t, checkout())
	charge := sfntest.State[Receipt](raw, "Charge")
	charge.For(dsl.Object{"Total": 12.5, "ID": "o-1"}).Return(Receipt{2})
	if got := raw.Start(order).Succeeded(); got.Number != 2 {
		t.Errorf("receipt %d, want 2", got.Number)
	}
}

func TestAHandleHasOneListOfAnswers(t *testing.T) {
	run := sfntest.New(t, checkout())
	sfntest.On(run, Charge).Fail("CardBusy", "")
	sfntest.On(run, Charge).Return(Receipt{5})
	if got := run.Start(order).Succeeded(); got.Number != 5 {
		t.Errorf("receipt %d, want 5", got.Number)
	}
	sfntest.On(run, Charge).Called(2)
}

func TestStateMachinesAreToldApart(t *testing.T) {
	run := sfntest.New(t, parent())
	large := sfntest.On(run, Large).Return(tasks.Execution[Order, Receipt]{Output: Receipt{2}})
	small := sfntest.On(run, Small).Return(tasks.Execution[Order, Receipt]{Output: Receipt{1}})
	run.Start(order).Succeeded()
	small.CalledWith(order)
	large.CalledWith(order)
}

func TestAnExecutionsInputMayBeText(t *testing.T) {
	run := sfntest.New(t, dsl.New[string, any]("text",
		dsl.Task("Start", tasks.StartExecution[Order, Receipt]{Machine: Small, Input: dsl.As[Order](dsl.Input[string]())}.Sync())))
	small := sfntest.On(run, Small).Return(tasks.Execution[Order, Receipt]{})
	run.Start(`{"ID": "o-1", "Total": 12.5}`).Succeeded()
	small.CalledWith(order)
}

func TestNestedExecutionsRunForReal(t *testing.T) {
	small, large := sfntest.New(t, checkout()), sfntest.New(t, approval())
	charge := sfntest.On(small, Charge).Return(Receipt{1})
	sfntest.State[Receipt](large, "Ask").Return(Receipt{2}).After(time.Hour)
	run := sfntest.New(t, parent())
	sfntest.On(run, Small).Runs(small)
	sfntest.On(run, Large).Runs(large)

	got := run.Start(order)

	execution := got.Succeeded().(map[string]any)
	if number := execution["Output"].(map[string]any)["Number"]; number != 2.0 {
		t.Errorf("the last execution ends with %v, want receipt 2", execution["Output"])
	}
	got.Elapsed(time.Minute + time.Hour)
	charge.CalledWith(order)

	// The Run of a nested workflow can be started by itself as well.
	if receipt := small.Start(order).Succeeded(); receipt.Number != 1 {
		t.Errorf("receipt %d, want 1", receipt.Number)
	}
}

func TestANestedExecutionGetsAToken(t *testing.T) {
	start := tasks.WaitForToken[Receipt](tasks.StartExecution[Order, Receipt]{Machine: Small, Input: dsl.Input[Order]()})
	run := sfntest.New(t, dsl.New[Order, Receipt]("callback", dsl.Task("Start", start).Timeout(time.Hour)))
	small := sfntest.New(t, checkout())
	charge := sfntest.On(small, Charge).Return(Receipt{1})
	started := sfntest.OnAction(run, start).Runs(small)
	run.At(2*time.Minute, func(x *interp.Execution) {
		if err := x.SendTaskSuccess(started.Calls()[0].Token, Receipt{2}); err != nil {
			t.Error(err)
		}
	})
	got := run.Start(order)
	if receipt := got.Succeeded(); receipt.Number != 2 {
		t.Errorf("receipt %d, want 2", receipt.Number)
	}
	got.Elapsed(2 * time.Minute)
	charge.CalledWith(order)
}

func TestAWorkflowThatStartsItselfEnds(t *testing.T) {
	quotas := interp.ServiceQuotas("STANDARD")
	quotas.OpenExecutions = 5
	run := sfntest.New(t, parent(), interp.WithQuotas(quotas))
	small := sfntest.On(run, Small).Runs(run)
	run.Start(order).Failed("States.TaskFailed")
	small.Called(6)
}

func TestNestedExecutionsFail(t *testing.T) {
	small := sfntest.New(t, checkout())
	sfntest.On(small, Charge).Fail("CardStolen", "")
	run := sfntest.New(t, parent())
	sfntest.State[any](run, "Small").Runs(small)
	run.Start(order).Failed("States.TaskFailed")
}

const (
	Managers = tasks.Topic("managers")
	Staff    = tasks.Topic("staff")
	Ledger   = tasks.Table("ledger")
	Audit    = tasks.Bus("audit")
)

// announce tells two topics, writes to a table and puts an event.
func announce() *dsl.Workflow[Order, any] {
	id := dsl.Field(func(o *Order) *string { return &o.ID })
	return dsl.New[Order, any]("announce",
		dsl.Task("Tell managers", tasks.SNSPublish{Topic: Managers, Message: id, Subject: dsl.Const("order")}).Discard(),
		dsl.Task("Tell staff", tasks.SNSPublish{Topic: Staff, Message: id, Subject: dsl.Const("order")}).Discard(),
		dsl.Task("Write", tasks.DynamoPutItem[any]{Table: Ledger, Item: dsl.Object{"ID": tasks.S(id)}}).Discard(),
		dsl.Task("Tell others", tasks.PutEvents{Events: []tasks.Event{{Bus: Audit, Source: dsl.Const("shop"), Type: dsl.Const("ordered"), Detail: id}}}).Discard(),
		dsl.Task("Look", tasks.AthenaQuery{Query: dsl.Const("SELECT 1")}.Sync()).Discard(),
	)
}

func TestCallsAreToldApartByWhatTheySend(t *testing.T) {
	run := sfntest.New(t, announce())
	managers := sfntest.OnAction(run, tasks.SNSPublish{Topic: Managers}).Return(tasks.SNSPublished{MessageID: "1"})
	every := sfntest.OnAction(run, tasks.SNSPublish{}).Return(tasks.SNSPublished{MessageID: "2"})
	other := sfntest.OnAction(run, tasks.SNSPublish{Topic: Staff, Subject: dsl.Const("holiday")}).Return(tasks.SNSPublished{})
	ledger := sfntest.OnAction(run, tasks.DynamoPutItem[any]{Table: Ledger, Item: dsl.Object{"ID": dsl.Object{"S": "o-1"}}}).Return(tasks.DynamoAttributes[any]{})
	audit := sfntest.OnAction(run, tasks.PutEvents{Events: []tasks.Event{{Bus: Audit}}}).Return(tasks.EventsPut{})
	look := sfntest.OnAction(run, tasks.AthenaQuery{}.Sync()).Return(tasks.AthenaDone{}).After(time.Minute)

	got := run.Start(order)

	got.Succeeded()
	got.Elapsed(time.Minute)
	managers.Called(1)
	every.Called(1)
	other.Called(0)
	ledger.Called(1)
	audit.Called(1)
	look.Called(1)
	if sent := managers.Calls()[0].Input["Message"]; sent != "o-1" {
		t.Errorf("the managers are told %v", sent)
	}
}

func TestWhatACallSendsHasToFit(t *testing.T) {
	for name, action := range map[string]tasks.PutEvents{
		"another source":    {Events: []tasks.Event{{Source: dsl.Const("elsewhere")}}},
		"two events":        {Events: []tasks.Event{{Bus: Audit}, {Bus: Audit}}},
		"a member too much": {Events: []tasks.Event{{Bus: Audit, Extra: dsl.Object{"TraceHeader": "x"}}}},
		"another shape":     {Events: []tasks.Event{{Detail: dsl.Object{"id": "o-1"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			run := sfntest.New(t, announce())
			sfntest.OnAction(run, tasks.SNSPublish{}).Return(tasks.SNSPublished{})
			sfntest.OnAction(run, tasks.DynamoPutItem[any]{}).Return(tasks.DynamoAttributes[any]{})
			sfntest.OnAction(run, tasks.AthenaQuery{}.Sync()).Return(tasks.AthenaDone{})
			fits := sfntest.OnAction(run, tasks.PutEvents{}).Return(tasks.EventsPut{})
			not := sfntest.OnAction(run, action).Return(tasks.EventsPut{})
			run.Start(order).Succeeded()
			fits.Called(1)
			not.Called(0)
		})
	}
}

// What a mock answers is what the API does; the integration makes the task's result of it.
func TestIntegrationsShapeWhatAPIsAnswer(t *testing.T) {
	failing := sfntest.New(t, announce())
	sfntest.OnAction(failing, tasks.SNSPublish{}).Return(tasks.SNSPublished{MessageID: "m-1"})
	sfntest.OnAction(failing, tasks.DynamoPutItem[any]{}).Return(tasks.DynamoAttributes[any]{})
	sfntest.OnAction(failing, tasks.PutEvents{}).Return(tasks.EventsPut{FailedEntryCount: 1})
	failing.Start(order).Failed("EventBridge.FailedEntry")

	run := sfntest.New(t, dsl.New[Order, dsl.Object]("tell", dsl.Task("Tell", tasks.SNSPublish{Topic: Managers, Message: dsl.Const("hello")})))
	sfntest.OnAction(run, tasks.SNSPublish{}).Return(tasks.SNSPublished{MessageID: "m-1"})
	out := run.Start(order).Succeeded()
	if out["MessageId"] != "m-1" || out["SdkResponseMetadata"] == nil {
		t.Errorf("output = %v, want the message's id and what the service tells of the response", out)
	}

	parents := sfntest.New(t, parent())
	sfntest.On(parents, Small).Return(tasks.Execution[Order, Receipt]{Status: "FAILED"})
	parents.Start(order).Failed("States.TaskFailed")
}

func TestACallThroughLambdaInvokeAsTheAPIHasIt(t *testing.T) {
	run := sfntest.New(t, invoking())
	sfntest.On(run, Charge).Return(Receipt{1})
	invoke := sfntest.OnAction(run, tasks.LambdaInvoke[Order, Receipt]{Function: Charge}).
		Return(tasks.LambdaResponse[Receipt]{StatusCode: 202, Payload: Receipt{2}})
	if out := run.Start(order).Succeeded(); out["StatusCode"] != 202.0 {
		t.Errorf("output = %v, want that of the more precise mock", out)
	}
	if sent := invoke.Calls()[0].Input["FunctionName"]; sent != "${Charge_Arn}" {
		t.Errorf("calls %v", sent)
	}
}

func TestATestActsAtAnInstant(t *testing.T) {
	run := sfntest.New(t, approval())
	ask := sfntest.State[Receipt](run, "Ask").Silent()
	run.At(40*time.Minute, func(x *interp.Execution) {
		if err := x.SendTaskHeartbeat(ask.Calls()[0].Token); err != nil {
			t.Error(err)
		}
	})
	run.At(90*time.Minute, func(x *interp.Execution) {
		if err := x.SendTaskSuccess(ask.Calls()[0].Token, Receipt{4}); err != nil {
			t.Error(err)
		}
	})
	run.At(48*time.Hour, func(*interp.Execution) { t.Error("the execution is over by then") })
	got := run.Start(order)
	if receipt := got.Succeeded(); receipt.Number != 4 {
		t.Errorf("receipt %d, want 4", receipt.Number)
	}
	got.Elapsed(90 * time.Minute)
}

func TestATestStopsTheExecution(t *testing.T) {
	run := sfntest.New(t, checkout())
	run.At(time.Second, func(x *interp.Execution) { x.Stop("Maintenance", "back soon") })
	got := run.Start(order)
	if cause := got.Aborted("Maintenance"); cause != "back soon" {
		t.Errorf("cause = %q", cause)
	}
	got.Elapsed(time.Second)
}

func TestATaskMayBeAskedNothing(t *testing.T) {
	run := sfntest.New(t, approval())
	sfntest.State[Receipt](run, "Ask").Do(func(context.Context, any) (Receipt, error) {
		return Receipt{}, interp.ErrNoAnswer
	}).After(time.Minute)
	got := run.Start(order)
	got.Failed("States.Timeout")
	got.Elapsed(time.Hour) // the heartbeat's
}

func TestAnActivityIsAnsweredFor(t *testing.T) {
	const Pack = tasks.Activity[Order, Receipt]("pack")
	run := sfntest.New(t, dsl.New[Order, Receipt]("activity", dsl.Task("Pack", Pack).Timeout(time.Hour).Heartbeat(time.Minute)))
	pack := sfntest.On(run, Pack).Return(Receipt{6}).After(30 * time.Minute).Heartbeats(50 * time.Second)
	got := run.Start(order)
	got.Succeeded()
	got.Elapsed(30 * time.Minute)
	pack.CalledWith(order)
}

func TestAnExpressWorkflowRunsAsOne(t *testing.T) {
	run := sfntest.New(t, dsl.New[Order, Receipt]("express", dsl.Wait("Long", 6*time.Minute)).Express())
	got := run.Start(order)
	got.TimedOut()
	got.Elapsed(5 * time.Minute)
}

func TestStartsWithJSON(t *testing.T) {
	run := sfntest.New(t, checkout())
	charge := sfntest.State[Receipt](run, "Charge").Return(Receipt{1})
	run.StartJSON(`{"ID": 5, "Total": 1.50}`).Succeeded()
	charge.CalledWith(dsl.Object{"ID": 5, "Total": 1.5})
}

// On a wall clock tasks call at the same time.
func TestAnswersOnAWallClock(t *testing.T) {
	run := sfntest.New(t, charges(), interp.WithClock(interp.WallClock(1000)))
	charge := sfntest.On(run, Charge).Return(Receipt{1}).Times(1).After(time.Second)
	charge.When(func(o Order) bool { return o.ID != "c" }).Return(Receipt{2}).After(time.Second)
	got := run.Start(orders).Succeeded()
	if want := []Receipt{{2}, {2}, {1}, {2}, {2}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("receipts %v, want %v", got, want)
	}
	charge.Called(len(orders))
}

func TestLoadsADefinition(t *testing.T) {
	run := sfntest.Load[Order, Receipt](t, "testdata/order.asl.json")
	sfntest.State[tasks.LambdaResponse[Receipt]](run, "Charge").Return(tasks.LambdaResponse[Receipt]{Payload: Receipt{7}})
	sfntest.State[any](run, "Ask").Return("yes").After(time.Hour)
	got := run.Start(order)
	if receipt := got.Succeeded(); receipt.Number != 7 {
		t.Errorf("receipt %d, want 7", receipt.Number)
	}
	got.Elapsed(time.Hour)
}

func TestLoadsATemplate(t *testing.T) {
	run := sfntest.Load[Order, Receipt](t, "testdata/template.yaml#Order")
	sfntest.State[Receipt](run, "Charge").Return(Receipt{8})
	got := run.Start(order)
	if receipt := got.Succeeded(); receipt.Number != 8 {
		t.Errorf("receipt %d, want 8", receipt.Number)
	}
	if arn := got.Execution.ARN(); !strings.Contains(arn, ":Order:") {
		t.Errorf("ARN %s", arn)
	}
	sfntest.Load[any, any](t, "testdata/template.yaml#Quick").Start(nil).TimedOut() // it is Express
}

func TestRedrives(t *testing.T) {
	run := sfntest.New(t, twice())
	charge := sfntest.On(run, Charge).Return(Receipt{1})
	sfntest.On(run, Refund).Fail("Down", "").Then().Return(Receipt{2})
	got := run.Start(order)
	got.Failed("Down")
	if receipt := got.Redrive().Succeeded(); receipt.Number != 2 {
		t.Errorf("receipt %d, want 2", receipt.Number)
	}
	charge.Called(1)
}

func TestMockFile(t *testing.T) {
	load := func(testCase string) *sfntest.Run[Order, Receipt] {
		run := sfntest.Load[Order, Receipt](t, "testdata/order.asl.json")
		sfntest.MockFile(run, "testdata/mocks.json", testCase)
		return run
	}
	got := load("HappyPath").Start(order)
	if receipt := got.Succeeded(); receipt.Number != 7 {
		t.Errorf("receipt %d, want 7", receipt.Number)
	}
	got.Elapsed(15 * time.Second) // two retries
	load("order#HappyPath").Start(order).Succeeded()
	load("NoMoney").Start(order).Failed("Cancelled")
	if cause := load("Rejected").Start(order).Failed("Rejected"); cause != "too expensive" {
		t.Errorf("cause = %q", cause)
	}

	// An answer for a state goes before the file, one for a handle does not.
	run := load("NoMoney")
	sfntest.State[any](run, "Charge").Return(tasks.LambdaResponse[Receipt]{Payload: Receipt{1}})
	sfntest.State[any](run, "Ask").Return(nil)
	run.Start(order).Succeeded()
	built := sfntest.New(t, checkout())
	sfntest.On(built, Charge).Return(Receipt{1})
	sfntest.MockFile(built, "testdata/mocks.json", "HappyPath")
	if receipt := built.Start(order).Succeeded(); receipt.Number != 3 {
		t.Errorf("receipt %d, want that of the file", receipt.Number)
	}
}

func TestGolden(t *testing.T) {
	run := sfntest.New(t, checkout())
	sfntest.On(run, Charge).Fail("CardBusy", "try again\nlater").Then().Return(Receipt{7}).After(2 * time.Second)
	run.Start(order).Golden("testdata/checkout.history")

	both := sfntest.New(t, branches())
	sfntest.On(both, Charge).Return(Receipt{1}).After(time.Second)
	sfntest.On(both, Refund).Return(Receipt{2})
	both.Start(order).Golden("testdata/branches.history")

	each := sfntest.New(t, charges())
	sfntest.On(each, Charge).Return(Receipt{1})
	each.Start(orders[:2]).Golden("testdata/charges.history")
}
