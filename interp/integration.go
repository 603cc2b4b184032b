package interp

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Integration returns a handler for the tasks of a service integration, optimized or
// by AWS SDK, out of one that does what the service's API does: from a real client,
// say, or from a stand-in that knows nothing of Step Functions. The handler gets the
// parameters as the API does, and what it returns is shaped as the integration does
// (Step Functions Developer Guide, "Integrating services"):
//
//   - objects that the API takes as JSON text are that text: the MessageBody of
//     sqs:sendMessage, the Message of sns:publish, the Input of states:startExecution,
//     the Details of events:putEvents;
//   - a response has its members sorted and, where the integration tells of the HTTP
//     response, SdkHttpMetadata and SdkResponseMetadata, unless the handler gave them;
//   - the Payload of lambda:invoke and the Body of bedrock:invokeModel are parsed if
//     they are JSON text; Input and Output of a job are text with .sync, JSON with .sync:2;
//   - what the API reports inside of a response fails the task: a FunctionError of
//     lambda:invoke, failed entries of events:putEvents, tasks that ECS could not start,
//     an HTTP status that is none of success from apigateway:invoke and http:invoke;
//   - a job (….sync), whose last description the handler returns, fails the task with
//     States.TaskFailed and that description if its status is one of failure.
//
// Errors of the API, see [APIError], get the integration's names with or without it.
func Integration(api TaskHandler) TaskHandler {
	return func(ctx context.Context, task *Task) (any, error) {
		given := task.Input
		task.Input = apiInput(task.Resource, given)
		result, err := api(ctx, task)
		task.Input = given
		if err != nil {
			return result, err
		}
		v, err := value.From(result)
		if err != nil {
			return nil, err
		}
		return task.integrated(v)
	}
}

// integrationName is the service and the action of an optimized integration.
func integrationName(r asl.Resource) string {
	if r.Kind != asl.OptimizedIntegration {
		return ""
	}
	return r.Service + ":" + r.Action
}

// textParameters are the parameters of optimized integrations that may be objects and
// of which the API gets the text.
var textParameters = map[string]string{
	"sqs:sendMessage": "MessageBody", "sns:publish": "Message", "states:startExecution": "Input",
}

// apiInput returns a task's parameters as the API gets them.
func apiInput(r asl.Resource, input any) any {
	args, ok := input.(*value.Object)
	if !ok {
		return input
	}
	name := integrationName(r)
	if parameter, ok := textParameters[name]; ok {
		return withText(args, parameter)
	}
	entries, _ := args.Get("Entries")
	list, _ := entries.([]any)
	if name != "events:putEvents" || list == nil {
		return input
	}
	list = slices.Clone(list)
	for i, e := range list {
		if entry, ok := e.(*value.Object); ok {
			list[i] = withText(entry, "Detail")
		}
	}
	return args.With("Entries", list)
}

// withText returns the object with the JSON text of a member that is none.
func withText(o *value.Object, name string) *value.Object {
	v, ok := o.Get(name)
	if _, isText := v.(string); !ok || isText {
		return o
	}
	return o.With(name, value.String(v))
}

// integrated returns the result of a task whose API has answered, or the job's of one
// that waits for it.
func (t *Task) integrated(v any) (any, error) {
	answer, ok := v.(*value.Object)
	if !ok && v != nil {
		return v, nil
	}
	answer = sortedMembers(answer)
	switch t.Resource.Pattern {
	case asl.RunJob, asl.RunJobParsed:
		if response, ok := t.response.(*value.Object); ok {
			shaped, err := t.respond(sortedMembers(response))
			if err != nil {
				return nil, err
			}
			t.response = shaped
		}
		return jobResult(t.Resource, answer)
	}
	if t.Resource.Kind == asl.SDKIntegration {
		return answer, nil
	}
	return t.respond(answer)
}

// sortedMembers returns the object with its members in the order of their names, as
// both SDKs give them; a streamed Body stays last.
func sortedMembers(o *value.Object) *value.Object {
	members := slices.SortedStableFunc(o.Members(), func(a, b value.Member) int { return strings.Compare(a.Name, b.Name) })
	return value.NewObject(members...)
}

