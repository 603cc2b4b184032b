package regex

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The parsed expression.
type (
	node any

	sequence    []node
	alternation []node
	one         set // one character
	group       struct {
		of    node
		index int
	}
	repeat struct {
		of       node
		min, max int // max is -1 for any number
		mode     mode
	}
	look struct {
		of              node
		behind, negated bool
	}
	atomic  struct{ of node }
	backRef struct {
		index int
		fold  flag
	}
	assertion struct {
		op    op
		flags flag
	}
	flagSwitch struct{} // (?i), which holds for the rest of the group around it
)

// mode is how a quantifier goes about it.
type mode int

const (
	greedy mode = iota
	lazy
	possessive
)

type flag int

const (
	flagUnixLines flag = 1 << iota
	flagFold
	flagMultiline
	flagDotAll
	flagFoldAll
	flagComments
	flagAllScripts
)

func flagOf(letter rune) flag {
	at := strings.IndexRune(Flags, letter)
	if at < 0 {
		return 0
	}
	f := flag(1 << at)
	if f == flagAllScripts {
		f |= flagFoldAll
	}
	return f
}

// maxCount is the most that a counted quantifier may ask for.
const maxCount = 1 << 20

type parser struct {
	text   []rune
	at     int
	flags  flag
	groups int
	names  map[string]int
	depth  int
}

func (p *parser) fail(message string) error { return &Error{Message: message, Offset: p.at} }

func (p *parser) has(f flag) bool { return p.flags&f != 0 }

// peek returns the next character, -1 at the end.
func (p *parser) peek() rune {
	if p.at >= len(p.text) {
		return -1
	}
	return p.text[p.at]
}

func (p *parser) accept(s string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(s) || string(rest[:len(s)]) != s {
		return false
	}
	p.at += len(s)
	return true
}

// skip passes over blanks and comments where the flag x makes them such.
func (p *parser) skip() {
	for p.has(flagComments) && p.at < len(p.text) {
		switch r := p.peek(); {
		case spaces.has(r):
			p.at++
		case r == '#':
			for p.at < len(p.text) && !lineEnds.has(p.peek()) {
				p.at++
			}
		default:
			return
		}
	}
}

func (p *parser) parse() (node, error) {
	n, err := p.alternatives()
	if err == nil && p.at < len(p.text) {
		err = p.fail("a ) without (")
	}
	return n, err
}

