package check

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonata"
)

// expression is a parsed JSONata expression and what it refers to.
type expression struct {
	err       error
	context   []problem       // uses of a context item that there is none of
	states    []statesUse     // of $states
	variables []use           // free variables, $states apart
	guarded   map[string]bool // the variables that it asks $exists of
	calls     []callUse       // of functions by their names
}

// use is a name that an expression refers to.
type use struct {
	name   string
	offset int
}

// statesUse is a read of $states with the fields that follow: input, order, id.
type statesUse struct {
	fields []string
	offset int
}

// field returns the field of $states itself, or "" if the whole is read.
func (u statesUse) field() string {
	if len(u.fields) == 0 {
		return ""
	}
	return u.fields[0]
}

type callUse struct {
	use
	args int
}

type problem struct {
	message string
	offset  int
}

// eachExpression calls f with every expression of a field of a JSONata state, and
// its place.
func (c *checker) eachExpression(v *asl.Visit, p asl.Part, f func(e *expression, at *where)) {
	given, ok := isComputed(v, p)
	if !ok {
		return
	}
	eachText(given, whereIs(p), func(s string, at *where) {
		if looksComputed(s) && !asl.HasPlaceholder(s) {
			f(c.expression(s), at)
		}
	})
}

// expression parses a text in {% %}, once for each text.
func (c *checker) expression(s string) *expression {
	if e, ok := c.expressions[s]; ok {
		return e
	}
	const open, shut = len("{%"), len("%}")
	e := &expression{guarded: map[string]bool{}}
	parsed, err := jsonata.Compile(s[open:max(open, len(s)-shut)], jsonata.StepFunctions())
	if err != nil {
		e.err = err
	} else {
		r := reader{expression: e, local: localNames(parsed.Root())}
		r.read(parsed.Root(), false)
		e.variables = slices.DeleteFunc(e.variables, func(u use) bool { return e.guarded[u.name] })
	}
	c.expressions[s] = e
	return e
}

// localNames returns the names that an expression binds itself, anywhere in it.
func localNames(root jsonata.Node) map[string]bool {
	names := map[string]bool{}
	jsonata.Walk(root, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Lambda:
			for _, p := range n.Params {
				names[p.Name] = true
			}
		case *jsonata.Assignment:
			names[n.Variable.Name] = true
		case *jsonata.Focus:
			names[n.Variable.Name] = true
		case *jsonata.Index:
			names[n.Variable.Name] = true
		}
		return true
	})
	return names
}

// reader gathers what an expression refers to.
type reader struct {
	*expression
	local map[string]bool
}

// read looks at a node and those within it. At the top of an expression there is no
// context item; a step, a predicate or the body of a function has one.
func (r *reader) read(n jsonata.Node, context bool) {
	switch n := n.(type) {
	case *jsonata.Name:
		r.needsContext(n, context, fmt.Sprintf("%q stands alone: there is no input that it could be a field of", n.Name))
	case *jsonata.Wildcard, *jsonata.Descendants, *jsonata.Parent:
		r.needsContext(n, context, "there is no input that this could select from")
	case *jsonata.Variable:
		r.variable(n, context)
	case *jsonata.Path:
		r.path(n, context)
	case *jsonata.Filter:
		r.read(n.Base, context)
		r.read(n.Predicate, true)
	case *jsonata.Sort:
		r.read(n.Base, context)
		for _, t := range n.Terms {
			r.read(t.Expr, true)
		}
	case *jsonata.Group:
		r.read(n.Base, context)
		for _, p := range n.Pairs {
			r.read(p.Key, true)
			r.read(p.Value, true)
		}
	case *jsonata.Lambda:
		r.read(n.Body, true)
	case *jsonata.Call:
		r.call(n, context, 0)
	case *jsonata.Binary:
		r.binary(n, context)
	default:
		r.inner(n, context)
	}
}

// inner reads what is directly within a node that changes no context.
func (r *reader) inner(n jsonata.Node, context bool) {
	first := true
	jsonata.Walk(n, func(child jsonata.Node) bool {
		if first {
			first = false
			return true
		}
		r.read(child, context || isTransform(n))
		return false
	})
}

func isTransform(n jsonata.Node) bool {
	_, ok := n.(*jsonata.Transform)
	return ok
}

func (r *reader) needsContext(n jsonata.Node, context bool, message string) {
	if !context {
		r.context = append(r.context, problem{message, n.Pos()})
	}
}

func (r *reader) variable(n *jsonata.Variable, context bool) {
	switch {
	case n.Name == "$":
		r.context = append(r.context, problem{"$$ is not available", n.Pos()})
	case n.Name == "":
		r.needsContext(n, context, "$ stands alone: there is no input")
	case n.Name == asl.ReservedVariable:
		r.states = append(r.states, statesUse{nil, n.Pos()})
	case !r.local[n.Name] && functions()[n.Name].Name == "":
		r.variables = append(r.variables, use{n.Name, n.Pos()})
	}
}

// path reads the steps of a path; the first stands where the path does.
func (r *reader) path(n *jsonata.Path, context bool) {
	if isNamed(n.Steps[0], asl.ReservedVariable) {
		r.states = append(r.states, statesUse{fieldNames(n.Steps[1:]), n.Pos()})
	} else {
		r.read(n.Steps[0], context)
	}
	for _, step := range n.Steps[1:] {
		r.read(step, true)
	}
}

// fieldNames returns the names that steps select, up to the first that selects
// otherwise.
func fieldNames(steps []jsonata.Node) []string {
	var names []string
	for _, step := range steps {
		name, whole := fieldName(step)
		if name == "" {
			break
		}
		names = append(names, name)
		if !whole {
			break
		}
	}
	return names
}

