package diag_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stepwise-go/stepwise/asl/diag"
)

func TestClosestIsWhatWasMeant(t *testing.T) {
	fields := []string{"Next", "End", "Comment", "Parameters", "ResultPath", "ResultSelector", "Result"}
	for name, want := range map[string]string{
		"next":       "Next",
		"NEXT":       "Next",
		"Nxt":        "Next",
		"Nextt":      "Next",
		"Paramters":  "Parameters",
		"Paramaters": "Parameters",
		"Parmaeters": "Parameters",
		"ResultPaht": "ResultPath",
		"Resutl":     "Result",
		"Retry":      "",
		"X":          "",
		"":           "",
		"Colour":     "",
	} {
		if got := diag.Closest(name, slices.Values(fields)); got != want {
			t.Errorf("Closest(%q) = %q, want %q", name, got, want)
		}
	}
}

func ExampleClosest() {
	states := []string{"Pay", "Ship", "Notify"}
	fmt.Println(diag.Closest("Shipp", slices.Values(states)))
	// Output: Ship
}
