package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// A form is a way to write a definition that is given as JSON text.
var forms = []struct {
	name, file string
	write      func(definition string) string
}{
	{"flow YAML", "d.yaml", func(d string) string { return d }},
	{"block YAML", "d.yaml", blockYAML},
	{"JSON template, text", "t.json", func(d string) string {
		return jsonTemplate(strconv.Quote("DefinitionString") + ": " + quoteJSON(d))
	}},
	{"JSON template, Fn::Join", "t.json", func(d string) string {
		half := strings.LastIndexByte(d[:len(d)/2], ',') + 1
		return jsonTemplate(`"DefinitionString": {"Fn::Join": ["", [` + quoteJSON(d[:half]) + ",\n" + quoteJSON(d[half:]) + `]]}`)
	}},
	{"JSON template, object", "t.json", func(d string) string { return jsonTemplate(`"Definition": ` + d) }},
	{"YAML template, literal", "t.yaml", func(d string) string {
		return yamlTemplate("DefinitionString: |2\n          " + strings.ReplaceAll(d, "\n", "\n          "))
	}},
	{"YAML template, double quotes", "t.yaml", func(d string) string { return yamlTemplate("DefinitionString: !Sub " + quoteJSON(d)) }},
	{"YAML template, single quotes", "t.yaml", func(d string) string {
		return yamlTemplate("DefinitionString: '" + strings.ReplaceAll(strings.ReplaceAll(d, "'", "''"), "\n", "\n       ") + "'")
	}},
	{"YAML template, object", "t.yaml", func(d string) string {
		return yamlTemplate("Definition:\n" + indent(blockYAML(d), "        "))
	}},
}

func jsonTemplate(property string) string {
	return `{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {` + property + `}}}}`
}

func yamlTemplate(property string) string {
	return "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      " + property + "\n"
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// blockYAML writes JSON in the block style of YAML.
func blockYAML(d string) string {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(d), &n); err != nil {
		panic(err)
	}
	var block func(n *yaml.Node)
	block = func(n *yaml.Node) {
		n.Style &^= yaml.FlowStyle
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
			n.Style = yaml.DoubleQuotedStyle
		}
		for _, c := range n.Content {
			block(c)
		}
	}
	block(&n)
	b, err := yaml.Marshal(&n)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}

// found is a finding without its place, and what stands in its place.
type found struct{ Code, Pointer, Message, Token string }

func findings(t *testing.T, name, text string) (all []found) {
	t.Helper()
	f := source.Parse(name, text)
	if len(f.Faults) > 0 || len(f.Machines) != 1 {
		t.Fatalf("%d machines, %v in\n%s", len(f.Machines), f.Faults, text)
	}
	m := f.Machines[0]
	list := m.Faults
	if m.Definition != nil {
		list = append(list, check.Run(m.Definition)...)
	}
	for _, d := range list.Sort() {
		if d.Code == source.CodeSubstitution {
			continue
		}
		all = append(all, found{string(d.Code), d.Pointer, d.Message, token(text, d.Position)})
	}
	return all
}

// token returns the first name that stands at a place, without quotes and escapes: of an
// object it is the first key.
func token(text string, p diag.Position) string {
	for range p.Line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	if p.Line < 1 || p.Column > len(text) {
		return fmt.Sprintf("nothing at %s", p)
	}
	text = text[max(p.Column-1, 0):]
	text = strings.NewReplacer(`\n`, " ", `\t`, " ").Replace(text[:min(len(text), 400)])
	text = strings.TrimLeft(text, "\\\"'{[ -\n\t")
	if end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
		text = text[:end]
	}
	return text
}

func testForms(t *testing.T, definition string) {
	t.Helper()
	want := findings(t, "d.json", definition)
	for _, form := range forms {
		text := form.write(definition)
		if diff := cmp.Diff(sorted(want), sorted(findings(t, form.file, text))); diff != "" {
			t.Errorf("%s (-JSON +%s):\n%s\n%s", form.name, form.name, diff, text)
		}
	}
}

// sorted brings findings into an order that does not depend on their places.
func sorted(all []found) []string {
	lines := make([]string, len(all))
	for i, f := range all {
		lines[i] = fmt.Sprintf("%s %s %s @%s", f.Pointer, f.Code, f.Message, f.Token)
	}
	slices.Sort(lines)
	return lines
}

// The same definition has the same findings in every form, at the same words.
func TestFormsHaveTheSameFindings(t *testing.T) {
	testForms(t, `{
  "Comment": "It's \"quoted\", tabbed\t and Ünïcode \u20ac \\ ",
  "StartAt": "Chöose",
  "States": {
    "Chöose": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.a", "StringEquals": 3, "Next": "Nowhere"}]
    },
    "Wait": {"Type": "Wait", "Seconds": -1, "Timestamp": "2024-08-18", "Next": "Map"},
    "Map": {
      "Type": "Map", "MaxConcurrency": "many", "ItemsPath": "$.items[",
      "ItemProcessor": {"StartAt": "X", "States": {"X": {"Type": "Pass", "Colour": "it''s \n red", "End": true}}},
      "Next": "Done"
    },
    "Done": {"Type": "Succeed", "OutputPath": null}
  }
}`)
}

func TestFormsOfTheCorpusHaveTheSameFindings(t *testing.T) {
	n := 0
	for _, folder := range []string{"workflows", "validation"} {
		for _, path := range corpus.Files(t, folder) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var c struct{ Definition json.RawMessage }
			if err := json.Unmarshal(text, &c); err != nil || len(c.Definition) == 0 || c.Definition[0] != '{' || len(c.Definition) > asl.MaxSize || bytes.Contains(c.Definition, []byte(`\ud`)) {
				continue // YAML cannot escape all characters as JSON does; what is too large has no place
			}
			n++
			t.Run(strings.TrimSuffix(strings.ReplaceAll(path, "/", "_"), ".json"), func(t *testing.T) { testForms(t, string(c.Definition)) })
		}
	}
	t.Logf("%d definitions", n)
}

// Labelled definitions that are given in YAML are refused for their true reason.
func TestYAMLOfTheCorpus(t *testing.T) {
	n := 0
	for _, path := range corpus.Files(t, "validation") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Format, Text, At, Why string
			Valid                 bool
		}
		if err := json.Unmarshal(text, &c); err != nil || c.Format != "yaml" {
			continue
		}
		n++
		var errors diag.List
		for _, m := range source.Parse("d.yaml", c.Text).Machines {
			errors = m.Faults
			if m.Definition != nil {
				errors = append(errors, check.Run(m.Definition)...)
			}
		}
		errors = slices.DeleteFunc(errors, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
		if c.Valid != (len(errors) == 0) {
			t.Errorf("%s: valid: %v, %s, but\n%v", path, c.Valid, c.Why, errors)
		}
		if !c.Valid && c.At != "" && !slices.ContainsFunc(errors, func(d diag.Diagnostic) bool { return strings.HasPrefix(d.Pointer, c.At) }) {
			t.Errorf("%s: found elsewhere than at %s: %v", path, c.At, errors)
		}
	}
	t.Logf("%d definitions", n)
}
