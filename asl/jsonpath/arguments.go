package jsonpath

import "slices"

// call reads the arguments of a function whose name is text[start:at].
//
// Behind arguments the path may go on, $.a.append(1).length(). Where there are
// none, the closing parenthesis is left to be read as the first character of a
// name, so that $.a.length().x looks for a member called ")" in a number; so does
// the engine.
func (p *parser) call(start int) error {
	name, closed := p.text[start:p.at], p.at+1
	for depth := 1; ; closed++ {
		if closed >= p.end {
			return p.fail(p.at, "a ( lacks its )")
		}
		if p.text[closed] == '(' {
			depth++
		}
		if p.text[closed] == ')' {
			if depth--; depth == 0 {
				break
			}
		}
	}
	p.at++
	if p.current() == ')' {
		p.add(start, step{kind: call, name: name})
		return nil
	}
	r := argumentReader{parser: p, parens: 1}
	args, err := r.read()
	if err != nil {
		return err
	}
	p.add(start, step{kind: call, name: name, args: args, inParens: true})
	return nil
}

// argumentReader cuts the text in a function's parentheses into arguments.
type argumentReader struct {
	*parser
	parens, brackets, braces, quotes int

	kind byte   // of the argument being read: 0 none yet, 'p' path, 'j' JSON
	buf  []byte // the text of the argument being read
	from int    // where it starts
	args []argument
}

// read goes through the text once. An argument starts at the first character that
// can start one, $ @ { " - or a digit; what stands before it is overlooked. It
// ends at a comma or parenthesis outside quotes, brackets and braces. Commas in
// quotes get lost. All this is the engine's way.
func (r *argumentReader) read() ([]argument, error) {
	var prior byte
	for r.at < r.end {
		b := r.text[r.at]
		r.at++
		if r.kind == 0 {
			if b == ' ' || b == '\t' || b == '\n' || b == '\r' {
				continue
			}
			r.start(b)
		}
		done, err := r.take(b, prior)
		if err != nil {
			return nil, err
		}
		if r.kind != 0 && !(b == ',' && r.atArgumentLevel()) {
			r.buf = append(r.buf, b)
		}
		prior = b
		if done {
			break
		}
	}
	if r.braces != 0 || r.parens != 0 || r.brackets != 0 {
		return nil, r.fail(r.at, "a function's arguments lack a closing bracket")
	}
	return r.args, nil
}

func (r *argumentReader) atArgumentLevel() bool {
	return r.braces == 0 && r.brackets == 0 && r.parens == 1
}

func (r *argumentReader) start(b byte) {
	switch {
	case b == '{' || b == '"' || b == '-' || b >= '0' && b <= '9':
		r.kind = 'j'
	case b == '$' || b == '@':
		r.kind = 'p'
	default:
		return
	}
	r.from = r.at - 1
}

// take counts brackets and quotes, and ends the argument where b does. It reports
// whether b closes the call.
func (r *argumentReader) take(b, prior byte) (done bool, err error) {
	switch b {
	case '"':
		if prior != '\\' && r.quotes > 0 {
			r.quotes--
		} else {
			r.quotes++
		}
	case '(':
		r.parens++
	case '{':
		r.braces++
	case '[':
		r.brackets++
	case '}', ']':
		open := &r.braces
		if b == ']' {
			open = &r.brackets
		}
		if *open == 0 {
			return false, r.fail(r.at-1, "a %c without opening bracket", b)
		}
		*open--
	case ')':
		r.parens--
		if r.parens < 0 || prior == '(' {
			r.buf = append(r.buf, b)
		}
		return r.finish(r.parens == 0 || r.parens == 1)
	case ',':
		return r.finish(r.parens == 1)
	}
	return false, nil
}

// finish compiles the argument that ends here, if it does.
func (r *argumentReader) finish(ends bool) (done bool, err error) {
	if !ends || r.quotes != 0 || r.braces != 0 || r.brackets != 0 {
		return false, nil
	}
	text := string(r.buf)
	switch r.kind {
	case 'j':
		v, err := parseLoose(text)
		r.args = append(r.args, argument{literal: v, err: err})
	case 'p':
		path, err := compileArgument(r.source, text, r.from)
		if err != nil {
			return false, err
		}
		r.args = append(r.args, newOperand(path))
	}
	if r.kind != 0 {
		r.buf, r.kind = r.buf[:0], 0
	}
	return r.parens == 0, nil
}

// compileArgument reads a path that is a function's argument. Blanks around it are
// not dropped.
func compileArgument(src source, text string, from int) (*Path, error) {
	src.text, src.base, src.depth = text, src.base+from, src.depth+1
	p := parser{cursor: cursor{source: src, end: len(text)}}
	return p.path()
}

// newOperand returns a path as an argument, with the path that the counting
// functions use: its children, unless it ends in a function.
func newOperand(path *Path) argument {
	n := len(path.steps)
	if n == 0 || path.steps[n-1].kind == call {
		return argument{path: path, members: path}
	}
	members := &Path{text: path.text, relative: path.relative}
	members.steps = append(slices.Clone(path.steps), step{kind: wildcard, certain: true})
	members.definite = path.definite
	if n >= 2 && path.steps[n-2].kind == scan {
		members.leafMarked, members.leafIndex = true, -1
	}
	return argument{path: path, members: members}
}
