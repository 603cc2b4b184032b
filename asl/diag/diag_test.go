package diag_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/diag"
)

func Example() {
	list := diag.List{
		{
			Severity: diag.Warning,
			Code:     "CHOICE_WITHOUT_DEFAULT",
			Position: diag.Position{File: "order.asl.json", Line: 30, Column: 5},
			State:    "Big?",
			Pointer:  "/States/Big?",
			Message:  "no Default",
		},
		{
			Code:     "MISSING_TRANSITION_TARGET",
			Position: diag.Position{File: "order.asl.json", Line: 12, Column: 7},
			State:    "Pay",
			Pointer:  "/States/Pay/Next",
			Field:    "Next",
			Message:  `there is no state "Shipp" in this scope`,
			Hint:     `did you mean "Ship"?`,
		},
	}
	fmt.Println(list.Sort().Err())
	// Output:
	// order.asl.json:12:7: error: state "Pay": Next: there is no state "Shipp" in this scope; did you mean "Ship"? [MISSING_TRANSITION_TARGET]
	// order.asl.json:30:5: warning: state "Big?": no Default [CHOICE_WITHOUT_DEFAULT]
}

func TestWarningsAloneAreNoError(t *testing.T) {
	list := diag.List{{Severity: diag.Warning, Message: "odd"}}
	if err := list.Err(); err != nil {
		t.Errorf("Err() = %v, want nil", err)
	}
	if err := (diag.List)(nil).Err(); err != nil {
		t.Errorf("Err() of an empty list = %v, want nil", err)
	}
}

func TestAListIsFoundInAnErrorChain(t *testing.T) {
	err := fmt.Errorf("building %s: %w", "orders", diag.List{{Message: "wrong"}}.Err())
	var list diag.List
	if !errors.As(err, &list) || len(list) != 1 {
		t.Errorf("errors.As found %v", list)
	}
}

func TestSortOrdersByPlaceAndDropsRepetitions(t *testing.T) {
	at := func(file string, line int) diag.Diagnostic {
		return diag.Diagnostic{Position: diag.Position{File: file, Line: line}, Message: "m"}
	}
	got := diag.List{at("b", 1), at("a", 2), at("a", 10), at("a", 2)}.Sort()
	want := diag.List{at("a", 2), at("a", 10), at("b", 1)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("sorted (-want +got):\n%s", d)
	}
}

func TestPositionLeavesOutWhatIsUnknown(t *testing.T) {
	tests := []struct {
		pos  diag.Position
		want string
	}{
		{diag.Position{File: "a.go", Line: 3, Column: 9}, "a.go:3:9"},
		{diag.Position{File: "a.go", Line: 3}, "a.go:3"},
		{diag.Position{File: "a.go"}, "a.go"},
		{diag.Position{Line: 3, Column: 9}, "3:9"},
		{diag.Position{}, ""},
	}
	for _, tt := range tests {
		if got := tt.pos.String(); got != tt.want {
			t.Errorf("%#v.String() = %q, want %q", tt.pos, got, tt.want)
		}
	}
}

func TestRelatedPlacesFollowOnLinesOfTheirOwn(t *testing.T) {
	d := diag.Diagnostic{
		Message: "the name is taken",
		Related: []diag.Related{{Position: diag.Position{File: "a.go", Line: 3}, Message: "by this state"}},
	}
	want := "error: the name is taken\n\ta.go:3: by this state"
	if got := d.String(); got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestJSONNamesTheSeverity(t *testing.T) {
	b, err := json.Marshal(diag.Diagnostic{Severity: diag.Warning, Code: "X", Message: "m"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"severity":"warning","code":"X","position":{},"pointer":"","message":"m"}`
	if string(b) != want {
		t.Errorf("JSON = %s, want %s", b, want)
	}
}
