package jsonata_test

import (
	"context"
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

const orderDocument = `{"input": {"order": {"id": "o-1", "customer": {"name": "Ada", "tier": "gold"}, "items": [
	{"sku": "a-1", "price": 12.5, "qty": 2}, {"sku": "b-2", "price": 8, "qty": 1},
	{"sku": "c-3", "price": 99.9, "qty": 3}, {"sku": "d-4", "price": 15, "qty": 1}], "total": 364.7}}}`

var benchmarks = []struct{ name, text string }{
	{"path", `$states.input.order.items[0].sku`},
	{"object", `{"id": $states.input.order.id, "total": $sum($states.input.order.items.(price * qty)), "name": $uppercase($states.input.order.customer.name)}`},
	{"condition", `$states.input.order.total > 100 and $states.input.order.customer.tier = "gold"`},
	{"map", `$map($states.input.order.items, function($i, $n) { {"n": $n, "sku": $i.sku, "cost": $i.price * $i.qty} })`},
	{"filter", `$states.input.order.items[price > 10 and qty >= 2].{"sku": sku, "cost": price * qty}`},
	{"group", `$states.input.order.items{$substring(sku, 0, 1): $sum(price)}`},
	{"sort", `$states.input.order.items^(>price).sku`},
	{"match", `$match($states.input.order.customer.name, /^[A-Z][a-z]+$/)`},
	{"recursion", `($f := function($n) { $n = 0 ? 0 : $n + $f($n - 1) }; $f(100))`},
	{"tail", `($f := function($n, $s) { $n = 0 ? $s : $f($n - 1, $s + $n) }; $f(100, 0))`},
}

func BenchmarkEval(b *testing.B) {
	doc, err := value.Parse(orderDocument)
	if err != nil {
		b.Fatal(err)
	}
	env := jsonata.Env{Vars: jsonata.Vars{"states": doc}}
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			expr := jsonata.MustCompile(bm.text, jsonata.StepFunctions())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := expr.Eval(context.Background(), jsonata.Undefined{}, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := jsonata.Compile(bm.text, jsonata.StepFunctions()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
