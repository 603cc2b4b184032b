package interp

import "github.com/stepwise-go/stepwise/asl"

// Redrive has an execution go on that has failed, timed out or been aborted, as the
// RedriveExecution API does: from the states that had not been left, with their
// inputs, retries counted anew, and with the whole of its time. What had succeeded
// is kept, branches and iterations of an inline Map included; a distributed Map
// starts a new Map Run. Call [Execution.Run] then. The error is an *[APIError].
//
// How long ago the execution has ended is not looked at.
func (x *Execution) Redrive() error {
	x.lock()
	defer x.unlock()
	if err := x.redrivable(); err != nil {
		return err
	}
	x.redrives++
	x.redriven = x.now
	x.status, x.fault, x.context = Running, nil, nil
	id := x.record(record{kind: executionRedriven, prev: int32(x.log.n), n: int32(x.redrives)})
	x.setLimit()
	x.root.resume(id)
	return nil
}

// redrivable says why the execution cannot be redriven.
func (x *Execution) redrivable() error {
	reason := ""
	switch {
	case x.cfg.typ != asl.Standard:
		return &APIError{"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'"}
	case x.status == Running:
		reason = "Execution is RUNNING and cannot be redriven."
	case x.status == Succeeded:
		reason = "Execution is SUCCEEDED and cannot be redriven"
	case x.parent != nil:
		reason = "Execution is a child of a Map Run, which redrives it."
	case x.cfg.quotas.Events > 0 && x.log.n >= x.cfg.quotas.Events-1:
		reason = "Execution history event limit exceeded."
	default:
		return nil
	}
	return &APIError{"ExecutionNotRedrivable", reason}
}
