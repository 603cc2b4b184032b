package check

import (
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

func waitHasDuration(c *checker, v *asl.Visit) {
	w, ok := v.State.(*asl.Wait)
	if !ok || w.Seconds != nil || w.SecondsPath.IsSet() || w.Timestamp != "" || w.TimestampPath.IsSet() {
		return
	}
	for _, field := range []string{"/Seconds", "/SecondsPath", "/Timestamp", "/TimestampPath"} {
		if c.m.Refused(v.Pointer + field) {
			return
		}
	}
	hint := "give Seconds, SecondsPath, Timestamp or TimestampPath"
	if v.Language == asl.JSONata {
		hint = "give Seconds or Timestamp"
	}
	c.state(v, "", "does not say how long to wait", hint)
}

// waitsEnd warns of a Wait that no Standard execution outlives.
func waitsEnd(c *checker, v *asl.Visit) {
	w, ok := v.State.(*asl.Wait)
	if !ok || w.Seconds == nil || w.Seconds.Expr != "" || w.Seconds.Value > maxSeconds || c.expressAt(v) {
		return
	}
	t := c.m.TimeoutSeconds
	switch {
	case t != nil && *t >= 1 && w.Seconds.Value >= *t:
		c.state(v, "/Seconds", fmt.Sprintf("ends after the execution, whose TimeoutSeconds is %d", *t), "")
	case time.Duration(w.Seconds.Value)*time.Second >= longestExecution:
		c.state(v, "/Seconds", "ends after the execution, which takes a year at most", "")
	}
}

func timestampIsTime(c *checker, v *asl.Visit) {
	w, ok := v.State.(*asl.Wait)
	if !ok || w.Timestamp == "" || asl.IsTimestamp(w.Timestamp) || asl.HasPlaceholder(w.Timestamp) {
		return
	}
	if v.Language == asl.JSONata && asl.IsExpression(w.Timestamp) {
		return
	}
	hint := ""
	if v.Language == asl.JSONPath && len(w.Timestamp) > 0 && w.Timestamp[0] == '$' {
		hint = "put a path into TimestampPath"
	}
	c.state(v, "/Timestamp", fmt.Sprintf("must be a timestamp such as 2006-01-02T15:04:05Z, not %q", w.Timestamp), hint)
}

func branchesAreThere(c *checker, v *asl.Visit) {
	if p, ok := v.State.(*asl.Parallel); ok && p.Branches != nil && len(p.Branches) == 0 {
		c.state(v, "/Branches", "must not be empty", "")
	}
}

func resultWins(c *checker, v *asl.Visit) {
	if p, ok := v.State.(*asl.Pass); ok && p.Result != nil && p.Parameters != nil {
		c.state(v, "/Parameters", "has no effect: Result is the state's result", "keep one of them")
	}
}
