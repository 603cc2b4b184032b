package interp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
)

// TestHostileInput runs definitions and inputs that are made to take time or memory:
// each ends at once, in the service's error or in a refusal of the definition.
func TestHostileInput(t *testing.T) {
	parameters := func(value string) string {
		return `{"P": {"Type": "Pass", "Parameters": {"v.$": ` + quoted(value) + `}, "OutputPath": "$.n", "End": true}}`
	}
	jsonata := func(expr string) string {
		return `{"P": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": ` + quoted("{% "+expr+" %}") + `, "End": true}}`
	}
	matches := func(pattern string) string {
		return `{"C": {"Type": "Choice", "Choices": [{"Variable": "$.s", "StringMatches": ` + quoted(pattern) + `, "Next": "Y"}], "Default": "N"},
			"Y": {"Type": "Fail", "Error": "matched"}, "N": {"Type": "Fail", "Error": "not matched"}}`
	}
	deep := strings.Repeat(`{"a":`, 900) + `1` + strings.Repeat(`}`, 900)
	wide := `{"l": [` + strings.Repeat(`[1,2,3,4,5,6,7,8,9,0],`, 2000) + `[]], "n": 1000000000}`
	long := `{"s": "` + strings.Repeat("a", 200_000) + `"}`
	for name, tt := range map[string]struct{ def, input, want string }{
		"a deep path":                {parameters("$" + strings.Repeat(".a", 10_000)), `{}`, "States.Runtime"},
		"a deep path that is there":  {parameters("$" + strings.Repeat(".a", 900)), deep, "States.Runtime"}, // for want of n
		"scans within scans":         {parameters("$" + strings.Repeat("..a", 300)), deep, "States.Runtime"},
		"scans of everything":        {parameters("$" + strings.Repeat("..*", 50)), deep, "States.Runtime"},
		"scans of a wide document":   {parameters("$" + strings.Repeat("..*", 50)), wide, "States.Runtime"},
		"a huge index":               {parameters("$.l[99999999999999999999]"), wide, "refused"},
		"a large index":              {parameters("$.l[2147483647]"), wide, "States.Runtime"},
		"a slice of huge bounds":     {parameters("$.l[-2147483648:2147483647]"), wide, "States.Runtime"},
		"many indexes":               {parameters("$.l[" + strings.Repeat("1,", 50_000) + "1]"), wide, "refused"},
		"filters within filters":     {parameters("$.l[?(@[?(@[?(@ > 1)])])]"), wide, "States.Runtime"},
		"a regular expression":       {parameters("$.s[?(@ =~ /(a*)*b/)]"), long, "States.Runtime"},
		"a range of 10^9":            {parameters("States.ArrayRange(1, $.n, 1)"), wide, "States.Runtime"},
		"a literal range of 10^9":    {parameters("States.ArrayRange(1, 1000000000, 1)"), wide, "States.Runtime"},
		"formats within formats":     {parameters(strings.Repeat("States.Format('{}{}', 'x', ", 11) + "'y'" + strings.Repeat(")", 11)), `{}`, "refused"},
		"ten formats":                {parameters(strings.Repeat("States.Format('{}{}{}{}', $.s, $.s, $.s, ", 10) + "'y'" + strings.Repeat(")", 10)), long, "States.Runtime"},
		"endless brackets":           {parameters(strings.Repeat("States.Array(", 100_000)), `{}`, "refused"},
		"a split into many":          {parameters("States.StringSplit($.s, 'a')"), long, "States.Runtime"},
		"partitions of one":          {parameters("States.ArrayPartition($.l, 1)"), wide, "States.Runtime"},
		"a pattern of stars":         {matches(strings.Repeat("*a", 2000) + "*b"), long, "not matched"},
		"a pattern of stars that is": {matches(strings.Repeat("*a", 2000) + "*"), long, "matched"},
		"deep input":                 {parameters("$"), strings.Repeat("[", 100_000), "bad input"},
		"a JSONata range of 10^9":    {jsonata("[1..1000000000]"), `{}`, "States.QueryEvaluationError"},
		"JSONata without end":        {jsonata("($f := function($n) { $f($n + 1) + 1 }; $f(0))"), `{}`, "States.QueryEvaluationError"},
		"a long JSONata text":        {jsonata("$reduce([1..100], function($a, $b) { $a & $a }, 'x')"), `{}`, "States.QueryEvaluationError"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			got := howItEnds(t, tt.def, tt.input)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			if got != tt.want {
				t.Errorf("ended with %s, want %s", got, tt.want)
			}
			// The bounds are wide, for machines that are slow or busy.
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 2<<30 {
				t.Errorf("allocated %d MB", allocated>>20)
			}
		})
	}
}

func quoted(text string) string {
	b, err := json.Marshal(text)
	must(err)
	return string(b)
}

// howItEnds returns the error name that a machine comes to, "refused" if it is none,
// and "bad input".
func howItEnds(t *testing.T, text, input string) string {
	t.Helper()
	start := strings.SplitN(text, `"`, 3)[1]
	def, problems := asl.Parse("", `{"StartAt": "`+start+`", "States": `+text+`}`)
	if problems.HasErrors() {
		return "refused"
	}
	machine, err := interp.New(def)
	if err != nil {
		return "refused"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	x, err := machine.Run(ctx, json.RawMessage(input))
	if x == nil {
		return "bad input"
	}
	if err != nil {
		return err.Error()
	}
	failure, ok := x.Err().(*interp.ExecutionError)
	if !ok {
		return fmt.Sprintf("%.100s", x.OutputText())
	}
	return failure.Name
}
