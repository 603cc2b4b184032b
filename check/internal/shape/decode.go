package shape

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/internal/jsontype"
)

// Misfit is a way in which values do not fit the Go type that encoding/json is to
// read them into.
type Misfit struct {
	Path    []string // names of members down to what does not fit
	Message string   // a phrase that goes on from what is there: "is a string, ..."
	Certain bool     // decoding fails, or nothing of the value is read
	Missing bool     // a member is missing, rather than wrong
}

// Misfits returns how the values of a shape do not fit a Go type. Members that the
// type lacks are no misfit, as encoding/json passes them over, and neither is null.
func Misfits(t reflect.Type, s *Shape) []Misfit {
	if t == nil {
		return nil
	}
	d := &decoder{}
	d.value(t, s, nil)
	return d.found
}

type decoder struct {
	found []Misfit
	parts int // looked at so far
}

func (d *decoder) add(path []string, certain bool, format string, args ...any) {
	d.found = append(d.found, Misfit{Path: slices.Clone(path), Message: fmt.Sprintf(format, args...), Certain: certain})
}

func (d *decoder) value(t reflect.Type, s *Shape, path []string) {
	if d.parts++; s == nil || s == Any || len(path) > maxDepth || d.parts > maxParts {
		return
	}
	for t.Kind() == reflect.Pointer && !t.Implements(jsontype.Unmarshaler) {
		t = t.Elem()
	}
	if t.Kind() == reflect.Interface {
		return
	}
	takes, name := accepted(t)
	if !s.May(takes | Null) {
		d.add(path, true, "is %s, and %s takes %s", s, t, name)
		return
	}
	if t == jsontype.Time {
		if some, _ := s.Instants(); s.Is(String) && !some {
			d.add(path, true, "is %s, and %s takes %s", s, t, name)
		}
		return
	}
	if takes&(Array|Object) == 0 || takes == every {
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.object(t, s, path)
	case reflect.Map:
		for _, f := range s.Fields() {
			d.value(t.Elem(), f.Shape, append(path, f.Name))
		}
	case reflect.Slice, reflect.Array:
		d.value(t.Elem(), s.Element(), append(path, "[]"))
	}
}

// accepted returns the kinds of values that encoding/json reads into a type, null
// apart, and their name.
func accepted(t reflect.Type) (Kinds, string) {
	switch {
	case t == jsontype.Time:
		return String, "a timestamp"
	case t == jsontype.Number:
		return Number | String, "a number"
	case jsontype.Implements(t, jsontype.Unmarshaler):
		return every, ""
	case jsontype.Implements(t, jsontype.TextUnmarshaler):
		return String, "a string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return Boolean, "a boolean"
	case reflect.String:
		return String, "a string"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return String | Array, "a string in Base64"
		}
		return Array, "an array"
	case reflect.Array:
		return Array, "an array"
	case reflect.Map, reflect.Struct:
		return Object, "an object"
	}
	if jsontype.IsNumeric(t.Kind()) {
		return Number, "a number"
	}
	return every, ""
}

func (d *decoder) object(t reflect.Type, s *Shape, path []string) {
	if !s.May(Object) {
		return
	}
	var missing []string
	wanted, there := 0, 0
	for _, m := range members(t) {
		wanted++
		found := s.fold(m.Name)
		switch {
		case found == nil && s.others == nil && !m.Optional:
			missing = append(missing, m.Name)
		case found == nil:
		case m.Quoted:
			there++
			if !found.May(String | Null) {
				d.add(append(path, m.Name), true, "is %s, and the field takes a string", found)
			}
		default:
			there++
			d.value(m.Type, found, append(path, m.Name))
		}
	}
	if len(missing) == 0 {
		return
	}
	misfit := Misfit{Path: slices.Clone(path), Certain: there == 0, Missing: true}
	if there == 0 && wanted > 0 {
		misfit.Message = fmt.Sprintf("is %s and holds nothing that %s takes: %s", s, t, Names(missing))
	} else {
		misfit.Message = fmt.Sprintf("lacks %s, which %s takes", Names(missing), t)
	}
	d.found = append(d.found, misfit)
}

// fold returns the member of that name, or else of one that differs in letters' case
// only, as encoding/json finds it.
func (s *Shape) fold(name string) *Shape {
	if i, ok := s.field(name); ok {
		return s.fields[i].Shape
	}
	for _, f := range s.fields {
		if strings.EqualFold(f.Name, name) {
			return f.Shape
		}
	}
	return nil
}
