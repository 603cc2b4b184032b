package asl_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

var modelOptions = cmp.Options{
	cmpopts.IgnoreFields(asl.StateMachine{}, "Locator"),
	cmpopts.IgnoreUnexported(asl.StateMachine{}),
	cmp.Comparer(func(a, b *value.Object) bool { return value.Equal(a, b) }),
}

func TestPrintingKeepsEveryDefinitionOfTheCorpus(t *testing.T) {
	dir := corpus.Dir(t, ".")
	read := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		top := strings.Split(filepath.ToSlash(rel), "/")[0]
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" || top == "jsonpath" || top == "jsonata" || strings.Contains(rel, "test_state") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var c struct {
			Valid      *bool
			Definition json.RawMessage
			Expect     struct{ Valid *bool }
		}
		if err := json.Unmarshal(text, &c); err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		if c.Valid != nil && !*c.Valid || c.Expect.Valid != nil && !*c.Expect.Valid || len(c.Definition) == 0 {
			return nil
		}
		read++
		t.Run(rel, func(t *testing.T) { keeps(t, string(c.Definition)) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d definitions", read)
}

// keeps checks that a valid definition survives printing, as a value and as a model.
func keeps(t *testing.T, text string) {
	m, faults := asl.Parse("", text)
	if len(faults) > 0 {
		t.Fatalf("refused:\n%v", faults)
	}
	want, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := any(m.Value()); !value.Equal(got, want) {
		t.Errorf("printed:\n%s\nwant:\n%s", value.Indent(got), value.Indent(want))
	}
	again, faults := asl.Parse("", m.Indent())
	if len(faults) > 0 {
		t.Fatalf("printed definition refused:\n%v", faults)
	}
	if diff := cmp.Diff(m, again, modelOptions); diff != "" {
		t.Errorf("model changed (-first +second):\n%s", diff)
	}
	if m.String() != again.String() {
		t.Error("two printings differ")
	}
}
