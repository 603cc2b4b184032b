package jsonpath

import (
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/jsonpath/internal/regex"
	"github.com/stepwise-go/stepwise/asl/value"
)

// node is one side of a comparison in a filter, or an element of a list there.
type node struct {
	kind    nodeKind
	v       any            // a boolean, string, array or object
	number  number         // of a number
	pattern *regex.Pattern // of a regular expression
	literal string         // the text of a JSON literal, also where v holds what it says
	err     error          // why a JSON literal cannot be read
}

type nodeKind uint8

const (
	undefined nodeKind = iota // what a path that selects nothing gives
	null
	boolean
	numeric
	text
	container // an array or object
	pattern
	reference // a string in a list that would be a path; equal to nothing
)

// nodeOf returns a document's value as a node.
func nodeOf(v any) node {
	switch v.(type) { // v is kept as it is: to box it again would allocate
	case nil:
		return node{kind: null}
	case bool:
		return node{kind: boolean, v: v}
	case string:
		return node{kind: text, v: v}
	case []any, *value.Object:
		return node{kind: container, v: v}
	}
	return node{kind: numeric, number: numberOf(v)}
}

// elementOf returns an element of a list as a node. Strings in lists are looked
// into: one that reads as JSON or as a path is that.
func elementOf(v any) node {
	if s, ok := v.(string); ok {
		switch inner := strings.Trim(s, " "); {
		case looksLikeJSON(inner):
			return node{kind: container, literal: s}
		case looksLikePath(inner):
			return node{kind: reference}
		}
	}
	return nodeOf(v)
}

func looksLikeJSON(text string) bool {
	if len(text) < 2 {
		return false
	}
	if ends := text[:1] + text[len(text)-1:]; ends != "[]" && ends != "{}" {
		return false
	}
	_, err := parseLoose(text)
	return err == nil
}

func looksLikePath(text string) bool {
	if text == "" || text[0] != '$' && text[0] != '@' {
		return false
	}
	_, err := Compile(text)
	return err == nil
}

// equals compares a node with another, not two that are both arrays or objects of
// a document. A number equals a string that reads as that number, a string equals a
// number that is spelt like it.
func (n node) equals(m node) bool {
	switch n.kind {
	case null:
		return m.kind == null
	case boolean:
		return m.kind == boolean && n.v == m.v
	case numeric:
		other := m.number
		if m.kind == text {
			other = parseNumber(m.v.(string))
		}
		return other.kind != notANumber && n.number.compare(other) == 0
	case text:
		return m.kind == text && n.v == m.v || m.kind == numeric && n.v == m.number.String()
	case container:
		return m.kind == container && n.literal == m.literal // m is a string in a list
	}
	return false
}

// identical compares two values as Java does: 1 and 1.0 are two. It counts the
// values that it visits.
func identical(a, b any, visits *int) bool {
	*visits++
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !identical(a[i], b[i], visits) {
				return false
			}
		}
		return true
	case *value.Object:
		b, ok := b.(*value.Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for m := range a.Members() {
			other, ok := b.Get(m.Name)
			if !ok || !identical(m.Value, other, visits) {
				return false
			}
		}
		return true
	case int64, float64, value.Number:
		n, m := numberOf(a), numberOf(b)
		return n.kind == m.kind && n.kind != notANumber && n.plain() == m.plain()
	}
	return a == b
}

// units returns the length of a string in UTF-16, as Java counts.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// compareUnits orders strings by their UTF-16 units, as Java does: characters
// beyond U+FFFF come before U+E000 to U+FFFF.
func compareUnits(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && i < len(a) && !utf8.RuneStart(a[i]) {
		i--
	}
	x, _ := utf8.DecodeRuneInString(a[i:])
	y, _ := utf8.DecodeRuneInString(b[i:])
	if (x > 0xFFFF) != (y > 0xFFFF) && min(x, y) >= 0xE000 && a[i:] != "" && b[i:] != "" {
		return int(y>>16) - int(x>>16)
	}
	return strings.Compare(a[i:], b[i:])
}
