package sfntest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/interp"
)

// callee is what a mock stands in for.
type callee struct {
	state    string // the task of this name, or
	resource string // the tasks with this Resource
	sends    any    // and of these those that send this; see [known]
	whole    bool   // input and result are those of the API call, with its envelopes
}

// newCallee returns what an action calls.
func newCallee[Out any](i dsl.Integration[Out]) callee {
	return callee{resource: i.ResourceText(), sends: known(i.Arguments)}
}

// unknown stands in what an action sends for what only a run can tell.
type unknown struct{}

// known returns what an action sends, as JSON, so far as it is known before it runs:
// constants, and handles by their placeholders.
func known(args any) any {
	switch a := args.(type) {
	case nil:
		return unknown{}
	case dsl.Value[string]:
		if text := (dsl.Integration[any]{Resource: a}).ResourceText(); text != "" {
			return text
		}
		return unknown{}
	case dsl.Operand:
		return unknown{}
	}
	switch v := reflect.ValueOf(args); {
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		members := map[string]any{}
		for _, key := range v.MapKeys() {
			members[key.String()] = known(v.MapIndex(key).Interface())
		}
		return members
	case v.Kind() == reflect.Slice && v.Len() == 0:
		return unknown{} // nothing is said of what is in the list
	case v.Kind() == reflect.Slice:
		elements := make([]any, v.Len())
		for i := range elements {
			elements[i] = known(v.Index(i).Interface())
		}
		return elements
	}
	constant, err := value.From(args)
	if err != nil {
		return unknown{}
	}
	return constant
}

// holds reports whether a value has everything that is known of it.
func holds(known, v any) bool {
	switch known := known.(type) {
	case unknown:
		return true
	case map[string]any:
		o, ok := v.(*value.Object)
		for name, want := range known {
			if got, has := o.Get(name); want != (unknown{}) && (!has || !holds(want, got)) {
				return false
			}
		}
		return ok || len(known) == 0
	case []any:
		list, ok := v.([]any)
		if !ok || len(list) != len(known) {
			return false
		}
		for i, want := range known {
			if !holds(want, list[i]) {
				return false
			}
		}
		return true
	}
	return value.Equal(known, v)
}

// constants returns how many texts and other constants there are in what is known.
func constants(known any) (n int) {
	switch known := known.(type) {
	case unknown:
		return 0
	case map[string]any:
		for _, v := range known {
			n += constants(v)
		}
		return n
	case []any:
		for _, v := range known {
			n += constants(v)
		}
		return n
	}
	return 1
}

// answersFor reports whether a task calls it.
func (c callee) answersFor(task *interp.Task) bool {
	if c.state != "" {
		return c.state == task.State
	}
	if c.resource == task.Resource.Text {
		return holds(c.sends, task.Input)
	}
	return !c.whole && c.resource == functionOf(task)
}

// rank says which of two callees is the more precise one: the higher.
func (c callee) rank() int {
	if c.state != "" {
		return 1 << 20
	}
	return constants(c.sends)
}

// missing says why no task of the definition can call it; "" if one can.
func (c callee) missing(def *asl.StateMachine) string {
	if c.state != "" {
		return missingTask(def, c.state)
	}
	handles := append(texts(c.sends), c.resource)
	for _, text := range handles {
		if _, ok := def.Placeholder(text); !ok && strings.HasPrefix(text, "${") {
			return "no task of the workflow calls " + text
		}
	}
	if _, ok := def.Placeholder(c.resource); ok {
		return ""
	}
	for v := range def.Walk() {
		if task, ok := v.State.(*asl.Task); ok && task.Resource == c.resource {
			return ""
		}
	}
	return "no task of the workflow calls " + c.resource
}

func missingTask(def *asl.StateMachine, name string) string {
	v, ok := stateNamed(def, name)
	switch {
	case !ok:
		return fmt.Sprintf("the workflow has no state %q", name)
	case v.Type() != asl.TaskType:
		return fmt.Sprintf("state %q is a %s: only a Task is answered for", name, v.Type())
	}
	return ""
}

func stateNamed(def *asl.StateMachine, name string) (asl.Visit, bool) {
	for v := range def.Walk() {
		if v.Common().Name == name {
			return v, true
		}
	}
	return asl.Visit{}, false
}

