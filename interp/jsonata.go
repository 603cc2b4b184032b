package interp

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// queryLanguage compiles the fields of JSONata states.
type queryLanguage struct{}

// place is where a field, or a part of one, stands: as the diagnostics and as the
// service's causes write it.
type place struct {
	pointer  string // JSON Pointer, from the state on
	location string // "Output/total", "Catch[0]/Output"
}

// fieldAt is the place of a field of the state or of one of its retriers, catchers
// and rules.
func fieldAt(pointer string) place { return place{pointer, fieldPath(pointer, "/")} }

func (p place) member(name string) place {
	return place{value.AppendPointer(p.pointer, name), p.location + "/" + name}
}

func (p place) element(i int) place {
	at := strconv.Itoa(i)
	return place{p.pointer + "/" + at, p.location + "[" + at + "]"}
}

// query is a compiled expression.
type query struct {
	expr     *jsonata.Expr
	text     string // without the delimiters and the blanks within them
	location string
	whole    bool // it may read all of $states, not only the data in it
}

// expression cuts the delimiters off a text that is an expression.
func expression(text string) (inner string, ok bool) {
	if !asl.IsExpression(text) || len(text) < len("{%%}") {
		return "", false
	}
	return strings.TrimSpace(text[2 : len(text)-2]), true
}

// query compiles a value that may hold expressions, in texts of their own.
func (c *fields) query(v any, at place) expr {
	switch v := v.(type) {
	case string:
		if text, ok := expression(v); ok {
			return c.newQuery(text, at)
		}
	case []any:
		parts := make(arrayNode, len(v))
		for i, e := range v {
			parts[i] = c.query(e, at.element(i))
		}
		return parts.folded(v)
	case *value.Object:
		parts := make(objectNode, 0, v.Len())
		for m := range v.Members() {
			parts = append(parts, memberNode{m.Name, c.query(m.Value, at.member(m.Name))})
		}
		return parts.folded(v)
	}
	return literal{v}
}

func (c *fields) newQuery(text string, at place) *query {
	compiled, err := jsonata.Compile(text, jsonata.StepFunctions())
	if err != nil {
		c.fail(at.pointer, "%v", err)
		return &query{}
	}
	for _, use := range compiled.Info().Variables {
		c.readsUnlessReserved(use.Variable.Name)
	}
	return &query{expr: compiled, text: text, location: at.location, whole: readsWhole(compiled.Root())}
}

var builtins = sync.OnceValue(func() map[string]jsonata.Builtin { return jsonata.Builtins(jsonata.StepFunctions()) })

// readsUnlessReserved notes that the state reads a variable that an expression
// names, if it is one of the workflow's: neither $states nor a function.
func (c *fields) readsUnlessReserved(name string) {
	if _, function := builtins()[name]; !function && name != asl.ReservedVariable {
		c.readsVariable(name)
	}
}

// readsWhole reports whether an expression reads more of $states than the members
// that hold the state's data, so that the context object has to be made for it.
func readsWhole(root jsonata.Node) bool {
	whole := false
	jsonata.Walk(root, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Variable:
			whole = whole || n.Name == asl.ReservedVariable
		case *jsonata.Path:
			start, _ := n.Steps[0].(*jsonata.Variable)
			member, _ := n.Steps[1].(*jsonata.Name)
			if start == nil || start.Name != asl.ReservedVariable || member == nil || member.Name == "context" {
				return true
			}
			for _, step := range n.Steps[2:] {
				whole = whole || readsWhole(step)
			}
			return false
		}
		return true
	})
	return whole
}

func (q *query) eval(t *thread, v any, is role) (any, *fault) {
	e := t.run.engine
	e.query = queryScene{thread: t, doc: v, is: is, whole: q.whole}
	ctx := e.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	result, err := q.expr.Eval(ctx, jsonata.Undefined{}, e.queryEnv)
	if err != nil {
		e.err = ctx.Err() // an expression that was cut short is no fault of the workflow
		return nil, q.fault(" threw an error during evaluation" + thrown(err))
	}
	switch result.(type) {
	case jsonata.Undefined:
		return nil, q.fault(" returned nothing (undefined).")
	case jsonata.Function:
		return nil, q.fault(" returned an unsupported result type.")
	}
	return result, nil
}

// thrown is the end of the cause of an expression that failed: the service tells
// the codes of errors, but none of an expression that exceeded a limit.
func thrown(err error) string {
	if e := (*jsonata.Error)(nil); errors.Is(err, jsonata.ErrLimit) && errors.As(err, &e) {
		return ": " + e.Message
	}
	return ". " + err.Error()
}

func (q *query) fault(what string) *fault {
	return evaluationFault("The JSONata expression '"+q.text+"' specified for the field '"+q.location+"'"+what, q.location)
}

