package check

import (
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// dataLimit is how many bytes the input, the result and the output of a state and
// the variables of an Assign have at most, as JSON in UTF-8.
const dataLimit = 262_144

// payloadsFitLimit warns of a payload whose texts alone are too large.
func payloadsFitLimit(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := p.Value.(*asl.Payload)
	if !ok {
		return
	}
	if n := textBytes(t.Value, v.Language); n > dataLimit {
		c.partFault(v, p, fmt.Sprintf("has at least %d bytes, and States.DataLimitExceeded is raised beyond %d", n, dataLimit), "put it into Amazon S3 and hand on its place")
	}
}

// textBytes returns how many bytes the literal texts of a payload have.
func textBytes(v any, l asl.QueryLanguage) int {
	switch v := v.(type) {
	case string:
		if l == asl.JSONata && asl.IsExpression(v) {
			return 0
		}
		return len(v)
	case []any:
		n := 0
		for _, e := range v {
			n += textBytes(e, l)
		}
		return n
	case *value.Object:
		n := 0
		for m := range v.Members() {
			n += len(m.Name)
			if l != asl.JSONPath || !strings.HasSuffix(m.Name, ".$") {
				n += textBytes(m.Value, l)
			}
		}
		return n
	}
	return 0
}

// largeDataStaysInS3 warns of states that take data of any size into a state's
// result.
func largeDataStaysInS3(c *checker, v *asl.Visit) {
	switch s := v.State.(type) {
	case *asl.Task:
		r := asl.ParseResource(s.Resource)
		if r.Kind == asl.SDKIntegration && r.Service == "s3" && r.Action == "getObject" && readsWholeObject(v, s) {
			c.state(v, "/Resource", fmt.Sprintf("takes the whole object into the state, which fails beyond %d bytes", dataLimit),
				"hand its bucket and key on to what reads it, or give a Range")
		}
	case *asl.Map:
		if s.IsDistributed() && s.ItemReader != nil && s.ResultWriter == nil && keepsResult(v, s) {
			c.state(v, "", fmt.Sprintf("takes the results of a whole data set into the state, which fails beyond %d bytes", dataLimit),
				"write them to Amazon S3 with a ResultWriter, or drop them")
		}
	}
}

// readsWholeObject reports whether a task asks S3 for an object and not for a range
// of it.
func readsWholeObject(v *asl.Visit, t *asl.Task) bool {
	given, _ := argumentsOf(v, t)
	if given == nil {
		return false
	}
	o, ok := given.Value.(*value.Object)
	return ok && !hasArgument(o, "Range", v.Language) && !hasArgument(o, "PartNumber", v.Language)
}

// keepsResult reports whether a Map's result is its output or a part of it.
func keepsResult(v *asl.Visit, m *asl.Map) bool {
	if v.Language == asl.JSONPath {
		return !m.ResultPath.Null && m.ResultSelector == nil && !m.OutputPath.Null
	}
	return m.Output == nil || containsText(m.Output.Value, func(s string) bool { return strings.Contains(s, "$states.result") })
}
