package dsl

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
)

// renderer turns the states of a workflow into ASL.
type renderer struct {
	b            *builder
	placeholders map[string]asl.Placeholder
	problems     []*problem
	reported     map[*problem]bool
	places       locator
	types        []check.Option // the Go types of the tasks

	s       *state // the one at hand
	jsonata bool   // its query language
	at      stack  // the call that set the field at hand
	terms   int    // how many parts of data were read
	nesting int    // how deep in calls and expressions it is
}

func newRenderer(b *builder, problems []*problem) *renderer {
	return &renderer{b: b, problems: problems, reported: map[*problem]bool{}, placeholders: map[string]asl.Placeholder{}}
}

// report notes a problem once, also if it is that of a reference which is used
// many times. What has no place of its own is at the field at hand.
func (r *renderer) report(p *problem) {
	if r.reported[p] {
		return
	}
	r.reported[p] = true
	if p.state == nil || p.at == nil {
		original := p
		p = &problem{}
		*p = *original // it may be that of a reference which other workflows use as well
		if p.state == nil {
			p.state = r.s
		}
		if p.at == nil {
			p.at = r.at
		}
	}
	r.problems = append(r.problems, p)
}

func (r *renderer) reportf(code diag.Code, hint, format string, args ...any) {
	r.report(problemf(code, r.at, hint, format, args...))
}

// placeholder returns the text that stands for an attribute of a resource.
func (r *renderer) placeholder(e *expr) string {
	h := e.holder
	name := h.Name()
	if strings.HasPrefix(name, "_") {
		r.reportf(codeHandle, "", "the handle %q of a %s has neither a letter nor a digit in its name", h.Handle, h.Kind)
		return h.String()
	}
	if other, taken := r.placeholders[name]; taken && other != h {
		r.reportf(codeHandle, "rename one of them", "the handles %q of a %s and %q of a %s come out alike in the definition, as %s",
			other.Handle, other.Kind, h.Handle, h.Kind, name)
		return h.String()
	}
	r.placeholders[name] = h
	return h.String()
}

// frame says what references mean in a field.
type frame struct {
	field string // its name, for messages
	// What the roots are called there; "" is a root that cannot be read, for the
	// reason given below.
	input, result, failure string
	branch                 string // what the index of a branch is appended to
	noInput                string
	noResult               string
}

const noResultYet = "there is no result yet when it is evaluated"

// before returns the frame of a field that is evaluated before a state does its
// work.
func (r *renderer) before(field string) frame {
	f := frame{field: field, input: "$", noResult: noResultYet}
	if r.jsonata {
		f.input = "$states.input"
	}
	return f
}

// pathRoot returns the text of a root, or reports why it cannot be read.
func (r *renderer) pathRoot(e *expr, f frame) (string, bool) {
	var text, why string
	switch e.root {
	case inputRoot:
		text, why = f.input, f.noInput
	case resultRoot:
		text, why = f.result, f.noResult
	case branchRoot:
		why = f.noResult
		if f.branch != "" {
			text = f.branch + "[" + itoa(e.index) + "]"
		}
	case failureRoot:
		text, why = f.failure, "there is an error in a Catcher only"
	case contextRoot:
		text = "$$"
		if r.jsonata {
			text = "$states.context"
		}
	case variableRoot:
		text = "$" + e.name
	}
	if text != "" {
		return text, true
	}
	name := map[root]string{inputRoot: "the input", resultRoot: "the result", branchRoot: "the result of a branch", failureRoot: "the error"}[e.root]
	hint := ""
	if e.root == inputRoot {
		hint = "keep it in a variable, put it into the arguments, or make the state JSONata"
	}
	r.reportf(codeReference, hint, "%s cannot be read in %s: %s", name, f.field, why)
	return "", false
}

// path writes a reference as a JSONPath, or reports that it is none.
func (r *renderer) path(e *expr, f frame) (string, bool) {
	var b strings.Builder
	switch {
	case e.kind == faultyExpr:
		r.report(e.fault)
		return "", false
	case e.kind == textExpr && !isIntrinsicCall(e.name):
		text, ok := r.pathExpression(e, f)
		return text, ok
	case e.kind != pathExpr:
		r.reportf(codeReference, "compute it in a state before, or make the state JSONata", "%s takes a reference in JSONPath, not a computed value", f.field)
		return "", false
	case e.root == noRoot:
		base, ok := r.path(e.base, f)
		if !ok {
			return "", false
		}
		b.WriteString(base)
	default:
		root, ok := r.pathRoot(e, f)
		if !ok {
			return "", false
		}
		b.WriteString(root)
	}
	pathText(&b, e.steps)
	return b.String(), true
}

func isIntrinsicCall(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "States.")
}

// pathExpression writes an expression in the state's own words, with its
// arguments filled in.
func (r *renderer) pathExpression(e *expr, f frame) (string, bool) {
	text, ok := r.fill(e, func(arg *expr) (string, bool) { return r.intrinsicArg(r.exprTerm(arg, 0), f) })
	if ok && !strings.HasPrefix(text, "$") && !isIntrinsicCall(text) {
		r.report(problemf(codeReference, e.at, "write a path or an intrinsic function call, or make the state JSONata",
			"the expression %q is used in a JSONPath state (%s) and is neither a path nor a call", e.name, f.field))
		return "", false
	}
	return text, ok
}