// respond makes the result of an optimized integration out of the API's response, or
// says what the response reports to have failed.
func (t *Task) respond(o *value.Object) (any, error) {
	name := integrationName(t.Resource)
	switch name {
	case "lambda:invoke":
		o = parsedMember(o, "Payload")
		if o.Has("FunctionError") {
			return nil, functionError(o)
		}
	case "bedrock:invokeModel":
		o = parsedMember(o, "Body")
	case "events:putEvents":
		if n, _ := o.Get("FailedEntryCount"); n != nil && n != int64(0) {
			return nil, &TaskError{Name: "EventBridge.FailedEntry", Cause: value.String(o)}
		}
		return o, nil
	case "ecs:runTask":
		if failures, _ := o.Get("Failures"); t.Resource.Pattern != asl.RequestResponse && !isEmptyList(failures) {
			return nil, &TaskError{Name: "AmazonECS.Unknown", Cause: value.String(o)}
		}
	case "glue:startJobRun":
		if args, _ := t.Input.(*value.Object); !o.Has("JobName") && args.Has("JobName") {
			job, _ := args.Get("JobName")
			o = o.With("JobName", job)
		}
	case "apigateway:invoke":
		return o, httpFailure(o, "ApiGateway.", 400)
	case "http:invoke":
		return o, httpFailure(o, "States.Http.StatusCode.", 300)
	}
	if o.Has("SdkHttpMetadata") || name == "" {
		return o, nil
	}
	return sortedMembers(t.withMetadata(o)), nil
}

func isEmptyList(v any) bool {
	list, _ := v.([]any)
	return len(list) == 0
}

// parsedMember returns the object with a member parsed that is JSON text.
func parsedMember(o *value.Object, name string) *value.Object {
	member, _ := o.Get(name)
	text, ok := member.(string)
	if !ok {
		return o
	}
	v, err := value.Parse(text)
	if err != nil {
		return o
	}
	return o.With(name, v)
}

// functionError is the error of a function that lambda:invoke has called.
func functionError(o *value.Object) error {
	payload, _ := o.Get("Payload")
	report, _ := payload.(*value.Object)
	name := textMember(report, "errorType")
	if name == "" {
		name = "Lambda.Unknown"
	}
	return &TaskError{Name: name, Cause: value.String(payload)}
}

// httpFailure is the error of an answer with an HTTP status from some number on.
func httpFailure(o *value.Object, prefix string, from float64) error {
	status, _ := o.Get("StatusCode")
	n, ok := value.Float(status)
	if !ok || n < from {
		return nil
	}
	body, _ := o.Get("ResponseBody")
	return &TaskError{Name: prefix + value.String(status), Cause: bare(body)}
}

// withMetadata returns a response with what optimized integrations tell of HTTP.
func (t *Task) withMetadata(o *value.Object) *value.Object {
	x := t.Execution
	x.lock()
	id := x.uuid()
	x.unlock()
	return t.answered(o, id)
}

// answered returns the response to a request of that id with what is told of HTTP.
func (t *Task) answered(o *value.Object, id string) *value.Object {
	return o.With("SdkHttpMetadata", httpMetadata(o, t, id)).
		With("SdkResponseMetadata", value.NewObject(value.Member{Name: "RequestId", Value: id}))
}

var contentTypes = map[string]string{"sns": "text/xml", "lambda": "application/json"}

// httpMetadata tells of the HTTP response that would have brought the result.
func httpMetadata(o *value.Object, t *Task, id string) *value.Object {
	contentType, ok := contentTypes[t.Resource.Service]
	if !ok {
		contentType = "application/x-amz-json-1.0"
	}
	headers := []value.Member{
		{Name: "connection", Value: "keep-alive"},
		{Name: "Content-Length", Value: strconv.Itoa(value.Size(o))},
		{Name: "Content-Type", Value: contentType},
		{Name: "Date", Value: t.Time.Format("Mon, 02 Jan 2006 15:04:05 GMT")},
		{Name: "x-amzn-RequestId", Value: id},
	}
	all := make([]value.Member, len(headers))
	for i, h := range headers {
		all[i] = value.Member{Name: h.Name, Value: []any{h.Value}}
	}
	return value.NewObject(
		value.Member{Name: "AllHttpHeaders", Value: value.NewObject(all...)},
		value.Member{Name: "HttpHeaders", Value: value.NewObject(headers...)},
		value.Member{Name: "HttpStatusCode", Value: int64(200)})
}

