package interp

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

// resume has the Map Run go on once the execution runs again: first with the
// children that had not succeeded, then with the rest of the items.
func (r *mapRun) resume(prev int32) {
	t := r.owner
	t.last, t.broken = prev, r // it may be stopped before it has begun
	t.timer = t.run.timers.set(t.run.now, func() {
		t.timer, t.broken = nil, nil
		f := r.reopen()
		if over(r.Redrives+1, t.run.cfg.quotas.Redrives) {
			f = runtimeFault("The Map Run has been redriven %d times, which is the limit.", r.Redrives)
		}
		if f != nil {
			r.fail(f)
			return
		}
		r.redrive()
	})
}

// reopen opens the data set where it was left, if it had more to give. The error is
// the run's own, so that another redrive starts a new one.
func (r *mapRun) reopen() (f *fault) {
	t := r.owner
	t.mapRun, r.over = r, false
	if r.exhausted {
		return nil
	}
	if r.def.reader != nil {
		if r.items, f = r.def.reader.open(t.run, t); f != nil {
			return f
		}
	}
	r.next, r.stopItems = iter.Pull2(from(r.items, r.read))
	return nil
}

// from yields the items without the first n.
func from(all items, n int) items {
	return func(yield func(dataItem, error) bool) {
		i := 0
		for it, err := range all {
			if i++; i <= n && err == nil {
				continue
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

// redrive runs the children again that can be run again.
func (r *mapRun) redrive() {
	t := r.owner
	r.Redrives++
	r.Redriven, r.Stopped, r.Status = time.Unix(0, t.run.now).UTC(), time.Time{}, Running
	t.last = t.run.record(record{kind: mapRunRedriven, prev: t.last, n: int32(r.Redrives), ref: &mapRunRef{t.state, r.ARN}})
	if e := r.results.export; e != nil {
		e.again()
	}
	if err := r.sortOut(); err != nil {
		r.fail(taskFault(asl.ErrResultWriterFailed, err.Error()))
		return
	}
	r.results.forget(r.pending)
	if r.tolerance.exceededEarly() {
		r.failThreshold()
		return
	}
	r.fill()
}

// sortOut tells the unsuccessful children that can be run again from those that
// cannot, which stay failures.
func (r *mapRun) sortOut() error {
	unsuccessful := r.broken
	slices.SortFunc(unsuccessful, func(a, b childRun) int { return cmp.Compare(a.index, b.index) })
	r.broken, r.tolerance.failed = nil, 0
	r.Items.FailuresNotRedrivable, r.Executions.FailuresNotRedrivable = 0, 0
	for _, c := range unsuccessful {
		if c.isExpress() || c.redrivable() == nil {
			r.pending = append(r.pending, c)
			r.count(c, -1)
			r.Items.PendingRedrive += c.items
			r.Executions.PendingRedrive++
			continue
		}
		r.broken = append(r.broken, c)
		r.tolerance.failed += c.items
		r.Items.FailuresNotRedrivable += c.items
		r.Executions.FailuresNotRedrivable++
		if err := r.results.keep(c); err != nil {
			return err
		}
	}
	return nil
}

// count adds a child that is over to the numbers, n times, or takes it out.
func (r *mapRun) count(c childRun, n int) {
	*r.Items.of(c.status) += n * c.items
	*r.Executions.of(c.status) += n
	if r.results.export != nil {
		r.Items.ResultsWritten += n * c.items
		r.Executions.ResultsWritten += n
	}
}

// runAgain runs the next of the children that wait for it.
func (r *mapRun) runAgain() {
	c := r.pending[0]
	r.pending = r.pending[1:]
	r.Items.PendingRedrive -= c.items
	r.Executions.PendingRedrive--
	if c.isExpress() {
		r.startChild(c.input, c.index, c.items)
		return
	}
	c.redrive()
	r.running(c)
}

// giveBack ends a redrive that has not come to all of the children: those that still
// wait are what they were.
func (r *mapRun) giveBack() {
	for _, c := range r.pending {
		r.Items.PendingRedrive -= c.items
		r.Executions.PendingRedrive--
		r.count(c, 1)
		r.broken = append(r.broken, c)
		_ = r.results.keep(c) // the run has failed already
	}
	r.pending = nil
}
