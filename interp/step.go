package interp

import (
	"strconv"

	"github.com/stepwise-go/stepwise/asl"
)

// A Step is a part of the definition that an execution has come by: a state, or
// what in a state decided how it goes on. A history does not tell all of it, as two
// rules of a Choice may lead to one state; it is what coverage is made of.
type Step struct {
	Execution *Execution // of a distributed Map's child, the child
	State     string     // the state's name

	// Part is a JSON Pointer from the state on: "" when it is entered, "/Next" or
	// "/End" when it is left without an error, "/Choices/1" for a rule that holds
	// and "/Default" if none does, "/Retry/0" for a retrier and "/Catch/0" for a
	// catcher that takes an error. A retrier takes those as well for which it has no
	// attempts left.
	Part string
}

// WithSteps adds a function that gets every step of an execution, as [WithObserver]
// adds one for the events, and with the same rules.
func WithSteps(observe func(Step)) Option {
	return func(c *config) error {
		c.steps = append(c.steps, observe)
		return nil
	}
}

// step reports a part of a state; i is its index in that part, or -1.
func (x *Execution) step(s *state, part string, i int) {
	if len(x.cfg.steps) == 0 || x.probe != nil {
		return
	}
	if i >= 0 {
		part += "/" + strconv.Itoa(i)
	}
	for _, observe := range x.cfg.steps {
		observe(Step{Execution: x, State: s.name, Part: part})
	}
}

// stepOut reports that a state is left without an error, unless a Choice has
// already said by which rule.
func (x *Execution) stepOut(s, next *state, is role) {
	if len(x.cfg.steps) == 0 || is == failureRole || s.typ == asl.ChoiceType {
		return
	}
	part := "/Next"
	if next == nil {
		part = "/End"
	}
	x.step(s, part, -1)
}
