package iam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/iam"
)

// machine is a machine of one task, with handles of every kind bound.
func machine(t testing.TB, resource, parameters string) *asl.StateMachine {
	t.Helper()
	task := &asl.Task{Base: asl.Base{Name: "Work"}, Resource: resource, Transition: asl.Transition{End: true}}
	if parameters != "" {
		v, err := value.Parse(parameters)
		if err != nil {
			t.Fatal(err)
		}
		task.Parameters = &asl.Payload{Value: v}
	}
	return of(task)
}

func of(states ...asl.State) *asl.StateMachine {
	m := &asl.StateMachine{
		Scope:        asl.Scope{StartAt: states[0].Common().Name, States: states},
		Placeholders: map[string]asl.Placeholder{},
	}
	for _, p := range []asl.Placeholder{
		{Kind: "lambda", Handle: "pay", Attr: "Arn"},
		{Kind: "queue", Handle: "jobs", Attr: "Url"},
		{Kind: "table", Handle: "orders", Attr: "Name"},
		{Kind: "topic", Handle: "news", Attr: "Arn"},
		{Kind: "bus", Handle: "bus", Attr: "Name"},
		{Kind: "stateMachine", Handle: "child", Attr: "Arn"},
		{Kind: "taskDefinition", Handle: "worker", Attr: "Arn"},
		{Kind: "cluster", Handle: "cluster", Attr: "Arn"},
	} {
		m.Placeholders[p.Name()] = p
	}
	return m
}

func Example() {
	task := &asl.Task{
		Base:       asl.Base{Name: "Pay"},
		Resource:   "arn:aws:lambda:eu-west-1:123456789012:function:pay",
		Transition: asl.Transition{End: true},
	}
	m := &asl.StateMachine{Scope: asl.Scope{StartAt: "Pay", States: []asl.State{task}}}

	statements, problems := iam.Derive(m)
	for _, s := range statements {
		fmt.Println(s.Actions, s.Resources)
	}
	fmt.Println(len(problems), "problems")
	// Output:
	// [lambda:InvokeFunction] [arn:aws:lambda:eu-west-1:123456789012:function:pay]
	// 0 problems
}

// print shows statements as one line each: actions on resources if conditions.
func print(statements []iam.Statement) []string {
	var lines []string
	for _, s := range statements {
		line := strings.Join(s.Actions, " ") + " on " + strings.Join(s.Resources, " ")
		for _, c := range s.Conditions {
			line += fmt.Sprintf(" if %s %s %s", c.Operator, c.Key, c.Value)
		}
		lines = append(lines, strings.ReplaceAll(line, "${AWS::Region}:${AWS::AccountId}", "HERE"))
	}
	return lines
}

