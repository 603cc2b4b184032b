package asl

import (
	"iter"
	"slices"
	"strings"
)

// Operand is the type of value that a Choice operator compares with.
type Operand string

// The types of operands.
const (
	StringOperand    Operand = "string"
	NumericOperand   Operand = "number"
	BooleanOperand   Operand = "boolean"
	TimestampOperand Operand = "timestamp" // a string as RFC 3339 has it
	PathOperand      Operand = "path"      // a reference path to a value of the operator's family
)

// operators is the table of the 39 data-test operators, by what their operand is
// (States Language specification, "Choice State"; Step Functions Developer Guide,
// "Comparison operators").
var operators = func() map[Operator]Operand {
	all := map[Operator]Operand{
		"BooleanEquals": BooleanOperand, "BooleanEqualsPath": PathOperand,
		"StringMatches": StringOperand,
		"IsNull":        BooleanOperand, "IsPresent": BooleanOperand, "IsNumeric": BooleanOperand,
		"IsString": BooleanOperand, "IsBoolean": BooleanOperand, "IsTimestamp": BooleanOperand,
	}
	families := map[Operator]Operand{"String": StringOperand, "Numeric": NumericOperand, "Timestamp": TimestampOperand}
	for family, operand := range families {
		for _, relation := range []Operator{"Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"} {
			all[family+relation] = operand
			all[family+relation+"Path"] = PathOperand
		}
	}
	return all
}()

var operatorList = func() []Operator {
	all := make([]Operator, 0, len(operators))
	for op := range operators {
		all = append(all, op)
	}
	slices.Sort(all)
	return all
}()

// Operators returns the 39 operators, sorted.
func Operators() []Operator { return slices.Clone(operatorList) }

func operatorNames() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, op := range operatorList {
			if !yield(string(op)) {
				return
			}
		}
	}
}

// Operand returns what the operator compares with, or "" for an unknown operator.
func (o Operator) Operand() Operand { return operators[o] }

// IsPath reports whether the operator's operand is a path to the value to compare
// with.
func (o Operator) IsPath() bool { return operators[o] == PathOperand }

// Literal returns the operator that compares with a literal where o takes a path:
// StringEquals for StringEqualsPath. Other operators are returned as they are.
func (o Operator) Literal() Operator {
	if o.IsPath() {
		return Operator(strings.TrimSuffix(string(o), "Path"))
	}
	return o
}
