package jsonata_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

func TestStepFunctionsProfile(t *testing.T) {
	tests := []struct{ text, want string }{
		{`$partition([1, 2, 3, 4, 5], 2)`, "= [[1,2],[3,4],[5]]"},
		{`$partition([0], 1)`, "= [[0]]"},
		{`$partition([1, 2, 3], 2.9)`, "= [[1,2],[3]]"},
		{`$partition([], 2)`, "= []"},
		{`$partition([1, 2], 10)`, "= [[1,2]]"},
		{`$partition(missing, 2)`, "= undefined"},
		{`$partition([1], 0)`, "! D3137 Second argument of partition function must be a positive integer"},
		{`$partition([1], -0.5)`, "! D3137 Second argument of partition function must be a positive integer"},
		{`$partition([1], "a")`, `! T0410 Argument 2 of function "partition" does not match function signature`},
		{`$partition([[1], [2]], 1)`, "= [[[1]],[[2]]]"},

		{`$range(0, 10, 3)`, "= [0,3,6,9]"},
		{`$range(1, 9, 9)`, "= 1"},
		{`[$range(1, 9, 9)]`, "= [1]"},
		{`$range(1, 5, 2)`, "= [1,3,5]"},
		{`$range(5, 1, -2)`, "= [5,3,1]"},
		{`$range(1.9, 4.9, 1.9)`, "= [1,2,3,4]"},
		{`$range(1, 5, -1)`, "= undefined"},
		{`$range(1, 5, 0)`, "! D3137 Third argument of range function must be an integer other than zero"},
		{`$range(1, 1e9, 1)`, "! D2014 The size of the sequence allocated by the range operator (..) must not exceed 1e6.  Attempted to allocate 1000000000."},
		{`$range(1, missing, 1)`, "= undefined"},
		{`$range(-1.7, 2, 1)`, "= [-1,0,1,2]"},
		{`$range(2, -2.9, -1.9)`, "= [2,1,0,-1,-2]"},
		{`$count($range(1, 200000, 1))`, "= 200000"},

		{`$hash("input data", "MD5")`, `= "812f45842bc6d66ee14572ce20db8e86"`},
		{`$hash("input data", "SHA-1")`, `= "aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`$hash("", "SHA-256")`, `= "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`},
		{`$length($hash("é", "SHA-384"))`, "= 96"},
		{`$length($hash("é", "SHA-512"))`, "= 128"},
		{`$hash("a", "sha256")`, `! D3137 Second argument of hash function must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512. Given "sha256"`},
		{`$hash(missing, "MD5")`, "= undefined"},

		{`$random(42)`, "= 0.7275636800328681"},
		{`$random(-1.5)`, "= 0.26894263088050496"},
		{`$random(0)`, "= 0.730967787376657"},
		{`$random(7) = $random(7)`, "= true"},
		{`$random(7) = $random(8)`, "= false"},
		{`$random(7.2) = $random(7.9)`, "= true"},
		{`$random(7) >= 0 and $random(7) < 1`, "= true"},
		{`$random() = $random()`, "= false"},

		{`$parse("{\"a\": [1, 2.50, true, null]}")`, `= {"a":[1,2.50,true,null]}`},
		{`$parse("5") + 1`, "= 6"},
		{`$parse('"text"')`, `= "text"`},
		{`$parse("null")`, "= null"},
		{`$parse(missing)`, "= undefined"},
		{`$parse("{")`, `! D3137 Argument of parse function must be JSON: invalid JSON at line 1, column 2: the text ends here; an object needs a member or }`},

		{`$eval("1")`, "! T1006 Attempted to invoke a non-function"},
		{`$exists($eval)`, "= false"},
		{`$nosuch(1)`, "! T1006 Attempted to invoke a non-function"},
		{`1/0`, `= "Infinity"`},
		{`[-1/0, {"a": 1e308 * 10}]`, `= ["-Infinity",{"a":"Infinity"}]`},
		{`1/0 + 1`, "! D1001 Number out of range: null"},
		{`$sum([1, 2])`, "= 3"},
	}
	for _, tt := range tests {
		got := outcome(tt.text, jsonata.Undefined{}, jsonata.StepFunctions())
		if tt.text == `$parse("{")` {
			got, tt.want = got[:len("! D3137 Argument of parse function must be JSON: ")], tt.want[:len("! D3137 Argument of parse function must be JSON: ")]
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
	for _, name := range []string{"partition", "range", "hash", "uuid", "parse"} {
		if got := outcome("$exists($"+name+")", nil); got != "= false" {
			t.Errorf("the plain language has $%s", name)
		}
	}
}

func TestStepFunctionsLimits(t *testing.T) {
	const memory = "! U1001 Expression evaluation memory limit exceeded: Check for excessive memory usage"
	const depth = "! U1001 Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."
	double := `($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p("x", %d)))`
	factorial := `($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(%d) > 1)`
	tests := []struct{ text, want string }{
		{`$count([1..873782])`, "= 873782"},
		{`$count([1..873783])`, memory},
		{fmt.Sprintf(double, 22), "= 4194304"},
		{fmt.Sprintf(double, 23), memory},
		{`$count($range(1, 1000000, 1))`, memory},
		{"1" + strings.Repeat("+1", 50), "= 51"},
		{"1" + strings.Repeat("+1", 200), depth},
		{`"1"` + strings.Repeat("&1", 200), depth},
		{fmt.Sprintf(factorial, 20), "= true"},
		{fmt.Sprintf(factorial, 60), depth},
		{`($f := function($n) { $append($n, $n = 0 ? [] : $f($n - 1)) }; $count($f(30)))`, "= 31"},
	}
	for _, tt := range tests {
		if got := outcome(tt.text, jsonata.Undefined{}, jsonata.StepFunctions()); got != tt.want {
			t.Errorf("%.80s: got %.200s, want %s", tt.text, got, tt.want)
		}
	}
	if got := outcome("1"+strings.Repeat("+1", 200), nil, jsonata.StepFunctions(), jsonata.MaxDepth(1000)); got != "= 201" {
		t.Errorf("a limit that an option lifts: %s", got)
	}
}

func TestUUID(t *testing.T) {
	v, err := evaluateText(context.Background(), `[$uuid(), $uuid()]`, jsonata.Undefined{}, nil, jsonata.StepFunctions())
	if err != nil {
		t.Fatal(err)
	}
	version4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ids := v.([]any)
	if !version4.MatchString(ids[0].(string)) || ids[0] == ids[1] {
		t.Errorf("got %s", value.String(v))
	}
}
