package dsl

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/internal/jsontype"
)

// step is one step of a path: into the member of a name or, if name is "", to
// the element at an index. Members may be called "": isName tells.
type step struct {
	name   string
	index  int
	isName bool
}

// field is where an address inside a Go value stands in the value's JSON.
type field struct {
	up       *field
	step     step
	optional bool   // may be absent or null
	quoted   bool   // a number or boolean written as a string
	fault    string // why it has no path, if it has none
}

// steps returns the way to the field from the top, and whether something on it
// may be absent.
func (f *field) steps() (steps []step, optional bool) {
	depth := 0
	for p := f; p.up != nil; p = p.up {
		depth++
	}
	steps = make([]step, depth)
	for p := f; p.up != nil; p = p.up {
		depth--
		steps[depth] = p.step
		optional = optional || p.optional
	}
	return steps, optional
}

// address is what tells the fields of a value apart: a struct and its first
// field have one address, but not one type.
type address struct {
	at  unsafe.Pointer
	typ reflect.Type
}

// table knows the JSON path of every field that can be reached in one value.
type table struct {
	root   any // a pointer to the value
	fields map[address]*field
	filled bool // pointers were filled on the way, and slices are empty
	room   int
}

const (
	maxPointers = 8      // deep, that are filled in an accessor's prototype
	maxFields   = 10_000 // in one table
)

var tables sync.Map // of *table by reflect.Type

// tableOf returns the table of a prototype of S in which every pointer points
// to something.
func tableOf[S any]() *table {
	t := reflect.TypeFor[S]()
	if known, ok := tables.Load(t); ok {
		return known.(*table)
	}
	made := newTable(new(S), true)
	known, _ := tables.LoadOrStore(t, made)
	return known.(*table)
}

// tableOfValue returns the table of a value as it is.
func tableOfValue[T any](v *T) *table { return newTable(v, false) }

// visit is a value that is still to be entered into a table.
type visit struct {
	v        reflect.Value
	at       *field
	pointers int
}

func newTable(root any, fill bool) *table {
	t := &table{root: root, fields: map[address]*field{}, filled: fill, room: maxFields}
	queue := []visit{{v: reflect.ValueOf(root).Elem(), at: &field{}}}
	for len(queue) > 0 && t.room > 0 {
		next := queue[0]
		queue = append(queue[1:], t.enter(next)...)
	}
	return t
}

// enter notes the path of a value and returns what is inside it.
func (t *table) enter(n visit) []visit {
	t.note(n.v, n.at)
	typ := n.v.Type()
	if typ.Kind() == reflect.Pointer {
		return t.follow(n)
	}
	if jsontype.MarshalsItself(typ) {
		return nil
	}
	switch typ.Kind() {
	case reflect.Struct:
		return t.members(n)
	case reflect.Array, reflect.Slice:
		inside := make([]visit, 0, min(n.v.Len(), t.room))
		for i := range cap(inside) {
			inside = append(inside, visit{n.v.Index(i), &field{up: n.at, step: step{index: i}}, n.pointers})
		}
		return inside
	}
	return nil
}

func (t *table) note(v reflect.Value, f *field) {
	t.room--
	key := address{v.Addr().UnsafePointer(), v.Type()}
	if _, taken := t.fields[key]; taken {
		f = &field{fault: fmt.Sprintf("the field cannot be told from another one, as values of type %s have no size", v.Type())}
	}
	t.fields[key] = f
}

// follow goes on to what a pointer points to. The pointer itself is no field
// that a reference could stand for: what it points to is.
func (t *table) follow(n visit) []visit {
	t.fields[address{n.v.Addr().UnsafePointer(), n.v.Type()}] = &field{
		fault: "the accessor returns the address of a pointer; return the pointer itself, without &"}
	if n.pointers == maxPointers {
		return nil
	}
	v, ok := t.pointee(n.v)
	if !ok {
		return nil
	}
	at := *n.at
	at.optional = true
	return []visit{{v, &at, n.pointers + 1}}
}

