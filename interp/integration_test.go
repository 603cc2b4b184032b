package interp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// callTask runs a task of a resource with parameters, whose API answers a result.
func callTask(t *testing.T, resource, parameters string, api interp.TaskHandler) *interp.Execution {
	t.Helper()
	return run(t, `{"T": {"Type": "Task", "Resource": "arn:aws:states:::`+resource+`", "Parameters": `+parameters+`, "End": true}}`, `{}`,
		interp.WithHandler(api))
}

// answering is an API that answers with JSON text.
func answering(text string) interp.TaskHandler { return interp.Integration(returning(raw(text))) }

func TestIntegrationsShapeTheirResults(t *testing.T) {
	const sdk = `,"SdkHttpMetadata":{…},"SdkResponseMetadata":{…}`
	for _, tt := range []struct{ resource, parameters, answer, want string }{
		{"sns:publish", `{}`, `{"SequenceNumber": "2", "MessageId": "1"}`, `{"MessageId":"1"` + sdk + `,"SequenceNumber":"2"}`},
		{"dynamodb:getItem", `{}`, `{}`, `{` + sdk[1:] + `}`},
		{"dynamodb:getItem", `{}`, `null`, `{` + sdk[1:] + `}`},
		{"sqs:sendMessage", `{}`, `{"MessageId": "1", "SdkHttpMetadata": {"HttpStatusCode": 201}}`, `{"MessageId":"1","SdkHttpMetadata":{…}}`},
		{"lambda:invoke", `{}`, `{"StatusCode": 200, "Payload": "{\"a\": [1]}"}`, `{"Payload":{"a":[1]}` + sdk + `,"StatusCode":200}`},
		{"lambda:invoke", `{}`, `{"StatusCode": 200, "Payload": "no JSON"}`, `{"Payload":"no JSON"` + sdk + `,"StatusCode":200}`},
		{"lambda:invoke", `{}`, `{"StatusCode": 200, "Payload": {"b": 1}}`, `{"Payload":{"b":1}` + sdk + `,"StatusCode":200}`},
		{"bedrock:invokeModel", `{}`, `{"Body": "{\"out\":1}", "ContentType": "application/json"}`, `{"Body":{"out":1},"ContentType":"application/json"` + sdk + `}`},
		{"events:putEvents", `{}`, `{"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}`, `{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}`},
		{"apigateway:invoke", `{}`, `{"StatusCode": 200, "ResponseBody": {"z": 1, "a": 2}}`, `{"ResponseBody":{"z":1,"a":2},"StatusCode":200}`},
		{"http:invoke", `{}`, `{"StatusCode": 204}`, `{"StatusCode":204}`},
		{"glue:startJobRun", `{"JobName": "nightly"}`, `{"JobRunId": "jr"}`, `{"JobName":"nightly","JobRunId":"jr"` + sdk + `}`},
		{"ecs:runTask", `{}`, `{"Tasks": [], "Failures": [{"Reason": "RESOURCE:CPU"}]}`, `{"Failures":[{"Reason":"RESOURCE:CPU"}]` + sdk + `,"Tasks":[]}`},
		{"aws-sdk:s3:getObject", `{}`, `{"ETag": "\"e\"", "ContentLength": 1}`, `{"ContentLength":1,"ETag":"\"e\""}`},
		{"aws-sdk:dynamodb:putItem", `{}`, `{}`, `{}`},
		{"lambda:invoke", `{}`, `"no object"`, `"no object"`},
		// jobs
		{"states:startExecution.sync", `{}`, `{"Status": "SUCCEEDED", "Output": {"a": 1}, "Input": "{}"}`, `{"Input":"{}","Output":"{\"a\":1}","Status":"SUCCEEDED"}`},
		{"states:startExecution.sync:2", `{}`, `{"Status": "SUCCEEDED", "Output": "{\"a\":1}"}`, `{"Output":{"a":1},"Status":"SUCCEEDED"}`},
		{"batch:submitJob.sync", `{}`, `{"Status": "SUCCEEDED", "JobId": "1"}`, `{"JobId":"1","Status":"SUCCEEDED"}`},
		{"ecs:runTask.sync", `{}`, `{"StopCode": "EssentialContainerExited", "Containers": [{"ExitCode": 0}]}`, `{"Containers":[{"ExitCode":0}],"StopCode":"EssentialContainerExited"}`},
		{"athena:startQueryExecution.sync", `{}`, `{"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}`, `{"QueryExecution":{"Status":{"State":"SUCCEEDED"}}}`},
	} {
		x := callTask(t, tt.resource, tt.parameters, answering(tt.answer))
		out := x.Output()
		if o, ok := out.(*value.Object); ok {
			for _, name := range []string{"SdkHttpMetadata", "SdkResponseMetadata"} {
				if o.Has(name) {
					o = o.With(name, "…")
				}
			}
			out = o
		}
		if got := strings.ReplaceAll(value.String(out), `"…"`, "{…}"); got != tt.want {
			t.Errorf("%s of %s:\ngot  %s (%v)\nwant %s", tt.resource, tt.answer, got, x.Err(), tt.want)
		}
	}
}

