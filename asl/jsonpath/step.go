package jsonpath

import (
	"strconv"
	"strings"
)

// step is one step of a path. Its fields hold what its kind needs.
type step struct {
	kind stepKind
	at   int // where it starts in the path's text
	// certain tells that every step before selects one value at most, so that what
	// is not there is an error.
	certain  bool
	quote    byte   // of names in brackets; 0 in dot notation
	index    int    // of an index step
	name     string // of a child or a call
	names    []string
	indexes  []int
	bounds   bounds
	filter   condition
	args     []argument
	inParens bool // a call whose parentheses hold something
}

type stepKind uint8

const (
	child    stepKind = iota // one name
	children                 // several names
	index                    // one index
	indexes                  // several
	slice                    // [from:to]
	wildcard                 // *
	filter                   // [?(...)]
	scan                     // ..
	call                     // .name(...)
)

// bounds are those of a slice, either of which may be missing.
type bounds struct {
	from, to       int
	hasFrom, hasTo bool
}

// argument is one of a function call: a path, or a JSON literal.
type argument struct {
	path    *Path
	literal any
	err     error // why the literal cannot be read

	// members selects the children of what path selects, for the functions that
	// count.
	members *Path
}

// definite reports whether the step selects one value at most of one it is given.
// Several names give one object if they come last.
func (s *step) definite(last bool) bool {
	switch s.kind {
	case child, index, call:
		return true
	case children:
		return last
	}
	return false
}

// fragment returns the step as the engine spells it.
func (s *step) fragment() string {
	switch s.kind {
	case child:
		return quoted(s.quote, s.name)
	case children:
		return quoted(s.quote, s.names...)
	case index:
		return "[" + strconv.Itoa(s.index) + "]"
	case indexes:
		texts := make([]string, len(s.indexes))
		for i, n := range s.indexes {
			texts[i] = strconv.Itoa(n)
		}
		return "[" + strings.Join(texts, ",") + "]"
	case slice:
		return "[" + s.bounds.String() + "]"
	case wildcard:
		return "[*]"
	case filter:
		return "[?]"
	case scan:
		return ".."
	}
	if len(s.args) > 0 {
		return "." + s.name + "(...)"
	}
	return "." + s.name + "()"
}

func (b bounds) String() string {
	var text strings.Builder
	if b.hasFrom {
		text.WriteString(strconv.Itoa(b.from))
	}
	text.WriteByte(':')
	if b.hasTo {
		text.WriteString(strconv.Itoa(b.to))
	}
	return text.String()
}

func quoted(quote byte, names ...string) string {
	mark := "'"
	if quote == '"' {
		mark = `"`
	}
	return "[" + mark + strings.Join(names, mark+","+mark) + mark + "]"
}

// canonical returns the path as the engine spells it.
func (p *Path) canonical() string {
	var text strings.Builder
	if p.relative {
		text.WriteByte('@')
	} else {
		text.WriteByte('$')
	}
	for i := range p.steps {
		text.WriteString(p.steps[i].fragment())
	}
	return text.String()
}

// place returns where a definite path is after n steps.
func (p *Path) place(n int) string {
	var text strings.Builder
	text.WriteByte('$')
	for i := range p.steps[:n] {
		if s, ok := p.steps[i].single(); ok {
			text.WriteString(s.String())
		}
	}
	return text.String()
}

// Step is a step that selects one place: a member of an object or an element of
// an array.
type Step struct {
	Name    string // the member's name, unless InArray
	Index   int    // the element's place, from 0, or from the end if negative
	InArray bool
}

// String returns the step in bracket notation.
func (s Step) String() string {
	if s.InArray {
		return "[" + strconv.Itoa(s.Index) + "]"
	}
	return quoted('\'', s.Name)
}

// single returns a step that is one name or one index.
func (s *step) single() (Step, bool) {
	switch s.kind {
	case child:
		return Step{Name: s.name}, true
	case index:
		return Step{Index: s.index, InArray: true}, true
	}
	return Step{}, false
}
