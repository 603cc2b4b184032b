package interp

import (
	"slices"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
)

// FieldValidation says how the result of a [StateMock] is held against what the API
// says that it gives (Step Functions API, MockInput, fieldValidationMode). Members that
// the API does not know are let through in each mode.
type FieldValidation string

// The modes; the zero value is Strict.
const (
	Strict  FieldValidation = "STRICT"  // required members have to be there, and all have to fit
	Present FieldValidation = "PRESENT" // the members that are there have to fit
	None    FieldValidation = "NONE"    // nothing is checked
)

// unmodelled are the integrations whose results come from an API that AWS publishes no
// model of.
var unmodelled = []string{"http:invoke", "apigateway:invoke", "eks:call", "eks:runJob"}

// resultShape returns the shape of what a task comes to, of the kind None if nothing
// is known of it.
func resultShape(r asl.Resource) catalog.Shape {
	switch r.Kind {
	case asl.OptimizedIntegration:
		if slices.Contains(unmodelled, r.Service+":"+r.Action) {
			break
		}
		if integration, ok := catalog.Optimized(r.Service, r.Action); ok {
			return integration.Result(r.Pattern)
		}
	case asl.SDKIntegration:
		if action, ok := catalog.Lookup(r.Service, r.Action); ok && r.Pattern == asl.RequestResponse {
			return action.Output
		}
	}
	return catalog.Shape{}
}

// checkShape checks the result of a mocked task against its API.
func checkShape(mode FieldValidation, r asl.Resource, v any) error {
	switch mode {
	case None:
		return nil
	case "", Strict, Present:
	default:
		return refused("1 validation error detected: Value '%s' at 'mock.fieldValidationMode' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [STRICT, PRESENT, NONE]", mode)
	}
	return (&shapeCheck{strict: mode != Present}).value(resultShape(r), "", v)
}

// shapeCheck holds a value against a shape, up to the first difference.
type shapeCheck struct{ strict bool }

func misfit(field, what string) error {
	return refused("Mock result schema validation error: Field '%s' %s", field, what)
}

// value checks the value of a field; those in arrays and maps go by the name of the
// field around them.
func (c *shapeCheck) value(s catalog.Shape, field string, v any) error {
	if v == nil || s.Scalar() {
		return nil
	}
	if s.Timed() {
		return c.text(s, field, v) // as in the API, whatever the integration writes
	}
	switch s.Kind() {
	case catalog.Structure, catalog.Union:
		return c.structure(s, field, v)
	case catalog.List:
		return c.list(s, field, v)
	case catalog.Map:
		return c.mapping(s, field, v)
	case catalog.String, catalog.Blob:
		return c.text(s, field, v)
	case catalog.Integer, catalog.Float:
		return c.number(s, field, v)
	case catalog.Boolean:
		if _, ok := v.(bool); !ok {
			return misfit(field, "must be a boolean")
		}
	}
	return nil
}

func (c *shapeCheck) structure(s catalog.Shape, field string, v any) error {
	object, ok := v.(*value.Object)
	if !ok {
		return misfit(field, "must be an object")
	}
	for m := range s.All() {
		member, present := object.Get(m.Name)
		switch {
		case !present && m.Required && c.strict:
			return refused("Mock result schema validation error: Required field '%s' is missing", m.Name)
		case present:
			if err := c.value(m.Shape, m.Name, member); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *shapeCheck) list(s catalog.Shape, field string, v any) error {
	elements, ok := v.([]any)
	if !ok {
		return misfit(field, "must be an array")
	}
	if err := length(s, field, len(elements)); err != nil {
		return err
	}
	for _, e := range elements {
		if err := c.value(s.Elem(), field, e); err != nil {
			return err
		}
	}
	return nil
}

func (c *shapeCheck) mapping(s catalog.Shape, field string, v any) error {
	object, ok := v.(*value.Object)
	if !ok {
		return misfit(field, "must be an object")
	}
	for m := range object.Members() {
		if err := c.value(s.Elem(), m.Name, m.Value); err != nil {
			return err
		}
	}
	return nil
}

func (c *shapeCheck) text(s catalog.Shape, field string, v any) error {
	text, ok := v.(string)
	if !ok {
		return misfit(field, "must be a string")
	}
	if enum := s.Enum(); enum != nil && !slices.Contains(enum, text) {
		return misfit(field, "is not an expected value")
	}
	return length(s, field, utf8.RuneCountInString(text))
}

func length(s catalog.Shape, field string, n int) error {
	least, most, _ := s.Bounds()
	switch {
	case float64(n) < least:
		return misfit(field, "is smaller than the minimum length")
	case most > 0 && float64(n) > most:
		return misfit(field, "exceeds the maximum length")
	}
	return nil
}

func (c *shapeCheck) number(s catalog.Shape, field string, v any) error {
	n, ok := value.Float(v)
	if !ok {
		return misfit(field, "must be a number")
	}
	least, most, bounded := s.Bounds()
	switch {
	case bounded && n < least:
		return misfit(field, "is less than the minimum value")
	case bounded && n > most:
		return misfit(field, "exceeds the maximum value")
	}
	return nil
}