func TestMetadata(t *testing.T) {
	x := callTask(t, "sns:publish", `{}`, answering(`{"MessageId": "m"}`))
	const id = "51b70c5f-4759-4bfd-95ae-abdbc85d948b"
	_, metadata, _ := strings.Cut(x.OutputText(), `"SdkHttpMetadata":`)
	out, _ := x.Output().(*value.Object)
	response, _ := out.Get("SdkResponseMetadata")
	request, _ := response.(*value.Object).Get("RequestId")
	if text, ok := request.(string); !ok || len(text) != len(id) {
		t.Fatalf("RequestId is %v", request)
	}
	want := strings.ReplaceAll(`{"AllHttpHeaders":{"connection":["keep-alive"],"Content-Length":["17"],"Content-Type":["text/xml"],"Date":["Wed, 01 Jan 2025 00:00:00 GMT"],"x-amzn-RequestId":["ID"]},`+
		`"HttpHeaders":{"connection":"keep-alive","Content-Length":"17","Content-Type":"text/xml","Date":"Wed, 01 Jan 2025 00:00:00 GMT","x-amzn-RequestId":"ID"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"ID"}}`,
		"ID", request.(string))
	if metadata != want {
		t.Errorf("metadata is\n%s\nwant\n%s", metadata, want)
	}
}

func TestIntegrationsReportFailures(t *testing.T) {
	for _, tt := range []struct{ resource, answer, name, cause string }{
		{"lambda:invoke", `{"StatusCode": 200, "FunctionError": "Unhandled", "Payload": "{\"errorType\": \"Boom\", \"errorMessage\": \"why\"}"}`,
			"Boom", `{"errorType":"Boom","errorMessage":"why"}`},
		{"lambda:invoke", `{"StatusCode": 200, "FunctionError": "Unhandled", "Payload": {"errorMessage": "why"}}`, "Lambda.Unknown", `{"errorMessage":"why"}`},
		{"events:putEvents", `{"FailedEntryCount": 1, "Entries": [{"EventId": "e"}, {"ErrorCode": "MalformedDetail"}]}`,
			"EventBridge.FailedEntry", `{"Entries":[{"EventId":"e"},{"ErrorCode":"MalformedDetail"}],"FailedEntryCount":1}`},
		{"apigateway:invoke", `{"StatusCode": 403, "ResponseBody": {"message": "Missing Authentication Token"}}`, "ApiGateway.403", `{"message":"Missing Authentication Token"}`},
		{"http:invoke", `{"StatusCode": 302, "ResponseBody": "moved"}`, "States.Http.StatusCode.302", `moved`},
		{"batch:submitJob.sync", `{"Status": "FAILED", "JobId": "1"}`, "States.TaskFailed", `{"JobId":"1","Status":"FAILED"}`},
		{"glue:startJobRun.sync", `{"JobRunState": "TIMEOUT"}`, "States.TaskFailed", `{"JobRunState":"TIMEOUT"}`},
		{"codebuild:startBuild.sync", `{"Build": {"BuildStatus": "TIMED_OUT"}}`, "States.TaskFailed", `{"Build":{"BuildStatus":"TIMED_OUT"}}`},
		{"sagemaker:createTrainingJob.sync", `{"TrainingJobStatus": "Stopped"}`, "States.TaskFailed", `{"TrainingJobStatus":"Stopped"}`},
		{"states:startExecution.sync:2", `{"Status": "ABORTED", "Input": {"a": 1}}`, "States.TaskFailed", `{"Input":{"a":1},"Status":"ABORTED"}`},
		{"ecs:runTask.sync", `{"Containers": [{"ExitCode": 0}, {"ExitCode": 1}]}`, "States.TaskFailed", `{"Containers":[{"ExitCode":0},{"ExitCode":1}]}`},
		{"ecs:runTask.sync", `{"StopCode": "TaskFailedToStart"}`, "States.TaskFailed", `{"StopCode":"TaskFailedToStart"}`},
	} {
		wantFailure(t, callTask(t, tt.resource, `{}`, answering(tt.answer)), tt.name, tt.cause)
	}
}

