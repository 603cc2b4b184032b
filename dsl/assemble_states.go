package dsl

import (
	"strconv"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
)

func (t *taskSpec) asl(r *renderer) asl.State {
	made := &asl.Task{}
	if t.fault != "" {
		r.reportf(codeHandle, "", "%s", t.fault)
		return made
	}
	if resource := r.exprTerm(t.resource, 0); resource.isPlain() {
		made.Resource, _ = resource.value.(string)
	} else {
		r.reportf(codeHandle, "", "the resource of a task is a constant or what a construct binds")
	}
	made.InputPath, made.Parameters, made.Arguments = r.sent(t.arguments, r.argumentField())
	r.types = append(r.types, check.Task(r.s.name, t.input, t.whole))
	if t.timeout.given() {
		made.TimeoutSeconds, made.TimeoutSecondsPath = r.number("TimeoutSeconds", t.timeout, 1)
	}
	if t.heartbeat.given() {
		made.HeartbeatSeconds, made.HeartbeatSecondsPath = r.number("HeartbeatSeconds", t.heartbeat, 1)
	}
	if t.credentials.given() {
		r.set("Credentials", t.credentials.at)
		made.Credentials = r.data(Object{"RoleArn": t.credentials.v}, r.before("Credentials"))
	}
	made.InputOutput.OutputPath, made.Output = r.results(&made.Work, work{picked: t.result})
	made.Assign = r.assignments("Assign", r.s.assign, r.after("Assign", work{}))
	return made
}

// argumentField returns the name of the field that holds a state's arguments.
func (r *renderer) argumentField() string {
	if r.jsonata {
		return "Arguments"
	}
	return "Parameters"
}

// sent writes what a state works on, in one of the three fields that there
// are for it.
func (r *renderer) sent(v any, field string) (inputPath asl.Path, parameters, arguments *asl.Payload) {
	if v == nil {
		return
	}
	f := r.before(field)
	t := r.term(v, 0)
	switch {
	case t.kind == exprTerm && isWholeInput(t.expr):
	case r.jsonata:
		arguments = &asl.Payload{Value: r.expressions(t, f)}
	case t.kind == exprTerm:
		f.field = "InputPath"
		inputPath.Text, _ = r.path(t.expr, f)
	default:
		parameters = &asl.Payload{Value: r.template(t, f)}
	}
	return
}

func isWholeInput(e *expr) bool {
	return e.kind == pathExpr && e.root == inputRoot && len(e.steps) == 0
}

// number writes a number that may be known only at run time: a duration, an int
// or a reference.
func (r *renderer) number(field string, s setting[any], least int64) (*asl.Int, asl.Path) {
	r.set(field, s.at)
	switch v := s.v.(type) {
	case time.Duration:
		return &asl.Int{Value: r.duration(field, v, least)}, asl.Path{}
	case int:
		return &asl.Int{Value: int64(v)}, asl.Path{}
	case *expr:
		return r.intOf(field, v)
	}
	return nil, asl.Path{}
}

func (r *renderer) intOf(field string, e *expr) (*asl.Int, asl.Path) {
	t := r.exprTerm(e, 0)
	if t.isPlain() {
		n, ok := value.Int(t.value)
		if !ok && e.kind != faultyExpr {
			r.reportf(codeValue, "", "%s is not a whole number", field)
		}
		return &asl.Int{Value: n}, asl.Path{}
	}
	text, path := r.dynamic(field, t)
	if path.IsSet() {
		r.places.add(r.s.pointer, field+"Path", r.at)
		return nil, path
	}
	return &asl.Int{Expr: text}, asl.Path{}
}

// dynamic writes a reference as the value of a field: in JSONata as an
// expression, in JSONPath for the field's other form, whose name ends in Path.
func (r *renderer) dynamic(field string, t term) (expression string, path asl.Path) {
	f := r.before(field)
	if r.jsonata {
		text, _ := r.formula(t, f)
		return delimited(text.s), asl.Path{}
	}
	f.field += "Path"
	path.Text, _ = r.path(t.expr, f)
	if path.Text == "" {
		path.Text = "$"
	}
	return "", path
}

func (passSpec) asl(r *renderer) asl.State {
	made := &asl.Pass{}
	s := r.s
	if r.jsonata {
		made.Output = r.passOutput()
	} else {
		r.passFields(made)
	}
	if s.into.given() && !r.jsonata {
		r.set("ResultPath", s.into.at)
		made.ResultPath = r.target(s.into.v)
	}
	f := r.before("Assign")
	if s.output.given() {
		f.result = "$"
		if !r.jsonata {
			f.input, f.noInput = "", "in a JSONPath Pass it sees only what Output says"
		} else if text, ok := r.formula(r.term(s.output.v, 0), r.before("Output")); ok {
			f.result = text.part()
		}
	}
	made.Assign = r.assignments("Assign", s.assign, f)
	return made
}

