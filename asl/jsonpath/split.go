package jsonpath

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Root says what a path starts from.
type Root int

const (
	// Input is the value that a state works on: $.
	Input Root = iota
	// Context is the context object: $$.
	Context
	// Variable is a variable: $name.
	Variable
)

// String returns "input", "context" or "variable".
func (r Root) String() string {
	switch r {
	case Context:
		return "context"
	case Variable:
		return "variable"
	}
	return "input"
}

// Split takes a path as it stands in a definition apart: into the value that it
// starts from, the variable's name if that is one, and the path from there on,
// which starts with $. So $$.Execution.Id is $.Execution.Id of the context object
// and $order.items[0] is $.items[0] of the variable order.
//
// A variable's name is a Unicode ID_Start character or a low line, then
// ID_Continue characters (Amazon States Language, "Variables"); that it is at most
// 80 characters long and not reserved is not checked. The path that is returned is
// not checked either. The error is a *[SyntaxError].
func Split(text string) (root Root, name, path string, err error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return Input, "", "", &SyntaxError{Path: text, Message: "a path begins with $"}
	}
	if after, ok := strings.CutPrefix(rest, "$"); ok {
		root, rest = Context, after
	} else if end := nameEnd(rest); end > 0 {
		root, name, rest = Variable, rest[:end], rest[end:]
	}
	if rest != "" && rest[0] != '.' && rest[0] != '[' {
		return Input, "", "", &SyntaxError{Path: text, Offset: len(text) - len(rest), Message: "expected . or ["}
	}
	return root, name, "$" + rest, nil
}

// nameEnd returns the length of the variable's name that the text starts with.
func nameEnd(text string) int {
	for i, r := range text {
		if i == 0 && !startsName(r) || i > 0 && !continuesName(r) {
			return i
		}
	}
	return len(text)
}

func startsName(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r))
}

func continuesName(r rune) bool {
	return startsName(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}
