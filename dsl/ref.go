package dsl

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Ref is a value of type T that a state machine reads or computes while it runs,
// or a constant. A Ref says what the value is, not how either query language
// spells it: the state that uses it does that. Refs are immutable; make one with
// [Field], [Input], [Const] and the other functions that return one.
type Ref[T any] struct{ e *expr }

// Operand is a value whose type does not matter: a [Ref] or a [Variable] of any
// type. No other package can implement it.
type Operand interface{ operand() *expr }

// Value is a [Ref] or a [Variable] of type T. A nil Value is one that is not
// given. No other package can implement it.
type Value[T any] interface {
	Operand
	goType() T
}

// Object is free-form JSON. Its members may be any Go values that encoding/json
// can write, Operands, and Objects and slices of these. It prints with its keys
// sorted.
type Object = map[string]any

func (r Ref[T]) operand() *expr { return r.e }
func (r Ref[T]) goType() (t T)  { return t }

// MarshalJSON fails: a reference is no data. Where data may hold references, as
// an [Object] may, they are not marshalled; where this error shows up, one is
// inside a struct or a typed map, which [Build] can fill.
func (r Ref[T]) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a dsl.Ref inside plain data: use dsl.Object, or dsl.Build and Ref.To")
}

func typed[T any](e *expr) Ref[T] {
	e.typ = reflect.TypeFor[T]()
	return Ref[T]{e}
}

func rootRef[T any](r root, at stack) Ref[T] {
	return typed[T](&expr{kind: pathExpr, root: r, at: at})
}

// Input returns the input of the state that uses it.
func Input[T any]() Ref[T] { return rootRef[T](inputRoot, here()) }

// Result returns the result of the Task, Parallel or Map state that uses it in
// Output, Assign or [Pick]: what the work gave, before it is put anywhere.
func Result[T any]() Ref[T] { return rootRef[T](resultRoot, here()) }

// Branch returns the result of the i-th branch, counted from 0, of the Parallel
// state that uses it in Output or Assign.
func Branch[T any](i int) Ref[T] {
	r := rootRef[T](branchRoot, here())
	r.e.index = i
	return r
}

// Failure returns the error that a [Catcher] caught, for its Output and Assign.
func Failure() Ref[ErrorOutput] { return rootRef[ErrorOutput](failureRoot, here()) }

// Item returns the item that a Map works on, for its Select.
func Item[T any]() Ref[T] {
	return typed[T](contextExpr(here(), "Map", "Item", "Value"))
}

// Field returns a field of the input of the state that uses it. The accessor
// takes a pointer to the input and returns a pointer to the field:
//
//	status := dsl.Field(func(s *Snapshot) *string { return &s.DBSnapshot.Status })
//	coupon := dsl.Field(func(o *Order) *string { return o.Coupon }) // a *string
//
// It is called once, with a value whose pointers are filled eight levels deep;
// the field's JSON path follows from its address and the struct tags, as
// encoding/json reads them. For the elements of slices there is [Index], for
// those of maps [Key]. A pointer that is not that of a field of the JSON is
// reported when the workflow is built, with the accessor's line.
func Field[S, T any](f func(*S) *T) Ref[T] {
	at := here()
	return fieldOf(&expr{kind: pathExpr, root: inputRoot, at: at}, f, at)
}

// At returns a field of any value; see [Field].
func At[S, T any](v Value[S], f func(*S) *T) Ref[T] {
	at := here()
	return fieldOf(operandOf(v, at), f, at)
}

func fieldOf[S, T any](base *expr, f func(*S) *T, at stack) Ref[T] {
	found, err := access(f)
	if err != nil {
		p := problemf(codeReference, at, "", "%s", err)
		p.pos = lineOf(f)
		return typed[T](faulty(p))
	}
	steps, optional := found.steps()
	return Ref[T]{base.below(at, reflect.TypeFor[T](), steps, optional, found.quoted)}
}

// Key returns the element of a map under a key. It is taken to be absent at
// times.
func Key[M ~map[string]V, V any](v Value[M], key string) Ref[V] {
	at := here()
	return Ref[V]{operandOf(v, at).below(at, reflect.TypeFor[V](), []step{{name: key, isName: true}}, true, false)}
}

// Index returns the i-th element of a list, counted from 0; -1 is the last one.
// It is taken to be absent at times.
func Index[L ~[]V, V any](v Value[L], i int) Ref[V] {
	at := here()
	return Ref[V]{operandOf(v, at).below(at, reflect.TypeFor[V](), []step{{index: i}}, true, false)}
}

// As returns the same value under another type. Nothing makes sure that it is
// of that type: use it where the type cannot be known, as for the elements of
// [Context].
func As[T any](v Operand) Ref[T] {
	at := here()
	same := *operandOf(v, at)
	same.quoted = false
	return typed[T](&same)
}

// Const returns a constant. An [Object] or a slice may hold Operands.
func Const[T any](v T) Ref[T] {
	return typed[T](&expr{kind: constExpr, at: here(), value: v})
}

// Seconds returns a duration as the constant number of seconds that it is; it has
// to be a whole number.
func Seconds(d time.Duration) Ref[int] {
	at := here()
	n, fault := wholeSeconds(d, 0)
	if fault != "" {
		return typed[int](faulty(problemf(codeValue, at, durationHint, "the duration %s %s", d, fault)))
	}
	return typed[int](&expr{kind: constExpr, at: at, value: n})
}

const durationHint = "durations are written as 5*time.Second"

// wholeSeconds returns a duration in seconds, or what is wrong with it.
func wholeSeconds(d time.Duration, least int64) (n int64, fault string) {
	n = int64(d / time.Second)
	switch {
	case d < 0:
		return least, "is negative"
	case d%time.Second != 0:
		return max(n, least), "is not a whole number of seconds"
	case n < least:
		return least, "is less than a second"
	}
	return n, ""
}

