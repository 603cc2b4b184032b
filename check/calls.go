package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

// isCall reports whether a text is meant to call an intrinsic function.
func isCall(s string) bool { return strings.HasPrefix(s, "States.") }

// eachCall calls f with every text of a field that calls an intrinsic function,
// and its place. Where that text has to be a string, textual
// is true.
func (c *checker) eachCall(v *asl.Visit, p asl.Part, f func(call string, at *where, textual bool)) {
	if path, ok := p.Value.(asl.Path); ok && v.Language == asl.JSONPath && pathKinds[p.Name].calls && isCall(path.Text) {
		f(path.Text, whereIs(p), true)
	}
	c.eachDynamic(v, p, func(m value.Member, at *where) {
		if s, ok := m.Value.(string); ok && isCall(s) {
			f(s, at, false)
		}
	})
}

func callsAreWellFormed(c *checker, v *asl.Visit, p asl.Part) {
	c.eachCall(v, p, func(text string, at *where, textual bool) {
		call, err := c.parseCall(text)
		if err != nil {
			if !asl.HasPlaceholder(text) {
				message, hint := callMessage(err)
				c.within(v, at, message, hint)
			}
			return
		}
		if textual && !call.Function().Fail {
			c.within(v, at, fmt.Sprintf("cannot be a call of %s: a function that gives a string must stand here", call.Name), "call States.Format or States.JsonToString around it")
		}
		for _, arg := range call.Paths() {
			if message := c.pathFault(arg.Path, pathKind{}); message != "" {
				c.within(v, at, message, "")
			}
		}
	})
}

// parsedCall is what [intrinsic.Parse] returns for a text.
type parsedCall struct {
	call *intrinsic.Call
	err  error
}

// parseCall reads a call, once for each text.
func (c *checker) parseCall(text string) (*intrinsic.Call, error) {
	p, ok := c.calls[text]
	if !ok {
		p.call, p.err = intrinsic.Parse(text)
		c.calls[text] = p
	}
	return p.call, p.err
}

func callMessage(err error) (message, hint string) {
	if syntax, ok := errors.AsType[*intrinsic.SyntaxError](err); ok {
		return fmt.Sprintf("%s, at character %d", syntax.Message, syntax.Offset+1), syntax.Hint
	}
	return err.Error(), ""
}

// callArgumentsFit returns a rule that reports problems of a call's arguments, those
// of States.Format's placeholders or all others.
func callArgumentsFit(placeholders bool) func(*checker, *asl.Visit, asl.Part) {
	return func(c *checker, v *asl.Visit, p asl.Part) {
		c.eachCall(v, p, func(text string, at *where, _ bool) {
			call, err := c.parseCall(text)
			if err != nil {
				return
			}
			for _, problem := range intrinsic.Check(call) {
				if (problem.Fault == intrinsic.Placeholders) == placeholders {
					c.within(v, at, problem.Message, "")
				}
			}
		})
	}
}
