// Package tasks has the service integrations of Step Functions as typed actions
// for [dsl.Task]: one struct for each, whose fields are what the service takes.
//
//	dsl.Task("Tell managers", tasks.SNSPublish{
//		Topic:   Managers, // const Managers = tasks.Topic("managers")
//		Subject: dsl.Const("late"),
//		Message: dsl.Object{"order": id},
//	})
//
// What a field is says what it may hold: a resource is a handle ([Queue], [Topic],
// [Table], ...), which a construct binds to a deployed one; text that is often
// computed is a dsl.Value[string], nil if not given; what is always literal is a
// plain Go type; a free-form payload is an any and may be a [dsl.Object]. Every
// struct has Extra for what has no field of its own.
//
// A struct that has a method Sync can wait for the job that it starts; one that
// [WaitForToken] takes can wait until somebody sends its token back. All others
// are done when the service has answered (Step Functions Developer Guide, "Service
// integration patterns").
//
// Any action of any AWS service is an [SDK] call; [Optimized] reaches the
// integrations that have no struct here. A Lambda function is called by its
// handle, [dsl.Function]; [LambdaInvoke] is for what a handle cannot say.
package tasks

import (
	"reflect"

	"github.com/stepwise-go/stepwise/dsl"
)

const (
	optimized = "arn:aws:states:::"
	sdk       = optimized + "aws-sdk:"
)

// call is a call of a service before it is decided when it is done.
type call struct {
	resource string // without the pattern's suffix
	args     any
	in       reflect.Type
}

func (c call) with(suffix string) string { return c.resource + suffix }

// integration returns the action that is done when the service has answered
// (suffix ""), when its job is done (".sync") or when its token comes back.
func integration[Out any](c call, suffix string) dsl.Integration[Out] {
	return dsl.Integration[Out]{Resource: dsl.Const(c.with(suffix)), Arguments: c.args, Input: c.in}
}

// arguments gathers the arguments of a call, leaving out what is not given.
type arguments struct{ o dsl.Object }

func newArguments(extra dsl.Object) arguments {
	a := arguments{dsl.Object{}}
	for name, v := range extra {
		a.o[name] = v
	}
	return a
}

func (a arguments) any(name string, v any) arguments {
	if v != nil {
		a.o[name] = v
	}
	return a
}

func (a arguments) text(name string, v dsl.Value[string]) arguments {
	if v != nil {
		a.o[name] = v
	}
	return a
}

func (a arguments) number(name string, n int) arguments {
	if n != 0 {
		a.o[name] = n
	}
	return a
}

func (a arguments) flag(name string, set bool) arguments {
	if set {
		a.o[name] = true
	}
	return a
}

// literal sets an enumeration.
func (a arguments) literal(name, v string) arguments {
	if v != "" {
		a.o[name] = v
	}
	return a
}

// handle sets an attribute of a resource, unless the handle is the empty one.
func (a arguments) handle(name, handle string, attr dsl.Ref[string]) arguments {
	if handle != "" {
		a.o[name] = attr
	}
	return a
}

// Callback is a call that can wait for its token; see [WaitForToken]. No other
// package can implement it.
type Callback interface{ callback() call }

// WaitForToken is the action that makes the call and is done when somebody sends
// its token back, with a result of type R: by SendTaskSuccess, or by
// SendTaskFailure with an error. The token is [dsl.Context].Task.Token; put it
// into what is sent. Set a timeout or a heartbeat on the task, or it may wait for
// a year.
func WaitForToken[R any](c Callback) dsl.Action[R] {
	if c == nil {
		return nil
	}
	return integration[R](c.callback(), ".waitForTaskToken")
}
