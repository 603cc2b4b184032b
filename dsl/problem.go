package dsl

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// Codes of what only the builder can find; the rest has the service's or the
// checker's codes.
const (
	codeReference diag.Code = "DSL_REFERENCE" // a reference that cannot be made, or not in this place
	codeValue     diag.Code = "DSL_VALUE"     // a constant that the language cannot hold
	codeStep      diag.Code = "DSL_STEP"      // steps that do not form one graph
	codeHandle    diag.Code = "DSL_HANDLE"    // a handle or an action that is no good
)

// problem is something wrong that the builder found. It keeps the stack of the
// call at fault and becomes a diagnostic only when it is reported.
type problem struct {
	code    diag.Code
	at      stack
	pos     diag.Position // instead of at, if the place is known already
	state   *state        // the state concerned, if any
	field   string
	message string
	hint    string
	related []place
}

// place is another place that has to do with a problem.
type place struct {
	at      stack
	message string
}

func problemf(code diag.Code, at stack, hint, format string, args ...any) *problem {
	return &problem{code: code, at: at, message: fmt.Sprintf(format, args...), hint: hint}
}

// maxCallers is how many callers of the place at fault a diagnostic lists.
const maxCallers = 4

// diagnostic resolves the problem's places.
func (p *problem) diagnostic() diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: p.code, Position: p.pos, Field: p.field, Message: p.message, Hint: p.hint}
	if p.state != nil {
		d.State, d.Pointer = p.state.name, p.state.pointer
		if p.field != "" && d.Pointer != "" {
			d.Pointer += "/" + p.field
		}
	}
	callers := p.at.user()
	if !p.pos.IsValid() && len(callers) > 0 {
		d.Position, callers = callers[0], callers[1:]
	}
	for _, r := range p.related {
		d.Related = append(d.Related, diag.Related{Position: r.at.position(), Message: r.message})
	}
	for i, c := range callers {
		if i == maxCallers {
			break
		}
		if c != d.Position {
			d.Related = append(d.Related, diag.Related{Position: c, Message: "called from here"})
		}
	}
	return d
}
