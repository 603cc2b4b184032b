package tasks

import (
	"reflect"

	"github.com/stepwise-go/stepwise/dsl"
)

// SDK is a handle: it stands for an action of any AWS service, as the SDK has it,
// that takes an In and returns an Out. Services and actions are named as in
// "dynamodb:getItem", arguments and results as in the API, with a capital first
// (Step Functions Developer Guide, "AWS SDK service integrations").
//
//	const GetObject = tasks.SDK[GetObjectInput, GetObjectOutput]("s3:getObject")
type SDK[In, Out any] string

func (s SDK[In, Out]) call(args any) call {
	return call{sdk + string(s), args, reflect.TypeFor[In]()}
}

// Integration makes the handle an action: the service gets the state's input.
func (s SDK[In, Out]) Integration() dsl.Integration[Out] { return integration[Out](s.call(nil), "") }

// With is the action that sends a certain value.
func (s SDK[In, Out]) With(v dsl.Value[In]) dsl.Action[Out] { return integration[Out](s.call(v), "") }

// Args is the action that sends data that is no In, such as a [dsl.Object].
func (s SDK[In, Out]) Args(v any) SDKCall[Out] { return SDKCall[Out]{s.call(v)} }

// Result returns what the service answers, in the Output and Assign of its task.
func (s SDK[In, Out]) Result() dsl.Ref[Out] { return dsl.Result[Out]() }

// SDKCall is a call of an [SDK] action; see [SDK.Args].
type SDKCall[Out any] struct{ c call }

func (s SDKCall[Out]) callback() call { return s.c }

// Integration makes it an action.
func (s SDKCall[Out]) Integration() dsl.Integration[Out] { return integration[Out](s.c, "") }

// Optimized is a service integration that has no struct of its own in this
// package, with a result of type Out: "emr-serverless:startJobRun", say. The
// checker knows which there are, what they take and how they can wait.
type Optimized[Out any] struct {
	Action    string
	Arguments any // nil: the state's input
}

func (o Optimized[Out]) callback() call {
	return call{resource: optimized + o.Action, args: o.Arguments}
}

// Integration makes it an action that is done when the service has answered.
func (o Optimized[Out]) Integration() dsl.Integration[Out] {
	return integration[Out](o.callback(), "")
}

// Sync is the action that waits for the job that the service starts.
func (o Optimized[Out]) Sync() dsl.Action[Out] { return integration[Out](o.callback(), ".sync") }
