package value_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestEqual(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{`null`, `null`, true}, {`null`, `false`, false}, {`null`, `{}`, false},
		{`true`, `true`, true}, {`true`, `false`, false}, {`true`, `"true"`, false},
		{`"a"`, `"a"`, true}, {`"a"`, `"A"`, false}, {`"1"`, `1`, false},
		{`1`, `1`, true}, {`1`, `1.0`, true}, {`1`, `1.00`, true}, {`1.0`, `1.00`, true}, {`1`, `1e0`, true}, {`1000`, `1e3`, true},
		{`0.1`, `0.10`, true}, {`0.1`, `1e-1`, true}, {`0`, `-0`, true}, {`0`, `0.0`, true}, {`0`, `0e999999999999999999999`, true},
		{`1`, `-1`, false}, {`1`, `1.5`, false}, {`1`, `1.0000000000000000001`, false}, {`0.1`, `0.1000000000000000055511151231257827`, false},
		{`9007199254740993`, `9007199254740992`, false}, {`9007199254740993`, `9007199254740993.0`, true},
		{`12345678901234567890`, `1.234567890123456789e19`, true}, {`12345678901234567890`, `12345678901234567891`, false},
		{`100000000000000000000`, `1e20`, true}, {`1e400`, `10e399`, true}, {`1e400`, `1e401`, false},
		{`1e99999999999999999999`, `1e99999999999999999999`, true}, {`1e99999999999999999999`, `1e99999999999999999998`, false},
		{`[]`, `[]`, true}, {`[]`, `{}`, false}, {`[1,2]`, `[1.0,2]`, true}, {`[1,2]`, `[2,1]`, false}, {`[1]`, `[1,1]`, false},
		{`{}`, `{}`, true}, {`{"a":1,"b":2}`, `{"b":2.0,"a":1}`, true}, {`{"a":1}`, `{"a":2}`, false}, {`{"a":1}`, `{"b":1}`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false}, {`{"a":null}`, `{"b":null}`, false},
	}
	for _, tt := range tests {
		a, b := mustParse(t, tt.a), mustParse(t, tt.b)
		if got := value.Equal(a, b); got != tt.want {
			t.Errorf("Equal(%s, %s) = %t", tt.a, tt.b, got)
		}
		if got := value.Equal(b, a); got != tt.want {
			t.Errorf("Equal(%s, %s) = %t", tt.b, tt.a, got)
		}
	}
}

func TestKind(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "null", `true`: "boolean", `1`: "number", `1.5`: "number", `1.0`: "number", `"a"`: "string", `[]`: "array", `{}`: "object",
	} {
		if got := value.Kind(mustParse(t, text)); got != want {
			t.Errorf("Kind(%s) = %q, want %q", text, got, want)
		}
	}
	if got := value.Kind(struct{}{}); got != "" {
		t.Errorf("Kind of a Go struct is %q", got)
	}
}
