package dsl

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// work is what is particular to the result of a state that does work.
type work struct {
	picked any  // what a task keeps of its result, if not all
	block  bool // the result is a list of one, which stands for its element
}

// after returns the frame of a field that sees the result: of a JSONPath state,
// nothing else.
func (r *renderer) after(field string, w work) frame {
	f := frame{field: field, input: "$states.input", result: "$states.result", branch: "$states.result"}
	if !r.jsonata {
		f.input, f.noInput = "", "in a JSONPath state it sees only the result"
		f.result, f.branch = "$", "$"
	}
	if w.block {
		f.result += "[0]"
	}
	return f
}

// results writes what a state does with its result: shape it, put it into the
// input, drop it; and what it does with errors.
func (r *renderer) results(to *asl.Work, w work) (asl.Path, *asl.Payload) {
	r.errors(to)
	s := r.s
	if s.discard.given() && (s.into.given() || s.output.given()) {
		r.at = s.discard.at
		r.reportf(codeValue, "", "Discard cannot be together with Into or Output")
	}
	if r.jsonata {
		return asl.Path{}, r.jsonataOutput(w)
	}
	return r.pathOutput(to, w), nil
}

// jsonataOutput writes the one field that a JSONata state has for its result.
func (r *renderer) jsonataOutput(w work) *asl.Payload {
	s := r.s
	f := r.after("Output", w)
	var kept any = &expr{kind: pathExpr, root: resultRoot}
	changed := w.block
	if w.picked != nil {
		kept, changed = w.picked, true
	}
	if s.output.given() {
		if w.picked != nil {
			text, _ := r.formula(r.term(kept, 0), f)
			f.result = text.part()
		}
		r.at = s.output.at
		kept, changed = s.output.v, true
	}
	switch {
	case s.discard.given():
		r.set("Output", s.discard.at)
		return &asl.Payload{Value: delimited(f.input)}
	case s.into.given():
		text, _ := r.formula(r.term(kept, 0), f)
		r.set("Output", s.into.at)
		return r.merged(s.into.v, text, f)
	case !changed:
		return nil
	case s.output.given():
		r.set("Output", s.output.at)
	default:
		r.set("Output", s.at)
	}
	return r.data(kept, f)
}

// merged writes the input with something put into a field of it.
func (r *renderer) merged(field *expr, made formulaText, f frame) *asl.Payload {
	if !r.isField(field) {
		return nil
	}
	if len(field.steps) == 0 {
		return &asl.Payload{Value: delimited(made.s)}
	}
	text := made.s
	for i := len(field.steps) - 1; i >= 0; i-- {
		s := field.steps[i]
		if !s.isName {
			r.reportf(codeReference, "put it into a field of an object", "Into cannot replace an element of a list in a JSONata state")
			return nil
		}
		around := jsonataSteps(f.input, field.steps[:i])
		text = "$merge([" + around + ", {" + jsonataString(s.name) + ": " + text + "}])"
	}
	return &asl.Payload{Value: delimited(text)}
}

// isField reports whether something can be put into a field: whether it is one
// of the state's input.
func (r *renderer) isField(e *expr) bool {
	switch {
	case e.kind == faultyExpr:
		r.report(e.fault)
		return false
	case e.kind != pathExpr || e.root != inputRoot:
		r.reportf(codeReference, "name it with dsl.Field", "Into takes a field of the state's input")
		return false
	}
	return true
}

// target writes a field as a ResultPath.
func (r *renderer) target(e *expr) asl.Path {
	if !r.isField(e) || len(e.steps) == 0 {
		return asl.Path{}
	}
	var b strings.Builder
	b.WriteByte('$')
	pathText(&b, e.steps)
	return asl.Path{Text: b.String()}
}

// pathOutput writes the three fields that a JSONPath state has for its result.
func (r *renderer) pathOutput(to *asl.Work, w work) (outputPath asl.Path) {
	s := r.s
	if w.picked != nil {
		r.set("ResultSelector", s.at)
		to.ResultSelector = r.selector(w.picked, w)
	}
	unwrapped := !w.block
	if s.output.given() {
		outputPath, unwrapped = r.shape(to, w)
	}
	switch {
	case s.discard.given():
		r.set("ResultPath", s.discard.at)
		to.ResultPath = asl.NullPath
	case s.into.given():
		r.set("ResultPath", s.into.at)
		to.ResultPath = r.target(s.into.v)
		if !unwrapped {
			r.reportf(codeReference, "give the Block an Output that is an Object, or make the state JSONata",
				"the result of a Block in JSONPath is a list of one element, which Into cannot take out")
		}
		if outputPath.IsSet() {
			r.reportf(codeReference, "make the Output an Object", "Into and an Output that is a mere reference exclude each other in JSONPath")
		}
	case !unwrapped:
		outputPath = asl.Path{Text: "$[0]"}
	}
	return outputPath
}

// shape writes the Output of a JSONPath state: a reference into the result or the
// input as an OutputPath, an object as a ResultSelector. It reports whether the
// result of a Block is unwrapped by that.
func (r *renderer) shape(to *asl.Work, w work) (path asl.Path, unwrapped bool) {
	r.set("OutputPath", r.s.output.at)
	t := r.term(r.s.output.v, 0)
	if t.kind != exprTerm {
		r.set("ResultSelector", r.s.output.at)
		if to.ResultSelector != nil {
			r.reportf(codeValue, "say it in Pick alone", "Pick and an Output that is an object exclude each other in JSONPath")
		}
		to.ResultSelector = &asl.Payload{Value: r.template(t, r.after("ResultSelector", w))}
		return path, true
	}
	f := r.after("OutputPath", w)
	if rootOf(t.expr) == inputRoot {
		f.input = "$"
		if !r.s.into.given() {
			to.ResultPath = asl.NullPath
		}
	}
	path.Text, _ = r.path(t.expr, f)
	if path.Text == "$" {
		path = asl.Path{}
	}
	return path, true
}

