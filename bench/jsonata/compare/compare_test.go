package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestDifference(t *testing.T) {
	tests := []struct {
		name         string
		theirs, ours answer
		want         string
	}{
		{"spelling of numbers", answer{Kind: "value", Value: `{"a":1,"b":[2]}`}, answer{Kind: "value", Value: `{"b":[2.0],"a":1e0}`}, ""},
		{"values", answer{Kind: "value", Value: `[1,2]`}, answer{Kind: "value", Value: `[2,1]`}, "value"},
		{"kinds", answer{Kind: "undefined"}, answer{Kind: "value", Value: "null"}, "kind"},
		{"codes", answer{Kind: "error", Code: "T1006"}, answer{Kind: "error", Code: "T1005"}, "code"},
		{"messages", answer{Kind: "error", Code: "T1006", Message: "a"}, answer{Kind: "error", Code: "T1006", Message: "b"}, "message"},
		{"places", answer{Kind: "error", Code: "T1006", Position: 1}, answer{Kind: "error", Code: "T1006", Position: 2}, ""},
	}
	for _, tt := range tests {
		if got := difference(tt.theirs, tt.ours); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestReason(t *testing.T) {
	value := func(s string) answer { return answer{Kind: "value", Value: s} }
	failure := func(code, message string) answer { return answer{Kind: "error", Code: code, Message: message} }
	tests := []struct {
		name, text   string
		theirs, ours answer
		want         string
	}{
		{"an error of JavaScript", "a", answer{Kind: "crash"}, value("1"), "crash"},
		{"a limit", "a", value("1"), answer{Kind: "limit"}, "limit"},
		{"an infinity", "1/0", answer{Kind: "infinite"}, failure("D1001", ""), "infinite"},
		{"last digits", "$power(1.1, 9)", value("2.3579476910000015"), value("2.3579476910000011"), "digits"},
		{"other digits", "$power(1.1, 9)", value("2.3579476910000015"), value("2.3579476920000011"), ""},
		{"another item's error", "[$f(), -$g()]", failure("D1002", ""), failure("T1006", ""), "order"},
		{"another value of an array", "[1, 2]", value("1"), value("2"), ""},
		{"an assignment among items", "[$a := 1, $a]", value("[1,1]"), value("[1]"), "order"},
		{"an assignment elsewhere", "($a := [1, 2]; $a)", value("[1,1]"), value("[1]"), ""},
		{"another function's name", "f", failure("T0410", `Argument 1 of function "a" does`), failure("T0410", `Argument 1 of function undefined does`), "traces"},
		{"another argument", "f", failure("T0410", `Argument 1 of function "a" does`), failure("T0410", `Argument 2 of function "a" does`), ""},
		{"another code", "f", failure("T0410", ""), failure("T0411", ""), ""},
	}
	for _, tt := range tests {
		if got := reason(job{Text: tt.text}, tt.theirs, tt.ours); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func writeSuite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"groups/a/one.json":     `{"expr": "b.c[0]", "dataset": "d", "bindings": {}}`,
		"groups/a/many.json":    `[{"expr": "$sum([1, 2])", "data": {"x": 1}}, {"expr-file": "long.jsonata", "dataset": null}]`,
		"groups/a/long.jsonata": `function($x){ $x + 1 }(2)`,
		"datasets/d.json":       "\ufeff{\"b\": {\"c\": [1]}}",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSuiteIsReadAndEvaluated(t *testing.T) {
	s, err := readSuite(writeSuite(t))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := newOwn(s.documents)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range s.cases {
		got[c.Text] = ours.evaluate(c).Value
	}
	for text, want := range map[string]string{"b.c[0]": "1", "$sum([1, 2])": "3", "function($x){ $x + 1 }(2)": "3"} {
		if got[text] != want {
			t.Errorf("%s: got %q, want %q", text, got[text], want)
		}
	}
	if _, err := readSuite(t.TempDir()); err == nil {
		t.Error("a folder without cases is read without an error")
	}
}

func TestMutationsAreRepeatable(t *testing.T) {
	s, err := readSuite(writeSuite(t))
	if err != nil {
		t.Fatal(err)
	}
	texts := func(seed uint64) (texts []string) {
		m := newMutator(s, seed)
		for range 200 {
			texts = append(texts, m.next().Text)
		}
		return texts
	}
	first := texts(1)
	if !slices.Equal(first, texts(1)) {
		t.Error("one seed gives two sequences")
	}
	if slices.Equal(first, texts(2)) {
		t.Error("two seeds give one sequence")
	}
	sound := 0
	for _, text := range first {
		if len(nodes(text)) > 0 {
			sound++
		}
	}
	if sound < len(first)/2 {
		t.Errorf("only %d of %d mutations can be read", sound, len(first))
	}
}
