package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// reads are what a state reads of the document that it gets, and of variables.
type reads struct {
	places    [][]jsonpath.Step // no steps: all of it
	variables map[string]bool   // those that the states inside it read too
}

func (r *reads) place(steps []jsonpath.Step) { r.places = append(r.places, steps) }

func (r *reads) variable(name string) {
	if r.variables == nil {
		r.variables = map[string]bool{}
	}
	r.variables[name] = true
}

// overlaps reports whether one place is in the other.
func overlaps(a, b []jsonpath.Step) bool {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i].InArray && b[i].InArray && (a[i].Index < 0 || b[i].Index < 0)
		}
	}
	return true
}

// within reports whether a place is in another one, or is it.
func within(place, outer []jsonpath.Step) bool {
	return len(outer) <= len(place) && overlaps(place, outer)
}

// maxSearch is how many states are looked at for a read; beyond, there is one.
const maxSearch = 300

// findUnread reports results and variables that nobody reads before they are
// replaced.
func (a *analysis) findUnread() {
	for _, n := range a.nodes {
		if n.raw != nil {
			a.findUnreadResult(n)
			a.findUnusedVariables(n)
		}
	}
}

// readsOf returns what a state reads, and of variables also what the states inside
// it do.
func (a *analysis) readsOf(n *node) *reads {
	if n.reads != nil {
		return n.reads
	}
	n.reads = a.ownReads(n)
	if len(n.inner) == 0 {
		return n.reads
	}
	n.reads = &reads{places: n.own.places}
	for name := range n.own.variables {
		n.reads.variable(name)
	}
	for _, s := range n.inner {
		if s.apart {
			continue
		}
		for _, inner := range s.states {
			for name := range a.readsOf(inner).variables {
				n.reads.variable(name)
			}
		}
	}
	return n.reads
}

func (a *analysis) ownReads(n *node) *reads {
	if n.own == nil {
		n.own = a.gather(n)
	}
	return n.own
}

// gather finds out what a state reads.
func (a *analysis) gather(n *node) *reads {
	r := &reads{}
	if n.visit.Language == asl.JSONata {
		r.place(nil)
		a.gatherExpressions(n, r)
		return r
	}
	inputPath := ""
	if io := filters(n.visit.State); io != nil {
		inputPath = io.InputPath.Text
	}
	read := func(text string, ofInput bool) {
		p := a.path(text)
		switch {
		case p.unknown:
			r.place(nil)
		case p.root == jsonpath.Variable:
			r.variable(p.variable)
		case p.root == jsonpath.Input && ofInput && (inputPath == "" || inputPath == "$"):
			r.place(p.steps)
		}
	}
	for o := range asl.Objects(n.visit.State) {
		_, isCatcher := o.Struct.(*asl.Catcher)
		for p := range o.Parts() {
			a.gatherPart(p, readsInput(n.visit.State, p, isCatcher), read)
		}
	}
	if c, ok := n.visit.State.(*asl.Choice); ok {
		for i := range c.Choices {
			gatherTest(&c.Choices[i].Test, read)
		}
	}
	if inputPath != "" {
		inputPath = "$"
		read(filters(n.visit.State).InputPath.Text, true)
	} else if readsAll(n.visit.State) {
		r.place(nil)
	}
	return r
}

// readsInput reports whether a field of a state sees the state's input, rather than
// its result or an error.
func readsInput(s asl.State, p asl.Part, isCatcher bool) bool {
	switch p.Name {
	case "ResultSelector", "OutputPath":
		return false
	case "Assign":
		return !isCatcher && asl.WorkOf(s) == nil
	}
	return true
}

// readsAll reports whether a state makes use of all of its input, filtered.
func readsAll(s asl.State) bool {
	switch s := s.(type) {
	case *asl.Task:
		return s.Parameters == nil
	case *asl.Parallel:
		return s.Parameters == nil
	case *asl.Map:
		return s.ItemReader == nil && !s.ItemsPath.IsSet()
	case *asl.Pass:
		return s.Parameters == nil && s.Result == nil && s.ResultPath.IsSet() && !s.ResultPath.Null
	case *asl.Succeed:
		return true
	}
	return false
}

func (a *analysis) gatherPart(p asl.Part, ofInput bool, read func(text string, ofInput bool)) {
	switch v := p.Value.(type) {
	case asl.Path:
		if p.Name == "ResultPath" || p.Name == "InputPath" || v.Text == "" {
			return
		}
		a.gatherText(v.Text, ofInput, read)
	case *asl.Payload:
		if p.Name != "Result" {
			a.gatherTemplate(v.Value, ofInput, read)
		}
	}
}

func (a *analysis) gatherTemplate(v any, ofInput bool, read func(text string, ofInput bool)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			a.gatherTemplate(e, ofInput, read)
		}
	case *value.Object:
		for m := range v.Members() {
			if s, ok := m.Value.(string); ok && strings.HasSuffix(m.Name, ".$") {
				a.gatherText(s, ofInput, read)
				continue
			}
			a.gatherTemplate(m.Value, ofInput, read)
		}
	}
}

