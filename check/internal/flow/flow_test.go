package flow_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

var update = flag.Bool("update", false, "rewrite the golden sections of testdata")

// Each archive of testdata holds the states of machines, NAME.json, and behind each
// what is known where each state begins and what is reported, NAME.txt. The first
// line of NAME.json may give the input: a value, of which only that is known, or a
// JSON Schema.
func TestFollowing(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []txtar.File
		for i, f := range archive.Files {
			name, ok := strings.CutSuffix(f.Name, ".json")
			if !ok {
				continue
			}
			want := ""
			if i+1 < len(archive.Files) && archive.Files[i+1].Name == name+".txt" {
				want = string(archive.Files[i+1].Data)
			}
			got := told(t, string(f.Data))
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name, func(t *testing.T) {
				if diff := cmp.Diff(want, got); diff != "" && !*update {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
			files = append(files, f, txtar.File{Name: name + ".txt", Data: []byte(got)})
		}
		if archive.Files = files; *update {
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var firstName = regexp.MustCompile(`"[^"]*"`)

// told returns all that is known and reported of states.
func told(t *testing.T, text string) string {
	input := shape.Any
	if line, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(line, "input: ") {
		v, err := value.Parse(strings.TrimPrefix(line, "input: "))
		if err != nil {
			t.Fatal(err)
		}
		input, text = shape.Of(v), rest
	} else if strings.HasPrefix(line, "schema: ") {
		v, err := value.Parse(strings.TrimPrefix(line, "schema: "))
		if err != nil {
			t.Fatal(err)
		}
		input, text = shape.OfSchema(v), rest
	}
	language := ""
	if line, rest, _ := strings.Cut(text, "\n"); line == "JSONata" {
		language, text = `"QueryLanguage": "JSONata", `, rest
	}
	f := follow(t, `{`+language+`"StartAt": `+firstName.FindString(text)+`, "States": `+text+`}`, input)
	var b strings.Builder
	for v := range f.machine.Walk() {
		known := f.facts[v.Common().Name]
		fmt.Fprintf(&b, "%s: %s", v.Common().Name, known.Input.Notation())
		if len(known.Variables.Names()) > 0 {
			fmt.Fprintf(&b, " with %s", known.Variables.Notation())
		}
		b.WriteString("\n")
	}
	for _, found := range f.found {
		mark := "?"
		if found.Certain {
			mark = "!"
		}
		fmt.Fprintf(&b, "%s %s%s: %s", mark, found.Visit.Common().Name, found.Pointer, found.Message)
		if found.Hint != "" {
			b.WriteString("; " + found.Hint)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Definitions that make much of little are followed in bounded time: what would take
// too long is told less exactly.
func TestHostileDefinitions(t *testing.T) {
	const n = 300
	var grow, choose strings.Builder
	for i := range n {
		var members []string
		for m := range 10 {
			members = append(members, fmt.Sprintf(`"m%d.$": "$"`, m))
		}
		fmt.Fprintf(&grow, `"G%d": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "L%d"}], "Default": "R%d"},`, i, i, i)
		fmt.Fprintf(&grow, `"L%d": {"Type": "Pass", "Parameters": {%s}, "Next": "G%d"}, "R%d": {"Type": "Pass", "Parameters": {%s, "r": 1}, "Next": "G%d"},`,
			i, strings.Join(members, ","), i+1, i, strings.Join(members[:9], ","), i+1)
		fmt.Fprintf(&choose, `{"Variable": "$.m%d", "IsPresent": true, "Next": "C"},`, i)
	}
	nested := strings.Repeat("$merge([{'a': ", 60) + "1" + strings.Repeat("}, $states.input])", 60)
	conditions := strings.Repeat("(", 60) + "$states.input.a = 1" + strings.Repeat(" ? true : false)", 60)
	for name, states := range map[string]string{
		"growing": `{` + grow.String() + fmt.Sprintf(`"G%d": {"Type": "Succeed"}}`, n),
		"loop":    `{"A": {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$", "c": {"d.$": "$"}}, "Next": "B"}, "B": {"Type": "Choice", "Choices": [{"Variable": "$.z", "IsPresent": true, "Next": "C"}], "Default": "A"}, "C": {"Type": "Succeed"}}`,
		"rules":   `{"C": {"Type": "Choice", "Choices": [` + strings.TrimSuffix(choose.String(), ",") + `], "Default": "E"}, "E": {"Type": "Succeed"}}`,
		"merges":  `{"M": {"QueryLanguage": "JSONata", "Type": "Pass", "Output": "{% ` + nested + ` %}", "End": true}}`,
		"nested":  `{"M": {"QueryLanguage": "JSONata", "Type": "Pass", "Output": "{% ` + conditions + ` %}", "End": true}}`,
	} {
		start := time.Now()
		told(t, states)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}
