// Package jsontype tells how encoding/json writes and reads the values of a Go type,
// as far as that can be told from the type.
package jsontype

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

// The types that encoding/json treats unlike others of their kind.
var (
	Time            = reflect.TypeFor[time.Time]()
	Number          = reflect.TypeFor[json.Number]()
	Marshaler       = reflect.TypeFor[json.Marshaler]()
	TextMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	Unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	TextUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// IsNumeric reports whether values of a kind are numbers in JSON.
func IsNumeric(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}

// Implements reports whether a type or a pointer to it implements an interface.
func Implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || reflect.PointerTo(t).Implements(iface)
}

// MarshalsItself reports whether encoding/json does not look into a type's
// values but asks them for their JSON.
func MarshalsItself(t reflect.Type) bool {
	return t.Kind() != reflect.Interface && (Implements(t, Marshaler) || Implements(t, TextMarshaler))
}

// Field is a member of the object that encoding/json makes of a struct.
type Field struct {
	Name     string
	Index    []int // through embedded structs
	Type     reflect.Type
	Optional bool // may be left out: omitempty or omitzero
	Quoted   bool // a scalar written as a string: the option "string"
	tagged   bool
}

// Hidden is a field of a struct that is no member of the object.
type Hidden struct {
	Index []int
	Why   string
}

// Layout is how encoding/json writes a struct type.
type Layout struct {
	Fields   []Field  // in the order of the struct
	Hidden   []Hidden // the fields that are left out
	Embedded [][]int  // the structs whose fields are among the outer one's
}

var layouts sync.Map // of *Layout by reflect.Type

// LayoutOf returns the layout of a struct type, by encoding/json's rules for
// tags, embedded structs and fields of one name.
func LayoutOf(t reflect.Type) *Layout {
	if known, ok := layouts.Load(t); ok {
		return known.(*Layout)
	}
	known, _ := layouts.LoadOrStore(t, newLayout(t))
	return known.(*Layout)
}

// embedding is a struct on the way through embedded structs.
type embedding struct {
	typ      reflect.Type
	index    []int
	optional bool // through a pointer: the fields of a nil one are left out
}

func newLayout(t reflect.Type) *Layout {
	l := &Layout{}
	var found []Field
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
	l.Fields = dominant(found)
	for _, f := range found {
		if !slices.ContainsFunc(l.Fields, func(k Field) bool { return slices.Equal(k.Index, f.Index) }) {
			l.Hidden = append(l.Hidden, Hidden{f.Index, "has a name that another field takes in the JSON"})
		}
	}
	return l
}

// read sorts the fields of one struct into those that have a member, those that
// are left out, and the structs that are embedded.
func (l *Layout) read(e embedding) (fields []Field, inside []embedding) {
	for i := range e.typ.NumField() {
		f := e.typ.Field(i)
		index := append(slices.Clone(e.index), i)
		switch embedded := embeddedStruct(f); {
		case embedded != nil:
			l.Embedded = append(l.Embedded, index)
			inside = append(inside, embedding{embedded, index, e.optional || f.Type.Kind() == reflect.Pointer})
		case f.Tag.Get("json") == "-":
			l.Hidden = append(l.Hidden, Hidden{index, `is left out of the JSON by its tag json:"-"`})
		case !f.IsExported() && !(f.Anonymous && pointee(f.Type).Kind() == reflect.Struct):
			l.Hidden = append(l.Hidden, Hidden{index, "is unexported, so it is not in the JSON"})
		default:
			jf := newField(f, index)
			jf.Optional = jf.Optional || e.optional
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

func newField(f reflect.StructField, index []int) Field {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	jf := Field{Name: tagName(f), Index: index, Type: f.Type}
	jf.tagged = jf.Name != ""
	if !jf.tagged {
		jf.Name = f.Name
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty", "omitzero":
			jf.Optional = true
		case "string":
			k := pointee(f.Type).Kind()
			jf.Quoted = k == reflect.String || k == reflect.Bool || IsNumeric(k)
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
func dominant(found []Field) []Field {
	byName := make(map[string][]Field, len(found))
	for _, f := range found {
		byName[f.Name] = append(byName[f.Name], f)
	}
	rank := func(f Field) int {
		if f.tagged {
			return 2 * len(f.Index)
		}
		return 2*len(f.Index) + 1
	}
	kept := make([]Field, 0, len(found))
	for _, same := range byName {
		slices.SortStableFunc(same, func(a, b Field) int { return rank(a) - rank(b) })
		if len(same) == 1 || rank(same[0]) < rank(same[1]) {
			kept = append(kept, same[0])
		}
	}
	slices.SortFunc(kept, func(a, b Field) int { return slices.Compare(a.Index, b.Index) })
	return kept
}
