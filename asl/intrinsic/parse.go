package intrinsic

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// MaxNesting is how many calls may stand inside one another, the outermost
// included (Step Functions Developer Guide, "Intrinsic functions").
const MaxNesting = 10

// SyntaxError says where and why a text is no call of an intrinsic function.
type SyntaxError struct {
	Offset  int    // in bytes from the start of the text
	Message string // what is wrong, a phrase for people
	Hint    string // what to do, if there is something to say
}

// Error returns the message, the hint and the place.
func (e *SyntaxError) Error() string {
	hint := e.Hint
	if hint != "" {
		hint = "; " + hint
	}
	return fmt.Sprintf("invalid intrinsic function call at offset %d: %s%s", e.Offset, e.Message, hint)
}

// Parse reads a text that is one call. Blanks may stand behind it and around its
// arguments, but not before it. That the number and the kinds of the arguments are
// right is left to [Check] and [Call.Eval], as the service leaves it to the
// execution. Its error is a *[SyntaxError].
func Parse(text string) (*Call, error) {
	p := parser{text: text}
	if text != "" && isBlank(text[0]) {
		p.fail(0, "a blank before the call", "")
		return nil, p.err
	}
	c, ok := p.call(1)
	if ok {
		if p.blanks(); p.at < len(text) {
			p.fail(p.at, "unexpected "+p.here()+" after the call", "a field holds one call only")
			ok = false
		}
	}
	if !ok {
		return nil, p.err
	}
	c.paths = appendPaths(nil, c)
	return c, nil
}

func appendPaths(paths []*Arg, c *Call) []*Arg {
	for i := range c.Args {
		switch a := &c.Args[i]; a.Kind {
		case PathArg:
			a.index = len(paths)
			paths = append(paths, a)
		case CallArg:
			paths = appendPaths(paths, a.Call)
		}
	}
	return paths
}

type parser struct {
	text string
	at   int
	err  *SyntaxError
}

func (p *parser) fail(at int, message, hint string) {
	p.err = &SyntaxError{Offset: at, Message: message, Hint: hint}
}

// here names what stands at the parser's place.
func (p *parser) here() string {
	if p.at == len(p.text) {
		return "end of text"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return fmt.Sprintf("%q", r)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || isDigit(c) || c == '_' || c == '.'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (p *parser) blanks() {
	for p.at < len(p.text) && isBlank(p.text[p.at]) {
		p.at++
	}
}

func (p *parser) next(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// word takes the letters, digits and dots at the parser's place.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *parser) call(depth int) (*Call, bool) {
	start := p.at
	name := p.word()
	f, ok := functions[name]
	if !ok {
		p.unknown(start, name)
		return nil, false
	}
	if depth > MaxNesting {
		p.fail(start, fmt.Sprintf("calls are nested more than %d deep", MaxNesting), "compute a part in an earlier state")
		return nil, false
	}
	c := &Call{Name: name, Offset: start, function: f}
	if !p.next('(') {
		p.fail(p.at, "unexpected "+p.here()+" after "+name, "the arguments follow in parentheses")
		return nil, false
	}
	if !p.arguments(c, depth) {
		return nil, false
	}
	c.Text = p.text[start:p.at]
	return c, true
}

// unknown reports that no function has the name at a place.
func (p *parser) unknown(at int, name string) {
	closest := diag.Closest(name, functionNames())
	if _, ok := functions["States."+name]; ok {
		closest = "States." + name
	}
	switch {
	case closest != "":
		p.fail(at, "there is no intrinsic function "+name, "did you mean "+closest+"?")
	case strings.HasPrefix(name, "States."):
		p.fail(at, "there is no intrinsic function "+shortened(name), "")
	default:
		p.fail(at, "a call starts with the name of a function, such as States.Format", "")
	}
}

// arguments reads the arguments of a call and the closing parenthesis.
func (p *parser) arguments(c *Call, depth int) bool {
	p.blanks()
	if p.next(')') {
		return true
	}
	for {
		a, ok := p.argument(depth)
		if !ok {
			return false
		}
		c.Args = append(c.Args, a)
		if len(c.Args) == 1 && a.Kind == Literal && c.Name == formatName {
			if _, isText := a.Value.(string); isText {
				c.template = parseTemplate(p.text[a.Offset+1 : a.End-1])
			}
		}
		p.blanks()
		if p.next(')') {
			return true
		}
		if !p.next(',') {
			p.fail(p.at, "unexpected "+p.here()+" after an argument of "+c.Name, "a comma or a closing parenthesis is missing")
			return false
		}
		p.blanks()
	}
}

func (p *parser) argument(depth int) (a Arg, ok bool) {
	a.Offset = p.at
	if p.at == len(p.text) {
		p.fail(p.at, "unexpected end of text in a call", "an argument or a closing parenthesis is missing")
		return a, false
	}
	switch c := p.text[p.at]; {
	case c == '\'':
		a.Value, ok = p.string()
	case c == '$':
		a.Kind = PathArg
		a.Path, ok = p.path()
	case c == '-' || isDigit(c):
		a.Value, ok = p.number()
	case isWord(c):
		ok = p.wordArgument(&a, depth)
	case c == '"':
		p.fail(p.at, "unexpected double quote", "strings stand in single quotes")
	case c == ',' || c == ')':
		p.fail(p.at, fmt.Sprintf("unexpected %q", c), "an argument is missing before it")
	case c == '[':
		p.fail(p.at, "unexpected '['", "an array is written States.Array(...)")
	case c == '{':
		p.fail(p.at, "unexpected '{'", "an object is written States.StringToJson('...')")
	default:
		p.fail(p.at, "unexpected "+p.here(), "an argument is a string in single quotes, a number, true, false, null, a path or a call")
	}
	a.End = p.at
	return a, ok
}

func (p *parser) wordArgument(a *Arg, depth int) bool {
	start := p.at
	switch word := p.word(); {
	case word == "null":
	case word == "true", word == "false":
		a.Value = word == "true"
	case strings.Contains(word, ".") || p.at < len(p.text) && p.text[p.at] == '(':
		p.at = start
		a.Kind = CallArg
		var ok bool
		a.Call, ok = p.call(depth + 1)
		return ok
	default:
		p.fail(start, "unexpected word "+shortened(word), "strings stand in single quotes, and paths start with $")
		return false
	}
	return true
}

func shortened(word string) string {
	const longest = 30
	if len(word) > longest {
		return word[:longest] + "..."
	}
	return word
}

// string reads the string whose opening quote is the next byte.
func (p *parser) string() (any, bool) {
	start := p.at
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case '\'':
			p.at++
			return b.String(), true
		case '\\':
			if p.at++; p.at == len(p.text) || !escapable(p.text[p.at]) {
				p.fail(p.at-1, `a backslash that escapes nothing`, `the escapes are \' \{ \} and \\ (in JSON text each backslash is written twice)`)
				return nil, false
			}
			b.WriteByte(p.text[p.at])
		default:
			b.WriteByte(c)
		}
	}
	p.fail(start, "a string that is not closed", "a single quote is missing; one inside a string is written \\'")
	return nil, false
}

