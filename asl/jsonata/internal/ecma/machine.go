package ecma

import "unicode/utf8"

type opcode uint8

const (
	opMatch    opcode = iota
	opChar            // take this character
	opFold            // take a character of this canonical form
	opSet             // take a character of the set
	opRun             // take min to max characters of the set
	opBegin           // ^
	opEnd             // $
	opWord            // \b
	opNotWord         // \B
	opSave            // note the place in a register
	opSplit           // go on, but try x when that fails
	opJump            // go to x
	opForget          // forget the groups x+1 to y
	opLoop            // repeat what follows, or leave it for x
	opRepeated        // a repetition has been done
	opBackref         // take what a group has taken
	opLook            // what follows up to x has to match, or must not
	opLooked          // the end of that
)

// instruction is one step of a program.
type instruction struct {
	op       opcode
	back     bool // take backwards, within a lookbehind
	fold     bool // case makes no difference
	lazy     bool // prefer to leave a repetition
	negative bool
	char     rune
	set      *set
	x, y     int
	min, max int
	register int // a count of repetitions; the next one is where the last started
}

// compiler makes a program of a tree. Backwards programs, for lookbehind, take the
// parts of a sequence from the last to the first.
type compiler struct {
	program   []instruction
	fold      bool
	registers int
}

func (c *compiler) emit(in instruction) int {
	c.program = append(c.program, in)
	return len(c.program) - 1
}

func (c *compiler) here() int { return len(c.program) }

func (c *compiler) compile(n *node, back bool) {
	switch n.kind {
	case nodeChar:
		if c.fold {
			c.emit(instruction{op: opFold, char: canonical(n.char), back: back})
		} else {
			c.emit(instruction{op: opChar, char: n.char, back: back})
		}
	case nodeSet:
		c.emit(instruction{op: opSet, set: n.set, back: back})
	case nodeBegin:
		c.emit(instruction{op: opBegin})
	case nodeEnd:
		c.emit(instruction{op: opEnd})
	case nodeWord:
		c.emit(instruction{op: opWord})
	case nodeNotWord:
		c.emit(instruction{op: opNotWord})
	case nodeBackref:
		c.emit(instruction{op: opBackref, x: n.group, back: back, fold: c.fold})
	case nodeSequence:
		for i := range n.subs {
			if back {
				i = len(n.subs) - 1 - i
			}
			c.compile(n.subs[i], back)
		}
	case nodeChoice:
		c.choice(n.subs, back)
	case nodeGroup:
		c.emitGroup(n.subs[0], n.group, back)
	case nodeRepeat:
		c.repeat(n, back)
	case nodeLook:
		at := c.emit(instruction{op: opLook, negative: n.negative})
		c.compile(n.subs[0], n.behind)
		c.emit(instruction{op: opLooked})
		c.program[at].x = c.here()
	}
}

func (c *compiler) emitGroup(n *node, group int, back bool) {
	start, end := 2*group, 2*group+1
	if back {
		start, end = end, start
	}
	c.emit(instruction{op: opSave, x: start})
	c.compile(n, back)
	c.emit(instruction{op: opSave, x: end})
}

func (c *compiler) choice(options []*node, back bool) {
	var exits []int
	for i, option := range options {
		if i == len(options)-1 {
			c.compile(option, back)
			break
		}
		split := c.emit(instruction{op: opSplit})
		c.compile(option, back)
		exits = append(exits, c.emit(instruction{op: opJump}))
		c.program[split].x = c.here()
	}
	for _, at := range exits {
		c.program[at].x = c.here()
	}
}

func (c *compiler) repeat(n *node, back bool) {
	if s := c.single(n.subs[0]); s != nil && !back {
		c.emit(instruction{op: opRun, set: s, min: n.min, max: n.max, lazy: n.lazy})
		return
	}
	register := c.registers
	c.registers += 2
	c.emit(instruction{op: opSave, x: register, y: 1}) // to zero
	loop := c.emit(instruction{op: opLoop, register: register, min: n.min, max: n.max, lazy: n.lazy})
	if n.last > n.first {
		c.emit(instruction{op: opForget, x: n.first, y: n.last})
	}
	c.compile(n.subs[0], back)
	c.emit(instruction{op: opRepeated, register: register, min: n.min, x: loop})
	c.program[loop].x = c.here()
}

// single returns the set of a node that takes exactly one character, else nil.
func (c *compiler) single(n *node) *set {
	switch n.kind {
	case nodeSet:
		return n.set
	case nodeChar:
		s := &set{}
		s.add(n.char, n.char)
		s.settle(c.fold)
		return s
	case nodeSequence:
		if len(n.subs) == 1 {
			return c.single(n.subs[0])
		}
	}
	return nil
}

