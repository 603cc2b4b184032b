package interp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Machine is a definition that is ready to run: every path, template, expression
// and transition resolved. It is immutable and safe for concurrent use; each
// execution is its own.
type Machine struct {
	def     *asl.StateMachine
	root    *scope
	timeout time.Duration // of an execution; 0 is none of its own
	cfg     config
	reads   map[string][]string // variables by state
}

// New makes a definition ready to run. The options hold for all of its
// executions. What keeps the definition from running is reported as a
// [diag.List], all of it at once; the checks of package check go further.
func New(m *asl.StateMachine, opts ...Option) (*Machine, error) {
	cfg, err := defaultConfig().with(opts)
	if err != nil {
		return nil, err
	}
	c := &compiler{def: m, reads: map[string][]string{}}
	root := c.scope(&m.Scope, "")
	if err := c.problems.Sort().Err(); err != nil {
		return nil, err
	}
	machine := &Machine{def: m, root: root, cfg: cfg, reads: c.reads}
	if m.TimeoutSeconds != nil {
		machine.timeout = time.Duration(min(*m.TimeoutSeconds, mostSeconds)) * time.Second
	}
	return machine, nil
}

// Definition returns the definition that the machine runs.
func (m *Machine) Definition() *asl.StateMachine { return m.def }

// VariableReferences returns the variables that each state reads, sorted, by the
// state's name, as the DescribeStateMachine API lists them. States that read none
// are not there.
func (m *Machine) VariableReferences() map[string][]string {
	references := make(map[string][]string, len(m.reads))
	for state, names := range m.reads {
		sorted := slices.Clone(names)
		slices.Sort(sorted)
		references[state] = slices.Compact(sorted)
	}
	return references
}

// Run starts an execution and runs it to its end. The input is any Go value that
// encoding/json can write; a json.RawMessage is JSON text and keeps its spelling.
//
// The error says that the execution could not be run: bad input, an option, a
// task without handler, the context's end. An execution that ran and failed is no
// error; see [Execution.Err].
func (m *Machine) Run(ctx context.Context, input any, opts ...Option) (*Execution, error) {
	x, err := m.Start(input, opts...)
	if err != nil {
		return nil, err
	}
	return x, x.Run(ctx)
}

// scope is a set of states with its start.
type scope struct {
	start *state
}

// state is a compiled state.
type state struct {
	name    string
	typ     asl.Type
	entered kind // of its events
	exited  kind
	gaveUp  kind // the event that says that it has failed for good, if it has one
	aborted kind // likewise, that it was stopped
	lang    language
	flow    flow
	action  action
	next    *state // nil ends the scope
	counts  bool   // the context object shows its retries
	retry   []asl.Retrier
	catch   []catcher
}

// action is what states of one type do.
type action interface {
	// run does one attempt at the thread's state. It has either moved the thread
	// on or seen to it that something will, or it returns what went wrong.
	run(x *Execution, t *thread) *fault
}

// flow reads and shapes the data of a state, in the state's query language.
type flow interface {
	// input returns what the state works on: what it got, filtered.
	input(t *thread) (payload, *fault)
	// arguments returns what its task, branches or iterations get.
	arguments(t *thread) (payload, *fault)
	// output returns what the state hands on when it has come to a result, and
	// the variables that it sets.
	output(t *thread, result payload, is role) (payload, []value.Member, *fault)
}

// role says what a value that an expression can read is to its state.
type role uint8

const (
	plainRole   role = iota // nothing but the state's input
	resultRole              // the result of its task, branches or iterations
	failureRole             // the Error Output of what was caught
)

// expr is a compiled field, or a part of one: a path, a template, an expression.
type expr interface {
	// eval returns the field's value for a thread in the field's state. In a
	// JSONPath state v is what $ stands for, in a JSONata state what its role says.
	eval(t *thread, v any, is role) (any, *fault)
}

// language compiles the fields whose form depends on the query language.
type language interface {
	// flow compiles a state's common fields for data.
	flow(c *fields, def asl.State) flow
	// ruleFlow is the flow of a Choice rule that holds, catchFlow that of a
	// catcher. The pointers of their fields start at the state.
	ruleFlow(c *fields, r *asl.Rule, pointer string, of flow) flow
	catchFlow(c *fields, k *asl.Catcher, pointer string) flow
	// condition compiles the test of a Choice rule.
	condition(c *fields, r *asl.Rule, pointer string) test
	// text compiles a field that is a text, or has a twin whose name ends in Path.
	text(c *fields, name string, literal *string, path asl.Path) *textField
	// integer and fraction likewise a field that is a number.
	integer(c *fields, field numberField, v *asl.Int, path asl.Path) *integer
	fraction(c *fields, field numberField, v *asl.Num, path asl.Path) *fraction
	// wait compiles how long a Wait waits.
	wait(c *fields, def *asl.Wait) until
	// items compiles a Map's items.
	items(c *fields, def *asl.Map) expr
	// payload compiles a field for any value, nil where it is absent; template one
	// that is Parameters in one language and Arguments in the other.
	payload(c *fields, p *asl.Payload, pointer string) expr
	template(c *fields, parameters, arguments *asl.Payload, pointer string) expr
}

// test is a compiled condition.
type test interface {
	holds(t *thread) (bool, *fault)
}

