package dsl

import (
	"strings"
	"sync/atomic"

	"github.com/stepwise-go/stepwise/asl"
)

// Step is a state, a [Seq] of steps, or [End]. No other package can implement
// it.
type Step interface{ steps() []item }

// item is a place in a list of steps: a state, the end of the scope, or nothing,
// where somebody passed nil.
type item struct {
	s   *state
	end bool
}

// Seq is a list of steps, one going on to the next. Make one with [Steps] or
// with Next.
type Seq struct{ items []item }

func (s Seq) steps() []item { return s.items }

type endStep struct{}

func (endStep) steps() []item { return []item{{end: true}} }

// End ends the scope: the workflow, the branch or the item. A list that ends
// does so by itself; End says it of a way that would go on otherwise, such as
// that out of a [Catcher] or out of a condition in the middle of a list.
var End Step = endStep{}

// Steps joins steps into one: each goes on to the next, as with Next.
func Steps(all ...Step) Seq {
	at := here()
	items := flatten(all)
	for i := 1; i < len(items); i++ {
		if before := items[i-1].s; before != nil && !isTerminal(before) && items[i] != (item{}) {
			before.goTo(items[i], at)
		}
	}
	return Seq{items}
}

// Next puts one more step behind the last one.
func (s Seq) Next(next Step) Seq {
	at := here()
	if len(s.items) > 0 {
		if last := s.items[len(s.items)-1].s; last != nil {
			last.goTo(firstOf(next), at)
		}
	}
	return Seq{append(s.items[:len(s.items):len(s.items)], flatten([]Step{next})...)}
}

func flatten(all []Step) []item {
	items := make([]item, 0, len(all))
	for _, s := range all {
		if isNil(s) {
			items = append(items, item{})
			continue
		}
		items = append(items, s.steps()...)
	}
	return items
}

// state is a state as it is being described. What is particular to its type is
// in its spec.
type state struct {
	name    string
	typ     asl.Type
	at      stack
	spec    spec
	comment setting[string]
	ignore  ignores
	jsonata setting[bool]
	output  setting[any]
	into    setting[*expr]
	discard setting[bool]
	assign  []setting[[]Assignment]
	retry   []setting[Retrier]
	catch   []setting[Catcher]
	raw     []rawField

	next     item // where an explicit Next leads
	nextAt   stack
	from     []*state // those whose explicit Next leads here
	problems []*problem

	owner atomic.Pointer[builder] // the workflow it belongs to

	// What wiring finds:
	scope    *scope
	pointer  string // JSON Pointer
	ways     []way  // those on which lists say that it goes on
	then     way    // the one that it does
	handlers []way  // where its catchers lead
}

// spec is what is particular to a type of state.
type spec interface {
	// asl renders the state, without what all states of several types have.
	asl(r *renderer) asl.State
}

// setting is something that a method was given, with the call.
type setting[T any] struct {
	v  T
	at stack
}

func (s setting[T]) given() bool { return s.at != nil }

type rawField struct {
	name  string
	value any
	at    stack
}

func (s *state) steps() []item { return []item{{s: s}} }

// firstOf returns where a step begins.
func firstOf(s Step) item {
	if items := flatten([]Step{s}); len(items) > 0 {
		return items[0]
	}
	return item{}
}

// goTo sets the state's explicit Next.
func (s *state) goTo(next item, at stack) {
	switch {
	case next == item{}:
		s.fail(problemf(codeStep, at, "", "Next is given no step"))
		return
	case isTerminal(s):
		s.fail(problemf(codeStep, at, "", "nothing can follow a %s state", s.typ))
		return
	case s.hasNext() && s.next != next:
		p := problemf(codeStep, at, "a state goes on to one state; a Choice decides between several", "Next is given a second time, with another step")
		p.related = []place{{s.nextAt, "the first Next is here"}}
		s.fail(p)
		return
	}
	s.next, s.nextAt = next, at
	if next.s != nil {
		next.s.from = append(next.s.from, s)
	}
}

func (s *state) hasNext() bool { return s.next != item{} }

func (s *state) fail(p *problem) {
	p.state = s
	s.problems = append(s.problems, p)
}

