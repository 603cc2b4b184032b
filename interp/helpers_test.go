package interp_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// compile makes a machine of a definition. A definition that is no whole machine is
// the states of one, which starts at the first.
func compile(t testing.TB, def string, opts ...interp.Option) *interp.Machine {
	t.Helper()
	v, err := value.Parse(def)
	if err != nil {
		t.Fatal(err)
	}
	if o := v.(*value.Object); !o.Has("States") {
		def = `{"StartAt": ` + value.String(o.At(0).Name) + `, "States": ` + def + `}`
	}
	m, problems := asl.Parse("test.asl.json", def)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	machine, err := interp.New(m, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return machine
}

// run runs a definition to its end.
func run(t testing.TB, def, input string, opts ...interp.Option) *interp.Execution {
	t.Helper()
	x, err := compile(t, def, opts...).Run(context.Background(), json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// wantOutput checks that the execution has succeeded with this output text.
func wantOutput(t testing.TB, x *interp.Execution, want string) {
	t.Helper()
	if got := x.OutputText(); got != want {
		t.Errorf("output is %q (%v), want %q", got, x.Err(), want)
	}
}

// wantFailure checks that the execution has failed with this error.
func wantFailure(t testing.TB, x *interp.Execution, name, cause string) {
	t.Helper()
	err, ok := x.Err().(*interp.ExecutionError)
	if !ok || err.Status != interp.Failed || err.Name != name || err.Cause != cause {
		t.Errorf("execution is %s with output %s, error %+v, want error %q, cause %q",
			x.Status(), x.OutputText(), x.Err(), name, cause)
	}
}

// trail returns the history in short: "id<previous Type [State] [@seconds]".
func trail(x *interp.Execution) string {
	var b strings.Builder
	start := x.History().At(0).Time
	for e := range x.History().All() {
		b.WriteString(formatEvent(e, e.Time.Sub(start)))
	}
	return b.String()
}

func formatEvent(e interp.Event, at time.Duration) string {
	text := value.String([]any{int64(e.ID), int64(e.PreviousID)})
	text = strings.NewReplacer("[", "", "]", "", ",", "<").Replace(text) + " " + string(e.Type)
	if e.State != "" {
		text += " " + e.State
	}
	if at > 0 {
		text += " @" + at.String()
	}
	return text + "\n"
}

// wantTrail compares the history in short.
func wantTrail(t testing.TB, x *interp.Execution, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	if got := strings.TrimSpace(trail(x)); got != strings.Join(lines, "\n") {
		t.Errorf("history is\n%s\nwant\n%s", got, strings.Join(lines, "\n"))
	}
}

// returning is a handler whose tasks all give one result.
func returning(result any) interp.TaskHandler {
	return func(context.Context, *interp.Task) (any, error) { return result, nil }
}

// failing is a handler whose tasks all fail with an error of this name.
func failing(name, cause string) interp.TaskHandler {
	return func(context.Context, *interp.Task) (any, error) {
		return nil, &interp.TaskError{Name: name, Cause: cause}
	}
}

// raw is JSON text as a handler's result.
func raw(text string) json.RawMessage { return json.RawMessage(text) }
