package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// eachHandler calls f with the error names of every retrier and every catcher of a
// state, in their order, the pointer of their list, and how many there are in it.
func eachHandler(v *asl.Visit, f func(list string, at, count int, errors []string)) {
	w := asl.WorkOf(v.State)
	if w == nil {
		return
	}
	for i := range w.Retry {
		f("/Retry", i, len(w.Retry), w.Retry[i].ErrorEquals)
	}
	for i := range w.Catch {
		f("/Catch", i, len(w.Catch), w.Catch[i].ErrorEquals)
	}
}

func errorsAreNamed(c *checker, v *asl.Visit) {
	eachHandler(v, func(list string, at, _ int, errors []string) {
		if errors != nil && len(errors) == 0 && !c.m.RefusedIn(fmt.Sprintf("%s%s/%d/ErrorEquals", v.Pointer, list, at)) {
			c.state(v, fmt.Sprintf("%s/%d/ErrorEquals", list, at), "must not be empty", `name the errors, or "States.ALL"`)
		}
	})
}

func allStandsAlone(c *checker, v *asl.Visit) {
	eachHandler(v, func(list string, at, count int, errors []string) {
		i := slices.Index(errors, asl.ErrAll)
		if i < 0 || len(errors) == 1 && at == count-1 {
			return
		}
		what := "States.ALL must stand alone"
		if len(errors) == 1 {
			what = "States.ALL must stand in the last one of the list"
		}
		c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), what, "put it into an entry of its own at the end")
	})
}

func delaysFit(c *checker, v *asl.Visit) {
	w := asl.WorkOf(v.State)
	if w == nil {
		return
	}
	for i, r := range w.Retry {
		interval := int64(1)
		if r.IntervalSeconds != nil {
			interval = *r.IntervalSeconds
		}
		if r.MaxDelaySeconds != nil && *r.MaxDelaySeconds >= 1 && *r.MaxDelaySeconds <= interval {
			c.state(v, "/Retry/"+strconv.Itoa(i)+"/MaxDelaySeconds", fmt.Sprintf("must be more than IntervalSeconds, which is %d", interval), "")
		}
	}
}

// knownErrors are the reserved error names that a handler can match.
var knownErrors = []string{
	asl.ErrAll, asl.ErrTaskFailed, asl.ErrTimeout, asl.ErrHeartbeatTimeout, asl.ErrRuntime, asl.ErrDataLimitExceeded,
	asl.ErrPermissions, asl.ErrQueryEvaluationError, asl.ErrBranchFailed, asl.ErrNoChoiceMatched, asl.ErrIntrinsicFailure,
	asl.ErrParameterPathFailure, asl.ErrResultPathMatchFailure, asl.ErrExceedToleratedFailureThreshold,
	asl.ErrItemReaderFailed, asl.ErrResultWriterFailed, asl.ErrHTTPSocket,
}

const httpStatus = "States.Http.StatusCode."

func reservedErrorsExist(c *checker, v *asl.Visit) {
	eachHandler(v, func(list string, at, _ int, errors []string) {
		for i, name := range errors {
			if !strings.HasPrefix(name, "State.") && !strings.HasPrefix(name, "States.") ||
				slices.Contains(knownErrors, name) || strings.HasPrefix(name, httpStatus) || asl.HasPlaceholder(name) || c.raises(name) {
				continue
			}
			_, hint := c.didYouMean(name, slices.Values(knownErrors), len(knownErrors))
			c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), fmt.Sprintf("no error of the service is named %q", name), hint)
		}
	})
}

// raises reports whether a Fail state of the machine itself ends with an error of
// that name.
func (c *checker) raises(name string) bool {
	if c.raised == nil {
		c.raised = map[string]bool{}
		for i := range c.visits {
			if f, ok := c.visits[i].State.(*asl.Fail); ok && f.Error != nil {
				c.raised[*f.Error] = true
			}
		}
	}
	return c.raised[name]
}

// neverRaised are the error names that the specification has and no handler ever
// sees, with the reason.
var neverRaised = map[string]string{
	asl.ErrRuntime:              "States.Runtime cannot be handled: it always ends the execution",
	asl.ErrParameterPathFailure: "nobody raises States.ParameterPathFailure: a path that finds nothing is a States.Runtime, which always ends the execution",
	asl.ErrBranchFailed:         "nobody raises States.BranchFailed: the error of the branch itself arrives here",
	asl.ErrNoChoiceMatched:      "nobody raises States.NoChoiceMatched: a Choice without a match is a States.Runtime, which always ends the execution",
}

