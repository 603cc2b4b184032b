package value

// Equal reports whether two values are the same: numbers if their texts spell the
// same number (1, 1.0 and 1e0), objects whatever the order of their members. Of
// numbers whose exponent has more than eighteen digits only the same text is equal.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && a == b
	case int64, float64, Number:
		return equalNumbers(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && equalArrays(a, b)
	case *Object:
		b, ok := b.(*Object)
		return ok && equalObjects(a, b)
	}
	panic(notAValue(a))
}

func equalNumbers(a, b any) bool {
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return a == b
		}
	case float64:
		if b, ok := b.(float64); ok {
			return a == b
		}
	case Number:
		if b, ok := b.(Number); ok && a == b {
			return true
		}
	}
	x, okX := decimalOf(a)
	y, okY := decimalOf(b)
	return okX && okY && x.equal(y)
}

func equalArrays(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b *Object) bool {
	if a.Len() != b.Len() {
		return false
	}
	if a == b {
		return true
	}
	for i := range a.Len() {
		m, at := a.members[i], i
		if b.members[i].Name != m.Name {
			var ok bool
			if at, ok = b.find(m.Name); !ok {
				return false
			}
		}
		if !Equal(m.Value, b.members[at].Value) {
			return false
		}
	}
	return true
}

// Kind returns the JSON name of the value's type: "null", "boolean", "number",
// "string", "array" or "object". It is empty for a Go value outside the set.
func Kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case int64, float64, Number:
		return "number"
	case []any:
		return "array"
	case *Object:
		return "object"
	}
	return ""
}
