package jsonpath

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Limits of one evaluation, its filters and arguments included.
const (
	maxWork       = 5_000_000 // values visited
	maxLevels     = 10_000    // levels of a document that a scan goes down
	maxRegexSteps = 1_000_000 // steps of one match
)

// usualResults is how many results there is room for from the start.
const usualResults = 8

// bytesPerVisit is how much text costs as much as a visited value.
const bytesPerVisit = 64

// walkPlain follows a path of single names and indexes.
func (p *Path) walkPlain(v any) (any, bool) {
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind == child {
			o, ok := v.(*value.Object)
			if !ok {
				return nil, false
			}
			if v, ok = o.Get(s.name); !ok {
				return nil, false
			}
			continue
		}
		elements, ok := v.([]any)
		if !ok {
			return nil, false
		}
		at := s.index
		if at < 0 {
			at += len(elements)
		}
		if uint(at) >= uint(len(elements)) {
			return nil, false
		}
		v = elements[at]
	}
	return v, true
}

// find evaluates the path as the engine does: an indefinite one that lacks a
// property ahead of the first step that selects many is an error, too.
func (p *Path) find(root any) (any, error) {
	r := run{path: p, root: root, work: maxWork}
	v, err := r.find(p, root, false)
	if e, ok := err.(*EvalError); ok && e.Path == "" {
		named := *e
		named.Path = p.text
		err = &named
	}
	return plainValue(v), err
}

// run is one evaluation of a path, its filters and arguments included.
type run struct {
	path  *Path
	root  any
	work  int           // what may still be spent
	found map[*Path]any // results of paths that are evaluated once: see once

	// marks hold a scan's place in the last array that it went through, -1 before:
	// see walk.property.
	marks map[*Path]*int
}

func (r *run) spend() error {
	if r.work--; r.work < 0 {
		return r.exceeds(maxWork, "values visited")
	}
	return nil
}

func (r *run) spendMuch(n int) error {
	r.work -= n
	return r.spend()
}

func (r *run) exceeds(limit int, of string) error {
	return &LimitError{Path: r.path.text, Limit: fmt.Sprintf("%d %s", limit, of)}
}

func (r *run) fail(p *Path, f failure, message string) error {
	return &EvalError{Path: p.text, Message: message, failure: f}
}

// once evaluates a path on the root, and remembers what it selects.
func (r *run) once(p *Path, strict bool) (any, error) {
	if v, ok := r.found[p]; ok {
		return v, nil
	}
	v, err := r.find(p, r.root, strict)
	if err == nil {
		if r.found == nil {
			r.found = map[*Path]any{}
		}
		r.found[p] = v
	}
	return v, err
}

// find evaluates a path from some value. Where it is strict a missing property is
// an error everywhere.
func (r *run) find(p *Path, from any, strict bool) (any, error) {
	w := walk{run: r, path: p, strict: strict}
	if p.leafMarked {
		w.mark = r.mark(p)
	}
	if !p.definite {
		w.results = make([]any, 0, usualResults)
	}
	if err := w.apply(0, from); err != nil {
		return nil, err
	}
	if p.calls && !p.definite {
		for i, v := range w.results {
			w.results[i] = plainValue(v)
		}
	}
	switch n := len(w.results); {
	case !p.definite:
		return w.results, nil
	case n == 0:
		return nil, &NotFoundError{path: p}
	default:
		return w.results[n-1], nil
	}
}

func (r *run) mark(p *Path) *int {
	if r.marks[p] == nil {
		if r.marks == nil {
			r.marks = map[*Path]*int{}
		}
		r.marks[p] = new(int)
		*r.marks[p] = -1
	}
	return r.marks[p]
}

// walk is one way of one path through the document.
type walk struct {
	run     *run
	path    *Path
	strict  bool
	depth   int  // of scans
	mark    *int // nil where nothing hangs on it
	results []any
}

func (w *walk) isLast(i int) bool { return i == len(w.path.steps)-1 }

