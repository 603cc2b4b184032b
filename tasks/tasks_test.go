package tasks_test

import (
	"context"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/tasks"
)

const (
	Resize  = dsl.Function[Order, Parcel]("resize")
	Child   = tasks.StateMachine[Order, Parcel]("child")
	Packing = tasks.Activity[Order, Parcel]("packing")
	Events  = tasks.Bus("events")
	Shop    = tasks.Connection("shop")
)

// allIntegrations uses every integration of the package, with most of its fields.
func allIntegrations() *dsl.Workflow[Order, any] {
	id := dsl.Field(func(o *Order) *string { return &o.ID })
	total := dsl.Field(func(o *Order) *float64 { return &o.Total })
	vip := dsl.Field(func(o *Order) *bool { return &o.Customer.VIP })
	texts := map[string]dsl.Value[string]{"ID": id, "KIND": dsl.Const("order")}
	lists := map[string][]dsl.Value[string]{"X-Order": {id}}
	key := dsl.Object{"id": tasks.S(id)}
	names := dsl.Object{"#s": "status"}
	change := tasks.Expression{Condition: "#s = :s", Names: names, Values: dsl.Object{":s": tasks.Bool(vip)}, Return: "ALL_NEW"}
	list := func(name string, r tasks.S3Results) dsl.Step {
		return dsl.Distributed(name, tasks.S3Objects{Bucket: Uploads.Name(), Prefix: id, MaxItems: dsl.Const(5)}, dsl.Pass("Item of "+name)).Write(r).Discard()
	}
	read := func(name string, m *dsl.DistributedState) dsl.Step { return m.Label(name).Discard() }
	return dsl.New[Order, any]("all-integrations",
		discarded("lambda", tasks.LambdaInvoke[Order, Parcel]{Function: Resize}),
		discarded("lambda event", tasks.LambdaInvoke[Order, Parcel]{Function: Resize, Payload: dsl.As[Order](dsl.Input[any]()), Qualifier: dsl.Const("live"), Event: true}),
		discarded("lambda token", tasks.WaitForToken[Decision](tasks.LambdaInvoke[dsl.Object, None]{
			Function: "ask", Payload: dsl.Const(dsl.Object{"token": dsl.Context.Task.Token})})),
		discarded("activity", Packing),
		discarded("activity with", Packing.With(dsl.As[Order](dsl.Context.Execution.Input))),
		discarded("state machine", Child),
		discarded("state machine with", Child.With(dsl.As[Order](dsl.Context.Execution.Input))),
		discarded("start", tasks.StartExecution[Order, Parcel]{Machine: Child, Name: id}),
		discarded("start sync", tasks.StartExecution[Order, Parcel]{Machine: Child}.Sync()),
		discarded("start token", tasks.WaitForToken[Decision](tasks.StartExecution[dsl.Object, any]{
			Machine: "asker", Input: dsl.Const(dsl.Object{"token": dsl.Context.Task.Token})})),
		discarded("sns", tasks.SNSPublish{Topic: Managers, Message: id, Attributes: dsl.Object{"kind": dsl.Object{"DataType": "String", "StringValue": id}}}),
		discarded("sns phone", tasks.SNSPublish{PhoneNumber: dsl.Const("+4912345"), Message: "hello"}),
		discarded("sns fifo", tasks.SNSPublish{TopicARN: id, Message: dsl.Object{"o": id}, GroupID: id, DeduplicationID: id, Extra: dsl.Object{"MessageStructure": "json"}}),
		discarded("sqs", tasks.SQSSendMessage{QueueURL: id, Body: dsl.Input[Order](), Delay: time.Minute, GroupID: id, DeduplicationID: id, Attributes: dsl.Object{}}),
		discarded("events", tasks.PutEvents{Events: []tasks.Event{
			{Bus: Events, Source: dsl.Const("shop"), Type: dsl.Const("OrderPlaced"), Detail: dsl.Object{"id": id}, Resources: []dsl.Value[string]{dsl.Const("r")}},
			{Source: dsl.Const("shop"), Type: dsl.Const("OrderSeen"), Detail: dsl.Object{}}}}),
		discarded("get", tasks.DynamoGetItem[GotItem]{Table: OrderTable, Key: key, Consistent: true, Projection: "#s", Names: names}),
		discarded("put", tasks.DynamoPutItem[GotItem]{Table: OrderTable, Item: dsl.Object{"id": tasks.S(id), "total": tasks.N(total), "vip": tasks.Bool(vip)}, Expression: change}),
		discarded("update", tasks.DynamoUpdateItem[GotItem]{Table: OrderTable, Key: key, Update: "SET #s = :s", Expression: change}),
		discarded("delete", tasks.DynamoDeleteItem[GotItem]{Table: OrderTable, Key: key}),
		discarded("ecs", tasks.ECSRunTask{Cluster: Jobs, TaskDefinition: Worker, LaunchType: tasks.EC2, Count: 2, Network: Private, AssignPublicIP: true,
			Overrides: []tasks.ContainerOverride{{Name: "c", Command: []dsl.Value[string]{dsl.Const("run"), id}, Extra: dsl.Object{"Cpu": 256}}}}),
		discarded("ecs token", tasks.WaitForToken[Decision](tasks.ECSRunTask{Cluster: Jobs, TaskDefinition: Worker,
			Overrides: []tasks.ContainerOverride{{Name: "c", Environment: map[string]dsl.Value[string]{"TOKEN": dsl.Context.Task.Token}}}})),
		discarded("batch", tasks.BatchSubmitJob{Name: id, Queue: "q", Definition: "d"}),
		discarded("batch sync", tasks.BatchSubmitJob{Name: dsl.Const("job"), Queue: "q", Definition: "d", Parameters: texts, Command: []dsl.Value[string]{id},
			Environment: texts, ArraySize: 10, Attempts: 2, Timeout: time.Hour}.Sync()),
		discarded("glue", tasks.GlueStartJobRun{Job: dsl.Const("job"), Arguments: texts}),
		discarded("glue sync", tasks.GlueStartJobRun{Job: dsl.Const("job")}.Sync()),
		discarded("codebuild", tasks.CodeBuildStart{Project: dsl.Const("p")}),
		discarded("codebuild sync", tasks.CodeBuildStart{Project: dsl.Const("p"), Environment: texts}.Sync()),
		discarded("athena", tasks.AthenaQuery{Query: dsl.Const("SELECT 1"), WorkGroup: dsl.Const("primary")}),
		discarded("athena sync", tasks.AthenaQuery{Query: dsl.Const("SELECT 1"), Database: dsl.Const("db"), Output: dsl.Const("s3://b/p")}.Sync()),
		discarded("http", tasks.HTTPInvoke[any]{Connection: Shop, Endpoint: dsl.Const("https://example.com/orders"), Method: tasks.Post,
			Headers: texts, Query: texts, Body: dsl.Object{"id": id}, FormEncoded: true}),
		discarded("api", tasks.APIGatewayInvoke[any]{Endpoint: dsl.Const("a.execute-api.eu-west-1.amazonaws.com"), Method: tasks.Get,
			Stage: dsl.Const("prod"), Path: id, Headers: lists, Query: lists, Body: dsl.Object{"id": id}, AuthType: "IAM_ROLE"}),
		discarded("bedrock", tasks.BedrockInvokeModel[any]{Model: dsl.Const("m"), Body: dsl.Object{"prompt": id}}),
		discarded("sdk", GetOrder),
		discarded("sdk args", GetOrder.Args(dsl.Object{"TableName": OrderTable.Name(), "Key": key})),
		discarded("sdk token", tasks.WaitForToken[Decision](tasks.SDK[any, any]("sqs:sendMessage").Args(dsl.Object{"QueueUrl": Approvals.URL(), "MessageBody": dsl.Context.Task.Token}))),
		discarded("optimized", tasks.Optimized[any]{Action: "eks:deleteCluster", Arguments: dsl.Object{"Name": id}}),
		discarded("optimized sync", tasks.Optimized[any]{Action: "emr-serverless:stopApplication", Arguments: dsl.Object{"ApplicationId": id}}.Sync()),
		list("list", tasks.S3Results{Transformation: tasks.Compact}),
		list("list to files", tasks.S3Results{Bucket: Uploads.Name(), Lines: true}),
		list("list flattened", tasks.S3Results{Bucket: Uploads.Name(), Prefix: id, Transformation: tasks.Flatten}),
		read("csv", dsl.Distributed("csv", tasks.S3CSV[Row]{Bucket: Uploads.Name(), Key: id, Headers: []string{"ID", "Amount"}, Delimiter: tasks.Tab}, dsl.Pass("csv row"))),
		read("json", dsl.Distributed("json", tasks.S3JSON[Row]{Bucket: Uploads.Name(), Key: id, Pointer: "/rows"}, dsl.Pass("json row"))),
		read("jsonl", dsl.Distributed("jsonl", tasks.S3JSONL[Row]{Bucket: Uploads.Name(), Key: id}, dsl.Pass("jsonl row"))),
		read("parquet", dsl.Distributed("parquet", tasks.S3Parquet[Row]{Bucket: Uploads.Name(), Key: id}, dsl.Pass("parquet row"))),
		read("inventory", dsl.Distributed("inventory", tasks.S3Inventory[Row]{Bucket: Uploads.Name(), Key: id}, dsl.Pass("inventory row"))),
		read("athena-rows", dsl.Distributed("athena rows", tasks.S3Athena[Row]{Bucket: Uploads.Name(), Key: id, Type: "CSV"}, dsl.Pass("athena row"))),
		read("contents", dsl.Distributed("contents", tasks.S3Contents[Row]{Bucket: Uploads.Name(), Prefix: id, Type: "JSONL"}, dsl.Pass("content row"))),
	)
}

