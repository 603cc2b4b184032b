package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

var update = flag.Bool("update", false, "rewrite the golden sections of testdata")

// Each archive of testdata holds definitions and, behind each, everything that is
// reported of it. A definition whose name ends in .express.asl.json is checked as
// an Express workflow.
func TestFindings(t *testing.T) {
	for _, path := range archives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []txtar.File
		for _, c := range definitions(archive) {
			got := check.Text("", c.text, c.options()...).Error() + "\n"
			t.Run(filepath.Base(path)+"/"+c.name, func(t *testing.T) {
				if diff := cmp.Diff(c.want, got); diff != "" && !*update {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
			files = append(files, txtar.File{Name: c.name + ".asl.json", Data: []byte(c.text)}, txtar.File{Name: c.name + ".txt", Data: []byte(got)})
		}
		if *update {
			archive.Files = files
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// findings is a definition and what is to be found in it.
type findings struct {
	name, text, want string
}

func (c findings) options() []check.Option {
	if strings.HasSuffix(c.name, ".express") {
		return []check.Option{check.Express()}
	}
	return nil
}

func archives(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no testdata", err)
	}
	return paths
}

func definitions(a *txtar.Archive) []findings {
	var all []findings
	for _, f := range a.Files {
		if name, ok := strings.CutSuffix(f.Name, ".asl.json"); ok {
			all = append(all, findings{name: name, text: string(f.Data)})
		} else if last := len(all) - 1; last >= 0 && f.Name == all[last].name+".txt" {
			all[last].want = string(f.Data)
		}
	}
	return all
}

// allDefinitions returns the definitions of every archive.
func allDefinitions(t testing.TB) []findings {
	var all []findings
	for _, path := range archives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, definitions(archive)...)
	}
	return all
}

// Without a rule exactly what it reports is gone, with its own code and severity.
func TestEveryRuleCanBeSwitchedOff(t *testing.T) {
	all := allDefinitions(t)
	everything := make([]diag.List, len(all))
	for i, c := range all {
		everything[i] = check.Text("", c.text, c.options()...)
	}
	for _, r := range check.Rules() {
		if r.ByParser {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			for i, c := range all {
				with := everything[i]
				without := check.Text("", c.text, append(c.options(), check.Without(r.Name))...)
				for _, d := range with {
					if contains(without, d) || d.Code == "IGNORE_NOT_USED" && r.Code != d.Code {
						continue // who does not want a rule is not told that nothing of it is ignored
					}
					if d.Code != r.Code || d.Severity != r.Severity || d.Doc != r.Doc {
						t.Errorf("reports %s %s %q, and is %s %s %q", d.Severity, d.Code, d.Doc, r.Severity, r.Code, r.Doc)
					}
				}
				if len(without) > len(with) {
					t.Errorf("%s: other rules report more without it", c.name)
				}
			}
		})
	}
}

func contains(l diag.List, d diag.Diagnostic) bool {
	for _, e := range l {
		if cmp.Equal(d, e) {
			return true
		}
	}
	return false
}

func TestARuleIsSwitchedOffByItsCodeToo(t *testing.T) {
	const text = `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "x", "End": true}}}`
	if got := check.Text("", text, check.Without("INVALID_RESOURCE")); len(got) > 0 {
		t.Errorf("still reported: %v", got)
	}
}

func TestRulesAreDocumentedAndUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range check.Rules() {
		if r.URL() == "" && r.Name != "ignores" || strings.HasSuffix(r.URL(), "/.html") {
			t.Errorf("%s: the page %q has no address", r.Name, r.Doc)
		}
		if r.Name == "" || r.Code == "" || r.Doc == "" || !strings.HasSuffix(r.Title, ".") {
			t.Errorf("incomplete: %+v", r)
		}
		if seen[r.Name] {
			t.Errorf("two rules %q", r.Name)
		}
		seen[r.Name] = true
		isWarning := r.Severity == diag.Warning
		if serviceCodes[r.Code] == isWarning && !serviceWarnings[r.Code] {
			t.Errorf("%s is a %s with the code %s", r.Name, r.Severity, r.Code)
		}
	}
}