// passFields writes what a JSONPath Pass makes.
func (r *renderer) passFields(made *asl.Pass) {
	if !r.s.output.given() {
		return
	}
	r.at = r.s.output.at
	t := r.term(r.s.output.v, 0)
	switch {
	case t.kind == exprTerm && isWholeInput(t.expr):
	case t.kind == exprTerm:
		r.set("InputPath", r.at)
		made.InputPath.Text, _ = r.path(t.expr, r.before("InputPath"))
	case t.isPlain():
		r.set("Result", r.at)
		made.Result = &asl.Payload{Value: t.value}
	default:
		r.set("Parameters", r.at)
		made.Parameters = &asl.Payload{Value: r.template(t, r.before("Parameters"))}
	}
}

func (r *renderer) passOutput() *asl.Payload {
	s := r.s
	f := r.before("Output")
	switch {
	case s.into.given():
		made := term{kind: exprTerm, expr: &expr{kind: pathExpr, root: inputRoot}}
		if s.output.given() {
			r.at = s.output.at
			made = r.term(s.output.v, 0)
		}
		text, _ := r.formula(made, f)
		r.set("Output", s.into.at)
		return r.merged(s.into.v, text, f)
	case s.output.given():
		_, output := r.handedOn()
		return output
	}
	return nil
}

func (w *waitSpec) asl(r *renderer) asl.State {
	made := &asl.Wait{}
	switch {
	case w.seconds != nil:
		r.set("Seconds", r.s.at)
		made.Seconds, made.SecondsPath = r.intOf("Seconds", w.seconds)
	case w.until != nil:
		r.set("Timestamp", r.s.at)
		made.Timestamp, made.TimestampPath = r.text("Timestamp", w.until, (*renderer).path)
	default:
		made.Seconds = &asl.Int{Value: r.duration("Seconds", w.duration, 0)}
	}
	made.OutputPath, made.Output = r.handedOn()
	made.Assign = r.assignments("Assign", r.s.assign, r.before("Assign"))
	return made
}

// text writes a string that may be known only at run time. In JSONPath, a
// reference is written by write for the field whose name ends in Path.
func (r *renderer) text(field string, e *expr, write func(*renderer, *expr, frame) (string, bool)) (string, asl.Path) {
	t := r.exprTerm(e, 0)
	if t.isPlain() {
		text, ok := t.value.(string)
		if !ok && e.kind != faultyExpr {
			r.reportf(codeValue, "", "%s is not a string", field)
		}
		return text, asl.Path{}
	}
	if r.jsonata {
		text, _ := r.dynamic(field, t)
		return text, asl.Path{}
	}
	f := r.before(field + "Path")
	path, _ := write(r, t.expr, f)
	return "", asl.Path{Text: path}
}

// handedOn writes the Output of a state that has no result: what it hands on
// instead of its input.
func (r *renderer) handedOn() (asl.Path, *asl.Payload) {
	if !r.s.output.given() {
		return asl.Path{}, nil
	}
	r.at = r.s.output.at
	t := r.term(r.s.output.v, 0)
	switch {
	case t.kind == exprTerm && isWholeInput(t.expr):
		return asl.Path{}, nil
	case r.jsonata:
		r.set("Output", r.at)
		return asl.Path{}, &asl.Payload{Value: r.expressions(t, r.before("Output"))}
	}
	r.set("OutputPath", r.at)
	if t.kind != exprTerm {
		r.reportf(codeReference, "put a Pass before it, or make the state JSONata", "a JSONPath state of type %s can hand on its input or a part of it, not other data", r.s.typ)
		return asl.Path{}, nil
	}
	text, _ := r.path(t.expr, r.before("OutputPath"))
	return asl.Path{Text: text}, nil
}

func (succeedSpec) asl(r *renderer) asl.State {
	made := &asl.Succeed{}
	made.OutputPath, made.Output = r.handedOn()
	return made
}

func (f *failSpec) asl(r *renderer) asl.State {
	made := &asl.Fail{}
	made.Error, made.ErrorPath = r.failText("Error", f.errorName, f.errorFrom, f.errorFromAt)
	made.Cause, made.CausePath = r.failText("Cause", f.cause, f.causeFrom, f.causeFromAt)
	return made
}

func (r *renderer) failText(field, text string, from *expr, at stack) (*string, asl.Path) {
	var path asl.Path
	if from != nil {
		r.set(field, at)
		if text != "" {
			r.reportf(codeValue, "", "%s is given twice, as a constant and by %sFrom", field, field)
		}
		text, path = r.text(field, from, (*renderer).reference)
		r.places.add(r.s.pointer, field+"Path", at)
	}
	if text == "" {
		return nil, path
	}
	return &text, path
}

