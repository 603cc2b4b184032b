package dsl_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

// twelveStates is a workflow of ordinary size: twelve states, a loop, a Parallel,
// a Map, retriers, a catcher, payloads.
func twelveStates() dsl.Definition {
	count := dsl.Field(func(o *order) *int { return &o.Count })
	id := dsl.Field(func(o *order) *string { return &o.ID })
	failure := dsl.Field(func(o *order) *dsl.ErrorOutput { return o.Failure })
	wait := dsl.Wait("Wait", time.Minute)
	return dsl.New[order, any]("twelve",
		dsl.Task("Create", whole).Timeout(5*time.Minute).Retry(dsl.LambdaFaults),
		wait,
		dsl.Task("Poll", whole).Retry(dsl.LambdaFaults),
		dsl.Choice("Ready?").
			When(dsl.And(count.GreaterThan(3), id.Equals("x")), dsl.Pass("Prepare").Output(dsl.Object{
				"id": id, "note": fn.Format("{} of {}", count, id), "fixed": []int{1, 2, 3}})).
			When(count.LessThan(0), dsl.Fail("Failed", "Negative", "")).
			Otherwise(wait),
		dsl.Parallel("Both", dsl.Task("Left", whole), dsl.Task("Right", whole)).Discard().
			Catch(dsl.Catcher{Into: failure, Then: dsl.Fail("Lost", "Lost", "")}),
		dsl.Map("Each", lines, dsl.Task("One", lookUp)).
			Select(dsl.Build(func(l *line) []dsl.Assignment { return []dsl.Assignment{id.To(&l.SKU), count.To(&l.Qty)} })))
}

func BenchmarkBuildTwelveStates(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := twelveStates().Build(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDescribeTwelveStates(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		twelveStates()
	}
}

func BenchmarkBuild500States(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		steps := make([]dsl.Step, 500)
		for i := range steps {
			steps[i] = dsl.Task(fmt.Sprint("Task ", i), whole).Retry(dsl.LambdaFaults)
		}
		if _, err := dsl.New[order, order]("many", steps...).Build(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkField(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		dsl.Field(func(o *order) *string { return &o.Customer.Name })
	}
}
