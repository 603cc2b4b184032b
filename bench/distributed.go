package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
)

// distributed is a Map over the rows of a file, an execution for each, a hundred at a
// time, whose results go into a file.
const distributed = `{
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
			"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
			"StartAt": "Row",
			"States": {"Row": {"Type": "Pass", "Parameters": {"id.$": "$.id", "doubled.$": "States.Format('{}{}', $.amount, $.amount)"}, "End": true}}
		},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "out"}},
		"End": true
	}}
}`

// distributedRun runs the Map over a number of rows.
func distributedRun(rows int) result {
	r := result{Workload: "distributed-" + strconv.Itoa(rows), States: rows}
	def, problems := asl.Parse("distributed", distributed)
	if err := problems.Err(); err != nil {
		r.Why = err.Error()
		return r
	}
	store := &madeFile{rows: rows}
	machine, err := interp.New(def, interp.WithObjects(store))
	if err != nil {
		r.Why = err.Error()
		return r
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	x, err := machine.Run(context.Background(), nil)
	r.Wall = time.Since(began).Seconds()
	runtime.ReadMemStats(&after)
	switch {
	case err != nil:
		r.Why = err.Error()
	case x.Err() != nil:
		r.Why = x.Err().Error()
	case x.MapRuns()[0].Items.Succeeded != rows:
		r.Why = fmt.Sprintf("items are %+v", x.MapRuns()[0].Items)
	}
	r.Rate = float64(rows) / r.Wall
	r.Allocs = float64(after.Mallocs-before.Mallocs) / float64(max(rows, 1))
	r.RSS = maxRSS()
	r.OK = r.Why == ""
	return r
}

// madeFile is a store of one CSV file, whose rows are made as they are read, and in
// which all that is written is lost.
type madeFile struct{ rows int }

func (s *madeFile) Open(context.Context, string, string) (io.ReadCloser, error) {
	return io.NopCloser(&madeRows{left: s.rows, rest: []byte("id,amount\n")}), nil
}

func (*madeFile) List(context.Context, string, string) iter.Seq2[interp.Object, error] {
	return func(yield func(interp.Object, error) bool) { yield(interp.Object{}, errors.New("not a listing")) }
}

func (*madeFile) Create(context.Context, string, string) (io.WriteCloser, error) {
	return nowhere{}, nil
}

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }

type madeRows struct {
	left int
	rest []byte
}

func (r *madeRows) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.rest = append(strconv.AppendInt(r.rest, int64(r.left), 10), ",12.50\n"...)
		r.left--
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// sizes reads a list of numbers of rows.
func sizes(text string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%q is no number of items", word)
		}
		all = append(all, n)
	}
	return all, nil
}
