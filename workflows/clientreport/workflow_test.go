package clientreport_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
	"github.com/stepwise-go/stepwise/workflows/clientreport"
)

// go test -sfntest.cover tells what these tests leave out.
func TestMain(m *testing.M) { sfntest.CoverageMain(m, clientreport.Workflow()) }

var request = clientreport.Request{Filter: clientreport.Filter{
	ClientID: "c-1042", StartDate: "2024-01-01", EndDate: "2024-03-31", Status: "settled",
}}

// report is the call that runs the container and waits for it.
var report = tasks.ECSRunTask{Cluster: clientreport.Cluster}.Sync()

// stopped is a task whose container has ended with an exit code; ECS fails it if that
// is not 0.
func stopped(code int) tasks.ECSTask {
	return tasks.ECSTask{LastStatus: "STOPPED", StopCode: "EssentialContainerExited",
		Containers: []tasks.ECSContainer{{Name: "report", LastStatus: "STOPPED", ExitCode: &code}}}
}

// notStarted is a task whose container never ran.
var notStarted = tasks.ECSTask{LastStatus: "STOPPED", StopCode: "TaskFailedToStart",
	StoppedReason: "CannotPullContainerError", Containers: []tasks.ECSContainer{{Name: "report"}}}

func TestRunsTheContainerWithTheRequest(t *testing.T) {
	run := sfntest.New(t, clientreport.Workflow())
	task := sfntest.OnAction(run, report).Return(stopped(0)).After(5 * time.Hour)

	got := run.Start(request)

	if out := got.Succeeded(); out != request {
		t.Errorf("output = %+v, want the request", out)
	}
	got.Elapsed(5 * time.Hour)
	got.Visited("Complete?", "Read days", "Days in order?", "Write report")
	if sent := environment(t, task.Calls()[0].Input); sent != request {
		t.Errorf("the container gets %+v, want %+v", sent, request)
	}
}

