package dsl_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/interp"
)

type order struct {
	ID       string            `json:"id"`
	Total    float64           `json:"total"`
	Count    int               `json:"count"`
	Paid     bool              `json:"paid"`
	Placed   time.Time         `json:"placed"`
	Odd      string            `json:"an odd name"`
	Quote    string            `json:"a-b"`
	And      string            `json:"and"`
	Lines    []line            `json:"lines"`
	Tags     map[string]string `json:"tags"`
	Grid     [][]int           `json:"grid"`
	Coupon   *string           `json:"coupon,omitempty"`
	Limit    *int              `json:"limit"`
	Due      *time.Time        `json:"due,omitempty"`
	Pair     [2]string         `json:"pair"`
	Customer customer          `json:"customer"`
	Failure  *dsl.ErrorOutput  `json:"failure,omitempty"`
}

type line struct {
	SKU string `json:"sku"`
	Qty int    `json:"qty"`
}

type customer struct {
	Name string `json:"name"`
	address
}

type address struct {
	City string `json:"city"`
}

const orderText = `{"id":"o-1","total":12.5,"count":3,"paid":true,"placed":"2026-01-02T03:04:05Z",
	"an odd name":"odd","a-b":"dash","and":"word","lines":[{"sku":"A","qty":1},{"sku":"B","qty":2}],
	"tags":{"it's":"quoted","k":"v"},"grid":[[1,2],[3,4]],"limit":null,"pair":["x","y"],"customer":{"name":"Ada","city":"London"}}`

var (
	id      = dsl.Field(func(o *order) *string { return &o.ID })
	total   = dsl.Field(func(o *order) *float64 { return &o.Total })
	count   = dsl.Field(func(o *order) *int { return &o.Count })
	paid    = dsl.Field(func(o *order) *bool { return &o.Paid })
	placed  = dsl.Field(func(o *order) *time.Time { return &o.Placed })
	lines   = dsl.Field(func(o *order) *[]line { return &o.Lines })
	tags    = dsl.Field(func(o *order) *map[string]string { return &o.Tags })
	grid    = dsl.Field(func(o *order) *[][]int { return &o.Grid })
	coupon  = dsl.Field(func(o *order) *string { return o.Coupon })
	limit   = dsl.Field(func(o *order) *int { return o.Limit })
	due     = dsl.Field(func(o *order) *time.Time { return o.Due })
	city    = dsl.Field(func(o *order) *string { return &o.Customer.City })
	someone = dsl.Var[customer]("someone")
)

