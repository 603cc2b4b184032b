package interp

import (
	"cmp"
	"slices"
	"strings"
)

// fork is a Parallel or an inline Map at work: the threads that run its branches
// or iterations, and their results.
type fork struct {
	owner   *thread // in whose state it is
	work    forker
	results []payload
	next    int       // of the branches or iterations, the first that has not started
	active  []*thread // in no order
	free    []*thread // ended, to be used again
}

// forker is what a fork runs.
type forker interface {
	// begin prepares a thread for the branch or iteration of its index. prev is
	// the event that made place for it.
	begin(f *fork, t *thread, prev int32) *fault
	isMap() bool
}

func (f *fork) isMap() bool { return f.work.isMap() }

// run starts as many threads as run at a time.
func (f *fork) run(concurrency int, prev int32) *fault {
	for f.next < len(f.results) && (concurrency == 0 || len(f.active) < concurrency) {
		if fault := f.start(prev); fault != nil {
			f.abort(prev)
			f.owner.fork = nil
			return fault
		}
	}
	if len(f.results) == 0 {
		f.finish()
	}
	return nil
}

// start starts the next thread; prev is the event that made place for it.
func (f *fork) start(prev int32) *fault {
	owner := f.owner
	t := f.thread()
	t.run, t.parent, t.index, t.at = owner.run, f, f.next, len(f.active)
	t.vars, t.item = owner.vars, owner.item
	f.next++
	if fault := f.work.begin(f, t, prev); fault != nil {
		return fault
	}
	f.active = append(f.active, t)
	owner.run.ready.push(t)
	return nil
}

func (f *fork) thread() *thread {
	if last := len(f.free) - 1; last >= 0 {
		t := f.free[last]
		f.free = f.free[:last]
		*t = thread{}
		return t
	}
	return &thread{}
}

// drop takes a thread out of the active ones.
func (f *fork) drop(t *thread) {
	last := len(f.active) - 1
	f.active[t.at] = f.active[last]
	f.active[t.at].at = t.at
	f.active[last] = nil
	f.active = f.active[:last]
}

// done takes the output of a thread that has reached its end.
func (f *fork) done(t *thread, out payload) {
	f.drop(t)
	f.results[t.index] = out
	owner := f.owner
	owner.last = t.last
	if f.isMap() {
		owner.last = t.run.record(record{kind: iterationSucceeded, prev: t.last, ref: owner.state, n: int32(t.index)})
	}
	last := t.last
	f.free = append(f.free, t)
	if f.next < len(f.results) {
		if fault := f.start(last); fault != nil {
			f.stop(owner.last)
			owner.fail(fault)
		}
		return
	}
	if len(f.active) == 0 {
		f.finish()
	}
}

// finish ends the owner's state: all of its threads have reached their ends.
func (f *fork) finish() {
	owner := f.owner
	owner.fork = nil
	succeeded := parallelSucceeded
	if f.isMap() {
		succeeded = mapSucceeded
	}
	owner.run.record(record{kind: succeeded, prev: owner.last, ref: owner.state})
	owner.finish(joined(f.results), resultRole)
}

// failed fails the owner's state with the fault of one of its threads.
func (f *fork) failed(t *thread, fault *fault) {
	switch x := t.run; {
	case f.isMap():
		x.record(record{kind: iterationFailed, prev: t.last, ref: f.owner.state, n: int32(t.index)})
	case t.state.aborted == taskAborted:
		x.record(record{kind: taskAborted, prev: t.last, ref: t.state})
	}
	f.stop(t.last)
	f.owner.broken = f
	f.owner.fail(fault)
}

// stop stops the threads that still run; prev is the event that is the reason.
func (f *fork) stop(prev int32) {
	f.abort(prev)
	f.owner.fork = nil
	f.owner.last = prev
}

// abort stops the threads that still run, in the order of their indexes. They stay
// where they are, for a redrive.
func (f *fork) abort(prev int32) {
	f.sort()
	for _, t := range f.active {
		if !t.over {
			t.abort(prev)
		}
	}
}

func (f *fork) sort() {
	slices.SortFunc(f.active, func(a, b *thread) int { return cmp.Compare(a.index, b.index) })
	for i, t := range f.active {
		t.at = i
	}
}

// resume has the threads that were stopped go on.
func (f *fork) resume(prev int32) {
	f.owner.fork = f
	f.sort()
	for _, t := range slices.Clone(f.active) {
		t.resume(prev)
	}
}

// joined returns the array of results. Where one of them kept its text, so does
// the array.
func joined(results []payload) payload {
	values := make([]any, len(results))
	kept := false
	for i, r := range results {
		values[i] = r.v
		kept = kept || r.text != ""
	}
	if !kept {
		return payload{v: values}
	}
	texts := make([]string, len(results))
	for i, r := range results {
		texts[i] = r.String()
	}
	return payload{v: values, text: "[" + strings.Join(texts, ",") + "]"}
}
