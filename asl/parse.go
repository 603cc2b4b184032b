package asl

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Codes of what the parser reports. All but [CodeTooLarge] are the service's
// (API Reference, "ValidateStateMachineDefinition").
const (
	CodeInvalidJSON     diag.Code = "INVALID_JSON_DESCRIPTION"
	CodeSchema          diag.Code = "SCHEMA_VALIDATION_FAILED"
	CodeTooDeep         diag.Code = "TOO_DEEPLY_NESTED"
	CodeDuplicateState  diag.Code = "DUPLICATE_STATE_NAME"
	CodeInvalidName     diag.Code = "INVALID_STATE_NAME"
	CodeMissingTarget   diag.Code = "MISSING_TRANSITION_TARGET"
	CodeInvalidLabel    diag.Code = "INVALID_LABEL_NAME"
	CodeInvalidResource diag.Code = "INVALID_RESOURCE"
	CodeTooLarge        diag.Code = "DEFINITION_TOO_LARGE"
)

// MaxSize is how many characters a definition may have (API Reference,
// "CreateStateMachine").
const MaxSize = 1 << 20

// Parse reads a definition from JSON text. The file is only a name for the
// positions of the diagnostics, and may be empty.
//
// Parse reports everything in the text that the model cannot hold: broken JSON,
// repeated keys, unknown fields, values of the wrong type. It returns what it
// could take together with what it refused, so that a checker finds the rest at
// once; such a partial machine is fit for nothing else. The machine is nil only
// if the text is no JSON object.
func Parse(file, text string) (*StateMachine, diag.List) {
	lines := sync.OnceValue(func() value.Lines { return value.NewLines(text) })
	return ParseAt(text, func(offset int) diag.Position {
		if offset == 0 {
			return diag.Position{File: file, Line: 1, Column: 1}
		}
		line, column := lines().LineColumn(offset)
		return diag.Position{File: file, Line: line, Column: column}
	})
}

// ParseAt reads a definition as [Parse] does, from a text that stands in another
// one, such as a template: at gives the place of an offset, in bytes, in the text.
func ParseAt(text string, at func(offset int) diag.Position) (*StateMachine, diag.List) {
	if tooLarge(text) {
		return nil, diag.List{sizeFault(diag.Position{File: at(0).File})}
	}
	if strings.TrimSpace(text) == "" {
		return nil, diag.List{{
			Code:     CodeSchema,
			Rule:     codeRules[CodeSchema],
			Position: at(0),
			Message:  "a definition must be a JSON object; the text is empty",
		}}
	}
	root, err := value.ParseNode(text)
	if err != nil {
		return nil, diag.List{syntaxFault(text, err, at)}
	}
	return decodeMachine(root, newTextLocator(root, at))
}

// FromNode reads a definition as [Parse] does, from a tree that something else has
// read: at gives the place of an offset that stands in a node.
func FromNode(root *value.Node, at func(offset int) diag.Position) (*StateMachine, diag.List) {
	if value.Size(root.Value) > MaxSize && tooLarge(value.String(root.Value)) {
		return nil, diag.List{sizeFault(at(root.Offset))}
	}
	return decodeMachine(root, newTextLocator(root, at))
}

func sizeFault(at diag.Position) diag.Diagnostic {
	return diag.Diagnostic{
		Code:     CodeTooLarge,
		Rule:     codeRules[CodeTooLarge],
		Position: at,
		Message:  fmt.Sprintf("the definition has more than %d characters", MaxSize),
		Hint:     "move parts of it into state machines of their own and start them with states:startExecution",
		Doc:      "Step Functions API Reference, CreateStateMachine",
	}
}

// tooLarge reports whether a text has more than MaxSize characters, without
// reading much more of it than that.
func tooLarge(text string) bool {
	return len(text) > MaxSize && (len(text) > MaxSize*utf8.UTFMax || utf8.RuneCountInString(text) > MaxSize)
}

