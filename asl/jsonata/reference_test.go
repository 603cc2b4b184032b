package jsonata_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// TestReference compares with what jsonata-js 2.0.6 answered to the expressions of
// testdata/*.txt, evaluated with testdata/input.json. Each takes a line, followed
// by an indented one with the answer: "= " and JSON, undefined or function, or
// "! " and the error's code and message.
func TestReference(t *testing.T) {
	input := readInput(t)
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no reference files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			for _, c := range readReference(t, file) {
				got := outcome(c.text, input)
				if !sameOutcome(got, c.want) {
					t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
				}
			}
		})
	}
}

type referenceCase struct{ text, want string }

func readReference(t testing.TB, file string) []referenceCase {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	var cases []referenceCase
	for i := 0; i+1 < len(lines); i += 2 {
		want, ok := strings.CutPrefix(lines[i+1], "\t")
		if !ok {
			t.Fatalf("%s:%d: no answer", file, i+2)
		}
		cases = append(cases, referenceCase{lines[i], want})
	}
	return cases
}

func readInput(t testing.TB) any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "input.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.Parse(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// outcome evaluates an expression and writes the answer as the files have it.
func outcome(text string, input any, opts ...jsonata.Option) string {
	v, err := evaluateText(context.Background(), text, input, nil, opts...)
	var e *jsonata.Error
	switch {
	case errors.As(err, &e):
		return "! " + e.Code + " " + e.Message
	case err != nil:
		return "! " + err.Error()
	}
	return "= " + describe(v)
}

// sameOutcome compares answers; equal JSON may be spelled differently.
func sameOutcome(got, want string) bool {
	if got == want {
		return true
	}
	a, errA := value.Parse(strings.TrimPrefix(got, "= "))
	b, errB := value.Parse(strings.TrimPrefix(want, "= "))
	return errA == nil && errB == nil && compareValues(a, b) == ""
}
