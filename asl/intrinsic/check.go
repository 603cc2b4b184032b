package intrinsic

import (
	"fmt"
	"strings"
)

// Fault tells what a [Problem] is about.
type Fault int

// The faults that [Check] finds.
const (
	ArgumentNumber Fault = iota // too few or too many arguments
	ArgumentKind                // an argument of a type that the function does not take
	ArgumentValue               // an argument that the function does not take, though the type is right
	Placeholders                // a template of States.Format that the arguments do not fit
)

// Problem is a mistake in a call that shows without any data: the call fails each
// time it is evaluated.
type Problem struct {
	Fault   Fault
	Call    *Call  // the call that is wrong, which may be a nested one
	Offset  int    // of what is wrong in the text
	End     int    // behind it
	Message string // a phrase for people
}

// Check returns the problems of a call and of the calls nested in it. A string that
// holds a placeholder ${...} may become any other string before it is deployed, and
// is passed over.
func Check(c *Call) []Problem {
	k := checker{call: c}
	k.arguments()
	if len(k.problems) == 0 {
		k.together()
	}
	return k.problems
}

type checker struct {
	call     *Call
	problems []Problem
}

func (k *checker) add(f Fault, offset, end int, message string) {
	k.problems = append(k.problems, Problem{f, k.call, offset, end, k.call.Name + ": " + message})
}

// arguments checks each argument for itself.
func (k *checker) arguments() {
	f := k.call.function
	if err := f.acceptNumber(len(k.call.Args)); err != nil {
		k.add(ArgumentNumber, k.call.Offset, k.call.Offset+len(k.call.Text), err.Error())
	}
	for i := range k.call.Args {
		a := &k.call.Args[i]
		if a.Kind == CallArg {
			k.problems = append(k.problems, Check(a.Call)...)
		}
		kinds := a.kinds()
		if len(f.Params) == 0 || kinds == Any {
			continue
		}
		if err := f.acceptKinds(i, kinds); err != nil {
			k.add(ArgumentKind, a.Offset, a.End, err.Error())
		} else if a.constant() {
			if err := f.acceptValue(i, a.Value); err != nil {
				k.add(ArgumentValue, a.Offset, a.End, err.Error())
			}
		}
	}
}

// together finds what shows only if the arguments are taken together.
func (k *checker) together() {
	c := k.call
	if c.template != nil && c.Args[0].constant() {
		t, values := c.template, len(c.Args)-1
		switch {
		case t.err != nil:
			k.add(Placeholders, c.Args[0].Offset, c.Args[0].End, `a brace that is not part of a placeholder {}; a brace as such is written \{ or \}`)
		case t.placeholders() != values:
			k.add(Placeholders, c.Args[0].Offset, c.Args[0].End, fmt.Sprintf("placeholders {} in the template: %d, values: %d", t.placeholders(), values))
		}
		return
	}
	args := make([]any, len(c.Args))
	for i := range c.Args {
		if !c.Args[i].constant() {
			return
		}
		args[i] = c.Args[i].Value
	}
	if _, err := c.apply(&Env{Rand: unforeseeable{}}, args); err != nil {
		k.add(ArgumentValue, c.Offset, c.Offset+len(c.Text), err.Error())
	}
}

// kinds returns what the argument may be.
func (a *Arg) kinds() Kinds {
	switch a.Kind {
	case Literal:
		return kindOf(a.Value)
	case CallArg:
		return a.Call.function.Result
	}
	return Any
}

// constant reports whether the argument is a literal that stays as it is.
func (a *Arg) constant() bool {
	s, _ := a.Value.(string)
	return a.Kind == Literal && !strings.Contains(s, "${")
}
