package flow

import (
	"strings"
	"sync"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

var builtins = sync.OnceValue(func() map[string]jsonata.Builtin { return jsonata.Builtins(jsonata.StepFunctions()) })

// gives are the results of functions that give a value of one kind: undefined only if their
// first argument is, or for an empty one.
var gives = map[string]*shape.Shape{}

func init() {
	for s, names := range map[*shape.Shape]string{
		shape.AnyString: "string substring substringBefore substringAfter uppercase lowercase trim pad replace join formatNumber " +
			"formatBase formatInteger base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl " +
			"fromMillis now type hash uuid",
		shape.AnyNumber:  "number abs floor ceil round power sqrt random sum max min average length toMillis millis parseInteger",
		shape.AnyBoolean: "boolean not contains",
	} {
		for name := range strings.FieldsSeq(names) {
			gives[name] = s
		}
	}
}

// pipe evaluates left ~> right.
func (q *query) pipe(n *jsonata.Binary, v *env) result {
	left := q.eval1(n.Left, v)
	if call, ok := n.Right.(*jsonata.Call); ok && !call.Partial() {
		return q.call(call, &left, v)
	}
	return anything
}

// call evaluates the call of a function; first is what is piped into it.
func (q *query) call(n *jsonata.Call, first *result, v *env) result {
	f, _ := n.Func.(*jsonata.Variable)
	if f == nil || n.Partial() {
		return anything
	}
	if _, local := v.lookup(f.Name); local {
		return anything
	}
	b, ok := builtins()[f.Name]
	if !ok {
		return anything
	}
	args := make([]result, 0, len(n.Args)+1)
	if first != nil {
		args = append(args, *first)
	}
	if list, ok := firstList(n); ok && f.Name == "merge" && first == nil {
		return q.merge(list, v)
	}
	nodes := n.Args
	lenient := f.Name == "exists" || f.Name == "boolean" || f.Name == "not"
	if lenient {
		q.quiet++
	}
	for _, a := range nodes {
		if isLambda(a) {
			args = append(args, anything)
			continue
		}
		args = append(args, q.eval1(a, v))
	}
	if lenient {
		q.quiet--
	}
	if r, wrong := q.wrongArgument(n, b, args, first != nil); wrong {
		return r
	}
	return q.builtin(n, f.Name, args, first != nil, v)
}

func isLambda(n jsonata.Node) bool {
	_, ok := n.(*jsonata.Lambda)
	return ok
}

// signatureKinds are the kinds of the simple parameters of a signature.
var signatureKinds = map[byte]shape.Kinds{'s': shape.String, 'n': shape.Number, 'b': shape.Boolean, 'o': shape.Object}

// wrongArgument reports an argument of a type that a function does not take.
func (q *query) wrongArgument(n *jsonata.Call, b jsonata.Builtin, args []result, piped bool) (result, bool) {
	signature, at := strings.TrimPrefix(b.Signature, "<"), 0
	for i, a := range args {
		if at >= len(signature) {
			break
		}
		takes, simple := signatureKinds[signature[at]]
		if !simple {
			break
		}
		at++
		for at < len(signature) && strings.IndexByte("-?", signature[at]) >= 0 {
			at++
		}
		if a.s != nil && !a.absent && !a.s.May(takes) {
			node := jsonata.Node(n)
			if j := i - len(args) + len(n.Args); j >= 0 {
				node = n.Args[j]
			}
			return q.fails(WrongType, node, "$%s is given %s as argument %d", b.Name, a.s, i+1), true
		}
	}
	return result{}, false
}

// builtin returns the result of a function.
func (q *query) builtin(n *jsonata.Call, name string, args []result, piped bool, v *env) result {
	if len(args) == 0 {
		if s := gives[name]; s != nil {
			return result{s, v.context != nil}
		}
		return anything
	}
	a := args[0]
	if s := gives[name]; s != nil {
		if a.s == nil {
			return result{absent: true}
		}
		return result{s, a.absent || name == "max" || name == "min" || name == "average" || name == "parseInteger" || name == "number"}
	}
	switch name {
	case "exists":
		if a.s == nil {
			return result{s: shape.Of(false)}
		}
		return result{s: shape.AnyBoolean}
	case "count":
		return result{s: shape.AnyNumber}
	case "keys", "split":
		if a.s == nil {
			return result{absent: true}
		}
		return result{sequence(shape.AnyString), true}
	case "merge":
		return result{shape.AnyObject, true}
	case "lookup":
		if len(n.Args) == 2 {
			if l, ok := n.Args[1].(*jsonata.Literal); ok && a.s != nil && a.s.Is(shape.Object) {
				key, _ := l.Value.(string)
				m, sure := a.s.Member(key)
				return result{m, a.absent || !sure}
			}
		}
	case "map", "filter":
		return q.each(n, name, a, piped, v)
	case "append":
		if len(args) == 2 {
			return result{shape.Join(shape.Join(args[0].s, args[1].s), listOf(shape.Join(args[0].s, args[1].s))), args[0].absent && args[1].absent}
		}
	case "distinct", "sort", "reverse", "shuffle":
		if a.s == nil {
			return a
		}
		return result{shape.Join(a.s, listOf(a.s)), a.absent}
	case "range":
		return result{sequence(shape.AnyNumber), true}
	}
	return anything
}

// firstList returns the only argument of a call, if it is an array that stands there.
func firstList(n *jsonata.Call) (*jsonata.Array, bool) {
	if len(n.Args) != 1 {
		return nil, false
	}
	list, ok := n.Args[0].(*jsonata.Array)
	return list, ok
}

// merge returns one object of those in a list.
func (q *query) merge(list *jsonata.Array, v *env) result {
	s := shape.Record()
	for _, item := range list.Items {
		r := q.eval1(item, v)
		switch {
		case r.s == nil:
		case r.s == shape.Any || r.s.May(shape.Array):
			s = shape.AnyObject
		case r.s.Only(shape.Object) == nil:
		case r.absent:
			s = shape.Join(s, shape.Merge(s, r.s))
		default:
			s = shape.Merge(s, r.s)
		}
	}
	return result{s, false}
}

// each returns what a function makes of the items of an array, or which it keeps.
func (q *query) each(n *jsonata.Call, name string, a result, piped bool, v *env) result {
	if a.s == nil {
		return result{absent: true}
	}
	items := flat(a.s)
	last := len(n.Args) - 1
	f, ok := n.Args[last].(*jsonata.Lambda)
	if !ok || f.Signature != "" {
		if name == "filter" {
			return result{sequence(items), true}
		}
		return anything
	}
	inner := v
	for i, p := range f.Params {
		r := anything
		switch i {
		case 0:
			r = result{s: orAny(items)}
		case 1:
			r = result{s: shape.AnyNumber}
		}
		inner = inner.bind(p.Name, r)
	}
	made := q.perhaps(f.Body, inner)
	if name == "filter" {
		return result{sequence(items), true}
	}
	if made.s == nil {
		return result{absent: true}
	}
	return result{sequence(made.s), true}
}
