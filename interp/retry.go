package interp

import (
	"math"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

// The values of a retrier's absent fields (States Language specification, "Retrying
// after error").
const (
	defaultInterval    = 1
	defaultMaxAttempts = 3
	defaultBackoffRate = 2.0
)

// retryAfter sees to it that the thread's state runs again, if one of its retriers
// says so. Only the first retrier that takes the fault counts, also if it has no
// attempts left.
func (t *thread) retryAfter(f *fault) bool {
	for i := range t.state.retry {
		r := &t.state.retry[i]
		if !f.matches(r.ErrorEquals) {
			continue
		}
		t.run.step(t.state, "/Retry", i)
		if t.retries == nil {
			t.retries = make([]int, len(t.state.retry))
		}
		if t.retries[i] >= maxAttempts(r) {
			return false
		}
		wait := t.run.delay(r, t.retries[i])
		t.retries[i]++
		t.attempt++
		t.token, t.context = "", nil
		t.timer = t.run.timers.set(t.run.now+wait, func() {
			t.timer = nil
			t.perform()
		})
		return true
	}
	return false
}

func maxAttempts(r *asl.Retrier) int {
	if r.MaxAttempts == nil {
		return defaultMaxAttempts
	}
	return int(*r.MaxAttempts)
}

// backoff returns the delay before a retry, in seconds, without jitter; made is the
// number of retries that the retrier has made before.
func backoff(r *asl.Retrier, made int) float64 {
	interval, rate := float64(defaultInterval), defaultBackoffRate
	if r.IntervalSeconds != nil {
		interval = float64(*r.IntervalSeconds)
	}
	if r.BackoffRate != nil {
		rate = *r.BackoffRate
	}
	seconds := interval * math.Pow(rate, float64(made))
	if r.MaxDelaySeconds != nil {
		seconds = min(seconds, float64(*r.MaxDelaySeconds))
	}
	return seconds
}

// delay returns the delay before a retry in nanoseconds.
func (e *engine) delay(r *asl.Retrier, made int) int64 {
	const longest = 100 * 365 * 24 * 3600
	seconds := min(backoff(r, made), longest)
	if r.JitterStrategy == "FULL" {
		seconds *= e.rand.Float64()
	}
	return int64(seconds * float64(time.Second))
}
