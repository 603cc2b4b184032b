package jsonpath_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
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

func compile(t testing.TB, text string) *jsonpath.Path {
	t.Helper()
	p, err := jsonpath.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// outcome evaluates a path and returns the result as JSON text, or the error's text.
func outcome(t testing.TB, path string, doc any) string {
	t.Helper()
	v, err := compile(t, path).Eval(doc)
	if err != nil {
		return err.Error()
	}
	return value.String(v)
}

func TestEval(t *testing.T) {
	doc := parse(t, `{
		"id": "o-1", "total": 1.0, "big": 12345678901234567890, "none": null, "empty": [], "my-key": 1, "a b": 2, "": 3,
		"items": [{"sku": "A", "qty": 2, "tags": ["x", "y"]}, {"sku": "B", "qty": 10, "tags": []}, {"sku": "C"}],
		"limit": 5, "n": [3, 1, 2.5], "nested": {"sku": "D", "deep": {"sku": "E"}}
	}`)
	for _, test := range []struct{ path, want string }{
		// One place.
		{`$.id`, `"o-1"`},
		{`$['id']`, `"o-1"`},
		{`$["id"]`, `"o-1"`},
		{`$.total`, `1.0`},
		{`$.big`, `12345678901234567890`},
		{`$.none`, `null`},
		{`$.my-key`, `1`},
		{`$['a b']`, `2`},
		{`$['']`, `3`},
		{`$.items[0].sku`, `"A"`},
		{`$.items[-1].sku`, `"C"`},
		{`$.['items'].[1].['sku']`, `"B"`},
		{`$.nested['sku','none']`, `{"sku":"D"}`},

		// Many.
		{`$.items[*].sku`, `["A","B","C"]`},
		{`$.items[*].qty`, `[2,10]`},
		{`$.items[0,2,9].sku`, `["A","C"]`},
		{`$.items[1:].sku`, `["B","C"]`},
		{`$.items[-2:].sku`, `["B","C"]`},
		{`$.items[0:3:2].sku`, `["A","B","C"]`}, // the step is read over
		{`$.n[-1:2]`, `[2.5,3,1]`},              // and a slice wraps round
		{`$.items[*]['sku','qty']`, `[{"sku":"A","qty":2},{"sku":"B","qty":10},{"sku":"C"}]`},
		{`$['nested','items'].sku`, `["D"]`},
		{`$..sku`, `["A","B","C","D","E"]`},
		{`$.nested..sku`, `["D","E"]`},
		{`$..tags[0]`, `["x"]`},
		{`$.empty[*]`, `[]`},
		{`$.none[*]`, `[]`},
		{`$..missing`, `[]`},

		// Filters.
		{`$.items[?(@.qty > $.limit)].sku`, `["B"]`},
		{`$.items[?(@.qty == '2')].sku`, `["A"]`},
		{`$.items[?(@.qty)].sku`, `["A","B"]`},
		{`$.items[?(!@.qty)].sku`, `["C"]`},
		{`$.items[?(@.sku in ['A','C'] && !(@.qty == 2))].sku`, `["C"]`},
		{`$.items[?(@.qty == 2 || @.qty == 10)].sku`, `["A","B"]`},
		{`$.items[?(@.sku =~ /[ab]/i)].sku`, `["A","B"]`},
		{`$.items[?(@.tags contains 'y')].sku`, `["A"]`},
		{`$.items[?(@.tags size 0)].sku`, `["B"]`},
		{`$.items[?(@.tags.length() == 2)].sku`, `["A"]`},
		{`$.items[?(@.sku > 1)].sku`, `[]`},
		{`$.nested[?(@.sku == 'D')].deep.sku`, `["E"]`},

		// Functions.
		{`$.items.length()`, `3`},
		{`$.nested.length()`, `2`},
		{`$.id.length()`, `null`},
		{`$.n.sum()`, `6.5`},
		{`$.n.max()`, `3.0`},
		{`$.n.min()`, `1.0`},
		{`$.n.first()`, `3`},
		{`$.n.last()`, `2.5`},
		{`$.n.append(4)`, `[3,1,2.5,4]`},
		{`$.nested.keys()`, `["sku","deep"]`},
		{`$.items[2,0].keys()`, `[["sku"],["sku","qty","tags"]]`},
		{`$.empty.append($.items[2:].keys())`, `[[["sku"]]]`},
		{`$.concat($.nested.keys())`, `"[sku, deep]"`},
		{`$.nested.keys(1)[0]`, `Filter: [0] can only be applied to arrays. Current context is: ["sku","deep"]`},
		{`$..qty.sum()`, `12.0`},
		{`$.sum($.n, $.limit)`, `11.5`},
		{`$.concat($.id, "/", $.limit)`, `"o-1/5"`},

		// Nothing.
		{`$.missing`, `No results for path: $['missing']`},
		{`$.missing.x`, `Missing property in path $['missing']`},
		{`$.nested.no.such[0].path`, `Missing property in path $['nested']['no']`},
		{`$.items[3]`, `No results for path: $['items'][3]`},
		{`$.items[3].sku`, `No results for path: $['items'][3]['sku']`},
		{`$.none[0]`, `The path $['none'] is null`},
		{`$.id[0]`, `Filter: [0] can only be applied to arrays. Current context is: "o-1"`},
		{`$.items.sku`, `Expected to find an object with property ['sku'] in path $['items'] but found 'array'.`},

		// What cannot be evaluated.
		{`$.empty.sum()`, `path "$.empty.sum()": the function needs a number`},
		{`$.items.nope()`, `path "$.items.nope()": there is no function "nope"`},
		{`$.id[?(@ == 1)]`, `path "$.id[?(@ == 1)]": a filter cannot be applied to a primitive`},
		{`$.items[?(@.sku in [[1]])]`, `path "$.items[?(@.sku in [[1]])]": a list in a filter may not hold arrays or objects`},
	} {
		if got := outcome(t, test.path, doc); got != test.want {
			t.Errorf("%s = %s, want %s", test.path, got, test.want)
		}
	}
}

// The service gives [] where its engine alone reports an error: recorded for
// wildcards and slices, with and without a name behind them, on {}.
func TestEvalGivesEmptyListWhereParentsAreMissing(t *testing.T) {
	doc := parse(t, `{"text": "abc"}`)
	for _, path := range []string{
		`$.items[*]`, `$.items[1:]`, `$.items[:1]`, `$.item.items[*]`, `$.item.items[1:5]`, `$.items[*].itemValue`,
		`$.items[1:].itemValue`, `$.items[?(@.a)]`, `$.items..a`, `$.items[0,1]`,
	} {
		if got := outcome(t, path, doc); got != `[]` {
			t.Errorf("%s = %s, want []", path, got)
		}
	}
	for _, path := range []string{`$.text[0:1]`, `$[1:]`, `$.text.x[*]`} {
		var missing *jsonpath.NotFoundError
		if _, err := compile(t, path).Eval(doc); !errors.As(err, &missing) {
			t.Errorf("%s: %v, want a NotFoundError for the wrong type", path, err)
		}
	}
}

func TestErrorTypes(t *testing.T) {
	doc := parse(t, `{"a": []}`)
	var missing *jsonpath.NotFoundError
	if _, err := compile(t, `$.b`).Eval(doc); !errors.As(err, &missing) || missing.Path() != `$.b` {
		t.Errorf("$.b: %v, want a NotFoundError", err)
	}
	var failed *jsonpath.EvalError
	if _, err := compile(t, `$.a.sum()`).Eval(doc); !errors.As(err, &failed) || failed.Path != `$.a.sum()` {
		t.Errorf("$.a.sum(): %v, want an EvalError", err)
	}
	var syntax *jsonpath.SyntaxError
	if _, err := jsonpath.Compile(`$.a[`); err != nil {
		t.Errorf("$.a[: %v, but the engine takes it", err)
	}
	if err := jsonpath.Check(`$.a[`); !errors.As(err, &syntax) || syntax.Offset != 3 {
		t.Errorf("Check($.a[): %v, want a SyntaxError at 3", err)
	}
}

func TestCompileErrors(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{``, `a path may not be empty at offset 0`},
		{`$.`, `a path may not end with a dot at offset 1`},
		{`$..`, `a path may not end with a dot at offset 2`},
		{`$...a`, `a dot too many at offset 3`},
		{`$a`, `expected . or [ at offset 1`},
		{`$$.a`, `expected . or [ at offset 1`},
		{`$.a b`, `a name with blanks must stand in brackets, as ['a name'] at offset 3`},
		{`$['a'`, `expected , or ] behind a name at offset 4`},
		{`$['a`, `a name lacks its closing ' at offset 2`},
		{`$['a',]`, `a name is missing at offset 6`},
		{`$['\u12g4']`, `\u needs four hexadecimal digits at offset 3`},
		{`$[a]`, `expected a quoted name, an index, a slice, * or ?(...) in brackets at offset 1`},
		{`$.a[]`, `expected a quoted name, an index, a slice, * or ?(...) in brackets at offset 3`},
		{`$.a[1`, `a [ lacks its ] at offset 3`},
		{`$.a[1e3]`, `only digits, - , and : may stand in brackets that start with one at offset 3`},
		{`$.a[2147483648]`, `"2147483648" is not an index of 32 bits at offset 3`},
		{`$.a[:]`, `":" is not a slice: it needs a bound, of 32 bits at offset 3`},
		{`$.a[1 :2]`, `a slice may not hold commas or blanks at offset 3`},
		{`$.a[**]`, `expected ] behind * at offset 5`},
		{`$.a[?]`, `expected ( behind ? at offset 4`},
		{`$.a[?(@.b == 1]`, `a ( lacks its ) at offset 5`},
		{`$.a[?(@.b == 1)`, `expected ] behind a filter at offset 14`},
		{`$.a[?(@.b == 'x)]`, `a string lacks its closing ' at offset 13`},
		{`$.a[?(@.b = 1)]`, `expected an operator or ) at offset 10`},
		{`$.a[?(@.b == x)]`, `expected a path, a quoted string, a number, true, false, null, an array, an object or a /regular expression/ at offset 13`},
		{`$.a[?(1)]`, `a value must be compared with something at offset 7`},
		{`$.a[?(@.b =~ /[/)]`, `regular expression: a [ lacks its ] at character 1 at offset 13`},
		{`$.a[?(@.b == 1 && @c)]`, `expected . or [ at offset 19`},
		{`$.sum(1`, `a ( lacks its ) at offset 5`},
		{`$.sum($.a b)`, `a name with blanks must stand in brackets, as ['a name'] at offset 9`},
		{`$.sum([1)`, `a function's arguments lack a closing bracket at offset 9`},
	} {
		_, err := jsonpath.Compile(test.path)
		var syntax *jsonpath.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Compile(%q): %v, want a SyntaxError", test.path, err)
			continue
		}
		got, _ := strings.CutPrefix(err.Error(), `path "`+strings.ReplaceAll(test.path, `\`, `\\`)+`": `)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Compile(%q):\n%s", test.path, diff)
		}
	}
}

