// Package shape describes sets of JSON values: what may stand at a place of a
// document, as far as it can be told before anything runs.
//
// A [Shape] holds every value that may be there and, as it has to be simple, some
// that may not. So what no shape holds cannot happen, and what one holds may. The
// nil *Shape is the empty set: there is no such value. Shapes are immutable.
package shape

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Kinds is a set of kinds of JSON values.
type Kinds uint8

// The kinds, and their union.
const (
	Null Kinds = 1 << iota
	Boolean
	Number
	String
	Array
	Object

	every = Null | Boolean | Number | String | Array | Object
)

// The bounds of a shape. What goes beyond is told less exactly.
const (
	maxDepth    = 12  // levels of objects and arrays
	maxFields   = 100 // members of an object that are known by name
	maxItems    = 16  // elements of an array that are known by their place
	maxLiterals = 64  // texts or numbers that are known one by one
)

// Shape is a set of JSON values. The fields hold more about the values of one kind
// each, and mean nothing where the set has none of that kind.
type Shape struct {
	kinds    Kinds
	declared bool // somebody says so who may be wrong: a caller, a worker
	grows    bool // objects may come to have other members: a service's

	only     bools     // the booleans
	numbers  []float64 // sorted; nil is any number
	texts    []string  // sorted; nil is any text
	instants bool      // every text is a timestamp
	items    []*Shape  // the elements that every array has, from the first on
	rest     *Shape    // the elements behind these, nil if there are none
	fields   []Field   // the members that are known by name, sorted
	others   *Shape    // the members of any other name, nil if there are none
}

// Field is a member of an object that is known by its name.
type Field struct {
	Name     string
	Shape    *Shape // nil in an optional field: the member is never there
	Optional bool   // the member may be absent
}

// bools are the booleans of a set.
type bools uint8

const (
	onlyFalse bools = 1 << iota
	onlyTrue

	eitherBool = onlyFalse | onlyTrue
)

// Any is the set of all values.
var Any = func() *Shape {
	s := &Shape{kinds: every, only: eitherBool}
	s.rest, s.others = s, s
	return s
}()

// The sets of all values of a kind.
var (
	AnyNull    = &Shape{kinds: Null}
	AnyBoolean = &Shape{kinds: Boolean, only: eitherBool}
	AnyNumber  = &Shape{kinds: Number}
	AnyString  = &Shape{kinds: String}
	Timestamp  = &Shape{kinds: String, instants: true}
	AnyArray   = &Shape{kinds: Array, rest: Any}
	AnyObject  = &Shape{kinds: Object, others: Any}
)

// List returns the arrays of elements of a shape.
func List(element *Shape) *Shape { return &Shape{kinds: Array, rest: element} }

// Filled returns the arrays of one or more elements of a shape.
func Filled(element *Shape) *Shape {
	return &Shape{kinds: Array, items: []*Shape{element}, rest: element}
}

// Tuple returns the arrays with exactly these elements.
func Tuple(items ...*Shape) *Shape {
	if slices.Contains(items, nil) {
		return nil
	}
	s := &Shape{kinds: Array, items: items}
	return s.trimmed()
}

// trimmed returns an array's shape with no more elements by their place than may
// be.
func (s *Shape) trimmed() *Shape {
	if len(s.items) > maxItems {
		for _, e := range s.items[maxItems:] {
			s.rest = Join(s.rest, e)
		}
		s.items = s.items[:maxItems:maxItems]
	}
	return s
}

// Record returns the objects with these members and no others.
func Record(fields ...Field) *Shape { return Open(nil, fields...) }

// Open returns the objects with these members, and others of the given shape.
func Open(others *Shape, fields ...Field) *Shape {
	slices.SortFunc(fields, byName)
	for _, f := range fields {
		if f.Shape == nil && !f.Optional {
			return nil
		}
	}
	s := &Shape{kinds: Object, fields: fields, others: others}
	return s.bounded()
}

// bounded returns an object's shape with no more members by name than may be.
func (s *Shape) bounded() *Shape {
	if len(s.fields) > maxFields {
		s.fields = s.fields[:maxFields:maxFields]
		s.others = Any
	}
	return s
}

func byName(f, g Field) int { return strings.Compare(f.Name, g.Name) }

// Texts returns the set of these texts.
func Texts(texts ...string) *Shape {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	return &Shape{kinds: String, texts: texts, instants: allInstants(texts)}
}

func allInstants(texts []string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return !asl.IsTimestamp(s) })
}

// Of returns the set of one value. A text with a placeholder may be any text.
func Of(v any) *Shape { return of(v, 0) }

func of(v any, depth int) *Shape {
	if depth > maxDepth {
		return Any
	}
	switch v := v.(type) {
	case nil:
		return AnyNull
	case bool:
		only := onlyFalse
		if v {
			only = onlyTrue
		}
		return &Shape{kinds: Boolean, only: only}
	case string:
		if asl.HasPlaceholder(v) {
			return AnyString
		}
		return Texts(v)
	case []any:
		items := make([]*Shape, len(v))
		for i, e := range v {
			items[i] = of(e, depth+1)
		}
		return Tuple(items...)
	case *value.Object:
		fields := make([]Field, 0, v.Len())
		for m := range v.Members() {
			fields = append(fields, Field{Name: m.Name, Shape: of(m.Value, depth+1)})
		}
		return Record(fields...)
	}
	if f, ok := value.Float(v); ok {
		return &Shape{kinds: Number, numbers: []float64{f}}
	}
	return Any
}

