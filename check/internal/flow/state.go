package flow

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// eval is one visit of a state.
type eval struct {
	*analysis
	n     *node
	v     *asl.Visit
	raw   *shape.Shape // what arrives
	vars  *shape.Shape
	item  *shape.Shape // of the Map that the state is, where its ItemSelector is evaluated
	maybe int          // more than 0: it is not sure that what is evaluated is come to

	// What $states has in a JSONata state besides input and context.
	result, failure *shape.Shape
}

// always notes what fails each time, and returns what to go on with: nothing,
// unless it has to be taken for repaired so that the states behind are looked at.
func (e *eval) always(f Finding) *shape.Shape {
	e.n.broken = true
	e.note(f)
	if e.reporting || e.n.repaired {
		return shape.Any
	}
	return nil
}

func (e *eval) note(f Finding) {
	if e.reporting {
		f.Visit = e.v
		f.Certain = f.Certain && e.maybe == 0
		e.Report(f)
	}
}

func (e *eval) contextObject() *shape.Shape {
	if e.item != nil {
		return newContext(e.n.scope.executionInput(), e.item)
	}
	return e.n.scope.contextObject()
}

// visit hands on what a state makes of what arrives at it.
func (a *analysis) visit(n *node) {
	e := &eval{analysis: a, n: n, v: n.visit, raw: n.raw, vars: n.vars}
	if n.visit.Language == asl.JSONata {
		e.jsonataState()
		return
	}
	e.jsonpathState()
}

func (e *eval) jsonpathState() {
	if s, ok := e.v.State.(*asl.Fail); ok {
		e.text(s.ErrorPath, "/ErrorPath")
		e.text(s.CausePath, "/CausePath")
		return
	}
	io := filters(e.v.State)
	in := e.filter(io.InputPath, e.raw, "/InputPath")
	if in == nil {
		return
	}
	switch s := e.v.State.(type) {
	case *asl.Choice:
		e.choice(s, in)
	case *asl.Wait:
		e.seconds(s.SecondsPath, in, "/SecondsPath")
		e.instant(s.TimestampPath, in)
		e.leave(s.Transition, e.filter(io.OutputPath, in, "/OutputPath"), e.assigned(s.Assign, in, "/Assign"))
	case *asl.Succeed:
		e.end(e.filter(io.OutputPath, in, "/OutputPath"))
	case *asl.Pass:
		e.pass(s, in)
	case *asl.Task:
		e.caught(s.Catch)
		limits := shape.Join(in, e.raw) // which of the two these see is not on record
		e.seconds(s.TimeoutSecondsPath, limits, "/TimeoutSecondsPath")
		e.seconds(s.HeartbeatSecondsPath, limits, "/HeartbeatSecondsPath")
		args := e.parameters(s.Parameters, in)
		e.payload(s.Credentials, in, "/Credentials")
		if args == nil {
			return
		}
		e.takes(s, args)
		e.done(&s.Work, s.OutputPath, e.Result(e.v, s), s.Assign, s.Transition)
	case *asl.Parallel:
		e.caught(s.Catch)
		result := e.branches(e.parameters(s.Parameters, in))
		e.done(&s.Work, s.OutputPath, result, s.Assign, s.Transition)
	case *asl.Map:
		e.caught(s.Catch)
		e.done(&s.Work, s.OutputPath, e.pathMap(s, in), s.Assign, s.Transition)
	}
}

var noFilters asl.InputOutput

// filters returns what narrows a state's input and output; a Fail narrows nothing.
func filters(s asl.State) *asl.InputOutput {
	if io := asl.InputOutputOf(s); io != nil {
		return io
	}
	return &noFilters
}

// filter applies an InputPath or an OutputPath.
func (e *eval) filter(p asl.Path, doc *shape.Shape, field string) *shape.Shape {
	switch {
	case p.Null:
		return shape.Record()
	case p.Text == "":
		return doc
	}
	return e.lookup(p.Text, doc, &where{token: field})
}