func TestCheckRefusesWhatTheEngineOverlooks(t *testing.T) {
	for _, path := range []string{`a`, `a.b`, `@.a`, `['a']`, ` $.a`, `$.a[`, `$['a']x`, `$[0]]`, `Test`, ``, `$.a[b]`} {
		if jsonpath.Check(path) == nil {
			t.Errorf("Check(%q) accepts", path)
		}
	}
	for _, path := range []string{`$`, `$.a`, `$.a.length()`, `$.a.sum(1)`, `$..a[?(@.b)]`, `$[*]`, `$.a `} {
		if err := jsonpath.Check(path); err != nil {
			t.Errorf("Check(%q): %v", path, err)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		text string
		root jsonpath.Root
		name string
		path string
	}{
		{`$`, jsonpath.Input, ``, `$`},
		{`$.x`, jsonpath.Input, ``, `$.x`},
		{`$['x']`, jsonpath.Input, ``, `$['x']`},
		{`$$`, jsonpath.Context, ``, `$`},
		{`$$.Execution.Id`, jsonpath.Context, ``, `$.Execution.Id`},
		{`$$['Map']`, jsonpath.Context, ``, `$['Map']`},
		{`$order`, jsonpath.Variable, `order`, `$`},
		{`$order.items[0]`, jsonpath.Variable, `order`, `$.items[0]`},
		{`$order[0]`, jsonpath.Variable, `order`, `$[0]`},
		{`$größe_2.x`, jsonpath.Variable, `größe_2`, `$.x`},
		{`$_.x`, jsonpath.Variable, `_`, `$.x`},
	} {
		root, name, path, err := jsonpath.Split(test.text)
		if err != nil || root != test.root || name != test.name || path != test.path {
			t.Errorf("Split(%q) = %v, %q, %q, %v", test.text, root, name, path, err)
		}
	}
	for _, text := range []string{``, `x`, `.x`, `@.x`, `$1`, `$-`, `$a-b`, `$$x`, `$$$`, ` $`, `$(x)`} {
		if root, name, path, err := jsonpath.Split(text); err == nil {
			t.Errorf("Split(%q) = %v, %q, %q", text, root, name, path)
		}
	}
}

func TestStaticFacts(t *testing.T) {
	for _, test := range []struct {
		path     string
		definite bool
		prefix   string
		whole    bool
		filter   bool
		calls    []string
	}{
		{path: `$`, definite: true, whole: true},
		{path: `$.a['b'][0].c`, definite: true, prefix: `['a']['b'][0]['c']`, whole: true},
		{path: `$.a[-1]`, definite: true, prefix: `['a'][-1]`, whole: true},
		{path: `$.a[*].b`, prefix: `['a']`},
		{path: `$.a['b','c']`, definite: true, prefix: `['a']`},
		{path: `$.a['b','c'].d`, prefix: `['a']`},
		{path: `$..a`},
		{path: `$.a[?(@.b)].c`, prefix: `['a']`, filter: true},
		{path: `$.a.length()`, definite: true, prefix: `['a']`, calls: []string{"length"}},
		{path: `$.a[*].first(1).nope()`, prefix: `['a']`, calls: []string{"first", "nope"}},
		{path: `$..[?(@.a)].b.sum()`, definite: true, filter: true, calls: []string{"sum"}},
	} {
		p := compile(t, test.path)
		steps, whole := p.Prefix()
		var prefix strings.Builder
		for _, s := range steps {
			prefix.WriteString(s.String())
		}
		if p.String() != test.path || p.Definite() != test.definite || prefix.String() != test.prefix || whole != test.whole ||
			p.HasFilter() != test.filter || !cmp.Equal(p.Functions(), test.calls) {
			t.Errorf("%s: definite %v, prefix %s whole %v, filter %v, functions %v", p, p.Definite(), &prefix, whole, p.HasFilter(), p.Functions())
		}
	}
	if !jsonpath.IsFunction("length") || jsonpath.IsFunction("nope") {
		t.Error("IsFunction does not tell length from nope")
	}
}

func TestEvalLeavesDocumentAsItIs(t *testing.T) {
	const text = `{"a":[1,2],"b":[{"c":[1]},{"c":[2]}]}`
	doc := parse(t, text)
	for _, path := range []string{`$.a.append(3)`, `$.b[*].c.append($.a)`, `$.a.append(1).append(2)`} {
		if _, err := compile(t, path).Eval(doc); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got := value.String(doc); got != text {
			t.Fatalf("%s made the document %s", path, got)
		}
	}
}

// A scan remembers places in the document while it goes on. The next evaluation
// must not see them, nor one that runs at the same time.
func TestPathsAreReusableAtOnce(t *testing.T) {
	doc := parse(t, `[[{"n": 1}, {"n": 2}], {"a": [{"n": 3}, {"n": 4}], "b": {"n": 5}}, [[{"n": 6}]]]`)
	for _, text := range []string{`$..[0].n`, `$..[?(@.n > 2)].n`, `$.sum($..n)`, `$[1].a[?(@.n in $..n)]`} {
		p := compile(t, text)
		want := outcome(t, text, doc)
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for range 50 {
					v, err := p.Eval(doc)
					if err != nil || value.String(v) != want {
						t.Errorf("%s = %v, %v, want %s", text, v, err, want)
					}
				}
			})
		}
		wait.Wait()
	}
}

