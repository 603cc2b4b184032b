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

// replaceMembers returns the object with each member replaced, a new one if any
// has changed.
func replaceMembers(o *value.Object, replace func(value.Member) (value.Member, *Error)) (replaced *value.Object, changed bool, err *Error) {
	var members []value.Member
	for i := range o.Len() {
		m := o.At(i)
		now, err := replace(m)
		if err != nil {
			return nil, false, err
		}
		if members == nil && (now.Name != m.Name || !same(now.Value, m.Value)) {
			members = make([]value.Member, i, o.Len())
			for j := range members {
				members[j] = o.At(j)
			}
		}
		if members != nil {
			members = append(members, now)
		}
	}
	if members == nil {
		return o, false, nil
	}
	return value.NewObject(members...), true, nil
}

// same reports whether replacing has left a value as it was.
func same(now, v any) bool {
	switch v := v.(type) {
	case nil, bool, int64, float64, value.Number:
		return true // never replaced
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
