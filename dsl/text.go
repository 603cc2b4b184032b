package dsl

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// textPart is a piece of an expression's text: literal, or an argument.
type textPart struct {
	literal string
	arg     int // -1: literal
}

// splitText splits the text of an [Expr] at the places of its n arguments.
func splitText(text string, n int) []textPart {
	var parts []textPart
	literal := func(s string) {
		if s != "" {
			parts = append(parts, textPart{s, -1})
		}
	}
	for {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			literal(text)
			return parts
		}
		if number, rest, ok := strings.Cut(text[start+1:], "}"); ok && isArgument(number, n) {
			literal(text[:start])
			arg, _ := strconv.Atoi(number)
			parts = append(parts, textPart{"", arg})
			text = rest
			continue
		}
		if escaped, rest, ok := strings.Cut(strings.TrimPrefix(text[start:], "{{"), "}}"); ok && strings.HasPrefix(text[start:], "{{") && isDigits(escaped) {
			literal(text[:start] + "{" + escaped + "}")
			text = rest
			continue
		}
		literal(text[:start+1])
		text = text[start+1:]
	}
}

func isArgument(s string, n int) bool {
	i, err := strconv.Atoi(s)
	return isDigits(s) && err == nil && i < n
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isSimpleName reports whether a name can stand behind a dot in both languages.
func isSimpleName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

var backslashed = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// pathText writes steps as JSONPath does.
func pathText(b *strings.Builder, steps []step) {
	for _, s := range steps {
		switch {
		case !s.isName:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case isSimpleName(s.name):
			b.WriteString("." + s.name)
		default:
			b.WriteString("['" + backslashed.Replace(s.name) + "']")
		}
	}
}

// jsonataSteps writes steps below an expression as JSONata does.
func jsonataSteps(base string, steps []step) string {
	for _, s := range steps {
		switch {
		case !s.isName:
			base += "[" + strconv.Itoa(s.index) + "]"
		case isSimpleName(s.name) && !jsonataWord[s.name]:
			base += "." + s.name
		case s.name == "" || strings.Contains(s.name, "`"):
			base = "$lookup(" + base + ", " + jsonataString(s.name) + ")"
		default:
			base += ".`" + s.name + "`"
		}
	}
	return base
}

// jsonataWord has the names that are something else in an expression.
var jsonataWord = map[string]bool{"and": true, "or": true, "in": true, "true": true, "false": true, "null": true, "function": true}

// jsonataString writes a string as JSONata does: in single quotes, which need no
// escapes inside JSON, if there is none in it.
func jsonataString(s string) string {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte(quote)
	for _, r := range s {
		switch {
		case r == '\\' || r == '"' && quote == '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ':
			b.WriteString(`\u00` + hex(byte(r)))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(quote)
	return b.String()
}

func hex(c byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// regexpLiteral writes a character that a regular expression matches literally,
// inside or outside of a character class. JSONata's reader of expressions takes a
// bracket or a slash behind any backslash for an escaped one, so a literal
// backslash is written by its number.
func regexpLiteral(b *strings.Builder, r rune) {
	switch {
	case r == '\\' || r < ' ':
		b.WriteString(`\x` + hex(byte(r)))
	case r >= utf8.RuneSelf || r == '_' || r == ' ' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		b.WriteRune(r)
	default:
		b.WriteString(`\` + string(r))
	}
}

// matchRegexp returns the regular expression of a pattern in which * stands for
// any text, \* for a star and \\ for a backslash.
func matchRegexp(pattern string) string {
	var b strings.Builder
	b.WriteString("/^")
	escaped := false
	for _, r := range pattern {
		switch {
		case r == '\\' && !escaped:
			escaped = true
			continue
		case r == '*' && !escaped:
			b.WriteString(`[\s\S]*`)
		default:
			regexpLiteral(&b, r)
		}
		escaped = false
	}
	b.WriteString("$/")
	return b.String()
}
