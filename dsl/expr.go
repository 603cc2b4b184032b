package dsl

import (
	"reflect"

	"github.com/stepwise-go/stepwise/asl"
)

// expr is what a [Ref] stands for, without its type. It is immutable.
type expr struct {
	kind exprKind
	at   stack
	typ  reflect.Type // of the value, nil if nobody knows

	root  root   // of a path
	name  string // of a variable that is a root, or of a called function; the text of an expression
	index int    // of a branch that is a root
	base  *expr  // a computed value that is the root
	steps []step

	optional bool // of a path: some part may be absent or null
	quoted   bool // of a path: a number or boolean that is written as a string

	value  any // of a constant: any Go value, with Operands in it; of a built value: its JSON
	links  []link
	args   []any // of a call or an expression
	holder asl.Placeholder
	fault  *problem
}

type exprKind int

const (
	constExpr  exprKind = iota
	pathExpr            // a root and steps below it
	textExpr            // written in the query language
	callExpr            // of a function by name
	builtExpr           // a Go value with links in it
	boundExpr           // an attribute of a resource
	faultyExpr          // could not be made
)

// root is what a path starts from.
type root int

const (
	noRoot root = iota // below base
	inputRoot
	resultRoot
	branchRoot
	failureRoot
	contextRoot
	variableRoot
)

// link puts a reference into a built value.
type link struct {
	steps []step
	value *expr
	at    stack
}

func faulty(p *problem) *expr { return &expr{kind: faultyExpr, at: p.at, fault: p} }

// below returns what is some steps below an expression.
func (e *expr) below(at stack, typ reflect.Type, steps []step, optional, quoted bool) *expr {
	switch e.kind {
	case faultyExpr:
		return e
	case pathExpr:
		if len(steps) == 0 {
			return e
		}
		under := *e
		under.at, under.typ = at, typ
		under.steps = append(e.steps[:len(e.steps):len(e.steps)], steps...)
		under.optional = e.optional || optional
		under.quoted = quoted
		return &under
	}
	if len(steps) == 0 {
		return e
	}
	return &expr{kind: pathExpr, at: at, typ: typ, base: e, steps: steps, optional: optional, quoted: quoted}
}

// operandOf returns what an operand stands for; a nil one and the zero Ref are
// faulty.
func operandOf(o Operand, at stack) *expr {
	if isNil(o) {
		return faulty(problemf(codeReference, at, "", "the reference is nil"))
	}
	if e := o.operand(); e != nil {
		return e
	}
	return faulty(problemf(codeReference, at, "make references with Field, Input, Const and the like", "the reference is the zero Ref"))
}

// isNil reports whether an interface holds nothing or a nil pointer.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}