// compiler makes states out of a definition.
type compiler struct {
	def      *asl.StateMachine
	problems diag.List

	reads   map[string][]string // variables that states read, by state
	lenient bool                // states that are not there may be gone to
	byName  map[string]*state   // collects all states, if it is not nil
}

func (c *compiler) scope(s *asl.Scope, pointer string) *scope {
	byName := make(map[string]*state, len(s.States))
	states := make([]*state, len(s.States))
	for i, def := range s.States {
		states[i] = newState(def)
		byName[states[i].name] = states[i]
	}
	if c.byName != nil {
		maps.Copy(c.byName, byName)
	}
	for i, def := range s.States {
		f := &fields{
			compiler: c,
			pointer:  value.AppendPointer(pointer+"/States", states[i].name),
			state:    states[i],
			targets:  byName,
		}
		f.compile(def)
	}
	start := byName[s.StartAt]
	if start == nil && !c.lenient {
		c.report(diag.Diagnostic{Code: "MISSING_TRANSITION_TARGET", Pointer: pointer + "/StartAt", Field: "StartAt",
			Message: fmt.Sprintf("there is no state %q in this scope", s.StartAt)})
	}
	return &scope{start: start}
}

func (c *compiler) report(d diag.Diagnostic) {
	if c.def.Locator != nil {
		d.Position = c.def.Locator.Locate(d.Pointer)
	}
	c.problems = append(c.problems, d)
}

func newState(def asl.State) *state {
	s := &state{name: def.Common().Name, typ: def.Type()}
	for i, typ := range stateTypes {
		if typ == s.typ {
			s.entered, s.exited = stateEntered+kind(i), stateExited+kind(i)
		}
	}
	switch s.typ {
	case asl.TaskType:
		s.counts, s.aborted = true, taskAborted
	case asl.WaitType:
		s.aborted = waitAborted
	case asl.ParallelType:
		s.counts, s.gaveUp, s.aborted = true, parallelFailed, parallelAborted
	case asl.MapType:
		s.counts, s.gaveUp, s.aborted = true, mapFailed, mapAborted
	}
	return s
}

// fields compiles the fields of one state.
type fields struct {
	*compiler
	pointer string // of the state
	state   *state
	targets map[string]*state
	lang    language
}

func (c *fields) compile(def asl.State) {
	s := c.state
	switch lang := c.def.Language(def); lang {
	case asl.JSONPath:
		c.lang = pathLanguage{}
	case asl.JSONata:
		c.lang = queryLanguage{}
	default:
		c.fail("/QueryLanguage", "the query language %q is not supported", lang)
		return
	}
	s.lang, s.flow = c.lang, c.lang.flow(c, def)
	if t := asl.TransitionOf(def); t != nil && !t.End {
		s.next = c.target(t.Next, "/Next")
	}
	if w := asl.WorkOf(def); w != nil {
		s.retry = w.Retry
		s.catch = c.catchers(w.Catch)
	}
	s.action = c.action(def)
}

func (c *fields) action(def asl.State) action {
	switch def := def.(type) {
	case *asl.Pass:
		return c.pass(def)
	case *asl.Succeed:
		return succeedState{}
	case *asl.Fail:
		return c.failState(def)
	case *asl.Wait:
		return c.wait(def)
	case *asl.Choice:
		return c.choice(def)
	case *asl.Task:
		return c.task(def)
	case *asl.Parallel:
		return c.parallel(def)
	case *asl.Map:
		return c.mapState(def)
	}
	c.fail("/Type", "no such type of state")
	return nil
}

func (c *fields) target(name, pointer string) *state {
	to := c.targets[name]
	if to == nil && c.lenient {
		return &state{name: name}
	}
	if to == nil {
		c.report(diag.Diagnostic{Code: "MISSING_TRANSITION_TARGET", State: c.state.name, Pointer: c.pointer + pointer,
			Field: fieldName(pointer), Message: fmt.Sprintf("there is no state %q in this scope", name)})
	}
	return to
}

func (c *fields) catchers(defs []asl.Catcher) []catcher {
	catchers := make([]catcher, len(defs))
	for i := range defs {
		at := "/Catch/" + strconv.Itoa(i)
		catchers[i] = catcher{
			names: defs[i].ErrorEquals,
			next:  c.target(defs[i].Next, at+"/Next"),
			flow:  c.lang.catchFlow(c, &defs[i], at),
		}
	}
	return catchers
}

// fail reports what is wrong with a field; pointer starts at the state.
func (c *fields) fail(pointer, format string, args ...any) {
	c.report(diag.Diagnostic{Code: "SCHEMA_VALIDATION_FAILED", State: c.state.name, Pointer: c.pointer + pointer,
		Field: fieldName(pointer), Message: fmt.Sprintf(format, args...)})
}

// fieldName returns a pointer as people write it: Catch[0].Next for /Catch/0/Next.
func fieldName(pointer string) string { return fieldPath(pointer, ".") }

func fieldPath(pointer, separator string) string {
	var b strings.Builder
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch _, err := strconv.Atoi(token); {
		case err == nil:
			b.WriteString("[" + token + "]")
		case b.Len() > 0:
			b.WriteString(separator + token)
		default:
			b.WriteString(token)
		}
	}
	return b.String()
}
