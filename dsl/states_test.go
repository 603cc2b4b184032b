package dsl_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/interp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

const (
	lookUp = dsl.Function[string, customer]("look-up")
	whole  = dsl.Function[order, order]("whole")
)

// allStates uses every kind of state and every method that both languages have.
func allStates() *dsl.Workflow[order, any] {
	var (
		someone  = dsl.Field(func(o *order) *customer { return &o.Customer })
		failure  = dsl.Field(func(o *order) *dsl.ErrorOutput { return o.Failure })
		name     = dsl.Var[string]("name")
		city     = dsl.Var[string]("city")
		limit    = dsl.Var[int]("limit")
		fraction = dsl.Var[float64]("fraction")
	)
	found := dsl.At(lookUp.Result(), func(c *customer) *string { return &c.Name })
	failed := dsl.Fail("Failed", "", "").ErrorFrom(name).CauseFrom(fn.Format("in {}", city))
	return dsl.New[order, any]("all-states",
		dsl.Task("Look up", lookUp.With(id)).Comment("finds the customer").
			TimeoutFrom(count).HeartbeatFrom(dsl.Const(3)).Credentials(dsl.Const("arn:aws:iam::123456789012:role/other")).
			Into(someone).Assign(name.Set(found), city.Set(dsl.Const("London"))).Assign(limit.Set(dsl.Const(2)), fraction.Set(dsl.Const(2.5))).
			Retry(dsl.LambdaFaults, dsl.Retrier{Errors: []string{"Gone"}, Never: true},
				dsl.Retrier{Interval: time.Second, MaxAttempts: 9, Backoff: 1.5, MaxDelay: time.Minute, Jitter: true}).
			Catch(dsl.Catcher{Errors: []string{"Busy"}, Into: failure, Assign: []dsl.Assignment{
				name.Set(dsl.At(dsl.Failure(), func(e *dsl.ErrorOutput) *string { return &e.Error }))}, Then: failed},
				dsl.Catcher{Errors: []string{"Lost"}, Output: dsl.Input[any](), Then: failed},
				dsl.Catcher{Then: failed}),
		dsl.Task("Whole", whole.With(dsl.Input[order]())).Discard(),
		dsl.Task("Picked", dsl.Pick(whole, dsl.As[line](dsl.Const(dsl.Object{
			"sku": dsl.At(whole.Result(), func(o *order) *string { return &o.ID }), "qty": 1})))).
			Into(dsl.Field(func(o *struct{ Found struct{ Line line } }) *line { return &o.Found.Line })),
		dsl.Wait("Wait", 90*time.Second),
		dsl.Wait("No wait", 0).Assign(name.Set(id)),
		dsl.WaitFor("Wait for", count),
		dsl.WaitUntil("Wait until", placed).Output(dsl.Input[order]()),
		dsl.WaitUntil("Wait until then", dsl.Const(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))),
		dsl.Pass("Into").Output(dsl.Object{"id": id, "at": dsl.Context.State.EnteredTime}).
			Into(dsl.Field(func(o *struct{ Note struct{ Made any } }) *any { return &o.Note.Made })).
			Assign(city.Set(dsl.At(dsl.Result[struct {
				ID string `json:"id"`
			}](), func(r *struct {
				ID string `json:"id"`
			}) *string {
				return &r.ID
			}))),
		dsl.Pass("Constant").Output([]any{1, "two"}).Into(dsl.Field(func(o *struct{ List []any }) *[]any { return &o.List })),
		dsl.Choice("Choice").Comment("small or large").
			When(small.Assign(limit.Set(count)).Comment("small"), dsl.Pass("Small")).
			Assign(name.Set(id)).
			Otherwise(dsl.Pass("Large").Output(dsl.Input[any]())),
		dsl.Parallel("Parallel", dsl.Pass("Left"), dsl.Steps(dsl.Pass("Right"), dsl.Succeed("Right done"))).
			With(dsl.Object{"id": id, "city": city}).
			Output(dsl.Object{"left": dsl.Branch[any](0), "both": dsl.Result[[]any]()}).
			Into(dsl.Field(func(o *struct{ Sides any }) *any { return &o.Sides })),
		dsl.Block("Block", dsl.Pass("First"), dsl.Pass("Second")),
		dsl.Block("Block discarded", dsl.Pass("Third")).Discard(),
		dsl.Block("Block shaped", dsl.Pass("Fourth")).With(dsl.Input[any]()).Assign(name.Set(dsl.At(dsl.Result[order](), func(o *order) *string { return &o.ID }))).
			Output(dsl.Object{"id": dsl.At(dsl.Result[order](), func(o *order) *string { return &o.ID })}).
			Into(dsl.Field(func(o *struct{ Shaped any }) *any { return &o.Shaped })),
		dsl.Map("Map", lines, dsl.Task("Item", dsl.Function[any, any]("item"))).
			Select(dsl.Object{"line": dsl.Item[line](), "index": dsl.Context.Map.Item.Index, "id": id}).
			ConcurrencyFrom(limit).Into(dsl.Field(func(o *struct{ Mapped []any }) *[]any { return &o.Mapped })),
		dsl.Distributed("Distributed", dsl.Items(lines), dsl.Pass("Child")).
			Label("children").Concurrency(10).BatchFrom(limit).BatchBytes(1000).BatchInput(dsl.Object{"id": id}).
			TolerateCount(limit).TolerateRate(fraction).Output(dsl.Result[any]()),
		dsl.Raw("Raw", dsl.Object{"Type": "Pass", "Comment": "literal"}).Raw("Comment", "changed"),
		dsl.Succeed("Done").Output(dsl.Input[any]()),
	).Comment("everything").Timeout(time.Hour)
}

