package dsl

import (
	"reflect"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

// TaskState does one unit of work; see [Task].
type TaskState[Out any] struct {
	worker[*TaskState[Out]]
	task *taskSpec
}

type taskSpec struct {
	resource    *expr
	arguments   any
	result      any
	input       reflect.Type
	out         reflect.Type
	whole       reflect.Type // of the result, of which out is kept; nil if nobody knows
	fault       string
	timeout     setting[any] // a time.Duration or an *expr
	heartbeat   setting[any]
	credentials setting[*expr]
}

// Task is a state that does one unit of work: a Lambda function, an activity or
// a call of a service.
func Task[Out any](name string, a Action[Out]) *TaskState[Out] {
	at := here()
	t := &TaskState[Out]{task: &taskSpec{out: reflect.TypeFor[Out]()}}
	t.base = newBase(t, name, asl.TaskType, at, t.task)
	if isNil(a) {
		t.task.fault = "the task has no action"
		return t
	}
	i := a.Integration()
	t.task.arguments, t.task.result, t.task.input = i.Arguments, i.Result, i.Input
	if t.task.whole = i.whole; i.Result == nil {
		t.task.whole = t.task.out
	}
	if isNil(i.Resource) {
		t.task.fault = "the task's action has no resource"
		return t
	}
	t.task.resource = operandOf(i.Resource, at)
	return t
}

// Into puts the result into a field of the input, which the state then hands on.
func (t *TaskState[Out]) Into(field Value[Out]) *TaskState[Out] {
	at := here()
	t.s.into = setting[*expr]{operandOf(field, at), at}
	return t
}

// Timeout ends the task with States.Timeout if it takes longer; whole seconds,
// at least one.
func (t *TaskState[Out]) Timeout(d time.Duration) *TaskState[Out] {
	t.task.timeout = setting[any]{d, here()}
	return t
}

// TimeoutFrom is [TaskState.Timeout] with a number of seconds that is known only
// at run time.
func (t *TaskState[Out]) TimeoutFrom(seconds Value[int]) *TaskState[Out] {
	at := here()
	t.task.timeout = setting[any]{operandOf(seconds, at), at}
	return t
}

// Heartbeat ends the task if its worker does not report for that long; whole
// seconds, less than the timeout.
func (t *TaskState[Out]) Heartbeat(every time.Duration) *TaskState[Out] {
	t.task.heartbeat = setting[any]{every, here()}
	return t
}

// HeartbeatFrom is [TaskState.Heartbeat] with a number of seconds that is known
// only at run time.
func (t *TaskState[Out]) HeartbeatFrom(seconds Value[int]) *TaskState[Out] {
	at := here()
	t.task.heartbeat = setting[any]{operandOf(seconds, at), at}
	return t
}

// Credentials names the role by which the task is done, in place of the state
// machine's own: for resources of other accounts.
func (t *TaskState[Out]) Credentials(roleARN Value[string]) *TaskState[Out] {
	at := here()
	t.task.credentials = setting[*expr]{operandOf(roleARN, at), at}
	return t
}

// PassState hands on its input or something made of it; see [Pass].
type PassState struct{ mover[*PassState] }

type passSpec struct{}

// Pass is a state that does no work: it hands on its input or what Output says.
func Pass(name string) *PassState {
	p := &PassState{}
	p.base = newBase(p, name, asl.PassType, here(), passSpec{})
	return p
}

// Into puts what Output says into a field of the input, which the state then
// hands on.
func (p *PassState) Into(field Operand) *PassState {
	at := here()
	p.s.into = setting[*expr]{operandOf(field, at), at}
	return p
}

// WaitState waits; see [Wait], [WaitFor] and [WaitUntil].
type WaitState struct{ mover[*WaitState] }

type waitSpec struct {
	duration time.Duration
	seconds  *expr
	until    *expr
}

func newWait(name string, at stack, sp *waitSpec) *WaitState {
	w := &WaitState{}
	w.base = newBase(w, name, asl.WaitType, at, sp)
	return w
}

// Wait is a state that waits, a whole number of seconds; 0 is fine.
func Wait(name string, d time.Duration) *WaitState {
	return newWait(name, here(), &waitSpec{duration: d})
}

// WaitFor is a state that waits a number of seconds.
func WaitFor(name string, seconds Value[int]) *WaitState {
	at := here()
	return newWait(name, at, &waitSpec{seconds: operandOf(seconds, at)})
}

// WaitUntil is a state that waits until an instant; one in the past is no wait.
func WaitUntil(name string, t Value[time.Time]) *WaitState {
	at := here()
	return newWait(name, at, &waitSpec{until: operandOf(t, at)})
}

// SucceedState ends its scope; see [Succeed].
type SucceedState struct{ base[*SucceedState] }

type succeedSpec struct{}

// Succeed is a state that ends the workflow, the branch or the item with
// success.
func Succeed(name string) *SucceedState {
	s := &SucceedState{}
	s.base = newBase(s, name, asl.SucceedType, here(), succeedSpec{})
	return s
}

// Output says what the scope's output is instead of the state's input. A
// JSONPath state can only take a reference.
func (s *SucceedState) Output(v any) *SucceedState {
	s.s.output = setting[any]{v, here()}
	return s
}

// FailState ends the execution; see [Fail].
type FailState struct {
	base[*FailState]
	fail *failSpec
}

type failSpec struct {
	errorName, cause         string
	errorFrom, causeFrom     *expr
	errorFromAt, causeFromAt stack
}

// Fail is a state that ends the execution with an error. Texts that are "" are
// left out.
func Fail(name, errorName, cause string) *FailState {
	f := &FailState{fail: &failSpec{errorName: errorName, cause: cause}}
	f.base = newBase(f, name, asl.FailType, here(), f.fail)
	return f
}

// ErrorFrom gives the error name by a value that is known only at run time.
func (f *FailState) ErrorFrom(v Value[string]) *FailState {
	f.fail.errorFromAt = here()
	f.fail.errorFrom = operandOf(v, f.fail.errorFromAt)
	return f
}

// CauseFrom gives the cause by a value that is known only at run time.
func (f *FailState) CauseFrom(v Value[string]) *FailState {
	f.fail.causeFromAt = here()
	f.fail.causeFrom = operandOf(v, f.fail.causeFromAt)
	return f
}

// ChoiceState decides which way to go; see [Choice].
type ChoiceState struct {
	base[*ChoiceState]
	choice *choiceSpec
}

type choiceSpec struct {
	rules     []choiceRule
	otherwise setting[[]item]
	twice     stack // where Otherwise was given again

	// What wiring finds: where the rules lead, and where if none holds.
	targets []way
	deflt   way
}

type choiceRule struct {
	condition Condition
	items     []item
	at        stack
}

// Choice is a state that goes the way of its first condition that holds. The
// last step of a way goes on to the step behind the Choice, unless it ends or
// says otherwise.
func Choice(name string) *ChoiceState {
	c := &ChoiceState{choice: &choiceSpec{}}
	c.base = newBase(c, name, asl.ChoiceType, here(), c.choice)
	return c
}

// When adds a way: if the condition holds, the steps. Without steps it goes
// straight on to the step behind the Choice.
func (c *ChoiceState) When(condition Condition, steps ...Step) *ChoiceState {
	c.choice.rules = append(c.choice.rules, choiceRule{condition, flatten(steps), here()})
	return c
}

// Otherwise gives the way to go if no condition holds. Without it that is the
// step behind the Choice; if there is none, the execution fails.
func (c *ChoiceState) Otherwise(steps ...Step) *ChoiceState {
	at := here()
	if c.choice.otherwise.given() {
		c.choice.twice = at
		return c
	}
	c.choice.otherwise = setting[[]item]{flatten(steps), at}
	return c
}

// Next says which step is behind the Choice; see [Choice].
func (c *ChoiceState) Next(next Step) Seq {
	c.s.goTo(firstOf(next), here())
	return Seq{append(c.s.steps(), flatten([]Step{next})...)}
}

// Assign sets variables if no condition holds; see [Condition.Assign] for the
// others.
func (c *ChoiceState) Assign(all ...Assignment) *ChoiceState {
	c.s.assign = append(c.s.assign, setting[[]Assignment]{all, here()})
	return c
}

// Output says what the Choice hands on instead of its input: in a JSONata state
// if no condition holds, in a JSONPath state a reference, whichever way it goes.
func (c *ChoiceState) Output(v any) *ChoiceState {
	c.s.output = setting[any]{v, here()}
	return c
}

// ParallelState runs branches side by side; see [Parallel] and [Block].
type ParallelState struct {
	worker[*ParallelState]
	parallel *parallelSpec
}

type parallelSpec struct {
	branches []branch
	block    bool
	with     setting[any]
}

type branch struct {
	items []item
	scope *scope // found by wiring
}

// Parallel is a state that runs its branches side by side, each a step or a
// [Seq] of them, on the one input. Its result is the list of their outputs; see
// [Branch].
func Parallel(name string, branches ...Step) *ParallelState {
	sp := &parallelSpec{}
	for _, b := range branches {
		sp.branches = append(sp.branches, branch{items: flatten([]Step{b})})
	}
	return newParallel(name, here(), sp)
}

// Block is a state that runs a list of steps as one, so that they can be retried
// or their errors caught together. Its result is the output of the last step.
func Block(name string, steps ...Step) *ParallelState {
	return newParallel(name, here(), &parallelSpec{branches: []branch{{items: flatten(steps)}}, block: true})
}

func newParallel(name string, at stack, sp *parallelSpec) *ParallelState {
	p := &ParallelState{parallel: sp}
	p.base = newBase(p, name, asl.ParallelType, at, sp)
	return p
}

// With gives the branches another input than the state's own.
func (p *ParallelState) With(v any) *ParallelState {
	p.parallel.with = setting[any]{v, here()}
	return p
}

// Into puts the result into a field of the input, which the state then hands on.
func (p *ParallelState) Into(field Operand) *ParallelState {
	at := here()
	p.s.into = setting[*expr]{operandOf(field, at), at}
	return p
}

// RawState is a state in literal ASL; see [Raw].
type RawState struct{ base[*RawState] }

type rawSpec struct{ fields Object }

// Raw is a state in literal ASL, without Next and End: for what the builder
// cannot say. A Choice names its targets itself; they have to be steps of the
// same list or one around it.
func Raw(name string, fields Object) *RawState {
	typ, _ := fields["Type"].(string)
	r := &RawState{}
	r.base = newBase(r, name, asl.Type(typ), here(), rawSpec{fields})
	return r
}

// Next says which step follows; see [Seq.Next].
func (r *RawState) Next(next Step) Seq {
	r.s.goTo(firstOf(next), here())
	return Seq{append(r.s.steps(), flatten([]Step{next})...)}
}