func (c *choiceSpec) asl(r *renderer) asl.State {
	made := &asl.Choice{}
	if c.twice != nil {
		r.report(problemf(codeStep, c.twice, "", "Otherwise is given twice"))
	}
	for i := range c.rules {
		made.Choices = append(made.Choices, r.rule(i, &c.rules[i], c.target(i)))
	}
	if c.otherwise.given() {
		r.set("Default", c.otherwise.at)
	}
	r.at = r.s.at
	made.Default = r.choiceTarget(c.deflt, c.otherwise.given())
	made.OutputPath, made.Output = r.handedOn()
	made.Assign = r.assignments("Assign", r.s.assign, r.before("Assign"))
	return made
}

func (c *choiceSpec) target(i int) way {
	if i < len(c.targets) {
		return c.targets[i]
	}
	return way{}
}

func (r *renderer) rule(i int, given *choiceRule, to way) asl.Rule {
	field := index("Choices", i)
	r.set(field, given.at)
	condition := given.condition
	rule := asl.Rule{Next: r.choiceTarget(to, true)}
	f := r.before("Choices")
	switch {
	case condition.c == nil:
		r.reportf(codeValue, "", "the condition is the zero Condition")
	case r.jsonata:
		rule.Condition = &asl.Payload{Value: delimited(r.holds(condition.c, f).s)}
	default:
		rule.Test = r.test(condition.c, f)
	}
	rule.Comment = condition.text
	if condition.hasExtras() {
		r.ruleExtras(field, condition, &rule)
	}
	return rule
}

func (r *renderer) ruleExtras(field string, c Condition, rule *asl.Rule) {
	if len(c.assign) > 0 {
		rule.Assign = r.assignments(field+"/Assign", []setting[[]Assignment]{{c.assign, c.at}}, r.before("Assign"))
	}
	if c.output == nil {
		return
	}
	r.set(field+"/Output", c.at)
	if !r.jsonata {
		r.reportf(codeReference, "put a Pass behind it, or make the state JSONata", "a rule of a JSONPath Choice has no Output")
		return
	}
	rule.Output = r.data(c.output, r.before("Output"))
}

// choiceTarget returns the name of the state that a Choice goes to.
func (r *renderer) choiceTarget(to way, needed bool) string {
	switch {
	case to.kind == goes:
		return to.to.name
	case needed && to.kind == ends:
		r.reportf(codeStep, "give it a step, such as a Succeed", "a Choice cannot end by itself, and no step is behind it")
	case needed:
		r.reportf(codeStep, "give it a step, such as a Fail or a Succeed", "the error handler leaves open where the Choice goes on")
	}
	return ""
}

func (p *parallelSpec) asl(r *renderer) asl.State {
	made := &asl.Parallel{}
	if p.with.given() {
		r.set(r.argumentField(), p.with.at)
		made.InputPath, made.Parameters, made.Arguments = r.sent(p.with.v, r.argumentField())
	}
	for _, b := range p.branches {
		made.Branches = append(made.Branches, asl.Branch{Scope: r.scope(b.scope)})
	}
	made.InputOutput.OutputPath, made.Output = r.results(&made.Work, work{block: p.block})
	made.Assign = r.assignments("Assign", r.s.assign, r.after("Assign", work{block: p.block}))
	return made
}

func (m *mapSpec) asl(r *renderer) asl.State {
	made := &asl.Map{Label: m.label}
	if m.fault != "" {
		r.reportf(codeHandle, "", "%s", m.fault)
	}
	r.mapItems(m, made)
	if m.selector.given() {
		r.set("ItemSelector", m.selector.at)
		made.ItemSelector = r.data(m.selector.v, r.before("ItemSelector"))
	}
	if m.concurrency.given() {
		made.MaxConcurrency, made.MaxConcurrencyPath = r.number("MaxConcurrency", m.concurrency, 0)
	}
	made.ItemProcessor = &asl.Processor{Scope: r.scope(m.scope)}
	if m.distributed {
		made.ItemProcessor.ProcessorConfig = &asl.ProcessorConfig{Mode: asl.Distributed, ExecutionType: m.executionType}
		r.distributed(m, made)
	}
	made.InputOutput.OutputPath, made.Output = r.results(&made.Work, work{})
	made.Assign = r.assignments("Assign", r.s.assign, r.after("Assign", work{}))
	return made
}

func (r *renderer) mapItems(m *mapSpec, made *asl.Map) {
	if m.items == nil {
		return
	}
	t := r.exprTerm(m.items, 0)
	switch {
	case r.jsonata:
		made.Items = &asl.Payload{Value: r.expressions(t, r.before("Items"))}
	case t.kind != exprTerm && m.items.kind == faultyExpr:
	case t.kind != exprTerm:
		r.reportf(codeReference, "make the list in a Pass before, or make the state JSONata", "the items of a JSONPath Map have to be a reference")
	default:
		made.ItemsPath.Text, _ = r.path(t.expr, r.before("ItemsPath"))
	}
}

