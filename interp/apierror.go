package interp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
)

// APIError is an error under the name that a service's API gives it. The API of Step
// Functions itself returns it here, from [Execution.SendTaskSuccess], [TestState] and
// others. A [TaskHandler] returns it to fail a task as the API that the task calls
// does; the task's error then has the name and the cause that the integration makes
// of it. An AWS SDK for Go's own errors are taken likewise. Of the code
// ConditionalCheckFailedException
//
//	arn:aws:states:::dynamodb:putItem          makes DynamoDB.ConditionalCheckFailedException,
//	arn:aws:states:::aws-sdk:dynamodb:putItem  DynamoDb.ConditionalCheckFailedException.
//
// A code that the API's model does not have becomes the service's general error, such
// as DynamoDb.DynamoDbException.
type APIError struct {
	Code    string // "TaskTimedOut", "InvalidToken", ...
	Message string
}

// Error returns the code and the message.
func (e *APIError) Error() string { return e.Code + ": " + e.Message }

// ErrorCode returns the code, ErrorMessage the message, as errors of the AWS SDK for
// Go have them.
func (e *APIError) ErrorCode() string { return e.Code }

// ErrorMessage returns the message.
func (e *APIError) ErrorMessage() string { return e.Message }

// sdkError is what errors of the AWS SDK for Go have in common.
type sdkError interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// failure returns the fault that a handler's error is to its task.
func (t *Task) failure(err error) *fault {
	var task *TaskError
	var api sdkError
	var own *APIError
	switch {
	case errors.As(err, &task) || !errors.As(err, &api):
		return handlerFault(err)
	case t.Resource.Kind == asl.SDKIntegration:
		return t.sdkFault(api, responseOf(err))
	case t.Resource.Kind != asl.OptimizedIntegration:
		return handlerFault(err)
	case integrationName(t.Resource) == "lambda:invoke" && !errors.As(err, &own):
		return handlerFault(err) // of what the function calls
	}
	return t.optimizedFault(api, responseOf(err))
}

// response tells of the HTTP response that an error came with.
type response struct {
	status int
	id     string
	hostID string // what Amazon S3 tells besides
}

// responseOf finds the response of an error of the AWS SDK for Go. For any other it is
// one of a bad request.
func responseOf(err error) response {
	r := response{status: 400}
	var http interface {
		HTTPStatusCode() int
		ServiceRequestID() string
	}
	if errors.As(err, &http) {
		r.status, r.id = http.HTTPStatusCode(), http.ServiceRequestID()
	}
	var s3 interface{ ServiceHostID() string }
	if errors.As(err, &s3) {
		r.hostID = s3.ServiceHostID()
	}
	return r
}

// requestID returns the id of a request, one that is made up if it has none.
func (t *Task) requestID(r response) string {
	if r.id != "" {
		return r.id
	}
	return t.Execution.uuid()
}

// sdkFault is the error of an AWS SDK integration, as the AWS SDK for Java 2 writes it.
func (t *Task) sdkFault(err sdkError, r response) *fault {
	service, ok := catalog.LookupService(t.Resource.Service)
	if !ok {
		return handlerFault(err)
	}
	prefix := service.ErrorPrefix
	name := sdkErrorName(t.Resource, err.ErrorCode())
	if name == "" {
		name = prefix + "." + prefix + "Exception"
	}
	ids := t.requestID(r)
	if t.Resource.Service == "s3" {
		if r.hostID == "" {
			r.hostID = t.Execution.uuid()
		}
		ids += ", Extended Request ID: " + r.hostID
	}
	return taskFault(name, fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s) (SDK Attempt Count: 1)",
		err.ErrorMessage(), prefix, r.status, ids))
}

// sdkErrorName returns the name of the error for a code, "" if the service's model has
// none. The SDK knows the errors of all of a service's actions at each of them.
func sdkErrorName(r asl.Resource, code string) string {
	for _, name := range append([]string{r.Action}, catalog.Actions(r.Service)...) {
		action, _ := catalog.Lookup(r.Service, name)
		if name := errorName(action.Errors(), code); name != "" {
			return name
		}
	}
	return ""
}

// errorName returns the one of the names that stands for a code, or "".
func errorName(names []string, code string) string {
	wanted := bareCode(code)
	for _, name := range names {
		if _, base, _ := strings.Cut(name, "."); bareCode(base) == wanted {
			return name
		}
	}
	return ""
}

// bareCode is a code without what SDKs change of it: the case, and how it ends.
func bareCode(code string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(code), "exception"), "fault")
}

// olderNames are the names that services have in the AWS SDK for Java 1.
var olderNames = map[string]string{
	"athena": "AmazonAthena", "batch": "AWSBatch", "bedrock": "AmazonBedrock", "codebuild": "AWSCodeBuild", "databrew": "AWSGlueDataBrew",
	"dynamodb": "AmazonDynamoDBv2", "ecs": "AmazonECS", "eks": "AmazonEKS", "elasticmapreduce": "AmazonElasticMapReduce",
	"emr-containers": "AmazonEMRContainers", "emr-serverless": "AWSEMRServerless", "events": "AmazonEventBridge", "glue": "AWSGlue",
	"lambda": "AWSLambda", "mediaconvert": "AWSMediaConvert", "sagemaker": "AmazonSageMaker", "sns": "AmazonSNS", "sqs": "AmazonSQS",
	"states": "AWSStepFunctions",
}

// optimizedFault is the error of an optimized integration, as the AWS SDK for Java 1
// writes it.
func (t *Task) optimizedFault(err sdkError, r response) *fault {
	service := olderNames[t.Resource.Service]
	if service == "" {
		return handlerFault(err)
	}
	integration, _ := catalog.Optimized(t.Resource.Service, t.Resource.Action)
	name := errorName(integration.Errors(), err.ErrorCode())
	if name == "" && len(integration.Errors()) > 0 {
		prefix, _, _ := strings.Cut(integration.Errors()[0], ".")
		name = prefix + "." + strings.TrimSuffix(service, "v2") + "Exception"
	}
	return taskFault(name, fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		err.ErrorMessage(), service, r.status, err.ErrorCode(), t.requestID(r)))
}
