package interp

import (
	"math"
	"strconv"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// waitState is a compiled Wait.
type waitState struct{ until until }

// until returns the instant at which a Wait is over, in nanoseconds since 1970.
type until func(t *thread) (int64, *fault)

func (c *fields) wait(def *asl.Wait) action { return waitState{c.lang.wait(c, def)} }

func (s waitState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	at := t.due // of a wait that was interrupted
	if at == 0 {
		if at, f = s.until(t); f != nil {
			return f
		}
		t.due = at
	}
	if at <= x.now {
		return s.over(t)
	}
	t.timer = x.timers.set(at, func() {
		t.timer = nil
		if f := s.over(t); f != nil {
			t.fail(f)
		}
	})
	return nil
}

func (waitState) over(t *thread) *fault {
	return t.leave(t.state.flow, t.in, plainRole, t.state.next)
}

// longestWait is the longest delay of a Wait, in seconds.
const longestWait = math.MaxInt32

// afterSeconds returns the instant some seconds from now.
func afterSeconds(t *thread, seconds int64) (int64, *fault) {
	if seconds > longestWait {
		return 0, runtimeFault("Wait state delay is too long.")
	}
	return t.run.now + seconds*int64(time.Second), nil
}

// atInstant returns an instant as nanoseconds, if it is not too far away.
func atInstant(t *thread, at time.Time) (int64, *fault) {
	now := time.Unix(0, t.run.now)
	switch {
	case at.Unix()-now.Unix() > longestWait:
		return 0, runtimeFault("Wait state delay is too long.")
	case at.Before(now):
		return t.run.now, nil
	}
	return at.UnixNano(), nil
}

func (pathLanguage) wait(c *fields, def *asl.Wait) until {
	switch {
	case def.Seconds != nil:
		return func(t *thread) (int64, *fault) { return afterSeconds(t, def.Seconds.Value) }
	case def.SecondsPath.IsSet():
		return c.secondsPath(def.SecondsPath.Text)
	case def.TimestampPath.IsSet():
		return c.timestampPath(def.TimestampPath.Text)
	}
	return c.fixedTimestamp(def.Timestamp)
}

func (c *fields) fixedTimestamp(text string) until {
	at, err := asl.ParseTimestamp(text)
	if err != nil {
		c.fail("/Timestamp", "%v", err)
	}
	return func(t *thread) (int64, *fault) { return atInstant(t, at) }
}

func (c *fields) secondsPath(text string) until {
	p := c.newPath(text, "/SecondsPath")
	return func(t *thread) (int64, *fault) {
		v, err := p.lookup(t, t.in.v)
		if err != nil {
			return 0, runtimeFault("The SecondsPath parameter does not reference an input value: %s", text)
		}
		n, err := strconv.ParseInt(bare(v), 10, 64)
		switch {
		case err != nil:
			return 0, runtimeFault("The SecondsPath parameter cannot be parsed as a long value: %s == %s", text, bare(v))
		case n < 0:
			return 0, runtimeFault("The SecondsPath parameter references a negative value: %s == %d", text, n)
		}
		return afterSeconds(t, n)
	}
}

func (c *fields) timestampPath(text string) until {
	p := c.newPath(text, "/TimestampPath")
	return func(t *thread) (int64, *fault) {
		v, err := p.lookup(t, t.in.v)
		if err != nil {
			return 0, runtimeFault("The TimestampPath parameter does not reference an input value: %s", text)
		}
		at, ok := timestamp(v)
		if !ok {
			return 0, runtimeFault("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s",
				text, bare(v))
		}
		return atInstant(t, at)
	}
}

// bare returns a value's JSON text, a string without its quotes.
func bare(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return value.String(v)
}

// timestamp reads a value as an instant.
func timestamp(v any) (time.Time, bool) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, false
	}
	at, err := asl.ParseTimestamp(s)
	return at, err == nil
}

// instant returns the text of an instant as the service writes it: UTC, and of the
// fraction as many groups of three digits as it has.
func instant(ns int64) string {
	t := time.Unix(0, ns).UTC()
	layout := "2006-01-02T15:04:05Z"
	switch n := t.Nanosecond(); {
	case n%1e3 != 0:
		layout = "2006-01-02T15:04:05.000000000Z"
	case n%1e6 != 0:
		layout = "2006-01-02T15:04:05.000000Z"
	case n != 0:
		layout = "2006-01-02T15:04:05.000Z"
	}
	return t.Format(layout)
}
