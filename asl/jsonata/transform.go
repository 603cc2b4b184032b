package jsonata

import (
	"math"
	"strconv"

	"github.com/stepwise-go/stepwise/asl/value"
)

// transformExpr makes a function that changes a copy of its argument.
type transformExpr struct {
	notes
	pattern, update expr
	delete          expr // nil if there is none
	plain           bool // the update cannot hold its context value
}

// isPlain reports whether a tree is of operators, constructors and names only, so
// that its value is never its context value, and does not hold that.
func isPlain(n Node) bool {
	plain := true
	Walk(n, func(n Node) bool {
		switch n.(type) {
		case *Object, *Array, *Name, *Path, *Literal, *Binary, *Negation, *Condition:
		default:
			plain = false
		}
		return plain
	})
	return plain
}

var transformSignature, _ = parseSignature("<(oa):o>")

func (x *transformExpr) eval(ev *evaluation, _ any, env *frame) (any, *Error) {
	return ev.function(&native{signature: transformSignature, length: 1, fn: func(c call, args []any) (any, *Error) {
		return x.transform(c, args[0], env)
	}}), nil
}

// transform applies the update to every object that the pattern finds in a copy of
// a value. Values are immutable, so the changed objects are noted, and the copy is
// built anew with them.
func (x *transformExpr) transform(c call, v any, env *frame) (any, *Error) {
	if isUndefined(v) {
		return v, nil
	}
	root, err := x.clone(c, v, env)
	if err != nil {
		return nil, err
	}
	matches, err := c.eval(x.pattern, root, env)
	if err != nil || isUndefined(matches) {
		return root, err
	}
	changes := changes{}
	for _, match := range itemsOf(matches) {
		if err := x.change(c, changes, match, env); err != nil {
			return nil, err
		}
	}
	return changes.apply(c.evaluation, root, 0)
}

// clone copies with $clone, which an expression may replace.
func (x *transformExpr) clone(c call, v any, env *frame) (any, *Error) {
	clone, ok := c.lookup(env, "clone")
	if !ok {
		clone = c.lookupGlobal("clone")
	}
	if !isCallable(clone) {
		return nil, newError("T2013").at(x.mark)
	}
	return c.callback(clone, []any{v})
}

// change notes what becomes of a match.
func (x *transformExpr) change(c call, changes changes, match any, env *frame) *Error {
	current, err := changes.apply(c.evaluation, match, 0)
	if err != nil {
		return err
	}
	if original, ok := match.(*value.Object); ok && current == original && !x.plain {
		current = merged(original, nil) // so that an update may hold it as it was
	}
	update, err := c.eval(x.update, current, env)
	if err != nil {
		return err
	}
	object, isObject := current.(*value.Object)
	switch u := update.(type) {
	case undefined:
	case *value.Object:
		object = merged(object, u)
	default:
		return errorOf("T2011", update).at(x.update.note().mark)
	}
	// The deletions are evaluated with the update done.
	if x.delete != nil {
		var in any = object
		if !isObject {
			in = current
		}
		names, err := x.deletions(c, in, env)
		if err != nil {
			return err
		}
		for _, name := range names {
			object = object.Without(name.(string))
		}
	}
	if original, ok := match.(*value.Object); ok && isObject {
		changes[original] = object
		return c.allocate(object.Len() * memberSize)
	}
	return nil
}

// merged returns a new object: one with the members of another.
func merged(o, update *value.Object) *value.Object {
	switch update.Len() {
	case 0:
		return o.WithValues(func(m value.Member) any { return m.Value })
	case 1:
		return o.With(update.At(0).Name, update.At(0).Value)
	}
	members := make([]value.Member, 0, o.Len()+update.Len())
	for m := range o.Members() {
		members = append(members, m)
	}
	for m := range update.Members() {
		members = append(members, m)
	}
	return value.NewObject(members...)
}

// deletions returns the names of the members to delete, strings all.
func (x *transformExpr) deletions(c call, in any, env *frame) ([]any, *Error) {
	v, err := c.eval(x.delete, in, env)
	if err != nil || isUndefined(v) {
		return nil, err
	}
	names := itemsOf(v)
	for _, name := range names {
		if _, ok := name.(string); !ok {
			return nil, errorOf("T2012", v).at(x.delete.note().mark)
		}
	}
	return names, nil
}

// changes are what objects of a copy have become.
type changes map[*value.Object]*value.Object

// apply returns a value with the changes within it.
func (c changes) apply(ev *evaluation, v any, depth int) (any, *Error) {
	if o, ok := v.(*value.Object); ok {
		if changed, ok := c[o]; ok {
			o = changed
		}
		if err := ev.descend(o.Len(), depth); err != nil {
			return nil, err
		}
		o, changed, err := replaceValues(o, func(v any) (any, *Error) { return c.apply(ev, v, depth+1) })
		if err == nil && changed {
			err = ev.allocate(o.Len() * memberSize)
		}
		return o, err
	}
	items, ok := arrayItems(v)
	if !ok {
		return v, nil
	}
	if err := ev.descend(len(items), depth); err != nil {
		return nil, err
	}
	items, changed, err := replaceItems(items, func(item any) (any, *Error) { return c.apply(ev, item, depth+1) })
	if err != nil || !changed {
		return v, err
	}
	return items, ev.built(len(items))
}

// cloned returns a copy of a value in which every object is a new one, and numbers
// have fifteen digits, as a copy by way of JSON text has them.
func (ev *evaluation) cloned(v any, depth int) (any, *Error) {
	switch v := v.(type) {
	case nil, bool, string:
		return v, nil
	case undefined:
		return nil, nil
	case int64, float64, value.Number:
		return fifteenDigits(v), nil
	case *value.Object:
		if err := ev.descend(v.Len(), depth); err != nil {
			return nil, err
		}
		var failed *Error
		copied := v.WithValues(func(m value.Member) (c any) {
			if failed == nil {
				c, failed = ev.cloned(m.Value, depth+1)
			}
			return c
		})
		if failed != nil {
			return nil, failed
		}
		ev.containers++
		return copied, ev.allocate(v.Len() * memberSize)
	}
	items, ok := arrayItems(v)
	if !ok {
		return "", nil // a function
	}
	if err := ev.descend(len(items), depth); err != nil {
		return nil, err
	}
	copied := make([]any, len(items))
	for i, item := range items {
		c, err := ev.cloned(item, depth+1)
		if err != nil {
			return nil, err
		}
		copied[i] = c
	}
	return copied, ev.built(len(copied))
}

// isShort tells many of the numbers that have no more than fifteen digits.
func isShort(f float64) bool {
	const thousand, exact = 1000, 1e15
	n := f * thousand
	return n == math.Trunc(n) && math.Abs(n) < exact && n/thousand == f
}

// fifteenDigits rounds a number to fifteen significant digits. One that has no
// more keeps its spelling.
func fifteenDigits(v any) any {
	const digits, exact = 15, 1e15
	switch n := v.(type) {
	case int64:
		if -exact < n && n < exact {
			return v
		}
	case value.Number:
		if len(n) <= digits {
			return v
		}
	}
	f, _ := float(v)
	if isShort(f) {
		return v
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', digits-1, 64), 64)
	if err != nil || rounded == f {
		return v
	}
	return canonical(rounded)
}
