package jsonata

// notes is what compiling an expression finds out about it from where it stands.
type notes struct {
	mark mark

	// Done behind the expression's own evaluation.
	predicates   []*predicate
	group        *grouping
	groupsItself bool // a path groups before it is made a single value
	keepArray    bool
	after        bool // there are predicates, or a group to do

	// Of a step in a path.
	stages    []stage // predicates and index bindings on each of the step's results
	consArray bool    // an array constructor at an end of a path: as first step it sees all the context, and its array stays one value
	tuple     bool    // the step makes tuples
	focus     string  // the variable its values are bound to
	index     string  // the variable their positions are bound to
	ancestor  *slot   // the slot that its context is bound to, for %

	seeking []*slot // parents asked for within, not found yet
}

func (n *notes) note() *notes { return n }

// predicate is a filter's condition or position.
type predicate struct {
	cond  expr
	fixed bool // it is a constant position
	at    int
}

// stage is a predicate, or an index binding if that is empty.
type stage struct {
	predicate *predicate
	index     string
}

// slot is a parent that % asks for: the context of the step that is so many levels
// up, bound to a variable of that name.
type slot struct {
	name  string
	level int
}

// compiler makes an evaluable expression of a syntax tree. It keeps the first error.
type compiler struct {
	config   *config
	err      *Error
	globals  map[string]int // the slots of free variables; nil for $eval, where they have none
	names    []string
	assigned map[string]bool // the variables that something in the expression binds; nil if any may be
	kept     map[Node]bool   // the bases of x[]
	slots    int
	paths    []*pathExpr
	all      []*notes
}

func compile(text string, c *config) (*Expr, *Error) {
	e := &Expr{text: text, config: c}
	comp := &compiler{config: c, globals: map[string]int{}}
	var err *Error
	if e.root, e.code, err = comp.compile(text); err != nil {
		return nil, err.complete()
	}
	e.globals = comp.names
	e.scope = comp.assigned == nil || bindsHere(e.root)
	return e, nil
}

// code is an expression compiled, with what has to be known of the whole of it.
type code struct {
	expr     expr
	finishes bool // something is to be done behind the evaluation of one of its parts
	halves   bool // a literal holds half a surrogate pair
}

func (c *compiler) compile(text string) (Node, code, *Error) {
	root, p, err := parse(text)
	if err != nil {
		return nil, code{}, err
	}
	if nestedTooDeep(root, maxNesting) {
		return nil, code{}, tooDeep().at(root.named())
	}
	if c.globals != nil {
		c.assigned = assignedVariables(root)
	}
	x := c.expr(root)
	if _, isParent := x.(*parentExpr); c.err == nil && (isParent || x.note().seeking != nil) {
		c.fail(newError("S0217").at(x.note().mark))
	}
	if c.err != nil {
		return nil, code{}, c.err
	}
	return root, code{x, c.settle(), p.lexer.halfPair}, nil
}

// nestedTooDeep reports whether a tree goes deeper than so many levels.
func nestedTooDeep(n Node, levels int) bool {
	if levels < 0 {
		return true
	}
	deep := false
	eachChild(n, func(child Node) { deep = deep || nestedTooDeep(child, levels-1) })
	return deep
}

// assignedVariables returns the names that something in the tree binds. Where
// $eval may, it is nil: any.
func assignedVariables(root Node) map[string]bool {
	names := map[string]bool{}
	dynamic := false
	Walk(root, func(n Node) bool {
		switch n := n.(type) {
		case *Assignment:
			names[n.Variable.Name] = true
		case *Focus:
			names[n.Variable.Name] = true
		case *Index:
			names[n.Variable.Name] = true
		case *Lambda:
			for _, p := range n.Params {
				names[p.Name] = true
			}
		case *Variable:
			dynamic = dynamic || n.Name == "eval"
		}
		return true
	})
	if dynamic {
		return nil
	}
	return names
}

// settle decides what depends on the whole expression: which paths can be taken
// without tuples, and what has something to do behind its evaluation, if anything.
func (c *compiler) settle() (finishes bool) {
	for _, p := range c.paths {
		p.settle()
	}
	for _, n := range c.all {
		n.after = n.predicates != nil || n.group != nil && !n.groupsItself
		finishes = finishes || n.after
	}
	return finishes
}