func TestAllStatesInBothLanguages(t *testing.T) {
	for name, w := range map[string]dsl.Definition{
		"all-states.asl.json":         allStates(),
		"all-states.jsonata.asl.json": allStates().JSONata(),
	} {
		m, err := w.Build()
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		golden(t, name, m.Indent()+"\n")
	}
}

// TestResultsAreShapedAlikeInBothLanguages runs a task with each way of shaping
// its result and compares what the state hands on, and what a variable gets.
func TestResultsAreShapedAlikeInBothLanguages(t *testing.T) {
	type in struct{ A, B any }
	type deep struct{ B struct{ C any } }
	a := dsl.Field(func(v *in) *any { return &v.A })
	c := dsl.Field(func(v *deep) *any { return &v.B.C })
	fresh := dsl.Field(func(v *struct{ X struct{ Y any } }) *any { return &v.X.Y })
	work := dsl.Function[any, any]("work")
	r := dsl.At(dsl.Result[struct{ R any }](), func(v *struct{ R any }) *any { return &v.R })
	task := func() *dsl.TaskState[any] { return dsl.Task("T", work) }
	inner := func(name string) dsl.Step { return dsl.Task(name, work) }
	pick := dsl.Pick(work, dsl.As[any](dsl.Const(dsl.Object{"picked": r})))
	keep := dsl.Var[any]("keep")
	for _, test := range []struct {
		name string
		step func() dsl.Step
		want string
	}{
		{"nothing", func() dsl.Step { return task() }, `{"R":1}`},
		{"into", func() dsl.Step { return task().Into(a) }, `{"A":{"R":1},"B":{"C":2}}`},
		{"into below", func() dsl.Step { return task().Into(c) }, `{"A":0,"B":{"C":{"R":1}}}`},
		{"into what is not there", func() dsl.Step { return task().Into(fresh) }, `{"A":0,"B":{"C":2},"X":{"Y":{"R":1}}}`},
		{"into everything", func() dsl.Step { return task().Into(dsl.Input[any]()) }, `{"R":1}`},
		{"discard", func() dsl.Step { return task().Discard() }, `{"A":0,"B":{"C":2}}`},
		{"output of a part of the result", func() dsl.Step { return task().Output(r) }, `1`},
		{"output of the result", func() dsl.Step { return task().Output(dsl.Result[any]()) }, `{"R":1}`},
		{"output of a part of the input", func() dsl.Step { return task().Output(a) }, `0`},
		{"output of the input", func() dsl.Step { return task().Output(dsl.Input[any]()) }, `{"A":0,"B":{"C":2}}`},
		{"output of an object", func() dsl.Step { return task().Output(dsl.Object{"r": r}) }, `{"r":1}`},
		{"output of an object, into", func() dsl.Step { return task().Output(dsl.Object{"r": r}).Into(a) }, `{"A":{"r":1},"B":{"C":2}}`},
		{"output of a constant", func() dsl.Step { return task().Output(dsl.Object{"k": 1}) }, `{"k":1}`},
		{"output of a variable", func() dsl.Step {
			return dsl.Steps(dsl.Pass("P").Assign(keep.Set(a)), task().Output(keep))
		}, `0`},
		{"pick", func() dsl.Step { return dsl.Task("T", pick) }, `{"picked":1}`},
		{"pick, into", func() dsl.Step { return dsl.Task("T", pick).Into(a) }, `{"A":{"picked":1},"B":{"C":2}}`},
		{"pick, output", func() dsl.Step {
			return dsl.Task("T", pick).Output(dsl.At(dsl.Result[struct {
				Picked any `json:"picked"`
			}](), func(v *struct {
				Picked any `json:"picked"`
			}) *any {
				return &v.Picked
			}))
		}, `1`},
		{"assign", func() dsl.Step {
			return dsl.Steps(task().Assign(keep.Set(r)), dsl.Pass("P").Output(dsl.Object{"kept": keep}))
		}, `{"kept":1}`},
		{"caught, into", func() dsl.Step {
			return dsl.Task("T", dsl.Function[any, any]("fail")).Catch(dsl.Catcher{Into: dsl.Field(func(v *struct{ E dsl.ErrorOutput }) *dsl.ErrorOutput { return &v.E }), Then: dsl.Succeed("S")})
		}, `{"A":0,"B":{"C":2},"E":{"Error":"Bad","Cause":"luck"}}`},
		{"caught and dropped", func() dsl.Step {
			return dsl.Task("T", dsl.Function[any, any]("fail")).Catch(dsl.Catcher{Output: dsl.Input[any](), Then: dsl.Succeed("S")})
		}, `{"A":0,"B":{"C":2}}`},
		{"caught", func() dsl.Step {
			return dsl.Task("T", dsl.Function[any, any]("fail")).Catch(dsl.Catcher{Then: dsl.Succeed("S")})
		}, `{"Error":"Bad","Cause":"luck"}`},
		{"parallel", func() dsl.Step { return dsl.Parallel("P", inner("I"), dsl.Pass("J")) }, `[{"R":1},{"A":0,"B":{"C":2}}]`},
		{"branch", func() dsl.Step { return dsl.Parallel("P", inner("I"), dsl.Pass("J")).Output(dsl.Branch[any](0)) }, `{"R":1}`},
		{"block", func() dsl.Step { return dsl.Block("P", inner("I")) }, `{"R":1}`},
		{"block of a list", func() dsl.Step { return dsl.Block("P", dsl.Pass("I").Output([]int{5})) }, `[5]`},
		{"block, discard", func() dsl.Step { return dsl.Block("P", inner("I")).Discard() }, `{"A":0,"B":{"C":2}}`},
		{"block, output of a part", func() dsl.Step { return dsl.Block("P", inner("I")).Output(r) }, `1`},
		{"block, output of an object, into", func() dsl.Step {
			return dsl.Block("P", inner("I")).Output(dsl.Object{"r": r}).Into(c)
		}, `{"A":0,"B":{"C":{"r":1}}}`},
		{"block, assign", func() dsl.Step {
			return dsl.Steps(dsl.Block("P", inner("I")).Assign(keep.Set(r)), dsl.Pass("O").Output(dsl.Object{"kept": keep}))
		}, `{"kept":1}`},
		{"pass, into", func() dsl.Step { return dsl.Pass("P").Output(dsl.Object{"a": a}).Into(c) }, `{"A":0,"B":{"C":{"a":0}}}`},
		{"pass, a part into", func() dsl.Step { return dsl.Pass("P").Output(a).Into(c) }, `{"A":0,"B":{"C":0}}`},
		{"pass, itself into", func() dsl.Step { return dsl.Pass("P").Into(a) }, `{"A":{"A":0,"B":{"C":2}},"B":{"C":2}}`},
		{"pass, result assigned", func() dsl.Step {
			return dsl.Steps(dsl.Pass("P").Output(dsl.Object{"R": a}).Into(c).Assign(keep.Set(r)), dsl.Pass("O").Output(dsl.Object{"kept": keep}))
		}, `{"kept":0}`},
		{"parallel, with", func() dsl.Step { return dsl.Parallel("P", dsl.Pass("I")).With(dsl.Object{"a": a}) }, `[{"a":0}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, language := range []asl.QueryLanguage{asl.JSONPath, asl.JSONata} {
				w := dsl.New[any, any]("shaped", test.step())
				if language == asl.JSONata {
					w = w.JSONata()
				}
				m, err := w.Build()
				if err != nil {
					t.Fatal(err)
				}
				equalJSON(t, fmt.Sprintf("%s\n%s", language, m.Indent()), answered(t, m), test.want)
			}
		})
	}
}

// answered runs a machine on a fixed input, with a function "work" that returns
// {"R":1} and a function "fail" that fails.
func answered(t *testing.T, m *asl.StateMachine) string {
	t.Helper()
	machine, err := interp.New(m, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		if strings.Contains(task.Resource.Text, "Fail") {
			return nil, &interp.TaskError{Name: "Bad", Cause: "luck"}
		}
		return value.Parse(`{"R":1}`)
	}))
	if err != nil {
		t.Fatal(err)
	}
	in, _ := value.Parse(`{"A":0,"B":{"C":2}}`)
	x, err := machine.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if x.Err() != nil {
		t.Fatalf("%v\n%s", x.Err(), m.Indent())
	}
	return x.OutputText()
}
