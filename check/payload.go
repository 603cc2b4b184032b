package check

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

func mayBeComputed(v any) bool {
	s, ok := v.(string)
	return ok && asl.IsExpression(s)
}

func mayBePlaceholder(v any) bool {
	s, ok := v.(string)
	return ok && asl.HasPlaceholder(s)
}

func isNumber(v any) bool {
	_, ok := value.Float(v)
	return ok
}

// containsText reports whether f holds for any string in a value.
func containsText(v any, f func(string) bool) bool {
	found := false
	eachText(v, nil, func(s string, _ *where) { found = found || f(s) })
	return found
}

// where is the place of a value inside a field of a state. It is no text because
// most are never told, and names can be long.
type where struct {
	up    *where
	token string // of the JSON Pointer; of the field itself its whole pointer, from the state on
}

func whereIs(p asl.Part) *where { return &where{token: p.Pointer()} }

func (w *where) pointer() string {
	if w.up == nil {
		return w.token
	}
	return value.AppendPointer(w.up.pointer(), w.token)
}

// within reports a finding inside a field of a state.
func (c *checker) within(v *asl.Visit, at *where, message, hint string, related ...diag.Related) {
	if c.room > 0 {
		c.state(v, at.pointer(), message, hint, related...)
	}
}

// eachText calls f with every string in a value, and its place.
func eachText(v any, at *where, f func(s string, at *where)) {
	switch v := v.(type) {
	case string:
		f(v, at)
	case []any:
		for i, e := range v {
			eachText(e, &where{at, strconv.Itoa(i)}, f)
		}
	case *value.Object:
		for m := range v.Members() {
			eachText(m.Value, &where{at, m.Name}, f)
		}
	}
}

// eachMember calls f with every member of every object in a value, the object and
// the member's place.
func eachMember(v any, at *where, f func(o *value.Object, m value.Member, at *where)) {
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			eachMember(e, &where{at, strconv.Itoa(i)}, f)
		}
	case *value.Object:
		for m := range v.Members() {
			inside := &where{at, m.Name}
			f(v, m, inside)
			eachMember(m.Value, inside, f)
		}
	}
}

// isTemplate reports whether a field is a payload template of a JSONPath state.
func isTemplate(v *asl.Visit, p asl.Part) (*asl.Payload, bool) {
	t, ok := p.Value.(*asl.Payload)
	return t, ok && v.Language == asl.JSONPath && p.Language != asl.JSONata && p.Name != "Result"
}

// isComputed reports whether a field of a JSONata state is evaluated wherever a
// string of it is an expression, and returns its value.
func isComputed(v *asl.Visit, p asl.Part) (any, bool) {
	if v.Language != asl.JSONata || p.Language == asl.JSONPath {
		return nil, false
	}
	switch field := p.Value.(type) {
	case *asl.Payload:
		return field.Value, true
	case *asl.Int, *asl.Num:
		return numberExpr(field), true
	case *string: // of a Fail state
		return *field, true
	case string:
		return field, p.Name == "Timestamp"
	}
	return nil, false
}

func templateKeysAreUnique(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := isTemplate(v, p)
	if !ok {
		return
	}
	eachMember(t.Value, whereIs(p), func(o *value.Object, m value.Member, at *where) {
		if name, dynamic := strings.CutSuffix(m.Name, ".$"); dynamic && o.Has(name) {
			c.within(v, at, fmt.Sprintf("the object has %q already", name), "keep one of them")
		}
	})
}

func assignNamesVariables(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := p.Value.(*asl.Payload)
	if !ok || p.Name != "Assign" {
		return
	}
	o, ok := t.Value.(*value.Object)
	if !ok {
		if !mayBePlaceholder(t.Value) {
			c.partFault(v, p, "must be an object of variables and their values, not "+asl.Describe(t.Value), "")
		}
		return
	}
	for m := range o.Members() {
		name := variableName(m.Name, v.Language)
		if asl.IsVariableName(name) || asl.HasPlaceholder(name) {
			continue
		}
		message := fmt.Sprintf("%q cannot be the name of a variable: it is no identifier of at most %d characters", name, asl.MaxNameLength)
		hint := "use letters, digits and _"
		if name == asl.ReservedVariable {
			message, hint = "the name states is reserved", ""
		}
		c.state(v, value.AppendPointer(p.Pointer(), m.Name), message, hint)
	}
}

