package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// loop is states of one scope each of which leads to all others.
type loop struct {
	graph  *graph
	states []int // sorted
}

func (l *loop) has(state int) bool {
	_, ok := slices.BinarySearch(l.states, state)
	return ok
}

// loops returns the loops of a scope whose executions keep a history, as far as a
// Wait state is in them: those that wait for something to happen.
func (c *checker) loops(p *asl.Place) []loop {
	all, ok := c.waiting[p.Pointer]
	if !ok {
		all = c.findLoops(p)
		c.waiting[p.Pointer] = all
	}
	return all
}

func (c *checker) findLoops(p *asl.Place) []loop {
	g := c.graphs[p.Pointer]
	waits := slices.ContainsFunc(p.States, func(s asl.State) bool { return s.Type() == asl.WaitType })
	if !waits || g.start < 0 || g.partial || g.loose || len(g.dangling) > 0 || c.expressIn(p) {
		return nil
	}
	var all []loop
	for _, states := range components(g.next) {
		l := loop{g, states}
		if l.wait() >= 0 && (len(states) > 1 || slices.Contains(g.next[states[0]], states[0])) {
			all = append(all, l)
		}
	}
	return all
}

// wait returns the first Wait state of the loop, or -1.
func (l *loop) wait() int {
	for _, i := range l.states {
		if l.graph.place.States[i].Type() == asl.WaitType {
			return i
		}
	}
	return -1
}

// longestExecution is how long a Standard execution takes at most (Developer Guide,
// "Quotas").
const longestExecution = 365 * 24 * time.Hour

// pollsGiveUp warns of a loop that only ends when what it waits for happens.
func pollsGiveUp(c *checker, p *asl.Place) {
	if c.m.TimeoutSeconds != nil || c.m.Refused("/TimeoutSeconds") {
		return
	}
	for _, l := range c.loops(p) {
		if l.counts(c) || !l.endsInOneCase() {
			continue
		}
		v := c.m.Visit(p, p.States[l.wait()])
		message := "waits again and again until one thing happens, and for ever if it does not"
		if full, ok := l.fillsHistory(c); ok && full < longestExecution {
			message += fmt.Sprintf(": after %s or more the history of %s events is full", roughly(full), "25,000")
		}
		c.state(&v, "", message, "count the turns, give the machine TimeoutSeconds, or leave the loop on failure")
	}
}

// loopsFitHistory warns of a loop that fills the history before the machine's own
// time is up or, where it has none, within half a day.
func loopsFitHistory(c *checker, p *asl.Place) {
	limit, why := 12*time.Hour, "and the execution fails if what it waits for takes longer"
	if t := c.m.TimeoutSeconds; t != nil {
		limit, why = time.Duration(min(*t, maxSeconds))*time.Second, "before TimeoutSeconds ends the execution"
	}
	for _, l := range c.loops(p) {
		full, ok := l.fillsHistory(c)
		if !ok || full >= limit || l.counts(c) || c.m.TimeoutSeconds == nil && l.endsInOneCase() {
			continue
		}
		v := c.m.Visit(p, p.States[l.wait()])
		c.state(&v, "", fmt.Sprintf("fills the history of 25,000 events after %s of waiting, %s", roughly(full), why),
			"wait longer, count the turns, or start a new execution after some of them")
	}
}

// counts reports whether something in the loop compares numbers or times, as a
// counter or a deadline is.
func (l *loop) counts(c *checker) bool {
	return slices.ContainsFunc(l.states, func(i int) bool {
		v := c.m.Visit(l.graph.place, l.graph.place.States[i])
		found := false
		eachTest(&v, func(t *asl.Test, _ string) {
			found = found || strings.HasPrefix(string(t.Operator), "Numeric") || strings.HasPrefix(string(t.Operator), "Timestamp")
		})
		eachRule(&v, func(r *asl.Rule, _ string) {
			found = found || r.Condition != nil && containsText(r.Condition.Value, func(s string) bool { return strings.ContainsAny(s, "<>") })
		})
		return found
	})
}

// endsInOneCase reports whether the loop is left only if one thing is as it is
// hoped to be: by one rule of a Choice with one comparison for equality, or by
// success of a state whose every error leads back into the loop.
func (l *loop) endsInOneCase() bool {
	exits := 0
	for _, i := range l.states {
		st := l.graph.place.States[i]
		ch, _ := st.(*asl.Choice)
		for e := range asl.Edges(st) {
			if to, ok := l.graph.index[e.To]; !ok || l.has(to) {
				continue
			}
			switch {
			case e.Kind == asl.CatchEdge:
				// The call that asks has failed; that says nothing of what is waited for.
			case e.Kind == asl.ChoiceEdge && isOneCase(ch, e), e.Kind == asl.NextEdge && l.retriesAll(st):
				if exits++; exits > 1 {
					return false
				}
			default:
				return false
			}
		}
	}
	return exits == 1
}

// retriesAll reports whether every error of a state leads back into the loop.
func (l *loop) retriesAll(st asl.State) bool {
	w := asl.WorkOf(st)
	return w != nil && slices.ContainsFunc(w.Catch, func(k asl.Catcher) bool {
		to, ok := l.graph.index[k.Next]
		return ok && l.has(to) && slices.Contains(k.ErrorEquals, asl.ErrAll)
	})
}

