package value

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// From returns any Go value as a JSON value. What is one already comes back as it
// is, without a copy; maps and slices of any are converted member by member, map
// keys sorted; everything else (structs, json.RawMessage, types with a MarshalJSON
// or MarshalText method) goes through encoding/json and its rules, invalid UTF-8
// replaced by U+FFFD included. The result is wholly of the set.
//
// It is an error if encoding/json refuses the value, if a number is NaN or
// infinite, or if the value is more than [MaxDepth] levels deep.
func From(v any) (any, error) { return from(v, 0) }

var errTooDeep = fmt.Errorf("the value is nested more than %d deep", MaxDepth)

func from(v any, depth int) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64:
		return v, nil
	case string:
		return validText(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is not a JSON number", v)
		}
		return FromFloat(v), nil
	case int:
		return int64(v), nil
	case Number:
		return fromNumber(string(v))
	case json.Number:
		return fromNumber(string(v))
	case []any:
		return fromSlice(v, depth)
	case map[string]any:
		return fromMap(v, depth)
	case *Object:
		return fromObject(v, depth)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Parse(string(text))
}

// validText returns s with U+FFFD for each byte that is not UTF-8.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

func fromNumber(text string) (any, error) {
	if n, ok := ParseNumber(text); ok {
		return n, nil
	}
	return nil, fmt.Errorf("%q is not a JSON number", text)
}

func fromSlice(elements []any, depth int) (any, error) {
	if depth == MaxDepth {
		return nil, errTooDeep
	}
	var converted []any
	for i, e := range elements {
		v, err := from(e, depth+1)
		if err != nil {
			return nil, err
		}
		if converted == nil && !same(e, v) {
			converted = slices.Clone(elements)
		}
		if converted != nil {
			converted[i] = v
		}
	}
	if converted == nil {
		return elements, nil
	}
	return converted, nil
}

func fromMap(m map[string]any, depth int) (any, error) {
	if depth == MaxDepth {
		return nil, errTooDeep
	}
	if m == nil {
		return nil, nil // as encoding/json has it
	}
	members := make([]Member, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		v, err := from(m[name], depth+1)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{validText(name), v})
	}
	return NewObject(members...), nil
}

func fromObject(o *Object, depth int) (any, error) {
	if depth == MaxDepth {
		return nil, errTooDeep
	}
	if o == nil {
		return o, nil
	}
	var converted []Member
	for i, m := range o.members {
		v, err := from(m.Value, depth+1)
		if err != nil {
			return nil, err
		}
		name := validText(m.Name)
		if converted == nil && (name != m.Name || !same(m.Value, v)) {
			converted = slices.Clone(o.members)
		}
		if converted != nil {
			converted[i] = Member{name, v}
		}
	}
	if converted == nil {
		return o, nil
	}
	return NewObject(converted...), nil
}

// same reports whether from gave back the very value it got.
func same(before, after any) bool {
	if b, ok := before.([]any); ok {
		a, ok := after.([]any)
		return ok && (len(a) == 0 || &a[0] == &b[0])
	}
	switch before.(type) {
	case nil, bool, string, int64, float64, Number, *Object:
		return before == after
	}
	return false
}

// To stores a value of the set in what dst points to, by the rules of json.Unmarshal and
// therefore of the Lambda runtime for Go: into an any go map[string]any and
// float64. A dst of type **[Object] or *json.RawMessage keeps order and numbers.
func To(v, dst any) error {
	if o, ok := v.(*Object); ok {
		if dst, ok := dst.(**Object); ok && dst != nil {
			*dst = o
			return nil
		}
	}
	return json.Unmarshal(Append(nil, v), dst)
}

// MarshalJSON returns the object's text, so that it may stand in Go values that
// encoding/json writes.
func (o *Object) MarshalJSON() ([]byte, error) { return Append(nil, o), nil }

// UnmarshalJSON makes o the object of the text, so that it may stand in Go values
// that encoding/json reads; null leaves it as it is. It writes into o: that is for
// fresh objects, as encoding/json makes them, never for one that is shared.
func (o *Object) UnmarshalJSON(text []byte) error {
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		return nil
	case *Object:
		*o = *v
		return nil
	}
	return fmt.Errorf("cannot read a JSON %s into an object", Kind(v))
}

// MarshalJSON returns the number's text.
func (n Number) MarshalJSON() ([]byte, error) {
	if _, ok := ParseNumber(string(n)); !ok {
		return nil, errors.New("not a JSON number: " + string(n))
	}
	return []byte(n), nil
}
