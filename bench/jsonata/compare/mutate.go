package main

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/stepwise-go/stepwise/asl/jsonata"
)

// mutator makes new expressions of those of a suite.
type mutator struct {
	random    *rand.Rand
	cases     []job
	tokens    []string // of all cases
	pieces    []string // what stands in brackets in them
	parts     []string // the texts of the nodes of their trees
	functions []string
}

// token is a string, a name or variable, a number, an operator, or blanks.
var token = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`" +
	`|\$?[A-Za-z_][A-Za-z_0-9]*|\$+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|:=|!=|<=|>=|~>|\.\.|\*\*|\s+|.`)

// hidden depends on the clock or on chance, or takes the engines too long.
var hidden = regexp.MustCompile(`\$(now|millis|random|shuffle)\b|[0-9]{7}|[eE][0-9]{2}`)

// literals are values that functions and operators may stumble over.
var literals = []string{
	"0", "-1", "1.5", "0.1", "1e21", "1e-7", "9007199254740993", `""`, `"a"`, `"é😀x"`, `"2024-02-29"`, `"12"`, "null", "true", "false",
	"[]", "[1]", "[[1,2],[3]]", "[0..3]", `["b","a","b"]`, "{}", `{"a":1,"b":[2,3]}`, `{"a":{"b":null}}`, "$", "$$", "nothing", "%", "*", "**",
	"/a(b)?/i", "function($v){$v}", "function($a,$b){$a & $b}", "$sum", "$uppercase", "function(){1}", "$string(?)", "|$|{\"z\":1}|",
}

// around are what an expression may be put into.
var around = [][2]string{
	{"(", ").a"}, {"", "[0]"}, {"", "[-1]"}, {"", "[]"}, {"$string(", ")"}, {"$count(", ")"}, {"[", "]"}, {`{"k": `, "}"}, {"(", `) & "."`},
	{"$map(", ", function($v, $i){[$i, $v]})"}, {"$type(", ")"}, {"$keys(", ")"}, {"(", `){$string($): $}`}, {"(", ")^($)"}, {"(", ") ~> $reverse"},
	{"$distinct(", ")"}, {"(", ") = $"}, {"(", ") in [1, \"a\"]"}, {"-(", ")"}, {"(", ")#$i.$i"}, {"(", ")@$x.$x"}, {"$spread(", ")"}, {"$merge(", ")"},
	{"$boolean(", ")"}, {"$not(", ")"}, {"(", ") ? 1 : 2"}, {"$each(", ", function($v, $k){$k})"}, {"$zip(", ", [1, 2])"}, {"$append(", ", 1)"},
	{"$lookup(", `, "a")`}, {"$filter(", ", function($v){$v})"}, {"$reduce(", ", function($a, $b){[$a, $b]})"}, {"$sort(", ")"}, {"$join(", ")"},
	{"$number(", ")"}, {"$length(", ")"}, {"$exists(", ")"}, {"$f(", ")"}, {"(", ").*"}, {"(", ").**"}, {"($f := ", "; $f)"}, {"$single(", ")"},
}

func newMutator(s *suite, seed uint64) *mutator {
	m := &mutator{random: rand.New(rand.NewPCG(seed, seed)), cases: s.cases}
	for _, c := range s.cases {
		tokens := token.FindAllString(c.Text, -1)
		m.tokens = append(m.tokens, tokens...)
		for i := range tokens {
			if end := closing(tokens, i); end > i+1 && end-i < 40 {
				m.pieces = append(m.pieces, strings.Join(tokens[i:end+1], ""))
			}
		}
		for _, n := range nodes(c.Text) {
			m.parts = append(m.parts, c.Text[n.Pos():n.End()])
		}
	}
	m.functions = functions()
	return m
}

// closing returns the place of the bracket that closes the one at i, i if none does.
func closing(tokens []string, i int) int {
	const open, shut = "([{", ")]}"
	depth := 0
	for j := i; j < len(tokens); j++ {
		switch t := tokens[j]; {
		case len(t) == 1 && strings.Contains(open, t):
			depth++
		case len(t) == 1 && strings.Contains(shut, t):
			depth--
		}
		if depth == 0 {
			return j
		}
	}
	return i
}

func (m *mutator) pick(of []string) string { return of[m.random.IntN(len(of))] }

// next returns a case changed in one to three places.
func (m *mutator) next() job {
	for {
		j := m.cases[m.random.IntN(len(m.cases))]
		const longest = 600
		if len(j.Text) > longest {
			continue
		}
		text := j.Text
		for range 1 + m.random.IntN(3) {
			if all := nodes(text); len(all) > 0 && m.random.IntN(4) > 0 {
				text = m.changeNode(text, all[m.random.IntN(len(all))])
			} else if tokens := token.FindAllString(text, -1); len(tokens) > 0 {
				text = strings.Join(m.change(tokens), "")
			}
		}
		if text != j.Text && len(text) <= 2*longest && !hidden.MatchString(text) {
			j.Text = text
			return j
		}
	}
}

// nodes returns the nodes of an expression, none if it is not sound.
func nodes(text string) (all []jsonata.Node) {
	e, err := jsonata.Compile(text)
	if err != nil {
		return nil
	}
	jsonata.Walk(e.Root(), func(n jsonata.Node) bool {
		all = append(all, n)
		return true
	})
	return all
}

// changeNode changes one node, so that the expression mostly stays sound.
func (m *mutator) changeNode(text string, n jsonata.Node) string {
	before, node, after := text[:n.Pos()], text[n.Pos():n.End()], text[n.End():]
	switch m.random.IntN(6) {
	case 0:
		node = m.pick(literals)
	case 1, 2:
		node = m.pick(m.parts)
	case 3:
		a := around[m.random.IntN(len(around))]
		node = a[0] + node + a[1]
	case 4:
		inner := nodes(node)
		if len(inner) > 0 {
			i := inner[m.random.IntN(len(inner))]
			node = node[i.Pos():i.End()]
		}
	case 5:
		node = m.pick(m.functions) + "(" + node + m.pick([]string{"", "", ", 2", `, "a"`, ", function($v, $i){$i}", ", " + m.pick(m.parts)}) + ")"
	}
	return before + node + after
}

func (m *mutator) change(tokens []string) []string {
	i, j := m.random.IntN(len(tokens)), m.random.IntN(len(tokens))
	tokens = append([]string(nil), tokens...)
	switch m.random.IntN(12) {
	case 0:
		return append(tokens[:i], tokens[i+1:]...)
	case 1:
		return insert(tokens, i, tokens[i])
	case 2:
		tokens[i], tokens[j] = tokens[j], tokens[i]
	case 3:
		tokens[i] = m.pick(m.tokens)
	case 4:
		return insert(tokens, i, m.pick(m.tokens))
	case 5, 6:
		tokens[i] = m.pick(literals)
	case 7, 8:
		a := around[m.random.IntN(len(around))]
		return append(append([]string{a[0]}, tokens...), a[1])
	case 9:
		for k := range tokens {
			if at := (i + k) % len(tokens); strings.HasPrefix(tokens[at], "$") && len(tokens[at]) > 2 {
				tokens[at] = m.pick(m.functions)
				break
			}
		}
	case 10:
		if end := closing(tokens, i); end > i {
			return append(insert(tokens[:i:i], i, m.pick(m.pieces)), tokens[end+1:]...)
		}
		tokens[i] = m.pick(m.pieces)
	case 11:
		if end := closing(tokens, i); end > i {
			a := around[m.random.IntN(len(around))]
			return insert(insert(tokens, end+1, a[1]), i, a[0])
		}
		tokens[i] = m.pick(literals)
	}
	return tokens
}

func insert(tokens []string, at int, t string) []string {
	return append(tokens[:at:at], append([]string{t}, tokens[at:]...)...)
}
