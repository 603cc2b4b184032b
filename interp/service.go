package interp

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// malformed says what a service integration would not take of a task's parameters
// before it calls the API. That depends on data, so that it shows only here; what a
// definition itself gets wrong is for the checker.
func malformed(r asl.Resource, input any) *fault {
	if r.Kind != asl.OptimizedIntegration || r.Service != "apigateway" {
		return nil
	}
	args, _ := input.(*value.Object)
	var problems []string
	for _, name := range []string{"Headers", "QueryParameters"} {
		if !mapOfLists(args, name) {
			problems = append(problems, "The value of the field '"+name+"' has an invalid format")
		}
	}
	if problems == nil {
		return nil
	}
	return runtimeFault("The Parameters '%s' could not be used to start the Task: [%s]", value.String(input), strings.Join(problems, ", "))
}

// mapOfLists reports whether a member is absent, null or an object of arrays.
func mapOfLists(o *value.Object, name string) bool {
	v, _ := o.Get(name)
	if v == nil {
		return true
	}
	lists, ok := v.(*value.Object)
	for m := range lists.Members() {
		if _, isList := m.Value.([]any); !isList {
			return false
		}
	}
	return ok
}
