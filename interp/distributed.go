package interp

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// distributedMap is a compiled distributed Map: each item, or batch of items, is
// the input of an execution of its own.
type distributedMap struct {
	*mapState
	typ     string // of the child executions
	label   string // "" is one that the service makes up
	reader  *itemReader
	batcher *batcher
	writer  *resultWriter
}

func (c *fields) distributedMap(def *asl.Map, s *mapState) action {
	return &distributedMap{
		mapState: s,
		typ:      def.Body().ProcessorConfig.ExecutionType,
		label:    def.Label,
		reader:   c.itemReader(def.ItemReader),
		batcher:  c.batcher(def.ItemBatcher),
		writer:   c.resultWriter(def.ResultWriter),
	}
}

func (s *distributedMap) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	run := &mapRun{owner: t, def: s}
	if run.concurrency, f = s.maxConcurrency.value(t); f != nil {
		return f
	}
	length := 0
	if s.reader == nil {
		v, f := s.items.eval(t, t.in.v, plainRole)
		if f != nil {
			return f
		}
		run.items, length = itemsOf(v, stateData), lengthOf(v)
	}
	t.last = x.record(record{kind: mapStarted, prev: t.last, ref: t.state, n: int32(length)})
	if f := run.prepare(x, t); f != nil {
		return f
	}
	run.expect(length)
	t.last = x.record(record{kind: mapRunStarted, prev: t.last, ref: &mapRunRef{t.state, run.ARN}})
	t.mapRun = run
	x.mapRuns = append(x.mapRuns, run)
	run.next, run.stopItems = iter.Pull2(run.items)
	run.fill()
	return nil
}

func lengthOf(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case *value.Object:
		return v.Len()
	}
	return 0
}

// MapRun tells of one run of a distributed Map (Step Functions API,
// DescribeMapRun).
type MapRun struct {
	ARN            string
	State          string // the Map's name
	Status         Status // Running, Succeeded, Failed or Aborted
	Started        time.Time
	Stopped        time.Time // zero while it runs
	MaxConcurrency int64     // 0 is no limit of its own
	Items          Counts
	Executions     Counts

	ToleratedFailureCount      int64
	ToleratedFailurePercentage float64

	Redrives int
	Redriven time.Time // the last time; zero if it never was
}

// Counts are how many items, or child executions, of a Map Run are in each status.
type Counts struct {
	Pending                                       int // not started yet; what a data set still holds is not known and not counted
	Running, Succeeded, Failed, TimedOut, Aborted int

	PendingRedrive        int // unsuccessful, to be run again
	FailuresNotRedrivable int // of those that failed, timed out or were aborted
	ResultsWritten        int // by the ResultWriter, whatever their status
}

// Total returns how many there are in all.
func (c Counts) Total() int {
	return c.Pending + c.Running + c.Succeeded + c.Failed + c.TimedOut + c.Aborted + c.PendingRedrive
}

func (c *Counts) of(s Status) *int {
	switch s {
	case Succeeded:
		return &c.Succeeded
	case Failed:
		return &c.Failed
	case TimedOut:
		return &c.TimedOut
	case Aborted:
		return &c.Aborted
	}
	return &c.Running
}

// MapRuns returns the runs of the execution's distributed Maps so far, in the order
// in which they started.
func (x *Execution) MapRuns() []MapRun {
	x.mu.Lock()
	defer x.mu.Unlock()
	runs := make([]MapRun, len(x.mapRuns))
	for i, r := range x.mapRuns {
		runs[i] = r.MapRun
	}
	return runs
}

// mapRun is a distributed Map at work.
type mapRun struct {
	MapRun
	owner *thread
	def   *distributedMap

	concurrency int64
	tolerance   tolerance
	items       items
	next        func() (dataItem, error, bool)
	stopItems   func()
	held        *dataItem // read, and to be in the next batch
	read        int       // items so far
	exhausted   bool
	batch       batchLimits
	results     *mapResults

	child   *Machine
	active  map[*Execution]childRun
	broken  []childRun // over without success, kept for a redrive
	pending []childRun // of these, those that a redrive is still to run again
	batchN  int        // of the children started
	over    bool
}

// childRun tells of a child execution.
type childRun struct {
	*Execution
	index, items int
}

// mapRunRef is the ref of events that tell of a Map Run.
type mapRunRef struct {
	state *state
	arn   string
}

// prepare evaluates the fields that hold for the whole run.
func (r *mapRun) prepare(x *Execution, t *thread) (f *fault) {
	s := r.def
	if r.tolerance, f = s.tolerance(t); f != nil {
		return f
	}
	tolerated, share := r.tolerance.count, r.tolerance.percent
	if s.reader != nil {
		if r.items, f = s.reader.open(x, t); f != nil {
			return f
		}
	}
	if r.batch, f = s.batcher.limits(x, t); f != nil {
		return f
	}
	label := s.label
	if label == "" {
		label = x.uuid()
	}
	id := x.uuid()
	r.child = x.childMachine(label, s)
	r.active = map[*Execution]childRun{}
	r.MapRun = MapRun{State: t.state.name, Status: Running, Started: time.Unix(0, x.now).UTC(),
		MaxConcurrency: r.concurrency, ToleratedFailureCount: tolerated, ToleratedFailurePercentage: share}
	r.ARN = "arn:aws:states:" + x.cfg.region + ":" + x.cfg.account + ":mapRun:" + x.cfg.machineName + "/" + label + ":" + id
	r.results, f = s.writer.open(x, t, r.ARN, id)
	return f
}