// payload evaluates a payload template, nil if the field is absent.
func (e *eval) payload(p *asl.Payload, doc *shape.Shape, field string) *shape.Shape {
	if p == nil || doc == nil {
		return nil
	}
	return e.template(p.Value, doc, &where{token: field})
}

// parameters returns what Parameters make of the input.
func (e *eval) parameters(p *asl.Payload, in *shape.Shape) *shape.Shape {
	if p == nil {
		return in
	}
	return e.payload(p, in, "/Parameters")
}

// assigned returns the variables after an Assign, nil if it always fails.
func (e *eval) assigned(p *asl.Payload, doc *shape.Shape, field string) *shape.Shape {
	return e.assignedIn(e.vars, p, doc, field)
}

func (e *eval) assignedIn(vars *shape.Shape, p *asl.Payload, doc *shape.Shape, field string) *shape.Shape {
	if p == nil {
		return vars
	}
	if _, ok := p.Value.(*value.Object); !ok {
		return vars
	}
	return shape.Merge(vars, e.payload(p, doc, field))
}

// leave hands a state's output on to the next one, or out of the scope.
func (e *eval) leave(t asl.Transition, out, vars *shape.Shape) {
	if out == nil || vars == nil {
		return
	}
	if t.End {
		e.end(out)
	}
	e.to(t.Next, out, vars)
}

// end hands a state's output out of the scope. What the machine's own output lacks of
// what it is read into is left as it is there; only if it lacks all is it another.
func (e *eval) end(out *shape.Shape) {
	e.finish(e.n.scope, out)
	if !e.reporting || e.n.scope != e.root {
		return
	}
	for _, m := range shape.Misfits(e.Output, out) {
		if m.Certain {
			e.note(Finding{Kind: WrongOutput, Message: misfit("the output", m, e.Output)})
		}
	}
}

func (e *eval) to(next string, out, vars *shape.Shape) {
	if n := e.n.scope.states[next]; n != nil && next != "" && out != nil && vars != nil {
		e.arrive(n, out, vars)
	}
}

func (e *eval) pass(s *asl.Pass, in *shape.Shape) {
	var result *shape.Shape
	if s.Result != nil {
		if e.n.literal == nil {
			e.n.literal = shape.Of(s.Result.Value)
		}
		result = e.n.literal
	} else {
		result = e.parameters(s.Parameters, in)
	}
	if result == nil {
		return
	}
	vars := e.assigned(s.Assign, result, "/Assign")
	out := e.filter(s.OutputPath, e.place(s.ResultPath, result, "/ResultPath"), "/OutputPath")
	e.leave(s.Transition, out, vars)
}

// place applies a ResultPath.
func (e *eval) place(p asl.Path, result *shape.Shape, field string) *shape.Shape {
	switch {
	case p.Null:
		return e.raw
	case p.Text == "" || p.Text == "$" || result == nil:
		return result
	}
	to := e.path(p.Text)
	if to.unknown || !to.whole || to.root != jsonpath.Input {
		return shape.Any
	}
	if placed := e.raw.Set(to.steps, result); placed != nil {
		return placed
	}
	return e.always(Finding{Kind: WrongType, Certain: true, Pointer: field,
		Message: fmt.Sprintf("%s has no place in the input, which is %s", p.Text, e.raw)})
}

// done hands on the result of a state that does work.
func (e *eval) done(w *asl.Work, outputPath asl.Path, result *shape.Shape, assign *asl.Payload, t asl.Transition) {
	if result == nil {
		return
	}
	vars := e.assigned(assign, result, "/Assign")
	if w.ResultSelector != nil {
		result = e.payload(w.ResultSelector, result, "/ResultSelector")
	}
	out := e.filter(outputPath, e.place(w.ResultPath, result, "/ResultPath"), "/OutputPath")
	e.leave(t, out, vars)
}

// errorOutput is what a catcher gets.
var errorOutput = shape.Record(
	shape.Field{Name: "Error", Shape: shape.Join(shape.AnyString, shape.AnyNull)},
	shape.Field{Name: "Cause", Shape: shape.Join(shape.AnyString, shape.AnyNull)})

