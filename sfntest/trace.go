package sfntest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// traceLen is how many lines of the way a trace shows, the last ones.
const traceLen = 24

// trace shows the way that an execution took: which states it entered when, what
// failed in them, how it ended, and what the state had got in which it did.
func trace(x *interp.Execution) string {
	start := x.Now().Add(-x.Duration())
	var lines []string
	var told interp.TaskError // what the last line says of a failure
	for e := range x.History().All() {
		at := e.Time.Sub(start)
		if isEntry(e) {
			lines = append(lines, fmt.Sprintf("\t%8v  %s", at, e.State))
			told = interp.TaskError{}
		} else if failure := failureOf(e); failure != "" {
			lines = append(lines, fmt.Sprintf("\t%8v    %s", at, failure))
			told.Name, told.Cause = e.Failure()
		}
	}
	if skipped := len(lines) - traceLen; skipped > 0 {
		lines = append([]string{fmt.Sprintf("\t... %d lines before", skipped)}, lines[skipped:]...)
	}
	var end *interp.ExecutionError
	if errors.As(x.Err(), &end) && end.Name != stopped {
		if told == (interp.TaskError{Name: end.Name, Cause: end.Cause}) {
			end = &interp.ExecutionError{Status: end.Status}
		}
		lines = append(lines, fmt.Sprintf("\t%8v  %s", x.Duration(), shorten(end.Error())))
	}
	if e, ok := lastState(x.History()); ok {
		input, _ := e.Payload()
		lines = append(lines, fmt.Sprintf("\tinput of state %q: %s", e.State, shorten(value.String(input))))
	}
	return strings.Join(lines, "\n")
}

// isEntry reports whether a state is entered.
func isEntry(e interp.Event) bool { return strings.HasSuffix(string(e.Type), "StateEntered") }

// failureOf says what failed in a state, "" if nothing did.
func failureOf(e interp.Event) string {
	name, cause := e.Failure()
	switch {
	case e.State == "" || name == "" && cause == "":
		return ""
	case strings.HasSuffix(string(e.Type), "TimedOut"):
		return e.State + " timed out"
	}
	return e.State + " failed: " + shorten((&interp.TaskError{Name: name, Cause: cause}).Error())
}

// passesOn are the events of states that fail because something in them has.
var passesOn = map[interp.EventType]bool{
	"ParallelStateFailed": true, "MapStateFailed": true, "MapIterationFailed": true,
}

// lastState returns the entry of the state in which an execution failed or, if it
// did not, of the one that was entered last.
func lastState(h interp.History) (last interp.Event, ok bool) {
	state := ""
	for i := h.Len(); i > 0; i = h.At(i - 1).PreviousID {
		e := h.At(i - 1)
		if state == "" && !passesOn[e.Type] {
			state = e.State
		}
		if isEntry(e) && e.State == state {
			return e, true
		}
	}
	for e := range h.All() {
		if isEntry(e) {
			last, ok = e, true
		}
	}
	return last, ok
}

// shorten cuts a text that is too long to show.
func shorten(text string) string {
	const most = 1000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("… (%d bytes)", len(text))
}
