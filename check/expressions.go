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
	parsed    *jsonata.Expr // nil if it is faulty
	err       error
	context   []problem             // uses of an input that there is none of
	states    []jsonata.VariableUse // of $states
	variables []jsonata.VariableUse // of a workflow's variables
	calls     []jsonata.CallUse     // of functions by their names, not those that it defines itself
}

// problem is something wrong in an expression.
type problem struct {
	message, hint string
	offset        int
}

// statesField returns the field of $states that is read, or "" if the whole is.
func statesField(u jsonata.VariableUse) string {
	if len(u.Members) == 0 {
		return ""
	}
	return u.Members[0].Name
}

// eachExpression calls f with every expression of a field of a JSONata state, and
// its place.
func (c *checker) eachExpression(v *asl.Visit, p asl.Part, f func(e *expression, at *where)) {
	given, ok := isComputed(v, p)
	if !ok {
		return
	}
	eachText(given, whereIs(p), func(s string, at *where) {
		if asl.IsExpression(s) && !asl.HasPlaceholder(s) {
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
	e := &expression{}
	parsed, err := jsonata.Compile(s[open:max(open, len(s)-shut)], jsonata.StepFunctions())
	if err != nil {
		e.err = err
	} else {
		e.parsed = parsed
		e.read(parsed)
	}
	c.expressions[s] = e
	return e
}

// read notes what an expression uses.
func (e *expression) read(parsed *jsonata.Expr) {
	info := parsed.Info()
	called := map[*jsonata.Variable]bool{}
	guarded := map[string]bool{} // the variables that it asks $exists of
	for _, u := range info.Calls {
		if u.Name == "exists" {
			guardedBy(u.Call, guarded)
		}
		if f, ok := u.Call.Func.(*jsonata.Variable); ok {
			called[f] = true
			if u.Builtin != nil || uses(info, f) {
				e.calls = append(e.calls, u)
			}
		}
	}
	for _, u := range info.Variables {
		switch name := u.Variable.Name; {
		case name == asl.ReservedVariable:
			e.states = append(e.states, u)
		case !called[u.Variable] && !guarded[name] && functions()[name].Name == "":
			e.variables = append(e.variables, u)
		}
	}
	e.readInputs(parsed.Root(), info)
}

// uses reports whether a variable is one that the expression does not define.
func uses(info *jsonata.Info, v *jsonata.Variable) bool {
	return slices.ContainsFunc(info.Variables, func(u jsonata.VariableUse) bool { return u.Variable == v })
}

// guardedBy notes the variables that a call reads from.
func guardedBy(call *jsonata.Call, guarded map[string]bool) {
	for _, a := range call.Args {
		if v := firstVariable(a); v != nil {
			guarded[v.Name] = true
		}
	}
}

// readInputs notes where the input is read, of which there is none. What a function
// that the expression defines does with it is not on record, so it passes.
func (e *expression) readInputs(root jsonata.Node, info *jsonata.Info) {
	var lambdas []*jsonata.Lambda
	jsonata.Walk(root, func(n jsonata.Node) bool {
		if l, ok := n.(*jsonata.Lambda); ok {
			lambdas = append(lambdas, l)
		}
		return true
	})
	inLambda := func(n jsonata.Node) bool {
		return slices.ContainsFunc(lambdas, func(l *jsonata.Lambda) bool { return l.Pos() <= n.Pos() && n.End() <= l.End() })
	}
	for _, n := range info.Inputs {
		if message, always := inputProblem(n); always || !inLambda(n) {
			e.context = append(e.context, problem{message, "read the input as $states.input", n.Pos()})
		}
	}
	for _, u := range info.Calls {
		if u.Bare && !inLambda(u.Call) {
			e.context = append(e.context, problem{fmt.Sprintf("%q is no function: the name of one starts with $", u.Name), fmt.Sprintf("write $%s", u.Name), u.Call.Pos()})
		}
	}
}

// inputProblem says what is wrong with reading the input, and whether that is so in
// a function too.
func inputProblem(n jsonata.Node) (message string, always bool) {
	switch n := n.(type) {
	case *jsonata.Name:
		return fmt.Sprintf("%q stands alone: there is no input that it could be a field of", n.Name), false
	case *jsonata.Variable:
		if n.Name == "$" {
			return "$$ is not available", true
		}
		return "$ stands alone: there is no input", false
	}
	return "there is no input that this could select from", false
}

// functions are those that the service's expressions can call.
var functions = sync.OnceValue(func() map[string]jsonata.Builtin { return jsonata.Builtins(jsonata.StepFunctions()) })

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
			c.within(v, at, atCharacter(problem.message, problem.offset), problem.hint)
		}
	})
}

// statesFields are the fields of $states.
var statesFields = []string{"input", "result", "errorOutput", "context"}

func statesFieldsAreAvailable(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.states {
			switch field := statesField(u); {
			case field == "errorOutput" && !inCatcher(p):
				c.within(v, at, atCharacter("$states.errorOutput is only available in a catcher", u.Variable.Pos()), "")
			case field == "result" && !hasResult(v, p) && !inCatcher(p):
				c.within(v, at, atCharacter("$states.result is only available in Output and Assign of a Task, Parallel or Map state", u.Variable.Pos()), "")
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
			switch name := statesField(u); {
			case name == "result" && inCatcher(p):
				c.within(v, at, atCharacter("$states.result is nothing in a catcher", u.Variable.Pos()), "read the error from $states.errorOutput")
			case name != "" && !slices.Contains(statesFields, name):
				_, hint := c.didYouMean(name, slices.Values(statesFields), len(statesFields))
				c.within(v, at, atCharacter(fmt.Sprintf("$states has no field %q", name), u.Variable.Pos()), hint)
			}
		}
	})
}

func functionsExist(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.calls {
			if u.Builtin != nil {
				continue
			}
			_, hint := c.didYouMean(u.Name, sortedKeys(functions()), len(functions()))
			if u.Name == "eval" {
				hint = "parse JSON with $parse"
			}
			c.within(v, at, atCharacter(fmt.Sprintf("there is no function $%s", u.Name), u.Call.Func.Pos()), hint)
		}
	})
}

func functionsGetTheirArguments(c *checker, v *asl.Visit, p asl.Part) {
	c.eachExpression(v, p, func(e *expression, at *where) {
		for _, u := range e.calls {
			f := u.Builtin
			switch {
			case f == nil:
			case u.Args < f.Min:
				c.within(v, at, atCharacter(fmt.Sprintf("$%s needs %s, not %d", u.Name, arguments(f.Min), u.Args), u.Call.Func.Pos()), "")
			case f.Max >= 0 && u.Args > f.Max:
				c.within(v, at, atCharacter(fmt.Sprintf("$%s takes %s, not %d", u.Name, arguments(f.Max), u.Args), u.Call.Func.Pos()), "")
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