// machine runs a program.
type machine struct {
	re        *Regexp
	s         string
	registers []int
	stack     []entry
	meter     func(int) error
	steps     int // not metered yet
}

// entry is a choice left to try, or a register to restore on the way to one.
type entry struct {
	kind  entryKind
	pc    int32 // the instruction concerned
	at    int32 // the place to go on at, or the register to restore
	value int32 // the register's value, or how far a run may be adjusted
}

type entryKind uint8

const (
	tryNext  entryKind = iota // go on at the instruction
	tryAgain                  // adjust a run, or repeat once more
	restore                   // of a register
)

const (
	meterEvery   = 1000
	maxStack     = 4 << 20
	smallestKept = 1 << 12
)

func (m *machine) release() {
	m.s, m.meter, m.steps = "", nil, 0
	if cap(m.stack) > smallestKept {
		m.stack = nil
	}
	m.re.machines.Put(m)
}

func (m *machine) reset() {
	if m.registers == nil {
		m.registers = make([]int, m.re.registers)
	}
	for i := range m.registers {
		m.registers[i] = -1
	}
	m.stack = m.stack[:0]
}

// pay meters steps.
func (m *machine) pay(steps int) error {
	if m.steps += steps; m.steps < meterEvery {
		return nil
	}
	steps, m.steps = m.steps, 0
	return m.meter(steps)
}

func (m *machine) set(register, v int) {
	m.push(restore, 0, register, m.registers[register])
	m.registers[register] = v
}

func (m *machine) push(kind entryKind, pc, at, value int) {
	m.stack = append(m.stack, entry{kind, int32(pc), int32(at), int32(value)})
}

// backtrack undoes what was done since the last choice and returns it; false if
// there is none above the floor of the stack.
func (m *machine) backtrack(floor int) (entry, bool) {
	for len(m.stack) > floor {
		e := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		if e.kind != restore {
			return e, true
		}
		m.registers[e.at] = int(e.value)
	}
	return entry{}, false
}

// run runs the program from a place on, until it matches, the lookaround that it
// is in ends, or nothing is left to try.
func (m *machine) run(pc, at int) (bool, error) {
	floor := len(m.stack)
	for {
		if err := m.pay(1); err != nil {
			return false, err
		}
		if len(m.stack) > maxStack {
			return false, ErrStack
		}
		in := &m.re.program[pc]
		ok := true
		switch in.op {
		case opMatch, opLooked:
			return true, nil
		case opChar, opFold, opSet:
			at, ok = m.take(in, at)
			pc++
		case opRun:
			var err error
			if at, ok, err = m.takeRun(in, pc, at); err != nil {
				return false, err
			}
			pc++
		case opBegin:
			ok = at == 0 || m.re.multiline && isLineEnd(m.before(at))
			pc++
		case opEnd:
			ok = at == len(m.s) || m.re.multiline && isLineEnd(m.after(at))
			pc++
		case opWord, opNotWord:
			ok = (m.wordAt(at)) == (in.op == opWord)
			pc++
		case opSave:
			v := at
			if in.y == 1 {
				v = 0
			}
			m.set(in.x, v)
			pc++
		case opSplit:
			m.push(tryNext, in.x, at, 0)
			pc++
		case opJump:
			pc = in.x
		case opForget:
			m.forget(in)
			pc++
		case opLoop:
			pc = m.loop(in, pc, at)
		case opRepeated:
			started := m.registers[in.register+1]
			ok = at != started || m.registers[in.register] <= in.min
			pc = in.x
		case opBackref:
			at, ok = m.takeAgain(in, at)
			pc++
		case opLook:
			var err error
			if ok, err = m.lookAround(in, pc, at); err != nil {
				return false, err
			}
			pc = in.x
		}
		for !ok {
			e, left := m.backtrack(floor)
			if !left {
				return false, nil
			}
			pc, at, ok = m.resume(e)
		}
	}
}

// resume goes on at a choice.
func (m *machine) resume(e entry) (pc, at int, ok bool) {
	pc, at = int(e.pc), int(e.at)
	if e.kind == tryNext {
		return pc, at, true
	}
	in := &m.re.program[pc]
	if in.op == opLoop {
		return m.enter(in, pc, at), at, true
	}
	at, ok = m.adjust(in, pc, at, int(e.value))
	return pc + 1, at, ok
}

// forget makes groups that have matched in an earlier repetition take no part.
func (m *machine) forget(in *instruction) {
	for r := 2 * (in.x + 1); r <= 2*in.y+1; r++ {
		if m.registers[r] >= 0 {
			m.set(r, -1)
		}
	}
}

