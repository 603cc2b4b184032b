package interp

import (
	"context"
	"errors"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// A TaskHandler does the work of a task in place of the resource that the task
// names. It returns the task's result, any Go value that encoding/json can write,
// before the state shapes it; or an error, see [TaskError]; or [ErrNoAnswer].
//
// For a task that waits for its token (…waitForTaskToken) the result is the
// answer of the API that was called with the token; the task goes on when somebody
// calls [Execution.SendTaskSuccess] or [Execution.SendTaskFailure], which may be
// this handler. For a job (….sync) it is the job's own result.
//
// In virtual time a handler takes no time unless it calls [Task.Sleep], and is called
// by the goroutine that runs the execution; on a [Clock] it runs in a goroutine of
// its own, and a panic in it fails the task as it would fail a Lambda function.
type TaskHandler func(ctx context.Context, task *Task) (any, error)

// ErrNoAnswer is what a [TaskHandler] returns whose task never answers, so that it
// runs into its timeout or is answered by its token. An activity's task then waits
// for a worker, see [Execution.StartActivity].
var ErrNoAnswer = errors.New("the task never answers")

// Task is one attempt at a task, as a [TaskHandler] gets it.
type Task struct {
	State     string       // the state's name
	Resource  asl.Resource // what the definition calls
	Input     any          // the evaluated Parameters or Arguments, or else the state's input
	Token     string       // of a task that waits for it, of a job or of an activity; else ""
	Attempt   int          // retries before this attempt: 0 is the first
	Call      int          // calls of this state's handler before this one, in all the execution
	Time      time.Time    // of the execution's clock, when the attempt started
	Role      string       // the ARN of Credentials.RoleArn, "" if there is none
	Execution *Execution

	attempt  *attempt
	elapsed  time.Duration // of the handler's sleeps, in virtual time
	beats    []time.Duration
	response any // of the API call that started a job
}

// Sleep lets d of the execution's time pass before the task answers: at once in
// virtual time, else until then or until the task is over.
func (t *Task) Sleep(d time.Duration) {
	if clock := t.Execution.clock; clock != nil {
		clock.Sleep(t.attempt.ctx, clock.Now().Add(d))
		return
	}
	t.elapsed += max(d, 0)
}

// Heartbeat sends a heartbeat, at the instant that the handler's sleeps have
// reached.
func (t *Task) Heartbeat() {
	if t.Execution.clock == nil {
		t.beats = append(t.beats, t.elapsed)
		return
	}
	x := t.Execution
	x.lock()
	defer x.unlock()
	if !t.attempt.over {
		t.attempt.awaitHeartbeat(x)
	}
}

// Submit gives the answer of the API call that started a job (….sync), which the
// history shows in the TaskSubmitted event; without it that is {}. It reports an
// error if the answer is no JSON value.
func (t *Task) Submit(answer any) error {
	v, err := value.From(answer)
	if err != nil {
		return err
	}
	t.response = v
	return nil
}

// Worker tells that an activity worker of this name has taken the task on, as the
// handler itself does if it answers without that.
func (t *Task) Worker(name string) {
	x := t.Execution
	x.lock()
	defer x.unlock()
	if !t.attempt.over {
		t.attempt.takenOn(x, name)
	}
}

// taskState is a compiled Task.
type taskState struct {
	resource    asl.Resource
	timeout     *integer
	heartbeat   *integer
	credentials expr
	events      *taskEvents
}

// taskEvents are the events of one family of tasks.
type taskEvents struct{ scheduled, started, succeeded, failed, timedOut kind }

var (
	serviceEvents  = &taskEvents{taskScheduled, taskStarted, taskSucceeded, taskFailed, taskTimedOut}
	lambdaEvents   = &taskEvents{lambdaScheduled, lambdaStarted, lambdaSucceeded, lambdaFailed, lambdaTimedOut}
	activityEvents = &taskEvents{activityScheduled, activityStarted, activitySucceeded, activityFailed, activityTimedOut}
)

func (c *fields) task(def *asl.Task) action {
	s := &taskState{
		resource:    c.def.Resource(def),
		timeout:     c.lang.integer(c, numberField{name: "TimeoutSeconds", most: mostSeconds}, def.TimeoutSeconds, def.TimeoutSecondsPath),
		heartbeat:   c.lang.integer(c, numberField{name: "HeartbeatSeconds", most: mostSeconds}, def.HeartbeatSeconds, def.HeartbeatSecondsPath),
		credentials: c.lang.payload(c, def.Credentials, "/Credentials"),
		events:      serviceEvents,
	}
	switch s.resource.Kind {
	case asl.UnknownIntegration, asl.LambdaFunction:
		// A resource that nobody knows yet, such as a substitution, is a function
		// more often than anything else.
		s.events = lambdaEvents
	case asl.ActivityWorker:
		s.events = activityEvents
	}
	return s
}

// hasToken reports whether attempts have a task token.
func (s *taskState) hasToken() bool {
	return s.resource.Pattern != asl.RequestResponse || s.resource.Kind == asl.ActivityWorker
}

// awaitsToken reports whether a task ends by its token alone.
func (s *taskState) awaitsToken() bool { return s.resource.Pattern == asl.WaitForToken }

// submits reports whether an API call starts the task, which then goes on.
func (s *taskState) submits() bool { return s.resource.Pattern != asl.RequestResponse }

// name is what causes call the task.
func (s *taskState) name() string {
	if s.events == serviceEvents {
		return s.resource.TypeName()
	}
	return s.resource.Text
}

func (s *taskState) run(x *Execution, t *thread) *fault {
	a := &attempt{thread: t, state: s}
	handler := x.handler(t.state.name, s.resource.Text)
	if handler == nil {
		x.err = &NoHandlerError{State: t.state.name, Resource: s.resource.Text}
		return nil
	}
	if s.events == activityEvents && x.cfg.activities != nil && !x.cfg.activities(s.resource.Text) {
		return runtimeFault("The activity %s does not exist.", s.resource.Text)
	}
	if f := a.prepare(x, t); f != nil {
		if t.token != "" {
			delete(x.tokens, t.token)
		}
		return f
	}
	t.task = a
	a.scheduled(x)
	if s.events != activityEvents {
		a.takenOn(x, "")
	}
	a.work(x, handler)
	return nil
}
