package sfntest

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// matcher says for which inputs a list of answers is.
type matcher struct {
	method string // For or When
	at     string // the line of the test
	holds  func(*interp.Task) (bool, error)
	diff   func(*interp.Task) string // to the input wanted, "" if nobody knows
}

// String returns how the test's author knows it.
func (m *matcher) String() string { return m.method + " at " + m.at }

// For begins a list of answers for one input. It returns a Mock of that list:
// answers given to it are played for calls with that input only.
//
//	charge := sfntest.On(run, Charge)
//	charge.For(small).Return(receipt)
//	charge.For(large).Fail("Declined", "").Then().Return(receipt)
//	charge.Return(other) // for all other inputs
//
// Inputs are compared as JSON. A call takes its answer from the first list, in the
// order in which they were begun, whose input it has and that has one left; then
// from the list for all other inputs.
func (m *Mock[In, Out]) For(in In) *Mock[In, Out] {
	m.m.kit.t.Helper()
	want, err := value.From(in)
	if err != nil {
		m.m.kit.t.Fatalf("%s: For: %v", m.m.label, err)
	}
	c := m.m.callee
	return m.only(&matcher{
		method: "For",
		holds: func(task *interp.Task) (bool, error) {
			got, err := asInput[In](c, task)
			return err == nil && value.Equal(want, got), err
		},
		diff: func(task *interp.Task) string {
			got, err := asInput[In](c, task)
			if err != nil {
				return ""
			}
			d, _ := differences(want, got)
			return d
		},
	})
}

// When begins a list of answers for the inputs of which the function says true; see
// [Mock.For].
func (m *Mock[In, Out]) When(holds func(In) bool) *Mock[In, Out] {
	c := m.m.callee
	return m.only(&matcher{
		method: "When",
		holds: func(task *interp.Task) (bool, error) {
			in, err := input[In](c, task)
			return err == nil && holds(in), err
		},
		diff: func(*interp.Task) string { return "" },
	})
}

func (m *Mock[In, Out]) only(only *matcher) *Mock[In, Out] {
	_, file, line, _ := runtime.Caller(2)
	only.at = fmt.Sprintf("%s:%d", filepath.Base(file), line)
	l := &answers{only: only}
	m.m.lists = append(m.m.lists, l)
	return &Mock[In, Out]{m.m, l}
}

// asInput returns what a task sends, less what an In has no place for.
func asInput[In any](c callee, task *interp.Task) (any, error) {
	if reflect.TypeFor[In]() == reflect.TypeFor[any]() {
		return c.sent(task), nil
	}
	in, err := input[In](c, task)
	if err != nil {
		return nil, err
	}
	return value.From(in)
}
