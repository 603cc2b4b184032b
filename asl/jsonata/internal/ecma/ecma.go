// Package ecma matches regular expressions as ECMAScript has them: syntax and
// meaning of JavaScript's RegExp without the u flag (ECMA-262, sections 22.2 and
// B.1.2), with backreferences, lookahead and lookbehind, and the rule that a
// repetition forgets what its groups matched before.
//
// Matching backtracks, so a pattern can take exponential time. It works on steps
// that the caller meters: the same pattern and text always take the same steps,
// and a caller that says stop gets control back at once. Memory is bounded too.
//
// A character is a Unicode code point, where JavaScript takes UTF-16 code units.
package ecma

import (
	"errors"
	"strings"
	"sync"
	"unicode/utf8"
)

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	program   []instruction
	groups    int
	registers int    // behind the groups'
	prefix    string // what every match starts with
	multiline bool
	machines  sync.Pool
}

// ErrStack is the error of a match that has more ways to try than memory for them.
var ErrStack = errors.New("the regular expression has too many ways to match")

// SyntaxError is what is wrong with a pattern, in the words of V8.
type SyntaxError struct{ Message string }

func (e *SyntaxError) Error() string { return e.Message }

// Compile compiles a pattern. Flags are any of i, m and g; the last has no effect.
// The error is a *[SyntaxError].
func Compile(pattern, flags string) (*Regexp, error) {
	p := newParser(pattern, strings.Contains(flags, "i"))
	tree, err := p.parse()
	if err != nil {
		return nil, err
	}
	c := compiler{fold: p.fold, registers: 2 * (p.groups + 1)}
	c.emitGroup(tree, 0, false)
	c.emit(instruction{op: opMatch})
	re := &Regexp{
		program:   c.program,
		groups:    p.groups,
		registers: c.registers,
		prefix:    prefixOf(c.program),
		multiline: strings.Contains(flags, "m"),
	}
	re.machines.New = func() any { return &machine{re: re} }
	return re, nil
}

// Groups returns the number of capturing groups.
func (re *Regexp) Groups() int { return re.groups }

// Match finds the first match that starts at or behind an offset. It returns the
// byte offsets of the match and then of each group, start and end, -1 for a group
// that took no part; nil if there is no match. Every so many steps it calls meter
// with their number and ends with the error that meter returns, if any.
func (re *Regexp) Match(s string, from int, meter func(steps int) error) ([]int, error) {
	m := re.machines.Get().(*machine)
	defer m.release()
	m.s, m.meter = s, meter
	for start := from; start <= len(s); {
		if re.prefix != "" {
			at := strings.Index(s[start:], re.prefix)
			if at < 0 {
				return nil, m.pay(len(s) - start)
			}
			if err := m.pay(at); err != nil {
				return nil, err
			}
			start += at
		}
		m.reset()
		ok, err := m.run(0, start)
		if err != nil {
			return nil, err
		}
		if ok {
			return append([]int(nil), m.registers[:2*(re.groups+1)]...), nil
		}
		_, size := utf8.DecodeRuneInString(s[start:])
		start += max(size, 1)
	}
	return nil, nil
}

// prefixOf returns the text that a program starts with.
func prefixOf(program []instruction) string {
	var b strings.Builder
	for _, in := range program {
		switch in.op {
		case opChar:
			b.WriteRune(in.char)
		case opSave:
		default:
			return b.String()
		}
	}
	return b.String()
}
