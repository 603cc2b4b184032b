package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// scope is a scope of variables: that of a machine, a branch or an item processor.
type scope struct {
	place    *asl.Place
	graph    *graph
	outer    *scope
	around   int               // the state of the outer scope that runs this one
	closed   bool              // a distributed Map's: it does not see the outer variables
	assigned map[string]string // the pointer of the first assignment to each variable
	uses     []variableUse
}

// variableUse is a place where a variable is read.
type variableUse struct {
	variable string
	state    int // of the scope
	visit    *asl.Visit
	at       *where
}

// maxSteps bounds the work of following variables through a machine that has very
// many of both; what is beyond is not followed.
const maxSteps = 20_000_000

// variables finds out, once, who assigns and who reads variables.
func (c *checker) variables() []*scope {
	if c.scopes != nil {
		return c.scopes
	}
	byPointer := map[string]*scope{}
	for p := range c.m.Places() {
		s := &scope{place: p, graph: c.graphs[p.Pointer], assigned: map[string]string{}}
		if p.Around != nil {
			s.outer = byPointer[p.Around.In.Pointer]
			s.around = s.outer.graph.index[p.Around.Common().Name]
			m, ok := p.Around.State.(*asl.Map)
			s.closed = ok && m.IsDistributed()
		}
		for i, st := range p.States {
			s.gather(c, i, st)
		}
		byPointer[p.Pointer] = s
		c.scopes = append(c.scopes, s)
	}
	return c.scopes
}

// gather notes what a state assigns and reads.
func (s *scope) gather(c *checker, state int, st asl.State) {
	v := c.m.Visit(s.place, st)
	use := func(name string, at *where) {
		if name != asl.ReservedVariable {
			s.uses = append(s.uses, variableUse{name, state, &v, at})
		}
	}
	usePath := func(path string, at *where) {
		if name := variableOf(path); name != "" {
			use(name, at)
		}
	}
	guarded := guardedVariables(&v)
	eachTestPath(&v, func(path string, at *where) {
		if !guarded[variableOf(path)] {
			usePath(path, at)
		}
	})
	for o := range asl.Objects(v.State) {
		for p := range o.Parts() {
			s.gatherPart(c, &v, p, use, usePath)
		}
	}
}

// variableOf returns the variable that a path reads, or "".
func variableOf(path string) string {
	root, name, _, err := jsonpath.Split(path)
	if err != nil || root != jsonpath.Variable || asl.HasPlaceholder(path) {
		return ""
	}
	return name
}

// guardedVariables returns the variables that a Choice asks IsPresent of, and ""
// for none.
func guardedVariables(v *asl.Visit) map[string]bool {
	guarded := map[string]bool{}
	eachTest(v, func(t *asl.Test, _ string) {
		if t.Operator == "IsPresent" {
			guarded[variableOf(t.Variable)] = true
		}
	})
	return guarded
}

func (s *scope) gatherPart(c *checker, v *asl.Visit, p asl.Part, use, usePath func(text string, at *where)) {
	if t, ok := p.Value.(*asl.Payload); ok && p.Name == "Assign" {
		for name := range assignedBy(t, v.Language) {
			if _, again := s.assigned[name]; !again {
				s.assigned[name] = v.Pointer + p.Pointer()
			}
		}
	}
	c.eachPath(v, p, usePath)
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.variables {
			use(u.Variable.Name, at)
		}
	})
}

// assignedBy returns the variables that an Assign names.
func assignedBy(t *asl.Payload, l asl.QueryLanguage) map[string]bool {
	names := map[string]bool{}
	if t == nil {
		return names
	}
	if o, ok := t.Value.(*value.Object); ok {
		for m := range o.Members() {
			names[variableName(m.Name, l)] = true
		}
	}
	return names
}

// variablesAreNotReused reports an assignment in a scope to a variable of a scope
// around it.
func variablesAreNotReused(c *checker) {
	for _, s := range c.variables() {
		if s.outer == nil {
			continue
		}
		for i := range s.place.States {
			v := c.m.Visit(s.place, s.place.States[i])
			for o := range asl.Objects(v.State) {
				for p := range o.Parts() {
					s.reportReuse(c, &v, p)
				}
			}
		}
	}
}

func (s *scope) reportReuse(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := p.Value.(*asl.Payload)
	if !ok || p.Name != "Assign" {
		return
	}
	o, ok := t.Value.(*value.Object)
	if !ok {
		return
	}
	for m := range o.Members() {
		name := variableName(m.Name, v.Language)
		for at := s; at.outer != nil && !at.closed; at = at.outer {
			if first, ok := at.outer.assigned[name]; ok {
				c.state(v, value.AppendPointer(p.Pointer(), m.Name), fmt.Sprintf("the variable %q is assigned in a scope around this one already", name),
					"give it another name", c.here(first, "the other assignment"))
				break
			}
		}
	}
}

