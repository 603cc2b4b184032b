package dsl

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/internal/jsontype"
)

type (
	inner struct {
		Name string
		Deep *inner
	}
	embedded struct {
		Title  string
		Shadow string
	}
	Pointed struct{ Far string }
	twice   struct{ Twin string }
	left    struct{ twice }
	right   struct{ twice }
	lower   struct{ Low string }
	self    struct {
		Self *self
		Next *self
		Leaf string
	}
	named    string
	whenever struct{ time.Time }
)

type everything struct {
	Plain  string
	Tagged string `json:"tag"`
	Blank  string `json:"a b"`
	//lint:ignore SA5008 that is the point
	Odd  string `json:"a\"b"` // no valid name: the tag is ignored
	Gone string `json:"-"`
	//lint:ignore SA5008 that is the point
	Dash   string `json:"-,"`
	Empty  string `json:",omitempty"`
	Zero   string `json:",omitzero"`
	Number int    `json:",string"`
	hidden string
	inner  inner
	Inner  inner
	Named  inner `json:"named"`
	embedded
	*Pointed
	left
	right
	lower  `json:"lower"`
	Shadow string
	Array  [2]inner
	Slice  []inner
	Map    map[string]inner
	Any    any
	Time   time.Time
	When   whenever
	Raw    json.RawMessage
	Bytes  []byte
	Double **string
	Kind   named
}

func TestAccessorsAreFoundByAddress(t *testing.T) {
	for _, c := range []struct {
		name string
		ref  Operand
		want string // path, with a ? if it is optional; or the fault
	}{
		{"plain", Field(func(e *everything) *string { return &e.Plain }), "$.Plain"},
		{"tag", Field(func(e *everything) *string { return &e.Tagged }), "$.tag"},
		{"tag with a blank", Field(func(e *everything) *string { return &e.Blank }), "$['a b']"},
		{"tag that encoding/json ignores", Field(func(e *everything) *string { return &e.Odd }), "$.Odd"},
		{"tag that is a dash", Field(func(e *everything) *string { return &e.Dash }), "$['-']"},
		{"omitempty", Field(func(e *everything) *string { return &e.Empty }), "$.Empty?"},
		{"omitzero", Field(func(e *everything) *string { return &e.Zero }), "$.Zero?"},
		{"nested", Field(func(e *everything) *string { return &e.Inner.Name }), "$.Inner.Name"},
		{"struct and its first field", Field(func(e *everything) *inner { return &e.Inner }), "$.Inner"},
		{"nested under a tag", Field(func(e *everything) *string { return &e.Named.Name }), "$.named.Name"},
		{"pointer", Field(func(e *everything) *inner { return e.Inner.Deep }), "$.Inner.Deep?"},
		{"behind pointers", Field(func(e *everything) *string { return &e.Inner.Deep.Deep.Deep.Name }), "$.Inner.Deep.Deep.Deep.Name?"},
		{"embedded", Field(func(e *everything) *string { return &e.Title }), "$.Title"},
		{"embedded struct itself", Field(func(e *everything) *embedded { return &e.embedded }), "$"},
		{"embedded pointer", Field(func(e *everything) *string { return &e.Far }), "$.Far?"},
		{"embedded under a tag", Field(func(e *everything) *string { return &e.lower.Low }), "$.lower.Low"},
		{"shadowing", Field(func(e *everything) *string { return &e.Shadow }), "$.Shadow"},
		{"shadowed", Field(func(e *everything) *string { return &e.embedded.Shadow }), "field Shadow has a name that another field takes in the JSON"},
		{"two of one name", Field(func(e *everything) *string { return &e.left.Twin }), "field Twin has a name that another field takes in the JSON"},
		{"array", Field(func(e *everything) *[2]inner { return &e.Array }), "$.Array"},
		{"element of an array", Field(func(e *everything) *string { return &e.Array[1].Name }), "$.Array[1].Name"},
		{"slice", Field(func(e *everything) *[]inner { return &e.Slice }), "$.Slice"},
		{"map", Field(func(e *everything) *map[string]inner { return &e.Map }), "$.Map"},
		{"any", Field(func(e *everything) *any { return &e.Any }), "$.Any"},
		{"time", Field(func(e *everything) *time.Time { return &e.Time }), "$.Time"},
		{"marshaler", Field(func(e *everything) *whenever { return &e.When }), "$.When"},
		{"inside a marshaler", Field(func(e *everything) *time.Time { return &e.When.Time }), "the pointer is not that of a field of dsl.everything that has a JSON path"},
		{"raw JSON", Field(func(e *everything) *json.RawMessage { return &e.Raw }), "$.Raw"},
		{"bytes", Field(func(e *everything) *[]byte { return &e.Bytes }), "$.Bytes"},
		{"pointer to a pointer", Field(func(e *everything) *string { return *e.Double }), "$.Double?"},
		{"another type of the same bytes", Field(func(e *everything) *string { return (*string)(&e.Kind) }), "the pointer is not that of a field of dsl.everything that has a JSON path"},
		{"whole", Field(func(e *everything) *everything { return e }), "$"},
		{"left out", Field(func(e *everything) *string { return &e.Gone }), `field Gone is left out of the JSON by its tag json:"-"`},
		{"unexported", Field(func(e *everything) *string { return &e.hidden }), "field hidden is unexported, so it is not in the JSON"},
		{"below unexported", Field(func(e *everything) *string { return &e.inner.Name }), "the pointer is not that of a field of dsl.everything that has a JSON path"},
		{"recursive", Field(func(s *self) *string { return &s.Self.Next.Self.Leaf }), "$.Self.Next.Self.Leaf?"},
		{"of an array", Field(func(a *[3]string) *string { return &a[2] }), "$[2]"},
		{"no struct", Field(func(s *string) *string { return s }), "$"},
		{"no field", Field(func(s *string) *int { return new(int) }), "the pointer is not that of a field of string that has a JSON path"},
	} {
		if got := pathOf(c.ref.operand()); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func pathOf(e *expr) string {
	if e.kind == faultyExpr {
		return e.fault.message
	}
	var b strings.Builder
	b.WriteByte('$')
	pathText(&b, e.steps)
	if e.optional {
		b.WriteByte('?')
	}
	return b.String()
}

func TestTablesAreBounded(t *testing.T) {
	type wide struct{ A, B, C, D, E, F, G, H *self } // thousands of pointers, eight deep
	found := Field(func(w *wide) *string { return &w.H.Self.Leaf })
	if got := pathOf(found.operand()); got != "$.H.Self.Leaf?" {
		t.Error(got)
	}
	if n := len(tableOf[wide]().fields); n > 2*maxFields {
		t.Errorf("%d fields", n)
	}
}

// TestPathsLeadWhereEncodingJSONWrites makes struct types at random, and for each
// scalar that a table knows writes something there, marshals the whole, and looks
// whether it stands at the path.
func TestPathsLeadWhereEncodingJSONWrites(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		typ := drawStruct(rt, 3)
		root := reflect.New(typ)
		table := newTable(root.Interface(), true)
		for a, f := range table.fields {
			if f.fault != "" || a.typ.Kind() != reflect.String {
				continue
			}
			reflect.NewAt(a.typ, a.at).Elem().SetString("here")
			text, err := json.Marshal(root.Interface())
			if err != nil {
				rt.Fatal(err)
			}
			steps, _ := f.steps()
			if got := walk(text, steps); got != "here" {
				rt.Fatalf("%v: at %v of %s is %v", typ, steps, text, got)
			}
			reflect.NewAt(a.typ, a.at).Elem().SetString("")
		}
	})
}

