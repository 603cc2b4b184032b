package interp_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
)

var itemsFlag = flag.Int("items", 50_000, "rows of the large file that a distributed Map reads in tests")

// endless is a store with one CSV file of a number of rows, which are made as
// they are read, and in which all that is written is lost. It looks at the heap
// now and then.
type endless struct {
	rows int
	peak uint64 // bytes
}

func (s *endless) Open(context.Context, string, string) (io.ReadCloser, error) {
	return io.NopCloser(&rows{store: s, rest: []byte("id,amount\n")}), nil
}

func (s *endless) List(context.Context, string, string) iter.Seq2[interp.Object, error] {
	return func(yield func(interp.Object, error) bool) { yield(interp.Object{}, errors.New("not a listing")) }
}

func (s *endless) Create(context.Context, string, string) (io.WriteCloser, error) {
	return nowhere{}, nil
}

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }

type rows struct {
	store *endless
	made  int
	rest  []byte
}

func (r *rows) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.made == r.store.rows {
			return 0, io.EOF
		}
		r.made++
		r.rest = append(strconv.AppendInt(r.rest, int64(r.made), 10), ",12.50\n"...)
		if r.made%10_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			r.store.peak = max(r.store.peak, m.HeapAlloc)
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

const streamed = `{
	"StartAt": "Rows",
	"States": {"Rows": {
		"Type": "Map",
		"MaxConcurrency": 100,
		"ItemReader": {
			"Resource": "arn:aws:states:::s3:getObject",
			"ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": "b", "Key": "rows.csv"}
		},
		"ItemProcessor": {
			"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
			"StartAt": "Row",
			"States": {"Row": STATE}
		},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "out"}},
		"End": true
	}}
}`

// stream runs the Map over a number of rows, with a state for each.
func stream(t *testing.T, row string, n int) (took time.Duration, peak uint64) {
	t.Helper()
	def, faults := asl.Parse("streamed", strings.Replace(streamed, "STATE", row, 1))
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	store := &endless{rows: n}
	machine, err := interp.New(def, interp.WithObjects(store), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		return nil, task.Execution.SendTaskSuccess(task.Token, task.Input)
	}))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	x, err := machine.Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	took = time.Since(start)
	if err := x.Err(); err != nil {
		t.Fatal(err)
	}
	if runs := x.MapRuns(); len(runs) != 1 || runs[0].Items.Succeeded != n {
		t.Fatalf("map runs = %+v, want one of %d items", runs, n)
	}
	return took, store.peak
}

func TestADistributedMapNeedsNoMoreMemoryForMoreItems(t *testing.T) {
	for name, row := range map[string]string{
		"data":  `{"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": true}`,
		"tasks": `{` + callback + `, "Parameters": {"id.$": "$.id"}, "End": true}`,
	} {
		few, fewPeak := stream(t, row, *itemsFlag/5)
		many, manyPeak := stream(t, row, *itemsFlag)
		t.Logf("%s: %d items: %v, heap %d KiB; %d items: %v, heap %d KiB",
			name, *itemsFlag/5, few, fewPeak>>10, *itemsFlag, many, manyPeak>>10)
		if manyPeak > fewPeak+4<<20 {
			t.Errorf("%s: the heap grew from %d to %d bytes with five times the items", name, fewPeak, manyPeak)
		}
	}
}
