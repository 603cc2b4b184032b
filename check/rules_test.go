package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

// Each archive of testdata/rules holds, for every rule, a definition that breaks it,
// what is reported then, and one that does not:
//
//	RULE/wrong.KIND.json  RULE/wrong.txt  RULE/right.KIND.json
//
// KIND is asl for a whole definition, state for one state and states for what
// stands under States; a [mode] may stand in front of it. In the text, @3×ab@ stands
// for ababab.

// mode is something that an example takes for granted.
type mode struct {
	option check.Option
	words  string
}

type receipt = struct {
	ID    string
	Total float64
}

var modes = map[string]mode{
	"express": {check.Express(), "in an Express workflow"},
	"receipt": {check.Output(reflect.TypeFor[receipt]()), "with an output that is declared as `struct{ ID string; Total float64 }`"},
}

// example is a definition that breaks a rule, or one that does not.
type example struct {
	kind string // "asl", "express.state"
	text string // as it is written
}

// examples are those of one rule.
type examples struct {
	wrong, right example
	reported     string // of the wrong one
}

func readExamples(t testing.TB) map[string]examples {
	t.Helper()
	all := map[string]examples{}
	for _, path := range ruleArchives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			rule, name, _ := strings.Cut(f.Name, "/")
			e := all[rule]
			switch kind := strings.TrimSuffix(name, ".json"); {
			case name == "wrong.txt":
				e.reported = string(f.Data)
			case strings.HasPrefix(kind, "wrong."):
				e.wrong = example{strings.TrimPrefix(kind, "wrong."), string(f.Data)}
			case strings.HasPrefix(kind, "right."):
				e.right = example{strings.TrimPrefix(kind, "right."), string(f.Data)}
			default:
				t.Fatalf("%s: what is %s?", path, f.Name)
			}
			all[rule] = e
		}
	}
	return all
}

func ruleArchives(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	return paths
}

var repetition = regexp.MustCompile(`@(\d+)×([^@]*)@`)

// definition returns the whole definition.
func (e example) definition() string {
	text := repetition.ReplaceAllStringFunc(e.text, func(s string) string {
		parts := repetition.FindStringSubmatch(s)
		n, _ := strconv.Atoi(parts[1])
		return strings.Repeat(parts[2], n)
	})
	switch e.kind[strings.Index(e.kind, ".")+1:] {
	case "state":
		return `{"StartAt": "Example", "States": {"Example": ` + text + `}}`
	case "states":
		start := regexp.MustCompile(`"[^"]*"`).FindString(text)
		return `{"StartAt": ` + start + `, "States": ` + text + `}`
	}
	return text
}

func (e example) mode() (mode, bool) {
	name, _, _ := strings.Cut(e.kind, ".")
	m, ok := modes[name]
	return m, ok
}

// check returns everything that is reported of the definition, by place and message.
func (e example) check(opts ...check.Option) diag.List {
	if m, ok := e.mode(); ok {
		opts = append(opts, m.option)
	}
	return check.Text("", e.definition(), opts...)
}

func reported(found diag.List) string {
	var b strings.Builder
	for _, d := range found {
		message := d.Message
		if d.Hint != "" {
			message += "; " + d.Hint
		}
		fmt.Fprintf(&b, "%s: %s\n", d.Pointer, message)
	}
	return b.String()
}

func TestEveryRuleHasExamples(t *testing.T) {
	all := readExamples(t)
	for _, r := range check.Rules() {
		e, ok := all[r.Name]
		delete(all, r.Name)
		if !ok || e.wrong.text == "" || e.right.text == "" {
			t.Errorf("%s (%s) has no wrong and right example in testdata/rules", r.Name, r.Code)
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			found := e.wrong.check()
			for _, d := range found {
				if d.Rule != r.Name || d.Code != r.Code || d.Severity != r.Severity || d.Doc != r.Doc && !r.ByParser {
					t.Errorf("the wrong example breaks another rule: %v", d)
				}
			}
			if len(found) == 0 {
				t.Error("nothing is reported of the wrong example")
			}
			if diff := cmp.Diff(e.reported, reported(found)); diff != "" && !*update {
				t.Errorf("of the wrong example (-want +got):\n%s", diff)
			}
			if found := e.wrong.check(check.Without(r.Name)); len(found) > 0 && !r.ByParser {
				t.Errorf("of the wrong example, without the rule: %v", found)
			}
			if found := e.right.check(); len(found) > 0 {
				t.Errorf("of the right example: %v", found)
			}
		})
	}
	for name := range all {
		t.Errorf("there is no rule %q", name)
	}
	if *update {
		updateExamples(t)
	}
}

