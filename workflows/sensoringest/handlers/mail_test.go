package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

func TestSendSummaryTellsWhatBecameOfTheFile(t *testing.T) {
	address := localaws.SES(t)
	mailer := handlers.Mailer{SES: localaws.SESClient(address), From: "ingest@example.com", To: []string{"ops@example.com", "lab@example.com"}}
	tests := []struct {
		summary       sensoringest.Summary
		subject, text string
	}{
		{
			sensoringest.Summary{Object: sensoringest.Object{Bucket: "uploads", Key: "day.csv"}, Rows: 8, Stored: 8},
			"day.csv: 8 readings stored",
			`The file day.csv in bucket uploads has been processed.

8 rows in the file
8 readings stored
0 rows repeated
0 rows rejected
0 conflicts
`,
		},
		{
			sensoringest.Summary{
				Object: sensoringest.Object{Bucket: "uploads", Key: "hall 3/Süd\r\nBcc: all@example.com"},
				Rows:   12, Stored: 9, Repeated: 1, Rejected: 2, Conflicts: 1,
				RejectedKey: "rejected/hall 3/Süd\r\nBcc: all@example.com", ConflictsKey: "conflicts/hall 3/Süd\r\nBcc: all@example.com",
			},
			"hall 3/Süd\ufffd\ufffdBcc: all@example.com: 9 readings stored, 2 rows rejected, 1 conflict",
			"The file hall 3/Süd\ufffd\ufffdBcc: all@example.com in bucket uploads has been processed.\n" + `
12 rows in the file
9 readings stored
1 row repeated
2 rows rejected
1 conflict

The rejected rows are not stored. They are listed, with line numbers and reasons, in
s3://uploads/` + "rejected/hall 3/Süd\ufffd\ufffdBcc: all@example.com" + `

A conflict is a reading that gives another value than an earlier row for the same
sensor and second. Both are stored. They are listed in
s3://uploads/` + "conflicts/hall 3/Süd\ufffd\ufffdBcc: all@example.com" + "\n",
		},
	}
	for i, test := range tests {
		sent, err := mailer.SendSummary(t.Context(), test.summary)
		if err != nil {
			t.Fatal(err)
		}
		mails := localaws.Mails(t, address)
		if len(mails) != i+1 {
			t.Fatalf("%d e-mails, want %d", len(mails), i+1)
		}
		want := localaws.Mail{MessageID: sent.MessageID, From: "ingest@example.com", Subject: test.subject}
		want.Destination.To = []string{"ops@example.com", "lab@example.com"}
		want.Body.Text = test.text
		if diff := cmp.Diff(want, mails[i]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSendSummaryNamesItsFailures(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		is     func(error) bool
	}{
		{429, "TooManyRequestsException", func(err error) bool { _, ok := err.(sensoringest.Throttled); return ok }},
		{500, "InternalServiceErrorException", func(err error) bool { _, ok := err.(sensoringest.Unavailable); return ok }},
		{400, "MessageRejected", func(err error) bool { _, ok := err.(sensoringest.RequestFailed); return ok }},
		{404, "NotFoundException", func(err error) bool { _, ok := err.(sensoringest.RequestFailed); return ok }},
	} {
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Amzn-ErrorType", test.code)
			w.WriteHeader(test.status)
			fmt.Fprint(w, `{"message":"Email address is not verified."}`)
		}))
		mailer := handlers.Mailer{SES: localaws.SESClient(url), From: "ingest@example.com", To: []string{"ops@example.com"}}
		if _, err := mailer.SendSummary(t.Context(), sensoringest.Summary{}); !test.is(err) {
			t.Errorf("%s: got %T: %v", test.code, err, err)
		}
	}
}

func TestMailerFromEnvironmentNeedsASenderAndReceivers(t *testing.T) {
	for _, test := range []struct{ from, to, wrong string }{
		{"", "ops@example.com", handlers.FromVariable},
		{"ingest@example.com", "", handlers.ToVariable},
		{"ingest@example.com", " , ", handlers.ToVariable},
		{"ingest@example.com", "ops@example.com, lab@example.com", ""},
	} {
		t.Setenv(handlers.FromVariable, test.from)
		t.Setenv(handlers.ToVariable, test.to)
		mailer, err := handlers.MailerFromEnvironment(t.Context())
		if test.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("%+v: got %v", test, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ops@example.com", "lab@example.com"}, mailer.To); diff != "" {
			t.Error(diff)
		}
	}
}