// rootOf returns what a reference starts from.
func rootOf(e *expr) root {
	for e.kind == pathExpr && e.root == noRoot {
		e = e.base
	}
	return e.root
}

func (r *renderer) selector(v any, w work) *asl.Payload {
	return &asl.Payload{Value: r.template(r.term(v, 0), r.after("ResultSelector", w))}
}

// assignments writes an Assign field.
func (r *renderer) assignments(field string, given []setting[[]Assignment], f frame) *asl.Payload {
	var members []value.Member
	for _, s := range given {
		r.set(field, s.at)
		for _, a := range s.v {
			if m, ok := r.assignment(a, f); ok {
				members = append(members, m)
			}
		}
	}
	if members == nil {
		return nil
	}
	for i, m := range members {
		bare := strings.TrimSuffix(m.Name, ".$")
		if slices.ContainsFunc(members[:i], func(o value.Member) bool { return strings.TrimSuffix(o.Name, ".$") == bare }) {
			r.reportf(codeValue, "", "the variable %q is set twice", bare)
		}
	}
	return &asl.Payload{Value: value.NewObject(members...)}
}

func (r *renderer) assignment(a Assignment, f frame) (value.Member, bool) {
	if a.value == nil || a.target != nil {
		r.reportf(codeValue, "set variables with Variable.Set", "an assignment in %s names no variable", f.field)
		return value.Member{}, false
	}
	t := r.term(a.value, 0)
	if r.jsonata {
		return value.Member{Name: a.variable, Value: r.expressions(t, f)}, true
	}
	return r.templateMember(entry{a.variable, t}, f), true
}

// errors writes retriers and catchers.
func (r *renderer) errors(to *asl.Work) {
	for i, s := range r.s.retry {
		r.set(index("Retry", i), s.at)
		to.Retry = append(to.Retry, r.retrier(s.v))
	}
	for i, s := range r.s.catch {
		r.set(index("Catch", i), s.at)
		to.Catch = append(to.Catch, r.catcher(i, s.v))
	}
}

func errorNames(given []string) []string {
	if len(given) == 0 {
		return []string{asl.ErrAll}
	}
	return slices.Clone(given)
}

func (r *renderer) retrier(given Retrier) asl.Retrier {
	made := asl.Retrier{ErrorEquals: errorNames(given.Errors)}
	if given.Interval != 0 {
		n := r.duration("IntervalSeconds", given.Interval, 1)
		made.IntervalSeconds = &n
	}
	if given.MaxAttempts != 0 || given.Never {
		n := int64(given.MaxAttempts)
		made.MaxAttempts = &n
	}
	if given.Never && given.MaxAttempts != 0 {
		r.reportf(codeValue, "", "a Retrier has both Never and MaxAttempts")
	}
	if given.Backoff != 0 {
		made.BackoffRate = &given.Backoff
	}
	if given.MaxDelay != 0 {
		n := r.duration("MaxDelaySeconds", given.MaxDelay, 1)
		made.MaxDelaySeconds = &n
	}
	if given.Jitter {
		made.JitterStrategy = "FULL"
	}
	return made
}

func (r *renderer) catcher(i int, given Catcher) asl.Catcher {
	made := asl.Catcher{ErrorEquals: errorNames(given.Errors)}
	to := way{}
	if i < len(r.s.handlers) {
		to = r.s.handlers[i]
	}
	switch {
	case isNil(given.Then):
		r.reportf(codeStep, "say where to go with Then", "a Catcher leads nowhere")
	case to.kind == goes:
		made.Next = to.to.name
	case to.kind == ends:
		r.reportf(codeStep, "use a Succeed or a Fail", "a Catcher cannot end by itself, it has to go to a state")
	}
	field := index("Catch", i)
	f := frame{field: "Catch", input: "$states.input", failure: "$states.errorOutput", noResult: "there is none if the work failed"}
	if !r.jsonata {
		f.input, f.noInput, f.failure = "", "in a JSONPath state it sees only the error", "$"
	}
	made.ResultPath, made.Output = r.caught(given, f)
	if len(given.Assign) > 0 {
		made.Assign = r.assignments(field+"/Assign", []setting[[]Assignment]{{given.Assign, r.at}}, f)
	}
	return made
}

// caught writes what a Catcher hands on.
func (r *renderer) caught(given Catcher, f frame) (asl.Path, *asl.Payload) {
	switch {
	case given.Into != nil && given.Output != nil:
		r.reportf(codeValue, "", "a Catcher has both Into and Output")
	case given.Into != nil && r.jsonata:
		return asl.Path{}, r.merged(operandOf(given.Into, r.at), closed(f.failure), f)
	case given.Into != nil:
		return r.target(operandOf(given.Into, r.at)), nil
	case given.Output != nil && r.jsonata:
		return asl.Path{}, r.data(given.Output, f)
	case given.Output != nil:
		if t := r.term(given.Output, 0); t.kind == exprTerm && isWholeInput(t.expr) {
			return asl.NullPath, nil
		}
		r.reportf(codeReference, "use Into, or make the state JSONata", "in JSONPath the Output of a Catcher can only be the input, which drops the error")
	}
	return asl.Path{}, nil
}