// serviceCodes are the codes of errors that the service itself reports, and ours
// for a text that is too large (API Reference, "ValidateStateMachineDefinition").
var serviceCodes = map[diag.Code]bool{
	"INVALID_JSON_DESCRIPTION": true, "SCHEMA_VALIDATION_FAILED": true, "INVALID_RESOURCE": true, "MISSING_END_STATE": true,
	"DUPLICATE_STATE_NAME": true, "INVALID_STATE_NAME": true, "DUPLICATE_LABEL_NAME": true, "INVALID_LABEL_NAME": true,
	"MISSING_TRANSITION_TARGET": true, "TOO_DEEPLY_NESTED": true, "INVALID_JSONATA_EXPRESSION": true,
	"UNSUPPORTED_JSONATA_EXPRESSION": true, "DEFINITION_TOO_LARGE": true,
}

var serviceWarnings = map[diag.Code]bool{"NO_DOLLAR": true, "NO_PATH": true, "PASS_RESULT_IS_STATIC": true}

func TestTenMistakesAreTenDiagnosticsInOrder(t *testing.T) {
	const text = `{
  "StartAt": "Frist",
  "TimeoutSeconds": 0,
  "States": {
    "First": {
      "Type": "Task",
      "Resource": "my-function",
      "Retry": [{"ErrorEquals": ["States.ALL", "E"]}],
      "Next": "Nowhere"
    },
    "Second": {
      "Type": "Pass",
      "Parameters": {"a.$": "States.Fromat('x')"},
      "ResultPth": "$.r",
      "Next": "Third"
    },
    "Third": {
      "Type": "Wait",
      "Seconds": "ten",
      "Next": "Fourth"
    },
    "Fourth": {
      "Type": "Scceed"
    }
  }
}`
	want := []string{
		"/StartAt", "/TimeoutSeconds", "/States/First/Resource", "/States/First/Retry/0/ErrorEquals/0",
		"/States/First/Next", "/States/Second", "/States/Second/Parameters/a.$",
		"/States/Second/ResultPth", "/States/Third/Seconds", "/States/Fourth/Type",
	}
	var got []string
	last := diag.Position{}
	for _, d := range check.Text("f", text) {
		got = append(got, d.Pointer)
		if d.Position.Line < last.Line || d.Position.Line == last.Line && d.Position.Column < last.Column || !d.Position.IsValid() {
			t.Errorf("%v is out of order", d)
		}
		last = d.Position
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("culprits (-want +got):\n%s", diff)
	}
}

