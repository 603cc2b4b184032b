package value

import (
	"slices"
	"strconv"
	"strings"
)

// Node is a value with its place in the text it was read from.
type Node struct {
	Value    any          // the complete value
	Offset   int          // of the value's first byte
	End      int          // behind the value's last byte
	Members  []NodeMember // an object's, in the order of the text, duplicates included
	Elements []*Node      // an array's
}

// NodeMember is a member of an object in the text.
type NodeMember struct {
	Name       string
	NameOffset int // of the name's opening quote
	Node       *Node
	Duplicate  bool // the object has an earlier member of that name
}

// ParseNode reads a text as [Parse] does, and keeps the place of everything in it.
func ParseNode(text string) (*Node, error) {
	r := reader{text: text, tree: true}
	_, n, err := r.document()
	return n, err
}

func markDuplicates(members []NodeMember) {
	seen := make(map[string]bool, len(members))
	for i := range members {
		members[i].Duplicate = seen[members[i].Name]
		seen[members[i].Name] = true
	}
}

// Member returns the object's member of that name, the last where there are
// several (as its value is the object's), or nil.
func (n *Node) Member(name string) *NodeMember {
	for i := range slices.Backward(n.Members) {
		if n.Members[i].Name == name {
			return &n.Members[i]
		}
	}
	return nil
}

// Lookup returns the node that a JSON Pointer (RFC 6901) names, counted from n, or
// nil if there is none. The empty pointer is n itself.
func (n *Node) Lookup(pointer string) *Node {
	for n != nil && pointer != "" {
		rest, ok := strings.CutPrefix(pointer, "/")
		if !ok {
			return nil
		}
		token := rest
		pointer = ""
		if at := strings.IndexByte(rest, '/'); at >= 0 {
			token, pointer = rest[:at], rest[at:]
		}
		n = n.child(unescapePointer.Replace(token))
	}
	return n
}

func (n *Node) child(token string) *Node {
	if m := n.Member(token); m != nil {
		return m.Node
	}
	at, err := strconv.ParseUint(token, 10, 31)
	if err != nil || int(at) >= len(n.Elements) || len(token) > 1 && token[0] == '0' {
		return nil
	}
	return n.Elements[at]
}

var (
	escapePointer   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapePointer = strings.NewReplacer("~0", "~", "~1", "/")
)

// Pointer returns the JSON Pointer (RFC 6901) of these member names and array
// positions.
func Pointer(tokens ...string) string {
	p := ""
	for _, t := range tokens {
		p = AppendPointer(p, t)
	}
	return p
}

// AppendPointer returns the JSON Pointer p, one token longer.
func AppendPointer(p, token string) string { return p + "/" + escapePointer.Replace(token) }
