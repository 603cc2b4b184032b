package main

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	botocore = flag.String("botocore", "", "the folder of botocore's Python package; by default the one that python3 imports")
	npm      = flag.String("npm", ".", "the folder whose node_modules has the npm packages")
)

// TestTableIsMadeFromItsSources makes the table again. The texts are compared, for
// another release of Go may compress them otherwise.
func TestTableIsMadeFromItsSources(t *testing.T) {
	if _, err := os.Stat(filepath.Join(*npm, "node_modules", "aws-cdk-lib")); err != nil {
		t.Skip("the npm packages are not at hand; see the package's comment, and the flag -npm")
	}
	s, err := openSources(*botocore, *npm)
	if err != nil {
		t.Skip(err)
	}
	made, err := s.entries()
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.entries()
	if err != nil {
		t.Fatal(err)
	}
	kept := readTable(t, "../table.zip")
	for name, text := range made {
		switch {
		case text != again[name]:
			t.Errorf("%s is not the same twice", name)
		case text != kept[name]:
			t.Errorf("%s is not what the sources give: run go generate ./catalog", name)
		}
		delete(kept, name)
	}
	for name := range kept {
		t.Errorf("%s is in the table and not in the sources", name)
	}
}

func readTable(t *testing.T, file string) map[string]string {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Comment != sourceVersions {
		t.Errorf("the table was made from %s, not %s", r.Comment, sourceVersions)
	}
	entries := map[string]string{}
	for _, f := range r.File {
		e, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(e)
		if err != nil {
			t.Fatal(err)
		}
		entries[f.Name] = string(text)
	}
	return entries
}

func TestPackingIsDeterministic(t *testing.T) {
	entries := map[string]string{"sdk/b": "two", "sdk/a": "one", "iam/c": "three"}
	first, err := pack(entries)
	if err != nil {
		t.Fatal(err)
	}
	second, err := pack(entries)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the same entries give another archive (%v)", err)
	}
}

// tree is a service whose API has a recursive shape, and shapes that are alike.
const tree = `{"metadata": {"serviceId": "Tree Service", "endpointPrefix": "tree"},
	"operations": {
		"PlantTree": {"name": "PlantTree", "http": {"method": "POST"}, "input": {"shape": "PlantTreeRequest"}, "errors": [{"shape": "TooManyTreesFault"}]},
		"WatchTree": {"name": "WatchTree", "http": {"method": "GET"}, "output": {"shape": "WatchTreeResponse"}}},
	"shapes": {
		"PlantTreeRequest": {"type": "structure", "required": ["rootNode", "token"], "members": {
			"rootNode": {"shape": "Node"}, "token": {"shape": "String", "idempotencyToken": true}, "kind": {"shape": "Kind"}, "default": {"shape": "Twig"}}},
		"Node": {"type": "structure", "members": {"name": {"shape": "String"}, "children": {"shape": "Nodes"}}},
		"Nodes": {"type": "list", "member": {"shape": "Node"}, "min": 1, "max": 9},
		"Twig": {"type": "structure", "members": {"name": {"shape": "OtherString"}, "children": {"shape": "Twigs"}}},
		"Twigs": {"type": "list", "member": {"shape": "Twig"}, "min": 1, "max": 9},
		"String": {"type": "string"}, "OtherString": {"type": "string"},
		"Kind": {"type": "string", "enum": ["OAK", "FIG"]},
		"WatchTreeResponse": {"type": "structure", "members": {"events": {"shape": "Events"}}},
		"Events": {"type": "structure", "eventstream": true, "members": {}}}}`

func TestBlock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "service-2.json")
	if err := os.WriteFile(file, []byte(tree), 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := readModel(file)
	if err != nil {
		t.Fatal(err)
	}
	none, err := parseExceptions("optional tree.PlantTreeRequest kind\nadded tree.PlantTreeRequest Extra\niam tree:plantTree tree:Plant\nunlisted tree")
	if err != nil {
		t.Fatal(err)
	}
	s := &sources{exceptions: none, permissions: map[string]*authorization{
		"tree": {actions: map[string]iamAction{"plant": {Name: "Plant"}}},
	}}
	want := strings.TrimPrefix(`
1 1 6 Tree tree u Tree Service
TooManyTreesException
plantTree 0 5 - 0 tree:Plant
S DefaultValue:1 Extra:3 Kind:4 RootNode!1 Token?3
S Children:2 Name:3
L1,9 1
s
s	OAK	FIG
S
`, "\n")
	if got := s.service(m).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := none.unused(); err != nil {
		t.Error(err)
	}
}

func TestExceptionsThatSayNothing(t *testing.T) {
	for _, text := range []string{"prefix", "prefix a b\nprefix a c", "# no\nmember"} {
		if _, err := parseExceptions(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	e, err := parseExceptions("refused there:is not")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.unused(); err == nil {
		t.Error("an exception of nothing is taken")
	}
}

func TestIntegrationsThatAreWrong(t *testing.T) {
	for _, text := range []string{
		"\tin A any",
		"a:b\n\tmystery x",
		"a:b\n\tin",
	} {
		if _, err := parseIntegrations(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	o := &optimizer{}
	for _, shape := range []string{"", "[any", "{any", "(A any)", "(A:any", "any any", "Nowhere.Shape", "string(A|B))"} {
		if n, err := o.parse(shape); err == nil {
			t.Errorf("%q is taken, as %c", shape, n.kind)
		}
	}
}

func TestShapesOfIntegrations(t *testing.T) {
	o := &optimizer{}
	for text, want := range map[string]string{
		"any":                        "a",
		"[string]":                   "L 0",
		"{[integer]}":                "M 0 0",
		"string(ONE|OTHER)":          "s\tONE\tOTHER",
		"(B!:string A:(C:{string}))": "S A:0 B!0",
	} {
		n, err := o.parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := n.line(nil); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
