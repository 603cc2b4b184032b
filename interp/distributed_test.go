package interp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

// distributed is a distributed Map M with further fields that runs one state.
func distributed(fields, state string) string {
	return `{"M": {"Type": "Map", ` + fields + ` "End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": ` + state + `}}}}`
}

const pass = `{"Type": "Pass", "End": true}`

func TestDistributedMapEvents(t *testing.T) {
	x := run(t, distributed(``, pass), `[1,2]`)
	wantOutput(t, x, `[1,2]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapRunStarted M
		5<4 MapRunSucceeded M
		6<5 MapStateSucceeded M
		7<4 MapStateExited M
		8<7 ExecutionSucceeded`)
}

func TestDistributedMapFailureEvents(t *testing.T) {
	x := run(t, distributed(`"Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "MaxAttempts": 1}],`,
		`{"Type": "Fail", "Error": "Boom"}`), `[1,2]`)
	wantFailure(t, x, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapRunStarted M
		5<4 MapRunFailed M
		6<5 MapStateStarted M @1s
		7<6 MapRunStarted M @1s
		8<7 MapRunFailed M @1s
		9<8 MapStateFailed M @1s
		10<9 ExecutionFailed @1s`)
}

// TestChildExecutions checks what a child is and sees: an execution of its own.
func TestChildExecutions(t *testing.T) {
	var children []string
	x := run(t, distributed(`"Label": "L", "MaxConcurrency": 1, "ItemSelector": {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"},`,
		`{"Type": "Pass", "Parameters": {"in.$": "$$.Execution.Input.v", "machine.$": "$$.StateMachine.Name"}, "End": true}`), `[7,8]`,
		interp.WithObserver(func(e interp.Event) {
			if e.Execution.Parent() != nil && e.ID == 1 {
				children = append(children, e.Execution.ARN())
			}
		}))
	wantOutput(t, x, `[{"in":7,"machine":"StateMachine/L"},{"in":8,"machine":"StateMachine/L"}]`)
	if len(children) != 2 || children[0] == children[1] {
		t.Fatalf("children are %v, want two", children)
	}
	for _, arn := range children {
		if !strings.HasPrefix(arn, "arn:aws:states:us-east-1:111111111111:execution:StateMachine/L:") {
			t.Errorf("ARN of a child is %s", arn)
		}
	}
}

func TestItemsOfAnObject(t *testing.T) {
	wantOutput(t, run(t, distributed(`"ItemsPath": "$.o",`, pass), `{"o":{"a":1,"b":[2]}}`), `[{"Key":"a","Value":1},{"Key":"b","Value":[2]}]`)
	wantOutput(t, run(t, distributed(`"ItemsPath": "$.o", "ItemSelector": {"k.$": "$$.Map.Item.Key"},`, pass), `{"o":{"a":1}}`), `[{"k":"a"}]`)
}

func TestChildrenDoNotSeeVariables(t *testing.T) {
	x := run(t, `{"A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "M"},
		"M": {"Type": "Map", "ToleratedFailurePercentage": 100, "End": true, "ItemProcessor": {
			"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I",
			"States": {"I": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": true}}}}}`, `[1]`)
	wantOutput(t, x, `[]`)
}

// TestTolerance checks how many of ten items may fail; those from failAt on do.
func TestTolerance(t *testing.T) {
	for _, tt := range []struct {
		fields string
		failAt int
		want   interp.Status
	}{
		{``, 10, interp.Succeeded},
		{``, 9, interp.Failed},
		{`"ToleratedFailureCount": 2,`, 8, interp.Succeeded},
		{`"ToleratedFailureCount": 2,`, 7, interp.Failed},
		{`"ToleratedFailurePercentage": 30,`, 7, interp.Succeeded},
		{`"ToleratedFailurePercentage": 29.9,`, 7, interp.Failed},
		{`"ToleratedFailurePercentage": 100,`, 0, interp.Succeeded},
		{`"ToleratedFailurePercentage": 0,`, 9, interp.Failed},
		{`"ToleratedFailureCount": 5, "ToleratedFailurePercentage": 10,`, 7, interp.Failed},
		{`"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 90,`, 7, interp.Failed},
		{`"ToleratedFailureCountPath": "$[3]",`, 7, interp.Succeeded},
	} {
		def := `{"StartAt": "M", "States": {"M": {"Type": "Map", ` + tt.fields + ` "End": true, "ItemProcessor": {
			"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "C", "States": {
				"C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericGreaterThanEquals": ` + fmt.Sprint(tt.failAt) + `, "Next": "F"}], "Default": "S"},
				"F": {"Type": "Fail"}, "S": {"Type": "Succeed"}}}}}}`
		x := run(t, def, `[0,1,2,3,4,5,6,7,8,9]`)
		if x.Status() != tt.want {
			t.Errorf("%s from %d on: %s (%v), want %s", tt.fields, tt.failAt, x.Status(), x.Err(), tt.want)
		}
	}
}

