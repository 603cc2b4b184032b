package jsonpath

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// source is a text to parse that may be a part of a longer path.
type source struct {
	text  string
	whole string // the whole path, for errors
	base  int    // where in it the text starts
	depth int    // how many filters, parentheses and arguments it stands in
}

// part returns the source text[from:to], one level deeper.
func (s source) part(from, to int) source {
	return source{text: s.text[from:to], whole: s.whole, base: s.base + from, depth: s.depth + 1}
}

func (s source) fail(at int, format string, args ...any) error {
	offset := min(max(s.base+at, 0), len(s.whole))
	return &SyntaxError{Path: s.whole, Offset: offset, Message: fmt.Sprintf(format, args...)}
}

// cursor is a place in a source. Only blanks count as space in the grammar, not
// tabs or line ends.
type cursor struct {
	source
	at, end int // text[at:end] is still to read; what lies behind end can be peeked at
}

// trim drops the blanks around what is to read.
func (c *cursor) trim() {
	for c.at < c.end && c.text[c.at] == ' ' {
		c.at++
	}
	for c.end > c.at && c.text[c.end-1] == ' ' {
		c.end--
	}
}

// byteAt returns the byte at a place, 0 if there is none.
func (c *cursor) byteAt(i int) byte {
	if i < 0 || i >= len(c.text) {
		return 0
	}
	return c.text[i]
}

func (c *cursor) current() byte { return c.byteAt(c.at) }

// significant returns the first place from i on that holds no blank.
func (c *cursor) significant(i int) int {
	for i < c.end && c.text[i] == ' ' {
		i++
	}
	return i
}

// next returns the place of b if that is the first byte from i on that is no blank.
func (c *cursor) next(i int, b byte) (int, bool) {
	i = c.significant(i)
	return i, c.byteAt(i) == b
}

func (c *cursor) skipBlanks() { c.at = c.significant(c.at) }

// before returns the last byte ahead of i that is no blank, and its place.
func (c *cursor) before(i int) (byte, int) {
	i--
	for i >= 0 && c.text[i] == ' ' {
		i--
	}
	return c.byteAt(i), i
}

// unescaped returns the place of the first b behind i that has no backslash
// before it, or -1.
func (c *cursor) unescaped(i int, b byte) int {
	for i++; i < c.end; i++ {
		switch c.text[i] {
		case '\\':
			i++
		case b:
			return i
		}
	}
	return -1
}

// closing returns the place of the bracket that closes the one at i, or -1. It
// steps over strings and, if told, over regular expressions. Of two strings
// without anything between, the second's quote is overlooked, as in the engine.
func (c *cursor) closing(i int, regexes bool) (int, error) {
	opening := c.text[i]
	closed := map[byte]byte{'(': ')', '[': ']', '{': '}'}[opening]
	opened := 1
	for i++; i < c.end; i++ {
		if b := c.text[i]; b == '\'' || b == '"' {
			start := i
			if i = c.unescaped(i, b); i < 0 {
				return -1, c.fail(start, "a string lacks its closing %c", b)
			}
			i++
		}
		if regexes && c.byteAt(i) == '/' {
			start := i
			if i = c.unescaped(i, '/'); i < 0 {
				return -1, c.fail(start, "a regular expression lacks its closing /")
			}
			i++
		}
		switch c.byteAt(i) {
		case opening:
			opened++
		case closed:
			if opened--; opened == 0 {
				return i, nil
			}
		}
	}
	return -1, nil
}

// atTail reports whether nothing is left to read that could be a step: nothing at
// all, or one character (one UTF-16 unit, to the engine).
func (c *cursor) atTail() bool {
	rest := c.text[min(c.at, c.end):c.end]
	r, size := utf8.DecodeRuneInString(rest)
	return size == len(rest) && r <= 0xFFFF
}

// isDigit reports whether r is a decimal digit of any script, as the engine counts
// them: those outside the Basic Multilingual Plane are none.
func isDigit(r rune) bool { return r <= 0xFFFF && unicode.IsDigit(r) }

// latinDigits returns the text with the digits of other scripts made Latin ones.
func latinDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !isDigit(r) {
			return r
		}
		for _, block := range unicode.Nd.R16 {
			if r >= rune(block.Lo) && r <= rune(block.Hi) {
				return '0' + (r-rune(block.Lo))%10 // blocks of digits are whole tens
			}
		}
		return r
	}, text)
}

// parseInt reads an integer of 32 bits.
func parseInt(text string) (int, bool) {
	text = latinDigits(text)
	digits := strings.TrimPrefix(text, "-")
	n := 0
	for i := range len(digits) {
		d := int(digits[i]) - '0'
		if d < 0 || d > 9 || n > math.MaxInt32 {
			return 0, false
		}
		n = 10*n + d
	}
	if len(digits) < len(text) {
		n = -n
	}
	return n, digits != "" && n >= math.MinInt32 && n <= math.MaxInt32
}
