package ecma_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/jsonata/internal/ecma"
)

// recorded is a line of testdata/matches.jsonl: a pattern, its flags, a text, and
// what RegExp.exec of V8 11.3 made of them. Groups that took no part are null.
type recorded struct {
	pattern, flags, text string
	want                 *struct {
		At     *int
		Groups []*string
		Error  string
	}
}

func readRecorded(t testing.TB) []recorded {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "matches.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []recorded
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r recorded
		fields := []any{&r.pattern, &r.flags, &r.text, &r.want}
		if err := json.Unmarshal(lines.Bytes(), &fields); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// unlimited is a meter that lets everything pass.
func unlimited(int) error { return nil }

func TestMatchesAsJavaScriptDoes(t *testing.T) {
	for _, r := range readRecorded(t) {
		re, err := ecma.Compile(r.pattern, r.flags)
		if err != nil {
			if r.want == nil || r.want.Error == "" {
				t.Errorf("/%s/%s: %v", r.pattern, r.flags, err)
			}
			continue
		}
		if r.want != nil && r.want.Error != "" {
			t.Errorf("/%s/%s is read, want %s", r.pattern, r.flags, r.want.Error)
			continue
		}
		at, err := re.Match(r.text, 0, unlimited)
		if err != nil {
			t.Errorf("/%s/%s: %v", r.pattern, r.flags, err)
			continue
		}
		if r.want == nil {
			if at != nil {
				t.Errorf("/%s/%s finds %v in %q, want nothing", r.pattern, r.flags, at, r.text)
			}
			continue
		}
		var groups []*string
		for i := 0; i < len(at); i += 2 {
			var group *string
			if at[i] >= 0 && at[i+1] >= 0 {
				s := r.text[at[i]:at[i+1]]
				group = &s
			}
			groups = append(groups, group)
		}
		if diff := cmp.Diff(r.want.Groups, groups); diff != "" {
			t.Errorf("/%s/%s on %q: %s", r.pattern, r.flags, r.text, diff)
		} else if r.want.At != nil && *r.want.At != at[0] {
			t.Errorf("/%s/%s on %q: at %d, want %d", r.pattern, r.flags, r.text, at[0], *r.want.At)
		}
	}
}

func TestACharacterIsACodePoint(t *testing.T) {
	for pattern, want := range map[string]string{`😀+`: "😀😀", `[😀-😂]`: "😀", `.`: "😀", `x😀?`: "x", `\ud83d\ude00`: "😀", `[^x]`: "😀"} {
		re, err := ecma.Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		text := "😀😀"
		if pattern == `x😀?` {
			text = "x"
		}
		at, err := re.Match(text, 0, unlimited)
		if err != nil || at == nil || text[at[0]:at[1]] != want {
			t.Errorf("%s: %v, %v", pattern, at, err)
		}
	}
}

func TestSyntaxErrorsAreInTheWordsOfV8(t *testing.T) {
	tests := map[string]string{
		"(":            "Unterminated group",
		")":            "Unmatched ')'",
		"[a":           "Unterminated character class",
		"[b-a]":        "Range out of order in character class",
		"a{2,1}":       "numbers out of order in {} quantifier",
		"*":            "Nothing to repeat",
		"{1}":          "Nothing to repeat",
		`\`:            `\ at end of pattern`,
		"(?x)":         "Invalid group",
		"(?<1>a)":      "Invalid capture group name",
		"(?<a>)(?<a>)": "Duplicate capture group name",
		`(?<a>)\k<b>`:  "Invalid named capture referenced",
		`(?<a>)\k`:     "Invalid named reference",
	}
	for pattern, want := range tests {
		_, err := ecma.Compile(pattern, "")
		var e *ecma.SyntaxError
		if !errors.As(err, &e) || e.Message != want {
			t.Errorf("%s: got %v, want %s", pattern, err, want)
		}
	}
	if _, err := ecma.Compile(strings.Repeat("(", 5000), ""); err == nil {
		t.Error("a pattern nested too deep is read")
	}
}

func TestMatchStartsAtAnOffset(t *testing.T) {
	re, err := ecma.Compile(`(?<=a)b|^a`, "")
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range []int{0, 1, 3, 3, -1} {
		at, err := re.Match("abab", from, unlimited)
		got := -1
		if at != nil {
			got = at[0]
		}
		if err != nil || got != want {
			t.Errorf("from %d: at %d, %v; want %d", from, got, err, want)
		}
	}
}

func TestMeterEndsAMatch(t *testing.T) {
	stop := errors.New("stop")
	for _, pattern := range []string{`^(a+)+$`, `(a*)*b`, `(?=(a+)+$)b`, `(?:a?){30}a{30}b`, `(.*)(.*)(.*)(.*)x`} {
		re, err := ecma.Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		_, err = re.Match(strings.Repeat("a", 60)+"!", 0, func(n int) error {
			if steps += n; steps > 100_000 {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) || steps > 110_000 {
			t.Errorf("%s: %v after %d steps", pattern, err, steps)
		}
	}
}

func TestStepsAreTheSameEveryTime(t *testing.T) {
	re, err := ecma.Compile(`(a|ab)(c|bcd)(d*)`, "i")
	if err != nil {
		t.Fatal(err)
	}
	count := func() (steps int) {
		for range 50 { // enough to be metered
			if _, err := re.Match(strings.Repeat("ABCD ", 100)+"abcd", 3, func(n int) error { steps += n; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		return steps
	}
	if a, b := count(), count(); a != b {
		t.Errorf("%d steps, then %d", a, b)
	}
}

func TestLongTextsNeedNoRecursion(t *testing.T) {
	text := strings.Repeat("ab", 100_000)
	for _, pattern := range []string{`^(?:ab)*$`, `^(ab)*$`, `^(?:a|b)*$`, `^[ab]*$`, `^.*?$`} {
		re, err := ecma.Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		at, err := re.Match(text, 0, unlimited)
		if err != nil || at == nil || at[1] != len(text) {
			t.Errorf("%s: %v, %v", pattern, at, err)
		}
	}
}

func TestStackIsLimited(t *testing.T) {
	re, err := ecma.Compile(`^(?:(a)|(b))*$`, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Match(strings.Repeat("ab", 1_000_000), 0, unlimited); !errors.Is(err, ecma.ErrStack) {
		t.Errorf("got %v", err)
	}
}

// FuzzMatch checks that any pattern and text end in a match within the text, in
// none, or in an error.
func FuzzMatch(f *testing.F) {
	for _, r := range readRecorded(f) {
		f.Add(r.pattern, r.flags, r.text)
	}
	stop := errors.New("stop")
	f.Fuzz(func(t *testing.T, pattern, flags, text string) {
		re, err := ecma.Compile(pattern, flags)
		if err != nil {
			return
		}
		steps := 0
		at, err := re.Match(text, 0, func(n int) error {
			if steps += n; steps > 1_000_000 {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) && !errors.Is(err, ecma.ErrStack) {
			t.Fatal(err)
		}
		if at == nil {
			return
		}
		if len(at) != 2*(re.Groups()+1) {
			t.Fatalf("%d places for %d groups", len(at), re.Groups())
		}
		for i := 0; i < len(at); i += 2 {
			if at[i] > at[i+1] && at[i+1] >= 0 || at[i+1] > len(text) || i == 0 && at[0] < 0 {
				t.Fatalf("places %v in a text of %d bytes", at, len(text))
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	for _, bm := range []struct{ name, pattern, text string }{
		{"mail", `^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$`, "ada.lovelace@example.org"},
		{"groups", `(\d{4})-(\d\d)-(\d\d)`, "placed on 2024-02-29"},
		{"word", `needle`, strings.Repeat("hay ", 250) + "needle"},
		{"choice", `foo|bar|baz`, strings.Repeat("x", 1000) + "baz"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			re, err := ecma.Compile(bm.pattern, "")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if at, err := re.Match(bm.text, 0, unlimited); err != nil || at == nil {
					b.Fatal(at, err)
				}
			}
		})
	}
}
