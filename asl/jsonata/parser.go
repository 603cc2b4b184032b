package jsonata

import "strings"

// maxNesting is how deep the parts of an expression may stand within one another.
const maxNesting = 5000

// maxChain bounds the operators that follow one another without parentheses,
// which nest just as deep.
const maxChain = 5000

// bindingPower tells how tightly an operator behind an operand holds it. An
// operator that is not listed ends the operand.
var bindingPower = map[string]int{
	"[": 80, "(": 80, "@": 80, "#": 80,
	".": 75,
	"{": 70,
	"*": 60, "/": 60, "%": 60,
	"+": 50, "-": 50, "&": 50,
	"=": 40, "!=": 40, "<": 40, "<=": 40, ">": 40, ">=": 40, "^": 40, "~>": 40, "in": 40,
	"and": 30,
	"or":  25,
	"?":   20,
	":=":  10,
}

// negationPower is how tightly a minus sign holds the operand behind it.
const negationPower = 70

// parser is a Pratt parser: each token knows how to start an expression (prefix)
// or how to go on with the one to its left (infix). After the first error the
// lexer gives only the end, so that everything returns.
type parser struct {
	lexer lexer
	tok   token // the token looked at
	end   int   // behind the last token passed
	depth int
}

// parse returns the tree of an expression.
func parse(text string) (Node, *parser, *Error) {
	p := &parser{lexer: lexer{text: text}}
	p.tok = p.lexer.next(false)
	n := p.expression(0)
	if p.tok.kind != tokenEnd {
		p.fail(newError("S0201").at(p.tok.mark).about(p.tok.insert()))
	}
	return n, p, p.lexer.err
}

func (p *parser) fail(e *Error) {
	if p.lexer.err == nil {
		p.lexer.err = e
	}
	p.tok = p.lexer.fail("", 0, 0, nil)
}

// pass goes to the next token and returns the one looked at.
func (p *parser) pass(behindOperand bool) token {
	t := p.tok
	p.end = t.mark.end
	p.tok = p.lexer.next(behindOperand)
	return t
}

// expect passes an operator that has to stand here.
func (p *parser) expect(operator string, behindOperand bool) {
	if p.tok.is(operator) {
		p.pass(behindOperand)
		return
	}
	code := "S0202"
	if p.tok.kind == tokenEnd {
		code = "S0203"
	}
	e := errorOf(code, operator).at(p.tok.mark)
	p.fail(e.about(p.tok.insert()))
}

// accept passes an operator if it stands here.
func (p *parser) accept(operator string) bool {
	if !p.tok.is(operator) {
		return false
	}
	p.pass(false)
	return true
}

func (p *parser) span(start int, m mark) span { return span{pos: start, end: p.end, mark: m} }

// expression reads as much as holds together more tightly than the power says.
func (p *parser) expression(power int) Node {
	if p.depth++; p.depth > maxNesting {
		p.fail(tooDeep().at(p.tok.mark))
	}
	left := p.prefix(p.pass(true))
	for chain := 0; p.tok.kind == tokenOperator && power < bindingPower[p.tok.text]; chain++ {
		if chain > maxChain {
			p.fail(tooDeep().at(p.tok.mark))
			break
		}
		left = p.infix(left, p.pass(false))
	}
	p.depth--
	return left
}

// prefix reads an expression that starts with the token.
func (p *parser) prefix(t token) Node {
	s := span{pos: t.mark.start, end: t.mark.end, mark: t.mark}
	switch t.kind {
	case tokenEnd:
		return &missing{s}
	case tokenName:
		return &Name{s, t.text}
	case tokenVariable:
		return &Variable{s, t.text}
	case tokenLiteral:
		return &Literal{s, t.value}
	case tokenRegex:
		return &Regex{s, t.text, t.flags}
	}
	switch t.text {
	case "and", "or", "in":
		return &Name{s, t.text}
	case "*":
		return &Wildcard{s}
	case "**":
		return &Descendants{s}
	case "%":
		return &Parent{s}
	case "-":
		operand := p.expression(negationPower)
		return &Negation{p.span(t.mark.start, t.mark), operand}
	case "(":
		exprs := p.block()
		return &Block{p.span(t.mark.start, t.mark), exprs}
	case "[":
		items := p.array()
		return &Array{p.span(t.mark.start, t.mark), items}
	case "{":
		pairs := p.pairs()
		return &Object{p.span(t.mark.start, t.mark), pairs}
	case "|":
		return p.transform(t)
	}
	p.fail(newError("S0211").at(t.mark).about(t.text))
	return &missing{s}
}

// infix reads the rest of an expression whose left part and operator have been read.
func (p *parser) infix(left Node, t token) Node {
	start := left.Pos()
	switch t.text {
	case ".":
		return p.path(left, t)
	case "[":
		return p.filter(left, t)
	case "(":
		return p.call(left, t)
	case "{":
		pairs := p.pairs()
		return &Group{p.span(start, t.mark), left, pairs}
	case "^":
		terms := p.sortTerms()
		return &Sort{p.span(start, t.mark), left, terms}
	case "@":
		v := p.boundVariable(t)
		return &Focus{p.span(start, t.mark), left, v}
	case "#":
		v := p.boundVariable(t)
		return &Index{p.span(start, t.mark), left, v}
	case "?":
		return p.condition(left, t)
	case ":=":
		return p.assignment(left, t)
	}
	right := p.expression(bindingPower[t.text])
	return &Binary{p.span(start, t.mark), t.text, left, right}
}

