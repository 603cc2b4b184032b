package value_test

import (
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestInvalidTextIsWrittenAsTheReplacementCharacter(t *testing.T) {
	const s, want = "a\xffb\xed\xa0\x80", "\"a\ufffdb\ufffd\ufffd\ufffd\""
	if got := value.String(s); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := value.Size(s); got != len(want) {
		t.Errorf("Size is %d, want %d", got, len(want))
	}
}

func TestIndent(t *testing.T) {
	const text = `{"a":[1,[],{}, {"b":null}],"<c>":{},"d":"x"}`
	const want = `{
  "a": [
    1,
    [],
    {},
    {
      "b": null
    }
  ],
  "<c>": {},
  "d": "x"
}`
	if got := value.Indent(mustParse(t, text)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := value.Indent(nil); got != "null" {
		t.Errorf("null is indented as %s", got)
	}
}

func TestAppendGoesOnWhereTheTextEnds(t *testing.T) {
	got := value.Append([]byte("output: "), []any{int64(1), "a"})
	got = value.AppendIndent(append(got, ' '), []any{true})
	if want := "output: [1,\"a\"] [\n  true\n]"; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGoValuesOutsideTheSetArePointedOut(t *testing.T) {
	for name, f := range map[string]func(any){
		"Append": func(v any) { value.Append(nil, v) },
		"Size":   func(v any) { value.Size(v) },
		"Equal":  func(v any) { value.Equal(v, v) },
	} {
		func() {
			defer func() {
				if got, want := recover(), "value: a Go int is not a JSON value; convert it with From"; got != want {
					t.Errorf("%s panics with %v, want %s", name, got, want)
				}
			}()
			f([]any{1})
		}()
	}
}