// escapable tells the characters that a backslash may stand before.
func escapable(c byte) bool { return c == '\'' || c == '{' || c == '}' || c == '\\' }

func (p *parser) number() (any, bool) {
	start := p.at
	for p.at < len(p.text) && (isWord(p.text[p.at]) || p.text[p.at] == '-' || p.text[p.at] == '+') {
		p.at++
	}
	text := p.text[start:p.at]
	v, ok := value.ParseNumber(text)
	if !ok {
		p.fail(start, shortened(text)+" is not a number", "numbers are written as in JSON")
	}
	return v, ok
}

// path takes a path: everything up to a comma, a blank or a closing parenthesis
// that is not inside the path's own brackets.
func (p *parser) path() (string, bool) {
	start := p.at
	var open []byte // the brackets that are to be closed
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case len(open) == 0 && (c == ',' || c == ')' || isBlank(c)):
			return p.text[start:p.at], true
		case c == '(':
			open = append(open, ')')
		case c == '[':
			open = append(open, ']')
		case len(open) == 0:
		case c == open[len(open)-1]:
			open = open[:len(open)-1]
		case c == '\'' || c == '"':
			p.skip(c)
		case c == '~' && p.text[p.at-1] == '=':
			p.skipRegexp()
		}
	}
	if len(open) > 0 {
		p.fail(start, fmt.Sprintf("a path whose brackets are not closed: %q is missing", open[len(open)-1]), "")
		return "", false
	}
	return p.text[start:], true
}

// skip goes on to the delimiter that closes what opens at the parser's place, if
// there is one.
func (p *parser) skip(delimiter byte) {
	for at := p.at + 1; at < len(p.text); at++ {
		switch p.text[at] {
		case '\\':
			at++
		case delimiter:
			p.at = at
			return
		}
	}
	p.at = len(p.text) - 1
}

// skipRegexp goes on to the end of the regular expression behind the operator =~.
func (p *parser) skipRegexp() {
	for at := p.at + 1; at < len(p.text); at++ {
		if isBlank(p.text[at]) {
			continue
		}
		if p.text[at] == '/' {
			p.at = at
			p.skip('/')
		}
		return
	}
}
