package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// manyRows returns a file with readings, repetitions, conflicts and rejected rows,
// and the summary of it.
func manyRows(n int) (content string, want sensoringest.Summary) {
	var b strings.Builder
	for i := range n {
		switch {
		case i%100 == 99:
			b.WriteString("garbage\n")
			want.Rejected++
		case i%10 == 9:
			fmt.Fprintf(&b, "s-%d,%d,1.50\n", (i-9)%7, i-9) // a conflict with the row nine above
			want.Conflicts++
			want.Stored++
		case i%10 == 8:
			fmt.Fprintf(&b, "s-%d,%d,1.5\n", (i-1)%7, i-1) // the row above
			want.Repeated++
		default:
			fmt.Fprintf(&b, "s-%d,%d,1.5\n", i%7, i)
			want.Stored++
		}
		want.Rows++
	}
	want.RejectedKey, want.ConflictsKey = "rejected/day.csv", "conflicts/day.csv"
	return b.String(), want
}

func TestManyRowsIsRight(t *testing.T) {
	content, want := manyRows(200)
	if got := int64(strings.Count(content, "\n")); got != want.Rows || want.Rows != want.Stored+want.Repeated+want.Rejected {
		t.Errorf("%d rows, %+v", got, want)
	}
}

// Whatever befalls the calls, the table, the objects and the summary are those of a
// run without faults.
func TestProcessFileLosesNothingToAFaultyTable(t *testing.T) {
	// At most every third call fails, lest one batch have the bad luck of every worker.
	plans := map[string]func(call int) fault{
		"throttled calls":       every(3, throttled),
		"unprocessed items":     every(1, half),
		"lost answers":          every(3, lost),
		"broken connections":    every(3, dead),
		"failures of the table": every(3, broken),
		"all of them": func(call int) fault {
			if call%3 > 0 {
				return none
			}
			return []fault{throttled, half, lost, dead, broken}[call/3%5]
		},
	}
	content, want := manyRows(1000)
	eachTable(t, func(t *testing.T, empty func() http.Handler) {
		s := newSetup(t, empty())
		want.Object = s.upload(t, "day.csv", content)
		if _, err := s.ProcessFile(t.Context(), want.Object); err != nil {
			t.Fatal(err)
		}
		wantItems := stored(t, s.dynamodb)
		wantObjects := localaws.Objects(t, s.s3, "uploads")
		if len(wantItems) != int(want.Stored) {
			t.Fatalf("%d items, want %d", len(wantItems), want.Stored)
		}
		for name, plan := range plans {
			t.Run(name, func(t *testing.T) {
				table := empty()
				s.dynamodb = localaws.DynamoDBClient(serve(t, table))
				s.Processor.DynamoDB = localaws.DynamoDBClient(serve(t, &faulty{table: table, plan: plan}))
				got, err := s.ProcessFile(t.Context(), want.Object)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(wantItems, stored(t, s.dynamodb)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(wantObjects, localaws.Objects(t, s.s3, "uploads")); diff != "" {
					t.Error(diff)
				}
			})
		}
	})
}

func every(n int, what fault) func(int) fault {
	return func(call int) fault {
		if call%n == n-1 {
			return what
		}
		return none
	}
}

// A table that stays away ends in an error that says why, and a later call takes up
// what is left.
func TestProcessFileNamesWhatEndedItAndFinishesLater(t *testing.T) {
	content, want := manyRows(1000)
	eachTable(t, func(t *testing.T, empty func() http.Handler) {
		table := empty()
		s := newSetup(t, table)
		want.Object = s.upload(t, "day.csv", content)
		for _, test := range []struct {
			after fault
			is    func(error) bool
		}{
			{throttled, func(err error) bool { _, ok := err.(sensoringest.Throttled); return ok }},
			{dead, func(err error) bool { _, ok := err.(sensoringest.Unavailable); return ok }},
			{broken, func(err error) bool { _, ok := err.(sensoringest.Unavailable); return ok }},
		} {
			s.Processor.DynamoDB = localaws.DynamoDBClient(serve(t, &faulty{table: table, plan: func(call int) fault {
				if call < 15 {
					return none
				}
				return test.after
			}}))
			if _, err := s.ProcessFile(t.Context(), want.Object); !test.is(err) {
				t.Errorf("fault %d: got %T: %v", test.after, err, err)
			}
			if got := len(stored(t, s.dynamodb)); got < 15*25/2 || got >= int(want.Stored) {
				t.Errorf("fault %d: %d items of %d", test.after, got, want.Stored)
			}
		}
		s.Processor.DynamoDB = s.dynamodb
		got, err := s.ProcessFile(t.Context(), want.Object)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got := len(stored(t, s.dynamodb)); got != int(want.Stored) {
			t.Errorf("%d items, want %d", got, want.Stored)
		}
	})
}

func TestProcessFileDoesNotRepeatWhatIsRefused(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", field)
	var calls atomic.Int64
	s.Processor.DynamoDB = localaws.DynamoDBClient(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		refuse(w, "ResourceNotFoundException", "Requested resource not found")
	})))
	_, err := s.ProcessFile(t.Context(), o)
	if _, ok := err.(sensoringest.RequestFailed); !ok || calls.Load() != 1 {
		t.Errorf("after %d calls: got %T: %v", calls.Load(), err, err)
	}
}

