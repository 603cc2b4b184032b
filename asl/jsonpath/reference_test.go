package jsonpath_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

func TestParseReference(t *testing.T) {
	for _, path := range []string{
		`$`, `$.a`, `$.a.b[0].c`, `$['a b']`, `$['a']['b'][3]`, `$.store\.book`, `$.größe`, `$._a`, `$['a:b']`, `$['a.b']`, `$.a[-1]`,
	} {
		if _, err := jsonpath.ParseReference(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, test := range []struct{ path, want string }{
		{`$.a[*]`, `path "$.a[*]": a reference path may hold names and single indexes only, not [*] at offset 3`},
		{`$.*`, `path "$.*": a reference path may hold names and single indexes only, not [*] at offset 2`},
		{`$..a`, `path "$..a": a reference path may hold names and single indexes only, not .. at offset 1`},
		{`$.a[0:1]`, `path "$.a[0:1]": a reference path may hold names and single indexes only, not [0:1] at offset 3`},
		{`$.a[0,1]`, `path "$.a[0,1]": a reference path may hold names and single indexes only, not [0,1] at offset 3`},
		{`$['a','b']`, `path "$['a','b']": a reference path may hold names and single indexes only, not ['a','b'] at offset 1`},
		{`$.a[?(@.b)]`, `path "$.a[?(@.b)]": a reference path may hold names and single indexes only, not [?] at offset 3`},
		{`$.a.length()`, `path "$.a.length()": a reference path may hold names and single indexes only, not .length() at offset 4`},
		{`$.a@b`, `path "$.a@b": the name a@b of a reference path must stand in brackets and quotes at offset 2`},
		{`$.a[`, `path "$.a[": the last character belongs to no step at offset 3`},
		{`a.b`, `path "a.b": a path begins with $ at offset 0`},
		{`$$.a`, `path "$$.a": expected . or [ at offset 1`},
	} {
		if _, err := jsonpath.ParseReference(test.path); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.path, err, test.want)
		}
	}
}

func TestReferenceSet(t *testing.T) {
	const text = `{"a":{"b":1,"list":[{"x":1},2]},"text":"t","none":null}`
	for _, test := range []struct{ path, want string }{
		{`$`, `"new"`},
		{`$.a`, `{"a":"new","text":"t","none":null}`},
		{`$.a.b`, `{"a":{"b":"new","list":[{"x":1},2]},"text":"t","none":null}`},
		{`$.a.c`, `{"a":{"b":1,"list":[{"x":1},2],"c":"new"},"text":"t","none":null}`},
		{`$.p.q`, `{"a":{"b":1,"list":[{"x":1},2]},"text":"t","none":null,"p":{"q":"new"}}`},
		{`$.a.p['q r'].s`, `{"a":{"b":1,"list":[{"x":1},2],"p":{"q r":{"s":"new"}}},"text":"t","none":null}`},
		{`$.a.list[0].x`, `{"a":{"b":1,"list":[{"x":"new"},2]},"text":"t","none":null}`},
		{`$.a.list[1]`, `{"a":{"b":1,"list":[{"x":1},"new"]},"text":"t","none":null}`},
		{`$.none`, `{"a":{"b":1,"list":[{"x":1},2]},"text":"t","none":"new"}`},

		{`$.text.x`, `path "$.text.x": ['x'] needs an object at $['text'], not a string`},
		{`$.none.x`, `path "$.none.x": ['x'] needs an object at $['none'], not null or nothing`},
		{`$.a[0]`, `path "$.a[0]": [0] needs an array at $['a'], not an object`},
		{`$.a.list.x`, `path "$.a.list.x": ['x'] needs an object at $['a']['list'], not an array`},
		{`$.a.list[2]`, `path "$.a.list[2]": the array at $['a']['list'] has no element [2]: it has 2`},
		{`$.a.list[-1]`, `path "$.a.list[-1]": the array at $['a']['list'] has no element [-1]: it has 2`},
		{`$.p[0]`, `path "$.p[0]": [0] needs an array at $['p'], not null or nothing`},
	} {
		r, err := jsonpath.ParseReference(test.path)
		if err != nil {
			t.Fatal(err)
		}
		doc := parse(t, text)
		v, err := r.Set(doc, "new")
		got := ""
		if err != nil {
			got = err.Error()
			if !errors.As(err, new(*jsonpath.SetError)) {
				t.Errorf("%s: %T", test.path, err)
			}
		} else {
			got = value.String(v)
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.path, got, test.want)
		}
		if value.String(doc) != text {
			t.Errorf("%s changed the document to %s", test.path, value.String(doc))
		}
	}
	for _, root := range []any{"text", nil, int64(1), []any{}} {
		r, _ := jsonpath.ParseReference(`$.x`)
		if v, err := r.Set(root, "new"); err == nil {
			t.Errorf("Set(%v) = %v", root, v)
		}
	}
}

// What was set is what is read, and nothing else changes.
func TestReferenceGetAfterSet(t *testing.T) {
	names := []string{"a", "b", "c d"}
	object := rapid.Custom(func(t *rapid.T) any {
		var members []value.Member
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, rapid.ID[string]).Draw(t, "names") {
			members = append(members, value.Member{Name: name, Value: rapid.SampledFrom([]any{nil, int64(1), "t"}).Draw(t, "leaf")})
		}
		return value.NewObject(members...)
	})
	rapid.Check(t, func(t *rapid.T) {
		root := object.Draw(t, "root").(*value.Object)
		root = root.With("o", object.Draw(t, "inner")).With("l", []any{object.Draw(t, "element"), nil})
		path := "$"
		for _, step := range rapid.SliceOfN(rapid.SampledFrom([]string{".a", "['c d']", ".o", ".l", "[0]", "[1]"}), 0, 4).Draw(t, "steps") {
			path += step
		}
		r, err := jsonpath.ParseReference(path)
		if err != nil {
			t.Fatal(err)
		}
		before := value.String(root)
		set, err := r.Set(root, "new")
		if value.String(root) != before {
			t.Fatalf("%s changed the document", path)
		}
		if err != nil {
			return
		}
		if got, err := r.Get(set); err != nil || got != "new" {
			t.Fatalf("%s reads %v, %v", path, got, err)
		}
		if old, err := r.Get(root); err == nil {
			if again, err := r.Set(set, old); err != nil || value.String(again) != before {
				t.Fatalf("%s: setting the old value again gives %v, %v", path, again, err)
			}
		}
	})
}

func TestReferenceSteps(t *testing.T) {
	r, err := jsonpath.ParseReference(`$.a['b c'][2]`)
	if err != nil {
		t.Fatal(err)
	}
	want := []jsonpath.Step{{Name: "a"}, {Name: "b c"}, {Index: 2, InArray: true}}
	if got := r.Steps(); !slices.Equal(got, want) {
		t.Errorf("Steps() = %v", got)
	}
	r.Steps()[0].Name = "changed"
	if got := r.Steps(); !slices.Equal(got, want) {
		t.Error("a caller can change the steps")
	}
}
