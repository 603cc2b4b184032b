// Package rdssnapshot takes a snapshot of an Amazon RDS database instance and
// waits until it is available.
package rdssnapshot

import "time"

// InstanceVariable is the environment variable of the functions that names the
// database instance for requests that name none.
const InstanceVariable = "DB_INSTANCE_IDENTIFIER"

// SnapshotSuffix is the pattern of what the identifiers of the workflow's
// snapshots have behind that of the instance: date, time and eight more
// characters. Policies use it, so that those of the instance "orders" do not also
// cover the snapshots of "orders-archive".
const SnapshotSuffix = "-????????-??????-????????"

// Request is the input of the workflow.
type Request struct {
	// DBInstanceIdentifier names the instance to take a snapshot of. If it is
	// empty, the functions take the one they were deployed for.
	DBInstanceIdentifier string `json:",omitempty"`
}

// CreateRequest is the input of the function that creates a snapshot: the
// request, and the execution that makes it. The function derives the snapshot's
// identifier from both, so that a task that is retried finds the snapshot that
// its first attempt began instead of taking a second one.
type CreateRequest struct {
	Request   Request
	Execution Execution
}

// Execution is what tells one execution of the workflow from every other: the
// Context object's Execution.Id and Execution.StartTime.
type Execution struct {
	ID        string
	StartTime time.Time
}

// Snapshot is what both functions answer: the DBSnapshot of the Amazon RDS API,
// as far as the workflow needs it.
type Snapshot struct {
	DBSnapshot DBSnapshot
}

// DBSnapshot is a snapshot of a database instance.
type DBSnapshot struct {
	DBSnapshotIdentifier string
	DBInstanceIdentifier string
	Status               string // "creating", "available", "failed", ...
}

// The errors of the functions. Step Functions knows an error of a Lambda function
// by the name of its Go type, so these names are what Retry and Catch match.
type (
	// InvalidRequest is a request that names no instance or no execution.
	InvalidRequest string
	// InstanceNotFound means that there is no such database instance.
	InstanceNotFound string
	// InstanceBusy means that the instance cannot be snapshot now: it is being
	// backed up, modified or is stopped. It passes.
	InstanceBusy string
	// SnapshotNotFound means that the snapshot is gone.
	SnapshotNotFound string
	// SnapshotQuotaExceeded means that the account has as many manual snapshots as
	// it may.
	SnapshotQuotaExceeded string
	// Throttled means that RDS still throttled the call after the client's own
	// retries.
	Throttled string
	// RequestFailed is every other failure of a call to RDS.
	RequestFailed string
)

func (e InvalidRequest) Error() string        { return string(e) }
func (e InstanceNotFound) Error() string      { return string(e) }
func (e InstanceBusy) Error() string          { return string(e) }
func (e SnapshotNotFound) Error() string      { return string(e) }
func (e SnapshotQuotaExceeded) Error() string { return string(e) }
func (e Throttled) Error() string             { return string(e) }
func (e RequestFailed) Error() string         { return string(e) }
