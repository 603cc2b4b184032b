package source_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
)

// Hostile texts are refused, or read, in bounded time and memory. The bounds are wide,
// since machines are busy: without limits these texts take hours or gigabytes.
func TestHostileTextsEnd(t *testing.T) {
	const states = "StartAt: A\nStates: {A: {Type: Pass, End: true, Result: "
	tests := []struct {
		name, file, text string
		want             diag.Code // of an error; "" if there need be none
	}{
		{"aliases that double", "d.yaml", doublingAliases(), asl.CodeTooLarge},
		{"merges that double", "d.yaml", doublingMerges(), ""},
		{"aliases that deepen", "d.yaml", deepeningAliases(), asl.CodeTooDeep},
		{"brackets", "d.yaml", "StartAt: " + strings.Repeat("[", 1<<19), asl.CodeTooDeep},
		{"closed brackets", "d.yaml", states + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}}", asl.CodeTooDeep},
		{"dashes", "d.yaml", strings.Repeat("- ", 1<<19), asl.CodeTooDeep},
		{"question marks", "d.yaml", strings.Repeat("? ", 1<<19), asl.CodeTooDeep},
		{"tags", "d.yaml", "A: " + strings.Repeat("!Sub [", 2000), ""},
		{"JSON brackets", "d.json", strings.Repeat("[", 1<<20), asl.CodeTooDeep},
		{"one long line", "d.yaml", states + "[" + strings.Repeat("{a: ä}, ", 100_000) + "]}}", ""},
		{"keys that repeat", "d.yaml", "StartAt: A\nStates: {" + strings.Repeat("a: b, ", 150_000) + "}", asl.CodeSchema},
		{"odd values", "d.yaml", states + "[" + strings.Repeat("yes, ", 150_000) + "]}}", ""},
		{"placeholders that do not end", "t.json", textTemplate(strings.Repeat("${", 1<<19)), asl.CodeInvalidJSON},
		{"placeholders that end", "t.json", textTemplate("[" + strings.Repeat("${a},", 120_000) + "1]"), asl.CodeSchema},
		{"pieces", "t.json", `{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Join": ["", [` + strings.Repeat(`"x",`, 250_000) + `""]]}}}}}`, asl.CodeInvalidJSON},
		{"substitutions", "t.json", manySubstitutions(), ""},
		{"machines", "t.json", `{"Resources": {` + strings.Repeat(`"M": {"Type": "AWS::StepFunctions::StateMachine"},`, 20_000) + `"N": {}}}`, source.CodeTemplate},
		{"functions in functions", "t.yaml", "Resources: {M: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: " + strings.Repeat("!If [a, ", 400) + "{}" + strings.Repeat(", {}]", 400) + "}}}", ""},
		{"faults in a text", "t.json", textTemplate(manyFaults()), asl.CodeSchema},
		{"more than may be", "d.yaml", strings.Repeat("#\n", source.MaxBytes), asl.CodeTooLarge},
		{"invalid UTF-8", "d.yaml", "a: \xff", asl.CodeInvalidJSON},
		{"UTF-16", "d.yaml", "\xff\xfea\x00:\x00", asl.CodeInvalidJSON},
		{"control characters", "d.yaml", "a: \x01", asl.CodeInvalidJSON},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			f := source.Parse(test.file, test.text)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 2000 {
				t.Errorf("took %d MB", mb)
			}
			if test.want != "" && !hasError(f, test.want) {
				t.Errorf("no %s in %s", test.want, head(describe(f)))
			}
			t.Logf("%v, %d MB", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
		})
	}
}

func head(s string) string { return s[:min(len(s), 300)] }

func hasError(f *source.File, code diag.Code) bool {
	all := f.Faults
	for _, m := range f.Machines {
		all = append(all, m.Faults...)
	}
	for _, d := range all {
		if d.Code == code && d.Severity == diag.Error {
			return true
		}
	}
	return false
}

func doublingAliases() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x]\n")
	for i := range 60 {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	return b.String()
}

func doublingMerges() string {
	var b strings.Builder
	b.WriteString("a0: &a0 {x: 1}\n")
	for i := range 60 {
		fmt.Fprintf(&b, "a%d: &a%d {<<: [*a%d, *a%d], k%d: 1}\n", i+1, i+1, i, i, i)
	}
	return b.String()
}

func deepeningAliases() string {
	var b strings.Builder
	b.WriteString("a0: &a0 x\n")
	for i := range 20 {
		fmt.Fprintf(&b, "a%d: &a%d %s*a%d %s\n", i+1, i+1, strings.Repeat("[", 100), i, strings.Repeat("]", 100))
	}
	return b.String()
}

func textTemplate(definition string) string {
	return fmt.Sprintf(`{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": %q}}}}`, definition)
}

func manySubstitutions() string {
	var definition, given strings.Builder
	for i := range 15_000 {
		fmt.Fprintf(&definition, "${used%d} ", i)
		fmt.Fprintf(&given, `"given%d": "",`, i)
	}
	return fmt.Sprintf(`{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionSubstitutions": {%s "x": ""}, "DefinitionString": %q}}}}`,
		given.String(), `{"Comment": "`+definition.String()+`"}`)
}

func manyFaults() string {
	return `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true` + strings.Repeat(`, "x": 1`, 80_000) + `}}}`
}

// endless is a file without an end.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	e.read += len(b)
	return copy(b, strings.Repeat(" ", len(b))), nil
}

func TestFilesWithoutEndAreNotReadToIt(t *testing.T) {
	e := new(endless)
	f, err := source.ReadFrom(e, "endless")
	if err != nil {
		t.Fatal(err)
	}
	if !hasError(f, asl.CodeTooLarge) || e.read > 2*source.MaxBytes {
		t.Errorf("%d bytes read, %v", e.read, f.Faults)
	}
	if _, err := source.ReadFrom(io.MultiReader(strings.NewReader("{"), failing{}), "broken"); err == nil {
		t.Error("no error of a reader that fails")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A template cannot have the same large file read over and over, nor a device.
func TestLocalFilesAreBounded(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "large.json", `{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "`+strings.Repeat("x", asl.MaxSize-100)+`"}}}`)
	var b strings.Builder
	b.WriteString("Resources:\n")
	b.WriteString("  Device: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: /dev/zero}}\n")
	b.WriteString("  Folder: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: .}}\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "  M%d: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: large.json, DefinitionSubstitutions: {n: %d}}}\n", i, i)
	}
	f := source.Parse("t.yaml", b.String())
	read := 0
	for _, m := range f.Machines {
		if m.Definition != nil {
			read++
		}
	}
	if read == 0 || read > 100 {
		t.Errorf("the file was read %d times", read)
	}
	for _, m := range f.Machines[:2] {
		if _, err := os.Stat("/dev/zero"); err == nil && !strings.Contains(m.Faults.Error(), "not a regular file") {
			t.Errorf("%s: %v", m.ID, m.Faults)
		}
	}
}