// members notes why some fields of a struct have no path, and returns the others.
func (t *table) members(n visit) []visit {
	l := jsontype.LayoutOf(n.v.Type())
	for _, index := range l.Embedded { // an embedded struct has the path of the one around it
		if v, ok := t.fieldByIndex(n.v, index); ok {
			if v, ok = t.pointee(v); ok {
				t.fields[address{unsafe.Pointer(v.UnsafeAddr()), v.Type()}] = n.at
			}
		}
	}
	for _, h := range l.Hidden {
		if v, ok := t.fieldByIndex(n.v, h.Index); ok {
			name := n.v.Type().FieldByIndex(h.Index).Name
			t.fields[address{unsafe.Pointer(v.UnsafeAddr()), v.Type()}] = &field{fault: "field " + name + " " + h.Why}
		}
	}
	inside := make([]visit, 0, len(l.Fields))
	for _, f := range l.Fields {
		if v, ok := t.fieldByIndex(n.v, f.Index); ok {
			inside = append(inside, visit{v, &field{up: n.at, step: step{name: f.Name, isName: true},
				optional: f.Optional, quoted: f.Quoted}, n.pointers})
		}
	}
	return inside
}

// fieldByIndex walks to a field through embedded structs.
func (t *table) fieldByIndex(v reflect.Value, index []int) (reflect.Value, bool) {
	for _, x := range index {
		var ok bool
		if v, ok = t.pointee(v); !ok {
			return v, false
		}
		v = v.Field(x)
	}
	return v, true
}

// pointee returns what a pointer points to, filling it where it is nil and may
// be filled; other values are returned as they are.
func (t *table) pointee(v reflect.Value) (reflect.Value, bool) {
	if v.Kind() != reflect.Pointer {
		return v, true
	}
	if v.IsNil() {
		if !t.filled || !v.CanSet() {
			return v, false
		}
		v.Set(reflect.New(v.Type().Elem()))
	}
	return v.Elem(), true
}

// find returns the field that a pointer points to.
func (t *table) find(p unsafe.Pointer, typ reflect.Type) (*field, error) {
	root := reflect.TypeOf(t.root).Elem()
	if p == nil {
		return nil, errors.New("the accessor returns nil")
	}
	f, ok := t.fields[address{p, typ}]
	switch {
	case !ok && jsontype.MarshalsItself(root):
		return nil, fmt.Errorf("%s writes its own JSON, so its fields have no known path", root)
	case !ok:
		return nil, fmt.Errorf("the pointer is not that of a field of %s that has a JSON path", root)
	case f.fault != "":
		return nil, errors.New(f.fault)
	}
	return f, nil
}

// access calls an accessor on the prototype and finds the field it returns.
func access[S, T any](f func(*S) *T) (found *field, err error) {
	if f == nil {
		return nil, errors.New("the accessor is nil")
	}
	t := tableOf[S]()
	defer func() {
		if r := recover(); r != nil {
			err = accessorPanic(r)
		}
	}()
	p := f(t.root.(*S))
	return t.find(unsafe.Pointer(p), reflect.TypeFor[T]())
}

// accessorPanic says what an accessor most likely did to panic on a value whose
// slices and maps are empty.
func accessorPanic(r any) error {
	err, ok := r.(runtime.Error)
	switch {
	case ok && strings.Contains(err.Error(), "index out of range"):
		return errors.New("the accessor indexes a slice, which has no elements here; use dsl.Index")
	case ok && strings.Contains(err.Error(), "nil pointer"):
		return fmt.Errorf("the accessor goes through a nil pointer: a map's element (use dsl.Key), an interface, or more than %d pointers deep", maxPointers)
	}
	return fmt.Errorf("the accessor panics: %v", r)
}

// lineOf returns where a function starts.
func lineOf(f any) diag.Position {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return diag.Position{}
	}
	entry := runtime.FuncForPC(v.Pointer())
	if entry == nil {
		return diag.Position{}
	}
	file, n := entry.FileLine(entry.Entry())
	return diag.Position{File: file, Line: n}
}