func (c *compiler) fail(e *Error) expr {
	if c.err == nil {
		c.err = e
	}
	return &literalExpr{}
}

// notes returns the notes of a node.
func (c *compiler) notes(n Node) notes { return notes{mark: n.named()} }

// expr compiles a node.
func (c *compiler) expr(n Node) expr {
	if c.err != nil {
		return &literalExpr{}
	}
	x := c.node(n)
	if c.kept[n] {
		x.note().keepArray = true
	}
	c.all = append(c.all, x.note())
	return x
}

func (c *compiler) exprs(nodes []Node) []expr {
	exprs := make([]expr, len(nodes))
	for i, n := range nodes {
		exprs[i] = c.expr(n)
	}
	return exprs
}

func (c *compiler) node(n Node) expr {
	switch n := n.(type) {
	case *Literal:
		return &literalExpr{c.notes(n), n.Value}
	case *Regex:
		return c.regex(n)
	case *Name:
		return c.name(n)
	case *Variable:
		return c.variable(n)
	case *Wildcard:
		return &wildcardExpr{c.notes(n)}
	case *Descendants:
		return &descendantsExpr{c.notes(n)}
	case *Parent:
		c.slots++
		return &parentExpr{c.notes(n), &slot{name: parentName(c.slots), level: 1}}
	case *Placeholder:
		return &placeholderExpr{c.notes(n)}
	case *Path:
		return c.path(n)
	case *Filter:
		return c.filter(n)
	case *KeepArray:
		return c.keepArray(n)
	case *Sort:
		return c.sort(n)
	case *Group:
		return c.group(n)
	case *Focus:
		return c.focus(n)
	case *Index:
		return c.index(n)
	case *Binary:
		return c.binary(n)
	case *Negation:
		return c.negation(n)
	case *Array:
		x := &arrayExpr{notes: c.notes(n), items: c.exprs(n.Items)}
		seekAll(x, x.items...)
		return x
	case *Object:
		x := &objectExpr{notes: c.notes(n), group: c.grouping(n.Pairs, n.named())}
		for _, p := range x.group.pairs {
			seekAll(x, p.key, p.value)
		}
		return x
	case *Block:
		return c.block(n)
	case *Condition:
		return c.condition(n)
	case *Assignment:
		x := &assignExpr{notes: c.notes(n), name: n.Variable.Name, value: c.expr(n.Value)}
		seekAll(x, x.value)
		return x
	case *Call:
		return c.call(n)
	case *Lambda:
		x := &lambdaExpr{notes: c.notes(n), params: n.Params, signature: n.signature, body: c.expr(n.Body)}
		endsInCall(x.body)
		return x
	case *Transform:
		x := &transformExpr{notes: c.notes(n), pattern: c.expr(n.Pattern), update: c.expr(n.Update), plain: isPlain(n.Update)}
		if n.Delete != nil {
			x.delete = c.expr(n.Delete)
		}
		return x
	}
	return c.fail(newError("S0207").at(n.named()).about(endOfText))
}

func (c *compiler) name(n *Name) expr {
	step := &nameExpr{c.notes(n), n.Name}
	step.keepArray = c.kept[n]
	path := c.newPath(n, step)
	path.keepSingle = step.keepArray
	return path
}

func (c *compiler) variable(n *Variable) expr {
	x := &variableExpr{notes: c.notes(n), name: n.Name, slot: -1}
	x.local = c.assigned == nil || c.assigned[n.Name]
	if c.globals != nil && n.Name != "" {
		at, ok := c.globals[n.Name]
		if !ok {
			at = len(c.names)
			c.globals[n.Name] = at
			c.names = append(c.names, n.Name)
		}
		x.slot = at
	}
	return x
}

func (c *compiler) regex(n *Regex) expr {
	re, err := newRegex(n)
	if err != nil {
		return c.fail(err.at(n.named()))
	}
	return &regexExpr{c.notes(n), re}
}

