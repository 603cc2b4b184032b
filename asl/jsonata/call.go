package jsonata

// callable is a function as a value: a *lambda, a *native or a *regex.
type callable interface {
	// arity is the number of parameters: what a function such as $map passes.
	arity() int
}

func isCallable(v any) bool {
	switch v.(type) {
	case *lambda, *native, *regex:
		return true
	}
	return false
}

// lambda is a function that an expression defines, with what it sees.
type lambda struct {
	params    []*Variable
	signature *signature
	body      expr
	in        any
	env       *frame
	passed    bool // as an argument
}

func (l *lambda) arity() int { return len(l.params) }

// native is a function that is written in Go.
type native struct {
	name      string
	signature *signature // nil if it takes anything
	length    int        // the parameters that the reference's function declares
	fn        nativeFunc
	doc       string
	passed    bool // as an argument
}

func (n *native) arity() int { return n.length }

// passed returns an argument as the function called gets it. A function is put into
// another, which counts as false and gives it null as context, as in the reference.
func passed(v any) any {
	switch f := v.(type) {
	case *lambda:
		inner := *f
		inner.passed = true
		return &inner
	case *native:
		inner := *f
		inner.passed = true
		return &inner
	}
	return v
}

// nativeFunc implements a function. It must not keep args.
type nativeFunc func(c call, args []any) (any, *Error)

// call is what a native function sees of the place where it is called.
type call struct {
	*evaluation
	in  any
	env *frame
}

type regexExpr struct {
	notes
	regex *regex
}

func (x *regexExpr) eval(ev *evaluation, _ any, _ *frame) (any, *Error) {
	return ev.function(x.regex), nil
}

type lambdaExpr struct {
	notes
	params    []*Variable
	signature *signature
	body      expr
}

func (x *lambdaExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	return ev.function(&lambda{params: x.params, signature: x.signature, body: x.body, in: in, env: env}), nil
}

// callExpr invokes a function, or applies it partially.
type callExpr struct {
	notes
	fn      expr
	args    []expr
	name    any  // for errors
	bare    bool // the name is a field's
	partial bool
	last    bool // a function's body ends in it
}

func (x *callExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	if x.partial {
		return x.evalPartial(ev, in, env)
	}
	fn, err := x.function(ev, in, env, "T1005")
	if err != nil {
		return nil, err
	}
	if x.last {
		return x.leave(ev, fn, in, env)
	}
	base := len(ev.stack)
	for _, a := range x.args {
		arg, err := ev.eval(a, in, env)
		if err != nil {
			return nil, err
		}
		ev.stack = append(ev.stack, passed(arg))
	}
	args := ev.stack[base:len(ev.stack):len(ev.stack)]
	v, err := x.invoke(ev, fn, args, in, env)
	ev.unwind(base)
	return v, err
}

// leave leaves the call to what invoked the function whose body ends in it. The
// arguments are evaluated as deep as that stands, for the reference has left the
// body by then.
func (x *callExpr) leave(ev *evaluation, fn, in any, env *frame) (any, *Error) {
	left := ev.depth - ev.floor
	if ev.left+left+ev.maxDepth > mostLevels {
		left = 0 // Go's stack is as deep as it was
	}
	ev.depth, ev.left = ev.depth-left, ev.left+left
	args := make([]any, len(x.args))
	for i, a := range x.args {
		var err *Error
		if args[i], err = ev.eval(a, in, env); err != nil {
			return nil, err
		}
	}
	ev.depth, ev.left = ev.depth+left, ev.left-left
	ev.tail = tailCall{x, fn, args}
	return pending{}, nil
}

// unwind takes the arguments of a call that is over from the stack. Those of a call
// that has failed stay: so has the evaluation.
func (ev *evaluation) unwind(base int) {
	clear(ev.stack[base:])
	ev.stack = ev.stack[:base]
}

// evalWith is eval with a first argument given.
func (x *callExpr) evalWith(ev *evaluation, first, in any, env *frame) (any, *Error) {
	fn, err := x.function(ev, in, env, "T1005")
	if err != nil {
		return nil, err
	}
	args := make([]any, len(x.args)+1)
	args[0] = first
	for i, a := range x.args {
		if args[i+1], err = ev.eval(a, in, env); err != nil {
			return nil, err
		}
		args[i+1] = passed(args[i+1])
	}
	return x.invoke(ev, fn, args, in, env)
}

