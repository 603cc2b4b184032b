package jsonata_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

func parse(t testing.TB, text string) any {
	t.Helper()
	v, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestUndefinedIsNotNull(t *testing.T) {
	input := parse(t, `{"a": null}`)
	tests := []struct {
		text string
		want any
	}{
		{"a", nil},
		{"b", jsonata.Undefined{}},
		{"$sum", jsonata.Function{}},
		{"function($x){$x}", jsonata.Function{}},
		{"/re/", jsonata.Function{}},
		{"$sum(?)", jsonata.Function{}},
		{"|a|{}|", jsonata.Function{}},
		{"[1, $sum]", jsonata.Function{}},
		{`{"a": {"b": [function(){1}]}}`, jsonata.Function{}},
		{`[{"a": 1}].$match("x", /x/).next`, jsonata.Undefined{}},
		{`/x/("x")`, jsonata.Function{}}, // its next is one
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := jsonata.MustCompile(tt.text).Eval(context.Background(), input, jsonata.Env{})
			if err != nil || got != tt.want {
				t.Errorf("got %#v, %v; want %#v", got, err, tt.want)
			}
		})
	}
}

func TestNoInputDocument(t *testing.T) {
	for _, text := range []string{"$", "$$", "a", "*", "**", "$.a", "a[0]", "$uppercase()"} {
		if got := outcome(text, jsonata.Undefined{}); got != "= undefined" {
			t.Errorf("%s: got %s", text, got)
		}
	}
	if got := outcome(`$exists($) or $exists($$) or $exists(a)`, jsonata.Undefined{}); got != "= false" {
		t.Errorf("got %s", got)
	}
}

