package interp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// benchmark runs a definition with full history; states is how many it enters.
func benchmark(b *testing.B, def string, input any, states int, opts ...interp.Option) {
	machine := compile(b, def, append(opts, interp.WithQuotas(interp.Quotas{PayloadBytes: 256 << 10}))...)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		x, err := machine.Run(ctx, input)
		if err != nil || x.Status() != interp.Succeeded {
			b.Fatal(x.Status(), err, x.Err())
		}
	}
	b.ReportMetric(float64(states)*float64(b.N)/b.Elapsed().Seconds(), "states/s")
}

func BenchmarkLoop(b *testing.B) {
	benchmark(b, `{
		"Inc": {"Type": "Pass", "Parameters": {"i.$": "States.MathAdd($.i, 1)", "n.$": "$.n"}, "Next": "More"},
		"More": {"Type": "Choice", "Choices": [{"Variable": "$.i", "NumericLessThanPath": "$.n", "Next": "Inc"}], "Default": "Done"},
		"Done": {"Type": "Succeed"}}`, raw(`{"i":0,"n":1000}`), 2001)
}

func BenchmarkJSONataLoop(b *testing.B) {
	benchmark(b, query(`{
		"S": {"Type": "Pass", "Output": {"i": "{% $states.input.i + 1 %}", "n": "{% $states.input.n %}"}, "Next": "More"},
		"More": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.i < $states.input.n %}", "Next": "S"}], "Default": "Done"},
		"Done": {"Type": "Succeed"}}`), raw(`{"i":0,"n":1000}`), 2001)
}

func BenchmarkInlineMap(b *testing.B) {
	items := make([]any, 1000)
	for i := range items {
		items[i] = value.NewObject(value.Member{Name: "id", Value: int64(i)})
	}
	benchmark(b, fmt.Sprintf(mapOf, ``, `{"Type": "Pass", "Parameters": {"text.$": "States.Format('{}', $.id)"}, "End": true}`), items, 1001)
}

func BenchmarkDistributedMap(b *testing.B) {
	items := make([]any, 1000)
	for i := range items {
		items[i] = int64(i)
	}
	benchmark(b, distributed(`"MaxConcurrency": 100,`, pass), items, 1001)
}

func BenchmarkTasks(b *testing.B) {
	benchmark(b, `{
		"T": {`+lambda+`, "ResultPath": "$.i", "TimeoutSeconds": 10, "Next": "More"},
		"More": {"Type": "Choice", "Choices": [{"Variable": "$.i", "NumericLessThan": 500, "Next": "T"}], "Default": "Done"},
		"Done": {"Type": "Succeed"}}`, raw(`{}`), 1001, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		return int64(task.Call + 1), nil
	}))
}

// BenchmarkLargePayload edits a document of 200 KB in each of its states.
func BenchmarkLargePayload(b *testing.B) {
	records := make([]any, 400)
	for i := range records {
		records[i] = value.NewObject(value.Member{Name: "id", Value: int64(i)}, value.Member{Name: "body", Value: strings.Repeat("lorem ", 80)})
	}
	doc := value.NewObject(value.Member{Name: "records", Value: records})
	benchmark(b, `{
		"A": {"Type": "Pass", "Result": {"step": 1}, "ResultPath": "$.meta.last", "Next": "B"},
		"B": {"Type": "Pass", "InputPath": "$.records[1]", "ResultPath": "$.meta.picked", "Next": "C"},
		"C": {"Type": "Pass", "Parameters": {"doc.$": "$"}, "OutputPath": "$.doc", "End": true}}`, doc, 3)
}

func BenchmarkRenderHistory(b *testing.B) {
	x := run(b, `{"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1, "End": true}}`, `{"k":[1,2,3]}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.History().MarshalJSON(); err != nil {
			b.Fatal(err)
		}
	}
}
