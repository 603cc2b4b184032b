package flow

import (
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

// path is a path, taken apart.
type path struct {
	text     string
	root     jsonpath.Root
	variable string
	steps    []jsonpath.Step // the leading single steps
	whole    bool            // they are all
	definite bool            // it selects one value
	elements bool            // it selects behind from several elements of an array
	behind   []jsonpath.Step
	unknown  bool // it is faulty, or not known before deployment
}

func (a *analysis) path(text string) *path {
	p, ok := a.paths[text]
	if !ok {
		p = newPath(text)
		a.paths[text] = p
	}
	return p
}

func newPath(text string) *path {
	p := &path{text: text, unknown: true}
	root, variable, rest, err := jsonpath.Split(text)
	if err != nil || asl.HasPlaceholder(text) {
		return p
	}
	p.root, p.variable = root, variable
	if rest == "$" {
		p.whole, p.definite, p.unknown = true, true, false
		return p
	}
	compiled, err := jsonpath.Compile(rest)
	if err != nil {
		return p
	}
	p.unknown = false
	p.steps, p.whole = compiled.Prefix()
	p.definite = compiled.Definite()
	if !p.whole {
		_, p.behind, p.elements = compiled.Elements()
	}
	return p
}

// start returns what a path starts from; doc is what $ stands for.
func (e *eval) start(p *path, doc *shape.Shape) *shape.Shape {
	switch p.root {
	case jsonpath.Context:
		return e.contextObject()
	case jsonpath.Variable:
		if v, _ := e.vars.Member(p.variable); v != nil {
			return v
		}
		return shape.Any // that nobody assigns it, others report
	}
	return doc
}

// lookup returns what a path selects; doc is what $ stands for.
func (e *eval) lookup(text string, doc *shape.Shape, at *where) *shape.Shape {
	if text == "$" || doc == nil {
		return doc
	}
	p := e.path(text)
	if p.unknown {
		return shape.Any
	}
	found := e.start(p, doc).Find(p.steps)
	switch {
	case found.Shape == nil && p.definite:
		return e.always(e.missing(p, found, at))
	case found.Shape == nil:
		f := e.missing(p, found, at)
		f.Certain = false
		f.Message = strings.Replace(f.Message, "leads to nothing", "never selects anything", 1)
		e.note(f)
		return shape.AnyArray
	case p.whole:
		return found.Shape
	case p.definite:
		return shape.Any
	case p.elements && found.Shape.Is(shape.Array):
		return e.selected(p, found.Shape, at)
	}
	return shape.AnyArray
}

// selected returns what a path selects from several elements of arrays.
func (e *eval) selected(p *path, arrays *shape.Shape, at *where) *shape.Shape {
	element := arrays.Element()
	if element == nil || len(p.behind) == 0 {
		return shape.List(element)
	}
	found := element.Find(p.behind)
	if found.Shape == nil && e.reporting && !found.From.Grows() {
		step := p.behind[found.Missing]
		f := Finding{Kind: Missing, Pointer: at.pointer(), Message: fmt.Sprintf("%s never selects anything: no element has %s", p.text, step)}
		if found.Missing == 0 && !step.InArray {
			f.Hint = memberHint(element, step.Name)
		}
		e.note(f)
	}
	return shape.List(found.Shape)
}

// missing is the finding of a path that leads nowhere.
func (e *eval) missing(p *path, found shape.Found, at *where) Finding {
	if !e.reporting {
		return Finding{}
	}
	step := p.steps[found.Missing]
	f := Finding{Kind: Missing, Certain: !found.From.Grows(), Pointer: at.pointer()}
	place := placeOf(p, found.Missing)
	if place == "$" {
		place = document(at)
	}
	switch {
	case step.InArray && found.From.Is(shape.Array):
		_, most := found.From.Length()
		f.Message = fmt.Sprintf("%s leads to nothing: %s has %s", p.text, place, elements(most))
	case step.InArray:
		f.Message = fmt.Sprintf("%s leads to nothing: %s is %s", p.text, place, found.From)
	case !found.From.May(shape.Object):
		f.Message = fmt.Sprintf("%s leads to nothing: %s is %s and has no members", p.text, place, found.From)
	default:
		f.Message = fmt.Sprintf("%s leads to nothing: %s has no %q", p.text, place, step.Name)
		f.Hint = memberHint(found.From, step.Name)
	}
	return f
}

func elements(n int) string {
	switch n {
	case 0:
		return "no elements"
	case 1:
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}

// memberHint says which members there are.
func memberHint(from *shape.Shape, name string) string {
	names := from.Names()
	if len(names) == 0 {
		return ""
	}
	if near := diag.Closest(name, func(yield func(string) bool) {
		for _, n := range names {
			if !yield(n) {
				return
			}
		}
	}); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "it has " + shape.Names(names)
}

// placeOf writes the first steps of a path.
func placeOf(p *path, steps int) string {
	var b strings.Builder
	switch p.root {
	case jsonpath.Context:
		b.WriteString("$$")
	case jsonpath.Variable:
		b.WriteString("$" + p.variable)
	default:
		b.WriteString("$")
	}
	for _, s := range p.steps[:steps] {
		if !s.InArray && asl.IsIdentifier(s.Name) {
			b.WriteString("." + s.Name)
		} else {
			b.WriteString(s.String())
		}
	}
	return b.String()
}

// document names what $ stands for in a field.
func document(at *where) string {
	for at.up != nil {
		at = at.up
	}
	switch {
	case strings.HasPrefix(at.token, "/Catch"):
		return "the error"
	case at.token == "/ResultSelector":
		return "the result"
	case at.token == "/OutputPath":
		return "the output"
	case at.token == "/Assign":
		return "what $ stands for here"
	}
	return "the input"
}
