package intrinsic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

// outline writes a call in a form that shows what the parser took for what.
func outline(text string, c *intrinsic.Call) string {
	var b strings.Builder
	b.WriteString(c.Name + "(")
	for i, a := range c.Args {
		if i > 0 {
			b.WriteString(" ")
		}
		switch a.Kind {
		case intrinsic.Literal:
			b.WriteString(value.String(a.Value))
		case intrinsic.PathArg:
			b.WriteString("<" + a.Path + ">")
		case intrinsic.CallArg:
			b.WriteString(outline(text, a.Call))
			if text[a.Offset:a.End] != a.Call.Text || a.Call.Offset != a.Offset {
				b.WriteString(" at the wrong place")
			}
		}
	}
	return b.String() + ")"
}

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		{`States.UUID()`, `States.UUID()`},
		{`States.UUID( )  `, `States.UUID()`},
		{`States.Array('a', 1, -2.50, 1e3, true, false, null)`, `States.Array("a" 1 -2.50 1e3 true false null)`},
		{`States.Array('it\'s \{\} \\ "x" {y} ü')`, `States.Array("it's {} \\ \"x\" {y} ü")`},
		{`States.Array($, $.a, $$, $$.Execution.Id, $name, $name.a[0])`, `States.Array(<$> <$.a> <$$> <$$.Execution.Id> <$name> <$name.a[0]>)`},
		{`States.Array($['a, b)'], $["c'd"], $['e\'f)'], $.a[?(@.b == ')' && @.c > 1)], $..d[0,1], $.e.length())`,
			`States.Array(<$['a, b)']> <$["c'd"]> <$['e\'f)']> <$.a[?(@.b == ')' && @.c > 1)]> <$..d[0,1]> <$.e.length()>)`},
		{`States.Array($.a[?(@.b =~ /x)],'/i)].c, $.d)`, `States.Array(<$.a[?(@.b =~ /x)],'/i)].c> <$.d>)`},
		{`States.Array($.delivery-partner, $.ü, $.[0].body)`, `States.Array(<$.delivery-partner> <$.ü> <$.[0].body>)`},
		{`States.Array(States.Array($.a), States.MathAdd(1,2))`, `States.Array(States.Array(<$.a>) States.MathAdd(1 2))`},
		{`States.Array(${Count}, '${Name}')`, `States.Array(<${Count}> "${Name}")`},
		{`States.MathAdd('wrong kind')`, `States.MathAdd("wrong kind")`},
	}
	for _, tt := range tests {
		c, err := intrinsic.Parse(tt.text)
		if err != nil {
			t.Errorf("Parse(%s): %v", tt.text, err)
			continue
		}
		if got := outline(tt.text, c); got != tt.want {
			t.Errorf("Parse(%s):\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestPathsComeInTheirOrder(t *testing.T) {
	const text = `States.Array($.a, States.Format('{}{}', $$.b, States.JsonToString($c)), $.a)`
	c, err := intrinsic.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range c.Paths() {
		got = append(got, a.Path)
		if text[a.Offset:a.End] != a.Path {
			t.Errorf("%s is at %q", a.Path, text[a.Offset:a.End])
		}
	}
	if diff := cmp.Diff([]string{"$.a", "$$.b", "$c", "$.a"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSyntaxErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, `0: a call starts with the name of a function, such as States.Format`},
		{`$.a`, `0: a call starts with the name of a function, such as States.Format`},
		{` States.UUID()`, `0: a blank before the call`},
		{`States.format('{}', 1)`, `0: there is no intrinsic function States.format; did you mean States.Format?`},
		{`States.Fromat('{}', 1)`, `0: there is no intrinsic function States.Fromat; did you mean States.Format?`},
		{`UUID()`, `0: there is no intrinsic function UUID; did you mean States.UUID?`},
		{`States.Frobnicate()`, `0: there is no intrinsic function States.Frobnicate`},
		{`States.Array(States.Sum(1))`, `13: there is no intrinsic function States.Sum`},
		{`States.UUID`, `11: unexpected end of text after States.UUID; the arguments follow in parentheses`},
		{`States.StringToJson $.e)`, `19: unexpected ' ' after States.StringToJson; the arguments follow in parentheses`},
		{`States.UUID() x`, `14: unexpected 'x' after the call; a field holds one call only`},
		{`States.UUID()[0]`, `13: unexpected '[' after the call; a field holds one call only`},
		{`States.Array(`, `13: unexpected end of text in a call; an argument or a closing parenthesis is missing`},
		{`States.JsonToString($`, `21: unexpected end of text after an argument of States.JsonToString; a comma or a closing parenthesis is missing`},
		{`States.Format($.t $.a)`, `18: unexpected '$' after an argument of States.Format; a comma or a closing parenthesis is missing`},
		{`States.Array(1,,2)`, `15: unexpected ','; an argument is missing before it`},
		{`States.Array(1, )`, `16: unexpected ')'; an argument is missing before it`},
		{`States.Format('{}, $.a)`, `14: a string that is not closed; a single quote is missing; one inside a string is written \'`},
		{`States.Format("{}", $.a)`, `14: unexpected double quote; strings stand in single quotes`},
		{`States.StringToJson('{"a":"\"b\""}')`, `27: a backslash that escapes nothing; the escapes are \' \{ \} and \\ (in JSON text each backslash is written twice)`},
		{`States.StringSplit('a\nb', ',')`, `21: a backslash that escapes nothing; the escapes are \' \{ \} and \\ (in JSON text each backslash is written twice)`},
		{`States.Array('a\`, `15: a backslash that escapes nothing; the escapes are \' \{ \} and \\ (in JSON text each backslash is written twice)`},
		{`States.Array([1])`, `13: unexpected '['; an array is written States.Array(...)`},
		{`States.Array({})`, `13: unexpected '{'; an object is written States.StringToJson('...')`},
		{`States.Array(foo)`, `13: unexpected word foo; strings stand in single quotes, and paths start with $`},
		{`States.Array(1.)`, `13: 1. is not a number; numbers are written as in JSON`},
		{`States.Array(-)`, `13: - is not a number; numbers are written as in JSON`},
		{`States.Array(01)`, `13: 01 is not a number; numbers are written as in JSON`},
		{`States.Array(.5)`, `13: a call starts with the name of a function, such as States.Format`},
		{`States.Array(+5)`, `13: unexpected '+'; an argument is a string in single quotes, a number, true, false, null, a path or a call`},
		{`States.Array($.a[?(@.b)`, `13: a path whose brackets are not closed: ']' is missing`},
		{`States.Array($.a['b)`, `13: a path whose brackets are not closed: ']' is missing`},
		{strings.Repeat(`States.Array(`, 11) + strings.Repeat(`)`, 11), `130: calls are nested more than 10 deep; compute a part in an earlier state`},
		{strings.Repeat(`States.Array(`, 100_000), `130: calls are nested more than 10 deep; compute a part in an earlier state`},
	}
	for _, tt := range tests {
		c, err := intrinsic.Parse(tt.text)
		var syntax *intrinsic.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%.60s) = %v, %v; want a *SyntaxError", tt.text, c, err)
			continue
		}
		got := fmt.Sprintf("%d: %s", syntax.Offset, syntax.Message)
		if syntax.Hint != "" {
			got += "; " + syntax.Hint
		}
		if got != tt.want {
			t.Errorf("Parse(%.60s):\n got %s\nwant %s", tt.text, got, tt.want)
		}
		if want := "invalid intrinsic function call at offset " + tt.want; err.Error() != want {
			t.Errorf("Parse(%.60s): the error is %s", tt.text, err)
		}
	}
}

func TestTenNestedCallsAreFine(t *testing.T) {
	if _, err := intrinsic.Parse(strings.Repeat(`States.Array(`, 10) + strings.Repeat(`)`, 10)); err != nil {
		t.Error(err)
	}
}