// fieldName returns the name that a step selects, and whether that is all that it
// does.
func fieldName(step jsonata.Node) (name string, whole bool) {
	switch n := step.(type) {
	case *jsonata.Name:
		return n.Name, true
	case *jsonata.Filter:
		name, _ = fieldName(n.Base)
	case *jsonata.KeepArray:
		name, _ = fieldName(n.Base)
	case *jsonata.Sort:
		name, _ = fieldName(n.Base)
	case *jsonata.Group:
		name, _ = fieldName(n.Base)
	}
	return name, false
}

// call reads the call of a function; a value that is piped into it is one more
// argument.
func (r *reader) call(n *jsonata.Call, context bool, piped int) {
	if f, ok := n.Func.(*jsonata.Variable); ok && f.Name != "" && f.Name != "$" && !r.local[f.Name] {
		r.calls = append(r.calls, callUse{use{f.Name, f.Pos()}, len(n.Args) + piped})
	} else {
		r.read(n.Func, context)
	}
	for _, a := range n.Args {
		if v := firstVariable(a); v != nil && isNamed(n.Func, "exists") {
			r.guarded[v.Name] = true
		}
		r.read(a, context)
	}
}

// binary reads an operator; ~> hands its left side to the function on its right.
func (r *reader) binary(n *jsonata.Binary, context bool) {
	r.read(n.Left, context)
	if call, ok := n.Right.(*jsonata.Call); ok && n.Op == "~>" {
		r.call(call, context, 1)
		return
	}
	if f, ok := n.Right.(*jsonata.Variable); ok && n.Op == "~>" && functions()[f.Name].Name != "" {
		return
	}
	r.read(n.Right, context)
}

// functions are those that the service's expressions can call.
var functions = sync.OnceValue(func() map[string]jsonata.Builtin { return jsonata.Builtins(jsonata.StepFunctions()) })

func isNamed(n jsonata.Node, name string) bool {
	v, ok := n.(*jsonata.Variable)
	return ok && v.Name == name
}

// firstVariable returns the variable that a node reads from, or nil.
func firstVariable(n jsonata.Node) *jsonata.Variable {
	switch n := n.(type) {
	case *jsonata.Variable:
		return n
	case *jsonata.Path:
		return firstVariable(n.Steps[0])
	case *jsonata.Filter:
		return firstVariable(n.Base)
	}
	return nil
}

func atCharacter(message string, offset int) string {
	return fmt.Sprintf("%s, at character %d of the expression", message, offset+1)
}

func expressionsParse(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		if e.err == nil {
			return
		}
		message := e.err.Error()
		if syntax, ok := errors.AsType[*jsonata.Error](e.err); ok {
			message = atCharacter(uncapitalized(syntax.Message), syntax.Position)
		}
		c.within(v, at, message, "")
	})
}

// uncapitalized returns a sentence as a phrase.
func uncapitalized(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

func expressionsHaveInput(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, problem := range e.context {
			c.within(v, at, atCharacter(problem.message, problem.offset), "read the input as $states.input")
		}
	})
}

// statesFields are the fields of $states.
var statesFields = []string{"input", "result", "errorOutput", "context"}

func statesFieldsAreAvailable(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.states {
			switch {
			case u.field() == "errorOutput" && !inCatcher(p):
				c.within(v, at, atCharacter("$states.errorOutput is only available in a catcher", u.offset), "")
			case u.field() == "result" && !hasResult(v, p) && !inCatcher(p):
				c.within(v, at, atCharacter("$states.result is only available in Output and Assign of a Task, Parallel or Map state", u.offset), "")
			}
		}
	})
}

func inCatcher(p asl.Part) bool {
	_, ok := p.Object.Struct.(*asl.Catcher)
	return ok
}

// hasResult reports whether a field is evaluated when a state's work is done.
func hasResult(v *asl.Visit, p asl.Part) bool {
	_, ofState := p.Object.Struct.(asl.State)
	return ofState && asl.WorkOf(v.State) != nil && (p.Name == "Output" || p.Name == "Assign")
}

func statesFieldsExist(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.states {
			switch name := u.field(); {
			case name == "result" && inCatcher(p):
				c.within(v, at, atCharacter("$states.result is nothing in a catcher", u.offset), "read the error from $states.errorOutput")
			case name != "" && !slices.Contains(statesFields, name):
				_, hint := c.didYouMean(name, slices.Values(statesFields), len(statesFields))
				c.within(v, at, atCharacter(fmt.Sprintf("$states has no field %q", name), u.offset), hint)
			}
		}
	})
}

func functionsExist(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.calls {
			if _, ok := functions()[u.name]; ok {
				continue
			}
			_, hint := c.didYouMean(u.name, sortedKeys(functions()), len(functions()))
			if u.name == "eval" {
				hint = "parse JSON with $parse"
			}
			c.within(v, at, atCharacter(fmt.Sprintf("there is no function $%s", u.name), u.offset), hint)
		}
	})
}

func functionsGetTheirArguments(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.calls {
			f, ok := functions()[u.name]
			switch {
			case ok && u.args < f.Min:
				c.within(v, at, atCharacter(fmt.Sprintf("$%s needs %s, not %d", u.name, arguments(f.Min), u.args), u.offset), "")
			case ok && f.Max >= 0 && u.args > f.Max:
				c.within(v, at, atCharacter(fmt.Sprintf("$%s takes %s, not %d", u.name, arguments(f.Max), u.args), u.offset), "")
			}
		}
	})
}

func arguments(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}
