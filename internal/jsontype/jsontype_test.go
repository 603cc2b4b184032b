package jsontype_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/internal/jsontype"
)

type Inner struct {
	ID    string
	Depth int
	Both  int
}

type Other struct{ Both int }

type hidden struct{ Seen bool }

type order struct {
	Inner
	*Other
	hidden
	ID      string
	Renamed int     `json:"count"`
	Quoted  float64 `json:"quoted,string"`
	Maybe   *int    `json:",omitempty"`
	Zero    int     `json:"zero,omitzero"`
	Out     int     `json:"-"`
	private int
}

// The members are those that encoding/json writes, in the order in which it does.
func TestMembersAreThoseOfEncodingJSON(t *testing.T) {
	one := 1
	text, err := json.Marshal(order{Other: &Other{}, Maybe: &one, Zero: 1, private: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := membersOf(t, string(text))
	var names, optional, quoted []string
	for _, f := range jsontype.LayoutOf(reflect.TypeFor[order]()).Fields {
		names = append(names, f.Name)
		if f.Optional {
			optional = append(optional, f.Name)
		}
		if f.Quoted {
			quoted = append(quoted, f.Name)
		}
		if got := reflect.TypeFor[order]().FieldByIndex(f.Index); got.Type != f.Type {
			t.Errorf("%s is of type %v, want %v", f.Name, f.Type, got.Type)
		}
	}
	for _, list := range [][2][]string{{names, want}, {optional, {"Maybe", "zero"}}, {quoted, {"quoted"}}} {
		if !slices.Equal(list[0], list[1]) {
			t.Errorf("got %q, want %q", list[0], list[1])
		}
	}
}

func TestWhatMarshalsItself(t *testing.T) {
	for typ, want := range map[reflect.Type]bool{
		reflect.TypeFor[time.Time]():      true,
		reflect.TypeFor[big.Int]():        true, // by a pointer's methods
		reflect.TypeFor[order]():          false,
		reflect.TypeFor[json.Marshaler](): false, // what is in it does
	} {
		if got := jsontype.MarshalsItself(typ); got != want {
			t.Errorf("%v: %v", typ, got)
		}
	}
}

// membersOf returns the names of an object's members in their order.
func membersOf(t *testing.T, text string) []string {
	v, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for m := range v.(*value.Object).Members() {
		names = append(names, m.Name)
	}
	return names
}