// updateExamples writes anew what is reported of each wrong example.
func updateExamples(t *testing.T) {
	for _, path := range ruleArchives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []txtar.File
		for _, f := range archive.Files {
			rule, name, _ := strings.Cut(f.Name, "/")
			if name == "wrong.txt" {
				continue
			}
			files = append(files, f)
			if kind, ok := strings.CutPrefix(strings.TrimSuffix(name, ".json"), "wrong."); ok {
				found := example{kind, string(f.Data)}.check()
				files = append(files, txtar.File{Name: rule + "/wrong.txt", Data: []byte(reported(found))})
			}
		}
		archive.Files = files
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

//go:generate go test -run ^(TestEveryRuleHasExamples|TestPageOfRulesIsCurrent)$ . -update

const page = "../docs/rules.md"

func TestPageOfRulesIsCurrent(t *testing.T) {
	got := rulesPage(readExamples(t))
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what go generate ./check makes of the rules (-file +rules):\n%s", page, diff)
	}
}

// rulesPage returns the page that explains every rule.
func rulesPage(all map[string]examples) string {
	var b strings.Builder
	b.WriteString(`<!-- Written by go generate ./check. What is here is in check/rules.go and check/testdata/rules. -->

# Rules

Everything that Stepwise checks in a definition, by code. An **error** is what the service refuses when the state
machine is created, under the service's own code; a **warning** is what it accepts and what is likely to go wrong later.
Where the type of a machine's input is declared, as in every workflow written in Go, what fails wherever it is reached is
an error too.

A rule is switched off everywhere by its name or its code: ` + "`check.Without(\"NO_DEFAULT\")`, `stepwise check --without NO_DEFAULT`" + `.
In one place a comment does it, of a state or of any other object of a definition that has a ` + "`Comment`" + `, and holds
for all that is inside the object:

` + "```json" + `
"Kind?": {"Type": "Choice", "Comment": "stepwise:ignore NO_DEFAULT the API in front knows two kinds", ...
` + "```" + `

In Go it is ` + "`dsl.Choice(\"Kind?\").Ignore(\"NO_DEFAULT\", \"the API in front knows two kinds\")`" + `. It must say why. What the service
refuses cannot be ignored, and an ignore that nothing came of is reported.

The examples below are the rules' tests. Where an example shows one state, it is named Example and is the only one of the definition.

`)
	codes, byCode := rulesByCode()
	b.WriteString("| code | severity | rules |\n| --- | --- | --- |\n")
	for _, code := range codes {
		var links []string
		for _, r := range byCode[code] {
			links = append(links, fmt.Sprintf("[%s](#%s)", r.Name, r.Name))
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", code, strings.ToLower(string(code)), byCode[code][0].Severity, strings.Join(links, " "))
	}
	for _, code := range codes {
		fmt.Fprintf(&b, "\n## %s\n", code)
		for _, r := range byCode[code] {
			writeRule(&b, r, all[r.Name])
		}
	}
	return b.String()
}

// rulesByCode returns the codes in the order of the rules, and the rules of each.
func rulesByCode() ([]diag.Code, map[diag.Code][]check.Rule) {
	var codes []diag.Code
	byCode := map[diag.Code][]check.Rule{}
	for _, r := range check.Rules() {
		if !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
		byCode[r.Code] = append(byCode[r.Code], r)
	}
	return codes, byCode
}

func writeRule(b *strings.Builder, r check.Rule, e examples) {
	source := r.Doc
	if url := r.URL(); url != "" {
		source = fmt.Sprintf("[%s](%s)", r.Doc, url)
	}
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n%s. Source: %s.\n", r.Name, r.Title, capitalized(r.Severity.String()), source)
	fmt.Fprintf(b, "\nWrong%s:\n\n```json\n%s```\n\n```text\n%s```\n", granted(e.wrong), shown(e.wrong), e.reported)
	fmt.Fprintf(b, "\nRight%s:\n\n```json\n%s```\n", granted(e.right), shown(e.right))
}

func granted(e example) string {
	if m, ok := e.mode(); ok {
		return ", " + m.words
	}
	return ""
}

func capitalized(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// shown returns an example's text with its repetitions cut short.
func shown(e example) string { return repetition.ReplaceAllString(e.text, "$2… (×$1)") }