func (p *parser) path(left Node, t token) Node {
	step := p.expression(bindingPower["."])
	if path, ok := left.(*Path); ok {
		path.Steps = append(path.Steps, step)
		path.end = p.end
		return path
	}
	return &Path{p.span(left.Pos(), t.mark), []Node{left, step}}
}

func (p *parser) filter(left Node, t token) Node {
	if p.accept("]") {
		return &KeepArray{p.span(left.Pos(), t.mark), left}
	}
	predicate := p.expression(0)
	p.expect("]", true)
	return &Filter{p.span(left.Pos(), t.mark), left, predicate}
}

// kept returns what stands before any [].
func kept(n Node) Node {
	for {
		k, ok := n.(*KeepArray)
		if !ok {
			return n
		}
		n = k.Base
	}
}

func (p *parser) call(left Node, t token) Node {
	var args []Node
	if !p.tok.is(")") {
		for {
			args = append(args, p.argument())
			if !p.accept(",") {
				break
			}
		}
	}
	p.expect(")", true)
	if name, ok := kept(left).(*Name); ok && (name.Name == "function" || name.Name == "λ") {
		return p.lambda(left, args, t)
	}
	return &Call{p.span(left.Pos(), t.mark), left, args}
}

func (p *parser) argument() Node {
	if !p.tok.is("?") {
		return p.expression(0)
	}
	t := p.pass(false)
	return &Placeholder{p.span(t.mark.start, t.mark)}
}

func (p *parser) lambda(left Node, args []Node, t token) Node {
	l := &Lambda{}
	for i, a := range args {
		v, ok := kept(a).(*Variable)
		if !ok {
			p.fail(errorOf("S0208", int64(i+1)).at(a.named()))
			break
		}
		l.Params = append(l.Params, v)
	}
	if p.tok.is("<") {
		l.Signature, l.signature = p.signature()
	}
	p.expect("{", false)
	l.Body = p.expression(0)
	p.expect("}", false)
	l.span = p.span(left.Pos(), t.mark)
	return l
}

// signature reads a signature, whose text is that of its tokens.
func (p *parser) signature() (string, *signature) {
	from := p.tok.mark
	var b strings.Builder
	b.WriteString(p.pass(false).text)
	for depth := 1; depth > 0 && !p.tok.is("{") && p.tok.kind != tokenEnd; {
		switch {
		case p.tok.is(">"):
			depth--
		case p.tok.is("<"):
			depth++
		}
		b.WriteString(p.tok.inSignature())
		if depth > 0 {
			p.pass(false)
		}
	}
	p.expect(">", false)
	sig, err := parseSignature(b.String())
	if err != nil {
		p.fail(err.at(from))
	}
	return b.String(), sig
}

func (p *parser) block() []Node {
	var exprs []Node
	for !p.tok.is(")") {
		exprs = append(exprs, p.expression(0))
		if !p.accept(";") {
			break
		}
	}
	p.expect(")", true)
	return exprs
}

func (p *parser) array() []Node {
	var items []Node
	if !p.tok.is("]") {
		for {
			items = append(items, p.item())
			if !p.accept(",") {
				break
			}
		}
	}
	p.expect("]", true)
	return items
}

func (p *parser) item() Node {
	first := p.expression(0)
	if !p.tok.is("..") {
		return first
	}
	t := p.pass(false)
	last := p.expression(0)
	return &Binary{p.span(first.Pos(), t.mark), t.text, first, last}
}

func (p *parser) pairs() []Pair {
	var pairs []Pair
	if !p.tok.is("}") {
		for {
			key := p.expression(0)
			p.expect(":", false)
			pairs = append(pairs, Pair{key, p.expression(0)})
			if !p.accept(",") {
				break
			}
		}
	}
	p.expect("}", true)
	return pairs
}

func (p *parser) sortTerms() []SortTerm {
	var terms []SortTerm
	p.expect("(", false)
	for {
		descending := p.tok.is(">")
		if descending || p.tok.is("<") {
			p.pass(false)
		}
		terms = append(terms, SortTerm{p.expression(0), descending})
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", false)
	return terms
}

func (p *parser) boundVariable(t token) *Variable {
	n := p.expression(bindingPower[t.text])
	v, ok := kept(n).(*Variable)
	if !ok {
		p.fail(newError("S0214").at(n.named()).about(t.text))
		return &Variable{}
	}
	return v
}

func (p *parser) condition(left Node, t token) Node {
	c := &Condition{If: left}
	c.Then = p.expression(0)
	if p.accept(":") {
		c.Else = p.expression(0)
	}
	c.span = p.span(left.Pos(), t.mark)
	return c
}

func (p *parser) assignment(left Node, t token) Node {
	v, ok := kept(left).(*Variable)
	if !ok {
		p.fail(newError("S0212").at(left.named()))
		return left
	}
	n := p.expression(bindingPower[":="] - 1) // right to left
	return &Assignment{p.span(left.Pos(), t.mark), v, n}
}

func (p *parser) transform(t token) Node {
	n := &Transform{}
	n.Pattern = p.expression(0)
	p.expect("|", false)
	n.Update = p.expression(0)
	if p.accept(",") {
		n.Delete = p.expression(0)
	}
	p.expect("|", false)
	n.span = p.span(t.mark.start, t.mark)
	return n
}
