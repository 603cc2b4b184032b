package dsl

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// function is an intrinsic function, and how JSONata computes the same.
type function struct {
	least, most int // arguments
	jsonata     func(r *renderer, args []term, texts []formulaText) (formulaText, string)
}

// many is no limit to the number of arguments.
const many = 1 << 30

// functions are the 18 intrinsic functions (States Language specification,
// Appendix B; Step Functions Developer Guide, "Intrinsic functions" and "Using
// JSONata to transform data").
var functions = map[string]function{
	"States.Format":         {1, many, formatText},
	"States.StringToJson":   {1, 1, call("$parse")},
	"States.JsonToString":   {1, 1, call("$string")},
	"States.Array":          {0, many, arrayText},
	"States.ArrayPartition": {2, 2, call("$partition")},
	"States.ArrayContains":  {2, 2, func(_ *renderer, _ []term, t []formulaText) (formulaText, string) { return infix(t[1], "in", t[0]) }},
	"States.ArrayRange":     {3, 3, call("$range")},
	"States.ArrayGetItem": {2, 2, func(_ *renderer, _ []term, t []formulaText) (formulaText, string) {
		return closed(t[0].part() + "[" + t[1].s + "]"), ""
	}},
	"States.ArrayLength":  {1, 1, call("$count")},
	"States.ArrayUnique":  {1, 1, call("$distinct")},
	"States.Base64Encode": {1, 1, call("$base64encode")},
	"States.Base64Decode": {1, 1, call("$base64decode")},
	"States.Hash":         {2, 2, hashText},
	"States.JsonMerge": {3, 3, func(_ *renderer, _ []term, t []formulaText) (formulaText, string) {
		return closed("$merge([" + t[0].s + ", " + t[1].s + "])"), ""
	}},
	"States.MathRandom":  {2, 3, randomText},
	"States.MathAdd":     {2, 2, func(_ *renderer, _ []term, t []formulaText) (formulaText, string) { return infix(t[0], "+", t[1]) }},
	"States.StringSplit": {2, 2, splitFormula},
	"States.UUID":        {0, 0, call("$uuid")},
}

// call writes a call of a JSONata function with the same arguments.
func call(name string) func(*renderer, []term, []formulaText) (formulaText, string) {
	return func(_ *renderer, _ []term, args []formulaText) (formulaText, string) {
		return closed(name + "(" + joined(args) + ")"), ""
	}
}

func joined(args []formulaText) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.s
	}
	return strings.Join(texts, ", ")
}

func infix(a formulaText, op string, b formulaText) (formulaText, string) {
	return formulaText{a.part() + " " + op + " " + b.part(), tight}, ""
}

func arrayText(_ *renderer, args []term, texts []formulaText) (formulaText, string) {
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = elementText(args[i], t)
	}
	return closed("[" + strings.Join(parts, ", ") + "]"), ""
}

// hashText hashes, as the intrinsic does, the JSON of what is no string.
func hashText(_ *renderer, args []term, t []formulaText) (formulaText, string) {
	data := t[0].s
	_, isText := args[0].value.(string)
	if !isText && (args[0].typ == nil || shapeOf(args[0].typ) != stringShape) {
		data = "$string(" + data + ")"
	}
	return closed("$hash(" + data + ", " + t[1].s + ")"), ""
}

func randomText(_ *renderer, _ []term, t []formulaText) (formulaText, string) {
	seed := ""
	if len(t) == 3 {
		seed = t[2].s
	}
	return formulaText{"$floor($random(" + seed + ") * (" + t[1].part() + " - " + t[0].part() + ")) + " + t[0].part(), tight}, ""
}

// splitFormula splits at any of the delimiters and drops empty pieces, as the
// intrinsic does. The brackets keep a single piece in a list.
func splitFormula(_ *renderer, args []term, t []formulaText) (formulaText, string) {
	delimiters, ok := args[1].value.(string)
	if !ok || delimiters == "" {
		return formulaText{}, "the delimiters have to be a constant, and not empty, in a JSONata state"
	}
	var class strings.Builder
	for _, c := range delimiters {
		regexpLiteral(&class, c)
	}
	return closed("[$split(" + t[0].s + ", /[" + class.String() + "]/)[$ != '']]"), ""
}

// formatText joins the pieces of a template and the values between them.
func formatText(_ *renderer, args []term, texts []formulaText) (formulaText, string) {
	template, ok := args[0].value.(string)
	if !ok {
		return formulaText{}, "the template has to be a constant"
	}
	pieces, fault := formatPieces(template, len(args)-1)
	if fault != "" {
		return formulaText{}, fault
	}
	var parts []string
	for i, piece := range pieces {
		if piece != "" {
			parts = append(parts, jsonataString(piece))
		}
		if i < len(texts)-1 {
			parts = append(parts, texts[i+1].part())
		}
	}
	switch {
	case len(parts) == 0:
		return closed("''"), ""
	case len(parts) == 1 && len(texts) > 1:
		return closed("$string(" + parts[0] + ")"), ""
	case len(parts) == 1:
		return closed(parts[0]), ""
	}
	return formulaText{strings.Join(parts, " & "), tight}, ""
}