// apply applies step i to a value, and the steps behind it to what that selects.
// Behind the last step the value is a result.
func (w *walk) apply(i int, v any) error {
	if err := w.run.spend(); err != nil {
		return err
	}
	if i == len(w.path.steps) {
		w.results = append(w.results, v)
		return nil
	}
	s := &w.path.steps[i]
	switch s.kind {
	case child, children:
		return w.names(i, s, v)
	case index, indexes, slice:
		return w.places(i, s, v)
	case wildcard:
		return w.all(i, v)
	case filter:
		return w.filter(i, s, v)
	case scan:
		return w.scan(i, v)
	}
	return w.call(i, s, v)
}

func (w *walk) notFound(i int, why reason, found any) error {
	return &NotFoundError{path: w.path, at: i, why: why, found: plainValue(found)}
}

// names selects one member, an object of several, or several one after the other.
func (w *walk) names(i int, s *step, v any) error {
	o, ok := v.(*value.Object)
	if !ok {
		if s.certain {
			return w.notFound(i, notAnObject, v)
		}
		return nil
	}
	if s.kind == child {
		return w.member(i, s, o, s.name)
	}
	if err := w.run.spendMuch(len(s.names)); err != nil {
		return err
	}
	if w.isLast(i) {
		return w.selection(i, s, o)
	}
	for _, name := range s.names {
		if err := w.member(i, s, o, name); err != nil {
			return err
		}
	}
	return nil
}

// member selects one member. If it is missing that is an error only where the path
// could still be definite and goes on, or if the walk is strict. That a definite
// path has no result at all is found at its end.
func (w *walk) member(i int, s *step, o *value.Object, name string) error {
	v, ok := o.Get(name)
	switch {
	case ok:
		return w.property(i, v)
	case w.isLast(i) && w.strict:
		return w.notFound(i, noResults, nil)
	case !w.isLast(i) && (w.strict || s.certain && s.kind == child):
		return w.notFound(i, missingProperty, nil)
	}
	return nil
}

// property goes on with the value of a member. Where that is the end, behind a
// scan and one more step, the engine keeps the members of that array element only
// at which the step's index and the scan's place meet.
func (w *walk) property(i int, v any) error {
	if w.isLast(i) && w.mark != nil && *w.mark >= 0 && *w.mark != w.path.leafIndex {
		return w.run.spend()
	}
	return w.apply(i+1, v)
}

// selection gives an object of those of the names that there are.
func (w *walk) selection(i int, s *step, o *value.Object) error {
	var members []value.Member
	for _, name := range s.names {
		v, ok := o.Get(name)
		if ok {
			members = append(members, value.Member{Name: name, Value: v})
		} else if w.strict {
			return w.notFound(i, missingProperty, nil)
		}
	}
	w.results = append(w.results, value.NewObject(members...))
	return nil
}

// places selects elements by index or slice.
func (w *walk) places(i int, s *step, v any) error {
	elements, ok := v.([]any)
	if !ok {
		switch {
		case !s.certain:
			return nil
		case v == nil:
			return w.notFound(i, nullArray, nil)
		}
		return w.notFound(i, notAnArray, v)
	}
	switch s.kind {
	case index:
		return w.element(i, elements, s.index)
	case indexes:
		if err := w.run.spendMuch(len(s.indexes)); err != nil {
			return err
		}
		for _, at := range s.indexes {
			if err := w.element(i, elements, at); err != nil {
				return err
			}
		}
		return nil
	}
	from, to := s.bounds.within(len(elements))
	for at := from; at < to; at++ {
		if err := w.element(i, elements, at); err != nil {
			return err
		}
	}
	return nil
}

// within returns where a slice of n elements starts and ends. With both bounds
// given it may start at a negative place: the engine then wraps round, and takes
// places counted from the end before those from the start.
func (b bounds) within(n int) (from, to int) {
	switch {
	case b.hasFrom && b.hasTo:
		return max(b.from, -n), min(b.to, n)
	case b.hasFrom && b.from < 0:
		return max(n+b.from, 0), n
	case b.hasFrom:
		return b.from, n
	case b.to < 0:
		return 0, n + b.to
	}
	return 0, min(b.to, n)
}

