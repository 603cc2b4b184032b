package jsonata

import "github.com/stepwise-go/stepwise/asl/value"

// evalTuples evaluates a path that binds variables or looks for parents: from the
// first step that does, each value carries what has been bound on its way.
func (p *pathExpr) evalTuples(ev *evaluation, in any, env *frame) (any, *Error) {
	ev.irregular = true // a tuple may get out of a block
	items, exact, rest, err := p.untilTuples(ev, in, env)
	if err != nil {
		return nil, err
	}
	var stream *sequence
	for _, step := range rest {
		if stream, err = ev.tupleStep(step, stream, items, env); err != nil {
			return nil, err
		}
	}
	var v any
	switch {
	case stream == nil:
		v = p.kept(items, exact)
	case p.tuple:
		v = stream
	case p.group != nil:
		if v, err = ev.tuplesToGroup(stream); err != nil {
			return nil, err
		}
	default:
		v = p.kept(stream.values(), nil)
	}
	if p.group != nil {
		return ev.group(p.group, v, env)
	}
	return v, nil
}

// untilTuples takes the steps up to the first that makes tuples. It returns that
// and the rest, none if nothing has been found up to there.
func (p *pathExpr) untilTuples(ev *evaluation, in any, env *frame) (items []any, exact any, rest []expr, err *Error) {
	items = p.contexts(in)
	for i, step := range p.steps {
		n := step.note()
		switch s, sorts := step.(*sortExpr); {
		case i == 0 && n.consArray:
			// What the step binds is lost, as in the reference.
			constructed, exact, over, err := p.construct(ev, in, env)
			if n.focus == "" {
				items = constructed
			}
			if err != nil || over && !n.tuple {
				return items, exact, nil, err
			}
			if n.tuple {
				return items, exact, p.steps[1:], nil
			}
			continue
		case n.tuple:
			return items, nil, p.steps[i:], nil
		case sorts:
			items, exact, err = s.sortStep(ev, items, env)
		default:
			items, exact, err = ev.step(step, items, env, i == len(p.steps)-1)
		}
		if err != nil || len(items) == 0 {
			break
		}
	}
	return items, exact, nil, err
}

