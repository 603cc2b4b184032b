package asl_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// everyField has every field of every object of the language. No checker would let
// it pass: it mixes both query languages.
var everyField = func() string {
	text, err := os.ReadFile("testdata/every_field.json")
	if err != nil {
		panic(err)
	}
	return string(text)
}()

func TestEveryFieldIsReadAndPrintedInOneOrder(t *testing.T) {
	m, faults := asl.Parse("every_field.json", everyField)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := m.Indent() + "\n"
	if *update {
		if err := os.WriteFile("testdata/every_field.json", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(everyField, got); diff != "" {
		t.Errorf("printed otherwise than written (-want +got):\n%s", diff)
	}
}

// The golden file would not notice a field of the model that it lacks.
func TestEveryFieldOfTheModelIsInTheGoldenFile(t *testing.T) {
	m, _ := asl.Parse("", everyField)
	seen := map[string]bool{}
	note := func(o asl.Object) {
		for f := range o.Fields() {
			if o.Has(f.Name) {
				seen[o.Title()+"."+f.Name] = true
			}
		}
	}
	note(m.Object())
	for v := range m.Walk() {
		for o := range asl.Objects(v.State) {
			note(o)
		}
	}
	for v := range m.Walk() {
		for o := range asl.Objects(v.State) {
			for f := range o.Fields() {
				if name := o.Title() + "." + f.Name; !seen[name] {
					t.Errorf("no %s in testdata/every_field.json", name)
					seen[name] = true
				}
			}
		}
	}
}

func TestPrintingKeepsTheSpellingOfPayloads(t *testing.T) {
	m, _ := asl.Parse("", `{"States": {"A": {"Type": "Pass", "Result": {"b": 1.0, "a": 12345678901234567890}}}}`)
	if got, want := m.String(), `{"States":{"A":{"Type":"Pass","Result":{"b":1.0,"a":12345678901234567890}}}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnEmptyMachinePrintsAsAnEmptyObject(t *testing.T) {
	if got := new(asl.StateMachine).String(); got != "{}" {
		t.Errorf("got %s", got)
	}
}
