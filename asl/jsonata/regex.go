package jsonata

import (
	"errors"
	"strings"

	"github.com/stepwise-go/stepwise/asl/jsonata/internal/ecma"
	"github.com/stepwise-go/stepwise/asl/value"
)

// regex is a regular expression as a value: a function that finds the first match
// in a string.
type regex struct {
	re     *ecma.Regexp
	source string
	mark   mark
}

// arity is that of the reference: a string, and an index to start at.
func (*regex) arity() int { return 2 }

func newRegex(n *Regex) (*regex, *Error) {
	re, err := ecma.Compile(n.Pattern, n.Flags)
	if err != nil {
		e := newError("S0303")
		e.inserts.message = "/" + n.Pattern + "/" + n.Flags + ": " + err.Error()
		return nil, e
	}
	return &regex{re, n.Pattern, n.mark}, nil
}

// found is a match. Its places are byte offsets.
type found struct {
	match      string
	start, end int
	index      int // of the start, in UTF-16 code units
	groups     []any
	told       []value.Member          // match, index and groups as a matcher function gave them
	next       func() (*found, *Error) // nil result if there is no further one
}

// find returns the first match at or behind an offset, nil if there is none.
// index is the offset in UTF-16 code units.
func (r *regex) find(ev *evaluation, s string, from, index int) (*found, *Error) {
	var stopped *Error
	at, err := r.re.Match(s, from, func(steps int) error {
		if stopped = ev.spend(steps); stopped != nil {
			return stopped
		}
		return nil
	})
	switch {
	case stopped != nil:
		return nil, stopped
	case errors.Is(err, ecma.ErrStack):
		return nil, limitError(noMemory)
	case at == nil:
		return nil, nil
	}
	f := &found{match: s[at[0]:at[1]], start: at[0], end: at[1], groups: make([]any, 0, r.re.Groups())}
	for i := 2; i < len(at); i += 2 {
		if at[i] < 0 || at[i+1] < 0 {
			f.groups = append(f.groups, ev.store(undefined{}))
		} else {
			f.groups = append(f.groups, s[at[i]:at[i+1]])
		}
	}
	f.index = index + units(s[from:f.start])
	f.next = func() (*found, *Error) { return r.findNext(ev, s, f.end, f.index+units(f.match)) }
	return f, ev.built(len(f.groups) + 4)
}

// findNext finds the match behind another. One of no characters would go on for ever.
func (r *regex) findNext(ev *evaluation, s string, from, index int) (*found, *Error) {
	if from >= len(s) {
		return nil, nil
	}
	f, err := r.find(ev, s, from, index)
	if f != nil && f.match == "" {
		return nil, errorOf("D1004", r.source).at(r.mark)
	}
	return f, err
}

// applyRegex invokes a regular expression as a function.
func (ev *evaluation) applyRegex(r *regex, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		var err *Error
		if s, err = ev.searchable(argument(args, 0), 0); err != nil {
			return nil, err
		}
	}
	index, _ := numberArgument(args, 1)
	from := byteOffset(s, toInt(index))
	f, err := r.find(ev, s, from, units(s[:from]))
	if err != nil {
		return nil, err
	}
	return ev.matchObject(f)
}

// searchable returns the text that a matcher sees of a value that is no string, which
// is what JavaScript makes of it.
func (ev *evaluation) searchable(v any, depth int) (string, *Error) {
	if _, scalar := simpleKey(v); scalar {
		return string(appendJSON(nil, v)), nil
	}
	if _, ok := v.(*value.Object); ok {
		return "[object Object]", nil
	}
	items, ok := arrayItems(v)
	if !ok {
		return searched(undefined{}), nil
	}
	if err := ev.descend(len(items), depth); err != nil {
		return "", err
	}
	texts := make([]string, len(items))
	size := len(items)
	for i, item := range items {
		var err *Error
		if s, ok := item.(string); ok {
			texts[i] = s
		} else if item != nil && !isUndefined(item) {
			texts[i], err = ev.searchable(item, depth+1)
		}
		if size += len(texts[i]); err != nil {
			return "", err
		}
	}
	if err := ev.allocate(size); err != nil {
		return "", err
	}
	return strings.Join(texts, ","), nil
}

// matchObject returns what a matcher returns for a match.
func (ev *evaluation) matchObject(f *found) (any, *Error) {
	if f == nil {
		return undefined{}, nil
	}
	next := &native{fn: func(c call, _ []any) (any, *Error) {
		following, err := f.next()
		if err != nil {
			return nil, err
		}
		return c.matchObject(following)
	}}
	return ev.object([]value.Member{
		{Name: "match", Value: f.match},
		{Name: "start", Value: int64(f.index)},
		{Name: "end", Value: int64(f.index + units(f.match))},
		{Name: "groups", Value: f.groups},
		{Name: "next", Value: ev.function(next)},
	})
}

// firstMatch returns the first match that a matcher finds: a regular expression,
// or a function that returns what one does.
func (c call) firstMatch(matcher any, s string) (*found, *Error) {
	if r, ok := matcher.(*regex); ok {
		return r.find(c.evaluation, s, 0, 0)
	}
	return c.matched(matcher, s, []any{s})
}

// matched invokes a matcher function and reads its result.
func (c call) matched(matcher any, s string, args []any) (*found, *Error) {
	v, err := c.callback(matcher, args)
	if err != nil || isUndefined(v) {
		return nil, err
	}
	o, ok := v.(*value.Object)
	if !ok {
		return nil, newError("T1010")
	}
	match, start, end := member(o, "match"), member(o, "start"), member(o, "end")
	groups, next := member(o, "groups"), member(o, "next")
	if !isNumber(start) && end != "number" && !isArray(groups) && !isCallable(next) {
		return nil, newError("T1010")
	}
	f := &found{start: placeOf(s, start), end: placeOf(s, end)}
	f.index = units(s[:f.start])
	f.match, _ = match.(string)
	f.groups, _ = arrayItems(groups)
	for _, m := range []value.Member{{Name: "match", Value: match}, {Name: "index", Value: start}, {Name: "groups", Value: groups}} {
		if !isUndefined(m.Value) {
			f.told = append(f.told, value.Member{Name: m.Name, Value: c.store(m.Value)})
		}
	}
	f.next = func() (*found, *Error) { return c.matched(next, s, nil) }
	return f, c.spend(len(s)/bytesAStep + 1)
}

// placeOf returns the byte offset of an index that a matcher function gave.
func placeOf(s string, index any) int {
	f, _ := float(index)
	return byteOffset(s, toInt(f))
}

// byteOffset returns the offset of the UTF-16 code unit of an index.
func byteOffset(s string, index int) int {
	for at, r := range s {
		if index <= 0 {
			return at
		}
		if index--; r > 0xFFFF {
			index--
		}
	}
	return len(s)
}
