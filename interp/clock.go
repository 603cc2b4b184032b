package interp

import (
	"context"
	"time"
)

// Clock is what a [WithClock] execution reads the time from, in place of virtual
// time.
type Clock interface {
	// Now returns the present instant. It never goes back.
	Now() time.Time
	// Sleep returns when an instant has come, or when the context ends.
	Sleep(ctx context.Context, until time.Time)
}

// WallClock returns a clock that starts at the present instant and runs so many
// times as fast as the computer's; 1 is real time.
func WallClock(speed float64) Clock {
	return &wallClock{start: time.Now(), speed: speed}
}

type wallClock struct {
	start time.Time
	speed float64
}

func (c *wallClock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.speed))
}

func (c *wallClock) Sleep(ctx context.Context, until time.Time) {
	timer := time.NewTimer(time.Duration(float64(until.Sub(c.Now())) / c.speed))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// timer is something that happens at an instant of the execution's time.
type timer struct {
	at    int64 // nanoseconds since 1970
	seq   uint64
	do    func()
	index int // in the heap; -1 once it is out
}

// timers is a heap of timers, the earliest first; of those of one instant the one
// that was set first.
type timers struct {
	heap []*timer
	seq  uint64
}

func (q *timers) less(a, b *timer) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	return a.seq < b.seq
}

func (q *timers) set(at int64, do func()) *timer {
	q.seq++
	t := &timer{at: at, seq: q.seq, do: do, index: len(q.heap)}
	q.heap = append(q.heap, t)
	q.up(t.index)
	return t
}

// cancel takes a timer out; nil and timers that are already out are left alone.
func (q *timers) cancel(t *timer) {
	if t == nil || t.index < 0 {
		return
	}
	at, last := t.index, len(q.heap)-1
	q.swap(at, last)
	q.heap[last] = nil
	q.heap = q.heap[:last]
	t.index = -1
	if at < last {
		q.down(at)
		q.up(at)
	}
}

// next returns the earliest timer, or nil.
func (q *timers) next() *timer {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0]
}

func (q *timers) swap(i, j int) {
	q.heap[i], q.heap[j] = q.heap[j], q.heap[i]
	q.heap[i].index, q.heap[j].index = i, j
}

func (q *timers) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !q.less(q.heap[i], q.heap[parent]) {
			return
		}
		q.swap(i, parent)
		i = parent
	}
}

func (q *timers) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(q.heap); child++ {
			if q.less(q.heap[child], q.heap[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		q.swap(i, least)
		i = least
	}
}
