// Package report is what the container of the clientreport workflow does: it reads
// transactions from a REST API and writes them to Amazon S3 as a CSV object.
//
//	job, err := report.FromEnvironment(ctx)
//	if err != nil {
//		return err
//	}
//	result, err := job.Run(ctx, request)
//
// # The API
//
// The API answers a GET of its address with the query client_id, start_date,
// end_date, status (if asked for) and limit with a page of transactions:
//
//	{"items": [{"id": "t-1", "client_id": "c-1042", "amount": 12.50}, ...], "next": "/v1/transactions?cursor=abc"}
//
// The next page is told by "next", a link that may be relative, or by
// "next_cursor", which is sent back as the query's cursor; the last page has
// neither. A link to another host is refused: the token is not for it.
//
// # The report
//
// The columns are members of the transactions. Numbers are written as the API
// wrote them, a missing member or null as an empty cell, and an array or object as
// JSON. A text that a spreadsheet would take for a formula, as it begins with one
// of = + - @ or a control character and is no number, gets an apostrophe before it.
//
// The object appears when it is complete. What an interrupted upload leaves behind
// is removed; a rule of the bucket should remove incomplete uploads all the same
// (AbortIncompleteMultipartUpload), as a container can be killed. Memory does not
// depend on the size of the report.
package report

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/smithy-go"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
)

// Job writes reports. It is safe for concurrent use if its parts are.
type Job struct {
	API     *API
	S3      *transfermanager.Client // see [NewUploader]
	Bucket  string
	Prefix  string   // of the reports' keys, such as "reports/"
	Columns []string // of the report
}

// Result tells what was written.
type Result struct {
	Key   string
	Rows  int64 // without the header
	Bytes int64
}

// Run writes the report that the request asks for. Of its errors [ExitCode] knows
// the exit code. When it fails, the bucket is as it was before.
func (j *Job) Run(ctx context.Context, request clientreport.Request) (Result, error) {
	result := Result{Key: request.Key(j.Prefix)}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	in, out := io.Pipe()
	written := make(chan error, 1)
	go func() {
		counted := &counter{w: out}
		rows, err := writeCSV(counted, j.Columns, j.API.Transactions(reading, request.Filter))
		result.Rows, result.Bytes = rows, counted.n
		out.CloseWithError(err)
		written <- err
	}()
	_, err := j.S3.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket:      &j.Bucket,
		Key:         &result.Key,
		Body:        in,
		ContentType: aws.String("text/csv; charset=utf-8"),
	})
	in.CloseWithError(errUploadEnded)
	stop()
	readErr := <-written
	switch {
	case err == nil:
		return result, nil
	case ctx.Err() != nil:
		return Result{}, ctx.Err()
	case readErr != nil && !errors.Is(readErr, errUploadEnded) && !errors.Is(readErr, context.Canceled):
		return Result{}, readErr
	default: // the upload failed first, and stopped the reading
		return Result{}, s3Fault(err)
	}
}

// errUploadEnded is what the writer of the CSV gets when nobody reads it any more.
var errUploadEnded = errors.New("the upload has ended")

const (
	partSize     = 8 << 20 // bytes of a part of an upload
	abortTimeout = 10 * time.Second
)

// NewUploader returns what a Job uploads with: parts of 8 MiB, two at a time, and an
// upload that is aborted even if its context has ended.
func NewUploader(client transfermanager.S3APIClient) *transfermanager.Client {
	return transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes = partSize
		o.MultipartUploadThreshold = partSize
		o.Concurrency = 2
		o.FailTimeout = abortTimeout
	})
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Refused is a failure that comes again: the API or Amazon S3 refused the call, or
// answered what is no answer.
type Refused struct{ Err error }

// Transient is a failure that may pass: the API or Amazon S3 is out of reach or
// overloaded.
type Transient struct{ Err error }

func (e *Refused) Error() string   { return e.Err.Error() }
func (e *Transient) Error() string { return e.Err.Error() }
func (e *Refused) Unwrap() error   { return e.Err }
func (e *Transient) Unwrap() error { return e.Err }

// ExitCode returns the exit code of the container for what Run returned.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return clientreport.ExitOK
	case errors.Is(err, context.Canceled):
		return clientreport.ExitTerminated
	case is[*Refused](err):
		return clientreport.ExitRefused
	default:
		return clientreport.ExitTransient
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

var passing = retry.IsErrorRetryables(retry.DefaultRetryables)

// s3Fault gives an error of an upload a type. What Amazon S3 said, and would
// say again, is Refused; whatever kept it from saying anything is Transient.
func s3Fault(err error) error {
	if is[smithy.APIError](err) && passing.IsErrorRetryable(err) != aws.TrueTernary {
		return &Refused{err}
	}
	return &Transient{err}
}
