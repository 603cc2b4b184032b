package dsl

import (
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// machine renders the whole workflow.
func (r *renderer) machine(top *scope) *asl.StateMachine {
	b := r.b
	comment := b.ignore.behind(b.comment)
	m := &asl.StateMachine{Comment: comment.v, Locator: &r.places, Placeholders: r.placeholders}
	if b.jsonata {
		m.QueryLanguage = asl.JSONata
	}
	if b.timeout.given() {
		r.at = b.timeout.at
		n := r.duration("TimeoutSeconds", b.timeout.v, 1)
		m.TimeoutSeconds = &n
	}
	r.places.add("", "", b.at)
	r.places.add("", "TimeoutSeconds", b.timeout.at)
	r.places.add("", "Comment", comment.at)
	m.Scope = r.scope(top)
	return m
}

func (r *renderer) scope(sc *scope) asl.Scope {
	var made asl.Scope
	if sc == nil {
		return made
	}
	if sc.start != nil {
		made.StartAt = sc.start.name
	}
	made.States = make([]asl.State, len(sc.states))
	for i, s := range sc.states {
		made.States[i] = r.state(s)
	}
	return made
}

// state renders a state with all that is nested in it.
func (r *renderer) state(s *state) asl.State {
	outer, outerLanguage, outerAt := r.s, r.jsonata, r.at
	defer func() { r.s, r.jsonata, r.at = outer, outerLanguage, outerAt }()
	r.s, r.jsonata, r.at = s, r.b.jsonata || s.jsonata.given(), s.at

	r.places.add(s.pointer, "", s.at)
	for _, p := range s.problems {
		r.report(p)
	}
	made := s.spec.asl(r)
	common := made.Common()
	common.Name = s.name
	if comment := s.ignore.behind(s.comment); comment.given() {
		common.Comment = comment.v
		r.set("Comment", comment.at)
	}
	if s.jsonata.given() && !r.b.jsonata {
		common.QueryLanguage = asl.JSONata
		r.set("QueryLanguage", s.jsonata.at)
	}
	r.transition(made)
	if len(s.raw) > 0 {
		made = r.withRaw(made)
	}
	return made
}

// set notes which call set a field of the state at hand, and makes it the call at
// hand.
func (r *renderer) set(field string, at stack) {
	r.at = at
	r.places.add(r.s.pointer, field, at)
}

func (r *renderer) transition(made asl.State) {
	t := asl.TransitionOf(made)
	if t == nil {
		return
	}
	if r.s.hasNext() {
		r.set("Next", r.s.nextAt)
		if r.s.next.end {
			r.places.add(r.s.pointer, "End", r.s.nextAt)
		}
	}
	if r.s.then.kind == goes {
		t.Next = r.s.then.to.name
		return
	}
	t.End = true
}

// withRaw puts the fields into a state that were given as literal ASL.
func (r *renderer) withRaw(made asl.State) asl.State {
	v := asl.StateValue(made)
	for _, f := range r.s.raw {
		r.set(f.name, f.at)
		json, err := value.From(f.value)
		if err != nil {
			r.reportf(codeValue, "", "the raw field %s cannot be written as JSON: %v", f.name, err)
			continue
		}
		v = v.With(f.name, json)
	}
	return r.parse(v)
}

// parse reads a state from literal ASL.
func (r *renderer) parse(v *value.Object) asl.State {
	made, faults := asl.StateFromValue(r.s.name, v, nil)
	for _, f := range faults {
		p := &problem{code: f.Code, at: r.rawAt(f.Pointer), state: r.s, message: f.Message, hint: f.Hint}
		if f.Field != "" {
			p.field = f.Field
		}
		r.report(p)
	}
	if made == nil {
		made = &asl.Pass{}
	}
	return made
}

// rawAt returns the call that gave the raw field at a pointer into the state at
// hand.
func (r *renderer) rawAt(pointer string) stack {
	for _, f := range r.s.raw {
		if strings.HasPrefix(pointer+"/", value.AppendPointer("", f.name)+"/") {
			return f.at
		}
	}
	return r.s.at
}

// duration returns a duration in whole seconds.
func (r *renderer) duration(field string, d time.Duration, least int64) int64 {
	n, fault := wholeSeconds(d, least)
	if fault != "" {
		p := problemf(codeValue, r.at, durationHint, "the duration %s %s", d, fault)
		p.field = field
		r.report(p)
	}
	return n
}

// merge returns what builder and checker found together. The checker has nothing
// to say about states that are incomplete because of what the builder found.
func (r *renderer) merge(found diag.List) diag.List {
	var all diag.List
	broken := map[string]bool{}
	wiring := false
	if len(r.problems) > 0 && len(r.b.machine.States) == 0 {
		found = nil // what is wrong with nothing
	}
	for _, p := range r.problems {
		d := p.diagnostic()
		all = append(all, d)
		broken[d.State] = d.State != ""
		wiring = wiring || p.code == codeStep
	}
	for _, d := range found {
		if d.Severity == diag.Error && !broken[d.State] && !(wiring && isAboutGraph(d.Code)) {
			all = append(all, d)
		}
	}
	return all.Sort()
}

func isAboutGraph(c diag.Code) bool {
	return c == asl.CodeMissingTarget || c == "MISSING_END_STATE"
}
