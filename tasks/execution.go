package tasks

import (
	"reflect"

	"github.com/stepwise-go/stepwise/dsl"
)

// StartExecution starts an execution of a state machine (states:startExecution).
// By itself it is done when the execution has begun; Sync waits for its end.
type StartExecution[In, Out any] struct {
	Machine StateMachine[In, Out]
	Input   dsl.Value[In]     // nil: the state's input
	Name    dsl.Value[string] // of the execution; nil: the service chooses one
	Extra   dsl.Object
}

// ExecutionStarted is the result of [StartExecution] that does not wait.
type ExecutionStarted struct {
	ExecutionARN string `json:"ExecutionArn"`
	StartDate    string
}

// Execution is a finished execution.
type Execution[In, Out any] struct {
	ExecutionARN    string `json:"ExecutionArn"`
	StateMachineARN string `json:"StateMachineArn"`
	Name            string
	Status          string
	Input           In
	Output          Out
}

func (s StartExecution[In, Out]) callback() call {
	a := newArguments(s.Extra).handle("StateMachineArn", string(s.Machine), s.Machine.ARN()).text("Name", s.Name)
	if a.o["Input"] = s.Input; s.Input == nil {
		a.o["Input"] = dsl.Input[In]()
	}
	return call{optimized + "states:startExecution", a.o, reflect.TypeFor[In]()}
}

// Integration makes it an action that does not wait for the execution.
func (s StartExecution[In, Out]) Integration() dsl.Integration[ExecutionStarted] {
	return integration[ExecutionStarted](s.callback(), "")
}

func (s StartExecution[In, Out]) sync() dsl.Integration[Execution[In, Out]] {
	return integration[Execution[In, Out]](s.callback(), ".sync:2")
}

// Sync is the action that waits for the execution and fails with
// States.TaskFailed if it does not succeed.
func (s StartExecution[In, Out]) Sync() dsl.Action[Execution[In, Out]] { return s.sync() }
