package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// template returns what a payload template makes of a document.
func (e *eval) template(v any, doc *shape.Shape, at *where) *shape.Shape {
	switch v := v.(type) {
	case []any:
		items := make([]*shape.Shape, len(v))
		for i, element := range v {
			items[i] = e.template(element, doc, at.in(strconv.Itoa(i)))
		}
		return shape.Tuple(items...)
	case *value.Object:
		fields := make([]shape.Field, 0, v.Len())
		for m := range v.Members() {
			inner := at.in(m.Name)
			f := shape.Field{Name: m.Name}
			if name, dynamic := strings.CutSuffix(m.Name, ".$"); dynamic {
				f.Name = name
				f.Shape = e.dynamic(m.Value, doc, inner)
			} else {
				f.Shape = e.template(m.Value, doc, inner)
			}
			fields = append(fields, f)
		}
		return shape.Record(fields...)
	}
	return shape.Of(v)
}

// dynamic returns the value of a member whose name ends in .$.
func (e *eval) dynamic(v any, doc *shape.Shape, at *where) *shape.Shape {
	s, ok := v.(string)
	switch {
	case !ok:
		return shape.Any
	case strings.HasPrefix(s, "$") && !asl.HasPlaceholder(s):
		return e.lookup(s, doc, at)
	case asl.HasPlaceholder(s):
		return shape.Any
	}
	if call := e.Call(s); call != nil {
		return e.call(call, doc, at)
	}
	return shape.Any
}

// call returns the result of an intrinsic function.
func (e *eval) call(c *intrinsic.Call, doc *shape.Shape, at *where) *shape.Shape {
	f := c.Function()
	args := make([]*shape.Shape, len(c.Args))
	for i := range c.Args {
		a := &c.Args[i]
		switch a.Kind {
		case intrinsic.PathArg:
			args[i] = e.lookup(a.Path, doc, at)
		case intrinsic.CallArg:
			args[i] = e.call(a.Call, doc, at)
		default:
			args[i] = shape.Of(a.Value)
		}
		if args[i] == nil {
			return nil
		}
		if len(f.Params) == 0 {
			continue
		}
		p := f.Params[min(i, len(f.Params)-1)]
		if a.Kind == intrinsic.PathArg && !args[i].May(kindsOf(p.Kinds)) {
			return e.always(Finding{Kind: WrongType, Certain: true, Pointer: at.pointer(),
				Message: fmt.Sprintf("%s is %s: the %s of %s must be of type %s", a.Path, args[i], p.Name, f.Name, p.Kinds)})
		}
	}
	if result := resultOf(c, args); result != nil {
		return result
	}
	_, most := args[0].Length()
	return e.always(Finding{Kind: Missing, Certain: true, Pointer: at.pointer(),
		Message: fmt.Sprintf("%s finds no such element: the array has %s", c.Name, elements(most))})
}

// kindsOf are the kinds of an intrinsic function's parameter.
func kindsOf(k intrinsic.Kinds) shape.Kinds { return shape.Kinds(k) }

// resultOf returns the result of an intrinsic function for arguments that it takes.
func resultOf(c *intrinsic.Call, args []*shape.Shape) *shape.Shape {
	if n := len(args); n < c.Function().Min {
		return shape.Any
	}
	switch c.Name {
	case "States.Array":
		return shape.Tuple(args...)
	case "States.ArrayPartition":
		return shape.List(shape.Filled(orAny(args[0].Element())))
	case "States.ArrayUnique":
		return shape.List(args[0].Element())
	case "States.ArrayGetItem":
		if n, known := args[1].Numbers(); known && len(n) == 1 {
			element, _ := args[0].At(int(n[0]))
			return element
		}
		return args[0].Element()
	case "States.ArrayRange":
		return shape.List(shape.AnyNumber)
	case "States.StringSplit":
		return shape.List(shape.AnyString)
	case "States.JsonMerge":
		return shape.Merge(args[0], args[1])
	}
	switch c.Function().Result {
	case intrinsic.String:
		return shape.AnyString
	case intrinsic.Number:
		return shape.AnyNumber
	case intrinsic.Boolean:
		return shape.AnyBoolean
	}
	return shape.Any
}

func orAny(s *shape.Shape) *shape.Shape {
	if s == nil {
		return shape.Any
	}
	return s
}
