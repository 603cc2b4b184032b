package regex

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const limit = 1_000_000

// TestAgreesWithJava runs expressions with the answers of java.util.regex (Java
// 17), written or generated for this package. Not among them are lazy groups that
// match nothing inside possessive ones, which Java leaves earlier.
func TestAgreesWithJava(t *testing.T) {
	text, err := os.ReadFile("testdata/java.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Expr, Flags    string
		Invalid        bool
		Matches, Fails []string
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		p, err := Compile(c.Expr, c.Flags)
		if (err != nil) != c.Invalid {
			t.Errorf("Compile(%q, %q): %v, but in Java invalid is %v", c.Expr, c.Flags, err, c.Invalid)
		}
		if err != nil {
			continue
		}
		for _, s := range c.Matches {
			if ok, _ := p.MatchWhole(s, limit); !ok {
				t.Errorf("%q %q does not match %q", c.Expr, c.Flags, s)
			}
		}
		for _, s := range c.Fails {
			if ok, _ := p.MatchWhole(s, limit); ok {
				t.Errorf("%q %q matches %q", c.Expr, c.Flags, s)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ expr, want string }{
		{`[z-a]`, `regular expression: a range goes backwards at character 4`},
		{`a(b`, `regular expression: a ( lacks its ) at character 3`},
		{`a)b`, `regular expression: a ) without ( at character 1`},
		{`*a`, `regular expression: nothing to repeat before * at character 0`},
		{`a{2,1}`, `regular expression: a count goes from more to less at character 5`},
		{`\p{foo}`, `regular expression: an unknown property foo at character 7`},
		{`(?<=(ab)*)c`, `regular expression: how far a look-behind goes must be bounded at character 0`},
		{strings.Repeat("(", 200) + strings.Repeat(")", 200), `regular expression: too many groups inside one another at character 100`},
		{strings.Repeat("[", 200), `regular expression: too many classes inside one another at character 100`},
		{`((a{2,3}b){1000}){1000}`, `regular expression: the expression is too large at character 0`},
		{`(?:(?:){99999}){99999}x{1048577}`, `regular expression: a count is too large at character 31`},
	} {
		if _, err := Compile(test.expr, ""); err == nil || err.Error() != test.want {
			t.Errorf("Compile(%q): %v, want %s", test.expr, err, test.want)
		}
	}
}

func TestStepsAreLimited(t *testing.T) {
	p, err := Compile(`(a+)+b|(?:a|aa)*c`, "")
	if err != nil {
		t.Fatal(err)
	}
	if ok, steps := p.MatchWhole(strings.Repeat("a", 40), limit); ok || steps != limit+1 {
		t.Errorf("MatchWhole = %v after %d steps", ok, steps)
	}
	if ok, steps := p.MatchWhole("aab", limit); !ok || steps <= 0 || steps > 100 {
		t.Errorf("MatchWhole = %v after %d steps", ok, steps)
	}
}

func TestLongInputs(t *testing.T) {
	long := strings.Repeat("a\n", 100_000)
	for _, expr := range []string{`(?s).*`, `(?s:.)*\n`, `[a\n]+`, `[a\n]++`} {
		p, err := Compile(expr, "")
		if err != nil {
			t.Fatal(err)
		}
		if ok, steps := p.MatchWhole(long, limit); !ok {
			t.Errorf("%s does not match after %d steps", expr, steps)
		}
	}
}

// FuzzMatch holds for any expression and input: nothing panics, and a match ends
// within its steps.
func FuzzMatch(f *testing.F) {
	for _, expr := range []string{`(a|b)*?c{2,}`, `[a-c&&[^b]]+`, `(?<n>a)\k<n>`, `(?i)(?=x)\bé\Z`, `\Qa.b\E++`, `\p{Lu}\x{61}\u0041`} {
		f.Add(expr, "ix", "abc é\r\n")
	}
	f.Fuzz(func(t *testing.T, expr, flags, input string) {
		p, err := Compile(expr, flags)
		if err != nil {
			return
		}
		const few = 10_000
		ok, steps := p.MatchWhole(input, few)
		if steps > few+1 || ok && steps > few {
			t.Errorf("%q on %q: %v after %d steps", expr, input, ok, steps)
		}
	})
}
