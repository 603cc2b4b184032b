package fn_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/interp"
)

type data struct {
	Text  string
	JSON  string
	Coded string
	N     int
	List  []int
	A, B  map[string]int
}

var (
	text  = dsl.Field(func(d *data) *string { return &d.Text })
	json  = dsl.Field(func(d *data) *string { return &d.JSON })
	coded = dsl.Field(func(d *data) *string { return &d.Coded })
	n     = dsl.Field(func(d *data) *int { return &d.N })
	list  = dsl.Field(func(d *data) *[]int { return &d.List })
	a     = dsl.Field(func(d *data) *map[string]int { return &d.A })
	b     = dsl.Field(func(d *data) *map[string]int { return &d.B })

	input = data{
		Text: "a,b;c", JSON: `{"k":[1,2]}`, Coded: "aGk=", N: 2,
		List: []int{1, 2, 3, 2}, A: map[string]int{"x": 1, "y": 1}, B: map[string]int{"y": 2},
	}
)

// Every function gives the same in both query languages. The order of Unique is the
// service's own in JSONPath, so its count stands for it.
func TestFunctionsGiveTheSameInBothLanguages(t *testing.T) {
	const hash = "^\"[0-9a-f]{64}\"$"
	for name, test := range map[string]struct {
		value any
		want  string // a regular expression
	}{
		"Add":          {fn.Add(n, dsl.Const(40)), `^42$`},
		"Array":        {fn.Array(n, dsl.Const(3)), `^\[2,3\]$`},
		"Base64":       {fn.Base64(text), `^"YSxiO2M="$`},
		"Contains":     {fn.Contains(list, n), `^true$`},
		"Contains not": {fn.Contains(list, dsl.Const(7)), `^false$`},
		"Element":      {fn.Element(list, n), `^3$`},
		"Format":       {fn.Format("{}: {} of {}", text, n, 'x'), `^"a,b;c: 2 of 120"$`},
		"Hash":         {fn.Hash(text, "SHA-256"), hash},
		"JSON":         {fn.JSON(list), `^"\[1,2,3,2\]"$`},
		"Len":          {fn.Len(list), `^4$`},
		"Merge":        {fn.Merge[map[string]int](a, b), `^{"x":1,"y":2}$`},
		"Parse":        {fn.Parse[map[string][]int](json), `^{"k":\[1,2\]}$`},
		"Partition":    {fn.Partition(list, dsl.Const(3)), `^\[\[1,2,3\],\[2\]\]$`},
		"Random":       {fn.Random(dsl.Const(1), dsl.Const(3)), `^[12]$`},
		"RandomSeeded": {fn.RandomSeeded(dsl.Const(1), dsl.Const(3), n), `^[12]$`},
		"Range":        {fn.Range(dsl.Const(1), dsl.Const(9), n), `^\[1,3,5,7,9\]$`},
		"Split":        {fn.Split(text, ",;"), `^\["a","b","c"\]$`},
		"UUID":         {fn.UUID(), `^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$`},
		"Unbase64":     {fn.Unbase64(coded), `^"hi"$`},
		"Unique":       {fn.Len(fn.Unique(list)), `^3$`},
	} {
		for language, jsonata := range map[string]bool{"JSONPath": false, "JSONata": true} {
			t.Run(name+"/"+language, func(t *testing.T) {
				w := dsl.New[data, any]("w", dsl.Pass("P").Output(dsl.Object{"v": test.value}))
				if jsonata {
					w = w.JSONata()
				}
				got := run(t, w)
				if inner := got[len(`{"v":`) : len(got)-1]; !regexp.MustCompile(test.want).MatchString(inner) {
					t.Errorf("got %s, want %s", inner, test.want)
				}
			})
		}
	}
}

// run returns the output of an execution.
func run(t *testing.T, w dsl.Definition) string {
	t.Helper()
	def, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	m, err := interp.New(def)
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Run(context.Background(), input)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Err(); err != nil {
		t.Fatalf("%v\n%s", err, def)
	}
	return x.OutputText()
}
