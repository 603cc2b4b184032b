package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// looksComputed reports whether a text is a JSONata expression, delimiters and all.
func looksComputed(s string) bool { return strings.HasPrefix(s, "{%") && strings.HasSuffix(s, "%}") }

func mayBeComputed(v any) bool {
	s, ok := v.(string)
	return ok && looksComputed(s)
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
	eachText(v, "", func(s, _ string) { found = found || f(s) })
	return found
}

// eachText calls f with every string in a value, and its pointer.
func eachText(v any, pointer string, f func(s, pointer string)) {
	switch v := v.(type) {
	case string:
		f(v, pointer)
	case []any:
		for i, e := range v {
			eachText(e, pointer+"/"+strconv.Itoa(i), f)
		}
	case *value.Object:
		for m := range v.Members() {
			eachText(m.Value, value.AppendPointer(pointer, m.Name), f)
		}
	}
}

// eachMember calls f with every member of every object in a value, the object and
// the member's pointer.
func eachMember(v any, pointer string, f func(o *value.Object, m value.Member, pointer string)) {
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			eachMember(e, pointer+"/"+strconv.Itoa(i), f)
		}
	case *value.Object:
		for m := range v.Members() {
			at := value.AppendPointer(pointer, m.Name)
			f(v, m, at)
			eachMember(m.Value, at, f)
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
	eachMember(t.Value, p.Pointer(), func(o *value.Object, m value.Member, pointer string) {
		if name, dynamic := strings.CutSuffix(m.Name, ".$"); dynamic && o.Has(name) {
			c.state(v, pointer, fmt.Sprintf("the object has %q already", name), "keep one of them")
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
	eachText(given, p.Pointer(), func(s, pointer string) {
		opens, closes := strings.HasPrefix(s, "{%"), strings.HasSuffix(s, "%}")
		switch {
		case opens && !closes:
			c.state(v, pointer, "the expression is not closed: %} is missing at its end", "")
		case closes && !opens:
			c.state(v, pointer, "the expression is not opened: {% is missing at its start", "")
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
	eachMember(t.Value, p.Pointer(), func(_ *value.Object, m value.Member, pointer string) {
		if s, ok := m.Value.(string); ok && looksLikePath(s) && !strings.HasSuffix(m.Name, ".$") {
			c.state(v, pointer, fmt.Sprintf("%q stays a text", s), fmt.Sprintf("name the key %q to evaluate it", m.Name+".$"))
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
	eachText(t.Value, p.Pointer(), func(s, pointer string) {
		if looksLikePath(s) {
			c.state(v, pointer, fmt.Sprintf("%q stays a text: nothing in a Result is evaluated", s), "use Parameters to evaluate it")
		}
	})
}

func looksLikeOtherLanguage(c *checker, v *asl.Visit, p asl.Part) {
	if t, ok := isTemplate(v, p); ok {
		eachText(t.Value, p.Pointer(), func(s, pointer string) {
			if looksComputed(s) {
				c.state(v, pointer, "stays a text: a JSONPath state evaluates no {% %}", `set QueryLanguage to "JSONata"`)
			}
		})
		return
	}
	given, ok := isComputed(v, p)
	if !ok {
		return
	}
	eachText(given, p.Pointer(), func(s, pointer string) {
		if looksLikePath(s) && !strings.HasSuffix(pointer, ".$") {
			c.state(v, pointer, fmt.Sprintf("%q stays a text: a JSONata state evaluates no JSONPath", s), "write an expression in {% %}")
		}
	})
	eachMember(given, p.Pointer(), func(_ *value.Object, m value.Member, pointer string) {
		if strings.HasSuffix(m.Name, ".$") {
			c.state(v, pointer, "the key stays as it is, .$ and all: a JSONata state evaluates no JSONPath", "drop the .$ and write an expression in {% %}")
		}
	})
}
