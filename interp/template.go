package interp

import (
	"errors"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// A template is a compiled payload template, nil where the field is absent.
type template = expr

// template compiles a payload template.
func (c *fields) template(p *asl.Payload, pointer string) template {
	if p == nil {
		return nil
	}
	return c.node(p.Value, pointer)
}

// node compiles a part of a template.
func (c *fields) node(v any, pointer string) expr {
	switch v := v.(type) {
	case *value.Object:
		return c.objectNode(v, pointer)
	case []any:
		return c.arrayNode(v, pointer)
	}
	return literal{v}
}

// literal is a part of a template in which nothing is evaluated.
type literal struct{ v any }

func (l literal) eval(*thread, any, role) (any, *fault) { return l.v, nil }

// arrayNode is an array of parts.
type arrayNode []expr

func (c *fields) arrayNode(elements []any, pointer string) expr {
	parts := make(arrayNode, len(elements))
	for i, e := range elements {
		parts[i] = c.node(e, pointer+"/"+strconv.Itoa(i))
	}
	return parts.folded(elements)
}

// folded returns the value itself where none of its parts is to be evaluated.
func (a arrayNode) folded(v []any) expr {
	for _, part := range a {
		if _, ok := part.(literal); !ok {
			return a
		}
	}
	return literal{v}
}

func (a arrayNode) eval(t *thread, v any, is role) (any, *fault) {
	elements := make([]any, len(a))
	for i, part := range a {
		e, f := part.eval(t, v, is)
		if f != nil {
			return nil, f
		}
		elements[i] = e
	}
	return elements, nil
}

// objectNode is an object of parts, in the order of the result.
type objectNode []memberNode

type memberNode struct {
	name string
	part expr
}

// objectNode compiles an object. In its result the fixed members come first, in
// their order; then the dynamic ones, in the order of the map in which the service
// gathers them.
func (c *fields) objectNode(o *value.Object, pointer string) expr {
	parts := make(objectNode, 0, o.Len())
	dynamic := map[string]expr{}
	var names []string
	for m := range o.Members() {
		at := value.AppendPointer(pointer, m.Name)
		name, isDynamic := strings.CutSuffix(m.Name, ".$")
		if isDynamic && o.Has(name) {
			c.fail(at, "the field stands here twice, as %q and as %q", name, m.Name)
		}
		if isDynamic {
			dynamic[name] = c.dynamic(m, at)
			names = append(names, name)
			continue
		}
		parts = append(parts, memberNode{m.Name, c.node(m.Value, at)})
	}
	for _, name := range value.HashOrder(names) {
		parts = append(parts, memberNode{name, dynamic[name]})
	}
	return parts.folded(o)
}

// folded returns the value itself where none of its parts is to be evaluated.
func (o objectNode) folded(v *value.Object) expr {
	for i := range o {
		if _, ok := o[i].part.(literal); !ok {
			return o
		}
	}
	return literal{v}
}

func (o objectNode) eval(t *thread, v any, is role) (any, *fault) {
	members := make([]value.Member, len(o))
	for i := range o {
		m, f := o[i].part.eval(t, v, is)
		if f != nil {
			return nil, f
		}
		members[i] = value.Member{Name: o[i].name, Value: m}
	}
	return value.NewObject(members...), nil
}

// dynamic compiles the member of a template whose name ends in ".$".
func (c *fields) dynamic(m value.Member, pointer string) expr {
	s, ok := m.Value.(string)
	switch {
	case !ok:
		c.fail(pointer, "must be a valid JSONPath or a valid intrinsic function call")
		return nil
	case !strings.HasPrefix(s, "$"):
		return c.newCall(s, pointer)
	}
	return &pathNode{c.newPath(s, pointer), m.Name}
}

// pathNode is a part that a path gives.
type pathNode struct {
	*path
	field string // as the definition writes it, "total.$"
}

func (n *pathNode) eval(t *thread, v any, _ role) (any, *fault) {
	found, err := n.lookup(t, v)
	if err == nil {
		return found, nil
	}
	return nil, notFoundFault(n.text, n.field, err, v)
}

// notFoundFault is the error of a path in a template, an ErrorPath or a CausePath.
func notFoundFault(path, field string, err error, doc any) *fault {
	var missing *jsonpath.NotFoundError
	var undefined *undefinedError
	if errors.As(err, &missing) || errors.As(err, &undefined) {
		return runtimeFault("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
			path, field, value.String(doc))
	}
	return runtimeFault("Invalid path '%s' : %v", path, err)
}
