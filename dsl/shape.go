package dsl

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
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

var (
	timeType          = reflect.TypeFor[time.Time]()
	numberType        = reflect.TypeFor[json.Number]()
	marshalerType     = reflect.TypeFor[json.Marshaler]()
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
)

// shapeOf returns the shape of a type's values; that of a pointer is that of
// what it points to.
func shapeOf(t reflect.Type) shape {
	for range maxPointers {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	switch {
	case t == timeType:
		return timeShape
	case t == numberType:
		return numberShape
	case implements(t, marshalerType):
		return anyShape
	case implements(t, textMarshalerType):
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
	if isNumeric(t.Kind()) {
		return numberShape
	}
	return anyShape
}

func isNumeric(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}

func isInteger(t reflect.Type) bool {
	return isNumeric(t.Kind()) && t.Kind() < reflect.Float32
}

// implements reports whether a type or a pointer to it implements an interface.
func implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || reflect.PointerTo(t).Implements(iface)
}

// marshalsItself reports whether encoding/json does not look into a type's
// values but asks them for their JSON.
func marshalsItself(t reflect.Type) bool {
	return t.Kind() != reflect.Interface && (implements(t, marshalerType) || implements(t, textMarshalerType))
}

// jsonField is a member of the object that encoding/json makes of a struct.
type jsonField struct {
	name     string
	index    []int // through embedded structs
	optional bool  // may be left out: omitempty or omitzero
	quoted   bool  // a scalar written as a string: the option "string"
	tagged   bool
}

// hiddenField is a field of a struct that is no member of the object.
type hiddenField struct {
	index []int
	why   string
}

// layout is how encoding/json writes a struct type.
type layout struct {
	fields   []jsonField   // in the order of the struct
	hidden   []hiddenField // the fields that are left out
	embedded [][]int       // the structs whose fields are among the outer one's
}

var layouts sync.Map // of *layout by reflect.Type

// layoutOf returns the layout of a struct type, by encoding/json's rules for
// tags, embedded structs and fields of one name.
func layoutOf(t reflect.Type) *layout {
	if known, ok := layouts.Load(t); ok {
		return known.(*layout)
	}
	known, _ := layouts.LoadOrStore(t, newLayout(t))
	return known.(*layout)
}

// embedding is a struct on the way through embedded structs.
type embedding struct {
	typ      reflect.Type
	index    []int
	optional bool // through a pointer: the fields of a nil one are left out
}

func newLayout(t reflect.Type) *layout {
	l := &layout{}
	var found []jsonField
	seen := map[reflect.Type]bool{}
	for next := []embedding{{typ: t}}; len(next) > 0; {
		level := next
		next = nil
		times := map[reflect.Type]int{}
		for _, e := range level {
			times[e.typ]++
		}
		for _, e := range level {
			if seen[e.typ] {
				continue
			}
			seen[e.typ] = true
			fields, inside := l.read(e)
			next = append(next, inside...)
			found = append(found, fields...)
			if times[e.typ] > 1 {
				found = append(found, fields...) // embedded twice, they annihilate each other
			}
		}
	}
	l.fields = dominant(found)
	for _, f := range found {
		if !slices.ContainsFunc(l.fields, func(k jsonField) bool { return slices.Equal(k.index, f.index) }) {
			l.hidden = append(l.hidden, hiddenField{f.index, "has a name that another field takes in the JSON"})
		}
	}
	return l
}

// read sorts the fields of one struct into those that have a member, those that
// are left out, and the structs that are embedded.
func (l *layout) read(e embedding) (fields []jsonField, inside []embedding) {
	for i := range e.typ.NumField() {
		f := e.typ.Field(i)
		index := append(slices.Clone(e.index), i)
		switch embedded := embeddedStruct(f); {
		case embedded != nil:
			l.embedded = append(l.embedded, index)
			inside = append(inside, embedding{embedded, index, e.optional || f.Type.Kind() == reflect.Pointer})
		case f.Tag.Get("json") == "-":
			l.hidden = append(l.hidden, hiddenField{index, `is left out of the JSON by its tag json:"-"`})
		case !f.IsExported() && !(f.Anonymous && pointee(f.Type).Kind() == reflect.Struct):
			l.hidden = append(l.hidden, hiddenField{index, "is unexported, so it is not in the JSON"})
		default:
			jf := newField(f, index)
			jf.optional = jf.optional || e.optional
			fields = append(fields, jf)
		}
	}
	return fields, inside
}

// embeddedStruct returns the struct type whose fields the outer struct has as
// its own, or nil.
func embeddedStruct(f reflect.StructField) reflect.Type {
	if !f.Anonymous || tagName(f) != "" || f.Tag.Get("json") == "-" {
		return nil
	}
	t := pointee(f.Type)
	if t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

func newField(f reflect.StructField, index []int) jsonField {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	jf := jsonField{name: tagName(f), index: index}
	jf.tagged = jf.name != ""
	if !jf.tagged {
		jf.name = f.Name
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty", "omitzero":
			jf.optional = true
		case "string":
			k := pointee(f.Type).Kind()
			jf.quoted = k == reflect.String || k == reflect.Bool || isNumeric(k)
		}
	}
	return jf
}

// pointee returns the type that an unnamed pointer type points to, else t.
func pointee(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return t.Elem()
	}
	return t
}

// tagName returns the name that a field's json tag gives it, or "".
func tagName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) {
			return ""
		}
	}
	return name
}

// dominant keeps of the fields of one name the least nested, of these the tagged
// one, and none if that leaves several.
func dominant(found []jsonField) []jsonField {
	byName := make(map[string][]jsonField, len(found))
	for _, f := range found {
		byName[f.name] = append(byName[f.name], f)
	}
	rank := func(f jsonField) int {
		if f.tagged {
			return 2 * len(f.index)
		}
		return 2*len(f.index) + 1
	}
	kept := make([]jsonField, 0, len(found))
	for _, same := range byName {
		slices.SortStableFunc(same, func(a, b jsonField) int { return rank(a) - rank(b) })
		if len(same) == 1 || rank(same[0]) < rank(same[1]) {
			kept = append(kept, same[0])
		}
	}
	slices.SortFunc(kept, func(a, b jsonField) int { return slices.Compare(a.index, b.index) })
	return kept
}
