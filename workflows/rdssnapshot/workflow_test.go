package rdssnapshot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
)

// go test -sfntest.cover tells what these tests leave out.
func TestMain(m *testing.M) { sfntest.CoverageMain(m, rdssnapshot.Workflow()) }

var request = rdssnapshot.Request{DBInstanceIdentifier: "orders"}

func snapshot(status string) rdssnapshot.Snapshot {
	return rdssnapshot.Snapshot{DBSnapshot: rdssnapshot.DBSnapshot{
		DBSnapshotIdentifier: "orders-20250101-000000-1f2e3d4c",
		DBInstanceIdentifier: "orders",
		Status:               status,
	}}
}

func TestPollsUntilAvailable(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("creating")).Times(3).Then().Return(snapshot("available"))

	got := run.Start(request)

	if out := got.Succeeded(); out != snapshot("available") {
		t.Errorf("output = %+v", out)
	}
	got.Elapsed(4 * time.Minute)
	poll := []string{"Wait 1 minute", "Get snapshot status", "Snapshot completed?"}
	want := []string{"Create snapshot"}
	for range 4 {
		want = append(want, poll...)
	}
	got.Visited(append(want, "Done")...)
}

func TestTellsTheFunctionWhichExecutionAsks(t *testing.T) {
	start := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	run := sfntest.New(t, rdssnapshot.Workflow(), interp.WithName("nightly"), interp.WithStart(start))
	create := sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("available"))

	got := run.Start(request)

	got.Succeeded()
	create.CalledWith(rdssnapshot.CreateRequest{
		Request:   request,
		Execution: rdssnapshot.Execution{ID: got.Execution.ARN(), StartTime: start},
	})
}

func TestFailsWithTheSnapshot(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("failed"))

	got := run.Start(request)

	if cause := got.Failed("SnapshotFailed"); cause != "RDS reports that the snapshot failed" {
		t.Errorf("cause = %q", cause)
	}
	got.Elapsed(time.Minute)
}

func TestRetriesFaultsOfLambda(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	create := sfntest.On(run, rdssnapshot.CreateSnapshot).
		Fail("Lambda.TooManyRequestsException", "Rate Exceeded.").Times(2).
		Then().Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("available"))

	got := run.Start(request)

	got.Succeeded()
	got.Elapsed(2*time.Second + 4*time.Second + time.Minute)
	create.Called(3)
}

func TestRetriesFaultsWhilePolling(t *testing.T) {
	for name, delay := range map[string]time.Duration{
		"Throttled":               0, // random
		"Lambda.ServiceException": 2 * time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			run := sfntest.New(t, rdssnapshot.Workflow())
			sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
			describe := sfntest.On(run, rdssnapshot.DescribeSnapshot).Fail(name, "").Then().Return(snapshot("available"))

			got := run.Start(request)

			got.Succeeded()
			describe.Called(2)
			if delay > 0 {
				got.Elapsed(time.Minute + delay)
			}
		})
	}
}

func TestWaitsForABusyInstance(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	create := sfntest.On(run, rdssnapshot.CreateSnapshot).
		Do(func(context.Context, rdssnapshot.CreateRequest) (rdssnapshot.Snapshot, error) {
			return rdssnapshot.Snapshot{}, rdssnapshot.InstanceBusy("orders is being backed up")
		}).Times(3).
		Then().Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("available"))

	run.Start(request).Succeeded()

	// The delays are random up to 15, 30 and 60 seconds.
	if calls := create.Calls(); len(calls) != 4 || calls[3].At.Sub(calls[0].At) > 105*time.Second {
		t.Errorf("calls = %+v, want four within 105 s", calls)
	}
}

func TestGivesUpOnAnInstanceThatIsNotThere(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	create := sfntest.On(run, rdssnapshot.CreateSnapshot).
		Do(func(context.Context, rdssnapshot.CreateRequest) (rdssnapshot.Snapshot, error) {
			return rdssnapshot.Snapshot{}, rdssnapshot.InstanceNotFound("there is no instance orders")
		})

	got := run.Start(request)

	if cause := got.Failed("InstanceNotFound"); !strings.Contains(cause, "there is no instance orders") {
		t.Errorf("cause = %q", cause)
	}
	got.Elapsed(0)
	create.Called(1)
}

func TestAFunctionThatHangsTimesOut(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	sfntest.On(run, rdssnapshot.CreateSnapshot).Silent()

	got := run.Start(request)

	got.Failed("States.Timeout")
	got.Elapsed(time.Minute)
	got.Visited("Create snapshot")
}

func TestASnapshotThatTakesADayTimesOut(t *testing.T) {
	run := sfntest.New(t, rdssnapshot.Workflow())
	sfntest.On(run, rdssnapshot.CreateSnapshot).Return(snapshot("creating"))
	sfntest.On(run, rdssnapshot.DescribeSnapshot).Return(snapshot("creating"))

	got := run.Start(request)

	got.TimedOut()
	got.Elapsed(24 * time.Hour)
}
