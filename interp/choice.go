package interp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// choiceState is a compiled Choice.
type choiceState struct {
	rules    []rule
	fallback *state // nil fails
}

type rule struct {
	test test
	flow flow
	next *state
}

func (c *fields) choice(def *asl.Choice) action {
	s := &choiceState{rules: make([]rule, len(def.Choices))}
	for i := range def.Choices {
		r, at := &def.Choices[i], "/Choices/"+strconv.Itoa(i)
		s.rules[i] = rule{
			test: c.lang.condition(c, r, at),
			flow: c.lang.ruleFlow(c, r, at, c.state.flow),
			next: c.target(r.Next, at+"/Next"),
		}
	}
	if def.Default != "" {
		s.fallback = c.target(def.Default, "/Default")
	}
	return s
}

func (s *choiceState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	through, next := t.state.flow, s.fallback
	part, index := "/Default", -1
	for i := range s.rules {
		holds, f := s.rules[i].test.holds(t)
		if f != nil {
			return f
		}
		if holds {
			through, next = s.rules[i].flow, s.rules[i].next
			part, index = "/Choices", i
			break
		}
	}
	if next == nil {
		return runtimeFault("Failed to transition out of the state. The state does not point to a next state.")
	}
	x.step(t.state, part, index)
	return t.leave(through, t.in, plainRole, next)
}

// condition compiles the test of a rule.
func (pathLanguage) condition(c *fields, r *asl.Rule, pointer string) test {
	return c.test(&r.Test, pointer)
}

func (c *fields) test(def *asl.Test, pointer string) test {
	switch {
	case def.And != nil:
		return allOf(c.tests(def.And, pointer+"/And"))
	case def.Or != nil:
		return anyOf(c.tests(def.Or, pointer+"/Or"))
	case def.Not != nil:
		return not{c.test(def.Not, pointer+"/Not")}
	}
	return c.comparison(def, pointer)
}

func (c *fields) tests(defs []asl.Test, pointer string) []test {
	tests := make([]test, len(defs))
	for i := range defs {
		tests[i] = c.test(&defs[i], pointer+"/"+strconv.Itoa(i))
	}
	return tests
}

type (
	allOf []test
	anyOf []test
	not   struct{ test }
)

func (tests allOf) holds(t *thread) (bool, *fault) {
	for _, test := range tests {
		if ok, f := test.holds(t); !ok || f != nil {
			return false, f
		}
	}
	return true, nil
}

func (tests anyOf) holds(t *thread) (bool, *fault) {
	for _, test := range tests {
		if ok, f := test.holds(t); ok || f != nil {
			return ok, f
		}
	}
	return false, nil
}

func (n not) holds(t *thread) (bool, *fault) {
	ok, f := n.test.holds(t)
	return !ok && f == nil, f
}

// comparison is a compiled data test: the value at a path against a literal or the
// value at another path.
type comparison struct {
	variable *path
	compare  comparator
	literal  any
	operand  *path // nil compares with the literal
	open     bool  // the literal is a pattern that ends within an escape
}

// presence is a compiled IsPresent.
type presence struct {
	variable *path
	want     bool
}

// comparator compares two values of one family; values of other types never
// compare.
type comparator func(v, operand any) bool

func (c *fields) comparison(def *asl.Test, pointer string) test {
	variable := c.newPath(def.Variable, pointer+"/Variable")
	at := value.AppendPointer(pointer, string(def.Operator))
	if def.Operator == "IsPresent" {
		want, _ := def.Operand.(bool)
		return &presence{variable, want}
	}
	cmp := &comparison{variable: variable, literal: def.Operand}
	base := def.Operator.Literal()
	if def.Operator.IsPath() {
		text, _ := def.Operand.(string)
		cmp.operand = c.newPath(text, at)
	}
	compare, err := newComparator(base, cmp)
	if cmp.open = errors.Is(err, errOpenEscape); err != nil && !cmp.open {
		c.fail(at, "%v", err)
	}
	cmp.compare = compare
	return cmp
}

func (p *presence) holds(t *thread) (bool, *fault) {
	_, err := p.variable.lookup(t, t.in.v)
	return (err == nil) == p.want, nil
}

func (c *comparison) holds(t *thread) (bool, *fault) {
	v, f := c.read(t, c.variable)
	if f != nil {
		return false, f
	}
	operand := c.literal
	if c.operand != nil {
		if operand, f = c.read(t, c.operand); f != nil {
			return false, f
		}
	}
	if _, isString := v.(string); isString && c.open {
		return false, runtimeFault("Invalid pattern '%s' in StringMatches: %v.", c.literal, errOpenEscape)
	}
	return c.compare(v, operand), nil
}