func (e *eval) caught(catchers []asl.Catcher) {
	for i := range catchers {
		k, field := &catchers[i], "/Catch/"+strconv.Itoa(i)
		e.to(k.Next, e.place(k.ResultPath, errorOutput, field+"/ResultPath"), e.assigned(k.Assign, errorOutput, field+"/Assign"))
	}
}

// text checks the ErrorPath or CausePath of a Fail.
func (e *eval) text(p asl.Path, field string) {
	if p.Text == "" {
		return
	}
	at := &where{token: field}
	if call := e.Call(p.Text); call != nil && !call.Function().Fail {
		return // a fault of its own
	}
	if s := e.dynamic(p.Text, e.raw, at); s != nil && !s.May(shape.String) {
		e.always(Finding{Kind: WrongType, Certain: true, Pointer: field, Message: fmt.Sprintf("%s is %s and must be a string", p.Text, s)})
	}
}

// seconds checks a field that reads a whole number, or a text that spells one.
func (e *eval) seconds(p asl.Path, in *shape.Shape, field string) {
	if p.Text == "" {
		return
	}
	e.number(p.Text, e.lookup(p.Text, in, &where{token: field}), field)
}

func (e *eval) number(path string, s *shape.Shape, field string) {
	f := Finding{Kind: WrongType, Certain: true, Pointer: field, Message: fmt.Sprintf("%s is %s and must be a number", path, s)}
	texts, known := s.Literals()
	switch {
	case s == nil || s.May(shape.Number):
	case !s.May(shape.String) || s.Is(shape.String) && noNumbers(s, texts, known):
		e.always(f)
	case s.Is(shape.String) && !known:
		f.Certain = false
		e.note(f)
	}
}

// noNumbers reports whether no text of a shape spells a number.
func noNumbers(s *shape.Shape, texts []string, known bool) bool {
	if !known {
		instants, others := s.Instants()
		return instants && !others
	}
	for _, t := range texts {
		if _, err := strconv.ParseFloat(t, 64); err == nil {
			return false
		}
	}
	return true
}

func (e *eval) instant(p asl.Path, in *shape.Shape) {
	if p.Text == "" {
		return
	}
	s := e.lookup(p.Text, in, &where{token: "/TimestampPath"})
	if some, _ := s.Instants(); s != nil && !some {
		e.always(Finding{Kind: WrongType, Certain: true, Pointer: "/TimestampPath",
			Message: fmt.Sprintf("%s is %s and must be a timestamp such as 2006-01-02T15:04:05Z", p.Text, s)})
	}
}

// takes checks what a task is given against the type that its worker reads it into.
func (e *eval) takes(t *asl.Task, args *shape.Shape) {
	if !e.reporting {
		return
	}
	e.accepts(t, args)
	in, member := e.Takes(e.v, t)
	if in == nil {
		return
	}
	field, given := e.argumentsField(t), args
	if member != "" {
		if given, _ = args.Member(member); given == nil {
			return
		}
		if o, ok := literalArguments(t, e.v.Language); ok {
			if field += "/" + member; !o.Has(member) {
				field += ".$"
			}
		}
	}
	if member != "" && given.May(shape.String) {
		return // the JSON in it is what counts
	}
	for _, m := range shape.Misfits(in, given) {
		e.note(Finding{Kind: WrongInput, Certain: m.Certain, Pointer: field, Message: misfit("what the task is given", m, in)})
	}
}

// accepts checks the arguments that are computed against what a service takes.
func (e *eval) accepts(t *asl.Task, args *shape.Shape) {
	o, _ := literalArguments(t, e.v.Language)
	if o == nil {
		return
	}
	for m := range o.Members() {
		name, computed := strings.CutSuffix(m.Name, ".$")
		if e.v.Language == asl.JSONata {
			s, ok := m.Value.(string)
			computed = ok && asl.IsExpression(s)
		}
		if !computed {
			continue
		}
		given, _ := args.Member(name)
		if takes, what := e.Accepts(e.v, t, name); takes != 0 && given != nil && !given.May(takes) {
			e.note(Finding{Kind: WrongInput, Certain: true, Pointer: value.AppendPointer(e.argumentsField(t), m.Name),
				Message: fmt.Sprintf("is %s, and the service takes %s", given, what)})
		}
	}
}

