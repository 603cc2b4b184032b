package source

import (
	"maps"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// call returns the CloudFormation function that a node calls, with its argument, or ""
// and nothing.
func call(n *value.Node) (name string, argument *value.Node) {
	if len(n.Members) != 1 {
		return "", nothing
	}
	if name := n.Members[0].Name; name == "Ref" || strings.HasPrefix(name, "Fn::") {
		return name, n.Members[0].Node
	}
	return "", nothing
}

func isFunction(n *value.Node) bool {
	name, _ := call(n)
	return name != ""
}

// isNoValue reports whether a node takes itself away (CloudFormation, "Pseudo
// parameters").
func isNoValue(n *value.Node) bool {
	name, argument := call(n)
	return name == "Ref" && argument.Value == "AWS::NoValue"
}

// pseudo are the parameters of every template whose values matter to what is checked:
// all partitions have the same integrations.
var pseudo = map[string]string{"AWS::Partition": "aws"}

// text adds what a node gives as a text: the pieces that are known, and placeholders in
// the place of the others. It reports false if nothing of it is known. In a whole
// definition nothing stands for a placeholder alone.
func (r *resource) text(j *joined, n *value.Node, whole bool) bool {
	if s, ok := n.Value.(string); ok {
		at := r.stringOffsets(n)
		r.literal(s, at, false)
		j.fill(s, at, nil)
		return true
	}
	name, argument := call(n)
	switch name {
	case "Fn::Sub":
		if s, values, ok := substitution(argument); ok {
			at := r.stringOffsets(s)
			text, _ := s.Value.(string)
			r.literal(text, at, true)
			j.fill(text, at, values)
			return true
		}
	case "Fn::Join":
		if len(argument.Elements) == 2 && len(argument.Elements[1].Elements) > 0 {
			r.join(j, argument)
			return true
		}
	}
	if whole {
		return false
	}
	label := label(name, argument)
	if known, ok := pseudo[label]; ok && name == "Ref" {
		j.add(known, here(n.Offset))
		return true
	}
	j.add("${"+label+"}", here(n.Offset))
	return true
}

// substitution returns the text that Fn::Sub fills in, and what is known of the values.
func substitution(argument *value.Node) (text *value.Node, values map[string]string, ok bool) {
	text, values = argument, pseudo
	if len(argument.Elements) == 2 {
		text, values = argument.Elements[0], literals(argument.Elements[1])
	}
	_, ok = text.Value.(string)
	return text, values, ok
}

// literals returns the values of an object's members that are known, as texts.
func literals(n *value.Node) map[string]string {
	values := maps.Clone(pseudo)
	for _, m := range n.Members {
		switch v := m.Node.Value.(type) {
		case string:
			if !strings.Contains(v, "${") {
				values[m.Name] = v
			}
		case bool, int64, float64, value.Number:
			values[m.Name] = value.String(v)
		}
		if name, argument := call(m.Node); name == "Ref" {
			if known, ok := pseudo[label(name, argument)]; ok {
				values[m.Name] = known
			}
		}
	}
	return values
}

func (r *resource) join(j *joined, argument *value.Node) {
	delimiter, _ := argument.Elements[0].Value.(string)
	for i, piece := range argument.Elements[1].Elements {
		if i > 0 {
			j.add(delimiter, here(piece.Offset))
		}
		r.text(j, piece, false)
	}
}

// label names what a function gives: "Queue", "Queue.Arn", "Fn::ImportValue".
func label(name string, argument *value.Node) string {
	text := name
	switch name {
	case "Ref", "Fn::GetAtt":
		var parts []string
		if s, ok := argument.Value.(string); ok {
			parts = []string{s}
		}
		for _, e := range argument.Elements {
			if s, ok := e.Value.(string); ok {
				parts = append(parts, s)
			}
		}
		text = strings.Join(parts, ".")
	}
	plain := func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.ContainsRune("_.:", c) {
			return c
		}
		return -1
	}
	if text = clip(strings.Map(plain, text)); text == "" {
		return "unknown"
	}
	return text
}

// resolve returns a part of a definition with a text in the place of each function,
// and nil for what takes itself away.
func (r *resource) resolve(n *value.Node) *value.Node {
	if c, ok := r.copies[n]; ok {
		return c
	}
	c := r.resolved(n)
	if o, ok := r.odd[n]; ok && c != nil && c != n {
		r.odd[c] = o
	}
	r.copies[n] = c
	return c
}

func (r *resource) resolved(n *value.Node) *value.Node {
	switch {
	case isNoValue(n) && !r.alone:
		return nil
	case isFunction(n) && !r.alone:
		text := &joined{values: r.values}
		r.text(text, n, false)
		return &value.Node{Value: text.text.String(), Offset: n.Offset, End: n.End}
	case len(n.Members) > 0:
		return r.members(n)
	case len(n.Elements) > 0:
		return r.elements(n)
	}
	if s, ok := n.Value.(string); ok && strings.Contains(s, "${") {
		return r.string(n, s)
	}
	return n
}

// string fills in a text. One that becomes a number stays a placeholder: whether it
// keeps its quotes is not known.
func (r *resource) string(n *value.Node, s string) *value.Node {
	r.literal(s, here(n.Offset), false)
	text := &joined{values: r.values}
	text.fill(s, here(n.Offset), nil)
	filled := text.text.String()
	if _, err := value.Parse(filled); filled == s || err == nil {
		return n
	}
	return &value.Node{Value: filled, Offset: n.Offset, End: n.End}
}

func (r *resource) members(n *value.Node) *value.Node {
	c := &value.Node{Offset: n.Offset, End: n.End, Members: make([]value.NodeMember, 0, len(n.Members))}
	all := make([]value.Member, 0, len(n.Members))
	for _, m := range n.Members {
		if v := r.resolve(m.Node); v != nil {
			c.Members = append(c.Members, value.NodeMember{Name: m.Name, NameOffset: m.NameOffset, Node: v, Duplicate: m.Duplicate})
			all = append(all, value.Member{Name: m.Name, Value: v.Value})
		}
	}
	c.Value = value.NewObject(all...)
	return c
}

func (r *resource) elements(n *value.Node) *value.Node {
	c := &value.Node{Offset: n.Offset, End: n.End}
	all := make([]any, 0, len(n.Elements))
	for _, e := range n.Elements {
		if v := r.resolve(e); v != nil {
			c.Elements = append(c.Elements, v)
			all = append(all, v.Value)
		}
	}
	c.Value = all
	return c
}
