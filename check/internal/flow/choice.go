package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// known is what a Choice knows of its data where it is about to try a rule; nil
// where it never gets there.
type known struct{ in, vars *shape.Shape }

func either(a, b *known) *known {
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	}
	return &known{shape.Join(a.in, b.in), shape.Join(a.vars, b.vars)}
}

// outcome is what is known if a condition holds and if it does not; nil where it
// never does.
type outcome struct {
	yes, no   *known
	explained bool // it is reported why one of them never happens
	because   string
}

func (e *eval) choice(c *asl.Choice, in *shape.Shape) {
	rest := &known{in, e.vars}
	for i := range c.Choices {
		r, field := &c.Choices[i], "/Choices/"+strconv.Itoa(i)
		if rest == nil {
			return
		}
		o := e.test(&r.Test, rest, field)
		e.ruled(o, field)
		if o.yes != nil {
			e.way(c, r.Next, r.Assign, o.yes, field+"/Assign")
		}
		rest = o.no
	}
	if rest != nil {
		e.way(c, c.Default, c.Assign, rest, "/Assign")
	}
}

// way hands on what goes one way out of a Choice.
func (e *eval) way(c *asl.Choice, next string, assign *asl.Payload, k *known, field string) {
	out := e.filter(c.OutputPath, k.in, "/OutputPath")
	vars := e.assignedIn(k.vars, assign, k.in, field)
	e.to(next, out, vars)
}

// ruled reports a rule that always or never holds.
func (e *eval) ruled(o outcome, field string) {
	switch {
	case o.explained || o.yes == nil && o.no == nil:
	case o.yes == nil:
		e.note(Finding{Kind: NeverHolds, Pointer: field, Message: "never holds" + o.because})
	case o.no == nil:
		e.note(Finding{Kind: AlwaysHolds, Pointer: field, Message: "always holds where it is reached" + o.because})
	}
}

func (e *eval) test(t *asl.Test, k *known, field string) outcome {
	switch {
	case len(t.And)+len(t.Or) == 0 && t.Not == nil && (t.Operator == "" || t.Variable == ""):
		return outcome{yes: k, no: k}
	case t.And != nil:
		return e.sequence(t.And, k, field+"/And", false)
	case t.Or != nil:
		return e.sequence(t.Or, k, field+"/Or", true)
	case t.Not != nil:
		o := e.test(t.Not, k, field+"/Not")
		return outcome{o.no, o.yes, o.explained, o.because}
	}
	return e.compare(t, k, field)
}

// sequence tries conditions up to the first that comes out as said.
func (e *eval) sequence(tests []asl.Test, k *known, field string, until bool) outcome {
	var over *known
	explained := false
	for i := range tests {
		if k == nil {
			break
		}
		o := e.test(&tests[i], k, field+"/"+strconv.Itoa(i))
		explained = explained || o.explained
		if until {
			o.yes, o.no = o.no, o.yes
		}
		over = either(over, o.no)
		k = o.yes
	}
	if until {
		return outcome{yes: over, no: k, explained: explained}
	}
	return outcome{yes: k, no: over, explained: explained}
}

// operand is what a path in a condition leads to.
type operand struct {
	*path
	shape.Found
	text string
}

// narrow returns what is known if the operand's value is one that to keeps.
func (o *operand) narrow(k *known, to func(*shape.Shape) *shape.Shape) *known {
	return o.change(k, func(s *shape.Shape, steps []jsonpath.Step) *shape.Shape { return s.Narrow(steps, to) }, to)
}

func (o *operand) change(k *known, f func(*shape.Shape, []jsonpath.Step) *shape.Shape, to func(*shape.Shape) *shape.Shape) *known {
	switch o.root {
	case jsonpath.Input:
		if in := f(k.in, o.steps); in != nil {
			return &known{in, k.vars}
		}
		return nil
	case jsonpath.Variable:
		if v, _ := k.vars.Member(o.variable); v == nil {
			return k
		}
		steps := append([]jsonpath.Step{{Name: o.variable}}, o.steps...)
		if vars := f(k.vars, steps); vars != nil {
			return &known{k.in, vars}
		}
		return nil
	}
	if to != nil && to(o.Shape) == nil {
		return nil
	}
	return k
}

