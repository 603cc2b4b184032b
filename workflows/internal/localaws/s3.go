package localaws

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// S3 starts an Amazon S3 server that ends with the test, makes the buckets and
// returns a client.
func S3(t testing.TB, buckets ...string) *s3.Client {
	t.Helper()
	server := httptest.NewServer(S3Handler())
	t.Cleanup(server.Close)
	client := S3Client(server.URL)
	for _, name := range buckets {
		if _, err := client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
			t.Fatalf("create bucket %s: %v", name, err)
		}
	}
	return client
}

// S3Handler returns an Amazon S3 without buckets.
func S3Handler() http.Handler {
	return preconditions{gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}
}

// preconditions adds the headers that gofakes3 does not look at: If-Match, and
// x-amz-copy-source-if-match.
type preconditions struct{ s3 http.Handler }

func (p preconditions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	want, of := r.Header.Get("If-Match"), r.URL.RequestURI()
	if source := r.Header.Get("X-Amz-Copy-Source"); source != "" {
		want, of = r.Header.Get("X-Amz-Copy-Source-If-Match"), "/"+strings.TrimPrefix(source, "/")
	}
	if want != "" && r.Method != http.MethodPost {
		head := httptest.NewRecorder()
		p.s3.ServeHTTP(head, httptest.NewRequest(http.MethodHead, of, nil))
		if etag := head.Header().Get("ETag"); head.Code == http.StatusOK && etag != want {
			w.WriteHeader(http.StatusPreconditionFailed)
			if r.Method != http.MethodHead {
				fmt.Fprint(w, "<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>")
			}
			return
		}
	}
	p.s3.ServeHTTP(w, r)
}

// Put puts an object into a bucket and returns its ETag.
func Put(t testing.TB, client *s3.Client, bucket, key, content string) (etag string) {
	t.Helper()
	out, err := client.PutObject(context.Background(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: strings.NewReader(content),
	})
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return strings.Trim(*out.ETag, `"`)
}

// Objects returns the content of every object of a bucket, by key.
func Objects(t testing.TB, client *s3.Client, bucket string) map[string]string {
	t.Helper()
	list, err := client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatalf("list %s: %v", bucket, err)
	}
	objects := map[string]string{}
	for _, object := range list.Contents {
		out, err := client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &bucket, Key: object.Key})
		if err != nil {
			t.Fatalf("get %s: %v", *object.Key, err)
		}
		content, err := io.ReadAll(out.Body)
		out.Body.Close()
		if err != nil {
			t.Fatalf("read %s: %v", *object.Key, err)
		}
		objects[*object.Key] = string(content)
	}
	return objects
}
