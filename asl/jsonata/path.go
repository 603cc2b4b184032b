package jsonata

import "github.com/stepwise-go/stepwise/asl/value"

// pathExpr is a sequence of steps, each evaluated with every value of the one
// before it as context.
type pathExpr struct {
	notes
	steps      []expr
	dotted     int  // how many steps have been seen beside a dot
	keepSingle bool // a result of one value stays an array
	tuples     bool // a step makes tuples
	simple     bool // every step is a name, but for the first, and every predicate a position
	head       string
	headed     bool // the first step is a name, head, and nothing else
}

func (c *compiler) newPath(n Node, steps ...expr) *pathExpr {
	p := &pathExpr{notes: c.notes(n), steps: steps}
	p.groupsItself = true
	c.paths = append(c.paths, p)
	for _, s := range steps {
		c.all = append(c.all, s.note())
	}
	return p
}

// settle finds out how the path can be evaluated, once all is known of its steps.
func (p *pathExpr) settle() {
	p.simple = !p.keepSingle && p.group == nil && !p.steps[0].note().consArray
	for i, s := range p.steps {
		n := s.note()
		p.tuples = p.tuples || n.tuple
		_, isName := s.(*nameExpr)
		p.simple = p.simple && !n.tuple && (isName || i == 0) && n.positionsOnly()
	}
	if first, ok := p.steps[0].(*nameExpr); ok && first.predicates == nil && first.group == nil {
		p.head, p.headed = first.name, true
	}
}

// positionsOnly reports whether every stage of a step is a constant position.
func (n *notes) positionsOnly() bool {
	for _, s := range n.stages {
		if s.predicate == nil || !s.predicate.fixed {
			return false
		}
	}
	return true
}

// pathOf returns the expression as a path, of itself as only step if it is none.
func (c *compiler) pathOf(x expr, n Node) *pathExpr {
	if p, ok := x.(*pathExpr); ok {
		return p
	}
	return c.newPath(n, x)
}

func (c *compiler) path(n *Path) expr {
	first := c.expr(n.Steps[0])
	p := c.pathOf(first, n)
	if parent, ok := first.(*parentExpr); ok {
		p.seeking = []*slot{parent.slot}
	}
	for _, node := range n.Steps[1:] {
		c.addStep(p, c.expr(node))
		if c.err != nil {
			return p
		}
	}
	return p
}

// addStep adds what stands behind a dot to a path.
func (c *compiler) addStep(p *pathExpr, x expr) {
	if tail, ok := x.(*pathExpr); ok {
		p.steps = append(p.steps, tail.steps...)
	} else {
		n := x.note()
		for _, f := range n.predicates {
			n.stages = append(n.stages, stage{predicate: f})
		}
		n.predicates = nil
		p.steps = append(p.steps, x)
	}
	for ; p.dotted < len(p.steps); p.dotted++ {
		if lit, ok := p.steps[p.dotted].(*literalExpr); ok {
			p.steps[p.dotted] = c.stepOf(lit)
		}
		p.keepSingle = p.keepSingle || p.steps[p.dotted].note().keepArray
	}
	for _, s := range []expr{p.steps[0], p.steps[len(p.steps)-1]} {
		if _, ok := s.(*arrayExpr); ok {
			s.note().consArray = true
		}
	}
	c.seekParents(p)
}

// stepOf makes a name of a string in a path.
func (c *compiler) stepOf(lit *literalExpr) expr {
	name, ok := lit.value.(string)
	if !ok {
		return c.fail(errorOf("S0213", lit.value).at(lit.mark))
	}
	step := &nameExpr{lit.notes, name}
	c.all = append(c.all, step.note())
	return step
}

func (c *compiler) filter(n *Filter) expr {
	x := c.expr(n.Base)
	path, inPath := x.(*pathExpr)
	step := x
	if inPath {
		step = path.steps[len(path.steps)-1]
	}
	if step.note().group != nil {
		return c.fail(newError("S0209").at(n.mark))
	}
	p := newPredicate(c.expr(n.Predicate))
	for _, s := range p.cond.note().seeking {
		if s.level == 1 {
			c.seekParent(step, s)
		} else {
			s.level--
		}
	}
	if p.cond.note().seeking != nil {
		seekAll(step, p.cond)
	}
	if inPath {
		step.note().stages = append(step.note().stages, stage{predicate: p})
	} else {
		x.note().predicates = append(x.note().predicates, p)
	}
	return x
}

