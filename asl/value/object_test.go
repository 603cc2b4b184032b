package value_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestObjectKeepsOrderAndTheLastOfEqualNames(t *testing.T) {
	o := value.NewObject(
		value.Member{Name: "b", Value: int64(1)},
		value.Member{Name: "a", Value: int64(2)},
		value.Member{Name: "b", Value: int64(3)},
		value.Member{Name: "c", Value: int64(4)},
	)
	if got, want := value.String(o), `{"b":3,"a":2,"c":4}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := o.At(2).Name; got != "c" {
		t.Errorf("At(2) is %q, want c", got)
	}
}

func TestNilAndZeroObjectAreEmpty(t *testing.T) {
	for _, o := range []*value.Object{nil, {}} {
		if o.Len() != 0 || o.Has("a") || value.String(o) != "{}" || value.Size(o) != 2 {
			t.Errorf("%#v is not the empty object", o)
		}
		for m := range o.Members() {
			t.Errorf("unexpected member %v", m)
		}
		if got := value.String(o.With("a", nil)); got != `{"a":null}` {
			t.Errorf("With gives %s", got)
		}
		if o.Without("a").Len() != 0 {
			t.Error("Without gives members")
		}
		if o.WithValues(func(value.Member) any { return nil }).Len() != 0 {
			t.Error("WithValues gives members")
		}
	}
	if !value.Equal((*value.Object)(nil), &value.Object{}) {
		t.Error("nil and empty object differ")
	}
}

// TestObjectBehavesAsAnOrderedMap changes an object at random, over the size at
// which it gets an index, and holds it against a slice of members; no change may
// be seen in an older version.
func TestObjectBehavesAsAnOrderedMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type version struct {
			object *value.Object
			text   string
		}
		var model []value.Member
		o := value.NewObject()
		var versions []version
		for i := range rapid.IntRange(0, 60).Draw(t, "changes") {
			name := fmt.Sprint("m", rapid.IntRange(0, 20).Draw(t, "name"))
			at := -1
			for i, m := range model {
				if m.Name == name {
					at = i
				}
			}
			switch {
			case rapid.IntRange(0, 3).Draw(t, "remove") == 0:
				o = o.Without(name)
				if at >= 0 {
					model = append(model[:at:at], model[at+1:]...)
				}
			case at >= 0:
				o = o.With(name, int64(i))
				model[at].Value = int64(i)
			default:
				o = o.With(name, int64(i))
				model = append(model, value.Member{Name: name, Value: int64(i)})
			}
			if o.Len() != len(model) {
				t.Fatalf("%d members, want %d", o.Len(), len(model))
			}
			if rapid.IntRange(0, 9).Draw(t, "all") == 0 {
				o = o.WithValues(func(m value.Member) any { return m.Value.(int64) + 100 })
				for i := range model {
					model[i].Value = model[i].Value.(int64) + 100
				}
			}
			for i, m := range model {
				if got, ok := o.Get(m.Name); !ok || got != m.Value || o.At(i) != m {
					t.Fatalf("member %d is %v, found %v; want %v", i, o.At(i), got, m)
				}
			}
			versions = append(versions, version{o, value.String(o)})
		}
		for _, v := range versions {
			if got := value.String(v.object); got != v.text {
				t.Fatalf("an older version became %s, was %s", got, v.text)
			}
		}
	})
}
