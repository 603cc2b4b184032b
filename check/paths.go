package check

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// pathKind says what a field that takes a path allows (States Language
// specification, "Paths" and "Reference Paths").
type pathKind struct {
	null      bool // the field may be null
	reference bool // the path selects one place
	noContext bool // the path cannot read the context object
	inputOnly bool // the path neither reads a variable nor the context object
	calls     bool // a call of an intrinsic function that gives a string may stand in its place
}

// pathKinds are the fields of type [asl.Path].
var pathKinds = map[string]pathKind{
	"InputPath":                      {null: true},
	"OutputPath":                     {null: true},
	"ResultPath":                     {null: true, reference: true, inputOnly: true},
	"ItemsPath":                      {reference: true},
	"SecondsPath":                    {reference: true},
	"TimestampPath":                  {reference: true},
	"TimeoutSecondsPath":             {reference: true},
	"HeartbeatSecondsPath":           {reference: true},
	"MaxConcurrencyPath":             {reference: true, noContext: true},
	"ToleratedFailurePercentagePath": {reference: true, noContext: true},
	"ToleratedFailureCountPath":      {reference: true, noContext: true},
	"MaxItemsPath":                   {reference: true, noContext: true},
	"MaxItemsPerBatchPath":           {reference: true, noContext: true},
	"MaxInputBytesPerBatchPath":      {reference: true, noContext: true},
	"ErrorPath":                      {calls: true},
	"CausePath":                      {calls: true},
}

func pathsAreValid(c *checker, v *asl.Visit, p asl.Part) {
	path, ok := p.Value.(asl.Path)
	if !ok || v.Language != asl.JSONPath {
		return
	}
	kind := pathKinds[p.Name]
	switch {
	case path.Null && !kind.null:
		c.partFault(v, p, "must be a path, not null", "")
	case path.Null || kind.calls && isCall(path.Text):
	case isCall(path.Text):
		c.partFault(v, p, "must be a path: intrinsic functions cannot be called here", "call it in Parameters or ResultSelector")
	default:
		if message := c.pathFault(path.Text, kind); message != "" {
			c.partFault(v, p, message, "")
		}
	}
}

func testPathsAreValid(c *checker, v *asl.Visit) {
	eachTestPath(v, func(path string, at *where) {
		if message := c.pathFault(path, pathKind{reference: true}); message != "" {
			c.within(v, at, message, "")
		}
	})
}

// eachTestPath calls f with every path in the conditions of a JSONPath Choice
// state, and its place.
func eachTestPath(v *asl.Visit, f func(path string, at *where)) {
	eachTest(v, func(t *asl.Test, pointer string) {
		if t.Variable != "" {
			f(t.Variable, &where{token: pointer + "/Variable"})
		}
		if path, ok := t.Operand.(string); ok && t.Operator.IsPath() {
			f(path, &where{token: pointer + "/" + string(t.Operator)})
		}
	})
}

func templateValuesArePaths(c *checker, v *asl.Visit, p asl.Part) {
	c.eachDynamic(v, p, func(m value.Member, at *where) {
		name := strings.TrimSuffix(m.Name, ".$")
		s, ok := m.Value.(string)
		switch {
		case !ok:
			c.within(v, at, "must be a JSONPath or a call of an intrinsic function in a string, not "+asl.Describe(m.Value),
				fmt.Sprintf("name the key %q to give a literal value", name))
		case strings.HasPrefix(s, "$"):
			if message := c.pathFault(s, pathKind{}); message != "" {
				c.within(v, at, message, "")
			}
		case isCall(s) || asl.HasPlaceholder(s):
		default:
			hint := fmt.Sprintf("name the key %q to give a literal value", name)
			if t := strings.TrimSpace(s); strings.HasPrefix(t, "$") || isCall(t) {
				hint = "remove the blanks before it"
			}
			c.within(v, at, "must be a JSONPath or a call of an intrinsic function, not "+asl.Describe(s), hint)
		}
	})
}

// dynamic is a member of a payload template whose name ends in .$.
type dynamic struct {
	value.Member
	at *where
}

// fieldOf is a field of an object of the model.
type fieldOf struct {
	object any
	name   string
}

// eachDynamic calls f with every member of a payload template whose name ends in
// .$, and its place.
func (c *checker) eachDynamic(v *asl.Visit, p asl.Part, f func(m value.Member, at *where)) {
	t, ok := isTemplate(v, p)
	if !ok {
		return
	}
	field := fieldOf{p.Object.Struct, p.Name}
	all, ok := c.dynamics[field]
	if !ok {
		eachMember(t.Value, whereIs(p), func(_ *value.Object, m value.Member, at *where) {
			if strings.HasSuffix(m.Name, ".$") {
				all = append(all, dynamic{m, at})
			}
		})
		c.dynamics[field] = all
	}
	for _, d := range all {
		f(d.Member, d.at)
	}
}

// script matches a script in brackets, such as [(@.length-1)]. The service takes
// it for a path; its engine cannot evaluate it.
var script = regexp.MustCompile(`\[\([^\]]*\)\]`)

// pathFault says what is wrong with a path, or "".
func (c *checker) pathFault(s string, kind pathKind) string {
	if asl.HasPlaceholder(s) {
		return ""
	}
	if !strings.HasPrefix(s, "$") {
		return fmt.Sprintf("must be a path that starts with $, not %q", s)
	}
	root, _, path, err := jsonpath.Split(s)
	if err != nil {
		return syntaxMessage(err)
	}
	switch {
	case kind.inputOnly && root == jsonpath.Variable:
		return "cannot name a variable: only Assign writes variables"
	case kind.inputOnly && root == jsonpath.Context:
		return "cannot write into the context object"
	case kind.noContext && root == jsonpath.Context:
		return "cannot read the context object"
	case kind.reference:
		_, err = jsonpath.ParseReference(path)
	default:
		err = jsonpath.Check(script.ReplaceAllString(path, "[0]"))
	}
	return syntaxMessage(err)
}

func syntaxMessage(err error) string {
	if err == nil {
		return ""
	}
	if syntax, ok := errors.AsType[*jsonpath.SyntaxError](err); ok {
		return fmt.Sprintf("is no valid path: %s, at character %d of %s", syntax.Message, syntax.Offset+1, syntax.Path)
	}
	return "is no valid path: " + err.Error()
}

func scriptsAreEvaluated(c *checker, v *asl.Visit, p asl.Part) {
	warn := func(s string, at *where) {
		if strings.HasPrefix(s, "$") && script.MatchString(s) {
			c.within(v, at, fmt.Sprintf("%s always fails: the service evaluates no script in brackets", s), "use an index, such as [-1] for the last element")
		}
	}
	if path, ok := p.Value.(asl.Path); ok && v.Language == asl.JSONPath {
		warn(path.Text, whereIs(p))
	}
	c.eachDynamic(v, p, func(m value.Member, at *where) {
		if s, ok := m.Value.(string); ok {
			warn(s, at)
		}
	})
}