// evaluationFault is the error of a field of a JSONata state.
func evaluationFault(cause, location string) *fault {
	return &fault{name: some(asl.ErrQueryEvaluationError), cause: some(cause), evaluation: true, location: location}
}

// unexpected is the error of an expression whose value is of the wrong type.
func (q *query) unexpected(wanted string, v any) *fault {
	return q.fault(" returned an unexpected result type. Expected '" + wanted + "', but was '" +
		value.Kind(v) + "' for value: " + value.String(v))
}

// queryScene is what the expression that is being evaluated reads from.
type queryScene struct {
	thread *thread
	doc    any
	is     role
	whole  bool
}

// Lookup returns a variable: $states or one that the workflow has set.
func (s *queryScene) Lookup(name string) (any, bool) {
	if name != asl.ReservedVariable {
		return s.thread.vars.get(name)
	}
	members := make([]value.Member, 1, 3)
	members[0] = value.Member{Name: "input", Value: s.thread.raw.v}
	if s.whole {
		members = append(members, value.Member{Name: "context", Value: s.thread.contextObject()})
	}
	switch s.is {
	case resultRole:
		members = append(members, value.Member{Name: "result", Value: s.doc})
	case failureRole:
		members = append(members, value.Member{Name: "errorOutput", Value: s.doc})
	}
	return value.NewObject(members...), true
}

// newQueryEnv returns the environment of all expressions that an engine evaluates,
// one at a time.
func (e *engine) newQueryEnv() jsonata.Env {
	return jsonata.Env{
		Vars:   &e.query,
		Now:    func() time.Time { return time.Unix(0, e.now).UTC() },
		Random: e.source,
	}
}

// queryFlow is the data flow of a JSONata state.
type queryFlow struct {
	args   expr // nil is the state's input
	result expr // the Output; nil is the result
	assign expr
}

func (queryLanguage) flow(c *fields, def asl.State) flow {
	f := &queryFlow{}
	if io := asl.InputOutputOf(def); io != nil {
		f.result = c.queryField(io.Output, "/Output")
	}
	switch def := def.(type) {
	case *asl.Task:
		f.args = c.queryField(def.Arguments, "/Arguments")
	case *asl.Parallel:
		f.args = c.queryField(def.Arguments, "/Arguments")
	}
	f.assign = c.assignment(asl.AssignOf(def), "/Assign", c.queryField)
	return f
}

// queryField compiles a field; nil if it is absent.
func (c *fields) queryField(p *asl.Payload, pointer string) expr {
	if p == nil {
		return nil
	}
	return c.query(p.Value, fieldAt(pointer))
}

func (queryLanguage) ruleFlow(c *fields, r *asl.Rule, pointer string, _ flow) flow {
	return &queryFlow{
		result: c.queryField(r.Output, pointer+"/Output"),
		assign: c.assignment(r.Assign, pointer+"/Assign", c.queryField),
	}
}

func (queryLanguage) catchFlow(c *fields, k *asl.Catcher, pointer string) flow {
	return &queryFlow{
		result: c.queryField(k.Output, pointer+"/Output"),
		assign: c.assignment(k.Assign, pointer+"/Assign", c.queryField),
	}
}

func (f *queryFlow) input(t *thread) (payload, *fault) { return t.raw, nil }

func (f *queryFlow) arguments(t *thread) (args payload, fault *fault) {
	args = t.raw
	if f.args != nil {
		args.text = ""
		args.v, fault = f.args.eval(t, nil, plainRole)
	}
	if p := t.run.probe; p != nil && fault == nil {
		p.note("afterArguments", args.v)
	}
	return args, fault
}

func (f *queryFlow) output(t *thread, result payload, is role) (out payload, assigned []value.Member, fault *fault) {
	out = result
	if p := t.run.probe; p != nil && is == resultRole {
		p.note("result", result.v)
	}
	if f.assign != nil {
		v, fault := f.assign.eval(t, result.v, is)
		if fault != nil {
			return out, nil, fault
		}
		assigned = variables(v)
	}
	if f.result != nil {
		v, fault := f.result.eval(t, result.v, is)
		if fault != nil {
			return out, nil, fault
		}
		out = payload{v: v}
	}
	return out, assigned, nil
}

// queryCondition is a compiled Condition that is an expression.
type queryCondition struct{ *query }

// fixedCondition is one that is a literal.
type fixedCondition bool

func (queryLanguage) condition(c *fields, r *asl.Rule, pointer string) test {
	pointer += "/Condition"
	switch e := c.queryField(r.Condition, pointer).(type) {
	case *query:
		return queryCondition{e}
	case literal:
		if b, ok := e.v.(bool); ok {
			return fixedCondition(b)
		}
	}
	c.fail(pointer, "must be a boolean or an expression")
	return fixedCondition(false)
}

func (b fixedCondition) holds(*thread) (bool, *fault) { return bool(b), nil }

