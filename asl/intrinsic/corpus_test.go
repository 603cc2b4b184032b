package intrinsic_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// TestRecordedExecutions evaluates the template of each recorded machine of one Pass
// state, and holds the result against the recorded output.
func TestRecordedExecutions(t *testing.T) {
	evaluated := 0
	for _, file := range corpus.Files(t, "executions/execution/intrinsic_functions") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := value.ParseNode(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		states := c.Lookup("/definition/States").Members
		input, want, wildcards := c.Lookup("/input"), c.Lookup("/expect/output"), c.Lookup("/wildcards")
		if len(states) != 1 || want == nil || len(wildcards.Elements) > 0 {
			continue
		}
		template := states[0].Node.Lookup("/Parameters")
		if template == nil {
			continue
		}
		for _, m := range template.Members {
			call, ok := m.Node.Value.(string)
			if !ok || !strings.HasPrefix(call, "States.") || strings.Contains(call, "MathRandom") {
				continue
			}
			evaluated++
			got, err := eval(strings.ReplaceAll(call, "$$.Execution.Input", "$"), value.String(input.Value))
			recorded := want.Lookup("/" + strings.TrimSuffix(m.Name, ".$"))
			if err != nil || value.String(got) != value.String(recorded.Value) {
				t.Errorf("%s: %s of %s is %s, %v; recorded %s", filepath.Base(file), call, value.String(input.Value), value.String(got), err, value.String(recorded.Value))
			}
		}
	}
	if evaluated == 0 {
		t.Error("no recording was evaluated")
	}
	t.Logf("%d calls evaluated", evaluated)
}