func isTerminal(s *state) bool { return s.typ == asl.SucceedType || s.typ == asl.FailType }

// base has what every state has. Self is the pointer to the state's own type, so
// that every method can return it.
type base[Self any] struct {
	self Self
	s    *state
}

func (b *base[Self]) steps() []item { return b.s.steps() }

// Comment puts a comment on the state.
func (b *base[Self]) Comment(text string) Self {
	b.s.comment = setting[string]{text, here()}
	return b.self
}

// Ignore says that the checker is not to warn of something in this state, nor in
// what the state runs, and why. The code is one that package check reports, such as
// "NO_DEFAULT". It becomes a line of the state's comment, so that it holds wherever
// the definition is checked.
func (b *base[Self]) Ignore(code, why string) Self {
	b.s.ignore.add(code, why, here())
	return b.self
}

// JSONata makes JSONata the state's query language, in a workflow whose language
// is JSONPath. The states inside a Parallel or Map are not affected.
func (b *base[Self]) JSONata() Self {
	b.s.jsonata = setting[bool]{true, here()}
	return b.self
}

// Raw sets a field of the state to literal ASL, in place of what the builder
// would write there: for what the builder has no method for. The value is
// checked as the rest is. A nil value is null.
func (b *base[Self]) Raw(field string, value any) Self {
	b.s.raw = append(b.s.raw, rawField{field, value, here()})
	return b.self
}

// mover has what the states have that go on to another one.
type mover[Self any] struct{ base[Self] }

// Next says which step follows, and returns the two as one step. Without it, a
// state goes on to the step behind it in its list.
func (m *mover[Self]) Next(next Step) Seq {
	m.s.goTo(firstOf(next), here())
	return Seq{append(m.s.steps(), flatten([]Step{next})...)}
}

// Assign sets variables, once the state is done. In a JSONPath state that does
// work (Task, Parallel, Map) the values see only its [Result], in a JSONata
// state its input as well.
func (m *mover[Self]) Assign(all ...Assignment) Self {
	m.s.assign = append(m.s.assign, setting[[]Assignment]{all, here()})
	return m.self
}

// Output says what the state hands on instead of its result: an Operand, or an
// [Object] or other data with Operands in it. A JSONPath state can hand on a
// reference or, if it does work, an Object of references into its [Result].
func (m *mover[Self]) Output(v any) Self {
	m.s.output = setting[any]{v, here()}
	return m.self
}

// worker has what the states have that do work which may fail.
type worker[Self any] struct{ mover[Self] }

// Discard drops the result: the state hands on its input.
func (w *worker[Self]) Discard() Self {
	w.s.discard = setting[bool]{true, here()}
	return w.self
}

// Retry adds retriers, tried in order.
func (w *worker[Self]) Retry(all ...Retrier) Self {
	at := here()
	for _, r := range all {
		w.s.retry = append(w.s.retry, setting[Retrier]{r, at})
	}
	return w.self
}

// Catch adds catchers, tried in order when no retrier takes an error.
func (w *worker[Self]) Catch(all ...Catcher) Self {
	at := here()
	for _, c := range all {
		w.s.catch = append(w.s.catch, setting[Catcher]{c, at})
	}
	return w.self
}

func newBase[Self any](self Self, name string, typ asl.Type, at stack, sp spec) base[Self] {
	return base[Self]{self: self, s: &state{name: name, typ: typ, at: at, spec: sp}}
}

// ignores are the lines of a comment that tell the checker what not to report.
type ignores struct {
	lines []string
	at    stack // of the first
}

func (i *ignores) add(code, why string, at stack) {
	if i.lines == nil {
		i.at = at
	}
	i.lines = append(i.lines, "stepwise:ignore "+code+" "+strings.ReplaceAll(why, "\n", " "))
}

// behind returns a comment with the lines behind it, and the call that made it.
func (i *ignores) behind(comment setting[string]) setting[string] {
	switch {
	case i.lines == nil:
		return comment
	case !comment.given():
		return setting[string]{strings.Join(i.lines, "\n"), i.at}
	}
	return setting[string]{comment.v + "\n" + strings.Join(i.lines, "\n"), comment.at}
}