func TestFailedMapRunStopsItsChildren(t *testing.T) {
	x := run(t, `{"M": {"Type": "Map", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "W"}], "End": true, "ItemProcessor": {
			"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {`+lambda+`, "End": true}}}},
		"W": {"Type": "Wait", "Seconds": 100, "End": true}}`, `[0,1,2]`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			if task.Input == int64(1) {
				task.Sleep(5 * time.Second)
				return nil, &interp.TaskError{Name: "Boom"}
			}
			task.Sleep(time.Minute)
			return nil, nil
		}))
	if x.Status() != interp.Succeeded || x.Duration() != 105*time.Second {
		t.Errorf("%s after %v, want SUCCEEDED after 1m45s", x.Status(), x.Duration())
	}
	runs := x.MapRuns()
	if len(runs) != 1 {
		t.Fatalf("%d Map Runs, want 1", len(runs))
	}
	r := runs[0]
	if want := (interp.Counts{Failed: 1, Aborted: 2}); r.Status != interp.Failed || r.Items != want || r.Executions != want || r.Stopped.Sub(r.Started) != 5*time.Second {
		t.Errorf("Map Run is %+v", r)
	}
}

func TestItemReaders(t *testing.T) {
	gzipped := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return b.String()
	}
	getObject := func(config string) string {
		return `"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {` + config + `},
			"Parameters": {"Bucket": "b", "Key": "f"}},`
	}
	tests := []struct{ name, reader, file, want string }{
		{"CSV with headers", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), "a,b\n1,2\n3\n4,5,6\n", `[{"a":"1","b":"2"},{"a":"3","b":""},{"a":"4","b":"5"}]`},
		{"CSV with given headers", getObject(`"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"]`), "1,2\n3\n", `[{"x":"1"},{"x":"3"}]`},
		{"CSV with another delimiter", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "PIPE"`), "a|b\n1|2,3\n", `[{"a":"1","b":"2,3"}]`},
		{"CSV with quotes", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), "a\n\"x,\"\"y\"\"\nz\"\n", `[{"a":"x,\"y\"\nz"}]`},
		{"CSV of nothing", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), "", `[]`},
		{"CSV, some of it", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "MaxItems": 2`), "a\n1\n2\n3\n", `[{"a":"1"},{"a":"2"}]`},
		{"CSV in gzip", getObject(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), gzipped("a\n1\n"), `[{"a":"1"}]`},
		{"JSON", getObject(`"InputType": "JSON"`), `[1, {"b": 1, "a": 2.0}]`, `[1,{"b":1,"a":2.0}]`},
		{"JSON, a part of it", getObject(`"InputType": "JSON", "ItemsPointer": "/a/0/b~1c"`), `{"a": [{"b/c": [4, 5]}]}`, `[4,5]`},
		{"JSON lines", getObject(`"InputType": "JSONL"`), "1\n\n{\"a\":2}\r\n\"x\"", `[1,{"a":2},"x"]`},
		{"an inventory", getObject(`"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"`),
			`{"fileSchema": "Bucket, Key", "files": [{"key": "inventory.csv"}]}`, `[{"Bucket":"b","Key":"k1"},{"Bucket":"b","Key":"k2"}]`},
		{"a query's files", getObject(`"InputType": "JSONL", "ManifestType": "ATHENA_DATA"`), "s3://b/lines\n", `[1,2]`},
		{"a listing", `"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "dir/"}},
			"ItemSelector": {"k.$": "$$.Map.Item.Value.Key", "n.$": "$$.Map.Item.Value.Size", "s.$": "$$.Map.Item.Source"},`, ``,
			`[{"k":"dir/1","n":2,"s":"S3://b"},{"k":"dir/2","n":3,"s":"S3://b"}]`},
		{"all files of a listing", `"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "dir/"},
			"ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}},
			"ItemSelector": {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"},`, ``,
			`[{"v":1,"s":"S3://b/dir/1"},{"v":2,"s":"S3://b/dir/2"},{"v":3,"s":"S3://b/dir/2"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := &objects.Memory{}
			store.Put("b", "f", []byte(tt.file))
			store.Put("b", "inventory.csv", []byte("\"b\",\"k1\"\n\"b\",\"k2\"\n"))
			store.Put("b", "lines", []byte("1\n2\n"))
			store.Put("b", "dir/1", []byte("1\n"))
			store.Put("b", "dir/2", []byte("2\n3"))
			x := run(t, distributed(tt.reader, pass), `{}`, interp.WithObjects(store))
			want, err := value.Parse(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if !value.Equal(x.Output(), want) {
				t.Errorf("output is %s (%v), want %s", x.OutputText(), x.Err(), tt.want)
			}
		})
	}
}

func TestItemReaderFaults(t *testing.T) {
	for _, tt := range []struct{ config, file, cause string }{
		{`"InputType": "JSON"`, `{"a": 1}`, "Attempting to map over non-iterable node."},
		{`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`, "a,b,a\n", "CSV headers cannot contain duplicates."},
		{`"InputType": "JSON", "MaxItemsPath": "$.max"`, `[1]`, "field MaxItems must be positive"},
		{`"InputType": "JSON"`, ``, "b/f: file does not exist"},
	} {
		store := &objects.Memory{}
		if tt.file != "" {
			store.Put("b", "f", []byte(tt.file))
		}
		x := run(t, distributed(`"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {`+tt.config+`},
			"Parameters": {"Bucket": "b", "Key": "f"}},`, pass), `{"max": -1}`, interp.WithObjects(store))
		wantFailure(t, x, "States.ItemReaderFailed", tt.cause)
	}
}

// A Map that needs what the host has not given ends the run; no catcher takes that.
func TestMissingOptions(t *testing.T) {
	store := interp.WithObjects(&objects.Memory{})
	for _, tt := range []struct {
		field, want string
		opts        []interp.Option
	}{
		{`"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}},`,
			`state "M": no store of objects for its ItemReader; interp.WithObjects gives one`, nil},
		{`"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},`,
			`state "M": no store of objects for its ResultWriter; interp.WithObjects gives one`, nil},
		{`"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "PARQUET"}, "Parameters": {"Bucket": "b", "Key": "f"}},`,
			`state "M": its ItemReader reads Parquet files, which takes interp.WithParquet(parquet.Rows), of package interp/parquet`, []interp.Option{store}},
	} {
		def := distributed(tt.field+`"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],`, pass)
		def = strings.TrimSuffix(strings.TrimSpace(def), "}") + `, "Done": {"Type": "Succeed"}}`
		x, err := compile(t, def).Run(context.Background(), []int{1}, tt.opts...)
		if err == nil || err.Error() != tt.want {
			t.Errorf("error is %v, want %s", err, tt.want)
		}
		if x.Status() != interp.Running {
			t.Errorf("execution is %s, want it to have stopped where it was", x.Status())
		}
	}
}

