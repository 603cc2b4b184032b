package asl

import (
	"iter"
	"reflect"
	"strconv"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Object is one object of a definition, seen as the fields that it has: a state, or
// a retrier, a branch, a reader inside one.
type Object struct {
	Struct any // as in the model: *Task, *Catcher, *ReaderConfig, ...

	schema *schema
	value  reflect.Value
	trail  *trail
}

// Part is a field that is set in an object.
type Part struct {
	*Field
	Object Object
	Value  any // as in the model: string, bool, *string, *int64, *float64, []string, Path, *Payload, *Int, *Num
}

// trail is the way to an object, from the inside out.
type trail struct {
	name string
	up   *trail
}

func (t *trail) pointer() string {
	if t == nil {
		return ""
	}
	return value.AppendPointer(t.up.pointer(), t.name)
}

func newObject(v reflect.Value, s *schema, at *trail) Object {
	return Object{Struct: v.Addr().Interface(), schema: s, value: v, trail: at}
}

// Object returns the machine's own object, without what is inside it.
func (m *StateMachine) Object() Object {
	return newObject(reflect.ValueOf(m).Elem(), machineSchema, nil)
}

// Objects yields a state and every object inside it, each before those nested in
// it, except the states that it runs.
func Objects(s State) iter.Seq[Object] {
	return func(yield func(Object) bool) {
		newObject(reflect.ValueOf(s).Elem(), stateSchemas[s.Type()], nil).walk(yield)
	}
}

// Title names the kind of object: "a Task state", "a retrier".
func (o Object) Title() string { return o.schema.title }

// Pointer returns the object's JSON Pointer, from the state on: "/Retry/0".
func (o Object) Pointer() string { return o.trail.pointer() }

// Fields yields the fields that the object may have, in the order in which they
// are printed.
func (o Object) Fields() iter.Seq[*Field] {
	return func(yield func(*Field) bool) {
		for i := range o.schema.fields {
			if !yield(&o.schema.fields[i]) {
				return
			}
		}
	}
}

// Field returns the field of that name that the object may have, or nil.
func (o Object) Field(name string) *Field { return o.schema.byName[name] }

// Has reports whether the object has a field of that name and it is set.
func (o Object) Has(name string) bool {
	f := o.Field(name)
	return f != nil && !o.value.FieldByIndex(f.index).IsZero()
}

// Parts yields the object's fields that are set, but not those that only hold
// further objects, nor the operands of Choice rules.
func (o Object) Parts() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for f := range o.Fields() {
			v := o.value.FieldByIndex(f.index)
			if v.IsZero() || f.container {
				continue
			}
			if !yield(Part{Field: f, Object: o, Value: v.Interface()}) {
				return
			}
		}
	}
}

// Pointer returns the part's JSON Pointer, from the state on: "/Retry/0/ErrorEquals".
func (p Part) Pointer() string { return value.AppendPointer(p.Object.Pointer(), p.Name) }

func (o Object) walk(yield func(Object) bool) bool {
	if !yield(o) {
		return false
	}
	for f := range o.Fields() {
		if f.nested == nil {
			continue
		}
		v := o.value.FieldByIndex(f.index)
		if v.IsZero() {
			continue
		}
		at := &trail{f.Name, o.trail}
		if v.Kind() == reflect.Pointer {
			if !newObject(v.Elem(), f.nested, at).walk(yield) {
				return false
			}
			continue
		}
		for i := range v.Len() {
			if !newObject(v.Index(i), f.nested, &trail{strconv.Itoa(i), at}).walk(yield) {
				return false
			}
		}
	}
	return true
}
