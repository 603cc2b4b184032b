package jsonata

import (
	"math"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// operands are what an operator stands between.
type operands struct {
	notes
	op          string
	left, right expr
}

func (x *operands) both(ev *evaluation, in any, env *frame) (left, right any, err *Error) {
	if left, err = ev.eval(x.left, in, env); err != nil {
		return nil, nil, err
	}
	right, err = ev.eval(x.right, in, env)
	return left, right, err
}

// locate says of an error that it is about the operator.
func (x *operands) locate(err *Error) *Error {
	if err != nil {
		err.about(x.op).at(x.mark)
	}
	return err
}

type arithmeticExpr struct{ operands }

func (x *arithmeticExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, right, err := x.both(ev, in, env)
	if err != nil {
		return nil, err
	}
	a, err := operand(left, "T2001")
	if err != nil {
		return nil, x.locate(err)
	}
	b, err := operand(right, "T2002")
	if err != nil {
		return nil, x.locate(err)
	}
	if isUndefined(left) || isUndefined(right) {
		return undefined{}, nil
	}
	switch x.op {
	case "+":
		a += b
	case "-":
		a -= b
	case "*":
		a *= b
	case "/":
		a /= b
	default:
		a = remainder(a, b)
	}
	return ev.number(a), nil
}

// remainder is math.Mod, several times as fast for integers.
func remainder(a, b float64) float64 {
	const exact = 1 << 53
	if i, j := int64(a), int64(b); float64(i) == a && float64(j) == b && j != 0 && -exact < i && i < exact {
		return float64(i % j)
	}
	return math.Mod(a, b)
}

// operand returns an operand as a number. If it is undefined, so is the operation.
func operand(v any, code string) (float64, *Error) {
	f, ok, err := numeric(v)
	if err == nil && !ok && !isUndefined(v) {
		err = errorOf(code, v)
	}
	return f, err
}

type negationExpr struct {
	notes
	operand expr
}

func (x *negationExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	v, err := ev.eval(x.operand, in, env)
	if err != nil || isUndefined(v) {
		return v, err
	}
	f, ok, err := numeric(v)
	if err != nil {
		return nil, err.at(x.mark)
	}
	if !ok {
		return nil, errorOf("D1002", v).at(x.mark).about("-")
	}
	return ev.number(-f), nil
}

type equalityExpr struct{ operands }

func (x *equalityExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, right, err := x.both(ev, in, env)
	if err != nil {
		return nil, err
	}
	if isUndefined(left) || isUndefined(right) {
		return false, nil
	}
	same, err := ev.equal(left, right)
	return same == (x.op == "="), x.locate(err)
}

type comparisonExpr struct{ operands }

func (x *comparisonExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, right, err := x.both(ev, in, env)
	if err != nil {
		return nil, err
	}
	if !comparableOrUndefined(left) || !comparableOrUndefined(right) {
		culprit := right
		if !isComparable(left) {
			culprit = left
		}
		return nil, x.locate(errorOf("T2010", culprit))
	}
	if isUndefined(left) || isUndefined(right) {
		return undefined{}, nil
	}
	if s, ok := left.(string); ok {
		ev.scan(len(s))
	}
	order, ok := compare(left, right)
	if !ok {
		err := errorOf("T2009", left)
		err.inserts.value2 = right
		return nil, x.locate(err)
	}
	if order == unordered {
		return false, nil
	}
	switch x.op {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

// isComparable tells the values that have an order: strings and numbers.
func isComparable(v any) bool {
	_, ok := v.(string)
	return ok || isNumber(v)
}

func comparableOrUndefined(v any) bool { return isUndefined(v) || isComparable(v) }

// unordered is the order of two numbers of which one is none.
const unordered = 2

// compare orders two strings or two numbers; ok is false of one of each.
func compare(a, b any) (order int, ok bool) {
	if s, isString := a.(string); isString {
		t, isString := b.(string)
		return compareStrings(s, t), isString
	}
	x, okX := float(a)
	y, okY := float(b)
	switch {
	case !okX || !okY:
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	case x == y:
		return 0, true
	}
	return unordered, true
}

// compareStrings orders strings by their UTF-16 code units, as JavaScript does:
// bytewise, but for characters beyond the basic plane, which come before those of
// U+E000 and above in it.
func compareStrings(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		const fourBytes, privateUse = 0xF0, 0xEE
		if (x >= fourBytes) != (y >= fourBytes) && x >= privateUse && y >= privateUse {
			x, y = y, x
		}
		if x < y {
			return -1
		}
		return 1
	}
	return len(a) - len(b)
}

type concatExpr struct {
	operands
	inner *concatExpr // the left operand, if it is one: a & b & c is made in one go
}

// chained returns a left operand that is a concatenation and nothing else.
func chained(left expr) *concatExpr {
	if x, ok := left.(*concatExpr); ok {
		return x
	}
	return nil
}

func (x *concatExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	var room [4]string
	parts, err := x.appendParts(room[:0], ev, in, env)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if size > ev.memory {
		return nil, limitError(noMemory) // before it is taken
	}
	return ev.text(strings.Join(parts, ""))
}

// appendParts appends the texts of the operands.
func (x *concatExpr) appendParts(parts []string, ev *evaluation, in any, env *frame) ([]string, *Error) {
	var left any
	var err *Error
	if x.inner != nil {
		if ev.depth++; ev.depth > ev.maxDepth {
			return nil, tooDeep()
		}
		parts, err = x.inner.appendParts(parts, ev, in, env)
		ev.depth--
	} else {
		left, err = ev.eval(x.left, in, env)
	}
	if err != nil {
		return nil, err
	}
	right, err := ev.eval(x.right, in, env)
	if err != nil {
		return nil, err
	}
	if x.inner == nil {
		if parts, err = ev.appendPart(parts, left); err != nil {
			return nil, x.locate(err)
		}
	}
	parts, err = ev.appendPart(parts, right)
	return parts, x.locate(err)
}

func (ev *evaluation) appendPart(parts []string, v any) ([]string, *Error) {
	s, err := ev.concatenable(v)
	return append(parts, s), err
}

// concatenable returns the text of an operand of &; that of undefined is empty.
func (ev *evaluation) concatenable(v any) (string, *Error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case undefined:
		return "", nil
	}
	return ev.string(v, false)
}

type logicExpr struct{ operands }

func (x *logicExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, err := ev.eval(x.left, in, env)
	if err != nil {
		return nil, err
	}
	b, err := ev.boolean(left)
	if err != nil {
		return nil, x.locate(err)
	}
	if b == (x.op == "or") {
		return b, nil
	}
	right, err := ev.eval(x.right, in, env)
	if err != nil {
		err.inserts.token = x.op // as the reference has it
		return nil, err
	}
	b, err = ev.boolean(right)
	return b, x.locate(err)
}

type membershipExpr struct{ operands }

func (x *membershipExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, right, err := x.both(ev, in, env)
	if err != nil {
		return nil, err
	}
	if isUndefined(left) || isUndefined(right) {
		return false, nil
	}
	items := itemsOf(right)
	if err := ev.spend(len(items)); err != nil {
		return nil, err
	}
	for _, item := range items {
		if identical(left, item) {
			return true, nil
		}
	}
	return false, nil
}

// identical is JavaScript's ===: arrays and objects are equal to themselves only.
func identical(a, b any) bool {
	switch a := a.(type) {
	case nil, bool, string:
		return a == b
	case *value.Object:
		o, ok := b.(*value.Object)
		return ok && o == a
	case []any:
		o, ok := b.([]any)
		return ok && len(o) == len(a) && (len(a) == 0 || &o[0] == &a[0])
	}
	if x, ok := float(a); ok {
		y, ok := float(b)
		return ok && x == y
	}
	if isArray(b) {
		return a == b && !isUndefined(a)
	}
	return isCallable(a) && a == b
}

type rangeExpr struct{ operands }

// longestRange is the most items that a range may have.
const longestRange = 1e7

func (x *rangeExpr) eval(ev *evaluation, in any, env *frame) (any, *Error) {
	left, right, err := x.both(ev, in, env)
	if err != nil {
		return nil, err
	}
	first, err := limit(left, "T2003")
	if err != nil {
		return nil, x.locate(err)
	}
	last, err := limit(right, "T2004")
	if err != nil {
		return nil, x.locate(err)
	}
	if isUndefined(left) || isUndefined(right) || first > last {
		return undefined{}, nil
	}
	size := last - first + 1
	if size > longestRange {
		return nil, x.locate(errorOf("D2014", canonical(size)))
	}
	if err := ev.spend(int(size)); err != nil {
		return nil, err
	}
	if err := ev.built(int(size)); err != nil {
		return nil, err
	}
	items := make([]any, int(size))
	for i := range items {
		items[i] = canonical(first + float64(i))
	}
	return &sequence{items: items, result: true}, nil
}

// limit returns an end of a range. If it is undefined, so is the range.
func limit(v any, code string) (float64, *Error) {
	f, ok := float(v)
	if !ok && isUndefined(v) {
		return 0, nil
	}
	if !ok || f != math.Trunc(f) || math.IsInf(f, 0) {
		return 0, errorOf(code, v)
	}
	return f, nil
}

// canonical returns a finite number in its one representation.
func canonical(f float64) any { return value.FromFloat(f) }

// floorInt rounds down to an int, within its limits.
func floorInt(f float64) int { return toInt(math.Floor(f)) }

// toInt cuts off the fraction. NaN is 0, and what is too large for an int is as
// large as can be calculated with.
func toInt(f float64) int {
	const most = math.MaxInt / 4
	switch {
	case f != f:
		return 0
	case f >= most:
		return most
	case f <= -most:
		return -most
	}
	return int(f)
}
