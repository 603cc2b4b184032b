// Package readme keeps the README true: every piece of Go in it stands in a file
// that is compiled and tested.
package readme

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// snippet is a fenced block: the file that the comment before it names, its
// language and its text.
var snippet = regexp.MustCompile("(?ms)^(?:<!-- (\\S+) -->\n)?```(\\w+)\n(.*?)^```$")

func TestGoSnippetsStandInTheirFiles(t *testing.T) {
	blocks := snippet.FindAllStringSubmatch(read(t, "README.md"), -1)
	found := 0
	for _, b := range blocks {
		file, language, text := b[1], b[2], b[3]
		if language != "go" {
			continue
		}
		found++
		if file == "" {
			t.Errorf("a snippet without the name of its file:\n%s", text)
			continue
		}
		if !strings.Contains(read(t, file), text) {
			t.Errorf("%s does not have this snippet:\n%s", file, text)
		}
	}
	if found == 0 {
		t.Error("no snippet found")
	}
}

func TestCommandsAreThoseThatAreChecked(t *testing.T) {
	checks := read(t, ".ci/run")
	for _, command := range []string{"go test ./...", "npm ci", "npx cdk synth"} {
		for name, text := range map[string]string{"README.md": read(t, "README.md"), ".ci/run": checks} {
			if !strings.Contains(text, command) {
				t.Errorf("%s does not have the command %q", name, command)
			}
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	prose := snippet.ReplaceAllString(read(t, "README.md"), "")
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(prose, -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Error(fmt.Errorf("a link of the README: %w", err))
		}
	}
}
