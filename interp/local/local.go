// Package local reads what Step Functions Local reads: its mock configuration files
// ("Testing state machines with Step Functions Local", developer guide).
//
//	handlers, err := local.Mocks(text, "Orders", "HappyPath")
//	...
//	for state, handler := range handlers {
//		opts = append(opts, interp.WithState(state, handler))
//	}
package local

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// Mocks reads a mock configuration file and returns the handlers that it describes for
// a test case of a state machine, by the names of its states. A Return is what the task
// comes to, also where it waits for a job or for its token. A call for which there is
// no response has an error that is no [interp.TaskError].
func Mocks(file, machine, testCase string) (map[string]interp.TaskHandler, error) {
	v, err := value.Parse(file)
	if err != nil {
		return nil, err
	}
	root, _ := v.(*value.Object)
	cases := child(child(child(root, "StateMachines"), machine), "TestCases")
	if !cases.Has(testCase) {
		return nil, fmt.Errorf("there is no test case %q of a state machine %q", testCase, machine)
	}
	handlers := map[string]interp.TaskHandler{}
	for m := range child(cases, testCase).Members() {
		name, _ := m.Value.(string)
		if !child(root, "MockedResponses").Has(name) {
			return nil, fmt.Errorf("state %q: there is no mocked response %q", m.Name, name)
		}
		responses, err := readResponses(child(child(root, "MockedResponses"), name))
		if err != nil {
			return nil, fmt.Errorf("mocked response %q: %w", name, err)
		}
		handlers[m.Name] = responses.handler()
	}
	return handlers, nil
}

// child returns a member that is an object; else the empty object.
func child(o *value.Object, name string) *value.Object {
	v, _ := o.Get(name)
	inner, _ := v.(*value.Object)
	return inner
}

// text returns a member that is a text; else "".
func text(o *value.Object, name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// responses are the answers to the calls of a state, by their numbers.
type responses []localResponse

type localResponse struct {
	first, last int // numbers of calls, from 0
	result      any
	err         *interp.TaskError
}

func readResponses(o *value.Object) (responses, error) {
	var all responses
	for m := range o.Members() {
		first, last, isRange := strings.Cut(m.Name, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		if err != nil {
			return nil, fmt.Errorf("%q is no number of a call", m.Name)
		}
		to, err := strconv.Atoi(last)
		if err != nil || to < from {
			return nil, fmt.Errorf("%q is no range of calls", m.Name)
		}
		r := localResponse{first: from, last: to}
		answer, _ := m.Value.(*value.Object)
		switch {
		case answer.Has("Throw"):
			thrown := child(answer, "Throw")
			r.err = &interp.TaskError{Name: text(thrown, "Error"), Cause: text(thrown, "Cause")}
		case answer.Has("Return"):
			r.result, _ = answer.Get("Return")
		default:
			return nil, fmt.Errorf("call %s has neither Return nor Throw", m.Name)
		}
		all = append(all, r)
	}
	return all, nil
}

// handler answers calls in their order, counted for each execution.
func (r responses) handler() interp.TaskHandler {
	return func(_ context.Context, task *interp.Task) (any, error) {
		n := task.Call
		for _, answer := range r {
			if answer.first <= n && n <= answer.last {
				return answer.give(task)
			}
		}
		return nil, fmt.Errorf("call %d of state %q has no mocked response", n, task.State)
	}
}

func (r localResponse) give(task *interp.Task) (any, error) {
	if task.Resource.Pattern != asl.WaitForToken {
		if r.err != nil {
			return nil, r.err
		}
		return r.result, nil
	}
	if r.err != nil {
		return nil, task.Execution.SendTaskFailure(task.Token, r.err.Name, r.err.Cause)
	}
	return nil, task.Execution.SendTaskSuccess(task.Token, r.result)
}
