package s3store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects/s3store"
)

// newStore returns the store of a server with a bucket.
func newStore(t *testing.T) *s3store.Store {
	t.Helper()
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	client := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String(server.URL), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""), RetryMaxAttempts: 1})
	if _, err := client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: aws.String("bucket")}); err != nil {
		t.Fatal(err)
	}
	return s3store.New(client)
}

func put(t *testing.T, s *s3store.Store, key, body string) {
	t.Helper()
	w, err := s.Create(context.Background(), "bucket", key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStore(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newStore(t)
	put(t, s, "a/2", "two")
	put(t, s, "a/1", "one")
	put(t, s, "c", "")
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); left != nil {
		t.Errorf("left %v behind", left)
	}
	r, err := s.Open(context.Background(), "bucket", "a/2")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if body, err := io.ReadAll(r); string(body) != "two" || err != nil {
		t.Errorf("content is %q, error %v", body, err)
	}
	var found []string
	for o, err := range s.List(context.Background(), "bucket", "a/") {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprintf("%s %d %.4s %v", o.Key, o.Size, o.ETag, o.LastModified.IsZero()))
	}
	if got, want := strings.Join(found, ", "), "a/1 3 f97c false, a/2 3 b8a9 false"; got != want {
		t.Errorf("listing is %s, want %s", got, want)
	}
	for range s.List(context.Background(), "bucket", "") {
		break
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := newStore(t)
	for _, bucket := range []string{"bucket", "none"} {
		if _, err := s.Open(context.Background(), bucket, "k"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error is %v, want one of no such object", bucket, err)
		}
	}
	n := 0
	for _, err := range s.List(context.Background(), "none", "") {
		if n++; err == nil {
			t.Error("a bucket that is not there is listed")
		}
	}
	if n != 1 {
		t.Errorf("%d objects and errors, want one error", n)
	}
	w, err := s.Create(context.Background(), "none", "k")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil {
		t.Error("an object is written to a bucket that is not there")
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := s.Open(ended, "bucket", "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want that of the context", err)
	}
}

// A distributed Map reads the files of a prefix and writes what becomes of them.
func TestDistributedMap(t *testing.T) {
	s := newStore(t)
	put(t, s, "in/1", "1\n2\n")
	put(t, s, "in/2", "3\n")
	def, problems := asl.Parse("", `{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
		"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "bucket", "Prefix": "in/"},
			"ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "bucket", "Prefix": "out"},
			"WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
			"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	machine, err := interp.New(def, interp.WithObjects(s))
	if err != nil {
		t.Fatal(err)
	}
	x, err := machine.Run(context.Background(), nil)
	if err != nil || x.Status() != interp.Succeeded {
		t.Fatalf("execution is %s, %v, error %v", x.Status(), x.Err(), err)
	}
	arn := x.MapRuns()[0].ARN
	r, err := s.Open(context.Background(), "bucket", "out/"+arn[strings.LastIndex(arn, ":")+1:]+"/SUCCEEDED_0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if body, err := io.ReadAll(r); string(body) != "[1,2,3]" || err != nil {
		t.Errorf("results are %s, error %v", body, err)
	}
}
