package report_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/clientreport/report"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

const bucket = "reports"

var request = clientreport.Request{Filter: clientreport.Filter{
	ClientID: "c-1", StartDate: "2024-01-01", EndDate: "2024-01-31", Status: "settled",
}}

// bank is the REST API: each page is an answer that the test has written. The last
// one is repeated.
type bank struct {
	mu      sync.Mutex // a client that is cut off may call again while the first call runs
	pages   []http.HandlerFunc
	queries []url.Values
	tokens  []string
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.queries = append(b.queries, r.URL.Query())
	b.tokens = append(b.tokens, r.Header.Get("Authorization"))
	page := b.pages[min(len(b.queries), len(b.pages))-1]
	b.mu.Unlock()
	page(w, r)
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) }
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// hangUp breaks the connection in the middle of an answer.
func hangUp(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, `{"items": [`)
	panic(http.ErrAbortHandler)
}

// bench is a job between a bank and a bucket; waited is how long it has waited.
type bench struct {
	*report.Job
	bank   *bank
	s3     *s3.Client
	waited []time.Duration
}

func newBench(t *testing.T, pages ...http.HandlerFunc) *bench {
	t.Helper()
	b := &bench{bank: &bank{pages: pages}, s3: localaws.S3(t, bucket)}
	server := httptest.NewUnstartedServer(b.bank)
	server.Config.ErrorLog = nil
	server.Start()
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL + "/v1/transactions?version=2")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	api := &report.API{URL: address, Token: "secret", Log: log, Wait: func(_ context.Context, d time.Duration) error {
		b.waited = append(b.waited, d)
		return nil
	}}
	b.Job = &report.Job{API: api, S3: report.NewUploader(b.s3), Bucket: bucket, Prefix: "r/", Columns: []string{"id", "amount", "note"}}
	return b
}

// object returns the report in the bucket, and whether there is one. An upload that
// was left behind fails the test.
func (b *bench) object(t *testing.T) (string, bool) {
	t.Helper()
	name := bucket
	uploads, err := b.s3.ListMultipartUploads(context.Background(), &s3.ListMultipartUploadsInput{Bucket: &name})
	var none smithy.APIError // what gofakes3 answers for a bucket that never had an upload
	switch {
	case errors.As(err, &none) && none.ErrorCode() == "NoSuchUpload":
	case err != nil:
		t.Fatal(err)
	case len(uploads.Uploads) > 0:
		t.Errorf("%d uploads are left behind", len(uploads.Uploads))
	}
	key := request.Key("r/")
	out, err := b.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &name, Key: &key})
	if err != nil {
		return "", false
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), true
}

