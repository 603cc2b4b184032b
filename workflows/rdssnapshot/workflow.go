package rdssnapshot

import (
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

// The functions of the workflow.
const (
	CreateSnapshot   = dsl.Function[CreateRequest, Snapshot]("create-snapshot")
	DescribeSnapshot = dsl.Function[Snapshot, Snapshot]("describe-snapshot")
)

// Workflow creates a snapshot and looks at it once a minute until it is available
// or has failed.
func Workflow() *dsl.Workflow[Request, Snapshot] {
	status := dsl.Field(func(s *Snapshot) *string { return &s.DBSnapshot.Status })
	wait := dsl.Wait("Wait 1 minute", time.Minute)
	return dsl.New[Request, Snapshot]("rds-snapshot",
		dsl.Task("Create snapshot", CreateSnapshot.With(createRequest())).
			Timeout(time.Minute).
			Retry(passing, dsl.LambdaFaults),
		wait,
		dsl.Task("Get snapshot status", DescribeSnapshot).
			Timeout(time.Minute).
			Retry(passing, dsl.LambdaFaults),
		dsl.Choice("Snapshot completed?").
			When(status.Equals("available"), dsl.Succeed("Done")).
			When(status.Equals("failed"), dsl.Fail("Failed", "SnapshotFailed", "RDS reports that the snapshot failed")).
			Otherwise(wait),
	).
		Comment("Takes a snapshot of a database instance and waits until it is available.").
		Timeout(24 * time.Hour)
}

// passing are the faults of RDS that pass: its throttling, and an instance that is
// being backed up or modified.
var passing = dsl.Retrier{
	Errors:      []string{"Throttled", "InstanceBusy"},
	Interval:    15 * time.Second,
	MaxAttempts: 6,
	Backoff:     2,
	MaxDelay:    5 * time.Minute,
	Jitter:      true,
}

// createRequest is the input of the workflow with the execution that has it.
func createRequest() dsl.Ref[CreateRequest] {
	execution := dsl.Context.Execution
	return dsl.Build(func(r *CreateRequest) []dsl.Assignment {
		return []dsl.Assignment{
			dsl.Input[Request]().To(&r.Request),
			execution.ID.To(&r.Execution.ID),
			execution.StartTime.To(&r.Execution.StartTime),
		}
	})
}
