package check

import (
	"container/heap"
	"fmt"

	"github.com/stepwise-go/stepwise/asl"
)

// maxEvents is how many events the history of a Standard execution has at most
// (Developer Guide, "Quotas").
const maxEvents = 25_000

// historyHoldsExecution warns of a scope that no execution can get through, since
// even the shortest way to success has more events than a history.
func historyHoldsExecution(c *checker, p *asl.Place) {
	g := c.graphs[p.Pointer]
	if !isExecution(p) || c.expressIn(p) || g.start < 0 || g.partial || g.loose || len(g.dangling) > 0 {
		return
	}
	if events := c.eventsThrough(p); events > maxEvents-2 { // two for its start and its end
		c.place(p, "/StartAt", fmt.Sprintf("no execution can succeed: the shortest way has %d events, and a history holds %d", events+2, maxEvents),
			"run parts of it as executions of their own")
	}
}

// eventsThrough returns the fewest events that the history has of a way through a
// scope on which nothing fails; 0 if there is none.
func (c *checker) eventsThrough(p *asl.Place) int {
	if n, ok := c.through[p.Pointer]; ok {
		return n
	}
	g := c.graphs[p.Pointer]
	best := 0
	if g.start >= 0 {
		costs := c.eventsOf(p)
		next := make([][]int, len(p.States))
		for i, st := range p.States {
			for e := range asl.Edges(st) {
				if to, ok := g.index[e.To]; ok && e.Kind != asl.CatchEdge {
					next[i] = append(next[i], to)
				}
			}
		}
		dist := shortest(next, g.start, func(i int) int { return costs[i] }, nil, nil)
		for i, d := range dist {
			if st := p.States[i]; asl.IsTerminal(st) && st.Type() != asl.FailType && (best == 0 || d < best) {
				best = d
			}
		}
	}
	c.through[p.Pointer] = best
	return best
}

// eventsOf returns for each state of a scope how many events the history has of it
// at least where nothing fails.
func (c *checker) eventsOf(p *asl.Place) []int {
	if costs, ok := c.events[p.Pointer]; ok {
		return costs
	}
	costs := make([]int, len(p.States))
	for i, st := range p.States {
		costs[i] = c.stateEvents(p, st)
	}
	c.events[p.Pointer] = costs
	return costs
}

func (c *checker) stateEvents(p *asl.Place, st asl.State) int {
	const entered, exited = 1, 1
	switch st := st.(type) {
	case *asl.Task:
		const scheduled, started, submitted, succeeded = 1, 1, 1, 1
		if c.m.Resource(st).Pattern == asl.RequestResponse {
			return entered + scheduled + started + succeeded + exited
		}
		return entered + scheduled + started + submitted + succeeded + exited
	case *asl.Parallel:
		const started, succeeded = 1, 1
		return entered + started + succeeded + exited + c.scopeEvents(p, st)
	case *asl.Map:
		const started, succeeded = 1, 1
		if st.IsDistributed() {
			return entered + started + succeeded + exited // of its children's events none
		}
		const iterationStarted, iterationSucceeded = 1, 1
		return entered + started + succeeded + exited + literalItems(st)*(iterationStarted+iterationSucceeded+c.scopeEvents(p, st))
	}
	return entered + exited
}

// scopeEvents returns the fewest events of all scopes that a state runs.
func (c *checker) scopeEvents(p *asl.Place, st asl.State) int {
	v := c.m.Visit(p, st)
	n := 0
	for suffix := range asl.Scopes(st) {
		if inner := c.places[v.Pointer+suffix]; inner != nil {
			n = min(n+c.eventsThrough(inner), maxEvents*2) // enough to know
		}
	}
	return n
}

// shortest returns the lengths of the shortest ways from a state to all that can be
// reached from it, each state on the way counted with its cost. It notes in before,
// if that is not nil, from where each was reached, and keeps to the states for
// which within holds, if that is not nil.
func shortest(next [][]int, from int, cost func(int) int, before map[int]int, within func(int) bool) map[int]int {
	dist := map[int]int{from: cost(from)}
	done := map[int]bool{}
	todo := &queue{{from, dist[from]}}
	for todo.Len() > 0 {
		at := heap.Pop(todo).(queued)
		if done[at.state] {
			continue
		}
		done[at.state] = true
		for _, to := range next[at.state] {
			if within != nil && !within(to) {
				continue
			}
			d := at.dist + cost(to)
			if known, ok := dist[to]; ok && known <= d {
				continue
			}
			dist[to] = d
			if before != nil {
				before[to] = at.state
			}
			heap.Push(todo, queued{to, d})
		}
	}
	return dist
}

// queued is a state that has been reached, and how far it is.
type queued struct{ state, dist int }

// queue is a heap of states, the nearest first.
type queue []queued

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(queued)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
