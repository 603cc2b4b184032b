package interp

import "github.com/stepwise-go/stepwise/asl"

// Redrive has an execution go on that has failed, timed out or been aborted, as the
// RedriveExecution API does: from the states that had not been left, with their
// inputs, retries counted anew, and with the whole of its time. What had succeeded
// is kept, branches and iterations of an inline Map included. The Map Run of a
// distributed Map goes on with the items that it had not come to and with the children
// that had not succeeded: Standard children are redriven, Express children started
// again; but what went wrong outside of its children, such as in its ItemReader, takes
// a new Map Run. Call [Execution.Run] then. The error is an *[APIError].
//
// How long ago the execution has ended is not looked at.
func (x *Execution) Redrive() error {
	x.lock()
	defer x.unlock()
	if err := x.redrivable(); err != nil {
		return err
	}
	if x.parent != nil {
		return notRedrivable("Execution is a child of a Map Run, which redrives it.")
	}
	x.redrive()
	return nil
}

// redrive has an execution go on that can.
func (x *Execution) redrive() {
	x.redrives++
	x.redriven = x.now
	x.status, x.fault, x.context = Running, nil, nil
	id := x.record(record{kind: executionRedriven, prev: int32(x.log.n), n: int32(x.redrives)})
	x.setLimit()
	x.root.resume(id)
}

// redrivable says why the execution cannot be redriven, be it by its Map Run.
func (x *Execution) redrivable() error {
	switch {
	case x.cfg.typ != asl.Standard:
		return &APIError{"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'"}
	case x.status == Running:
		return notRedrivable("Execution is RUNNING and cannot be redriven.")
	case x.status == Succeeded:
		return notRedrivable("Execution is SUCCEEDED and cannot be redriven")
	case x.cfg.quotas.Events > 0 && x.log.n >= x.cfg.quotas.Events-1:
		return notRedrivable("Execution history event limit exceeded.")
	}
	return nil
}

func notRedrivable(reason string) *APIError { return &APIError{"ExecutionNotRedrivable", reason} }
