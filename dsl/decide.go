package dsl

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

func (r *renderer) condFault(c *cond, hint, format string, args ...any) {
	p := problemf(codeValue, c.at, hint, format, args...)
	p.field = "Choices"
	r.report(p)
}

// within reports whether one more condition may be written inside those at hand.
func (r *renderer) within(c *cond) bool {
	if r.nesting == maxNesting {
		r.condFault(c, "", "conditions are nested more than %d deep", maxNesting)
		return false
	}
	if !r.spend() {
		return false
	}
	r.nesting++
	return true
}

// test writes a condition as a JSONPath state has it.
func (r *renderer) test(c *cond, f frame) asl.Test {
	if !r.within(c) {
		return asl.Test{}
	}
	defer r.leave()
	switch c.kind {
	case andCond:
		return asl.Test{And: r.tests(c, f)}
	case orCond:
		return asl.Test{Or: r.tests(c, f)}
	case notCond:
		t := r.test(c.all[0], f)
		return asl.Test{Not: &t}
	case faultyCond:
		r.condFault(c, "", "%s", c.text)
		return asl.Test{}
	}
	variable, _ := r.path(c.left, f)
	t := asl.Test{Variable: variable}
	switch c.kind {
	case testCond:
		t.Operator, t.Operand = asl.Operator(c.op), true
	case matchCond:
		r.checkMatch(c)
		t.Operator, t.Operand = "StringMatches", c.text
	case compareCond:
		t.Operator, t.Operand = r.comparison(c, f)
	}
	return t
}

func (r *renderer) tests(c *cond, f frame) []asl.Test {
	if len(c.all) == 0 {
		r.condFault(c, "", "And and Or need at least one condition")
	}
	tests := make([]asl.Test, len(c.all))
	for i, inner := range c.all {
		tests[i] = r.test(inner, f)
	}
	return tests
}

var families = map[shape]string{stringShape: "String", numberShape: "Numeric", boolShape: "Boolean", timeShape: "Timestamp"}

func (r *renderer) comparison(c *cond, f frame) (asl.Operator, any) {
	right := r.exprTerm(c.right, 0)
	s, ok := r.compared(c, right)
	if !ok {
		return "", nil
	}
	family, ok := families[s]
	if !ok {
		r.condFault(c, "compare its fields, or make the state JSONata", "%s cannot be compared in a JSONPath state", s)
		return "", nil
	}
	if right.isPlain() {
		return asl.Operator(family + c.op), right.value
	}
	text, _ := r.path(right.expr, f)
	return asl.Operator(family + c.op + "Path"), text
}

// compared returns the shape of the values that a comparison is about, if they
// can be compared in this way.
func (r *renderer) compared(c *cond, right term) (shape, bool) {
	s := comparedShape(c.left)
	if s == anyShape {
		if s = comparedShape(c.right); right.isPlain() {
			s = max(s, plainShape(right.value))
		}
	}
	switch {
	case s == anyShape && !(r.jsonata && c.op == equals):
		r.condFault(c, "say of which type it is with dsl.As", "the type of the values that are compared is not known")
	case c.left.quoted && right.isPlain() && plainShape(right.value) != stringShape:
		r.condFault(c, "compare dsl.As[string] of it", "the field is written as a string, by the option \"string\" of its tag, and compared with %s", plainShape(right.value))
	case right.isPlain() && right.value == nil:
		r.condFault(c, "use IsNull", "the value is compared with null")
	case c.op != equals && s != stringShape && s != numberShape && s != timeShape:
		r.condFault(c, "", "%s is not less or greater than another one", s)
	default:
		return s, true
	}
	return s, false
}

func comparedShape(e *expr) shape {
	switch {
	case e.quoted:
		return stringShape
	case e.typ == nil:
		return anyShape
	}
	return shapeOf(e.typ)
}

func plainShape(v any) shape {
	switch value.Kind(v) {
	case "string":
		return stringShape
	case "number":
		return numberShape
	case "boolean":
		return boolShape
	case "array":
		return listShape
	case "object":
		return objectShape
	}
	return anyShape
}

