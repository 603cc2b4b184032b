package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// contextObject is what the context object holds, by the path of each object in it
// (Step Functions Developer Guide, "Accessing execution data from the Context
// object"). Where an object is not listed, anything may be inside.
var contextObject = map[string][]string{
	"":             {"Execution", "State", "StateMachine", "Task", "Map"},
	"Execution":    {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"},
	"State":        {"Name", "EnteredTime", "RetryCount"},
	"StateMachine": {"Id", "Name"},
	"Task":         {"Token"},
	"Map":          {"Item"},
	"Map.Item":     {"Index", "Value", "Key", "Source"},
}

// eachContextPath calls f with the names that every path into the context object
// starts with, as it is written, and the place of the text that holds it.
func (c *checker) eachContextPath(v *asl.Visit, p asl.Part, f func(names []string, at *where)) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.states {
			if statesField(u) == "context" {
				f(memberNames(u.Members[1:]), at)
			}
		}
	})
	c.eachPath(v, p, func(path string, at *where) {
		root, _, rest, err := jsonpath.Split(path)
		if err != nil || root != jsonpath.Context || asl.HasPlaceholder(path) {
			return
		}
		compiled, err := jsonpath.Compile(rest)
		if err != nil {
			return
		}
		steps, _ := compiled.Prefix()
		var names []string
		for _, s := range steps {
			if s.InArray {
				break
			}
			names = append(names, s.Name)
		}
		f(names, at)
	})
}

func memberNames(members []*jsonata.Name) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	return names
}

// eachPath calls f with every path that a field of a JSONPath state reads, those in
// calls of intrinsic functions included, and its place.
func (c *checker) eachPath(v *asl.Visit, p asl.Part, f func(path string, at *where)) {
	if path, ok := p.Value.(asl.Path); ok && v.Language == asl.JSONPath && !isCall(path.Text) && !pathKinds[p.Name].inputOnly {
		f(path.Text, whereIs(p))
	}
	c.eachDynamic(v, p, func(m value.Member, at *where) {
		if s, ok := m.Value.(string); ok && strings.HasPrefix(s, "$") {
			f(s, at)
		}
	})
	c.eachCall(v, p, func(text string, at *where, _ bool) {
		if call, err := c.parseCall(text); err == nil {
			for _, arg := range call.Paths() {
				f(arg.Path, at)
			}
		}
	})
}

func contextFieldsExist(c *checker, v *asl.Visit, p asl.Part) {
	c.eachContextPath(v, p, func(names []string, at *where) {
		object := ""
		for _, name := range names {
			fields, ok := contextObject[object]
			if !ok {
				return
			}
			if !slices.Contains(fields, name) {
				_, hint := c.didYouMean(name, slices.Values(fields), len(fields))
				c.within(v, at, fmt.Sprintf("the context object has no field %q", strings.TrimPrefix(object+"."+name, ".")), hint)
				return
			}
			object = strings.TrimPrefix(object+"."+name, ".")
		}
	})
}

func contextFieldsAreAvailable(c *checker, v *asl.Visit, p asl.Part) {
	c.eachContextPath(v, p, func(names []string, at *where) {
		switch {
		case len(names) == 0:
		case names[0] == "Map" && inMap(v) == nil:
			c.within(v, at, "the context object has Map only in a Map state and in what it runs", "")
		case names[0] == "Map" && inMap(v) != v && inMap(v).State.(*asl.Map).IsDistributed():
			c.within(v, at, "the child executions of a distributed Map have no Map in their context objects", "pass it on by ItemSelector")
		case names[0] == "Task" && !c.hasToken(v):
			c.within(v, at, "the context object has Task only in a task that waits for its token, for a job or for an activity", "")
		}
	})
}

// inMap returns the state itself if it is a Map, else the innermost Map that runs it,
// or nil.
func inMap(v *asl.Visit) *asl.Visit {
	for v != nil && v.Type() != asl.MapType {
		v = v.In.Around
	}
	return v
}

// hasToken reports whether a state is a task that has a task token.
func (c *checker) hasToken(v *asl.Visit) bool {
	t, ok := v.State.(*asl.Task)
	if !ok {
		return false
	}
	r := c.m.Resource(t)
	return r.Kind == asl.ActivityWorker || r.Pattern != asl.RequestResponse || asl.HasPlaceholder(t.Resource)
}
