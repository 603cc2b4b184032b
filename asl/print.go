package asl

import (
	"reflect"

	"github.com/stepwise-go/stepwise/asl/value"
)

// String returns the definition as compact JSON text. The fields of every object
// stand in one conventional order, so that equal machines give equal texts.
func (m *StateMachine) String() string { return value.String(m.Value()) }

// Indent returns the definition as JSON text for people, indented by two blanks a
// level, without a line feed at its end.
func (m *StateMachine) Indent() string { return value.Indent(m.Value()) }

// Value returns the definition as a JSON value; [FromValue] reads it back.
func (m *StateMachine) Value() *value.Object {
	return encodeObject(reflect.ValueOf(m).Elem(), machineSchema)
}

// StateValue returns a state, with all that is nested in it, as a JSON value;
// [StateFromValue] reads it back. The state's name is no part of it.
func StateValue(s State) *value.Object {
	return encodeObject(reflect.ValueOf(s).Elem(), stateSchemas[s.Type()], value.Member{Name: "Type", Value: string(s.Type())})
}

// encodeObject returns the object of a struct's fields that are set, behind those
// members that are given.
func encodeObject(v reflect.Value, s *schema, members ...value.Member) *value.Object {
	test := testOf(v)
	for i := range s.fields {
		f := &s.fields[i]
		if fv, ok := encode(v.FieldByIndex(f.index)); ok {
			members = append(members, value.Member{Name: f.Name, Value: fv})
		}
		if f.Name == "Variable" && test.Operator != "" {
			members = append(members, value.Member{Name: string(test.Operator), Value: test.Operand})
		}
	}
	return value.NewObject(members...)
}

// testOf returns the condition that an object holds, if it is a rule or a
// condition itself.
func testOf(v reflect.Value) Test {
	switch t := v.Addr().Interface().(type) {
	case *Rule:
		return t.Test
	case *Test:
		return *t
	}
	return Test{}
}

// encode returns the value of a field, and whether it is set.
func encode(v reflect.Value) (any, bool) {
	switch v := v.Addr().Interface().(type) {
	case *string:
		return *v, *v != ""
	case *QueryLanguage:
		return string(*v), *v != ""
	case *bool:
		return *v, *v
	case **string:
		return deref(*v)
	case **int64:
		return deref(*v)
	case **float64:
		if *v == nil {
			return nil, false
		}
		return value.FromFloat(**v), true
	case *[]string:
		return encodeStrings(*v), *v != nil
	case *Path:
		if v.Null {
			return nil, true
		}
		return v.Text, v.Text != ""
	case **Payload:
		if *v == nil {
			return nil, false
		}
		return (*v).Value, true
	case **Int:
		if *v != nil && (*v).Expr != "" {
			return (*v).Expr, true
		}
		if *v != nil {
			return (*v).Value, true
		}
		return nil, false
	case **Num:
		if *v != nil && (*v).Expr != "" {
			return (*v).Expr, true
		}
		if *v != nil {
			return value.FromFloat((*v).Value), true
		}
		return nil, false
	case *[]State:
		return encodeStates(*v), *v != nil
	}
	return encodeNested(v)
}

func deref[T any](p *T) (any, bool) {
	if p == nil {
		return nil, false
	}
	return *p, true
}

func encodeStrings(all []string) []any {
	a := make([]any, len(all))
	for i, s := range all {
		a[i] = s
	}
	return a
}

func encodeStates(states []State) *value.Object {
	members := make([]value.Member, len(states))
	for i, st := range states {
		members[i] = value.Member{Name: st.Common().Name, Value: StateValue(st)}
	}
	return value.NewObject(members...)
}

// encodeNested returns the value of a pointer to a struct or of a slice of them.
func encodeNested(v reflect.Value) (any, bool) {
	if v.IsNil() {
		return nil, false
	}
	if v.Kind() == reflect.Pointer {
		return encodeObject(v.Elem(), schemas[v.Type().Elem()]), true
	}
	a := make([]any, v.Len())
	for i := range a {
		a[i] = encodeObject(v.Index(i), schemas[v.Type().Elem()])
	}
	return a, true
}
