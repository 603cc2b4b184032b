package jsonata_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// soon is how long a hostile expression may take on a very busy machine. What the
// limits count takes a second or two.
const soon = 2 * time.Minute

func evalSoon(t *testing.T, text string, opts ...jsonata.Option) (any, error) {
	t.Helper()
	start := time.Now()
	v, err := evaluateText(context.Background(), text, jsonata.Undefined{}, nil, opts...)
	if took := time.Since(start); took > soon {
		t.Errorf("took %s", took)
	}
	return v, err
}

func TestHostileExpressionsEndInALimit(t *testing.T) {
	tests := []struct{ name, text string }{
		{"endless recursion", `($f := function($n) { $f($n) + 1 }; $f(1))`},
		{"endless tail recursion", `($f := function() { $f() }; $f())`},
		{"mutual tail recursion", `($f := function() { $g() }; $g := function() { $f() }; $f())`},
		{"endless higher-order recursion", `($f := function($x) { $map([$x, $x], $f) }; $f(1))`},
		{"recursion through eval", `($e := "$eval($e)"; $eval($e))`},
		{"recursion through a transform's copy", `($t := |$|{}|; $clone := function($o) { $t($o) }; $t({}))`},
		{"fixed point", `function($x) { $x($x) + 1 }(function($x) { $x($x) + 1 })`},
		{"cross product", `[1..3000].([1..3000].[1..3000])`},
		{"string that doubles", `$reduce([1..100], function($a, $b) { $a & $a }, "x")`},
		{"array that doubles", `$reduce([1..100], function($a, $b) { $append($a, $a) }, [1])`},
		{"object of itself, again and again", `$reduce([1..60], function($a, $b) { {"l": $a, "r": $a} }, 1)`},
		{"array of itself, again and again", `$reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1)`},
		{"text of such an array", `$length($string($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1)))`},
		{"copy of such an array", `$count($clone($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1)))`},
		{"comparison of such arrays", `($f := function($x) { $reduce([1..60], function($a, $b) { [[$a], [$a]] }, $x) }; $f(1) = $f(1))`},
		{"descendants of such an object", `$count($reduce([1..60], function($a, $b) { {"l": $a, "r": $a} }, 1).**)`},
		{"changes in such an object", `$count($reduce([1..60], function($a, $b) { {"l": $a, "r": $a} }, 1) ~> |l|{"x": 1}|)`},
		{"keys of such an array", `$keys($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1))`},
		{"spread of such an array", `$spread($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1))`},
		{"fields of such an array", `$count($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1).x)`},
		{"members of such an array", `$count({"a": $reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1)}.*)`},
		{"truth of such an array", `$boolean($reduce([1..60], function($a, $b) { [[$a], [$a]] }, 1))`},
		{"the same array for each item", `($big := [1..100000]; [1..100000].($big))`},
		{"the same member for each item", `($big := [1..100000]; $count([1..100000].{"a": $big}.a))`},
		{"the same group for each item", `($big := [1..100000]; $count($big@$x.($big)))`},
		{"many groups of many variables", `($big := [1..10000]; $big@$x.($big)@$y{"a": $x})`},
		{"membership in a long array, again and again", `($big := [1..1000000]; $map($big, function($x) { "a" in $big }))`},
		{"positions in a long array, again and again", `($big := [1..1000000]; $big[$big])`},
		{"deep array", `$reduce([1..1000000], function($a, $b) { [[$a]] }, 1)`},
		{"text of a deep array", `$string($reduce([1..1000000], function($a, $b) { [[$a]] }, 1))`},
		{"truth of a deep array", `$boolean($reduce([1..1000000], function($a, $b) { [[$a]] }, 1))`},
		{"copy of a deep object", `$clone($reduce([1..1000000], function($a, $b) { {"a": $a} }, 1))`},
		{"deep arguments of last calls in deep bodies", `($f := function($n) { ` + strings.Repeat("(true ? ", 200) + `$append(1, $f($n))` + strings.Repeat(")", 200) + ` }; $f(1))`},
		{"function that ends in a map of itself", `($f := function($x) { $map([1, 2], $f) }; $f(1))`},
		{"function that maps itself", `($f := function($x) { [$map([1, 2], $f)] }; $f(1))`},
		{"tower of functions", `(($f := function($n, $g) { $n = 0 ? $g : $f($n - 1, $g ~> $string) }; $f(1000000, $string))(1))`},
		{"tower of partial functions", `(($f := function($n, $g) { $n = 0 ? $g : $f($n - 1, $g(?)) }; function() { $f(1000000, $uppercase) }())("a"))`},
		{"wide padding", `$pad("", 1e15)`},
		{"wide padding of several characters", `$pad("a", 1e12, "xyz")`},
		{"replacement that grows", `$replace($pad("", 1e6, "a"), "a", $pad("", 1e6, "b"))`},
		{"replacement of matches that grows", `$replace($pad("", 1e6, "a"), /a/, $pad("", 1e6, "b"))`},
		{"many parts", `$split($pad("", 1e8, "a"), "")`},
		{"long Roman numeral", `$formatInteger(1e300, "I")`},
		{"search in a long text, again and again", `($s := $pad("", 1e7, "a"); $map([1..1000000], function() { $contains($s, "b") }))`},
		{"comparison of long texts, again and again", `($s := $pad("", 1e7, "a"); $r := $s & ""; $map([1..1000000], function() { $s = $r }))`},
		{"many distinct objects", `$distinct([1..100000].{"a": $})`},
		{"nested repetition", `$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)`},
		{"overlapping choices", `$contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a|a)*$/)`},
		{"nested wildcards", `$contains($pad("", 1000, "a"), /(.*)*(.*)*(.*)*x\1/)`},
		{"many letters to start at", `$contains($pad("", 1e6, "a"), /a*a*b/)`},
		{"deep parentheses", strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000)},
		{"deep brackets", strings.Repeat("[", 100_000)},
		{"deep braces", strings.Repeat(`{"a":`, 100_000)},
		{"many signs", strings.Repeat("-", 100_000) + "a"},
		{"long sum", "1" + strings.Repeat("+1", 100_000)},
		{"long path", "a" + strings.Repeat(".a", 100_000)},
		{"many predicates", "a" + strings.Repeat("[0]", 100_000)},
		{"many calls", "f" + strings.Repeat("()", 100_000)},
		{"deep calls", strings.Repeat("f(", 100_000)},
		{"deep functions", strings.Repeat("function(){", 100_000)},
		{"deep conditions", strings.Repeat("a?", 100_000)},
		{"deep assignments", strings.Repeat("$a:=", 100_000) + "1"},
		{"deep transforms", strings.Repeat("|a.", 100_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, err := evalSoon(t, tt.text, jsonata.MaxSteps(2_000_000), jsonata.MaxMemory(32<<20))
			var e *jsonata.Error
			if !errors.As(err, &e) || e.Code != "U1001" || !errors.Is(err, jsonata.ErrLimit) {
				t.Errorf("got %.100s, %v; want U1001", describe(v), err)
			}
		})
	}
}

