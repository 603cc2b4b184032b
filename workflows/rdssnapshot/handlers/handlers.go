// Package handlers implements the Lambda functions of the rdssnapshot workflow.
//
// [Snapshots] holds both; a program of a few lines hands each to the Lambda
// runtime:
//
//	snapshots, err := handlers.FromEnvironment(context.Background())
//	if err != nil {
//		log.Fatal(err)
//	}
//	lambda.Start(rdssnapshot.CreateSnapshot.Handler(snapshots.Create))
package handlers

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
)

// RDS is the part of the RDS client that the functions call.
type RDS interface {
	CreateDBSnapshot(context.Context, *rds.CreateDBSnapshotInput, ...func(*rds.Options)) (*rds.CreateDBSnapshotOutput, error)
	DescribeDBSnapshots(context.Context, *rds.DescribeDBSnapshotsInput, ...func(*rds.Options)) (*rds.DescribeDBSnapshotsOutput, error)
}

// Snapshots creates and describes snapshots. It is safe for concurrent use if
// its client is.
type Snapshots struct {
	RDS      RDS
	Instance string // for requests that name no instance; may be empty
}

// FromEnvironment returns the Snapshots of the function's own account, Region
// and environment.
func FromEnvironment(ctx context.Context) (*Snapshots, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &Snapshots{RDS: rds.NewFromConfig(cfg), Instance: os.Getenv(rdssnapshot.InstanceVariable)}, nil
}

// Create begins a snapshot and returns it without waiting for it. Called again
// for the same execution it returns the same snapshot. Its errors are those of
// package rdssnapshot.
func (s *Snapshots) Create(ctx context.Context, req rdssnapshot.CreateRequest) (rdssnapshot.Snapshot, error) {
	instance := req.Request.DBInstanceIdentifier
	if instance == "" {
		instance = s.Instance
	}
	if instance == "" {
		return rdssnapshot.Snapshot{}, rdssnapshot.InvalidRequest("the request names no database instance")
	}
	if req.Execution.ID == "" || req.Execution.StartTime.IsZero() {
		return rdssnapshot.Snapshot{}, rdssnapshot.InvalidRequest("the request names no execution or not when it started")
	}
	id := identifier(instance, req.Execution)
	out, err := s.RDS.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{
		DBInstanceIdentifier: &instance,
		DBSnapshotIdentifier: &id,
	})
	if is[*types.DBSnapshotAlreadyExistsFault](err) {
		return s.describe(ctx, id)
	}
	if err != nil {
		return rdssnapshot.Snapshot{}, fault(err)
	}
	return snapshot(out.DBSnapshot), nil
}

// Describe returns the snapshot as it is now. Its errors are those of package
// rdssnapshot.
func (s *Snapshots) Describe(ctx context.Context, of rdssnapshot.Snapshot) (rdssnapshot.Snapshot, error) {
	id := of.DBSnapshot.DBSnapshotIdentifier
	if id == "" {
		return rdssnapshot.Snapshot{}, rdssnapshot.InvalidRequest("the request names no snapshot")
	}
	return s.describe(ctx, id)
}

func (s *Snapshots) describe(ctx context.Context, id string) (rdssnapshot.Snapshot, error) {
	out, err := s.RDS.DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: &id})
	if err != nil {
		return rdssnapshot.Snapshot{}, fault(err)
	}
	if len(out.DBSnapshots) == 0 {
		return rdssnapshot.Snapshot{}, rdssnapshot.SnapshotNotFound("there is no snapshot " + id)
	}
	return snapshot(&out.DBSnapshots[0]), nil
}

// identifier names the snapshot that an execution takes of an instance. It is
// the same for every attempt of one execution and differs between executions,
// also where an execution's name is used again. A valid instance identifier
// gives a valid snapshot identifier, of at most 88 characters, that ends as
// [rdssnapshot.SnapshotSuffix] says.
func identifier(instance string, e rdssnapshot.Execution) string {
	sum := sha256.Sum256([]byte(e.ID))
	return fmt.Sprintf("%s-%s-%x", instance, e.StartTime.UTC().Format("20060102-150405"), sum[:4])
}

func snapshot(s *types.DBSnapshot) rdssnapshot.Snapshot {
	return rdssnapshot.Snapshot{DBSnapshot: rdssnapshot.DBSnapshot{
		DBSnapshotIdentifier: aws.ToString(s.DBSnapshotIdentifier),
		DBInstanceIdentifier: aws.ToString(s.DBInstanceIdentifier),
		Status:               aws.ToString(s.Status),
	}}
}

var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// fault gives an error of the RDS client the type under whose name the workflow
// knows it.
func fault(err error) error {
	text := err.Error()
	switch {
	case is[*types.DBInstanceNotFoundFault](err):
		return rdssnapshot.InstanceNotFound(text)
	case is[*types.InvalidDBInstanceStateFault](err):
		return rdssnapshot.InstanceBusy(text)
	case is[*types.DBSnapshotNotFoundFault](err):
		return rdssnapshot.SnapshotNotFound(text)
	case is[*types.SnapshotQuotaExceededFault](err):
		return rdssnapshot.SnapshotQuotaExceeded(text)
	case throttles.IsErrorThrottle(err).Bool():
		return rdssnapshot.Throttled(text)
	default:
		return rdssnapshot.RequestFailed(text)
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