func discarded[Out any](name string, a dsl.Action[Out]) dsl.Step {
	return dsl.Task(name, a).Discard()
}

func TestAllIntegrationsPrintAsExpected(t *testing.T) {
	for name, w := range map[string]dsl.Definition{
		"integrations.asl.json":         allIntegrations(),
		"integrations.jsonata.asl.json": allIntegrations().JSONata(),
	} {
		m, err := w.Build()
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		golden(t, name, m.Indent()+"\n")
	}
}

// TestHandlesNameWhatConstructsBind lists the placeholders of all handles.
func TestHandlesNameWhatConstructsBind(t *testing.T) {
	m, err := allIntegrations().Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []asl.Placeholder{
		{Kind: "lambda", Handle: "resize", Attr: "Arn"},
		{Kind: "activity", Handle: "packing", Attr: "Arn"},
		{Kind: "stateMachine", Handle: "child", Attr: "Arn"},
		{Kind: "topic", Handle: "managers", Attr: "Arn"},
		{Kind: "queue", Handle: "approvals", Attr: "Url"},
		{Kind: "bus", Handle: "events", Attr: "Name"},
		{Kind: "table", Handle: "order-table", Attr: "Name"},
		{Kind: "bucket", Handle: "uploads", Attr: "Name"},
		{Kind: "cluster", Handle: "jobs", Attr: "Arn"},
		{Kind: "taskDefinition", Handle: "worker", Attr: "Arn"},
		{Kind: "network", Handle: "private", Attr: "Subnets"},
		{Kind: "network", Handle: "private", Attr: "SecurityGroups"},
		{Kind: "jobQueue", Handle: "q", Attr: "Arn"},
		{Kind: "jobDefinition", Handle: "d", Attr: "Arn"},
		{Kind: "connection", Handle: "shop", Attr: "Arn"},
	} {
		if got := m.Placeholders[want.Name()]; got != want {
			t.Errorf("%s is %+v, want %+v", want.Name(), got, want)
		}
	}
	if n := len(m.Placeholders); n != 17 { // and the functions "ask" and the machine "asker"
		t.Errorf("%d placeholders: %v", n, m.Placeholders)
	}
}