func TestDerive(t *testing.T) {
	const rule = "events:DescribeRule events:PutRule events:PutTargets on arn:${AWS::Partition}:events:HERE:rule/"
	tests := []struct {
		name, resource, parameters string
		want                       []string
	}{
		{"a function's own ARN", "arn:aws:lambda:us-east-1:1:function:pay", "",
			[]string{"lambda:InvokeFunction on arn:aws:lambda:us-east-1:1:function:pay"}},
		{"a bound function", "${Pay_Arn}", "",
			[]string{"lambda:InvokeFunction on ${Pay_Arn}"}},
		{"lambda:invoke by handle", "arn:aws:states:::lambda:invoke", `{"FunctionName": "${Pay_Arn}"}`,
			[]string{"lambda:InvokeFunction on ${Pay_Arn}"}},
		{"lambda:invoke by name", "arn:aws:states:::lambda:invoke", `{"FunctionName": "pay"}`,
			[]string{"lambda:InvokeFunction on arn:${AWS::Partition}:lambda:HERE:function:pay"}},
		{"lambda:invoke of an alias", "arn:aws:states:::lambda:invoke.waitForTaskToken", `{"FunctionName": "pay", "Qualifier": "live"}`,
			[]string{"lambda:InvokeFunction on arn:${AWS::Partition}:lambda:HERE:function:pay:live"}},
		{"an activity", "arn:aws:states:us-east-1:1:activity:pack", "", nil},
		{"a queue", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl": "${Jobs_Url}"}`,
			[]string{"sqs:SendMessage on ${Jobs_Arn}"}},
		{"a queue's URL", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"}`,
			[]string{"sqs:SendMessage on arn:${AWS::Partition}:sqs:eu-west-1:123456789012:jobs"}},
		{"a table", "arn:aws:states:::dynamodb:putItem", `{"TableName": "${Orders_Name}"}`,
			[]string{"dynamodb:PutItem on ${Orders_Arn}"}},
		{"a table's name", "arn:aws:states:::dynamodb:getItem", `{"TableName": "orders"}`,
			[]string{"dynamodb:GetItem on arn:${AWS::Partition}:dynamodb:HERE:table/orders"}},
		{"a topic", "arn:aws:states:::sns:publish", `{"TopicArn": "${News_Arn}"}`,
			[]string{"sns:Publish on ${News_Arn}"}},
		{"a text message", "arn:aws:states:::sns:publish", `{"PhoneNumber.$": "$.phone"}`,
			[]string{"sns:Publish on *"}},
		{"event buses", "arn:aws:states:::events:putEvents", `{"Entries": [{"EventBusName": "${Bus_Name}"}, {"Detail": {}}]}`,
			[]string{"events:PutEvents on ${Bus_Arn} arn:${AWS::Partition}:events:HERE:event-bus/default"}},
		{"a nested execution", "arn:aws:states:::states:startExecution", `{"StateMachineArn": "${Child_Arn}"}`,
			[]string{"states:StartExecution on ${Child_Arn}"}},
		{"a nested execution to its end", "arn:aws:states:::states:startExecution.sync:2", `{"StateMachineArn": "${Child_Arn}"}`,
			[]string{
				rule + "StepFunctionsGetEventsForStepFunctionsExecutionRule",
				"states:DescribeExecution states:StopExecution on arn:${AWS::Partition}:states:HERE:execution:${Child_Name}:*",
				"states:StartExecution on ${Child_Arn}",
			}},
		{"a nested execution by ARN", "arn:aws:states:::states:startExecution.sync", `{"StateMachineArn": "arn:aws:states:us-east-1:1:stateMachine:child:live"}`,
			[]string{
				rule + "StepFunctionsGetEventsForStepFunctionsExecutionRule",
				"states:DescribeExecution states:StopExecution on arn:aws:states:us-east-1:1:execution:child:*",
				"states:StartExecution on arn:aws:states:us-east-1:1:stateMachine:child:live",
			}},
		{"an ECS task", "arn:aws:states:::ecs:runTask.sync", `{"TaskDefinition": "${Worker_Arn}", "Cluster": "${Cluster_Arn}"}`,
			[]string{
				"ecs:DescribeTasks ecs:StopTask on arn:${AWS::Partition}:ecs:HERE:task/${Cluster_Name}/*",
				"ecs:RunTask on ${Worker_Arn} if ArnEquals ecs:cluster ${Cluster_Arn}",
				rule + "StepFunctionsGetEventsForECSTaskRule",
				"iam:PassRole on ${Worker_ExecutionRoleArn} ${Worker_TaskRoleArn} if StringEquals iam:PassedToService ecs-tasks.amazonaws.com",
			}},
		{"an SDK call on a table", "arn:aws:states:::aws-sdk:dynamodb:query", `{"TableName": "${Orders_Name}"}`,
			[]string{"dynamodb:Query on ${Orders_Arn}"}},
		{"an SDK call on an index", "arn:aws:states:::aws-sdk:dynamodb:query", `{"TableName": "orders", "IndexName": "by-day"}`,
			[]string{"dynamodb:Query on arn:${AWS::Partition}:dynamodb:HERE:table/orders/index/by-day"}},
		{"an SDK call on some index", "arn:aws:states:::aws-sdk:dynamodb:query", `{"TableName": "orders", "IndexName.$": "$.i"}`,
			[]string{"dynamodb:Query on arn:${AWS::Partition}:dynamodb:HERE:table/orders/index/*"}},
		{"an object", "arn:aws:states:::aws-sdk:s3:headObject", `{"Bucket": "b", "Key": "a/b.csv"}`,
			[]string{"s3:GetObject on arn:${AWS::Partition}:s3:::b/a/b.csv"}},
		{"any object", "arn:aws:states:::aws-sdk:s3:getObjectAttributes", `{"Bucket": "b", "Key.$": "$.k"}`,
			[]string{"s3:GetObject s3:GetObjectAttributes on arn:${AWS::Partition}:s3:::b/*"}},
		{"a bucket", "arn:aws:states:::aws-sdk:s3:listObjectsV2", `{"Bucket": "b"}`,
			[]string{"s3:ListBucket on arn:${AWS::Partition}:s3:::b"}},
		{"a function called through the SDK", "arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName": "pay"}`,
			[]string{"lambda:InvokeFunction on arn:${AWS::Partition}:lambda:HERE:function:pay"}},
		{"a queue through the SDK", "arn:aws:states:::aws-sdk:sqs:receiveMessage", `{"QueueUrl": "${Jobs_Url}"}`,
			[]string{"sqs:ReceiveMessage on ${Jobs_Arn}"}},
		{"a service whose prefix is another", "arn:aws:states:::aws-sdk:sfn:startSyncExecution", `{"StateMachineArn": "${Child_Arn}"}`,
			[]string{"states:StartSyncExecution on ${Child_Arn}"}},
		{"a parameter", "arn:aws:states:::aws-sdk:ssm:getParameter", `{"Name": "/app/key:3"}`,
			[]string{"ssm:GetParameter on arn:${AWS::Partition}:ssm:HERE:parameter/app/key"}},
		{"a secret by name", "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue", `{"SecretId": "key"}`,
			[]string{"secretsmanager:GetSecretValue on arn:${AWS::Partition}:secretsmanager:HERE:secret:key-??????"}},
		{"a secret by ARN", "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue", `{"SecretId": "arn:aws:secretsmanager:us-east-1:1:secret:key-AbCdEf"}`,
			[]string{"secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:1:secret:key-AbCdEf"}},
		{"a Batch job", "arn:aws:states:::batch:submitJob.sync", `{"JobDefinition": "resize", "JobQueue": "arn:aws:batch:us-east-1:1:job-queue/q"}`,
			[]string{
				"batch:DescribeJobs on *",
				"batch:SubmitJob on arn:${AWS::Partition}:batch:HERE:job-definition/resize:* arn:aws:batch:us-east-1:1:job-queue/q",
				"batch:TerminateJob on arn:${AWS::Partition}:batch:HERE:job/*",
				rule + "StepFunctionsGetEventsForBatchJobsRule",
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			statements, problems := iam.Derive(machine(t, tt.resource, tt.parameters))
			if len(problems) > 0 {
				t.Errorf("problems:\n%v", problems)
			}
			if d := cmp.Diff(tt.want, print(statements)); d != "" {
				t.Errorf("statements (-want +got):\n%s", d)
			}
			for _, s := range statements {
				if slices.Contains(s.Resources, "*") != (s.Why != "") {
					t.Errorf("a statement on * must say why, and only that: %+v", s)
				}
			}
		})
	}
}

func TestWhatTheDefinitionDoesNotTellIsReported(t *testing.T) {
	tests := []struct{ name, resource, parameters, want string }{
		{"a computed function", "arn:aws:states:::lambda:invoke", `{"FunctionName.$": "$.f"}`, "FunctionName is computed while the workflow runs"},
		{"a computed qualifier", "arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "Qualifier.$": "$.q"}`, "Qualifier is computed"},
		{"a computed queue in JSONata", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl": "{% $states.input.q %}"}`, "QueueUrl is computed"},
		{"a malformed queue", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl": "jobs"}`, "no URL of a queue"},
		{"a missing table", "arn:aws:states:::dynamodb:getItem", `{}`, "TableName is missing"},
		{"no parameters", "arn:aws:states:::dynamodb:getItem", "", "TableName is missing"},
		{"no target", "arn:aws:states:::sns:publish", `{"Message": "m"}`, "TopicArn is missing"},
		{"computed entries", "arn:aws:states:::events:putEvents", `{"Entries.$": "$.e"}`, "Entries is missing or computed"},
		{"a task definition by name", "arn:aws:states:::ecs:runTask", `{"TaskDefinition": "worker"}`, "the roles of task definition worker"},
		{"an SDK call whose rights are not known", "arn:aws:states:::aws-sdk:s3:selectObjectContent", `{}`, "SDK call s3:selectObjectContent"},
		{"an SDK call of another service", "arn:aws:states:::aws-sdk:rds:createDBSnapshot", `{}`, "SDK call rds:createDBSnapshot"},
		{"an object without key", "arn:aws:states:::aws-sdk:s3:getObject", `{"Bucket": "b"}`, "Key is missing"},
		{"a computed bucket", "arn:aws:states:::aws-sdk:s3:getObject", `{"Bucket.$": "$.b", "Key": "k"}`, "Bucket is computed"},
		{"a computed parameter", "arn:aws:states:::aws-sdk:ssm:getParameter", `{"Name.$": "$.n"}`, "Name is computed"},
		{"a computed secret", "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue", `{"SecretId.$": "$.n"}`, "SecretId is computed"},
		{"another integration", "arn:aws:states:::glue:startJobRun", `{}`, "glue:startJobRun"},
		{"no resource at all", "pay", "", `"pay" names no resource`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := iam.Derive(machine(t, tt.resource, tt.parameters))
			if len(problems) != 1 || !strings.Contains(problems[0].Message, tt.want) {
				t.Fatalf("problems = %v, want one with %q", problems, tt.want)
			}
			if p := problems[0]; p.Code != iam.UnknownPermission || p.State != "Work" || !strings.HasPrefix(p.Pointer, "/States/Work") {
				t.Errorf("problem = %+v", p)
			}
		})
	}
}

