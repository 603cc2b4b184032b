package dsl

import (
	"context"
	"reflect"

	"github.com/stepwise-go/stepwise/asl"
)

// Action is what a [Task] does, with a result of type Out. Package tasks has
// actions for the services; a program may have its own.
type Action[Out any] interface {
	Integration() Integration[Out]
}

// Integration is an action as a Task state writes it.
type Integration[Out any] struct {
	Resource  Value[string] // the ARN: a constant, or the attribute of a resource ([Bound])
	Arguments any           // what is sent: data with Operands in it; nil sends the state's input
	Result    any           // what of the result the task keeps; nil keeps all (see [Pick])
	Input     reflect.Type  // the Go type of what is sent, if there is one

	whole reflect.Type // of the result, where Out is that of what Pick keeps
}

// Integration returns i itself, which makes it an [Action].
func (i Integration[Out]) Integration() Integration[Out] { return i }

// ResourceText returns the Resource as it stands in the definition: an ARN, or the
// placeholder of one, such as "${Charge_Arn}". It is "" if there is none.
func (i Integration[Out]) ResourceText() string {
	if isNil(i.Resource) {
		return ""
	}
	switch e := i.Resource.operand(); {
	case e == nil:
		return ""
	case e.kind == boundExpr:
		return e.holder.String()
	default:
		text, _ := e.value.(string)
		return text
	}
}

// Pick is an action that keeps only a part of another one's result, or makes
// something else of it. References in v read the result: [Result]. A JSONPath
// state can pick an [Object] only.
func Pick[Out, T any](a Action[Out], v Value[T]) Action[T] {
	if isNil(a) {
		return Integration[T]{}
	}
	i := a.Integration()
	picked := Integration[T]{Resource: i.Resource, Arguments: i.Arguments, Result: v, Input: i.Input, whole: reflect.TypeFor[Out]()}
	if i.Result != nil {
		picked.Result = faulty(problemf(codeHandle, here(), "pick once", "the action picks from its result already"))
	}
	return picked
}

// Bound returns an attribute of a resource that is known once a construct has
// bound the resource of that kind and name: the ARN of a "lambda", say. It is
// for those who write handles.
func Bound(kind, name, attr string) Ref[string] {
	return typed[string](&expr{kind: boundExpr, at: here(), holder: asl.Placeholder{Kind: kind, Handle: name, Attr: attr}})
}

// Function is a handle: it stands for a Lambda function that takes an In and
// returns an Out, by a name of the program's own choice.
//
//	const Charge = dsl.Function[ChargeRequest, Payment]("charge")
//
// The task that calls it, the test that answers for it, the handler that
// implements it and the construct that deploys it all use the one constant, so
// the compiler sees that they agree.
type Function[In, Out any] string

// Integration makes the handle an [Action]: the function gets the state's input.
func (f Function[In, Out]) Integration() Integration[Out] { return f.call(nil) }

// With is the action that calls the function with a certain value.
func (f Function[In, Out]) With(v Value[In]) Action[Out] { return f.call(v) }

func (f Function[In, Out]) call(v any) Integration[Out] {
	return Integration[Out]{Resource: f.ARN(), Arguments: v, Input: reflect.TypeFor[In]()}
}

// ARN returns the function's ARN.
func (f Function[In, Out]) ARN() Ref[string] { return Bound("lambda", string(f), "Arn") }

// Result returns the function's result, in the Output and Assign of its task.
func (f Function[In, Out]) Result() Ref[Out] { return rootRef[Out](resultRoot, here()) }

// Handler returns h: it makes the compiler compare the types of an
// implementation with the handle's.
//
//	lambda.Start(Charge.Handler(charge))
func (f Function[In, Out]) Handler(h func(context.Context, In) (Out, error)) func(context.Context, In) (Out, error) {
	return h
}
