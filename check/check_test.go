package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwise-go/stepwise/check"
)

var update = flag.Bool("update", false, "rewrite the golden sections of testdata")

// Each archive of testdata holds definitions and, behind each, everything that is
// reported of it. A definition whose name ends in .express.asl.json is checked as
// an Express workflow.
func TestFindings(t *testing.T) {
	for _, path := range archives(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []txtar.File
		for _, c := range definitions(archive) {
			got := check.Text("", c.text, c.options()...).Error() + "\n"
			t.Run(filepath.Base(path)+"/"+c.name, func(t *testing.T) {
				if diff := cmp.Diff(c.want, got); diff != "" && !*update {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			})
			files = append(files, txtar.File{Name: c.name + ".asl.json", Data: []byte(c.text)}, txtar.File{Name: c.name + ".txt", Data: []byte(got)})
		}
		if *update {
			archive.Files = files
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// findings is a definition and what is to be found in it.
type findings struct {
	name, text, want string
}

func (c findings) options() []check.Option {
	if strings.HasSuffix(c.name, ".express") {
		return []check.Option{check.Express()}
	}
	return nil
}

func archives(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no testdata", err)
	}
	return paths
}

func definitions(a *txtar.Archive) []findings {
	var all []findings
	for _, f := range a.Files {
		if name, ok := strings.CutSuffix(f.Name, ".asl.json"); ok {
			all = append(all, findings{name: name, text: string(f.Data)})
		} else if last := len(all) - 1; last >= 0 && f.Name == all[last].name+".txt" {
			all[last].want = string(f.Data)
		}
	}
	return all
}