func newPredicate(cond expr) *predicate {
	p := &predicate{cond: cond}
	if lit, ok := cond.(*literalExpr); ok {
		f, number := float(lit.value)
		p.fixed, p.at = number, floorInt(f)
	}
	return p
}

// keepArray marks the base of all the predicates that stand before [].
func (c *compiler) keepArray(n *KeepArray) expr {
	base := n.Base
	for {
		if f, ok := base.(*Filter); ok {
			base = f.Base
		} else if k, ok := base.(*KeepArray); ok {
			base = k.Base
		} else {
			break
		}
	}
	if c.kept == nil {
		c.kept = map[Node]bool{}
	}
	c.kept[base] = true
	return c.expr(n.Base)
}

func (c *compiler) group(n *Group) expr {
	x := c.expr(n.Base)
	if x.note().group != nil {
		return c.fail(newError("S0210").at(n.mark))
	}
	x.note().group = c.grouping(n.Pairs, n.mark)
	return x
}

func (c *compiler) sort(n *Sort) expr {
	p := c.pathOf(c.expr(n.Base), n)
	s := &sortExpr{notes: c.notes(n)}
	for _, t := range n.Terms {
		term := c.expr(t.Expr)
		seekAll(s, term)
		s.terms = append(s.terms, sortTerm{term, t.Descending})
	}
	p.steps = append(p.steps, s)
	c.all = append(c.all, s.note())
	c.seekParents(p)
	return p
}

func (c *compiler) focus(n *Focus) expr {
	base := c.expr(n.Base)
	x, step := base, base.note()
	if p, ok := base.(*pathExpr); ok {
		x = p.steps[len(p.steps)-1]
		step = x.note()
	}
	if step.stages != nil || step.predicates != nil {
		return c.fail(newError("S0215").at(n.mark))
	}
	if _, ok := x.(*sortExpr); ok {
		return c.fail(newError("S0216").at(n.mark))
	}
	if c.kept[n] {
		step.keepArray = true
	}
	step.focus = n.Variable.Name
	step.tuple = true
	return base
}

func (c *compiler) index(n *Index) expr {
	x := c.expr(n.Base)
	p, ok := x.(*pathExpr)
	if !ok {
		for _, f := range x.note().predicates {
			x.note().stages = append(x.note().stages, stage{predicate: f})
		}
		x.note().predicates = nil
		p = c.newPath(n, x)
	}
	step := p.steps[len(p.steps)-1].note()
	if step.stages == nil {
		step.index = n.Variable.Name
	} else {
		step.stages = append(step.stages, stage{index: n.Variable.Name})
	}
	step.tuple = true
	return p
}

func (p *pathExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	if p.tuples {
		return p.evalTuples(ev, in, env)
	}
	if p.simple && (!isArray(in) || p.absolute()) {
		return p.evalSimple(ev, in, env)
	}
	items, exact, err := p.walk(ev, in, env)
	if err != nil {
		return nil, err
	}
	v := p.kept(items, exact)
	if p.group != nil {
		return ev.group(p.group, v, env)
	}
	return v, nil
}

// absolute reports whether the path starts with a variable: it is evaluated once
// then, even where the context is an array.
func (p *pathExpr) absolute() bool {
	_, ok := p.steps[0].(*variableExpr)
	return ok
}

// kept returns the result of the last step. If exact is not nil, it is a plain
// array that the result is.
func (p *pathExpr) kept(items []any, exact any) any {
	if exact == nil {
		if p.keepSingle {
			return &sequence{items: items, result: true, keep: true}
		}
		return &sequence{items: items, result: true}
	}
	if s, ok := exact.(*sequence); ok && s.built && p.keepSingle {
		return &sequence{items: []any{s}, result: true, keep: true}
	}
	return exact
}

// evalSimple evaluates a path of names and positions without making sequences, as
// long as no step gives an array.
func (p *pathExpr) evalSimple(ev *evaluation, in any, env *frame) (any, *Error) {
	var v any
	var err *Error
	if o, ok := in.(*value.Object); ok && p.headed && ev.depth < ev.maxDepth {
		v = member(o, p.head)
	} else if v, err = ev.eval(p.steps[0], in, env); err != nil {
		return nil, err
	}
	last := len(p.steps) - 1
	for i := 0; ; i++ {
		for _, s := range p.steps[i].note().stages {
			v = itemAt(v, s.predicate.at)
		}
		if i == last {
			if isResult(v) {
				return newSequence(itemsOf(v)...), nil // what it was kept for is over
			}
			return v, nil
		}
		ev.fuel--
		if o, ok := v.(*value.Object); ok {
			v = member(o, p.steps[i+1].(*nameExpr).name)
			continue
		}
		items, ok := arrayItems(v)
		if !ok {
			return undefined{}, nil
		}
		if s, ok := v.(*sequence); ok && s.built {
			items = []any{s}
		}
		items, exact, err := p.steppedFrom(ev, i+1, items, env)
		if err != nil {
			return nil, err
		}
		return p.kept(items, exact), nil
	}
}

