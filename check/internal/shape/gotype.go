package shape

import (
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

var (
	timeType            = reflect.TypeFor[time.Time]()
	numberType          = reflect.TypeFor[json.Number]()
	marshalerType       = reflect.TypeFor[json.Marshaler]()
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
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
	case t == timeType:
		return Timestamp
	case t == numberType:
		return AnyNumber
	case t.Kind() == reflect.Pointer:
		return orNull(r.read(t.Elem()))
	case t.Kind() == reflect.Interface || implements(t, marshalerType):
		return Any
	case implements(t, textMarshalerType):
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
	if isNumeric(t.Kind()) {
		return AnyNumber
	}
	return Any
}

func (r *typeReader) object(t reflect.Type) *Shape {
	var fields []Field
	for _, m := range members(t) {
		inner := r.read(m.typ)
		if m.quoted {
			inner = AnyString
			if m.typ.Kind() == reflect.Pointer {
				inner = orNull(inner)
			}
		}
		fields = append(fields, Field{m.name, inner, m.optional})
	}
	return Record(fields...)
}

func orNull(s *Shape) *Shape { return Join(s, AnyNull) }

func isNumeric(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}

// implements reports whether a type or a pointer to it implements an interface.
func implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || reflect.PointerTo(t).Implements(iface)
}

// member is a member of the object that encoding/json makes of a struct.
type member struct {
	name     string
	typ      reflect.Type
	depth    int // of embedding
	tagged   bool
	optional bool // may be left out
	quoted   bool // a scalar that is written as a string
}

// members returns the members of a struct's JSON object, by encoding/json's rules
// for tags, embedded structs and fields of one name.
func members(t reflect.Type) []member {
	var found []member
	gather(t, 0, false, map[reflect.Type]bool{}, &found)
	byRank := func(a, b member) int {
		if n := cmp.Compare(a.depth, b.depth); n != 0 {
			return n
		}
		switch {
		case a.tagged && !b.tagged:
			return -1
		case b.tagged && !a.tagged:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b member) int {
		return cmp.Or(strings.Compare(a.name, b.name), byRank(a, b))
	})
	var kept []member
	for i := 0; i < len(found); {
		end := i + 1
		for end < len(found) && found[end].name == found[i].name {
			end++
		}
		if end == i+1 || byRank(found[i], found[i+1]) < 0 {
			kept = append(kept, found[i])
		}
		i = end
	}
	return kept
}

// gather adds the members of a struct and those of the structs embedded in it.
func gather(t reflect.Type, depth int, optional bool, around map[reflect.Type]bool, found *[]member) {
	if around[t] {
		return
	}
	around[t] = true
	defer delete(around, t)
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" && options == "" && f.Tag.Get("json") == "-" {
			continue
		}
		if !isName(name) {
			name = ""
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer && inner.Name() == "" {
			inner = inner.Elem()
		}
		if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			gather(inner, depth+1, optional || f.Type.Kind() == reflect.Pointer, around, found)
			continue
		}
		if !f.IsExported() {
			continue
		}
		m := member{name: name, typ: f.Type, depth: depth, tagged: name != "", optional: optional}
		if !m.tagged {
			m.name = f.Name
		}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "omitempty", "omitzero":
				m.optional = true
			case "string":
				k := inner.Kind()
				m.quoted = k == reflect.String || k == reflect.Bool || isNumeric(k)
			}
		}
		*found = append(*found, m)
	}
}

// isName reports whether encoding/json takes a tag's text for a name.
func isName(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) {
			return false
		}
	}
	return true
}