func TestDefaultLimitsEndAnEvaluation(t *testing.T) {
	for _, text := range []string{
		`($f := function($n) { $f($n) + 1 }; $f(1))`,
		`($f := function() { $f() }; $f())`,
		`$reduce([1..100], function($a, $b) { $a & $a }, "x")`,
		`$match($pad("", 100, "a") & "!", /^(a+)+$/)`,
	} {
		if _, err := evalSoon(t, text); !errors.Is(err, jsonata.ErrLimit) {
			t.Errorf("%s: got %v, want ErrLimit", text, err)
		}
	}
}

func TestHostileExpressionsThatAreWrongAnyway(t *testing.T) {
	tests := []struct{ name, text, code string }{
		{"long range", `[1..1e9]`, "D2014"},
		{"long picture", `$formatInteger(1, $pad("", 1e6, "0"))`, "D3137"},
		{"long picture of a number", `$formatNumber(1, $pad("", 1e6, "0"))`, "D3137"},
		{"long picture of a time", `$fromMillis(1, $pad("", 1e6, "[Y]"))`, "D3137"},
		{"deep regular expression", `/` + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + `/`, "S0303"},
		{"unclosed regular expression", `/` + strings.Repeat("(", 100_000), "S0302"},
		{"signature with many ways to match", `function($x)<` + strings.Repeat("x?", 60) + `n>{1}(` + strings.Repeat(`"a",`, 60) + `"a")`, "T0410"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evalSoon(t, tt.text)
			var e *jsonata.Error
			if !errors.As(err, &e) || e.Code != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}

func TestLimitsLeaveRoomForHonestWork(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"deep recursion", `($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(5000))`, "= 5000"},
		{"long tail recursion", `($f := function($n) { $n = 0 ? "done" : $f($n - 1) }; $f(1000000))`, `= "done"`},
		{"tail recursion through blocks and conditions", `($f := function($n) { ($m := $n - 1; $m < 0 ? "done" : ($f($m))) }; $f(100000))`, `= "done"`},
		{"longest range", `$count([1..10000000])`, "= 10000000"},
		{"long map", `$sum($map([1..100000], function($x) { $x * 2 }))`, "= 10000100000"},
		{"long sort", `$sort([1..100000], function($a, $b) { $a < $b })[0]`, "= 100000"},
		{"nesting that is not too deep", strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000), "= 1"},
		{"long sum that is not too long", "0" + strings.Repeat("+1", 2000), "= 2000"},
		{"backtracking that ends", `$contains($pad("", 20, "a") & "!", /^(a+)+$/)`, "= false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := outcome(tt.text, jsonata.Undefined{}); got != tt.want {
				t.Errorf("got %.100s, want %s", got, tt.want)
			}
		})
	}
}

