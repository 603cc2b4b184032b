package jsonpath

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

var probesDir = flag.String("probes", "", "folder of JSONPath probes; by default that of the corpus")

// A probe is a path with the engine's answer on a document, and the service's
// where that is on record.
type probe struct {
	file  string
	doc   any
	path  string
	kind  string
	value any
	raw   *value.Object
}

func (p probe) has(field string) bool { return p.raw.Has(field) }

// probeFolder returns the folder of probes to run.
func probeFolder() string {
	corpus := cmp.Or(os.Getenv("STEPWISE_CORPUS"), filepath.Join("..", "..", "..", "shared", "corpus"))
	return cmp.Or(*probesDir, filepath.Join(corpus, "jsonpath"))
}

func readProbes(t testing.TB, file string) []probe {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.Parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	suite := v.(*value.Object)
	doc, _ := suite.Get("doc")
	list, _ := suite.Get("probes")
	var probes []probe
	for _, v := range list.([]any) {
		p := probe{file: filepath.Base(file), doc: doc, raw: v.(*value.Object)}
		path, _ := p.raw.Get("path")
		kind, _ := p.raw.Get("kind")
		p.path, p.kind = path.(string), kind.(string)
		p.value, _ = p.raw.Get("value")
		probes = append(probes, p)
	}
	return probes
}

// engineAnswer evaluates a path as the engine, which reports an error where an
// indefinite path lacks a property, and classes the outcome as the probes do.
func engineAnswer(path string, doc any) (kind string, v any) {
	p, err := Compile(path)
	if err != nil {
		return "invalid", nil
	}
	v, err = p.find(doc)
	switch err.(type) {
	case nil:
		if p.Definite() {
			return "definite", v
		}
		return "indefinite", v
	case *NotFoundError:
		return "not_found", nil
	}
	return "error", nil
}

// disagreement says how a probe's answer differs from ours, or nothing.
func (p probe) disagreement() string {
	if p.has("aws_refuses") && Check(p.path) == nil {
		return "the service refuses the path"
	}
	if reads, ok := p.raw.Get("aws_reads"); ok {
		root, _, _, err := Split(p.path)
		if want := map[any]Root{"context object": Context, "variable": Variable}[reads]; err != nil || root != want {
			return fmt.Sprintf("the service reads the %v, not the %v (%v)", reads, root, err)
		}
	}
	if want, ok := p.raw.Get("aws_value"); ok {
		path, err := Compile(p.path)
		if err != nil {
			return err.Error()
		}
		if got, err := path.Eval(p.doc); err != nil || !value.Equal(got, want) {
			return fmt.Sprintf("the service gives %s, not %v, %v", value.String(want), got, err)
		}
		return ""
	}
	kind, v := engineAnswer(p.path, p.doc)
	if kind != p.kind {
		return fmt.Sprintf("the engine's answer is %s, not %s", p.kind, kind)
	}
	if !value.Equal(v, p.value) {
		return fmt.Sprintf("the engine gives %s, not %s", value.String(p.value), value.String(v))
	}
	return ""
}

// TestProbesAgreeWithEngine runs every file of a folder of probes.
func TestProbesAgreeWithEngine(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(probeFolder(), "*.json"))
	if len(files) == 0 {
		t.Skipf("no probes in %s", probeFolder())
	}
	agreed, run, apart := map[string]int{}, map[string]int{}, 0
	for _, file := range files {
		for _, p := range readProbes(t, file) {
			differs := p.disagreement()
			if p.has("provider_dependent") || p.has("changes_document") {
				if differs != "" {
					apart++
				}
				continue
			}
			run[p.kind]++
			if differs == "" {
				agreed[p.kind]++
			} else {
				t.Logf("%s %q: %s", p.file, p.path, differs)
			}
		}
	}
	sum, total := 0, 0
	for _, kind := range slices.Sorted(maps.Keys(run)) {
		t.Logf("%-10s %4d of %4d", kind, agreed[kind], run[kind])
		sum, total = sum+agreed[kind], total+run[kind]
	}
	t.Logf("agreed: %d of %d (%.2f%%); differing, of those left out: %d", sum, total, 100*float64(sum)/float64(total), apart)
	if 100*sum < 99*total {
		t.Errorf("fewer than 99%% of the probes agree")
	}
}
