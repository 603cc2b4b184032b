package sfntest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/interp"
)

// The kinds of what is covered.
const (
	stateKind      = "state"      // is entered
	transitionKind = "transition" // the way out of a state that has not failed, or its end
	ruleKind       = "rule"       // of a Choice, holds
	defaultKind    = "default"    // no rule of a Choice holds
	retrierKind    = "retrier"    // takes an error, also if it has no attempts left
	catcherKind    = "catcher"    // takes an error
)

// coverage is what the tests of a package have run of its workflows. It may be used
// from any number of goroutines.
type coverage struct {
	mu        sync.Mutex
	workflows []*covered // in the order in which they were first seen
}

// covered is a workflow. Tests may make it anew for every run, also with other
// parameters: workflows of one name are one, with the parts of all of them.
type covered struct {
	name   string
	def    *asl.StateMachine // the first of its definitions
	points []*point
	at     map[string]*point // by pointer
}

// point is a part of a definition that is covered or not.
type point struct {
	kind     string
	state    string
	pointer  string // JSON Pointer into the definition
	to       string // the state that it leads to, "" if it ends its scope or leads nowhere
	note     string // more about it, for people
	position diag.Position
	count    atomic.Int64
}

// add has the executions of a definition counted, by the function that it returns.
func (c *coverage) add(name string, def *asl.StateMachine) func(interp.Step) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.workflow(name, def)
	states := map[string]map[string]*point{} // by state and part
	for v := range def.Walk() {
		parts := map[string]*point{}
		for part, p := range pointsOf(v) {
			if known := w.at[p.pointer]; known != nil {
				p = known
			} else {
				p.position = locate(def, p.pointer)
				w.at[p.pointer] = p
				w.points = append(w.points, p)
			}
			parts[part] = p
		}
		states[v.Common().Name] = parts
	}
	return func(s interp.Step) {
		if p := states[s.State][s.Part]; p != nil {
			p.count.Add(1)
		}
	}
}

func (c *coverage) workflow(name string, def *asl.StateMachine) *covered {
	for _, w := range c.workflows {
		if w.name == name {
			return w
		}
	}
	w := &covered{name: name, def: def, at: map[string]*point{}}
	c.workflows = append(c.workflows, w)
	return w
}

func locate(def *asl.StateMachine, pointer string) diag.Position {
	if def.Locator == nil {
		return diag.Position{}
	}
	return def.Locator.Locate(pointer)
}

// pointsOf yields what there is to cover in a state, by the Part of the [interp.Step]
// that covers it.
func pointsOf(v asl.Visit) func(yield func(string, *point) bool) {
	return func(yield func(string, *point) bool) {
		add := func(kind, part, to, note string) bool {
			return yield(part, &point{kind: kind, state: v.Common().Name, pointer: v.Pointer + part, to: to, note: note})
		}
		if !add(stateKind, "", "", "") {
			return
		}
		if c, ok := v.State.(*asl.Choice); ok {
			for i, r := range c.Choices {
				if !add(ruleKind, "/Choices/"+strconv.Itoa(i), r.Next, "") {
					return
				}
			}
			if c.Default != "" {
				add(defaultKind, "/Default", c.Default, "")
			}
			return
		}
		if t := asl.TransitionOf(v.State); t != nil {
			part := "/Next"
			if t.End {
				part = "/End"
			}
			if !add(transitionKind, part, t.Next, "") {
				return
			}
		}
		if w := asl.WorkOf(v.State); w != nil {
			for i, r := range w.Retry {
				if !add(retrierKind, "/Retry/"+strconv.Itoa(i), "", first(r.ErrorEquals)) {
					return
				}
			}
			for i, k := range w.Catch {
				if !add(catcherKind, "/Catch/"+strconv.Itoa(i), k.Next, first(k.ErrorEquals)) {
					return
				}
			}
		}
	}
}

// first returns the first two error names of a list, as text.
func first(names []string) string {
	if len(names) > 2 {
		names = append(names[:2:2], "...")
	}
	return strings.Join(names, ", ")
}

// String says what of it was not covered.
func (p *point) String() string {
	switch p.kind {
	case stateKind:
		return fmt.Sprintf("%q is never entered", p.state)
	case transitionKind:
		if p.to == "" {
			return fmt.Sprintf("%q never ends", p.state)
		}
		return fmt.Sprintf("%q never goes on to %q", p.state, p.to)
	case ruleKind:
		return fmt.Sprintf("%q: rule %s, to %q, never holds", p.state, p.number(), p.to)
	case defaultKind:
		return fmt.Sprintf("%q never goes the way of its default, to %q", p.state, p.to)
	case retrierKind:
		return fmt.Sprintf("%q: retrier %s (%s) never takes an error", p.state, p.number(), p.note)
	}
	return fmt.Sprintf("%q: catcher %s (%s), to %q, never takes an error", p.state, p.number(), p.note, p.to)
}

// number returns which of its state's rules, retriers or catchers it is, from 1.
func (p *point) number() string {
	i, _ := strconv.Atoi(p.pointer[strings.LastIndexByte(p.pointer, '/')+1:])
	return strconv.Itoa(i + 1)
}

// tally counts points, the covered ones among all.
type tally struct{ covered, all int }

func (t *tally) add(p *point) {
	t.all++
	if p.count.Load() > 0 {
		t.covered++
	}
}

// percent returns the covered share; nothing is covered wholly.
func (t tally) percent() float64 {
	if t.all == 0 {
		return 100
	}
	return 100 * float64(t.covered) / float64(t.all)
}

// sorted returns the workflows by name.
func (c *coverage) sorted() []*covered {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.workflows)
	slices.SortFunc(all, func(a, b *covered) int { return cmp.Compare(a.name, b.name) })
	return all
}

// total counts the points of all workflows.
func (c *coverage) total() (t tally) {
	for _, w := range c.sorted() {
		for _, p := range w.points {
			t.add(p)
		}
	}
	return t
}
