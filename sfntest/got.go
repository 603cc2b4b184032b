package sfntest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// Got is what came out of an execution. Its methods assert: they fail the test if
// the execution went another way, and show which.
type Got[Out any] struct {
	// Execution is the execution itself, with its whole history.
	Execution *interp.Execution

	t testing.TB
}

// Succeeded asserts that the execution succeeded and returns its output.
func (g *Got[Out]) Succeeded() (out Out) {
	g.t.Helper()
	g.status(interp.Succeeded)
	if err := value.To(g.Execution.Output(), &out); err != nil {
		g.t.Fatalf("the output %s is no %T: %v", shorten(g.Execution.OutputText()), out, err)
	}
	return out
}

// Failed asserts that the execution failed under this error name and returns the
// cause.
func (g *Got[Out]) Failed(name string) (cause string) {
	g.t.Helper()
	g.status(interp.Failed)
	var end *interp.ExecutionError
	if !errors.As(g.Execution.Err(), &end) || end.Name != name {
		g.t.Fatalf("the execution failed with %q, want %q\n%s", end.Name, name, trace(g.Execution))
	}
	return end.Cause
}

// TimedOut asserts that the execution took longer than the workflow's own Timeout
// or the service's limit. A task that times out fails its state instead:
// Failed("States.Timeout").
func (g *Got[Out]) TimedOut() {
	g.t.Helper()
	g.status(interp.TimedOut)
}

func (g *Got[Out]) status(want interp.Status) {
	g.t.Helper()
	if got := g.Execution.Status(); got != want {
		g.t.Fatalf("the execution is %s, want %s\n%s", got, want, trace(g.Execution))
	}
}

// Elapsed asserts how long the execution took on its virtual clock, exactly.
func (g *Got[Out]) Elapsed(want time.Duration) {
	g.t.Helper()
	if got := g.Execution.Duration(); got != want {
		g.t.Errorf("the execution took %v, want %v\n%s", got, want, trace(g.Execution))
	}
}

// Visited asserts which states were entered, in order: all of them, as often as
// they were.
func (g *Got[Out]) Visited(states ...string) {
	g.t.Helper()
	if d := cmp.Diff(states, g.States()); d != "" {
		g.t.Errorf("states entered (-want +got):\n%s", d)
	}
}

// States returns the names of the states that were entered, in order, as often as
// they were.
func (g *Got[Out]) States() []string {
	var names []string
	for e := range entered(g.Execution) {
		names = append(names, e.State)
	}
	return names
}

// entered yields the events of states being entered.
func entered(x *interp.Execution) func(func(interp.Event) bool) {
	return func(yield func(interp.Event) bool) {
		for e := range x.History().All() {
			if strings.HasSuffix(string(e.Type), "StateEntered") && !yield(e) {
				return
			}
		}
	}
}

// traceLen is how many states a trace shows, of the last ones.
const traceLen = 20

// trace shows the way that an execution took, when it was where, how it ended and
// what the last state had got.
func trace(x *interp.Execution) string {
	events := slices.Collect(entered(x))
	var b strings.Builder
	if skipped := len(events) - traceLen; skipped > 0 {
		fmt.Fprintf(&b, "\t... %d states before\n", skipped)
		events = events[skipped:]
	}
	start := x.Now().Add(-x.Duration())
	for _, e := range events {
		fmt.Fprintf(&b, "\t%8v  %s\n", e.Time.Sub(start), e.State)
	}
	if err := x.Err(); err != nil {
		fmt.Fprintf(&b, "\t%8v  %v\n", x.Duration(), err)
	}
	if len(events) > 0 {
		last := events[len(events)-1]
		input, _ := last.Payload()
		fmt.Fprintf(&b, "\tinput of state %q: %s", last.State, shorten(value.String(input)))
	}
	return b.String()
}

// shorten cuts a text that is too long to show.
func shorten(text string) string {
	const most = 1000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("… (%d bytes)", len(text))
}
