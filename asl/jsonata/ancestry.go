package jsonata

import "strconv"

// The parent operator % is resolved when an expression is compiled: each % asks
// for a slot, and the step whose context it means binds that context to the
// slot's variable for every tuple. While a tree is compiled from the leaves up,
// slots that have not met their step yet travel upwards in notes.seeking.

// parentName is the variable of the n-th %. No expression can spell it.
func parentName(n int) string { return "%" + strconv.Itoa(n) }

// seekAll makes the parents that the parts ask for sought by the whole.
func seekAll(whole expr, parts ...expr) {
	n := whole.note()
	for _, p := range parts {
		n.seeking = append(n.seeking, p.note().seeking...)
		if parent, ok := p.(*parentExpr); ok {
			n.seeking = append(n.seeking, parent.slot)
		}
	}
}

// seekParents looks for the parents that the last step of a path asks for among
// the steps before it. What is not found there is sought further up.
func (c *compiler) seekParents(path *pathExpr) {
	last := path.steps[len(path.steps)-1]
	sought := append([]*slot(nil), last.note().seeking...)
	if parent, ok := last.(*parentExpr); ok {
		sought = append(sought, parent.slot)
	}
	for _, s := range sought {
		at := len(path.steps) - 2
		for s.level > 0 {
			if at < 0 {
				path.seeking = append(path.seeking, s)
				break
			}
			step := path.steps[at]
			at--
			for at >= 0 && step.note().focus != "" && path.steps[at].note().focus != "" {
				step = path.steps[at] // steps that keep their context are one
				at--
			}
			c.seekParent(step, s)
		}
	}
}

// seekParent goes one step back: it lowers the slot's level, and binds the slot if
// this is its step.
func (c *compiler) seekParent(step expr, s *slot) {
	n := step.note()
	switch step := step.(type) {
	case *nameExpr, *wildcardExpr:
		if s.level--; s.level > 0 {
			return
		}
		if n.ancestor != nil {
			s.name = n.ancestor.name
		}
		n.ancestor = s
		n.tuple = true
	case *parentExpr:
		s.level++
	case *blockExpr:
		if len(step.exprs) > 0 {
			n.tuple = true
			c.seekParent(step.exprs[len(step.exprs)-1], s)
		}
	case *pathExpr:
		n.tuple = true
		at := len(step.steps) - 1
		c.seekParent(step.steps[at], s)
		for at--; s.level > 0 && at >= 0; at-- {
			c.seekParent(step.steps[at], s)
		}
	default:
		c.fail(newError("S0217").at(n.mark))
		s.level = 0
	}
}
