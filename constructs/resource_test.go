package constructs_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/internal/cfntest"
	"github.com/stepwise-go/stepwise/tasks"
)

// What constructs takes without naming the CDK's type.
var (
	_ = func(t awsdynamodb.ITable) { constructs.Table("", t) }
	_ = func(c awsecs.ICluster) { constructs.Cluster("", c) }
	_ = func(t awsecs.ITaskDefinition) { constructs.TaskDefinition("", t) }
	_ = func(q awsbatch.IJobQueue) { constructs.JobQueue("", q) }
	_ = func(d awsbatch.IJobDefinition) { constructs.JobDefinition("", d) }
)

func TestBindingsOfEveryKind(t *testing.T) {
	const (
		approvals = tasks.Queue("approvals")
		managers  = tasks.Topic("managers")
		orders    = tasks.Table("orders")
		bus       = tasks.Bus("bus")
		jobs      = tasks.Cluster("jobs")
		worker    = tasks.TaskDefinition("worker")
		private   = tasks.Network("private")
		inspect   = tasks.Activity[dsl.Object, dsl.Object]("inspect")
		child     = tasks.StateMachine[dsl.Object, dsl.Object]("child")
	)
	type item struct{ ID tasks.Attr }
	input := dsl.Input[dsl.Object]()
	workflow := dsl.New[dsl.Object, dsl.Object]("everything",
		dsl.Task("Queue", tasks.SQSSendMessage{Queue: approvals, Body: input}).Discard(),
		dsl.Task("Publish", tasks.SNSPublish{Topic: managers, Message: input}).Discard(),
		dsl.Task("Get", tasks.DynamoGetItem[item]{Table: orders, Key: dsl.Object{"ID": tasks.S(dsl.Const("1"))}}).Discard(),
		dsl.Task("Run", tasks.ECSRunTask{Cluster: jobs, TaskDefinition: worker, LaunchType: tasks.Fargate, Network: private}.Sync()).Discard(),
		dsl.Task("Inspect", inspect).Discard(),
		dsl.Task("Nest", child).Discard(),
	)

	stack := newStack(cfntest.App(t, "..", false), "Bindings")
	const arn = "arn:aws:%:eu-west-1:123456789012:"
	of := func(service, rest string) *string { return jsii.String(strings.Replace(arn, "%", service, 1) + rest) }
	role := func(name string) awsiam.IRole {
		return awsiam.Role_FromRoleArn(stack, &name, jsii.String("arn:aws:iam::123456789012:role/"+name), nil)
	}
	key := of("kms", "key/1")
	constructs.NewWorkflow(stack, "Everything", &constructs.WorkflowProps{
		Workflow: workflow,
		Bind: []constructs.Binding{
			constructs.Queue(approvals, awssqs.Queue_FromQueueAttributes(stack, jsii.String("Queue"), &awssqs.QueueAttributes{
				QueueArn: of("sqs", "approvals"), KeyArn: key,
			})),
			constructs.Topic(managers, awssns.Topic_FromTopicArn(stack, jsii.String("Topic"), of("sns", "managers"))),
			constructs.Table(orders, awsdynamodb.Table_FromTableAttributes(stack, jsii.String("Table"), &awsdynamodb.TableAttributes{
				TableArn: of("dynamodb", "table/orders"), EncryptionKey: awskms.Key_FromKeyArn(stack, jsii.String("Key"), key),
			})),
			constructs.Bus(bus, awsevents.EventBus_FromEventBusArn(stack, jsii.String("Bus"), of("events", "event-bus/bus"))),
			constructs.Cluster(jobs, awsecs.Cluster_FromClusterArn(stack, jsii.String("Cluster"), of("ecs", "cluster/jobs"))),
			constructs.TaskDefinition(worker, awsecs.TaskDefinition_FromTaskDefinitionAttributes(stack, jsii.String("Worker"), &awsecs.TaskDefinitionAttributes{
				TaskDefinitionArn: of("ecs", "task-definition/worker:1"), TaskRole: role("task"), ExecutionRole: role("execution"),
			})),
			constructs.Network(private,
				[]awsec2.ISubnet{
					awsec2.Subnet_FromSubnetId(stack, jsii.String("A"), jsii.String("subnet-a")),
					awsec2.Subnet_FromSubnetId(stack, jsii.String("B"), jsii.String("subnet-b")),
				},
				awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("Group"), jsii.String("sg-1"), nil)),
			constructs.Activity(inspect, awsstepfunctions.Activity_FromActivityArn(stack, jsii.String("Activity"), of("states", "activity:inspect"))),
			constructs.StateMachine(child, awsstepfunctions.StateMachine_FromStateMachineArn(stack, jsii.String("Child"), of("states", "stateMachine:child"))),
		},
	})
	template := cfntest.Synth(stack)
	template.Golden(t, "testdata/bindings.json")
	if wide := template.TooWide(); len(wide) > 0 {
		t.Errorf("too wide: %v", wide)
	}
	definition := definitionOf(t, template, "Everything")
	if want := `"Subnets":["${Private_Subnets}"]`; !strings.Contains(definition, want) {
		t.Errorf("the definition lacks %s: %s", want, definition)
	}
	template.HasResourceProperties(jsii.String("AWS::StepFunctions::StateMachine"), map[string]any{
		"DefinitionSubstitutions": map[string]any{"Private_Subnets": `subnet-a","subnet-b`},
	})
}

func TestHandlesThatCannotBeToldApartFailTheSynthesis(t *testing.T) {
	app := cfntest.App(t, "..", false)
	stack := newStack(app, "Bindings")
	topic := awssns.NewTopic(stack, jsii.String("Topic"), nil)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	constructs.NewWorkflow(stack, "Alike", &constructs.WorkflowProps{
		Workflow: dsl.New[dsl.Object, dsl.Object]("alike",
			dsl.Task("Tell", tasks.SNSPublish{Topic: "orders", Message: "hello"}).Discard()),
		Bind: []constructs.Binding{constructs.Topic("orders", topic), constructs.Queue("Orders", queue)},
	})
	constructs.NewWorkflow(stack, "Wrong", &constructs.WorkflowProps{
		Workflow: dsl.New[dsl.Object, dsl.Object]("wrong",
			dsl.Task("Tell", tasks.SNSPublish{Topic: "orders", Message: "hello"}).Discard()),
		Bind: []constructs.Binding{constructs.Queue("orders", queue)},
	})
	err := constructs.Synth(app)
	if err == nil {
		t.Fatal("the app was synthesised")
	}
	for _, want := range []string{
		`[Bindings/Alike] topic "orders" and queue "Orders" come out alike in the definition: rename one`,
		`[Bindings/Wrong] topic "orders" is bound as queue "orders"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}
