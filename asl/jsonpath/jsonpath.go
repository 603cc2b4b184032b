// Package jsonpath reads and evaluates the JSONPath of Step Functions.
//
// That dialect is the one of the Jayway engine, not RFC 9535: names with
// hyphens stand in dot notation, a slice's step is read and ignored, several
// names in brackets give an object, filters compare "2" with 2, paths may end in
// functions. [Compile] reads a path, [Path.Eval] applies it to a value of package
// value:
//
//	path, err := jsonpath.Compile("$.orders[?(@.total > 100)].id")
//	if err != nil {
//		return err
//	}
//	ids, err := path.Eval(input) // []any, as the path may select many
//
// Where a language field wants a reference path, which selects one place only and
// may be written to, use [ParseReference]. Whether a text reads the input, the
// context object ($$.Execution.Id) or a variable ($order.id) tells [Split].
//
// The engine's oddities are kept where they can be observed in one evaluation: the
// comments of this package name them. Not kept is what it does by mistake across
// evaluations: append writes into its document, and a function that runs twice loses
// a wildcard of its argument. Regular expressions are Java's; see internal/regex for
// what is missing.
//
// Compiled paths are immutable and may be used by any number of goroutines at
// once. Nothing here ever writes into a value; what a path selects is shared with
// the document. Length and nesting of a path, and the work of one evaluation, are
// bounded: see [MaxLength], [MaxDepth] and [LimitError].
package jsonpath

import "strings"

// Limits of a path's text. The service's own limit is that of the whole
// definition, 1 MiB.
const (
	// MaxLength is how many bytes long a path may be.
	MaxLength = 1 << 16
	// MaxDepth is how deep filters, parentheses and function arguments may stand
	// inside one another.
	MaxDepth = 100
)

// Path is a compiled path. Use [Compile] to make one.
type Path struct {
	text      string
	steps     []step
	plain     bool // single names and indexes only
	calls     bool // there is a function among the steps
	filters   bool // there is a filter among the steps
	definite  bool // selects one value at most
	relative  bool // starts with @, not with $
	swallowed bool // the engine overlooks the last character

	// leafIndex is the place at which an array's element must stand for its member
	// to be selected, where the last step but two is a scan: see walk.property.
	leafIndex  int
	leafMarked bool
}

// Compile reads a path as the engine does, with all that it overlooks: the last
// character after a complete step, a missing $. Use [Check] for what the service
// accepts. The error is a *[SyntaxError].
func Compile(text string) (*Path, error) {
	return compile(source{text: text, whole: text})
}

// Check reports why the service would not accept the text as a path, or nil. It
// is stricter than [Compile]: a path begins with $ (Amazon States Language,
// "Paths"), and every character of it counts. The error is a *[SyntaxError].
func Check(text string) error {
	_, err := compileStrictly(text)
	return err
}

func compileStrictly(text string) (*Path, error) {
	p, err := Compile(text)
	switch {
	case err != nil:
		return nil, err
	case !strings.HasPrefix(text, "$"):
		return nil, &SyntaxError{Path: text, Message: "a path begins with $"}
	case p.swallowed:
		last := len(strings.TrimRight(text, " ")) - 1
		return nil, &SyntaxError{Path: text, Offset: last, Message: "the last character belongs to no step"}
	}
	return p, nil
}

// String returns the path's text, as it was compiled.
func (p *Path) String() string { return p.text }

// Definite reports whether the path selects one value, which [Path.Eval] then
// returns as it is, and not an array of any number of them.
func (p *Path) Definite() bool { return p.definite }

// Prefix returns the path's leading steps that are a single name or a single
// index each, and whether they are the whole path.
func (p *Path) Prefix() (steps []Step, whole bool) {
	for i := range p.steps {
		s, ok := p.steps[i].single()
		if !ok {
			return steps, false
		}
		steps = append(steps, s)
	}
	return steps, true
}

// Elements takes a path apart that selects from each of some elements of an array: the
// single steps that lead to the array, the step that selects several of its elements
// left out, and the single steps behind. ok is false for paths of any other form.
func (p *Path) Elements() (before, behind []Step, ok bool) {
	before, whole := p.Prefix()
	if whole {
		return nil, nil, false
	}
	switch p.steps[len(before)].kind {
	case wildcard, slice, indexes, filter:
	default:
		return nil, nil, false
	}
	for i := range p.steps[len(before)+1:] {
		s, ok := p.steps[len(before)+1+i].single()
		if !ok {
			return nil, nil, false
		}
		behind = append(behind, s)
	}
	return before, behind, true
}

// HasFilter reports whether there is a filter, [?(...)], among the path's steps.
func (p *Path) HasFilter() bool { return p.filters }

// Functions returns the names of the functions that the path calls, in their
// order, those in its arguments and filters left out. A path that calls a function
// that there is not, see [IsFunction], compiles, and always fails.
func (p *Path) Functions() []string {
	var names []string
	for _, s := range p.steps {
		if s.kind == call {
			names = append(names, s.name)
		}
	}
	return names
}

// Eval applies the path to a document, which it leaves as it is.
//
// A definite path gives the value that it selects; if there is none the error is
// a *[NotFoundError]. Any other path gives a []any of what it selects, in the
// document's order; it is empty also where the document lacks a property on the
// way, as with the service (its engine alone reports an error there). An index or
// slice of what is no array, ahead of any step that selects many, is a
// *[NotFoundError] for both.
//
// A function that is unknown or cannot take its operand, and a filter on a
// primitive, give an *[EvalError]; a path that takes too much work, a *[LimitError].
func (p *Path) Eval(root any) (any, error) {
	if p.plain {
		if v, ok := p.walkPlain(root); ok {
			return v, nil
		}
	}
	v, err := p.find(root)
	if missing, ok := err.(*NotFoundError); ok && !p.definite && missing.path == p && missing.why == missingProperty {
		return []any{}, nil
	}
	return v, err
}
