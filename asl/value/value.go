// Package value is the one JSON value model of Stepwise.
//
// A JSON value is one of a closed set of Go types, held in an any:
//
//	null     nil
//	boolean  bool
//	string   string
//	number   int64, float64 or [Number]
//	array    []any
//	object   *Object
//
// [Parse] reads JSON text into that set and [String] writes it back. Unlike
// encoding/json, both keep the order of an object's members and the spelling of
// a number, as Step Functions does: 1.0 stays 1.0, and an integer too large for
// int64 keeps every digit.
//
// Values are immutable by rule: nobody writes into a value that somebody else
// may hold. To change one, copy along the path that changes ([Object.With],
// slices.Clone) and share the rest. Under that rule values may be used from any
// number of goroutines at once.
//
// Go values of other types cross at the edge: [From] takes any Go value in
// through encoding/json, [To] hands one out.
package value

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Number is the text of a JSON number that neither int64 nor float64 would
// print as it was written: 1.0, 1e3, 12345678901234567890.
//
// A number has exactly one representation: int64 if strconv.FormatInt gives its
// text back, else float64 if [AppendFloat] does, else Number. The one text that is
// not kept is -0, which is read as 0.
type Number string

// Member is one name and value of an [Object].
type Member struct {
	Name  string
	Value any
}

// Object is a JSON object whose members keep their order. The zero value and
// the nil pointer are the empty object. Names are unique.
type Object struct {
	members []Member
	index   map[string]int // for objects of more than indexAbove members
	size    int32          // what Size has found, 0 before; read and written atomically
}

// indexAbove is the number of members up to which a linear search beats a map.
const indexAbove = 8

// NewObject returns the object of these members, in their order. Of members
// with one name the last value wins, at the place of the first. NewObject takes
// members over: the caller must not write to it afterwards.
func NewObject(members ...Member) *Object {
	o := &Object{members: members[:0]}
	if len(members) > indexAbove {
		o.index = make(map[string]int, len(members))
	}
	for i, m := range members {
		if at, ok := o.find(m.Name); ok {
			o.members[at].Value = m.Value
			continue
		}
		n := len(o.members)
		if o.index != nil {
			o.index[m.Name] = n
		}
		o.members = members[:n+1]
		if n < i { // an earlier member was a repetition
			o.members[n] = m
		}
	}
	return o
}

func (o *Object) find(name string) (int, bool) {
	if o == nil {
		return 0, false
	}
	if o.index != nil {
		at, ok := o.index[name]
		return at, ok
	}
	for i := range o.members {
		if o.members[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Len returns the number of members.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// Get returns the value of the named member and whether there is one.
func (o *Object) Get(name string) (any, bool) {
	if at, ok := o.find(name); ok {
		return o.members[at].Value, true
	}
	return nil, false
}

// Has reports whether the object has a member of that name.
func (o *Object) Has(name string) bool {
	_, ok := o.find(name)
	return ok
}

// At returns the i-th member, counted from 0. It panics if there is none.
func (o *Object) At(i int) Member { return o.members[i] }

// Members yields the members in their order.
func (o *Object) Members() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		if o == nil {
			return
		}
		for _, m := range o.members {
			if !yield(m) {
				return
			}
		}
	}
}

// With returns a copy of the object in which the named member has that value: at
// its old place if there is one of that name, else at the end. The receiver
// stays as it is.
func (o *Object) With(name string, v any) *Object {
	at, ok := o.find(name)
	members := make([]Member, o.Len(), o.Len()+1)
	if o != nil {
		copy(members, o.members)
	}
	if ok {
		members[at].Value = v
		return &Object{members: members, index: o.index}
	}
	members = append(members, Member{name, v})
	if len(members) <= indexAbove {
		return &Object{members: members}
	}
	if o.index == nil {
		return NewObject(members...)
	}
	index := maps.Clone(o.index)
	index[name] = len(members) - 1
	return &Object{members: members, index: index}
}

// WithValues returns a new object of the same names, in which each member has the
// value that f gives for it.
func (o *Object) WithValues(f func(Member) any) *Object {
	if o == nil {
		return &Object{}
	}
	members := make([]Member, len(o.members))
	for i, m := range o.members {
		members[i] = Member{m.Name, f(m)}
	}
	return &Object{members: members, index: o.index}
}

// Without returns the object without the named member: a copy, or the receiver if
// it has none of that name.
func (o *Object) Without(name string) *Object {
	at, ok := o.find(name)
	if !ok {
		return o
	}
	rest := slices.Concat(o.members[:at], o.members[at+1:])
	if len(rest) <= indexAbove {
		return &Object{members: rest}
	}
	return NewObject(rest...)
}

// Sorted returns a value with the members of all its objects in the order of their
// names, so that values that are [Equal] have one text.
func Sorted(v any) any {
	switch v := v.(type) {
	case []any:
		elements := make([]any, len(v))
		for i, e := range v {
			elements[i] = Sorted(e)
		}
		return elements
	case *Object:
		members := slices.SortedFunc(v.Members(), func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		for i := range members {
			members[i].Value = Sorted(members[i].Value)
		}
		return NewObject(members...)
	}
	return v
}