func TestCredentialsReplaceTheTasksOwnPermissions(t *testing.T) {
	m := machine(t, "arn:aws:lambda:us-east-1:1:function:pay", "")
	role, err := value.Parse(`{"RoleArn": "arn:aws:iam::2:role/pay"}`)
	if err != nil {
		t.Fatal(err)
	}
	m.States[0].(*asl.Task).Credentials = &asl.Payload{Value: role}
	statements, _ := iam.Derive(m)
	want := []string{"sts:AssumeRole on arn:aws:iam::2:role/pay"}
	if d := cmp.Diff(want, print(statements)); d != "" {
		t.Errorf("statements (-want +got):\n%s", d)
	}
}

func TestStatesThatNeedTheSameShareAStatement(t *testing.T) {
	call := func(name, function string) asl.State {
		return &asl.Task{Base: asl.Base{Name: name}, Resource: "arn:aws:lambda:us-east-1:1:function:" + function}
	}
	nested := &asl.Parallel{Base: asl.Base{Name: "P"}, Branches: []asl.Branch{{Scope: asl.Scope{States: []asl.State{call("C", "b")}}}}}
	got, _ := iam.Derive(of(call("A", "a"), call("B", "a"), nested))
	want := []iam.Statement{{
		Actions:   []string{"lambda:InvokeFunction"},
		Resources: []string{"arn:aws:lambda:us-east-1:1:function:a", "arn:aws:lambda:us-east-1:1:function:b"},
		States:    []string{"A", "B", "C"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("statements (-want +got):\n%s", d)
	}
}

func TestMergingNeverWidens(t *testing.T) {
	put := &asl.Task{Base: asl.Base{Name: "Put"}, Resource: "arn:aws:states:::dynamodb:putItem",
		Parameters: &asl.Payload{Value: value.NewObject(value.Member{Name: "TableName", Value: "a"})}}
	read := &asl.Task{Base: asl.Base{Name: "Get"}, Resource: "arn:aws:states:::dynamodb:getItem",
		Parameters: &asl.Payload{Value: value.NewObject(value.Member{Name: "TableName", Value: "b"})}}
	got, _ := iam.Derive(of(put, read))
	if len(got) != 2 {
		t.Errorf("statements = %v, want two: putting into a and reading b", print(got))
	}
}
