package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// field is what a gateway sent: the last row gives the sensor and second of the
// first another value.
const field = `0000-0001,1483906366,10.10
0000-0011,1483906376,-5.10
0000-0093,1483906376,3.80
0000-0107,1483906520,115.45
0000-0001,1483906520,27.54
0000-2101,1483908322,340.00
0000-0001,1483908322,-12.93
0000-0001,1483906366,00.35
`

// setup is a Processor with the servers it works on.
type setup struct {
	*handlers.Processor
	s3       *s3.Client
	dynamodb *dynamodb.Client
}

func newSetup(t *testing.T, table http.Handler) setup {
	t.Helper()
	s3 := localaws.S3(t, "uploads")
	dynamodb := localaws.DynamoDBClient(serve(t, table))
	return setup{
		Processor: &handlers.Processor{S3: s3, DynamoDB: dynamodb, Table: tableName, Backoff: atOnce},
		s3:        s3,
		dynamodb:  dynamodb,
	}
}

func atOnce(int) time.Duration { return 0 }

// upload puts a file into the bucket and returns it as its event would.
func (s setup) upload(t *testing.T, key, content string) sensoringest.Object {
	t.Helper()
	return sensoringest.Object{Bucket: "uploads", Key: key, ETag: localaws.Put(t, s.s3, "uploads", key, content)}
}

func TestProcessFileStoresEveryReadingAndListsTheContradiction(t *testing.T) {
	eachTable(t, func(t *testing.T, empty func() http.Handler) {
		s := newSetup(t, empty())
		o := s.upload(t, "hall 3/day+1.csv", "SENSOR_UID,TIMESTAMP,VALUE\r\n"+strings.ReplaceAll(field, "\n", "\r\n"))

		want := sensoringest.Summary{
			Object: o, Rows: 8, Stored: 8, Conflicts: 1, ConflictsKey: "conflicts/hall 3/day+1.csv",
		}
		wantItems := map[string]bool{
			"0000-0001 1483906366#10.10 1483906366 10.1":    true,
			"0000-0001 1483906366#00.35 1483906366 0.35":    true,
			"0000-0011 1483906376#-5.10 1483906376 -5.1":    true,
			"0000-0093 1483906376#3.80 1483906376 3.8":      true,
			"0000-0107 1483906520#115.45 1483906520 115.45": true,
			"0000-0001 1483906520#27.54 1483906520 27.54":   true,
			"0000-2101 1483908322#340.00 1483908322 340":    true,
			"0000-0001 1483908322#-12.93 1483908322 -12.93": true,
		}
		for _, delivery := range []string{"first", "second"} {
			got, err := s.ProcessFile(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s delivery:\n%s", delivery, diff)
			}
			if diff := cmp.Diff(wantItems, stored(t, s.dynamodb)); diff != "" {
				t.Errorf("%s delivery:\n%s", delivery, diff)
			}
			conflicts := localaws.Objects(t, s.s3, "uploads")["conflicts/hall 3/day+1.csv"]
			const wantConflicts = "LINE,SENSOR_UID,TIMESTAMP,VALUE,FIRST_LINE,FIRST_VALUE\n9,0000-0001,1483906366,00.35,2,10.10\n"
			if conflicts != wantConflicts {
				t.Errorf("%s delivery: conflicts:\n%s", delivery, conflicts)
			}
		}
	})
}

