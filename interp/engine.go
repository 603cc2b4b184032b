package interp

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
)

// engine is what makes executions run: a clock, what is to happen when, and the
// threads that can go on now. One goroutine at a time runs it; the lock is open
// while that goroutine is in a handler or sleeps, so that handlers and others can
// call the execution.
type engine struct {
	mu     sync.Mutex
	clock  Clock // nil is virtual time
	now    int64 // nanoseconds since 1970
	timers timers
	ready  queue
	source rand.Source
	rand   *rand.Rand      // of the source
	ctx    context.Context // of the present Run, for handlers
	err    error           // the host's fault: nothing can go on
	busy   bool            // some goroutine is in run
	wakeUp func()          // ends the sleep of that goroutine; nil if it does not sleep

	tokens     map[string]*attempt // of the tasks that can be answered, by token
	tokenCount int
	tokenOwner string          // in all tokens: the ARN of the first execution
	calls      map[string]int  // of task handlers, by state
	names      map[string]bool // that tasks have given to executions they started, behind their machines'
	open       int             // of these, how many run

	call    callScene // of the intrinsic function that is being evaluated
	callEnv intrinsic.Env

	query    queryScene // of the JSONata expression that is being evaluated
	queryEnv jsonata.Env
}

// noDeadline is a deadline that never comes.
const noDeadline = math.MaxInt64

var (
	errIdle = errors.New("the execution waits for something that will never happen: a task that never answers, and no limit of time")
	errBusy = errors.New("the execution is being run already")
)

func newEngine(c *config) *engine {
	source := rand.NewPCG(c.seed, 0x9e3779b97f4a7c15)
	e := &engine{clock: c.clock, now: c.start.UnixNano(), tokens: map[string]*attempt{}, names: map[string]bool{}, source: source, rand: rand.New(source)}
	if e.clock != nil {
		e.now = e.clock.Now().UnixNano()
	}
	e.callEnv, e.queryEnv = e.newCallEnv(), e.newQueryEnv()
	return e
}

// lock gives the caller the engine, at the present instant.
func (e *engine) lock() {
	e.mu.Lock()
	e.tick()
}

// unlock gives the engine back. What the caller has set going does not wait for the
// next timer.
func (e *engine) unlock() {
	if e.wakeUp != nil {
		e.wakeUp()
	}
	e.mu.Unlock()
}

// tick moves the engine to the present instant of its clock.
func (e *engine) tick() {
	if e.clock != nil {
		e.now = max(e.now, e.clock.Now().UnixNano())
	}
}

// run lets things happen until over says so, or nothing is left before the
// deadline; the clock then stands at the deadline.
func (e *engine) run(ctx context.Context, over func() bool, deadline int64) error {
	e.lock()
	defer e.mu.Unlock()
	if e.busy {
		return errBusy
	}
	e.busy, e.ctx = true, ctx
	defer func() { e.busy, e.ctx = false, nil }()
	for {
		if err := e.settle(ctx); err != nil {
			return err
		}
		if over() {
			return nil
		}
		if t := e.timers.next(); t != nil && t.at <= e.reach(deadline) {
			e.now = max(e.now, t.at)
			e.timers.cancel(t)
			t.do()
			continue
		}
		switch {
		case e.clock != nil && e.now < deadline:
			if err := e.sleep(ctx, deadline); err != nil {
				return err
			}
		case deadline != noDeadline:
			e.now = max(e.now, deadline)
			return nil
		default:
			return errIdle
		}
	}
}

// reach returns up to which instant timers are due.
func (e *engine) reach(deadline int64) int64 {
	if e.clock == nil {
		return deadline
	}
	return min(e.now, deadline)
}

// sleep waits for the next timer, the deadline, or somebody who wakes it.
func (e *engine) sleep(ctx context.Context, deadline int64) error {
	until := deadline
	if t := e.timers.next(); t != nil {
		until = min(until, t.at)
	}
	asleep, wakeUp := context.WithCancel(ctx)
	e.wakeUp = wakeUp
	e.mu.Unlock()
	e.clock.Sleep(asleep, time.Unix(0, until))
	wakeUp()
	e.lock()
	e.wakeUp = nil
	return ctx.Err()
}

// settle runs the threads that can go on, one state each in turn, until none can.
func (e *engine) settle(ctx context.Context) error {
	const stepsPerCheck = 256
	for steps := 0; e.ready.n > 0; steps++ {
		if steps%stepsPerCheck == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		t := e.ready.pop()
		if !t.over && t.run.status == Running {
			t.enter()
		}
		if e.err != nil {
			return e.err
		}
	}
	return e.err
}

// countCall returns how often a state's handler was called before.
func (e *engine) countCall(state string) int {
	if e.calls == nil {
		e.calls = map[string]int{}
	}
	n := e.calls[state]
	e.calls[state] = n + 1
	return n
}

// outside calls a function of the host with the lock open.
func (e *engine) outside(do func()) {
	e.mu.Unlock()
	defer e.mu.Lock()
	do()
}

func (e *engine) instant() int64 {
	e.lock()
	defer e.mu.Unlock()
	return e.now
}

// uuid returns a version 4 UUID made of the seed.
func (e *engine) uuid() string {
	var b [16]byte
	for i := 0; i < 16; i += 8 {
		n := e.rand.Uint64()
		for j := range 8 {
			b[i+j] = byte(n >> (8 * j))
		}
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	text := make([]byte, 36)
	hex.Encode(text, b[:4])
	hex.Encode(text[9:], b[4:6])
	hex.Encode(text[14:], b[6:8])
	hex.Encode(text[19:], b[8:10])
	hex.Encode(text[24:], b[10:])
	for _, at := range []int{8, 13, 18, 23} {
		text[at] = '-'
	}
	return string(text)
}
