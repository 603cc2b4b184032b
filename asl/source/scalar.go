package source

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// oddity is what is strange about a value in YAML.
type oddity struct {
	message, hint string
	warning       bool
	plain         bool // it is strange in a definition, not in a template
}

// The plain scalars of the core schema of YAML 1.2 that are no text, and those that
// YAML 1.1 takes for none (YAML 1.2.2, "Core Schema"; YAML 1.1 types bool, int, float
// and timestamp).
var (
	yamlInteger  = regexp.MustCompile(`^[-+]?[0-9]+$`)
	yamlFloat    = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	yamlBased    = regexp.MustCompile(`^0o[0-7]+$|^0x[0-9a-fA-F]+$`)
	yamlNoNumber = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
	oldBoolean   = regexp.MustCompile(`^(yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$`)
	leadingZeros = regexp.MustCompile(`^[-+]?0[0-9_]+$`)
	oldTime      = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?$`)
	oldNumber    = regexp.MustCompile(`^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[0-9]+_[0-9_]*(\.[0-9_]*)?)$`)
)

// scalar reads a scalar by the core schema of YAML 1.2, but for the plain ones that
// YAML 1.1 reads as something else: those stay text, which is what their writers
// mean by most of them, and are an oddity.
func (r *yamlReader) scalar(n *yaml.Node, c *converted) {
	text := n.Value
	c.bytes = len(text) + len(`""`)
	c.node.Value = text
	tag := ""
	if n.Style&yaml.TaggedStyle != 0 {
		tag = n.ShortTag()
	}
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch tag {
	case "!!str", "!!timestamp":
		return
	case "!!int", "!!float", "!!bool", "!!null":
		v, ok := core(text)
		if !ok {
			r.odd[c.node] = oddity{message: "is nothing that the tag " + tag + " can stand before"}
			return
		}
		c.node.Value = v
		return
	case "!!binary", "!!set", "!!omap", "!!pairs":
		r.odd[c.node] = oddity{message: "has the type " + tag + ", which JSON has not"}
		return
	}
	if n.Style&quoted != 0 {
		return
	}
	if o, ok := ambiguity(text); ok {
		r.odd[c.node] = o
		return
	}
	if v, ok := core(text); ok {
		c.node.Value = v
	}
}

// core returns the value of a plain scalar that is no text.
func core(text string) (v any, ok bool) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil, true
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	if v, ok := value.ParseNumber(text); ok {
		return v, true
	}
	switch {
	case yamlBased.MatchString(text):
		n, err := strconv.ParseInt(text, 0, 64)
		return n, err == nil
	case yamlInteger.MatchString(text):
		return value.ParseNumber(plainInteger(text))
	case yamlFloat.MatchString(text):
		f, err := strconv.ParseFloat(text, 64)
		return value.FromFloat(f), err == nil && !math.IsInf(f, 0)
	}
	return nil, false
}

// plainInteger writes an integer as JSON does, without a plus or leading zeros.
func plainInteger(text string) string {
	sign := ""
	switch text[0] {
	case '-':
		sign, text = "-", text[1:]
	case '+':
		text = text[1:]
	}
	if text = strings.TrimLeft(text, "0"); text == "" {
		return "0"
	}
	return sign + text
}

// ambiguity says in which way a plain scalar is read differently by different
// versions of YAML, or as what JSON has not.
func ambiguity(text string) (o oddity, ok bool) {
	const quote = "put it in quotes if it is a text"
	switch {
	case text == "":
		return oddity{}, false
	case oldBoolean.MatchString(text):
		return oddity{message: "is true or false in YAML 1.1 and a text in YAML 1.2", hint: quote + ", else write true or false", warning: true}, true
	case leadingZeros.MatchString(text):
		return oddity{message: "is an octal number or a text in YAML 1.1 and a decimal number in YAML 1.2", hint: quote + ", else leave the zeros out", warning: true}, true
	case oldNumber.MatchString(text) && !yamlBased.MatchString(text):
		return oddity{message: "is a number in YAML 1.1 and a text in YAML 1.2", hint: quote + ", else write the number in digits alone", warning: true}, true
	case oldTime.MatchString(text):
		// CloudFormation knows no timestamps ("Template formats").
		return oddity{message: "is a time in YAML 1.1 and a text in YAML 1.2", hint: "put it in quotes", warning: true, plain: true}, true
	case yamlNoNumber.MatchString(text):
		return oddity{message: "is a number that JSON has not", hint: quote}, true
	}
	return oddity{}, false
}

// maxOddities bounds how many of them are reported of one definition.
const maxOddities = 1000

// oddities reports what is strange about the values of a definition, which stands in
// a template or alone. Where an alias repeats one, it is reported once.
func (d *document) oddities(root *value.Node, inTemplate bool) (all diag.List) {
	if len(d.odd) == 0 {
		return nil
	}
	v := oddityVisitor{document: d, inTemplate: inTemplate, seen: map[*value.Node]bool{}}
	v.visit(root)
	return v.found
}

// oddityVisitor goes through a definition.
type oddityVisitor struct {
	*document
	inTemplate bool
	seen       map[*value.Node]bool
	path       []string // the tokens of the pointer to what is visited
	state      int      // how many of them lead to the innermost state
	found      diag.List
}

func (v *oddityVisitor) visit(n *value.Node) {
	if v.seen[n] || len(v.found) >= maxOddities {
		return
	}
	v.seen[n] = true
	if o, ok := v.odd[n]; ok && !(o.plain && v.inTemplate) {
		v.found = append(v.found, v.fault(n, o))
	}
	outer := v.state
	for _, m := range n.Members {
		v.path = append(v.path, m.Name)
		if len(v.path) > 1 && v.path[len(v.path)-2] == "States" {
			v.state = len(v.path)
		}
		v.visit(m.Node)
		v.path, v.state = v.path[:len(v.path)-1], outer
	}
	for i, e := range n.Elements {
		v.path = append(v.path, strconv.Itoa(i))
		v.visit(e)
		v.path = v.path[:len(v.path)-1]
	}
}

func (v *oddityVisitor) fault(n *value.Node, o oddity) diag.Diagnostic {
	f := diag.Diagnostic{
		Code: asl.CodeInvalidJSON, Rule: "json", Position: v.at(n.Offset),
		Pointer: value.Pointer(v.path...), Field: asl.FieldName(v.path[v.state:]...),
		Message: o.message, Hint: o.hint,
	}
	if v.state > 0 {
		f.State = v.path[v.state-1]
	}
	if text, ok := n.Value.(string); ok {
		f.Message = clip(text) + " " + f.Message
	}
	if o.warning {
		f.Severity, f.Code, f.Rule, f.Doc = diag.Warning, CodeAmbiguous, "yaml-values", "YAML 1.2.2, Core Schema"
	}
	return f
}

// clip returns the start of a text that may be too long for a message.
func clip(text string) string {
	const longest = 60
	if len(text) > longest {
		return text[:longest] + "..."
	}
	return text
}
