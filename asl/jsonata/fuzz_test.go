package jsonata_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// addExpressions seeds a fuzzer with the expressions of testdata.
func addExpressions(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		for _, c := range readReference(f, file) {
			f.Add(c.text)
		}
	}
}

// FuzzCompile checks that reading any text ends in an expression, whose nodes lie
// within one another, or in a complete error.
func FuzzCompile(f *testing.F) {
	addExpressions(f)
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := jsonata.Compile(text)
		if err != nil {
			checkError(t, err, text)
			return
		}
		checkNodes(t, expr.Root(), text)
		expr.Info()
	})
}

func checkError(t *testing.T, err error, text string) {
	t.Helper()
	var e *jsonata.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T is no *jsonata.Error: %v", err, err)
	}
	if len(e.Code) != len("S0000") || e.Position < 0 || e.Position > e.End || e.End > len(text) {
		t.Fatalf("incomplete error %+v of %q", e, text)
	}
}

func checkNodes(t *testing.T, root jsonata.Node, text string) {
	t.Helper()
	jsonata.Walk(root, func(n jsonata.Node) bool {
		if n.Pos() < 0 || n.Pos() > n.End() || n.End() > len(text) {
			t.Fatalf("%T at %d to %d in %q", n, n.Pos(), n.End(), text)
		}
		return true
	})
}

// FuzzEval checks that every evaluation ends soon, in a value that can be written
// as JSON or in a complete error.
func FuzzEval(f *testing.F) {
	addExpressions(f)
	input := readInput(f)
	f.Fuzz(func(t *testing.T, text string) {
		limits := []jsonata.Option{jsonata.MaxSteps(200_000), jsonata.MaxMemory(16 << 20)}
		for _, opts := range [][]jsonata.Option{limits, append(limits, jsonata.StepFunctions())} {
			expr, err := jsonata.Compile(text, opts...)
			if err != nil {
				return
			}
			start := time.Now()
			v, err := expr.Eval(context.Background(), input, jsonata.Env{})
			if took := time.Since(start); took > 5*time.Second {
				t.Fatalf("%q took %s", text, took)
			}
			if err != nil {
				checkError(t, err, text)
				continue
			}
			if v != (jsonata.Undefined{}) && v != (jsonata.Function{}) {
				if _, err := value.Parse(value.String(v)); err != nil {
					t.Fatalf("%q gives no JSON: %v", text, err)
				}
			}
		}
	})
}
