package ecma

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type nodeKind int

const (
	nodeEmpty nodeKind = iota
	nodeChar
	nodeSet
	nodeBegin
	nodeEnd
	nodeWord    // \b
	nodeNotWord // \B
	nodeSequence
	nodeChoice
	nodeGroup
	nodeRepeat
	nodeLook
	nodeBackref
)

// node is a part of a pattern.
type node struct {
	kind nodeKind
	char rune
	set  *set
	subs []*node

	group int // the number of a capturing group, or of a backreference's

	min, max    int // of a repetition
	lazy        bool
	first, last int // the capturing groups within a repetition: first+1 to last

	behind, negative bool // of a lookaround
}

const (
	unlimited  = int(^uint(0) >> 1)
	maxNesting = 1000
)

// parser reads a pattern.
type parser struct {
	pattern string
	at      int
	fold    bool
	groups  int // so far
	total   int // of the whole pattern
	names   map[string]int
	depth   int
	err     *SyntaxError
}

func newParser(pattern string, fold bool) *parser {
	p := &parser{pattern: pattern, fold: fold, names: map[string]int{}}
	p.countGroups()
	return p
}

// countGroups looks ahead for the groups, which decide what \1 and \k mean.
func (p *parser) countGroups() {
	inClass := false
	for i := 0; i < len(p.pattern); i++ {
		switch p.pattern[i] {
		case '\\':
			i++
		case '[':
			inClass = true
		case ']':
			inClass = false
		case '(':
			rest := p.pattern[i+1:]
			if inClass {
				continue
			}
			if !strings.HasPrefix(rest, "?") {
				p.total++
			} else if name, ok := groupName(rest[1:]); ok {
				p.total++
				if _, twice := p.names[name]; !twice {
					p.names[name] = p.total
				}
			}
		}
	}
}

// groupName reads <name>.
func groupName(s string) (string, bool) {
	if !strings.HasPrefix(s, "<") || strings.HasPrefix(s, "<=") || strings.HasPrefix(s, "<!") {
		return "", false
	}
	name, _, ok := strings.Cut(s[1:], ">")
	return name, ok && validName(name)
}