// gatherText reads a path, or the paths in a call.
func (a *analysis) gatherText(s string, ofInput bool, read func(text string, ofInput bool)) {
	if strings.HasPrefix(s, "$") {
		read(s, ofInput)
		return
	}
	if call := a.Call(s); call != nil {
		for _, arg := range call.Paths() {
			read(arg.Path, ofInput)
		}
		return
	}
	read("$", ofInput)
}

func gatherTest(t *asl.Test, read func(text string, ofInput bool)) {
	if t.Variable != "" {
		read(t.Variable, true)
	}
	if text, ok := t.Operand.(string); ok && t.Operator.IsPath() {
		read(text, true)
	}
	for i := range t.And {
		gatherTest(&t.And[i], read)
	}
	for i := range t.Or {
		gatherTest(&t.Or[i], read)
	}
	if t.Not != nil {
		gatherTest(t.Not, read)
	}
}

// gatherExpressions finds the variables that the expressions of a state read.
func (a *analysis) gatherExpressions(n *node, r *reads) {
	text := func(s string) {
		if !asl.IsExpression(s) {
			return
		}
		if e := a.Expression(s); e != nil {
			jsonata.Walk(e.Root(), func(n jsonata.Node) bool {
				if v, ok := n.(*jsonata.Variable); ok {
					r.variable(v.Name)
				}
				return true
			})
		}
	}
	for o := range asl.Objects(n.visit.State) {
		for p := range o.Parts() {
			switch v := p.Value.(type) {
			case *asl.Payload:
				eachText(v.Value, text)
			case *asl.Int:
				text(v.Expr)
			case *asl.Num:
				text(v.Expr)
			case *string:
				text(*v)
			case string:
				text(v)
			}
		}
	}
}

func eachText(v any, f func(string)) {
	switch v := v.(type) {
	case string:
		f(v)
	case []any:
		for _, e := range v {
			eachText(e, f)
		}
	case *value.Object:
		for m := range v.Members() {
			eachText(m.Value, f)
		}
	}
}

// fate is what becomes of a value on one way on.
type fate int

const (
	remains fate = iota
	read
	replaced // by another value in its place
	lost
)

// written is a value on its way through the states behind the one that made it.
type written struct {
	*analysis
	at   func(*node, asl.Edge) (fate, string) // for each way out of a state
	done func(*node) bool                     // a state that ends the scope reads it
	left int                                  // how many more states are looked at
	by   string                               // the pointer of what replaces it
}

// search follows the ways behind a state, and reports whether the value is read on
// one of them.
func (w *written) search(from *node) bool {
	if from.search == w.searches {
		return false
	}
	from.search = w.searches
	if w.left--; w.left < 0 {
		return true
	}
	if f, _ := w.at(from, asl.Edge{}); f == read {
		return true
	}
	if asl.IsTerminal(from.visit.State) && w.done(from) {
		return true
	}
	for e := range asl.Edges(from.visit.State) {
		to := from.scope.states[e.To]
		if to == nil {
			return true // nobody knows where that leads
		}
		switch f, by := w.at(from, e); f {
		case remains:
			if w.search(to) {
				return true
			}
		case replaced:
			if w.by == "" {
				w.by = from.visit.Pointer + by
			}
		}
	}
	return false
}

// resultAt returns where a state puts its result, if it leaves the rest of its input
// as it is.
func (a *analysis) resultAt(n *node) (steps []jsonpath.Step, ok bool) {
	if n.visit.Language == asl.JSONata {
		return nil, false
	}
	var p asl.Path
	switch s := n.visit.State.(type) {
	case *asl.Pass:
		p = s.ResultPath
	default:
		w := asl.WorkOf(s)
		if w == nil {
			return nil, false
		}
		p = w.ResultPath
	}
	out := filters(n.visit.State).OutputPath
	if p.Text == "" || p.Text == "$" || out.Null || out.Text != "" && out.Text != "$" {
		return nil, false
	}
	to := a.path(p.Text)
	return to.steps, !to.unknown && to.whole && to.root == jsonpath.Input
}

func (a *analysis) findUnreadResult(n *node) {
	place, ok := a.resultAt(n)
	t := asl.TransitionOf(n.visit.State)
	if !ok || t == nil || n.scope.states[t.Next] == nil {
		return
	}
	a.searches++
	w := &written{analysis: a, left: maxSearch, done: func(*node) bool { return true }}
	w.at = func(at *node, e asl.Edge) (fate, string) {
		if e.To == "" {
			if slices.ContainsFunc(a.readsOf(at).places, func(p []jsonpath.Step) bool { return overlaps(p, place) }) {
				return read, ""
			}
			return remains, ""
		}
		return fateOf(at, e, place, a)
	}
	if w.search(n.scope.states[t.Next]) || w.by == "" {
		return
	}
	pointer := "/ResultPath"
	a.Report(Finding{Kind: NotRead, Visit: n.visit, Pointer: pointer,
		Message: fmt.Sprintf("the result that is put at %s is replaced before anything reads it", pathText(place)),
		Hint:    "drop it with a ResultPath of null, or put one of the two elsewhere", Other: w.by, Because: "replaced here"})
}

