package asl

import (
	"strings"
	"unicode"
)

// Placeholder is an attribute of a deployed resource that a definition names
// symbolically: the text ${Name} in it, with Name from the keys of
// [StateMachine].Placeholders. A construct fills it in when it binds the
// resource; the interpreter leaves it as it is. An attribute that is a list
// stands as one string and is replaced with its quotes.
type Placeholder struct {
	Kind   string // of the resource: "lambda", "queue", "topic", ...
	Handle string // the name of the handle that stands for the resource
	Attr   string // the attribute: "Arn", "Name", "Url", ...
}

// Name returns what stands between the braces: the handle's name in letters and
// digits, each word with a capital, and the attribute: CreateSnapshot_Arn for
// the Arn of "create-snapshot". CloudFormation allows no more in the name of a
// definition substitution.
func (p Placeholder) Name() string {
	var b strings.Builder
	start := true
	for _, r := range p.Handle {
		letter := r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
		switch {
		case !letter:
			start = true
		case start:
			b.WriteRune(unicode.ToUpper(r))
			start = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + "_" + p.Attr
}

// String returns the text that stands in the definition: ${Name}.
func (p Placeholder) String() string { return "${" + p.Name() + "}" }

// With returns the placeholder of another attribute of the same resource.
func (p Placeholder) With(attr string) Placeholder {
	p.Attr = attr
	return p
}

// Placeholder returns the placeholder that makes up the whole of a text, and
// whether there is one.
func (m *StateMachine) Placeholder(text string) (Placeholder, bool) {
	name, ok := strings.CutPrefix(text, "${")
	if !ok {
		return Placeholder{}, false
	}
	name, ok = strings.CutSuffix(name, "}")
	if !ok {
		return Placeholder{}, false
	}
	p, ok := m.Placeholders[name]
	return p, ok
}

// IsExpression reports whether a text has the {% %} of a JSONata expression around it.
func IsExpression(text string) bool {
	return strings.HasPrefix(text, "{%") && strings.HasSuffix(text, "%}")
}

// HasPlaceholder reports whether there is a ${placeholder} anywhere in a text,
// known or not: what the text will be is not known before it is filled in.
func HasPlaceholder(text string) bool {
	_, rest, ok := strings.Cut(text, "${")
	return ok && strings.Contains(rest, "}")
}

// isPlaceholder reports whether one ${placeholder} is the whole of a text.
func isPlaceholder(text string) bool {
	inner, ok := strings.CutPrefix(text, "${")
	return ok && strings.IndexByte(inner, '}') == len(inner)-1
}