func validName(name string) bool {
	for i, r := range name {
		letter := r == '$' || r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z' || r >= utf8.RuneSelf
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func (p *parser) parse() (*node, error) {
	n := p.choice()
	if p.err == nil && p.at < len(p.pattern) {
		p.fail("Unmatched ')'")
	}
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

func (p *parser) fail(message string) *node {
	if p.err == nil {
		p.err = &SyntaxError{message}
	}
	p.at = len(p.pattern)
	return &node{}
}

// look reports whether the rest of the pattern starts with a text.
func (p *parser) look(s string) bool { return strings.HasPrefix(p.pattern[p.at:], s) }

func (p *parser) accept(s string) bool {
	if !p.look(s) {
		return false
	}
	p.at += len(s)
	return true
}

func (p *parser) end() bool { return p.at >= len(p.pattern) }

// rune passes a character.
func (p *parser) rune() rune {
	r, size := utf8.DecodeRuneInString(p.pattern[p.at:])
	p.at += size
	return r
}

func (p *parser) choice() *node {
	if p.depth++; p.depth > maxNesting {
		return p.fail("Regular expression too large")
	}
	defer func() { p.depth-- }()
	choice := &node{kind: nodeChoice, subs: []*node{p.sequence()}}
	for p.accept("|") {
		choice.subs = append(choice.subs, p.sequence())
	}
	if len(choice.subs) == 1 {
		return choice.subs[0]
	}
	return choice
}

func (p *parser) sequence() *node {
	seq := &node{kind: nodeSequence}
	for !p.end() && !p.look("|") && !p.look(")") {
		seq.subs = append(seq.subs, p.term())
	}
	return seq
}

func (p *parser) term() *node {
	groups := p.groups
	n := p.atom()
	quantifiable := n.kind != nodeBegin && n.kind != nodeEnd && n.kind != nodeWord && n.kind != nodeNotWord && !n.behind
	least, greatest, ok := p.quantifier()
	if !ok {
		return n
	}
	if !quantifiable {
		return p.fail("Nothing to repeat")
	}
	if least > greatest {
		return p.fail("numbers out of order in {} quantifier")
	}
	return &node{
		kind: nodeRepeat, subs: []*node{n},
		min: least, max: greatest, lazy: p.accept("?"),
		first: groups, last: p.groups,
	}
}

func (p *parser) quantifier() (least, greatest int, ok bool) {
	switch {
	case p.accept("*"):
		return 0, unlimited, true
	case p.accept("+"):
		return 1, unlimited, true
	case p.accept("?"):
		return 0, 1, true
	}
	return p.braces()
}

// braces reads {n}, {n,} or {n,m}. Anything else in braces stands for itself.
func (p *parser) braces() (least, greatest int, ok bool) {
	inside, _, closed := strings.Cut(p.pattern[p.at:], "}")
	if !closed || !strings.HasPrefix(inside, "{") {
		return 0, 0, false
	}
	low, high, ranged := strings.Cut(inside[1:], ",")
	if least, ok = count(low); !ok {
		return 0, 0, false
	}
	switch {
	case !ranged:
		greatest = least
	case high == "":
		greatest = unlimited
	default:
		if greatest, ok = count(high); !ok {
			return 0, 0, false
		}
	}
	p.at += len(inside) + 1
	return least, greatest, true
}

func count(digits string) (int, bool) {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return unlimited, true
	}
	return n, true
}

func (p *parser) atom() *node {
	switch {
	case p.accept("^"):
		return &node{kind: nodeBegin}
	case p.accept("$"):
		return &node{kind: nodeEnd}
	case p.accept("."):
		return &node{kind: nodeSet, set: dot}
	case p.accept("("):
		return p.group()
	case p.accept("["):
		return p.class()
	case p.accept("\\"):
		return p.escape()
	case p.look("*"), p.look("+"), p.look("?"):
		return p.fail("Nothing to repeat")
	case p.look("{"):
		if _, _, ok := p.braces(); ok {
			return p.fail("Nothing to repeat")
		}
	}
	return &node{kind: nodeChar, char: p.rune()}
}

func (p *parser) group() *node {
	n := &node{kind: nodeLook}
	switch {
	case p.accept("?:"):
		n.kind = nodeSequence
	case p.accept("?="):
	case p.accept("?!"):
		n.negative = true
	case p.accept("?<="):
		n.behind = true
	case p.accept("?<!"):
		n.behind, n.negative = true, true
	case p.look("?"):
		name, ok := groupName(p.pattern[p.at+1:])
		switch {
		case !ok && p.look("?<"):
			return p.fail("Invalid capture group name")
		case !ok:
			return p.fail("Invalid group")
		}
		p.at += len("?<>") + len(name)
		p.groups++
		if p.names[name] != p.groups {
			return p.fail("Duplicate capture group name")
		}
		n.kind, n.group = nodeGroup, p.groups
	default:
		p.groups++
		n.kind, n.group = nodeGroup, p.groups
	}
	n.subs = []*node{p.choice()}
	if !p.accept(")") {
		return p.fail("Unterminated group")
	}
	return n
}

// escape reads what stands behind a backslash, outside a class.
func (p *parser) escape() *node {
	switch {
	case p.end():
		return p.fail("\\ at end of pattern")
	case p.accept("b"):
		return &node{kind: nodeWord}
	case p.accept("B"):
		return &node{kind: nodeNotWord}
	case p.look("k") && len(p.names) > 0:
		p.at++
		name, ok := groupName(p.pattern[p.at:])
		if !ok {
			return p.fail("Invalid named reference")
		}
		p.at += len("<>") + len(name)
		group, ok := p.names[name]
		if !ok {
			return p.fail("Invalid named capture referenced")
		}
		return &node{kind: nodeBackref, group: group}
	}
	if group := p.backref(); group > 0 {
		return &node{kind: nodeBackref, group: group}
	}
	if s := p.classEscape(); s != nil {
		return &node{kind: nodeSet, set: s}
	}
	return &node{kind: nodeChar, char: p.charEscape(false)}
}

// backref reads the number of a group. A number that no group has is octal.
func (p *parser) backref() int {
	end := p.at
	for end < len(p.pattern) && p.pattern[end] >= '0' && p.pattern[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(p.pattern[p.at:end])
	if err != nil || p.pattern[p.at] == '0' || n > p.total {
		return 0
	}
	p.at = end
	return n
}

// classEscape reads \d and the like, behind the backslash; nil if there is none.
func (p *parser) classEscape() *set {
	if p.end() {
		return nil
	}
	s, ok := classes[p.pattern[p.at]]
	if ok {
		p.at++
	}
	return s
}

// charEscape reads an escape that stands for a character.
func (p *parser) charEscape(inClass bool) rune {
	r := p.rune()
	switch r {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		return p.control(inClass)
	case 'x':
		if n, ok := p.hex(2); ok {
			return n
		}
	case 'u':
		return p.unicode()
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return p.octal(r - '0')
	}
	return r
}

func (p *parser) control(inClass bool) rune {
	if !p.end() {
		c := p.pattern[p.at]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if letter || inClass && (c >= '0' && c <= '9' || c == '_') {
			p.at++
			return rune(c % 32)
		}
	}
	p.at-- // the backslash stands for itself
	return '\\'
}

func (p *parser) hex(digits int) (rune, bool) {
	if p.at+digits > len(p.pattern) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.pattern[p.at:p.at+digits], 16, 32)
	if err != nil {
		return 0, false
	}
	p.at += digits
	return rune(n), true
}

// unicode reads the digits behind \u; two surrogates are one character.
func (p *parser) unicode() rune {
	unit, ok := p.hex(4)
	if !ok {
		return 'u'
	}
	if at := p.at; utf16.IsSurrogate(unit) && p.accept(`\u`) {
		if low, ok := p.hex(4); ok {
			if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
				return r
			}
		}
		p.at = at
	}
	return unit
}

func (p *parser) octal(n rune) rune {
	const largest = 0o377
	for !p.end() && p.pattern[p.at] >= '0' && p.pattern[p.at] <= '7' && n*8+rune(p.pattern[p.at]-'0') <= largest {
		n = n*8 + rune(p.pattern[p.at]-'0')
		p.at++
	}
	return n
}

// class reads a character class behind its opening bracket.
func (p *parser) class() *node {
	s := &set{negated: p.accept("^")}
	for !p.accept("]") {
		if p.end() {
			return p.fail("Unterminated character class")
		}
		low, lowSet := p.classAtom()
		if p.look("-") && !p.look("-]") {
			p.at++
			if p.end() {
				return p.fail("Unterminated character class")
			}
			high, highSet := p.classAtom()
			if lowSet == nil && highSet == nil {
				if low > high {
					return p.fail("Range out of order in character class")
				}
				s.add(low, high)
				continue
			}
			s.add('-', '-')
			s.addAtom(high, highSet)
		}
		s.addAtom(low, lowSet)
	}
	s.settle(p.fold)
	return &node{kind: nodeSet, set: s}
}

func (p *parser) classAtom() (rune, *set) {
	if !p.accept("\\") {
		return p.rune(), nil
	}
	switch {
	case p.end():
		p.fail("\\ at end of pattern")
		return 0, nil
	case p.accept("b"):
		return '\b', nil
	}
	if s := p.classEscape(); s != nil {
		return 0, s
	}
	return p.charEscape(true), nil
}
