package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/stepwise-go/stepwise/asl/value"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenOperator
	tokenName
	tokenVariable
	tokenLiteral
	tokenRegex
)

// token is one word of an expression. The text of an operator is the operator, of
// a name or variable its name without quotes or $.
type token struct {
	kind  tokenKind
	text  string
	value any    // of a literal
	flags string // of a regular expression
	mark  mark
}

// is reports whether the token is that operator.
func (t token) is(operator string) bool { return t.kind == tokenOperator && t.text == operator }

// insert returns what a message shows of the token.
func (t token) insert() any {
	switch t.kind {
	case tokenLiteral:
		return t.value
	case tokenRegex:
		return value.NewObject() // as the reference does
	}
	return t.text
}

// inSignature returns what the token adds to the text of a signature: of a string
// what is in it, since the reference puts the text together anew.
func (t token) inSignature() string {
	if s, ok := t.value.(string); ok {
		return s
	}
	if isNumber(t.value) {
		return string(appendNumber(nil, t.value))
	}
	return t.text
}

const (
	blanks    = " \t\n\r\v"
	operators = ".[]{}(),@#;:?+-*/%|=<>^&!~"
	endOfText = "(end)"
)

var longOperators = []string{"..", ":=", "!=", ">=", "<=", "**", "~>"}

// lexer takes an expression apart. After its first error it gives only the end.
type lexer struct {
	text string
	at   int
	err  *Error

	halfPair bool // a string literal has half a surrogate pair
}

func (l *lexer) fail(code string, start, end int, tok any) token {
	if l.err == nil {
		l.err = newError(code).at(mark{start, end}).about(tok)
	}
	l.at = len(l.text)
	return l.end()
}

func (l *lexer) end() token {
	return token{text: endOfText, mark: mark{len(l.text), len(l.text)}}
}

// next returns the next token. Behind an operand a / divides; elsewhere it starts
// a regular expression.
func (l *lexer) next(behindOperand bool) token {
	if !l.skipBlanks() {
		return l.end()
	}
	start := l.at
	c := l.text[start]
	if c == '/' && !behindOperand {
		return l.regex()
	}
	for _, op := range longOperators {
		if strings.HasPrefix(l.text[start:], op) {
			return l.operator(op)
		}
	}
	switch {
	case c == '!' || c == '~':
		return l.fail("S0204", start, start+1, l.text[start:start+1])
	case strings.IndexByte(operators, c) >= 0:
		return l.operator(l.text[start : start+1])
	case c == '"' || c == '\'':
		return l.string(c)
	case '0' <= c && c <= '9':
		return l.number()
	case c == '`':
		return l.quotedName()
	}
	return l.word()
}

// skipBlanks skips blanks and comments and reports whether anything is left.
func (l *lexer) skipBlanks() bool {
	for l.err == nil {
		for l.at < len(l.text) && strings.IndexByte(blanks, l.text[l.at]) >= 0 {
			l.at++
		}
		if !strings.HasPrefix(l.text[l.at:], "/*") {
			return l.at < len(l.text)
		}
		length := strings.Index(l.text[l.at+2:], "*/")
		if length < 0 {
			l.fail("S0106", l.at, l.at, nothing{})
			return false
		}
		l.at += 2 + length + 2
	}
	return false
}

func (l *lexer) operator(op string) token {
	start := l.at
	l.at += len(op)
	return token{kind: tokenOperator, text: op, mark: mark{start, l.at}}
}

func (l *lexer) string(quote byte) token {
	start := l.at
	l.at++
	if plain := strings.IndexAny(l.text[l.at:], string([]byte{quote, '\\'})); plain >= 0 && l.text[l.at+plain] == quote {
		s := l.text[l.at : l.at+plain]
		l.at += plain + 1
		return token{kind: tokenLiteral, value: s, mark: mark{start, l.at}}
	}
	var b []byte
	for l.at < len(l.text) {
		switch c := l.text[l.at]; c {
		case quote:
			l.at++
			return token{kind: tokenLiteral, value: string(b), mark: mark{start, l.at}}
		case '\\':
			var ok bool
			if b, ok = l.escape(b); !ok {
				return l.end()
			}
		default:
			b = append(b, c)
			l.at++
		}
	}
	return l.fail("S0101", start, len(l.text), nothing{})
}