// fill puts the texts of the arguments into that of an expression.
func (r *renderer) fill(e *expr, write func(*expr) (string, bool)) (string, bool) {
	var b strings.Builder
	for _, part := range splitText(e.name, len(e.args)) {
		if part.arg < 0 {
			b.WriteString(part.literal)
			continue
		}
		text, ok := write(e.args[part.arg].(*expr))
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return strings.TrimSpace(b.String()), true
}

// reference writes what can stand under a key that ends in .$: a path or an
// intrinsic function call.
func (r *renderer) reference(e *expr, f frame) (string, bool) {
	if !r.enter(e) {
		return "", false
	}
	defer r.leave()
	switch e.kind {
	case callExpr:
		return r.intrinsic(e, f)
	case textExpr:
		return r.pathExpression(e, f)
	}
	return r.path(e, f)
}

// maxNesting bounds the nesting of calls and expressions.
const maxNesting = 200

func (r *renderer) enter(e *expr) bool {
	if r.nesting == maxNesting {
		r.report(problemf(codeReference, e.at, "", "calls and expressions are nested more than %d deep", maxNesting))
		return false
	}
	r.nesting++
	return true
}

func (r *renderer) leave() { r.nesting-- }

// template writes data as a JSONPath payload template.
func (r *renderer) template(t term, f frame) any {
	switch t.kind {
	case objectTerm:
		members := make([]value.Member, 0, len(t.members))
		for _, m := range t.members {
			members = append(members, r.templateMember(m, f))
		}
		return value.NewObject(members...)
	case listTerm:
		list := make([]any, len(t.list))
		for i, e := range t.list {
			list[i] = r.template(e, f)
		}
		return list
	case exprTerm:
		r.reportf(codeReference, "put it into an Object, or make the state JSONata", "%s cannot be a mere reference in JSONPath", f.field)
		return nil
	}
	r.refuseTemplateKeys(t.value, f)
	return t.value
}

func (r *renderer) templateMember(m entry, f frame) value.Member {
	r.refuseTemplateKey(m.name, f)
	var text string
	var ok bool
	switch {
	case m.term.kind == exprTerm:
		text, ok = r.reference(m.term.expr, f)
	case m.term.kind == listTerm && hasBareReference(m.term):
		text, ok = r.intrinsicArg(m.term, f) // paths in lists are not evaluated, those in a call are
	default:
		return value.Member{Name: m.name, Value: r.template(m.term, f)}
	}
	if !ok {
		return value.Member{Name: m.name}
	}
	return value.Member{Name: m.name + ".$", Value: text}
}

// hasBareReference reports whether a list has a reference for an element, or has
// a list that does.
func hasBareReference(t term) bool {
	for _, e := range t.list {
		if e.kind == exprTerm || e.kind == listTerm && hasBareReference(e) {
			return true
		}
	}
	return false
}

func (r *renderer) refuseTemplateKeys(v any, f frame) {
	switch v := v.(type) {
	case *value.Object:
		for m := range v.Members() {
			r.refuseTemplateKey(m.Name, f)
			r.refuseTemplateKeys(m.Value, f)
		}
	case []any:
		for _, e := range v {
			r.refuseTemplateKeys(e, f)
		}
	}
}

func (r *renderer) refuseTemplateKey(name string, f frame) {
	if strings.HasSuffix(name, ".$") {
		r.reportf(codeValue, "use a reference as the value of the key without it, or Raw", "the key %q in %s ends in .$, which JSONPath states take for an instruction", name, f.field)
	}
}

// expressions writes data as a JSONata state has it: references become strings
// that are expressions.
func (r *renderer) expressions(t term, f frame) any {
	switch t.kind {
	case objectTerm:
		members := make([]value.Member, len(t.members))
		for i, m := range t.members {
			members[i] = value.Member{Name: m.name, Value: r.expressions(m.term, f)}
		}
		return value.NewObject(members...)
	case listTerm:
		list := make([]any, len(t.list))
		for i, e := range t.list {
			list[i] = r.expressions(e, f)
		}
		return list
	case exprTerm:
		text, ok := r.formula(t, f)
		if !ok {
			return nil
		}
		return delimited(text.s)
	}
	r.refuseExpressions(t.value, f)
	return t.value
}

func delimited(text string) string { return "{% " + text + " %}" }

func (r *renderer) refuseExpressions(v any, f frame) {
	switch v := v.(type) {
	case *value.Object:
		for m := range v.Members() {
			r.refuseExpressions(m.Value, f)
		}
	case []any:
		for _, e := range v {
			r.refuseExpressions(e, f)
		}
	case string:
		if strings.HasPrefix(v, "{%") || strings.HasSuffix(v, "%}") {
			r.reportf(codeValue, "write expressions with dsl.Expr", "the constant %q in %s would be taken for an expression", v, f.field)
		}
	}
}

// data writes data in the state's language, for a field that takes any JSON.
func (r *renderer) data(v any, f frame) *asl.Payload {
	t := r.term(v, 0)
	if r.jsonata {
		return &asl.Payload{Value: r.expressions(t, f)}
	}
	return &asl.Payload{Value: r.template(t, f)}
}
