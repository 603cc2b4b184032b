package jsonata

import "github.com/stepwise-go/stepwise/asl/value"

type literalExpr struct {
	notes
	value any
}

func (x *literalExpr) eval(*evaluation, any, *frame) (any, *Error) { return x.value, nil }

// placeholderExpr is a ? among arguments; it is never evaluated.
type placeholderExpr struct{ notes }

func (x *placeholderExpr) eval(*evaluation, any, *frame) (any, *Error) { return undefined{}, nil }

type nameExpr struct {
	notes
	name string
}

func (x *nameExpr) eval(ev *evaluation, in any, _ *frame) (any, *Error) {
	return ev.field(in, x.name)
}

type variableExpr struct {
	notes
	name  string
	local bool // something in the expression may bind it
	slot  int  // among the free variables
}

func (x *variableExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	v := x.lookup(ev, in, env)
	ev.irregular = ev.irregular || isCallable(v)
	return v, nil
}

func (x *variableExpr) lookup(ev *evaluation, in any, env *frame) any {
	if x.name == "" {
		if s, ok := in.(*sequence); ok && s.wrapper {
			return s.items[0]
		}
		return in
	}
	if x.local && env != nil {
		if v, ok := ev.lookup(env, x.name); ok {
			return v
		}
	}
	return ev.global(x.name, x.slot)
}

type parentExpr struct {
	notes
	slot *slot
}

func (x *parentExpr) eval(ev *evaluation, _ any, env *frame) (any, *Error) {
	if v, ok := ev.lookup(env, x.slot.name); ok {
		return v, nil
	}
	return undefined{}, nil
}

type wildcardExpr struct{ notes }

func (x *wildcardExpr) eval(ev *evaluation, in any, _ *frame) (any, *Error) {
	if s, ok := in.(*sequence); ok && s.wrapper {
		in = s.items[0]
	}
	var results []any
	plain := false // the reference makes a plain array where a member is one
	add := func(v any) (err *Error) {
		plain = plain || isArray(v)
		results, err = ev.appendLeaves(results, v, 0)
		return err
	}
	if o, ok := in.(*value.Object); ok {
		for m := range o.Members() {
			if err := add(m.Value); err != nil {
				return nil, err
			}
		}
	} else if items, ok := arrayItems(in); ok {
		for _, item := range items {
			if err := add(item); err != nil {
				return nil, err
			}
		}
		if s, ok := in.(*sequence); ok && s.result {
			results = append(results, true) // the mark of a sequence is a member of it in the reference
		}
	}
	ev.containers++
	if plain {
		return results, nil
	}
	return newSequence(results...), nil
}

// appendLeaves appends what is in an array, and in the arrays in it, and so on.
func (ev *evaluation) appendLeaves(results []any, v any, depth int) ([]any, *Error) {
	items, ok := arrayItems(v)
	if !ok {
		return append(results, v), ev.take(1)
	}
	if err := ev.descend(len(items), depth); err != nil {
		return nil, err
	}
	for _, item := range items {
		var err *Error
		if results, err = ev.appendLeaves(results, item, depth+1); err != nil {
			return nil, err
		}
	}
	return results, nil
}

type descendantsExpr struct{ notes }

func (x *descendantsExpr) eval(ev *evaluation, in any, _ *frame) (any, *Error) {
	if isUndefined(in) {
		return in, nil
	}
	results, err := ev.appendDescendants(nil, in, 0)
	if err != nil {
		return nil, err
	}
	ev.containers++
	return newSequence(results...), nil
}

// appendDescendants appends a value and all below it, but for the arrays.
func (ev *evaluation) appendDescendants(results []any, v any, depth int) ([]any, *Error) {
	if depth > maxNesting {
		return nil, tooDeep()
	}
	if err := ev.take(1); err != nil {
		return nil, err
	}
	var err *Error
	if items, ok := arrayItems(v); ok {
		for _, item := range items {
			if results, err = ev.appendDescendants(results, item, depth+1); err != nil {
				return nil, err
			}
		}
		return results, nil
	}
	results = append(results, v)
	if o, ok := v.(*value.Object); ok {
		for m := range o.Members() {
			if results, err = ev.appendDescendants(results, m.Value, depth+1); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

type arrayExpr struct {
	notes
	items []expr
}

func (x *arrayExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	if r, ok := x.onlyRange(); ok {
		return x.evalRange(ev, r, in, env)
	}
	items := make([]any, 0, len(x.items))
	for _, item := range x.items {
		v, err := ev.eval(item, in, env)
		if err != nil {
			return nil, err
		}
		if isUndefined(v) {
			continue
		}
		if _, ok := item.(*arrayExpr); ok || !isArray(v) {
			items = append(items, ev.store(v))
			continue
		}
		if items, err = ev.appendItems(items, v); err != nil {
			return nil, err
		}
	}
	if err := ev.built(len(x.items)); err != nil {
		return nil, err
	}
	return x.array(ev, items), nil
}

// array returns the items as the array that the constructor makes.
func (x *arrayExpr) array(ev *evaluation, items []any) any {
	if x.consArray {
		ev.irregular = true
		return &sequence{items: items, built: true}
	}
	return items
}

// onlyRange returns the range of an array such as [1..n].
func (x *arrayExpr) onlyRange() (*rangeExpr, bool) {
	if len(x.items) != 1 {
		return nil, false
	}
	r, ok := x.items[0].(*rangeExpr)
	return r, ok
}

// evalRange takes over the items of a range, which may be many.
func (x *arrayExpr) evalRange(ev *evaluation, r *rangeExpr, in any, env *frame) (any, *Error) {
	v, err := ev.eval(r, in, env)
	if err != nil {
		return nil, err
	}
	if isUndefined(v) {
		return x.array(ev, []any{}), nil
	}
	return x.array(ev, itemsOf(v)), nil
}

type blockExpr struct {
	notes
	exprs []expr
	scope bool // it binds variables
}

func (x *blockExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	if x.scope {
		env = newFrame(env)
	}
	var v any = undefined{}
	for _, e := range x.exprs {
		var err *Error
		if v, err = ev.eval(e, in, env); err != nil {
			return nil, err
		}
	}
	return v, nil
}

type conditionExpr struct {
	notes
	cond, then expr
	otherwise  expr // nil if there is none
}

func (x *conditionExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	v, err := ev.eval(x.cond, in, env)
	if err != nil {
		return nil, err
	}
	b, err := ev.boolean(v)
	if err != nil {
		return nil, err.at(x.mark)
	}
	if b {
		return ev.eval(x.then, in, env)
	}
	if x.otherwise != nil {
		return ev.eval(x.otherwise, in, env)
	}
	return undefined{}, nil
}

type assignExpr struct {
	notes
	name  string
	value expr
}

func (x *assignExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	v, err := ev.eval(x.value, in, env)
	if err != nil {
		return nil, err
	}
	env.bind(x.name, v)
	return v, nil
}
