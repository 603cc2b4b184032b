package stacks

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The context of the image holds what the Dockerfile copies from it, and nothing else.
func TestTheContextOfTheImageIsWhatItCopies(t *testing.T) {
	name := filepath.Join(t.TempDir(), "Dockerfile")
	const text = "FROM golang AS build\nCOPY go.mod go.sum ./\nCOPY asl ./asl\nRUN go build\nFROM scratch\nCOPY --from=build /x /x\n"
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := notCopied(name)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"*", "!go.mod", "!go.sum", "!asl", "**/*_test.go", "**/*.test", "**/testdata"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("patterns (-want +got):\n%s", diff)
	}
	if _, err := notCopied(name + "s"); err == nil {
		t.Error("no error without a Dockerfile")
	}
}