// jobStatuses say where the description of a job has its status.
var jobStatuses = map[string]string{
	"athena:startQueryExecution":              "QueryExecution.Status.State",
	"batch:submitJob":                         "Status",
	"bedrock:createModelCustomizationJob":     "Status",
	"codebuild:startBuild":                    "Build.BuildStatus",
	"codebuild:startBuildBatch":               "BuildBatch.BuildBatchStatus",
	"codebuild:retryBuildBatch":               "BuildBatch.BuildBatchStatus",
	"databrew:startJobRun":                    "State",
	"eks:createCluster":                       "Cluster.Status",
	"eks:createNodegroup":                     "Nodegroup.Status",
	"eks:createFargateProfile":                "FargateProfile.Status",
	"elasticmapreduce:createCluster":          "Cluster.Status.State",
	"elasticmapreduce:addStep":                "Step.Status.State",
	"emr-containers:startJobRun":              "State",
	"emr-serverless:startJobRun":              "State",
	"glue:startJobRun":                        "JobRunState",
	"mediaconvert:createJob":                  "Job.Status",
	"sagemaker:createHyperParameterTuningJob": "HyperParameterTuningJobStatus",
	"sagemaker:createLabelingJob":             "LabelingJobStatus",
	"sagemaker:createProcessingJob":           "ProcessingJobStatus",
	"sagemaker:createTrainingJob":             "TrainingJobStatus",
	"sagemaker:createTransformJob":            "TransformJobStatus",
	"states:startExecution":                   "Status",
}

// badStatuses are those of jobs that have come to nothing, in capitals and without
// what some services put between the words.
var badStatuses = []string{"FAILED", "FAULT", "ERROR", "TIMEOUT", "TIMEDOUT", "STOPPED", "CANCELLED", "CANCELED",
	"ABORTED", "INTERRUPTED", "EXPIRED", "CREATEFAILED", "DELETEFAILED", "TERMINATEDWITHERRORS"}

// jobResult makes the result of a task out of the last description of its job.
func jobResult(r asl.Resource, o *value.Object) (any, error) {
	name := integrationName(r)
	if name == "states:startExecution" {
		for _, member := range []string{"Input", "Output"} {
			if o = withText(o, member); r.Pattern == asl.RunJobParsed {
				o = parsedMember(o, member)
			}
		}
	}
	status := strings.NewReplacer("_", "", "-", "").Replace(strings.ToUpper(deepText(o, jobStatuses[name])))
	if slices.Contains(badStatuses, status) || name == "ecs:runTask" && taskFailedToRun(o) {
		return nil, &TaskError{Name: asl.ErrTaskFailed, Cause: value.String(o)}
	}
	return o, nil
}

// child returns a member that is an object; else the empty object.
func child(o *value.Object, name string) *value.Object {
	v, _ := o.Get(name)
	inner, _ := v.(*value.Object)
	return inner
}

// deepText returns the text at a path of names, "" if there is none.
func deepText(o *value.Object, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return textMember(o, name)
	}
	return deepText(child(o, name), rest)
}

// taskFailedToRun reports whether an ECS task did not start, or a container of it
// ended with an exit code other than 0.
func taskFailedToRun(task *value.Object) bool {
	if textMember(task, "StopCode") == "TaskFailedToStart" {
		return true
	}
	list, _ := task.Get("Containers")
	containers, _ := list.([]any)
	return slices.ContainsFunc(containers, func(c any) bool {
		container, _ := c.(*value.Object)
		code, _ := container.Get("ExitCode")
		return code != nil && code != int64(0)
	})
}
