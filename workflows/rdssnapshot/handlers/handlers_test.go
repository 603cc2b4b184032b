package handlers_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
	"github.com/stepwise-go/stepwise/workflows/rdssnapshot/handlers"
)

// fakeRDS speaks the query protocol of Amazon RDS for one instance, "orders".
type fakeRDS struct {
	snapshots map[string]string // status by identifier
	fail      string            // the code of the error that every call ends in, if any
	calls     []string          // the actions called
}

type (
	dbSnapshot struct{ DBSnapshotIdentifier, DBInstanceIdentifier, Status string }
	created    struct {
		XMLName  xml.Name   `xml:"CreateDBSnapshotResponse"`
		Snapshot dbSnapshot `xml:"CreateDBSnapshotResult>DBSnapshot"`
	}
	described struct {
		XMLName   xml.Name     `xml:"DescribeDBSnapshotsResponse"`
		Snapshots []dbSnapshot `xml:"DescribeDBSnapshotsResult>DBSnapshots>DBSnapshot"`
	}
)

func (f *fakeRDS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	action := r.Form.Get("Action")
	f.calls = append(f.calls, action)
	answer, code := f.answer(action, r.Form)
	if code != "" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>refused</Message></Error></ErrorResponse>", code)
		return
	}
	xml.NewEncoder(w).Encode(answer)
}

func (f *fakeRDS) answer(action string, form url.Values) (answer any, code string) {
	if f.fail != "" {
		return nil, f.fail
	}
	id := form.Get("DBSnapshotIdentifier")
	status, exists := f.snapshots[id]
	switch action {
	case "CreateDBSnapshot":
		if form.Get("DBInstanceIdentifier") != "orders" {
			return nil, "DBInstanceNotFound"
		}
		if exists {
			return nil, "DBSnapshotAlreadyExists"
		}
		f.snapshots[id] = "creating"
		return created{Snapshot: dbSnapshot{id, "orders", "creating"}}, ""
	case "DescribeDBSnapshots":
		if !exists {
			return nil, "DBSnapshotNotFound"
		}
		return described{Snapshots: []dbSnapshot{{id, "orders", status}}}, ""
	}
	return nil, "InvalidAction"
}

// start serves the fake and returns functions that call it with the real client.
func start(t *testing.T, fake *fakeRDS) *handlers.Snapshots {
	t.Helper()
	fake.snapshots = make(map[string]string)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return &handlers.Snapshots{RDS: rds.New(rds.Options{
		BaseEndpoint: &server.URL,
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	})}
}

func request(instance, execution string) rdssnapshot.CreateRequest {
	return rdssnapshot.CreateRequest{
		Request: rdssnapshot.Request{DBInstanceIdentifier: instance},
		Execution: rdssnapshot.Execution{
			ID:        "arn:aws:states:eu-central-1:123456789012:execution:rds-snapshot:" + execution,
			StartTime: time.Date(2026, 11, 20, 3, 15, 0, 192e6, time.UTC),
		},
	}
}

func TestCreateBeginsASnapshotNamedAfterInstanceAndExecution(t *testing.T) {
	snapshots := start(t, &fakeRDS{})
	got, err := snapshots.Create(context.Background(), request("orders", "nightly"))
	if err != nil {
		t.Fatal(err)
	}
	want := rdssnapshot.DBSnapshot{
		DBSnapshotIdentifier: "orders-20261120-031500-a1ac9250",
		DBInstanceIdentifier: "orders",
		Status:               "creating",
	}
	if got.DBSnapshot != want {
		t.Errorf("got %+v, want %+v", got.DBSnapshot, want)
	}
}

func TestCreateTwiceForOneExecutionTakesOneSnapshot(t *testing.T) {
	fake := &fakeRDS{}
	snapshots := start(t, fake)
	first, err := snapshots.Create(context.Background(), request("orders", "nightly"))
	if err != nil {
		t.Fatal(err)
	}
	fake.snapshots[first.DBSnapshot.DBSnapshotIdentifier] = "available"

	again, err := snapshots.Create(context.Background(), request("orders", "nightly"))
	if err != nil {
		t.Fatal(err)
	}
	first.DBSnapshot.Status = "available"
	if again != first {
		t.Errorf("the second attempt gave %+v, want %+v", again, first)
	}
	if len(fake.snapshots) != 1 {
		t.Errorf("there are %d snapshots, want 1", len(fake.snapshots))
	}
}

func TestEachExecutionTakesASnapshotOfItsOwn(t *testing.T) {
	fake := &fakeRDS{}
	snapshots := start(t, fake)
	later := request("orders", "nightly") // the name of an execution may be used again after 90 days
	later.Execution.StartTime = later.Execution.StartTime.AddDate(0, 4, 0)
	for _, req := range []rdssnapshot.CreateRequest{request("orders", "nightly"), request("orders", "weekly"), later} {
		if _, err := snapshots.Create(context.Background(), req); err != nil {
			t.Fatal(err)
		}
	}
	if len(fake.snapshots) != 3 {
		t.Errorf("there are %d snapshots, want 3: %v", len(fake.snapshots), fake.snapshots)
	}
}

