package jsonata

import "github.com/stepwise-go/stepwise/asl/value"

// replaceItems returns the items with each replaced, in a new array if any has
// changed.
func replaceItems(items []any, replace func(any) (any, *Error)) (replaced []any, changed bool, err *Error) {
	for i, item := range items {
		now, err := replace(item)
		if err != nil {
			return nil, false, err
		}
		if replaced == nil && !same(now, item) {
			replaced = append(make([]any, 0, len(items)), items[:i]...)
		}
		if replaced != nil {
			replaced = append(replaced, now)
		}
	}
	if replaced == nil {
		return items, false, nil
	}
	return replaced, true, nil
}

// replaceValues returns the object with the value of each member replaced, a new one
// if any has changed.
func replaceValues(o *value.Object, replace func(any) (any, *Error)) (replaced *value.Object, changed bool, err *Error) {
	var values []any
	for i := range o.Len() {
		v := o.At(i).Value
		now, err := replace(v)
		if err != nil {
			return nil, false, err
		}
		if values == nil && !same(now, v) {
			values = make([]any, i, o.Len())
			for j := range values {
				values[j] = o.At(j).Value
			}
		}
		if values != nil {
			values = append(values, now)
		}
	}
	if values == nil {
		return o, false, nil
	}
	i := 0
	return o.WithValues(func(value.Member) any { i++; return values[i-1] }), true, nil
}

// same reports whether replacing has left a value as it was.
func same(now, v any) bool {
	switch v := v.(type) {
	case nil, bool, int64, value.Number:
		return true // never replaced
	case float64:
		_, ok := now.(float64)
		return ok // replaced by a string only
	case string:
		return now == v
	case *value.Object:
		return now == v
	case []any:
		n, ok := now.([]any)
		return ok && len(n) == len(v) && (len(n) == 0 || &n[0] == &v[0])
	}
	return false
}