func (c *comparison) read(t *thread, p *path) (any, *fault) {
	v, err := p.lookup(t, t.in.v)
	if err != nil {
		return nil, runtimeFault("Invalid path '%s': The choice state's condition path references an invalid value.", p.text)
	}
	return v, nil
}

// newComparator returns the comparator of an operator that takes a literal; with
// errOpenEscape it is one for all but texts.
func newComparator(op asl.Operator, c *comparison) (comparator, error) {
	if is, ok := typeTests[op]; ok {
		want, isBool := c.literal.(bool)
		if !isBool {
			return nil, fmt.Errorf("must be true or false")
		}
		return func(v, _ any) bool { return is(v) == want }, nil
	}
	switch op {
	case "BooleanEquals":
		return equalBooleans, nil
	case "StringMatches":
		text, _ := c.literal.(string)
		p, err := newPattern(text)
		return func(v, _ any) bool {
			s, ok := v.(string)
			return ok && p.matches(s)
		}, err
	}
	for _, family := range []struct {
		prefix  string
		compare func(relation) comparator
	}{{"String", stringComparator}, {"Numeric", numberComparator}, {"Timestamp", timestampComparator}} {
		name, ok := strings.CutPrefix(string(op), family.prefix)
		if r, known := relations[name]; ok && known {
			return family.compare(r), nil
		}
	}
	return nil, fmt.Errorf("there is no operator %q", op)
}

// typeTests are the operators that test a value's type.
var typeTests = map[asl.Operator]func(any) bool{
	"IsNull":    func(v any) bool { return v == nil },
	"IsString":  func(v any) bool { return value.Kind(v) == "string" },
	"IsNumeric": func(v any) bool { return value.Kind(v) == "number" },
	"IsBoolean": func(v any) bool { return value.Kind(v) == "boolean" },
	"IsTimestamp": func(v any) bool {
		_, ok := timestamp(v)
		return ok
	},
}

// relation says which orders of two values satisfy an operator: -1, 0 and 1 as
// bits.
type relation uint8

const (
	less relation = 1 << iota
	equal
	greater
)

var relations = map[string]relation{
	"Equals":            equal,
	"LessThan":          less,
	"GreaterThan":       greater,
	"LessThanEquals":    less | equal,
	"GreaterThanEquals": greater | equal,
}

// holds reports whether the relation holds between values that compare as order.
func (r relation) holds(order int) bool { return r&(less<<(order+1)) != 0 }

func equalBooleans(v, operand any) bool {
	a, okA := v.(bool)
	b, okB := operand.(bool)
	return okA && okB && a == b
}

func stringComparator(r relation) comparator {
	return func(v, operand any) bool {
		a, okA := v.(string)
		b, okB := operand.(string)
		return okA && okB && r.holds(compareStrings(a, b))
	}
}

func numberComparator(r relation) comparator {
	return func(v, operand any) bool {
		order, ok := compareNumbers(v, operand)
		return ok && r.holds(order)
	}
}

func timestampComparator(r relation) comparator {
	return func(v, operand any) bool {
		a, okA := timestamp(v)
		b, okB := timestamp(operand)
		return okA && okB && r.holds(a.Compare(b))
	}
}

// compareStrings orders strings by their UTF-16 code units, as Java does.
func compareStrings(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] == b[i] {
			continue
		}
		// UTF-8 orders code points. UTF-16 puts those above U+FFFF, whose first byte
		// in UTF-8 is 0xf0 or more, before U+E000 to U+FFFF, which begin with 0xee or
		// 0xef.
		if a[i] >= 0xee && b[i] >= 0xee && (a[i] >= 0xf0) != (b[i] >= 0xf0) {
			return strings.Compare(b[i:i+1], a[i:i+1])
		}
		return strings.Compare(a[i:i+1], b[i:i+1])
	}
	switch {
	case len(a) < len(b):
		return -1
	case len(a) > len(b):
		return 1
	}
	return 0
}

func compareNumbers(v, operand any) (order int, ok bool) {
	if a, ok := v.(int64); ok {
		if b, ok := operand.(int64); ok {
			return compareInts(a, b), true
		}
	}
	a, okA := value.Float(v)
	b, okB := value.Float(operand)
	switch {
	case !okA || !okB:
		return 0, false
	case a < b:
		return -1, true
	case a > b:
		return 1, true
	}
	return 0, true
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
