package jsonata

import "strings"

// signature is the types of a function's parameters: <s-nn?:s>. Its symbols are
//
//	s string  n number  b boolean  l null  o object  a array  f function
//	j any JSON value  x any value  (sn) one of these
//
// with, behind them, ? for optional, + for one or more, - for "the context value
// if there is no argument", and <n> for the type of an array's elements. What
// stands behind the colon, the result's type, is for people.
type signature struct {
	text   string
	params []parameter
}

// parameter is one parameter of a signature.
type parameter struct {
	accepts  string // the symbols of the types accepted; m, a missing value, is one
	optional bool
	repeated bool
	context  bool // the context value stands in for a missing argument
	array    bool // another value than an array becomes an array of it
	typed    bool // an array's elements are of the type
	elements string
}

const anyType = "asnblfom"

// parseSignature reads a signature. Symbols that mean nothing are skipped, as by
// the reference.
func parseSignature(text string) (*signature, *Error) {
	sig := &signature{text: text}
	for i := 1; i < len(text) && text[i] != ':'; i++ {
		end, err := sig.symbol(i)
		if err != nil {
			return nil, err
		}
		i = end
	}
	return sig, nil
}

// symbol reads the symbol at a place and returns the place of its last character.
func (sig *signature) symbol(at int) (int, *Error) {
	c := sig.text[at]
	switch c {
	case 's', 'n', 'b', 'l', 'o':
		sig.add(parameter{accepts: string(c) + "m"})
	case 'a':
		sig.add(parameter{accepts: anyType, array: true})
	case 'f':
		sig.add(parameter{accepts: "f"})
	case 'j':
		sig.add(parameter{accepts: "asnblom"})
	case 'x':
		sig.add(parameter{accepts: anyType})
	case '(':
		end := closing(sig.text, at, '(', ')')
		choice := sig.text[at+1 : end]
		if strings.Contains(choice, "<") {
			return 0, errorOf("S0402", choice)
		}
		sig.add(parameter{accepts: choice + "m"})
		return end, nil
	}
	last := sig.last()
	switch c {
	case '-':
		last.context, last.optional = true, true
	case '?':
		last.optional = true
	case '+':
		last.repeated = true
	case '<':
		if !last.array && last.accepts != "f" {
			return 0, newError("S0401")
		}
		end := closing(sig.text, at, '<', '>')
		last.typed, last.elements = true, sig.text[at+1:end]
		return end, nil
	}
	return at, nil
}

func (sig *signature) add(p parameter) { sig.params = append(sig.params, p) }

// last returns the parameter that a modifier is about, a discarded one if there is none.
func (sig *signature) last() *parameter {
	if len(sig.params) == 0 {
		return &parameter{}
	}
	return &sig.params[len(sig.params)-1]
}