func TestBatches(t *testing.T) {
	for _, tt := range []struct{ batcher, want string }{
		{`"MaxItemsPerBatch": 2`, `[{"Items":[10,20]},{"Items":[30,40]},{"Items":[50]}]`},
		{`"MaxItemsPerBatch": 9, "BatchInput": {"k.$": "$[0]"}`, `[{"BatchInput":{"k":10},"Items":[10,20,30,40,50]}]`},
		{`"MaxInputBytesPerBatch": 20`, `[{"Items":[10,20,30]},{"Items":[40,50]}]`}, // {"Items":[10,20,30]} has 20
		{`"MaxInputBytesPerBatch": 19`, `[{"Items":[10,20]},{"Items":[30,40]},{"Items":[50]}]`},
		{`"MaxItemsPerBatch": 1, "MaxInputBytesPerBatch": 100`, `[{"Items":[10]},{"Items":[20]},{"Items":[30]},{"Items":[40]},{"Items":[50]}]`},
	} {
		x := run(t, distributed(`"ItemBatcher": {`+tt.batcher+`},`, pass), `[10,20,30,40,50]`)
		wantOutput(t, x, tt.want)
	}
	x := run(t, distributed(`"ItemBatcher": {"MaxInputBytesPerBatch": 13},`, pass), `[10]`)
	if x.Status() != interp.Failed {
		t.Errorf("an item larger than a batch: %s, want FAILED", x.Status())
	}
}

