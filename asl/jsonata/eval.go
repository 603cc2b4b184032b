package jsonata

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
)

// evaluation is the state of one evaluation of an expression.
type evaluation struct {
	ctx    context.Context
	expr   *Expr
	env    Env
	input  any
	cached []cachedGlobal // by slot

	depth    int
	floor    int // the depth at which the function whose body is evaluated was invoked
	left     int // the levels that are not counted, but Go's stack holds
	maxDepth int
	fuel     int // steps until the context is looked at
	steps    int // steps left besides the fuel
	memory   int // bytes left

	finishes bool // there are predicates or groups to do behind an evaluation

	containers int  // arrays and objects made; one alone nests nothing
	irregular  bool // one of them may hold what is no JSON value, such as a function
	halves     bool // strings may hold half a surrogate pair

	now    time.Time
	random *rand.Rand

	tail  tailCall
	stack []any // the arguments of the calls that are being made
}

type cachedGlobal struct {
	value any
	known bool
}

// tailCall is a call that a function's body ends in: what invoked the body makes
// it, so that a chain of such calls takes no depth. The body's value is pending.
type tailCall struct {
	site *callExpr
	fn   any
	args []any
}

// pending is the value of a function's body that has left a tailCall to make.
type pending struct{}

// expr is a part of an expression, ready to be evaluated with a context value in
// an environment. Its value may be a sequence of one item, or of none; evaluate
// makes of it what it stands for.
type expr interface {
	eval(ev *evaluation, in any, env *frame) (any, *Error)
	note() *notes
}

// frame holds the variables of a block, a function's parameters, or what a step
// binds.
type frame struct {
	outer *frame
	vars  []binding
}

// frameRoom is for how many variables a new frame has room.
const frameRoom = 2

func newFrame(outer *frame) *frame {
	f := &struct {
		frame
		room [frameRoom]binding
	}{}
	f.outer, f.vars = outer, f.room[:0]
	return &f.frame
}

// bound returns a frame of the bindings, which it does not write to.
func bound(outer *frame, bindings []binding) *frame {
	return &frame{outer: outer, vars: bindings[:len(bindings):len(bindings)]}
}

// lookup returns the value of a variable that the expression has bound.
func (ev *evaluation) lookup(f *frame, name string) (any, bool) {
	const bindingsAStep = 8
	for ; f != nil; f = f.outer {
		ev.fuel -= len(f.vars) / bindingsAStep
		for i := range f.vars {
			if f.vars[i].name == name {
				return f.vars[i].value, true
			}
		}
	}
	return nil, false
}

func (f *frame) bind(name string, v any) {
	for i := range f.vars {
		if f.vars[i].name == name {
			f.vars = with(f.vars, name, v) // they may be shared
			return
		}
	}
	f.vars = append(f.vars, binding{name, v})
}

var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

func (e *Expr) eval(ctx context.Context, input any, env Env) (any, *Error) {
	ev := evaluations.Get().(*evaluation)
	defer ev.release()
	ev.ctx, ev.expr, ev.env, ev.input, ev.halves, ev.finishes = ctx, e, env, input, e.code.halves, e.code.finishes
	ev.maxDepth, ev.steps, ev.memory = e.config.maxDepth, e.config.maxSteps, e.config.maxMemory
	if len(e.globals) > cap(ev.cached) {
		ev.cached = make([]cachedGlobal, len(e.globals))
	}
	ev.cached = ev.cached[:len(e.globals)]
	if items, ok := input.([]any); ok {
		input = &sequence{items: []any{items}, result: true, wrapper: true}
	}
	if err := ev.refuel(); err != nil {
		return nil, err
	}
	var frame *frame
	if e.scope {
		frame = newFrame(nil)
	}
	v, err := ev.eval(e.code.expr, input, frame)
	if err != nil {
		return nil, err
	}
	return ev.export(v)
}

// release forgets all references, so that the pool keeps nothing alive.
func (ev *evaluation) release() {
	cached, stack := ev.cached, ev.stack
	clear(cached)
	clear(stack)
	*ev = evaluation{cached: cached[:0], stack: stack[:0]}
	evaluations.Put(ev)
}

// eval evaluates a part of an expression to what its value stands for.
func (ev *evaluation) eval(x expr, in any, env *frame) (any, *Error) {
	if ev.depth++; ev.depth > ev.maxDepth {
		return nil, tooDeep()
	}
	if ev.fuel--; ev.fuel < 0 {
		if err := ev.refuel(); err != nil {
			return nil, err
		}
	}
	v, err := x.eval(ev, in, env)
	if err != nil {
		return nil, err
	}
	if ev.finishes {
		if n := x.note(); n.after {
			if v, err = ev.finish(n, v, env); err != nil {
				return nil, err
			}
		}
	}
	ev.depth--
	if s, ok := v.(*sequence); ok {
		if s.result && x.note().keepArray {
			s.keep = true
		}
		return s.single(), nil
	}
	return v, nil
}

