package check

import (
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/check/internal/flow"
)

// Facts returns what is known of the data at each state, by the states' names.
func Facts(m *asl.StateMachine, opts ...Option) map[string]flow.Facts {
	c := newChecker(m, opts)
	c.survey()
	all := map[string]flow.Facts{}
	for i, f := range c.facts() {
		all[c.visits[i].Common().Name] = f
	}
	return all
}