// The backoff grows with the attempts that make no progress, and only with them.
func TestProcessFileBacksOffWhileTheTableMakesNoProgress(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", field)
	// Eight items: three calls are refused, then one leaves four items, then two are
	// refused, and the rest goes in with one call more.
	plan := []fault{throttled, broken, throttled, half, throttled, throttled, none}
	s.Processor.DynamoDB = localaws.DynamoDBClient(serve(t, &faulty{table: newMemoryTable(), plan: func(call int) fault { return plan[call] }}))
	var attempts []int
	s.Processor.Backoff = func(attempt int) time.Duration {
		attempts = append(attempts, attempt)
		return 0
	}
	if _, err := s.ProcessFile(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 1, 2, 3}, attempts); diff != "" {
		t.Error(diff)
	}
}

func TestBackoffGrowsToTwentySecondsAndNoFurther(t *testing.T) {
	for attempt, most := range map[int]time.Duration{1: 50 * time.Millisecond, 2: 100 * time.Millisecond, 10: 20 * time.Second, 1000: 20 * time.Second} {
		var longest time.Duration
		for range 1000 {
			d := handlers.Backoff(attempt)
			if d <= 0 || d > most {
				t.Fatalf("attempt %d: %v", attempt, d)
			}
			longest = max(longest, d)
		}
		if longest < most/2 {
			t.Errorf("attempt %d: never more than %v of %v", attempt, longest, most)
		}
	}
}

// tearing cuts the content of objects short: of the answer to a GET, counted from
// 0, it sends part(get) bytes and breaks the connection. A negative part is the
// whole.
type tearing struct {
	s3   http.Handler
	part func(get int) int
	gets atomic.Int64
}

func (t *tearing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Query().Get("x-id") == "GetObject" {
		part := t.part(int(t.gets.Add(1) - 1))
		if part >= 0 {
			w = &torn{ResponseWriter: w, left: part}
		}
	}
	t.s3.ServeHTTP(w, r)
}

type torn struct {
	http.ResponseWriter
	left int
}

func (t *torn) Write(p []byte) (int, error) {
	if t.left == 0 {
		panic(http.ErrAbortHandler)
	}
	n, _ := t.ResponseWriter.Write(p[:min(len(p), t.left)])
	t.left -= n
	if t.left == 0 {
		t.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, nil
}

func TestProcessFileGoesOnReadingWhereTheConnectionBroke(t *testing.T) {
	content, want := manyRows(1000)
	for name, test := range map[string]struct{ part, tears int }{
		"in pieces":                  {1000, 10},
		"byte by byte at first":      {1, 5},
		"before the last byte":       {len(content) - 1, 1},
		"many times, with progress":  {100, 5 * 14},
		"not at all, as a yardstick": {0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tears := &tearing{s3: localaws.S3Handler(), part: func(get int) int {
				if get < test.tears {
					return test.part
				}
				return -1
			}}
			s := newTornSetup(t, tears)
			want.Object = s.upload(t, "day.csv", content)
			got, err := s.ProcessFile(t.Context(), want.Object)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if got := tears.gets.Load(); got != int64(test.tears+1) {
				t.Errorf("%d GETs, want %d", got, test.tears+1)
			}
			if got := len(stored(t, s.dynamodb)); got != int(want.Stored) {
				t.Errorf("%d items, want %d", got, want.Stored)
			}
		})
	}
}

func TestProcessFileGivesUpOnABucketThatStaysAway(t *testing.T) {
	for name, first := range map[string]int{"from the start": 0, "half way": 100} {
		t.Run(name, func(t *testing.T) {
			s := newTornSetup(t, &tearing{s3: localaws.S3Handler(), part: func(get int) int {
				if get == 0 {
					return first
				}
				return 0
			}})
			o := s.upload(t, "day.csv", field)
			_, err := s.ProcessFile(t.Context(), o)
			if _, ok := err.(sensoringest.Unavailable); !ok {
				t.Errorf("got %T: %v", err, err)
			}
		})
	}
}

// A second delivery of the event was faster.
func TestProcessFileSeesThatTheFileWasMovedWhileItRead(t *testing.T) {
	s := newTornSetup(t, &tearing{s3: localaws.S3Handler(), part: func(get int) int {
		if get == 0 {
			return 100
		}
		return -1
	}})
	o := s.upload(t, "day.csv", field)
	s.Backoff = func(int) time.Duration { // between the break and the next GET
		if _, err := (&handlers.Mover{S3: s.s3}).MoveFile(t.Context(), o); err != nil {
			t.Error(err)
		}
		return 0
	}
	_, err := s.ProcessFile(t.Context(), o)
	if _, ok := err.(sensoringest.AlreadyProcessed); !ok {
		t.Errorf("got %T: %v", err, err)
	}
}

func newTornSetup(t *testing.T, s3 *tearing) setup {
	t.Helper()
	s := newSetup(t, newMemoryTable())
	s.s3 = localaws.S3Client(serve(t, s3))
	s.Processor.S3 = s.s3
	bucket(t, s.s3)
	return s
}

// The function's time is up while DynamoDB throttles: the error has a name that a
// workflow can retry, and comes before Lambda ends the function.
func TestProcessFileStopsBeforeItsTimeIsUp(t *testing.T) {
	s := newSetup(t, newMemoryTable())
	o := s.upload(t, "day.csv", field)
	s.Processor.DynamoDB = localaws.DynamoDBClient(serve(t, &faulty{table: newMemoryTable(), plan: every(1, throttled)}))
	s.Processor.Backoff = func(int) time.Duration { return time.Hour }
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := s.ProcessFile(ctx, o)
	if _, ok := err.(sensoringest.OutOfTime); !ok {
		t.Errorf("got %T: %v", err, err)
	}
	if ctx.Err() != nil {
		t.Error("stopped when the time was up")
	}
}
