package interp_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

// everyField is a distributed Map all of whose fields come from its input: from paths,
// or from JSONata expressions.
var everyField = map[string]string{
	"JSONPath": `{"M": {"Type": "Map", "InputPath": "$.in", "End": true,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket.$": "$.bucket", "Key": "k"},
			"ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.max"}},
		"ItemBatcher": {"BatchInput": {"b.$": "$.bucket"}, "MaxItemsPerBatchPath": "$.batch", "MaxInputBytesPerBatchPath": "$.bytes"},
		"MaxConcurrencyPath": "$.concurrency", "ToleratedFailureCountPath": "$.count", "ToleratedFailurePercentagePath": "$.share",
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.bucket", "Prefix": "out/"}},
		"ResultSelector": {"b.$": "$.ResultWriterDetails.Bucket"},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}`,
	"JSONata": `{"M": {"Type": "Map", "QueryLanguage": "JSONata", "End": true,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "{% $states.input.in.bucket %}", "Key": "k"},
			"ReaderConfig": {"InputType": "JSON", "MaxItems": "{% $states.input.in.max %}"}},
		"ItemBatcher": {"BatchInput": {"b": "{% $states.input.in.bucket %}"}, "MaxItemsPerBatch": "{% $states.input.in.batch %}", "MaxInputBytesPerBatch": "{% $states.input.in.bytes %}"},
		"MaxConcurrency": "{% $states.input.in.concurrency %}", "ToleratedFailureCount": "{% $states.input.in.count %}", "ToleratedFailurePercentage": "{% $states.input.in.share %}",
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "{% $states.input.in.bucket %}", "Prefix": "out/"}},
		"Output": {"b": "{% $states.result.ResultWriterDetails.Bucket %}"},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}}}}`,
}

const everyInput = `{"in": {"bucket": "b", "max": 3, "batch": 2, "bytes": 1000, "concurrency": 2, "count": 1, "share": 12.5}}`

func TestEveryFieldOfADistributedMap(t *testing.T) {
	for language, def := range everyField {
		store := &objects.Memory{}
		store.Put("b", "k", []byte(`[1,2,3,4]`))
		x := run(t, def, everyInput, interp.WithObjects(store))
		wantOutput(t, x, `{"b":"b"}`)
		r := x.MapRuns()[0]
		if r.MaxConcurrency != 2 || r.ToleratedFailureCount != 1 || r.ToleratedFailurePercentage != 12.5 ||
			r.Items.Total() != 3 || r.Executions.Total() != 2 || r.Items.ResultsWritten != 3 {
			t.Errorf("%s: Map Run is %+v", language, r)
		}
	}
}

// TestFieldsOfTheWrongKind takes one member of the input away, or gives it a value that
// its field cannot take.
func TestFieldsOfTheWrongKind(t *testing.T) {
	const path, query = "JSONPath", "JSONata"
	for _, tt := range []struct{ language, member, wrong, want string }{
		{path, "share", `"half"`, `The ToleratedFailurePercentagePath field refers to value "half" which is not a valid float: $.share`},
		{path, "share", `101`, `ToleratedFailurePercentage must be between 0 and 100.`},
		{path, "share", ``, `No results for path: $['share']`},
		{path, "count", `1.5`, `The ToleratedFailureCountPath field refers to value "1.5" which is not a valid integer: $.count`},
		{path, "count", `-1`, `ToleratedFailureCount cannot be negative.`},
		{path, "concurrency", `{}`, `The MaxConcurrencyPath field refers to value "{}" which is not a valid integer: $.concurrency`},
		{path, "concurrency", ``, `No results for path: $['concurrency']`},
		{path, "max", `"3x"`, `The MaxItemsPath field refers to value "3x" which is not a valid integer: $.max`},
		{path, "max", `-1`, `field MaxItems must be positive`},
		{path, "batch", `[]`, `The MaxItemsPerBatchPath field refers to value "[]" which is not a valid integer: $.batch`},
		{path, "bytes", ``, `No results for path: $['bytes']`},
		{path, "bytes", `20`, `The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.`},
		{path, "bucket", ``, `could not be found in the input`},
		{query, "share", `"half"`, `Expected 'number', but was 'string'`},
		{query, "share", `101`, `ToleratedFailurePercentage must be between 0 and 100 but was: 101`},
		{query, "share", ``, `returned nothing (undefined)`},
		{query, "count", `1.5`, `The ToleratedFailureCount field cannot be parsed as an integer: 1.5`},
		{query, "concurrency", `{}`, `Expected 'number', but was 'object'`},
		{query, "max", `"3x"`, `Expected 'number', but was 'string'`},
		{query, "batch", ``, `returned nothing (undefined)`},
		{query, "bytes", `true`, `Expected 'number', but was 'boolean'`},
		{query, "bucket", ``, `returned nothing (undefined)`},
	} {
		input := object(everyInput)
		in, _ := input.Get("in")
		members := in.(*value.Object).Without(tt.member)
		if tt.wrong != "" {
			members = members.With(tt.member, mustParse(tt.wrong))
		}
		store := &objects.Memory{}
		store.Put("b", "k", []byte(`[1,2,3,4]`))
		x, err := compile(t, everyField[tt.language], interp.WithObjects(store)).Run(context.Background(), input.With("in", members))
		if err != nil {
			t.Fatal(err)
		}
		failure, _ := x.Err().(*interp.ExecutionError)
		if failure == nil || !strings.Contains(failure.Cause, tt.want) {
			t.Errorf("%s with %s %s: ended with %v, want %s", tt.language, tt.member, tt.wrong, x.Err(), tt.want)
		}
	}
}

