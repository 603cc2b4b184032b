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
	if err := r.spend(); err != nil {
		return false, err
	}
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
	v, ok, err := r.operandValue(o.path, item)
	if !ok || err != nil {
		return node{kind: undefined}, err
	}
	switch v := v.(type) {
	case string:
		err = r.spendMuch(len(v) / bytesPerVisit)
	case keySet:
		err = r.fail(o.path, fatal, "the names of an object cannot be compared")
	}
	n := nodeOf(v)
	if n.kind == numeric && n.number.kind == notANumber && err == nil {
		err = r.fail(o.path, fatal, "a number is too large for the engine")
	}
	return n, err
}

// operandValue evaluates an operand's path, if it selects something: one from @
// for each item, one from $ once.
func (r *run) operandValue(p *Path, item any) (v any, ok bool, err error) {
	switch {
	case p.plain && p.relative:
		v, ok = p.walkPlain(item)
		return v, ok, nil
	case p.plain:
		v, ok = p.walkPlain(r.root)
		return v, ok, nil
	case p.relative:
		v, err = r.find(p, item, false)
	default:
		v, err = r.once(p, false)
	}
	if _, missing := err.(*NotFoundError); missing {
		return nil, false, nil
	}
	return v, err == nil, err
}

// accepts applies a filter's condition. An item that it is inapplicable to is not
// accepted.
func (r *run) accepts(s *step, item any) (bool, error) {
	ok, err := s.filter.holds(r, item)
	if e, is := err.(*EvalError); is && e.failure == inapplicable {
		return false, nil
	}
	return ok, err
}
