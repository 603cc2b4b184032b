package jsonata

import "slices"

// Info is what an expression uses, found out without evaluating it. Everything is
// in the order of the text.
type Info struct {
	// Variables are the uses of variables that the expression does not define:
	// those of the [Scope], and functions.
	Variables []VariableUse
	// Calls are the invocations and partial applications of functions.
	Calls []CallUse
	// Assigned are the variables that := binds.
	Assigned []*Variable
	// Inputs are the parts that look at the input document: $$ anywhere, and where
	// the input is the context value, $, %, *, ** and names of fields.
	Inputs []Node
}

// VariableUse is a use of a variable that the expression does not define.
type VariableUse struct {
	Variable *Variable
	// Members are the names selected from it, as far as the path consists of names:
	// two, input and id, in $states.input.id.$string().
	Members []*Name
}

// CallUse is a call of a function.
type CallUse struct {
	Call *Call
	// Name is the variable that the function is called by, empty if it is no variable.
	Name string
	// Builtin is the function of that name, if there is one that the expression does
	// not hide.
	Builtin *Builtin
	// Args is the number of arguments, one more than the call's if ~> passes another.
	Args int
	// Bare says that the name has no $, so that it is a field's, and the call fails.
	Bare bool
}

// Info returns what the expression uses.
func (e *Expr) Info() *Info {
	a := analysis{info: &Info{}, config: e.config}
	a.node(e.root, &names{later: assignedHere(e.root)}, false)
	return a.info
}

// names are the variables that a scope has bound so far. What a function within
// it sees when it is called, it may bind later.
type names struct {
	outer    *names
	bound    []string
	later    []string
	function bool // the scope is a function's
}

func (s *names) bind(name string) { s.bound = append(s.bound, name) }

// defines reports whether a name is bound in the scope or one around it.
func (s *names) defines(name string) bool {
	within := false // a function that is called later
	for ; s != nil; s = s.outer {
		if slices.Contains(s.bound, name) || within && slices.Contains(s.later, name) {
			return true
		}
		within = within || s.function
	}
	return false
}

// assignedHere returns the names that a node assigns in the scope it stands in.
func assignedHere(n Node) []string {
	var assigned []string
	Walk(n, func(inner Node) bool {
		switch inner := inner.(type) {
		case *Assignment:
			assigned = append(assigned, inner.Variable.Name)
		case *Lambda:
			return false
		case *Block:
			return inner == n
		}
		return true
	})
	return assigned
}

// analysis goes through a tree in the order of evaluation.
type analysis struct {
	info   *Info
	config *config
}

// node notes what a node uses. own says that the context value is not the input.
func (a *analysis) node(n Node, scope *names, own bool) {
	switch n := n.(type) {
	case *Name, *Wildcard, *Descendants, *Parent:
		a.input(n, own)
	case *Variable:
		a.variable(n, nil, scope, own)
	case *Path, *Filter, *KeepArray, *Sort, *Group, *Focus, *Index:
		a.step(n, &names{outer: scope}, own)
	case *Block:
		scope = &names{outer: scope, later: assignedHere(n)}
		for _, e := range n.Exprs {
			a.node(e, scope, own)
		}
	case *Assignment:
		a.node(n.Value, scope, own)
		a.info.Assigned = append(a.info.Assigned, n.Variable)
		scope.bind(n.Variable.Name)
	case *Lambda:
		scope = &names{outer: scope, later: assignedHere(n.Body), function: true}
		for _, p := range n.Params {
			scope.bind(p.Name)
		}
		a.node(n.Body, scope, own)
	case *Call:
		a.call(n, 0, scope, own)
	case *Binary:
		a.node(n.Left, scope, own)
		if call, ok := n.Right.(*Call); ok && n.Op == "~>" && !call.Partial() {
			a.call(call, 1, scope, own)
		} else {
			a.node(n.Right, scope, own)
		}
	case *Transform:
		eachChild(n, func(part Node) { a.node(part, scope, true) })
	default:
		eachChild(n, func(part Node) { a.node(part, scope, own) })
	}
}

func (a *analysis) input(n Node, own bool) {
	if !own {
		a.info.Inputs = append(a.info.Inputs, n)
	}
}

func (a *analysis) variable(n *Variable, members []*Name, scope *names, own bool) {
	switch {
	case n.Name == "":
		a.input(n, own)
	case scope.defines(n.Name):
	case n.Name == "$":
		a.info.Inputs = append(a.info.Inputs, n)
	default:
		a.info.Variables = append(a.info.Variables, VariableUse{n, members})
	}
}

// step notes what a part of a path uses. The variables that it binds are seen by
// all that follows it in the path.
func (a *analysis) step(n Node, scope *names, own bool) {
	switch n := n.(type) {
	case *Path:
		a.steps(n, scope, own)
	case *Filter:
		a.step(n.Base, scope, own)
		a.node(n.Predicate, scope, true)
	case *KeepArray:
		a.step(n.Base, scope, own)
	case *Sort:
		a.step(n.Base, scope, own)
		for _, t := range n.Terms {
			a.node(t.Expr, scope, true)
		}
	case *Group:
		a.step(n.Base, scope, own)
		for _, p := range n.Pairs {
			a.node(p.Key, scope, true)
			a.node(p.Value, scope, true)
		}
	case *Focus:
		a.step(n.Base, scope, own)
		scope.bind(n.Variable.Name)
	case *Index:
		a.step(n.Base, scope, own)
		scope.bind(n.Variable.Name)
	default:
		a.node(n, scope, own)
	}
}

func (a *analysis) steps(path *Path, scope *names, own bool) {
	before := len(a.info.Variables)
	for i, s := range path.Steps {
		a.step(s, scope, own || i > 0)
	}
	v, members := rooted(path)
	for i := range a.info.Variables[before:] {
		if use := &a.info.Variables[before+i]; use.Variable == v {
			use.Members = members
		}
	}
}

// rooted returns the variable that a part of a path starts with, if it does, and
// the names selected from it up to the first step that is none.
func rooted(n Node) (v *Variable, members []*Name) {
	path, ok := n.(*Path)
	if !ok {
		v, _ := stepBase(n).(*Variable)
		return v, nil
	}
	first := stepBase(path.Steps[0])
	v, members = rooted(first)
	if inner, ok := first.(*Path); ok && len(members) < len(inner.Steps)-1 {
		return v, members // the names end within what has been sorted
	}
	for _, s := range path.Steps[1:] {
		name, ok := stepBase(s).(*Name)
		if !ok {
			break
		}
		members = append(members, name)
	}
	return v, members
}

// stepBase returns what a step selects from, without predicates, order and bindings.
func stepBase(n Node) Node {
	for {
		switch s := n.(type) {
		case *Filter:
			n = s.Base
		case *KeepArray:
			n = s.Base
		case *Sort:
			n = s.Base
		case *Focus:
			n = s.Base
		case *Index:
			n = s.Base
		default:
			return n
		}
	}
}

func (a *analysis) call(n *Call, passed int, scope *names, own bool) {
	use := CallUse{Call: n, Args: len(n.Args) + passed}
	switch fn := n.Func.(type) {
	case *Variable:
		use.Name = fn.Name
		if f, ok := a.config.functions[fn.Name]; ok && !scope.defines(fn.Name) {
			described := f.describe()
			use.Builtin = &described
		}
		a.variable(fn, nil, scope, own)
	case *Name:
		use.Name, use.Bare = fn.Name, true
	default:
		a.node(fn, scope, own)
	}
	a.info.Calls = append(a.info.Calls, use)
	for _, arg := range n.Args {
		a.node(arg, scope, own)
	}
}
