// Package intrinsic reads, checks and evaluates the intrinsic functions of the
// Amazon States Language: the calls such as
//
//	States.Format('Order {} of {}', $.orderId, $$.Execution.Name)
//
// that may stand where a JSONPath state computes a value. [Parse] turns the text
// into a [Call], once; [Call.Eval] evaluates it, as often as wanted and from any
// number of goroutines; [Check] finds the mistakes that show without any data.
//
// The package knows nothing of paths but where they end: the values of a call's
// paths come from [Env]. Results are values of package value.
//
// The functions do what Step Functions was seen to do, which is not everywhere
// what its documentation says: States.MathAdd rounds fractions, but all others
// cut them off; States.ArrayContains compares texts; States.ArrayUnique and
// States.JsonMerge give the order of Java's hash tables. [Functions] lists them.
package intrinsic

import (
	"errors"
	"math/rand/v2"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Call is the call of an intrinsic function. It is not to be changed after [Parse].
type Call struct {
	Name   string // of the function: States.Format
	Args   []Arg
	Text   string // the call as it was written, without blanks around it
	Offset int    // of Text in what was parsed, in bytes

	function *Function
	template *template // of States.Format, if the template is a literal
	paths    []*Arg    // of the outermost call
}

// ArgKind tells what an argument is.
type ArgKind int

// The kinds of arguments.
const (
	Literal ArgKind = iota
	PathArg
	CallArg
)

// Arg is an argument of a [Call].
type Arg struct {
	Kind   ArgKind
	Value  any    // of a literal: a string, a number, a boolean or null
	Path   string // as it was written: $.a, $$.Execution.Id, $name.a
	Call   *Call  // the nested call
	Offset int    // of the argument's first byte in what was parsed
	End    int    // behind its last byte

	index int // of a path among the paths of the outermost call
}

// Function returns what is known of the called function.
func (c *Call) Function() Function { return *c.function }

// Paths returns the arguments that are paths, those of nested calls included, in
// the order in which they are written, if c is the outermost call.
func (c *Call) Paths() []*Arg { return c.paths }

// Env is what a call may depend on. The zero value does for calls without paths.
type Env struct {
	// Path returns the value of the call's i-th path, counted from 0 in the order of
	// [Call.Paths]: compile those once. An error ends the evaluation.
	Path func(i int) (any, error)

	// Input returns the text of the state's input, which the service quotes when a
	// path finds nothing. It is called only then.
	Input func() string

	// Rand is the source of States.MathRandom without a seed and of States.UUID. Nil
	// is a source that cannot be foreseen.
	Rand rand.Source

	// UUID makes the result of States.UUID. If it is nil, Rand does.
	UUID func() string
}

// Error says why a call could not be evaluated. The specification's name for that
// is States.IntrinsicFailure; Step Functions reports States.Runtime.
type Error struct {
	Function string // the function that failed, or that has the path as argument
	Call     string // the text of the outermost call
	Message  string // what is wrong, as the service says it where that is known
	Err      error  // what [Env].Path returned, if a path failed
}

// Error returns the text that the service gives as cause, behind the prefix that
// names the state.
func (e *Error) Error() string {
	if e.Err != nil {
		return "The function '" + e.Call + "' had the following error: " + e.Message
	}
	return "There was an error while evaluating the intrinsic function: " + e.Call + ". " + e.Message + "."
}

// Unwrap returns what [Env].Path returned, if a path failed.
func (e *Error) Unwrap() error { return e.Err }

// maxResult bounds the size of a call's result, in bytes of JSON or so, far beyond
// the payload of 256 KiB that the service allows, so that no call fills the memory.
const maxResult = 16 << 20

// Eval evaluates the call, which must be the outermost one. Its error is an
// *[Error]. It does not write into the values that Path returns, but the result may
// share parts with them.
func (c *Call) Eval(env Env) (any, error) {
	if env.Rand == nil {
		env.Rand = unforeseeable{}
	}
	return c.eval(&env, c)
}

// unforeseeable is the source of the functions of package rand.
type unforeseeable struct{}

func (unforeseeable) Uint64() uint64 { return rand.Uint64() }

func (c *Call) eval(env *Env, outermost *Call) (any, error) {
	args := make([]any, len(c.Args))
	for i := range c.Args {
		a := &c.Args[i]
		var err error
		switch a.Kind {
		case Literal:
			args[i] = a.Value
		case PathArg:
			if args[i], err = env.path(a.index); err != nil {
				return nil, &Error{c.Name, outermost.Text, env.noMatch(a.Path), err}
			}
		case CallArg:
			if args[i], err = a.Call.eval(env, outermost); err != nil {
				return nil, err
			}
		}
	}
	v, err := c.apply(env, args)
	if err != nil {
		return nil, &Error{Function: c.Name, Call: outermost.Text, Message: c.function.message(err)}
	}
	return v, nil
}

// apply calls the function.
func (c *Call) apply(env *Env, args []any) (any, error) {
	if err := c.function.accept(args); err != nil {
		return nil, err
	}
	v, err := c.function.eval(c, env, args)
	if err == nil && !within(v, maxResult) {
		return nil, errTooLarge
	}
	return v, err
}

var (
	errTooLarge = errors.New("the result is too large")
	errNoPath   = errors.New("no value is known for the paths of the call")
)

func (env *Env) path(i int) (any, error) {
	if env.Path == nil {
		return nil, errNoPath
	}
	return env.Path(i)
}

// noMatch is the service's message for a path that finds nothing. It names a path
// into the context object as if it went into the input.
func (env *Env) noMatch(path string) string {
	if len(path) > 1 && path[:2] == "$$" {
		path = path[1:]
	}
	m := "The JsonPath argument for the field '" + path + "' could not be found in the input"
	if env.Input != nil {
		m += " '" + env.Input() + "'"
	}
	return m
}

// within reports whether the value takes about so many bytes at most. It looks at
// no more of the value than that.
func within(v any, bytes int) bool { return bytesLeft(v, bytes) >= 0 }

func bytesLeft(v any, bytes int) int {
	bytes--
	switch v := v.(type) {
	case string:
		return bytes - len(v)
	case value.Number:
		return bytes - len(v)
	case []any:
		for i := 0; i < len(v) && bytes >= 0; i++ {
			bytes = bytesLeft(v[i], bytes)
		}
	case *value.Object:
		for i := 0; i < v.Len() && bytes >= 0; i++ {
			m := v.At(i)
			bytes = bytesLeft(m.Value, bytes-len(m.Name))
		}
	}
	return bytes
}
