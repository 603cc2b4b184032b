package value

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how many arrays and objects may stand inside one another in a
// text that [Parse] or [ParseNode] reads, and in a Go value that [From] takes in.
const MaxDepth = 1000

// SyntaxError says where and why a text is not JSON.
type SyntaxError struct {
	Offset  int    // in bytes from the start of the text
	Line    int    // from 1
	Column  int    // from 1, in bytes
	Message string // a phrase for people, without the place
	TooDeep bool   // nothing is wrong but that the text is nested more than MaxDepth levels
}

// Error returns the place and the message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Parse reads a text that is one JSON value, as RFC 8259 has it: no comments, no
// trailing commas, no NaN, no byte order mark, UTF-8 only, nothing but blanks
// after the value, and at most [MaxDepth] levels. Its error is a *[SyntaxError].
//
// Where an object repeats a name, the last value wins, at the place of the first.
// A \u escape that is half of a surrogate pair stands for U+FFFD, since no Go
// string can hold it. Strings without escapes are parts of text and keep it alive.
func Parse(text string) (any, error) {
	r := reader{text: text}
	v, _, err := r.document()
	return v, err
}

// reader reads one text. The members and elements of the containers that are
// still open lie on stacks, so that each container is allocated once, at its size.
type reader struct {
	text     string
	at       int
	err      *SyntaxError
	members  []Member
	elements []any

	tree         bool // build Nodes too
	nodeMembers  []NodeMember
	nodeElements []*Node
}

func (r *reader) document() (any, *Node, error) {
	if at := invalidUTF8(r.text); at >= 0 {
		r.fail(at, "the text is not valid UTF-8")
		return nil, nil, r.err
	}
	if strings.HasPrefix(r.text, "\ufeff") {
		r.fail(0, "the text starts with a byte order mark; save it as UTF-8 without one")
		return nil, nil, r.err
	}
	r.blanks()
	v, n, ok := r.value(0)
	if ok {
		if r.blanks(); r.at == len(r.text) {
			return v, n, nil
		}
		r.fail(r.at, fmt.Sprintf("unexpected %s after the value: a text holds one value only", r.here()))
	}
	return nil, nil, r.err
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for at, c := range text {
		if c == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[at:]); size == 1 {
				return at
			}
		}
	}
	return -1
}

func (r *reader) fail(at int, message string) {
	line, column := LineColumn(r.text, at)
	r.err = &SyntaxError{Offset: at, Line: line, Column: column, Message: message}
}

// unexpected reports what stands at the reader's place, where it stands and what
// should be there instead.
func (r *reader) unexpected(where, missing string) {
	if where != "" {
		where = " in " + where
	}
	r.fail(r.at, fmt.Sprintf("unexpected %s%s: %s", r.here(), where, missing))
}

