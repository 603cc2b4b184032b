package sfntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// mock is a Mock without its types.
type mock struct {
	callee
	kit   *kit
	label string
	lists []*answers // for certain inputs, in the order in which they were given
	rest  answers    // for all others
	calls []*interp.Task
}

// answers are played in order.
type answers struct {
	all      []*answer
	promised bool     // Then was the last that was said
	only     *matcher // nil is any input
}

// answer is one answer, of which used calls have made use.
type answer struct {
	do    interp.TaskHandler // nil never answers
	times int                // 0 is once, or for ever if it is the last
	used  int
	delay time.Duration
	beat  time.Duration // 0 is no heartbeats
	calls bool          // it is what the call answers, also where the task waits for its token
}

func (l *answers) add(a *answer) { l.all, l.promised = append(l.all, a), false }

// turn returns the answer whose turn it is, or nil if there is none.
func (l *answers) turn() *answer {
	for i, a := range l.all {
		if a.times == 0 && i == len(l.all)-1 || a.used < max(a.times, 1) {
			return a
		}
	}
	return nil
}

// all returns the lists of answers in the order in which they are asked.
func (m *mock) all() []*answers { return append(slices.Clone(m.lists), &m.rest) }

func (l *answers) label() string {
	if l.only == nil {
		return ""
	}
	return ", " + l.only.String()
}

// callsOf returns the calls with the inputs that a list of answers is for; the list
// for all other inputs stands for all.
func (m *mock) callsOf(l *answers) (calls []*interp.Task) {
	m.kit.mu.Lock()
	all := m.calls
	m.kit.mu.Unlock()
	for _, task := range all {
		if ok, _ := l.takes(task); ok {
			calls = append(calls, task)
		}
	}
	return calls
}

// takes reports whether the list is for a task's input.
func (l *answers) takes(task *interp.Task) (bool, error) {
	if l.only == nil {
		return true, nil
	}
	return l.only.holds(task)
}

// listing shows the inputs of calls.
func (m *mock) listing(l *answers) string {
	var b strings.Builder
	for _, task := range m.callsOf(l) {
		b.WriteString("\n\t" + shorten(value.String(m.callee.sent(task))))
	}
	return b.String()
}

// play answers for one call.
func (m *mock) play(ctx context.Context, task *interp.Task) (any, error) {
	a, problem := m.choose(task)
	if problem != "" {
		return m.kit.wrong(task, "%s", problem)
	}
	if a.beat > 0 && task.Token != "" {
		beat(task.Execution, task.Token, a.beat)
	}
	switch {
	case task.Resource.Pattern == asl.WaitForToken && !a.calls:
		m.callBack(ctx, task, a)
		return struct{}{}, nil
	case a.do == nil:
		return nil, interp.ErrNoAnswer
	}
	task.Sleep(a.delay)
	if m.state != "" || a.calls {
		return a.do(ctx, task)
	}
	return m.callee.call(ctx, task, a.do)
}

// choose returns the answer for a call, or says why there is none. On a wall clock
// tasks call at the same time.
func (m *mock) choose(task *interp.Task) (a *answer, problem string) {
	m.kit.mu.Lock()
	m.calls = append(m.calls, task)
	m.kit.mu.Unlock()
	for _, l := range m.all() {
		ok, err := l.takes(task)
		if err != nil {
			return nil, err.Error()
		}
		if !ok {
			continue
		}
		if a := m.use(l); a != nil {
			return a, ""
		}
	}
	return nil, m.unexpected(task)
}

// use takes the answer of a list whose turn it is, nil if there is none.
func (m *mock) use(l *answers) *answer {
	m.kit.mu.Lock()
	defer m.kit.mu.Unlock()
	a := l.turn()
	if a != nil {
		a.used++
	}
	return a
}

// unexpected says why a call has no answer, and which came nearest to it.
func (m *mock) unexpected(task *interp.Task) string {
	sent := m.callee.sent(task)
	switch {
	case len(m.lists) == 0 && len(m.rest.all) == 0:
		return fmt.Sprintf("%s has no answer: add one with Return, Fail, Do, Runs or Silent", m.label)
	case len(m.lists) == 0:
		return fmt.Sprintf("%s is called once more than it has answers, by task %q with %s",
			m.label, task.State, shorten(value.String(sent)))
	}
	text := fmt.Sprintf("%s has no answer for what task %q sends: %s", m.label, task.State, shorten(value.String(sent)))
	return text + m.nearest(task)
}

// nearest shows what keeps the lists for certain inputs from answering: the
// difference to the nearest one, and a line for each of the others.
func (m *mock) nearest(task *interp.Task) string {
	var reasons []string
	least, shown := -1, ""
	for _, l := range m.lists {
		if ok, _ := l.only.holds(task); ok {
			reasons = append(reasons, fmt.Sprintf("%s has no answers left", l.only))
			continue
		}
		d := l.only.diff(task)
		if d == "" {
			reasons = append(reasons, fmt.Sprintf("%s does not hold", l.only))
			continue
		}
		if n := changes(d); least < 0 || n < least {
			least, shown = n, fmt.Sprintf("%s is the nearest (-want +got):\n%s", l.only, indent(d))
		}
	}
	if shown != "" {
		reasons = append(reasons, shown)
	}
	return "\n\t" + strings.Join(reasons, "\n\t")
}

// callBack sends the token of a task back when the answer is due. The real
// service may have given up on it by then.
func (m *mock) callBack(ctx context.Context, task *interp.Task, a *answer) {
	if a.do == nil {
		return
	}
	x := task.Execution
	x.After(a.delay, func() {
		result, err := a.do(ctx, task)
		if errors.Is(err, interp.ErrNoAnswer) {
			return
		}
		if err != nil {
			failure := interp.AsTaskError(err)
			err = x.SendTaskFailure(task.Token, failure.Name, failure.Cause)
		} else {
			err = x.SendTaskSuccess(task.Token, result)
		}
		var refused *interp.APIError
		if errors.As(err, &refused) && refused.Code != "TaskTimedOut" {
			m.kit.wrong(task, "%s: %v", m.label, err)
		}
	})
}

// beat sends heartbeats for as long as somebody waits for the token.
func beat(x *interp.Execution, token string, every time.Duration) {
	x.After(every, func() {
		if x.SendTaskHeartbeat(token) == nil {
			beat(x, token, every)
		}
	})
}