func TestInputArrayIsOneInput(t *testing.T) {
	input := parse(t, `[{"a": 1}, {"a": 2}, [{"a": 3}]]`)
	tests := map[string]string{
		"$":                  `= [{"a":1},{"a":2},[{"a":3}]]`,
		"$$":                 `= [{"a":1},{"a":2},[{"a":3}]]`,
		"a":                  "= [1,2,3]",
		"$[0].a":             "= 1",
		"$[-1]":              `= [{"a":3}]`,
		"$count($)":          "= 3",
		"*.a":                "= [1,2,3]",
		"$.a":                "= [1,2,3]",
		`{"n": $count($)}`:   `= {"n":3}`,
		"$string($)":         `= "[{\"a\":1},{\"a\":2},[{\"a\":3}]]"`,
		"$map($, $exists)":   "= [true,true,true]",
		`$eval("$[0]", $).a`: "= 1",
	}
	for text, want := range tests {
		if got := outcome(text, input); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestNumbersKeepTheirSpelling(t *testing.T) {
	input := parse(t, `{"a": 1.0, "b": 12345678901234567890, "c": 9007199254740993, "d": 1e2}`)
	tests := map[string]string{
		"a":                    "= 1.0",
		"[b, c]":               "= [12345678901234567890,9007199254740993]",
		`{"x": d}`:             `= {"x":1e2}`,
		"a + 0":                "= 1",
		"c + 0":                "= 9007199254740992",
		"d = 100":              "= true",
		"$string(a)":           `= "1"`,
		"a & ''":               `= "1"`,
		"$string([b, d])":      `= "[12345678901234600000,100]"`,
		"$type(b)":             `= "number"`,
		"$sort([d, a, 3])":     "= [1.0,3,1e2]",
		"$distinct([a, 1, d])": "= [1.0,1e2]",
		"a in [1]":             "= true",
		"$clone($).c":          "= 9007199254740990", // by way of fifteen digits, as in the reference
	}
	for text, want := range tests {
		if got := outcome(text, input); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestNumbersThatJSONLacksAreErrors(t *testing.T) {
	for _, text := range []string{"1/0", "-1/0", "0/0", "[1/0]", `{"a": 1e308 * 10}`, "$sum([1e308, 1e308])", "$parseInteger('x', '0')"} {
		got := outcome(text, nil)
		if !strings.HasPrefix(got, "! D1001 Number out of range: ") {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestVariables(t *testing.T) {
	vars := jsonata.Vars{"x": int64(5), "list": parse(t, "[1, 2]"), "sum": "hides the function", "n": nil}
	tests := map[string]string{
		"$x":                              "= 5",
		"$x + $x":                         "= 10",
		"$list":                           "= [1,2]",
		"$list.($ + $x)":                  "= [6,7]",
		"$missing":                        "= undefined",
		"$n":                              "= null",
		"$sum":                            `= "hides the function"`,
		"$sum([1])":                       "! T1006 Attempted to invoke a non-function",
		"($x := 6; $x)":                   "= 6",
		"(($x := 6); $x)":                 "= 5",
		"((($x := 6); 1); $x)":            "= 5",
		"function($x){$x}(7)":             "= 7",
		"[1, 2].(function(){$x})()":       "= [5,5]",
		"$list#$x.$x":                     "= [0,1]",
		`$eval("$x * 2")`:                 "= 10",
		`($f := function($y){$x}; $f(1))`: "= 5",
	}
	for text, want := range tests {
		expr := jsonata.MustCompile(text)
		v, err := expr.Eval(context.Background(), jsonata.Undefined{}, jsonata.Env{Vars: vars})
		got := "= " + describe(v)
		if err != nil {
			got = "! " + err.(*jsonata.Error).Code + " " + err.(*jsonata.Error).Message
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if vars["x"] != int64(5) {
		t.Error("an assignment has changed a variable of the caller")
	}
}

// countingScope counts the lookups of each name.
type countingScope map[string]int

func (s countingScope) Lookup(name string) (any, bool) {
	s[name]++
	return int64(1), name == "a"
}

func TestScopeIsAskedOncePerName(t *testing.T) {
	scope := countingScope{}
	expr := jsonata.MustCompile(`$sum([1..10].($a + $a)) + $count($b)`)
	v, err := expr.Eval(context.Background(), jsonata.Undefined{}, jsonata.Env{Vars: scope})
	if err != nil || v != int64(20) {
		t.Fatal(v, err)
	}
	if diff := cmp.Diff(countingScope{"a": 1, "b": 1, "sum": 1, "count": 1}, scope); diff != "" {
		t.Error(diff)
	}
}

func TestClockIsTheEnvironments(t *testing.T) {
	asked := 0
	env := jsonata.Env{Now: func() time.Time {
		asked++
		return time.Date(2024, 2, 29, 12, 34, 56, 789_654_321, time.FixedZone("", 3600))
	}}
	expr := jsonata.MustCompile(`[$now(), $millis(), $now("[H01]:[m01]", "+0200"), $toMillis("10:30", "[H]:[m]"), $now()]`)
	v, err := expr.Eval(context.Background(), nil, env)
	if err != nil {
		t.Fatal(err)
	}
	want := `["2024-02-29T11:34:56.789Z",1709206496789,"13:34",1709202600000,"2024-02-29T11:34:56.789Z"]`
	if got := value.String(v); got != want || asked != 1 {
		t.Errorf("got %s, asked %d times; want %s", got, asked, want)
	}
	before := time.Now().UnixMilli()
	v, err = jsonata.MustCompile("$millis()").Eval(context.Background(), nil, jsonata.Env{})
	if ms, ok := v.(int64); err != nil || !ok || ms < before || ms > time.Now().UnixMilli() {
		t.Errorf("the machine's clock: %v, %v", v, err)
	}
}

func TestRandomNumbersAreTheEnvironments(t *testing.T) {
	expr := jsonata.MustCompile(`{"r": [$random(), $random()], "s": $shuffle([1..20]), "u": $uuid()}`, jsonata.StepFunctions())
	run := func(seed uint64) string {
		v, err := expr.Eval(context.Background(), jsonata.Undefined{}, jsonata.Env{Random: rand.NewPCG(seed, 0)})
		if err != nil {
			t.Fatal(err)
		}
		return value.String(v)
	}
	first, again, other := run(1), run(1), run(2)
	if first != again {
		t.Error("the same source gives other numbers")
	}
	if first == other {
		t.Error("another source gives the same numbers")
	}
	v, err := jsonata.MustCompile(`$random() != $random() and $sort($shuffle([1..100])) = [1..100]`).
		Eval(context.Background(), nil, jsonata.Env{})
	if v != true || err != nil {
		t.Errorf("the machine's source: %v, %v", v, err)
	}
}

func TestExpressionsAreSafeForConcurrentUse(t *testing.T) {
	expr := jsonata.MustCompile(`($f := function($n) { $n = 0 ? [] : $append($f($n - 1), $n) };
		{"list": $f(5), "match": $match("a1b2", /[a-z](\d)/).groups, "sorted": items^(>price).sku, "x": $x})`)
	input := parse(t, `{"items": [{"sku": "a", "price": 1}, {"sku": "b", "price": 2}]}`)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			want := fmt.Sprintf(`{"list":[1,2,3,4,5],"match":["1","2"],"sorted":["b","a"],"x":%d}`, i)
			for range 200 {
				v, err := expr.Eval(context.Background(), input, jsonata.Env{Vars: jsonata.Vars{"x": int64(i)}})
				if err != nil || value.String(v) != want {
					t.Errorf("got %s, %v", describe(v), err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestInputIsNotChanged(t *testing.T) {
	input := readInput(t)
	before := value.String(input)
	for _, text := range []string{
		`$ ~> |**|{"new": 1}, ["sku", "name"]|`,
		`orders.items{sku: $}`,
		`$append(words, numbers)`,
		`$sort(words)`,
		`$merge([customer, {"name": "x"}])`,
		`$reverse(numbers)`,
		`orders^(>id)`,
		`($x := customer; $x := 1; $x)`,
		`{"w": words, "all": [words, words]}`,
	} {
		outcome(text, input)
	}
	if value.String(input) != before {
		t.Error("an evaluation has changed its input")
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	tests := []struct {
		text        string
		code        string
		at          string // the part of the text that Position and End enclose
		token       string
		value       any
		wholeString string
	}{
		{`1 + "a"`, "T2002", "+", "+", "a", `T2002: The right side of the "+" operator must evaluate to a number`},
		{`$sum(["a"])`, "T0412", "(", "sum", parse(t, `["a"]`), `T0412: Argument 1 of function "sum" must be an array of "numbers"`},
		{`[1, $uppercase(5)]`, "T0410", "(", "uppercase", int64(5), `T0410: Argument 1 of function "uppercase" does not match function signature`},
		{`$map([1], function($x){ $length($x) })`, "T0410", "(", "length", int64(1), `T0410: Argument 1 of function "length" does not match function signature`},
		{`-"a"`, "D1002", "-", "-", "a", `D1002: Cannot negate a non-numeric value: "a"`},
		{`{1: 2}`, "T1003", "{", "", int64(1), `T1003: Key in object structure must evaluate to a string; got: 1`},
		{`$number("x")`, "D3030", "(", "number", "x", `D3030: Unable to cast value to a number: "x"`},
		{`sum([1])`, "T1005", "(", "sum", nil, `T1005: Attempted to invoke a non-function. Did you mean $sum?`},
		{`"a" ~> 5`, "T2006", "~>", "", int64(5), `T2006: The right side of the function application operator ~> must be a function`},
		{`[1, "a"]^($)`, "T2007", "^", "", int64(1), `T2007: Type mismatch when comparing values 1 and "a" in order-by clause`},
		{`1 < "a"`, "T2009", "<", "<", int64(1), `T2009: The values 1 and "a" either side of operator "<" must be of the same data type`},
		{`$error("my \"message\"")`, "D3137", "(", "error", nil, `D3137: my "message"`},
		{`a + é é`, "S0201", "é", "é", nil, `S0201: Syntax error: "é"`},
		{`"abc`, "S0101", `"abc`, "", nil, `S0101: String literal must be terminated by a matching quote`},
		{`(1 + 2`, "S0203", "", "(end)", ")", `S0203: Expected ")" before end of expression`},
		{`[1 2]`, "S0202", "2", "", "]", `S0202: Expected "]", got 2`},
		{`a ! b`, "S0204", "!", "!", nil, `S0204: Unknown operator: "!"`},
		{`1 +`, "S0207", "", "(end)", nil, `S0207: Unexpected end of expression`},
		{`function(1){2}`, "S0208", "1", "", int64(1), `S0208: Parameter 1 of function definition must be a variable name (start with $)`},
		{`a.5`, "S0213", "5", "", int64(5), `S0213: The literal value 5 cannot be used as a step within a path expression`},
		{`a.(1).%`, "S0217", "1", "", nil, `S0217: The object representing the 'parent' cannot be derived from this expression`},
		{`"x" & /a(b/`, "S0302", "/a(b/", "", nil, `S0302: No terminating / in regular expression`},
		{`"x" & /a)/`, "S0302", "/a)/", "", nil, `S0302: No terminating / in regular expression`},
		{`"x" & /a\(b)c/`, "S0302", `/a\(b)c/`, "", nil, `S0302: No terminating / in regular expression`},
		{`$match("x", /+/)`, "S0303", "/+/", "", nil, `S0303: Invalid regular expression: /+/: Nothing to repeat`},
		{`$match("x", /a**/i)`, "S0303", "/a**/i", "", nil, `S0303: Invalid regular expression: /a**/i: Nothing to repeat`},
		{`"\q"`, "S0103", `\`, "q", nil, `S0103: Unsupported escape sequence: \"q"`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, err := evaluateText(context.Background(), tt.text, nil, nil)
			var e *jsonata.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			if e.Code != tt.code || e.Token != tt.token || e.Error() != tt.wholeString {
				t.Errorf("got %s, token %q", e, e.Token)
			}
			if diff := cmp.Diff(tt.value, e.Value); diff != "" {
				t.Errorf("value: %s", diff)
			}
			if got := tt.text[e.Position:e.End]; got != tt.at {
				t.Errorf("at %q, want %q", got, tt.at)
			}
		})
	}
}

func TestErrorOfEvalTellsWhatWasWrong(t *testing.T) {
	tests := map[string]string{
		`$eval("1 +")`:         "! D3120 Syntax error in expression passed to function eval: \"Unexpected end of expression\"",
		`$eval("1 + 'a'")`:     "! D3121 Dynamic error evaluating the expression passed to function eval: \"The right side of the \\\"+\\\" operator must evaluate to a number\"",
		`$eval("$error('x')")`: "! D3121 Dynamic error evaluating the expression passed to function eval: \"x\"",
	}
	for text, want := range tests {
		if got := outcome(text, nil); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestHalvesOfSurrogatePairs(t *testing.T) {
	tests := map[string]string{
		`"\ud83d\ude00"`:                 `= "😀"`,
		`$length("\ud83d\ude00")`:        "= 1",
		`"a\ud83d"`:                      "= \"a\uFFFD\"",
		`{"a\ud83d": ["\ude00"]}`:        "= {\"a\uFFFD\":[\"\uFFFD\"]}",
		`$eval("'\\ud83d'")`:             "= \"\uFFFD\"",
		`$encodeUrl("\ud83d")`:           `! D3140 Malformed URL passed to $encodeUrl(): "\ud83d"`,
		`$encodeUrlComponent("x\ud83d")`: `! D3140 Malformed URL passed to $encodeUrlComponent(): "x\ud83d"`,
		`$string(["\ud83d", "b"])`:       `= "[\"\\ud83d\",\"b\"]"`,
		`$encodeUrl("\ud83d\ude00")`:     `= "%F0%9F%98%80"`,
	}
	for text, want := range tests {
		if got := outcome(text, nil); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestWhatTheReferenceCannotDo(t *testing.T) {
	tests := []struct{ why, text, want string }{
		{"it calls a function that is undefined last in a body", `(function(){ $nosuch() })()`, "! T1006 Attempted to invoke a non-function"},
		{"it loses predicates behind a last call", `($f := function($x){[$x, 2]}; function(){ ($f(1))[1] }())`, "= 2"},
		{"it goes on for ever", `$formatNumber(0, "0.0e0")`, `= "0.0e0"`},
		{"it goes on for ever", `$formatNumber(-1234, "0.0e0")`, `= "-1.2e3"`},
		{"it fails with an error of JavaScript", `$formatNumber(1, "")`, "! D3085 The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit character' or a member of the 'decimal digit family'"},
		{"it makes an array that holds itself", `{"a": {"b": 1}} ~> |a|{"c": $}|`, `= {"a":{"b":1,"c":{"b":1}}}`},
		{"it fails with an error of JavaScript", `"text" ~> function($x){ [$x] ~> |$|{"a": 1}| }`, `= ["text"]`},
		{"it takes a wrong timezone for NaN", `$fromMillis(0, "[Y]", "x")`, `! D3137 Timezone must be an offset such as +0530. Given "x"`},
		{"it gives NaN", `$toMillis("2024-13-01")`, `! D3110 The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given "2024-13-01"`},
		{"it fails with an error of JavaScript", `missing#$i{"a": 1}`, "= {}"},
		{"it rounds digits away", `$formatBase(12345678901234567890, 3)`, `= "10001020211011120100112110012121121102121"`},
	}
	for _, tt := range tests {
		if got := outcome(tt.text, parse(t, "{}")); got != tt.want {
			t.Errorf("%s (%s): got %s, want %s", tt.text, tt.why, got, tt.want)
		}
	}
}

func TestDefineAddsFunctions(t *testing.T) {
	cause := errors.New("out of stock")
	double := jsonata.Define("double", "<n-:n>", "twice the number", func(_ context.Context, args []any) (any, error) {
		f, _ := value.Float(args[0])
		return value.FromFloat(2 * f), nil
	})
	tests := []struct {
		name, text, want string
		option           jsonata.Option
	}{
		{"called", "$double(21)", "= 42", double},
		{"with the context value", "(21).$double()", "= 42", double},
		{"passed on", "$map([1..3], $double)", "= [2,4,6]", double},
		{"applied", "[1, 2] ~> $sum() ~> $double", "= 6", double},
		{"checked", `$double("a")`, `! T0410 Argument 1 of function "double" does not match function signature`, double},
		{"gets plain values", `$kind([1..2].$)`, `= "array"`,
			jsonata.Define("kind", "<x:s>", "", func(_ context.Context, args []any) (any, error) { return value.Kind(args[0]), nil })},
		{"gets functions", `$isFunction($sum)`, "= true",
			jsonata.Define("isFunction", "<x:b>", "", func(_ context.Context, args []any) (any, error) {
				return args[0] == jsonata.Function{}, nil
			})},
		{"returns nothing", `[$void(), 1]`, "= [1]",
			jsonata.Define("void", "<:x>", "", func(context.Context, []any) (any, error) { return jsonata.Undefined{}, nil })},
		{"fails", `1 + $fail()`, "! D3137 out of stock",
			jsonata.Define("fail", "<:x>", "", func(context.Context, []any) (any, error) { return nil, cause })},
		{"fails with a code", `$fail()`, "! X0001 my own",
			jsonata.Define("fail", "<:x>", "", func(context.Context, []any) (any, error) {
				return nil, &jsonata.Error{Code: "X0001", Message: "my own"}
			})},
		{"returns Go values", `$sum($both().n)`, "= 3",
			jsonata.Define("both", "<:a>", "", func(context.Context, []any) (any, error) {
				return []map[string]int{{"n": 1}, {"n": 2}}, nil
			})},
		{"returns what is no value", `$bad()`, "! D3137 json: unsupported type: chan int",
			jsonata.Define("bad", "<:x>", "", func(context.Context, []any) (any, error) { return make(chan int), nil })},
		{"returns a function", `$bad()`, "! D3137 a function written in Go cannot return a function",
			jsonata.Define("bad", "<:x>", "", func(context.Context, []any) (any, error) { return jsonata.Function{}, nil })},
		{"misses an argument", `$given(1) & $given(1, 2)`, `= "falsetrue"`,
			jsonata.Define("given", "<nn?:b>", "", func(_ context.Context, args []any) (any, error) {
				return args[1] != jsonata.Undefined{}, nil
			})},
		{"has a wrong signature", "1", "! S0401 Type parameters can only be applied to functions and arrays",
			jsonata.Define("f", "<n<n>:x>", "", nil)},
		{"hides a standard function", "$sum([1])", `= "mine"`,
			jsonata.Define("sum", "<x:s>", "", func(context.Context, []any) (any, error) { return "mine", nil })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(tt.text, nil, tt.option); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	fail := jsonata.Define("fail", "<:x>", "", func(context.Context, []any) (any, error) { return nil, cause })
	if _, err := evaluateText(context.Background(), "$fail()", nil, nil, fail); !errors.Is(err, cause) {
		t.Errorf("the function's error is lost: %v", err)
	}
	if got := outcome("$sum([1])", nil); got != "= 1" {
		t.Errorf("a definition has changed other expressions: %s", got)
	}
}

func TestMustCompilePanicsOnlyOnErrors(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "S0207") {
			t.Errorf("recovered %v", r)
		}
	}()
	if text := jsonata.MustCompile("1 + 1").Text(); text != "1 + 1" {
		t.Errorf("text %q", text)
	}
	jsonata.MustCompile("1 +")
}
