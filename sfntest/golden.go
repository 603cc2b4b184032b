package sfntest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

var update = flag.Bool("sfntest.update", false, "write golden histories instead of comparing with them")

// Golden asserts that the execution's history is the one in a file, such as
// testdata/refund.history. The flag -sfntest.update writes the file:
//
//	go test ./orders -run Refund -sfntest.update
//
// It is text for people to review: each event with its instant on the virtual
// clock, its type and its state, and below it what it carries. An event that does not
// follow from the one before it, as in a Parallel, says how many events back it
// does. There are no ids, so that a new event changes no lines but its own.
func (g *Got[Out]) Golden(file string) {
	g.t.Helper()
	got := formatHistory(g.Execution)
	if *update {
		if err := writeGolden(file, got); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatalf("%v; go test -sfntest.update writes it", err)
	}
	if d := lineDiff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
		g.t.Errorf("the history is not that of %s (-want +got; go test -sfntest.update writes it anew):\n%s", file, d)
	}
}

func writeGolden(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

// formatHistory returns a history as text for people.
func formatHistory(x *interp.Execution) string {
	var b strings.Builder
	history := x.History()
	for e := range history.All() {
		fmt.Fprintf(&b, "%-8v %s", e.Time.Sub(history.At(0).Time), e.Type)
		member, details := e.Details()
		name, isNamed := details.Get("name")
		if e.State != "" && !isNamed {
			name = e.State
		}
		if name != nil {
			fmt.Fprintf(&b, " %s", value.String(name))
		}
		if back := e.ID - e.PreviousID; back != 1 && e.PreviousID > 0 {
			fmt.Fprintf(&b, " (%d back)", back)
		}
		b.WriteByte('\n')
		if member != "" {
			formatDetails(&b, details)
		}
	}
	return b.String()
}

// formatDetails writes a line for each detail, payloads as the JSON that they are.
func formatDetails(b *strings.Builder, details *value.Object) {
	for m := range details.Members() {
		if m.Name == "name" || strings.HasSuffix(m.Name, "Details") {
			continue
		}
		text, isText := m.Value.(string)
		if !isText || strings.ContainsAny(text, "\r\n") {
			text = value.String(m.Value)
		}
		fmt.Fprintf(b, "         %s: %s\n", m.Name, text)
	}
}
