package jsonata

import "github.com/stepwise-go/stepwise/asl/value"

// grouping is what stands in the braces of an object constructor or a grouping.
type grouping struct {
	mark  mark
	pairs []pairExpr
	names []string // the keys, if they are constant and all different
}

type pairExpr struct{ key, value expr }

// settle finds out whether the keys are constant.
func (g *grouping) settle() {
	seen := map[string]bool{}
	for _, p := range g.pairs {
		lit, ok := p.key.(*literalExpr)
		if !ok {
			return
		}
		name, ok := lit.value.(string)
		if !ok || seen[name] || lit.predicates != nil || lit.group != nil {
			return
		}
		seen[name] = true
	}
	for _, p := range g.pairs {
		g.names = append(g.names, p.key.(*literalExpr).value.(string))
	}
}

// objectExpr is an object constructor: it groups its context value.
type objectExpr struct {
	notes
	group *grouping
}

func (x *objectExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	return ev.group(x.group, in, env)
}

// group makes an object of a value: the items for which a key is the same give one
// member, whose value has them as context.
func (ev *evaluation) group(g *grouping, v any, env *frame) (any, *Error) {
	s, _ := v.(*sequence)
	ofTuples := s != nil && s.tuples
	if g.names != nil && !ofTuples {
		return ev.namedGroup(g, v, env)
	}
	items := itemsOf(v)
	if len(items) == 0 && !ofTuples {
		items = []any{undefined{}}
	}
	groups, err := ev.grouped(g, items, s, env)
	if err != nil {
		return nil, err
	}
	members := make([]value.Member, 0, len(groups))
	spent := map[any]bool{}
	for _, group := range groups {
		in, frame := group.data.value(), env
		if ofTuples {
			t, err := ev.reduced(itemsOf(in), spent)
			if err != nil {
				return nil, err
			}
			if group.data.items == nil {
				spent[in] = true // the reference takes the item out of the tuple itself
			}
			in, frame = t.item, bound(env, t.bindings)
		}
		v, err := ev.eval(g.pairs[group.pair].value, in, frame)
		if err != nil {
			return nil, err
		}
		if !isUndefined(v) {
			members = append(members, value.Member{Name: group.key, Value: ev.store(v)})
		}
	}
	return ev.object(members)
}

// namedGroup is group for constant keys: each has all the items.
func (ev *evaluation) namedGroup(g *grouping, v any, env *frame) (any, *Error) {
	in := v
	if items, ok := arrayItems(v); ok {
		switch len(items) {
		case 0:
			in = undefined{}
		case 1:
			in = items[0]
		default:
			var flat []any
			for _, item := range items {
				var err *Error
				if flat, err = ev.appendItems(flat, item); err != nil {
					return nil, err
				}
			}
			in = flat
		}
	}
	members := make([]value.Member, 0, len(g.pairs))
	for i := range g.pairs {
		v, err := ev.eval(g.pairs[i].value, in, env)
		if err != nil {
			return nil, err
		}
		if !isUndefined(v) {
			members = append(members, value.Member{Name: g.names[i], Value: ev.store(v)})
		}
	}
	return ev.object(members)
}

// keyGroup is the items that have a key in common.
type keyGroup struct {
	key  string
	pair int // the pair that the key is of
	data joined
}

// joined is a value, or an array of the items of several.
type joined struct {
	first any
	items []any // if there are several
}

func (j *joined) add(ev *evaluation, v any) (err *Error) {
	if isUndefined(v) {
		return nil
	}
	if j.items == nil {
		if isUndefined(j.first) {
			j.first = v
			return nil
		}
		if j.items, err = ev.appendItems(make([]any, 0, 4), j.first); err != nil {
			return err
		}
	}
	j.items, err = ev.appendItems(j.items, v)
	return err
}

func (j *joined) value() any {
	if j.items == nil {
		return j.first
	}
	return j.items
}

// grouped returns the groups in the order of their first items.
func (ev *evaluation) grouped(g *grouping, items []any, s *sequence, env *frame) ([]*keyGroup, *Error) {
	var groups []*keyGroup
	byKey := map[string]*keyGroup{}
	for _, item := range items {
		in, frame, err := ev.context(item, s, env)
		if err != nil {
			return nil, err
		}
		for i, pair := range g.pairs {
			k, err := ev.eval(pair.key, in, frame)
			if err != nil {
				return nil, err
			}
			if isUndefined(k) {
				continue
			}
			key, ok := k.(string)
			if !ok {
				return nil, errorOf("T1003", k).at(g.mark)
			}
			ev.scan(len(key))
			group := byKey[key]
			switch {
			case group == nil:
				group = &keyGroup{key: key, pair: i, data: joined{first: item}}
				byKey[key] = group
				groups = append(groups, group)
			case group.pair != i:
				return nil, errorOf("D1009", key).at(g.mark)
			default:
				if err := group.data.add(ev, item); err != nil {
					return nil, err
				}
			}
		}
	}
	return groups, nil
}
