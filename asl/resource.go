package asl

import "strings"

// Integration says what kind of thing a Task's Resource names.
type Integration int

// The kinds of a Task's Resource (Step Functions Developer Guide, "Integrating
// services"). A Resource that is a placeholder is of the kind of its handle.
const (
	UnknownIntegration   Integration = iota
	LambdaFunction                   // a function's own ARN: input and result go through bare
	ActivityWorker                   // an activity's ARN: a worker polls for the task
	OptimizedIntegration             // arn:aws:states:::service:action
	SDKIntegration                   // arn:aws:states:::aws-sdk:service:action
)

// Pattern says when a service integration's task is done.
type Pattern string

// The service integration patterns, by the suffix of the Resource.
const (
	RequestResponse Pattern = ""                 // when the API has answered
	RunJob          Pattern = "sync"             // when the job that it started has ended
	RunJobParsed    Pattern = "sync:2"           // the same, with the child's output parsed; startExecution only
	WaitForToken    Pattern = "waitForTaskToken" // when somebody sends the task's token back
)

// Resource is a Task's Resource field, taken apart.
type Resource struct {
	Text    string
	Kind    Integration
	Service string  // "lambda", "sqs"; of an SDK integration the SDK's name, such as "dynamodb"
	Action  string  // "invoke", "sendMessage"
	Pattern Pattern // of a service integration
}

// TypeName returns the service as the history's resourceType spells it:
// "sqs", "aws-sdk:dynamodb".
func (r Resource) TypeName() string {
	if r.Kind == SDKIntegration {
		return "aws-sdk:" + r.Service
	}
	return r.Service
}

// ActionName returns the action as the history's resource spells it, with the
// pattern's suffix: "sendMessage.waitForTaskToken".
func (r Resource) ActionName() string {
	if r.Pattern == RequestResponse {
		return r.Action
	}
	return r.Action + "." + string(r.Pattern)
}

// ParseResource takes a Task's Resource apart. A text that fits no form is of
// kind [UnknownIntegration]; whether the service and its action exist is not
// looked at.
func ParseResource(text string) Resource {
	r := Resource{Text: text}
	// arn:partition:service:region:account:rest
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return r
	}
	rest := parts[5]
	switch {
	case parts[2] == "lambda" && strings.HasPrefix(rest, "function:"):
		r.Kind, r.Service, r.Action = LambdaFunction, "lambda", "invoke"
	case parts[2] == "states" && strings.HasPrefix(rest, "activity:"):
		r.Kind, r.Service = ActivityWorker, "activity"
	case parts[2] == "states":
		r.service(rest)
	}
	return r
}

func (r *Resource) service(rest string) {
	kind := OptimizedIntegration
	if sdk, ok := strings.CutPrefix(rest, "aws-sdk:"); ok {
		kind, rest = SDKIntegration, sdk
	}
	service, call, ok := strings.Cut(rest, ":")
	if !ok || service == "" || call == "" {
		return
	}
	action, pattern, _ := strings.Cut(call, ".")
	r.Kind, r.Service, r.Action, r.Pattern = kind, service, action, Pattern(pattern)
}

// Resource returns the Task's Resource taken apart; where it is a placeholder,
// its kind follows from the handle that the placeholder stands for.
func (m *StateMachine) Resource(t *Task) Resource {
	r := ParseResource(t.Resource)
	if p, ok := m.Placeholder(t.Resource); ok {
		switch p.Kind {
		case "lambda":
			r.Kind, r.Service, r.Action = LambdaFunction, "lambda", "invoke"
		case "activity":
			r.Kind, r.Service = ActivityWorker, "activity"
		}
	}
	return r
}