// element selects the element at a place, from the end if it is negative, if there
// is one. A function later on that finds itself out of bounds selects nothing
// either.
func (w *walk) element(i int, elements []any, at int) error {
	if at < 0 {
		at += len(elements)
	}
	if uint(at) >= uint(len(elements)) {
		return nil
	}
	err := w.apply(i+1, elements[at])
	if e, ok := err.(*EvalError); ok && e.failure == outOfBounds {
		return nil
	}
	return err
}

// all selects every member or element. It passes over elements, not members, for
// which a function's argument selects nothing.
func (w *walk) all(i int, v any) error {
	switch v := v.(type) {
	case *value.Object:
		for m := range v.Members() {
			if err := w.property(i, m.Value); err != nil {
				return err
			}
		}
	case []any:
		for at := range v {
			err := w.element(i, v, at)
			if _, missing := err.(*NotFoundError); missing && !w.strict {
				continue
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// filter selects the elements of an array, or an object, that a condition accepts.
func (w *walk) filter(i int, s *step, v any) error {
	switch v := v.(type) {
	case *value.Object:
		if ok, err := w.run.accepts(s, v); !ok || err != nil {
			return err
		}
		return w.apply(i+1, v)
	case []any:
		for at := range v {
			ok, err := w.run.accepts(s, v[at])
			if ok && err == nil {
				err = w.element(i, v, at)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if s.certain {
		return w.run.fail(w.path, inapplicable, "a filter cannot be applied to a primitive")
	}
	return nil
}

// scan applies the steps behind .. to a value and everything in it, outermost
// first.
func (w *walk) scan(i int, v any) error {
	if w.isLast(i) {
		return w.run.fail(w.path, fatal, "nothing stands behind ..")
	}
	if err := w.run.spend(); err != nil {
		return err
	}
	if w.depth++; w.depth > maxLevels {
		return w.run.exceeds(maxLevels, "levels of a document")
	}
	var err error
	switch c := v.(type) {
	case *value.Object:
		err = w.scanObject(i, c)
	case []any:
		err = w.scanArray(i, c, v)
	}
	w.depth--
	return err
}

func (w *walk) scanObject(i int, o *value.Object) error {
	ok, err := w.enters(i+1, o)
	if ok && err == nil {
		err = w.apply(i+1, o)
	}
	for at := 0; err == nil && at < o.Len(); at++ {
		err = w.scan(i, o.At(at).Value)
	}
	return err
}

// scanArray is given the array twice, since to box it again would allocate.
func (w *walk) scanArray(i int, elements []any, v any) error {
	ok, err := w.enters(i+1, v)
	if ok && err == nil {
		if w.isLast(i + 1) {
			err = w.apply(i+1, v)
		} else {
			err = w.enterElements(i, elements)
		}
	}
	for at := 0; err == nil && at < len(elements); at++ {
		err = w.scan(i, elements[at])
	}
	return err
}

// enterElements takes the step behind .. for done. Unless it is the last, the
// engine takes every element of an array for selected, whatever index or slice it
// is.
func (w *walk) enterElements(i int, elements []any) error {
	for at, element := range elements {
		if w.mark != nil && i == len(w.path.steps)-3 {
			*w.mark = at
		}
		if err := w.apply(i+2, element); err != nil {
			return err
		}
	}
	return nil
}

// enters reports whether a scan stops at a value to apply step i to it.
func (w *walk) enters(i int, v any) (bool, error) {
	o, isObject := v.(*value.Object)
	switch s := &w.path.steps[i]; s.kind {
	case child:
		return isObject && o.Has(s.name), nil
	case children:
		if !isObject || !w.isLast(i) {
			return isObject, nil
		}
		for _, name := range s.names {
			if !o.Has(name) {
				return false, nil
			}
		}
		return true, w.run.spendMuch(len(s.names))
	case index, indexes, slice:
		return !isObject, nil
	case wildcard:
		return true, nil
	case filter:
		return w.run.accepts(s, v)
	}
	return false, nil
}

func (w *walk) call(i int, s *step, v any) error {
	result, err := w.run.invoke(w, s, v)
	if err != nil {
		return err
	}
	w.results = append(w.results, result)
	if w.isLast(i) {
		return nil
	}
	return w.apply(i+1, result)
}
