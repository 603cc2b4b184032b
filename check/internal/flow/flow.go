// Package flow follows the data through a state machine: what may stand in the
// document and in the variables at every state, and what of that cannot be meant.
//
// It walks the states until nothing new arrives at any of them. What arrives is a
// [shape.Shape]; shapes only grow, and grow more coarsely from round to round, so
// that the cost is linear in the number of states, loops or not. Then it visits
// every state that can be reached once more and reports what fails there or has no
// effect. Where nothing is known, nothing is reported.
package flow

import (
	"math/bits"
	"reflect"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// Config is a machine and what is known of it beyond its definition.
type Config struct {
	Machine *asl.StateMachine
	Visits  []asl.Visit  // every state, of one walk
	Input   *shape.Shape // nil is any input
	Output  reflect.Type // what the machine's output is read into; nil if it is not known

	// Takes returns the Go type that a task reads its work from and, where that is a
	// member of its arguments only, the member's name; nil if there is none.
	Takes func(*asl.Visit, *asl.Task) (in reflect.Type, member string)
	// Accepts returns the kinds of values that a service takes as an argument, and
	// their name; none if it is not known.
	Accepts func(*asl.Visit, *asl.Task, string) (shape.Kinds, string)
	// Result returns what a task's work gives, before the state shapes it.
	Result func(*asl.Visit, *asl.Task) *shape.Shape

	// Expression returns the expression in a text with its {% %}, nil if it is faulty.
	Expression func(text string) *jsonata.Expr
	// Call returns the call of an intrinsic function, nil if it is faulty.
	Call func(text string) *intrinsic.Call

	Report func(Finding)
}

// Kind tells what a [Finding] is about.
type Kind int

// The kinds of findings.
const (
	Missing     Kind = iota // a path leads to what cannot be there
	WrongType               // a value is of a type that its consumer refuses
	WrongInput              // a worker is given what it does not take
	WrongOutput             // the machine's output is not what it is read into
	Comparison              // values of two types are compared
	NeverHolds              // a rule of a Choice never holds
	AlwaysHolds             // a rule of a Choice always holds
	NotRead                 // a result is replaced before anybody has read it
	NotUsed                 // a variable is assigned and not read
)

// Finding is something that cannot be meant.
type Finding struct {
	Kind    Kind
	Certain bool // the state fails wherever it is reached
	Visit   *asl.Visit
	Pointer string // of the field, from the state on
	Message string
	Hint    string
	Other   string // the pointer of another place that has to do with it, or ""
	Because string // what is at the other place
}

// Facts is what is known where a state begins.
type Facts struct {
	Input     *shape.Shape // of the state; nil: it is never reached
	Variables *shape.Shape // an object
}

// Run follows the data through a machine, reports, and returns what is known at each
// of the visits.
func Run(cfg Config) []Facts {
	a := newAnalysis(cfg)
	a.settle()
	a.reporting = true
	facts := make([]Facts, len(a.nodes))
	for i, n := range a.nodes {
		facts[i] = Facts{n.raw, n.vars}
		if n.raw != nil {
			a.visit(n)
		}
	}
	a.findUnread()
	return facts
}

type analysis struct {
	Config
	nodes     []*node
	scopes    map[*asl.Place]*scope
	root      *scope
	queue     queue
	byOrder   []*node
	paths     map[string]*path
	reporting bool
	searches  int
	readers   map[string]map[*scope]bool // the scopes that read each variable; nil until somebody asks
}

// scope is a machine's, a branch's or an item processor's set of states.
type scope struct {
	place  *asl.Place
	owner  *node // the state that runs it; nil for the machine's own
	states map[string]*node
	start  *node
	exit   *shape.Shape // what the states that end the scope hand on
	rounds int          // in which exit grew

	apart bool         // its states run in executions of their own
	input *shape.Shape // of such an execution, or of the machine's
	item  *shape.Shape // what a Map's states work on; nil in other scopes

	context    *shape.Shape // the context object, of input and item as they were
	contextFor [2]*shape.Shape
}

// node is a state with what arrives at it.
type node struct {
	visit  *asl.Visit
	scope  *scope
	inner  []*scope
	raw    *shape.Shape // nil: nothing has arrived
	vars   *shape.Shape
	rounds int // in which more arrived

	order    int
	broken   bool // something in it always fails
	repaired bool // what fails is taken to give any value

	literal *shape.Shape // of a Pass state, its Result; nil until somebody asks
	own     *reads       // what it reads; nil until somebody asks
	reads   *reads       // the same with the states inside
	search  int          // the last one that came by
}

// The rounds in which what arrives at a state, or leaves a scope, may grow exactly,
// and those in which it may grow at all before it is taken to be anything.
const (
	exactRounds  = 4
	coarseRounds = 10
)

func newAnalysis(cfg Config) *analysis {
	a := &analysis{Config: cfg, scopes: map[*asl.Place]*scope{}, paths: map[string]*path{}}
	a.nodes = make([]*node, len(cfg.Visits))
	nodes := make([]node, len(cfg.Visits))
	byState := map[asl.State]*node{} // those that run scopes
	for i := range cfg.Visits {
		v := &cfg.Visits[i]
		n := &nodes[i]
		*n = node{visit: v, order: unnumbered}
		a.nodes[i] = n
		switch v.State.(type) {
		case *asl.Parallel, *asl.Map:
			byState[v.State] = n
		}
		n.scope = a.scopeOf(v.In, byState)
		if _, taken := n.scope.states[v.Common().Name]; !taken {
			n.scope.states[v.Common().Name] = n
		}
	}
	if a.root == nil {
		return a
	}
	for _, s := range a.scopes {
		s.start = s.states[s.place.StartAt]
	}
	a.number()
	a.root.input = cfg.Input
	if a.root.input == nil {
		a.root.input = shape.Any
	}
	if a.root.start != nil {
		a.arrive(a.root.start, a.root.input, shape.Record())
	}
	return a
}

// What stands in place of the number of a state that has none.
const (
	unnumbered = -1 - iota // nothing leads to it
	numbering
)

// scopeOf returns the scope of a place, and makes it if need be.
func (a *analysis) scopeOf(p *asl.Place, byState map[asl.State]*node) *scope {
	if s, ok := a.scopes[p]; ok {
		return s
	}
	s := &scope{place: p, states: make(map[string]*node, len(p.States))}
	a.scopes[p] = s
	if p.Around == nil {
		a.root = s
		return s
	}
	s.owner = byState[p.Around.State]
	s.owner.inner = append(s.owner.inner, s)
	if m, ok := p.Around.State.(*asl.Map); ok {
		s.apart = m.IsDistributed()
	}
	return s
}

// number puts the states into an order in which each stands behind those that lead
// to it, as far as there are no loops.
func (a *analysis) number() {
	var order []*node
	type frame struct {
		n    *node
		next []*node
	}
	var stack []frame
	push := func(n *node) {
		if n != nil && n.order == unnumbered {
			n.order = numbering
			stack = append(stack, frame{n, n.successors()})
		}
	}
	push(a.root.start)
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if len(top.next) > 0 {
			next := top.next[0]
			top.next = top.next[1:]
			push(next)
			continue
		}
		order = append(order, top.n)
		stack = stack[:len(stack)-1]
	}
	a.byOrder = make([]*node, len(order))
	for i, n := range order {
		n.order = len(order) - 1 - i
		a.byOrder[n.order] = n
	}
	a.queue = newQueue(len(order))
}

