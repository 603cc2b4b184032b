package shape_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

type money struct{ cents int }

func (m money) MarshalJSON() ([]byte, error) { return json.Marshal(m.cents) }

type color int

func (c color) MarshalText() ([]byte, error)  { return []byte("red"), nil }
func (c *color) UnmarshalText(_ []byte) error { return nil }

type Base struct {
	Created time.Time `json:"created"`
	Shadow  string
}

type order struct {
	Base
	ID       string            `json:"id"`
	Total    float64           `json:",omitempty"`
	Count    int               `json:"count,string"`
	Paid     *bool             `json:"paid"`
	Lines    []line            `json:"lines"`
	Tags     map[string]string `json:"tags,omitzero"`
	Secret   string            `json:"-"`
	Anything any
	Raw      json.RawMessage
	Price    money
	Color    color
	Data     []byte
	Pair     [2]int
	Next     *order
	Shadow   int
	Number   json.Number
}

type line struct {
	SKU string `json:"sku"`
	Qty uint8  `json:"qty"`
}

// fill puts something into some of the fields of a value.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if depth == 0 || !v.CanSet() || r.IntN(5) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(r.IntN(1e9)), 0).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(r, v.Field(i), depth-1)
		}
	case reflect.String:
		v.SetString("7")
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(r.IntN(9)))
	case reflect.Uint8:
		v.SetUint(3)
	case reflect.Float64:
		v.SetFloat(r.Float64())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem(), depth-1)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`[1]`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			fill(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf("v"))
	case reflect.Interface:
		v.Set(reflect.ValueOf(1.5))
	}
}

// What encoding/json makes of a Go value is among what is known of its type.
func TestTypesHoldWhatTheirValuesMarshalTo(t *testing.T) {
	s := shape.OfType(reflect.TypeFor[order]())
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		o := order{Raw: json.RawMessage("null"), Number: "1"}
		fill(r, reflect.ValueOf(&o).Elem(), 5)
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if v := parse(t, string(text)); !s.Has(v) {
			t.Fatalf("%v lacks %s", s, text)
		}
		if found := shape.Misfits(reflect.TypeFor[order](), shape.OfType(reflect.TypeFor[order]())); len(found) > 0 {
			t.Fatalf("a type does not take itself: %v", found)
		}
	}
}

func TestTypesSayAllTheirMembers(t *testing.T) {
	s := shape.OfType(reflect.TypeFor[order]())
	const want = "Anything Color Data Next Number Pair Price Raw Shadow Total count created id lines paid tags"
	if names := strings.Join(s.Names(), " "); names != want {
		t.Errorf("members are %s, want %s", names, want)
	}
	for name, kinds := range map[string]string{
		"created": "a timestamp", "id": "a string", "Total": "a number", "count": "a string", "paid": "a boolean or null",
		"lines": "an array or null", "tags": "an object or null", "Anything": "any value", "Price": "any value", "Color": "a string",
		"Data": "a string or null", "Shadow": "a number", "Number": "a number",
	} {
		if member, _ := s.Member(name); member.String() != kinds {
			t.Errorf("%s is %v, want %s", name, member, kinds)
		}
	}
	if total, _ := s.Member("Secret"); total != nil {
		t.Error("there is a Secret")
	}
	if _, sure := s.Member("Total"); sure {
		t.Error("Total cannot be left out")
	}
	if _, sure := s.Member("id"); !sure || !s.IsDeclared() {
		t.Error("id may be left out, or nobody has declared it")
	}
}

func TestOddTags(t *testing.T) {
	text := reflect.TypeFor[string]()
	s := shape.OfType(reflect.StructOf([]reflect.StructField{
		{Name: "Dash", Type: text, Tag: `json:"-,"`},
		{Name: "Bad", Type: text, Tag: `json:"bad\"name"`},
		{Name: "Gone", Type: text, Tag: `json:"-"`},
	}))
	if names := strings.Join(s.Names(), " "); names != "- Bad" {
		t.Errorf("members are %s", names)
	}
}

