package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
)

func optimized(t *testing.T, name string) catalog.Integration {
	t.Helper()
	service, action, _ := strings.Cut(name, ":")
	i, ok := catalog.Optimized(service, action)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return i
}

func TestPatternsOfOptimizedIntegrations(t *testing.T) {
	const rr, sync, two, token = asl.RequestResponse, asl.RunJob, asl.RunJobParsed, asl.WaitForToken
	for name, want := range map[string][]asl.Pattern{
		"lambda:invoke":         {rr, token},
		"sns:publish":           {rr, token},
		"dynamodb:getItem":      {rr},
		"ecs:runTask":           {rr, sync, token},
		"states:startExecution": {rr, sync, two, token},
		"http:invoke":           {rr},
		"eks:createCluster":     {rr, sync},
		"events:putEvents":      {rr, token},
		"batch:submitJob":       {rr, sync},
		"eks:runJob":            {rr, sync, token},
	} {
		if got := optimized(t, name).Patterns; !slices.Equal(got, want) {
			t.Errorf("%s has the patterns %q, want %q", name, got, want)
		}
	}
	if i := optimized(t, "sqs:sendMessage"); i.Has(sync) || !i.Has(token) {
		t.Error("sqs:sendMessage is not asked for its patterns")
	}
}

func TestShapesOfOptimizedIntegrations(t *testing.T) {
	tests := []struct {
		name, path string
		kind       catalog.Kind
		required   bool
	}{
		{"lambda:invoke", "FunctionName", catalog.String, true},
		{"lambda:invoke", "Payload", catalog.Any, false},
		{"sns:publish", "Message", catalog.Any, true},
		{"sns:publish", "TopicArn", catalog.String, false},
		{"sqs:sendMessage", "MessageBody", catalog.Any, true},
		{"dynamodb:putItem", "Item.*.BOOL", catalog.Boolean, false},
		{"dynamodb:putItem", "Item.*.Bool", catalog.None, false},
		{"ecs:runTask", "NetworkConfiguration.AwsvpcConfiguration.Subnets.*", catalog.String, false},
		{"ecs:runTask", "Overrides.ContainerOverrides.*.Environment.*.Name", catalog.String, false},
		{"batch:submitJob", "JobQueue", catalog.String, true},
		{"elasticmapreduce:addStep", "Step.HadoopJarStep.Jar", catalog.String, true},
		{"elasticmapreduce:addStep", "Steps", catalog.None, false},
		{"apigateway:invoke", "Headers.*.*", catalog.String, false},
		{"http:invoke", "InvocationConfig.ConnectionArn", catalog.String, true},
		{"events:putEvents", "Entries.*.Detail", catalog.Any, false},
		{"glue:startJobRun", "JobName", catalog.String, true},
	}
	for _, tt := range tests {
		if m := at(optimized(t, tt.name).Input, tt.path); m.Shape.Kind() != tt.kind || m.Required != tt.required {
			t.Errorf("%s %s: got %v, %v, want %v, %v", tt.name, tt.path, m.Shape.Kind(), m.Required, tt.kind, tt.required)
		}
	}
}

func TestResultsOfOptimizedIntegrations(t *testing.T) {
	tests := []struct {
		name    string
		pattern asl.Pattern
		path    string
		want    catalog.Kind
	}{
		{"lambda:invoke", asl.RequestResponse, "Payload", catalog.Any},
		{"lambda:invoke", asl.RequestResponse, "StatusCode", catalog.Integer},
		{"lambda:invoke", asl.RequestResponse, "SdkHttpMetadata.HttpStatusCode", catalog.Integer},
		{"lambda:invoke", asl.RequestResponse, "FunctionError", catalog.None},
		{"sqs:sendMessage", asl.RequestResponse, "MD5OfMessageBody", catalog.String},
		{"events:putEvents", asl.RequestResponse, "SdkHttpMetadata", catalog.None},
		{"events:putEvents", asl.RequestResponse, "Entries.*.EventId", catalog.String},
		{"states:startExecution", asl.RequestResponse, "StartDate", catalog.Any},
		{"states:startExecution", asl.RunJob, "Output", catalog.String},
		{"states:startExecution", asl.RunJobParsed, "Output", catalog.Any},
		{"states:startExecution", asl.RunJobParsed, "SdkHttpMetadata", catalog.None},
		{"ecs:runTask", asl.RequestResponse, "Tasks.*.Containers.*.ExitCode", catalog.Integer},
		{"ecs:runTask", asl.RunJob, "Containers.*.ExitCode", catalog.Integer},
		{"athena:startQueryExecution", asl.RunJob, "QueryExecution.Status.State", catalog.String},
		{"glue:startJobRun", asl.RunJob, "JobRunState", catalog.String},
	}
	for _, tt := range tests {
		got := at(optimized(t, tt.name).Result(tt.pattern), tt.path).Shape.Kind()
		if got != tt.want {
			t.Errorf("%s.%s gives %s as %v, want %v", tt.name, tt.pattern, tt.path, got, tt.want)
		}
	}
	for name, pattern := range map[string]asl.Pattern{"sns:publish": asl.WaitForToken, "databrew:startJobRun": asl.RunJob} {
		if k := optimized(t, name).Result(pattern).Kind(); k != catalog.Any {
			t.Errorf("%s.%s gives a %v, want any", name, pattern, k)
		}
	}
}

