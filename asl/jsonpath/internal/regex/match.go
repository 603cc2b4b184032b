package regex

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const unset = -1

// matcher runs a program on an input, and goes back where it fails.
type matcher struct {
	program []inst
	input   string
	slots   []int
	steps   int
	stack   []choice
}

var matchers = sync.Pool{New: func() any { return new(matcher) }}

// free keeps a matcher for later, without what it matched and without a stack that
// grew large.
func (m *matcher) free() {
	const large = 1 << 12
	if cap(m.stack) <= large {
		*m = matcher{slots: m.slots[:0], stack: m.stack[:0]}
		matchers.Put(m)
	}
}

// choice is what to do on failure: go on at pc and at, give back a character of a
// run down to least, or restore a slot.
type choice struct {
	kind      choiceKind
	pc, at    int
	least     int // of a run
	slot, old int
}

type choiceKind uint8

const (
	retry choiceKind = iota
	giveBack
	restore
)

// run runs the program from an instruction and a place in the input up to opMatch,
// which must be reached at the place end unless that is negative. It returns where
// it got.
func (m *matcher) run(pc, at, end int) (int, bool) {
	base := len(m.stack)
	for {
		if m.steps--; m.steps < 0 {
			return 0, false
		}
		in := &m.program[pc]
		ok := true
		switch in.op {
		case opMatch:
			if end < 0 || at == end {
				return at, true
			}
			ok = false
		case opSplit:
			m.stack = append(m.stack, choice{kind: retry, pc: in.y, at: at})
			pc = in.x
			continue
		case opJump:
			pc = in.x
			continue
		case opLook, opLookBehind, opAtomic:
			at, ok = m.part(pc, at)
			pc = in.y - 1
		case opSave:
			m.stack = append(m.stack, choice{kind: restore, slot: in.x, old: m.slots[in.x]})
			m.slots[in.x] = at
		case opProgress:
			ok = at > m.slots[in.x]
		case opOne:
			at, ok = m.one(in.set, at)
		case opRun, opFastRun:
			at, ok = m.span(pc, at)
		case opReference:
			at, ok = m.reference(in, at)
		default:
			ok = m.holds(in, at)
		}
		pc++
		if ok {
			continue
		}
		if pc, at, ok = m.back(base); !ok {
			return 0, false
		}
	}
}

// back returns to the last choice above base.
func (m *matcher) back(base int) (pc, at int, ok bool) {
	for len(m.stack) > base {
		last := len(m.stack) - 1
		c := &m.stack[last]
		switch c.kind {
		case restore:
			m.slots[c.slot] = c.old
			m.stack = m.stack[:last]
		case retry:
			m.stack = m.stack[:last]
			return c.pc, c.at, true
		case giveBack:
			if c.at <= c.least {
				m.stack = m.stack[:last]
				continue
			}
			_, size := utf8.DecodeLastRuneInString(m.input[:c.at])
			c.at -= size
			return c.pc, c.at, true
		}
	}
	return 0, 0, false
}

// drop forgets the choices above base, but not how to restore slots.
func (m *matcher) drop(base int) {
	kept := m.stack[:base]
	for _, c := range m.stack[base:] {
		if c.kind == restore {
			kept = append(kept, c)
		}
	}
	m.stack = kept
}

// part runs what an instruction runs on its own. A look leaves the place where it
// is.
func (m *matcher) part(pc, at int) (int, bool) {
	in, base := &m.program[pc], len(m.stack)
	to, ok := at, false
	if in.op != opLookBehind {
		to, ok = m.run(pc+1, at, -1)
	}
	for start := at; in.op == opLookBehind && !ok; {
		if _, ok = m.run(pc+1, start, at); start == 0 {
			break
		}
		_, size := utf8.DecodeLastRuneInString(m.input[:start])
		start -= size
	}
	if in.negated {
		for len(m.stack) > base {
			m.back(base)
		}
		return at, !ok
	}
	m.drop(base)
	if in.op == opAtomic {
		return to, ok
	}
	return at, ok
}

