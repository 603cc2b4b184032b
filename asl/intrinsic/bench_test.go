package intrinsic_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

var benchCalls = []struct{ name, call string }{
	{"Format", `States.Format('s3://{}/{}', $.bucket, $.key)`},
	{"MathAdd", `States.MathAdd($.count, 1)`},
	{"GetItemOfSplit", `States.ArrayGetItem(States.StringSplit($.arn, ':'), 6)`},
	{"JsonMerge", `States.JsonMerge($.order, $.more, false)`},
	{"Hash", `States.Hash($.key, 'SHA-256')`},
	{"Contains", `States.ArrayContains($.ids, 7)`},
	{"UUID", `States.UUID()`},
}

func BenchmarkEval(b *testing.B) {
	input, err := value.Parse(`{"bucket":"reports","key":"2026/01/05/summary.csv","count":41,
		"arn":"arn:aws:states:us-east-1:111111111111:execution:orders:o-1",
		"order":{"id":"o-1","total":12.5,"items":[1,2]},"more":{"total":13,"note":null},"ids":[1,2,3,4,5,6,7]}`)
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range benchCalls {
		b.Run(bb.name, func(b *testing.B) {
			call, err := intrinsic.Parse(bb.call)
			if err != nil {
				b.Fatal(err)
			}
			values := make([]any, len(call.Paths()))
			for i, p := range call.Paths() {
				if values[i], err = resolve(input, p.Path); err != nil {
					b.Fatal(err)
				}
			}
			env := intrinsic.Env{Path: func(i int) (any, error) { return values[i], nil }}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := call.Eval(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range benchCalls {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := intrinsic.Parse(bb.call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