func pathText(place []jsonpath.Step) string {
	return placeOf(&path{steps: place, root: jsonpath.Input}, len(place))
}

// fateOf returns what becomes of what is at a place of a state's input on a way out
// of it, if the state does not read it.
func fateOf(n *node, e asl.Edge, place []jsonpath.Step, a *analysis) (fate, string) {
	if n.visit.Language == asl.JSONata {
		return read, ""
	}
	if e.Kind == asl.CatchEdge {
		i := strings.Split(e.Pointer, "/")[2]
		k := asl.WorkOf(n.visit.State).Catch[index(i)]
		return a.fateBy(k.ResultPath, place, "/Catch/"+i+"/ResultPath")
	}
	if out := filters(n.visit.State).OutputPath; out.Null || out.Text != "" && out.Text != "$" {
		return read, "" // not followed any further
	}
	switch s := n.visit.State.(type) {
	case *asl.Pass:
		if s.Parameters == nil && s.Result == nil && !s.ResultPath.IsSet() {
			return remains, ""
		}
		return a.fateBy(s.ResultPath, place, "/ResultPath")
	case *asl.Choice, *asl.Wait:
		return remains, ""
	}
	return a.fateBy(asl.WorkOf(n.visit.State).ResultPath, place, "/ResultPath")
}

func index(text string) int {
	n := 0
	for _, c := range text {
		n = n*10 + int(c-'0')
	}
	return n
}

// fateBy returns what becomes of what is at a place if a ResultPath is written to.
func (a *analysis) fateBy(p asl.Path, place []jsonpath.Step, pointer string) (fate, string) {
	switch {
	case p.Null:
		return remains, ""
	case p.Text == "" || p.Text == "$":
		return lost, ""
	}
	to := a.path(p.Text)
	switch {
	case to.unknown || !to.whole:
		return read, ""
	case within(place, to.steps):
		return replaced, pointer
	}
	return remains, ""
}

// findUnusedVariables reports the variables that a state assigns and nobody reads.
func (a *analysis) findUnusedVariables(n *node) {
	find := func(p *asl.Payload, pointer string) {
		if p == nil {
			return
		}
		o, ok := p.Value.(*value.Object)
		if !ok {
			return
		}
		for m := range o.Members() {
			name := strings.TrimSuffix(m.Name, ".$")
			if asl.IsVariableName(name) { // else it is a fault of its own
				a.findUnusedVariable(n, name, value.AppendPointer(pointer, m.Name), p)
			}
		}
	}
	find(asl.AssignOf(n.visit.State), "/Assign")
	if c, ok := n.visit.State.(*asl.Choice); ok {
		for i := range c.Choices {
			find(c.Choices[i].Assign, "/Choices/"+strconv.Itoa(i)+"/Assign")
		}
	}
	if w := asl.WorkOf(n.visit.State); w != nil {
		for i := range w.Catch {
			find(w.Catch[i].Assign, "/Catch/"+strconv.Itoa(i)+"/Assign")
		}
	}
}

func (a *analysis) findUnusedVariable(n *node, name, pointer string, by *asl.Payload) {
	readers := a.scopesReading(name)
	if len(readers) > 1 || len(readers) == 1 && !readers[n.scope] {
		return // another scope reads it, which has none or another one of that name
	}
	a.searches++
	w := &written{analysis: a, left: maxSearch, done: func(*node) bool { return false }}
	w.at = func(at *node, e asl.Edge) (fate, string) {
		switch {
		case e.To == "" && a.readsOf(at).variables[name]:
			return read, ""
		case e.To != "" && assigns(e.Assign, name):
			return replaced, ""
		}
		return remains, ""
	}
	leads := false
	for e := range asl.Edges(n.visit.State) {
		if e.Assign != by {
			continue
		}
		leads = true
		to := n.scope.states[e.To]
		if to == nil || len(readers) > 0 && w.search(to) {
			return
		}
	}
	t := asl.TransitionOf(n.visit.State)
	if !leads && (t == nil || !t.End) {
		return
	}
	a.Report(Finding{Kind: NotUsed, Visit: n.visit, Pointer: pointer,
		Message: fmt.Sprintf("nothing reads the variable %q behind this assignment", name)})
}

// scopesReading returns the scopes whose states read a variable of that name.
func (a *analysis) scopesReading(name string) map[*scope]bool {
	if a.readers == nil {
		a.readers = map[string]map[*scope]bool{}
		for _, n := range a.nodes {
			for name := range a.ownReads(n).variables {
				if a.readers[name] == nil {
					a.readers[name] = map[*scope]bool{}
				}
				a.readers[name][n.scope] = true
			}
		}
	}
	return a.readers[name]
}

func assigns(p *asl.Payload, name string) bool {
	if p == nil {
		return false
	}
	o, ok := p.Value.(*value.Object)
	return ok && (o.Has(name) || o.Has(name+".$"))
}
