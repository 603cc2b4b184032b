package jsonpath

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// invocation is a function call on the value that the steps before it select.
type invocation struct {
	run    *run
	path   *Path
	strict bool
	args   []argument
	self   any
}

// function is what a name stands for at the end of a path.
type function func(invocation) (any, error)

// functionNamed returns the engine's function of that name, nil if there is none.
func functionNamed(name string) function {
	switch name {
	case "length", "size":
		return length
	case "keys":
		return keys
	case "first":
		return func(c invocation) (any, error) { return c.at(0) }
	case "last":
		return func(c invocation) (any, error) { return c.at(-1) }
	case "index":
		return elementAt
	case "append":
		return appended
	case "concat":
		return concatenated
	case "sum":
		return aggregate(sum)
	case "avg":
		return aggregate(average)
	case "stddev":
		return aggregate(deviation)
	case "min":
		return aggregate(least)
	case "max":
		return aggregate(greatest)
	}
	return nil
}

// IsFunction reports whether there is a path function of that name, such as length.
func IsFunction(name string) bool { return functionNamed(name) != nil }

// keySet is what keys gives while it is the one value that a path selects: to the
// engine it is no array then.
type keySet []any

// plainValue returns an array in place of a key set.
func plainValue(v any) any {
	if names, ok := v.(keySet); ok {
		return []any(names)
	}
	return v
}

func (r *run) invoke(w *walk, s *step, self any) (any, error) {
	f := functionNamed(s.name)
	if f == nil {
		return nil, r.fail(w.path, inapplicable, fmt.Sprintf("there is no function %q", s.name))
	}
	for _, a := range s.args {
		if a.path == nil {
			continue
		}
		if _, err := r.once(a.path, w.strict); err != nil {
			return nil, err
		}
	}
	return f(invocation{r, w.path, w.strict, s.args, self})
}

func (c invocation) fail(f failure, message string) error { return c.run.fail(c.path, f, message) }

// values returns the arguments' values. Paths among them start at the root.
func (c invocation) values() ([]any, error) {
	values := make([]any, len(c.args))
	for i, a := range c.args {
		v, err := a.literal, a.err
		if a.path != nil {
			v, err = c.run.once(a.path, c.strict)
		}
		if err == errLoose {
			err = c.fail(fatal, err.Error())
		}
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

// flat returns the arguments' values, in place of an array its elements.
func (c invocation) flat() ([]any, error) {
	values, err := c.values()
	if err != nil {
		return nil, err
	}
	var all []any
	for _, v := range values {
		if elements, ok := v.([]any); ok {
			all = append(all, elements...)
		} else {
			all = append(all, v)
		}
	}
	return all, c.run.spendMuch(len(all))
}

// length counts elements or members; what has none gives null. With an argument it
// counts the children of what that selects, starting at the value at hand. If it
// selects one value, what counts are the elements of that value's last child, if
// that is an array: so it is in the engine.
func length(c invocation) (any, error) {
	if len(c.args) > 0 {
		if c.args[0].path == nil {
			return nil, c.fail(fatal, "the function counts what a path selects, not a literal")
		}
		inner := run{path: c.run.path, root: c.self, work: c.run.work}
		v, err := inner.find(c.args[0].members, c.self, c.strict)
		c.run.work = inner.work
		if err != nil {
			return nil, err
		}
		if elements, ok := v.([]any); ok {
			return int64(len(elements)), nil
		}
	}
	switch v := c.self.(type) {
	case []any:
		return int64(len(v)), nil
	case *value.Object:
		return int64(v.Len()), nil
	}
	return nil, nil
}

func keys(c invocation) (any, error) {
	o, ok := c.self.(*value.Object)
	if !ok {
		return nil, nil
	}
	names := make(keySet, o.Len())
	for i := range names {
		names[i] = o.At(i).Name
	}
	return names, c.run.spendMuch(len(names))
}

// elementAt gives the element at the place that is the first number among the
// arguments.
func elementAt(c invocation) (any, error) {
	if _, ok := c.self.([]any); !ok {
		return c.at(0)
	}
	all, err := c.flat()
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if n := numberOf(v); n.kind != notANumber {
			return c.at(n.int32())
		}
	}
	return nil, c.fail(outOfBounds, "the function index needs a number")
}

// at gives an element by its place, from the end if that is negative. The first
// element cannot be reached from the end, as in the engine.
func (c invocation) at(place int) (any, error) {
	elements, ok := c.self.([]any)
	switch {
	case !ok:
		return nil, c.fail(fatal, "the function needs an array")
	case place >= len(elements):
		return nil, c.fail(outOfBounds, fmt.Sprintf("an array of %d has no element %d", len(elements), place))
	case place >= 0:
		return elements[place], nil
	case len(elements)+place <= 0:
		return nil, c.fail(fatal, fmt.Sprintf("an array of %d has no element %d", len(elements), place))
	}
	return elements[len(elements)+place], nil
}

// appended gives the array with the arguments at its end. Anything else stays as
// it is.
func appended(c invocation) (any, error) {
	elements, ok := c.self.([]any)
	if !ok || len(c.args) == 0 {
		return c.self, nil
	}
	values, err := c.values()
	if err != nil {
		return nil, err
	}
	all := make([]any, 0, len(elements)+len(values))
	all = append(all, elements...)
	for _, v := range values {
		all = append(all, plainValue(v))
	}
	return all, c.run.spendMuch(len(all))
}

// concatenated joins the strings of the array, and the arguments of any type.
func concatenated(c invocation) (any, error) {
	var text strings.Builder
	elements, _ := c.self.([]any)
	for _, v := range elements {
		if s, ok := v.(string); ok {
			text.WriteString(s)
		}
	}
	all, err := c.flat()
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if v == nil {
			continue
		}
		text.WriteString(javaText(v))
		if err := c.run.spendMuch(text.Len() / bytesPerVisit); err != nil {
			return nil, err
		}
	}
	return text.String(), c.run.spendMuch(len(elements) + text.Len()/bytesPerVisit)
}

