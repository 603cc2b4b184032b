package tasks_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/tasks"
)

var update = flag.Bool("update", false, "write the golden files anew")

type Request struct{ DBInstanceIdentifier string }

type Snapshot struct {
	DBSnapshot struct{ DBSnapshotIdentifier, Status string }
}

type Order struct {
	ID            string
	Total         float64
	Placed, DueBy time.Time
	Coupon        *string `json:",omitempty"`
	Customer      struct {
		Limit float64
		VIP   bool
	}
	Lines   []Line
	Failure *dsl.ErrorOutput `json:",omitempty"`
}

type (
	Line struct {
		SKU string
		Qty int
	}
	ChargeRequest struct {
		OrderID  string
		Amount   float64
		Currency string
	}
	PickLine struct {
		OrderID string
		Line    Line
	}
	Payment  struct{ ID string }
	Parcel   struct{ Tracking string }
	Decision struct{ Approved bool }
	None     = struct{}
)

const (
	CreateSnapshot   = dsl.Function[Request, Snapshot]("create-snapshot")
	DescribeSnapshot = dsl.Function[Snapshot, Snapshot]("describe-snapshot")

	Charge  = dsl.Function[ChargeRequest, Payment]("charge")
	Reserve = dsl.Function[Order, None]("reserve")
	Ship    = dsl.Function[PickLine, Parcel]("ship")
	Notify  = dsl.Function[Order, None]("notify")

	Jobs       = tasks.Cluster("jobs")
	Worker     = tasks.TaskDefinition("worker")
	Private    = tasks.Network("private")
	Approvals  = tasks.Queue("approvals")
	Managers   = tasks.Topic("managers")
	Uploads    = tasks.Bucket("uploads")
	OrderTable = tasks.Table("order-table")
)

// A poller: a loop is a step that is listed and named again.
func RDS() *dsl.Workflow[Request, Snapshot] {
	status := dsl.Field(func(s *Snapshot) *string { return &s.DBSnapshot.Status })
	wait := dsl.Wait("Wait 1 minute", time.Minute)
	return dsl.New[Request, Snapshot]("rds-snapshot",
		dsl.Task("Create snapshot", CreateSnapshot).Timeout(5*time.Minute).Retry(dsl.LambdaFaults),
		wait,
		dsl.Task("Get snapshot status", DescribeSnapshot).Retry(dsl.LambdaFaults),
		dsl.Choice("Snapshot completed?").
			When(status.Equals("available"), dsl.Succeed("Done")).
			When(status.Equals("failed"), dsl.Fail("Failed", "SnapshotFailed", "RDS reports status failed")).
			Otherwise(wait), // listed above, so this is a jump
	)
}

