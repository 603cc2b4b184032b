// Package corpus finds the recorded behaviour of the real service that tests are
// held against where it is at hand: in the folder that the flag -corpus or the
// environment variable STEPWISE_CORPUS names, else in ../shared/corpus beside the
// repository. Tests that want it are skipped where it is not.
package corpus

import (
	"cmp"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var dir = flag.String("corpus", "", "folder with recorded and labelled cases; default is $STEPWISE_CORPUS, then ../shared/corpus beside the repository")

// Dir returns the folder of that name in the corpus, "." for the whole, or skips
// the test.
func Dir(t testing.TB, name string) string {
	t.Helper()
	root := cmp.Or(*dir, os.Getenv("STEPWISE_CORPUS"), filepath.Join(repository(t), "..", "shared", "corpus"))
	folder := filepath.Join(root, name)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		t.Skipf("there is no folder %s; name the corpus with -corpus", folder)
	}
	return folder
}

// Files returns the JSON files below the folder of that name in the corpus, or
// skips the test.
func Files(t testing.TB, name string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(Dir(t, name), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) == ".json" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// repository returns the folder of go.mod.
func repository(t testing.TB) string {
	t.Helper()
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		parent := filepath.Dir(at)
		if parent == at {
			t.Fatal("the test runs outside the repository")
		}
		at = parent
	}
}