// isOneCase reports whether the rule of a transition compares for equality, and holds
// in one case only.
func isOneCase(ch *asl.Choice, e asl.Edge) bool {
	rule := strings.TrimSuffix(strings.TrimPrefix(e.Pointer, "/Choices/"), "/Next")
	i, err := strconv.Atoi(rule)
	if err != nil {
		return false
	}
	r := &ch.Choices[i]
	if r.Condition == nil {
		return testsOneCase(&r.Test)
	}
	text, _ := r.Condition.Value.(string)
	return strings.Count(text, "=") == 1 && !strings.Contains(text, "!=") && !strings.Contains(text, " or ") && !strings.Contains(text, "$not")
}

func testsOneCase(t *asl.Test) bool {
	if t.And != nil {
		return !slices.ContainsFunc(t.And, func(t asl.Test) bool { return !testsOneCase(&t) })
	}
	text, _ := t.Operand.(string)
	return strings.HasSuffix(string(t.Operator), "Equals") || t.Operator == "IsPresent" && t.Operand == true ||
		t.Operator == "StringMatches" && !strings.Contains(text, "*")
}

// fillsHistory returns for how long the loop waits until the history is full, if
// that can be told: turn by turn on the way with the fewest events.
func (l *loop) fillsHistory(c *checker) (time.Duration, bool) {
	const most = 16 // Wait states; of a loop with more nothing is told
	var waits []int
	for _, i := range l.states {
		if l.graph.place.States[i].Type() == asl.WaitType {
			waits = append(waits, i)
		}
	}
	if len(waits) > most {
		return 0, false
	}
	best := time.Duration(-1)
	for _, i := range waits {
		events, wait, ok := l.turn(c, i)
		if !ok {
			return 0, false
		}
		best = max(best, time.Duration(maxEvents/events)*wait)
	}
	return best, best > 0
}

// turn returns the fewest events that the history has of one turn from a Wait state
// back to it, and how long the states on that way wait.
func (l *loop) turn(c *checker, from int) (events int, wait time.Duration, ok bool) {
	costs := c.eventsOf(l.graph.place)
	before := make(map[int]int, len(l.states))
	dist := shortest(l.graph.next, from, func(i int) int { return costs[i] }, before, l.has)
	last, best := -1, 0
	for _, i := range l.states {
		if d, reached := dist[i]; reached && slices.Contains(l.graph.next[i], from) && (last < 0 || d < best) {
			last, best = i, d
		}
	}
	if last < 0 {
		return 0, 0, false
	}
	for i := last; ; i = before[i] {
		if w, isWait := l.graph.place.States[i].(*asl.Wait); isWait {
			if w.Seconds == nil || w.Seconds.Expr != "" || w.Seconds.Value < 0 || w.Seconds.Value > maxSeconds {
				return 0, 0, false
			}
			wait += time.Duration(w.Seconds.Value) * time.Second
		}
		if i == from {
			return best, wait, true
		}
	}
}

// roughly writes a duration roughly.
func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// components returns the strongly connected components of a graph, the states of
// each sorted.
func components(next [][]int) [][]int {
	t := &tarjan{next: next, number: make([]int, len(next)), low: make([]int, len(next)), open: make([]bool, len(next))}
	for root := range next {
		if t.number[root] == 0 {
			t.visit(root)
		}
	}
	return t.found
}

// tarjan is a run of Tarjan's algorithm, without recursion.
type tarjan struct {
	next   [][]int
	found  [][]int
	number []int // of each state in the order of discovery, from 1
	low    []int // the lowest number that can be reached from it
	count  int
	stack  []int // the states that belong to no component yet
	open   []bool
	calls  []call
}

// call is a visit of a state that has come to one of its transitions.
type call struct{ state, edge int }

func (t *tarjan) visit(root int) {
	t.enter(root)
	for len(t.calls) > 0 {
		at := &t.calls[len(t.calls)-1]
		if at.edge == len(t.next[at.state]) {
			t.leave(at.state)
			continue
		}
		to := t.next[at.state][at.edge]
		at.edge++
		if t.number[to] == 0 {
			t.enter(to)
		} else if t.open[to] {
			t.low[at.state] = min(t.low[at.state], t.number[to])
		}
	}
}

func (t *tarjan) enter(state int) {
	t.count++
	t.number[state], t.low[state] = t.count, t.count
	t.stack, t.open[state] = append(t.stack, state), true
	t.calls = append(t.calls, call{state, 0})
}

func (t *tarjan) leave(state int) {
	t.calls = t.calls[:len(t.calls)-1]
	if len(t.calls) > 0 {
		from := t.calls[len(t.calls)-1].state
		t.low[from] = min(t.low[from], t.low[state])
	}
	if t.low[state] != t.number[state] {
		return
	}
	first := len(t.stack) - 1
	for t.stack[first] != state {
		first--
	}
	component := slices.Clone(t.stack[first:])
	t.stack = t.stack[:first]
	for _, i := range component {
		t.open[i] = false
	}
	slices.Sort(component)
	t.found = append(t.found, component)
}

// isExecution reports whether a place is what an execution of its own runs: the
// machine's, or the processor of a distributed Map.
func isExecution(p *asl.Place) bool {
	if p.Around == nil {
		return true
	}
	m, ok := p.Around.State.(*asl.Map)
	return ok && m.IsDistributed()
}

// expressIn reports whether a place is run by an Express workflow.
func (c *checker) expressIn(p *asl.Place) bool {
	return c.expressAt(&asl.Visit{In: p})
}

// literalItems returns how many items a Map has at least.
func literalItems(m *asl.Map) int {
	if m.Items == nil {
		return 0
	}
	switch items := m.Items.Value.(type) {
	case []any:
		return len(items)
	case *value.Object:
		return items.Len()
	}
	return 0
}