// operand looks a path of a condition up.
func (e *eval) operand(text string, k *known) *operand {
	p := e.path(text)
	if p.unknown || !p.whole {
		return nil
	}
	doc := k.in
	o := &operand{path: p, text: text}
	switch p.root {
	case jsonpath.Variable:
		v, sure := k.vars.Member(p.variable)
		if v == nil {
			v = shape.Any
		}
		o.Found = v.Find(p.steps)
		o.Sure = o.Sure && sure
		return o
	case jsonpath.Context:
		doc = e.contextObject()
	}
	o.Found = doc.Find(p.steps)
	return o
}

// compare evaluates a comparison.
func (e *eval) compare(t *asl.Test, k *known, field string) outcome {
	o := e.operand(t.Variable, k)
	if o == nil {
		return outcome{yes: k, no: k}
	}
	if t.Operator == "IsPresent" {
		return e.because(o.presence(k, t.Operand == true), o)
	}
	if o.Shape == nil {
		return e.unread(o, k, field+"/Variable")
	}
	if is, ok := typeTests[t.Operator]; ok {
		return e.because(o.isType(k, is, t.Operand == true), o)
	}
	takes := operandKinds[t.Operator.Operand()]
	literal, isPath := t.Operand, t.Operator.IsPath()
	var other *operand
	if isPath {
		text, _ := literal.(string)
		if other = e.operand(text, k); other == nil {
			return outcome{yes: k, no: k}
		}
		if other.Shape == nil {
			return e.unread(other, k, value.AppendPointer(field, string(t.Operator)))
		}
		takes = operandKinds[t.Operator.Literal().Operand()]
	}
	for _, side := range []*operand{o, other} {
		if side != nil && !comparable(side.Shape, takes, t.Operator) {
			e.note(Finding{Kind: Comparison, Certain: true, Pointer: value.AppendPointer(field, string(t.Operator)),
				Message: fmt.Sprintf("never holds: %s is %s", side.text, side.Shape), Hint: hintFor(side.Shape)})
			return outcome{no: k, explained: true}
		}
	}
	if isPath {
		typed := func(s *shape.Shape) *shape.Shape { return s.Only(takes) }
		yes := k
		for _, side := range []*operand{o, other} {
			if yes != nil {
				yes = side.narrow(yes, typed)
			}
		}
		return outcome{yes: yes, no: k}
	}
	return e.because(o.against(k, t.Operator, literal, takes), o)
}

// because says of an outcome that is certain what is known of the operand.
func (e *eval) because(r outcome, o *operand) outcome {
	switch {
	case !e.reporting || r.yes != nil && r.no != nil:
	case o.Shape == nil:
		r.because = ": there is no " + o.text
	default:
		r.because = fmt.Sprintf(": %s is %s", o.text, o.Shape)
	}
	return r
}

// unread is a comparison of what cannot be there, which fails.
func (e *eval) unread(o *operand, k *known, field string) outcome {
	if e.always(e.missing(o.path, o.Found, &where{token: field})) == nil {
		return outcome{explained: true}
	}
	return outcome{yes: k, no: k, explained: true}
}

var operandKinds = map[asl.Operand]shape.Kinds{
	asl.StringOperand:    shape.String,
	asl.NumericOperand:   shape.Number,
	asl.BooleanOperand:   shape.Boolean,
	asl.TimestampOperand: shape.String,
}

// comparable reports whether an operator can hold of some value of a shape.
func comparable(s *shape.Shape, takes shape.Kinds, op asl.Operator) bool {
	if strings.HasPrefix(string(op), "Timestamp") {
		some, _ := s.Instants()
		return some
	}
	return takes == 0 || s.May(takes)
}

func hintFor(s *shape.Shape) string {
	switch {
	case s.Is(shape.Number):
		return "compare it with Numeric..."
	case s.Is(shape.Boolean):
		return "compare it with BooleanEquals"
	case s.Is(shape.String):
		return "compare it with String..."
	}
	return ""
}