func (e *eval) argumentsField(t *asl.Task) string {
	switch {
	case t.Arguments != nil && e.v.Language == asl.JSONata:
		return "/Arguments"
	case t.Parameters != nil:
		return "/Parameters"
	case t.InputPath.IsSet():
		return "/InputPath"
	}
	return "/Resource"
}

func literalArguments(t *asl.Task, l asl.QueryLanguage) (*value.Object, bool) {
	p := t.Parameters
	if l == asl.JSONata {
		p = t.Arguments
	}
	if p == nil {
		return nil, false
	}
	o, ok := p.Value.(*value.Object)
	return o, ok
}

// misfit tells how what is given does not fit the type that it is read into.
func misfit(given string, m shape.Misfit, into reflect.Type) string {
	if len(m.Path) == 0 {
		return given + " " + m.Message
	}
	return fmt.Sprintf("%s of %s, which is read into %s, %s", strings.Join(m.Path, "."), given, into, m.Message)
}

// branches runs the branches of a Parallel on an input.
func (e *eval) branches(args *shape.Shape) *shape.Shape {
	if args == nil {
		return nil
	}
	results := make([]*shape.Shape, len(e.n.inner))
	for i, s := range e.n.inner {
		if s.start != nil {
			e.arrive(s.start, args, e.vars)
		}
		results[i] = s.exit
	}
	return shape.Tuple(results...)
}

func (e *eval) pathMap(m *asl.Map, in *shape.Shape) *shape.Shape {
	e.seconds(m.MaxConcurrencyPath, in, "/MaxConcurrencyPath")
	e.seconds(m.ToleratedFailureCountPath, in, "/ToleratedFailureCountPath")
	e.seconds(m.ToleratedFailurePercentagePath, in, "/ToleratedFailurePercentagePath")
	items := shape.AnyArray
	var element *shape.Shape
	if m.ItemReader != nil {
		e.payload(m.ItemReader.Parameters, in, "/ItemReader/Parameters")
		if c := m.ItemReader.ReaderConfig; c != nil {
			e.seconds(c.MaxItemsPath, in, "/ItemReader/ReaderConfig/MaxItemsPath")
		}
		element = readItem(m.ItemReader)
	} else {
		text, field := m.ItemsPath.Text, "/ItemsPath"
		if text == "" {
			text, field = "$", ""
		}
		if items = e.lookup(text, in, &where{token: field}); items == nil {
			return nil
		}
		if items, element = e.items(m, items, text, field); items == nil {
			return nil
		}
	}
	selected := func(p *asl.Payload, field string) *shape.Shape { return e.payload(p, in, field) }
	return e.mapped(m, items, element, selected)
}

// items returns the data set of a Map and what is in it.
func (e *eval) items(m *asl.Map, s *shape.Shape, text, field string) (items, element *shape.Shape) {
	takes := shape.Array
	if m.IsDistributed() {
		takes |= shape.Object
	}
	if !s.May(takes) {
		s = e.always(Finding{Kind: WrongType, Certain: true, Pointer: field,
			Message: fmt.Sprintf("%s is %s and must be an array", subject(text), s), Hint: "a Map runs for each element of an array"})
		if s == nil {
			return nil, nil
		}
	}
	element = s.Element()
	if takes&shape.Object != 0 && s.May(shape.Object) {
		members := s.Others()
		for _, f := range s.Fields() {
			members = shape.Join(members, f.Shape)
		}
		element = shape.Join(element, shape.Record(shape.Field{Name: "Key", Shape: shape.AnyString}, shape.Field{Name: "Value", Shape: orAny(members)}))
	}
	return s, element
}

func subject(text string) string {
	if text == "$" {
		return "the input"
	}
	return text
}

