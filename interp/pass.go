package interp

import (
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// passState is a compiled Pass.
type passState struct {
	result *payload // nil hands on the arguments
}

func (c *fields) pass(def *asl.Pass) action {
	if def.Result == nil {
		return passState{}
	}
	return passState{result: &payload{v: def.Result.Value}}
}

func (s passState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	if s.result != nil {
		return t.leave(t.state.flow, *s.result, plainRole, t.state.next)
	}
	result, f := t.state.flow.arguments(t)
	if f != nil {
		return f
	}
	return t.leave(t.state.flow, result, plainRole, t.state.next)
}

// succeedState is a compiled Succeed.
type succeedState struct{}

func (succeedState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	return t.leave(t.state.flow, t.in, plainRole, nil)
}

// failState is a compiled Fail.
type failState struct {
	name, cause *textField
}

func (c *fields) failState(def *asl.Fail) action {
	return failState{
		name:  c.lang.text(c, "Error", def.Error, def.ErrorPath),
		cause: c.lang.text(c, "Cause", def.Cause, def.CausePath),
	}
}

func (s failState) run(x *Execution, t *thread) *fault {
	if x.probe != nil {
		x.probe.note("afterInputPath", t.raw.v)
	}
	name, f := s.name.value(t)
	if f != nil {
		return f
	}
	cause, f := s.cause.value(t)
	if f != nil {
		return f
	}
	return &fault{name: name, cause: cause}
}

// textField is a field that holds a text or says where to find one; nil is an
// absent field.
type textField struct {
	literal string
	expr    expr               // nil is a literal
	wrong   func(v any) *fault // the error of a value that is no text
}

// text compiles the Error or Cause of a Fail.
func (pathLanguage) text(c *fields, name string, literal *string, path asl.Path) *textField {
	switch {
	case literal != nil:
		return &textField{literal: *literal}
	case !path.IsSet():
		return nil
	}
	name += "Path"
	return &textField{
		expr: c.dynamic(value.Member{Name: name, Value: path.Text}, "/"+name),
		wrong: func(v any) *fault {
			return runtimeFault("The %s field refers to a value that is not a string: %s", name, value.String(v))
		},
	}
}

func (f *textField) value(t *thread) (optional, *fault) {
	switch {
	case f == nil:
		return optional{}, nil
	case f.expr == nil:
		return some(f.literal), nil
	}
	v, fault := f.expr.eval(t, t.raw.v, plainRole)
	if fault != nil {
		return optional{}, fault
	}
	s, ok := v.(string)
	if !ok {
		return optional{}, f.wrong(v)
	}
	return some(s), nil
}