// escape appends what an escape sequence stands for.
func (l *lexer) escape(b []byte) ([]byte, bool) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	rest := l.text[l.at+1:]
	switch {
	case rest == "":
		l.fail("S0103", l.at, len(l.text), "")
		return nil, false
	case rest[0] == 'u':
		return l.unicodeEscape(b)
	}
	i := strings.IndexByte(letters, rest[0])
	if i < 0 {
		l.fail("S0103", l.at, l.at+1, firstCharacter(rest))
		return nil, false
	}
	l.at += 2
	return append(b, meanings[i]), true
}

func (l *lexer) unicodeEscape(b []byte) ([]byte, bool) {
	unit, ok := hexUnit(l.text[l.at:])
	if !ok {
		l.fail("S0104", l.at, min(l.at+1, len(l.text)), nothing{})
		return nil, false
	}
	l.at += len(`\u0000`)
	if utf16.IsSurrogate(unit) {
		if low, ok := hexUnit(l.text[l.at:]); ok {
			if r := utf16.DecodeRune(unit, low); r != '\uFFFD' {
				l.at += len(`\u0000`)
				return append(b, string(r)...), true
			}
		}
		l.halfPair = true
	}
	return appendUnit(b, unit), true
}

// hexUnit reads \u and four hexadecimal digits.
func hexUnit(s string) (rune, bool) {
	if len(s) < len(`\u0000`) || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(n), err == nil
}

func (l *lexer) number() token {
	start := l.at
	digits := func() bool {
		from := l.at
		for l.at < len(l.text) && '0' <= l.text[l.at] && l.text[l.at] <= '9' {
			l.at++
		}
		return l.at > from
	}
	if l.text[l.at] == '0' {
		l.at++
	} else {
		digits()
	}
	if from := l.at; l.at < len(l.text) && l.text[l.at] == '.' {
		if l.at++; !digits() {
			l.at = from
		}
	}
	if from := l.at; l.at < len(l.text) && l.text[l.at]|0x20 == 'e' {
		l.at++
		if l.at < len(l.text) && (l.text[l.at] == '+' || l.text[l.at] == '-') {
			l.at++
		}
		if !digits() {
			l.at = from
		}
	}
	f, _ := strconv.ParseFloat(l.text[start:l.at], 64)
	if math.IsInf(f, 0) {
		return l.fail("S0102", start, l.at, l.text[start:l.at])
	}
	return token{kind: tokenLiteral, value: value.FromFloat(f), mark: mark{start, l.at}}
}

func (l *lexer) quotedName() token {
	start := l.at
	length := strings.IndexByte(l.text[start+1:], '`')
	if length < 0 {
		return l.fail("S0105", start, len(l.text), nothing{})
	}
	l.at += length + 2
	return token{kind: tokenName, text: l.text[start+1 : start+1+length], mark: mark{start, l.at}}
}

func (l *lexer) word() token {
	start := l.at
	length := strings.IndexAny(l.text[start:], blanks+operators)
	if length < 0 {
		length = len(l.text) - start
	}
	l.at += length
	t := token{kind: tokenName, text: l.text[start:l.at], mark: mark{start, l.at}}
	if name, ok := strings.CutPrefix(t.text, "$"); ok {
		t.kind, t.text = tokenVariable, name
		return t
	}
	switch t.text {
	case "and", "or", "in":
		t.kind = tokenOperator
	case "true", "false":
		t.kind, t.value = tokenLiteral, t.text == "true"
	case "null":
		t.kind = tokenLiteral
	}
	return t
}

// regex reads a regular expression. A / within brackets of any kind, or behind a
// backslash, does not end it.
func (l *lexer) regex() token {
	start := l.at
	open := 0
	for l.at++; l.at < len(l.text); l.at++ {
		c := l.text[l.at]
		if c == '/' && open == 0 && !l.escaped() {
			return l.regexFlags(start)
		}
		if l.text[l.at-1] == '\\' {
			continue
		}
		switch c {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
	}
	return l.fail("S0302", start, len(l.text), nothing{})
}

// escaped reports whether an odd number of backslashes stands before the place.
func (l *lexer) escaped() bool {
	from := l.at
	for l.text[from-1] == '\\' {
		from--
	}
	return (l.at-from)%2 == 1
}

func (l *lexer) regexFlags(start int) token {
	pattern := l.text[start+1 : l.at]
	if pattern == "" {
		return l.fail("S0301", start, l.at, nothing{})
	}
	l.at++
	from := l.at
	for l.at < len(l.text) && (l.text[l.at] == 'i' || l.text[l.at] == 'm') {
		l.at++
	}
	return token{kind: tokenRegex, text: pattern, flags: l.text[from:l.at], mark: mark{start, l.at}}
}
