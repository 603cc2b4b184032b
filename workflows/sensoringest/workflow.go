package sensoringest

import (
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

// The functions of the workflow.
const (
	ProcessFile = dsl.Function[Object, Summary]("process-file")
	MoveFile    = dsl.Function[Object, Object]("move-file")
	SendSummary = dsl.Function[Summary, Sent]("send-summary")
)

// Settle is how long the workflow waits between moving a file and reporting it.
const Settle = 10 * time.Minute

// Workflow stores the readings of the uploaded file, moves the file under
// processed/, waits ten minutes and sends a summary. A second delivery of an
// event, and the event of an upload that has been replaced, change nothing and
// succeed. The bucket must keep versions: the workflow reads the very version that
// the event is about.
func Workflow() *dsl.Workflow[Event, dsl.Object] {
	nothing := dsl.Succeed("Nothing to do")
	return dsl.New[Event, dsl.Object]("sensor-ingest",
		dsl.Task("Process file", ProcessFile.With(upload())).
			Timeout(16*time.Minute). // a minute more than a function may take
			Retry(passing, dsl.LambdaFaults).
			Catch(dsl.Catcher{Errors: []string{"AlreadyProcessed", "ObjectChanged"}, Then: nothing}),
		dsl.Task("Move file", MoveFile.With(dsl.Field(func(s *Summary) *Object { return &s.Object }))).
			Timeout(6*time.Minute).
			Retry(passing, dsl.LambdaFaults).
			Discard(), // the summary goes on
		dsl.Wait("Wait 10 minutes", Settle),
		dsl.Task("Send summary", SendSummary).
			Timeout(time.Minute).
			Retry(passing, dsl.LambdaFaults),
	).
		Comment("Stores the readings of an uploaded CSV file, moves the file and reports by e-mail.")
}

// passing are the faults of S3, DynamoDB and SES that pass. The functions have
// retried the single call already, so these delays are long.
var passing = dsl.Retrier{
	Errors:      []string{"Throttled", "Unavailable", "OutOfTime"},
	Interval:    30 * time.Second,
	MaxAttempts: 5,
	Backoff:     2,
	MaxDelay:    10 * time.Minute,
}

// upload is the object of the event, in the version and with the content that it
// has there.
func upload() dsl.Ref[Object] {
	bucket := dsl.Field(func(e *Event) *string { return &e.Detail.Bucket.Name })
	key := dsl.Field(func(e *Event) *string { return &e.Detail.Object.Key })
	version := dsl.Field(func(e *Event) *string { return &e.Detail.Object.VersionID })
	etag := dsl.Field(func(e *Event) *string { return &e.Detail.Object.ETag })
	return dsl.Build(func(o *Object) []dsl.Assignment {
		return []dsl.Assignment{bucket.To(&o.Bucket), key.To(&o.Key), version.To(&o.VersionID), etag.To(&o.ETag)}
	})
}
