package sfntest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// Got is what came out of an execution. Its methods assert: they fail the test if
// the execution went another way, and show which.
type Got[Out any] struct {
	// Execution is the execution itself, with its whole history.
	Execution *interp.Execution

	kit *kit
	t   testing.TB
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
	return g.end(interp.Failed, name)
}

// Aborted asserts that the execution was stopped under this error name, as
// [interp.Execution.Stop] does, and returns the cause.
func (g *Got[Out]) Aborted(name string) (cause string) {
	g.t.Helper()
	return g.end(interp.Aborted, name)
}

func (g *Got[Out]) end(want interp.Status, name string) (cause string) {
	g.t.Helper()
	g.status(want)
	var end *interp.ExecutionError
	if errors.As(g.Execution.Err(), &end) && end.Name != name {
		g.t.Fatalf("the execution is %s with %q, want %q\n%s", want, end.Name, name, trace(g.Execution))
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

// Redrive has the execution go on where it has failed, timed out or was stopped, as
// [interp.Execution.Redrive] does, and returns what comes out then. Answers go on where
// they were; from then on both are one execution, with one history.
func (g *Got[Out]) Redrive() *Got[Out] {
	g.t.Helper()
	if err := g.Execution.Redrive(); err != nil {
		g.t.Fatalf("%v\n%s", err, trace(g.Execution))
	}
	g.kit.finish(g.Execution)
	return g
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
	if got := g.States(); !slices.Equal(states, got) {
		g.t.Errorf("the states entered are (-want +got):\n%s", lineDiff(strings.Join(states, "\n"), strings.Join(got, "\n")))
	}
}

// States returns the names of the states that were entered, in order, as often as
// they were.
func (g *Got[Out]) States() []string {
	var names []string
	for e := range g.Execution.History().All() {
		if isEntry(e) {
			names = append(names, e.State)
		}
	}
	return names
}