// take takes a character.
func (m *machine) take(in *instruction, at int) (int, bool) {
	var r rune
	var size int
	if in.back {
		r, size = utf8.DecodeLastRuneInString(m.s[:at])
		size = -size
	} else {
		r, size = utf8.DecodeRuneInString(m.s[at:])
	}
	if size == 0 {
		return at, false
	}
	switch in.op {
	case opChar:
		return at + size, r == in.char
	case opFold:
		return at + size, canonical(r) == in.char
	}
	return at + size, in.set.has(r)
}

// takeRun takes characters of a set: as many as there are, leaving the shorter
// runs to try, or as few as will do, leaving the longer ones.
func (m *machine) takeRun(in *instruction, pc, at int) (int, bool, error) {
	want := in.max
	if in.lazy {
		want = in.min
	}
	start, n := at, 0
	least := at // behind the characters it has to take
	for n < want && at < len(m.s) {
		r, size := utf8.DecodeRuneInString(m.s[at:])
		if !in.set.has(r) {
			break
		}
		at += size
		if n++; n == in.min {
			least = at
		}
	}
	if err := m.pay(n); err != nil {
		return at, false, err
	}
	if n < in.min {
		return at, false, nil
	}
	if in.min == 0 {
		least = start
	}
	if in.lazy {
		if in.max > n {
			m.push(tryAgain, pc, at, min(in.max-n, len(m.s)))
		}
	} else if at > least {
		m.push(tryAgain, pc, at, least)
	}
	return at, true, nil
}

// adjust makes a run one character shorter, down to where it must not end before,
// or longer if it is lazy, by so many characters at most, and leaves the next
// adjustment to try.
func (m *machine) adjust(in *instruction, pc, at, bound int) (int, bool) {
	if !in.lazy {
		_, size := utf8.DecodeLastRuneInString(m.s[:at])
		if at -= size; at > bound {
			m.push(tryAgain, pc, at, bound)
		}
		return at, true
	}
	r, size := utf8.DecodeRuneInString(m.s[at:])
	if size == 0 || !in.set.has(r) {
		return at, false
	}
	if at += size; bound > 1 {
		m.push(tryAgain, pc, at, bound-1)
	}
	return at, true
}

// loop starts a repetition or leaves for what is behind it, and notes the other
// way if both are open.
func (m *machine) loop(in *instruction, pc, at int) int {
	n := m.registers[in.register]
	switch {
	case n < in.min:
		return m.enter(in, pc, at)
	case n >= in.max:
		return in.x
	case in.lazy:
		m.push(tryAgain, pc, at, 0)
		return in.x
	}
	m.push(tryNext, in.x, at, 0)
	return m.enter(in, pc, at)
}

// enter starts a repetition.
func (m *machine) enter(in *instruction, pc, at int) int {
	m.set(in.register, m.registers[in.register]+1)
	m.set(in.register+1, at)
	return pc + 1
}

// takeAgain takes what a group has taken; a group that has taken nothing matches
// nothing.
func (m *machine) takeAgain(in *instruction, at int) (int, bool) {
	start, end := m.registers[2*in.x], m.registers[2*in.x+1]
	if start < 0 || end < 0 {
		return at, true
	}
	text := m.s[start:end]
	for text != "" {
		var want rune
		var size int
		if in.back {
			want, size = utf8.DecodeLastRuneInString(text)
			text = text[:len(text)-size]
		} else {
			want, size = utf8.DecodeRuneInString(text)
			text = text[size:]
		}
		one := instruction{op: opChar, char: want, back: in.back}
		if in.fold {
			one.op, one.char = opFold, canonical(want)
		}
		var ok bool
		if at, ok = m.take(&one, at); !ok {
			return at, false
		}
	}
	return at, true
}

// lookAround runs what a lookaround holds. If it has to match and does, its groups
// stay, but not its choices.
func (m *machine) lookAround(in *instruction, pc, at int) (bool, error) {
	floor := len(m.stack)
	ok, err := m.run(pc+1, at)
	if err != nil || !ok {
		return in.negative, err
	}
	if in.negative {
		for len(m.stack) > floor {
			m.backtrack(floor)
		}
		return false, nil
	}
	kept := m.stack[:floor]
	for _, e := range m.stack[floor:] {
		if e.kind == restore {
			kept = append(kept, e)
		}
	}
	m.stack = kept
	return true, nil
}

// before returns the character that ends at a place, after the one that starts there.
func (m *machine) before(at int) rune {
	r, _ := utf8.DecodeLastRuneInString(m.s[:at])
	return r
}

func (m *machine) after(at int) rune {
	r, _ := utf8.DecodeRuneInString(m.s[at:])
	return r
}

// wordAt reports whether a word starts or ends at a place.
func (m *machine) wordAt(at int) bool {
	word := classes['w']
	return (at > 0 && word.has(m.before(at))) != (at < len(m.s) && word.has(m.after(at)))
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }
