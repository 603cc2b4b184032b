package source_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/asl/source"
)

// seed adds the files of the archives to a fuzz test.
func seed(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "want" {
				f.Add(string(file.Data))
			}
		}
	}
}

// Whatever stands in a file, each machine has a definition or says why not, and every
// place is one of the text.
func checkFile(t *testing.T, f *source.File, text string) {
	for _, m := range f.Machines {
		if m.Definition == nil && len(m.Faults) == 0 {
			t.Errorf("machine %q has neither a definition nor faults", m.ID)
		}
		lines := strings.Split(text, "\n")
		for _, d := range append(m.Faults, f.Faults...) {
			p := d.Position
			if p.File != f.Name {
				continue // of a local file
			}
			if p.Line < 0 || p.Line > len(lines) || p.Line > 0 && p.Column > len(lines[p.Line-1])+1 {
				t.Errorf("%v: there is no such place", d)
			}
		}
		if m.Definition != nil {
			_ = m.Definition.String()
		}
	}
}

func FuzzYAML(f *testing.F) {
	seed(f)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		name := filepath.Join(dir, "f.yaml")
		checkFile(t, source.Parse(name, text), text)
	})
}

// The parts of a definition's string stand somewhere in the template, in every style.
func FuzzTemplate(f *testing.F) {
	seed(f)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"f.json", "f.yaml", "f.template"} {
			checkFile(t, source.Parse(filepath.Join(dir, name), text), text)
		}
		literal := "Resources:\n M:\n  Type: AWS::StepFunctions::StateMachine\n  Properties:\n   DefinitionString: |\n    " +
			strings.ReplaceAll(text, "\n", "\n    ")
		checkFile(t, source.Parse(filepath.Join(dir, "f.yaml"), literal), literal)
	})
}