// childMachine returns the machine of a distributed Map's children.
func (x *Execution) childMachine(label string, s *distributedMap) *Machine {
	m := &Machine{def: x.machine.def, root: s.body, cfg: x.cfg.config}
	m.cfg.name = ""
	m.cfg.machineName += "/" + label
	m.cfg.typ = asl.Standard
	if s.typ == asl.Express {
		m.cfg.typ = asl.Express
	}
	return m
}

// fill starts as many children as may run at a time, and ends the run once all are
// done.
func (r *mapRun) fill() {
	limit := r.concurrency
	if most := int64(r.owner.run.cfg.quotas.MapConcurrency); most > 0 && (limit == 0 || limit > most) {
		limit = most
	}
	for !r.over && (limit == 0 || int64(len(r.active)) < limit) {
		if len(r.pending) > 0 {
			r.runAgain()
			continue
		}
		if r.exhausted {
			break
		}
		input, n, err := r.gather()
		if err != nil {
			r.fail(err)
			return
		}
		if n > 0 {
			r.expect(-n)
			r.startChild(input, r.batchN, n)
			r.batchN++
		}
	}
	if !r.over && len(r.active) == 0 {
		r.finish()
	}
}

// expect adds to the items of the state's own data that have not been started. How many
// children they make in batches shows only then.
func (r *mapRun) expect(n int) {
	if r.def.reader != nil {
		return
	}
	r.Items.Pending += n
	if !r.batch.on {
		r.Executions.Pending += n
	}
}

// startChild starts the child of an index, whose input holds n items.
func (r *mapRun) startChild(input payload, index, n int) {
	parent := r.owner.run
	child := r.child.start(parent.engine, r.child.cfg, input, parent)
	child.closed = func() { r.childDone(child) }
	r.running(childRun{child, index, n})
}

// running counts a child that has started.
func (r *mapRun) running(c childRun) {
	r.active[c.Execution] = c
	r.Items.Running += c.items
	r.Executions.Running++
}

// childDone takes the end of a child execution.
func (r *mapRun) childDone(child *Execution) {
	c := r.active[child]
	delete(r.active, child)
	r.Items.Running -= c.items
	r.Executions.Running--
	r.count(c, 1)
	if child.status != Succeeded {
		r.broken = append(r.broken, c)
	}
	err := r.results.add(c.index, child)
	switch {
	case r.over:
		return
	case err != nil:
		r.fail(taskFault(asl.ErrResultWriterFailed, err.Error()))
		return
	case child.status != Succeeded:
		r.tolerance.failed += c.items
		if r.tolerance.exceededEarly() {
			r.failThreshold()
			return
		}
	}
	r.fill()
}

// failThreshold fails the run because of its children, which a redrive runs again.
func (r *mapRun) failThreshold() {
	r.owner.broken = r
	r.fail(thresholdFault())
}

func thresholdFault() *fault {
	return taskFault(asl.ErrExceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded")
}

// finish ends the run: every item has been dealt with.
func (r *mapRun) finish() {
	if r.tolerance.exceeded(r.read) {
		r.failThreshold()
		return
	}
	result, f := r.results.close(r.owner.state.name)
	if f != nil {
		r.fail(f)
		return
	}
	r.stop(Succeeded)
	t := r.owner
	t.mapRun = nil
	succeeded := t.run.record(record{kind: mapRunSucceeded, prev: t.last, ref: t.state})
	t.run.record(record{kind: mapSucceeded, prev: succeeded, ref: t.state})
	t.finish(result, resultRole)
}

// fail fails the run and with it the owner's state.
func (r *mapRun) fail(f *fault) {
	r.abort(Failed)
	t := r.owner
	t.mapRun = nil
	if !f.runtime {
		t.last = t.run.record(record{kind: mapRunFailed, prev: t.last, ref: &faultRef{t.state, f}})
	}
	t.fail(f)
}

// abort ends the run and stops the children that still run, in the order in which
// they started.
func (r *mapRun) abort(s Status) {
	r.stop(s)
	children := slices.SortedFunc(maps.Keys(r.active), func(a, b *Execution) int {
		return cmp.Compare(r.active[a].index, r.active[b].index)
	})
	for _, child := range children {
		child.abort(&fault{})
	}
	r.giveBack()
	r.results.interrupt()
}

// stop ends the run with a status and lets go of what it has open.
func (r *mapRun) stop(s Status) {
	r.over = true
	r.Status, r.Stopped = s, time.Unix(0, r.owner.run.now).UTC()
	if r.stopItems != nil {
		r.stopItems()
	}
}

// tolerance says how many items of a distributed Map may fail.
type tolerance struct {
	count    int64
	hasCount bool
	percent  float64
	hasShare bool
	failed   int
}

// tolerance evaluates the fields that say how many items may fail.
func (s *mapState) tolerance(t *thread) (tol tolerance, f *fault) {
	tol.hasCount, tol.hasShare = s.tolerated != nil, s.percentage != nil
	if tol.count, f = s.tolerated.value(t); f != nil {
		return tol, f
	}
	tol.percent, f = s.percentage.value(t)
	return tol, f
}

// exceededEarly reports whether too many have failed, however many items are still
// to come.
func (t *tolerance) exceededEarly() bool {
	if t.hasShare && t.percent > 0 && !t.hasCount {
		return false
	}
	return int64(t.failed) > t.count
}

// exceeded reports whether too many of that many items have failed.
func (t *tolerance) exceeded(total int) bool {
	if t.failed == 0 {
		return false
	}
	return t.exceededEarly() || t.hasShare && float64(t.failed)*100 > t.percent*float64(total)
}
