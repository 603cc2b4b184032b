package flow

import (
	"fmt"
	"strconv"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

func (e *eval) jsonataState() {
	switch s := e.v.State.(type) {
	case *asl.Fail:
		e.fieldText(s.Error, "/Error")
		e.fieldText(s.Cause, "/Cause")
	case *asl.Choice:
		e.conditions(s)
	case *asl.Wait:
		e.fieldNumber(s.Seconds, "/Seconds")
		e.fieldTimestamp(s.Timestamp)
		e.leave(s.Transition, e.output(s.Output, e.raw, "/Output"), e.queryAssigned(s.Assign, "/Assign"))
	case *asl.Succeed:
		e.end(e.output(s.Output, e.raw, "/Output"))
	case *asl.Pass:
		e.leave(s.Transition, e.output(s.Output, e.raw, "/Output"), e.queryAssigned(s.Assign, "/Assign"))
	case *asl.Task:
		e.queryCaught(s.Catch)
		e.fieldNumber(s.TimeoutSeconds, "/TimeoutSeconds")
		e.fieldNumber(s.HeartbeatSeconds, "/HeartbeatSeconds")
		e.query(s.Credentials, "/Credentials")
		args := e.output(s.Arguments, e.raw, "/Arguments")
		if args == nil {
			return
		}
		e.takes(s, args)
		e.queryDone(e.Result(e.v, s), s.Output, s.Assign, s.Transition)
	case *asl.Parallel:
		e.queryCaught(s.Catch)
		e.queryDone(e.branches(e.output(s.Arguments, e.raw, "/Arguments")), s.Output, s.Assign, s.Transition)
	case *asl.Map:
		e.queryCaught(s.Catch)
		e.queryDone(e.queryMap(s), s.Output, s.Assign, s.Transition)
	}
}

// output returns what a field gives, or what it is without the field.
func (e *eval) output(p *asl.Payload, otherwise *shape.Shape, field string) *shape.Shape {
	if p == nil {
		return otherwise
	}
	return e.query(p, field)
}

// query evaluates a field; nil if it is absent or always fails.
func (e *eval) query(p *asl.Payload, field string) *shape.Shape {
	if p == nil {
		return nil
	}
	return e.computed(p.Value, &where{token: field})
}

// computed evaluates a value with expressions in it.
func (e *eval) computed(v any, at *where) *shape.Shape {
	switch v := v.(type) {
	case string:
		if asl.IsExpression(v) {
			return e.expression(v, at)
		}
	case []any:
		items := make([]*shape.Shape, len(v))
		for i, element := range v {
			items[i] = e.computed(element, at.in(strconv.Itoa(i)))
		}
		return shape.Tuple(items...)
	case *value.Object:
		fields := make([]shape.Field, 0, v.Len())
		for m := range v.Members() {
			fields = append(fields, shape.Field{Name: m.Name, Shape: e.computed(m.Value, at.in(m.Name))})
		}
		return shape.Record(fields...)
	}
	return shape.Of(v)
}

// expression evaluates a text with its {% %}.
func (e *eval) expression(text string, at *where) *shape.Shape {
	if asl.HasPlaceholder(text) {
		return shape.Any
	}
	parsed := e.Expression(text)
	if parsed == nil {
		return shape.Any
	}
	q := &query{eval: e, at: at, plain: isPlain(parsed.Root())}
	r := q.eval1(parsed.Root(), &env{})
	switch {
	case r.s != nil:
		return r.s
	case !q.told:
		return e.always(Finding{Kind: Missing, Certain: true, Pointer: at.pointer(), Message: "the expression never has a value"})
	}
	e.n.broken = true
	if e.reporting || e.n.repaired {
		return shape.Any
	}
	return nil
}

// isPlain reports whether an expression only selects members, so that it has no
// value where one is missing.
func isPlain(n jsonata.Node) bool {
	p, ok := n.(*jsonata.Path)
	if !ok {
		return false
	}
	for i, s := range p.Steps {
		_, isName := s.(*jsonata.Name)
		if _, isVariable := s.(*jsonata.Variable); !isName && !(i == 0 && isVariable) {
			return false
		}
	}
	return true
}

// fieldText checks a field that has to be a text.
func (e *eval) fieldText(s *string, field string) {
	if s != nil && asl.IsExpression(*s) {
		e.wanted(*s, field, shape.String, "a string")
	}
}

func (e *eval) fieldNumber(n *asl.Int, field string) {
	if n != nil && asl.IsExpression(n.Expr) {
		e.wanted(n.Expr, field, shape.Number, "a number")
	}
}

func (e *eval) fieldTimestamp(text string) {
	if !asl.IsExpression(text) {
		return
	}
	s := e.wanted(text, "/Timestamp", shape.String, "a timestamp")
	if some, _ := s.Instants(); s != nil && s.May(shape.String) && !some {
		e.always(Finding{Kind: WrongType, Certain: true, Pointer: "/Timestamp",
			Message: fmt.Sprintf("the expression gives %s and must give a timestamp such as 2006-01-02T15:04:05Z", s)})
	}
}

// wanted evaluates an expression that has to give a value of some kind.
func (e *eval) wanted(text, field string, k shape.Kinds, name string) *shape.Shape {
	s := e.expression(text, &where{token: field})
	if s == nil || s.May(k) {
		return s
	}
	return e.always(Finding{Kind: WrongType, Certain: true, Pointer: field, Message: fmt.Sprintf("the expression gives %s and must give %s", s, name)})
}

func (e *eval) queryAssigned(p *asl.Payload, field string) *shape.Shape {
	return e.queryAssignedIn(e.vars, p, field)
}

func (e *eval) queryAssignedIn(vars *shape.Shape, p *asl.Payload, field string) *shape.Shape {
	if p == nil {
		return vars
	}
	if _, ok := p.Value.(*value.Object); !ok {
		return vars
	}
	return shape.Merge(vars, e.query(p, field))
}

func (e *eval) queryDone(result *shape.Shape, output, assign *asl.Payload, t asl.Transition) {
	if result == nil {
		return
	}
	e.result = result
	e.leave(t, e.output(output, result, "/Output"), e.queryAssigned(assign, "/Assign"))
}

func (e *eval) queryCaught(catchers []asl.Catcher) {
	e.failure = errorOutput
	for i := range catchers {
		k, field := &catchers[i], "/Catch/"+strconv.Itoa(i)
		e.to(k.Next, e.output(k.Output, errorOutput, field+"/Output"), e.queryAssigned(k.Assign, field+"/Assign"))
	}
	e.failure = nil
}

func (e *eval) queryMap(m *asl.Map) *shape.Shape {
	e.fieldNumber(m.MaxConcurrency, "/MaxConcurrency")
	e.fieldNumber(m.ToleratedFailureCount, "/ToleratedFailureCount")
	items := shape.AnyArray
	var element *shape.Shape
	if m.ItemReader != nil {
		e.query(m.ItemReader.Arguments, "/ItemReader/Arguments")
		element = readItem(m.ItemReader)
	} else {
		given := e.output(m.Items, e.raw, "/Items")
		if given == nil {
			return nil
		}
		if text, ok := literalItems(m); ok && !asl.IsExpression(text) {
			given = shape.Any // a fault of its own
		}
		text, field := "what Items gives", "/Items"
		if m.Items == nil {
			text, field = "$", ""
		}
		if items, element = e.items(m, given, text, field); items == nil {
			return nil
		}
	}
	return e.mapped(m, items, element, e.query)
}

// literalItems returns the text that Items is.
func literalItems(m *asl.Map) (text string, ok bool) {
	if m.Items != nil {
		text, ok = m.Items.Value.(string)
	}
	return text, ok
}

func (e *eval) conditions(c *asl.Choice) {
	rest := &known{e.raw, e.vars}
	for i := range c.Choices {
		r, field := &c.Choices[i], "/Choices/"+strconv.Itoa(i)
		if rest == nil {
			return
		}
		e.raw, e.vars = rest.in, rest.vars
		o := e.condition(r.Condition, rest, field+"/Condition")
		if o.yes != nil {
			e.queryWay(r.Next, r.Output, r.Assign, o.yes, field)
		}
		rest = o.no
	}
	if rest != nil {
		e.queryWay(c.Default, c.Output, c.Assign, rest, "")
	}
	e.raw, e.vars = e.n.raw, e.n.vars
}

func (e *eval) queryWay(next string, output, assign *asl.Payload, k *known, field string) {
	e.raw, e.vars = k.in, k.vars
	e.to(next, e.output(output, k.in, field+"/Output"), e.queryAssigned(assign, field+"/Assign"))
}

// condition evaluates the Condition of a rule.
func (e *eval) condition(p *asl.Payload, k *known, field string) outcome {
	var text string
	if p != nil {
		if b, ok := p.Value.(bool); ok {
			if b {
				return outcome{yes: k}
			}
			return outcome{no: k}
		}
		text, _ = p.Value.(string)
	}
	if !asl.IsExpression(text) {
		return outcome{yes: k, no: k}
	}
	s := e.wanted(text, field, shape.Boolean, "true or false")
	if s == nil {
		return outcome{}
	}
	o := outcome{yes: k, no: k}
	if parsed := e.Expression(text); parsed != nil && !asl.HasPlaceholder(text) {
		q := &query{eval: e, at: &where{token: field}, quiet: 1}
		o = q.decide(parsed.Root(), k)
	}
	yes, no := s.Bools()
	if !yes {
		o.yes = nil
	}
	if !no {
		o.no = nil
	}
	if s == shape.Any {
		return o
	}
	e.ruled(o, field)
	return o
}

// result is what an expression gives: nothing, or a value of s.
type result struct {
	s      *shape.Shape // nil: never a value
	absent bool         // maybe nothing
}

var anything = result{shape.Any, true}

// env is what the variables of an expression stand for, innermost first.
type env struct {
	outer   *env
	name    string
	value   result
	context *shape.Shape // $, nil where there is none
}

func (v *env) bind(name string, r result) *env { return &env{v, name, r, v.context} }

func (v *env) at(context *shape.Shape) *env { return &env{v, "", result{}, context} }

func (v *env) lookup(name string) (result, bool) {
	for ; v != nil; v = v.outer {
		if v.name == name && name != "" {
			return v.value, true
		}
	}
	return result{}, false
}

// query is one evaluation of an expression.
type query struct {
	*eval
	at    *where
	plain bool // the expression only selects members
	quiet int  // more than 0: what is absent is meant to be
	parts int  // more than 0: it is not sure that this part is evaluated
	told  bool // why there is no value
	depth int
	steps int // parts evaluated so far
}

// How deep expressions are looked into, and how many parts are evaluated, some of
// them more than once.
const (
	maxQuery = 200
	maxSteps = 50_000
)

func (q *query) tell(f Finding, n jsonata.Node) {
	q.told = true
	if !q.reporting {
		return
	}
	f.Pointer = q.at.pointer()
	f.Message += fmt.Sprintf(", at character %d of the expression", n.Pos()+1)
	q.note(f)
}

// fails is the result of a part that always fails.
func (q *query) fails(kind Kind, n jsonata.Node, format string, args ...any) result {
	message := ""
	if q.reporting {
		message = fmt.Sprintf(format, args...)
	}
	q.tell(Finding{Kind: kind, Certain: q.parts == 0, Message: message}, n)
	if q.parts > 0 {
		return anything
	}
	q.n.broken = true
	if q.reporting || q.n.repaired {
		return anything
	}
	return result{}
}

// perhaps evaluates a part that may not be evaluated when it runs.
func (q *query) perhaps(n jsonata.Node, v *env) result {
	q.parts++
	defer func() { q.parts-- }()
	return q.eval1(n, v)
}

func (q *query) eval1(n jsonata.Node, v *env) result {
	if q.steps++; q.depth >= maxQuery || q.steps > maxSteps {
		return anything
	}
	q.depth++
	defer func() { q.depth-- }()
	switch n := n.(type) {
	case *jsonata.Literal:
		return result{s: shape.Of(n.Value)}
	case *jsonata.Variable:
		return q.variable(n, v)
	case *jsonata.Name:
		if v.context == nil {
			return anything
		}
		return q.member(result{s: v.context}, n, nil)
	case *jsonata.Path:
		return q.path(n, v)
	case *jsonata.Filter:
		return q.filter(q.eval1(n.Base, v), n.Predicate, v)
	case *jsonata.KeepArray:
		r := q.eval1(n.Base, v)
		return result{kept(r.s), r.absent}
	case *jsonata.Sort:
		r := q.eval1(n.Base, v)
		return result{shape.Join(r.s, listOf(r.s)), r.absent}
	case *jsonata.Array:
		return q.array(n, v)
	case *jsonata.Object:
		return q.object(n, v)
	case *jsonata.Binary:
		return q.binary(n, v)
	case *jsonata.Negation:
		r := q.eval1(n.Operand, v)
		return result{shape.AnyNumber, r.absent}
	case *jsonata.Condition:
		return q.choose(n, v)
	case *jsonata.Block:
		return q.block(n, v)
	case *jsonata.Assignment:
		return q.eval1(n.Value, v)
	case *jsonata.Call:
		return q.call(n, nil, v)
	}
	return anything
}

// listOf returns the arrays that a value, or the elements of one, make.
func listOf(s *shape.Shape) *shape.Shape {
	if s == nil {
		return nil
	}
	return shape.List(flat(s))
}

// kept returns what base[] is: an array that, where it is a part of something else,
// stands for its only element after all.
func kept(s *shape.Shape) *shape.Shape {
	if s == nil || s == shape.Any {
		return s
	}
	return shape.Join(listOf(s), flat(s))
}

// flat returns the values of a shape with the elements of arrays in place of these.
func flat(s *shape.Shape) *shape.Shape {
	if s == shape.Any {
		return s
	}
	return shape.Join(s.Only(^shape.Array), s.Element())
}

// sequence returns what many values of a shape are together: one stands for itself.
func sequence(s *shape.Shape) *shape.Shape {
	if s == nil || s == shape.Any {
		return s
	}
	return shape.Join(s, shape.List(s))
}

func (q *query) variable(n *jsonata.Variable, v *env) result {
	switch n.Name {
	case "":
		if v.context == nil {
			return anything
		}
		return result{s: v.context}
	case "$":
		return anything
	case asl.ReservedVariable:
		return result{s: q.states()}
	}
	if r, ok := v.lookup(n.Name); ok {
		return r
	}
	found, sure := q.vars.Member(n.Name)
	if found == nil {
		return anything // that nobody assigns it, others report
	}
	return result{found, !sure}
}

// states returns $states.
func (q *query) states() *shape.Shape {
	fields := []shape.Field{{Name: "input", Shape: q.raw}, {Name: "context", Shape: q.contextObject()}}
	if q.result != nil {
		fields = append(fields, shape.Field{Name: "result", Shape: q.result})
	}
	if q.failure != nil {
		fields = append(fields, shape.Field{Name: "errorOutput", Shape: q.failure})
	}
	return shape.Open(shape.Any, fields...)
}

func (q *query) path(n *jsonata.Path, v *env) result {
	for _, s := range n.Steps {
		if binds(s) {
			return anything
		}
	}
	r := q.eval1(n.Steps[0], v)
	for i, s := range n.Steps[1:] {
		if r.s == nil {
			return r
		}
		r = q.step(r, s, n.Steps[:i+1], v)
	}
	return r
}

// binds reports whether a step has effects on those behind it that are not followed.
func binds(n jsonata.Node) bool {
	found := false
	jsonata.Walk(n, func(n jsonata.Node) bool {
		switch n.(type) {
		case *jsonata.Focus, *jsonata.Index, *jsonata.Parent:
			found = true
		}
		return !found
	})
	return found
}

// step applies a step of a path to every item of what the steps before it gave.
func (q *query) step(r result, n jsonata.Node, before []jsonata.Node, v *env) result {
	switch n := n.(type) {
	case *jsonata.Name:
		return q.member(r, n, before)
	case *jsonata.Filter: // of what each item gives
		inner := q.filter(q.step(result{flat(r.s), r.absent}, n.Base, before, v), n.Predicate, v)
		return gathered(r, inner)
	case *jsonata.KeepArray:
		inner := q.step(r, n.Base, before, v)
		return result{kept(inner.s), inner.absent}
	case *jsonata.Sort:
		inner := q.step(r, n.Base, before, v)
		return result{sequence(flat(inner.s)), inner.absent}
	case *jsonata.Wildcard, *jsonata.Descendants, *jsonata.Group:
		return anything
	}
	inner := q.perhaps(n, v.at(flat(r.s)))
	if inner.s.May(shape.Array) { // of one element, it may stand for that
		inner.s = shape.Join(inner.s, sequence(flat(inner.s)))
	}
	return gathered(r, inner)
}

// gathered returns what a step gives for all items of r together, if it gives inner
// for each.
func gathered(r, inner result) result {
	if inner.s == nil || !r.s.May(shape.Array) {
		return result{inner.s, inner.absent || r.absent}
	}
	return result{shape.Join(inner.s, sequence(flat(inner.s))), true}
}

// member selects a member of every item of a value.
func (q *query) member(r result, n *jsonata.Name, before []jsonata.Node) result {
	if r.s == shape.Any {
		return anything
	}
	m, sure := r.s.Member(n.Name)
	out := result{m, r.absent || !sure}
	if elements := r.s.Element(); elements != nil {
		inner := q.membersOf(elements, n.Name, 0)
		out.s = shape.Join(out.s, sequence(flatOrNil(inner)))
		out.absent = true
	}
	if out.s == nil && q.quiet == 0 && r.s != nil {
		// A service may answer more than is known of it.
		certain := q.plain && !r.s.Grows() && !r.s.Element().Grows()
		f := Finding{Kind: Missing, Certain: certain, Message: fmt.Sprintf("%s never has a %q", describe(before, r.s), n.Name)}
		if r.s.May(shape.Object) {
			f.Hint = memberHint(r.s, n.Name)
		}
		q.tell(f, n)
		if q.reporting || q.n.repaired {
			return anything
		}
	}
	return out
}

func flatOrNil(s *shape.Shape) *shape.Shape {
	if s == nil {
		return nil
	}
	return flat(s)
}

// membersOf returns a member of items, and of the items in them.
func (q *query) membersOf(s *shape.Shape, name string, depth int) *shape.Shape {
	if s == shape.Any || depth > 8 {
		return shape.Any
	}
	m, _ := s.Member(name)
	if elements := s.Element(); elements != nil {
		m = shape.Join(m, q.membersOf(elements, name, depth+1))
	}
	return m
}

// describe names what a step starts from.
func describe(before []jsonata.Node, s *shape.Shape) string {
	text := ""
	for _, n := range before {
		switch n := n.(type) {
		case *jsonata.Variable:
			text += "$" + n.Name
		case *jsonata.Name:
			text += "." + n.Name
		default:
			return s.String()
		}
	}
	if text == "" {
		return s.String()
	}
	return text + ", " + s.String() + ","
}

// filter selects by a predicate.
func (q *query) filter(r result, predicate jsonata.Node, v *env) result {
	if r.s == nil {
		return r
	}
	if l, ok := number(predicate); ok {
		element, _ := r.s.At(l)
		single := r.s.Only(^shape.Array)
		if r.s == shape.Any {
			return anything
		}
		return result{shape.Join(element, single), true}
	}
	q.perhaps(predicate, v.at(flat(r.s)))
	return result{sequence(flat(r.s)), true}
}

// number returns the whole number that an expression is.
func number(n jsonata.Node) (int, bool) {
	sign := 1
	if m, ok := n.(*jsonata.Negation); ok {
		n, sign = m.Operand, -1
	}
	l, ok := n.(*jsonata.Literal)
	if !ok {
		return 0, false
	}
	i, ok := value.Int(l.Value)
	return sign * int(i), ok
}

func (q *query) array(n *jsonata.Array, v *env) result {
	var items []*shape.Shape
	var all *shape.Shape
	exact := true
	for _, item := range n.Items {
		r := q.eval1(item, v)
		if r.s == nil {
			if !r.absent {
				return r
			}
			continue
		}
		if _, nested := item.(*jsonata.Array); nested {
			all = shape.Join(all, r.s)
		} else {
			all = shape.Join(all, flat(r.s))
			exact = exact && !r.s.May(shape.Array)
		}
		exact = exact && !r.absent
		items = append(items, r.s)
	}
	if exact {
		return result{s: shape.Tuple(items...)}
	}
	return result{s: shape.List(all)}
}

func (q *query) object(n *jsonata.Object, v *env) result {
	fields := make([]shape.Field, 0, len(n.Pairs))
	exact := true
	for _, p := range n.Pairs {
		q.eval1(p.Key, v)
		r := q.eval1(p.Value, v)
		if r.s == nil && !r.absent {
			return r
		}
		l, _ := p.Key.(*jsonata.Literal)
		if l == nil {
			exact = false
			continue
		}
		name, ok := l.Value.(string)
		exact = exact && ok
		fields = append(fields, shape.Field{Name: name, Shape: r.s, Optional: r.absent})
	}
	if !exact {
		return result{s: shape.AnyObject}
	}
	return result{s: shape.Record(fields...)}
}

func (q *query) block(n *jsonata.Block, v *env) result {
	r := result{absent: true}
	for _, x := range n.Exprs {
		r = q.eval1(x, v)
		if a, ok := x.(*jsonata.Assignment); ok {
			if isFunction(a.Value) {
				r = anything
			}
			v = v.bind(a.Variable.Name, r)
		}
	}
	return r
}

func isFunction(n jsonata.Node) bool {
	switch n := n.(type) {
	case *jsonata.Lambda:
		return true
	case *jsonata.Call:
		return n.Partial()
	}
	return false
}

func (q *query) choose(n *jsonata.Condition, v *env) result {
	q.quiet++
	o := q.decideIn(n.If, &known{q.raw, q.vars}, v)
	if is := q.eval1(n.If, v); is.s.Is(shape.Boolean) {
		if mayBeTrue, _ := is.s.Bools(); !mayBeTrue {
			o.yes = nil
		}
	}
	q.quiet--
	raw, vars := q.raw, q.vars
	defer func() { q.raw, q.vars = raw, vars }()
	var r result
	if o.yes != nil {
		q.raw, q.vars = o.yes.in, o.yes.vars
		r = q.perhaps(n.Then, v)
	}
	if o.no == nil {
		return r
	}
	q.raw, q.vars = o.no.in, o.no.vars
	otherwise := result{absent: true}
	if n.Else != nil {
		otherwise = q.perhaps(n.Else, v)
	}
	return result{shape.Join(r.s, otherwise.s), r.absent || otherwise.absent}
}

func (q *query) binary(n *jsonata.Binary, v *env) result {
	switch n.Op {
	case "and", "or":
		q.quiet++
		q.eval1(n.Left, v)
		q.perhaps(n.Right, v)
		q.quiet--
		return result{s: shape.AnyBoolean}
	case "~>":
		return q.pipe(n, v)
	}
	left, right := q.eval1(n.Left, v), q.eval1(n.Right, v)
	absent := left.absent || right.absent
	switch n.Op {
	case "&":
		return result{s: shape.AnyString}
	case "..":
		return result{s: shape.List(shape.AnyNumber)}
	case "+", "-", "*", "/", "%":
		for _, side := range []struct {
			r result
			n jsonata.Node
		}{{left, n.Left}, {right, n.Right}} {
			if side.r.s != nil && !side.r.absent && !side.r.s.May(shape.Number) {
				return q.fails(WrongType, side.n, "an operand of %s is %s and must be a number", n.Op, side.r.s)
			}
		}
		if left.s == nil || right.s == nil {
			return result{absent: true}
		}
		return result{shape.AnyNumber, absent}
	case "=", "!=":
		q.equal(n, left, right)
		return result{s: shape.AnyBoolean}
	case "<", "<=", ">", ">=":
		const ordered = shape.Number | shape.String
		switch {
		case left.s == nil || right.s == nil || absent:
		case !left.s.May(ordered) || !right.s.May(ordered), left.s.Kinds()&right.s.Kinds()&ordered == 0:
			return q.fails(WrongType, n, "%s cannot be compared with %s by %s", left.s, right.s, n.Op)
		}
		return result{shape.AnyBoolean, absent}
	}
	return result{s: shape.AnyBoolean} // in
}

// equal reports a comparison of values of two types.
func (q *query) equal(n *jsonata.Binary, left, right result) {
	switch {
	case left.s == nil || right.s == nil || !q.reporting:
		return
	case left.s.May(shape.Null) || right.s.May(shape.Null) || left.s.Kinds()&right.s.Kinds() != 0:
		return
	}
	outcome := "never equal"
	if n.Op == "!=" {
		outcome = "always different"
	}
	q.note(Finding{Kind: Comparison, Certain: true, Pointer: q.at.pointer(),
		Message: fmt.Sprintf("%s and %s are %s, at character %d of the expression", left.s, right.s, outcome, n.Pos()+1)})
}
