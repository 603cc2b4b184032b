package source

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// joined is a text put together from pieces, each of which knows the offset in the
// file of every byte of it.
type joined struct {
	values map[string]string // what is known of the definition's substitutions
	text   strings.Builder
	starts []int           // of the pieces
	pieces []func(int) int // from the offset in the piece to the one in the file
}

func (j *joined) add(piece string, at func(int) int) {
	if piece == "" {
		return
	}
	j.starts = append(j.starts, j.text.Len())
	j.pieces = append(j.pieces, at)
	j.text.WriteString(piece)
}

// at returns the offset in the file of an offset in the text.
func (j *joined) at(offset int) int {
	i := sort.SearchInts(j.starts, offset+1) - 1
	if i < 0 {
		return 0
	}
	return j.pieces[i](offset - j.starts[i])
}

// here is the place of a piece that stands nowhere in the file: what it stands for
// does.
func here(offset int) func(int) int { return func(int) int { return offset } }

// quoted returns the text with quotes around the placeholders that stand outside of
// strings, so that it is JSON: what is filled in is a number, a boolean or more.
func (j *joined) quoted() *joined {
	text := j.text.String()
	if !strings.Contains(text, "${") {
		return j
	}
	q := &joined{}
	from, inside := 0, false
	for at := 0; at < len(text); at++ {
		switch c := text[at]; {
		case c == '\\' && inside:
			at++
		case c == '"':
			inside = !inside
		case c == '$' && !inside:
			end := placeholderEnd(text, at)
			if end < 0 {
				continue
			}
			q.add(text[from:at], j.from(from))
			q.add(`"`, j.from(at))
			q.add(text[at:end], j.from(at))
			q.add(`"`, j.from(end-1))
			from, at = end, end-1
		}
	}
	q.add(text[from:], j.from(from))
	return q
}

// placeholder finds what may be filled in.
var placeholder = regexp.MustCompile(`\$\{(!?)([A-Za-z0-9_.:]+)\}`)

// fill adds a text of the file, with the placeholders filled in whose values are known:
// those of the definition or, in a text that Fn::Sub fills in, of it; there ${!these}
// are the definition's.
func (j *joined) fill(text string, at func(int) int, sub map[string]string) {
	from := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		values := sub
		if (m[2] < m[3]) == (sub != nil) {
			values = j.values
		}
		known, ok := values[text[m[4]:m[5]]]
		if !ok {
			continue
		}
		j.add(text[from:m[0]], shifted(at, from))
		start := m[0]
		j.add(known, func(int) int { return at(start) })
		from = m[1]
	}
	j.add(text[from:], shifted(at, from))
}

func shifted(at func(int) int, by int) func(int) int {
	return func(offset int) int { return at(by + offset) }
}

func (j *joined) from(start int) func(int) int { return shifted(j.at, start) }

// longestPlaceholder bounds how far the end of one is sought.
const longestPlaceholder = 256

// placeholderEnd returns where the ${placeholder} ends that starts at an offset, or -1
// if none does.
func placeholderEnd(text string, at int) int {
	if !strings.HasPrefix(text[at:], "${") {
		return -1
	}
	for end := at + 2; end < min(len(text), at+longestPlaceholder); end++ {
		switch c := text[end]; {
		case c == '}':
			return end + 1
		case c == '"' || c == '\\' || c < ' ':
			return -1
		}
	}
	return -1
}

// stringOffsets returns the offset in the file of every offset in a string, whose node
// starts at its place in the file. It is found out when it is first asked for.
func (d *document) stringOffsets(n *value.Node) func(int) int {
	text, _ := n.Value.(string)
	offsets := sync.OnceValue(func() []int { return align(d.text, n.Offset, text, d.yaml) })
	return func(at int) int {
		all := offsets()
		return all[min(max(at, 0), len(all)-1)]
	}
}

