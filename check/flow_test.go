package check_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// recorded is an execution of the corpus.
type recorded struct {
	ID         string
	Definition json.RawMessage
	Expect     struct {
		Status  string
		Entered []string `json:"states_entered"`
	}
	History []struct {
		Type    string
		Entered *struct {
			Name  string
			Input json.RawMessage
		} `json:"stateEnteredEventDetails"`
	}
}

func readRecorded(t *testing.T, path string) recorded {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

// given returns the input of a state as the history shows it: a payload that starts
// with a brace stands there parsed, any other as a text.
func given(t *testing.T, raw json.RawMessage) any {
	v, err := value.Parse(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := v.(string); ok {
		if v, err = value.Parse(s); err != nil {
			return s // cut short, or a stand-in
		}
	}
	return withoutStandIns(v)
}

// withoutStandIns returns a recorded value without the members that the recording
// has put words in place of: headers, and times.
func withoutStandIns(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, e := range v {
			all[i] = withoutStandIns(e)
		}
		return all
	case *value.Object:
		var kept []value.Member
		for m := range v.Members() {
			switch m.Name {
			case "SdkHttpMetadata", "Headers":
				continue
			}
			kept = append(kept, value.Member{Name: m.Name, Value: withoutStandIns(m.Value)})
		}
		return value.NewObject(kept...)
	case string:
		if strings.HasSuffix(v, "-time") {
			return "2026-01-01T00:00:00Z"
		}
	}
	return v
}

// What the service has handed to a state is among what the checker expects there,
// and where an execution succeeded, nothing on its way was sure to fail.
func TestWhatRecordedExecutionsHandedOnWasExpected(t *testing.T) {
	inputs := 0
	for _, path := range corpus.Files(t, "executions/execution") {
		r := readRecorded(t, path)
		m, faults := asl.Parse("", string(r.Definition))
		if faults.HasErrors() {
			continue
		}
		facts := check.Facts(m)
		for _, e := range r.History {
			if e.Entered == nil || len(e.Entered.Input) == 0 {
				continue
			}
			inputs++
			v := given(t, e.Entered.Input)
			if f := facts[e.Entered.Name]; !f.Input.Has(v) {
				t.Errorf("%s: state %q was given %s, expected is %v", r.ID, e.Entered.Name, value.String(v), f.Input)
			}
		}
		if r.Expect.Status != "SUCCEEDED" {
			continue
		}
		entered := map[string]bool{}
		for _, name := range r.Expect.Entered {
			entered[name] = true
		}
		for _, d := range check.Run(m, check.InputSchema(value.NewObject())) {
			if d.Severity == diag.Error && entered[d.State] {
				t.Errorf("%s: succeeded in spite of %v", r.ID, d)
			}
		}
	}
	t.Logf("%d inputs", inputs)
}
