package jsonata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/jsonata"
)

// describeInfo writes what an expression uses, a line each.
func describeInfo(text string, info *jsonata.Info) string {
	var b strings.Builder
	for _, v := range info.Variables {
		path := "$" + v.Variable.Name
		for _, m := range v.Members {
			path += "." + m.Name
		}
		fmt.Fprintf(&b, "variable %s at %d\n", path, v.Variable.Pos())
	}
	for _, c := range info.Calls {
		fmt.Fprintf(&b, "call %s of %d", c.Name, c.Args)
		if c.Builtin != nil {
			fmt.Fprintf(&b, ", takes %d to %d", c.Builtin.Min, c.Builtin.Max)
		}
		if c.Bare {
			b.WriteString(", bare")
		}
		b.WriteByte('\n')
	}
	for _, v := range info.Assigned {
		fmt.Fprintf(&b, "assigns $%s at %d\n", v.Name, v.Pos())
	}
	for _, n := range info.Inputs {
		fmt.Fprintf(&b, "input %s at %d\n", text[n.Pos():n.End()], n.Pos())
	}
	return b.String()
}

func TestInfo(t *testing.T) {
	tests := []struct{ text, want string }{
		{`1 + 2`, ""},
		{`$states.input.order.id`, "variable $states.input.order.id at 0\n"},
		{`$states.input.items[0].sku[]`, "variable $states.input.items.sku at 0\n"},
		{`$states.input.(a.b)`, "variable $states.input at 0\n"},
		{`$states[0].input#$i.x@$y.z`, "variable $states.input.x.z at 0\n"},
		{`$states.*.x`, "variable $states at 0\n"},
		{`$x & $states.input`, "variable $x at 0\nvariable $states.input at 5\n"},
		{"$states.input.`a b`", "variable $states.input.a b at 0\n"},
		{`$states.input."a b"`, "variable $states.input at 0\n"},
		{`$states.input[$x > price].id`, "variable $states.input.id at 0\nvariable $x at 14\n"},
		{`$orders[total > $limit]`, "variable $orders at 0\nvariable $limit at 16\n"},

		{`a.b`, "input a at 0\n"},
		{`a + b`, "input a at 0\ninput b at 4\n"},
		{`$`, "input $ at 0\n"},
		{`$$.a`, "input $$ at 0\n"},
		{`$x.($$.a)`, "variable $x at 0\ninput $$ at 4\n"},
		{`$x.(a.$)`, "variable $x at 0\n"},
		{`$x[a = b].c`, "variable $x.c at 0\n"},
		{`$x^(a).b`, "variable $x.b at 0\n"},
		{`*.a`, "input * at 0\n"},
		{`**`, "input ** at 0\n"},
		{`{"k": a}`, "input a at 6\n"},
		{`$x.a.b^(c)[0].d.(e).f`, "variable $x.a.b.d at 0\n"},
		{`$x.(a)^(c).d`, "variable $x at 0\n"},
		{`($x.a).b`, "variable $x.a at 1\n"},
		{`$x.{"k": a}`, "variable $x at 0\n"},
		{`$x{a: b}`, "variable $x at 0\n"},
		{`[a, $x.b]`, "variable $x.b at 4\ninput a at 1\n"},
		{`a ? b : c`, "input a at 0\ninput b at 4\ninput c at 8\n"},
		{`-a`, "input a at 1\n"},
		{`(a; $x.(b))`, "variable $x at 4\ninput a at 1\n"},
		{`$x ~> |a|{"b": c}, d|`, "variable $x at 0\n"},
		{`$map($x, function($v){ $v.a })`, "variable $map at 0\nvariable $x at 5\ncall map of 2, takes 2 to 2\n"},
		{`$map($x, function($v){ a })`, "variable $map at 0\nvariable $x at 5\ncall map of 2, takes 2 to 2\ninput a at 23\n"},

		{`$sum(1, 2)`, "variable $sum at 0\ncall sum of 2, takes 1 to 1\n"},
		{`$nosuch(1)`, "variable $nosuch at 0\ncall nosuch of 1\n"},
		{`sum(1)`, "call sum of 1, bare\n"},
		{`$x ~> $sum()`, "variable $x at 0\nvariable $sum at 6\ncall sum of 1, takes 1 to 1\n"},
		{`$x ~> $sum`, "variable $x at 0\nvariable $sum at 6\n"},
		{`$substring(?, 1)`, "variable $substring at 0\ncall substring of 2, takes 1 to 3\n"},
		{`$x ~> $substring(?, 1)`, "variable $x at 0\nvariable $substring at 6\ncall substring of 2, takes 1 to 3\n"},
		{`(function(){1})()`, "call  of 0\n"},
		{`$f(1)(2)`, "variable $f at 0\ncall f of 1\ncall  of 1\n"},

		{`$x := 1`, "assigns $x at 0\n"},
		{`($x := 1; $x + $y)`, "variable $y at 15\nassigns $x at 1\n"},
		{`($x := $x; $x)`, "variable $x at 7\nassigns $x at 1\n"},
		{`(($x := 1); $x)`, "variable $x at 12\nassigns $x at 2\n"},
		{`($x := 1; ($x))`, "assigns $x at 1\n"},
		{`($f := function($n){ $n ? $f($n - 1) : $later }; $later := 1; $f(2))`,
			"call f of 1\ncall f of 1\nassigns $f at 1\nassigns $later at 49\n"},
		{`($sum := 1; $sum(2))`, "call sum of 1\nassigns $sum at 1\n"},
		{`function($a){ $a + $b }`, "variable $b at 19\n"},
		{`function($a){ ($c := $a; $c) }`, "assigns $c at 15\n"},
		{`a@$x.b[$x = 1].$x`, "input a at 0\n"},
		{`a#$i{$string($i): $i}`, "variable $string at 5\ncall string of 1, takes 0 to 2\ninput a at 0\n"},
		{`(a#$i).b; $i`, ""},
		{`a#$i^($i)[$i > 0].$i`, "input a at 0\n"},
		{`a.b#$i.($i + $j)`, "variable $j at 13\ninput a at 0\n"},
		{`[a#$i.b, $i]`, "variable $i at 9\ninput a at 1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			expr, err := jsonata.Compile(tt.text)
			if err != nil {
				if tt.want != "" {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, describeInfo(tt.text, expr.Info())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInfoKnowsTheProfile(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known bool
		opts  []jsonata.Option
	}{
		{"eval", true, nil},
		{"uuid", false, nil},
		{"eval", false, []jsonata.Option{jsonata.StepFunctions()}},
		{"uuid", true, []jsonata.Option{jsonata.StepFunctions()}},
	} {
		call := jsonata.MustCompile("$"+tt.name+"()", tt.opts...).Info().Calls[0]
		if (call.Builtin != nil) != tt.known {
			t.Errorf("$%s is known: %v", tt.name, call.Builtin != nil)
		}
	}
}

// describeNode writes a tree with the text of each node.
func describeNode(text string, n jsonata.Node) string {
	var b strings.Builder
	jsonata.Walk(n, func(n jsonata.Node) bool {
		fmt.Fprintf(&b, "%s %s\n", strings.TrimPrefix(fmt.Sprintf("%T", n), "*jsonata."), text[n.Pos():n.End()])
		return true
	})
	return b.String()
}

func TestNodesHaveTheirPlaces(t *testing.T) {
	tests := []struct{ text, want string }{
		{` a . b [ 0 ] `, `
Path a . b [ 0 ]
Name a
Filter b [ 0 ]
Name b
Literal 0
`},
		{`$x[] ~> $f(?, -"é") /* end */`, `
Binary $x[] ~> $f(?, -"é")
KeepArray $x[]
Variable $x
Call $f(?, -"é")
Variable $f
Placeholder ?
Negation -"é"
Literal "é"
`},
		{`a.(%.*; **@$v#$i^(>a, b){"k": [1..2]})`, `
Path a.(%.*; **@$v#$i^(>a, b){"k": [1..2]})
Name a
Block (%.*; **@$v#$i^(>a, b){"k": [1..2]})
Path %.*
Parent %
Wildcard *
Group **@$v#$i^(>a, b){"k": [1..2]}
Sort **@$v#$i^(>a, b)
Index **@$v#$i
Focus **@$v
Descendants **
Variable $v
Variable $i
Name a
Name b
Literal "k"
Array [1..2]
Binary 1..2
Literal 1
Literal 2
`},
		{`function($a, $b)<nn:n>{ $c := a ? /x/i : |y|{}, "z"| }`, `
Lambda function($a, $b)<nn:n>{ $c := a ? /x/i : |y|{}, "z"| }
Variable $a
Variable $b
Assignment $c := a ? /x/i : |y|{}, "z"|
Variable $c
Condition a ? /x/i : |y|{}, "z"|
Name a
Regex /x/i
Transform |y|{}, "z"|
Name y
Object {}
Literal "z"
`},
	}
	for _, tt := range tests {
		root := jsonata.MustCompile(tt.text).Root()
		if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), describeNode(tt.text, root)); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}

func TestWalkSkipsWhatVisitRefuses(t *testing.T) {
	text := `a.(b + c).d`
	var seen []string
	jsonata.Walk(jsonata.MustCompile(text).Root(), func(n jsonata.Node) bool {
		seen = append(seen, text[n.Pos():n.End()])
		_, block := n.(*jsonata.Block)
		return !block
	})
	if diff := cmp.Diff([]string{text, "a", "(b + c)", "d"}, seen); diff != "" {
		t.Error(diff)
	}
}