// readItem returns the items that an ItemReader reads (Step Functions Developer
// Guide, "ItemReader (Map)").
func readItem(r *asl.ItemReader) *shape.Shape {
	listing := asl.ParseResource(r.Resource).Action == "listObjectsV2"
	c := r.ReaderConfig
	switch {
	case listing && (c == nil || c.Transformation != "LOAD_AND_FLATTEN"):
		return shape.Open(shape.Any,
			shape.Field{Name: "Etag", Shape: shape.AnyString},
			shape.Field{Name: "Key", Shape: shape.AnyString},
			shape.Field{Name: "LastModified", Shape: shape.AnyNumber},
			shape.Field{Name: "Size", Shape: shape.AnyNumber},
			shape.Field{Name: "StorageClass", Shape: shape.AnyString, Optional: true})
	case c == nil || c.InputType != "CSV" || c.ManifestType != "":
		return shape.Any
	case c.CSVHeaderLocation == "GIVEN":
		fields := make([]shape.Field, len(c.CSVHeaders))
		for i, h := range c.CSVHeaders {
			if asl.HasPlaceholder(h) {
				return shape.Open(shape.AnyString)
			}
			fields[i] = shape.Field{Name: h, Shape: shape.AnyString}
		}
		return shape.Record(fields...)
	}
	return shape.Open(shape.AnyString)
}

// mapped runs the body of a Map for elements of items and returns the Map's result.
// The selector evaluates a field that sees the Map's data, and the item in the
// context object.
func (e *eval) mapped(m *asl.Map, items, element *shape.Shape, selected func(*asl.Payload, string) *shape.Shape) *shape.Shape {
	var body *scope
	if len(e.n.inner) > 0 {
		body = e.n.inner[0]
	}
	if body == nil {
		return shape.Any
	}
	least, _ := items.Length()
	if element == nil {
		return shape.Tuple()
	}
	body.item = shape.Join(body.item, element)
	e.item = element
	if least == 0 {
		e.maybe++
	}
	input := element
	switch {
	case m.ItemSelector != nil:
		input = selected(m.ItemSelector, "/ItemSelector")
	case m.Parameters != nil && e.v.Language == asl.JSONPath:
		input = selected(m.Parameters, "/Parameters")
	}
	e.item = nil
	if input != nil && m.ItemBatcher != nil {
		input = e.batch(m.ItemBatcher, input, selected)
	}
	if least == 0 {
		e.maybe--
	}
	switch {
	case input == nil && least > 0:
		return nil
	case input == nil: // it goes on where there are no items
		return mapResult(m, body.exit, least)
	}
	vars := e.vars
	if body.apart {
		vars = shape.Record()
		body.input = shape.Join(body.input, input)
	}
	if body.start != nil {
		e.arrive(body.start, input, vars)
	}
	return mapResult(m, body.exit, least)
}

func (e *eval) batch(b *asl.ItemBatcher, item *shape.Shape, selected func(*asl.Payload, string) *shape.Shape) *shape.Shape {
	fields := []shape.Field{{Name: "Items", Shape: shape.Filled(item)}}
	if b.BatchInput != nil {
		input := selected(b.BatchInput, "/ItemBatcher/BatchInput")
		if input == nil {
			return nil
		}
		fields = append(fields, shape.Field{Name: "BatchInput", Shape: input})
	}
	return shape.Record(fields...)
}

// mapResult returns the result of a Map whose body gives exit, for at least so many
// items.
func mapResult(m *asl.Map, exit *shape.Shape, least int) *shape.Shape {
	if !m.IsDistributed() {
		switch {
		case exit == nil && least > 0:
			return nil
		case least > 0:
			return shape.Filled(exit)
		}
		return shape.List(exit)
	}
	w := m.ResultWriter
	switch {
	case w == nil:
		return shape.List(exit)
	case w.Resource != "":
		text := func(name string) shape.Field { return shape.Field{Name: name, Shape: shape.AnyString} }
		return shape.Open(shape.Any, text("MapRunArn"),
			shape.Field{Name: "ResultWriterDetails", Shape: shape.Open(shape.Any, text("Bucket"), text("Key"))})
	}
	return shape.AnyArray
}