// Amazon RDS API Reference, CreateDBSnapshot, DBSnapshotIdentifier: 1 to 255
// letters, numbers or hyphens, the first a letter, no hyphen last or twice.
func TestSnapshotIdentifiersAreValid(t *testing.T) {
	valid := regexp.MustCompile(`^[A-Za-z](-?[A-Za-z0-9])*$`)
	fake := &fakeRDS{}
	snapshots := start(t, fake)
	for _, execution := range []string{"nightly", "a b", "ünicode", "--", strings.Repeat("x", 80)} {
		if _, err := snapshots.Create(context.Background(), request("orders", execution)); err != nil {
			t.Fatal(err)
		}
	}
	for id := range fake.snapshots {
		if own, err := path.Match("orders"+rdssnapshot.SnapshotSuffix, id); err != nil || !own {
			t.Errorf("the functions have no rights on the snapshot %q", id)
		}
		if !valid.MatchString(id) || len(id) > 255 {
			t.Errorf("RDS refuses the identifier %q", id)
		}
	}
}

func TestCreateTakesTheDeployedInstanceWhereTheRequestNamesNone(t *testing.T) {
	snapshots := start(t, &fakeRDS{})
	snapshots.Instance = "orders"
	got, err := snapshots.Create(context.Background(), request("", "nightly"))
	if err != nil {
		t.Fatal(err)
	}
	if got.DBSnapshot.DBInstanceIdentifier != "orders" {
		t.Errorf("took a snapshot of %q", got.DBSnapshot.DBInstanceIdentifier)
	}
}

func TestDescribeFollowsTheStatus(t *testing.T) {
	fake := &fakeRDS{}
	snapshots := start(t, fake)
	s, err := snapshots.Create(context.Background(), request("orders", "nightly"))
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"creating", "available", "failed"} {
		fake.snapshots[s.DBSnapshot.DBSnapshotIdentifier] = status
		s, err = snapshots.Describe(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		if s.DBSnapshot.Status != status {
			t.Errorf("status is %q, want %q", s.DBSnapshot.Status, status)
		}
	}
}

// Step Functions sees the name of an error's type, as the Lambda runtime for Go
// reports it: that name is the contract with the workflow's Retry and Catch.
func TestErrorsAreKnownByTheNameOfTheirType(t *testing.T) {
	known := rdssnapshot.Snapshot{DBSnapshot: rdssnapshot.DBSnapshot{DBSnapshotIdentifier: "orders-1"}}
	create := func(req rdssnapshot.CreateRequest) func(*handlers.Snapshots) error {
		return func(s *handlers.Snapshots) error {
			_, err := s.Create(context.Background(), req)
			return err
		}
	}
	describe := func(of rdssnapshot.Snapshot) func(*handlers.Snapshots) error {
		return func(s *handlers.Snapshots) error {
			_, err := s.Describe(context.Background(), of)
			return err
		}
	}
	for _, test := range []struct {
		name  string
		fail  string // what RDS answers
		call  func(*handlers.Snapshots) error
		want  string
		calls int
	}{
		{"no instance", "", create(request("", "nightly")), "InvalidRequest", 0},
		{"no execution", "", create(rdssnapshot.CreateRequest{Request: rdssnapshot.Request{DBInstanceIdentifier: "orders"}}), "InvalidRequest", 0},
		{"no snapshot", "", describe(rdssnapshot.Snapshot{}), "InvalidRequest", 0},
		{"unknown instance", "", create(request("bills", "nightly")), "InstanceNotFound", 1},
		{"unknown snapshot", "", describe(known), "SnapshotNotFound", 1},
		{"instance being modified", "InvalidDBInstanceState", create(request("orders", "nightly")), "InstanceBusy", 1},
		{"quota", "SnapshotQuotaExceeded", create(request("orders", "nightly")), "SnapshotQuotaExceeded", 1},
		{"throttled create", "Throttling", create(request("orders", "nightly")), "Throttled", 3},
		{"throttled describe", "ThrottlingException", describe(known), "Throttled", 3},
		{"denied", "AccessDenied", describe(known), "RequestFailed", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := &fakeRDS{fail: test.fail}
			err := test.call(start(t, fake))
			if err == nil {
				t.Fatal("no error")
			}
			if got := reflect.TypeOf(err).Name(); got != test.want {
				t.Errorf("the error's name is %s, want %s: %v", got, test.want, err)
			}
			if test.fail != "" && !strings.Contains(err.Error(), test.fail) {
				t.Errorf("the cause %q does not say %s", err, test.fail)
			}
			if len(fake.calls) != test.calls {
				t.Errorf("RDS was called %d times, want %d", len(fake.calls), test.calls)
			}
		})
	}
}

func TestFromEnvironmentTakesTheInstanceFromItsVariable(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv(rdssnapshot.InstanceVariable, "orders")
	snapshots, err := handlers.FromEnvironment(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if snapshots.Instance != "orders" {
		t.Errorf("the instance is %q", snapshots.Instance)
	}
	if region := snapshots.RDS.(*rds.Client).Options().Region; region != "eu-central-1" {
		t.Errorf("the region is %q", region)
	}
}
