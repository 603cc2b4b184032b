package value_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/value"
)

type order struct {
	ID    string         `json:"id"`
	Total json.Number    `json:"total"`
	Extra map[string]any `json:"extra,omitempty"`
}

func TestFromTakesAnyGoValue(t *testing.T) {
	object := value.NewObject(value.Member{Name: "z", Value: value.Number("1.0")}, value.Member{Name: "a", Value: nil})
	tests := []struct {
		in   any
		want string
	}{
		{nil, `null`}, {true, `true`}, {"a", `"a"`}, {"a\xff", "\"a\ufffd\""},
		{1, `1`}, {int64(1), `1`}, {uint64(math.MaxUint64), `18446744073709551615`}, {float32(0.5), `0.5`},
		{1.0, `1`}, {1.5, `1.5`}, {math.Copysign(0, -1), `0`}, {1e300, `1e+300`},
		{json.Number("1.0"), `1.0`}, {value.Number("7"), `7`},
		{json.RawMessage(`{"b":1.0,"a":[ ]}`), `{"b":1.0,"a":[]}`},
		{[]any{1, "a", object}, `[1,"a",{"z":1.0,"a":null}]`},
		{map[string]any{"b": 1, "a": []any{map[string]any{"d": 2, "c": order{ID: "x", Total: "1.50"}}}}, `{"a":[{"c":{"id":"x","total":1.50},"d":2}],"b":1}`},
		{[]string{"a"}, `["a"]`}, {[]string(nil), `null`}, {[]any(nil), `[]`}, {map[string]any(nil), `null`},
		{map[string]int{"b": 1, "a": 2}, `{"a":2,"b":1}`}, {[]byte("hi"), `"aGk="`},
		{time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), `"2026-01-05T10:00:00Z"`},
		{object, `{"z":1.0,"a":null}`}, {(*value.Object)(nil), `{}`},
		{value.NewObject(value.Member{Name: "n", Value: 3}), `{"n":3}`},
		{struct{ Object *value.Object }{object}, `{"Object":{"z":1.0,"a":null}}`},
		{struct{ Object *value.Object }{}, `{"Object":null}`},
	}
	for _, tt := range tests {
		got, err := value.From(tt.in)
		if err != nil {
			t.Errorf("From(%#v): %v", tt.in, err)
			continue
		}
		if value.String(got) != tt.want {
			t.Errorf("From(%#v) = %s, want %s", tt.in, value.String(got), tt.want)
		}
	}
}

func TestFromPassesValuesUnchanged(t *testing.T) {
	v := mustParse(t, `[1,{"a":["x",1.5,1.0,{}]},[],null]`)
	got, err := value.From(v)
	if err != nil {
		t.Fatal(err)
	}
	if &got.([]any)[0] != &v.([]any)[0] {
		t.Error("From copied a value of the set")
	}
}

func TestFromLeavesWhatItConvertsAlone(t *testing.T) {
	in := []any{"a", 1, []any{2}}
	if _, err := value.From(in); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{"a", 1, []any{2}}, in); diff != "" {
		t.Errorf("From changed its argument: %s", diff)
	}
}

func TestFromRefuses(t *testing.T) {
	cycle := map[string]any{}
	cycle["self"] = []any{cycle, cycle}
	tests := []struct {
		in   any
		want string
	}{
		{math.NaN(), "NaN is not a JSON number"},
		{[]any{math.Inf(-1)}, "-Inf is not a JSON number"},
		{value.Number("1x"), `"1x" is not a JSON number`},
		{map[string]any{"n": json.Number("")}, `"" is not a JSON number`},
		{func() {}, "unsupported type"},
		{cycle, "nested more than 1000 deep"},
	}
	for _, tt := range tests {
		if v, err := value.From(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("From(%v) = %v, %v; want the error %q", tt.in, v, err, tt.want)
		}
	}
}

func TestFromAndParseAgreeOnDepth(t *testing.T) {
	deep := mustParse(t, strings.Repeat("[", value.MaxDepth)+strings.Repeat("]", value.MaxDepth))
	if _, err := value.From(deep); err != nil {
		t.Errorf("%d levels: %v", value.MaxDepth, err)
	}
	if _, err := value.From([]any{deep}); err == nil {
		t.Errorf("%d levels were accepted", value.MaxDepth+1)
	}
}

func TestToFollowsEncodingJSON(t *testing.T) {
	v := mustParse(t, `{"id":"o-1","total":1.50,"extra":{"n":1,"list":[1.0]}}`)
	var o order
	if err := value.To(v, &o); err != nil {
		t.Fatal(err)
	}
	want := order{ID: "o-1", Total: "1.50", Extra: map[string]any{"n": 1.0, "list": []any{1.0}}}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Error(diff)
	}

	var object *value.Object
	if err := value.To(v, &object); err != nil || value.String(object) != value.String(v) {
		t.Errorf("an object became %s, %v", value.String(object), err)
	}
	var raw json.RawMessage
	if err := value.To(v, &raw); err != nil || string(raw) != value.String(v) {
		t.Errorf("raw text is %s, %v", raw, err)
	}
	if err := value.To("text", &o); err == nil {
		t.Error("a string went into a struct")
	}
	if err := value.To(v, nil); err == nil {
		t.Error("no destination is no error")
	}
	if err := value.To(v, (**value.Object)(nil)); err == nil {
		t.Error("a nil destination is no error")
	}
}

func TestObjectsCrossEncodingJSON(t *testing.T) {
	type envelope struct {
		Payload *value.Object `json:"payload"`
	}
	const text = `{"payload":{"z":1.0,"a":[12345678901234567890]}}`
	var e envelope
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(e); err != nil || string(got) != text {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := json.Marshal([]any{value.Number("1.0"), value.Number("1e3")}); err != nil || string(got) != "[1.0,1e3]" {
		t.Errorf("numbers are written as %s, %v", got, err)
	}
	if got, err := json.Marshal(value.Number("1x")); err == nil {
		t.Errorf("a wrong number is written as %s", got)
	}
	if err := json.Unmarshal([]byte(`{"payload":[1]}`), &e); err == nil || !strings.Contains(err.Error(), "cannot read a JSON array into an object") {
		t.Errorf("an array as object: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"payload":null}`), &e); err != nil || e.Payload != nil {
		t.Errorf("null as object: %v, %v", e.Payload, err)
	}
}
