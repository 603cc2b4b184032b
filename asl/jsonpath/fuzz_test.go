package jsonpath_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// FuzzEval holds for any path and document: nothing panics or hangs, the document
// stays as it is, and what the parts of the package say of a path fits together.
func FuzzEval(f *testing.F) {
	for _, path := range []string{
		`$`, `$.a.b[0]['c d']`, `$..a[?(@.b > 1 && !@.c)].d`, `$.a[-1:2]`, `$['a','b'].*`, `$.a.sum(1, $..b)`, `$..[0].n`,
		`$.a[?(@ =~ /a.*(b|c)+\d{2,3}/i)]`, `$.a[?(@.b in [1,'x',{}])]`, `a.b[`, `$.concat($.a, "x,y")`, `$.a[?(@.b subsetof $.c)]`,
		`$.c.append($.a[*].keys(1).x)`,
	} {
		f.Add(path, `{"a":[{"b":1,"n":[{"n":2}]},"abc",null,1.0],"b":2,"c":[1,"[1]","$.a"]}`)
	}
	f.Fuzz(func(t *testing.T, text, document string) {
		doc, err := value.Parse(document)
		if err != nil {
			return
		}
		path, err := jsonpath.Compile(text)
		if err != nil {
			if jsonpath.Check(text) == nil {
				t.Errorf("Check(%q) takes what does not compile: %v", text, err)
			}
			return
		}
		before := value.String(doc)
		v, err := path.Eval(doc)
		if value.String(doc) != before {
			t.Errorf("%q changed the document", text)
		}
		if err == nil {
			if _, many := v.([]any); !many && !path.Definite() {
				t.Errorf("%q gives no array: %v", text, v)
			}
			_ = value.String(v) // panics on what is no JSON value
		} else if err.Error() == "" {
			t.Errorf("%q: an error without text", text)
		}
		if reference, refused := jsonpath.ParseReference(text); refused == nil {
			if _, whole := path.Prefix(); !whole || !path.Definite() {
				t.Errorf("%q is no reference path", text)
			}
			if set, err := reference.Set(doc, "set"); err == nil {
				if got, err := reference.Get(set); err != nil || got != "set" {
					t.Errorf("%q reads %v, %v after it was set", text, got, err)
				}
			}
		}
	})
}
