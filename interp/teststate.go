package interp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// StateTest says how [TestState] runs a state. Its fields are those of the
// TestState API.
type StateTest struct {
	State     string // the state's name; may be empty if the definition has one state only
	Input     any    // any Go value that encoding/json can write; nil is {}, json.RawMessage is JSON text
	Variables *value.Object
	Context   *value.Object // in place of the context object; only with a mock
	Role      string        // ARN; a Task without mock needs one

	Mock              *StateMock // stands for the task, the branches or the iterations
	RetrierRetryCount int        // retries that the retrier that takes the error has made
	FailedIterations  *int       // MapIterationFailureCount, with a mock
}

// StateMock is what a Task, Parallel or Map comes to in a [StateTest]: one of its
// fields is set.
type StateMock struct {
	Result string     // JSON text
	Error  *TaskError // ErrorOutput

	FieldValidation FieldValidation // of the result, against the API that the task calls
}

// The statuses of a tested state (Step Functions API, TestExecutionStatus), beside
// [Succeeded] and [Failed].
const (
	Retriable   Status = "RETRIABLE"    // a retrier takes the error
	CaughtError Status = "CAUGHT_ERROR" // a catcher takes it
)

// StateResult is what came of a tested state.
type StateResult struct {
	Status    Status
	Output    any    // of a state that has succeeded or caught its error
	NextState string // where it goes, "" if it ends
	Error     *TaskError

	// Inspection tells what the data was on its way: the members of the API's
	// InspectionData that the service gives at level TRACE, with values where it has
	// JSON texts.
	Inspection *value.Object
}

// TestState runs one state of a definition alone, as the TestState API does: at
// once, on a virtual clock, with its task done by a handler or by a mock. The
// definition may lack the states that it goes to. What the service would refuse is
// an *[APIError]; any other error says that the state could not be run, see
// [Machine.Run].
func TestState(ctx context.Context, def *asl.StateMachine, test StateTest, opts ...Option) (*StateResult, error) {
	name, err := testedName(def, test.State)
	if err != nil {
		return nil, err
	}
	c := &compiler{def: def, lenient: true, byName: map[string]*state{}}
	c.scope(&def.Scope, "")
	if len(c.problems) > 0 {
		return nil, invalidDefinition(c.problems.Sort())
	}
	s := c.byName[name]
	p, err := newProbe(&test, s, defOf(def, name))
	if err != nil {
		return nil, err
	}
	cfg, err := defaultConfig().with(append(slices.Clone(opts), WithType(SyncExpress), WithRole(test.Role)))
	if err != nil {
		return nil, err
	}
	if test.Input == nil {
		test.Input = emptyObject
	}
	in, err := readInput(test.Input)
	if err != nil {
		return nil, &APIError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" + err.Error() + "'"}
	}
	return p.run(ctx, &Machine{def: def, root: &scope{start: s}, cfg: cfg}, in)
}

// invalidDefinition is the service's refusal of a definition.
func invalidDefinition(problems diag.List) error {
	faults := make([]string, len(problems))
	for i, d := range problems {
		message := strings.ToUpper(d.Message[:1]) + d.Message[1:]
		faults[i] = fmt.Sprintf("%s: %s at %s", d.Code, message, d.Pointer)
	}
	return &APIError{"InvalidDefinition", "Invalid State Machine Definition: '" + strings.Join(faults, ", ") + "'"}
}

// testedName returns the name of the state that is tested.
func testedName(def *asl.StateMachine, name string) (string, error) {
	if name == "" && len(def.States) == 1 {
		return def.States[0].Common().Name, nil
	}
	if defOf(def, name) == nil {
		return "", &APIError{"ValidationException", "State not found in definition"}
	}
	return name, nil
}

// defOf returns the definition of a state, wherever it is nested, or nil.
func defOf(def *asl.StateMachine, name string) asl.State {
	for v := range def.Walk() {
		if v.Common().Name == name {
			return v.State
		}
	}
	return nil
}

// probe watches one state of an execution and ends the execution behind it.
type probe struct {
	test   *StateTest
	def    asl.State
	state  *state
	mocked any // the mock's result
	shown  []string

	result  StateResult
	data    map[string]any // inspection data by name
	details []value.Member // errorDetails
	done    bool
}

func refused(format string, args ...any) error {
	return &APIError{"ValidationException", fmt.Sprintf(format, args...)}
}

// newProbe checks a test as the service does.
func newProbe(test *StateTest, s *state, def asl.State) (*probe, error) {
	p := &probe{test: test, def: def, state: s, data: map[string]any{}, shown: shownData(def, s.lang)}
	mock := test.Mock
	switch {
	case mock == nil:
		return p, p.checkUnmocked()
	case mock.Result != "" && mock.Error != nil:
		return nil, refused("A test mock should have only one of the following fields: [result, errorOutput].")
	case asl.WorkOf(def) == nil:
		return nil, refused("State type '%s' is not supported when a mock is specified", def.Type())
	}
	if mock.Error == nil {
		if err := p.checkResult(); err != nil {
			return nil, err
		}
	}
	return p, p.checkContext()
}

