package regex

import "slices"

type op uint8

const (
	opMatch      op = iota // the end of the expression, or of a part that runs on its own
	opOne                  // one character of the set
	opRun                  // x to y characters of the set, as many as there are
	opFastRun              // the same, without giving any back
	opSplit                // try x, then y
	opJump                 // go to x
	opSave                 // keep the place in slot x
	opProgress             // fail if nothing was matched since the place in slot x
	opReference            // what slots x and x+1 enclose
	opLook                 // the part up to y must match here, or must not
	opLookBehind           // the same, ending here
	opAtomic               // the part up to y, without going back into it
	opStart                // ^
	opEnd                  // $
	opInputStart           // \A
	opInputEnd             // \z
	opLastEnd              // \Z
	opBoundary             // \b
	opNoBoundary           // \B
)

// inst is one instruction of a program.
type inst struct {
	op      op
	set     set
	x, y    int
	negated bool
	flags   flag
}

// builder turns a parsed expression into a program.
type builder struct {
	program []inst
	groups  int
	slots   int // two for each group and the whole, then one for each loop
}

func (b *builder) add(in inst) int {
	b.program = append(b.program, in)
	return len(b.program) - 1
}

// room reports whether the program may still grow.
func (b *builder) room() error {
	if len(b.program) > maxProgram {
		return &Error{Message: "the expression is too large"}
	}
	return nil
}

func (b *builder) emit(n node) error {
	if err := b.room(); err != nil {
		return err
	}
	switch n := n.(type) {
	case sequence:
		for _, part := range n {
			if err := b.emit(part); err != nil {
				return err
			}
		}
	case alternation:
		return b.alternation(n)
	case one:
		b.add(inst{op: opOne, set: set(n)})
	case group:
		b.add(inst{op: opSave, x: 2 * n.index})
		err := b.emit(n.of)
		b.add(inst{op: opSave, x: 2*n.index + 1})
		return err
	case repeat:
		return b.repeat(n)
	case atomic:
		return b.part(inst{op: opAtomic}, n.of)
	case look:
		return b.look(n)
	case backRef:
		if n.index > b.groups {
			b.add(inst{op: opOne}) // matches nothing
			return nil
		}
		b.add(inst{op: opReference, x: 2 * n.index, flags: n.fold})
	case assertion:
		b.add(inst{op: n.op, flags: n.flags})
	}
	return nil
}

func (b *builder) alternation(all alternation) error {
	var jumps []int
	for i, n := range all {
		split := -1
		if i < len(all)-1 {
			split = b.add(inst{op: opSplit, x: len(b.program) + 1})
		}
		if err := b.emit(n); err != nil {
			return err
		}
		if split >= 0 {
			jumps = append(jumps, b.add(inst{op: opJump}))
			b.program[split].y = len(b.program)
		}
	}
	for _, j := range jumps {
		b.program[j].x = len(b.program)
	}
	return nil
}

// part emits an instruction with what it runs on its own.
func (b *builder) part(in inst, of node) error {
	at := b.add(in)
	err := b.emit(of)
	b.add(inst{op: opMatch})
	b.program[at].y = len(b.program)
	return err
}

func (b *builder) look(n look) error {
	in := inst{op: opLook, negated: n.negated}
	if n.behind {
		in.op = opLookBehind
		if !isBounded(n.of) {
			return &Error{Message: "how far a look-behind goes must be bounded"}
		}
	}
	return b.part(in, n.of)
}

func (b *builder) repeat(n repeat) error {
	if s, ok := n.of.(one); ok && n.mode != lazy {
		in := inst{op: opRun, set: set(s), x: n.min, y: n.max}
		if n.mode == possessive {
			in.op = opFastRun
		}
		b.add(in)
		return nil
	}
	if n.mode == possessive {
		n.mode = greedy
		return b.part(inst{op: opAtomic}, n)
	}
	for range n.min {
		before := len(b.program)
		if err := b.emit(n.of); err != nil {
			return err
		}
		if len(b.program) == before {
			break // nothing, any number of times
		}
	}
	if n.max < 0 {
		return b.loop(n)
	}
	return b.options(n)
}

// loop emits what may be repeated without end.
func (b *builder) loop(n repeat) error {
	slot := b.slots
	b.slots++
	split := b.add(inst{op: opSplit})
	b.add(inst{op: opSave, x: slot})
	err := b.emit(n.of)
	b.add(inst{op: opProgress, x: slot})
	b.add(inst{op: opJump, x: split})
	b.choose(split, n.mode)
	return err
}

// options emits what may be repeated up to n.max-n.min times.
func (b *builder) options(n repeat) error {
	var splits []int
	for range n.max - n.min {
		splits = append(splits, b.add(inst{op: opSplit}))
		if err := b.emit(n.of); err != nil {
			return err
		}
	}
	for _, at := range splits {
		b.choose(at, n.mode)
	}
	return nil
}

// choose makes the split at a place one between what follows it and the end of the
// program.
func (b *builder) choose(at int, m mode) {
	ways := []int{at + 1, len(b.program)}
	if m == lazy {
		slices.Reverse(ways)
	}
	b.program[at].x, b.program[at].y = ways[0], ways[1]
}

// isBounded reports whether there is a most that an expression matches, as far as
// Java minds: it takes repeated single characters and repeated nothing for bounded.
func isBounded(n node) bool {
	switch n := n.(type) {
	case sequence:
		return allBounded(n)
	case alternation:
		return allBounded(n)
	case group:
		return isBounded(n.of)
	case atomic:
		return isBounded(n.of)
	case repeat:
		switch n.of.(type) {
		case one, assertion, look:
			return true
		}
		return n.max >= 0 && isBounded(n.of)
	case backRef:
		return false
	}
	return true
}

func allBounded(all []node) bool {
	return !slices.ContainsFunc(all, func(n node) bool { return !isBounded(n) })
}
