package jsonata

// Node is a part of an expression as it was written. The types that implement it
// are [Literal], [Regex], [Name], [Variable], [Wildcard], [Descendants], [Parent],
// [Placeholder], [Path], [Filter], [KeepArray], [Sort], [Group], [Focus], [Index],
// [Binary], [Negation], [Array], [Object], [Block], [Condition], [Assignment],
// [Call], [Lambda] and [Transform], as pointers: a type switch tells them apart.
// Nodes are read-only, and parentheses of their own are a [Block].
//
// The tree is as the text has it. Predicates and bindings belong to the last step of
// a path: a.b[0] is a [Path] whose second step is a [Filter]. An order or a grouping
// stands around the path: a.b^(c) is a [Sort] of a [Path].
type Node interface {
	// Pos is the offset in bytes of the node's first character in the text.
	Pos() int
	// End is the offset in bytes behind the node's last character.
	End() int

	named() mark
}

// mark is the place of one token.
type mark struct{ start, end int }

// span is what every node has: its extent, and the token that names what it does,
// to which errors point.
type span struct {
	pos, end int
	mark     mark
}

func (s *span) Pos() int    { return s.pos }
func (s *span) End() int    { return s.end }
func (s *span) named() mark { return s.mark }

type (
	// Literal is a string, a number, true, false or null.
	Literal struct {
		span
		Value any // a value of package value
	}

	// Regex is a regular expression: /ab+c/i.
	Regex struct {
		span
		Pattern string
		Flags   string // of i and m
	}

	// Name is a field of the context value: price, `unit price`.
	Name struct {
		span
		Name string
	}

	// Variable is $name. The empty name is the context value, $; the name "$" is
	// the input document, $$.
	Variable struct {
		span
		Name string
	}

	// Wildcard is every field of the context value: *.
	Wildcard struct{ span }

	// Descendants is the context value and all below it: **.
	Descendants struct{ span }

	// Parent is the object that holds the context value: %.
	Parent struct{ span }

	// Placeholder is the ? among the arguments of a partial application.
	Placeholder struct{ span }

	// Path is two steps or more: a.b.c. Each is evaluated with every value of the
	// one before it as context.
	Path struct {
		span
		Steps []Node
	}

	// Filter selects by position or condition: base[predicate].
	Filter struct {
		span
		Base, Predicate Node
	}

	// KeepArray keeps an array of one value an array: base[].
	KeepArray struct {
		span
		Base Node
	}

	// Sort orders: base^(>price, name).
	Sort struct {
		span
		Base  Node
		Terms []SortTerm
	}

	// Group makes an object of the values grouped by key: base{key: value}.
	Group struct {
		span
		Base  Node
		Pairs []Pair
	}

	// Focus binds a step's values to a variable and keeps the context: base@$v.
	Focus struct {
		span
		Base     Node
		Variable *Variable
	}

	// Index binds the position of a step's values to a variable: base#$i.
	Index struct {
		span
		Base     Node
		Variable *Variable
	}

	// Binary is an operator between two operands: + - * / % = != < <= > >= & and or
	// in ~>, and .. within an array.
	Binary struct {
		span
		Op          string
		Left, Right Node
	}

	// Negation is -operand.
	Negation struct {
		span
		Operand Node
	}

	// Array is an array constructor: [a, b, 1..3].
	Array struct {
		span
		Items []Node
	}

	// Object is an object constructor: {"key": value}.
	Object struct {
		span
		Pairs []Pair
	}

	// Block is a sequence of expressions in parentheses, whose value is the last
	// one's: ($x := 1; $x + 1). It limits the scope of variables.
	Block struct {
		span
		Exprs []Node
	}

	// Condition is if ? then : otherwise.
	Condition struct {
		span
		If, Then Node
		Else     Node // nil if there is none
	}

	// Assignment is $name := value.
	Assignment struct {
		span
		Variable *Variable
		Value    Node
	}

	// Call invokes a function: $f(a, b). It is a partial application if an
	// argument is a [Placeholder].
	Call struct {
		span
		Func Node
		Args []Node
	}

	// Lambda defines a function: function($a, $b)<nn:n>{ $a + $b }.
	Lambda struct {
		span
		Params    []*Variable
		Signature string // with its angle brackets, empty if there is none
		Body      Node

		signature *signature
	}

	// Transform is a function that changes a copy: |pattern|update, delete|.
	Transform struct {
		span
		Pattern, Update Node
		Delete          Node // nil if there is none
	}

	// missing stands where the text ended before an operand. No tree that Compile
	// returns has one.
	missing struct{ span }
)

// Pair is a key and its value in an [Object] or [Group].
type Pair struct{ Key, Value Node }

// SortTerm is one key of a [Sort].
type SortTerm struct {
	Expr       Node
	Descending bool
}

// Partial reports whether the call leaves arguments open with [Placeholder]s, so
// that it makes a function instead of invoking one.
func (c *Call) Partial() bool {
	for _, a := range c.Args {
		if _, ok := a.(*Placeholder); ok {
			return true
		}
	}
	return false
}

// Walk calls visit for the node and, where visit returns true, for every node
// within it, in the order of the text.
func Walk(n Node, visit func(Node) bool) {
	if visit(n) {
		eachChild(n, func(child Node) { Walk(child, visit) })
	}
}

// eachChild calls do for the nodes directly within a node, in the order of the text.
func eachChild(n Node, do func(Node)) {
	each := func(nodes ...Node) {
		for _, n := range nodes {
			if n != nil {
				do(n)
			}
		}
	}
	eachPair := func(pairs []Pair) {
		for _, p := range pairs {
			do(p.Key)
			do(p.Value)
		}
	}
	switch n := n.(type) {
	case *Path:
		each(n.Steps...)
	case *Filter:
		each(n.Base, n.Predicate)
	case *KeepArray:
		do(n.Base)
	case *Sort:
		do(n.Base)
		for _, t := range n.Terms {
			do(t.Expr)
		}
	case *Group:
		do(n.Base)
		eachPair(n.Pairs)
	case *Focus:
		each(n.Base, n.Variable)
	case *Index:
		each(n.Base, n.Variable)
	case *Binary:
		each(n.Left, n.Right)
	case *Negation:
		do(n.Operand)
	case *Array:
		each(n.Items...)
	case *Object:
		eachPair(n.Pairs)
	case *Block:
		each(n.Exprs...)
	case *Condition:
		each(n.If, n.Then, n.Else)
	case *Assignment:
		each(n.Variable, n.Value)
	case *Call:
		do(n.Func)
		each(n.Args...)
	case *Lambda:
		for _, p := range n.Params {
			do(p)
		}
		do(n.Body)
	case *Transform:
		each(n.Pattern, n.Update, n.Delete)
	}
}