// closing finds the bracket that closes the one at a place, or the end of the text.
func closing(s string, at int, open, shut byte) int {
	depth := 0
	for i := at; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// typeSymbol returns the symbol of a value's type.
func typeSymbol(v any) byte {
	switch v.(type) {
	case nil:
		return 'l'
	case string:
		return 's'
	case bool:
		return 'b'
	case undefined:
		return 'm'
	}
	switch {
	case isNumber(v):
		return 'n'
	case isArray(v):
		return 'a'
	case isCallable(v):
		return 'f'
	}
	return 'o'
}

// check returns the arguments as the function wants them: the context value put in
// where it stands for a missing one, single values made arrays. It does not write
// to args.
func (sig *signature) check(args []any, context any) ([]any, *Error) {
	if sig.plain(args) {
		return args, nil // what is missing at their end is optional
	}
	types := make([]byte, len(args))
	for i, a := range args {
		types[i] = typeSymbol(a)
	}
	taken, ok := sig.match(types)
	if !ok {
		return nil, sig.mismatch(args, types)
	}
	checked := make([]any, 0, max(len(args), len(sig.params)))
	at := 0
	for i := range sig.params {
		p := &sig.params[i]
		if taken[i] == 0 && p.context {
			if !p.allows(typeSymbol(context)) {
				e := errorOf("T0411", context)
				e.inserts.index = at + 1
				return nil, e
			}
			checked = append(checked, context)
			continue
		}
		for range max(taken[i], 1) {
			v, err := p.convert(args, types, at, taken[i])
			if err != nil {
				return nil, err
			}
			checked = append(checked, v)
			at++
		}
	}
	return checked, nil
}

// plain tells the common case: each argument is of the type wanted in its place, none
// is to be converted, and what they leave out can be left out.
func (sig *signature) plain(args []any) bool {
	if len(args) > len(sig.params) {
		return false
	}
	for i := range sig.params {
		p := &sig.params[i]
		if i >= len(args) {
			if !p.optional || p.context {
				return false
			}
		} else if p.repeated || !p.takes(args[i]) {
			return false
		}
	}
	return true
}

// takes reports whether the parameter takes the argument as it is.
func (p *parameter) takes(arg any) bool {
	symbol := typeSymbol(arg)
	if !p.array || symbol == 'm' {
		return p.allows(symbol)
	}
	items, ok := arrayItems(arg)
	return ok && (!p.typed || p.holds(items, true, symbol, 1))
}

func (p *parameter) allows(symbol byte) bool { return strings.IndexByte(p.accepts, symbol) >= 0 }

// convert returns the argument at a place for the parameter that takes it.
func (p *parameter) convert(args []any, types []byte, at, taken int) (any, *Error) {
	if at >= len(args) {
		return undefined{}, nil
	}
	v := args[at]
	if !p.array || taken == 0 || types[at] == 'm' {
		return v, nil
	}
	elements, isArray := arrayItems(v)
	if p.typed && !p.holds(elements, isArray, types[at], taken) {
		e := errorOf("T0412", v)
		e.inserts.index = at + 1
		e.inserts.elements = pluralType[p.elements]
		return nil, e
	}
	if !isArray {
		return []any{v}, nil
	}
	return v, nil
}

var pluralType = map[string]string{
	"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings",
}

// holds reports whether an argument's elements are of the type wanted. Of a type
// such as a<n> only the first symbol counts.
func (p *parameter) holds(elements []any, isArray bool, symbol byte, taken int) bool {
	if !isArray {
		return taken == 1 && p.elements == string(symbol)
	}
	for _, e := range elements {
		if p.elements == "" || typeSymbol(e) != p.elements[0] {
			return false
		}
	}
	return true
}

// match finds how many arguments each parameter takes: as many as it can, but
// leaving the later ones what they need.
func (sig *signature) match(types []byte) (taken []int, ok bool) {
	m := newMatching(sig.params, types, true)
	return m.taken, m.from(0, 0)
}

// matching is an attempt to match types to parameters.
type matching struct {
	params []parameter
	types  []byte
	whole  bool   // no type may be left over
	taken  []int  // by each parameter
	failed []bool // what cannot be matched, by parameter and type
}

func newMatching(params []parameter, types []byte, whole bool) *matching {
	return &matching{
		params: params, types: types, whole: whole,
		taken:  make([]int, len(params)),
		failed: make([]bool, len(params)*(len(types)+1)),
	}
}

// from matches the types from the at-th on to the parameters from the first on.
func (m *matching) from(first, at int) bool {
	if first == len(m.params) {
		return at == len(m.types) || !m.whole
	}
	failed := &m.failed[first*(len(m.types)+1)+at]
	if *failed {
		return false
	}
	p := &m.params[first]
	least, greatest := 1, 1
	if p.optional {
		least = 0
	}
	if p.repeated {
		greatest = len(m.types)
	}
	possible := 0
	for possible < greatest && at+possible < len(m.types) && p.allows(m.types[at+possible]) {
		possible++
	}
	for n := possible; n >= least; n-- {
		m.taken[first] = n
		if m.from(first+1, at+n) {
			return true
		}
	}
	*failed = true
	return false
}

// mismatch returns the error of arguments that do not match: about the first
// argument behind those that the parameters up to the faulty one can take.
func (sig *signature) mismatch(args []any, types []byte) *Error {
	good := 0
	for last := 1; last <= len(sig.params); last++ {
		m := newMatching(sig.params[:last], types, false)
		if !m.from(0, 0) {
			break
		}
		good = 0
		for _, n := range m.taken {
			good += n
		}
	}
	e := newError("T0410")
	if good < len(args) && !isUndefined(args[good]) {
		e.inserts.value = args[good]
	}
	e.inserts.index = good + 1
	return e
}
