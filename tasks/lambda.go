package tasks

import (
	"reflect"

	"github.com/stepwise-go/stepwise/dsl"
)

// LambdaInvoke calls a Lambda function through the service's API (lambda:invoke):
// to call a version or an alias, to call without waiting for the function, or to
// wait for a token. Else use the function's handle itself, whose result comes
// without an envelope.
type LambdaInvoke[In, Out any] struct {
	Function      dsl.Function[In, Out]
	Payload       dsl.Value[In]     // nil: the state's input
	Qualifier     dsl.Value[string] // a version or an alias
	Event         bool              // do not wait for the function; its result is lost
	ClientContext dsl.Value[string] // Base64
	Extra         dsl.Object
}

// LambdaResponse is the envelope of what a function returns.
type LambdaResponse[Out any] struct {
	ExecutedVersion string
	Payload         Out
	StatusCode      int
}

func (l LambdaInvoke[In, Out]) callback() call {
	a := newArguments(l.Extra).handle("FunctionName", string(l.Function), l.Function.ARN()).
		text("Qualifier", l.Qualifier).text("ClientContext", l.ClientContext)
	if a.o["Payload"] = l.Payload; l.Payload == nil {
		a.o["Payload"] = dsl.Input[In]()
	}
	if l.Event {
		a.o["InvocationType"] = "Event"
	}
	return call{optimized + "lambda:invoke", a.o, reflect.TypeFor[In]()}
}

// Integration makes it an action.
func (l LambdaInvoke[In, Out]) Integration() dsl.Integration[LambdaResponse[Out]] {
	return integration[LambdaResponse[Out]](l.callback(), "")
}
