package interp

import (
	"strconv"

	"github.com/stepwise-go/stepwise/asl/value"
)

// thread is one path through a scope: the execution's own, a branch of a Parallel
// or an iteration of a Map. It is in one state at a time.
type thread struct {
	run    *Execution
	parent *fork // that started it; nil for the execution's own
	index  int   // of the branch or iteration
	item   *item // of the innermost Map around
	vars   frame
	last   int32 // id of the last event on this path
	over   bool  // it has ended or was stopped
	at     int   // among its parent's active threads

	// of the visit of the state
	state   *state
	raw     payload // what the state got
	in      payload // the same, filtered
	entered int32   // id of the StateEntered event
	since   int64   // when
	inside  bool    // entered and not yet left
	attempt int     // retries made so far
	retries []int   // the same, by retrier
	token   string  // of the task, for the context object
	context *value.Object
	timer   *timer   // what it waits for: a timer,
	task    *attempt // a task
	fork    *fork    // its branches or iterations,
	mapRun  *mapRun  // or the children of a distributed Map

	due    int64   // when a Wait is over
	broken resumer // the branches, iterations or children that failed
}

// item is what an iteration works on, for the context object.
type item struct {
	index  int
	value  any
	key    optional // of an object's member
	source string
}

// queue is a first-in, first-out queue of threads.
type queue struct {
	ring []*thread // its length is a power of two
	head int
	n    int
}

