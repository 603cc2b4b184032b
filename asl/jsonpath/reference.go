package jsonpath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Reference is a reference path: a path that selects one place, and that can
// therefore be written to. Use [ParseReference] to make one.
type Reference struct {
	path  *Path
	steps []Step
}

// ParseReference reads a reference path (Amazon States Language, "Reference
// Paths"): $, then names and single indexes only. None of the operators
// @ , : ? * may stand in it outside quotes, no "..", no function. Names are the
// engine's: a backslash in dot notation is a character like any other. Negative
// indexes are taken; they can be read but not written. The error is a *[SyntaxError].
func ParseReference(text string) (*Reference, error) {
	path, err := compileStrictly(text)
	if err != nil {
		return nil, err
	}
	if len(path.steps) > value.MaxDepth {
		return nil, &SyntaxError{text, path.steps[value.MaxDepth].at, fmt.Sprintf("a reference path may have at most %d steps", value.MaxDepth)}
	}
	for i := range path.steps {
		s := &path.steps[i]
		if _, single := s.single(); !single {
			return nil, &SyntaxError{text, s.at, fmt.Sprintf("a reference path may hold names and single indexes only, not %s", s.fragment())}
		}
		if s.quote == 0 && strings.ContainsAny(s.name, operatorChars) {
			return nil, &SyntaxError{text, s.at, fmt.Sprintf("the name %s of a reference path must stand in brackets and quotes", s.name)}
		}
	}
	steps, _ := path.Prefix()
	return &Reference{path: path, steps: steps}, nil
}

// operatorChars may not stand in an unquoted name of a reference path.
const operatorChars = "@,:?*()[]"

// String returns the reference path's text.
func (r *Reference) String() string { return r.path.text }

// Path returns the reference path as a path.
func (r *Reference) Path() *Path { return r.path }

// Steps returns the steps from the root to the place. There are none in $.
func (r *Reference) Steps() []Step { return slices.Clone(r.steps) }

// Get returns the value at the place. The error is a *[NotFoundError].
func (r *Reference) Get(root any) (any, error) { return r.path.Eval(root) }

// Set returns the document with v at the place (Amazon States Language,
// "ResultPath"). The document itself stays as it is: what lies on the way is
// copied, the rest is shared.
//
// Members that are missing on the way are created, as objects; a new member is the
// last of its object, an old one keeps its place. An array must hold the element
// already. What else stands in the way is not replaced: the error is a *[SetError].
func (r *Reference) Set(root, v any) (any, error) { return r.set(root, 0, v) }

func (r *Reference) set(old any, at int, v any) (any, error) {
	if at == len(r.steps) {
		return v, nil
	}
	s := r.steps[at]
	if s.InArray {
		elements, ok := old.([]any)
		if !ok || s.Index < 0 || s.Index >= len(elements) {
			return nil, r.noPlace(at, old)
		}
		set, err := r.set(elements[s.Index], at+1, v)
		if err != nil {
			return nil, err
		}
		elements = slices.Clone(elements)
		elements[s.Index] = set
		return elements, nil
	}
	o, ok := old.(*value.Object)
	if !ok {
		return nil, r.noPlace(at, old)
	}
	member, ok := o.Get(s.Name)
	if !ok && at+1 < len(r.steps) {
		if r.steps[at+1].InArray {
			return nil, r.noPlace(at+1, nil)
		}
		member = value.NewObject()
	}
	set, err := r.set(member, at+1, v)
	if err != nil {
		return nil, err
	}
	return o.With(s.Name, set), nil
}

func (r *Reference) noPlace(at int, found any) error {
	var place strings.Builder
	place.WriteByte('$')
	for _, s := range r.steps[:at] {
		place.WriteString(s.String())
	}
	return &SetError{Path: r.path.text, Step: r.steps[at], Found: found, Place: place.String()}
}
