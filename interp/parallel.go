package interp

import (
	"strconv"

	"github.com/stepwise-go/stepwise/asl"
)

// parallelState is a compiled Parallel.
type parallelState struct{ branches []*scope }

func (c *fields) parallel(def *asl.Parallel) action {
	s := &parallelState{branches: make([]*scope, len(def.Branches))}
	if len(def.Branches) == 0 {
		c.fail("/Branches", "value cannot be empty")
	}
	for i := range def.Branches {
		s.branches[i] = c.scope(&def.Branches[i].Scope, c.pointer+"/Branches/"+strconv.Itoa(i))
	}
	return s
}

func (s *parallelState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	input, f := t.state.flow.arguments(t)
	if f != nil {
		return f
	}
	if !x.fits(input) {
		return oversizeFault(t.state.name)
	}
	started := x.record(record{kind: parallelStarted, prev: t.last, ref: t.state})
	t.last = started
	t.fork = &fork{owner: t, work: branches{s, input}, results: make([]payload, len(s.branches))}
	return t.fork.run(len(s.branches), started)
}

// branches is what the fork of a Parallel runs.
type branches struct {
	*parallelState
	input payload
}

func (b branches) begin(f *fork, t *thread, prev int32) *fault {
	t.state, t.raw, t.last = b.branches[t.index].start, b.input, prev
	return nil
}

func (branches) isMap() bool { return false }
