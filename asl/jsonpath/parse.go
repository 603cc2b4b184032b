package jsonpath

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// compile reads a path on its own: a whole one, or one in a filter.
func compile(src source) (*Path, error) {
	text := src.text
	if text == "" {
		return nil, src.fail(0, "a path may not be empty")
	}
	if text[0] != '$' && text[0] != '@' {
		src.text = "$." + text
		src.base -= 2
	}
	p := parser{cursor: cursor{source: src, end: len(src.text)}}
	p.trim()
	if p.byteAt(p.end-1) == '.' {
		return nil, p.fail(p.end-1, "a path may not end with a dot")
	}
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	path.text = text
	return path, nil
}

// parser reads the steps of one path.
type parser struct {
	cursor
	steps     []step
	swallowed bool
}

// path reads all steps and works out what holds of them as a whole.
func (p *parser) path() (*Path, error) {
	if len(p.whole) > MaxLength {
		return nil, p.fail(MaxLength, "a path may be at most %d bytes long", MaxLength)
	}
	if p.depth > MaxDepth {
		return nil, p.fail(0, "filters, parentheses and arguments may be at most %d levels deep", MaxDepth)
	}
	path := &Path{text: p.text, relative: p.current() == '@'}
	if p.at++; p.at < p.end {
		if b := p.current(); b != '.' && b != '[' {
			return nil, p.fail(p.at, "expected . or [")
		}
		if err := p.allSteps(); err != nil {
			return nil, err
		}
	}
	path.steps, path.swallowed = p.steps, p.swallowed
	path.settle()
	return path, nil
}

func (p *parser) allSteps() error {
	for {
		if err := p.step(); err != nil {
			return err
		}
		if p.atTail() {
			p.swallowed = p.at < p.end && !p.closesCall()
			return nil
		}
	}
}

// closesCall reports whether the character at the cursor is the ) of name(), at
// which reading goes on.
func (p *parser) closesCall() bool {
	last := &p.steps[len(p.steps)-1]
	return last.kind == call && !last.inParens && p.current() == ')'
}

func (p *parser) step() error {
	start := p.at
	switch p.current() {
	case '[':
		return p.bracket()
	case '.':
		return p.dot()
	case '*':
		p.at++
		p.add(start, step{kind: wildcard})
		return nil
	}
	return p.nameOrCall()
}

// add takes a step that starts at a place in the text.
func (p *parser) add(start int, s step) {
	s.at = p.base + start
	p.steps = append(p.steps, s)
}

func (p *parser) dot() error {
	switch {
	case p.byteAt(p.at+1) == '.' && p.at+1 < p.end:
		p.add(p.at, step{kind: scan})
		p.at += 2
	case p.at+1 >= p.end:
		return p.fail(p.at, "a path may not end with a dot")
	default:
		p.at++
	}
	if p.current() == '.' {
		return p.fail(p.at, "a dot too many")
	}
	return p.step()
}

// nameOrCall reads a name in dot notation, which goes to the next dot or bracket,
// or the name and arguments of a function.
func (p *parser) nameOrCall() error {
	start := p.at
	for p.at < p.end {
		switch p.text[p.at] {
		case ' ':
			return p.fail(p.at, "a name with blanks must stand in brackets, as ['a name']")
		case '.', '[':
			p.name(start)
			return nil
		case '(':
			return p.call(start)
		}
		p.at++
	}
	if start >= p.end {
		return p.fail(start, "expected a step")
	}
	p.name(start)
	return nil
}

func (p *parser) name(start int) {
	p.add(start, step{kind: child, name: p.text[start:p.at]})
}

// bracket reads what stands in [ and ].
func (p *parser) bracket() error {
	at := p.significant(p.at + 1)
	first, _ := utf8.DecodeRuneInString(p.text[min(at, p.end):p.end])
	switch {
	case first == '\'' || first == '"':
		return p.quotedNames(byte(first))
	case isDigit(first) || first == '-' || first == ':':
		return p.positions()
	case first == '*':
		end, ok := p.next(at+1, ']')
		if !ok {
			return p.fail(at+1, "expected ] behind *")
		}
		p.add(p.at, step{kind: wildcard})
		p.at = end + 1
		return nil
	case first == '?':
		return p.filter(at)
	}
	return p.fail(p.at, "expected a quoted name, an index, a slice, * or ?(...) in brackets")
}

// quotedNames reads ['a'] and ['a','b']. Between names anything but a quote counts
// as blank, which the engine allows too.
func (p *parser) quotedNames(quote byte) error {
	var names []string
	comma := false
	i := p.at + 1
	for ; i < p.end && p.text[i] != ']'; i++ {
		switch p.text[i] {
		case '\\':
			i++
		case ',':
			if comma {
				return p.fail(i, "a name is missing")
			}
			comma = true
		case quote:
			end := p.unescaped(i, quote)
			if end < 0 {
				return p.fail(i, "a name lacks its closing %c", quote)
			}
			if b := p.byteAt(p.significant(end + 1)); b != ']' && b != ',' {
				return p.fail(end, "expected , or ] behind a name")
			}
			name, err := p.unescape(i+1, end)
			if err != nil {
				return err
			}
			names, comma, i = append(names, name), false, end
		}
	}
	if i >= p.end {
		return p.fail(p.at, "a [ lacks its ]")
	}
	if comma {
		return p.fail(i, "a name is missing")
	}
	if len(names) == 1 {
		p.add(p.at, step{kind: child, name: names[0], quote: quote})
	} else {
		p.add(p.at, step{kind: children, names: names, quote: quote})
	}
	p.at = i + 1
	return nil
}

