package interp

import (
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// integer is a compiled field for a whole number; nil is an absent field.
type integer struct {
	literal int64
	eval    func(t *thread) (int64, *fault) // nil is a literal
}

// value returns the field's number, 0 if it is absent.
func (i *integer) value(t *thread) (int64, *fault) {
	switch {
	case i == nil:
		return 0, nil
	case i.eval == nil:
		return i.literal, nil
	}
	return i.eval(t)
}

// fraction is a compiled field for a number; nil is an absent field.
type fraction struct {
	literal float64
	eval    func(t *thread) (float64, *fault) // nil is a literal
}

func (f *fraction) value(t *thread) (float64, *fault) {
	switch {
	case f == nil:
		return 0, nil
	case f.eval == nil:
		return f.literal, nil
	}
	return f.eval(t)
}

// numberField describes a field for a number.
type numberField struct {
	name string
	in   string  // pointer of the object that has it, from the state on
	most float64 // the greatest value, if the field has one and none is negative
}

func (n numberField) pointer() string { return n.in + "/" + n.name }

// atMost cuts a number off at the field's greatest value.
func (n numberField) atMost(v int64) int64 {
	if n.most > 0 && float64(v) > n.most {
		return int64(n.most)
	}
	return v
}

// mostSeconds is the greatest number of seconds that a field may hold.
const mostSeconds = 99_999_999

// The fields below take a number or, as the service does, a text that spells one.

func (pathLanguage) integer(c *fields, field numberField, v *asl.Int, path asl.Path) *integer {
	switch {
	case v != nil:
		return &integer{literal: field.atMost(v.Value)}
	case !path.IsSet():
		return nil
	}
	p := c.newPath(path.Text, field.pointer()+"Path")
	return &integer{eval: func(t *thread) (int64, *fault) {
		v, f := p.field(t, t.in.v)
		if f != nil {
			return 0, f
		}
		n, err := strconv.ParseInt(bare(v), 10, 64)
		if err != nil {
			return 0, p.notA("valid integer", field.name, v)
		}
		if n < 0 && field.most > 0 {
			return 0, runtimeFault("%s cannot be negative.", field.name)
		}
		return field.atMost(n), nil
	}}
}

func (pathLanguage) fraction(c *fields, field numberField, v *asl.Num, path asl.Path) *fraction {
	switch {
	case v != nil:
		return &fraction{literal: v.Value}
	case !path.IsSet():
		return nil
	}
	p := c.newPath(path.Text, field.pointer()+"Path")
	return &fraction{eval: func(t *thread) (float64, *fault) {
		v, f := p.field(t, t.in.v)
		if f != nil {
			return 0, f
		}
		n, err := strconv.ParseFloat(bare(v), 64)
		if err != nil {
			return 0, p.notA("valid float", field.name, v)
		}
		if n < 0 || n > field.most {
			return 0, runtimeFault("%s must be between 0 and %v.", field.name, field.most)
		}
		return n, nil
	}}
}

// notA is the error of a field that refers to a value of the wrong kind.
func (p *path) notA(kind, name string, v any) *fault {
	return runtimeFault("The %sPath field refers to value \"%s\" which is not a %s: %s", name, bare(v), kind, p.text)
}

// shown returns the path as the service quotes it where it takes the context
// object for the input.
func (p *path) shown() string { return strings.Replace(p.text, "$$", "$", 1) }
