package dsl

import (
	"slices"
	"strconv"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// scope is a set of states with its own start, as it is put together.
type scope struct {
	states  []*state // in the order of the Go text
	start   *state
	pointer string
}

// way is where something goes on.
type way struct {
	kind wayKind
	to   *state
	at   stack // of the list that says so
}

type wayKind int

const (
	nowhere wayKind = iota // an error handler's open end
	ends                   // the end of the scope
	goes
)

func (w way) same(other way) bool { return w.kind == other.kind && w.to == other.to }

func (w way) String() string {
	switch w.kind {
	case goes:
		return strconv.Quote(w.to.name)
	case ends:
		return "the end"
	}
	return "nowhere"
}

// wirer puts the steps of a workflow together: it finds out which states belong
// to which scope, in which order, and where each of them goes on.
//
// It reads lists. A state in a list goes on to the next one, the last one to where
// the list as a whole goes on. A state that the list or one around it holds
// already is not placed again: to name it is to jump there. An explicit Next
// takes the place of what follows in the list, and what it leads to, unless it
// is a jump, is taken into the list.
type wirer struct {
	b        *builder
	problems []*problem
}

// line is a list of steps after jumps and links are sorted out.
type line struct {
	around  *line
	members []member
	set     map[*state]bool // of the members, if they are many
}

type member struct {
	s    *state
	then way
}

// manyMembers is from how many on a map finds a member faster than a look at each.
const manyMembers = 16

func (l *line) add(s *state) {
	l.members = append(l.members, member{s: s})
	if len(l.members) < manyMembers {
		return
	}
	if l.set == nil {
		l.set = make(map[*state]bool, 2*manyMembers)
		for _, m := range l.members {
			l.set[m.s] = true
		}
	}
	l.set[s] = true
}

// has reports whether a state is in the list or in one around it.
func (l *line) has(s *state) bool {
	for ; l != nil; l = l.around {
		if l.set[s] || l.set == nil && slices.ContainsFunc(l.members, func(m member) bool { return m.s == s }) {
			return true
		}
	}
	return false
}

func (w *wirer) report(p *problem) { w.problems = append(w.problems, p) }

// wire places every state of the workflow and returns its outermost scope.
func (w *wirer) wire() *scope {
	top := &scope{}
	w.scope(top, w.b.items, w.b.at, nil, "the workflow")
	w.number(top)
	w.eachState(top, w.resolve)
	w.findOrphans(top)
	w.findTwins(top)
	return top
}

// scope fills a scope with a list of steps. The owner is the state that runs it,
// nil for the outermost.
func (w *wirer) scope(sc *scope, items []item, at stack, owner *state, what string) {
	head := w.list(sc, items, way{kind: ends, at: at}, nil, at)
	if head.kind != goes {
		p := problemf(codeStep, at, "", "%s has no steps", what)
		p.state = owner
		w.report(p)
		return
	}
	sc.start = head.to
}

// list places a list of steps and returns where it begins.
func (w *wirer) list(sc *scope, items []item, then way, around *line, at stack) way {
	l := &line{around: around}
	head := w.straighten(l, items, then, at)
	for _, m := range l.members {
		w.place(sc, m, l)
	}
	return head
}

// straighten reads a list into a line and returns where it begins.
func (w *wirer) straighten(l *line, items []item, then way, at stack) (head way) {
	known := false
	open := -1 // the member whose way is not known yet
	connect := func(to way) {
		switch {
		case !known:
			head, known = to, true
		case open >= 0:
			l.members[open].then = to
		}
		open = -1
	}
	for rest := items; len(rest) > 0; {
		next := rest[0]
		rest = rest[1:]
		s := next.s
		switch {
		case next.end:
			connect(way{kind: ends, at: at})
		case s == nil:
			w.report(problemf(codeStep, at, "", "a step is nil"))
		case open >= 0 && l.members[open].s == s: // named twice in a row
		case l.has(s):
			connect(way{kind: goes, to: s, at: at})
		default:
			connect(way{kind: goes, to: s, at: at})
			open = len(l.members)
			l.add(s)
			if !s.hasNext() || len(rest) > 0 && rest[0] == s.next {
				continue
			}
			if to := s.next.s; to != nil && slices.Contains(rest, s.next) {
				connect(way{kind: goes, to: to, at: s.nextAt})
				continue
			}
			rest = append([]item{s.next}, rest...)
		}
	}
	connect(then)
	return head
}

// place puts a state into a scope, and everything it leads to by other ways than
// the line's.
func (w *wirer) place(sc *scope, m member, l *line) {
	s := m.s
	if !w.claim(s) {
		return
	}
	if s.scope != nil && s.scope != sc {
		w.reportOnce(s, problemf(codeStep, s.at, "transitions never lead into or out of a Parallel, Block or Map: make the state anew for each",
			"the state is a step in two places of which one is inside a Parallel, Block or Map and the other is not"))
		return
	}
	first := s.scope == nil
	if first {
		s.scope = sc
		sc.states = append(sc.states, s)
	}
	if slices.ContainsFunc(s.ways, m.then.same) {
		return
	}
	s.ways = append(s.ways, m.then)
	if c, ok := s.spec.(*choiceSpec); ok {
		w.placeRules(sc, c, m.then, l)
	}
	if !first {
		return
	}
	w.placeInside(s)
	for _, c := range s.catch {
		s.handlers = append(s.handlers, w.handler(sc, c, l))
	}
}

func (w *wirer) placeRules(sc *scope, c *choiceSpec, then way, l *line) {
	c.targets = c.targets[:0]
	for _, rule := range c.rules {
		c.targets = append(c.targets, w.list(sc, rule.items, then, l, rule.at))
	}
	c.deflt = then
	if c.otherwise.given() {
		c.deflt = w.list(sc, c.otherwise.v, then, l, c.otherwise.at)
	}
}

// placeInside fills the scopes that a state runs.
func (w *wirer) placeInside(s *state) {
	switch spec := s.spec.(type) {
	case *parallelSpec:
		for i := range spec.branches {
			spec.branches[i].scope = &scope{}
			w.scope(spec.branches[i].scope, spec.branches[i].items, s.at, s, "branch "+strconv.Itoa(i)+" of "+strconv.Quote(s.name))
		}
	case *mapSpec:
		spec.scope = &scope{}
		w.scope(spec.scope, spec.steps, s.at, s, "the Map "+strconv.Quote(s.name))
	}
}

func (w *wirer) handler(sc *scope, c setting[Catcher], l *line) way {
	if isNil(c.v.Then) {
		return way{kind: nowhere, at: c.at}
	}
	return w.list(sc, flatten([]Step{c.v.Then}), way{kind: nowhere, at: c.at}, l, c.at)
}

// claim makes a state part of the workflow, unless it is part of another one.
func (w *wirer) claim(s *state) bool {
	if s.owner.CompareAndSwap(nil, w.b) {
		return true
	}
	other := s.owner.Load()
	if other == w.b {
		return true
	}
	p := problemf(codeStep, s.at, "make states anew for each workflow, in a function", "the state is a step of two workflows")
	p.related = []place{{other.at, "one is " + strconv.Quote(other.name)}, {w.b.at, "the other is " + strconv.Quote(w.b.name)}}
	// Not the state's own list of problems: that is the other workflow's by now.
	if !slices.ContainsFunc(w.problems, func(q *problem) bool { return q.message == p.message && slices.Equal(q.at, p.at) }) {
		w.report(p)
	}
	return false
}

func (w *wirer) reportOnce(s *state, p *problem) {
	if !slices.ContainsFunc(s.problems, func(q *problem) bool { return q.message == p.message }) {
		s.fail(p)
	}
}

// number gives every state its JSON pointer.
func (w *wirer) number(sc *scope) {
	for _, s := range sc.states {
		s.pointer = value.AppendPointer(sc.pointer+"/States", s.name)
		for suffix, inner := range s.scopes() {
			inner.pointer = s.pointer + suffix
			w.number(inner)
		}
	}
}

// scopes yields the scopes that a state runs.
func (s *state) scopes() func(yield func(string, *scope) bool) {
	return func(yield func(string, *scope) bool) {
		switch spec := s.spec.(type) {
		case *parallelSpec:
			for i, b := range spec.branches {
				if b.scope != nil && !yield("/Branches/"+strconv.Itoa(i), b.scope) {
					return
				}
			}
		case *mapSpec:
			if spec.scope != nil {
				yield("/ItemProcessor", spec.scope)
			}
		}
	}
}

func (w *wirer) eachState(sc *scope, do func(*state)) {
	for _, s := range sc.states {
		do(s)
		for _, inner := range s.scopes() {
			w.eachState(inner, do)
		}
	}
}

// resolve finds the one way on which a state goes on.
func (w *wirer) resolve(s *state) {
	if isTerminal(s) {
		return
	}
	c, isChoice := s.spec.(*choiceSpec)
	if isChoice && !c.isOpen() {
		return
	}
	real := slices.DeleteFunc(slices.Clone(s.ways), func(w way) bool { return w.kind == nowhere })
	switch {
	case len(real) > 1:
		p := problemf(codeStep, s.at, "say where with Next, or make the state twice",
			"the state goes on to %s if reached in one way and to %s if reached in another", real[0], real[1])
		p.related = []place{{real[0].at, "to " + real[0].String() + " here"}, {real[1].at, "to " + real[1].String() + " here"}}
		s.fail(p)
		s.then = real[0]
	case len(real) == 1:
		s.then = real[0]
	case isChoice: // no rule need hold in a handler
	default:
		s.then = way{kind: ends}
		p := problemf(codeStep, s.ways[0].at, "end it with dsl.End, a Fail or a Succeed, or with a step that is listed outside the handler",
			"the error handler leaves open where it goes on")
		s.fail(p)
	}
	if isChoice {
		w.resolveChoice(s, c)
	}
}

// isOpen reports whether some way out of a Choice is that of the steps behind
// it.
func (c *choiceSpec) isOpen() bool {
	open := func(items []item) bool { return len(items) == 0 }
	return !c.otherwise.given() || open(c.otherwise.v) ||
		slices.ContainsFunc(c.rules, func(r choiceRule) bool { return open(r.items) })
}

// resolveChoice fills in the ways that have no steps of their own.
func (w *wirer) resolveChoice(s *state, c *choiceSpec) {
	for i, r := range c.rules {
		if len(r.items) == 0 {
			c.targets[i] = s.then
		}
	}
	if len(c.otherwise.v) == 0 {
		c.deflt = s.then
	}
	if !c.otherwise.given() && c.deflt.kind != goes {
		c.deflt = way{kind: nowhere}
	}
}

// findOrphans reports the states that an explicit Next leads away from but
// nothing leads to: they would be missing from the definition.
func (w *wirer) findOrphans(top *scope) {
	w.eachState(top, func(s *state) {
		for _, f := range s.from {
			if f.owner.Load() == nil {
				w.report(problemf(codeStep, f.at, "list it, or take its Next away",
					"nothing leads to the state %q, which goes on to %q", f.name, s.name))
			}
		}
	})
}

// findTwins reports states of one name.
func (w *wirer) findTwins(top *scope) {
	byName := map[string]*state{}
	w.eachState(top, func(s *state) {
		first, taken := byName[s.name]
		if !taken {
			byName[s.name] = s
			return
		}
		p := problemf(asl.CodeDuplicateState, s.at, "names are unique in the whole definition; a fragment takes them as parameters",
			"another state has the name %q", s.name)
		p.related = []place{{first.at, "the other one is made here"}}
		s.fail(p)
	})
}