// here names what stands at the reader's place.
func (r *reader) here() string {
	if r.at >= len(r.text) {
		return "end of text"
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return strconv.QuoteRune(c)
}

func (r *reader) blanks() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next takes the byte c if it is the next one.
func (r *reader) next(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) value(depth int) (v any, n *Node, ok bool) {
	start := r.at
	if r.tree {
		n = &Node{Offset: start}
	}
	if r.at == len(r.text) {
		r.unexpected("", "a value is missing")
		return nil, nil, false
	}
	switch c := r.text[r.at]; c {
	case '{', '[':
		if depth == MaxDepth {
			r.fail(r.at, fmt.Sprintf("arrays and objects are nested more than %d deep", MaxDepth))
			r.err.TooDeep = true
			return nil, nil, false
		}
		r.at++
		if c == '{' {
			v, ok = r.object(depth+1, n)
		} else {
			v, ok = r.array(depth+1, n)
		}
	case '"':
		v, ok = r.string()
	case 't':
		v, ok = true, r.literal("true")
	case 'f':
		v, ok = false, r.literal("false")
	case 'n':
		v, ok = nil, r.literal("null")
	default:
		v, ok = r.number()
	}
	if n != nil {
		n.Value, n.End = v, r.at
	}
	return v, n, ok
}

func (r *reader) literal(word string) bool {
	if strings.HasPrefix(r.text[r.at:], word) {
		r.at += len(word)
		return true
	}
	r.noValue()
	return false
}

// noValue reports that no value starts at the reader's place.
func (r *reader) noValue() {
	switch c := r.text[r.at]; {
	case c == '\'':
		r.fail(r.at, `unexpected single quote: strings stand in double quotes`)
	case c == '/':
		r.fail(r.at, `unexpected '/': JSON has no comments`)
	case c == ',' || c == ']' || c == '}':
		r.unexpected("", "a value is missing before it")
	case isLetter(c):
		end := r.at
		for end < len(r.text) && isLetter(r.text[end]) {
			end++
		}
		word := r.text[r.at:end]
		if len(word) > 20 {
			word = word[:20] + "..."
		}
		r.fail(r.at, fmt.Sprintf("unexpected word %s: true, false and null are the only words, and strings stand in double quotes", word))
	default:
		r.unexpected("", "a value starts with one of { [ \" - digit true false null")
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (r *reader) number() (any, bool) {
	end, whole, ok := scanNumber(r.text, r.at)
	if !ok {
		r.badNumber(end)
		return nil, false
	}
	text := r.text[r.at:end]
	r.at = end
	return canonicalNumber(text, whole), true
}

// badNumber reports why the text at the reader's place is no number: end is where
// a digit is missing, or one too many.
func (r *reader) badNumber(end int) {
	start := r.at
	if c := r.text[start]; c != '-' && !isDigit(c) {
		switch {
		case c == '+':
			r.fail(start, "unexpected '+': a number has no plus sign")
		case c == '.':
			r.fail(start, "unexpected '.': a number starts with a digit, as in 0.5")
		default:
			r.noValue()
		}
		return
	}
	r.at = end
	if end < len(r.text) && isDigit(r.text[end]) {
		r.unexpected("a number", "a number has no leading zeros")
		return
	}
	r.unexpected("a number", "a digit is missing")
}

// string reads the string whose opening quote is the next byte.
func (r *reader) string() (string, bool) {
	start := r.at + 1
	for at := start; at < len(r.text); at++ {
		if c := r.text[at]; !plain[c] {
			r.at = at
			if c == '"' {
				r.at++
				return r.text[start:at], true
			}
			return r.escapedString(start)
		}
	}
	r.at = len(r.text)
	return r.unclosed(start)
}

// plain tells the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

func (r *reader) unclosed(start int) (string, bool) {
	line, column := LineColumn(r.text, start-1)
	r.unexpected("a string", fmt.Sprintf("the string that starts at line %d, column %d is never closed", line, column))
	return "", false
}

// escapedString reads a string that begins at start, up to the reader's place
// without anything to replace.
func (r *reader) escapedString(start int) (string, bool) {
	out := append(make([]byte, 0, r.at-start+16), r.text[start:r.at]...)
	for r.at < len(r.text) {
		from := r.at
		for r.at < len(r.text) && plain[r.text[r.at]] {
			r.at++
		}
		out = append(out, r.text[from:r.at]...)
		if r.at == len(r.text) {
			break
		}
		switch c := r.text[r.at]; c {
		case '"':
			r.at++
			return string(out), true
		case '\\':
			var ok bool
			if out, ok = r.escape(out); !ok {
				return "", false
			}
		default:
			r.controlCharacter(c)
			return "", false
		}
	}
	return r.unclosed(start)
}

func (r *reader) controlCharacter(c byte) {
	if c == '\n' || c == '\r' {
		r.fail(r.at, "unexpected end of line in a string: the closing quote is missing, or the line break must be written as \\n")
		return
	}
	r.fail(r.at, fmt.Sprintf("control character U+%04X in a string: it must be written as %s", c, appendEscape(nil, c)))
}

// escape appends what the escape at the reader's place stands for, and
// reports false if that is no escape.
func (r *reader) escape(out []byte) ([]byte, bool) {
	start := r.at
	if r.at++; r.at == len(r.text) {
		r.unexpected("an escape", "the string is not closed")
		return out, false
	}
	c := r.text[r.at]
	r.at++
	switch c {
	case '"', '\\', '/':
		return append(out, c), true
	case 'b':
		return append(out, '\b'), true
	case 'f':
		return append(out, '\f'), true
	case 'n':
		return append(out, '\n'), true
	case 'r':
		return append(out, '\r'), true
	case 't':
		return append(out, '\t'), true
	case 'u':
		unit, ok := r.hex()
		if !ok {
			return out, false
		}
		return utf8.AppendRune(out, r.pair(unit)), true
	}
	if c < ' ' {
		r.at--
		r.controlCharacter(c)
		return out, false
	}
	unknown, _ := utf8.DecodeRuneInString(r.text[start+1:])
	r.fail(start, fmt.Sprintf(`unknown escape \%c in a string: the escapes are \" \\ \/ \b \f \n \r \t and \u with four hex digits`, unknown))
	return out, false
}

// hex reads the four hex digits of a \u escape.
func (r *reader) hex() (rune, bool) {
	var unit rune
	for range 4 {
		digit := -1
		if r.at < len(r.text) {
			digit = hexDigit(r.text[r.at])
		}
		if digit < 0 {
			r.unexpected(`a \u escape`, "four hex digits follow the u")
			return 0, false
		}
		unit = unit<<4 | rune(digit)
		r.at++
	}
	return unit, true
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// pair returns the character of a UTF-16 code unit, with the escape that follows
// where both make a surrogate pair.
func (r *reader) pair(unit rune) rune {
	const highStart, lowStart, lowEnd = 0xd800, 0xdc00, 0xe000
	if unit < highStart || unit >= lowEnd {
		return unit
	}
	if unit < lowStart && strings.HasPrefix(r.text[r.at:], `\u`) {
		back := r.at
		r.at += 2
		if low, ok := r.hex(); ok && low >= lowStart && low < lowEnd {
			return (unit-highStart)<<10 | (low - lowStart) + 0x10000
		}
		// Whatever follows is read again, and reported again if it is broken.
		r.at, r.err = back, nil
	}
	return utf8.RuneError
}

func (r *reader) array(depth int, n *Node) (any, bool) {
	base, nodeBase := len(r.elements), len(r.nodeElements)
	r.blanks()
	if r.next(']') {
		return []any{}, true
	}
	for {
		if r.at < len(r.text) && r.text[r.at] == ']' {
			r.unexpected("an array", "a value is missing after the comma")
			return nil, false
		}
		v, child, ok := r.value(depth)
		if !ok {
			return nil, false
		}
		r.elements = append(r.elements, v)
		if n != nil {
			r.nodeElements = append(r.nodeElements, child)
		}
		r.blanks()
		if r.next(']') {
			break
		}
		if !r.next(',') {
			r.unexpected("an array", "a comma or a closing bracket is missing")
			return nil, false
		}
		r.blanks()
	}
	if n != nil {
		n.Elements, r.nodeElements = pop(r.nodeElements, nodeBase)
	}
	var elements []any
	elements, r.elements = pop(r.elements, base)
	return elements, true
}

// pop returns a copy of what lies on the stack from base up, and the stack without it.
func pop[T any](stack []T, base int) (top, rest []T) {
	top = make([]T, len(stack)-base)
	copy(top, stack[base:])
	return top, stack[:base]
}

func (r *reader) object(depth int, n *Node) (any, bool) {
	base, nodeBase := len(r.members), len(r.nodeMembers)
	r.blanks()
	if r.next('}') {
		return &Object{}, true
	}
	for {
		nameAt := r.at
		name, ok := r.name()
		if !ok {
			return nil, false
		}
		v, child, ok := r.value(depth)
		if !ok {
			return nil, false
		}
		r.members = append(r.members, Member{name, v})
		if n != nil {
			r.nodeMembers = append(r.nodeMembers, NodeMember{Name: name, NameOffset: nameAt, Node: child})
		}
		r.blanks()
		if r.next('}') {
			break
		}
		if !r.next(',') {
			r.unexpected("an object", "a comma or a closing brace is missing")
			return nil, false
		}
		r.blanks()
	}
	var members []Member
	members, r.members = pop(r.members, base)
	object := NewObject(members...)
	if n != nil {
		n.Members, r.nodeMembers = pop(r.nodeMembers, nodeBase)
		if object.Len() < len(n.Members) {
			markDuplicates(n.Members)
		}
	}
	return object, true
}

// name reads a member's name and the colon after it.
func (r *reader) name() (string, bool) {
	if r.at == len(r.text) || r.text[r.at] != '"' {
		switch {
		case r.at < len(r.text) && r.text[r.at] == '}':
			r.unexpected("an object", "a member is missing after the comma")
		default:
			r.unexpected("an object", "a member's name in double quotes is missing")
		}
		return "", false
	}
	name, ok := r.string()
	if !ok {
		return "", false
	}
	r.blanks()
	if !r.next(':') {
		r.unexpected("an object", "a colon after the member's name is missing")
		return "", false
	}
	r.blanks()
	return name, true
}
