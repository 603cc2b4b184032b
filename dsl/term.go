package dsl

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/internal/jsontype"
)

// term is data with references in it, in one form for every way of writing it:
// constants and built values are taken apart.
type term struct {
	kind    termKind
	value   any     // of a plain term: a JSON value
	expr    *expr   // of a reference: a path, a call or an expression
	members []entry // of an object
	list    []term
	typ     reflect.Type // the Go type, if anybody knows
}

type termKind int

const (
	plainTerm termKind = iota
	exprTerm
	objectTerm
	listTerm
)

type entry struct {
	name string
	term term
}

func plain(v any) term { return term{kind: plainTerm, value: v} }

// isPlain reports whether there is no reference in the term.
func (t term) isPlain() bool { return t.kind == plainTerm }

// maxDepth bounds the nesting of data.
const maxDepth = 200

// maxTerms bounds the work that data and conditions may make, far above what a
// definition can hold.
const maxTerms = 100_000

// spend counts a piece of data or a condition and reports whether there may be
// one more.
func (r *renderer) spend() bool {
	if r.terms++; r.terms == maxTerms {
		r.reportf(codeValue, "does an Object hold itself?", "the workflow holds more than %d pieces of data", maxTerms)
	}
	return r.terms < maxTerms
}

// term reads any Go value.
func (r *renderer) term(v any, depth int) term {
	if !r.spend() {
		return plain(nil)
	}
	switch v := v.(type) {
	case Operand:
		return r.exprTerm(operandOf(v, r.at), depth)
	case *expr:
		return r.exprTerm(v, depth)
	case nil, bool, string, int64, float64:
		return r.constant(v)
	case Object:
		return r.mapTerm(v, depth)
	case []any:
		return r.listTerm(len(v), func(i int) any { return v[i] }, depth)
	}
	rv := reflect.ValueOf(v)
	switch {
	case !mayHoldOperands(rv.Type(), 0):
	case rv.Kind() == reflect.Map && !rv.IsNil():
		m := make(Object, rv.Len())
		for k, e := range rv.Seq2() {
			m[k.String()] = e.Interface()
		}
		return r.mapTerm(m, depth)
	case rv.Kind() == reflect.Array || !rv.IsNil():
		return r.listTerm(rv.Len(), func(i int) any { return rv.Index(i).Interface() }, depth)
	}
	return r.constant(v)
}

var operandType = reflect.TypeFor[Operand]()

// mayHoldOperands reports whether values of a type are lists, or maps by string,
// of something that may be or hold an Operand. Types that hold themselves do not.
func mayHoldOperands(t reflect.Type, depth int) bool {
	if depth > 10 {
		return false
	}
	switch t.Kind() {
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return false
		}
	case reflect.Slice, reflect.Array:
	default:
		return false
	}
	e := t.Elem()
	return !jsontype.MarshalsItself(t) && (e.Kind() == reflect.Interface || e.Implements(operandType) || mayHoldOperands(e, depth+1))
}

// handle is what handles are that have text for their Go value.
type handle interface{ ARN() Ref[string] }

func (r *renderer) constant(v any) term {
	if _, isHandle := v.(handle); isHandle {
		r.reportf(codeHandle, "use its ARN, or another of its attributes", "the handle %q stands as a value", fmt.Sprint(v))
		return plain(nil)
	}
	json, err := value.From(v)
	if err != nil {
		r.report(problemf(codeValue, r.at, "", "a constant cannot be written as JSON: %v", err))
	}
	return plain(json)
}

func (r *renderer) exprTerm(e *expr, depth int) term {
	if depth > maxDepth {
		return r.tooDeep()
	}
	if !r.spend() {
		return plain(nil)
	}
	t := r.exprTermOf(e, depth)
	t.typ = e.typ
	return t
}

func (r *renderer) exprTermOf(e *expr, depth int) term {
	switch e.kind {
	case faultyExpr:
		r.report(e.fault)
		return plain(nil)
	case constExpr:
		return r.term(e.value, depth+1)
	case boundExpr:
		return plain(r.placeholder(e))
	case builtExpr:
		t := plain(e.value)
		for _, l := range e.links {
			t = t.insert(l.steps, r.exprTerm(l.value, depth+1))
		}
		return t
	}
	return term{kind: exprTerm, expr: e}
}

func (r *renderer) mapTerm(m Object, depth int) term {
	if depth > maxDepth {
		return r.tooDeep()
	}
	if m == nil {
		return plain(nil)
	}
	t := term{kind: objectTerm, members: make([]entry, 0, len(m))}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		t.members = append(t.members, entry{name, r.term(m[name], depth+1)})
	}
	return t.collapse()
}

func (r *renderer) listTerm(n int, at func(int) any, depth int) term {
	if depth > maxDepth {
		return r.tooDeep()
	}
	t := term{kind: listTerm, list: make([]term, n)}
	for i := range n {
		t.list[i] = r.term(at(i), depth+1)
	}
	return t.collapse()
}

// tooDeep reports data that is nested too deep, once: no more data is read then.
func (r *renderer) tooDeep() term {
	if r.terms >= maxTerms {
		return plain(nil)
	}
	r.terms = maxTerms
	r.report(problemf(codeValue, r.at, "", "the data is nested more than %d deep", maxDepth))
	return plain(nil)
}

// collapse makes an object or a list without references a plain value.
func (t term) collapse() term {
	switch t.kind {
	case objectTerm:
		members := make([]value.Member, len(t.members))
		for i, m := range t.members {
			if !m.term.isPlain() {
				return t
			}
			members[i] = value.Member{Name: m.name, Value: m.term.value}
		}
		return plain(value.NewObject(members...))
	case listTerm:
		list := make([]any, len(t.list))
		for i, e := range t.list {
			if !e.isPlain() {
				return t
			}
			list[i] = e.value
		}
		return plain(list)
	}
	return t
}

// open makes a plain object or list one whose parts can be exchanged.
func (t term) open() term {
	if t.kind != plainTerm {
		return t
	}
	switch v := t.value.(type) {
	case *value.Object:
		t = term{kind: objectTerm}
		for m := range v.Members() {
			t.members = append(t.members, entry{m.Name, plain(m.Value)})
		}
	case []any:
		t = term{kind: listTerm}
		for _, e := range v {
			t.list = append(t.list, plain(e))
		}
	}
	return t
}

// insert puts a part into a term, at the end of some steps that lead to a place
// in what encoding/json wrote, or to one that it left out as empty.
func (t term) insert(steps []step, part term) term {
	if len(steps) == 0 {
		return part
	}
	s := steps[0]
	t = t.open()
	if !s.isName {
		t.list[s.index] = t.list[s.index].insert(steps[1:], part)
		return t.collapse()
	}
	t.kind = objectTerm
	i := slices.IndexFunc(t.members, func(e entry) bool { return e.name == s.name })
	if i < 0 {
		i = len(t.members)
		t.members = append(t.members, entry{s.name, plain(nil)})
	}
	t.members[i].term = t.members[i].term.insert(steps[1:], part)
	return t.collapse()
}