// tuplesToGroup returns what a grouping sees of tuples.
func (ev *evaluation) tuplesToGroup(stream *sequence) (any, *Error) {
	if !stream.loose {
		return stream, nil
	}
	objects := make([]any, len(stream.items))
	for i, t := range stream.items {
		var err *Error
		if objects[i], err = t.(*tuple).asObject(ev); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// tuplesOf returns the items as tuples without bindings.
func tuplesOf(items []any) *sequence {
	s := &sequence{items: make([]any, len(items)), result: true, tuples: true}
	for i, item := range items {
		s.items[i] = &tuple{item: item}
	}
	return s
}

// values returns the items of the tuples.
func (s *sequence) values() []any {
	items := make([]any, len(s.items))
	for i, t := range s.items {
		items[i] = t.(*tuple).item
	}
	return items
}

// tupleStep evaluates a step with each tuple's item as context and its bindings as
// variables. If there are no tuples yet, they are made of the items.
func (ev *evaluation) tupleStep(step expr, stream *sequence, items []any, env *frame) (*sequence, *Error) {
	n := step.note()
	if s, ok := step.(*sortExpr); ok {
		sorted, err := ev.sortTuples(s, stream, items, env)
		if err != nil {
			return nil, err
		}
		return ev.tupleStages(n.stages, sorted, env)
	}
	if stream == nil {
		stream = tuplesOf(items)
	}
	results := &sequence{result: true, tuples: true}
	for _, item := range stream.items {
		t := item.(*tuple)
		v, err := ev.eval(step, t.item, bound(env, t.bindings))
		if err != nil {
			return nil, err
		}
		if isUndefined(v) {
			continue
		}
		s, _ := v.(*sequence)
		before := len(results.items)
		for i, item := range itemsOf(v) {
			if s != nil && s.tuples {
				results.items = append(results.items, t.around(item.(*tuple)))
			} else {
				results.items = append(results.items, t.stepped(n, item, i))
			}
		}
		if err := ev.take(tupleItems * (len(results.items) - before)); err != nil {
			return nil, err
		}
	}
	return ev.tupleStages(n.stages, results, env)
}

// sortTuples orders tuples. Only where there were none before, the sort binds the
// index; and where there were, the reference no longer takes the result for
// tuples, so that predicates and groupings see them as objects.
func (ev *evaluation) sortTuples(s *sortExpr, stream *sequence, items []any, env *frame) (*sequence, *Error) {
	if stream != nil {
		sorted, err := s.sorted(ev, stream.items, env)
		return &sequence{items: sorted, result: true, tuples: true, loose: stream.loose || len(sorted) > 1}, err
	}
	sorted, err := s.sorted(ev, items, env)
	if err != nil {
		return nil, err
	}
	stream = tuplesOf(sorted)
	for i, item := range stream.items {
		t := item.(*tuple)
		stream.items[i] = &tuple{t.item, with(nil, s.index, int64(i))}
	}
	return stream, nil
}

// tupleItems is how many items of an array a tuple is worth.
const tupleItems = 6

// around returns the inner tuple with the bindings of the outer too.
func (t *tuple) around(inner *tuple) *tuple {
	bindings := t.bindings
	for _, b := range inner.bindings {
		bindings = with(bindings, b.name, b.value)
	}
	return &tuple{inner.item, bindings}
}

// stepped returns the tuple of a value that a step has found at t.
func (t *tuple) stepped(n *notes, v any, at int) *tuple {
	next := &tuple{v, t.bindings}
	if n.focus != "" {
		next.item = t.item
		next.bindings = with(next.bindings, n.focus, v)
	}
	if n.index != "" {
		next.bindings = with(next.bindings, n.index, int64(at))
	}
	if n.ancestor != nil {
		next.bindings = with(next.bindings, n.ancestor.name, t.item)
	}
	return next
}

// tupleStages applies a step's predicates and index bindings to all its tuples.
func (ev *evaluation) tupleStages(stages []stage, stream *sequence, env *frame) (*sequence, *Error) {
	for _, st := range stages {
		if st.predicate == nil {
			for i, item := range stream.items {
				t := item.(*tuple)
				stream.items[i] = &tuple{t.item, with(t.bindings, st.index, int64(i))}
			}
			continue
		}
		v, err := ev.filter(st.predicate, stream, env)
		if err != nil {
			return nil, err
		}
		stream = v.(*sequence)
	}
	return stream, nil
}

// asObject returns the tuple as the object that it is in the reference.
func (t *tuple) asObject(ev *evaluation) (any, *Error) {
	members := []value.Member{{Name: "@", Value: ev.store(t.item)}}
	for _, b := range t.bindings {
		members = append(members, value.Member{Name: b.name, Value: ev.store(b.value)})
	}
	return ev.object(members)
}

// context returns what an expression about an item of an array is evaluated with.
func (ev *evaluation) context(item any, s *sequence, env *frame) (any, *frame, *Error) {
	t, ok := item.(*tuple)
	switch {
	case !ok:
		return item, env, nil
	case s != nil && s.loose:
		o, err := t.asObject(ev)
		return o, env, err
	}
	return t.item, bound(env, t.bindings), nil
}

// reduced joins tuples into one, whose item and variables hold those of all. Those
// that are spent have no item any more.
func (ev *evaluation) reduced(tuples []any, spent map[any]bool) (*tuple, *Error) {
	item := joined{first: undefined{}}
	var names []string
	values := map[string]*joined{}
	for i, t := range tuples {
		t := t.(*tuple)
		if i == 0 && !spent[t] {
			item.first = t.item
		} else if !spent[t] {
			if err := item.add(ev, t.item); err != nil {
				return nil, err
			}
		}
		for _, b := range t.bindings {
			if values[b.name] == nil {
				names = append(names, b.name)
				values[b.name] = &joined{first: b.value}
			} else if err := values[b.name].add(ev, b.value); err != nil {
				return nil, err
			}
		}
	}
	all := &tuple{item: item.value()}
	for _, name := range names {
		all.bindings = append(all.bindings, binding{name, values[name].value()})
	}
	return all, nil
}
