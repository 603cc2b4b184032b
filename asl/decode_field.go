package asl

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// emptyCodes are the codes for fields whose empty text has one of its own.
var emptyCodes = map[string]diag.Code{
	"Label":    CodeInvalidLabel,
	"Resource": CodeInvalidResource,
	"Next":     CodeMissingTarget,
	"Default":  CodeMissingTarget,
	"StartAt":  CodeMissingTarget,
}

func (d *decoder) string(n *value.Node, dst *string) {
	s, ok := n.Value.(string)
	if !ok {
		d.wrongType("a string", n.Value)
		return
	}
	// The model takes an empty text for an absent field.
	if name := d.path[len(d.path)-1]; s == "" && name != "Comment" {
		d.fault(cmp.Or(emptyCodes[name], CodeSchema), "must not be empty", "")
	}
	*dst = s
}

func (d *decoder) stringPointer(n *value.Node, dst **string) {
	if s, ok := n.Value.(string); ok {
		*dst = &s
		return
	}
	d.wrongType("a string", n.Value)
}

func (d *decoder) bool(n *value.Node, dst *bool) {
	switch v := n.Value.(type) {
	case bool:
		*dst = v
	case string:
		d.literalOnly("true or false", v)
	default:
		d.wrongType("true or false", v)
	}
}

func (d *decoder) strings(n *value.Node, dst *[]string) {
	const want = "an array of strings"
	a, ok := n.Value.([]any)
	if !ok {
		d.wrongType(want, n.Value)
		return
	}
	all := make([]string, 0, len(a))
	for i, e := range a {
		s, ok := e.(string)
		if !ok {
			d.push(strconv.Itoa(i))
			d.wrongType("a string", e)
			d.pop()
			continue
		}
		all = append(all, s)
	}
	*dst = all
}

func (d *decoder) pathField(n *value.Node, dst *Path) {
	switch v := n.Value.(type) {
	case nil:
		*dst = NullPath
	case string:
		if v == "" {
			d.fault(CodeSchema, "must not be empty", "")
			return
		}
		*dst = Path{Text: v}
	default:
		d.wrongType("a JSONPath in a string", v)
	}
}

func (d *decoder) int64(n *value.Node, dst **int64) {
	switch i, expr, ok := d.integer(n); {
	case !ok:
	case expr == "":
		*dst = &i
	default:
		d.literalOnly("an integer", expr)
	}
}

func (d *decoder) int(n *value.Node, dst **Int) {
	if i, expr, ok := d.integer(n); ok {
		*dst = &Int{Value: i, Expr: expr}
	}
}

// integer reads an integer, or a text that will be one: an expression or a
// placeholder.
func (d *decoder) integer(n *value.Node) (i int64, expr string, ok bool) {
	if s, ok := n.Value.(string); ok && computed(s) {
		return 0, s, true
	}
	i, ok = value.Int(n.Value)
	if !ok {
		d.wrongType("an integer", n.Value)
	}
	return i, "", ok
}

func (d *decoder) float64(n *value.Node, dst **float64) {
	switch f, expr, ok := d.number(n); {
	case !ok:
	case expr == "":
		*dst = &f
	default:
		d.literalOnly("a number", expr)
	}
}

func (d *decoder) num(n *value.Node, dst **Num) {
	if f, expr, ok := d.number(n); ok {
		*dst = &Num{Value: f, Expr: expr}
	}
}

func (d *decoder) number(n *value.Node) (f float64, expr string, ok bool) {
	if s, ok := n.Value.(string); ok && computed(s) {
		return 0, s, true
	}
	f, ok = value.Float(n.Value)
	if !ok {
		d.wrongType("a number", n.Value)
	}
	return f, "", ok
}

// literalOnly takes a text in the place of a number that cannot be computed: a
// placeholder may become one, an expression does not.
func (d *decoder) literalOnly(want, text string) {
	if HasPlaceholder(text) {
		d.refused.add(value.Pointer(d.path...))
		return
	}
	d.wrongType(want, text)
}

// computed reports whether a text in a number's place is a JSONata expression or
// holds a placeholder.
func computed(s string) bool {
	return strings.HasPrefix(s, "{%") || strings.HasSuffix(s, "%}") || HasPlaceholder(s)
}