func TestReadsEveryPage(t *testing.T) {
	b := newBench(t,
		answer(`{"items": [{"id": "t-1", "amount": 12.50, "note": "a,b"}, {"id": "t-2", "amount": 1e3}], "next": "?cursor=2"}`),
		answer(`{"items": [], "next_cursor": "3"}`),
		answer(`{"items": [{"id": "t-3", "amount": null, "note": "say \"hi\"", "other": 1}]}`),
	)

	result, err := b.Run(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}

	const want = "id,amount,note\nt-1,12.50,\"a,b\"\nt-2,1e3,\nt-3,,\"say \"\"hi\"\"\"\n"
	if got, _ := b.object(t); got != want {
		t.Errorf("report:\n%s\nwant:\n%s", got, want)
	}
	if diff := cmp.Diff(report.Result{Key: "r/c-1/2024-01-01_2024-01-31_settled.csv", Rows: 3, Bytes: int64(len(want))}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	first := b.bank.queries[0]
	for name, want := range map[string]string{"client_id": "c-1", "start_date": "2024-01-01", "end_date": "2024-01-31", "status": "settled", "version": "2"} {
		if got := first.Get(name); got != want {
			t.Errorf("the first page is asked for with %s=%q, want %q", name, got, want)
		}
	}
	if got := b.bank.queries[2].Get("cursor"); got != "3" {
		t.Errorf("the third page is asked for with cursor=%q, want 3", got)
	}
	if b.bank.tokens[2] != "Bearer secret" {
		t.Errorf("authorization = %q", b.bank.tokens[2])
	}
}

func TestAnEmptyReportHasAHeader(t *testing.T) {
	b := newBench(t, answer(`{"items": []}`))
	if _, err := b.Run(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if got, _ := b.object(t); got != "id,amount,note\n" {
		t.Errorf("report = %q", got)
	}
}

func TestALargeReportGoesUpInParts(t *testing.T) {
	const rows = 200_000 // of some 60 bytes: more than one part
	b := newBench(t)
	for page := range 100 {
		var text bytes.Buffer
		text.WriteString(`{"items": [`)
		for i := range rows / 100 {
			if i > 0 {
				text.WriteByte(',')
			}
			fmt.Fprintf(&text, `{"id": "t-%d-%d", "amount": %d, "note": "%s"}`, page, i, i, strings.Repeat("x", 40))
		}
		text.WriteString("]")
		if page < 99 {
			text.WriteString(`, "next_cursor": "` + strconv.Itoa(page+1) + `"`)
		}
		text.WriteString("}")
		b.bank.pages = append(b.bank.pages, answer(text.String()))
	}
	result, err := b.Run(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := b.object(t)
	if lines := strings.Count(text, "\n"); lines != rows+1 || result.Rows != rows || int(result.Bytes) != len(text) {
		t.Errorf("%d lines of %d bytes, result %+v", lines, len(text), result)
	}
	if len(text) < 9<<20 {
		t.Errorf("the report of %d bytes is no large one", len(text))
	}
}

func TestFaultsThatPassAreRetried(t *testing.T) {
	good := answer(`{"items": [{"id": "t-1"}]}`)
	tests := []struct {
		name  string
		fault http.HandlerFunc
		least time.Duration // to wait
	}{
		{"429", status(http.StatusTooManyRequests), 0},
		{"429 with seconds", status(http.StatusTooManyRequests, "Retry-After", "7"), 7 * time.Second},
		{"503 with a date", status(http.StatusServiceUnavailable, "Date", "Mon, 01 Jan 2024 00:00:00 GMT", "Retry-After", "Mon, 01 Jan 2024 00:01:00 GMT"), time.Minute},
		{"500", status(http.StatusInternalServerError), 0},
		{"half an answer", hangUp, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.fault, good)
			if _, err := b.Run(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			if len(b.waited) != 1 || b.waited[0] < tt.least || b.waited[0] > tt.least+500*time.Millisecond+1 {
				t.Errorf("waited %v, want once, %v or a little longer", b.waited, tt.least)
			}
		})
	}
}

func TestAFailureLeavesNoReport(t *testing.T) {
	page := answer(`{"items": [{"id": "t-1"}], "next": "?cursor=2"}`)
	large := answer(`{"items": [{"id": "` + strings.Repeat("x", 17<<20) + `"}]}`)
	tests := []struct {
		name  string
		pages []http.HandlerFunc
		want  string
		code  int
	}{
		{"down", []http.HandlerFunc{status(http.StatusBadGateway)}, "502", clientreport.ExitTransient},
		{"dies half way", []http.HandlerFunc{page, hangUp}, "page 2: ", clientreport.ExitTransient},
		{"asks for an hour", []http.HandlerFunc{status(http.StatusTooManyRequests, "Retry-After", "3600")}, "429", clientreport.ExitTransient},
		{"denied", []http.HandlerFunc{status(http.StatusForbidden)}, "403", clientreport.ExitRefused},
		{"no JSON", []http.HandlerFunc{answer("<html>")}, "not the JSON of a page", clientreport.ExitRefused},
		{"no items", []http.HandlerFunc{answer("{}")}, "no items", clientreport.ExitRefused},
		{"too large", []http.HandlerFunc{large}, "more than 16777216 bytes", clientreport.ExitRefused},
		{"another client's", []http.HandlerFunc{answer(`{"items": [{"client_id": "c-2"}]}`)}, `client "c-2" for client "c-1"`, clientreport.ExitRefused},
		{"a circle", []http.HandlerFunc{page, page}, "read before", clientreport.ExitRefused},
		{"another host", []http.HandlerFunc{answer(`{"items": [], "next": "https://example.com/"}`)}, "not the API's own address", clientreport.ExitRefused},
		{"no link", []http.HandlerFunc{answer(`{"items": [], "next": ":"}`)}, "link to the next page", clientreport.ExitRefused},
		{"redirected elsewhere", []http.HandlerFunc{status(http.StatusFound, "Location", "https://example.com/")}, "not the API's own address", clientreport.ExitRefused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.pages...)
			_, err := b.Run(t.Context(), request)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
			if code := report.ExitCode(err); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if text, ok := b.object(t); ok {
				t.Errorf("there is a report: %q", text)
			}
		})
	}
}