func (r *renderer) distributed(m *mapSpec, made *asl.Map) {
	r.at = r.s.at
	if m.reader != nil {
		made.ItemReader = r.itemReader(m.reader)
	}
	if m.batch.given() || m.batchBytes.given() || m.batchInput.given() {
		made.ItemBatcher = r.batcher(m)
	}
	if m.tolerateCount.given() {
		r.set("ToleratedFailureCount", m.tolerateCount.at)
		made.ToleratedFailureCount, made.ToleratedFailureCountPath = r.intOf("ToleratedFailureCount", m.tolerateCount.v)
	}
	if m.tolerateRate.given() {
		r.set("ToleratedFailurePercentage", m.tolerateRate.at)
		made.ToleratedFailurePercentage, made.ToleratedFailurePercentagePath = r.fraction("ToleratedFailurePercentage", m.tolerateRate.v)
	}
	if m.writer.given() {
		r.set("ResultWriter", m.writer.at)
		made.ResultWriter = r.resultWriter(m.writer.v)
	}
}

func (r *renderer) fraction(field string, e *expr) (*asl.Num, asl.Path) {
	t := r.exprTerm(e, 0)
	if t.isPlain() {
		n, _ := value.Float(t.value)
		return &asl.Num{Value: n}, asl.Path{}
	}
	text, path := r.dynamic(field, t)
	if path.IsSet() {
		r.places.add(r.s.pointer, field+"Path", r.at)
		return nil, path
	}
	return &asl.Num{Expr: text}, asl.Path{}
}

func (r *renderer) itemReader(given *reader) *asl.ItemReader {
	config := given.config
	made := &asl.ItemReader{Resource: given.resource}
	if given.arguments != nil {
		made.Parameters, made.Arguments = r.byLanguage(r.data(given.arguments, r.before("ItemReader")))
	}
	if given.maxItems != nil {
		config.MaxItems, config.MaxItemsPath = r.intOf("MaxItems", given.maxItems)
	}
	if !isEmptyConfig(config) {
		made.ReaderConfig = &config
	}
	return made
}

func isEmptyConfig(c asl.ReaderConfig) bool {
	return c.InputType == "" && c.Transformation == "" && c.ManifestType == "" && c.CSVHeaderLocation == "" &&
		c.CSVHeaders == nil && c.CSVDelimiter == "" && c.ItemsPointer == "" && c.MaxItems == nil && !c.MaxItemsPath.IsSet()
}

func (r *renderer) resultWriter(given Results) *asl.ResultWriter {
	made := &asl.ResultWriter{Resource: given.Resource}
	if given.Arguments != nil {
		made.Parameters, made.Arguments = r.byLanguage(r.data(given.Arguments, r.before("ResultWriter")))
	}
	if given.Config != (asl.WriterConfig{}) {
		config := given.Config
		made.WriterConfig = &config
	}
	return made
}

// byLanguage puts a payload into the field of the state's language.
func (r *renderer) byLanguage(p *asl.Payload) (parameters, arguments *asl.Payload) {
	if r.jsonata {
		return nil, p
	}
	return p, nil
}

func (r *renderer) batcher(m *mapSpec) *asl.ItemBatcher {
	made := &asl.ItemBatcher{}
	if m.batch.given() {
		made.MaxItemsPerBatch, made.MaxItemsPerBatchPath = r.number("ItemBatcher/MaxItemsPerBatch", m.batch, 1)
	}
	if m.batchBytes.given() {
		made.MaxInputBytesPerBatch, made.MaxInputBytesPerBatchPath = r.number("ItemBatcher/MaxInputBytesPerBatch", m.batchBytes, 1)
	}
	if m.batchInput.given() {
		r.set("ItemBatcher/BatchInput", m.batchInput.at)
		made.BatchInput = r.data(m.batchInput.v, r.before("BatchInput"))
	}
	return made
}

func (raw rawSpec) asl(r *renderer) asl.State {
	for _, name := range []string{"Next", "End"} {
		if _, given := raw.fields[name]; given {
			r.reportf(codeStep, "leave it out", "%s follows from the list of steps or from the method Next", name)
		}
	}
	v, err := value.From(raw.fields)
	if err != nil {
		r.reportf(codeValue, "", "the state cannot be written as JSON: %v", err)
		return &asl.Pass{}
	}
	object, _ := v.(*value.Object)
	return r.parse(object)
}

func index(field string, i int) string { return field + "/" + strconv.Itoa(i) }
