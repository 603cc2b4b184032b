package dsl_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
)

// TestConditionsMeanTheSameInBothLanguages prints each condition in both languages
// and lets the interpreter decide it for an order in which coupon and due are
// absent and limit is null.
func TestConditionsMeanTheSameInBothLanguages(t *testing.T) {
	noon := time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		name      string
		condition dsl.Condition
		test      string // JSONPath
		jsonata   string
		want      string // true, false, or what fails in JSONPath and is false in JSONata
	}{
		{"string", id.Equals("o-1"), `{"Variable":"$.id","StringEquals":"o-1"}`, `$states.input.id = 'o-1'`, "true"},
		{"string that has both quotes", id.Equals(`'"\`), `{"Variable":"$.id","StringEquals":"'\"\\"}`, `$states.input.id = "'\"\\"`, "false"},
		{"number", total.AtMost(12.5), `{"Variable":"$.total","NumericLessThanEquals":12.5}`, `$states.input.total <= 12.5`, "true"},
		{"negative number", count.GreaterThan(-1), `{"Variable":"$.count","NumericGreaterThan":-1}`, `$states.input.count > (-1)`, "true"},
		{"less", count.LessThan(3), `{"Variable":"$.count","NumericLessThan":3}`, `$states.input.count < 3`, "false"},
		{"at least", count.AtLeast(3), `{"Variable":"$.count","NumericGreaterThanEquals":3}`, `$states.input.count >= 3`, "true"},
		{"boolean", paid.Equals(true), `{"Variable":"$.paid","BooleanEquals":true}`, `$states.input.paid = true`, "true"},
		{"time", placed.Equals(noon), `{"Variable":"$.placed","TimestampEquals":"2026-01-02T04:04:05+01:00"}`,
			`$toMillis($states.input.placed) = $toMillis('2026-01-02T04:04:05+01:00')`, "true"},
		{"text of unknown type", dsl.As[any](id).Equals("o-1"), `{"Variable":"$.id","StringEquals":"o-1"}`, `$states.input.id = 'o-1'`, "true"},
		{"two references", count.LessThanRef(dsl.As[int](total)), `{"Variable":"$.count","NumericLessThanPath":"$.total"}`, `$states.input.count < $states.input.total`, "true"},
		{"two times", placed.AtMostRef(dsl.Context.Execution.StartTime), `{"Variable":"$.placed","TimestampLessThanEqualsPath":"$$.Execution.StartTime"}`,
			`$toMillis($states.input.placed) <= $toMillis($states.context.Execution.StartTime)`, ""},
		{"greater", total.GreaterThanRef(total), `{"Variable":"$.total","NumericGreaterThanPath":"$.total"}`, `$states.input.total > $states.input.total`, "false"},
		{"at least another", total.AtLeastRef(total), `{"Variable":"$.total","NumericGreaterThanEqualsPath":"$.total"}`, `$states.input.total >= $states.input.total`, "true"},
		{"equal to another", id.EqualsRef(city), `{"Variable":"$.id","StringEqualsPath":"$.customer.city"}`, `$states.input.id = $states.input.customer.city`, "false"},
		{"pattern", id.Matches("o-*"), `{"Variable":"$.id","StringMatches":"o-*"}`, `$contains($states.input.id, /^o\-[\s\S]*$/)`, "true"},
		{"pattern of the whole", id.Matches("-*"), `{"Variable":"$.id","StringMatches":"-*"}`, `$contains($states.input.id, /^\-[\s\S]*$/)`, "false"},
		{"pattern with escapes", id.Matches(`\*\\/(`), `{"Variable":"$.id","StringMatches":"\\*\\\\/("}`, `$contains($states.input.id, /^\*\x5C\/\($/)`, "false"},

		{"present", id.IsPresent(), `{"Variable":"$.id","IsPresent":true}`, `$exists($states.input.id)`, "true"},
		{"not present", coupon.IsPresent(), `{"Variable":"$.coupon","IsPresent":true}`, `$exists($states.input.coupon)`, "false"},
		{"present null", limit.IsPresent(), `{"Variable":"$.limit","IsPresent":true}`, `$exists($states.input.limit)`, "true"},
		{"null", limit.IsNull(), `{"Variable":"$.limit","IsNull":true}`, `$states.input.limit = null`, "true"},
		{"is a string", id.IsString(), `{"Variable":"$.id","IsString":true}`, `$type($states.input.id) = 'string'`, "true"},
		{"is a number", id.IsNumeric(), `{"Variable":"$.id","IsNumeric":true}`, `$type($states.input.id) = 'number'`, "false"},
		{"is a boolean", paid.IsBoolean(), `{"Variable":"$.paid","IsBoolean":true}`, `$type($states.input.paid) = 'boolean'`, "true"},
		{"is a timestamp", placed.IsTimestamp(), `{"Variable":"$.placed","IsTimestamp":true}`, "", "true"},
		{"is no timestamp", id.IsTimestamp(), `{"Variable":"$.id","IsTimestamp":true}`, "", "false"},

		{"absent and equal", coupon.Equals("x"), "", `$states.input.coupon = 'x'`, "absent"},
		{"absent and less", coupon.LessThan("x"), "", `$type($states.input.coupon) = 'string' and $states.input.coupon < 'x'`, "absent"},
		{"null and less", limit.LessThan(3), "", `$type($states.input.limit) = 'number' and $states.input.limit < 3`, "false"},
		{"absent operand", count.LessThanRef(dsl.Index(dsl.Index(grid, 9), 0)), "", `$type($states.input.grid[9][0]) = 'number' and $states.input.count < $states.input.grid[9][0]`, "absent"},
		{"absent time", due.Equals(noon), "", `$type($states.input.due) = 'string' and $toMillis($states.input.due) = $toMillis('2026-01-02T04:04:05+01:00')`, "absent"},
		{"absent and matched", coupon.Matches("*"), "", `$type($states.input.coupon) = 'string' and $contains($states.input.coupon, /^[\s\S]*$/)`, "absent"},
		{"not absent and less", dsl.Not(coupon.LessThan("x")), "", "", "absent"},
		{"guarded", dsl.And(coupon.IsPresent(), coupon.LessThan("x")), "", "", "false"},

		{"and", dsl.And(id.Equals("o-1"), count.Equals(3)),
			`{"And":[{"Variable":"$.id","StringEquals":"o-1"},{"Variable":"$.count","NumericEquals":3}]}`,
			`$states.input.id = 'o-1' and $states.input.count = 3`, "true"},
		{"or in and", dsl.And(dsl.Or(id.Equals("x"), count.Equals(3)), dsl.Not(paid.Equals(false))),
			`{"And":[{"Or":[{"Variable":"$.id","StringEquals":"x"},{"Variable":"$.count","NumericEquals":3}]},{"Not":{"Variable":"$.paid","BooleanEquals":false}}]}`,
			`($states.input.id = 'x' or $states.input.count = 3) and $not($states.input.paid = false)`, "true"},
		{"and in or", dsl.Or(dsl.And(id.Equals("x"), count.Equals(3)), dsl.And(paid.Equals(true))), "",
			`($states.input.id = 'x' and $states.input.count = 3) or $states.input.paid = true`, "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, language := range []asl.QueryLanguage{asl.JSONPath, asl.JSONata} {
				m := deciding(t, c.condition, language)
				rule := m.States[0].(*asl.Choice).Choices[0]
				if language == asl.JSONPath && c.test != "" {
					rules, _ := asl.StateValue(m.States[0]).Get("Choices")
					want := c.test[:len(c.test)-1] + `,"Next":"Yes"}`
					if got := value.String(rules.([]any)[0]); got != want {
						t.Errorf("JSONPath:\n got %s\nwant %s", got, want)
					}
				}
				if language == asl.JSONata && c.jsonata != "" && rule.Condition.Value != "{% "+c.jsonata+" %}" {
					t.Errorf("JSONata:\n got %s\nwant {%% %s %%}", rule.Condition.Value, c.jsonata)
				}
				switch {
				case c.want == "":
				case c.want != "absent":
					equalJSON(t, string(language), run(t, m, orderText), c.want)
				case language == asl.JSONata:
					equalJSON(t, "JSONata", run(t, m, orderText), strconv.FormatBool(strings.HasPrefix(c.name, "not ")))
				}
			}
		})
	}
}

func deciding(t *testing.T, c dsl.Condition, language asl.QueryLanguage) *asl.StateMachine {
	t.Helper()
	w := dsl.New[order, bool]("decide", dsl.Choice("Decide").
		When(c, dsl.Pass("Yes").Output(true)).
		Otherwise(dsl.Pass("No").Output(false)))
	if language == asl.JSONata {
		w = w.JSONata()
	}
	m, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestJSONataConditionsCanBeExpressions(t *testing.T) {
	m := deciding(t, dsl.And(
		dsl.Expr[bool]("$sum({0}.qty) > {1} or false", lines, dsl.Const(-1)).Equals(true),
		dsl.Field(func(o *order) *customer { return &o.Customer }).Equals(customer{Name: "Ada", address: address{"London"}}),
		dsl.Input[any]().EqualsRef(dsl.Context.Execution.Input)), asl.JSONata)
	want := `{% ($sum($states.input.lines.qty) > (-1) or false) and $states.input.customer = {'name': 'Ada', 'city': 'London'} and $states.input = $states.context.Execution.Input %}`
	if got := m.States[0].(*asl.Choice).Choices[0].Condition.Value; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	equalJSON(t, "output", run(t, m, orderText), "true")
}

// TestMatchesIsThePatternOfBothLanguages compares the operator StringMatches with
// the regular expression that stands for it in JSONata.
func TestMatchesIsThePatternOfBothLanguages(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab*\\/()[]{}-.$^|é\n'\"")), 0, 6, -1)
	rapid.Check(t, func(rt *rapid.T) {
		pattern, subject := text.Draw(rt, "pattern"), text.Draw(rt, "subject")
		if rapid.Bool().Draw(rt, "from the pattern") {
			subject = strings.NewReplacer(`\*`, "*", `\\`, `\`, "*", "(a)\n[").Replace(pattern)
		}
		if trimmed := strings.TrimRight(pattern, `\`); (len(pattern)-len(trimmed))%2 == 1 {
			pattern = trimmed
		}
		pattern = strings.NewReplacer(`\*`, `\*`, `\\`, `\\`, `\`, "").Replace(pattern) // no other escapes
		in := value.String(value.NewObject(value.Member{Name: "id", Value: subject}))
		a := run(t, deciding(t, id.Matches(pattern), asl.JSONPath), in)
		b := run(t, deciding(t, id.Matches(pattern), asl.JSONata), in)
		if a != b {
			rt.Fatalf("%q ~ %q: JSONPath %s, JSONata %s", subject, pattern, a, b)
		}
	})
}
