package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// system is the whole workflow with its real functions, on real servers.
type system struct {
	setup
	run  *sfntest.Run[sensoringest.Event, map[string]any]
	mail string // the URL of the SES server
}

func newSystem(t *testing.T, table http.Handler) system {
	t.Helper()
	s := system{setup: newSetup(t, table), run: sfntest.New(t, sensoringest.Workflow()), mail: localaws.SES(t)}
	_, err := s.s3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket:                  aws.String("uploads"),
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	mailer := handlers.Mailer{SES: localaws.SESClient(s.mail), From: "ingest@example.com", To: []string{"ops@example.com"}}
	sfntest.On(s.run, sensoringest.ProcessFile).Do(s.ProcessFile)
	sfntest.On(s.run, sensoringest.MoveFile).Do((&handlers.Mover{S3: s.s3}).MoveFile)
	sfntest.On(s.run, sensoringest.SendSummary).Do(mailer.SendSummary)
	return s
}

// deliver uploads a file and returns the event of the upload.
func (s system) deliver(t *testing.T, key, content string) (e sensoringest.Event) {
	t.Helper()
	put, err := s.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("uploads"), Key: &key, Body: strings.NewReader(content),
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Detail.Bucket.Name = "uploads"
	e.Detail.Object.Key = key
	e.Detail.Object.VersionID = *put.VersionId
	e.Detail.Object.ETag = strings.Trim(*put.ETag, `"`)
	return e
}

func TestTheWholeWorkflowOnRealServers(t *testing.T) {
	eachTable(t, func(t *testing.T, empty func() http.Handler) {
		s := newSystem(t, empty())
		event := s.deliver(t, "day.csv", field+"not a row\n")

		got := s.run.Start(event)

		got.Succeeded()
		got.Elapsed(10 * time.Minute)
		if n := len(stored(t, s.dynamodb)); n != 8 {
			t.Errorf("%d readings are stored, want 8", n)
		}
		objects := localaws.Objects(t, s.s3, "uploads")
		if objects["processed/day.csv"] != field+"not a row\n" {
			t.Errorf("the file was not moved: %v", objects)
		}
		if !strings.Contains(objects["rejected/day.csv"], "not a row") || objects["conflicts/day.csv"] == "" {
			t.Errorf("rejected and conflicting rows are not listed: %v", objects)
		}
		mails := localaws.Mails(t, s.mail)
		if len(mails) != 1 || !strings.Contains(mails[0].Subject, "day.csv") {
			t.Errorf("mails = %+v, want one about day.csv", mails)
		}

		again := s.run.Start(event)

		again.Succeeded()
		again.Visited("Process file", "Nothing to do")
		if n := len(localaws.Mails(t, s.mail)); n != 1 {
			t.Errorf("%d mails after the second delivery, want 1", n)
		}
	})
}

func TestTheWholeWorkflowOutlastsAServerThatThrottles(t *testing.T) {
	table := newMemoryTable()
	s := newSystem(t, table)
	s.DynamoDB = localaws.DynamoDBClient(serve(t, &faulty{table: table, plan: func(call int) fault {
		if call < 40 { // more than the function itself outlasts
			return throttled
		}
		return none
	}}))

	got := s.run.Start(s.deliver(t, "day.csv", field))

	got.Succeeded()
	if n := len(stored(t, s.dynamodb)); n != 8 || table.puts != 8 {
		t.Errorf("%d readings are stored in %d puts, want 8 in 8", n, table.puts)
	}
	if d := got.Execution.Duration(); d < 10*time.Minute+30*time.Second {
		t.Errorf("took %v: the workflow has not retried", d)
	}
}
