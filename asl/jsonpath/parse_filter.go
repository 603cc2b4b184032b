package jsonpath

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl/jsonpath/internal/regex"
)

// compileFilter reads the condition of a filter, parentheses included:
//
//	or         = and { "||" and }
//	and        = term { "&&" term }
//	term       = "(" or ")" | "!" term | comparison
//	comparison = operand [ operator operand ]
func compileFilter(src source) (condition, error) {
	f := filterParser{cursor{source: src, end: len(src.text)}}
	f.trim()
	cond, err := f.or()
	if err != nil {
		return nil, err
	}
	if f.skipBlanks(); f.at < f.end {
		return nil, f.fail(f.at, "expected the end of the filter")
	}
	return cond, nil
}

type filterParser struct{ cursor }

func (f *filterParser) or() (condition, error) {
	return f.joined("||", f.and, func(all []condition) condition { return anyOf(all) })
}

func (f *filterParser) and() (condition, error) {
	return f.joined("&&", f.term, func(all []condition) condition { return allOf(all) })
}

// joined reads one or more parts with an operator between them.
func (f *filterParser) joined(operator string, part func() (condition, error), join func([]condition) condition) (condition, error) {
	var all []condition
	for {
		cond, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, cond)
		at := f.significant(f.at)
		if !strings.HasPrefix(f.text[at:f.end], operator) {
			break
		}
		f.at = at + len(operator)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return join(all), nil
}

func (f *filterParser) term() (condition, error) {
	f.depth++
	defer func() { f.depth-- }()
	if f.depth > MaxDepth {
		return nil, f.fail(f.at, "filters, parentheses and arguments may be at most %d levels deep", MaxDepth)
	}
	f.skipBlanks()
	switch f.current() {
	case '!':
		if b := f.byteAt(f.significant(f.at + 1)); b != '$' && b != '@' {
			f.at++
			cond, err := f.term()
			return not{cond}, err
		}
	case '(':
		f.at++
		cond, err := f.or()
		if err != nil {
			return nil, err
		}
		end, ok := f.next(f.at, ')')
		if !ok {
			return nil, f.fail(end, "expected an operator or )")
		}
		f.at = end + 1
		return cond, nil
	}
	return f.comparison()
}

// comparison reads two operands and the operator between them, or a path alone,
// with an exclamation mark before it or not, which tests whether that is there.
// An exclamation mark before a path that is compared is overlooked.
func (f *filterParser) comparison() (condition, error) {
	f.skipBlanks()
	negated := f.current() == '!'
	if negated {
		f.at++
	}
	left, err := f.operand()
	if err != nil {
		return nil, err
	}
	if op := f.operator(); op != nil {
		right, err := f.operand()
		if err != nil {
			return nil, err
		}
		return comparison{left, right, op}, nil
	}
	if left.path == nil {
		return nil, f.fail(f.at, "a value must be compared with something")
	}
	return exists{left.path, !negated}, nil
}

// operator reads an operator, nil if there is none that is known: marks, or else
// anything up to the next blank, in letters of either case.
func (f *filterParser) operator() operator {
	start := f.significant(f.at)
	end := start
	for end < f.end && isOperatorMark(f.text[end]) {
		end++
	}
	if end == start {
		for end < f.end && f.text[end] != ' ' {
			end++
		}
	}
	op := operatorNamed(strings.ToUpper(f.text[start:end]))
	if op != nil {
		f.at = end
	}
	return op
}

func isOperatorMark(b byte) bool {
	return b == '<' || b == '>' || b == '=' || b == '~' || b == '!'
}

func (f *filterParser) operand() (operand, error) {
	f.skipBlanks()
	if f.current() == '!' {
		at := f.significant(f.at + 1)
		if b := f.byteAt(at); b != '$' && b != '@' {
			return operand{}, f.fail(at, "expected a path")
		}
		f.at = at
	}
	switch f.current() {
	case '$', '@':
		return f.path()
	case '"', '\'':
		return f.string()
	case '[', '{':
		return f.json()
	case '/':
		return f.regex()
	case 't':
		return f.word("true", node{kind: boolean, v: true})
	case 'f':
		return f.word("false", node{kind: boolean, v: false})
	case 'n':
		return f.word("null", node{kind: null})
	}
	return f.number()
}

// path reads a path up to a blank, an operator mark or a closing parenthesis
// outside square brackets, but for one that closes a function without arguments.
func (f *filterParser) path() (operand, error) {
	start := f.at
	for f.at++; f.at < f.end; f.at++ {
		if f.current() == '[' {
			end, err := f.closing(f.at, false)
			if err != nil {
				return operand{}, err
			}
			if end < 0 {
				return operand{}, f.fail(f.at, "a [ lacks its ]")
			}
			f.at = end + 1
		}
		b := f.current()
		if f.at >= f.end || b == ' ' || isOperatorMark(b) || b == ')' && !f.closesCall(start) {
			break
		}
	}
	f.at = min(f.at, f.end)
	path, err := compile(f.part(start, f.at))
	return operand{path: path}, err
}

// closesCall reports whether the ) at the cursor closes a function without
// arguments: "(" is before it, and a dot somewhere before that.
func (f *filterParser) closesCall(start int) bool {
	b, open := f.before(f.at)
	return b == '(' && open > start && strings.Contains(f.text[start+1:open], ".")
}

func (f *filterParser) string() (operand, error) {
	start := f.at
	end := f.unescaped(start, f.current())
	if end < 0 {
		return operand{}, f.fail(start, "a string lacks its closing quote")
	}
	s, err := f.unescape(start+1, end)
	f.at = end + 1
	return operand{node: node{kind: text, v: s}}, err
}

// json reads an array or object. What it says is looked at only when it is
// compared with something.
func (f *filterParser) json() (operand, error) {
	start := f.at
	end, err := f.closing(start, false)
	if err != nil {
		return operand{}, err
	}
	if end < 0 {
		return operand{}, f.fail(start, "a %c lacks its closing bracket", f.text[start])
	}
	f.at = end + 1
	n := node{kind: container, literal: f.text[start:f.at]}
	n.v, n.err = parseLoose(n.literal)
	return operand{node: n}, nil
}

func (f *filterParser) regex() (operand, error) {
	start := f.at
	end := f.unescaped(start, '/')
	if end < 0 {
		return operand{}, f.fail(start, "a regular expression lacks its closing /")
	}
	for f.at = end + 1; f.at < f.end && strings.IndexByte(regex.Flags, f.text[f.at]) >= 0; {
		f.at++
	}
	compiled, err := regex.Compile(f.text[start+1:end], f.text[end+1:f.at])
	if err != nil {
		return operand{}, f.fail(start, "%v", err)
	}
	return operand{node: node{kind: pattern, pattern: compiled}}, nil
}

func (f *filterParser) word(word string, n node) (operand, error) {
	if !strings.HasPrefix(f.text[f.at:f.end], word) {
		return operand{}, f.fail(f.at, "expected %s", word)
	}
	f.at += len(word)
	return operand{node: n}, nil
}

func (f *filterParser) number() (operand, error) {
	rest := f.text[f.at:f.end]
	length := strings.IndexFunc(rest, func(r rune) bool { return !isDigit(r) && !strings.ContainsRune("-.eE", r) })
	if length < 0 {
		length = len(rest)
	}
	n := parseNumber(latinDigits(rest[:length]))
	if n.kind == notANumber {
		return operand{}, f.fail(f.at, "expected a path, a quoted string, a number, true, false, null, an array, an object or a /regular expression/")
	}
	f.at += length
	return operand{node: node{kind: numeric, number: n}}, nil
}