func (r *renderer) checkMatch(c *cond) {
	if s := comparedShape(c.left); s != stringShape && s != anyShape && s != timeShape {
		r.condFault(c, "", "Matches is for strings, and this is %s", s)
	}
	backslashes := len(c.text) - len(strings.TrimRight(c.text, `\`))
	if backslashes%2 == 1 {
		r.condFault(c, `write \\ for a backslash`, "the pattern ends in a lone backslash")
	}
}

// holds writes a condition as a JSONata state has it.
func (r *renderer) holds(c *cond, f frame) formulaText {
	if !r.within(c) {
		return closed("false")
	}
	defer r.leave()
	switch c.kind {
	case andCond:
		return r.joinConditions(c, " and ", andLevel, f)
	case orCond:
		return r.joinConditions(c, " or ", orLevel, f)
	case notCond:
		return closed("$not(" + r.holds(c.all[0], f).s + ")")
	case faultyCond:
		r.condFault(c, "", "%s", c.text)
		return closed("false")
	}
	left, ok := r.formula(r.exprTerm(c.left, 0), f)
	if !ok {
		return closed("false")
	}
	switch c.kind {
	case testCond:
		return typeTest(c.op, left)
	case matchCond:
		r.checkMatch(c)
		return guard(c.left, left, "string", closed("$contains("+left.s+", "+matchRegexp(c.text)+")"))
	}
	return r.relation(c, left, f)
}

func (r *renderer) joinConditions(c *cond, operator string, l level, f frame) formulaText {
	if len(c.all) == 0 {
		r.condFault(c, "", "And and Or need at least one condition")
		return closed("false")
	}
	if len(c.all) == 1 {
		return r.holds(c.all[0], f)
	}
	texts := make([]string, len(c.all))
	for i, inner := range c.all {
		most := tight
		if l == andLevel {
			most = andLevel
		}
		texts[i] = r.holds(inner, f).within(most)
	}
	return formulaText{strings.Join(texts, operator), l}
}

// timestampRegexp matches what the service takes for a timestamp.
const timestampRegexp = `/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+\-]\d{2}:\d{2})$/`

func typeTest(test string, t formulaText) formulaText {
	switch test {
	case "IsPresent":
		return closed("$exists(" + t.s + ")")
	case "IsNull":
		return formulaText{t.part() + " = null", tight}
	case "IsString":
		return typeIs(t, "string")
	case "IsNumeric":
		return typeIs(t, "number")
	case "IsBoolean":
		return typeIs(t, "boolean")
	}
	return formulaText{typeIs(t, "string").s + " and $contains(" + t.s + ", " + timestampRegexp + ")", andLevel}
}

func typeIs(t formulaText, typ string) formulaText {
	return formulaText{"$type(" + t.s + ") = '" + typ + "'", tight}
}

// guard makes a condition false where a value that it reads may be absent, null
// or of another type: JSONata would fail. A state in JSONPath fails if a value is
// absent.
func guard(e *expr, text formulaText, typ string, condition formulaText) formulaText {
	if !e.optional {
		return condition
	}
	return formulaText{typeIs(text, typ).s + " and " + condition.within(andLevel), andLevel}
}

var relations = map[string]string{equals: "=", lessThan: "<", lessThanEquals: "<=", greaterThan: ">", greaterThanEquals: ">="}

func (r *renderer) relation(c *cond, left formulaText, f frame) formulaText {
	right := r.exprTerm(c.right, 0)
	if v, isBool := right.value.(bool); isBool && v && c.op == equals && c.left.kind == textExpr {
		return left // the expression is a condition itself
	}
	s, ok := r.compared(c, right)
	if !ok {
		return closed("false")
	}
	text, ok := r.formula(right, f)
	if !ok {
		return closed("false")
	}
	a, b, typ := left, text, "number"
	switch s {
	case timeShape:
		a, b, typ = closed("$toMillis("+a.s+")"), closed("$toMillis("+b.s+")"), "string"
	case stringShape:
		typ = "string"
	}
	condition := formulaText{a.part() + " " + relations[c.op] + " " + b.part(), tight}
	if c.op == equals && s != timeShape {
		return condition // false by itself if a value is absent
	}
	if !right.isPlain() {
		condition = guard(right.expr, text, typ, condition)
	}
	return guard(c.left, left, typ, condition)
}