// startsExecutions reports whether it starts executions of state machines.
func (c callee) startsExecutions(def *asl.StateMachine) bool {
	resource := c.resource
	if v, ok := stateNamed(def, c.state); ok {
		resource = v.State.(*asl.Task).Resource
	}
	return isStart(asl.ParseResource(resource))
}

// label says what it is, as its author knows it.
func (c callee) label(def *asl.StateMachine) string {
	if c.state != "" {
		return "state " + strconv.Quote(c.state)
	}
	label := describe(def, c.resource)
	var handles []string
	for _, text := range texts(c.sends) {
		if p, ok := def.Placeholder(text); ok {
			handles = append(handles, fmt.Sprintf("%s %q", p.Kind, p.Handle))
		}
	}
	if len(handles) > 0 {
		slices.Sort(handles)
		label += " (" + strings.Join(handles, ", ") + ")"
	}
	return label
}

// texts returns the texts in what is known.
func texts(known any) (all []string) {
	switch known := known.(type) {
	case string:
		return []string{known}
	case map[string]any:
		for _, v := range known {
			all = append(all, texts(v)...)
		}
	case []any:
		for _, v := range known {
			all = append(all, texts(v)...)
		}
	}
	return all
}

// describe says what a Resource is: its handle, its call or its ARN.
func describe(def *asl.StateMachine, resource string) string {
	if p, ok := def.Placeholder(resource); ok {
		return fmt.Sprintf("%s %q", p.Kind, p.Handle)
	}
	if r := asl.ParseResource(resource); r.Kind == asl.OptimizedIntegration || r.Kind == asl.SDKIntegration {
		return r.TypeName() + ":" + r.ActionName()
	}
	return resource
}

// input reads what a task sends to what a mock stands in for.
func input[In any](c callee, task *interp.Task) (in In, err error) {
	sent := c.sent(task)
	if err := value.To(sent, &in); err != nil {
		return in, fmt.Errorf("task %q sends %s, which is no %T: %w", task.State, shorten(value.String(sent)), in, err)
	}
	return in, nil
}

// sent returns what a task sends, out of the envelope of the API call.
func (c callee) sent(task *interp.Task) any {
	args, _ := task.Input.(*value.Object)
	switch {
	case c.whole:
	case isInvoke(task.Resource):
		payload, _ := args.Get("Payload")
		return payload
	case isStart(task.Resource):
		sent, _ := args.Get("Input")
		if text, ok := sent.(string); ok {
			if v, err := value.Parse(text); err == nil {
				return v
			}
		}
		return sent
	}
	return task.Input
}

// call has a handler answer in place of an API. What it answers is what the API does,
// of which the service integration makes the task's result.
func (c callee) call(ctx context.Context, task *interp.Task, do interp.TaskHandler) (any, error) {
	if k := task.Resource.Kind; k != asl.OptimizedIntegration && k != asl.SDKIntegration {
		return do(ctx, task)
	}
	sent := task.Input
	return interp.Integration(func(ctx context.Context, task *interp.Task) (any, error) {
		task.Input = sent // as it stands in the definition, not as the API gets it
		result, err := do(ctx, task)
		if err != nil || c.whole || !isInvoke(task.Resource) {
			return result, err
		}
		return map[string]any{"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}, nil
	})(ctx, task)
}

// functionOf returns the function that a task calls through lambda:invoke, or "".
func functionOf(task *interp.Task) string {
	if !isInvoke(task.Resource) {
		return ""
	}
	args, _ := task.Input.(*value.Object)
	name, _ := args.Get("FunctionName")
	text, _ := name.(string)
	return text
}

// isInvoke reports whether a task calls a function through lambda:invoke, which
// puts its input and its result into envelopes.
func isInvoke(r asl.Resource) bool {
	return r.Kind == asl.OptimizedIntegration && r.Service == "lambda" && r.Action == "invoke"
}

// isStart reports whether a task starts an execution of a state machine.
func isStart(r asl.Resource) bool {
	return r.Kind == asl.OptimizedIntegration && r.Service == "states" && r.Action == "startExecution"
}