// TestNestedWorkflowIsAHandle runs a workflow that starts another one, which the
// handler plays.
func TestNestedWorkflowIsAHandle(t *testing.T) {
	child := dsl.New[Order, Parcel]("ship-order", dsl.Task("Ship", dsl.Function[Order, Parcel]("ship-order")))
	machine := tasks.MachineOf(child)
	parcel := dsl.At(machine.Result(), func(e *tasks.Execution[Order, Parcel]) *Parcel { return &e.Output })
	m, err := dsl.New[Order, Parcel]("parent", dsl.Task("Run child", machine).Output(parcel)).Build()
	if err != nil {
		t.Fatal(err)
	}
	x, err := run(m, Order{ID: "o-1"}, func(_ context.Context, task *interp.Task) (any, error) {
		if task.Resource.ActionName() != "startExecution.sync:2" {
			t.Errorf("called %s", task.Resource.Text)
		}
		return map[string]any{"Status": "SUCCEEDED", "Output": Parcel{Tracking: "t-1"}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.OutputText(); got != `{"Tracking":"t-1"}` {
		t.Errorf("output %s", got)
	}
}

// TestTokenReachesTheMessage plays a person who gets the message and approves.
func TestTokenReachesTheMessage(t *testing.T) {
	m, err := Approval().Build()
	if err != nil {
		t.Fatal(err)
	}
	x, err := run(m, Order{ID: "o-1"}, func(_ context.Context, task *interp.Task) (any, error) {
		var sent struct {
			MessageBody struct {
				Token string `json:"token"`
			}
		}
		if err := value.To(task.Input, &sent); err != nil {
			t.Error(err)
		}
		return tasks.SQSSent{}, task.Execution.SendTaskSuccess(sent.MessageBody.Token, Decision{Approved: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	if x.Err() != nil || x.OutputText() != `{"Approved":true}` {
		t.Errorf("output %s, error %v", x.OutputText(), x.Err())
	}
}

func run(m *asl.StateMachine, input any, h interp.TaskHandler) (*interp.Execution, error) {
	machine, err := interp.New(m, interp.WithHandler(h))
	if err != nil {
		return nil, err
	}
	return machine.Run(context.Background(), input)
}
