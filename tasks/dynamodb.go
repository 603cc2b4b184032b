package tasks

import (
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

// Attr is an attribute of a DynamoDB item, as the service's API has it: one field
// is set. A number is a text.
type Attr struct {
	S    string          `json:",omitempty"`
	N    string          `json:",omitempty"`
	B    string          `json:",omitempty"` // Base64
	BOOL *bool           `json:",omitempty"`
	NULL *bool           `json:",omitempty"`
	SS   []string        `json:",omitempty"`
	NS   []string        `json:",omitempty"`
	BS   []string        `json:",omitempty"`
	M    map[string]Attr `json:",omitempty"`
	L    []Attr          `json:",omitempty"`
}

// S is a text as an attribute, in a key or an item.
func S(v dsl.Value[string]) dsl.Object { return dsl.Object{"S": v} }

// N is a number as an attribute, in a key or an item.
func N[T fn.Number](v dsl.Value[T]) dsl.Object { return dsl.Object{"N": fn.Format("{}", v)} }

// Bool is a boolean as an attribute, in an item.
func Bool(v dsl.Value[bool]) dsl.Object { return dsl.Object{"BOOL": v} }

// Expression is what the writing calls of DynamoDB take beside their item.
type Expression struct {
	Condition string     // the call fails unless it holds (ConditionExpression)
	Names     dsl.Object // of attributes, by #name
	Values    dsl.Object // attributes, by :name
	Return    string     // ReturnValues: NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW
}

func (e Expression) add(a arguments) arguments {
	a = a.literal("ConditionExpression", e.Condition).literal("ReturnValues", e.Return)
	if e.Names != nil {
		a.o["ExpressionAttributeNames"] = e.Names
	}
	if e.Values != nil {
		a.o["ExpressionAttributeValues"] = e.Values
	}
	return a
}

// DynamoGetItem reads an item of a table (dynamodb:getItem). Item is a struct of
// the attributes that are wanted, each an [Attr].
type DynamoGetItem[Item any] struct {
	Table      Table
	Key        dsl.Object // by attribute; see [S] and [N]
	Consistent bool
	Projection string     // the attributes to return; "" is all
	Names      dsl.Object // of attributes, by #name
	Extra      dsl.Object
}

// DynamoItem is the result of [DynamoGetItem].
type DynamoItem[Item any] struct {
	Item *Item `json:",omitempty"` // absent if there is no such item
}

// Integration makes it an action.
func (g DynamoGetItem[Item]) Integration() dsl.Integration[DynamoItem[Item]] {
	a := newArguments(g.Extra).handle("TableName", string(g.Table), g.Table.Name()).any("Key", g.Key).
		flag("ConsistentRead", g.Consistent).literal("ProjectionExpression", g.Projection)
	a = Expression{Names: g.Names}.add(a)
	return integration[DynamoItem[Item]](call{resource: optimized + "dynamodb:getItem", args: a.o}, "")
}

// DynamoAttributes is the result of the writing calls of DynamoDB.
type DynamoAttributes[Item any] struct {
	Attributes *Item `json:",omitempty"` // if the call asks for them
}

// DynamoPutItem writes an item (dynamodb:putItem).
type DynamoPutItem[Item any] struct {
	Table      Table
	Item       dsl.Object // by attribute
	Expression Expression
	Extra      dsl.Object
}

// Integration makes it an action.
func (p DynamoPutItem[Item]) Integration() dsl.Integration[DynamoAttributes[Item]] {
	a := newArguments(p.Extra).handle("TableName", string(p.Table), p.Table.Name()).any("Item", p.Item)
	return integration[DynamoAttributes[Item]](call{resource: optimized + "dynamodb:putItem", args: p.Expression.add(a).o}, "")
}

// DynamoUpdateItem changes an item, or makes it (dynamodb:updateItem).
type DynamoUpdateItem[Item any] struct {
	Table      Table
	Key        dsl.Object // by attribute
	Update     string     // UpdateExpression
	Expression Expression
	Extra      dsl.Object
}

// Integration makes it an action.
func (u DynamoUpdateItem[Item]) Integration() dsl.Integration[DynamoAttributes[Item]] {
	a := newArguments(u.Extra).handle("TableName", string(u.Table), u.Table.Name()).any("Key", u.Key).
		literal("UpdateExpression", u.Update)
	return integration[DynamoAttributes[Item]](call{resource: optimized + "dynamodb:updateItem", args: u.Expression.add(a).o}, "")
}

// DynamoDeleteItem deletes an item (dynamodb:deleteItem).
type DynamoDeleteItem[Item any] struct {
	Table      Table
	Key        dsl.Object // by attribute
	Expression Expression
	Extra      dsl.Object
}

// Integration makes it an action.
func (d DynamoDeleteItem[Item]) Integration() dsl.Integration[DynamoAttributes[Item]] {
	a := newArguments(d.Extra).handle("TableName", string(d.Table), d.Table.Name()).any("Key", d.Key)
	return integration[DynamoAttributes[Item]](call{resource: optimized + "dynamodb:deleteItem", args: d.Expression.add(a).o}, "")
}