func TestOptionsSetLimits(t *testing.T) {
	recursion := `($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(50))`
	tests := []struct {
		name, text string
		option     jsonata.Option
	}{
		{"depth", recursion, jsonata.MaxDepth(100)},
		{"steps", recursion, jsonata.MaxSteps(100)},
		{"memory", `[1..1000]`, jsonata.MaxMemory(1000)},
		{"steps of a regular expression", `$match("aaaaaaaaaaaaaaaa!", /^(a+)+$/)`, jsonata.MaxSteps(5000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := evalSoon(t, tt.text); err != nil {
				t.Fatalf("without limit: %v", err)
			}
			if _, err := evalSoon(t, tt.text, tt.option); !errors.Is(err, jsonata.ErrLimit) {
				t.Errorf("with limit: got %v, want ErrLimit", err)
			}
		})
	}
}

func TestDepthCountsAsTheReferenceDoes(t *testing.T) {
	text := `($f := function($n) { $n = 0 ? 1 : $n * $f($n - 1) }; $f(99))`
	if got := outcome(text, nil, jsonata.MaxDepth(302)); !strings.HasPrefix(got, "= 9.33262154439441e+155") {
		t.Errorf("302 levels: %s", got)
	}
	if got := outcome(text, nil, jsonata.MaxDepth(299)); !strings.HasPrefix(got, "! U1001 Stack overflow error") {
		t.Errorf("299 levels: %s", got)
	}
}

func TestContextEndsAnEvaluation(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	expr := jsonata.MustCompile(`($f := function($n) { $n = 100 ? ($stop(); $f($n + 1)) : $f($n + 1) }; $f(0))`,
		jsonata.Define("stop", "<:x>", "cancels the context", func(context.Context, []any) (any, error) {
			cancel()
			return jsonata.Undefined{}, nil
		}))
	_, err := expr.Eval(ctx, nil, jsonata.Env{})
	if !errors.Is(err, context.Canceled) || errors.Is(err, jsonata.ErrLimit) {
		t.Errorf("got %v, want the context's error", err)
	}
	if _, err := expr.Eval(ctx, nil, jsonata.Env{}); !errors.Is(err, context.Canceled) {
		t.Errorf("context that has ended before: got %v", err)
	}
}

func TestResultsMayHoldDeepInput(t *testing.T) {
	text := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	input, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, expr := range []string{`$`, `$lookup({"a": $}, "a")`, `$eval($string($))`} {
		if got := outcome(expr, input); got != "= "+text {
			t.Errorf("%s: got %.100s", expr, got)
		}
	}
}
