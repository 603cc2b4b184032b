package jsonpath

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/jsonpath/internal/regex"
	"github.com/stepwise-go/stepwise/asl/value"
)

// operator compares two operands that have been resolved.
type operator func(r *run, left, right node) (bool, error)

// operatorNamed returns the engine's operator of that name, in capitals, nil if
// there is none. The engine knows TYPE, MATCHES and ALL too, but no path can write
// an operand for them, so that they never hold.
func operatorNamed(name string) operator {
	switch name {
	case "==":
		return equal
	case "!=":
		return unless(equal)
	case "===":
		return identicalKind
	case "!==":
		return unless(identicalKind)
	case "<":
		return ordered(func(c int) bool { return c < 0 })
	case "<=":
		return ordered(func(c int) bool { return c <= 0 })
	case ">":
		return ordered(func(c int) bool { return c > 0 })
	case ">=":
		return ordered(func(c int) bool { return c >= 0 })
	case "=~":
		return matches
	case "IN":
		return in
	case "NIN":
		return unless(in)
	case "CONTAINS":
		return contains
	case "SUBSETOF":
		return lists(subset)
	case "ANYOF":
		return lists(overlap)
	case "NONEOF":
		return lists(func(l, r []node) bool { return !overlap(l, r) })
	case "SIZE":
		return size
	case "EMPTY":
		return empty
	case "EXISTS":
		return existence
	case "ALL", "TYPE", "MATCHES":
		return never
	}
	return nil
}

// What an operator may say of its operands. Only errInapplicable makes the whole
// filter false; the others end the evaluation.
var (
	errInapplicable = &EvalError{Message: "the operator cannot compare these", failure: inapplicable}
	errNested       = &EvalError{Message: "a list in a filter may not hold arrays or objects"}
	errLiteral      = &EvalError{Message: "a JSON literal in a filter cannot be read"}
	errEmpty        = &EvalError{Message: "the operator empty cannot take an object"}
	errExists       = &EvalError{Message: "the operator exists needs true or false"}
)

func unless(op operator) operator {
	return func(r *run, left, right node) (bool, error) {
		ok, err := op(r, left, right)
		return !ok && err == nil, err
	}
}

func never(*run, node, node) (bool, error) { return false, errInapplicable }

func equal(r *run, left, right node) (bool, error) {
	switch {
	case left.kind != container || right.kind != container:
		return left.equals(right), nil
	case right.err != nil:
		return false, errLiteral
	case left.literal != "":
		return false, nil // a literal on the left equals no container
	}
	visits := 0
	same := identical(left.v, right.v, &visits)
	return same, r.spendMuch(visits)
}

func identicalKind(r *run, left, right node) (bool, error) {
	if left.kind != right.kind {
		return false, nil
	}
	return equal(r, left, right)
}

func ordered(want func(int) bool) operator {
	return func(_ *run, left, right node) (bool, error) {
		switch {
		case left.kind == numeric && right.kind == numeric:
			return want(left.number.compare(right.number)), nil
		case left.kind == text && right.kind == text:
			return want(compareUnits(left.v.(string), right.v.(string))), nil
		}
		return false, nil
	}
}

// in needs a list on the right. So does its opposite, which holds of an object
// there, but not of anything else.
func in(r *run, left, right node) (bool, error) {
	elements, err := r.elements(right)
	return anyEqual(left, elements), err
}

func contains(r *run, left, right node) (bool, error) {
	if left.kind == text && right.kind == text {
		s := left.v.(string)
		return strings.Contains(s, right.v.(string)), r.spendMuch(len(s) / bytesPerVisit)
	}
	if left.kind != container {
		return false, nil
	}
	elements, err := r.elements(left)
	return anyEqual(right, elements), err
}

func anyEqual(n node, elements []any) bool {
	return slices.ContainsFunc(elements, func(e any) bool { return n.equals(elementOf(e)) })
}

