package parquet

import (
	"errors"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stepwise-go/stepwise/asl/value"
)

// node is a column, or a group of them.
type node struct {
	name       string
	optional   bool
	repeated   bool
	definition int // the level at which the node is there
	repetition int // the level at which another of its elements comes
	children   []*node
	first, end int // its leaves among the columns
	form       form
	convert    func(parquet.Value) any // of a leaf
}

// form is what a group stands for.
type form uint8

const (
	object    form = iota
	list           // a group around a repeated group around the elements
	plainList      // likewise, without the group in the middle
	pairs          // a group around repeated pairs of key and value
)

// newGroup returns the node of a file's root.
func newGroup(root *parquet.Column) *node {
	leaves := 0
	return newNode(root, &leaves)
}

func newNode(c *parquet.Column, leaves *int) *node {
	n := &node{name: c.Name(), optional: c.Optional(), repeated: c.Repeated(),
		definition: c.MaxDefinitionLevel(), repetition: c.MaxRepetitionLevel(), first: *leaves}
	if c.Leaf() {
		*leaves++
		n.convert = converter(c.Type())
	}
	for _, child := range c.Columns() {
		n.children = append(n.children, newNode(child, leaves))
	}
	n.end = *leaves
	if logical := c.Type().LogicalType(); logical != nil && !c.Leaf() {
		n.form = n.formOf(logical)
	}
	return n
}

// formOf tells lists and maps from other groups, by the rules for what old writers
// wrote (Apache Parquet, "Logical Types": LIST and MAP).
func (n *node) formOf(logical *format.LogicalType) form {
	if len(n.children) != 1 || !n.children[0].repeated {
		return object
	}
	inner := n.children[0]
	switch logical.Value.(type) {
	case *format.ListType:
		if len(inner.children) != 1 || inner.name == "array" || inner.name == n.name+"_tuple" {
			return plainList
		}
		return list
	case *format.MapType:
		if len(inner.children) == 2 {
			return pairs
		}
	}
	return object
}

var errTorn = errors.New("the Parquet file is damaged: a row has too few values")

// head returns the next value of the node's first leaf.
func (n *node) head(c cursors) (parquet.Value, error) {
	if n.first >= len(c) || len(c[n.first]) == 0 {
		return parquet.Value{}, errTorn
	}
	return c[n.first][0], nil
}

// skip takes the values that stand for the node's absence.
func (n *node) skip(c cursors) {
	for i := n.first; i < n.end; i++ {
		if len(c[i]) > 0 {
			c[i] = c[i][1:]
		}
	}
}

// read takes the node's value out of a row.
func (n *node) read(c cursors) (any, error) {
	if n.repeated {
		elements, err := n.elements(c, n.one)
		return elements, err
	}
	if n.optional {
		head, err := n.head(c)
		if err != nil {
			return nil, err
		}
		if head.DefinitionLevel() < n.definition {
			n.skip(c)
			return nil, nil
		}
	}
	return n.one(c)
}

// elements takes what is repeated; one takes an element.
func (n *node) elements(c cursors, one func(cursors) (any, error)) ([]any, error) {
	elements := []any{}
	head, err := n.head(c)
	if err != nil {
		return nil, err
	}
	if head.DefinitionLevel() < n.definition {
		n.skip(c)
		return elements, nil
	}
	for {
		e, err := one(c)
		if err != nil {
			return nil, err
		}
		elements = append(elements, e)
		if len(c[n.first]) == 0 || c[n.first][0].RepetitionLevel() != n.repetition {
			return elements, nil
		}
	}
}

// one takes the node's value where it is there, an element of it if it is repeated.
func (n *node) one(c cursors) (any, error) {
	if n.convert != nil {
		head, err := n.head(c)
		if err != nil {
			return nil, err
		}
		c[n.first] = c[n.first][1:]
		if head.IsNull() {
			return nil, nil
		}
		return n.convert(head), nil
	}
	switch n.form {
	case list:
		inner := n.children[0]
		return inner.elements(c, inner.children[0].read)
	case plainList:
		return n.children[0].read(c)
	case pairs:
		return n.children[0].entries(c)
	}
	return n.object(c)
}

func (n *node) object(c cursors) (any, error) {
	members := make([]value.Member, len(n.children))
	for i, child := range n.children {
		v, err := child.read(c)
		if err != nil {
			return nil, err
		}
		members[i] = value.Member{Name: child.name, Value: v}
	}
	return value.NewObject(members...), nil
}

// entries takes the object of a map; a key that is no text is its JSON text.
func (n *node) entries(c cursors) (any, error) {
	var members []value.Member
	_, err := n.elements(c, func(c cursors) (any, error) {
		key, err := n.children[0].read(c)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			name = value.String(key)
		}
		v, err := n.children[1].read(c)
		members = append(members, value.Member{Name: name, Value: v})
		return nil, err
	})
	return value.NewObject(members...), err
}
