package jsonata

// Builtin describes a function that expressions can call without defining it.
//
// A signature such as <s-nn?:s> has a symbol for the type of each parameter and,
// behind the colon, of the result:
//
//	s string  n number  b boolean  l null  o object  a array  f function
//	j any JSON value  x any value  (sn) one of these
//
// with, behind them, ? for a parameter that may be left out, + for one or more of
// it, - for one that the context value stands in for, and a<n> for the type of an
// array's items. Any other value in place of an array counts as an array of it, and
// any argument may be undefined. That of the result is for people and checkers; a
// function without one gives whatever its function argument makes of the items.
type Builtin struct {
	Name      string // without the $
	Signature string // the types of its parameters and of its result
	Min       int    // the arguments it needs; a context value may stand in for the first
	Max       int    // the arguments it takes; -1 is any number
	Doc       string // what it gives, a phrase
}

// Builtins returns the functions that expressions compiled with these options have,
// by their names.
func Builtins(opts ...Option) map[string]Builtin {
	c := newConfig(opts)
	all := make(map[string]Builtin, len(c.functions))
	for name, f := range c.functions {
		all[name] = f.describe()
	}
	return all
}

func (n *native) describe() Builtin {
	b := Builtin{Name: n.name, Signature: n.signature.text, Doc: n.doc}
	b.Min, b.Max = n.signature.arguments()
	return b
}

// arguments returns how many arguments a signature needs and takes, -1 for any
// number.
func (sig *signature) arguments() (least, most int) {
	most = len(sig.params)
	for _, p := range sig.params {
		if !p.optional {
			least++
		}
		if p.repeated {
			most = -1
		}
	}
	return least, most
}
