package jsonata

import (
	"math"

	"github.com/stepwise-go/stepwise/asl/value"
)

// While an expression is evaluated, a value is one of package value's types, or
// undefined, a *sequence or a callable. These three may stand within arrays and
// objects too; export removes them.

// undefined is the absence of a value.
type undefined = Undefined

// sequence is an array that remembers where it comes from. A plain array, of the
// input or of a constructor, is a []any.
type sequence struct {
	items []any

	result  bool // of a path or function: a single item stands for itself
	keep    bool // but not of this one
	built   bool // by an array constructor in a path: stays one value among others
	wrapper bool // the input, an array, as the one item
	tuples  bool // the items are *tuple
	loose   bool // but expressions see them as objects
}

// newSequence returns a result that holds these items.
func newSequence(items ...any) *sequence { return &sequence{items: items, result: true} }

// tuple is an item with the variables that a step has bound beside it. Only paths
// know of tuples; where a parent is sought through a block, one may get out of it,
// and stands for its item.
type tuple struct {
	item     any
	bindings []binding
}

// binding is a variable and its value.
type binding struct {
	name  string
	value any
}

// with returns the bindings and a further one, which hides one of the same name.
func with(bindings []binding, name string, v any) []binding {
	for i := range bindings {
		if bindings[i].name == name {
			changed := append([]binding(nil), bindings...)
			changed[i].value = v
			return changed
		}
	}
	return append(bindings[:len(bindings):len(bindings)], binding{name, v})
}

func isUndefined(v any) bool {
	_, ok := v.(undefined)
	return ok
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64, value.Number:
		return true
	}
	return false
}

func isArray(v any) bool {
	switch v.(type) {
	case []any, *sequence:
		return true
	}
	return false
}

// arrayItems returns the items of an array of either kind, and whether v is one.
func arrayItems(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case *sequence:
		return v.items, true
	}
	return nil, false
}

// itemsOf returns the items of an array, or any other value as the only item.
func itemsOf(v any) []any {
	if items, ok := arrayItems(v); ok {
		return items
	}
	return []any{v}
}

// single returns what a result stands for: nothing if it is empty, its only item,
// or itself.
func (s *sequence) single() any {
	switch {
	case !s.result || s.tuples:
		return s
	case len(s.items) == 0:
		return undefined{}
	case len(s.items) == 1 && !s.keep:
		return s.items[0]
	}
	return s
}

// isResult reports whether v is a result of a path or function, not a plain array.
func isResult(v any) bool {
	s, ok := v.(*sequence)
	return ok && s.result
}

// result returns the items as a result, or as what the result stands for.
func result(items []any) any {
	switch len(items) {
	case 0:
		return undefined{}
	case 1:
		return items[0]
	}
	return &sequence{items: items, result: true}
}

// appendFlat appends a value, or an array's items unless it stays one value.
func (ev *evaluation) appendFlat(items []any, v any) ([]any, *Error) {
	if s, ok := v.(*sequence); ok && s.built {
		return append(items, v), nil
	}
	return ev.appendItems(items, v)
}

// appendItems appends a value, or an array's items.
func (ev *evaluation) appendItems(items []any, v any) ([]any, *Error) {
	inner, ok := arrayItems(v)
	if !ok {
		return append(items, v), nil
	}
	if err := ev.take(len(inner)); err != nil {
		return nil, err
	}
	return append(items, inner...), nil
}

// appendValues joins two values into one array; one that is undefined leaves the
// other as it is.
func appendValues(a, b any) any {
	if isUndefined(a) {
		return b
	}
	if isUndefined(b) {
		return a
	}
	left, right := itemsOf(a), itemsOf(b)
	joined := make([]any, 0, len(left)+len(right))
	return append(append(joined, left...), right...)
}

// float returns the float64 nearest to a number, and whether v is a number.
func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case value.Number:
		return value.Float(v)
	}
	return 0, false
}

// numeric is float for an operand: NaN is none, and an infinity is an error.
func numeric(v any) (float64, bool, *Error) {
	f, ok := float(v)
	if !ok || math.IsNaN(f) {
		return 0, false, nil
	}
	if math.IsInf(f, 0) {
		return 0, false, errorOf("D1001", v)
	}
	return f, true, nil
}

// boolean returns the truth of a value: false for undefined, null, zero, the empty
// string, array and object, arrays of nothing but these, regular expressions, and
// functions that have been passed as arguments.
func (ev *evaluation) boolean(v any) (bool, *Error) { return ev.booleanAt(v, 0) }

func (ev *evaluation) booleanAt(v any, depth int) (bool, *Error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		return v != "", nil
	case int64:
		return v != 0, nil
	case float64, value.Number:
		f, ok, err := numeric(v)
		return ok && f != 0, err
	case *value.Object:
		return v.Len() > 0, nil
	case *lambda:
		return !v.passed, nil
	case *native:
		return !v.passed, nil
	}
	items, ok := arrayItems(v)
	if !ok {
		_, isTuple := v.(*tuple)
		return isTuple, nil
	}
	if err := ev.descend(len(items), depth); err != nil {
		return false, err
	}
	some := false
	for _, item := range items {
		b, err := ev.booleanAt(item, depth+1)
		if err != nil {
			return false, err
		}
		some = some || b
	}
	return some, nil
}

// equal reports whether two values are the same: numbers by value, objects
// whatever the order of their members.
func (ev *evaluation) equal(a, b any) (bool, *Error) { return ev.equalAt(a, b, 0) }

func (ev *evaluation) equalAt(a, b any, depth int) (bool, *Error) {
	switch a := a.(type) {
	case nil:
		return b == nil, nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b, nil
	case string:
		b, ok := b.(string)
		ev.scan(len(a))
		return ok && a == b, nil
	case int64, float64, value.Number:
		x, _ := float(a)
		y, ok := float(b)
		return ok && x == y, nil
	case *value.Object:
		b, ok := b.(*value.Object)
		if !ok || a.Len() != b.Len() {
			return false, nil
		}
		return ev.equalMembers(a, b, depth)
	}
	x, ok := arrayItems(a)
	if !ok {
		return isCallable(b) && a == b, nil
	}
	y, ok := arrayItems(b)
	if !ok || len(x) != len(y) {
		return false, nil
	}
	if err := ev.descend(len(x), depth); err != nil {
		return false, err
	}
	for i := range x {
		if same, err := ev.equalAt(x[i], y[i], depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (ev *evaluation) equalMembers(a, b *value.Object, depth int) (bool, *Error) {
	if a == b {
		return true, nil
	}
	if err := ev.descend(a.Len(), depth); err != nil {
		return false, err
	}
	for m := range a.Members() {
		other, ok := b.Get(m.Name)
		if !ok {
			return false, nil
		}
		if same, err := ev.equalAt(m.Value, other, depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// descend takes the steps of looking into an array or object of n items that
// stands so deep in a value.
func (ev *evaluation) descend(n, depth int) *Error {
	if depth > maxNesting {
		return tooDeep()
	}
	return ev.spend(n + 1)
}
