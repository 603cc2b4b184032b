package asl_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
)

const nested = `{
  "QueryLanguage": "JSONPath",
  "StartAt": "P",
  "States": {
    "P": {
      "Type": "Parallel",
      "QueryLanguage": "JSONata",
      "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        {"StartAt": "M/1", "States": {"M/1": {
          "Type": "Map",
          "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true}}},
          "End": true
        }}}
      ],
      "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
      "Next": "C"
    },
    "C": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "P"}, {"Not": {"Variable": "$.b", "IsNull": true}, "Next": "D"}],
      "Default": "D"
    },
    "D": {"Type": "Fail"}
  }
}`

func parseNested(t *testing.T) *asl.StateMachine {
	m, faults := asl.Parse("", nested)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return m
}

func TestWalkGivesEveryStateItsPlaceAndLanguage(t *testing.T) {
	var got []string
	for v := range parseNested(t).Walk() {
		around := "the machine"
		if v.In.Around != nil {
			around = v.In.Around.Common().Name
		}
		got = append(got, fmt.Sprintf("%s %s in %s", v.Pointer, v.Language, around))
	}
	want := []string{
		"/States/P JSONata in the machine",
		"/States/P/Branches/0/States/A JSONPath in P", // not the Parallel's
		"/States/P/Branches/1/States/M~11 JSONPath in P",
		"/States/P/Branches/1/States/M~11/ItemProcessor/States/B JSONata in M/1",
		"/States/C JSONPath in the machine",
		"/States/D JSONPath in the machine",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
}

func TestPlacesAreTheScopes(t *testing.T) {
	var got []string
	for p := range parseNested(t).Places() {
		got = append(got, fmt.Sprintf("%s starts at %s", p.Pointer, p.StartAt))
	}
	want := []string{
		" starts at P",
		"/States/P/Branches/0 starts at A",
		"/States/P/Branches/1 starts at M/1",
		"/States/P/Branches/1/States/M~11/ItemProcessor starts at B",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// A sequence that goes on after its loop has ended panics.
func TestWalksEndWhenToldTo(t *testing.T) {
	m := parseNested(t)
	for stop := range 4 {
		leave(m.Walk(), stop)
		leave(m.Places(), stop)
		leave(asl.Objects(m.State("P")), stop)
		leave(asl.Edges(m.State("P")), stop)
		leave(asl.Edges(m.State("C")), stop)
		leave(m.Object().Parts(), stop)
		leave(m.Object().Fields(), stop)
		leave(asl.PointerTokens("/a/b~1/c/d/e"), stop)
	}
}

func leave[T any](all iter.Seq[T], after int) {
	for range all {
		if after--; after < 0 {
			return
		}
	}
}

func TestEdgesAreTheTransitions(t *testing.T) {
	m := parseNested(t)
	for name, want := range map[string][]asl.Edge{
		"P": {{Kind: asl.NextEdge, To: "C", Pointer: "/Next"}, {Kind: asl.CatchEdge, To: "C", Pointer: "/Catch/0/Next"}},
		"C": {
			{Kind: asl.ChoiceEdge, To: "P", Pointer: "/Choices/0/Next"},
			{Kind: asl.ChoiceEdge, To: "D", Pointer: "/Choices/1/Next"},
			{Kind: asl.DefaultEdge, To: "D", Pointer: "/Default"},
		},
		"D": nil,
	} {
		got := slices.Collect(asl.Edges(m.State(name)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("edges of %s (-want +got):\n%s", name, diff)
		}
	}
	for name, want := range map[string]bool{"P": false, "C": false, "D": true} {
		if got := asl.IsTerminal(m.State(name)); got != want {
			t.Errorf("IsTerminal(%s) = %v", name, got)
		}
	}
}

func TestObjectsAndPartsAreEverythingThatIsSet(t *testing.T) {
	m := parseNested(t)
	var got []string
	for o := range asl.Objects(m.State("P")) {
		got = append(got, o.Title()+" at "+o.Pointer())
		for p := range o.Parts() {
			got = append(got, fmt.Sprintf("  %s %T", p.Pointer(), p.Value))
		}
	}
	want := []string{
		"a Parallel state at ",
		"  /QueryLanguage asl.QueryLanguage",
		"  /Next string",
		"a branch at /Branches/0",
		"  /Branches/0/StartAt string",
		"a branch at /Branches/1",
		"  /Branches/1/StartAt string",
		"a retrier at /Retry/0",
		"  /Retry/0/ErrorEquals []string",
		"  /Retry/0/MaxAttempts *int64",
		"a catcher at /Catch/0",
		"  /Catch/0/ErrorEquals []string",
		"  /Catch/0/Next string",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func TestObjectKnowsWhatItMayHave(t *testing.T) {
	o := parseNested(t).Object()
	if !o.Has("StartAt") || o.Has("Comment") || o.Has("Nonsense") {
		t.Error("Has")
	}
	if f := o.Field("States"); f == nil || !f.Required {
		t.Error("States is required")
	}
	if o.Field("Nonsense") != nil {
		t.Error("a field that does not exist")
	}
}

func TestFieldsSayWhoMayHaveWhat(t *testing.T) {
	find := func(t asl.Type, name string) *asl.Field {
		for _, f := range asl.Fields(t) {
			if f.Name == name {
				return &f
			}
		}
		return nil
	}
	for _, test := range []struct {
		typ   asl.Type
		field string
		want  string
	}{
		{asl.TaskType, "Resource", "required"},
		{asl.TaskType, "Parameters", "JSONPath"},
		{asl.TaskType, "Arguments", "JSONata"},
		{asl.MapType, "ItemReader", "distributed"},
		{asl.PassType, "Retry", "none"},
		{asl.FailType, "InputPath", "none"},
		{asl.SucceedType, "Assign", "none"},
		{asl.WaitType, "Assign", "both"},
		{"Nonsense", "Comment", "none"},
	} {
		f := find(test.typ, test.field)
		got := "both"
		switch {
		case f == nil:
			got = "none"
		case f.Required:
			got = "required"
		case f.Distributed:
			got = "distributed"
		case f.Language != "":
			got = string(f.Language)
		}
		if got != test.want {
			t.Errorf("%s.%s: %s, want %s", test.typ, test.field, got, test.want)
		}
	}
}

func TestThereAre39Operators(t *testing.T) {
	all := asl.Operators()
	if len(all) != 39 {
		t.Errorf("%d operators", len(all))
	}
	paths := 0
	for _, op := range all {
		if op.Operand() == "" {
			t.Errorf("%s has no operand", op)
		}
		if op.IsPath() {
			paths++
			if lit := op.Literal(); lit.IsPath() || lit.Operand() == "" {
				t.Errorf("%s compares as %s", op, lit)
			}
		}
	}
	if paths != 16 {
		t.Errorf("%d operators take a path", paths)
	}
	if op := asl.Operator("StringMatches"); op.Literal() != op || op.Operand() != asl.StringOperand {
		t.Error("StringMatches")
	}
	if asl.Operator("Nonsense").Operand() != "" {
		t.Error("an operator that does not exist has an operand")
	}
}
