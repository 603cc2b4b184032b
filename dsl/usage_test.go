package dsl_test

import (
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

type Request struct{ DBInstanceIdentifier string }
type Snapshot struct{ DBSnapshot struct{ DBSnapshotIdentifier, Status string } }

const (
	CreateSnapshot   = dsl.Function[Request, Snapshot]("create-snapshot")
	DescribeSnapshot = dsl.Function[Snapshot, Snapshot]("describe-snapshot")
)

func RDS() *dsl.Workflow[Request, Snapshot] {
	status := dsl.Field(func(s *Snapshot) *string { return &s.DBSnapshot.Status })
	wait := dsl.Wait("Wait 1 minute", time.Minute)
	return dsl.New[Request, Snapshot]("rds-snapshot",
		dsl.Task("Create snapshot", CreateSnapshot).Timeout(5*time.Minute).Retry(dsl.LambdaFaults),
		wait,
		dsl.Task("Get snapshot status", DescribeSnapshot).Retry(dsl.LambdaFaults),
		dsl.Choice("Snapshot completed?").
			When(status.Equals("available"), dsl.Succeed("Done")).
			When(status.Equals("failed"), dsl.Fail("Failed", "SnapshotFailed", "RDS reports status failed")).
			Otherwise(wait), // listed above, so this is a jump
	)
}

func TestRDS(t *testing.T) {
	m, err := RDS().Build()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(m.Indent())
	t.Log(m.Locator.Locate("/States/Create snapshot/Retry/0"))
}