// TestReferencesMeanTheSameInBothLanguages prints each value in both languages
// and lets the interpreter read it from an order.
func TestReferencesMeanTheSameInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		name              string
		value             any
		jsonPath, jsonata string // as the value of the key "v.$" or "v"; "" is not looked at
		want              string // "" is no fixed value
	}{
		{"field", id, "$.id", "$states.input.id", `"o-1"`},
		{"field of an embedded struct", city, "$.customer.city", "$states.input.customer.city", `"London"`},
		{"embedded struct", dsl.Field(func(o *order) *address { return &o.Customer.address }), "$.customer", "$states.input.customer", `{"name":"Ada","city":"London"}`},
		{"whole input", dsl.Input[order](), "$", "$states.input", orderText},
		{"whole input by accessor", dsl.Field(func(o *order) *order { return o }), "$", "$states.input", orderText},
		{"name with a blank", dsl.Field(func(o *order) *string { return &o.Odd }), "$['an odd name']", "$states.input.`an odd name`", `"odd"`},
		{"name with a dash", dsl.Field(func(o *order) *string { return &o.Quote }), "$['a-b']", "$states.input.`a-b`", `"dash"`},
		{"name that is an operator", dsl.Field(func(o *order) *string { return &o.And }), "$.and", "$states.input.`and`", `"word"`},
		{"key with a quote", dsl.Key(tags, "it's"), `$.tags['it\'s']`, "$states.input.tags.`it's`", `"quoted"`},
		{"key", dsl.Key(tags, "k"), "$.tags.k", "$states.input.tags.k", `"v"`},
		{"element", dsl.At(dsl.Index(lines, 1), func(l *line) *string { return &l.SKU }), "$.lines[1].sku", "$states.input.lines[1].sku", `"B"`},
		{"last element", dsl.Index(lines, -1), "$.lines[-1]", "$states.input.lines[-1]", `{"sku":"B","qty":2}`},
		{"element of an element", dsl.Index(dsl.Index(grid, 1), 0), "$.grid[1][0]", "$states.input.grid[1][0]", `3`},
		{"element of an array", dsl.Field(func(o *order) *string { return &o.Pair[1] }), "$.pair[1]", "$states.input.pair[1]", `"y"`},
		{"context", dsl.Context.StateMachine.Name, "$$.StateMachine.Name", "$states.context.StateMachine.Name", ""},
		{"below the context", dsl.At(dsl.As[order](dsl.Context.Execution.Input), func(o *order) *int { return &o.Count }), "$$.Execution.Input.count", "$states.context.Execution.Input.count", `3`},
		{"variable", someone, "$someone", "$someone", `{"name":"Ada","city":"London"}`},
		{"field of a variable", dsl.At(someone, func(c *customer) *string { return &c.Name }), "$someone.name", "$someone.name", `"Ada"`},
		{"expression", dsl.Expr[string]("$.id"), "$.id", "", ""},
		{"below an expression", dsl.At(dsl.Expr[customer]("$.customer"), func(c *customer) *string { return &c.Name }), "$.customer.name", "", ""},
		{"expression with arguments", dsl.Expr[int]("States.MathAdd({0}, {1})", count, dsl.Const(2)), "States.MathAdd($.count, 2)", "", ""},

		{"constant", dsl.Const(1.5), "", "", `1.5`},
		{"constant struct", line{"C", 9}, "", "", `{"sku":"C","qty":9}`},
		{"constant time", dsl.Const(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)), "", "", `"2026-01-02T00:00:00Z"`},
		{"null", nil, "", "", `null`},
		{"typed map with references", map[string]dsl.Value[string]{"id": id, "c": dsl.Const("c")}, "", "", `{"c":"c","id":"o-1"}`},
		{"list of objects with references", []any{dsl.Object{"id": id}, 1}, "", "", `[{"id":"o-1"},1]`},
		{"list with references", []any{id, count, "it's", 2, true, nil, []int{1, 2}}, `States.Array($.id, $.count, 'it\'s', 2, true, null, States.Array(1, 2))`, "", `["o-1",3,"it's",2,true,null,[1,2]]`},
		{"nested list with references", []any{[]dsl.Ref[string]{id, city}, dsl.Object{"a": 1}}, `States.Array(States.Array($.id, $.customer.city), States.StringToJson('{"a":1}'))`, "", `[["o-1","London"],{"a":1}]`},
		{"built value", dsl.Build(func(l *line) []dsl.Assignment {
			l.Qty = 7
			return []dsl.Assignment{id.To(&l.SKU)}
		}), "", "", `{"sku":"o-1","qty":7}`},
		{"built value with a whole part", dsl.Build(func(o *struct {
			Who  customer
			Pair [2]string
			List []line
			Deep *line `json:",omitempty"`
		}) []dsl.Assignment {
			o.List, o.Deep = make([]line, 1), &line{}
			return []dsl.Assignment{someone.To(&o.Who), id.To(&o.Pair[1]), city.To(&o.List[0].SKU), count.To(&o.Deep.Qty)}
		}), "", "", `{"Who":{"name":"Ada","city":"London"},"Pair":["","o-1"],"List":[{"sku":"London","qty":0}],"Deep":{"sku":"","qty":3}}`},

		{"format", fn.Format("{}: {} {} it's \\{{}\\}", id, count, true, nil), `States.Format('{}: {} {} it\'s \{{}\}', $.id, $.count, true, null)`,
			`$states.input.id & ': ' & $states.input.count & ' ' & true & " it's {" & null & '}'`, `"o-1: 3 true it's {null}"`},
		{"format of one value", fn.Format("{}", count), "States.Format('{}', $.count)", "$string($states.input.count)", `"3"`},
		{"format of nothing", fn.Format("x"), "States.Format('x')", "'x'", `"x"`},
		{"JSON", fn.JSON(lines), "States.JsonToString($.lines)", "$string($states.input.lines)", `"[{\"sku\":\"A\",\"qty\":1},{\"sku\":\"B\",\"qty\":2}]"`},
		{"parse", fn.Parse[line](fn.JSON(dsl.Index(lines, 0))), "States.StringToJson(States.JsonToString($.lines[0]))", "$parse($string($states.input.lines[0]))", `{"sku":"A","qty":1}`},
		{"UUID", fn.UUID(), "States.UUID()", "$uuid()", ""},
		{"hash", fn.Hash(id, "MD5"), "States.Hash($.id, 'MD5')", "$hash($states.input.id, 'MD5')", `"ab8e7263ab3ab8220b9ada31fa9c435c"`},
		{"hash of data", fn.Hash(dsl.Index(lines, 0), "SHA-1"), "States.Hash($.lines[0], 'SHA-1')", "$hash($string($states.input.lines[0]), 'SHA-1')", ""},
		{"Base64", fn.Base64(id), "States.Base64Encode($.id)", "$base64encode($states.input.id)", `"by0x"`},
		{"Base64 back", fn.Unbase64(fn.Base64(id)), "", "", `"o-1"`},
		{"split", fn.Split(dsl.Const("a-b/c]d--e"), "-/]"), "States.StringSplit('a-b/c]d--e', '-/]')", `[$split('a-b/c]d--e', /[\-\/\]]/)[$ != '']]`, `["a","b","c","d","e"]`},
		{"split into one", fn.Split(id, ","), "States.StringSplit($.id, ',')", `[$split($states.input.id, /[\,]/)[$ != '']]`, `["o-1"]`},
		{"add", fn.Add(count, fn.Add(count, dsl.Const(-1))), "States.MathAdd($.count, States.MathAdd($.count, -1))", "$states.input.count + ($states.input.count + (-1))", `5`},
		{"random", fn.Random(dsl.Const(1), count), "States.MathRandom(1, $.count)", "$floor($random() * ($states.input.count - 1)) + 1", ""},
		{"random with a seed", fn.RandomSeeded(dsl.Const(4), dsl.Const(5), count), "States.MathRandom(4, 5, $.count)", "$floor($random($states.input.count) * (5 - 4)) + 4", `4`},
		{"array", fn.Array[string](id, city), "States.Array($.id, $.customer.city)", "[$states.input.id, $states.input.customer.city]", `["o-1","London"]`},
		{"array of lists", fn.Array[[]line](lines, lines), "States.Array($.lines, $.lines)", "[[$states.input.lines], [$states.input.lines]]", `[[{"sku":"A","qty":1},{"sku":"B","qty":2}],[{"sku":"A","qty":1},{"sku":"B","qty":2}]]`},
		{"length", fn.Len(lines), "States.ArrayLength($.lines)", "$count($states.input.lines)", `2`},
		{"element at a computed index", fn.Element(lines, fn.Add(count, dsl.Const(-2))), "States.ArrayGetItem($.lines, States.MathAdd($.count, -2))", "$states.input.lines[$states.input.count + (-2)]", `{"sku":"B","qty":2}`},
		{"contains", fn.Contains(dsl.Const([]int{1, 3}), count), "States.ArrayContains(States.Array(1, 3), $.count)", "$states.input.count in [1, 3]", `true`},
		{"unique", fn.Unique(dsl.Const([]int{1, 2, 1})), "States.ArrayUnique(States.Array(1, 2, 1))", "$distinct([1, 2, 1])", `[1,2]`},
		{"partition", fn.Partition(dsl.Const([]int{1, 2, 3}), dsl.Const(2)), "States.ArrayPartition(States.Array(1, 2, 3), 2)", "$partition([1, 2, 3], 2)", `[[1,2],[3]]`},
		{"range", fn.Range(dsl.Const(1), dsl.Const(9), count), "States.ArrayRange(1, 9, $.count)", "$range(1, 9, $states.input.count)", `[1,4,7]`},
		{"merge", fn.Merge[any](dsl.Index(lines, 0), dsl.Const(dsl.Object{"qty": 5})), `States.JsonMerge($.lines[0], States.StringToJson('{"qty":5}'), false)`, "$merge([$states.input.lines[0], {'qty': 5}])", `{"sku":"A","qty":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, language := range []asl.QueryLanguage{asl.JSONPath, asl.JSONata} {
				if c.jsonata == "" && c.jsonPath != "" && c.want == "" && language == asl.JSONata {
					continue // an expression in the other language's words
				}
				m := showing(t, c.value, language)
				text := c.jsonPath
				if language == asl.JSONata && c.jsonata != "" {
					text = "{% " + c.jsonata + " %}"
				}
				if got := shown(m); text != "" && (language == asl.JSONPath || c.jsonata != "") && got != text {
					t.Errorf("%s:\n got %s\nwant %s", language, got, text)
				}
				if c.want != "" {
					equalJSON(t, string(language), run(t, m, orderText), `{"v":`+c.want+`}`)
				}
			}
		})
	}
}

// showing returns a machine that hands on {"v": a value}.
func showing(t *testing.T, v any, language asl.QueryLanguage) *asl.StateMachine {
	t.Helper()
	customers := dsl.Field(func(o *order) *customer { return &o.Customer })
	w := dsl.New[order, any]("show",
		dsl.Pass("Keep").Assign(someone.Set(customers)),
		dsl.Pass("Show").Output(dsl.Object{"v": v}))
	if language == asl.JSONata {
		w = w.JSONata()
	}
	m, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// shown returns how the value is written.
func shown(m *asl.StateMachine) string {
	p := m.States[1].(*asl.Pass)
	for _, payload := range []*asl.Payload{p.Parameters, p.Output} {
		if payload == nil {
			continue
		}
		first := payload.Value.(*value.Object).At(0)
		if text, ok := first.Value.(string); ok {
			return text
		}
	}
	return ""
}

func run(t *testing.T, m *asl.StateMachine, input string) string {
	t.Helper()
	machine, err := interp.New(m)
	if err != nil {
		t.Fatalf("%v\n%s", err, m.Indent())
	}
	in, err := value.Parse(input)
	if err != nil {
		t.Fatal(err)
	}
	x, err := machine.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if x.Err() != nil {
		t.Fatalf("%v\n%s", x.Err(), m.Indent())
	}
	return x.OutputText()
}

func equalJSON(t *testing.T, what, got, want string) {
	t.Helper()
	g, err := value.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := value.Parse(want)
	if err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if !value.Equal(g, w) {
		t.Errorf("%s:\n%s", what, cmp.Diff(value.Indent(w), value.Indent(g)))
	}
}

// TestAnyNameAndAnyConstantSurvives reads a member of any name, and hands on any
// constant, in both languages.
func TestAnyNameAndAnyConstantSurvives(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune("ab.$[]'\"`\\{}%*@ \n\té世")))
	rapid.Check(t, func(rt *rapid.T) {
		name, content := text.Draw(rt, "name"), text.Draw(rt, "content")
		if strings.HasSuffix(name, ".$") || strings.HasPrefix(content, "{%") || strings.HasSuffix(content, "%}") {
			return
		}
		inner := value.NewObject(value.Member{Name: name, Value: content})
		input := value.String(value.NewObject(value.Member{Name: "m", Value: inner}))
		member := dsl.Key(dsl.Field(func(v *struct {
			M map[string]string `json:"m"`
		}) *map[string]string {
			return &v.M
		}), name)
		// As the value of a key, as an argument of a function, and as constants there.
		out := dsl.Object{"read": member, "listed": []any{member, content}, "constant": inner,
			"merged": fn.Merge[any](dsl.Input[any](), dsl.Const(inner))}
		want := value.NewObject(
			value.Member{Name: "read", Value: content},
			value.Member{Name: "listed", Value: []any{content, content}},
			value.Member{Name: "constant", Value: inner},
			value.Member{Name: "merged", Value: value.NewObject(value.Member{Name: "m", Value: inner}).With(name, content)})
		for _, w := range []*dsl.Workflow[any, any]{
			dsl.New[any, any]("any", dsl.Pass("P").Output(out)),
			dsl.New[any, any]("any", dsl.Pass("P").Output(out)).JSONata(),
		} {
			m, err := w.Build()
			if err != nil {
				rt.Fatal(err)
			}
			got, err := value.Parse(run(t, m, input))
			if err != nil {
				rt.Fatal(err)
			}
			if !value.Equal(got, want) {
				rt.Fatalf("%s\n got %s\nwant %s", m.Indent(), value.String(got), value.String(want))
			}
		}
	})
}
