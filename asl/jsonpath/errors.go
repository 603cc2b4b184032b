package jsonpath

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// SyntaxError says why a text is no path.
type SyntaxError struct {
	Path    string // the whole text
	Offset  int    // where in it, in bytes from 0
	Message string // a lower-case phrase
}

// Error returns the message with the path and the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("path %q: %s at offset %d", e.Path, e.Message, e.Offset)
}

// NotFoundError says that a definite path selects nothing in a document. Its text
// is the service's sentence, the one that stands after "Invalid path '$.x' : " in
// a cause.
type NotFoundError struct {
	path  *Path
	at    int // the step that found no place to go, if not the whole path
	why   reason
	found any // what stood there instead, for wrong types
}

// reason tells the sentences of a NotFoundError apart.
type reason int

const (
	noResults       reason = iota
	missingProperty        // a name that later steps build on
	notAnObject
	notAnArray
	nullArray
)

// Path returns the text of the path that selects nothing. That is an argument's,
// if a function's argument is to blame.
func (e *NotFoundError) Path() string { return e.path.text }

// Error returns the service's sentence, such as "No results for path: $['x']" or
// "Missing property in path $['no']".
func (e *NotFoundError) Error() string {
	place := e.path.place(e.at)
	switch e.why {
	case missingProperty:
		return "Missing property in path " + e.path.place(e.at+1)
	case notAnObject:
		return fmt.Sprintf("Expected to find an object with property %s in path %s but found '%s'.",
			e.path.steps[e.at].fragment(), place, value.Kind(e.found))
	case notAnArray:
		return fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s",
			e.path.steps[e.at].fragment(), excerpt(e.found))
	case nullArray:
		return "The path " + place + " is null"
	}
	return "No results for path: " + e.path.canonical()
}

// EvalError says why a path, though well formed, cannot be evaluated on a document.
type EvalError struct {
	Path    string // the path whose step is to blame
	Message string // a lower-case phrase

	failure failure
}

// failure classes what goes wrong by who handles it inside an evaluation.
type failure int

const (
	fatal        failure = iota
	inapplicable         // makes a filter's condition false
	outOfBounds          // makes an index, slice or wildcard select nothing
)

// Error returns the message with the path.
func (e *EvalError) Error() string { return fmt.Sprintf("path %q: %s", e.Path, e.Message) }

// LimitError says that an evaluation took more work than is allowed: too many
// steps through the document, too deep a document, or too many steps of a regular
// expression.
type LimitError struct {
	Path  string
	Limit string // what there may be at most, such as "5000000 values visited"
}

// Error returns the limit with the path.
func (e *LimitError) Error() string { return fmt.Sprintf("path %q: more than %s", e.Path, e.Limit) }

// SetError says why a value has no place at a reference path.
type SetError struct {
	Path  string // the reference path
	Step  Step   // the step that cannot be taken
	Found any    // the value that it starts from; nil also if there is none
	Place string // where that value stands, such as $['a']
}

// Error says what stands in the way.
func (e *SetError) Error() string {
	if elements, ok := e.Found.([]any); ok && e.Step.InArray {
		return fmt.Sprintf("path %q: the array at %s has no element %s: it has %d", e.Path, e.Place, e.Step, len(elements))
	}
	want := "an object"
	if e.Step.InArray {
		want = "an array"
	}
	return fmt.Sprintf("path %q: %s needs %s at %s, not %s", e.Path, e.Step, want, e.Place, described(e.Found))
}

func described(v any) string {
	switch kind := value.Kind(v); kind {
	case "null":
		return "null or nothing"
	case "array", "object":
		return "an " + kind
	default:
		return "a " + kind
	}
}

// excerpt returns a value's text, cut off where it gets long.
func excerpt(v any) string {
	const longest = 256
	text := value.String(v)
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