// Declared returns the shape as somebody's word: what is tested of it may turn out
// to be otherwise. It holds for every value inside too.
func Declared(s *Shape) *Shape {
	if s == nil || s.declared || s == Any {
		return s
	}
	d := *s
	d.declared = true
	d.items = slices.Clone(s.items)
	for i := range d.items {
		d.items[i] = Declared(d.items[i])
	}
	d.fields = slices.Clone(s.fields)
	for i := range d.fields {
		d.fields[i].Shape = Declared(d.fields[i].Shape)
	}
	if s.rest != nil {
		d.rest = Declared(s.rest)
	}
	if s.others != nil {
		d.others = Declared(s.others)
	}
	return &d
}

// Kinds returns the kinds of the values of the set.
func (s *Shape) Kinds() Kinds {
	if s == nil {
		return 0
	}
	return s.kinds
}

// IsDeclared reports whether the shape is somebody's word.
func (s *Shape) IsDeclared() bool { return s != nil && s.declared }

// Grows reports whether objects of the set may come to have members that are not
// known yet.
func (s *Shape) Grows() bool { return s != nil && s.grows }

// Is reports whether every value of the set is of one of the kinds. It holds of the
// empty set.
func (s *Shape) Is(k Kinds) bool { return s.Kinds()&^k == 0 }

// May reports whether some value of the set is of one of the kinds.
func (s *Shape) May(k Kinds) bool { return s.Kinds()&k != 0 }

// Only returns the part of the set whose values are of these kinds.
func (s *Shape) Only(k Kinds) *Shape {
	switch {
	case s == nil || s.kinds&k == 0:
		return nil
	case s.kinds&^k == 0:
		return s
	}
	o := *s
	o.kinds &= k
	return &o
}

// Bools reports whether true, and whether false, is in the set.
func (s *Shape) Bools() (mayBeTrue, mayBeFalse bool) {
	if !s.May(Boolean) {
		return false, false
	}
	return s.only&onlyTrue != 0, s.only&onlyFalse != 0
}

// Literals returns the texts of the set, and whether they are known one by one.
func (s *Shape) Literals() (texts []string, known bool) {
	if !s.May(String) {
		return nil, true
	}
	return s.texts, s.texts != nil
}

// Numbers returns the numbers of the set, and whether they are known one by one.
func (s *Shape) Numbers() (numbers []float64, known bool) {
	if !s.May(Number) {
		return nil, true
	}
	return s.numbers, s.numbers != nil
}

// Instants reports whether some text of the set is a timestamp, and whether some is
// none.
func (s *Shape) Instants() (some, others bool) {
	switch {
	case !s.May(String):
		return false, false
	case s.texts == nil:
		return true, !s.instants
	}
	for _, t := range s.texts {
		if asl.IsTimestamp(t) {
			some = true
		} else {
			others = true
		}
	}
	return some, others
}

// Element returns the elements of the arrays of the set, all together.
func (s *Shape) Element() *Shape {
	if !s.May(Array) {
		return nil
	}
	all := s.rest
	for _, e := range s.items {
		all = Join(all, e)
	}
	return all
}

// Length returns how many elements the arrays of the set have at least, and at
// most; -1 is any number.
func (s *Shape) Length() (least, most int) {
	switch {
	case !s.May(Array):
		return 0, 0
	case s.rest != nil:
		return len(s.items), -1
	}
	return len(s.items), len(s.items)
}

// Fields returns the members of the objects of the set that are known by name.
func (s *Shape) Fields() []Field {
	if !s.May(Object) {
		return nil
	}
	return s.fields
}

// Others returns the shape of the members that are not known by name, nil if there
// are none.
func (s *Shape) Others() *Shape {
	if !s.May(Object) {
		return nil
	}
	return s.others
}

// Names returns the names of the members that may be there.
func (s *Shape) Names() []string {
	var names []string
	for _, f := range s.Fields() {
		if f.Shape != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// Has reports whether a value is in the set.
func (s *Shape) Has(v any) bool {
	if s == nil {
		return false
	}
	if s == Any {
		return true
	}
	switch v := v.(type) {
	case nil:
		return s.May(Null)
	case bool:
		mayBeTrue, mayBeFalse := s.Bools()
		return v && mayBeTrue || !v && mayBeFalse
	case string:
		return s.hasText(v)
	case []any:
		return s.hasArray(v)
	case *value.Object:
		return s.hasObject(v)
	}
	f, ok := value.Float(v)
	return ok && s.May(Number) && (s.numbers == nil || slices.Contains(s.numbers, f))
}

func (s *Shape) hasText(v string) bool {
	switch {
	case !s.May(String):
		return false
	case s.texts != nil:
		return slices.Contains(s.texts, v)
	}
	return !s.instants || asl.IsTimestamp(v)
}

func (s *Shape) hasArray(v []any) bool {
	if !s.May(Array) || len(v) < len(s.items) {
		return false
	}
	for i, e := range v {
		want := s.rest
		if i < len(s.items) {
			want = s.items[i]
		}
		if !want.Has(e) {
			return false
		}
	}
	return true
}

func (s *Shape) hasObject(v *value.Object) bool {
	if !s.May(Object) {
		return false
	}
	for _, f := range s.fields {
		if !f.Optional && !v.Has(f.Name) {
			return false
		}
	}
	for m := range v.Members() {
		if found, _ := s.Member(m.Name); !found.Has(m.Value) {
			return false
		}
	}
	return true
}
