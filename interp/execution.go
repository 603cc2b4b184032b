package interp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Status is the status of an execution (Step Functions API, ExecutionStatus).
type Status string

// The statuses.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Execution is one run of a [Machine]. Its methods may be called from several
// goroutines, also while it runs, and from its task handlers.
type Execution struct {
	*engine
	machine *Machine
	cfg     settings
	arn     string

	status  Status
	input   payload
	output  payload
	fault   *fault
	started int64
	stopped int64
	root    *thread
	log     log
	limit   *timer        // of the execution's duration
	context *value.Object // the part of the context object that does not change

	mapRuns []*mapRun
	parent  *Execution // of a distributed Map's child
	closed  func()     // called once it is over
	probe   *probe     // of a state that is tested alone

	redrives int
	redriven int64
}

// settings is the configuration of one execution, with the defaults filled in.
type settings struct {
	config
	quotas Quotas
}

// Start starts an execution, of which nothing has run when it returns; see
// [Machine.Run] for the input and [Execution.Run] for going on.
func (m *Machine) Start(input any, opts ...Option) (*Execution, error) {
	cfg, err := m.cfg.with(opts)
	if err != nil {
		return nil, err
	}
	in, err := readInput(input)
	if err != nil {
		return nil, fmt.Errorf("input of the execution: %w", err)
	}
	return m.start(newEngine(&cfg), cfg, in, nil), nil
}

func readInput(input any) (payload, error) {
	if raw, ok := input.(json.RawMessage); ok {
		v, err := value.Parse(string(raw))
		if err != nil {
			return payload{}, err
		}
		return payload{v: v, text: string(raw)}, nil
	}
	v, err := value.From(input)
	return payload{v: v}, err
}

func (m *Machine) start(e *engine, cfg config, in payload, parent *Execution) *Execution {
	x := &Execution{engine: e, machine: m, cfg: settings{config: cfg}, status: Running, input: in, started: e.now, parent: parent}
	if cfg.quotas != nil {
		x.cfg.quotas = *cfg.quotas
	} else {
		x.cfg.quotas = ServiceQuotas(cfg.typ)
	}
	if x.cfg.name == "" {
		x.cfg.name = e.uuid()
	}
	x.arn = x.makeARN()
	if e.tokenOwner == "" {
		e.tokenOwner = x.arn
	}
	x.setLimit()
	x.record(record{kind: executionStarted, val: in.stored()})
	x.root = &thread{run: x, state: m.root.start, raw: in}
	x.ready.push(x.root)
	return x
}

func (x *Execution) isExpress() bool { return x.cfg.typ != asl.Standard }

func (x *Execution) machineARN() string {
	return "arn:aws:states:" + x.cfg.region + ":" + x.cfg.account + ":stateMachine:" + x.cfg.machineName
}

// handler returns what does the work of a task, or nil.
func (x *Execution) handler(state, resource string) TaskHandler {
	if h := x.cfg.byState[state]; h != nil {
		return h
	}
	if h := x.cfg.byResource[resource]; h != nil {
		return h
	}
	return x.cfg.fallback
}

func (x *Execution) makeARN() string {
	kind, suffix := "execution", ""
	if x.isExpress() {
		kind, suffix = "express", ":"+x.uuid()
	}
	return "arn:aws:states:" + x.cfg.region + ":" + x.cfg.account + ":" + kind + ":" + x.cfg.machineName + ":" + x.cfg.name + suffix
}

// setLimit starts the clock of the execution's own timeout and of the quota.
func (x *Execution) setLimit() {
	limit := x.machine.timeout
	if q := x.cfg.quotas.Duration; q > 0 && (limit == 0 || q < limit) {
		limit = q
	}
	if limit > 0 {
		x.limit = x.timers.set(x.now+int64(limit), x.timeOut)
	}
}

// timeOut ends the execution because it has taken too long.
func (x *Execution) timeOut() {
	x.stopThreads()
	f := timeoutFault(false)
	x.close(record{kind: executionTimedOut, ref: &faultRef{fault: f}}, TimedOut)
}

// closeFailed ends the execution with a fault.
func (x *Execution) closeFailed(prev int32, f *fault) {
	if x.status != Running {
		return
	}
	x.stopThreads()
	x.fault = f
	x.close(record{kind: executionFailed, prev: prev, ref: &faultRef{fault: f}}, Failed)
}

// abort ends the execution because somebody stopped it.
func (x *Execution) abort(f *fault) {
	if x.status != Running {
		return
	}
	x.stopThreads()
	x.fault = f
	x.close(record{kind: executionAborted, ref: &faultRef{fault: f}}, Aborted)
}