func TestLimitsOfText(t *testing.T) {
	for name, path := range map[string]string{
		"length":      `$.` + strings.Repeat("a", jsonpath.MaxLength),
		"parentheses": `$[?(` + strings.Repeat("(", 200) + `@.a` + strings.Repeat(")", 200) + `)]`,
		"not":         `$[?(` + strings.Repeat("!(", 200) + `@.a` + strings.Repeat(")", 200) + `)]`,
		"filters":     `$` + strings.Repeat(`[?(@`, 200) + strings.Repeat(`)]`, 200),
		"arguments":   strings.Repeat(`$.keys(`, 200) + strings.Repeat(`)`, 200),
	} {
		var syntax *jsonpath.SyntaxError
		if _, err := jsonpath.Compile(path); !errors.As(err, &syntax) {
			t.Errorf("%s: %v, want a SyntaxError", name, err)
		}
	}
	long := `$` + strings.Repeat(`.a`, 10_000)
	if _, err := compile(t, long).Eval(parse(t, `{}`)); err == nil || !strings.Contains(err.Error(), "$['a']") {
		t.Errorf("a path of 10,000 steps: %v", err)
	}
}

func TestLimitsOfWork(t *testing.T) {
	nested := parse(t, strings.Repeat(`[1,{"a":`, 400)+`1`+strings.Repeat(`}]`, 400))
	wide := parse(t, `{"list":[`+strings.Repeat(`"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",`, 5000)+`1]}`)
	var deep any
	for range 20_000 {
		deep = []any{deep}
	}
	for _, test := range []struct {
		name string
		path string
		doc  any
		want string
	}{
		{"scans", `$..*..*..*..*`, nested, "5000000 values visited"},
		{"lists", `$.list[?(@ in $.list)]`, wide, "5000000 values visited"},
		{"expression", `$.list[?(@ =~ /(a+)+b/)]`, wide, "1000000 steps of a regular expression"},
		{"depth", `$..a`, deep, "10000 levels of a document"},
	} {
		var limit *jsonpath.LimitError
		if _, err := compile(t, test.path).Eval(test.doc); !errors.As(err, &limit) || limit.Limit != test.want {
			t.Errorf("%s: %v, want more than %s", test.name, err, test.want)
		}
	}
	for _, path := range []string{`$..*`, `$..a..a`, `$..[?(@.a)]`, `$[2147483647]`, `$[-2147483648:2147483647]`} {
		if _, err := compile(t, path).Eval(nested); errors.As(err, new(*jsonpath.LimitError)) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestPlainPathsDoNotAllocate(t *testing.T) {
	doc := parse(t, order)
	p := compile(t, `$.items[2].tags[0]`)
	if n := testing.AllocsPerRun(100, func() { _, _ = p.Eval(doc) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestElements(t *testing.T) {
	for _, test := range []struct{ path, before, behind string }{
		{"$.a.b[*].c", "['a']['b']", "['c']"},
		{"$.a[1:2].c[0]", "['a']", "['c'][0]"},
		{"$[0,1]", "", ""},
		{"$.a[?(@.b > 1)].c", "['a']", "['c']"},
		{"$.a", "none", ""},
		{"$..a", "none", ""},
		{"$.a[*].b[*]", "none", ""},
		{"$.a[*].b.length()", "none", ""},
	} {
		p, err := jsonpath.Compile(test.path)
		if err != nil {
			t.Fatal(err)
		}
		before, behind, ok := p.Elements()
		if !ok {
			if test.before != "none" {
				t.Errorf("%s is no path into elements", test.path)
			}
			continue
		}
		text := func(steps []jsonpath.Step) (all string) {
			for _, s := range steps {
				all += s.String()
			}
			return all
		}
		if text(before) != test.before || text(behind) != test.behind {
			t.Errorf("%s: before %s, behind %s", test.path, text(before), text(behind))
		}
	}
}
