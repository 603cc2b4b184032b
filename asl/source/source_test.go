package source_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/asl/source"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// Each archive holds the files of one case; the first of them is read. Its section
// "want" lists the machines and everything that is wrong.
func TestArchives(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { testArchive(t, name) })
	}
}

func testArchive(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	last := len(archive.Files) - 1
	if last < 1 || archive.Files[last].Name != "want" {
		t.Fatal("the last section is not want")
	}
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, f := range archive.Files[:last] {
		write(t, f.Name, string(f.Data))
	}
	file, err := source.Read(archive.Files[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	got := describe(file)
	if *update {
		archive.Files[last].Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(archive.Files[last].Data), got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// describe lists what a file holds. Below each machine stands its definition as the
// reader understood it.
func describe(f *source.File) string {
	var b strings.Builder
	for _, fault := range f.Faults {
		fmt.Fprintln(&b, fault)
	}
	for _, m := range f.Machines {
		fmt.Fprintln(&b, strings.TrimSpace("machine "+m.ID+" "+m.Type))
		for _, fault := range m.Faults {
			fmt.Fprintln(&b, fault)
		}
		if m.Definition != nil {
			fmt.Fprintln(&b, m.Definition)
		}
	}
	return b.String()
}
