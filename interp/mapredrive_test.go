package interp_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

// flaky is a handler whose tasks give ten times their input, which must be a number,
// save for those in broken, which fail. It notes its calls.
type flaky struct {
	broken []int64
	calls  []string
}

func (f *flaky) handle(_ context.Context, task *interp.Task) (any, error) {
	task.Sleep(time.Second)
	n := task.Input.(int64)
	f.calls = append(f.calls, fmt.Sprintf("%s%d", task.State, n))
	if task.State == "B" && slices.Contains(f.broken, n) {
		return nil, &interp.TaskError{Name: "Boom"}
	}
	return n * 10, nil
}

func (f *flaky) take() string {
	calls := strings.Join(f.calls, " ")
	f.calls = nil
	return calls
}

// twoSteps is a distributed Map whose children do a task A and a task B.
func twoSteps(fields, typ string) string {
	task := func(name, transition string) string {
		return `"` + name + `": {` + lambda + `, "ResultPath": null, ` + transition + `}`
	}
	return `{"M": {"Type": "Map", ` + fields + ` "End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "` + typ + `"}, "StartAt": "A", "States": {
		` + task("A", `"Next": "B"`) + `, ` + task("B", `"End": true`) + `}}}}`
}

func wantRun(t *testing.T, x *interp.Execution, status interp.Status, redrives int, items interp.Counts) {
	t.Helper()
	runs := x.MapRuns()
	if len(runs) != 1 {
		t.Fatalf("%d Map Runs, want 1", len(runs))
	}
	r := runs[0]
	if r.Status != status || r.Redrives != redrives || r.Items != items || r.Executions != items {
		t.Errorf("Map Run is %s after %d redrives, items %+v, executions %+v; want %s, %d, %+v",
			r.Status, r.Redrives, r.Items, r.Executions, status, redrives, items)
	}
	if r.Redriven.IsZero() != (redrives == 0) || r.Stopped.Before(r.Redriven) {
		t.Errorf("Map Run was redriven at %v and stopped at %v", r.Redriven, r.Stopped)
	}
}

func wantCalls(t *testing.T, f *flaky, want string) {
	t.Helper()
	if got := f.take(); got != want {
		t.Errorf("called for %s, want %s", got, want)
	}
}