// The answer of the API that starts a job, or that hands out a token, is shaped too.
func TestSubmittedAnswersAreShaped(t *testing.T) {
	submitted := func(x *interp.Execution) string {
		for e := range x.History().All() {
			if e.Type == "TaskSubmitted" {
				v, _ := e.Payload()
				o := v.(*value.Object)
				return fmt.Sprint(value.String(o.Without("SdkHttpMetadata").Without("SdkResponseMetadata")), " ", o.Has("SdkHttpMetadata"))
			}
		}
		return "none"
	}
	job := callTask(t, "glue:startJobRun.sync", `{"JobName": "nightly"}`, interp.Integration(func(_ context.Context, task *interp.Task) (any, error) {
		return raw(`{"JobRunState":"SUCCEEDED"}`), task.Submit(map[string]string{"JobRunId": "jr"})
	}))
	wantOutput(t, job, `{"JobRunState":"SUCCEEDED"}`)
	if got, want := submitted(job), `{"JobName":"nightly","JobRunId":"jr"} true`; got != want {
		t.Errorf("submitted %s, want %s", got, want)
	}
	callback := callTask(t, "sqs:sendMessage.waitForTaskToken", `{"MessageBody": {"t.$": "$$.Task.Token"}}`, interp.Integration(func(_ context.Context, task *interp.Task) (any, error) {
		return raw(`{"MessageId": "m"}`), task.Execution.SendTaskSuccess(task.Token, 7)
	}))
	wantOutput(t, callback, `7`)
	if got, want := submitted(callback), `{"MessageId":"m"} true`; got != want {
		t.Errorf("submitted %s, want %s", got, want)
	}
	refused := callTask(t, "ecs:runTask.sync", `{}`, interp.Integration(func(_ context.Context, task *interp.Task) (any, error) {
		return raw(`{}`), task.Submit(raw(`{"Failures": [{"Reason": "MISSING"}], "Tasks": []}`))
	}))
	wantFailure(t, refused, "AmazonECS.Unknown", `{"Failures":[{"Reason":"MISSING"}],"Tasks":[]}`)
}

func TestAPIsGetTexts(t *testing.T) {
	for _, tt := range []struct{ resource, parameters, want string }{
		{"sqs:sendMessage", `{"QueueUrl": "q", "MessageBody": {"a": 1}}`, `{"QueueUrl":"q","MessageBody":"{\"a\":1}"}`},
		{"sqs:sendMessage", `{"QueueUrl": "q", "MessageBody": "text"}`, `{"QueueUrl":"q","MessageBody":"text"}`},
		{"sqs:sendMessage", `{"QueueUrl": "q"}`, `{"QueueUrl":"q"}`},
		{"sns:publish", `{"Message": [1]}`, `{"Message":"[1]"}`},
		{"events:putEvents", `{"Entries": [{"Detail": {"a": 1}}, {"Detail": "{}"}, 1]}`, `{"Entries":[{"Detail":"{\"a\":1}"},{"Detail":"{}"},1]}`},
		{"aws-sdk:sqs:sendMessage", `{"MessageBody": {"a": 1}}`, `{"MessageBody":{"a":1}}`},
	} {
		got := ""
		x := callTask(t, tt.resource, tt.parameters, interp.Integration(func(_ context.Context, task *interp.Task) (any, error) {
			got = value.String(task.Input)
			return nil, nil
		}))
		if got != tt.want {
			t.Errorf("%s gets %s, want %s", tt.resource, got, tt.want)
		}
		if sent, _ := x.History().At(2).Payload(); !value.Equal(sent, mustParse(tt.parameters)) {
			t.Errorf("%s: history shows %s", tt.resource, value.String(sent))
		}
	}
}