// presence is the outcome of IsPresent.
func (o *operand) presence(k *known, want bool) outcome {
	var present, absent *known
	if o.Shape != nil {
		present = o.narrow(k, func(s *shape.Shape) *shape.Shape { return s })
	}
	if o.Shape == nil || !o.Sure {
		absent = o.change(k, (*shape.Shape).Without, nil)
	}
	if absent == nil && (o.Shape == nil || o.Declared) {
		absent = k // what was declared turns out to be otherwise
	}
	if want {
		return outcome{yes: present, no: absent}
	}
	return outcome{yes: absent, no: present}
}

// typeTest is an operator that tests the type of a value.
type typeTest struct {
	is, isNot func(*shape.Shape) *shape.Shape
}

func kindTest(k shape.Kinds) typeTest {
	return typeTest{
		is:    func(s *shape.Shape) *shape.Shape { return s.Only(k) },
		isNot: func(s *shape.Shape) *shape.Shape { return s.Only(^k) },
	}
}

var typeTests = map[asl.Operator]typeTest{
	"IsNull":    kindTest(shape.Null),
	"IsString":  kindTest(shape.String),
	"IsNumeric": kindTest(shape.Number),
	"IsBoolean": kindTest(shape.Boolean),
	"IsTimestamp": {
		is: shape.Instants,
		isNot: func(s *shape.Shape) *shape.Shape {
			if _, others := s.Instants(); others {
				return s
			}
			return s.Only(^shape.String)
		},
	},
}

// isType is the outcome of a type test. What was declared to be of a type may turn
// out not to be.
func (o *operand) isType(k *known, t typeTest, want bool) outcome {
	way := func(to func(*shape.Shape) *shape.Shape) *known {
		if to(o.Shape) == nil && o.Declared {
			return o.narrow(k, func(*shape.Shape) *shape.Shape { return to(shape.Any) })
		}
		return o.narrow(k, to)
	}
	yes, no := way(t.is), way(t.isNot)
	if !want {
		yes, no = no, yes
	}
	return outcome{yes: yes, no: no}
}

// against is the outcome of a comparison with a literal.
func (o *operand) against(k *known, op asl.Operator, literal any, takes shape.Kinds) outcome {
	holds := comparator(op, literal)
	yes := o.narrow(k, func(s *shape.Shape) *shape.Shape { return s.Only(takes).Keep(holds) })
	no := k
	if o.Sure { // else that it is there would follow from nothing but that the state has not failed
		no = o.narrow(k, func(s *shape.Shape) *shape.Shape { return s.Keep(negated(holds)) })
	}
	return outcome{yes: yes, no: no}
}

// comparator returns which values an operator holds of; it keeps those of which
// nobody knows.
func comparator(op asl.Operator, literal any) shape.Filter {
	if s, ok := literal.(string); ok && asl.HasPlaceholder(s) {
		return shape.Filter{}
	}
	switch op {
	case "StringEquals":
		return shape.Filter{Text: func(t string) bool { return t == literal }}
	case "BooleanEquals":
		return shape.Filter{Boolean: func(b bool) bool { return b == literal }}
	}
	name, ok := strings.CutPrefix(string(op), "Numeric")
	want, isNumber := value.Float(literal)
	if holds := numberRelations[name]; ok && isNumber && holds != nil {
		return shape.Filter{Number: func(n float64) bool { return holds(n, want) }}
	}
	return shape.Filter{}
}

var numberRelations = map[string]func(a, b float64) bool{
	"Equals":            func(a, b float64) bool { return a == b },
	"LessThan":          func(a, b float64) bool { return a < b },
	"GreaterThan":       func(a, b float64) bool { return a > b },
	"LessThanEquals":    func(a, b float64) bool { return a <= b },
	"GreaterThanEquals": func(a, b float64) bool { return a >= b },
}

// negated keeps what a filter drops, and what it says nothing of.
func negated(f shape.Filter) shape.Filter {
	var n shape.Filter
	if f.Text != nil {
		n.Text = func(t string) bool { return !f.Text(t) }
	}
	if f.Number != nil {
		n.Number = func(v float64) bool { return !f.Number(v) }
	}
	if f.Boolean != nil {
		n.Boolean = func(b bool) bool { return !f.Boolean(b) }
	}
	return n
}