// positions reads an index, several, or a slice.
func (p *parser) positions() error {
	end := strings.IndexByte(p.text[p.at:p.end], ']')
	if end < 0 {
		return p.fail(p.at, "a [ lacks its ]")
	}
	text := strings.TrimFunc(p.text[p.at+1:p.at+end], func(r rune) bool { return r <= ' ' })
	start := p.at
	p.at += end + 1
	if strings.ContainsFunc(text, func(r rune) bool { return !isDigit(r) && !strings.ContainsRune(",-: ", r) }) {
		return p.fail(start, "only digits, - , and : may stand in brackets that start with one")
	}
	if strings.Contains(text, ":") {
		return p.slice(start, text)
	}
	var all []int
	for part := range strings.SplitSeq(text, ",") {
		n, ok := parseInt(strings.Trim(part, " "))
		if !ok {
			return p.fail(start, "%q is not an index of 32 bits", part)
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		p.add(start, step{kind: index, index: all[0]})
	} else {
		p.add(start, step{kind: indexes, indexes: all})
	}
	return nil
}

// slice reads [from:to]. A step behind a second colon is read over.
func (p *parser) slice(start int, text string) error {
	if strings.ContainsAny(text, ", ") {
		return p.fail(start, "a slice may not hold commas or blanks")
	}
	var b bounds
	ends := strings.SplitN(text, ":", 3)
	ok := true
	if ends[0] != "" {
		b.from, ok = parseInt(ends[0])
		b.hasFrom = true
	}
	if ok && ends[1] != "" {
		b.to, ok = parseInt(ends[1])
		b.hasTo = true
	}
	if !ok || !b.hasFrom && !b.hasTo {
		return p.fail(start, "%q is not a slice: it needs a bound, of 32 bits", text)
	}
	p.add(start, step{kind: slice, bounds: b})
	return nil
}

// filter reads [?(...)]; the question mark stands at mark.
func (p *parser) filter(mark int) error {
	open, ok := p.next(mark+1, '(')
	if !ok {
		return p.fail(mark, "expected ( behind ?")
	}
	closed, err := p.closing(open, true)
	if err != nil {
		return err
	}
	if closed < 0 {
		return p.fail(open, "a ( lacks its )")
	}
	end, ok := p.next(closed+1, ']')
	if !ok {
		return p.fail(closed, "expected ] behind a filter")
	}
	cond, err := compileFilter(p.part(open, end))
	if err != nil {
		return err
	}
	p.add(p.at, step{kind: filter, filter: cond})
	p.at = end + 1
	return nil
}

// unescape returns the name or string in text[from:to], its backslashes resolved.
func (c *cursor) unescape(from, to int) (string, error) {
	text := c.text[from:to]
	if !strings.Contains(text, `\`) {
		return text, nil
	}
	resolved, ok := unescape(text)
	if !ok {
		return "", c.fail(from, `\u needs four hexadecimal digits`)
	}
	return resolved, nil
}

// settle works out what holds of the path as a whole.
func (p *Path) settle() {
	p.plain, p.definite = true, true
	for i := range p.steps {
		s := &p.steps[i]
		s.certain = p.definite
		_, single := s.single()
		p.plain = p.plain && single
		p.calls = p.calls || s.kind == call
		p.filters = p.filters || s.kind == filter
		p.definite = p.definite && s.definite(i == len(p.steps)-1)
	}
	if n := len(p.steps); n >= 3 && p.steps[n-3].kind == scan {
		p.leafMarked = true
		p.leafIndex = -1
		if s := p.steps[n-2]; s.kind == index {
			p.leafIndex = s.index
		}
	}
	p.invertScan()
}

// invertScan turns a path that scans the whole document and ends in a function,
// $..a.sum(), into that function of all that the scan finds, as $.sum($..a). That
// makes it definite.
func (p *Path) invertScan() {
	n := len(p.steps)
	if n == 0 || p.steps[0].kind != scan || p.steps[n-1].kind != call {
		return
	}
	at := slices.IndexFunc(p.steps, func(s step) bool { return s.kind == call })
	operand := &Path{text: p.text, steps: p.steps[:at:at]}
	operand.settle()
	p.steps = p.steps[at:]
	p.steps[0].args = []argument{newOperand(operand)}
	p.definite = !slices.ContainsFunc(p.steps[:n-at-1], func(s step) bool { return !s.definite(false) })
}