func TestProcessFileRejectsRowsWithLineAndReasonAndStoresTheOthers(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", `SENSOR_UID,TIMESTAMP,VALUE
0000-0001,1483906366,10.10
0000-0011,yesterday,-5.10

0000-0093,1483906376
0000-0107,1483906520,"115,45"
0000-0001,1483906366,10.10
=1+1,1483906520,n/a`)
	const want = `LINE,REASON,ROW
3,the timestamp is not a whole number of seconds,"0000-0011,yesterday,-5.10"
5,the row does not have three fields,"0000-0093,1483906376"
6,the row does not have three fields,"0000-0107,1483906520,""115,45"""
8,the value is not a decimal number,"=1+1,1483906520,n/a"
`
	for range 2 {
		got, err := s.ProcessFile(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sensoringest.Summary{Object: o, Rows: 6, Stored: 1, Repeated: 1, Rejected: 4, RejectedKey: "rejected/day.csv"}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want, localaws.Objects(t, s.s3, "uploads")["rejected/day.csv"]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestProcessFileTakesFilesWithoutReadings(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "header": "SENSOR_UID,TIMESTAMP,VALUE\n", "blank lines": "\n\r\n\n"} {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t, newMemoryTable())
			o := s.upload(t, "day.csv", content)
			got, err := s.ProcessFile(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sensoringest.Summary{Object: o}, got); diff != "" {
				t.Error(diff)
			}
			if objects := localaws.Objects(t, s.s3, "uploads"); len(objects) != 1 {
				t.Errorf("the bucket holds %v", objects)
			}
		})
	}
}

// A reading may come in two files that overlap, and a file may hold readings whose
// keys are the same in one batch.
func TestProcessFileWritesOverlappingFilesOnce(t *testing.T) {
	eachTable(t, func(t *testing.T, empty func() http.Handler) {
		s := newSetup(t, empty())
		var one, two strings.Builder
		for i := range 60 {
			fmt.Fprintf(&one, "s,%d,1.5\ns,%d,1.5\n", i, i)
			fmt.Fprintf(&two, "s,%d,1.5\n", i+30)
		}
		for key, file := range map[string]struct {
			content  string
			repeated int64
		}{"one.csv": {one.String(), 60}, "two.csv": {two.String(), 0}} {
			got, err := s.ProcessFile(t.Context(), s.upload(t, key, file.content))
			if err != nil {
				t.Fatal(err)
			}
			if got.Stored != 60 || got.Repeated != file.repeated || got.Conflicts != 0 {
				t.Errorf("%s: %+v", key, got)
			}
		}
		if got := len(stored(t, s.dynamodb)); got != 90 {
			t.Errorf("%d items, want 90", got)
		}
	})
}

func TestProcessFileTellsADeliveryAfterTheMoveFromALostFile(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", field)
	if _, err := (&handlers.Mover{S3: s.s3}).MoveFile(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	_, err := s.ProcessFile(t.Context(), o)
	if _, ok := err.(sensoringest.AlreadyProcessed); !ok {
		t.Errorf("after the move: got %T: %v", err, err)
	}
	_, err = s.ProcessFile(t.Context(), sensoringest.Object{Bucket: "uploads", Key: "other.csv"})
	if _, ok := err.(sensoringest.ObjectNotFound); !ok {
		t.Errorf("a file that never was: got %T: %v", err, err)
	}
	_, err = s.ProcessFile(t.Context(), sensoringest.Object{Bucket: "nowhere", Key: "day.csv"})
	if _, ok := err.(sensoringest.RequestFailed); !ok {
		t.Errorf("a bucket that is not there: got %T: %v", err, err)
	}
	if got := stored(t, s.dynamodb); len(got) > 0 {
		t.Errorf("stored %v", got)
	}
}

func TestProcessFileLeavesReplacedContentToItsOwnEvent(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", field)
	s.upload(t, "day.csv", "0000-0001,1483906366,1\n")
	_, err := s.ProcessFile(t.Context(), o)
	if _, ok := err.(sensoringest.ObjectChanged); !ok {
		t.Errorf("got %T: %v", err, err)
	}
	if got := stored(t, s.dynamodb); len(got) > 0 {
		t.Errorf("stored %v", got)
	}
}

func TestFunctionsRefuseWhatIsNoUpload(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	mover := handlers.Mover{S3: s.s3}
	for _, o := range []sensoringest.Object{
		{},
		{Bucket: "uploads"},
		{Key: "day.csv"},
		{Bucket: "uploads", Key: "processed/day.csv"},
		{Bucket: "uploads", Key: "rejected/day.csv"},
		{Bucket: "uploads", Key: "conflicts/day.csv"},
		{Bucket: "uploads", Key: strings.Repeat("k", 1020)},
	} {
		_, err := s.ProcessFile(t.Context(), o)
		if _, ok := err.(sensoringest.InvalidObject); !ok {
			t.Errorf("ProcessFile %.30v: got %T: %v", o, err, err)
		}
		_, err = mover.MoveFile(t.Context(), o)
		if _, ok := err.(sensoringest.InvalidObject); !ok {
			t.Errorf("MoveFile %.30v: got %T: %v", o, err, err)
		}
	}
}
