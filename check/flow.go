package check

import (
	"reflect"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
	"github.com/stepwise-go/stepwise/check/internal/flow"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// Input says which Go type the machine's input is made of, by the rules of
// encoding/json: the input has the members that a struct has, and no others; a map,
// an interface or a type that marshals itself may hold anything. What then fails
// wherever it is reached is an error instead of a warning, although the service
// accepts it: it knows of no input.
func Input(t reflect.Type) Option {
	return func(c *checker) {
		c.data.input, c.data.strict = shape.OfType(t), t != nil && t.Kind() != reflect.Interface
	}
}

// InputSchema says which input the machine takes, as [Input] does, by a JSON Schema
// that is a value of package value. What a schema says beyond types, members,
// elements, enumerations and references within itself is passed over.
func InputSchema(schema any) Option {
	return func(c *checker) { c.data.input, c.data.strict = shape.OfSchema(schema), true }
}

// Output says which Go type the machine's output is read into, by the rules of
// encoding/json. Where it ends in something else is a warning: nothing fails on the
// service.
func Output(t reflect.Type) Option {
	return func(c *checker) { c.data.output = t }
}

// Handler says which Go types the tasks take and give whose work is done by a
// resource: a Lambda function, an activity or a state machine, named as the
// definition does, in Resource or in the arguments of an integration. Either type may
// be nil.
func Handler(resource string, in, out reflect.Type) Option {
	return func(c *checker) { set(&c.data.handlers, resource, work{in, out}) }
}

// Task is [Handler] for the work of one state. Of an integration with a service, out
// is the type of its whole answer, and in that of the part which is the caller's own:
// the Payload for a Lambda function, the Input of an execution, or else all that the
// service is sent.
func Task(state string, in, out reflect.Type) Option {
	return func(c *checker) { set(&c.data.tasks, state, work{in, out}) }
}

// data is what is known of a machine's data beyond the definition.
type data struct {
	input    *shape.Shape
	strict   bool // somebody says what the input is
	output   reflect.Type
	handlers map[string]work
	tasks    map[string]work

	answers map[string]*shape.Shape       // of services, by the Resource that calls them
	types   map[reflect.Type]*shape.Shape // those of out
	found   map[flow.Kind][]flow.Finding  // nil until somebody asks
	faulty  map[string]bool               // the states that the other rules find at fault
	places  map[string]bool               // the pointers of what they find
}

// note keeps what the other rules have found.
func (d *data) note(found []finding) {
	d.faulty, d.places = map[string]bool{}, map[string]bool{}
	for _, f := range found {
		d.faulty[f.State] = d.faulty[f.State] || f.Severity == diag.Error
		d.places[f.Pointer] = true
	}
}

// explained reports whether a finding follows from what other rules have found: that
// its state is no good or, of a rule of a Choice, that it is never reached.
func (d *data) explained(f *flow.Finding) bool {
	ofRule := f.Kind == flow.NeverHolds || f.Kind == flow.AlwaysHolds
	return d.faulty[f.Visit.Common().Name] || ofRule && d.places[f.Visit.Pointer+f.Pointer]
}

// work is the Go types of what a worker takes and gives; nil where unknown.
type work struct{ in, out reflect.Type }

func set(m *map[string]work, name string, w work) {
	if *m == nil {
		*m = map[string]work{}
	}
	(*m)[name] = w
}

// flowRules follow the data. Their findings are warnings, for the service accepts
// what they report; see [Input].
var flowRules = []Rule{
	{Name: "path-leads-somewhere", Code: "PATH_LEADS_NOWHERE", Severity: diag.Warning, Title: "A path leads to what can be there.", Doc: guide + "Processing input and output", data: dataIs(flow.Missing)},
	{Name: "value-types", Code: "WRONG_TYPE", Severity: diag.Warning, Title: "A value is of a type that is taken where it goes.", Doc: guide + "Processing input and output", data: dataIs(flow.WrongType)},
	{Name: "worker-input", Code: "WRONG_WORKER_INPUT", Severity: diag.Warning, Title: "A task's worker is given what it takes.", Doc: guide + "Task state", data: dataIs(flow.WrongInput)},
	{Name: "machine-output", Code: "WRONG_OUTPUT", Severity: diag.Warning, Title: "The machine's output is of the type that it is declared to be.", Doc: guide + "Processing input and output", data: dataIs(flow.WrongOutput)},
	{Name: "comparison-types", Code: "TYPES_NOT_COMPARABLE", Severity: diag.Warning, Title: "What is compared is of one type.", Doc: guide + "Choice state", data: dataIs(flow.Comparison)},
	{Name: "rule-can-hold", Code: "RULE_NEVER_HOLDS", Severity: diag.Warning, Title: "Every rule of a Choice can hold, by what is known of its data.", Doc: guide + "Choice state", data: dataIs(flow.NeverHolds)},
	{Name: "rule-can-fail", Code: "RULE_ALWAYS_HOLDS", Severity: diag.Warning, Title: "No rule of a Choice always holds, by what is known of its data.", Doc: guide + "Choice state", data: dataIs(flow.AlwaysHolds)},
	{Name: "result-read", Code: "RESULT_NOT_READ", Severity: diag.Warning, Title: "A result is read before another takes its place.", Doc: guide + "Processing input and output", data: dataIs(flow.NotRead)},
	{Name: "variable-read", Code: "VARIABLE_NOT_READ", Severity: diag.Warning, Title: "A variable that is assigned is read.", Doc: guide + "Passing data between states with variables", data: dataIs(flow.NotUsed)},
}

// dataIs returns a rule that reports the findings of a kind.
func dataIs(kind flow.Kind) func(*checker) {
	return func(c *checker) {
		if c.data.faulty == nil {
			c.data.note(c.found)
		}
		for _, f := range c.follow()[kind] {
			if c.data.explained(&f) || f.Kind == flow.AlwaysHolds && isRest(&f) {
				continue
			}
			var related []diag.Related
			if f.Other != "" {
				related = append(related, c.here(f.Other, f.Because))
			}
			c.state(f.Visit, f.Pointer, f.Message, f.Hint, related...)
			if last := len(c.found) - 1; f.Certain && c.data.strict && last >= 0 && c.found[last].rule == c.rule {
				c.found[last].Severity = diag.Error
			}
		}
	}
}

// isRest reports whether a finding is of a rule that stands in the place of a Default:
// of the last one of a Choice that has none.
func isRest(f *flow.Finding) bool {
	ch, ok := f.Visit.State.(*asl.Choice)
	return ok && ch.Default == "" && f.Pointer == lastRule(ch)
}

// Known is what is known of the data where a state begins, written as a type: by
// what the options declare, what the states before make of it, and what the services
// answer.
//
//	{id: string, status?: "open" | "paid", lines: {sku: string, qty: number}[], ...}
//
// A question mark is for a member that may be absent, the dots are for members of any
// other name.
type Known struct {
	State     string
	Pointer   string // JSON Pointer of the state
	Input     string // "nothing" if no execution gets there
	Variables string // an object
}

// Data returns what is known of the data at every state, in the order of the
// definition.
func Data(m *asl.StateMachine, opts ...Option) []Known {
	c := newChecker(m, opts)
	c.survey()
	all := make([]Known, len(c.visits))
	for i, f := range c.facts() {
		v := &c.visits[i]
		all[i] = Known{v.Common().Name, v.Pointer, f.Input.Notation(), f.Variables.Notation()}
	}
	return all
}

// follow follows the data through the machine, once. Of a machine of which the
// parser refused a part, nobody knows what happens to it.
func (c *checker) follow() map[flow.Kind][]flow.Finding {
	if c.data.found != nil {
		return c.data.found
	}
	c.data.found = map[flow.Kind][]flow.Finding{}
	if c.m.IsPartial() {
		return c.data.found
	}
	c.facts()
	return c.data.found
}

// facts follows the data, keeps what is to be reported, and returns what is known at
// each of the visits.
func (c *checker) facts() []flow.Facts {
	if c.data.found == nil {
		c.data.found = map[flow.Kind][]flow.Finding{}
	}
	return flow.Run(flow.Config{
		Machine:    c.m,
		Visits:     c.visits,
		Input:      c.data.input,
		Output:     c.data.output,
		Takes:      c.takes,
		Accepts:    c.accepts,
		Result:     c.result,
		Expression: func(text string) *jsonata.Expr { return c.expression(text).parsed },
		Call: func(text string) *intrinsic.Call {
			call, _ := c.parseCall(text)
			return call
		},
		Report: func(f flow.Finding) { c.data.found[f.Kind] = append(c.data.found[f.Kind], f) },
	})
}

// workOf returns the types of a task's work.
func (c *checker) workOf(v *asl.Visit, t *asl.Task) work {
	if w, ok := c.data.tasks[v.Common().Name]; ok {
		return w
	}
	if c.data.handlers == nil {
		return work{}
	}
	if w, ok := c.data.handlers[t.Resource]; ok {
		return w
	}
	p := t.Parameters
	if v.Language == asl.JSONata {
		p = t.Arguments
	}
	if p == nil {
		return work{}
	}
	o, _ := p.Value.(*value.Object)
	for _, name := range []string{"FunctionName", "StateMachineArn"} {
		if text, ok := memberText(o, name); ok {
			if w, ok := c.data.handlers[text]; ok {
				return c.enveloped(t, w)
			}
		}
	}
	return work{}
}

func memberText(o *value.Object, name string) (string, bool) {
	if o == nil {
		return "", false
	}
	v, _ := o.Get(name)
	s, ok := v.(string)
	return s, ok
}

// ownMembers are the arguments and the members of the answer of integrations that
// are the caller's and the worker's own.
var ownMembers = map[string]struct{ in, out string }{
	"lambda:invoke":         {"Payload", "Payload"},
	"states:startExecution": {"Input", "Output"},
}

func (c *checker) takes(v *asl.Visit, t *asl.Task) (in reflect.Type, member string) {
	r := c.m.Resource(t)
	if r.Kind == asl.OptimizedIntegration {
		member = ownMembers[r.Service+":"+r.Action].in
	}
	in = c.workOf(v, t).in
	if in == nil || r.Kind == asl.OptimizedIntegration && member == "" || r.Kind == asl.SDKIntegration {
		return nil, ""
	}
	return in, member
}

// accepts returns the kinds of values that a service takes as an argument. Whether it
// takes one simple value for another is not on record, so that only lists and
// structures are told from the rest.
func (c *checker) accepts(_ *asl.Visit, t *asl.Task, name string) (shape.Kinds, string) {
	call, ok := c.called(t.Resource)
	if !ok {
		return 0, ""
	}
	m, ok := call.input.Member(name)
	switch {
	case !ok || m.Shape.Scalar():
	case m.Shape.Kind() == catalog.List:
		return shape.Array, "a list"
	case m.Shape.Kind() == catalog.Structure, m.Shape.Kind() == catalog.Union, m.Shape.Kind() == catalog.Map:
		return shape.Object, "an object"
	}
	return 0, ""
}

// enveloped returns the types of the work of a resource that an integration calls:
// its answer stands in the service's.
func (c *checker) enveloped(t *asl.Task, w work) work {
	r := c.m.Resource(t)
	own := ownMembers[r.Service+":"+r.Action].out
	if w.out == nil || own == "" || r.Pattern == asl.WaitForToken {
		return w
	}
	w.out = reflect.StructOf([]reflect.StructField{{Name: own, Type: w.out}})
	return w
}

// result returns what a task's work gives: by the types that are declared and, of a
// service's answer, by the catalog.
func (c *checker) result(v *asl.Visit, t *asl.Task) *shape.Shape {
	if handsOutToken(t) {
		return shape.Any // whoever has the token says what the result is
	}
	answer, own := c.answer(t), c.typed(c.workOf(v, t).out)
	if r := c.m.Resource(t); answer == shape.Any && r.Pattern != asl.WaitForToken && (r.Kind == asl.OptimizedIntegration || r.Kind == asl.SDKIntegration) {
		return shape.Growing(own) // what somebody declares of a service's answer need not be all
	}
	return shape.Fill(answer, own)
}

// handsOutToken reports whether a task may hand its token to others, who can end it
// then, even one that waits for a job.
func handsOutToken(t *asl.Task) bool {
	for _, p := range []*asl.Payload{t.Parameters, t.Arguments} {
		if p != nil && asl.ParseResource(t.Resource).Pattern != asl.RequestResponse && containsText(p.Value, readsToken) {
			return true
		}
	}
	return false
}

func readsToken(s string) bool {
	return s == "$$" || strings.Contains(s, "$$") && strings.Contains(s, "Task") ||
		asl.IsExpression(s) && strings.Contains(s, "states") && (strings.Contains(s, "Task") || !strings.Contains(s, "."))
}

// answer returns what the service answers that a task calls, as far as it is the
// service's own to say. Each resource is looked up once.
func (c *checker) answer(t *asl.Task) *shape.Shape {
	if s, ok := c.data.answers[t.Resource]; ok {
		return s
	}
	r, s := c.m.Resource(t), shape.Any
	switch {
	case r.Pattern == asl.WaitForToken:
	case r.Kind == asl.OptimizedIntegration:
		if i, ok := catalog.Optimized(r.Service, r.Action); ok {
			s = shape.OfAnswer(i.Result(r.Pattern))
		}
	case r.Kind == asl.SDKIntegration:
		if a, ok := catalog.Lookup(r.Service, r.Action); ok {
			s = shape.OfAnswer(a.Output)
		}
	}
	if c.data.answers == nil {
		c.data.answers = map[string]*shape.Shape{}
	}
	c.data.answers[t.Resource] = s
	return s
}

func (c *checker) typed(t reflect.Type) *shape.Shape {
	if t == nil {
		return shape.Any
	}
	if s, ok := c.data.types[t]; ok {
		return s
	}
	if c.data.types == nil {
		c.data.types = map[reflect.Type]*shape.Shape{}
	}
	s := shape.OfType(t)
	c.data.types[t] = s
	return s
}