// aggregate makes a function of one of the numbers in the array and the arguments.
// Its result is a double.
func aggregate(of func([]float64) float64) function {
	return func(c invocation) (any, error) {
		elements, _ := c.self.([]any)
		args, err := c.flat()
		if err == nil {
			err = c.run.spendMuch(len(elements))
		}
		if err != nil {
			return nil, err
		}
		var all []float64
		for _, values := range [][]any{elements, args} {
			for _, v := range values {
				if f, ok := value.Float(v); ok {
					all = append(all, f)
				}
			}
		}
		if len(all) == 0 {
			return nil, c.fail(fatal, "the function needs a number")
		}
		return doubleValue(of(all)), nil
	}
}

func sum(all []float64) float64 {
	total := 0.0
	for _, f := range all {
		total += f
	}
	return total
}

func average(all []float64) float64 { return sum(all) / float64(len(all)) }

func deviation(all []float64) float64 {
	total, squares, n := 0.0, 0.0, float64(len(all))
	for _, f := range all {
		total += f
		squares += f * f
	}
	return math.Sqrt(squares/n - total*total/n/n)
}

func least(all []float64) float64 {
	min := math.MaxFloat64
	for _, f := range all {
		if f < min {
			min = f
		}
	}
	return min
}

// greatest starts from the least positive double, as the engine does, so that this
// is what negative numbers give.
func greatest(all []float64) float64 {
	max := math.SmallestNonzeroFloat64
	for _, f := range all {
		if f > max {
			max = f
		}
	}
	return max
}

// doubleValue returns a double that a function computed, spelt as in Java. What is
// no JSON number is null.
func doubleValue(f float64) any {
	n, _ := value.ParseNumber(doubleText(f))
	return n
}

// javaText returns a value as the engine makes it a string: objects as {a=1, b=2},
// arrays as JSON.
func javaText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return string(appendJava(nil, v))
	case keySet:
		names := make([]string, len(v))
		for i := range v {
			names[i] = v[i].(string)
		}
		return "[" + strings.Join(names, ", ") + "]"
	case *value.Object:
		members := make([]string, v.Len())
		for i := range members {
			members[i] = v.At(i).Name + "=" + javaText(v.At(i).Value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	}
	if n := numberOf(v); n.kind == double {
		return doubleText(n.f)
	}
	return numberOf(v).String()
}

// appendJava appends a value as the engine writes JSON: doubles as Java prints
// them, a backslash before each slash.
func appendJava(text []byte, v any) []byte {
	switch v := v.(type) {
	case []any:
		text = append(text, '[')
		for i, e := range v {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendJava(text, e)
		}
		return append(text, ']')
	case *value.Object:
		text = append(text, '{')
		for i := range v.Len() {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendJava(text, v.At(i).Name)
			text = append(text, ':')
			text = appendJava(text, v.At(i).Value)
		}
		return append(text, '}')
	case string:
		return append(text, strings.ReplaceAll(value.String(v), "/", `\/`)...)
	}
	return append(text, javaText(v)...)
}