func TestMisfits(t *testing.T) {
	for _, c := range []struct {
		typ  reflect.Type
		json string
		want string
	}{
		{reflect.TypeFor[line](), `{"sku": "a", "qty": 1}`, ""},
		{reflect.TypeFor[line](), `{"SKU": "a", "QTY": 1, "more": true}`, ""},
		{reflect.TypeFor[line](), `{"sku": null, "qty": null}`, ""},
		{reflect.TypeFor[line](), `{"sku": 1, "qty": 1}`, "!sku: is the number 1, and string takes a string"},
		{reflect.TypeFor[line](), `{"sku": "a"}`, "lacks qty, which shape_test.line takes"},
		{reflect.TypeFor[line](), `{"name": "a"}`, "!is an object with name and holds nothing that shape_test.line takes: qty and sku"},
		{reflect.TypeFor[line](), `[]`, "!is an empty array, and shape_test.line takes an object"},
		{reflect.TypeFor[*line](), `"x"`, `!is the string "x", and shape_test.line takes an object`},
		{reflect.TypeFor[[]line](), `{"sku": "a"}`, "!is an object with sku, and []shape_test.line takes an array"},
		{reflect.TypeFor[[]line](), `[{"sku": true, "qty": 1}]`, "![].sku: is true, and string takes a string"},
		{reflect.TypeFor[map[string]int](), `{"a": 1, "b": "x"}`, `!b: is the string "x", and int takes a number`},
		{reflect.TypeFor[time.Time](), `"yesterday"`, `!is the string "yesterday", and time.Time takes a timestamp`},
		{reflect.TypeFor[time.Time](), `"2026-01-02T03:04:05Z"`, ""},
		{reflect.TypeFor[color](), `3`, "!is the number 3, and shape_test.color takes a string"},
		{reflect.TypeFor[any](), `[{}]`, ""},
		{reflect.TypeFor[json.RawMessage](), `{}`, ""},
		{reflect.TypeFor[bool](), `"true"`, `!is the string "true", and bool takes a boolean`},
		{reflect.TypeFor[[]byte](), `"YQ=="`, ""},
		{reflect.TypeFor[struct {
			N int `json:",string"`
		}](), `{"N": 5}`, "!N: is the number 5, and the field takes a string"},
		{reflect.TypeFor[json.Number](), `1`, ""},
	} {
		var got []string
		for _, m := range shape.Misfits(c.typ, shape.Of(parse(t, c.json))) {
			text := m.Message
			if len(m.Path) > 0 {
				text = strings.Join(m.Path, ".") + ": " + text
			}
			if m.Certain {
				text = "!" + text
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s into %v: %q, want %q", c.json, c.typ, text, c.want)
		}
		// A misfit that is certain and no matter of missing members is one for
		// encoding/json too.
		err := json.Unmarshal([]byte(c.json), reflect.New(c.typ).Interface())
		if certain := strings.HasPrefix(c.want, "!") && !strings.Contains(c.want, "holds nothing"); certain != (err != nil) {
			t.Errorf("%s into %v: %v, want an error: %v", c.json, c.typ, err, certain)
		}
	}
	if found := shape.Misfits(reflect.TypeFor[line](), shape.Any); len(found) > 0 {
		t.Errorf("of what is not known: %v", found)
	}
}

const schema = `{
  "$defs": {"line": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}, "qty": {"type": "integer"}}}},
  "type": "object",
  "required": ["id", "total"],
  "properties": {
    "id": {"type": "string"},
    "total": {"type": "number"},
    "status": {"enum": ["open", "paid"]},
    "kind": {"const": "order"},
    "placed": {"type": "string", "format": "date-time"},
    "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "address": {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"street": {"type": "string"}}}]},
    "note": {"type": ["string", "null"]},
    "all": {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "number"}}, "required": ["b"]}]},
    "gone": false
  },
  "additionalProperties": false
}`

func TestSchemas(t *testing.T) {
	s := shape.OfSchema(parse(t, schema))
	for text, want := range map[string]bool{
		`{"id": "1", "total": 2}`:             true,
		`{"id": "1"}`:                         false,
		`{"id": "1", "total": "2"}`:           false,
		`{"id": "1", "total": 2, "other": 1}`: false,
		`{"id": "1", "total": 2, "status": "paid", "kind": "order"}`:            true,
		`{"id": "1", "total": 2, "status": "lost"}`:                             false,
		`{"id": "1", "total": 2, "placed": "today"}`:                            false,
		`{"id": "1", "total": 2, "lines": [{"sku": "a", "qty": 1, "more": 1}]}`: true,
		`{"id": "1", "total": 2, "lines": [{"qty": 1}]}`:                        false,
		`{"id": "1", "total": 2, "address": {"street": "x"}}`:                   true,
		`{"id": "1", "total": 2, "address": 3}`:                                 false,
		`{"id": "1", "total": 2, "note": null}`:                                 true,
		`{"id": "1", "total": 2, "all": {"a": "x", "b": 1}}`:                    true,
		`{"id": "1", "total": 2, "all": {"a": "x"}}`:                            false,
		`{"id": "1", "total": 2, "gone": 1}`:                                    false,
		`[]`:                                                                    false,
	} {
		if s.Has(parse(t, text)) != want {
			t.Errorf("%s: held: %v", text, !want)
		}
	}
	for _, text := range []string{`true`, `{}`, `{"$ref": "https://example.com/x"}`, `{"$ref": "#"}`, `{"$ref": "#/nothing"}`, `{"anyOf": []}`, `7`} {
		if s := shape.OfSchema(parse(t, text)); s != shape.Any {
			t.Errorf("%s: %v", text, s)
		}
	}
}

func TestAnswersOfServices(t *testing.T) {
	i, ok := catalog.Optimized("sqs", "sendMessage")
	if !ok {
		t.Fatal("there is no sqs:sendMessage")
	}
	s := shape.OfAnswer(i.Result(""))
	if id, sure := s.Member("MessageId"); !id.Is(shape.String) || id == nil || sure || !s.Grows() || !s.IsDeclared() {
		t.Errorf("MessageId is %v, sure: %v", id, sure)
	}
	if got, _ := s.Member("Payload"); got != nil {
		t.Error("it has a Payload")
	}
	declared := shape.Record(shape.Field{Name: "Payload", Shape: shape.AnyNumber}, shape.Field{Name: "StatusCode", Shape: shape.AnyString})
	answer := shape.Record(shape.Field{Name: "Payload", Shape: shape.Any}, shape.Field{Name: "StatusCode", Shape: shape.AnyNumber})
	filled := shape.Fill(answer, declared)
	if p, _ := filled.Member("Payload"); p != shape.AnyNumber {
		t.Errorf("Payload is %v", p)
	}
	if c, _ := filled.Member("StatusCode"); c != shape.AnyNumber {
		t.Errorf("StatusCode is %v", c)
	}
	open := shape.Growing(shape.OfType(reflect.TypeFor[order]()))
	if m, _ := open.Member("Unheard"); m != shape.Any || !open.Grows() {
		t.Errorf("a growing object has no other members: %v", m)
	}
	if v := value.NewObject(); open.Has(v) {
		t.Error("a growing object need not have the members it has")
	}
}