// align finds each byte of a string in the text that it was read from. Blanks are
// what YAML folds, indents and strips, so that only what is none is compared, and
// blanks have the place of what comes next.
func align(text string, start int, s string, yaml bool) []int {
	a := aligner{text: text, at: start}
	if yaml {
		a.skipProperties()
	}
	if a.at < len(text) {
		a.style = text[a.at]
	}
	switch a.style {
	case '"', '\'':
		a.at++
	case '|', '>':
		a.at = lineEnd(text, a.at)
	}
	offsets := make([]int, 0, len(s)+1)
	for _, r := range s {
		at := a.find(r)
		for range utf8.RuneLen(r) {
			offsets = append(offsets, at)
		}
	}
	return append(offsets, a.at)
}

// aligner reads the spelling of a string.
type aligner struct {
	text  string
	at    int
	style byte // the first byte: a quote, | or >, or that of a plain text
}

// skipProperties goes behind the tag and the anchor of a YAML value.
func (a *aligner) skipProperties() {
	for a.at < len(a.text) {
		switch a.text[a.at] {
		case '!', '&':
			for a.at < len(a.text) && !isBlank(a.text[a.at]) {
				a.at++
			}
		case ' ', '\t', '\n', '\r':
			a.at++
		case '#':
			a.at = lineEnd(a.text, a.at)
		default:
			return
		}
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func lineEnd(text string, at int) int {
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return at + end + 1
	}
	return len(text)
}

// find returns the place of the string's next character and goes behind it.
func (a *aligner) find(r rune) int {
	for {
		a.skipBlanks()
		at := a.at
		got, size := a.next()
		switch {
		case got == r, !unicode.IsSpace(got) && !unicode.IsSpace(r):
			a.at += size
			return at
		case unicode.IsSpace(got) && size > 0 && !unicode.IsSpace(r):
			a.at += size // an escaped blank that was folded away
		default:
			return at
		}
	}
}

// skipBlanks goes behind what YAML may have folded, with the ends of lines that a
// backslash takes away.
func (a *aligner) skipBlanks() {
	for a.at < len(a.text) {
		switch c := a.text[a.at]; {
		case isBlank(c):
			a.at++
		case c == '\\' && a.style == '"' && a.at+1 < len(a.text) && (a.text[a.at+1] == '\n' || a.text[a.at+1] == '\r'):
			a.at += 2
		default:
			return
		}
	}
}

// next reads one character, which may be an escape.
func (a *aligner) next() (r rune, size int) {
	rest := a.text[a.at:]
	r, size = utf8.DecodeRuneInString(rest)
	switch {
	case a.style == '\'' && strings.HasPrefix(rest, "''"):
		return r, 2
	case a.style == '"' && r == '\\' && len(rest) > 1:
		return escape(rest)
	}
	return r, size
}

// shortEscapes are those of JSON and YAML that do not stand for the character itself.
var shortEscapes = map[byte]rune{
	'0': 0, 'a': '\a', 'b': '\b', 't': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r', 'e': '\x1b',
	'N': '\u0085', '_': '\u00a0', 'L': '\u2028', 'P': '\u2029',
}

// escape reads the escape at the start of a text.
func escape(text string) (r rune, size int) {
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[1]]
	if digits == 0 {
		if r, ok := shortEscapes[text[1]]; ok {
			return r, 2
		}
		r, size = utf8.DecodeRuneInString(text[1:])
		return r, 1 + size
	}
	size = min(2+digits, len(text))
	code, err := strconv.ParseUint(text[2:size], 16, 32)
	if err != nil {
		return utf8.RuneError, size
	}
	if utf16.IsSurrogate(rune(code)) && strings.HasPrefix(text[size:], `\u`) {
		low, err := strconv.ParseUint(text[size+2:min(size+6, len(text))], 16, 32)
		if pair := utf16.DecodeRune(rune(code), rune(low)); err == nil && pair != utf8.RuneError {
			return pair, size + 6
		}
	}
	return rune(code), size
}