func syntaxFault(text string, err error, at func(int) diag.Position) diag.Diagnostic {
	d := diag.Diagnostic{Code: CodeInvalidJSON, Rule: codeRules[CodeInvalidJSON], Position: at(0), Message: err.Error()}
	syntax, ok := errors.AsType[*value.SyntaxError](err)
	if !ok {
		return d
	}
	d.Position = at(syntax.Offset)
	d.Message = syntax.Message
	switch {
	case syntax.TooDeep:
		d.Code, d.Rule = CodeTooDeep, codeRules[CodeTooDeep]
	case strings.HasPrefix(text[syntax.Offset:], "${"):
		d.Hint = "render the template first, or put the placeholder in quotes"
	}
	return d
}

// FromValue reads a definition from a JSON value, as [Parse] does from text. The
// locator, which may be nil, says where its parts come from.
func FromValue(v any, loc Locator) (*StateMachine, diag.List) {
	return decodeMachine(&value.Node{Value: v}, loc)
}

// StateFromValue reads the state of that name from a JSON value, with all that is
// nested in it. Pointers and positions of the diagnostics count from the state.
// The state is nil only if the value is no object.
func StateFromValue(name string, v any, loc Locator) (State, diag.List) {
	d := decoder{loc: loc, state: name, room: MaxFindings}
	st := d.decodeState(name, &value.Node{Value: v})
	return st, d.faults.Sort()
}

func decodeMachine(root *value.Node, loc Locator) (*StateMachine, diag.List) {
	d := decoder{loc: loc, room: MaxFindings}
	m := &StateMachine{Locator: loc}
	if !d.machine(root, m) {
		return nil, d.faults
	}
	m.refused = d.refused
	return m, d.faults.Sort()
}

// IsPartial reports whether the parser refused anything of the definition.
func (m *StateMachine) IsPartial() bool { return len(m.refused.at) > 0 }

// Refused reports whether the parser found something at that JSON Pointer that the
// model cannot hold and that is therefore missing from it: a value of the wrong
// type, a misspelt field (under the name that it resembles), a state of an unknown
// type. A checker does not report such a part as absent.
func (m *StateMachine) Refused(pointer string) bool { return m.refused.at[pointer] }

// RefusedIn reports whether the parser refused anything directly inside the object
// at that JSON Pointer.
func (m *StateMachine) RefusedIn(pointer string) bool { return m.refused.in[pointer] }

// refusals are the JSON Pointers of what the parser refused.
type refusals struct {
	at map[string]bool
	in map[string]bool // of the objects around it
}

func (r *refusals) add(pointer string) {
	if r.at == nil {
		r.at, r.in = map[string]bool{}, map[string]bool{}
	}
	r.at[pointer] = true
	if end := strings.LastIndexByte(pointer, '/'); end >= 0 {
		r.in[pointer[:end]] = true
	}
}

// textLocator knows the place of every part of a text.
type textLocator struct {
	at   func(offset int) diag.Position
	root *value.Node
	wide map[*value.Node]map[string]int // the members' places, of objects with many
}

// wideAbove is the number of members above which a search by name is too slow to
// be repeated for every diagnostic.
const wideAbove = 64

func newTextLocator(root *value.Node, at func(offset int) diag.Position) *textLocator {
	l := &textLocator{at: at, root: root, wide: map[*value.Node]map[string]int{}}
	l.indexWide(root)
	return l
}

func (l *textLocator) indexWide(n *value.Node) {
	if len(n.Members) > wideAbove {
		index := make(map[string]int, len(n.Members))
		for i, m := range n.Members {
			if !m.Duplicate {
				index[m.Name] = i
			}
		}
		l.wide[n] = index
	}
	for i := range n.Members {
		l.indexWide(n.Members[i].Node)
	}
	for _, e := range n.Elements {
		l.indexWide(e)
	}
}

// Locate returns the place of the name of an object's member, or of an array's
// element.
func (l *textLocator) Locate(pointer string) diag.Position {
	n, offset := l.root, l.root.Offset
	for token := range PointerTokens(pointer) {
		if m := l.member(n, token); m != nil {
			n, offset = m.Node, m.NameOffset
			continue
		}
		e := n.Lookup(value.Pointer(token))
		if e == nil {
			break
		}
		n, offset = e, e.Offset
	}
	return l.at(offset)
}

func (l *textLocator) member(n *value.Node, name string) *value.NodeMember {
	if index, ok := l.wide[n]; ok {
		if i, ok := index[name]; ok {
			return &n.Members[i]
		}
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return &n.Members[i]
		}
	}
	return nil
}