func (p *probe) checkUnmocked() error {
	switch {
	case p.test.FailedIterations != nil:
		return refused("TestState does not support MapIterationFailureCount when a mock is not specified.")
	case p.state.gaveUp != 0:
		return &APIError{"InvalidDefinition", "TestState API does not support Map or Parallel states. " +
			"Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"}
	case p.state.typ == asl.TaskType && p.test.Role == "":
		return refused("RoleArn must be specified when testing a Task state")
	}
	return nil
}

// checkResult checks the result of a mock.
func (p *probe) checkResult() error {
	v, err := value.Parse(p.test.Mock.Result)
	if err != nil {
		return refused("Mocked result must be valid JSON")
	}
	p.mocked = v
	elements, isArray := v.([]any)
	_, isObject := v.(*value.Object)
	switch def := p.def.(type) {
	case *asl.Parallel:
		if !isArray {
			return refused("Mocked result must be an array.")
		}
		if len(elements) != len(def.Branches) {
			return refused("Mocked result must contain the same number of items as number of Parallel branches.")
		}
	case *asl.Map:
		exports := def.ResultWriter != nil && def.ResultWriter.Resource != ""
		if !isArray && !exports {
			return refused("Mocked result must be an array.")
		}
		if n := p.test.FailedIterations; n != nil && isArray && *n > len(elements) {
			return refused("Map iteration failure count must be less than or equal to the number of Map iterations")
		}
	case *asl.Task:
		if p.state.action.(*taskState).events == serviceEvents && !isObject {
			return refused("Mocked result must be a JSON object.")
		}
		return checkShape(p.test.Mock.FieldValidation, p.state.action.(*taskState).resource, v)
	}
	return nil
}

