package value_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestNodesKnowTheirPlace(t *testing.T) {
	const text = ` {"a": [1, {"b": "x"}], "c/d~": null, "a": true}`
	root, err := value.ParseNode(text)
	if err != nil {
		t.Fatal(err)
	}
	at := func(n *value.Node) string { return text[n.Offset:n.End] }
	first := root.Members[0].Node
	for _, tt := range []struct{ got, want string }{
		{at(root), strings.TrimSpace(text)},
		{at(first), `[1, {"b": "x"}]`},
		{at(first.Elements[0]), `1`},
		{at(first.Lookup("/1")), `{"b": "x"}`},
		{at(first.Lookup("/1/b")), `"x"`},
		{at(root.Lookup("")), strings.TrimSpace(text)},
		{at(root.Lookup(value.Pointer("c/d~"))), `null`},
		{at(root.Lookup("/a")), `true`}, // the last of both
		{value.String(root.Value), `{"a":true,"c/d~":null}`},
		{value.String(first.Value), `[1,{"b":"x"}]`},
		{text[root.Members[1].NameOffset:][:6], `"c/d~"`},
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
	var duplicates []bool
	for _, m := range root.Members {
		duplicates = append(duplicates, m.Duplicate)
	}
	if diff := cmp.Diff([]bool{false, false, true}, duplicates); diff != "" {
		t.Error(diff)
	}
}

func TestLookupFindsOnlyWhatIsThere(t *testing.T) {
	root, err := value.ParseNode(`{"a":[10,11],"":{"~1":1},"m/n":2}`)
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"": `{"a":[10,11],"":{"~1":1},"m/n":2}`, "/a/0": "10", "/a/1": "11", "/": `{"~1":1}`, "//~01": "1", "/m~1n": "2",
		"/b": "", "/a/2": "", "/a/-": "", "/a/01": "", "/a/+1": "", "/a/-1": "", "/a/0/0": "", "a": "", "/a/": "", "/a/99999999999999999999": "",
	} {
		got := ""
		if n := root.Lookup(pointer); n != nil {
			got = value.String(n.Value)
		}
		if got != want {
			t.Errorf("Lookup(%q) is %q, want %q", pointer, got, want)
		}
	}
	if (*value.Node)(nil).Lookup("/a") != nil {
		t.Error("a nil node has children")
	}
}

func TestPointerEscapes(t *testing.T) {
	if got, want := value.Pointer("States", "a/b~c", "0", ""), "/States/a~1b~0c/0/"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := value.Pointer(); got != "" {
		t.Errorf("the pointer of nothing is %q", got)
	}
}

func TestLinesAnswerAsLineColumn(t *testing.T) {
	for _, text := range []string{"", "a", "\n", "ab\ncd\n\nü\r\nx", strings.Repeat("x\n", 100)} {
		lines := value.NewLines(text)
		for offset := -1; offset <= len(text)+1; offset++ {
			line, column := value.LineColumn(text, offset)
			if l, c := lines.LineColumn(offset); l != line || c != column {
				t.Errorf("%q at %d: %d:%d and %d:%d", text, offset, l, c, line, column)
			}
		}
	}
	for offset, want := range map[int][2]int{0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 6: {3, 1}, 9: {4, 3}, 99: {5, 2}} {
		if line, column := value.LineColumn("ab\ncd\n\nü\r\nx", offset); [2]int{line, column} != want {
			t.Errorf("offset %d is %d:%d, want %v", offset, line, column, want)
		}
	}
}