// An order: conditions, a Parallel with a handler, a variable, a Map, and one
// state in JSONata.
func Orders() *dsl.Workflow[Order, dsl.Object] {
	var (
		id      = dsl.Field(func(o *Order) *string { return &o.ID })
		total   = dsl.Field(func(o *Order) *float64 { return &o.Total })
		limit   = dsl.Field(func(o *Order) *float64 { return &o.Customer.Limit })
		vip     = dsl.Field(func(o *Order) *bool { return &o.Customer.VIP })
		placed  = dsl.Field(func(o *Order) *time.Time { return &o.Placed })
		dueBy   = dsl.Field(func(o *Order) *time.Time { return &o.DueBy })
		coupon  = dsl.Field(func(o *Order) *string { return o.Coupon }) // optional: the pointer itself
		lines   = dsl.Field(func(o *Order) *[]Line { return &o.Lines })
		failure = dsl.Field(func(o *Order) *dsl.ErrorOutput { return o.Failure })
		paid    = dsl.Var[Payment]("payment")
	)
	rejected := dsl.Fail("Rejected", "OrderRejected", "over the limit or late")
	return dsl.New[Order, dsl.Object]("orders",
		dsl.Choice("Acceptable?").
			When(dsl.And(total.GreaterThanRef(limit), dsl.Not(vip.Equals(true))), rejected).
			When(dsl.Or(dueBy.LessThanRef(placed),
							dsl.And(coupon.IsPresent(), coupon.Matches("EXPIRED-*"))), rejected).
			Otherwise(dsl.Pass("Accept")), // open end: goes on to the next step of the list
		dsl.Parallel("Pay and reserve",
			dsl.Task("Charge", Charge.With(dsl.Build(func(r *ChargeRequest) []dsl.Assignment {
				r.Currency = "EUR"
				return []dsl.Assignment{id.To(&r.OrderID), total.To(&r.Amount)}
			}))).Retry(dsl.LambdaFaults, dsl.Retrier{Errors: []string{"CardBusy"}, MaxAttempts: 2}),
			dsl.Task("Reserve", Reserve),
		).
			Assign(paid.Set(dsl.Branch[Payment](0))).
			Discard().
			Catch(dsl.Catcher{Errors: []string{"CardDeclined"}, Into: failure, Then: dsl.Steps(
				dsl.Task("Tell customer", Notify).Discard(),
				dsl.Fail("Declined", "CardDeclined", "the card was declined"))}),
		dsl.Map("Ship lines", lines, dsl.Task("Ship", Ship)).
			Select(dsl.Build(func(p *PickLine) []dsl.Assignment {
				return []dsl.Assignment{id.To(&p.OrderID), dsl.Item[Line]().To(&p.Line)}
			})).
			Concurrency(5),
		dsl.Pass("Receipt").JSONata().Output(dsl.Object{
			"paid":    dsl.At(paid, func(p *Payment) *string { return &p.ID }),
			"parcels": fn.Len(dsl.Input[[]Parcel]()),
			"tax": dsl.Expr[float64]("$round({0} * 0.19, 2)",
				dsl.At(dsl.As[Order](dsl.Context.Execution.Input), func(o *Order) *float64 { return &o.Total })),
		}),
	)
}

// A container job that the workflow waits for.
func ECS() *dsl.Workflow[Order, tasks.ECSTask] {
	return dsl.New[Order, tasks.ECSTask]("ecs-job",
		dsl.Task("Run worker", tasks.ECSRunTask{
			Cluster: Jobs, TaskDefinition: Worker, LaunchType: tasks.Fargate,
			Network: Private, // one handle: subnets and security groups are bound together
			Overrides: []tasks.ContainerOverride{{Name: "worker", Environment: map[string]dsl.Value[string]{
				"ORDER": fn.JSON(dsl.Input[Order]()), // States.JsonToString($), or $string($states.input)
				"RUN":   dsl.Context.Execution.Name,
				"STAGE": dsl.Const("prod"),
			}}},
		}.Sync()).Timeout(time.Hour))
}

// A person decides: the task waits for its token, and somebody is told if it
// takes too long.
func Approval() *dsl.Workflow[Order, Decision] {
	approved := dsl.Field(func(d *Decision) *bool { return &d.Approved })
	failure := dsl.Field(func(o *Order) *dsl.ErrorOutput { return o.Failure })
	rejected := dsl.Fail("Rejected", "Rejected", "nobody approved")
	return dsl.New[Order, Decision]("approval",
		dsl.Task("Ask for approval", tasks.WaitForToken[Decision](tasks.SQSSendMessage{
			Queue: Approvals,
			Body:  dsl.Object{"token": dsl.Context.Task.Token, "order": dsl.Input[Order]()},
		})).
			Timeout(24*time.Hour).Heartbeat(time.Hour).
			Catch(dsl.Catcher{Errors: []string{"States.Timeout", "States.HeartbeatTimeout"}, Into: failure, Then: dsl.Steps(
				dsl.Task("Escalate", tasks.SNSPublish{Topic: Managers, Subject: dsl.Const("late"), Message: dsl.Input[Order]()}),
				rejected)}),
		dsl.Choice("Approved?").When(approved.Equals(true), dsl.Succeed("Go ahead")).Otherwise(rejected))
}

type (
	Row      struct{ ID, Amount string }
	Source   struct{ Key, Run string }
	RowBatch = tasks.Batch[Row, struct{ Run string }]
)

