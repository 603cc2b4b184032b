package intrinsic_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
)

func TestCheck(t *testing.T) {
	const number, kind, val, placeholders = intrinsic.ArgumentNumber, intrinsic.ArgumentKind, intrinsic.ArgumentValue, intrinsic.Placeholders
	type problem struct {
		Fault   intrinsic.Fault
		Text    string
		Message string
	}
	tests := []struct {
		call string
		want []problem
	}{
		{`States.Format('{} and {}', $.a, 1)`, nil},
		{`States.Format($.template, 1, 2)`, nil},
		{`States.Format('${Bucket}/{}/{}', 1)`, nil},
		{`States.Hash($.a, $.b)`, nil},
		{`States.Hash('${Key}', '${Algorithm}')`, nil},
		{`States.MathAdd(States.ArrayGetItem($.a, 0), ${Step})`, nil},
		{`States.MathRandom(1, 2, 3)`, nil},
		{`States.UUID()`, nil},
		{`States.Format()`, []problem{{number, `States.Format()`, `States.Format: it takes at least 1 argument, not 0`}}},
		{`States.Format('{} {}', $.a)`, []problem{{placeholders, `'{} {}'`, `States.Format: placeholders {} in the template: 2, values: 1`}}},
		{`States.Format('{"a": "{}"}', $.a)`, []problem{{placeholders, `'{"a": "{}"}'`, `States.Format: a brace that is not part of a placeholder {}; a brace as such is written \{ or \}`}}},
		{`States.Hash('x')`, []problem{{number, `States.Hash('x')`, `States.Hash: it takes 2 arguments, not 1`}}},
		{`States.UUID(1)`, []problem{{number, `States.UUID(1)`, `States.UUID: it takes no arguments, not 1`}}},
		{`States.MathAdd(1, '-1')`, []problem{{kind, `'-1'`, `States.MathAdd: second: it must be of type number, not string`}}},
		{`States.Hash($.a, 'MD4')`, []problem{{val, `'MD4'`, `States.Hash: algorithm: it is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512`}}},
		{`States.Base64Encode('` + strings.Repeat("a", 10_001) + `')`, []problem{{val, `'` + strings.Repeat("a", 10_001) + `'`, `States.Base64Encode: text: it is longer than 10000 characters`}}},
		{`States.ArrayRange($.a, $.b, 0)`, []problem{{val, `0`, `States.ArrayRange: step: it must not be 0`}}},
		{`States.ArrayRange(1, 5000, 1)`, []problem{{val, `States.ArrayRange(1, 5000, 1)`, `States.ArrayRange: the range has 5000 numbers, more than 1000`}}},
		{`States.MathRandom(5, 1)`, []problem{{val, `States.MathRandom(5, 1)`, `States.MathRandom: there is no integer from 5 to below 1`}}},
		{`States.JsonMerge($.a, $.b, true)`, []problem{{val, `true`, `States.JsonMerge: deep: deep merging is not supported, it must be false`}}},
		{`States.StringToJson('[1,]')`, []problem{{val, `States.StringToJson('[1,]')`, `States.StringToJson: invalid JSON at line 1, column 4: unexpected ']' in an array: a value is missing after the comma`}}},
		{`States.ArrayLength(States.Format('x'))`, []problem{{kind, `States.Format('x')`, `States.ArrayLength: array: it must be of type array, not string`}}},
		{`States.Array(States.MathAdd(1), States.Hash('x', 1))`, []problem{
			{number, `States.MathAdd(1)`, `States.MathAdd: it takes 2 arguments, not 1`},
			{kind, `1`, `States.Hash: algorithm: it must be of type string, not number`},
		}},
	}
	for _, tt := range tests {
		c, err := intrinsic.Parse(tt.call)
		if err != nil {
			t.Errorf("Parse(%s): %v", tt.call, err)
			continue
		}
		var got []problem
		for _, p := range intrinsic.Check(c) {
			got = append(got, problem{p.Fault, tt.call[p.Offset:p.End], p.Message})
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Check(%.60s): %s", tt.call, diff)
		}
	}
}

func TestFunctionsAreDescribed(t *testing.T) {
	functions := intrinsic.Functions()
	if len(functions) != 18 {
		t.Errorf("there are %d functions, want 18", len(functions))
	}
	for i, f := range functions {
		if i > 0 && functions[i-1].Name >= f.Name {
			t.Errorf("%s comes behind %s", f.Name, functions[i-1].Name)
		}
		if !strings.HasSuffix(f.Doc, ".") || f.Result == 0 {
			t.Errorf("%s: doc %q, result %s", f.Name, f.Doc, f.Result)
		}
		if f.Max >= 0 && f.Max != len(f.Params) || f.Max < 0 && len(f.Params) == 0 || f.Max >= 0 && f.Min > f.Max {
			t.Errorf("%s takes %d to %d arguments for %d parameters", f.Name, f.Min, f.Max, len(f.Params))
		}
		args := make([]string, f.Min)
		for i := range args {
			args[i] = "$.a"
		}
		c, err := intrinsic.Parse(f.Name + "(" + strings.Join(args, ",") + ")")
		if err != nil || len(intrinsic.Check(c)) > 0 || c.Function().Name != f.Name {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestKindsHaveNames(t *testing.T) {
	for kinds, want := range map[intrinsic.Kinds]string{
		intrinsic.Any: "any value", intrinsic.Number: "number", intrinsic.Array | intrinsic.Object: "array or object", 0: "",
	} {
		if got := fmt.Sprint(kinds); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
