package flow

import (
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// decide returns what is known if an expression is true and if it is not.
func (q *query) decide(n jsonata.Node, k *known) outcome { return q.decideIn(n, k, &env{}) }

func (q *query) decideIn(n jsonata.Node, k *known, v *env) outcome {
	unknown := outcome{yes: k, no: k}
	if q.steps++; q.depth >= maxQuery || q.steps > maxSteps {
		return unknown
	}
	q.depth++
	defer func() { q.depth-- }()
	switch n := n.(type) {
	case *jsonata.Block:
		if len(n.Exprs) == 1 {
			return q.decideIn(n.Exprs[0], k, v)
		}
	case *jsonata.Binary:
		switch n.Op {
		case "and":
			left := q.decideIn(n.Left, k, v)
			if left.yes == nil {
				return left
			}
			right := q.decideIn(n.Right, left.yes, v)
			return outcome{yes: right.yes, no: either(left.no, right.no)}
		case "or":
			left := q.decideIn(n.Left, k, v)
			if left.no == nil {
				return left
			}
			right := q.decideIn(n.Right, left.no, v)
			return outcome{yes: either(left.yes, right.yes), no: right.no}
		case "=", "!=":
			return q.decideEqual(n, k)
		}
	case *jsonata.Call:
		return q.decideCall(n, k, v)
	}
	return unknown
}

func (q *query) decideCall(n *jsonata.Call, k *known, v *env) outcome {
	unknown := outcome{yes: k, no: k}
	f, ok := n.Func.(*jsonata.Variable)
	if !ok || len(n.Args) != 1 {
		return unknown
	}
	if _, local := v.lookup(f.Name); local {
		return unknown
	}
	switch f.Name {
	case "not":
		o := q.decideIn(n.Args[0], k, v)
		return outcome{yes: o.no, no: o.yes}
	case "boolean":
		return q.decideIn(n.Args[0], k, v)
	case "exists":
		if o := selected(n.Args[0], k); o != nil {
			return o.presence(k, true)
		}
	}
	return unknown
}

// decideEqual narrows a place that is compared with a literal, or its type with the
// name of one.
func (q *query) decideEqual(n *jsonata.Binary, k *known) outcome {
	unknown := outcome{yes: k, no: k}
	left, right := n.Left, n.Right
	literal, ok := right.(*jsonata.Literal)
	if !ok {
		left = right
		if literal, ok = n.Left.(*jsonata.Literal); !ok {
			return unknown
		}
	}
	kind := shape.Of(literal.Value)
	o := selected(left, k)
	if o == nil || o.Shape == nil || o.Declared || kind == nil {
		return unknown
	}
	same := func(s *shape.Shape) *shape.Shape {
		s = s.Only(kind.Kinds())
		switch l := literal.Value.(type) {
		case string:
			return s.Keep(shape.Filter{Text: func(t string) bool { return t == l }})
		case bool:
			return s.Keep(shape.Filter{Boolean: func(b bool) bool { return b == l }})
		}
		return s
	}
	yes := o.narrow(k, same)
	switch {
	case n.Op == "!=" && !o.Sure: // what is absent differs from nothing either
		return unknown
	case n.Op == "!=":
		return outcome{yes: k, no: yes}
	}
	return outcome{yes: yes, no: k}
}

// selected returns the place that an expression reads, if it is one that members
// alone lead to.
func selected(n jsonata.Node, k *known) *operand {
	p, ok := n.(*jsonata.Path)
	steps := []jsonata.Node{n}
	if ok {
		steps = p.Steps
	}
	root, ok := steps[0].(*jsonata.Variable)
	if !ok || root.Name == "" || root.Name == "$" {
		return nil
	}
	var names []jsonpath.Step
	for _, s := range steps[1:] {
		name, ok := s.(*jsonata.Name)
		if !ok {
			return nil
		}
		names = append(names, jsonpath.Step{Name: name.Name})
	}
	if root.Name == asl.ReservedVariable {
		if len(names) == 0 || names[0].Name != "input" {
			return nil
		}
		return place(&path{root: jsonpath.Input, steps: names[1:]}, k.in, true)
	}
	v, sure := k.vars.Member(root.Name)
	if v == nil {
		return nil
	}
	return place(&path{root: jsonpath.Variable, variable: root.Name, steps: names}, v, sure)
}

// place looks a path up, unless it leads through arrays, which JSONata looks into.
func place(p *path, from *shape.Shape, sure bool) *operand {
	o := &operand{path: p, Found: from.Find(p.steps)}
	o.Sure = o.Sure && sure
	at := from
	for _, s := range p.steps {
		if at == shape.Any || at.May(shape.Array) {
			return nil
		}
		at, _ = at.Member(s.Name)
	}
	return o
}