func TestRedriveOfAMapRun(t *testing.T) {
	work := &flaky{broken: []int64{2}}
	x := run(t, twoSteps(`"MaxConcurrency": 2,`, "STANDARD"), `[1,2,3,4]`, interp.WithHandler(work.handle))
	wantFailure(t, x, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
	// Child 1 has ended at the instant at which 2 failed, before it; 3 was stopped.
	wantCalls(t, work, "A1 A2 B1 B2 A3")
	wantRun(t, x, interp.Failed, 0, interp.Counts{Pending: 1, Succeeded: 1, Failed: 1, Aborted: 1})
	arn := x.MapRuns()[0].ARN

	work.broken = nil
	redrive(t, x)
	wantOutput(t, x, `[1,2,3,4]`)
	wantCalls(t, work, "B2 A3 A4 B3 B4")
	wantRun(t, x, interp.Succeeded, 1, interp.Counts{Succeeded: 4})
	if got := x.MapRuns()[0].ARN; got != arn {
		t.Errorf("ARN of the Map Run is %s, want the same as before, %s", got, arn)
	}
	_, after, _ := strings.Cut(trail(x), "ExecutionFailed @2s\n")
	if want := `8<7 ExecutionRedriven @2s
9<8 MapRunRedriven M @2s
10<9 MapRunSucceeded M @5s
11<10 MapStateSucceeded M @5s
12<9 MapStateExited M @5s
13<12 ExecutionSucceeded @5s`; strings.TrimSpace(after) != want {
		t.Errorf("history ends\n%s\nwant\n%s", after, want)
	}
	_, details := x.History().At(8).Details()
	if got, want := value.String(details), fmt.Sprintf(`{"mapRunArn":%q,"redriveCount":1}`, arn); got != want {
		t.Errorf("details of MapRunRedriven are %s, want %s", got, want)
	}
}

func TestRedriveContinuesStandardChildren(t *testing.T) {
	for typ, want := range map[string]string{
		"STANDARD": "2 executions; events of the second: ExecutionStarted LambdaFunctionFailed ExecutionFailed ExecutionRedriven ExecutionSucceeded",
		"EXPRESS":  "3 executions; events of the second: ExecutionStarted LambdaFunctionFailed ExecutionFailed",
	} {
		var children []*interp.Execution
		work := &flaky{broken: []int64{2}}
		x := run(t, twoSteps(``, typ), `[1,2]`, interp.WithHandler(work.handle), interp.WithObserver(func(e interp.Event) {
			if e.Type == "ExecutionStarted" && e.Execution.Parent() != nil {
				children = append(children, e.Execution)
			}
		}))
		work.broken = nil
		redrive(t, x)
		wantOutput(t, x, `[1,2]`)
		if calls := work.take(); strings.HasSuffix(calls, "A2 B2") != (typ == "EXPRESS") {
			t.Errorf("%s: called for %s", typ, calls)
		}
		got := fmt.Sprint(len(children), " executions; events of the second:")
		for e := range children[1].History().All() {
			if regexp.MustCompile("^Execution|Failed").MatchString(string(e.Type)) {
				got += " " + string(e.Type)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
}

// What had not been read of the data set is read once the execution goes on.
func TestRedriveOfAStoppedMapRun(t *testing.T) {
	store := &objects.Memory{}
	store.Put("b", "f", []byte("1\n2\n3\n4\n5\n"))
	var calls []string
	x, err := compile(t, twoSteps(`"MaxConcurrency": 1, "ItemBatcher": {"MaxItemsPerBatch": 2}, "ItemSelector": {"i.$": "$$.Map.Item.Index"},
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"}, "Parameters": {"Bucket": "b", "Key": "f"}},`, "STANDARD"),
		interp.WithObjects(store), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			task.Sleep(time.Second)
			calls = append(calls, task.State+value.String(task.Input))
			return nil, nil
		})).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	must(x.Advance(context.Background(), 3500*time.Millisecond))
	x.Stop("", "")
	before := x.MapRuns()[0]
	if want := (interp.Counts{Succeeded: 2, Aborted: 2}); before.Status != interp.Aborted || before.Items != want || before.Executions != (interp.Counts{Succeeded: 1, Aborted: 1}) {
		t.Errorf("Map Run is %+v", before)
	}
	calls = nil
	redrive(t, x)
	wantOutput(t, x, `[{"Items":[{"i":0},{"i":1}]},{"Items":[{"i":2},{"i":3}]},{"Items":[{"i":4}]}]`)
	if got, want := strings.Join(calls, " "), `B{"Items":[{"i":2},{"i":3}]} A{"Items":[{"i":4}]} B{"Items":[{"i":4}]}`; got != want {
		t.Errorf("called for %s, want %s", got, want)
	}
	if after := x.MapRuns()[0]; after.Items != (interp.Counts{Succeeded: 5}) || after.Executions != (interp.Counts{Succeeded: 3}) {
		t.Errorf("Map Run is %+v", after)
	}
}

// A redrive that fails can be redriven; what it had not come to is not lost.
func TestRedriveOfARedrive(t *testing.T) {
	work := &flaky{broken: []int64{2, 3}}
	x := run(t, twoSteps(`"ToleratedFailureCount": 1, "MaxConcurrency": 1,`, "STANDARD"), `[1,2,3,4]`, interp.WithHandler(work.handle))
	wantCalls(t, work, "A1 B1 A2 B2 A3 B3")
	wantRun(t, x, interp.Failed, 0, interp.Counts{Pending: 1, Succeeded: 1, Failed: 2})
	work.broken = []int64{2, 3, 4}
	redrive(t, x)
	wantCalls(t, work, "B2 B3")
	wantRun(t, x, interp.Failed, 1, interp.Counts{Pending: 1, Succeeded: 1, Failed: 2})
	work.broken = []int64{4}
	redrive(t, x)
	wantOutput(t, x, `[1,2,3]`) // one failure is tolerated
	wantCalls(t, work, "B2 B3 A4 B4")
	wantRun(t, x, interp.Succeeded, 2, interp.Counts{Succeeded: 3, Failed: 1})
	if _, details := x.History().At(x.History().Len() - 5).Details(); !strings.Contains(value.String(details), `"redriveCount":2`) {
		t.Errorf("details of the second MapRunRedriven are %v", details)
	}
}

func TestPendingRedriveIsGivenBack(t *testing.T) {
	work := &flaky{broken: []int64{1}}
	x := run(t, twoSteps(``, "STANDARD"), `[1,2,3]`, interp.WithHandler(func(ctx context.Context, task *interp.Task) (any, error) {
		if task.Input != int64(1) {
			task.Sleep(time.Minute)
		}
		return work.handle(ctx, task)
	}))
	wantRun(t, x, interp.Failed, 0, interp.Counts{Failed: 1, Aborted: 2})
	must(x.Redrive())
	x.Stop("", "") // before anything has run
	wantRun(t, x, interp.Failed, 0, interp.Counts{Failed: 1, Aborted: 2})
	must(x.Redrive())
	must(x.Advance(context.Background(), 0))
	wantRunning := interp.Counts{Running: 3}
	if got := x.MapRuns()[0].Items; got != wantRunning {
		t.Errorf("items are %+v, want %+v", got, wantRunning)
	}
	must(x.Advance(context.Background(), time.Second)) // 1 fails again, the rest is stopped
	wantRun(t, x, interp.Failed, 1, interp.Counts{Failed: 1, Aborted: 2})
	work.broken = nil
	redrive(t, x)
	wantOutput(t, x, `[1,2,3]`)
}

// A child whose history is full stays a failure.
func TestChildrenThatCannotBeRedriven(t *testing.T) {
	quotas := interp.ServiceQuotas("STANDARD")
	quotas.Events = 16
	def := `{"M": {"Type": "Map", "ToleratedFailureCountPath": "$$.Execution.RedriveCount", "End": true, "ItemsPath": "$", "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "B", "States": {
			"B": {` + lambda + `, "Retry": [{"ErrorEquals": ["Boom"], "IntervalSeconds": 1, "MaxAttempts": 9}], "End": true}}}}}`
	x := run(t, def, `[1,2,3]`, interp.WithQuotas(quotas), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		if task.Input == int64(2) {
			return nil, &interp.TaskError{Name: "Boom"}
		}
		task.Sleep(time.Hour)
		return "ok", nil
	}))
	wantRun(t, x, interp.Failed, 0, interp.Counts{Failed: 1, Aborted: 2})
	redrive(t, x)
	// The tolerance is that of the Map Run's start: none.
	wantFailure(t, x, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
	wantRun(t, x, interp.Failed, 1, interp.Counts{Failed: 1, Aborted: 2, FailuresNotRedrivable: 1})
}

func TestExportOfARedrive(t *testing.T) {
	store := &objects.Memory{}
	work := &flaky{broken: []int64{2}}
	x := run(t, twoSteps(`"MaxConcurrency": 2, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p"},
		"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}},`, "STANDARD"), `[1,2,3,4]`, interp.WithObjects(store), interp.WithHandler(work.handle))
	arn := x.MapRuns()[0].ARN
	folder := "p/" + arn[strings.LastIndex(arn, ":")+1:] + "/"
	want := func(name, content string) {
		t.Helper()
		got, _ := store.Get("out", folder+name)
		if text := strings.ReplaceAll(strings.ReplaceAll(string(got), folder, ""), arn, "ARN"); text != content {
			t.Errorf("%s is %s, want %s", name, text, content)
		}
	}
	want("SUCCEEDED_0.json", `[1]`)
	want("FAILED_0.json", `[{"Error":"Boom","Cause":null},{"Error":null,"Cause":null}]`)
	want("manifest.json", `{"DestinationBucket":"out","MapRunArn":"ARN","ResultFiles":{"FAILED":[{"Key":"FAILED_0.json","Size":59}],"PENDING":[],"SUCCEEDED":[{"Key":"SUCCEEDED_0.json","Size":3}]}}`)
	wantRun(t, x, interp.Failed, 0, interp.Counts{Pending: 1, Succeeded: 1, Failed: 1, Aborted: 1, ResultsWritten: 3})

	work.broken = nil
	redrive(t, x)
	want("SUCCEEDED_0.json", `[1]`)
	want("SUCCEEDED_1.json", `[2,3,4]`)
	want("manifest.json", `{"DestinationBucket":"out","MapRunArn":"ARN","ResultFiles":{"FAILED":[],"PENDING":[],"SUCCEEDED":[{"Key":"SUCCEEDED_0.json","Size":3},{"Key":"SUCCEEDED_1.json","Size":7}]}}`)
	wantRun(t, x, interp.Succeeded, 1, interp.Counts{Succeeded: 4, ResultsWritten: 4})
}

func TestExportOfChildrenThatTimedOut(t *testing.T) {
	store := &objects.Memory{}
	x := run(t, `{"M": {"Type": "Map", "ToleratedFailurePercentage": 100, "End": true,
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"}, "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSONL"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "W", "States": {
			"W": {"Type": "Wait", "Seconds": 400, "End": true}}}}}`, `[1]`, interp.WithObjects(store))
	wantRun(t, x, interp.Succeeded, 0, interp.Counts{TimedOut: 1, ResultsWritten: 1})
	arn := x.MapRuns()[0].ARN
	got, _ := store.Get("out", arn[strings.LastIndex(arn, ":")+1:]+"/FAILED_0.jsonl")
	if want := `{"Error":"States.Timeout","Cause":""}` + "\n"; string(got) != want {
		t.Errorf("file is %q, want %q", got, want)
	}
}

// What fails outside of the children starts a new Map Run.
func TestRedriveWithANewMapRun(t *testing.T) {
	store := &objects.Memory{}
	store.Put("b", "f", []byte("1\n2\n{"))
	x := run(t, distributed(`"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"}, "Parameters": {"Bucket": "b", "Key": "f"}},`, pass), `{}`,
		interp.WithObjects(store))
	if err, _ := x.Err().(*interp.ExecutionError); err == nil || err.Name != "States.ItemReaderFailed" {
		t.Fatalf("error is %v", x.Err())
	}
	store.Put("b", "f", []byte("1\n2\n3"))
	redrive(t, x)
	wantOutput(t, x, `[1,2,3]`)
	if runs := x.MapRuns(); len(runs) != 2 || runs[0].Status != interp.Failed || runs[1].Status != interp.Succeeded || runs[1].Redrives != 0 {
		t.Errorf("Map Runs are %+v", runs)
	}
}

// The data set cannot be opened again: that is the new failure.
func TestRedriveWithoutItsDataSet(t *testing.T) {
	store := &objects.Memory{}
	store.Put("b", "f", []byte("1\n2\n"))
	def := strings.Replace(distributed(`"MaxConcurrency": 1, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
		"Parameters": {"Bucket": "b", "Key": "f"}},`, `{"Type": "Wait", "Seconds": 5, "End": true}`), "{", "{", 1)
	x, err := compile(t, def, interp.WithObjects(store)).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	must(x.Advance(context.Background(), time.Second))
	x.Stop("", "")
	store.Put("b", "f", []byte("1\nno JSON"))
	redrive(t, x)
	if err, _ := x.Err().(*interp.ExecutionError); err == nil || err.Name != "States.ItemReaderFailed" {
		t.Errorf("error is %v, want States.ItemReaderFailed", x.Err())
	}
}

func TestAbortedMapRun(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "M", "States": `+distributed(``, `{"Type": "Wait", "Seconds": 60, "End": true}`)+`},
		{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "Boom"}}}]}}`, `[1]`)
	if got, want := trail(x), "MapRunAborted M @1s"; !strings.Contains(got, want) {
		t.Errorf("history is\n%s\nwhich lacks %s", got, want)
	}
	wantRun(t, x, interp.Aborted, 0, interp.Counts{Aborted: 1})
}

// A file of which nothing is left is an array all the same.
func TestExportOfNothing(t *testing.T) {
	store := &objects.Memory{}
	x := run(t, distributed(`"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"},
		"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}},`, pass), `[[],[]]`, interp.WithObjects(store))
	arn := x.MapRuns()[0].ARN
	got, _ := store.Get("out", arn[strings.LastIndex(arn, ":")+1:]+"/SUCCEEDED_0.json")
	if string(got) != "[]" {
		t.Errorf("file is %q, want []", got)
	}
}