// successors returns the states that may come next, those that are visited last
// first: the states inside come before those behind.
func (n *node) successors() []*node {
	var next []*node
	for e := range asl.Edges(n.visit.State) {
		if to := n.scope.states[e.To]; to != nil {
			next = append(next, to)
		}
	}
	for _, s := range n.inner {
		if s.start != nil {
			next = append(next, s.start)
		}
	}
	return next
}

// settle visits states until nothing new arrives anywhere. A state that always
// fails hands nothing on; only when all else has settled is that repaired, the first
// such state first.
func (a *analysis) settle() {
	for from := 0; ; {
		for i := a.queue.pop(); i >= 0; i = a.queue.pop() {
			n := a.byOrder[i]
			n.broken = false
			a.visit(n)
			from = min(from, i)
		}
		for from < len(a.byOrder) && (!a.byOrder[from].broken || a.byOrder[from].repaired) {
			from++
		}
		if from == len(a.byOrder) {
			return
		}
		a.byOrder[from].repaired = true
		a.queue.push(from)
	}
}

// arrive adds to what arrives at a state.
func (a *analysis) arrive(n *node, in, vars *shape.Shape) {
	if in == nil || a.reporting || n.order < 0 {
		return
	}
	join := growth(n.rounds)
	raw, all := join(n.raw, in), join(n.vars, vars)
	if raw == n.raw && all == n.vars {
		return
	}
	n.raw, n.vars = raw, all
	n.rounds++
	a.queue.push(n.order)
}

func growth(rounds int) func(old, more *shape.Shape) *shape.Shape {
	switch {
	case rounds < exactRounds:
		return shape.Join
	case rounds < coarseRounds:
		return shape.Widen
	}
	return func(old, more *shape.Shape) *shape.Shape {
		if shape.Join(old, more) == old {
			return old
		}
		return shape.Any
	}
}

// finish adds to what leaves a scope.
func (a *analysis) finish(s *scope, out *shape.Shape) {
	if out == nil || a.reporting {
		return
	}
	exit := growth(s.rounds)(s.exit, out)
	if exit == s.exit {
		return
	}
	s.exit = exit
	s.rounds++
	if s.owner != nil && s.owner.order >= 0 {
		a.queue.push(s.owner.order)
	}
}

// queue holds the numbers of states that are to be visited, and gives out the
// smallest first.
type queue struct {
	words []uint64
	from  int // no word before this one holds any
}

func newQueue(n int) queue { return queue{words: make([]uint64, (n+63)/64)} }

func (q *queue) push(i int) {
	q.words[i/64] |= 1 << (i % 64)
	q.from = min(q.from, i/64)
}

// pop takes out the smallest number, -1 if there is none.
func (q *queue) pop() int {
	for ; q.from < len(q.words); q.from++ {
		if w := q.words[q.from]; w != 0 {
			q.words[q.from] = w & (w - 1)
			return q.from*64 + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// where is the place of a value inside a field of a state. It is no text because
// most are never told.
type where struct {
	up    *where
	token string // of the JSON Pointer; of the field itself its whole pointer
}

func (w *where) in(token string) *where { return &where{w, token} }

func (w *where) pointer() string {
	if w.up == nil {
		return w.token
	}
	return value.AppendPointer(w.up.pointer(), w.token)
}
