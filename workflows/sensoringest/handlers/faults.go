package handlers

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

var (
	passing  = retry.IsErrorRetryables(retry.DefaultRetryables)
	throttle = retry.IsErrorThrottles(retry.DefaultThrottles)
)

// fault gives an error of an AWS client the type under whose name the workflow
// knows it.
func fault(err error) error {
	text := err.Error()
	switch code(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return sensoringest.ObjectNotFound(text)
	case "PreconditionFailed":
		return sensoringest.ObjectChanged(text)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return sensoringest.OutOfTime(text)
	case throttled(err):
		return sensoringest.Throttled(text)
	case retryable(err):
		return sensoringest.Unavailable(text)
	default:
		return sensoringest.RequestFailed(text)
	}
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

func throttled(err error) bool { return throttle.IsErrorThrottle(err).Bool() }

// retryable reports whether the same call may well succeed a little later. An
// answer that cannot be read is one that broke off.
func retryable(err error) bool {
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return true
	}
	return passing.IsErrorRetryable(err) == aws.TrueTernary || errors.Is(err, io.ErrUnexpectedEOF)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// maxAttempts is how often a call is tried that makes no progress: with Backoff,
// for about a minute.
const maxAttempts = 14

// Backoff returns how long to wait after the given attempt, counted from 1: a
// random time of up to 50 ms, 100 ms and so on, and of up to 20 s at most.
func Backoff(attempt int) time.Duration {
	const first, most = 50 * time.Millisecond, 20 * time.Second
	return rand.N(min(first<<min(attempt-1, 10), most)) + 1
}

// retries counts the attempts of a call.
type retries struct {
	backoff  func(attempt int) time.Duration
	attempts int // in a row without progress
}

// reset notes progress.
func (r *retries) reset() { r.attempts = 0 }

// wait waits until the next attempt is due. It returns an error, one of package
// sensoringest's, if there is to be none. Cause is what the last attempt ended in.
func (r *retries) wait(ctx context.Context, cause error) error {
	r.attempts++
	if r.attempts == maxAttempts {
		if throttled(cause) {
			return sensoringest.Throttled(cause.Error())
		}
		return sensoringest.Unavailable(cause.Error())
	}
	timer := time.NewTimer(r.backoff(r.attempts))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return sensoringest.OutOfTime(ctx.Err().Error() + " after " + cause.Error())
	}
}
