package iam

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// known says how much of an argument the definition tells.
type known int

const (
	absent  known = iota
	dynamic       // computed while the workflow runs
	literal
)

// argument looks a member up in a task's Parameters or Arguments, below the
// named objects, and tells its text if the definition does.
func argument(t *asl.Task, names ...string) (string, known) {
	payload := t.Parameters
	if payload == nil {
		payload = t.Arguments
	}
	if payload == nil {
		return "", absent
	}
	return lookup(payload.Value, names)
}

func lookup(v any, names []string) (string, known) {
	if text, ok := v.(string); ok {
		if isExpression(text) {
			return "", dynamic
		}
		if len(names) == 0 {
			return text, literal
		}
		return "", absent
	}
	obj, ok := v.(*value.Object)
	if !ok || len(names) == 0 {
		return "", absent
	}
	if obj.Has(names[0] + ".$") {
		return "", dynamic
	}
	member, ok := obj.Get(names[0])
	if !ok {
		return "", absent
	}
	return lookup(member, names[1:])
}

// isExpression reports whether a text is computed: all of a JSONata string.
func isExpression(text string) bool {
	return strings.HasPrefix(text, "{%") && strings.HasSuffix(text, "%}")
}
