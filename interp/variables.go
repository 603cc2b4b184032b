package interp

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// frame holds the variables that a thread can read: its own and those of the
// scopes around it, which it cannot set. Frames are immutable, so that threads
// that start where others wait share them.
type frame struct {
	vars []value.Member
	size int // of all values, as JSON text
}

// get returns the value of a variable, and whether it has one.
func (f frame) get(name string) (any, bool) {
	for i := range f.vars {
		if f.vars[i].Name == name {
			return f.vars[i].Value, true
		}
	}
	return nil, false
}

// with returns the frame with variables set.
func (f frame) with(assigned []value.Member) frame {
	vars := make([]value.Member, len(f.vars), len(f.vars)+len(assigned))
	copy(vars, f.vars)
	g := frame{vars: vars, size: f.size}
	for _, v := range assigned {
		at := slices.IndexFunc(g.vars, func(m value.Member) bool { return m.Name == v.Name })
		g.size += value.Size(v.Value)
		if at < 0 {
			g.vars = append(g.vars, v)
			continue
		}
		g.size -= value.Size(g.vars[at].Value)
		g.vars[at] = v
	}
	return g
}

// assign returns the thread's variables once these are set, if the quotas allow.
func (t *thread) assign(assigned []value.Member) (frame, *fault) {
	q := &t.run.cfg.quotas
	total := 0
	for _, v := range assigned {
		total += value.Size(v.Value)
	}
	vars := t.vars.with(assigned)
	if over(total, q.VariableBytes) || over(vars.size, q.StoredBytes) {
		return t.vars, oversizeFault(t.state.name)
	}
	return vars, nil
}

func over(n, limit int) bool { return limit > 0 && n > limit }

// assignment compiles an Assign: an object whose members are variables.
func (c *fields) assignment(p *asl.Payload, pointer string, compile func(*asl.Payload, string) expr) expr {
	if p == nil {
		return nil
	}
	object, ok := p.Value.(*value.Object)
	if !ok {
		c.fail(pointer, "must be an object, not a %s", value.Kind(p.Value))
		return nil
	}
	for m := range object.Members() {
		if name := strings.TrimSuffix(m.Name, ".$"); !asl.IsVariableName(name) {
			c.fail(value.AppendPointer(pointer, m.Name), "%q cannot name a variable", name)
		}
	}
	return compile(p, pointer)
}

// variables returns what an Assign gave, sorted by name.
func variables(v any) []value.Member {
	object, ok := v.(*value.Object)
	if !ok || object.Len() == 0 {
		return nil
	}
	vars := slices.Collect(object.Members())
	slices.SortFunc(vars, func(a, b value.Member) int { return strings.Compare(a.Name, b.Name) })
	return vars
}

// readsVariable notes that the state reads a variable.
func (c *fields) readsVariable(name string) {
	if c.reads != nil {
		c.reads[c.state.name] = append(c.reads[c.state.name], name)
	}
}