func (q *queue) push(t *thread) {
	if q.n == len(q.ring) {
		grown := make([]*thread, max(16, 2*q.n))
		for i := range q.n {
			grown[i] = q.ring[(q.head+i)&(q.n-1)]
		}
		q.ring, q.head = grown, 0
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = t
	q.n++
}

func (q *queue) pop() *thread {
	t := q.ring[q.head]
	q.ring[q.head] = nil
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return t
}

// enter puts the thread into its state.
func (t *thread) enter() {
	x, s := t.run, t.state
	t.since, t.inside, t.attempt, t.retries, t.context = x.now, true, 0, nil, nil
	t.due = 0
	t.entered = x.record(record{kind: s.entered, prev: t.last, val: t.raw.stored(), ref: s})
	t.last = t.entered
	x.step(s, "", -1)
	t.perform()
}

// perform makes an attempt at the thread's state.
func (t *thread) perform() {
	if p := t.run.probe; p != nil && p.begin(t) {
		return
	}
	t.broken = nil
	if f := t.state.action.run(t.run, t); f != nil {
		t.fail(f)
	}
}

// finish ends the state with its result.
func (t *thread) finish(result payload, is role) {
	if f := t.leave(t.state.flow, result, is, t.state.next); f != nil {
		t.fail(f)
	}
}

// leave shapes the state's output and moves on, or says why it cannot.
func (t *thread) leave(through flow, result payload, is role, next *state) *fault {
	out, assigned, f := through.output(t, result, is)
	if f != nil {
		return f
	}
	if !t.run.fits(out) {
		return oversizeFault(t.state.name)
	}
	vars := t.vars
	if len(assigned) > 0 {
		if vars, f = t.assign(assigned); f != nil {
			return f
		}
	}
	t.exit(out, assigned)
	t.run.stepOut(t.state, next, is)
	t.vars = vars
	if p := t.run.probe; p != nil {
		p.left(next, out)
		return nil
	}
	if next == nil {
		t.end(out)
		return nil
	}
	t.raw, t.state = out, next
	t.run.ready.push(t)
	return nil
}

func (t *thread) exit(out payload, assigned []value.Member) {
	s := t.state
	r := record{kind: s.exited, prev: t.last, val: out.stored(), ref: s}
	if len(assigned) > 0 {
		r.ref = &exitRef{s, assigned}
	}
	t.last = t.run.record(r)
	t.inside, t.token, t.broken = false, "", nil
}

// end ends the thread's scope.
func (t *thread) end(out payload) {
	t.over = true
	if t.parent != nil {
		t.parent.done(t, out)
		return
	}
	t.run.output = out
	t.run.close(record{kind: executionSucceeded, prev: t.last, val: out.stored()}, Succeeded)
}

// fail deals with what went wrong in the thread's state: retry it, catch it, or
// fail whatever the thread is part of.
func (t *thread) fail(f *fault) {
	x, s := t.run, t.state
	if x.err != nil { // the run ends here, whatever the workflow would do
		return
	}
	f = f.in(t)
	if x.probe != nil {
		x.probe.failed(t, f)
		return
	}
	if f.runtime {
		x.closeFailed(t.last, f)
		return
	}
	if f.evaluation {
		f = t.evaluationFailed(f)
	}
	if t.retryAfter(f) {
		return
	}
	t.giveUp()
	if i, c := s.catcher(f); c != nil {
		x.step(s, "/Catch", i)
		f2 := t.leave(c.flow, payload{v: f.output()}, failureRole, c.next)
		if f2 == nil {
			return
		}
		if f = f2.in(t); f.runtime {
			x.closeFailed(t.last, f)
			return
		}
		if f.evaluation {
			f = t.evaluationFailed(f)
			t.giveUp()
		}
	}
	t.unwind(f)
}

// giveUp writes the event that says that a Map or Parallel failed for good.
func (t *thread) giveUp() {
	if t.state.gaveUp != 0 {
		t.last = t.run.record(record{kind: t.state.gaveUp, prev: t.last, ref: t.state})
	}
}

// evaluationFailed reports a failed expression; the fault goes on as any other.
func (t *thread) evaluationFailed(f *fault) *fault {
	t.last = t.run.record(record{kind: evaluationFailed, prev: t.entered, ref: &faultRef{t.state, f}})
	reported := *f
	reported.evaluation = false
	return &reported
}

// unwind ends the thread with a fault that nothing in it caught.
func (t *thread) unwind(f *fault) {
	t.over = true
	if t.parent != nil {
		t.parent.failed(t, f)
		return
	}
	t.run.closeFailed(t.last, f)
}

// abort stops the thread because another has failed; prev is the failing event.
func (t *thread) abort(prev int32) {
	if t.mapRun != nil {
		t.run.record(record{kind: mapRunAborted, prev: prev, ref: t.state})
	}
	t.release()
	if t.fork != nil {
		t.fork.abort(prev)
	}
	if t.inside && t.state.aborted != 0 {
		t.run.record(record{kind: t.state.aborted, prev: prev, ref: t.state})
	}
	if t.parent != nil && t.parent.isMap() {
		t.run.record(record{kind: iterationAborted, prev: prev, ref: t.parent.owner.state, n: int32(t.index)})
	}
}

// stop ends the thread and all below it without a trace.
func (t *thread) stop() {
	t.release()
	if t.fork == nil {
		return
	}
	for _, child := range t.fork.active {
		child.stop()
	}
}

// resumer is the part of a state that a redrive continues.
type resumer interface{ resume(prev int32) }

// resume has a thread go on that was stopped, or whose state failed, as a redrive
// does: a state that has not been left runs again; of branches and iterations only
// those that had not ended.
func (t *thread) resume(prev int32) {
	t.over = false
	t.attempt, t.retries, t.token, t.context = 0, nil, "", nil
	broken := t.broken
	t.broken = nil
	switch {
	case t.fork != nil:
		t.fork.resume(prev)
	case broken != nil:
		broken.resume(prev)
	case t.inside:
		t.last = prev
		t.timer = t.run.timers.set(t.run.now, func() {
			t.timer = nil
			t.perform()
		})
	default:
		t.run.ready.push(t)
	}
}

// release ends the thread without a trace and takes back what it waits for.
func (t *thread) release() {
	t.over = true
	t.run.timers.cancel(t.timer)
	t.timer = nil
	if t.task != nil {
		t.task.drop()
		t.task = nil
	}
	if t.mapRun != nil {
		t.mapRun.abort(Aborted)
		t.mapRun, t.broken = nil, t.mapRun
	}
}

// in returns the fault with its place before its text, where the service says the
// place: in errors that the definition itself makes.
func (f *fault) in(t *thread) *fault {
	if f.placed || !(f.runtime || f.evaluation) {
		return f
	}
	placed := *f
	placed.placed = true
	placed.cause = some("An error occurred while executing the state '" + t.state.name +
		"' (entered at the event id #" + strconv.Itoa(int(t.entered)) + "). " + f.cause.s)
	return &placed
}

// catcher returns the first of the state's catchers that takes the fault, and its
// index; or nil.
func (s *state) catcher(f *fault) (int, *catcher) {
	for i := range s.catch {
		if f.matches(s.catch[i].names) {
			return i, &s.catch[i]
		}
	}
	return 0, nil
}

// catcher is a compiled [asl.Catcher].
type catcher struct {
	names []string
	next  *state
	flow  flow
}