// variableName returns the variable that a key of Assign names.
func variableName(key string, l asl.QueryLanguage) string {
	if l == asl.JSONPath {
		return strings.TrimSuffix(key, ".$")
	}
	return key
}

func expressionsAreDelimited(c *checker, v *asl.Visit, p asl.Part) {
	given, ok := isComputed(v, p)
	if !ok {
		return
	}
	eachText(given, whereIs(p), func(s string, at *where) {
		opens, closes := strings.HasPrefix(s, "{%"), strings.HasSuffix(s, "%}")
		switch {
		case opens && !closes:
			c.within(v, at, "the expression is not closed: %} is missing at its end", "")
		case closes && !opens:
			c.within(v, at, "the expression is not opened: {% is missing at its start", "")
		}
	})
}

// looksLikePath reports whether a text was most likely meant to be evaluated in a
// JSONPath state.
func looksLikePath(s string) bool {
	return strings.HasPrefix(s, "$.") || strings.HasPrefix(s, "$$.") || strings.HasPrefix(s, "$[") || s == "$$" || isCall(s) && strings.Contains(s, "(")
}

func templatePathsHaveDollar(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := isTemplate(v, p)
	if !ok {
		return
	}
	eachMember(t.Value, whereIs(p), func(_ *value.Object, m value.Member, at *where) {
		if s, ok := m.Value.(string); ok && looksLikePath(s) && !strings.HasSuffix(m.Name, ".$") {
			c.within(v, at, fmt.Sprintf("%q stays a text", s), fmt.Sprintf("name the key %q to evaluate it", m.Name+".$"))
		}
	})
}

// pathsStandInPathFields warns of a path in a field that takes a literal and has a
// twin that takes a path.
func pathsStandInPathFields(c *checker, v *asl.Visit, p asl.Part) {
	s, ok := p.Value.(*string)
	if ok && v.Language == asl.JSONPath && looksLikePath(*s) {
		c.partFault(v, p, fmt.Sprintf("%q stays a text", *s), fmt.Sprintf("put it into %sPath to evaluate it", p.Name))
	}
}

func resultIsStatic(c *checker, v *asl.Visit, p asl.Part) {
	t, ok := p.Value.(*asl.Payload)
	if !ok || p.Name != "Result" || v.Language != asl.JSONPath {
		return
	}
	eachText(t.Value, whereIs(p), func(s string, at *where) {
		if looksLikePath(s) {
			c.within(v, at, fmt.Sprintf("%q stays a text: nothing in a Result is evaluated", s), "use Parameters to evaluate it")
		}
	})
}

func looksLikeOtherLanguage(c *checker, v *asl.Visit, p asl.Part) {
	if t, ok := isTemplate(v, p); ok {
		eachText(t.Value, whereIs(p), func(s string, at *where) {
			if asl.IsExpression(s) {
				c.within(v, at, "stays a text: a JSONPath state evaluates no {% %}", `set QueryLanguage to "JSONata"`)
			}
		})
		return
	}
	given, ok := isComputed(v, p)
	if !ok {
		return
	}
	eachText(given, whereIs(p), func(s string, at *where) {
		if looksLikePath(s) && !strings.HasSuffix(at.token, ".$") {
			c.within(v, at, fmt.Sprintf("%q stays a text: a JSONata state evaluates no JSONPath", s), "write an expression in {% %}")
		}
	})
	eachMember(given, whereIs(p), func(_ *value.Object, m value.Member, at *where) {
		if strings.HasSuffix(m.Name, ".$") {
			c.within(v, at, "the key stays as it is, .$ and all: a JSONata state evaluates no JSONPath", "drop the .$ and write an expression in {% %}")
		}
	})
}

// unclosed matches the start of a placeholder whose end is missing.
var unclosed = regexp.MustCompile(`\$\{[A-Za-z0-9_.:]*$`)

func placeholdersAreClosed(c *checker, v *asl.Visit, p asl.Part) {
	warn := func(s string, at *where) {
		if unclosed.MatchString(s) && !asl.IsExpression(s) {
			c.within(v, at, "the placeholder is not closed: } is missing at its end", "")
		}
	}
	switch field := p.Value.(type) {
	case string:
		if p.Name != "Comment" && p.Name != "Resource" { // which is a fault of its own
			warn(field, whereIs(p))
		}
	case *string:
		warn(*field, whereIs(p))
	case *asl.Payload:
		eachText(field.Value, whereIs(p), warn)
	}
}
