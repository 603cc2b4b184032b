package jsonpath

// condition is what stands in a filter, applied to one item of an array, or to an
// object.
type condition interface {
	holds(r *run, item any) (bool, error)
}

type (
	anyOf []condition
	allOf []condition
	not   struct{ of condition }

	// exists tests whether a path selects something in the item. Even one from $
	// starts at the item there, as in the engine.
	exists struct {
		path *Path
		want bool
	}

	comparison struct {
		left, right operand
		operator    operator
	}

	// operand is a path or else a literal.
	operand struct {
		path *Path
		node node
	}
)

func (c anyOf) holds(r *run, item any) (bool, error) {
	for _, cond := range c {
		if ok, err := cond.holds(r, item); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (c allOf) holds(r *run, item any) (bool, error) {
	for _, cond := range c {
		if ok, err := cond.holds(r, item); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c not) holds(r *run, item any) (bool, error) {
	ok, err := c.of.holds(r, item)
	return !ok && err == nil, err
}

func (c exists) holds(r *run, item any) (bool, error) {
	if c.path.plain {
		_, ok := c.path.walkPlain(item)
		return ok == c.want, r.spend()
	}
	_, err := r.find(c.path, item, true)
	if _, missing := err.(*NotFoundError); missing {
		return !c.want, nil
	}
	return c.want && err == nil, err
}

func (c comparison) holds(r *run, item any) (bool, error) {
	left, err := c.left.resolve(r, item)
	if err != nil {
		return false, err
	}
	right, err := c.right.resolve(r, item)
	if err != nil {
		return false, err
	}
	return c.operator(r, left, right)
}

// resolve returns what an operand stands for. A path that selects nothing is
// undefined.
func (o operand) resolve(r *run, item any) (node, error) {
	if o.path == nil {
		return o.node, nil
	}
	v, err := r.operandValue(o.path, item)
	if err != nil {
		if _, missing := err.(*NotFoundError); missing {
			err = nil
		}
		return node{}, err
	}
	if _, ok := v.(keySet); ok {
		return node{}, r.fail(o.path, fatal, "the names of an object cannot be compared")
	}
	n := nodeOf(v)
	if n.kind == numeric && n.number.kind == notANumber {
		return node{}, r.fail(o.path, fatal, "a number too large for the engine")
	}
	return n, nil
}

// operandValue evaluates an operand's path: one from $ once for all items.
func (r *run) operandValue(p *Path, item any) (any, error) {
	base := item
	if !p.relative {
		base = r.root
	}
	if p.plain {
		if err := r.spend(); err != nil {
			return nil, err
		}
		if v, ok := p.walkPlain(base); ok {
			return v, nil
		}
		return nil, errMissing
	}
	if p.relative {
		return r.find(p, base, false)
	}
	return r.once(p, false)
}

// errMissing stands for a NotFoundError that nobody will read.
var errMissing = &NotFoundError{path: &Path{}}

// accepts applies a filter's condition. Whatever cannot be compared is not
// accepted.
func (r *run) accepts(s *step, item any) (bool, error) {
	ok, err := s.filter.holds(r, item)
	switch e := err.(type) {
	case *NotFoundError:
		return false, nil
	case *EvalError:
		if e.failure == inapplicable {
			return false, nil
		}
	}
	return ok, err
}
