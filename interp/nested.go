package interp

import (
	"context"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// StartExecutions returns a handler for the tasks that start executions of state
// machines (arn:aws:states:::states:startExecution in each of its patterns, or
// arn:aws:states:::aws-sdk:sfn:startExecution). The
// function finds a machine by the StateMachineArn of the task, nil if there is none.
//
// A started execution runs with the handlers of its own machine, on the clock of the
// execution that started it, and no longer than that one. Where the task waits for
// it (.sync), it is stopped with the task.
func StartExecutions(machines func(arn string) *Machine) TaskHandler {
	return func(_ context.Context, task *Task) (any, error) {
		args, _ := task.Input.(*value.Object)
		arn := textMember(args, "StateMachineArn")
		m := machines(arn)
		if m == nil {
			return nil, &APIError{"StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'"}
		}
		input, err := childInput(args)
		if err != nil {
			return nil, &APIError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" + err.Error() + "'"}
		}
		x := task.Execution
		x.lock()
		defer x.unlock()
		return task.startExecution(x, m, textMember(args, "Name"), input)
	}
}

// childInput returns the input for a started execution: a text is JSON text, as the
// API has it, anything else is the input itself.
func childInput(args *value.Object) (payload, error) {
	v, _ := args.Get("Input")
	switch v := v.(type) {
	case nil:
		return payload{v: emptyObject}, nil
	case string:
		parsed, err := value.Parse(v)
		return payload{v: parsed, text: v}, err
	}
	return payload{v: v}, nil
}

func (t *Task) startExecution(x *Execution, m *Machine, name string, input payload) (any, error) {
	cfg := m.cfg
	cfg.name = name
	key := m.cfg.machineName + ":" + cfg.name
	if cfg.name == "" {
		cfg.name = x.uuid()
	}
	if over(x.open+1, x.cfg.quotas.OpenExecutions) {
		return nil, &APIError{"ExecutionLimitExceeded", "The maximum number of running executions has been reached."}
	}
	if x.names[key] {
		return nil, &APIError{"ExecutionAlreadyExists", "Execution Already Exists: '" + cfg.name + "'"}
	}
	if name != "" {
		x.names[key] = true
	}
	child := m.start(x.engine, cfg, input, nil)
	x.open++
	child.closed = func() { x.open-- }
	response := t.startResponse(child)
	a, pattern := t.attempt, t.Resource.Pattern
	if pattern != asl.RunJob && pattern != asl.RunJobParsed {
		return response, nil
	}
	a.response = response
	a.held = func() { child.abort(&fault{}) }
	child.closed = func() {
		x.open--
		if !a.over {
			a.answerByToken(x, child.jobAnswer(pattern))
		}
	}
	return nil, ErrNoAnswer
}

// startResponse is the response of the API that has started an execution.
func (t *Task) startResponse(child *Execution) *value.Object {
	arn := value.Member{Name: "ExecutionArn", Value: child.arn}
	if t.Resource.Kind == asl.SDKIntegration {
		return value.NewObject(arn, value.Member{Name: "StartDate", Value: instant(child.started)})
	}
	response := value.NewObject(arn, value.Member{Name: "StartDate", Value: milliseconds(child.started)})
	return sortedMembers(t.answered(response, child.uuid()))
}

// jobAnswer returns what a task gets that has waited for the execution.
func (x *Execution) jobAnswer(p asl.Pattern) answer {
	description := x.describe(milliseconds)
	if x.status != Succeeded {
		return answer{fault: taskFault(asl.ErrTaskFailed, value.String(description))}
	}
	if p == asl.RunJobParsed {
		description = description.With("Input", x.input.v).With("Output", x.output.v)
	}
	return answer{result: payload{v: description}}
}

// milliseconds returns an instant as optimized integrations write it.
func milliseconds(ns int64) any { return ns / 1e6 }