func TestFactsOfOptimizedIntegrations(t *testing.T) {
	if got, want := optimized(t, "sns:publish").OneOf, []string{"TopicArn", "TargetArn", "PhoneNumber"}; !slices.Equal(got, want) {
		t.Errorf("sns:publish needs one of %q, want %q", got, want)
	}
	if got := optimized(t, "dynamodb:putItem").Errors(); !slices.Contains(got, "DynamoDB.ConditionalCheckFailedException") {
		t.Errorf("dynamodb:putItem reports %q", got)
	}
	for name, want := range map[string]string{
		"http:invoke": "States.Http.Socket", "ecs:runTask": "AmazonECS.Unknown", "events:putEvents": "EventBridge.FailedEntry", "lambda:invoke": "Lambda.TooManyRequestsException",
	} {
		if got := optimized(t, name).Errors(); !slices.Contains(got, want) {
			t.Errorf("%s reports %q", name, got)
		}
	}
	run := optimized(t, "ecs:runTask")
	if want := "StepFunctionsGetEventsForECSTaskRule"; run.Rule != want {
		t.Errorf("ecs:runTask has the rule %q, want %q", run.Rule, want)
	}
	if want := (catalog.Pass{Parameter: "Overrides.TaskRoleArn", To: "ecs-tasks.amazonaws.com"}); !slices.Contains(run.Passes, want) {
		t.Errorf("ecs:runTask passes %v", run.Passes)
	}
	var actions []string
	for _, p := range run.Permissions(asl.RunJob) {
		actions = append(actions, p.Action)
	}
	if want := []string{"ecs:RunTask", "ecs:DescribeTasks", "ecs:StopTask"}; !slices.Equal(actions, want) {
		t.Errorf("ecs:runTask.sync needs %q, want %q", actions, want)
	}
	if got := run.Permissions(asl.WaitForToken); len(got) != 1 {
		t.Errorf("ecs:runTask.waitForTaskToken needs %v", got)
	}
	if !optimized(t, "dynamodb:getItem").ReadOnly() || run.ReadOnly() {
		t.Error("reading is not told from writing")
	}
	if _, ok := catalog.Optimized("dynamodb", "query"); ok {
		t.Error("dynamodb:query is optimized")
	}
	if got := len(catalog.OptimizedServices()); got != 21 {
		t.Errorf("%d services have optimized integrations", got)
	}
}

// Results of optimized integrations write timestamps otherwise than the API.
func TestTimed(t *testing.T) {
	i, _ := catalog.Optimized("states", "startExecution")
	date, _ := i.Output.Member("StartDate")
	arn, _ := i.Output.Member("ExecutionArn")
	payload, _ := i.Input.Member("Input")
	action, _ := catalog.Lookup("sfn", "startExecution")
	own, _ := action.Output.Member("StartDate")
	if stop, _ := i.Result(asl.RunJob).Member("StopDate"); !stop.Shape.Timed() {
		t.Error("the end of a nested execution is not timed")
	}
	if !date.Shape.Timed() || !own.Shape.Timed() || arn.Shape.Timed() || payload.Shape.Timed() {
		t.Errorf("timed are StartDate %v, %v by AWS SDK, ExecutionArn %v, Input %v", date.Shape.Timed(), own.Shape.Timed(), arn.Shape.Timed(), payload.Shape.Timed())
	}
}