func (m *matcher) one(s set, at int) (int, bool) {
	r, size := m.rune(at)
	if size == 0 || !s.has(r) {
		return at, false
	}
	return at + size, true
}

func (m *matcher) rune(at int) (rune, int) {
	if at < len(m.input) && m.input[at] < utf8.RuneSelf {
		return rune(m.input[at]), 1
	}
	return utf8.DecodeRuneInString(m.input[at:])
}

// span takes as many characters of a set as it may.
func (m *matcher) span(pc, at int) (int, bool) {
	in := &m.program[pc]
	least := at
	count := 0
	for in.y < 0 || count < in.y {
		to, ok := m.one(in.set, at)
		if !ok {
			break
		}
		m.steps--
		at = to
		if count++; count == in.x {
			least = at
		}
	}
	if count < in.x {
		return at, false
	}
	if in.op == opRun && at > least {
		m.stack = append(m.stack, choice{kind: giveBack, pc: pc + 1, at: at, least: least})
	}
	return at, true
}

// reference matches what a group matched before.
func (m *matcher) reference(in *inst, at int) (int, bool) {
	if m.slots[in.x] == unset || m.slots[in.x+1] == unset {
		return at, false
	}
	group, rest := m.input[m.slots[in.x]:m.slots[in.x+1]], m.input[at:]
	m.steps -= len(group)
	if in.flags == 0 {
		return at + len(group), strings.HasPrefix(rest, group)
	}
	for _, r := range group {
		next, ok := m.one(single(r).folded(in.flags&flagFoldAll != 0), at)
		if !ok {
			return at, false
		}
		at = next
	}
	return at, true
}

// holds decides the assertions.
func (m *matcher) holds(in *inst, at int) bool {
	lines := in.flags&flagMultiline != 0
	switch in.op {
	case opInputStart:
		return at == 0
	case opInputEnd:
		return at == len(m.input)
	case opStart:
		return at == 0 || lines && at < len(m.input) && m.afterLineEnd(at, in.flags)
	case opEnd:
		return m.atLastEnd(at, in.flags) || lines && m.atLineEnd(at, in.flags)
	case opLastEnd:
		return m.atLastEnd(at, in.flags)
	case opBoundary:
		return m.isBoundary(at)
	}
	return !m.isBoundary(at)
}

func ends(r rune, flags flag) bool {
	return r == '\n' || flags&flagUnixLines == 0 && lineEnds.has(r)
}

// afterLineEnd reports whether a line has just ended. \r\n is one end.
func (m *matcher) afterLineEnd(at int, flags flag) bool {
	r, _ := utf8.DecodeLastRuneInString(m.input[:at])
	next, _ := m.rune(at)
	return ends(r, flags) && !(r == '\r' && next == '\n')
}

func (m *matcher) atLineEnd(at int, flags flag) bool {
	r, size := m.rune(at)
	if size == 0 || !ends(r, flags) {
		return false
	}
	return !(r == '\n' && flags&flagUnixLines == 0 && strings.HasSuffix(m.input[:at], "\r"))
}

// atLastEnd reports whether the input ends here, but for a last line end.
func (m *matcher) atLastEnd(at int, flags flag) bool {
	if at == len(m.input) {
		return true
	}
	if !m.atLineEnd(at, flags) {
		return false
	}
	_, size := m.rune(at)
	rest := m.input[at+size:]
	return rest == "" || rest == "\n" && m.input[at] == '\r' && flags&flagUnixLines == 0
}

func (m *matcher) isBoundary(at int) bool {
	before, _ := utf8.DecodeLastRuneInString(m.input[:at])
	after, size := m.rune(at)
	return (at > 0 && inWord(before)) != (size > 0 && inWord(after))
}

func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
