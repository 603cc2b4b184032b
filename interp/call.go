package interp

import (
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

// callNode is a part of a template that an intrinsic function gives.
type callNode struct {
	call  *intrinsic.Call
	paths []*path
}

// newCall compiles the call of an intrinsic function, or reports the field.
func (c *fields) newCall(text, pointer string) expr {
	call, err := intrinsic.Parse(text)
	if err != nil {
		c.fail(pointer, "%v", err)
		return nil
	}
	n := &callNode{call: call}
	for _, arg := range call.Paths() {
		n.paths = append(n.paths, c.newPath(arg.Path, pointer))
	}
	return n
}

func (n *callNode) eval(t *thread, v any, _ role) (any, *fault) {
	e := t.run.engine
	e.call = callScene{n, t, v}
	result, err := n.call.Eval(e.callEnv)
	if err != nil {
		return nil, runtimeFault("%v", err)
	}
	return result, nil
}

// callScene is what the call that is being evaluated reads from.
type callScene struct {
	node   *callNode
	thread *thread
	doc    any
}

// newCallEnv returns the environment of all calls that an engine evaluates, one at
// a time: making it once spares every call a few allocations.
func (e *engine) newCallEnv() intrinsic.Env {
	return intrinsic.Env{
		Path: func(i int) (any, error) {
			s := &e.call
			return s.node.paths[i].lookup(s.thread, s.doc)
		},
		Input: func() string { return value.String(e.call.doc) },
		Rand:  e.source,
		UUID:  e.uuid,
	}
}
