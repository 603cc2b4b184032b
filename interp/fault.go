package interp

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// TaskError is an error in the sense of the States Language: a name, which
// retriers and catchers match, and a cause for people. A [TaskHandler] returns
// one to fail its task under that name. An empty field is absent, as it may be in
// the SendTaskFailure API.
type TaskError struct {
	Name  string
	Cause string
}

// Error returns the name and the cause.
func (e *TaskError) Error() string {
	switch {
	case e.Name == "" && e.Cause == "":
		return "failed without error name and cause"
	case e.Name == "":
		return e.Cause
	case e.Cause == "":
		return e.Name
	}
	return e.Name + ": " + e.Cause
}

// AsTaskError returns the name and the cause under which the service knows an
// error that a handler returned: those of a [TaskError] in its chain, else those
// that the Lambda runtime for Go reports, whose name is that of the error's type.
func AsTaskError(err error) *TaskError { return handlerFault(err).err() }

// optional is a text that may be absent.
type optional struct {
	s   string
	set bool
}

func some(s string) optional { return optional{s, true} }

// nonEmpty is absent if s is empty.
func nonEmpty(s string) optional { return optional{s, s != ""} }

func (o optional) json() any {
	if !o.set {
		return nil
	}
	return o.s
}

// fault is an error on its way through the execution.
type fault struct {
	name, cause optional
	runtime     bool   // the definition is wrong: nothing retries or catches it
	evaluation  bool   // an expression failed: an EvaluationFailed event reports it
	placed      bool   // the cause says the place
	location    string // the field of an evaluation fault
	timeout     bool   // the task missed its timeout or a heartbeat
	heartbeat   bool   // it was a heartbeat
	oversize    bool   // what a state, not a task, made is too large
}

// The lengths of an error name and of a cause (Step Functions API, the events' details).
const (
	longestName  = 256
	longestCause = 32_768
)

func taskFault(name, cause string) *fault {
	return &fault{name: nonEmpty(cut(name, longestName)), cause: nonEmpty(cut(cause, longestCause))}
}

// cut returns the first n characters of a text.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

// runtimeFault is a States.Runtime error. The state puts its own place before the
// text; see [Execution.place].
func runtimeFault(format string, args ...any) *fault {
	return &fault{name: some(asl.ErrRuntime), cause: some(fmt.Sprintf(format, args...)), runtime: true}
}

// timeoutFault is what a task gets that misses its timeout or a heartbeat.
func timeoutFault(heartbeat bool) *fault {
	return &fault{name: some(asl.ErrTimeout), timeout: true, heartbeat: heartbeat}
}

// limitFault is the error of a task whose result is too large.
func limitFault(task string) *fault {
	return &fault{name: some(asl.ErrDataLimitExceeded), cause: some("The state/task '" + task +
		"' returned a result with a size exceeding the maximum number of bytes service limit.")}
}

// oversizeFault is the error of a state that makes too large an input, output or
// variable. Other than that of a task it has to be named to be caught (Step
// Functions Developer Guide, "Error names").
func oversizeFault(state string) *fault {
	f := limitFault(state)
	f.oversize = true
	return f
}

// output returns the Error Output that a catcher sees.
func (f *fault) output() *value.Object {
	cause := f.cause.json()
	if f.timeout && cause == nil {
		cause = ""
	}
	return value.NewObject(value.Member{Name: "Error", Value: f.name.json()}, value.Member{Name: "Cause", Value: cause})
}

func (f *fault) err() *TaskError { return &TaskError{Name: f.name.s, Cause: f.cause.s} }

// matches reports whether one of the names in an ErrorEquals list stands for the
// fault.
func (f *fault) matches(names []string) bool {
	return !f.runtime && slices.ContainsFunc(names, f.matchesName)
}

func (f *fault) matchesName(name string) bool {
	switch name {
	case asl.ErrAll:
		return !f.oversize
	case asl.ErrTaskFailed:
		return f.name.set && f.name.s != asl.ErrTimeout && f.name.s != asl.ErrDataLimitExceeded
	case asl.ErrHeartbeatTimeout: // the documented name; the service reports States.Timeout
		return f.heartbeat || f.name == some(name)
	}
	return f.name == some(name)
}

// handlerFault turns the error of a handler into a fault: a [TaskError] gives its
// name and cause, any other error those that the Lambda runtime for Go reports.
func handlerFault(err error) *fault {
	var task *TaskError
	if errors.As(err, &task) {
		f := taskFault(task.Name, task.Cause)
		f.timeout = task.Name == asl.ErrTimeout || task.Name == asl.ErrHeartbeatTimeout
		f.runtime = task.Name == asl.ErrRuntime
		f.placed = true
		return f
	}
	name := typeName(err)
	cause, _ := json.Marshal(lambdaError{err.Error(), name})
	return taskFault(name, string(cause))
}

// lambdaError is an error as the Lambda runtime for Go writes it.
type lambdaError struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

// typeName returns the name of a value's Go type, without pointer and package.
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