// close writes the last event.
func (x *Execution) close(last record, s Status) {
	if x.status != Running {
		return
	}
	x.append(last)
	x.status, x.stopped = s, x.now
	x.timers.cancel(x.limit)
	x.limit = nil
	if x.closed != nil {
		x.closed()
	}
}

// stopThreads takes back whatever the execution's threads wait for.
func (x *Execution) stopThreads() { x.root.stop() }

// record writes an event and returns its id. An execution that is over writes
// nothing more; the last event that the quota allows ends it.
func (x *Execution) record(r record) int32 {
	if x.status != Running {
		return int32(x.log.n)
	}
	if limit := x.cfg.quotas.Events; limit > 0 && x.log.n >= limit-1 && !r.kind.closes() {
		x.closeFailed(r.prev, &fault{name: some(asl.ErrRuntime), runtime: true,
			cause: some(fmt.Sprintf("The execution reached the maximum number of history events (%d).", limit))})
		return int32(x.log.n)
	}
	return x.append(r)
}

func (x *Execution) append(r record) int32 {
	r.at = x.now
	last := x.log.append(r)
	for _, observe := range x.cfg.observers {
		observe(x.event(last, x.log.n))
	}
	return int32(x.log.n)
}

// Stop ends the execution as the StopExecution API does, with an error and a cause
// that may be empty. It does nothing to an execution that is over.
func (x *Execution) Stop(name, cause string) {
	x.lock()
	defer x.unlock()
	x.abort(taskFault(name, cause))
}

// Run runs the execution to its end. It returns early, with an error, if the
// context ends, if a task has no handler, or if nothing is left that could ever
// happen: a task token is out, say, and all limits of time are lifted. Run can be
// called again then.
func (x *Execution) Run(ctx context.Context) error {
	return x.engine.run(ctx, func() bool { return x.status != Running }, noDeadline)
}

// Advance runs what happens within the next d, the end of that span included, and
// leaves the clock there, or where the execution ends. Advance(ctx, 0) runs all
// that can happen at the present instant.
func (x *Execution) Advance(ctx context.Context, d time.Duration) error {
	return x.engine.run(ctx, func() bool { return x.status != Running }, x.instant()+int64(d))
}

// Now returns the execution's present instant.
func (x *Execution) Now() time.Time { return time.Unix(0, x.instant()).UTC() }

// After calls do when d of the execution's time has passed, between two of its
// steps. do may call the execution's methods.
func (x *Execution) After(d time.Duration, do func()) {
	x.lock()
	defer x.unlock()
	x.timers.set(x.now+int64(d), func() { x.outside(do) })
}

// Status returns the execution's status.
func (x *Execution) Status() Status {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.status
}

// Input returns the execution's input, a value as package asl/value has it.
func (x *Execution) Input() any { return x.input.v }

// Output returns the execution's output, a value as package asl/value has it; nil
// unless it has succeeded.
func (x *Execution) Output() any {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.output.v
}

// OutputText returns the output as the JSON text that the service would give; ""
// unless the execution has succeeded.
func (x *Execution) OutputText() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.status != Succeeded {
		return ""
	}
	return x.output.String()
}

// Err returns nil while the execution runs and once it has succeeded, else what it
// ended with, which the Status tells apart. As in the DescribeExecution API there
// is neither name nor cause if it timed out, or where the definition gave none.
func (x *Execution) Err() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.status == Running || x.status == Succeeded:
		return nil
	case x.fault == nil:
		return &ExecutionError{Status: x.status}
	}
	return &ExecutionError{Status: x.status, Name: x.fault.name.s, Cause: x.fault.cause.s}
}

// ExecutionError is the end of an execution that did not succeed.
type ExecutionError struct {
	Status Status
	Name   string // the error name, "" if there is none
	Cause  string // "" if there is none
}

// Error returns the status, the name and the cause.
func (e *ExecutionError) Error() string {
	text := "execution " + string(e.Status)
	if e.Name != "" {
		text += ": " + e.Name
	}
	if e.Cause != "" {
		text += ": " + e.Cause
	}
	return text
}

// ARN returns the execution's ARN, Name its name.
func (x *Execution) ARN() string { return x.arn }

// Name returns the execution's name.
func (x *Execution) Name() string { return x.cfg.name }

// Parent returns the execution whose distributed Map started this one, or nil.
func (x *Execution) Parent() *Execution { return x.parent }

// Duration returns how much of the execution's time has passed since its start,
// up to now or to its end.
func (x *Execution) Duration() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.status == Running {
		return time.Duration(x.now - x.started)
	}
	return time.Duration(x.stopped - x.started)
}

// History returns the execution's events so far.
func (x *Execution) History() History {
	x.mu.Lock()
	defer x.mu.Unlock()
	return History{x, log{slices.Clone(x.log.blocks), x.log.n}}
}