func mustParse(text string) any {
	v, err := value.Parse(text)
	must(err)
	return v
}

// httpError is an error as the AWS SDK for Go returns them.
type httpError struct{ code string }

func (e httpError) Error() string          { return "operation error: " + e.code }
func (httpError) ErrorMessage() string     { return "said the service" }
func (e httpError) ErrorCode() string      { return e.code }
func (httpError) HTTPStatusCode() int      { return 404 }
func (httpError) ServiceRequestID() string { return "R1" }
func (httpError) ServiceHostID() string    { return "H1" }

func TestErrorsOfAPIs(t *testing.T) {
	api := func(code string) error { return &interp.APIError{Code: code, Message: "no"} }
	for _, tt := range []struct {
		resource string
		err      error
		name     string
		cause    string // ID is the request's
	}{
		{"dynamodb:putItem", api("ConditionalCheckFailedException"), "DynamoDB.ConditionalCheckFailedException",
			"no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: ID; Proxy: null)"},
		{"dynamodb:putItem", api("ValidationException"), "DynamoDB.AmazonDynamoDBException",
			"no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ID; Proxy: null)"},
		{"sns:publish", api("InvalidParameter"), "SNS.InvalidParameterException",
			"no (Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter; Request ID: ID; Proxy: null)"},
		{"sqs:sendMessage.waitForTaskToken", api("Nonsense"), "SQS.AmazonSQSException",
			"no (Service: AmazonSQS; Status Code: 400; Error Code: Nonsense; Request ID: ID; Proxy: null)"},
		{"lambda:invoke", api("TooManyRequestsException"), "Lambda.TooManyRequestsException",
			"no (Service: AWSLambda; Status Code: 400; Error Code: TooManyRequestsException; Request ID: ID; Proxy: null)"},
		{"lambda:invoke", httpError{"NoSuchKey"}, "httpError", `{"errorMessage":"operation error: NoSuchKey","errorType":"httpError"}`},
		{"aws-sdk:dynamodb:putItem", api("ConditionalCheckFailedException"), "DynamoDb.ConditionalCheckFailedException",
			"no (Service: DynamoDb, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"},
		{"aws-sdk:s3:getObject", fmt.Errorf("wrapped: %w", httpError{"NoSuchBucket"}), "S3.NoSuchBucketException",
			"said the service (Service: S3, Status Code: 404, Request ID: R1, Extended Request ID: H1) (SDK Attempt Count: 1)"},
		{"aws-sdk:s3:getObject", httpError{"SlowDown"}, "S3.S3Exception",
			"said the service (Service: S3, Status Code: 404, Request ID: R1, Extended Request ID: H1) (SDK Attempt Count: 1)"},
		{"aws-sdk:rds:describeDBSnapshots", api("DBSnapshotNotFound"), "Rds.DbSnapshotNotFoundException",
			"no (Service: Rds, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)"},
		{"aws-sdk:nowhere:do", api("X"), "APIError", `{"errorMessage":"X: no","errorType":"APIError"}`},
		{"http:invoke", api("X"), "APIError", `{"errorMessage":"X: no","errorType":"APIError"}`},
		{"dynamodb:putItem", errors.New("plain"), "errorString", `{"errorMessage":"plain","errorType":"errorString"}`},
		{"dynamodb:putItem", &interp.TaskError{Name: "DynamoDB.Own"}, "DynamoDB.Own", ""},
	} {
		x := callTask(t, tt.resource, `{}`, func(context.Context, *interp.Task) (any, error) { return nil, tt.err })
		err, _ := x.Err().(*interp.ExecutionError)
		if err == nil {
			t.Errorf("%s: %v fails nothing", tt.resource, tt.err)
			continue
		}
		cause := err.Cause
		if before, after, ok := strings.Cut(cause, "Request ID: "); ok && after[8] == '-' {
			cause = before + "Request ID: ID" + after[36:]
		}
		if err.Name != tt.name || cause != tt.cause {
			t.Errorf("%s: error is %s, cause %s; want %s, %s", tt.resource, err.Name, cause, tt.name, tt.cause)
		}
	}
}