func nodes(elements []any) []node {
	all := make([]node, len(elements))
	for i, e := range elements {
		all[i] = elementOf(e)
	}
	return all
}

// lists makes an operator of one that takes two lists.
func lists(holds func(left, right []node) bool) operator {
	return func(r *run, left, right node) (bool, error) {
		theirs, err := r.elements(right)
		if err != nil || theirs == nil {
			return false, err
		}
		ours, err := r.elements(left)
		if err != nil || ours == nil {
			return false, err
		}
		if err := r.spendMuch(len(ours) * len(theirs)); err != nil {
			return false, err
		}
		return holds(nodes(ours), nodes(theirs)), nil
	}
}

func subset(left, right []node) bool {
	return !slices.ContainsFunc(left, func(n node) bool { return !slices.ContainsFunc(right, n.equals) })
}

func overlap(left, right []node) bool {
	return slices.ContainsFunc(left, func(n node) bool { return slices.ContainsFunc(right, n.equals) })
}

// elements returns those of an array, nil of an object. It is an error if an
// element is a container itself.
func (r *run) elements(n node) ([]any, error) {
	switch {
	case n.kind != container:
		return nil, errInapplicable
	case n.err != nil:
		return nil, errLiteral
	}
	values, _ := n.v.([]any)
	work := len(values)
	for _, v := range values {
		switch v := v.(type) {
		case []any, *value.Object:
			return nil, errNested
		case string:
			work += len(v) / bytesPerVisit
		}
	}
	return values, r.spendMuch(work)
}

func size(_ *run, left, right node) (bool, error) {
	if right.kind != numeric {
		return false, nil
	}
	want := right.number.int32()
	switch left.kind {
	case text:
		return units(left.v.(string)) == want, nil
	case container:
		if left.err != nil {
			return false, errLiteral
		}
		elements, ok := left.v.([]any)
		return ok && len(elements) == want || !ok && want == -1, nil
	}
	return false, nil
}

func empty(_ *run, left, right node) (bool, error) {
	isEmpty := false
	switch left.kind {
	case text:
		isEmpty = left.v == ""
	case container:
		if left.err != nil {
			return false, errLiteral
		}
		elements, ok := left.v.([]any)
		if !ok {
			return false, errEmpty
		}
		isEmpty = len(elements) == 0
	default:
		return false, nil
	}
	if right.kind != boolean {
		return false, errInapplicable
	}
	return isEmpty == right.v, nil
}

func existence(_ *run, left, right node) (bool, error) {
	switch {
	case left.kind == boolean && right.kind == boolean:
		return left.v == right.v, nil
	case left.kind == boolean || right.kind == boolean:
		return false, errInapplicable
	}
	return false, errExists
}

// matches holds if the pattern on one side matches the whole of the other, or of
// any element of a list there.
func matches(r *run, left, right node) (bool, error) {
	if (left.kind == pattern) == (right.kind == pattern) {
		return false, nil
	}
	if left.kind == pattern {
		left, right = right, left
	}
	if left.kind != container || isObject(left) {
		return r.matchesOne(right.pattern, left)
	}
	elements, err := r.elements(left)
	if err != nil {
		return false, err
	}
	for _, e := range elements {
		if ok, err := r.matchesOne(right.pattern, elementOf(e)); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func isObject(n node) bool {
	_, ok := n.v.(*value.Object)
	return ok
}

// matchesOne matches a string, or a number's or boolean's text. Everything else,
// also what is not there, counts as the empty string.
func (r *run) matchesOne(p *regex.Pattern, n node) (bool, error) {
	input := ""
	switch n.kind {
	case text:
		input = n.v.(string)
	case numeric:
		input = n.number.String()
	case boolean:
		input = "false"
		if n.v == true {
			input = "true"
		}
	}
	ok, steps := p.MatchWhole(input, min(r.work, maxRegexSteps))
	if steps > maxRegexSteps {
		return false, r.exceeds(maxRegexSteps, "steps of a regular expression")
	}
	return ok, r.spendMuch(steps)
}
