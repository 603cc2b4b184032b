package jsonata

// Builtin describes a function that expressions can call without defining it.
type Builtin struct {
	Name      string // without the $
	Signature string // such as <s-nn?:s>; empty if it takes anything
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
		b := Builtin{Name: name, Max: -1, Doc: f.doc}
		if f.signature != nil {
			b.Signature = f.signature.text
			b.Min, b.Max = f.signature.arguments()
		}
		all[name] = b
	}
	return all
}

// arguments returns how many arguments a signature needs and takes, -1 for any
// number.
func (s *signature) arguments() (least, most int) {
	most = len(s.params)
	for _, p := range s.params {
		if !p.optional {
			least++
		}
		if p.repeated {
			most = -1
		}
	}
	return least, most
}
