package jsonata_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

var suiteDir = flag.String("suite", "", "folder with groups/ and datasets/ of the JSONata reference suite; default is that of the corpus")

func suiteFolder(t *testing.T) string {
	if *suiteDir == "" {
		return corpus.Dir(t, "jsonata")
	}
	return *suiteDir
}

// halfPair finds half a surrogate pair in JSON text, which no Go string can hold.
// Within an expression's string literal its escape means the same.
var halfPair = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?`)

func readJSON(t *testing.T, path string) any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fixed := halfPair.ReplaceAllStringFunc(string(text), func(s string) string {
		if len(s) > len(`\u0000`) {
			return s
		}
		return `\` + s
	})
	v, err := value.Parse(strings.TrimPrefix(fixed, "\ufeff"))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

func TestSuite(t *testing.T) {
	dir := suiteFolder(t)
	files, err := filepath.Glob(filepath.Join(dir, "groups", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s has no groups/*/*.json", dir)
	}
	total := 0
	for _, file := range files {
		group := filepath.Base(filepath.Dir(file))
		v := readJSON(t, file)
		cases, ok := v.([]any)
		if !ok {
			cases = []any{v}
		}
		for _, c := range cases {
			total++
			t.Run(group+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
				runCase(t, dir, filepath.Dir(file), c.(*value.Object))
			})
		}
	}
	t.Logf("%d cases", total)
}

func runCase(t *testing.T, dir, group string, c *value.Object) {
	get := func(name string) any { v, _ := c.Get(name); return v }
	text, _ := get("expr").(string)
	if file, ok := get("expr-file").(string); ok {
		b, err := os.ReadFile(filepath.Join(group, file))
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	var input any = jsonata.Undefined{}
	if c.Has("data") {
		input = get("data")
	} else if name, ok := get("dataset").(string); ok {
		input = readJSON(t, filepath.Join(dir, "datasets", name+".json"))
	}
	vars := jsonata.Vars{}
	if bindings, ok := get("bindings").(*value.Object); ok {
		for m := range bindings.Members() {
			vars[m.Name] = m.Value
		}
	}
	var opts []jsonata.Option
	if depth, ok := value.Int(get("depth")); ok {
		opts = append(opts, jsonata.MaxDepth(int(depth)))
	}
	ctx := context.Background()
	if limit, ok := value.Int(get("timelimit")); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(limit)*time.Millisecond)
		defer cancel()
	}

	got, err := evaluateText(ctx, text, input, vars, opts...)
	want := ""
	if code, ok := get("code").(string); ok {
		want = code
	} else if e, ok := get("error").(*value.Object); ok {
		v, _ := e.Get("code")
		want, _ = v.(string)
		if want == "" {
			want = "any"
		}
	}
	switch {
	case want != "":
		var e *jsonata.Error
		if !errors.As(err, &e) || e.Code != want && want != "any" {
			t.Fatalf("%s\ngot %v, %v; want error %s", text, describe(got), err, want)
		}
		if token, ok := get("token").(string); ok && e.Token != token {
			t.Fatalf("%s\ngot token %q, want %q", text, e.Token, token)
		}
	case err != nil:
		t.Fatalf("%s\n%v", text, err)
	case c.Has("undefinedResult"):
		if got != (jsonata.Undefined{}) {
			t.Fatalf("%s\ngot %s, want undefined", text, describe(got))
		}
	case c.Has("unordered"):
		compareUnordered(t, got, get("result"))
	default:
		if diff := compareValues(get("result"), got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	}
}

func evaluateText(ctx context.Context, text string, input any, vars jsonata.Vars, opts ...jsonata.Option) (any, error) {
	e, err := jsonata.Compile(text, opts...)
	if err != nil {
		return nil, err
	}
	return e.Eval(ctx, input, jsonata.Env{Vars: vars})
}

func describe(v any) string {
	switch v.(type) {
	case jsonata.Undefined:
		return "undefined"
	case jsonata.Function:
		return "function"
	}
	return value.String(v)
}

// normal returns a value in which equal numbers are equal.
func normal(v any) any {
	switch v := v.(type) {
	case int64, float64, value.Number:
		f, _ := value.Float(v)
		return f
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = normal(v[i])
		}
		return out
	case *value.Object:
		out := map[string]any{}
		for m := range v.Members() {
			out[m.Name] = normal(m.Value)
		}
		return out
	}
	return v
}

func compareValues(want, got any) string { return gocmp.Diff(normal(want), normal(got)) }

func compareUnordered(t *testing.T, got, want any) {
	t.Helper()
	wants, gots := want.([]any), got.([]any)
	if len(wants) != len(gots) {
		t.Fatalf("got %d items, want %d", len(gots), len(wants))
	}
	for _, w := range wants {
		found := false
		for _, g := range gots {
			found = found || compareValues(w, g) == ""
		}
		if !found {
			t.Fatalf("%s lacks %s", describe(got), describe(w))
		}
	}
}
