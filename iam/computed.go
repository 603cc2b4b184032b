package iam

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// A text that is computed while the workflow runs is often known in part, such as
// States.Format('orders-{}', $.day). What follows tells these parts, and never
// runs anything.

// machine is the definition whose needs are derived.
type machine struct {
	*asl.StateMachine
	variables map[string]data // nil until they are asked for
	gathering bool            // variables are being gathered
}

// own are the paths into the context object that lead to the machine itself.
var own = map[string]string{
	"StateMachine.Id":   self,
	"StateMachine.Name": "${" + SelfName + "}",
	"Execution.Id":      selfExecutions,
	"Execution.Name":    anything,
}

// path returns what a path or an intrinsic call of JSONPath gives.
func (m *machine) path(text string) data {
	switch {
	case strings.HasPrefix(text, "$$."):
		if known, ok := own[text[len("$$."):]]; ok {
			return textData(known)
		}
	case strings.HasPrefix(text, "$.") || text == "$":
	case strings.HasPrefix(text, "$"):
		return m.variable(strings.Split(text[1:], "."))
	case strings.HasPrefix(text, "States."):
		if call, err := intrinsic.Parse(text); err == nil && onlyFormats(call) {
			return m.format(call)
		}
	}
	return unknownData
}

// onlyFormats reports whether a call makes a text of other texts, whose parts can
// be told one by one.
func onlyFormats(c *intrinsic.Call) bool {
	if c.Name != "States.Format" {
		return false
	}
	for i, arg := range c.Args {
		if i == 0 && arg.Kind != intrinsic.Literal || arg.Kind == intrinsic.CallArg && !onlyFormats(arg.Call) {
			return false
		}
	}
	return true
}

func (m *machine) format(c *intrinsic.Call) data {
	paths := c.Paths()
	made, err := c.Eval(intrinsic.Env{Path: func(i int) (any, error) {
		// Of several texts one would have to be chosen.
		if texts := m.path(paths[i].Path).texts(); len(texts) == 1 {
			return texts[0], nil
		}
		return anything, nil
	}})
	if text, ok := made.(string); ok && err == nil {
		return textData(text)
	}
	return unknownData
}

// expression returns what a text in {% %} gives.
func (m *machine) expression(text string) data {
	inner := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "{%"), "%}"))
	expr, err := jsonata.Compile(inner, jsonata.StepFunctions())
	if err != nil {
		return unknownData
	}
	return m.node(expr.Root())
}

func (m *machine) node(n jsonata.Node) data {
	switch n := n.(type) {
	case *jsonata.Literal:
		return scalarOrText(n.Value)
	case *jsonata.Binary:
		if n.Op == "&" {
			return joined(m.node(n.Left), m.node(n.Right))
		}
	case *jsonata.Condition:
		if n.Else != nil {
			return data{items: []data{m.node(n.Then), m.node(n.Else)}}
		}
	case *jsonata.Block:
		if len(n.Exprs) == 1 {
			return m.node(n.Exprs[0])
		}
	case *jsonata.Array:
		var d data
		for _, item := range n.Items {
			d.items = append(d.items, m.node(item))
		}
		return d
	case *jsonata.Object:
		return m.object(n)
	case *jsonata.Variable:
		return m.variable([]string{n.Name})
	case *jsonata.Path:
		return m.steps(n)
	}
	return unknownData
}

func scalarOrText(v any) data {
	if s, ok := v.(string); ok {
		return textData(s)
	}
	return scalar(v)
}

func (m *machine) object(n *jsonata.Object) data {
	var d data
	for _, pair := range n.Pairs {
		key, ok := pair.Key.(*jsonata.Literal)
		if !ok {
			return unknownData
		}
		name, ok := key.Value.(string)
		if !ok {
			return unknownData
		}
		d.members = append(d.members, member{name, m.node(pair.Value)})
	}
	return d
}

// steps returns what a path of names gives that begins at a variable.
func (m *machine) steps(n *jsonata.Path) data {
	var names []string
	for i, step := range n.Steps {
		switch step := step.(type) {
		case *jsonata.Variable:
			if i > 0 {
				return unknownData
			}
			names = append(names, step.Name)
		case *jsonata.Name:
			names = append(names, step.Name)
		default:
			return unknownData
		}
	}
	if _, ok := n.Steps[0].(*jsonata.Variable); !ok {
		return unknownData
	}
	if names[0] == asl.ReservedVariable {
		if len(names) > 2 && names[1] == "context" {
			if known, ok := own[strings.Join(names[2:], ".")]; ok {
				return textData(known)
			}
		}
		return unknownData
	}
	return m.variable(names)
}

// joined returns the texts that begin as one and go on as the other.
func joined(left, right data) data {
	const most = 16 // combinations
	a, b := left.texts(), right.texts()
	if len(a)*len(b) > most || len(a)*len(b) == 0 {
		return unknownData
	}
	var d data
	for _, first := range a {
		for _, second := range b {
			d.items = append(d.items, textData(first+second))
		}
	}
	return d
}

// variable returns what is found on a path that begins at a variable: a value
// that every state agrees on which assigns it, or each of those that they assign.
func (m *machine) variable(path []string) data {
	if m.gathering {
		return unknownData
	}
	if m.variables == nil {
		m.gather()
	}
	d, ok := m.variables[path[0]]
	if !ok {
		return unknownData
	}
	if len(path) == 1 {
		return d
	}
	found := d.at(strings.Join(path[1:], "."))
	if len(found) == 0 {
		return unknownData
	}
	return data{items: found}
}

// gather finds what the states of the machine assign to variables. Scopes may use
// one name for several variables; then each may have the other's values.
func (m *machine) gather() {
	m.gathering = true
	m.variables = make(map[string]data)
	for v := range m.Walk() {
		for _, assign := range assignments(v.State) {
			m.assigned(assign, v.Language)
		}
	}
	m.gathering = false
}

func (m *machine) assigned(assign *asl.Payload, language asl.QueryLanguage) {
	obj, ok := assign.Value.(*value.Object)
	if !ok {
		return
	}
	var given data
	if language == asl.JSONata {
		given = m.expressions(obj)
	} else {
		given = m.template(obj)
	}
	for _, each := range given.members {
		all := m.variables[each.name]
		all.items = append(all.items, each.data)
		m.variables[each.name] = all
	}
}

// assignments returns what a state assigns to variables, its transitions included.
func assignments(s asl.State) []*asl.Payload {
	var all []*asl.Payload
	for object := range asl.Objects(s) {
		for part := range object.Parts() {
			if payload, ok := part.Value.(*asl.Payload); ok && part.Name == "Assign" {
				all = append(all, payload)
			}
		}
	}
	return all
}
