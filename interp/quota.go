package interp

import (
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Quotas are the limits of the service that an execution keeps (Step Functions
// Developer Guide, "Service quotas"). A zero field lifts its limit. What the service
// refuses when a state machine is created, such as intrinsic functions nested deeper
// than ten, is refused by [New] whatever the quotas.
type Quotas struct {
	Events            int           // in one history; the last one then fails the execution
	PayloadBytes      int           // of a state's or a task's input or output, as UTF-8 JSON text
	Duration          time.Duration // of an execution, whatever its own TimeoutSeconds
	InlineConcurrency int           // iterations of an inline Map at a time
	MapConcurrency    int           // children of a distributed Map at a time
	VariableBytes     int           // of one variable, and of all that one Assign sets
	StoredBytes       int           // of all variables together
	OpenExecutions    int           // that run at a time of those that tasks have started, see [StartExecutions]
	Redrives          int           // of one Map Run
}

// ServiceQuotas returns the service's limits for executions of a type,
// see [WithType]; they apply unless [WithQuotas] says otherwise.
func ServiceQuotas(typ string) Quotas {
	q := Quotas{
		Events:            25_000,
		PayloadBytes:      256 << 10,
		Duration:          365 * 24 * time.Hour,
		InlineConcurrency: 40,
		MapConcurrency:    10_000,
		VariableBytes:     256 << 10,
		StoredBytes:       10 << 20,
		OpenExecutions:    1_000_000,
		Redrives:          1_000,
	}
	if typ != asl.Standard {
		q.Events = 0
		q.Duration = 5 * time.Minute
	}
	return q
}

// fits reports whether a payload is within the limit.
func (x *Execution) fits(p payload) bool {
	limit := x.cfg.quotas.PayloadBytes
	return limit == 0 || p.size() <= limit
}

// payload is a value on its way between states.
type payload struct {
	v    any
	text string // as it was given, if nothing has touched it since; else ""
}

func (p payload) size() int {
	if p.text != "" {
		return len(p.text)
	}
	return value.Size(p.v)
}

// stored returns the payload as the history keeps it.
func (p payload) stored() any {
	if p.text != "" {
		return &verbatim{p.v, p.text}
	}
	return p.v
}

// String returns the payload's JSON text.
func (p payload) String() string {
	if p.text != "" {
		return p.text
	}
	return value.String(p.v)
}