func TestAFailedReportLeavesTheOneBefore(t *testing.T) {
	b := newBench(t, answer(`{"items": [{"id": "t-1"}]}`), status(http.StatusForbidden))
	if _, err := b.Run(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Run(t.Context(), request); err == nil {
		t.Fatal("no error")
	}
	if got, _ := b.object(t); got != "id,amount,note\nt-1,,\n" {
		t.Errorf("report = %q", got)
	}
}

func TestStopsWhenItIsToldTo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	_, err := b.Run(ctx, request)
	if !errors.Is(err, context.Canceled) || report.ExitCode(err) != clientreport.ExitTerminated {
		t.Errorf("error = %v, exit code %d", err, report.ExitCode(err))
	}
	if text, ok := b.object(t); ok {
		t.Errorf("there is a report: %q", text)
	}
}

func TestABucketThatIsNotThereIsRefused(t *testing.T) {
	b := newBench(t, answer(`{"items": []}`))
	b.Bucket = "elsewhere"
	_, err := b.Run(t.Context(), request)
	if code := report.ExitCode(err); code != clientreport.ExitRefused {
		t.Errorf("exit code %d of %v, want %d", code, err, clientreport.ExitRefused)
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	cells := map[string]string{
		`"=1+1"`: "'=1+1", `"@SUM(A1)"`: "'@SUM(A1)", `"-1"`: "-1", `"+49 30 123"`: "'+49 30 123", `"-5,10"`: "-5,10",
		`" =1"`: "' =1", `"\tx"`: "'\tx", `"a=b"`: "a=b", `-1.50`: "-1.50", `true`: "true", `null`: "", `{"a": [1, 2]}`: `"{""a"":[1,2]}"`, `""`: "",
	}
	for raw, want := range cells {
		b := newBench(t, answer(`{"items": [{"note": `+raw+`}]}`))
		b.Columns = []string{"id", "note"}
		if _, err := b.Run(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		got, _ := b.object(t)
		if strings.ContainsAny(want, ",\t") && want[0] != '"' {
			got = strings.ReplaceAll(got, `"`, "")
		}
		if got != "id,note\n,"+want+"\n" {
			t.Errorf("%s is written as %q, want %q", raw, got, want)
		}
	}
}

func TestTheEnvironmentIsChecked(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nothing", nil, "REPORT_API_URL"},
		{"no address", map[string]string{"REPORT_API_URL": "ftp://x"}, "begins with https://"},
		{"a password", map[string]string{"REPORT_API_URL": "https://me:pw@x"}, "has a password"},
		{"an open line", map[string]string{"REPORT_API_URL": "http://x", "REPORT_API_TOKEN": "t"}, "without https"},
		{"no bucket", map[string]string{"REPORT_API_URL": "https://x"}, "REPORT_BUCKET"},
		{"no name of a column", map[string]string{"REPORT_API_URL": "https://x", "REPORT_COLUMNS": "a,,b"}, "has no name"},
		{"a column twice", map[string]string{"REPORT_API_URL": "https://x", "REPORT_COLUMNS": "a, a"}, "named twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			_, err := report.FromEnvironment(t.Context(), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
		})
	}
	t.Run("all of it", func(t *testing.T) {
		for name, value := range map[string]string{
			"REPORT_API_URL": "http://127.0.0.1/v1", "REPORT_API_TOKEN": "t", "REPORT_BUCKET": "b", "REPORT_PREFIX": "",
		} {
			t.Setenv(name, value)
		}
		job, err := report.FromEnvironment(t.Context(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if job.Bucket != "b" || job.Prefix != "" || strings.Join(job.Columns, ",") != report.DefaultColumns {
			t.Errorf("job = %+v", job)
		}
	})
}