// Expr returns the value of an expression in the query language of the state
// that uses it: for JSONPath a path or an intrinsic function call, for JSONata
// what stands between {% and %}. In the text {0}, {1} and so on stand for the
// arguments, and {{0}} for {0} itself.
//
//	dsl.Expr[float64]("$round({0} * 0.19, 2)", total)
func Expr[T any](text string, args ...Operand) Ref[T] {
	at := here()
	e := &expr{kind: textExpr, at: at, name: text}
	used := make([]bool, len(args))
	for _, part := range splitText(text, len(args)) {
		if part.arg >= 0 {
			used[part.arg] = true
		}
	}
	for i, a := range args {
		e.args = append(e.args, operandOf(a, at))
		if !used[i] {
			return typed[T](faulty(problemf(codeReference, at, "", "the expression %q does not use its argument {%d}", text, i)))
		}
	}
	return typed[T](e)
}

// Call returns the value of a function: an intrinsic function by its full name,
// such as States.Format, which a JSONata state computes with the functions of
// its own language, or a JSONata function such as $round, for JSONata states
// only. Arguments are Operands or constants. Package fn has a typed function for
// each intrinsic.
func Call[T any](name string, args ...any) Ref[T] {
	return typed[T](&expr{kind: callExpr, at: here(), name: name, args: args})
}

// Build returns a T. The function gets an empty one, sets in plain Go what is
// constant and returns the links that put references into fields:
//
//	dsl.Build(func(r *ChargeRequest) []dsl.Assignment {
//		r.Currency = "EUR"
//		return []dsl.Assignment{id.To(&r.OrderID), total.To(&r.Amount)}
//	})
//
// What is neither set nor linked has its zero value in the JSON, or is absent if
// its tag says omitempty or omitzero.
func Build[T any](f func(*T) []Assignment) Ref[T] {
	at := here()
	if f == nil {
		return typed[T](faulty(problemf(codeReference, at, "", "the function is nil")))
	}
	v := new(T)
	links := f(v)
	json, err := value.From(*v)
	if err != nil {
		return typed[T](faulty(problemf(codeValue, at, "", "%s cannot be written as JSON: %v", reflect.TypeFor[T](), err)))
	}
	e := &expr{kind: builtExpr, at: at, value: json}
	if len(links) > 0 {
		if p := e.link(tableOfValue(v), links); p != nil {
			return typed[T](faulty(p))
		}
	}
	return typed[T](e)
}

func (e *expr) link(t *table, links []Assignment) *problem {
	for _, a := range links {
		if a.target == nil {
			return problemf(codeReference, e.at, "link fields with Ref.To", "a link has no field to go to")
		}
		found, err := t.find(a.target, a.typ)
		if err != nil {
			return problemf(codeReference, a.at, "", "%s", err)
		}
		steps, _ := found.steps()
		v, _ := a.value.(*expr)
		if v.kind == faultyExpr {
			return v.fault
		}
		if !isWritten(e.value, steps) {
			return problemf(codeReference, a.at, "link it as a whole", "the field is part of a list that is left out as long as it is empty")
		}
		for _, other := range e.links {
			if n := min(len(steps), len(other.steps)); slices.Equal(steps[:n], other.steps[:n]) {
				p := problemf(codeReference, a.at, "", "the field is linked twice, or as a whole and in part")
				p.related = []place{{other.at, "the other link is here"}}
				return p
			}
		}
		e.links = append(e.links, link{steps, v, a.at})
	}
	return nil
}

// isWritten reports whether all lists on the way through a JSON value are there.
func isWritten(json any, steps []step) bool {
	for _, s := range steps {
		if s.isName {
			o, _ := json.(*value.Object)
			json, _ = o.Get(s.name)
			continue
		}
		list, ok := json.([]any)
		if !ok || s.index >= len(list) {
			return false
		}
		json = list[s.index]
	}
	return true
}

// Assignment puts a value into a field of what [Build] makes, or into a
// variable. Make one with [Ref.To] or [Variable.Set].
type Assignment struct {
	target   unsafe.Pointer // a field, with its type
	typ      reflect.Type
	variable string // or a variable
	value    any
	at       stack
}

// To puts the value into a field of what [Build] makes.
func (r Ref[T]) To(field *T) Assignment {
	at := here()
	return Assignment{target: unsafe.Pointer(field), typ: reflect.TypeFor[T](), value: operandOf(r, at), at: at}
}

// Variable is a variable of the state machine and, as a [Ref], its value. It
// is visible in the scope of the states that assign it and in the scopes inside,
// from the next state on.
type Variable[T any] struct {
	Ref[T]
	name string
}

// Var returns the variable of that name: an identifier of at most 80 characters,
// except "states".
func Var[T any](name string) Variable[T] {
	at := here()
	e := &expr{kind: pathExpr, root: variableRoot, name: name, at: at}
	if !asl.IsVariableName(name) {
		e = faulty(problemf(codeReference, at, "use letters, digits and underscores, at most 80",
			"%s cannot be the name of a variable", strconv.Quote(name)))
	}
	return Variable[T]{typed[T](e), name}
}

// Set gives the variable a value, in the Assign of a state, of a condition or of
// a [Catcher].
func (v Variable[T]) Set(to Value[T]) Assignment {
	at := here()
	if e := v.e; e != nil && e.kind == faultyExpr {
		return Assignment{variable: v.name, value: e, at: at}
	}
	return Assignment{variable: v.name, value: operandOf(to, at), at: at}
}