func TestResultWriter(t *testing.T) {
	store := &objects.Memory{}
	x := run(t, `{"StartAt": "M", "States": {"M": {"Type": "Map", "ToleratedFailureCount": 1, "End": true, "Label": "L",
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "results"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "C", "States": {
			"C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "F"}], "Default": "S"},
			"F": {"Type": "Fail", "Error": "Two", "Cause": "is bad"}, "S": {"Type": "Succeed"}}}}}}`, `[1,2,3]`, interp.WithObjects(store))
	details, _ := x.Output().(*value.Object).Get("ResultWriterDetails")
	key, _ := details.(*value.Object).Get("Key")
	text, ok := store.Get("out", key.(string))
	if !ok {
		t.Fatalf("there is no manifest %v", key)
	}
	manifest, err := value.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	files, _ := manifest.(*value.Object).Get("ResultFiles")
	read := func(status string) (entries []any) {
		list, _ := files.(*value.Object).Get(status)
		for _, f := range list.([]any) {
			key, _ := f.(*value.Object).Get("Key")
			size, _ := f.(*value.Object).Get("Size")
			text, ok := store.Get("out", key.(string))
			if !ok || size != int64(len(text)) {
				t.Errorf("file %v has %d bytes, want %v", key, len(text), size)
			}
			v, err := value.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, v.([]any)...)
		}
		return entries
	}
	pick := func(v any, names ...string) string {
		var picked []any
		for _, name := range names {
			m, _ := v.(*value.Object).Get(name)
			picked = append(picked, m)
		}
		return value.String(picked)
	}
	good, bad := read("SUCCEEDED"), read("FAILED")
	if len(good) != 2 || len(bad) != 1 {
		t.Fatalf("%d succeeded and %d failed, want 2 and 1", len(good), len(bad))
	}
	if got, want := pick(good[1], "Status", "Input", "Output"), `["SUCCEEDED","3","3"]`; got != want {
		t.Errorf("entry is %s, want %s", got, want)
	}
	if got, want := pick(bad[0], "Status", "Input", "Error", "Cause"), `["FAILED","2","Two","is bad"]`; got != want {
		t.Errorf("entry is %s, want %s", got, want)
	}
}

func TestTransformedResults(t *testing.T) {
	for transformation, want := range map[string]string{"COMPACT": `[[1],[2,3],4]`, "FLATTEN": `[1,2,3,4]`} {
		x := run(t, distributed(`"ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "`+transformation+`"}},`, pass), `[[1],[2,3],4]`)
		wantOutput(t, x, want)
	}
}

// TestLargeDataSet checks that memory does not grow with the number of children.
func TestLargeDataSet(t *testing.T) {
	var file bytes.Buffer
	const rows = 50_000
	file.WriteString("id\n")
	for i := range rows {
		fmt.Fprintf(&file, "%d\n", i)
	}
	store := &objects.Memory{}
	store.Put("b", "f", file.Bytes())
	done, most := 0, uint64(0)
	x := run(t, distributed(`"MaxConcurrency": 100, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
		"ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "Parameters": {"Bucket": "b", "Key": "f"}},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"}, "WriterConfig": {"OutputType": "JSONL", "Transformation": "COMPACT"}},`,
		pass), `{}`, interp.WithObjects(store), interp.WithObserver(func(e interp.Event) {
		if e.Type != "ExecutionSucceeded" {
			return
		}
		if done++; done%10_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}))
	if x.Status() != interp.Succeeded || done != rows+1 {
		t.Fatalf("%s (%v) after %d children, want %d", x.Status(), x.Err(), done-1, rows)
	}
	if most > 32<<20 {
		t.Errorf("%d MB in use", most>>20)
	}
}

func TestExpressChildrenHaveFiveMinutes(t *testing.T) {
	for typ, want := range map[string]interp.Status{asl.Standard: interp.Succeeded, asl.Express: interp.Failed} {
		def := strings.Replace(distributed(``, `{"Type": "Wait", "Seconds": 301, "End": true}`), "STANDARD", typ, 1)
		if x := run(t, def, `[1]`); x.Status() != want {
			t.Errorf("%s children: %s, want %s", typ, x.Status(), want)
		}
	}
}