func TestHostileTextsEndSoonInAClearError(t *testing.T) {
	many := strings.Builder{}
	for i := range 9000 {
		fmt.Fprintf(&many, `,"S%d":{"Type":"Wait","Next":"Nowhere%d","Secnds":1}`, i, i)
	}
	for name, text := range map[string]string{
		"broken":                           `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}`,
		"100,000 levels":                   strings.Repeat(`{"States":`, 100_000),
		"50 MB":                            `{"StartAt": "` + strings.Repeat("A", 50<<20) + `"}`,
		"everything wrong":                 `{"StartAt": "A", "States": {` + many.String()[1:] + `}}`,
		"a long expression":                `{"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Succeed", "Output": "{% ` + strings.Repeat("(", 200_000) + ` %}"}}}`,
		"a long call":                      `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "` + strings.Repeat("States.Array(", 50_000) + `"}, "End": true}}}`,
		"a long path":                      `{"StartAt": "A", "States": {"A": {"Type": "Succeed", "InputPath": "$` + strings.Repeat("[?(@.a", 100_000) + `"}}}`,
		"deep conditions":                  `{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Not":` + strings.Repeat(`{"Not":`, 400) + `{}` + strings.Repeat("}", 400) + `}]}}}`,
		"a long name, much wrong inside":   `{"StartAt": "A", "States": {"` + strings.Repeat("n", 320) + `": {"Type": "Task", "Retry": [` + strings.Repeat(`{"X":1},`, 50_000) + `{}]}}}`,
		"a long key, much wrong inside":    `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"` + strings.Repeat("k", 400_000) + `": [` + strings.Repeat(`{"a.$":1},`, 50_000) + `{}]}, "End": true}}}`,
		"a long key, nothing wrong":        `{"StartAt": "A", "States": {"B": {"Type": "Pass", "Parameters": {"` + strings.Repeat("k", 400_000) + `": [` + strings.Repeat(`{"a":"$"},`, 50_000) + `{}]}, "End": true}}}`,
		"long names, nested":               strings.Repeat(`{"StartAt":"A","States":{"`+strings.Repeat("m", 320)+`":{"Type":"Map","ItemProcessor":`, 200) + `{"StartAt":"A","States":{` + strings.Repeat(`"a":{},`, 100_000) + `"b":{}}}` + strings.Repeat("}}}", 200),
		"many labels":                      `{"States":` + strings.Repeat(" ", 900_000) + `}`,
		"a name of 800,000":                `{"StartAt": "A", "States": {"` + strings.Repeat("ü", 400_000) + `": {"Type": "Succeed"}}}`,
		"not UTF-8":                        "{\"StartAt\": \"\xc3\x28\"}",
		"a repeated state":                 `{"StartAt": "A", "States": {` + strings.Repeat(`"A":{"Type":"Succeed"},`, 30_000) + `"A":{"Type":"Succeed"}}}`,
		"much wrong in a Comment":          `{"Comment": "` + strings.Repeat("stepwise:ignore X\\n", 50_000) + `", "StartAt": "A", "States": {"B": {"Type": "Succeed"}}}`,
		"a Choice of many rules in a loop": `{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [` + strings.Repeat(`{"Variable":"$.a","StringEquals":"","Next":"B"},`, 15_000) + `{"Next":"C"}]}, "B": {"Type": "Wait", "Seconds": 1, "Next": "A"}, "C": {"Type": "Succeed"}}}`,
		"a thousand nested":                strings.Repeat(`{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":`, 300) + `{}` + strings.Repeat("}}}", 300),
	} {
		t.Run(name, func(t *testing.T) {
			// Tens of thousands of faults take longer to write down; what is not linear
			// would take minutes.
			limit := time.Second
			if strings.Contains(name, "much wrong") || name == "everything wrong" || strings.Contains(name, "nested") {
				limit = 10 * time.Second
			}
			best := time.Hour
			for range 5 { // the machine may be busy with something else
				start := time.Now()
				if !check.Text("f", text).HasErrors() {
					t.Fatal("no error")
				}
				if best = min(best, time.Since(start)); best <= limit {
					return
				}
			}
			t.Errorf("took %v at best", best)
		})
	}
}

// A machine that was built has no text and so no positions.
func TestMachinesWithoutTextAreChecked(t *testing.T) {
	m := &asl.StateMachine{Scope: asl.Scope{StartAt: "A", States: []asl.State{
		&asl.Wait{Base: asl.Base{Name: "A"}, Transition: asl.Transition{Next: "B"}},
		&asl.Succeed{Base: asl.Base{Name: "A"}},
	}}}
	const want = `error: state "A": does not say how long to wait; give Seconds, SecondsPath, Timestamp or TimestampPath [SCHEMA_VALIDATION_FAILED]
error: state "A": there is a state of this name already; names are unique in the whole definition, nested states included [DUPLICATE_STATE_NAME]
	: the first one
error: state "A": Next: there is no state "B" in this scope [MISSING_TRANSITION_TARGET]`
	if diff := cmp.Diff(want, check.Run(m).Error()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if got := check.Run(new(asl.StateMachine)).Error(); !strings.Contains(got, "StartAt and States are missing") {
		t.Errorf("of the empty machine: %s", got)
	}
}
