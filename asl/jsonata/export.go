package jsonata

import (
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// maxDepth is how deep the arrays and objects of a result may be nested, where an
// expression nests them itself.
const maxDepth = value.MaxDepth

// export returns the value of an evaluation as the caller gets it: sequences made
// arrays, and nothing that is no JSON value. It walks through the value only if
// the evaluation has made what may have to be changed, or may have made little
// into something deep or endless by using it again and again.
func (ev *evaluation) export(v any) (any, *Error) {
	asItIs := !ev.irregular && ev.containers <= 1 && !ev.halves
	switch t := v.(type) {
	case undefined, nil, bool, int64, value.Number:
		return v, nil
	case string:
		if !ev.halves {
			return v, nil
		}
	case []any, *value.Object:
		if asItIs {
			return v, nil
		}
	case *sequence:
		if asItIs && !t.wrapper {
			return t.items, nil
		}
	}
	x := exporter{halves: ev.halves, states: ev.expr.config.states, budget: ev.expr.config.maxMemory}
	if !ev.irregular && !ev.halves {
		if s, ok := v.(*sequence); ok && !s.wrapper {
			v = s.items
		}
		if x.stays(v, 0) {
			return v, nil
		}
		x.budget = ev.expr.config.maxMemory
	}
	plain := x.value(v, 0)
	switch {
	case x.tooDeep:
		return nil, tooDeep()
	case x.budget < 0:
		return nil, limitError(noMemory)
	case x.function:
		return Function{}, nil
	case x.number != nil:
		return nil, errorOf("D1001", x.number)
	}
	return plain, nil
}

// exportForError returns a value that an error concerns, whatever is in it: null in
// place of functions, of which it reports whether there are any, and nil if it is
// too large for a message.
func exportForError(v any) (plain any, function bool) {
	const largest = 1 << 20
	x := exporter{halves: true, budget: largest}
	plain = x.value(v, 0)
	if x.tooDeep || x.budget < 0 {
		return nil, false
	}
	return plain, x.function
}

// exporter copies what it has to and notes what it cannot export.
type exporter struct {
	halves   bool // strings may hold half a surrogate pair
	states   bool // an infinity or NaN becomes a string
	budget   int  // bytes, roughly, of what is left
	tooDeep  bool
	function bool
	number   any // one that JSON cannot have
}

// stays reports whether a value can be exported as it is. Of one that cannot, value
// says why.
func (x *exporter) stays(v any, depth int) bool {
	if x.budget -= itemSize; x.budget < 0 || depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case nil, bool, int64, value.Number:
		return true
	case float64:
		return v-v == 0 // neither NaN nor an infinity
	case string:
		x.budget -= len(v)
		return true
	case []any:
		x.budget -= len(v) * itemSize
		for _, item := range v {
			switch item := item.(type) {
			case string:
				x.budget -= len(item)
			case int64:
			default:
				if !x.stays(item, depth+1) {
					return false
				}
			}
		}
		return v != nil
	case *value.Object:
		for i := range v.Len() {
			m := v.At(i)
			if x.budget -= len(m.Name); !x.stays(m.Value, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

func (x *exporter) value(v any, depth int) any {
	if x.budget -= itemSize; x.budget < 0 {
		return nil
	}
	// What stays is returned as it came: the value of a case would be boxed anew.
	switch t := v.(type) {
	case nil, bool, int64, value.Number:
		return v
	case string:
		if x.budget -= len(t); !x.halves {
			return v
		}
		return strings.ToValidUTF8(t, "\uFFFD")
	case float64:
		if t-t == 0 {
			return v
		}
		if x.states {
			return integerText(t)
		}
		x.number = v
		return v
	case undefined:
		return nil
	case *value.Object:
		return x.object(t, depth)
	case *tuple:
		return x.value(t.item, depth+1)
	}
	items, ok := arrayItems(v)
	if !ok {
		x.function = true
		return nil
	}
	return x.array(items, depth)
}

// renamed returns the object with names that are UTF-8.
func renamed(o *value.Object) *value.Object {
	members := make([]value.Member, o.Len())
	for i := range members {
		m := o.At(i)
		members[i] = value.Member{Name: strings.ToValidUTF8(m.Name, "\uFFFD"), Value: m.Value}
	}
	return value.NewObject(members...)
}

func (x *exporter) array(items []any, depth int) any {
	if depth > maxDepth {
		x.tooDeep = true
		return nil
	}
	plain, _, _ := replaceItems(items, func(item any) (any, *Error) { return x.value(item, depth+1), nil })
	if plain == nil {
		return []any{}
	}
	return plain
}

func (x *exporter) object(o *value.Object, depth int) any {
	if depth > maxDepth {
		x.tooDeep = true
		return nil
	}
	plain, _, _ := replaceValues(o, func(v any) (any, *Error) { return x.value(v, depth+1), nil })
	for i := range o.Len() {
		name := o.At(i).Name
		if x.budget -= len(name); x.halves && !utf8.ValidString(name) {
			return renamed(plain)
		}
	}
	return plain
}
