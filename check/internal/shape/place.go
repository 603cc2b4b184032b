package shape

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
)

// Found is what a path leads to.
type Found struct {
	Shape    *Shape // nil: there is nothing, ever
	Sure     bool   // there always is something
	Declared bool   // that there is something, or what it is, is somebody's word
	Missing  int    // the step that leads nowhere, if Shape is nil
	From     *Shape // what that step starts from
}

// Member returns the shape of a member of the objects of the set, and whether it is
// there in every value of the set.
func (s *Shape) Member(name string) (member *Shape, sure bool) {
	if !s.May(Object) {
		return nil, false
	}
	if i, ok := s.field(name); ok {
		f := &s.fields[i]
		return f.Shape, !f.Optional && s.kinds == Object
	}
	return s.others, false
}

func (s *Shape) field(name string) (at int, found bool) {
	return slices.BinarySearchFunc(s.fields, name, func(f Field, name string) int { return strings.Compare(f.Name, name) })
}

// At returns the shape of an element of the arrays of the set, and whether it is
// there in every value of the set. Negative indexes count from the end.
func (s *Shape) At(i int) (element *Shape, sure bool) {
	least, most := s.Length()
	switch {
	case !s.May(Array):
		return nil, false
	case i < 0 && most >= 0:
		i += most
		if i < 0 {
			return nil, false
		}
	case i < 0:
		return s.Element(), -i <= least && s.kinds == Array
	}
	if i < len(s.items) {
		return s.items[i], s.kinds == Array
	}
	return s.rest, false
}

func (s *Shape) step(step jsonpath.Step) (next *Shape, sure bool) {
	if step.InArray {
		return s.At(step.Index)
	}
	return s.Member(step.Name)
}

// Find follows single steps.
func (s *Shape) Find(steps []jsonpath.Step) Found {
	f := Found{Shape: s, Sure: true, Declared: s.IsDeclared()}
	for i, step := range steps {
		next, sure := f.Shape.step(step)
		if next == nil {
			return Found{Declared: f.Declared, Missing: i, From: f.Shape}
		}
		f.Shape, f.Sure, f.Declared = next, f.Sure && sure, f.Declared || next.declared
	}
	return f
}

// Set returns the values of the set with another value at a place, as a ResultPath
// puts it there: objects that are missing on the way are made. It is nil if no
// value of the set has such a place.
func (s *Shape) Set(steps []jsonpath.Step, v *Shape) *Shape {
	switch {
	case v == nil || s == nil:
		return nil
	case len(steps) == 0:
		return v
	case steps[0].InArray:
		return s.setElement(steps, v)
	case !s.May(Object):
		return nil
	}
	member, _ := s.Member(steps[0].Name)
	if len(steps) == 1 {
		return s.with(steps[0].Name, v)
	}
	i, known := s.field(steps[0].Name)
	set := member.Set(steps[1:], v)
	if !known || s.fields[i].Optional {
		set = Join(set, Record().Set(steps[1:], v))
	}
	if set == nil {
		return nil
	}
	return s.with(steps[0].Name, set)
}

// with returns the objects of the set with a member set.
func (s *Shape) with(name string, v *Shape) *Shape {
	r := *s
	r.kinds = Object
	at, known := s.field(name)
	if !known && len(s.fields) >= maxFields {
		r.others = Any
		return &r
	}
	f := Field{Name: name, Shape: v}
	if known {
		r.fields = slices.Clone(s.fields)
		r.fields[at] = f
		return &r
	}
	r.fields = make([]Field, 0, len(s.fields)+1)
	r.fields = append(append(append(r.fields, s.fields[:at]...), f), s.fields[at:]...)
	return &r
}

func (s *Shape) setElement(steps []jsonpath.Step, v *Shape) *Shape {
	i := steps[0].Index
	element, _ := s.At(i)
	if i < 0 || element == nil {
		return nil
	}
	set := element.Set(steps[1:], v)
	if set == nil {
		return nil
	}
	r := *s
	r.kinds = Array
	if i < len(s.items) {
		r.items = slices.Clone(s.items)
		r.items[i] = set
		return &r
	}
	r.rest = Join(s.rest, set)
	return &r
}

