// Package check finds what is wrong with a state machine before anything runs.
//
//	m, faults := asl.Parse("order.asl.json", text)
//	faults = append(faults, check.Run(m)...)
//
// or in one step:
//
//	faults := check.Text("order.asl.json", text)
//	if err := faults.Err(); err != nil {
//		log.Fatal(err)
//	}
//
// An error is what the service refuses when a state machine is created, under the
// service's own code (API Reference, "ValidateStateMachineDefinition"); a warning is
// what it accepts and what is likely to go wrong later. Who says what the input is
// ([Input]) gets an error also for what fails wherever it is reached. All of them are
// found at once, each with its code, its place and what to do about it, sorted by
// place. Texts with a ${placeholder} are taken to be right, whatever may be filled in.
//
// # Data
//
// The checker follows the data from state to state, through paths, payload
// templates, functions, expressions, variables, conditions, branches and items, and
// reports paths that lead nowhere, values of types that are refused, rules that never
// or always hold, results and variables that nobody reads. What the data are at the
// start, and what tasks give, it knows from [Input] and [Handler], and from what the
// services answer. Where nothing is known, nothing is reported. [Data] tells what is.
//
//	faults := check.Run(m, check.Input(reflect.TypeFor[Order]()))
//
// # Rules
//
// [Rules] lists every rule, and docs/rules.md explains each with a wrong and a
// right example. [Without] switches rules off everywhere. In one place a Comment
// does it, of a state or of anything else in a definition that has one: a line
//
//	stepwise:ignore POLL_WITHOUT_LIMIT the job times out by itself
//
// drops the findings of that code, or of the rule of that name, in the object of the
// Comment and in all that is inside. It must say why, and what the service refuses
// cannot be ignored. An ignore that nothing came of is itself reported.
package check

