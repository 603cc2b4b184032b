package dsl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

// TestHostileWorkflowsEndInAnError builds workflows that are endless or explode
// if taken literally.
func TestHostileWorkflowsEndInAnError(t *testing.T) {
	own := dsl.Object{}
	own["a"], own["b"] = own, own
	deep := any(1)
	for range 100_000 {
		deep = []any{deep}
	}
	sum := dsl.Const(1)
	for range 100_000 {
		sum = fn.Add(sum, count)
	}
	double := dsl.Expr[int]("$states.input")
	c := small
	for range 100 {
		double = dsl.Expr[int]("{0} + {0}", double)
		c = dsl.And(c, c)
	}
	type list []list
	type pointer *pointer
	for name, v := range map[string]any{"a list of itself": list{{}, {}}, "a pointer to itself": pointer(nil)} {
		if _, err := output(v).Build(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	constant := dsl.Const[any](1)
	for range 100_000 {
		constant = dsl.Const[any](constant)
	}
	nested := small
	for range 100_000 {
		nested = dsl.Not(nested)
	}
	for name, v := range map[string]any{"an object in itself": own, "a deep list": deep, "a deep call": sum,
		"a doubling expression": double, "a constant in a constant": constant} {
		for _, w := range []dsl.Definition{output(v), dsl.New[any, any]("w", dsl.Pass("P").Output(dsl.Object{"v": v})).JSONata()} {
			fails(t, name, w)
		}
	}
	for name, c := range map[string]dsl.Condition{"a doubling condition": c, "a deep condition": nested} {
		fails(t, name, decide(c))
		fails(t, name, dsl.New[any, any]("w", dsl.Choice("C").When(c, dsl.Pass("A")).Otherwise(dsl.Pass("B"))).JSONata())
	}
}

func fails(t *testing.T, name string, w dsl.Definition) {
	t.Helper()
	_, err := w.Build()
	if err == nil {
		t.Errorf("%s builds", name)
		return
	}
	if len(err.Error()) > 10_000 {
		t.Errorf("%s: the error has %d characters: %s …", name, len(err.Error()), err.Error()[:200])
	}
}

func TestLongWorkflowsBuild(t *testing.T) {
	const n = 3000
	var list []dsl.Step
	chain := dsl.Steps()
	var first, last *dsl.PassState
	for i := range n {
		name := "S" + strings.Repeat("x", i%7) + time.Duration(i).String()
		list = append(list, dsl.Pass("list "+name))
		p := dsl.Pass("next " + name)
		if last == nil {
			first = p
		} else {
			last.Next(p)
		}
		last = p
		chain = chain.Next(dsl.Pass("chain " + name))
	}
	for name, w := range map[string]dsl.Definition{
		"a list":     dsl.New[any, any]("w", list...),
		"statements": dsl.New[any, any]("w", first),
		"a chain":    dsl.New[any, any]("w", chain),
	} {
		m, err := w.Build()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(m.States) != n || !asl.IsTerminal(m.States[n-1]) {
			t.Errorf("%s: %d states", name, len(m.States))
		}
	}
}