func (q queryCondition) holds(t *thread) (bool, *fault) {
	v, f := q.eval(t, nil, plainRole)
	if f != nil {
		return false, f
	}
	b, ok := v.(bool)
	if !ok {
		return false, q.unexpected("boolean", v)
	}
	return b, nil
}

func (queryLanguage) text(c *fields, name string, text *string, _ asl.Path) *textField {
	if text == nil {
		return nil
	}
	if inner, ok := expression(*text); ok {
		q := c.newQuery(inner, fieldAt("/"+name))
		return &textField{expr: q, wrong: func(v any) *fault { return q.unexpected("string", v) }}
	}
	return &textField{literal: *text}
}

// numberQuery compiles a number field that is an expression.
func (c *fields) numberQuery(pointer, text string) *query {
	inner, ok := expression(text)
	if !ok {
		c.fail(pointer, "must be a number or an expression")
		return &query{}
	}
	return c.newQuery(inner, fieldAt(pointer))
}

func (queryLanguage) integer(c *fields, field numberField, v *asl.Int, _ asl.Path) *integer {
	switch {
	case v == nil:
		return nil
	case v.Expr == "":
		return &integer{literal: field.atMost(v.Value)}
	}
	e := c.numberQuery(field.pointer(), v.Expr)
	return &integer{eval: func(t *thread) (int64, *fault) {
		v, f := e.eval(t, nil, plainRole)
		if f != nil {
			return 0, f
		}
		number, ok := value.Float(v)
		if !ok {
			return 0, e.unexpected("number", v)
		}
		n, ok := value.Int(v)
		if !ok {
			return 0, evaluationFault("The "+field.name+" field cannot be parsed as an integer: "+value.String(v), "")
		}
		return n, field.query(number)
	}}
}

func (queryLanguage) fraction(c *fields, field numberField, v *asl.Num, _ asl.Path) *fraction {
	switch {
	case v == nil:
		return nil
	case v.Expr == "":
		return &fraction{literal: v.Value}
	}
	e := c.numberQuery(field.pointer(), v.Expr)
	return &fraction{eval: func(t *thread) (float64, *fault) {
		v, f := e.eval(t, nil, plainRole)
		if f != nil {
			return 0, f
		}
		number, ok := value.Float(v)
		if !ok {
			return 0, e.unexpected("number", v)
		}
		return number, field.query(number)
	}}
}

// query checks the range of a number that an expression gave.
func (n numberField) query(v float64) *fault {
	if n.most == 0 || 0 <= v && v <= n.most {
		return nil
	}
	return evaluationFault(n.name+" must be between 0 and "+strconv.FormatFloat(n.most, 'f', -1, 64)+
		" but was: "+value.String(value.FromFloat(v)), "")
}

func (queryLanguage) wait(c *fields, def *asl.Wait) until {
	if def.Seconds != nil {
		seconds := c.lang.integer(c, numberField{name: "Seconds", most: mostSeconds}, def.Seconds, asl.Path{})
		return func(t *thread) (int64, *fault) {
			n, f := seconds.value(t)
			if f != nil {
				return 0, f
			}
			return afterSeconds(t, n)
		}
	}
	inner, ok := expression(def.Timestamp)
	if !ok {
		return c.fixedTimestamp(def.Timestamp)
	}
	q := c.newQuery(inner, fieldAt("/Timestamp"))
	return func(t *thread) (int64, *fault) {
		v, f := q.eval(t, nil, plainRole)
		if f != nil {
			return 0, f
		}
		if _, ok := v.(string); !ok {
			return 0, q.unexpected("string", v)
		}
		at, ok := timestamp(v)
		if !ok {
			return 0, evaluationFault("The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "+bare(v), "Timestamp")
		}
		return atInstant(t, at)
	}
}

// queryItems are the items of a JSONata Map.
type queryItems struct {
	expr         // nil is the state's input
	objects bool // of a distributed Map: an object's members are items too
}

func (queryLanguage) items(c *fields, def *asl.Map) expr {
	return &queryItems{c.queryField(def.Items, "/Items"), def.IsDistributed()}
}

func (q *queryItems) eval(t *thread, _ any, _ role) (any, *fault) {
	v := t.raw.v
	if q.expr != nil {
		var f *fault
		if v, f = q.expr.eval(t, nil, plainRole); f != nil {
			return nil, f
		}
	}
	_, isArray := v.([]any)
	_, isObject := v.(*value.Object)
	switch {
	case isArray || isObject && q.objects:
		return v, nil
	}
	if source, ok := q.expr.(*query); ok {
		return nil, source.unexpected("array", v)
	}
	return nil, evaluationFault("Map state input must be an array but was: "+value.String(v), "")
}

func (queryLanguage) template(c *fields, _, args *asl.Payload, pointer string) expr {
	return c.queryField(args, pointer+"/Arguments")
}

func (queryLanguage) payload(c *fields, p *asl.Payload, pointer string) expr {
	return c.queryField(p, pointer)
}