func (p *parser) alternatives() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("too many groups inside one another")
	}
	defer func() { p.depth-- }()
	var all alternation
	for {
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if p.peek() != '|' {
			break
		}
		p.at++
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) sequence() (node, error) {
	var all sequence
	for {
		p.skip()
		if r := p.peek(); r < 0 || r == '|' || r == ')' {
			if len(all) == 1 {
				return all[0], nil
			}
			return all, nil
		}
		if p.accept(`\Q`) {
			literals, err := p.quotation()
			if err != nil {
				return nil, err
			}
			all = append(all, literals...)
			continue
		}
		n, err := p.atom()
		if _, isSwitch := n.(flagSwitch); err == nil && !isSwitch {
			n, err = p.quantified(n)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
}

// quotation reads the characters up to \E or the end. A quantifier behind it is
// that of the last.
func (p *parser) quotation() (sequence, error) {
	var all sequence
	for p.at < len(p.text) {
		if p.accept(`\E`) {
			break
		}
		all = append(all, p.literal(p.peek()))
		p.at++
	}
	if len(all) == 0 {
		return nil, nil
	}
	var err error
	all[len(all)-1], err = p.quantified(all[len(all)-1])
	return all, err
}

// literal returns a character, and its other cases where they count.
func (p *parser) literal(r rune) one { return one(p.fold(single(r))) }

func (p *parser) fold(s set) set {
	if !p.has(flagFold) {
		return s
	}
	return s.folded(p.has(flagFoldAll))
}

func (p *parser) atom() (node, error) {
	r := p.peek()
	switch r {
	case '*', '+', '?':
		return nil, p.fail("nothing to repeat before " + string(r))
	case '{':
		return sequence{}, nil
	case '(':
		return p.group()
	case '[':
		p.at++
		s, err := p.class()
		return one(s), err
	case '\\':
		p.at++
		return p.escape()
	}
	p.at++
	switch r {
	case '.':
		return one(p.dot()), nil
	case '^':
		return assertion{opStart, p.flags}, nil
	case '$':
		return assertion{opEnd, p.flags}, nil
	}
	return p.literal(r), nil
}

func (p *parser) dot() set {
	switch {
	case p.has(flagDotAll):
		return everything
	case p.has(flagUnixLines):
		return single('\n').complement()
	}
	return lineEnds.complement()
}

// quantified reads a quantifier behind an atom, if there is one.
func (p *parser) quantified(of node) (node, error) {
	p.skip()
	r := repeat{of: of, max: -1}
	switch p.peek() {
	case '*':
	case '+':
		r.min = 1
	case '?':
		r.max = 1
	case '{':
		if err := p.count(&r); err != nil {
			return nil, err
		}
	default:
		return of, nil
	}
	p.at++
	switch p.peek() {
	case '?':
		p.at++
		r.mode = lazy
	case '+':
		p.at++
		r.mode = possessive
	}
	return r, nil
}

// count reads {n}, {n,} or {n,m}, all but the closing brace.
func (p *parser) count(r *repeat) error {
	p.at++
	var ok bool
	if r.min, ok = p.number(); !ok {
		return p.fail("a { starts no count")
	}
	r.max = r.min
	if p.peek() == ',' {
		p.at++
		if r.max, ok = p.number(); !ok {
			r.max = -1
		}
	}
	switch {
	case p.peek() != '}':
		return p.fail("a count lacks its }")
	case r.max >= 0 && r.max < r.min:
		return p.fail("a count goes from more to less")
	case max(r.min, r.max) > maxCount:
		return p.fail("a count is too large")
	}
	return nil
}

func (p *parser) number() (n int, ok bool) {
	for ; digits.has(p.peek()); p.at++ {
		n, ok = min(10*n+int(p.peek()-'0'), maxCount+1), true
	}
	return n, ok
}

// group reads what stands in parentheses.
func (p *parser) group() (node, error) {
	p.at++
	flags := p.flags
	index, wrap := 0, func(n node) node { return n }
	switch {
	case p.accept("?:"):
	case p.accept("?="):
		wrap = func(n node) node { return look{of: n} }
	case p.accept("?!"):
		wrap = func(n node) node { return look{of: n, negated: true} }
	case p.accept("?<="):
		wrap = func(n node) node { return look{of: n, behind: true} }
	case p.accept("?<!"):
		wrap = func(n node) node { return look{of: n, behind: true, negated: true} }
	case p.accept("?>"):
		wrap = func(n node) node { return atomic{n} }
	case p.accept("?<"):
		name, err := p.groupName()
		if err != nil {
			return nil, err
		}
		if p.names[name] != 0 {
			return nil, p.fail("two groups are called " + name)
		}
		p.names[name] = p.groups + 1
		index = p.newGroup()
	case p.accept("?"):
		if closed, err := p.inlineFlags(); closed || err != nil {
			return flagSwitch{}, err
		}
	default:
		index = p.newGroup()
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.fail("a ( lacks its )")
	}
	p.at++
	p.flags = flags
	if index > 0 {
		return group{of: n, index: index}, nil
	}
	return wrap(n), nil
}

func (p *parser) newGroup() int {
	p.groups++
	return p.groups
}

func (p *parser) groupName() (string, error) {
	start := p.at
	for isASCIILetter(p.peek()) || p.at > start && digits.has(p.peek()) {
		p.at++
	}
	name := string(p.text[start:p.at])
	if name == "" || p.peek() != '>' {
		return "", p.fail("a group's name is letters and digits, then >")
	}
	p.at++
	return name, nil
}

func isASCIILetter(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }

// inlineFlags reads the flags in (?im-x) or (?im-x:...). It reports whether the
// group is closed behind them.
func (p *parser) inlineFlags() (closed bool, err error) {
	off := false
	for {
		r := p.peek()
		p.at++
		switch {
		case r == ')':
			return true, nil
		case r == ':':
			return false, nil
		case r == '-' && !off:
			off = true
		case flagOf(r) == 0:
			return false, p.fail("an unknown group or flag")
		case off:
			p.flags &^= flagOf(r)
		default:
			p.flags |= flagOf(r)
		}
	}
}

// escape reads what stands behind a backslash outside a class.
func (p *parser) escape() (node, error) {
	r := p.peek()
	switch r {
	case 'A', 'z', 'Z', 'G', 'b', 'B':
		p.at++
		if r == 'b' && p.accept("{g}") {
			return nil, p.fail(`\b{g} is not supported`)
		}
		return assertion{assertions[r], p.flags}, nil
	case 'R':
		p.at++
		crlf := sequence{one(single('\r')), one(single('\n'))}
		return atomic{alternation{crlf, one(vertical)}}, nil
	case 'k':
		return p.namedReference()
	}
	if r >= '1' && r <= '9' {
		return p.numberedReference(), nil
	}
	s, err := p.escapedSet()
	return one(s), err
}

var assertions = map[rune]op{
	'A': opInputStart, 'z': opInputEnd, 'Z': opLastEnd, 'G': opInputStart, 'b': opBoundary, 'B': opNoBoundary,
}

func (p *parser) namedReference() (node, error) {
	p.at++
	if p.peek() != '<' {
		return nil, p.fail(`\k needs a group's name`)
	}
	p.at++
	name, err := p.groupName()
	if err != nil {
		return nil, err
	}
	index, ok := p.names[name]
	if !ok {
		return nil, p.fail("there is no group " + name + " before")
	}
	return p.reference(index), nil
}

// numberedReference takes as many digits as there are groups for.
func (p *parser) numberedReference() node {
	index := int(p.peek() - '0')
	p.at++
	for digits.has(p.peek()) {
		more := 10*index + int(p.peek()-'0')
		if more > p.groups {
			break
		}
		index = more
		p.at++
	}
	return p.reference(index)
}

func (p *parser) reference(index int) node {
	r := backRef{index: index}
	if p.has(flagFold) {
		r.fold = p.flags & (flagFold | flagFoldAll)
	}
	return r
}

// escapedSet reads what stands behind a backslash, in a class or not.
func (p *parser) escapedSet() (set, error) {
	r := p.peek()
	if s, ok := letterClass(r, p.has(flagAllScripts)); ok {
		p.at++
		return s, nil
	}
	if r == 'p' || r == 'P' {
		p.at++
		s, err := p.property()
		if r == 'P' {
			s = s.complement()
		}
		return s, err
	}
	c, err := p.escapedRune()
	return p.fold(single(c)), err
}

func (p *parser) property() (set, error) {
	name := string(p.text[p.at:min(p.at+1, len(p.text))])
	p.at += len([]rune(name))
	if name == "{" {
		start := p.at
		for p.peek() != '}' {
			if p.at++; p.at > len(p.text) {
				return nil, p.fail(`a \p{ lacks its }`)
			}
		}
		name = string(p.text[start:p.at])
		p.at++
	}
	s, ok := property(name, p.has(flagAllScripts))
	if p.has(flagFold) && isCase(name) {
		s, ok = category("LC")
	}
	if !ok {
		return nil, p.fail("an unknown property " + name)
	}
	return p.fold(s), nil
}

// escapedRune reads a character that is written with a backslash.
func (p *parser) escapedRune() (rune, error) {
	r := p.peek()
	p.at++
	switch r {
	case 't':
		return '\t', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 'f':
		return '\f', nil
	case 'a':
		return '\a', nil
	case 'e':
		return 0x1B, nil
	case '0':
		return p.octal()
	case 'x':
		return p.hexadecimal()
	case 'u':
		return p.utf16()
	case 'c':
		c := p.peek()
		if p.at++; c >= 0 {
			return c ^ 64, nil
		}
		return 0, p.fail(`\c needs a character`)
	}
	if r < 0 || isASCIILetter(r) {
		return 0, p.fail("an unknown escape")
	}
	return r, nil
}

// octal reads one to three digits, up to 377.
func (p *parser) octal() (rune, error) {
	n, count := rune(0), 0
	for count < 3 && p.peek() >= '0' && p.peek() <= '7' && 8*n+p.peek()-'0' <= 0o377 {
		n = 8*n + p.peek() - '0'
		p.at++
		count++
	}
	if count == 0 {
		return 0, p.fail(`\0 needs octal digits`)
	}
	return n, nil
}

// hexadecimal reads two digits, or any number in braces.
func (p *parser) hexadecimal() (rune, error) {
	if p.peek() != '{' {
		return p.hexDigits(2)
	}
	p.at++
	n := rune(0)
	for start := p.at; p.peek() != '}' || p.at == start; p.at++ {
		d, ok := hexDigit(p.peek())
		if !ok || n > unicode.MaxRune {
			return 0, p.fail(`\x{ needs hexadecimal digits and }`)
		}
		n = 16*n + d
	}
	p.at++
	if n > unicode.MaxRune {
		return 0, p.fail("no such character")
	}
	return n, nil
}

func (p *parser) hexDigits(count int) (rune, error) {
	n := rune(0)
	for range count {
		d, ok := hexDigit(p.peek())
		if !ok {
			return 0, p.fail("a hexadecimal digit is missing")
		}
		n = 16*n + d
		p.at++
	}
	return n, nil
}

func hexDigit(r rune) (rune, bool) {
	switch {
	case r >= '0' && r <= '9':
		return r - '0', true
	case r >= 'a' && r <= 'f':
		return r - 'a' + 10, true
	case r >= 'A' && r <= 'F':
		return r - 'A' + 10, true
	}
	return 0, false
}

// utf16 reads four digits, and the other half of a surrogate pair.
func (p *parser) utf16() (rune, error) {
	r, err := p.hexDigits(4)
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	at := p.at
	if p.accept(`\u`) {
		if low, err := p.hexDigits(4); err == nil {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
		}
		p.at = at
	}
	return r, nil
}

// class reads a class behind its opening bracket, up to and with the closing one:
//
//	class = [ "^" ] union { "&&" union } "]"
func (p *parser) class() (set, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("too many classes inside one another")
	}
	defer func() { p.depth-- }()
	negated := p.accept("^")
	result, some, err := p.classUnion(true)
	for err == nil && p.accept("&&") {
		var s set
		var more bool
		switch s, more, err = p.classUnion(false); {
		case more && some:
			result = result.intersection(s)
		case more:
			result, some = s, true
		}
	}
	if err != nil {
		return nil, err
	}
	if !some {
		return nil, p.fail("a class without characters")
	}
	p.at++
	if negated {
		result = result.complement()
	}
	return result, nil
}

// classUnion reads characters, ranges and classes up to a ] or &&. A ] that comes
// first stands for itself.
func (p *parser) classUnion(first bool) (s set, some bool, err error) {
	for {
		p.skip()
		r := p.peek()
		switch {
		case r < 0:
			return nil, false, p.fail("a [ lacks its ]")
		case r == ']' && !(first && !some):
			return s.normal(), some, nil
		case r == '&' && p.at+1 < len(p.text) && p.text[p.at+1] == '&':
			return s.normal(), some, nil
		}
		item, err := p.classItem()
		if err != nil {
			return nil, false, err
		}
		s, some = append(s, item...), true
	}
}

func (p *parser) classItem() (set, error) {
	if p.accept("[") {
		return p.class()
	}
	if p.accept(`\Q`) {
		var s set
		for p.at < len(p.text) && !p.accept(`\E`) {
			s = append(s, p.fold(single(p.peek()))...)
			p.at++
		}
		return s, nil
	}
	if p.accept(`\`) {
		if r := p.peek(); strings.ContainsRune("dDwWsShHvVpP", r) {
			return p.escapedSet()
		}
		low, err := p.escapedRune()
		if err != nil {
			return nil, err
		}
		return p.classRange(low)
	}
	low := p.peek()
	p.at++
	return p.classRange(low)
}

// classRange reads the rest of a range, if there is one.
func (p *parser) classRange(low rune) (set, error) {
	high := low
	if p.peek() == '-' && p.at+1 < len(p.text) && p.text[p.at+1] != ']' && p.text[p.at+1] != '[' {
		p.at++
		var err error
		if high = p.peek(); high == '\\' {
			p.at++
			high, err = p.escapedRune()
		} else {
			p.at++
		}
		if err != nil {
			return nil, err
		}
	}
	if high < low {
		return nil, p.fail("a range goes backwards")
	}
	return p.fold(set{low, high}), nil
}
