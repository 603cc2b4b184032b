package jsonata

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Undefined is what [Expr.Eval] returns for an expression without a value, such as
// a field that is not there. It is not null, and no JSON value. As an input it
// says that there is no input document.
type Undefined struct{}

// Function is what [Expr.Eval] returns where the value is a function, or holds
// one: it cannot be written as JSON.
type Function struct{}

// ErrLimit is what errors.Is finds in the error of an evaluation that went beyond
// a limit: [MaxDepth], [MaxSteps] or [MaxMemory]. Where the context ended it, the
// context's error is found instead.
var ErrLimit = errors.New("limit of evaluation exceeded")

// Scope gives the variables that an expression uses but does not define.
type Scope interface {
	// Lookup returns the value of a variable, a value of package value, and
	// whether there is one. The name has no $. It must be constant while an
	// expression is evaluated.
	Lookup(name string) (v any, ok bool)
}

// Vars is a [Scope] of a fixed set of variables.
type Vars map[string]any

// Lookup returns the value of the variable.
func (v Vars) Lookup(name string) (any, bool) {
	x, ok := v[name]
	return x, ok
}

// Env is what an evaluation sees of the world. The zero value has no variables,
// and the machine's clock and random numbers.
type Env struct {
	// Vars are the variables. One that has the name of a function hides it.
	Vars Scope
	// Now is asked once at most: $now and $millis are constant during an
	// evaluation. If nil, it is time.Now.
	Now func() time.Time
	// Random is behind $random, $shuffle and $uuid. If nil, it is a source of
	// math/rand/v2, seeded by the system.
	Random rand.Source
}

// Expr is a compiled expression. It is immutable and safe for concurrent use.
type Expr struct {
	text    string
	root    Node
	globals []string // the free variables by their slot
	config  *config
	code    code
	scope   bool // the expression binds variables outside a block

	pictures pictures // the only part that evaluations change
}

// config is what the options set.
type config struct {
	functions map[string]*native
	maxDepth  int
	maxSteps  int
	maxMemory int
	maxHeld   int    // bytes of one array or string; 0 if only maxMemory limits them
	states    bool   // the dialect is that of Step Functions
	err       *Error // of an option
}

// Option changes how an expression is compiled or evaluated.
type Option func(*config)

// Limits of an evaluation, unless options change them.
const (
	DefaultMaxDepth  = 20_000
	DefaultMaxSteps  = 50_000_000
	DefaultMaxMemory = 256 << 20
)

// MaxDepth limits how deep evaluations may stand within one another: a function
// that calls itself, not as its last act, takes three or more levels a call. A
// level takes about a kilobyte of the goroutine's stack; there are 400,000
// at most, whatever the option says, since Go cannot recover from a full stack.
func MaxDepth(levels int) Option {
	return func(c *config) { c.maxDepth = min(levels, mostDepth) }
}

const (
	mostDepth  = 400_000
	mostLevels = 500_000 // what is not counted as depth included
)

// MaxSteps limits the work of an evaluation: a step is a part of the expression
// evaluated once, an item that a function handles, or a step of matching a regular
// expression.
func MaxSteps(steps int) Option { return func(c *config) { c.maxSteps = steps } }

// MaxMemory limits the bytes, roughly counted, of all arrays, objects and strings
// that an evaluation makes, whether or not it still holds them.
func MaxMemory(bytes int) Option { return func(c *config) { c.maxMemory = bytes } }

// Compile reads an expression. Its error is an *[Error].
func Compile(text string, opts ...Option) (*Expr, error) {
	c := newConfig(opts)
	if c.err != nil {
		return nil, c.err.complete()
	}
	e, err := compile(text, c)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// MustCompile is [Compile] for an expression known to be sound: it panics if it is not.
func MustCompile(text string, opts ...Option) *Expr {
	e, err := Compile(text, opts...)
	if err != nil {
		panic("jsonata: " + err.Error() + ": " + text)
	}
	return e
}

func newConfig(opts []Option) *config {
	c := &config{
		functions: standardFunctions(),
		maxDepth:  DefaultMaxDepth,
		maxSteps:  DefaultMaxSteps,
		maxMemory: DefaultMaxMemory,
	}
	for _, o := range opts {
		o(c)
	}
	return c
}

// Text returns the expression as it was written.
func (e *Expr) Text() string { return e.text }

// Root returns the expression's syntax tree.
func (e *Expr) Root() Node { return e.root }

// Eval evaluates the expression with the input as context value and $$.
//
// Input and variables are values of package value; an input of [Undefined]{} says
// that there is none. The result is a value of package value, Undefined{} if the
// expression has no value, or Function{} if it has one that is no JSON value. The
// error is an *[Error]; it is about a limit, or ctx, if errors.Is finds
// [ErrLimit], or the context's error, in it.
func (e *Expr) Eval(ctx context.Context, input any, env Env) (any, error) {
	v, err := e.eval(ctx, input, env)
	if err != nil {
		return nil, err.complete()
	}
	return v, nil
}
