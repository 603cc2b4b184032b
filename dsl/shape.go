package dsl

import (
	"reflect"

	"github.com/stepwise-go/stepwise/internal/jsontype"
)

// shape is how encoding/json writes the values of a Go type, as far as it can be
// told from the type.
type shape int

const (
	anyShape shape = iota // known only at run time
	stringShape
	numberShape
	boolShape
	timeShape // a string that is an RFC 3339 timestamp
	listShape
	objectShape
)

func (s shape) String() string {
	return [...]string{"any value", "a string", "a number", "a boolean", "a timestamp", "a list", "an object"}[s]
}

// shapeOf returns the shape of a type's values; that of a pointer is that of
// what it points to.
func shapeOf(t reflect.Type) shape {
	for range maxPointers {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	switch {
	case t == jsontype.Time:
		return timeShape
	case t == jsontype.Number:
		return numberShape
	case jsontype.Implements(t, jsontype.Marshaler):
		return anyShape
	case jsontype.Implements(t, jsontype.TextMarshaler):
		return stringShape
	}
	switch t.Kind() {
	case reflect.String:
		return stringShape
	case reflect.Bool:
		return boolShape
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return stringShape // Base64
		}
		return listShape
	case reflect.Array:
		return listShape
	case reflect.Struct, reflect.Map:
		return objectShape
	}
	if jsontype.IsNumeric(t.Kind()) {
		return numberShape
	}
	return anyShape
}

func isInteger(t reflect.Type) bool {
	return jsontype.IsNumeric(t.Kind()) && t.Kind() < reflect.Float32
}
