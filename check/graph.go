package check

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// graph is the transitions of one scope. Where a fault hides a transition, the
// graph has the one that was most likely meant, so that one fault does not make
// other states look unreachable.
type graph struct {
	place    *asl.Place
	index    map[string]int // the states' numbers by name
	next     [][]int        // the states that each one goes to
	entered  []bool         // by a transition of another state
	start    int            // -1 if the scope has no states
	terminal bool           // some state ends the scope
	loose    bool           // some transition is missing, which is a fault of its own
	partial  bool           // some state or some transition is unknown
	dangling []dangling
}

// dangling is a name that no state of the scope has.
type dangling struct {
	from    int    // the state that names it, -1 for the scope's StartAt
	pointer string // of the field, from the state or the scope's object on
	name    string
	hint    string
}

func newGraph(c *checker, p *asl.Place) *graph {
	g := &graph{
		place:   p,
		index:   make(map[string]int, len(p.States)),
		next:    make([][]int, len(p.States)),
		entered: make([]bool, len(p.States)),
		start:   -1,
		partial: c.m.Refused(p.Pointer+"/States") || len(p.States) == 0,
	}
	for i, st := range p.States {
		// Of two states with one name the first takes the transitions of both.
		if _, ok := g.index[st.Common().Name]; !ok {
			g.index[st.Common().Name] = i
		}
	}
	if p.StartAt != "" {
		g.start = g.target(c, dangling{-1, "/StartAt", p.StartAt, ""})
	}
	for _, st := range p.States {
		g.addState(c, st)
	}
	if g.start < 0 && len(p.States) > 0 {
		g.start = max(0, slices.Index(g.entered, false))
	}
	return g
}

func (g *graph) addState(c *checker, st asl.State) {
	from := g.index[st.Common().Name]
	g.terminal = g.terminal || asl.IsTerminal(st)
	for e := range asl.Edges(st) {
		g.connect(from, g.target(c, dangling{from, e.Pointer, e.To, ""}))
	}
	if lacksTransition(st) || c.m.IsPartial() && c.refusedTransition(c.m.Visit(g.place, st).Pointer) {
		g.loose = true
		if from+1 < len(g.next) {
			g.connect(from, from+1) // people write states in their order
		}
	}
}

// lacksTransition reports whether a state does not say where it goes on.
func lacksTransition(st asl.State) bool {
	if c, ok := st.(*asl.Choice); ok {
		return len(c.Choices) == 0 || slices.ContainsFunc(c.Choices, func(r asl.Rule) bool { return r.Next == "" })
	}
	if t := asl.TransitionOf(st); t != nil && t.Next == "" && !t.End {
		return true
	}
	w := asl.WorkOf(st)
	return w != nil && slices.ContainsFunc(w.Catch, func(k asl.Catcher) bool { return k.Next == "" })
}

func (c *checker) refusedTransition(state string) bool {
	return slices.ContainsFunc([]string{"/Next", "/End", "/Choices", "/Default", "/Catch"}, func(field string) bool {
		return c.m.Refused(state + field)
	})
}

func (g *graph) connect(from, to int) {
	if to < 0 {
		return
	}
	g.next[from] = append(g.next[from], to)
	if from != to {
		g.entered[to] = true
	}
}

// target returns the number of the state that a transition names. For a name that
// no state has it notes the transition as dangling and returns the state that was
// most likely meant, or -1.
func (g *graph) target(c *checker, d dangling) int {
	if to, ok := g.index[d.name]; ok {
		return to
	}
	if asl.HasPlaceholder(d.name) || c.m.Refused(value.AppendPointer(g.place.Pointer+"/States", d.name)) {
		g.partial = true
	}
	if g.partial {
		return -1
	}
	meant := -1
	if other, ok := c.names[d.name]; ok {
		d.hint = fmt.Sprintf("the state of that name is in another scope, at %s, and no transition leaves its scope", clip(other.Pointer))
		meant = g.holder(other.Pointer)
	} else if near, hint := c.didYouMean(d.name, g.names(), len(g.next)); near != "" {
		d.hint = hint
		meant = g.index[near]
	}
	g.dangling = append(g.dangling, d)
	return meant
}

// holder returns the number of the state that a nested state at a pointer is
// inside of, or -1.
func (g *graph) holder(pointer string) int {
	rest, ok := strings.CutPrefix(pointer, g.place.Pointer+"/States")
	if !ok {
		return -1
	}
	for name := range asl.PointerTokens(rest) {
		if i, ok := g.index[name]; ok {
			return i
		}
		break
	}
	return -1
}

func (g *graph) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, st := range g.place.States {
			if !yield(st.Common().Name) {
				return
			}
		}
	}
}

// reach marks everything that can be reached from a state.
func reach(next [][]int, from int, reached []bool) {
	todo := []int{from}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[at] {
			continue
		}
		reached[at] = true
		todo = append(todo, next[at]...)
	}
}

// unreachable yields the states that no transition leads to from the start, but of
// those that hang together only the first.
func (g *graph) unreachable() iter.Seq[int] {
	return func(yield func(int) bool) {
		if g.start < 0 || g.partial {
			return
		}
		reached := make([]bool, len(g.next))
		reach(g.next, g.start, reached)
		// First the states that nothing enters, then the loops that only enter
		// themselves.
		for _, entered := range []bool{false, true} {
			for i, st := range g.place.States {
				again := g.index[st.Common().Name] != i
				if reached[i] || again || g.entered[i] != entered {
					continue
				}
				if !yield(i) {
					return
				}
				reach(g.next, i, reached)
			}
		}
	}
}

// endless yields the states that can be reached but from which no end can be, of
// those that hang together only the first.
func (g *graph) endless() iter.Seq[int] {
	return func(yield func(int) bool) {
		if g.start < 0 || g.partial || g.loose || len(g.dangling) > 0 || !g.terminal {
			return
		}
		reached := make([]bool, len(g.next))
		reach(g.next, g.start, reached)
		ends := g.canEnd()
		for i := range g.next {
			if !reached[i] || ends[i] {
				continue
			}
			if !yield(i) {
				return
			}
			reach(g.next, i, ends)
		}
	}
}

// canEnd marks the states from which a terminal state can be reached.
func (g *graph) canEnd() []bool {
	before := make([][]int, len(g.next))
	for from, all := range g.next {
		for _, to := range all {
			before[to] = append(before[to], from)
		}
	}
	ends := make([]bool, len(g.next))
	for i, st := range g.place.States {
		if asl.IsTerminal(st) {
			reach(before, i, ends)
		}
	}
	return ends
}
