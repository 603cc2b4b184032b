package sfntest

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/dsl"
)

// Check checks a workflow without running it. Each error fails the test: what keeps
// the workflow from being built, and what the service would refuse. Each warning is
// logged: what is likely to go wrong later. All name the line of Go that made the
// part at fault, and say what to do. Options such as [check.Without] hold for the
// warnings; a step's own Ignore drops a warning in its place.
func Check(t testing.TB, w dsl.Definition, opts ...check.Option) {
	t.Helper()
	for _, d := range w.Check(opts...) {
		if d.Severity == diag.Error {
			t.Errorf("%v", d)
		} else {
			t.Logf("%v", d)
		}
	}
}