// walk follows steps in a JSON text.
func walk(text []byte, steps []step) any {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	for _, s := range steps {
		switch c := v.(type) {
		case map[string]any:
			v = c[s.name]
		case []any:
			v = c[s.index]
		default:
			return fmt.Sprintf("nothing in %v", v)
		}
	}
	return v
}

func drawStruct(rt *rapid.T, depth int) reflect.Type {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}), 1, 4, rapid.ID[string]).Draw(rt, "names")
	fields := make([]reflect.StructField, len(names))
	for i, n := range names {
		tag := rapid.SampledFrom([]string{``, ``, `json:"x"`, `json:"y z"`, `json:"-"`, `json:",omitempty"`, `json:"A"`, `json:",omitzero"`}).Draw(rt, "tag")
		fields[i] = reflect.StructField{Name: n, Type: drawType(rt, depth), Tag: reflect.StructTag(tag)}
	}
	return reflect.StructOf(fields)
}

func drawType(rt *rapid.T, depth int) reflect.Type {
	if depth == 0 {
		return reflect.TypeFor[string]()
	}
	switch rapid.IntRange(0, 5).Draw(rt, "kind") {
	case 0:
		return drawStruct(rt, depth-1)
	case 1:
		return reflect.PointerTo(drawType(rt, depth-1))
	case 2:
		return reflect.ArrayOf(rapid.IntRange(1, 3).Draw(rt, "length"), drawType(rt, depth-1))
	case 3:
		return reflect.TypeFor[time.Time]()
	case 4:
		return reflect.TypeFor[[]string]()
	}
	return reflect.TypeFor[string]()
}

// TestLayoutIsThatOfEncodingJSON compares the members of a struct with those that
// encoding/json writes.
func TestLayoutIsThatOfEncodingJSON(t *testing.T) {
	for _, v := range []any{everything{}, self{}, left{}, struct {
		left
		right
		Twin string `json:"Twin"`
	}{}, struct {
		*Pointed
		embedded `json:"e"`
	}{Pointed: &Pointed{}}} {
		typ := reflect.TypeOf(v)
		filled := reflect.New(typ)
		newTable(filled.Interface(), true)
		clearMarshalers(filled.Elem())
		text, err := json.Marshal(filled.Interface())
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		for _, f := range jsontype.LayoutOf(typ).Fields {
			if _, ok := got[f.Name]; !ok && !f.Optional {
				t.Errorf("%s: encoding/json writes no %q", typ, f.Name)
			}
			delete(got, f.Name)
		}
		if len(got) > 0 {
			t.Errorf("%s: encoding/json also writes %v", typ, got)
		}
	}
}

// clearMarshalers makes values marshal that do not when they are empty.
func clearMarshalers(v reflect.Value) {
	if f := v.FieldByName("Raw"); f.IsValid() {
		f.SetBytes([]byte("null"))
	}
}