func (x *callExpr) invoke(ev *evaluation, fn any, args []any, in any, env *frame) (any, *Error) {
	v, err := ev.apply(fn, args, in, env)
	if err != nil {
		return nil, x.locate(err)
	}
	return v, nil
}

func (x *callExpr) locate(err *Error) *Error {
	if _, none := x.name.(nothing); !none {
		err.about(x.name)
	}
	return err.at(x.mark)
}

// function returns what is called. Of a name that is no function, but would be one
// with a $, it returns an error.
func (x *callExpr) function(ev *evaluation, in any, env *frame, code string) (any, *Error) {
	if v, ok := x.fn.(*variableExpr); ok && !v.after {
		return v.lookup(ev, in, env), nil
	}
	fn, err := ev.eval(x.fn, in, env)
	if err != nil || !x.bare || !isUndefined(fn) {
		return fn, err
	}
	name := x.name.(string)
	v, ok := ev.lookup(env, name)
	if !ok {
		v = ev.lookupGlobal(name)
	}
	if falsy(v) {
		return fn, nil
	}
	return nil, newError(code).at(x.mark).about(name)
}

// evalPartial makes a function of one whose arguments are given in part.
func (x *callExpr) evalPartial(ev *evaluation, in any, env *frame) (any, *Error) {
	args := make([]any, len(x.args))
	open := make([]bool, len(x.args))
	for i, a := range x.args {
		if _, open[i] = a.(*placeholderExpr); open[i] {
			continue
		}
		var err *Error
		if args[i], err = ev.eval(a, in, env); err != nil {
			return nil, err
		}
	}
	fn, err := x.function(ev, in, env, "T1007")
	if err != nil {
		return nil, err
	}
	if err := partialFault(fn); err != nil {
		return nil, x.locate(err)
	}
	switch fn := fn.(type) {
	case *lambda:
		return ev.function(fn.partial(args, open)), nil
	case callable:
		return ev.function(partialNative(fn, args, open)), nil
	}
	return nil, x.locate(newError("T1008"))
}

// partial binds the arguments that are given and leaves the others as parameters.
func (l *lambda) partial(args []any, open []bool) *lambda {
	frame := newFrame(l.env)
	rest := &lambda{body: l.body, in: l.in, env: frame}
	for i, p := range l.params {
		switch {
		case i >= len(args):
			frame.bind(p.Name, undefined{})
		case open[i]:
			rest.params = append(rest.params, p)
		default:
			frame.bind(p.Name, args[i])
		}
	}
	return rest
}

// maxParameters is the most parameters that a native function declares.
const maxParameters = 4

// partialFault returns the error of a function that cannot be applied partially, as
// in the reference: it reads a function's parameters in JavaScript as if they were
// JSONata's, and fails of those that have a default value, as $string's second, and
// of the ...params that a function passed as an argument has there.
func partialFault(fn any) *Error {
	fault := newError("S0202").about("..")
	fault.inserts.value = ")"
	switch fn := fn.(type) {
	case *lambda:
		if fn.passed {
			return fault
		}
	case *native:
		if fn.passed {
			return fault
		}
		if fn.name == "string" {
			return errorOf("S0208", int64(2))
		}
	}
	return nil
}

// partialNative returns the function of the arguments left open. As in the
// reference, what it is called with does not go by the function's signature.
func partialNative(fn callable, args []any, open []bool) *native {
	holes := 0
	for _, o := range open {
		if o {
			holes++
		}
	}
	if n, ok := fn.(*native); ok {
		fn = &native{name: n.name, fn: n.fn}
	}
	return &native{length: holes, fn: func(c call, given []any) (any, *Error) {
		all := make([]any, max(len(args), maxParameters))
		for i := range all {
			switch {
			case i < len(args) && !open[i]:
				all[i] = args[i]
			case i < len(args) && len(given) > 0:
				all[i], given = given[0], given[1:]
			default:
				all[i] = undefined{}
			}
		}
		return c.callback(fn, all)
	}}
}

// applyExpr is the ~> operator.
type applyExpr struct{ operands }