// formatPieces splits a template of States.Format at its placeholders and undoes
// the escapes of the pieces.
func formatPieces(template string, values int) (pieces []string, fault string) {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		switch c := template[i]; {
		case c == '\\' && i+1 < len(template) && strings.IndexByte(`\{}'`, template[i+1]) >= 0:
			i++
			b.WriteByte(template[i])
		case c == '\\':
			return nil, `a backslash in the template stands before \, {, } or '`
		case c == '{' && i+1 < len(template) && template[i+1] == '}':
			i++
			pieces = append(pieces, b.String())
			b.Reset()
		case c == '{' || c == '}':
			return nil, `the template has a brace that is no {}; write \{ or \} for a brace itself`
		default:
			b.WriteByte(c)
		}
	}
	if len(pieces) != values {
		return nil, "the template has " + itoa(len(pieces)) + " times {} for " + itoa(values) + " values"
	}
	return append(pieces, b.String()), ""
}

// function writes a call in a JSONata state.
func (r *renderer) function(e *expr, f frame) (formulaText, bool) {
	args, ok := r.arguments(e, f)
	if !ok {
		return formulaText{}, false
	}
	texts := make([]formulaText, len(args))
	for i, a := range args {
		if texts[i], ok = r.formula(a, f); !ok {
			return formulaText{}, false
		}
	}
	if strings.HasPrefix(e.name, "$") {
		return closed(e.name + "(" + joined(texts) + ")"), true
	}
	text, fault := functions[e.name].jsonata(r, args, texts)
	if fault != "" {
		r.report(problemf(codeReference, e.at, "", "%s: %s", e.name, fault))
		return formulaText{}, false
	}
	return text, true
}

// arguments reads the arguments of a call, if it can be made in the state's
// language.
func (r *renderer) arguments(e *expr, f frame) ([]term, bool) {
	fn, known := functions[e.name]
	isJSONata := strings.HasPrefix(e.name, "$")
	switch {
	case isJSONata && !r.jsonata:
		r.report(problemf(codeReference, e.at, "make the state JSONata", "there is no function %s in a JSONPath state (%s)", e.name, f.field))
		return nil, false
	case !isJSONata && !known:
		r.report(problemf(codeReference, e.at, "", "there is no intrinsic function %q", e.name))
		return nil, false
	case known && (len(e.args) < fn.least || len(e.args) > fn.most):
		r.report(problemf(codeReference, e.at, "", "%s does not take %d arguments", e.name, len(e.args)))
		return nil, false
	}
	args := make([]term, len(e.args))
	for i, a := range e.args {
		args[i] = r.term(a, 0)
	}
	return args, true
}

// intrinsic writes a call in a JSONPath state.
func (r *renderer) intrinsic(e *expr, f frame) (string, bool) {
	args, ok := r.arguments(e, f)
	if !ok {
		return "", false
	}
	if fault := intrinsicFault(e, args); fault != "" {
		r.report(problemf(codeReference, e.at, "", "%s: %s", e.name, fault))
		return "", false
	}
	texts := make([]string, len(args))
	for i, a := range args {
		if e.name == "States.Format" && i == 0 {
			template, _ := a.value.(string)
			texts[0] = "'" + quoteTemplate(template) + "'"
			continue
		}
		if texts[i], ok = r.intrinsicArg(a, f); !ok {
			return "", false
		}
	}
	return e.name + "(" + strings.Join(texts, ", ") + ")", true
}

// intrinsicFault says what is wrong with the arguments of an intrinsic function
// that would only show at run time.
func intrinsicFault(e *expr, args []term) string {
	switch e.name {
	case "States.Format":
		template, ok := args[0].value.(string)
		if !ok {
			return "the template has to be a constant"
		}
		_, fault := formatPieces(template, len(args)-1)
		return fault
	case "States.MathAdd":
		if e.typ != nil && shapeOf(e.typ) == numberShape && !isInteger(e.typ) {
			return "it rounds to integers; add fractions in a JSONata state"
		}
	}
	return ""
}

// quoteTemplate escapes the quotes of a template that are not escaped yet.
func quoteTemplate(template string) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		if c == '\'' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
		if c == '\\' && i+1 < len(template) {
			i++
			b.WriteByte(template[i])
		}
	}
	return b.String()
}

// intrinsicArg writes data as an argument of an intrinsic function.
func (r *renderer) intrinsicArg(t term, f frame) (string, bool) {
	switch t.kind {
	case exprTerm:
		return r.reference(t.expr, f)
	case listTerm:
		texts := make([]string, len(t.list))
		for i, e := range t.list {
			var ok bool
			if texts[i], ok = r.intrinsicArg(e, f); !ok {
				return "", false
			}
		}
		return "States.Array(" + strings.Join(texts, ", ") + ")", true
	case objectTerm:
		r.reportf(codeReference, "make the object in a state before, or make the state JSONata",
			"an object with references cannot stand in a list with references or be a function's argument in JSONPath (%s)", f.field)
		return "", false
	}
	switch v := t.value.(type) {
	case string:
		return "'" + backslashed.Replace(v) + "'", true
	case []any:
		return r.intrinsicArg(t.open(), f)
	case *value.Object:
		return "States.StringToJson('" + backslashed.Replace(value.String(v)) + "')", true
	}
	return value.String(t.value), true
}
