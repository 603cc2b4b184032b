package interp

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
)

// engine is what makes executions run: a clock, what is to happen when, and the
// threads that can go on now. One goroutine at a time runs it; the lock is open
// while that goroutine is in a handler, so that handlers can call the execution.
type engine struct {
	mu     sync.Mutex
	now    int64 // nanoseconds since 1970
	timers timers
	ready  queue
	source rand.Source
	rand   *rand.Rand      // of the source
	ctx    context.Context // of the present Run, for handlers
	err    error           // the host's fault: nothing can go on
	busy   bool            // some goroutine is in run

	tokens     map[string]*attempt // by task token; nil where the task is over
	tokenCount int
	calls      map[string]int // of task handlers, by state

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

func newEngine(now int64, seed uint64) *engine {
	source := rand.NewPCG(seed, 0x9e3779b97f4a7c15)
	e := &engine{now: now, tokens: map[string]*attempt{}, source: source, rand: rand.New(source)}
	e.callEnv, e.queryEnv = e.newCallEnv(), e.newQueryEnv()
	return e
}

// run lets things happen until over says so, or nothing is left before the
// deadline; the clock then stands at the deadline.
func (e *engine) run(ctx context.Context, over func() bool, deadline int64) error {
	e.mu.Lock()
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
		t := e.timers.next()
		switch {
		case t != nil && t.at <= deadline:
			e.now = max(e.now, t.at)
			e.timers.cancel(t)
			t.do()
		case deadline != noDeadline:
			e.now = max(e.now, deadline)
			return nil
		default:
			return errIdle
		}
	}
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
	e.mu.Lock()
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
