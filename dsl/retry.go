package dsl

import (
	"time"
)

// Retrier says which errors of a state are retried, and when. The zero value
// retries every error, three times, after 1, 2 and 4 seconds.
type Retrier struct {
	Errors      []string      // error names; none is all of them
	Interval    time.Duration // before the first retry, in whole seconds; 0 is 1 second
	MaxAttempts int           // retries, not runs; 0 is 3
	Never       bool          // these errors are not retried: no later Retrier sees them
	Backoff     float64       // factor from one delay to the next, at least 1; 0 is 2
	MaxDelay    time.Duration // longest delay, in whole seconds; 0 is no limit
	Jitter      bool          // delays are random, up to what they would be
}

// Catcher says where a state goes on errors that are not retried, or no longer.
type Catcher struct {
	Errors []string           // error names; none is all of them
	Into   Value[ErrorOutput] // a field of the state's input that takes the error; nil: the error is all that is handed on
	Output any                // JSONata: what is handed on, instead of Into; JSONPath: Input is to drop the error
	Assign []Assignment       // with [Failure] and, in JSONata, Input
	Then   Step               // where to go: it must come to an end, or to a step listed outside the handler
}

// ErrorOutput is what a [Catcher] hands on.
type ErrorOutput struct {
	Error string
	Cause string
}

// LambdaFaults retries the errors that are the Lambda service's and not the
// function's, as AWS advises (Step Functions Developer Guide, "Handle transient
// Lambda service exceptions"): six times, from 2 seconds on. Treat it as a
// constant.
var LambdaFaults = Retrier{
	Errors: []string{
		"Lambda.ClientExecutionTimeoutException",
		"Lambda.ServiceException",
		"Lambda.AWSLambdaException",
		"Lambda.SdkClientException",
		"Lambda.TooManyRequestsException",
	},
	Interval:    2 * time.Second,
	MaxAttempts: 6,
	Backoff:     2,
}
