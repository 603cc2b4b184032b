package value_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// FuzzParse holds the reader against encoding/json, which differs only where this
// package says so: it replaces invalid UTF-8, and it nests deeper.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.50,-0,1e400,"x\u00e9\ud83d\ude00\ud800"],"b":{"a":null,"a":true}}`, `[1,]`, `"\x"`, ` [ ] `, "\ufeff1", "\"\xff\"", `0123`, `[[[`, `tru`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text)
		valid := json.Valid([]byte(text)) && utf8.ValidString(text)
		if valid != (err == nil) && !(err != nil && strings.Contains(err.Error(), "nested more than")) {
			t.Fatalf("encoding/json finds it valid: %t, Parse: %v", valid, err)
		}
		n, nodeErr := value.ParseNode(text)
		if (err == nil) != (nodeErr == nil) {
			t.Fatalf("Parse: %v, ParseNode: %v", err, nodeErr)
		}
		if err != nil {
			return
		}
		written := value.String(v)
		if !value.Equal(v, n.Value) || value.String(n.Value) != written {
			t.Fatalf("Parse gives %s, ParseNode %s", written, value.String(n.Value))
		}
		if value.Size(v) != len(written) {
			t.Fatalf("Size is %d, the text %s", value.Size(v), written)
		}
		again, err := value.Parse(written)
		if err != nil || value.String(again) != written || !value.Equal(v, again) {
			t.Fatalf("%s reads back as %s, %v", written, value.String(again), err)
		}
		if indented, err := value.Parse(value.Indent(v)); err != nil || value.String(indented) != written {
			t.Fatalf("indented, %s reads back as %s, %v", written, value.String(indented), err)
		}
		if want := standard(t, text); want != standard(t, written) {
			t.Fatalf("encoding/json reads %s, from %s it reads %s", want, written, standard(t, written))
		}
		checkNodes(t, text, n)
	})
}

// standard returns the text as encoding/json reads and writes it, but for -0.
func standard(t *testing.T, text string) string {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(plainZero(v)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func plainZero(v any) any {
	switch v := v.(type) {
	case json.Number:
		if v == "-0" {
			return json.Number("0")
		}
	case []any:
		for i := range v {
			v[i] = plainZero(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plainZero(v[name])
		}
	}
	return v
}

func checkNodes(t *testing.T, text string, n *value.Node) {
	v, err := value.Parse(text[n.Offset:n.End])
	if err != nil || !value.Equal(v, n.Value) {
		t.Fatalf("the node of %s is at %q, %v", value.String(n.Value), text[n.Offset:n.End], err)
	}
	for _, e := range n.Elements {
		checkNodes(t, text, e)
	}
	for _, m := range n.Members {
		if text[m.NameOffset] != '"' {
			t.Fatalf("the name %q is at %q", m.Name, text[m.NameOffset:])
		}
		checkNodes(t, text, m.Node)
	}
}

// FuzzString writes any Go string and reads it back.
func FuzzString(f *testing.F) {
	f.Add("a\"\\\x00\x1f\x7f\u2028<😀\xff\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, s string) {
		text := value.String(s)
		if value.Size(s) != len(text) {
			t.Fatalf("Size is %d, the text %s", value.Size(s), text)
		}
		v, err := value.Parse(text)
		if want := string([]rune(s)); err != nil || v != want {
			t.Fatalf("%q is written as %s and reads back as %q, %v", s, text, v, err)
		}
	})
}
