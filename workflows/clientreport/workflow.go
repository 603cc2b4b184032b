package clientreport

import (
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/tasks"
)

// The handles of the workflow. The container of the task definition is called
// [Container].
const (
	Cluster = tasks.Cluster("reports")
	Task    = tasks.TaskDefinition("report")
	Network = tasks.Network("private")

	Container = "report"
)

// InvalidRequest is the error of an execution whose input is no request.
const InvalidRequest = "InvalidRequest"

// maxTries is how often the container is started if it ends in a way that may pass.
const maxTries = 3

// Workflow checks the request and runs the container until it has written the
// report. A container that ends in a way that may pass, such as that of an API out
// of reach, is started again after five minutes, up to three times in all. The
// output is the request.
//
// The workflow itself refuses input that lacks one of the four fields, whose dates
// are none, or whose dates are out of order: the error is [InvalidRequest], the
// cause says which.
func Workflow() *dsl.Workflow[Request, Request] {
	start, end := dsl.Var[time.Time]("start"), dsl.Var[time.Time]("end")
	return dsl.New[Request, Request]("client-report",
		complete(),
		dsl.Pass("Read days").Assign(
			start.Set(midnight(startDate())),
			end.Set(midnight(endDate())),
			tries.Set(dsl.Const(1)),
		),
		dsl.Choice("Days in order?").
			When(dsl.Not(start.IsTimestamp()), refuse("Start is no day", "filter.start_date is not a day such as 2024-01-31")).
			When(dsl.Not(end.IsTimestamp()), refuse("End is no day", "filter.end_date is not a day such as 2024-01-31")).
			When(end.LessThanRef(start), refuse("End before start", "filter.end_date is before filter.start_date")),
		writeReport(),
	).
		Comment("Checks a request and writes the report that it asks for.")
}

var (
	tries   = dsl.Var[int]("tries")               // of the container, the present one included
	failure = dsl.Var[dsl.ErrorOutput]("failure") // of the last one
	ended   = dsl.Var[tasks.ECSTask]("ended")     // its task
)

func clientID() dsl.Ref[string] {
	return dsl.Field(func(r *Request) *string { return &r.Filter.ClientID })
}

func startDate() dsl.Ref[string] {
	return dsl.Field(func(r *Request) *string { return &r.Filter.StartDate })
}

func endDate() dsl.Ref[string] {
	return dsl.Field(func(r *Request) *string { return &r.Filter.EndDate })
}

func status() dsl.Ref[string] {
	return dsl.Field(func(r *Request) *string { return &r.Filter.Status })
}

// complete refuses a request that lacks a field.
func complete() *dsl.ChoiceState {
	complete := dsl.Choice("Complete?")
	for _, f := range []struct {
		name  string
		value dsl.Ref[string]
	}{
		{"client_id", clientID()},
		{"start_date", startDate()},
		{"end_date", endDate()},
		{"status", status()},
	} {
		given := dsl.And(f.value.IsPresent(), f.value.IsString())
		complete.When(dsl.Not(given), refuse("No "+f.name, "filter."+f.name+" is missing or no text"))
	}
	return complete
}

func refuse(name, cause string) *dsl.FailState { return dsl.Fail(name, InvalidRequest, cause) }

// midnight is the beginning of a day, if the text is one: only then is what comes
// out a timestamp.
func midnight(day dsl.Ref[string]) dsl.Ref[time.Time] {
	return dsl.As[time.Time](fn.Format("{}T00:00:00Z", day))
}

// writeReport runs the container, and again if it ends in a way that may pass.
func writeReport() dsl.Step {
	run := dsl.Task("Write report", tasks.ECSRunTask{
		Cluster: Cluster, TaskDefinition: Task, LaunchType: tasks.Fargate, Network: Network,
		Overrides: []tasks.ContainerOverride{{Name: Container, Environment: map[string]dsl.Value[string]{
			RequestVariable: fn.JSON(dsl.Input[Request]()),
		}}},
	}.Sync()).
		Timeout(8 * time.Hour). // a report may take five
		Retry(capacity).
		Discard()
	return run.Catch(dsl.Catcher{
		Errors: []string{"States.TaskFailed"}, // that of a task that ended badly, and every other fault but a timeout
		Output: dsl.Input[Request](),
		Assign: []dsl.Assignment{failure.Set(dsl.Failure())},
		Then:   retryOrFail(run),
	})
}

// retryOrFail decides by the container's exit code; a container that could not be
// started has none.
func retryOrFail(run dsl.Step) dsl.Step {
	name := dsl.At(failure, func(e *dsl.ErrorOutput) *string { return &e.Error })
	cause := dsl.At(failure, func(e *dsl.ErrorOutput) *string { return &e.Cause })
	containers := dsl.At(ended, func(t *tasks.ECSTask) *[]tasks.ECSContainer { return &t.Containers })
	exit := dsl.At(dsl.Index(containers, 0), func(c *tasks.ECSContainer) *int { return c.ExitCode })
	exited := func(code int) dsl.Condition { return dsl.And(exit.IsPresent(), exit.Equals(code)) }
	return dsl.Steps(
		dsl.Choice("Did it start?").
			When(dsl.Not(name.Equals("States.TaskFailed")),
				dsl.Fail("Not started", "", "").ErrorFrom(name).CauseFrom(cause)),
		dsl.Pass("Read exit code").Assign(ended.Set(fn.Parse[tasks.ECSTask](cause))),
		dsl.Choice("Why did it end?").
			When(exited(ExitBadRequest), refuse("Refused", "the container refused the request: see its log")).
			When(dsl.Or(exited(ExitRefused), exited(ExitBadConfig)),
				dsl.Fail("Failed for good", "ReportFailed", "the container failed in a way that does not pass: see its log")).
			When(tries.AtLeast(maxTries), dsl.Fail("Failed too often", "ReportFailed",
				fmt.Sprintf("the container failed %d times: see its log", maxTries))),
		dsl.Wait("Wait 5 minutes", 5*time.Minute).
			Assign(tries.Set(fn.Add(tries, dsl.Const(1)))),
		run,
	)
}

// capacity are the faults of ECS that pass before the container runs: no room for
// it on Fargate, and errors and throttling of the API.
var capacity = dsl.Retrier{
	Errors:      []string{"AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.ServerException", "ECS.SdkClientException"},
	Interval:    30 * time.Second,
	MaxAttempts: 8,
	Backoff:     2,
	MaxDelay:    10 * time.Minute,
}
