package intrinsic_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

// FuzzParse parses any text. What parses must say the right places, parse again
// from the text of each of its calls, and be checked and evaluated without a panic.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`States.Format('{} \'{}\'', $.a, States.MathAdd(1, -2.5))`, `States.Array($.a[?(@.b =~ /x/ && @.c == ')')], $$, $v.x, null)`,
		`States.Hash('x', 'MD5')  `, `States.StringToJson('\{"a":[1]\}')`, `States.Format('a\`, `States.UUID(`, ` States.UUID()`,
		`States.ArrayRange(1, 9, 2)`, `States.ArrayPartition(States.Array(1,2,3), 2)`, `States.StringSplit('a,b', ',')`, `States.Base64Decode('YQ==')`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := intrinsic.Parse(text)
		if err != nil {
			var syntax *intrinsic.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || syntax.Message == "" {
				t.Fatalf("error %#v", err)
			}
			return
		}
		if strings.TrimRight(text, " \t\r\n") != c.Text {
			t.Fatalf("the call's text is %q", c.Text)
		}
		again, err := intrinsic.Parse(c.Text)
		if err != nil || outline(c.Text, again) != outline(text, c) {
			t.Fatalf("%q parses differently again: %v", c.Text, err)
		}
		for _, p := range c.Paths() {
			if text[p.Offset:p.End] != p.Path || !strings.HasPrefix(p.Path, "$") {
				t.Fatalf("path %q at %d", p.Path, p.Offset)
			}
		}
		problems := intrinsic.Check(c)
		for _, p := range problems {
			if p.Offset < 0 || p.End > len(text) || p.Offset >= p.End {
				t.Fatalf("problem %+v", p)
			}
		}
		v, err := c.Eval(intrinsic.Env{Path: func(int) (any, error) { return nil, nil }})
		if err == nil && len(problems) > 0 && !strings.Contains(text, "JsonMerge") {
			t.Fatalf("evaluates to %s in spite of %v", value.String(v), problems)
		}
	})
}

// FuzzEval calls every function with any values. Whatever they are, it returns a
// value or an *Error.
func FuzzEval(f *testing.F) {
	f.Add(uint8(0), `{"a":"{} {}","b":[1,{"x":null}],"c":1.5}`)
	f.Add(uint8(3), `{"a":[true,false,[1],"x",1.0],"b":-1,"c":1e400}`)
	f.Add(uint8(7), `{"a":{"x":1},"b":{"x":{},"y":2},"c":false}`)
	f.Add(uint8(9), `{"a":"eyJh=","b":"SHA-1","c":null}`)
	functions := intrinsic.Functions()
	var calls []*intrinsic.Call
	for _, fn := range functions {
		for n := fn.Min; n <= max(fn.Min, fn.Max, 3*-fn.Max); n++ {
			c, err := intrinsic.Parse(fn.Name + "(" + strings.Join([]string{"$.a", "$.b", "$.c"}[:n], ",") + ")")
			if err != nil {
				f.Fatal(err)
			}
			calls = append(calls, c)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, input string) {
		c := calls[int(which)%len(calls)]
		if v, err := value.Parse(input); err != nil || value.Kind(v) != "object" {
			return
		}
		v, err := c.Eval(env(c, input))
		if err != nil {
			var failure *intrinsic.Error
			if !errors.As(err, &failure) || failure.Message == "" || v != nil {
				t.Fatalf("%s of %s: %v, %#v", c.Text, input, v, err)
			}
			return
		}
		again, err := value.Parse(value.String(v))
		if err != nil || value.String(again) != value.String(v) {
			t.Fatalf("%s of %s gives %s, which is no JSON: %v", c.Text, input, value.String(v), err)
		}
	})
}