// finish applies the predicates and the grouping of an expression to its value.
func (ev *evaluation) finish(n *notes, v any, env *frame) (any, *Error) {
	var err *Error
	selection := ev.selection
	if n.keepArray || n.group != nil {
		selection = ev.filter
	}
	for _, p := range n.predicates {
		if v, err = selection(p, v, env); err != nil {
			return nil, err
		}
	}
	if n.group != nil && !n.groupsItself {
		return ev.group(n.group, v, env)
	}
	return v, nil
}

// fuelTank is the number of steps between two looks at the context.
const fuelTank = 1024

// refuel allows further steps, or says why there are none. Negative fuel is owed.
func (ev *evaluation) refuel() *Error {
	if err := ev.ctx.Err(); err != nil {
		e := limitError(timeout)
		e.cause = err
		return e
	}
	if ev.steps += min(ev.fuel, 0); ev.steps <= 0 {
		return limitError(timeout)
	}
	ev.fuel = min(fuelTank, ev.steps)
	ev.steps -= ev.fuel
	return nil
}

// spend takes the steps of handling n items.
func (ev *evaluation) spend(n int) *Error {
	if ev.fuel -= n; ev.fuel >= 0 {
		return nil
	}
	return ev.refuel()
}

const (
	itemSize   = 16 // bytes of an array's item
	memberSize = 32 // bytes of an object's member
)

// allocate takes memory.
func (ev *evaluation) allocate(bytes int) *Error {
	if ev.memory -= bytes; ev.memory < 0 {
		return limitError(noMemory)
	}
	return nil
}

const (
	timeout  = "Expression evaluation timeout: Check for infinite loop"
	overflow = "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."
	noMemory = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
)

func limitError(message string) *Error {
	e := newError("U1001")
	e.inserts.message = message
	e.cause = ErrLimit
	return e
}

func tooDeep() *Error { return limitError(overflow) }

// global returns the value of a variable that the expression does not define.
func (ev *evaluation) global(name string, slot int) any {
	if slot < 0 || slot >= len(ev.cached) {
		return ev.lookupGlobal(name)
	}
	c := &ev.cached[slot]
	if !c.known {
		c.value, c.known = ev.lookupGlobal(name), true
	}
	return c.value
}

func (ev *evaluation) lookupGlobal(name string) any {
	if name == "$" {
		return ev.input
	}
	if ev.env.Vars != nil {
		if v, ok := ev.env.Vars.Lookup(name); ok {
			return v
		}
	}
	if f, ok := ev.expr.config.functions[name]; ok {
		return f
	}
	return undefined{}
}

// timestamp returns the time of the evaluation.
func (ev *evaluation) timestamp() time.Time {
	if ev.now.IsZero() {
		ev.now = time.Now()
		if ev.env.Now != nil {
			ev.now = ev.env.Now()
		}
	}
	return ev.now
}

// rand returns the source of random numbers.
func (ev *evaluation) rand() *rand.Rand {
	if ev.random == nil {
		source := ev.env.Random
		if source == nil {
			source = rand.NewPCG(rand.Uint64(), rand.Uint64())
		}
		ev.random = rand.New(source)
	}
	return ev.random
}

// number returns a computed number in its one representation.
func (ev *evaluation) number(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		ev.irregular = true
	}
	return value.FromFloat(f)
}

// store notes that a value goes into an array or object. What functions become of
// is not followed: that there is one is noted where an expression gets hold of it.
func (ev *evaluation) store(v any) any {
	switch v.(type) {
	case *sequence, undefined:
		ev.irregular = true
	}
	return v
}

// function returns a function that an expression has got hold of.
func (ev *evaluation) function(f callable) any {
	ev.irregular = true
	return f
}

// built notes that the evaluation has made an array of n items.
func (ev *evaluation) built(n int) *Error {
	ev.containers++
	if held := ev.expr.config.maxHeld; held > 0 && n > held/heldItem {
		return limitError(noMemory)
	}
	return ev.allocate(n * itemSize)
}

// take takes the steps and the memory of n items that go into an array.
func (ev *evaluation) take(n int) *Error {
	if err := ev.spend(n); err != nil {
		return err
	}
	return ev.allocate(n * itemSize)
}

// object returns an object that the evaluation has made.
func (ev *evaluation) object(members []value.Member) (any, *Error) {
	ev.containers++
	if err := ev.allocate(len(members) * memberSize); err != nil {
		return nil, err
	}
	return value.NewObject(members...), nil
}

// bytesAStep is how many bytes of a string are worth a step.
const bytesAStep = 16

// scan takes the steps of looking at a string. They are paid with the next ones.
func (ev *evaluation) scan(bytes int) { ev.fuel -= bytes / bytesAStep }

// text returns a string that the evaluation has made.
func (ev *evaluation) text(s string) (any, *Error) {
	ev.scan(len(s))
	if held := ev.expr.config.maxHeld; held > 0 && len(s) > held {
		return nil, limitError(noMemory)
	}
	if err := ev.allocate(len(s)); err != nil {
		return nil, err
	}
	return s, nil
}
