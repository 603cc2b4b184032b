package asl

import (
	"iter"
	"strconv"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Place is a scope in its place.
type Place struct {
	*Scope
	Pointer string // JSON Pointer of the object that holds it: "", "/States/M/ItemProcessor"
	Around  *Visit // the state that runs it; nil for the machine's own
}

// Visit is a state in its place.
type Visit struct {
	State
	Pointer  string        // JSON Pointer: "/States/A", "/States/P/Branches/0/States/C"
	Language QueryLanguage // in force in the state: its own, else the machine's
	In       *Place
}

// Language returns the query language of a state: its own or, whatever the states
// around it say, the machine's.
func (m *StateMachine) Language(s State) QueryLanguage {
	switch {
	case s.Common().QueryLanguage != "":
		return s.Common().QueryLanguage
	case m.QueryLanguage != "":
		return m.QueryLanguage
	}
	return JSONPath
}

// Visit returns a state of a scope in its place.
func (m *StateMachine) Visit(p *Place, s State) Visit {
	return Visit{
		State:    s,
		Pointer:  value.AppendPointer(p.Pointer+"/States", s.Common().Name),
		Language: m.Language(s),
		In:       p,
	}
}

// Walk yields every state of the machine in the order of the definition, each
// before those nested in it.
func (m *StateMachine) Walk() iter.Seq[Visit] {
	return func(yield func(Visit) bool) {
		m.walk(&Place{Scope: &m.Scope}, func(*Place) bool { return true }, yield)
	}
}

// Places yields every scope of the machine, each before those nested in it; the
// first is the machine's own.
func (m *StateMachine) Places() iter.Seq[*Place] {
	return func(yield func(*Place) bool) {
		m.walk(&Place{Scope: &m.Scope}, yield, func(Visit) bool { return true })
	}
}

func (m *StateMachine) walk(p *Place, place func(*Place) bool, visit func(Visit) bool) bool {
	if !place(p) {
		return false
	}
	for _, st := range p.States {
		v := m.Visit(p, st)
		if !visit(v) {
			return false
		}
		for suffix, scope := range Scopes(st) {
			if !m.walk(&Place{Scope: scope, Pointer: v.Pointer + suffix, Around: &v}, place, visit) {
				return false
			}
		}
	}
	return true
}

// Scopes yields the scopes that a state runs, with their pointers from the state
// on: the branches of a Parallel, the processor of a Map.
func Scopes(s State) iter.Seq2[string, *Scope] {
	return func(yield func(string, *Scope) bool) {
		switch s := s.(type) {
		case *Parallel:
			for i := range s.Branches {
				if !yield("/Branches/"+strconv.Itoa(i), &s.Branches[i].Scope) {
					return
				}
			}
		case *Map:
			if s.ItemProcessor != nil && !yield("/ItemProcessor", &s.ItemProcessor.Scope) {
				return
			}
			if s.Iterator != nil {
				yield("/Iterator", &s.Iterator.Scope)
			}
		}
	}
}

// EdgeKind tells why an execution takes a transition.
type EdgeKind int

// The kinds of transitions.
const (
	NextEdge    EdgeKind = iota // the state is done
	ChoiceEdge                  // a rule of a Choice holds
	DefaultEdge                 // no rule of a Choice holds
	CatchEdge                   // a catcher took an error
)

// Edge is a transition out of a state.
type Edge struct {
	Kind    EdgeKind
	To      string   // the name of a state of the same scope
	Pointer string   // of the field that names it, from the state on: "/Next", "/Catch/0/Next"
	Assign  *Payload // the variables that are assigned with it, or nil
}

// Edges yields every transition out of a state, in the order in which they are
// tried. A state that names no target has no edge there.
func Edges(s State) iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		edge := func(kind EdgeKind, to, pointer string, assign *Payload) bool {
			return to == "" || yield(Edge{kind, to, pointer, assign})
		}
		if c, ok := s.(*Choice); ok {
			for i, r := range c.Choices {
				if !edge(ChoiceEdge, r.Next, "/Choices/"+strconv.Itoa(i)+"/Next", r.Assign) {
					return
				}
			}
			edge(DefaultEdge, c.Default, "/Default", c.Assign)
			return
		}
		if t := TransitionOf(s); t != nil && !edge(NextEdge, t.Next, "/Next", AssignOf(s)) {
			return
		}
		if w := WorkOf(s); w != nil {
			for i, k := range w.Catch {
				if !edge(CatchEdge, k.Next, "/Catch/"+strconv.Itoa(i)+"/Next", k.Assign) {
					return
				}
			}
		}
	}
}

// AssignOf returns what a state assigns when it is done, of a Choice when no rule
// holds, and nil for those that assign nothing.
func AssignOf(s State) *Payload {
	switch s := s.(type) {
	case *Task:
		return s.Assign
	case *Pass:
		return s.Assign
	case *Choice:
		return s.Assign
	case *Wait:
		return s.Assign
	case *Parallel:
		return s.Assign
	case *Map:
		return s.Assign
	}
	return nil
}

// InputOutputOf returns a state's InputPath, OutputPath and Output, and nil for Fail.
func InputOutputOf(s State) *InputOutput {
	switch s := s.(type) {
	case *Task:
		return &s.InputOutput
	case *Pass:
		return &s.InputOutput
	case *Choice:
		return &s.InputOutput
	case *Wait:
		return &s.InputOutput
	case *Succeed:
		return &s.InputOutput
	case *Parallel:
		return &s.InputOutput
	case *Map:
		return &s.InputOutput
	}
	return nil
}

// WorkOf returns what a Task, Parallel or Map state has to handle results and
// errors, and nil for the other types.
func WorkOf(s State) *Work {
	switch s := s.(type) {
	case *Task:
		return &s.Work
	case *Parallel:
		return &s.Work
	case *Map:
		return &s.Work
	}
	return nil
}

// TransitionOf returns where a state goes, and nil for Choice, Succeed and Fail.
func TransitionOf(s State) *Transition {
	switch s := s.(type) {
	case *Task:
		return &s.Transition
	case *Pass:
		return &s.Transition
	case *Wait:
		return &s.Transition
	case *Parallel:
		return &s.Transition
	case *Map:
		return &s.Transition
	}
	return nil
}

// IsTerminal reports whether a state ends its scope.
func IsTerminal(s State) bool {
	switch s.Type() {
	case SucceedType, FailType:
		return true
	}
	t := TransitionOf(s)
	return t != nil && t.End
}
