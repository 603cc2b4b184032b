package jsonpath_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

const order = `{
	"orderId": "ord-1001",
	"customer": {"id": 42, "name": "Ada", "tier": "gold", "address": {"city": "Lyon", "zip": "69001"}},
	"items": [
		{"sku": "A-1", "qty": 2, "price": 10.5, "tags": ["fragile", "glass"]},
		{"sku": "B-2", "qty": 1, "price": 99, "tags": []},
		{"sku": "C-3", "qty": 5, "price": 3.25, "tags": ["bulk"]},
		{"sku": "D-4", "qty": 3, "price": 10.0, "tags": ["bulk", "fragile"]}
	],
	"limits": {"price": 10, "skus": ["A-1", "D-4"]}
}`

func BenchmarkEval(b *testing.B) {
	doc, err := value.Parse(order)
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, path string }{
		{"two names", "$.customer.name"},
		{"four steps", "$.items[2].tags[0]"},
		{"wildcard", "$.items[*].sku"},
		{"slice", "$.items[1:3].sku"},
		{"scan", "$..price"},
		{"filter on a number", "$.items[?(@.price > 10)].sku"},
		{"filter on the root", "$.items[?(@.price > $.limits.price)].sku"},
		{"filter on two", "$.items[?(@.price > 5 && @.qty >= 2)].sku"},
		{"filter in a list", "$.items[?(@.sku in $.limits.skus)].sku"},
		{"filter by expression", "$.items[?(@.sku =~ /[AC]-.*/)].sku"},
		{"length", "$.items.length()"},
		{"several names", "$.customer['id','name']"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			path, err := jsonpath.Compile(bench.path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := path.Eval(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, path := range []string{"$.items[2].tags[0]", "$.items[?(@.price > 10 && @.sku in ['A-1','D-4'])].sku"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := jsonpath.Compile(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSet(b *testing.B) {
	doc, err := value.Parse(order)
	if err != nil {
		b.Fatal(err)
	}
	reference, err := jsonpath.ParseReference("$.customer.address.country")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reference.Set(doc, "FR"); err != nil {
			b.Fatal(err)
		}
	}
}