// Narrow returns the values of the set that have a value at a place, of which to
// keeps some: nil if none is left.
func (s *Shape) Narrow(steps []jsonpath.Step, to func(*Shape) *Shape) *Shape {
	if s == nil {
		return nil
	}
	if len(steps) == 0 {
		return to(s)
	}
	old, _ := s.step(steps[0])
	narrowed := old.Narrow(steps[1:], to)
	switch {
	case narrowed == nil:
		return nil
	case steps[0].InArray:
		return s.narrowElement(steps[0].Index, old, narrowed)
	}
	if at, known := s.field(steps[0].Name); known && s.kinds == Object && s.fields[at] == (Field{steps[0].Name, narrowed, false}) {
		return s
	}
	return s.with(steps[0].Name, narrowed)
}

func (s *Shape) narrowElement(i int, old, narrowed *Shape) *Shape {
	if old == narrowed && s.kinds == Array && i < len(s.items) {
		return s
	}
	r := *s
	r.kinds = Array
	if i < 0 || i > len(s.items) || i >= maxItems {
		return &r
	}
	r.items = slices.Clone(s.items)
	if i == len(s.items) {
		r.items = append(r.items, narrowed)
		return &r
	}
	r.items[i] = narrowed
	return &r
}

// Without returns the values of the set, or more, that have nothing at a place: nil
// if all have something there.
func (s *Shape) Without(steps []jsonpath.Step) *Shape {
	if s == nil || s.Find(steps).Sure {
		return nil
	}
	if len(steps) != 1 || steps[0].InArray || !s.May(Object) {
		return s
	}
	at, known := s.field(steps[0].Name)
	if !known || s.fields[at].Shape == nil {
		return s
	}
	r := *s
	r.fields = slices.Clone(s.fields)
	if !r.fields[at].Optional {
		r.kinds &^= Object // only values of other kinds lack it
		return &r
	}
	r.fields[at].Shape = nil
	return &r
}

// Instants returns the texts of a shape that are timestamps.
func Instants(s *Shape) *Shape {
	if some, _ := s.Instants(); !some {
		return nil
	}
	r := *s
	r.kinds, r.instants = String, true
	if r.texts != nil {
		r.texts = slices.DeleteFunc(slices.Clone(r.texts), func(t string) bool { return !allInstants([]string{t}) })
	}
	return &r
}

// Filter says which of the values that are known one by one are kept; a nil function
// keeps all.
type Filter struct {
	Text    func(string) bool
	Number  func(float64) bool
	Boolean func(bool) bool
}

// Keep returns the values of a shape that a filter keeps. What is not known one by
// one is kept.
func (s *Shape) Keep(f Filter) *Shape {
	if s == nil || s == Any {
		return s
	}
	r := *s
	if f.Text != nil && r.kinds&String != 0 && r.texts != nil {
		r.texts = slices.DeleteFunc(slices.Clone(r.texts), func(t string) bool { return !f.Text(t) })
		r.drop(String, len(r.texts) == 0)
	}
	if f.Number != nil && r.kinds&Number != 0 && r.numbers != nil {
		r.numbers = slices.DeleteFunc(slices.Clone(r.numbers), func(n float64) bool { return !f.Number(n) })
		r.drop(Number, len(r.numbers) == 0)
	}
	if f.Boolean != nil && r.kinds&Boolean != 0 {
		for bit, b := range map[bools]bool{onlyFalse: false, onlyTrue: true} {
			if !f.Boolean(b) {
				r.only &^= bit
			}
		}
		r.drop(Boolean, r.only == 0)
	}
	if r.kinds == 0 {
		return nil
	}
	return &r
}

func (s *Shape) drop(k Kinds, empty bool) {
	if empty {
		s.kinds &^= k
	}
}
