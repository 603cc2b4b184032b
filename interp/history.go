package interp

import (
	"iter"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
)

// History is the list of an execution's events at some instant, in the order of
// their ids. It is immutable.
type History struct {
	run *Execution
	log log
}

// Len returns the number of events.
func (h History) Len() int { return h.log.n }

// At returns the i-th event, counted from 0. It panics if there is none.
func (h History) At(i int) Event { return h.run.event(h.log.at(i), i+1) }

// All yields the events in the order of their ids.
func (h History) All() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range h.Len() {
			if !yield(h.At(i)) {
				return
			}
		}
	}
}

// MarshalJSON returns the history as the API's list of HistoryEvent.
func (h History) MarshalJSON() ([]byte, error) {
	events := make([]any, h.Len())
	for i := range events {
		events[i] = h.At(i).object()
	}
	return value.Append(nil, events), nil
}

func (x *Execution) event(r *record, id int) Event {
	e := Event{ID: id, PreviousID: int(r.prev), Type: eventTable[r.kind].typ,
		Time: time.Unix(0, r.at).UTC(), Execution: x, rec: r}
	if s := r.state(); s != nil {
		e.State = s.name
	}
	if iterationStarted <= r.kind && r.kind <= iterationAborted {
		e.Index = int(r.n)
	}
	return e
}

// record is an event as it is kept: values instead of texts, so that nothing is
// rendered that nobody reads.
type record struct {
	at   int64 // nanoseconds since 1970
	val  any   // the payload, a *verbatim where its text is to be kept
	ref  any   // *state, *exitRef, *scheduleRef, *faultRef or *mapRunRef
	prev int32
	n    int32 // length, index or count
	kind kind
}

// exitRef is the ref of an exit that set variables.
type exitRef struct {
	state    *state
	assigned []value.Member
}

// scheduleRef is the ref of a task's …Scheduled event.
type scheduleRef struct {
	state              *state
	timeout, heartbeat int64 // seconds, 0 is none
	role               string
}

// faultRef is the ref of an event that reports an error.
type faultRef struct {
	state *state // nil in events of the execution
	fault *fault
}

func (r *record) state() *state {
	switch ref := r.ref.(type) {
	case *state:
		return ref
	case *exitRef:
		return ref.state
	case *scheduleRef:
		return ref.state
	case *faultRef:
		return ref.state
	case *mapRunRef:
		return ref.state
	}
	return nil
}

func (r *record) task() *taskState { return r.state().action.(*taskState) }

func (r *record) fault() *fault {
	if ref, ok := r.ref.(*faultRef); ok {
		return ref.fault
	}
	return nil
}

// log keeps records in blocks, so that it grows without copying.
type log struct {
	blocks [][]record
	n      int
}

const blockLen = 512

func (l *log) at(i int) *record { return &l.blocks[i/blockLen][i%blockLen] }

func (l *log) append(r record) *record {
	if l.n%blockLen == 0 {
		size := blockLen
		if l.n == 0 {
			size = 16 // most executions are short
		}
		l.blocks = append(l.blocks, make([]record, 0, size))
	}
	last := &l.blocks[len(l.blocks)-1]
	*last = append(*last, r)
	l.n++
	return &(*last)[len(*last)-1]
}

// verbatim is a payload that nothing has touched and that therefore keeps the
// text in which it was given.
type verbatim struct {
	v    any
	text string
}

func plain(v any) any {
	if v, ok := v.(*verbatim); ok {
		return v.v
	}
	return v
}

func text(v any) string {
	if v, ok := v.(*verbatim); ok {
		return v.text
	}
	return value.String(v)
}