func (x *applyExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, err := ev.eval(x.left, in, env)
	if err != nil {
		return nil, err
	}
	if c, ok := x.right.(*callExpr); ok && !c.partial {
		return c.evalWith(ev, left, in, env)
	}
	right, err := ev.eval(x.right, in, env)
	if err != nil {
		return nil, err
	}
	if !isCallable(right) {
		return nil, errorOf("T2006", right).at(x.mark)
	}
	if isCallable(left) {
		return ev.function(chain(left, right)), nil
	}
	return ev.apply(right, []any{left}, nil, env)
}

// chain returns the function that applies first, then second, which errors call f
// and g.
func chain(first, second any) *native {
	return &native{length: 1, fn: func(c call, args []any) (any, *Error) {
		var in any = undefined{}
		if len(args) > 0 {
			in = args[0]
		}
		v, err := c.callbackAs("f", first, []any{in}, nil)
		if err != nil {
			return nil, err
		}
		if s, ok := v.(*sequence); ok {
			v = s.single()
		}
		return c.callbackAs("g", second, []any{v}, c.in) // it is the last call of the chain
	}}
}

// levelsACallback is how many levels of Go's stack a callback may take.
const levelsACallback = 8

// callback is apply for a native function. It takes no depth, but Go's stack has to
// hold it: a function that ends in $map of itself never gets deeper otherwise.
func (c call) callback(fn any, args []any) (any, *Error) {
	name := ""
	if n, ok := fn.(*native); ok {
		name = n.name
	}
	return c.callbackAs(name, fn, args, nil)
}

// callbackAs is callback for a function that errors give a name, unless that is
// empty, with a context value.
func (c call) callbackAs(name string, fn any, args []any, in any) (any, *Error) {
	if c.left += levelsACallback; c.left+c.maxDepth > mostLevels {
		return nil, tooDeep()
	}
	v, err := c.apply(fn, args, in, c.env)
	if err != nil {
		if name != "" {
			err.about(name)
		}
		return nil, err
	}
	c.left -= levelsACallback
	return v, nil
}

// apply invokes a function with a context value, and makes the call that its body
// ends in, and so on.
func (ev *evaluation) apply(fn any, args []any, in any, env *frame) (any, *Error) {
	v, err := ev.applyOnce(fn, args, in, env)
	for err == nil {
		if _, more := v.(pending); !more {
			return v, nil
		}
		tail := ev.tail
		ev.tail = tailCall{}
		if v, err = ev.applyOnce(tail.fn, tail.args, in, env); err != nil {
			tail.site.locate(err)
		}
	}
	return nil, err
}

// stepsACall is how many steps the call of a function is worth besides those of its
// body.
const stepsACall = 4

func (ev *evaluation) applyOnce(fn any, args []any, in any, env *frame) (any, *Error) {
	switch fn := fn.(type) {
	case *lambda:
		ev.fuel -= stepsACall
		if fn.passed {
			in = nil
		}
		if fn.signature != nil {
			var err *Error
			if args, err = fn.signature.check(args, in); err != nil {
				return nil, err
			}
		}
		floor := ev.floor
		ev.floor = ev.depth
		v, err := ev.eval(fn.body, fn.in, fn.frame(args))
		ev.floor = floor
		return v, err
	case *native:
		if fn.passed {
			in = nil
		}
		if fn.signature != nil {
			var err *Error
			if args, err = fn.signature.check(args, in); err != nil {
				return nil, err
			}
		}
		for _, a := range args {
			if s, ok := a.(string); ok {
				ev.scan(len(s))
			}
		}
		return fn.fn(call{ev, in, env}, args)
	case *regex:
		return ev.applyRegex(fn, args)
	}
	return nil, newError("T1006")
}

// frame returns the variables of the function's body.
func (l *lambda) frame(args []any) *frame {
	f := newFrame(l.env)
	if len(l.params) > frameRoom {
		f.vars = make([]binding, 0, len(l.params))
	}
	for i, p := range l.params {
		var v any = undefined{}
		if i < len(args) {
			v = args[i]
		}
		f.bind(p.Name, v)
	}
	return f
}

// falsy is JavaScript's truth, turned round: of null, undefined, false, zero, NaN
// and the empty string.
func falsy(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	}
	f, ok := float(v)
	return ok && (f == 0 || f != f)
}
