package interp

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
