package report_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/clientreport/report"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

// uploads is an S3 that counts what happens to uploads in parts. Part, if not nil,
// may answer for it when a part arrives.
type uploads struct {
	s3                       http.Handler
	part                     func(w http.ResponseWriter) (answered bool)
	begun, parts, ended, cut atomic.Int64
}

func (u *uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch {
	case r.Method == http.MethodPost && query.Has("uploads"):
		u.begun.Add(1)
	case r.Method == http.MethodPut && query.Has("uploadId"):
		u.parts.Add(1)
		if u.part != nil {
			io.Copy(io.Discard, r.Body)
			if u.part(w) {
				return
			}
		}
	case r.Method == http.MethodPost && query.Has("uploadId"):
		u.ended.Add(1)
	case r.Method == http.MethodDelete && query.Has("uploadId"):
		u.cut.Add(1)
	}
	u.s3.ServeHTTP(w, r)
}

// large answers with pages of 3 MB without end, until last answers instead, after a
// number of them.
func large(pages int, last http.HandlerFunc) http.HandlerFunc {
	row := `{"note": "` + strings.Repeat("x", 1000) + `"}`
	items := strings.TrimSuffix(strings.Repeat(row+",", 3000), ",")
	var page atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		n := page.Add(1)
		if n > int64(pages) {
			last(w, r)
			return
		}
		fmt.Fprintf(w, `{"items": [%s], "next_cursor": "%d"}`, items, n)
	}
}

func refuse(status int, code string) func(http.ResponseWriter) bool {
	return func(w http.ResponseWriter) bool {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
		return true
	}
}

// Parts of the report are in Amazon S3 already when something goes wrong.
func TestAFailureHalfWayRemovesWhatWasUploaded(t *testing.T) {
	tests := []struct {
		name string
		last func(stop context.CancelFunc) http.HandlerFunc // of the API, after four parts
		part func(w http.ResponseWriter) bool               // of Amazon S3
		code int
	}{
		{"the API dies", func(context.CancelFunc) http.HandlerFunc { return hangUp }, nil, clientreport.ExitTransient},
		{"the API refuses", func(context.CancelFunc) http.HandlerFunc { return status(http.StatusForbidden) }, nil, clientreport.ExitRefused},
		{"the task is stopped", func(stop context.CancelFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				stop()
				<-r.Context().Done()
			}
		}, nil, clientreport.ExitTerminated},
		{"the bucket refuses a part", nil, refuse(http.StatusForbidden, "AccessDenied"), clientreport.ExitRefused},
		{"the bucket fails", nil, refuse(http.StatusInternalServerError, "InternalError"), clientreport.ExitTransient},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			last := answer(`{"items": []}`)
			if test.last != nil {
				last = test.last(stop)
			}
			storage := &uploads{s3: localaws.S3Handler(), part: test.part}
			b := newBench(t, large(12, last))
			b.s3 = s3Of(t, storage)
			b.Job.S3 = report.NewUploader(b.s3)

			_, err := b.Run(ctx, request)

			if code := report.ExitCode(err); code != test.code {
				t.Errorf("exit code %d of %v, want %d", code, err, test.code)
			}
			if storage.begun.Load() != 1 || storage.parts.Load() == 0 || storage.cut.Load() != 1 || storage.ended.Load() != 0 {
				t.Errorf("%d uploads begun, %d parts, %d aborted, %d completed",
					storage.begun.Load(), storage.parts.Load(), storage.cut.Load(), storage.ended.Load())
			}
			if text, ok := b.object(t); ok {
				t.Errorf("there is a report of %d bytes", len(text))
			}
		})
	}
}

func s3Of(t *testing.T, handler http.Handler) *s3.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client := localaws.S3Client(server.URL)
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	return client
}

// An API that is not there at all, and one that a test need not imitate.
func TestAnAPIThatCannotBeReachedIsTransient(t *testing.T) {
	server := httptest.NewServer(nil)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	b := newBench(t)
	b.API.URL = address
	_, err = b.Run(t.Context(), request)
	if code := report.ExitCode(err); code != clientreport.ExitTransient || len(b.waited) != 5 {
		t.Errorf("exit code %d of %v after waiting %v", code, err, b.waited)
	}
	if _, ok := b.object(t); ok {
		t.Error("there is a report")
	}
	if errors.Is(err, context.Canceled) {
		t.Errorf("nobody cancelled: %v", err)
	}
}
