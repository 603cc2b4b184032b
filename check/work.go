package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

func integrationTakesObject(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok {
		return
	}
	if k := asl.ParseResource(t.Resource).Kind; k != asl.OptimizedIntegration && k != asl.SDKIntegration {
		return
	}
	p, field := argumentsOf(v, t)
	if p == nil {
		return
	}
	if _, ok := p.Value.(*value.Object); ok || v.Language == asl.JSONata && mayBeComputed(p.Value) || mayBePlaceholder(p.Value) {
		return
	}
	c.state(v, field, "must be an object: an integration takes named arguments, not "+asl.Describe(p.Value), "")
}

// argumentsOf returns the arguments of a Task in its own query language, and the
// field that holds them.
func argumentsOf(v *asl.Visit, t *asl.Task) (arguments *asl.Payload, pointer string) {
	if v.Language == asl.JSONata {
		return t.Arguments, "/Arguments"
	}
	return t.Parameters, "/Parameters"
}

func heartbeatIsShorter(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || t.HeartbeatSeconds == nil || t.TimeoutSeconds == nil || t.HeartbeatSeconds.Expr != "" || t.TimeoutSeconds.Expr != "" {
		return
	}
	if t.TimeoutSeconds.Value >= 1 && t.HeartbeatSeconds.Value >= t.TimeoutSeconds.Value {
		c.state(v, "/HeartbeatSeconds", fmt.Sprintf("must be less than TimeoutSeconds, which is %d", t.TimeoutSeconds.Value), "")
	}
}

func credentialsHaveRole(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || t.Credentials == nil {
		return
	}
	o, isObject := t.Credentials.Value.(*value.Object)
	switch {
	case v.Language == asl.JSONata && mayBeComputed(t.Credentials.Value) || mayBePlaceholder(t.Credentials.Value):
	case !isObject:
		c.state(v, "/Credentials", "must be an object with a RoleArn, not "+asl.Describe(t.Credentials.Value), "")
	case !hasArgument(o, "RoleArn", v.Language):
		c.state(v, "/Credentials", "the field RoleArn is missing", "")
	}
}

// hasArgument reports whether an object has a member of that name, be it computed.
func hasArgument(o *value.Object, name string, l asl.QueryLanguage) bool {
	return o.Has(name) || l == asl.JSONPath && o.Has(name+".$")
}

// express reports whether a state runs in an Express workflow: the machine's, or
// the child executions of the nearest distributed Map around it.
func (c *checker) expressAt(v *asl.Visit) bool {
	for around := v.In.Around; around != nil; around = around.In.Around {
		if m, ok := around.State.(*asl.Map); ok && m.IsDistributed() {
			return m.Body().ProcessorConfig.ExecutionType == asl.Express
		}
	}
	return c.express
}

func expressTasksAnswer(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || !c.expressAt(v) {
		return
	}
	r := c.m.Resource(t)
	switch {
	case r.Kind == asl.ActivityWorker:
		c.state(v, "/Resource", "an Express workflow cannot run activities", "make the workflow Standard")
	case r.Pattern == asl.WaitForToken:
		c.state(v, "/Resource", "an Express workflow cannot wait for a task token", "make the workflow Standard")
	case r.Pattern == asl.RunJob || r.Pattern == asl.RunJobParsed:
		c.state(v, "/Resource", "an Express workflow cannot wait for a job: it has no .sync", "make the workflow Standard")
	}
}

func expressHasNoDistributedMap(c *checker, v *asl.Visit) {
	if m, ok := v.State.(*asl.Map); ok && m.IsDistributed() && c.expressAt(v) {
		c.state(v, bodyPointer(m)+"/ProcessorConfig/Mode", "an Express workflow cannot run a distributed Map", "make the workflow Standard, or the Map INLINE")
	}
}

// expressLimit is how many seconds an Express execution may take.
const expressLimit = 300

func expressFinishes(c *checker, v *asl.Visit, p asl.Part) {
	if p.Name != "Seconds" && p.Name != "TimeoutSeconds" || !c.expressAt(v) {
		return
	}
	if n, ok := literalNumber(p.Value); ok && n > expressLimit {
		c.partFault(v, p, fmt.Sprintf("is beyond the %d seconds that an Express execution may take", expressLimit), "")
	}
}

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
				slices.Contains(knownErrors, name) || strings.HasPrefix(name, httpStatus) || asl.HasPlaceholder(name) {
				continue
			}
			_, hint := c.didYouMean(name, slices.Values(knownErrors), len(knownErrors))
			c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), fmt.Sprintf("no error of the service is named %q", name), hint)
		}
	})
}

func runtimeErrorsEndExecutions(c *checker, v *asl.Visit) {
	eachHandler(v, func(list string, at, _ int, errors []string) {
		if i := slices.Index(errors, asl.ErrRuntime); i >= 0 {
			c.state(v, fmt.Sprintf("%s/%d/ErrorEquals/%d", list, at, i), "States.Runtime cannot be handled: it always ends the execution", "")
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

func tasksHandleErrors(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if ok && t.Retry == nil && t.Catch == nil && !c.m.Refused(v.Pointer+"/Retry") && !c.m.Refused(v.Pointer+"/Catch") {
		c.state(v, "", "fails the execution at the first error: it has neither Retry nor Catch", "")
	}
}

func longWaitsTimeOut(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || t.TimeoutSeconds != nil || t.HeartbeatSeconds != nil || t.TimeoutSecondsPath.IsSet() || t.HeartbeatSecondsPath.IsSet() {
		return
	}
	if r := c.m.Resource(t); r.Kind == asl.ActivityWorker || r.Pattern == asl.WaitForToken {
		c.state(v, "", "may wait for a year if nobody answers", "give it TimeoutSeconds or HeartbeatSeconds")
	}
}

// tokenIsHandedOut warns of a callback task that gives its token to nobody.
func tokenIsHandedOut(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || asl.ParseResource(t.Resource).Pattern != asl.WaitForToken {
		return
	}
	if given, _ := argumentsOf(v, t); given != nil && containsText(given.Value, mayHoldToken) {
		return
	}
	c.state(v, "", "waits for its task token, and hands it to nobody", "put $$.Task.Token, or $states.context.Task.Token, into its arguments")
}

// mayHoldToken reports whether a text may be or read the task token: it reads the
// context object at a place that may include it, or a variable that may hold it.
func mayHoldToken(s string) bool {
	return strings.Contains(s, "Task.Token") || strings.Contains(s, "Task") && strings.Contains(s, "Token") ||
		s == "$$" || s == "$$.Task" || strings.Contains(s, "$states.context") && !strings.Contains(s, "$states.context.") ||
		asl.HasPlaceholder(s)
}
