package source

import (
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

// text adds what a node gives as a text: the pieces that are known, and placeholders in
// the place of the others. It reports false if nothing of it is known. In a whole
// definition nothing stands for a placeholder alone.
func (r *resource) text(j *joined, n *value.Node, whole bool) bool {
	if s, ok := n.Value.(string); ok {
		at := r.stringOffsets(n)
		r.literal(s, at, false)
		j.add(s, at)
		return true
	}
	name, argument := call(n)
	switch name {
	case "Fn::Sub":
		template := argument
		if len(argument.Elements) > 0 {
			template = argument.Elements[0]
		}
		if s, ok := template.Value.(string); ok {
			at := r.stringOffsets(template)
			r.literal(s, at, true)
			j.add(s, at)
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
	j.add("${"+label(name, argument)+"}", here(n.Offset))
	return true
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
	r.copies[n] = c
	return c
}

func (r *resource) resolved(n *value.Node) *value.Node {
	switch {
	case isNoValue(n):
		return nil
	case isFunction(n):
		text := &joined{}
		r.text(text, n, false)
		return &value.Node{Value: text.text.String(), Offset: n.Offset, End: n.End}
	case len(n.Members) > 0:
		return r.members(n)
	case len(n.Elements) > 0:
		return r.elements(n)
	}
	if s, ok := n.Value.(string); ok {
		r.literal(s, here(n.Offset), false)
	}
	return n
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