// environment reads the request out of what is sent to ECS, as the container
// reads it.
func environment(t *testing.T, input any) clientreport.Request {
	t.Helper()
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	var sent struct {
		Overrides struct {
			ContainerOverrides []struct {
				Name        string
				Environment []struct{ Name, Value string }
			}
		}
	}
	if err := json.Unmarshal(text, &sent); err != nil {
		t.Fatal(err)
	}
	container := sent.Overrides.ContainerOverrides[0]
	if container.Name != clientreport.Container || container.Environment[0].Name != clientreport.RequestVariable {
		t.Fatalf("overrides = %+v", container)
	}
	r, err := clientreport.ParseRequest(container.Environment[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRefusesWhatIsNoRequest(t *testing.T) {
	full := func() map[string]any {
		return map[string]any{"client_id": "c-1042", "start_date": "2024-01-01", "end_date": "2024-03-31", "status": "settled"}
	}
	without := func(name string) any {
		f := full()
		delete(f, name)
		return map[string]any{"filter": f}
	}
	with := func(name string, v any) any {
		f := full()
		f[name] = v
		return map[string]any{"filter": f}
	}
	tests := []struct {
		name  string
		input any
		want  string
	}{
		{"nothing", map[string]any{}, "filter.client_id is missing or no text"},
		{"no client", without("client_id"), "filter.client_id is missing or no text"},
		{"no start", without("start_date"), "filter.start_date is missing or no text"},
		{"no end", without("end_date"), "filter.end_date is missing or no text"},
		{"no status", without("status"), "filter.status is missing or no text"},
		{"a number", with("client_id", 1042), "filter.client_id is missing or no text"},
		{"null", with("end_date", nil), "filter.end_date is missing or no text"},
		{"no day", with("start_date", "last week"), "filter.start_date is not a day such as 2024-01-31"},
		{"a day that is not in the month", with("end_date", "2024-04-31"), "filter.end_date is not a day such as 2024-01-31"},
		{"a time", with("end_date", "2024-03-31T00:00:00Z"), "filter.end_date is not a day such as 2024-01-31"},
		{"out of order", with("end_date", "2023-12-31"), "filter.end_date is before filter.start_date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			input, err := json.Marshal(tt.input)
			if err != nil {
				t.Fatal(err)
			}
			got := sfntest.New(t, clientreport.Workflow()).StartJSON(string(input))
			if cause := got.Failed(clientreport.InvalidRequest); cause != tt.want {
				t.Errorf("cause = %q, want %q", cause, tt.want)
			}
		})
	}
	t.Run("a single day is in order", func(t *testing.T) {
		run := sfntest.New(t, clientreport.Workflow())
		sfntest.OnAction(run, report).Return(stopped(0))
		day := request
		day.Filter.EndDate = day.Filter.StartDate
		run.Start(day).Succeeded()
	})
}

func TestFaultsOfECSAreRetried(t *testing.T) {
	for _, name := range []string{"AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.ServerException", "ECS.SdkClientException"} {
		t.Run(name, func(t *testing.T) {
			run := sfntest.New(t, clientreport.Workflow())
			sfntest.OnAction(run, report).Fail(name, "no capacity").Times(6).Then().Return(stopped(0))
			got := run.Start(request)
			got.Succeeded()
			got.Elapsed((30 + 60 + 120 + 240 + 480 + 600) * time.Second)
		})
	}
	t.Run("not for ever", func(t *testing.T) {
		run := sfntest.New(t, clientreport.Workflow())
		sfntest.OnAction(run, report).Fail("AmazonECS.Unknown", "no capacity").Times(9)
		if cause := run.Start(request).Failed("AmazonECS.Unknown"); cause != "no capacity" {
			t.Errorf("cause = %q", cause)
		}
	})
	t.Run("not those that stay", func(t *testing.T) {
		run := sfntest.New(t, clientreport.Workflow())
		sfntest.OnAction(run, report).Fail("ECS.InvalidParameterException", "no such cluster").Times(1)
		run.Start(request).Failed("ECS.InvalidParameterException")
	})
}

func TestAContainerThatEndsInAWayThatPassesIsStartedAgain(t *testing.T) {
	tests := map[string]tasks.ECSTask{
		"out of reach": stopped(clientreport.ExitTransient),
		"terminated":   stopped(clientreport.ExitTerminated),
		"not started":  notStarted,
	}
	for name, failed := range tests {
		t.Run(name, func(t *testing.T) {
			run := sfntest.New(t, clientreport.Workflow())
			task := sfntest.OnAction(run, report).Return(failed).Times(2).Then().Return(stopped(0))
			got := run.Start(request)
			if out := got.Succeeded(); out != request {
				t.Errorf("output = %+v, want the request", out)
			}
			got.Elapsed(10 * time.Minute)
			if sent := environment(t, task.Calls()[2].Input); sent != request {
				t.Errorf("the third container gets %+v, want %+v", sent, request)
			}
		})
	}
	t.Run("three times", func(t *testing.T) {
		run := sfntest.New(t, clientreport.Workflow())
		sfntest.OnAction(run, report).Return(stopped(clientreport.ExitTransient)).Times(3)
		got := run.Start(request)
		if cause := got.Failed("ReportFailed"); cause != "the container failed 3 times: see its log" {
			t.Errorf("cause = %q", cause)
		}
		got.Elapsed(10 * time.Minute)
	})
}

func TestAContainerThatFailsForGoodIsNotStartedAgain(t *testing.T) {
	tests := []struct {
		code int
		want string
	}{
		{clientreport.ExitBadRequest, clientreport.InvalidRequest},
		{clientreport.ExitRefused, "ReportFailed"},
		{clientreport.ExitBadConfig, "ReportFailed"},
	}
	for _, tt := range tests {
		run := sfntest.New(t, clientreport.Workflow())
		sfntest.OnAction(run, report).Return(stopped(tt.code)).Times(1)
		got := run.Start(request)
		got.Failed(tt.want)
		got.Elapsed(0)
	}
}

func TestAContainerThatHangsTimesOut(t *testing.T) {
	run := sfntest.New(t, clientreport.Workflow())
	sfntest.OnAction(run, report).Silent()
	got := run.Start(request)
	got.Failed("States.Timeout")
	got.Elapsed(8 * time.Hour)
}