const ImportRows = dsl.Function[RowBatch, None]("import-rows")

// A distributed Map over the rows of a file.
func Import() *dsl.Workflow[Source, tasks.ResultFiles] {
	key := dsl.Field(func(s *Source) *string { return &s.Key })
	run := dsl.Field(func(s *Source) *string { return &s.Run })
	return dsl.New[Source, tasks.ResultFiles]("import",
		dsl.Distributed("Import rows", tasks.S3CSV[Row]{Bucket: Uploads.Name(), Key: key},
			dsl.Task("Import batch", ImportRows).Retry(dsl.LambdaFaults)).
			Express().Concurrency(50).
			Batch(100).BatchInput(dsl.Object{"Run": run}).
			TolerateRate(dsl.Const(2.5)).
			Write(tasks.S3Results{Bucket: Uploads.Name(), Prefix: dsl.Const("results")}))
}

type GetItem struct {
	TableName string
	Key       struct {
		ID tasks.Attr `json:"id"`
	}
	ConsistentRead bool
}

type GotItem struct {
	Item *struct {
		Status tasks.Attr `json:"status"`
	}
}

const GetOrder = tasks.SDK[GetItem, GotItem]("dynamodb:getItem")

// A call of a service as the SDK has it.
func Lookup() *dsl.Workflow[Order, dsl.Object] {
	id := dsl.Field(func(o *Order) *string { return &o.ID })
	status := dsl.Field(func(g *GotItem) *string { return &g.Item.Status.S })
	return dsl.New[Order, dsl.Object]("lookup",
		dsl.Task("Get order", GetOrder.With(dsl.Build(func(g *GetItem) []dsl.Assignment {
			g.ConsistentRead = true
			return []dsl.Assignment{OrderTable.Name().To(&g.TableName), id.To(&g.Key.ID.S)}
		}))),
		dsl.Choice("Shipped?").
			When(dsl.And(status.IsPresent(), status.Equals("SHIPPED")), dsl.Succeed("Shipped")).
			Otherwise(dsl.Fail("Not shipped", "NotShipped", "")))
}

// A fragment is a function; its states are made anew, and named, at every call.
func move(what string) dsl.Step {
	return dsl.Block(what+" reliably",
		dsl.Task("Reserve for "+what, Reserve).Discard(),
		dsl.Task("Notify of "+what, Notify).Discard(),
	).Retry(dsl.Retrier{Interval: 5 * time.Second, MaxAttempts: 3, Jitter: true})
}

func Twice() *dsl.Workflow[Order, Order] {
	return dsl.New[Order, Order]("twice", move("Pickup"), move("Delivery"))
}

func ThreeApprovals() *dsl.Workflow[any, any] {
	var asks []dsl.Step
	for _, who := range []string{"Approver 1", "Approver 2", "Approver 3"} {
		asks = append(asks, dsl.Task("SNS Publish to "+who, tasks.WaitForToken[Decision](tasks.SNSPublish{
			Topic: tasks.Topic(who), Message: dsl.Object{"token": dsl.Context.Task.Token, "message": dsl.Input[any]()}})))
	}
	return dsl.New[any, any]("three-approvals",
		dsl.Parallel("Parallel", asks...).Catch(dsl.Catcher{Then: dsl.Fail("Fail", "", "")}),
		dsl.Succeed("Success"))
}

func TestWorkflowsPrintAsExpected(t *testing.T) {
	for _, w := range []dsl.Definition{RDS(), Orders(), ECS(), Approval(), Import(), Lookup(), Twice(), ThreeApprovals(),
		RDS().JSONata(), ECS().JSONata(), Approval().JSONata(), Import().JSONata(), Lookup().JSONata(), Twice().JSONata()} {
		m, err := w.Build()
		if err != nil {
			t.Errorf("%s:\n%v", w.Name(), err)
			continue
		}
		name := w.Name()
		if m.QueryLanguage != "" {
			name += "." + strings.ToLower(string(m.QueryLanguage))
		}
		golden(t, name+".asl.json", m.Indent()+"\n")
	}
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
