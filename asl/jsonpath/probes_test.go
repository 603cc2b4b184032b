package jsonpath

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

var probesDir = flag.String("probes", "", "folder of JSONPath probes to run instead of the corpus")

// A probe is a path with the engine's answer on a document, and the service's
// where that is on record.
type probe struct {
	file string
	doc  any
	path string
	kind string // definite, indefinite, not_found, error or invalid
	all  *value.Object
}

// field returns a further field, nil if the probe has none of that name.
func (p probe) field(name string) any {
	v, _ := p.all.Get(name)
	return v
}

func readProbes(t *testing.T, folder string) []probe {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var probes []probe
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := value.Parse(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		doc, _ := v.(*value.Object).Get("doc")
		list, _ := v.(*value.Object).Get("probes")
		for _, v := range list.([]any) {
			p := probe{file: filepath.Base(file), doc: doc, all: v.(*value.Object)}
			p.path, p.kind = p.field("path").(string), p.field("kind").(string)
			probes = append(probes, p)
		}
	}
	return probes
}

// engineAnswer evaluates a path as the engine does, and classes the outcome as the
// probes do.
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

// disagreement says how a probe's answer differs from ours, or nothing. Where the
// service's answer is on record it wins over the engine's.
func (p probe) disagreement() string {
	if p.field("aws_refuses") == true && Check(p.path) == nil {
		return "the service refuses the path"
	}
	if reads := p.field("aws_reads"); reads != nil {
		root, _, _, err := Split(p.path)
		if want := map[any]Root{"context object": Context, "variable": Variable}[reads]; err != nil || root != want {
			return fmt.Sprintf("the service reads the %v, not the %v (%v)", reads, root, err)
		}
	}
	if want, settled := p.field("reference").(bool); settled {
		if _, err := ParseReference(p.path); (err == nil) != want {
			return fmt.Sprintf("reference path: %v, but %v", want, err)
		}
	}
	if want := p.field("aws_value"); want != nil {
		got, err := eval(p.path, p.doc)
		if err != nil || !value.Equal(got, want) {
			return fmt.Sprintf("the service gives %s, not %v, %v", value.String(want), got, err)
		}
		return ""
	}
	kind, v := engineAnswer(p.path, p.doc)
	if kind != p.kind {
		return fmt.Sprintf("the engine's answer is %s, not %s", p.kind, kind)
	}
	if want := p.field("value"); !value.Equal(v, want) {
		return fmt.Sprintf("the engine gives %s, not %s", value.String(want), value.String(v))
	}
	return ""
}

func eval(path string, doc any) (any, error) {
	p, err := Compile(path)
	if err != nil {
		return nil, err
	}
	return p.Eval(doc)
}

// TestGoldenProbes runs the probes of this package: see testdata/README.md.
func TestGoldenProbes(t *testing.T) {
	probes := readProbes(t, "testdata")
	if len(probes) == 0 {
		t.Fatal("no probes in testdata")
	}
	for _, p := range probes {
		if differs := p.disagreement(); differs != "" {
			t.Errorf("%s %q: %s", p.file, p.path, differs)
		}
	}
}

// corpusProbes returns the probes of the corpus, or of the folder that -probes
// names, and skips the test if there are none.
func corpusProbes(t *testing.T) []probe {
	corpus := cmp.Or(os.Getenv("STEPWISE_CORPUS"), filepath.Join("..", "..", "..", "shared", "corpus"))
	folder := cmp.Or(*probesDir, filepath.Join(corpus, "jsonpath"))
	probes := readProbes(t, folder)
	if len(probes) == 0 {
		t.Skipf("no probes in %s", folder)
	}
	return probes
}

// TestProbesAgreeWithEngine runs a folder of probes and says how many agree, by
// kind. Those whose answer depends on the engine's JSON library, or that change the
// document they read, do not count.
func TestProbesAgreeWithEngine(t *testing.T) {
	agreed, run := map[string]int{}, map[string]int{}
	for _, p := range corpusProbes(t) {
		kind := p.kind
		if p.field("provider_dependent") == true || p.field("changes_document") == true {
			kind = "apart"
		}
		run[kind]++
		if differs := p.disagreement(); differs == "" {
			agreed[kind]++
		} else {
			t.Logf("%s %q (%s): %s", p.file, p.path, kind, differs)
		}
	}
	sum, total := 0, 0
	for _, kind := range slices.Sorted(maps.Keys(run)) {
		t.Logf("%-10s %4d agreed, %4d differing", kind, agreed[kind], run[kind]-agreed[kind])
		if kind != "apart" {
			sum, total = sum+agreed[kind], total+run[kind]
		}
	}
	t.Logf("%-10s %4d agreed, %4d differing (%.2f%%)", "all", sum, total-sum, 100*float64(sum)/float64(total))
	if 100*sum < 99*total {
		t.Errorf("fewer than 99%% of the probes agree")
	}
}

// TestProbesSentences compares the sentences that a cause quotes.
func TestProbesSentences(t *testing.T) {
	compared := 0
	for _, p := range corpusProbes(t) {
		text, _ := p.field("error").(string)
		want, ok := strings.CutPrefix(text, "PathNotFoundException: ")
		path, err := Compile(p.path)
		if !ok || err != nil || !strings.HasPrefix(want, "No results") && !strings.HasPrefix(want, "Missing property") {
			continue
		}
		compared++
		if _, err := path.find(p.doc); err == nil || err.Error() != want {
			t.Errorf("%s %q: %v, want %s", p.file, p.path, err, want)
		}
	}
	t.Logf("%d sentences compared", compared)
}