func handledErrorsAreRaised(c *checker, v *asl.Visit) {
	eachHandler(v, func(list string, at, _ int, errors []string) {
		for i, name := range errors {
			if why := neverRaised[name]; why != "" {
				c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), why, "")
			}
		}
	})
}

func handlersAreReached(c *checker, v *asl.Visit) {
	var list string
	var seen map[string]int
	eachHandler(v, func(in string, at, _ int, errors []string) {
		if in != list {
			list, seen = in, map[string]int{}
		}
		for i, name := range errors {
			if first, ok := seen[name]; ok && name != asl.ErrAll {
				c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), fmt.Sprintf("%s is handled by entry %d already", name, first), "")
				continue
			}
			seen[name] = at
		}
	})
}

// lambdaFaults are the errors of the Lambda service itself, which pass (Developer
// Guide, "Best practices", on transient Lambda service exceptions).
var lambdaFaults = []string{"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"}

// lambdaFaultsAreRetried warns of a task that runs a function and lets a fault of
// the Lambda service fail it.
func lambdaFaultsAreRetried(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || c.m.IsPartial() && (c.m.Refused(v.Pointer+"/Retry") || c.m.RefusedIn(v.Pointer+"/Retry")) {
		return
	}
	r := c.m.Resource(t)
	if r.Kind != asl.LambdaFunction && !(r.Kind == asl.OptimizedIntegration && r.Service == "lambda") {
		return
	}
	var lost []string
	for _, name := range lambdaFaults {
		if !isRetried(v, name) {
			lost = append(lost, name)
		}
	}
	if len(lost) > 0 {
		c.state(v, "", "does not retry faults of the Lambda service that pass by themselves: "+strings.Join(lost, ", "), "add a retrier for them")
	}
}

// isRetried reports whether a retrier of a state, or of one that it runs in, decides
// on an error of a task.
func isRetried(v *asl.Visit, name string) bool {
	for ; v != nil; v = v.In.Around {
		if m, ok := v.State.(*asl.Map); ok && m.IsDistributed() {
			return false // which sees the failure of a child execution
		}
		w := asl.WorkOf(v.State)
		if w != nil && slices.ContainsFunc(w.Retry, func(r asl.Retrier) bool { return matchesTaskError(r.ErrorEquals, name) }) {
			return true
		}
	}
	return false
}

// matchesTaskError reports whether error names match that of a failed task.
func matchesTaskError(errors []string, name string) bool {
	return slices.ContainsFunc(errors, func(e string) bool {
		return e == name || e == asl.ErrAll || e == asl.ErrTaskFailed || asl.HasPlaceholder(e)
	})
}

// errorsAreSeen warns of a catcher that takes every error, drops it and goes on as
// if nothing had happened.
func errorsAreSeen(c *checker, v *asl.Visit) {
	w := asl.WorkOf(v.State)
	if w == nil {
		return
	}
	for i := range w.Catch {
		k := &w.Catch[i]
		if !slices.Contains(k.ErrorEquals, asl.ErrAll) || !dropsError(k, v.Language) {
			continue
		}
		if next := asl.TransitionOf(v.State).Next; k.Next == next && next != "" || c.succeeds(v.In, k.Next) {
			c.state(v, "/Catch/"+strconv.Itoa(i), "takes every error for success, a mistake in the definition too, and drops it",
				"name the errors that may be passed over, or keep the error")
		}
	}
}

// succeeds reports whether a name is that of a Succeed state of a scope.
func (c *checker) succeeds(p *asl.Place, name string) bool {
	i, ok := c.graphs[p.Pointer].index[name]
	return ok && p.States[i].Type() == asl.SucceedType
}

// dropsError reports whether nothing that a catcher hands on says what the error was.
func dropsError(k *asl.Catcher, l asl.QueryLanguage) bool {
	if k.Assign != nil {
		return false
	}
	if l == asl.JSONPath {
		return k.ResultPath.Null
	}
	return k.Output != nil && !containsText(k.Output.Value, func(s string) bool {
		return strings.Contains(s, "$states") && !strings.Contains(s, "$states.input") && !strings.Contains(s, "$states.context") ||
			strings.Contains(s, "errorOutput") || asl.HasPlaceholder(s)
	})
}
