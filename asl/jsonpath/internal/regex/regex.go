// Package regex matches the regular expressions of Java, as they stand in the
// filters of paths, against whole strings.
//
// Go's own expressions are another language: they have no look-around, back
// references or possessive quantifiers, and read \w, (?i) or [a&&[^b]] otherwise.
// Like Java's, this matcher tries one way after the other; unlike Java's it gives
// up after a number of steps.
//
//	p, err := regex.Compile(`in/[^/]*\.csv`, "i")
//	ok, steps := p.MatchWhole("in/A.CSV", 100_000)
//
// What it does not know, it refuses: blocks (\p{InGreek}), \X, \N{...}, \b{g}.
package regex

import (
	"fmt"
)

// Flags are the letters that may stand behind an expression: d (only \n ends a
// line), i (ASCII letters of either case), m (^ and $ at every line), s (dot for
// everything), u (letters of either case, of all scripts), x (blanks and comments),
// U (\w, \d, \s and \b of all scripts).
const Flags = "dimsuxU"

// Limits of an expression.
const (
	maxProgram = 20_000 // instructions
	maxDepth   = 100    // groups and classes inside one another
)

// Pattern is a compiled expression. It is immutable and may be used by any number
// of goroutines at once.
type Pattern struct {
	program []inst
	slots   int // for groups and loops
}

// Compile reads an expression.
func Compile(expr, flags string) (*Pattern, error) {
	p := parser{text: []rune(expr), names: map[string]int{}}
	for _, f := range flags {
		p.flags |= flagOf(f)
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	b := builder{groups: p.groups, slots: 2 * (p.groups + 1)}
	if err := b.emit(root); err != nil {
		return nil, err
	}
	b.add(inst{op: opMatch})
	return &Pattern{program: b.program, slots: b.slots}, nil
}

// MatchWhole reports whether the expression matches the whole string, and how many
// steps that took to find out. If more than a limit would be needed it gives up and
// reports limit+1.
func (p *Pattern) MatchWhole(s string, limit int) (ok bool, steps int) {
	m := matchers.Get().(*matcher)
	defer m.free()
	m.program, m.input, m.steps = p.program, s, limit
	for range p.slots {
		m.slots = append(m.slots, unset)
	}
	_, ok = m.run(0, 0, len(s))
	if m.steps < 0 {
		return false, limit + 1
	}
	return ok, limit - m.steps
}

// Error says why an expression cannot be read.
type Error struct {
	Message string
	Offset  int // in characters
}

// Error returns the message with the place.
func (e *Error) Error() string {
	return fmt.Sprintf("regular expression: %s at character %d", e.Message, e.Offset)
}