type purchase struct {
	ID    string `json:"id"`
	Total int    `json:"total"`
}

type invoiceError struct{ reason string }

func (e *invoiceError) Error() string { return e.reason }

// invoice is a Lambda function.
func invoice(_ context.Context, o purchase) (map[string]any, error) {
	if o.Total < 0 {
		return nil, &invoiceError{"a negative total"}
	}
	return map[string]any{"invoice": o.ID, "due": o.Total}, nil
}

func TestFunction(t *testing.T) {
	const ok, bad = `{"id": "a", "total": 3}`, `{"id": "a", "total": -3}`
	const report = `{"errorMessage":"a negative total","errorType":"invoiceError"}`
	for _, tt := range []struct{ resource, parameters, want string }{
		{"arn:aws:lambda:us-east-1:111111111111:function:invoice", ok, `{"due":3,"invoice":"a"}`},
		{"arn:aws:lambda:us-east-1:111111111111:function:invoice", bad, "execution FAILED: invoiceError: " + report},
		{"arn:aws:lambda:us-east-1:111111111111:function:invoice", `{"total": "three"}`,
			`execution FAILED: UnmarshalTypeError: {"errorMessage":"json: cannot unmarshal string into Go struct field purchase.total of type int","errorType":"UnmarshalTypeError"}`},
		{"arn:aws:states:us-east-1:111111111111:activity:invoice", ok, `{"due":3,"invoice":"a"}`},
		{"arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "Payload": ` + ok + `}`, `{"ExecutedVersion":"$LATEST","Payload":{"due":3,"invoice":"a"},"StatusCode":200}`},
		{"arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "Payload": ` + bad + `}`, "execution FAILED: invoiceError: " + report},
		{"arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "InvocationType": "Event", "Payload": ` + bad + `}`, `{"StatusCode":202}`},
		{"arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "InvocationType": "DryRun", "Payload": ` + bad + `}`, `{"StatusCode":204}`},
		{"arn:aws:states:::lambda:invoke", `{"FunctionName": "f", "InvocationType": "RequestResponse"}`, `{"ExecutedVersion":"$LATEST","Payload":{"due":0,"invoice":""},"StatusCode":200}`},
		{"arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName": "f", "Payload": "{\"id\":\"b\"}"}`, `{"ExecutedVersion":"$LATEST","Payload":"{\"due\":0,\"invoice\":\"b\"}","StatusCode":200}`},
		{"arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName": "f", "Payload": ` + bad + `}`,
			`{"ExecutedVersion":"$LATEST","FunctionError":"Unhandled","Payload":` + value.String(report) + `,"StatusCode":200}`},
		{"arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName": "f", "Payload": "{"}`, "execution FAILED: Lambda.InvalidRequestContentException: …"},
	} {
		x := run(t, `{"T": {"Type": "Task", "Resource": "`+tt.resource+`", "Parameters": `+tt.parameters+`, "End": true}}`, `{}`, interp.WithHandler(interp.Function(invoice)))
		got := fmt.Sprint(x.Err())
		if o, ok := x.Output().(*value.Object); ok {
			got = value.String(o.Without("SdkHttpMetadata").Without("SdkResponseMetadata"))
		}
		if start, exact := strings.CutSuffix(tt.want, "…"); got != tt.want && !(exact && strings.HasPrefix(got, start)) {
			t.Errorf("%s %s:\ngot  %s\nwant %s", tt.resource, tt.parameters, got, tt.want)
		}
	}
}
