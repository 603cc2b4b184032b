package check

import (
	"fmt"
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

func longWaitsTimeOut(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || t.TimeoutSeconds != nil || t.HeartbeatSeconds != nil || t.TimeoutSecondsPath.IsSet() || t.HeartbeatSecondsPath.IsSet() {
		return
	}
	if r := c.m.Resource(t); (r.Kind == asl.ActivityWorker || r.Pattern == asl.WaitForToken) && c.m.TimeoutSeconds == nil && !c.m.Refused("/TimeoutSeconds") {
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
