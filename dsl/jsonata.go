package dsl

import (
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

func itoa(i int) string { return strconv.Itoa(i) }

// formulaText is the text of a JSONata expression.
type formulaText struct {
	s     string
	level level
}

// level is the loosest operator outside of all brackets.
type level int

const (
	noOperator level = iota
	tight            // binds tighter than and
	andLevel
	orLevel
)

func closed(s string) formulaText { return formulaText{s: s} }

// within returns the text as a part of an expression that takes operators up to
// a level without brackets.
func (t formulaText) within(most level) string {
	if t.level > most {
		return "(" + t.s + ")"
	}
	return t.s
}

// part returns the text as a part of any expression.
func (t formulaText) part() string { return t.within(noOperator) }

// formula writes data as one JSONata expression.
func (r *renderer) formula(t term, f frame) (formulaText, bool) {
	switch t.kind {
	case exprTerm:
		return r.exprFormula(t.expr, f)
	case objectTerm:
		texts := make([]string, len(t.members))
		for i, m := range t.members {
			text, ok := r.formula(m.term, f)
			if !ok {
				return text, false
			}
			texts[i] = jsonataString(m.name) + ": " + text.s
		}
		return closed("{" + strings.Join(texts, ", ") + "}"), true
	case listTerm:
		texts, ok := r.elements(t.list, f)
		return closed("[" + strings.Join(texts, ", ") + "]"), ok
	}
	return plainFormula(t.value), true
}

// elements writes the elements of a list.
func (r *renderer) elements(list []term, f frame) ([]string, bool) {
	texts := make([]string, len(list))
	for i, e := range list {
		text, ok := r.formula(e, f)
		if !ok {
			return nil, false
		}
		texts[i] = elementText(e, text)
	}
	return texts, true
}

// elementText writes an element of a list. One that is a list and not written out
// as such would be taken for several elements, so it gets brackets.
func elementText(t term, text formulaText) string {
	if t.kind == exprTerm && t.typ != nil && shapeOf(t.typ) == listShape {
		return "[" + text.s + "]"
	}
	return text.s
}

// plainFormula writes a JSON value.
func plainFormula(v any) formulaText {
	switch v := v.(type) {
	case string:
		return closed(jsonataString(v))
	case *value.Object:
		texts := make([]string, 0, v.Len())
		for m := range v.Members() {
			texts = append(texts, jsonataString(m.Name)+": "+plainFormula(m.Value).s)
		}
		return closed("{" + strings.Join(texts, ", ") + "}")
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = plainFormula(e).s
		}
		return closed("[" + strings.Join(texts, ", ") + "]")
	}
	text := value.String(v)
	if strings.HasPrefix(text, "-") {
		return formulaText{text, tight}
	}
	return closed(text)
}

func (r *renderer) exprFormula(e *expr, f frame) (formulaText, bool) {
	if !r.enter(e) {
		return formulaText{}, false
	}
	defer r.leave()
	switch e.kind {
	case callExpr:
		return r.function(e, f)
	case textExpr:
		return r.expression(e, f)
	case pathExpr:
		if e.root != noRoot {
			root, ok := r.pathRoot(e, f)
			return closed(jsonataSteps(root, e.steps)), ok
		}
		base, ok := r.formula(r.exprTerm(e.base, 0), f)
		return closed(jsonataSteps(base.part(), e.steps)), ok
	}
	return r.formula(r.exprTerm(e, 0), f)
}

// expression writes an expression in the state's own words.
func (r *renderer) expression(e *expr, f frame) (formulaText, bool) {
	if strings.HasPrefix(e.name, "{%") {
		r.report(problemf(codeReference, e.at, "leave {% and %} out", "the expression %q has its own delimiters", e.name))
		return formulaText{}, false
	}
	if isIntrinsicCall(e.name) {
		r.report(problemf(codeReference, e.at, "use package fn, whose functions both languages have",
			"the expression %q calls an intrinsic function, but is used in a JSONata state (%s)", e.name, f.field))
		return formulaText{}, false
	}
	text, ok := r.fill(e, func(arg *expr) (string, bool) {
		text, ok := r.formula(r.exprTerm(arg, 0), f)
		return text.part(), ok
	})
	if text == "" && ok {
		r.report(problemf(codeReference, e.at, "", "the expression is empty"))
		return formulaText{}, false
	}
	if isOnePath(text) {
		return closed(text), ok
	}
	return formulaText{text, orLevel}, ok
}

// isOnePath reports whether an expression's text is certainly no more than names
// and dots.
func isOnePath(text string) bool {
	for name := range strings.SplitSeq(strings.TrimPrefix(text, "$"), ".") {
		if !isSimpleName(name) {
			return false
		}
	}
	return true
}