// itemAt returns what a constant position selects from a value.
func itemAt(v any, at int) any {
	items, ok := arrayItems(v)
	if !ok {
		if at == 0 || at == -1 {
			return v
		}
		return undefined{}
	}
	if at < 0 {
		at += len(items)
	}
	if at < 0 || at >= len(items) {
		return undefined{}
	}
	return items[at]
}

// walk takes the steps of a path without tuples.
func (p *pathExpr) walk(ev *evaluation, in any, env *frame) (items []any, exact any, err *Error) {
	if !p.steps[0].note().consArray {
		return p.steppedFrom(ev, 0, p.contexts(in), env)
	}
	items, exact, over, err := p.construct(ev, in, env)
	if err != nil || over {
		return items, exact, err
	}
	return p.steppedFrom(ev, 1, items, env)
}

// contexts returns the values that the first step is evaluated with.
func (p *pathExpr) contexts(in any) []any {
	if items, ok := arrayItems(in); ok && !p.absolute() {
		return items
	}
	return []any{in}
}

// construct evaluates an array constructor that is the first step, once for the
// whole context. It returns the context values of the next step, or says that the
// path is over, with exact as its value.
//
// Where a predicate has left one value of the array, the next step finds nothing
// in it, or the characters of a string: so it is in the reference.
func (p *pathExpr) construct(ev *evaluation, in any, env *frame) (items []any, exact any, over bool, err *Error) {
	if !isArray(in) {
		in = newSequence(in)
	}
	v, err := ev.eval(p.steps[0], in, env)
	if err != nil {
		return nil, nil, false, err
	}
	items, ok := arrayItems(v)
	text, isText := v.(string)
	if over = len(p.steps) == 1 || (ok || isText) && len(items)+len(text) == 0; over && !isResult(v) {
		exact = v
	}
	for _, r := range text {
		items = append(items, string(r))
	}
	return items, exact, over, nil
}

// steppedFrom takes the steps from the i-th on, with each item as context. If
// exact is not nil, it is the result, a plain array of the items.
func (p *pathExpr) steppedFrom(ev *evaluation, i int, items []any, env *frame) (results []any, exact any, err *Error) {
	last := len(p.steps) - 1
	for ; i <= last; i++ {
		if s, ok := p.steps[i].(*sortExpr); ok {
			items, exact, err = s.sortStep(ev, items, env)
		} else {
			items, exact, err = ev.step(p.steps[i], items, env, i == last)
		}
		if err != nil || len(items) == 0 {
			break
		}
	}
	return items, exact, err
}