// contextFields are the fields that a given context object may have.
var contextFields = map[string][]string{
	"Execution":    {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"},
	"State":        {"EnteredTime", "Name", "RetryCount"},
	"StateMachine": {"Id", "Name"},
	"Task":         {"Token"},
}

func (p *probe) checkContext() error {
	const wrong = "Invalid Context object provided: "
	for m := range p.test.Context.Members() {
		allowed, ok := contextFields[m.Name]
		switch {
		case m.Name == "Map":
			return refused(wrong + "'Map' field is not supported when mocking a Context object")
		case !ok:
			return refused(wrong+"Field '%s' is not allowed", m.Name)
		case m.Name == "Task" && !p.waits():
			return refused(wrong + "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern")
		}
		fields, _ := m.Value.(*value.Object)
		for f := range fields.Members() {
			if !slices.Contains(allowed, f.Name) {
				return refused(wrong+"Field '%s' is not allowed", f.Name)
			}
			_, isText := f.Value.(string)
			if wantsText := f.Name != "Input" && !strings.HasSuffix(f.Name, "Count"); wantsText && !isText {
				return refused(wrong+"%s.%s must be a string", m.Name, f.Name)
			}
		}
	}
	return nil
}

// waits reports whether the state is a task whose token somebody waits for.
func (p *probe) waits() bool {
	task, ok := p.state.action.(*taskState)
	return ok && task.submits()
}

// run runs the state.
func (p *probe) run(ctx context.Context, m *Machine, in payload) (*StateResult, error) {
	x := m.start(newEngine(&m.cfg), m.cfg, in, nil)
	x.probe = p
	x.root.vars = frame{}.with(slices.Collect(p.test.Variables.Members()))
	err := x.engine.run(ctx, func() bool { return p.done }, noDeadline)
	if err != nil && !errors.Is(err, errIdle) {
		return nil, err
	}
	if !p.done { // the task has no timeout and never answers
		p.result.Status, p.result.Error = Failed, &TaskError{Name: asl.ErrTimeout}
	}
	p.result.Inspection = p.inspection(in.v, x.root.vars)
	return &p.result, nil
}

// begin puts the mock in the place of the state's work; without one it reports
// false. The context object is set up in both cases.
func (p *probe) begin(t *thread) bool {
	t.context = p.test.Context
	if p.test.Mock == nil {
		return false
	}
	if f := p.play(t); f != nil {
		t.fail(f)
	}
	return true
}

// play evaluates what the state evaluates around its work, and then the mock.
func (p *probe) play(t *thread) (f *fault) {
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	mock := p.test.Mock
	switch s := t.state.action.(type) {
	case *distributedMap:
		f = p.playMap(t, s.mapState, s.reader == nil)
	case *mapState:
		f = p.playMap(t, s, true)
	case *taskState:
		_, f = t.state.flow.arguments(t)
	}
	switch {
	case f != nil:
		return f
	case mock.Error != nil:
		return handlerFault(mock.Error)
	}
	t.finish(payload{v: p.mocked}, resultRole)
	return nil
}

func (p *probe) playMap(t *thread, s *mapState, items bool) *fault {
	failing := p.test.Mock.Error != nil
	if items && !failing {
		v, f := s.items.eval(t, t.in.v, plainRole)
		if f != nil {
			f.placed = true // the service names no place here
			return f
		}
		p.note("afterItemsPath", v)
	}
	concurrency, f := s.maxConcurrency.value(t)
	if f != nil {
		return f
	}
	p.data["maxConcurrency"] = concurrency
	tol, f := s.tolerance(t)
	if f != nil {
		return f
	}
	if tol.hasCount {
		p.data["toleratedFailureCount"] = tol.count
	}
	if tol.hasShare {
		p.data["toleratedFailurePercentage"] = value.FromFloat(tol.percent)
	}
	elements, _ := p.mocked.([]any)
	if n := p.test.FailedIterations; n != nil && !failing && (tol.hasCount || tol.hasShare) {
		if tol.failed = *n; tol.exceeded(len(elements)) {
			return thresholdFault()
		}
	}
	return nil
}

// note keeps what a step of the state's data flow came to, if the service shows it.
func (p *probe) note(name string, v any) {
	if slices.Contains(p.shown, name) {
		p.data[name] = v
	}
}

// shownData returns the inspection data that the service gives for a state, beside
// those that it gives for all.
func shownData(def asl.State, lang language) []string {
	if _, ok := lang.(queryLanguage); ok {
		if def.Type() == asl.TaskType {
			return []string{"afterArguments", "result"}
		}
		return nil
	}
	switch def := def.(type) {
	case *asl.Pass:
		if def.Result != nil {
			return []string{"result", "afterResultSelector", "afterResultPath"}
		}
		return []string{"afterInputPath", "afterParameters", "afterResultSelector", "afterResultPath"}
	case *asl.Task:
		return []string{"afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath"}
	case *asl.Parallel:
		return []string{"afterResultSelector", "afterResultPath"}
	case *asl.Map:
		return []string{"afterInputPath", "afterItemsPath", "afterResultSelector", "afterResultPath"}
	}
	return []string{"afterInputPath"}
}

// left takes where the state goes.
func (p *probe) left(next *state, out payload) {
	p.done = true
	p.result.Output = out.v
	if p.result.Status == "" {
		p.result.Status = Succeeded
	}
	if next != nil {
		p.result.NextState = next.name
	}
}

// failed takes the error that the state came to.
func (p *probe) failed(t *thread, f *fault) {
	p.result.Status, p.result.Error = Failed, f.err()
	p.done = true
	if f.runtime || p.retriable(f) {
		return
	}
	for i := range t.state.catch {
		c := &t.state.catch[i]
		if !f.matches(c.names) {
			continue
		}
		p.result.Status = CaughtError
		p.details = append(p.details[:0], value.Member{Name: "catchIndex", Value: int64(i)})
		if wrong := t.leave(c.flow, payload{v: f.output()}, failureRole, c.next); wrong != nil {
			p.result.Status, p.result.Error = Failed, wrong.in(t).err()
		}
		return
	}
}

// retriable finds the retrier that takes the error. One that has no attempts left
// is noted, and leaves the error to the catchers.
func (p *probe) retriable(f *fault) bool {
	for i := range p.state.retry {
		r := &p.state.retry[i]
		if !f.matches(r.ErrorEquals) {
			continue
		}
		p.details = []value.Member{{Name: "retryIndex", Value: int64(i)}}
		made := p.test.RetrierRetryCount
		if made >= maxAttempts(r) {
			return false
		}
		p.result.Status = Retriable
		p.details = append(p.details, value.Member{Name: "retryBackoffIntervalSeconds", Value: int64(math.Floor(backoff(r, made)))})
		return true
	}
	return false
}

// inspected are the inspection data of the API, in the order of its model.
var inspected = []string{"input", "afterArguments", "afterInputPath", "afterParameters", "result", "afterResultSelector",
	"afterResultPath", "variables", "errorDetails", "afterItemsPath", "toleratedFailureCount", "toleratedFailurePercentage", "maxConcurrency"}

// inspection returns the inspection data.
func (p *probe) inspection(input any, vars frame) *value.Object {
	p.data["input"] = input
	if len(vars.vars) > 0 {
		p.data["variables"] = value.NewObject(slices.Clone(vars.vars)...)
	}
	if len(p.details) > 0 {
		p.data["errorDetails"] = value.NewObject(p.details...)
	}
	var members []value.Member
	for _, name := range inspected {
		if v, ok := p.data[name]; ok {
			members = append(members, value.Member{Name: name, Value: v})
		}
	}
	return value.NewObject(members...)
}