// The ways in which a variable may have no value where it is read.
type absence int

const (
	nowhere     absence = iota // nobody assigns it
	inside                     // only a scope elsewhere does
	distributed                // only a scope outside a distributed Map does
	sometimes                  // not every way leads through an assignment
)

// variablesHaveValues returns a rule that reports reads of variables that may have
// no value for one of the reasons.
func variablesHaveValues(reason absence) func(*checker) {
	return func(c *checker) {
		for _, f := range c.absences() {
			if f.reason == reason {
				c.within(f.use.visit, f.use.at, f.message, f.hint)
			}
		}
	}
}

// absent is a read of a variable that may have no value.
type absent struct {
	reason        absence
	use           variableUse
	message, hint string
}

// absences finds out, once, which variables may have no value where they are read.
func (c *checker) absences() []absent {
	if c.absent != nil {
		return c.absent
	}
	c.absent = []absent{}
	scopes := c.variables()
	anywhere := map[string]string{}
	for _, s := range scopes {
		for name, pointer := range s.assigned {
			anywhere[name] = pointer
		}
	}
	steps := maxSteps
	for _, s := range slices.Backward(scopes) {
		for _, u := range s.uses {
			s.resolve(c, u, anywhere)
		}
		s.follow(c, &steps)
	}
	return c.absent
}

// resolve passes the read of a variable that this scope does not assign on to the
// scope around it, or notes that nobody assigns it.
func (s *scope) resolve(c *checker, u variableUse, anywhere map[string]string) {
	if _, ok := s.assigned[u.variable]; ok {
		return
	}
	note := func(reason absence, message, hint string) {
		c.absent = append(c.absent, absent{reason, u, message, hint})
	}
	if s.outer != nil && !s.closed {
		u.state = s.around
		s.outer.uses = append(s.outer.uses, u)
		return
	}
	for at := s.outer; at != nil; at = at.outer {
		if _, ok := at.assigned[u.variable]; ok {
			note(distributed, fmt.Sprintf("the variable %q is not visible in a distributed Map", u.variable), "hand its value in with ItemSelector")
			return
		}
	}
	if pointer, ok := anywhere[u.variable]; ok {
		note(inside, fmt.Sprintf("the variable %q is assigned in another scope only, at %s, and not visible here", u.variable, clip(pointer)), "hand its value out in the output")
		return
	}
	_, hint := c.didYouMean(u.variable, slices.Values(append(slices.Sorted(maps.Keys(anywhere)), asl.ReservedVariable)), len(anywhere)+1)
	note(nowhere, fmt.Sprintf("nobody assigns the variable %q", u.variable), hint)
}

// follow notes the reads of this scope's variables that can be reached without an
// assignment.
func (s *scope) follow(c *checker, steps *int) {
	unassigned := map[string][]bool{}
	for _, u := range s.uses {
		if _, ok := s.assigned[u.variable]; !ok || s.graph.start < 0 {
			continue
		}
		without, ok := unassigned[u.variable]
		if !ok {
			without = s.without(u.variable, steps)
			unassigned[u.variable] = without
		}
		if without == nil || !without[u.state] {
			continue
		}
		c.absent = append(c.absent, absent{sometimes, u,
			fmt.Sprintf("the variable %q may have no value yet: not every way here assigns it, and an assignment takes effect in the next state", u.variable),
			"assign it before"})
	}
}

// without marks the states that can be reached from the start without an
// assignment to a variable. It is nil if that would take too many steps.
func (s *scope) without(variable string, steps *int) []bool {
	reached := make([]bool, len(s.place.States))
	todo := []int{s.graph.start}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[at] {
			continue
		}
		reached[at] = true
		for e := range asl.Edges(s.place.States[at]) {
			if *steps--; *steps < 0 {
				return nil
			}
			to, ok := s.graph.index[e.To]
			if ok && !assigns(e, variable) {
				todo = append(todo, to)
			}
		}
	}
	return reached
}

// assigns reports whether a variable is assigned with a transition.
func assigns(e asl.Edge, variable string) bool {
	if e.Assign == nil {
		return false
	}
	o, ok := e.Assign.Value.(*value.Object)
	return ok && (o.Has(variable) || o.Has(variable+".$"))
}
