package interp

import (
	"errors"
	"strings"
)

// pattern is a compiled operand of StringMatches: the literal pieces between its
// wildcards.
type pattern struct{ pieces []string }

// errOpenEscape is what is wrong with a pattern that ends in a backslash. The
// service creates such a definition, and an execution fails when it gets to the
// rule (States Language specification, "Choice state").
var errOpenEscape = errors.New("the pattern ends in a backslash")

// newPattern reads a pattern: * is any text, \* and \\ are the characters. The
// error is errOpenEscape.
func newPattern(text string) (pattern, error) {
	var p pattern
	var piece strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '*':
			p.pieces = append(p.pieces, piece.String())
			piece.Reset()
		case c != '\\':
			piece.WriteByte(c)
		case i+1 == len(text):
			return p, errOpenEscape
		default:
			i++
			if text[i] != '*' && text[i] != '\\' {
				piece.WriteByte('\\')
			}
			piece.WriteByte(text[i])
		}
	}
	p.pieces = append(p.pieces, piece.String())
	return p, nil
}

// matches reports whether the whole text fits the pattern. Its work is bounded by
// the product of both lengths.
func (p pattern) matches(s string) bool {
	first, last := p.pieces[0], p.pieces[len(p.pieces)-1]
	if len(p.pieces) == 1 {
		return s == first
	}
	s, ok := strings.CutPrefix(s, first)
	if !ok {
		return false
	}
	s, ok = strings.CutSuffix(s, last)
	if !ok {
		return false
	}
	for _, piece := range p.pieces[1 : len(p.pieces)-1] {
		at := strings.Index(s, piece)
		if at < 0 {
			return false
		}
		s = s[at+len(piece):]
	}
	return true
}
