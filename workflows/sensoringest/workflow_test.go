package sensoringest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// go test -sfntest.cover tells what these tests leave out.
func TestMain(m *testing.M) { sfntest.CoverageMain(m, sensoringest.Workflow()) }

// delivery is the event of an upload.
func delivery() (e sensoringest.Event) {
	e.Detail.Bucket.Name = "uploads"
	e.Detail.Object.Key = "2024/readings.csv"
	e.Detail.Object.VersionID = "v1"
	e.Detail.Object.ETag = "0123456789abcdef"
	return e
}

var (
	stored = sensoringest.Summary{Object: delivery().Upload(), Rows: 8, Stored: 8, Conflicts: 2}
	moved  = sensoringest.Object{Bucket: "uploads", Key: "processed/2024/readings.csv"}
)

// mocks are the workflow's functions, none of which fails unless told to.
type mocks struct {
	run     *sfntest.Run[sensoringest.Event, map[string]any]
	process *sfntest.Mock[sensoringest.Object, sensoringest.Summary]
	move    *sfntest.Mock[sensoringest.Object, sensoringest.Object]
	send    *sfntest.Mock[sensoringest.Summary, sensoringest.Sent]
}

func mocked(t *testing.T) mocks {
	run := sfntest.New(t, sensoringest.Workflow())
	return mocks{
		run:     run,
		process: sfntest.On(run, sensoringest.ProcessFile),
		move:    sfntest.On(run, sensoringest.MoveFile),
		send:    sfntest.On(run, sensoringest.SendSummary),
	}
}

func TestProcessesMovesWaitsAndReports(t *testing.T) {
	m := mocked(t)
	m.process.Return(stored).After(90 * time.Second)
	m.move.Return(moved)
	m.send.Return(sensoringest.Sent{MessageID: "m-1"})

	got := m.run.Start(delivery())

	if out := got.Succeeded(); out["MessageID"] != "m-1" {
		t.Errorf("output = %v", out)
	}
	got.Elapsed(90*time.Second + 10*time.Minute)
	got.Visited("Process file", "Move file", "Wait 10 minutes", "Send summary")
	m.process.CalledWith(delivery().Upload())
	m.move.CalledWith(delivery().Upload())
	m.send.CalledWith(stored)
}

func TestASecondDeliveryChangesNothing(t *testing.T) {
	for name, fault := range map[string]error{
		"moved already":      sensoringest.AlreadyProcessed("moved"),
		"replaced meanwhile": sensoringest.ObjectChanged("replaced"),
	} {
		t.Run(name, func(t *testing.T) {
			m := mocked(t)
			m.process.Do(func(context.Context, sensoringest.Object) (sensoringest.Summary, error) {
				return sensoringest.Summary{}, fault
			})
			got := m.run.Start(delivery())
			got.Succeeded()
			got.Elapsed(0)
			got.Visited("Process file", "Nothing to do")
		})
	}
}

func TestFaultsThatPassAreRetried(t *testing.T) {
	for _, name := range []string{"Throttled", "Unavailable", "OutOfTime"} {
		t.Run(name, func(t *testing.T) {
			m := mocked(t)
			m.process.Fail(name, "").Times(2).Return(stored)
			m.move.Fail(name, "").Return(moved)
			m.send.Fail(name, "").Return(sensoringest.Sent{})
			got := m.run.Start(delivery())
			got.Succeeded()
			got.Elapsed((30+60)*time.Second + 30*time.Second + 10*time.Minute + 30*time.Second)
		})
	}
}

func TestFaultsOfLambdaAreRetried(t *testing.T) {
	m := mocked(t)
	m.process.Fail("Lambda.ServiceException", "").Then().Return(stored)
	m.move.Fail("Lambda.TooManyRequestsException", "Rate Exceeded.").Then().Return(moved)
	m.send.Fail("Lambda.SdkClientException", "").Then().Return(sensoringest.Sent{})
	got := m.run.Start(delivery())
	got.Succeeded()
	got.Elapsed(10*time.Minute + 3*2*time.Second)
}

func TestFaultsThatStayFailTheExecution(t *testing.T) {
	m := mocked(t)
	m.process.Fail("Throttled", "too much")
	got := m.run.Start(delivery())
	got.Failed("Throttled")
	got.Elapsed((30 + 60 + 120 + 240 + 480) * time.Second)
	m.process.Called(6)

	m = mocked(t)
	m.process.Return(stored)
	m.move.Fail("ObjectNotFound", "gone")
	m.run.Start(delivery()).Failed("ObjectNotFound")
	m.move.Called(1)
}

func TestAFunctionThatHangsTimesOut(t *testing.T) {
	m := mocked(t)
	m.process.Silent()
	got := m.run.Start(delivery())
	got.Failed("States.Timeout")
	got.Elapsed(16 * time.Minute)

	m = mocked(t)
	m.process.Return(stored)
	m.move.Silent()
	got = m.run.Start(delivery())
	got.Failed("States.Timeout")
	got.Elapsed(6 * time.Minute)

	m = mocked(t)
	m.process.Return(stored)
	m.move.Return(moved)
	m.send.Silent()
	got = m.run.Start(delivery())
	got.Failed("States.Timeout")
	got.Elapsed(11 * time.Minute)
}
