package jsonata_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonata"
)

func TestBuiltinsAreTheFunctionsWithTheirArguments(t *testing.T) {
	standard, service := jsonata.Builtins(), jsonata.Builtins(jsonata.StepFunctions())
	for _, test := range []struct {
		name      string
		least     int
		most      int
		functions map[string]jsonata.Builtin
	}{
		{"substring", 1, 3, standard},
		{"uppercase", 0, 1, standard},
		{"sum", 1, 1, standard},
		{"zip", 1, -1, standard},
		{"now", 0, 2, standard},
		{"millis", 0, 0, standard},
		{"reduce", 2, 3, standard},
		{"random", 0, 0, standard},
		{"random", 0, 1, service},
		{"partition", 2, 2, service},
		{"hash", 2, 2, service},
		{"uuid", 0, 0, service},
	} {
		b, ok := test.functions[test.name]
		if !ok || b.Min != test.least || b.Max != test.most {
			t.Errorf("%s: %+v", test.name, b)
		}
	}
	for name, b := range service {
		if b.Name != name || b.Doc == "" || b.Signature == "" {
			t.Errorf("%s is not described: %+v", name, b)
		}
	}
	if len(service) != len(standard)-1+5 { // $random is in both
		t.Errorf("%d functions of the language, %d of the service", len(standard), len(service))
	}
	if _, ok := standard["eval"]; !ok {
		t.Error("the language has $eval")
	}
	if _, ok := service["eval"]; ok {
		t.Error("the service has no $eval")
	}
}
