package shape

import (
	"reflect"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/internal/jsontype"
)

// OfType returns what encoding/json writes for the values of a Go type. A struct has
// the members that its fields say and no others. What only a value can tell, as in
// interfaces and types that marshal themselves, may be anything.
func OfType(t reflect.Type) *Shape {
	if t == nil {
		return Any
	}
	r := typeReader{done: map[reflect.Type]*Shape{}}
	return r.read(t)
}

// typeReader reads each type once; within itself, a type may be anything.
type typeReader struct{ done map[reflect.Type]*Shape }

func (r *typeReader) read(t reflect.Type) *Shape {
	if s, ok := r.done[t]; ok {
		return s
	}
	r.done[t] = Any
	s := r.marshalled(t)
	if s != Any {
		declared := *s
		declared.declared = true
		s = &declared
	}
	r.done[t] = s
	return s
}

func (r *typeReader) marshalled(t reflect.Type) *Shape {
	switch {
	case t == jsontype.Time:
		return Timestamp
	case t == jsontype.Number:
		return AnyNumber
	case t.Kind() == reflect.Pointer:
		return orNull(r.read(t.Elem()))
	case t.Kind() == reflect.Interface || jsontype.Implements(t, jsontype.Marshaler):
		return Any
	case jsontype.Implements(t, jsontype.TextMarshaler):
		return AnyString
	}
	switch t.Kind() {
	case reflect.Bool:
		return AnyBoolean
	case reflect.String:
		return AnyString
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return orNull(AnyString) // Base64
		}
		return orNull(List(r.read(t.Elem())))
	case reflect.Array:
		return Tuple(slices.Repeat([]*Shape{r.read(t.Elem())}, min(t.Len(), maxItems+1))...)
	case reflect.Map:
		return orNull(Open(r.read(t.Elem())))
	case reflect.Struct:
		return r.object(t)
	}
	if jsontype.IsNumeric(t.Kind()) {
		return AnyNumber
	}
	return Any
}

func (r *typeReader) object(t reflect.Type) *Shape {
	var fields []Field
	for _, m := range members(t) {
		inner := r.read(m.Type)
		if m.Quoted {
			inner = AnyString
			if m.Type.Kind() == reflect.Pointer {
				inner = orNull(inner)
			}
		}
		fields = append(fields, Field{m.Name, inner, m.Optional})
	}
	return Record(fields...)
}

func orNull(s *Shape) *Shape { return Join(s, AnyNull) }

// members returns the members of a struct's JSON object, in the order of their names.
func members(t reflect.Type) []jsontype.Field {
	return slices.SortedFunc(slices.Values(jsontype.LayoutOf(t).Fields), func(a, b jsontype.Field) int {
		return strings.Compare(a.Name, b.Name)
	})
}