// step evaluates a step with each item as context. If the only result of the last
// step is a plain array, that is the result of the path: exact.
func (ev *evaluation) step(step expr, items []any, env *frame, last bool) (results []any, exact any, err *Error) {
	n := step.note()
	found := stepResults{ev: ev, room: len(items)}
	name, isName := step.(*nameExpr)
	for _, item := range items {
		var v any
		if o, ok := item.(*value.Object); ok && isName {
			v = member(o, name.name)
		} else if isName {
			v, err = ev.field(item, name.name)
		} else {
			v, err = ev.eval(step, item, env)
		}
		for i := 0; i < len(n.stages) && err == nil; i++ {
			v, err = ev.selection(n.stages[i].predicate, v, env)
		}
		if err == nil {
			err = found.add(v)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if err := ev.take(len(items)); err != nil {
		return nil, nil, err
	}
	return found.done(last)
}

// stepResults collects what a step gives for each context value.
type stepResults struct {
	ev    *evaluation
	items []any
	first any // not in items yet: it is the result as it is, if it stays the only one
	count int
	room  int // for how many items to expect
}

func (r *stepResults) add(v any) *Error {
	switch v.(type) {
	case undefined:
		return nil
	case []any, *sequence:
	default:
		if r.count >= 2 {
			r.items = append(r.items, v)
			return nil
		}
	}
	if r.count++; r.count == 1 {
		r.first = v
		return nil
	}
	if r.count == 2 {
		if err := r.flatten(make([]any, 0, r.room), r.first); err != nil {
			return err
		}
	}
	return r.flatten(r.items, v)
}

func (r *stepResults) flatten(items []any, v any) (err *Error) {
	r.items, err = r.ev.appendFlat(items, v)
	return err
}

// done returns the results of the step, the path's last or not.
func (r *stepResults) done(last bool) (items []any, exact any, err *Error) {
	r.ev.containers++
	if r.count != 1 {
		return r.items, nil, nil
	}
	if plain, ok := arrayItems(r.first); ok && last && !isResult(r.first) {
		return plain, r.first, nil
	}
	err = r.flatten(nil, r.first)
	return r.items, nil, err
}

// field returns the member of an object, or those of all the objects in an array.
func (ev *evaluation) field(v any, name string) (any, *Error) {
	if o, ok := v.(*value.Object); ok {
		return member(o, name), nil
	}
	items, ok := arrayItems(v)
	if !ok {
		return undefined{}, nil
	}
	results, err := ev.appendFields(nil, items, name, 0)
	return result(results), err
}

// member returns the member of an object.
func member(o *value.Object, name string) any {
	m, ok := o.Get(name)
	if !ok {
		return undefined{}
	}
	if s, ok := m.(*sequence); ok {
		return s.single()
	}
	return m
}

// appendFields appends the members of that name of all the objects in an array,
// and in the arrays in it.
func (ev *evaluation) appendFields(results, items []any, name string, depth int) ([]any, *Error) {
	if err := ev.descend(len(items), depth); err != nil {
		return nil, err
	}
	for _, item := range items {
		var err *Error
		if o, ok := item.(*value.Object); ok {
			if m, ok := o.Get(name); ok {
				results, err = ev.appendItems(results, m)
			}
		} else if inner, ok := arrayItems(item); ok {
			results, err = ev.appendFields(results, inner, name, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	return results, ev.allocate(len(items) * itemSize)
}

// filter selects from a value what a predicate wants: the item at a position, or
// the items for which a condition holds.
func (ev *evaluation) filter(p *predicate, v any, env *frame) (any, *Error) {
	s, _ := v.(*sequence)
	items := itemsOf(v)
	kind := sequence{result: true}
	if s != nil {
		kind.tuples, kind.loose = s.tuples, s.loose
	}
	if p.fixed {
		return pick(items, p.at, kind), nil
	}
	for i, item := range items {
		in, frame, err := ev.context(item, s, env)
		if err != nil {
			return nil, err
		}
		res, err := ev.eval(p.cond, in, frame)
		if err != nil {
			return nil, err
		}
		times, err := ev.selected(res, i, len(items))
		if err != nil {
			return nil, err
		}
		for range times {
			kind.items = append(kind.items, ev.store(item))
		}
	}
	return &kind, ev.built(len(kind.items))
}

// noItem is the result of a position that there is not.
var noItem any = newSequence()

// selection is filter for a result that nobody changes: what a position selects
// stands for itself.
func (ev *evaluation) selection(p *predicate, v any, env *frame) (any, *Error) {
	if s, ok := v.(*sequence); !p.fixed || ok && s.tuples {
		return ev.filter(p, v, env)
	}
	if item := itemAt(v, p.at); !isUndefined(item) {
		return item, nil
	}
	return noItem, nil
}

// pick returns the item at a position, counted from the end if it is negative.
func pick(items []any, at int, kind sequence) any {
	if at < 0 {
		at += len(items)
	}
	if at < 0 || at >= len(items) || isUndefined(items[at]) {
		return &kind
	}
	if isArray(items[at]) {
		return items[at]
	}
	kind.items = items[at : at+1 : at+1]
	return &kind
}

// selected tells how often a predicate's value selects the i-th of n items: a
// number or an array of numbers are positions, anything else is true or false.
func (ev *evaluation) selected(v any, i, n int) (times int, err *Error) {
	positions, ok := arrayItems(v)
	if !ok {
		positions = []any{v}
	}
	if err := ev.spend(len(positions)); err != nil {
		return 0, err
	}
	for _, position := range positions {
		f, ok, err := numeric(position)
		if err != nil {
			return 0, err
		}
		if !ok {
			b, err := ev.boolean(v)
			if b {
				return 1, err
			}
			return 0, err
		}
		at := floorInt(f)
		if at < 0 {
			at += n
		}
		if at == i {
			times++
		}
	}
	return times, nil
}
