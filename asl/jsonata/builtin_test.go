package jsonata_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonata"
)

func TestBuiltinsAreTheFunctionsWithTheirArguments(t *testing.T) {
	standard, service := jsonata.Builtins(), jsonata.Builtins(jsonata.StepFunctions())
	for _, test := range []struct {
		name       string
		least      int
		most       int
		functions  map[string]jsonata.Builtin
		documented bool
	}{
		{"substring", 1, 3, standard, true},
		{"uppercase", 0, 1, standard, true},
		{"sum", 1, 1, standard, true},
		{"zip", 1, -1, standard, true},
		{"random", 0, 0, standard, true},
		{"random", 0, 1, service, true},
		{"partition", 2, 2, service, true},
		{"uuid", 0, 0, service, true},
	} {
		b, ok := test.functions[test.name]
		if !ok || b.Min != test.least || b.Max != test.most || (b.Doc != "") != test.documented {
			t.Errorf("%s: %+v", test.name, b)
		}
	}
	if _, ok := standard["eval"]; !ok {
		t.Error("the language has $eval")
	}
	if _, ok := service["eval"]; ok {
		t.Error("the service has no $eval")
	}
}