import (
	"fmt"
	"iter"
	"slices"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Option changes what is checked.
type Option func(*checker)

// Express checks against the limits of an Express workflow. Without it the machine
// is taken to be a Standard one.
func Express() Option { return func(c *checker) { c.express = true } }

// Without switches off the rules of these names or codes.
func Without(rules ...string) Option {
	return func(c *checker) {
		for _, r := range rules {
			c.off[r] = true
		}
	}
}

// Run returns everything that is wrong with a machine, sorted by place. What the
// parser refused of it (see [asl.StateMachine.Refused]) is not reported again.
func Run(m *asl.StateMachine, opts ...Option) diag.List {
	c := newChecker(m, opts)
	c.run()
	found := make(diag.List, len(c.found))
	for i, f := range c.found {
		found[i] = f.Diagnostic
	}
	return found.Sort()
}

func newChecker(m *asl.StateMachine, opts []Option) *checker {
	c := &checker{
		m: m, rules: rules, off: map[string]bool{}, guesses: maxGuesses, room: asl.MaxFindings,
		expressions: map[string]*expression{}, calls: map[string]parsedCall{}, dynamics: map[fieldOf][]dynamic{},
		integrations: map[string]called{}, misfits: map[asl.State][]misfit{}, exclusive: map[string][][]string{},
	}
	for _, o := range opts {
		o(c)
	}
	return c
}

// Text reads a definition and returns everything that is wrong with it, sorted by
// place. The file is only a name for the positions.
func Text(file, text string, opts ...Option) diag.List {
	m, faults := asl.Parse(file, text)
	if m == nil {
		return faults
	}
	return append(faults, Run(m, opts...)...).Sort()
}

// checker is one run over one machine.
type checker struct {
	m       *asl.StateMachine
	express bool
	off     map[string]bool
	rules   []Rule

	rule    *Rule // the one that is being applied
	found   []finding
	ignored []*ignore
	guesses int // how many more candidates may be compared for "did you mean"
	room    int // how many more bytes the findings may have

	// What several rules want to know is found out once.
	visits      []asl.Visit           // every state
	names       map[string]*asl.Visit // the first state of each name
	places      map[string]*asl.Place // by their pointer, as the next four are
	graphs      map[string]*graph
	events      map[string][]int // the fewest that a history has of each state
	through     map[string]int   // and of a way through
	waiting     map[string][]loop
	expressions map[string]*expression
	calls       map[string]parsedCall
	dynamics    map[fieldOf][]dynamic
	scopes      []*scope
	absent      []absent

	integrations map[string]called // by Resource
	misfits      map[asl.State][]misfit
	raised       map[string]bool       // the error names of Fail states
	exclusive    map[string][][]string // the groups of fields by kind of object
	data         data
}

// finding is a diagnostic and the rule that it is of.
type finding struct {
	diag.Diagnostic
	rule *Rule
}

// maxGuesses bounds the work that suggestions take in a machine of which
// everything is wrong.
const maxGuesses = 1_000_000

func (c *checker) run() {
	active := slices.DeleteFunc(Rules(), func(r Rule) bool { return c.off[r.Name] || c.off[string(r.Code)] })
	c.survey()
	c.each(active, func(r *Rule) {
		if r.machine != nil {
			r.machine(c)
		}
	})
	for p := range c.m.Places() {
		c.each(active, func(r *Rule) {
			if r.place != nil {
				r.place(c, p)
			}
		})
	}
	for i := range c.visits {
		c.visit(active, &c.visits[i])
	}
	c.each(active, func(r *Rule) {
		if r.data != nil {
			r.data(c)
		}
	})
	c.ignores(c.m.Comment, "", "/Comment", nil)
	c.dropIgnored()
	c.each(active, func(r *Rule) {
		if r.last != nil {
			r.last(c)
		}
	})
}

// survey finds out the names of all states and where they lead.
func (c *checker) survey() {
	c.visits = slices.Collect(c.m.Walk())
	c.names = make(map[string]*asl.Visit, len(c.visits))
	for i := range c.visits {
		v := &c.visits[i]
		if _, ok := c.names[v.Common().Name]; !ok {
			c.names[v.Common().Name] = v
		}
	}
	c.graphs, c.places = map[string]*graph{}, map[string]*asl.Place{}
	c.events, c.through, c.waiting = map[string][]int{}, map[string]int{}, map[string][]loop{}
	for p := range c.m.Places() {
		c.places[p.Pointer] = p
		c.graphs[p.Pointer] = newGraph(c, p)
	}
}

func (c *checker) visit(active []Rule, v *asl.Visit) {
	objects := slices.Collect(asl.Objects(v.State))
	parts := make([]asl.Part, 0, 16)
	for _, o := range objects {
		parts = slices.AppendSeq(parts, o.Parts())
	}
	c.ignoresOf(v, parts)
	c.each(active, func(r *Rule) {
		if r.state != nil {
			r.state(c, v)
		}
		if r.object != nil {
			for _, o := range objects {
				r.object(c, v, o)
			}
		}
		if r.part != nil {
			for _, p := range parts {
				r.part(c, v, p)
			}
		}
	})
}

func (c *checker) each(rules []Rule, apply func(*Rule)) {
	for i := range rules {
		c.rule = &rules[i]
		apply(c.rule)
	}
}

// report adds a finding of the rule that is being applied, at a JSON Pointer. The
// state is the name of the one concerned, if any.
func (c *checker) report(state, pointer, field, message, hint string, related ...diag.Related) {
	if c.room <= 0 {
		return
	}
	if c.room -= len(state) + len(pointer) + len(field) + len(message) + len(hint); c.room <= 0 {
		c.found = append(c.found, finding{asl.MoreFindings, new(Rule)}) // which nothing can switch off
	}
	c.found = append(c.found, finding{diag.Diagnostic{
		Severity: c.rule.Severity,
		Code:     c.rule.Code,
		Rule:     c.rule.Name,
		Position: c.locate(pointer),
		State:    state,
		Pointer:  pointer,
		Field:    field,
		Message:  message,
		Hint:     hint,
		Doc:      c.rule.Doc,
		Related:  related,
	}, c.rule})
}

// machine reports a finding in a field of the machine itself, or in the whole if
// the field is "".
func (c *checker) machine(field, message, hint string) {
	pointer := ""
	if field != "" {
		pointer = "/" + field
	}
	c.report("", pointer, field, message, hint)
}

// state reports a finding in a state, at a JSON Pointer from the state on.
func (c *checker) state(v *asl.Visit, suffix, message, hint string, related ...diag.Related) {
	if c.room > 0 {
		c.report(v.Common().Name, v.Pointer+suffix, forPeople(suffix), message, hint, related...)
	}
}

// place reports a finding in a scope, at a JSON Pointer from the object on that
// holds the scope.
func (c *checker) place(p *asl.Place, suffix, message, hint string) {
	state, inner := "", p.Pointer
	if p.Around != nil {
		state, inner = p.Around.Common().Name, p.Pointer[len(p.Around.Pointer):]
	}
	c.report(state, p.Pointer+suffix, forPeople(inner+suffix), message, hint)
}

// clip returns the start of a text that may be too long to be repeated in every
// message.
func clip(s string) string {
	const longest = 200
	if len(s) <= longest {
		return s
	}
	return s[:longest] + "..."
}

// forPeople writes the pointer of a field as people do.
func forPeople(pointer string) string {
	return asl.FieldName(slices.Collect(asl.PointerTokens(pointer))...)
}

func (c *checker) locate(pointer string) diag.Position {
	if c.m.Locator == nil {
		return diag.Position{}
	}
	return c.m.Locator.Locate(pointer)
}

// here names a place for [diag.Related].
func (c *checker) here(pointer, message string) diag.Related {
	return diag.Related{Position: c.locate(pointer), Message: message}
}

// lacks reports whether an object, which may be one of the state at a pointer, has no
// field of that name, and not because the parser refused the field or the object.
func (c *checker) lacks(state string, o asl.Object, field string) bool {
	pointer := state + o.Pointer()
	return !o.Has(field) && !c.m.Refused(pointer) && !c.m.Refused(value.AppendPointer(pointer, field))
}

// didYouMean returns a hint with the candidate that is nearest to a name, or "".
func (c *checker) didYouMean(name string, candidates iter.Seq[string], count int) (near, hint string) {
	if c.guesses < count {
		return "", ""
	}
	c.guesses -= count
	near = diag.Closest(name, candidates)
	if near == "" {
		return "", ""
	}
	return near, fmt.Sprintf("did you mean %q?", near)
}
