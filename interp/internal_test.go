package interp

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// TestStringsCompareAsInJava compares with the order of UTF-16 code units.
func TestStringsCompareAsInJava(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("aAz\u007f\u0080é\ud7ff\ue000\uf900\uffff\U00010000\U0001f600\U0010ffff")))
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		if got := compareStrings(a, b); got != want {
			t.Fatalf("%q and %q compare as %d, want %d", a, b, got, want)
		}
	})
}

// TestPatternsMatchAsRegularExpressions compares StringMatches with the regular
// expression of the same meaning.
func TestPatternsMatchAsRegularExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringMatching(`([ab*]|\\\*|\\\\){0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab*\\]{0,10}`).Draw(t, "text")
		p, err := newPattern(source)
		if err != nil {
			t.Fatal(err)
		}
		var expr strings.Builder
		for i := 0; i < len(source); i++ {
			switch source[i] {
			case '*':
				expr.WriteString("(?s:.*)")
			case '\\':
				i++
				fallthrough
			default:
				expr.WriteString(regexp.QuoteMeta(source[i : i+1]))
			}
		}
		if got, want := p.matches(text), regexp.MustCompile("^"+expr.String()+"$").MatchString(text); got != want {
			t.Fatalf("%q matches %q: %v, want %v", source, text, got, want)
		}
	})
}

// TestTimersFireInOrder sets and cancels timers at random: the rest must fire by
// instant, and at one instant in the order in which they were set.
func TestTimersFireInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q timers
		var set []*timer
		for range rapid.IntRange(0, 50).Draw(t, "timers") {
			set = append(set, q.set(rapid.Int64Range(0, 5).Draw(t, "at"), nil))
			if rapid.Bool().Draw(t, "cancel") {
				at := rapid.IntRange(0, len(set)-1).Draw(t, "which")
				q.cancel(set[at])
				set = slices.Delete(set, at, at+1)
			}
		}
		slices.SortFunc(set, func(a, b *timer) int {
			if q.less(a, b) {
				return -1
			}
			return 1
		})
		for _, want := range set {
			got := q.next()
			q.cancel(got)
			if got != want {
				t.Fatalf("timer %d at %d fires, want %d at %d", got.seq, got.at, want.seq, want.at)
			}
		}
		if q.next() != nil {
			t.Fatal("a cancelled timer fires")
		}
	})
}

func TestQueueKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var want []*thread
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(want) > 0 && rapid.IntRange(0, 2).Draw(t, "pop") == 0 {
				if got := q.pop(); got != want[0] {
					t.Fatal("threads come out of order")
				}
				want = want[1:]
				continue
			}
			next := &thread{}
			q.push(next)
			want = append(want, next)
		}
		if q.n != len(want) {
			t.Fatalf("queue holds %d, want %d", q.n, len(want))
		}
	})
}

func TestInstantsAreWrittenAsTheServiceDoes(t *testing.T) {
	const second = 1_756_289_082_000_000_000
	for fraction, want := range map[int64]string{
		0: "2025-08-27T10:04:42Z", 1_000_000: "2025-08-27T10:04:42.001Z",
		1_000: "2025-08-27T10:04:42.000001Z", 1: "2025-08-27T10:04:42.000000001Z",
	} {
		if got := instant(second + fraction); got != want {
			t.Errorf("instant is %s, want %s", got, want)
		}
	}
}
