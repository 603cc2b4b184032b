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

func (x *nameExpr) eval(_ *evaluation, in any, _ *frame) (any, *Error) {
	return field(in, x.name), nil
}

type variableExpr struct {
	notes
	name  string
	local bool // something in the expression may bind it
	slot  int  // among the free variables
}

func (x *variableExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	if x.name == "" {
		if s, ok := in.(*sequence); ok && s.wrapper {
			return s.items[0], nil
		}
		return in, nil
	}
	if x.local && env != nil {
		if v, ok := env.lookup(x.name); ok {
			return v, nil
		}
	}
	return ev.global(x.name, x.slot), nil
}

type parentExpr struct {
	notes
	slot *slot
}

func (x *parentExpr) eval(_ *evaluation, _ any, env *frame) (any, *Error) {
	if v, ok := env.lookup(x.slot.name); ok {
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
	add := func(v any) {
		if isArray(v) {
			results, plain = appendLeaves(results, v, 0), true
		} else {
			results = append(results, v)
		}
	}
	if o, ok := in.(*value.Object); ok {
		for m := range o.Members() {
			add(m.Value)
		}
	} else if items, ok := arrayItems(in); ok {
		for _, item := range items {
			add(item)
		}
	}
	if err := ev.spend(len(results)); err != nil {
		return nil, err
	}
	if err := ev.built(len(results)); err != nil {
		return nil, err
	}
	if plain {
		return results, nil
	}
	return newSequence(results...), nil
}

// appendLeaves appends what is in an array, and in the arrays in it, and so on.
func appendLeaves(results []any, v any, depth int) []any {
	items, ok := arrayItems(v)
	if !ok {
		return append(results, v)
	}
	if depth < maxNesting {
		for _, item := range items {
			results = appendLeaves(results, item, depth+1)
		}
	}
	return results
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
	return &sequence{items: results, result: true}, ev.built(len(results))
}

// appendDescendants appends a value and all below it, but for the arrays.
func (ev *evaluation) appendDescendants(results []any, v any, depth int) ([]any, *Error) {
	if depth > maxNesting {
		return nil, tooDeep()
	}
	if err := ev.spend(1); err != nil {
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
	items := make([]any, 0, len(x.items))
	for _, item := range x.items {
		v, err := ev.eval(item, in, env)
		if err != nil {
			return nil, err
		}
		if isUndefined(v) {
			continue
		}
		if _, ok := item.(*arrayExpr); ok {
			items = append(items, ev.store(v))
			continue
		}
		if inner, ok := arrayItems(v); ok {
			items = append(items, inner...)
		} else {
			items = append(items, ev.store(v))
		}
	}
	if err := ev.built(len(items)); err != nil {
		return nil, err
	}
	if x.consArray {
		ev.irregular = true
		return &sequence{items: items, built: true}, nil
	}
	return items, nil
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
	b, err := truth(v)
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