func (c *compiler) negation(n *Negation) expr {
	operand := c.expr(n.Operand)
	if lit, ok := operand.(*literalExpr); ok {
		if f, ok := float(lit.value); ok {
			lit.value = canonical(-f)
			return lit
		}
	}
	x := &negationExpr{c.notes(n), operand}
	seekAll(x, operand)
	return x
}

func (c *compiler) binary(n *Binary) expr {
	left, right := c.expr(n.Left), c.expr(n.Right)
	operands := operands{c.notes(n), n.Op, left, right}
	var x expr
	switch n.Op {
	case "+", "-", "*", "/", "%":
		x = &arithmeticExpr{operands}
	case "=", "!=":
		x = &equalityExpr{operands}
	case "<", "<=", ">", ">=":
		x = &comparisonExpr{operands}
	case "&":
		x = &concatExpr{operands, chained(left)}
	case "and", "or":
		x = &logicExpr{operands}
	case "in":
		x = &membershipExpr{operands}
	case "..":
		x = &rangeExpr{operands}
	case "~>":
		x = &applyExpr{operands}
		x.note().keepArray = left.note().keepArray || right.note().keepArray
		return x // parents are not sought through an application
	}
	seekAll(x, left, right)
	return x
}

func (c *compiler) block(n *Block) expr {
	x := &blockExpr{notes: c.notes(n), exprs: c.exprs(n.Exprs), scope: c.assigned == nil}
	for _, e := range n.Exprs {
		x.scope = x.scope || bindsHere(e)
	}
	seekAll(x, x.exprs...)
	for _, e := range x.exprs {
		if e.note().consArray {
			x.consArray = true
		}
		if path, ok := e.(*pathExpr); ok && path.steps[0].note().consArray {
			x.consArray = true
		}
	}
	return x
}

// bindsHere reports whether a node assigns a variable in the scope it stands in.
func bindsHere(n Node) bool {
	found := false
	Walk(n, func(n Node) bool {
		switch n.(type) {
		case *Assignment:
			found = true
		case *Block, *Lambda:
			return false
		}
		return !found
	})
	return found
}

func (c *compiler) condition(n *Condition) expr {
	x := &conditionExpr{notes: c.notes(n), cond: c.expr(n.If)}
	seekAll(x, x.cond)
	x.then = c.expr(n.Then)
	seekAll(x, x.then)
	if n.Else != nil {
		x.otherwise = c.expr(n.Else)
		seekAll(x, x.otherwise)
	}
	return x
}

func (c *compiler) call(n *Call) expr {
	x := &callExpr{notes: c.notes(n), args: c.exprs(n.Args), partial: n.Partial()}
	seekAll(x, x.args...)
	x.fn = c.expr(n.Func)
	x.name, x.bare = calledName(x.fn)
	return x
}

// calledName returns the name that errors give a function, and whether it is a
// field's, without the $ of a variable.
func calledName(fn expr) (name any, bare bool) {
	switch fn := fn.(type) {
	case *variableExpr:
		return fn.name, false
	case *callExpr:
		return "(", false
	case *pathExpr:
		switch first := fn.steps[0].(type) {
		case *nameExpr:
			return first.name, true
		case *variableExpr:
			return first.name, true
		}
	}
	return nothing{}, false
}

// endsInCall marks the calls that an expression ends in, so that they are made by
// what invoked the function whose body it is. As in the reference, they then do
// nothing but call: what would group their value, or keep it an array, is lost.
func endsInCall(x expr) {
	n := x.note()
	if call, ok := x.(*callExpr); ok && !call.partial && n.predicates == nil {
		call.last, n.group, n.keepArray = true, nil, false
		return
	}
	if n.predicates != nil || n.group != nil || n.keepArray {
		return
	}
	switch x := x.(type) {
	case *conditionExpr:
		endsInCall(x.then)
		if x.otherwise != nil {
			endsInCall(x.otherwise)
		}
	case *blockExpr:
		if len(x.exprs) > 0 {
			endsInCall(x.exprs[len(x.exprs)-1])
		}
	}
}

func (c *compiler) grouping(pairs []Pair, m mark) *grouping {
	g := &grouping{mark: m}
	for _, p := range pairs {
		g.pairs = append(g.pairs, pairExpr{c.expr(p.Key), c.expr(p.Value)})
	}
	g.settle()
	return g
}
