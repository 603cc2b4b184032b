package jsonata_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// expressions generates expressions over testdata/input.json, most of them sound.
type expressions struct{ *rapid.T }

func (g expressions) pick(of ...string) string { return rapid.SampledFrom(of).Draw(g.T, "pick") }

func (g expressions) number(n int) int { return rapid.IntRange(0, n-1).Draw(g.T, "n") }

func (g expressions) list(depth, most int) string {
	parts := make([]string, g.number(most+1))
	for i := range parts {
		parts[i] = g.expr(depth)
	}
	return strings.Join(parts, ", ")
}

func (g expressions) leaf() string {
	return g.pick("orders", "items", "sku", "price", "customer", "name", "matrix", "mixed", "nothing", "missing", "tree", "words",
		"$", "$$", "$x", "$i", "%", "*", "**", "1", "-2.5", `"a"`, `""`, "null", "true", "[]", "{}", "/a(b)?/", "1e308", "$sum", "$string", "$append")
}

func (g expressions) expr(depth int) string {
	if depth == 0 {
		return g.leaf()
	}
	depth--
	e := func() string { return g.expr(depth) }
	switch g.number(20) {
	case 0, 1, 2:
		return e() + "." + e()
	case 3, 4:
		return e() + "[" + e() + "]"
	case 5:
		return e() + g.pick("[]", "@$x", "#$i", "[0]", "[-1]")
	case 6:
		return e() + "^(" + g.pick("", "<", ">") + e() + ")"
	case 7:
		return e() + "{" + e() + ": " + e() + "}"
	case 8:
		return e() + " " + g.pick("+", "-", "*", "/", "%", "=", "!=", "<", ">=", "&", "and", "or", "in", "~>") + " " + e()
	case 9:
		return "[" + g.list(depth, 3) + "]"
	case 10:
		return "[" + e() + ".." + g.pick("1", "5", "$count(orders)", e()) + "]"
	case 11:
		return `{"k": ` + e() + ", " + e() + ": " + e() + "}"
	case 12:
		return "(" + e() + "; " + e() + ")"
	case 13:
		return "($x := " + e() + "; " + e() + ")"
	case 14:
		return e() + " ? " + e() + " : " + e()
	case 15:
		return "function($x, $i){" + e() + "}" + g.pick("", "("+g.list(depth, 3)+")")
	case 16:
		return "|" + e() + "|" + e() + g.pick("", ", "+e()) + "|"
	case 17:
		return "-" + e()
	}
	return "$" + g.pick(functionNames...) + "(" + g.list(depth, 3) + g.pick("", "", "", ", ?") + ")"
}

var functionNames = func() []string {
	var names []string
	for name := range jsonata.Builtins() {
		if name != "random" && name != "shuffle" && name != "now" && name != "millis" {
			names = append(names, name)
		}
	}
	return names
}()

func TestAnyExpressionEndsWell(t *testing.T) {
	input := readInput(t)
	before := value.String(input)
	rapid.Check(t, func(t *rapid.T) {
		text := expressions{t}.expr(4)
		expr, err := jsonata.Compile(text, jsonata.MaxSteps(100_000), jsonata.MaxMemory(8<<20))
		if err != nil {
			return
		}
		expr.Info()
		eval := func() string {
			v, err := expr.Eval(context.Background(), input, jsonata.Env{})
			if err != nil {
				return err.Error()
			}
			return describe(v) // which panics of anything that is no value
		}
		first := eval()
		if again := eval(); again != first {
			t.Fatalf("%s\ngives %s\nthen  %s", text, first, again)
		}
		if value.String(input) != before {
			t.Fatalf("%s\nchanges its input", text)
		}
	})
}