// brokenStore is a store whose objects cannot be read to their end, or written.
type brokenStore struct {
	objects.Memory
	refuse string // the suffix of keys that cannot be made
}

var errBroken = errors.New("the disk is on fire")

type brokenReader struct{ io.Reader }

func (r brokenReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		err = errBroken
	}
	return n, err
}

func (brokenReader) Close() error { return nil }

func (s *brokenStore) Open(ctx context.Context, bucket, key string) (io.ReadCloser, error) {
	r, err := s.Memory.Open(ctx, bucket, key)
	if err != nil {
		return nil, err
	}
	return brokenReader{r}, nil
}

func (s *brokenStore) List(context.Context, string, string) iter.Seq2[interp.Object, error] {
	return func(yield func(interp.Object, error) bool) { yield(interp.Object{}, errBroken) }
}

func (s *brokenStore) Create(ctx context.Context, bucket, key string) (io.WriteCloser, error) {
	if strings.HasSuffix(key, s.refuse) {
		return nil, errBroken
	}
	return s.Memory.Create(ctx, bucket, key)
}

func TestStoresThatFail(t *testing.T) {
	reader := func(config string) string {
		return `"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {` + config + `}, "Parameters": {"Bucket": "b", "Key": "f"}},`
	}
	const writer = `"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},`
	for _, tt := range []struct{ fields, file, refuse, name string }{
		{reader(`"InputType": "JSON"`), `[1]`, "-", "States.ItemReaderFailed"},
		{reader(`"InputType": "JSONL"`), "1\n2\n", "-", "States.ItemReaderFailed"},
		{reader(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), "a\n1\n", "-", "States.ItemReaderFailed"},
		{reader(`"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"`), "", "-", "States.ItemReaderFailed"},
		{reader(`"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"`), `{}`, "-", "States.ItemReaderFailed"},
		{reader(`"InputType": "JSON"`), "\x1f\x8bno gzip", "-", "States.ItemReaderFailed"},
		{`"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}},`, ``, "-", "States.ItemReaderFailed"},
		{writer, ``, "SUCCEEDED_0.json", "States.ResultWriterFailed"},
		{writer, ``, "manifest.json", "States.ResultWriterFailed"},
	} {
		store := &brokenStore{refuse: tt.refuse}
		store.Put("b", "f", []byte(tt.file))
		x := run(t, distributed(tt.fields, pass), `[1]`, interp.WithObjects(store))
		if failure, _ := x.Err().(*interp.ExecutionError); failure == nil || failure.Name != tt.name {
			t.Errorf("%s: ended with %v, want %s", tt.fields, x.Err(), tt.name)
		}
	}
}

func TestWhatAnExecutionTells(t *testing.T) {
	machine := compile(t, `{"W": {"Type": "Wait", "Seconds": 60, "End": true}}`)
	x, err := machine.Start(map[string]int{"a": 1}, interp.WithName("mine"))
	if err != nil {
		t.Fatal(err)
	}
	must(x.Advance(context.Background(), 30*time.Second))
	if x.Name() != "mine" || value.String(x.Input()) != `{"a":1}` || x.OutputText() != "" ||
		!x.Now().Equal(time.Date(2025, 1, 1, 0, 0, 30, 0, time.UTC)) || machine.Definition().StartAt != "W" {
		t.Errorf("%s started with %s, gave %q, is at %v, of %s", x.Name(), value.String(x.Input()), x.OutputText(), x.Now(), machine.Definition().StartAt)
	}
	if _, err := machine.Start(nil, interp.WithType("FAST")); err == nil || !strings.Contains(err.Error(), `no type of execution "FAST"`) {
		t.Errorf("error is %v", err)
	}
	if _, err := interp.New(machine.Definition(), interp.WithType("FAST")); err == nil {
		t.Error("New takes a type that there is not")
	}
}

// A handler can name the worker that has taken its task.
func TestHandlerNamesTheWorker(t *testing.T) {
	x := run(t, `{"T": {`+activity+`, "End": true}}`, `{}`, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		task.Worker("w1")
		return 1, nil
	}))
	wantOutput(t, x, `1`)
	if _, details := x.History().At(3).Details(); value.String(details) != `{"workerName":"w1"}` {
		t.Errorf("ActivityStarted has %s", value.String(details))
	}
}

func TestJSONataFailsWithAnExpression(t *testing.T) {
	fail := func(field string) *interp.Execution {
		return run(t, query(`{"S": {"Type": "Fail", `+field+`}}`), `{"e": "Boom"}`)
	}
	wantFailure(t, fail(`"Error": "{% $states.input.e %}", "Cause": "{% 'for ' & $states.input.e %}"`), "Boom", "for Boom")
	for _, field := range []string{`"Error": "{% 1 %}"`, `"Cause": "{% [] %}"`, `"Cause": "{% $none %}"`} {
		if failure, _ := fail(field).Err().(*interp.ExecutionError); failure == nil || failure.Name != "States.QueryEvaluationError" {
			t.Errorf("%s: ended with %v", field, failure)
		}
	}
}
