package shape_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/shape"
)

func parse(t testing.TB, text string) any {
	t.Helper()
	v, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// random returns a JSON value in which names and values repeat.
func random(r *rand.Rand, depth int) any {
	switch n := r.IntN(12); {
	case depth > 0 && n < 4:
		var members []value.Member
		for _, name := range []string{"a", "b", "c", "d"} {
			if r.IntN(2) == 0 {
				members = append(members, value.Member{Name: name, Value: random(r, depth-1)})
			}
		}
		return value.NewObject(members...)
	case depth > 0 && n < 6:
		all := make([]any, r.IntN(4))
		for i := range all {
			all[i] = random(r, depth-1)
		}
		return all
	case n < 8:
		return []any{"", "x", "y", "2026-01-02T03:04:05Z"}[r.IntN(4)]
	case n < 10:
		return []any{nil, true, false}[r.IntN(3)]
	}
	return int64(r.IntN(3))
}

// set returns a shape of some values, and the values.
func set(r *rand.Rand, join func(a, b *shape.Shape) *shape.Shape) (*shape.Shape, []any) {
	var s *shape.Shape
	values := make([]any, 1+r.IntN(4))
	for i := range values {
		values[i] = random(r, 3)
		s = join(s, shape.Of(values[i]))
	}
	return s, values
}

func eachSet(t *testing.T, f func(r *rand.Rand, s *shape.Shape, values []any)) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 0))
		join := shape.Join
		if seed%3 == 0 {
			join = shape.Widen
		}
		s, values := set(r, join)
		f(r, s, values)
		if t.Failed() {
			t.Fatalf("with the values %s", value.String(values))
		}
	}
}

func TestAShapeHoldsWhatItIsMadeOf(t *testing.T) {
	eachSet(t, func(r *rand.Rand, s *shape.Shape, values []any) {
		for _, v := range values {
			if !s.Has(v) {
				t.Errorf("%v lacks %s", s, value.String(v))
			}
			if shape.Join(s, shape.Of(v)) != s {
				t.Errorf("%v is not itself with %s", s, value.String(v))
			}
		}
		if shape.Any.Has(values[0]) == false || (*shape.Shape)(nil).Has(values[0]) {
			t.Error("any value is none, or nothing is one")
		}
	})
}

// Of shapes of a few values, most random values are no part: a shape that held
// everything would be right, and of no use.
func TestAShapeHoldsNotMuchMore(t *testing.T) {
	held, all := 0, 0
	eachSet(t, func(r *rand.Rand, s *shape.Shape, _ []any) {
		for range 5 {
			all++
			if s.Has(random(r, 3)) {
				held++
			}
		}
	})
	if held > all/3 {
		t.Errorf("%d of %d random values are held by shapes of others", held, all)
	}
}

// Widened shapes come to an end soon, however the values grow.
func TestWideningEnds(t *testing.T) {
	v, s, changes := any("x"), shape.Of("x"), 0
	for range 100 {
		v = value.NewObject(value.Member{Name: "last", Value: v}, value.Member{Name: value.String(v), Value: int64(1)})
		wider := shape.Widen(s, shape.Of(v))
		if wider != s {
			changes++
		}
		s = wider
		v = value.NewObject(value.Member{Name: "n", Value: int64(changes)}, value.Member{Name: "last", Value: v})
		if value.Size(v) > 10_000 {
			v = "x"
		}
	}
	if changes > 5 {
		t.Errorf("it grew in %d rounds", changes)
	}
}

var references = []string{"$.a", "$.a.b", "$.b.c.d", "$.a[0]", "$[0]", "$[1].a", "$.c[2]", "$.a[0].b", "$[-1]", "$.a[-1]"}

func steps(t testing.TB, path string) (*jsonpath.Reference, []jsonpath.Step) {
	t.Helper()
	ref, err := jsonpath.ParseReference(path)
	if err != nil {
		t.Fatal(err)
	}
	return ref, ref.Steps()
}

func TestFindSaysWhatAPathCanSelect(t *testing.T) {
	eachSet(t, func(r *rand.Rand, s *shape.Shape, values []any) {
		for _, path := range references {
			ref, steps := steps(t, path)
			found := s.Find(steps)
			for _, v := range values {
				selected, err := ref.Get(v)
				switch {
				case err == nil && !found.Shape.Has(selected):
					t.Errorf("%s selects %s, known is %v", path, value.String(selected), found.Shape)
				case err != nil && found.Sure:
					t.Errorf("%s is sure to select something, and fails: %v", path, err)
				}
			}
		}
	})
}

func TestSetSaysWhatAResultPathMakes(t *testing.T) {
	eachSet(t, func(r *rand.Rand, s *shape.Shape, values []any) {
		for _, path := range references[:8] {
			ref, steps := steps(t, path)
			put := random(r, 2)
			made := s.Set(steps, shape.Of(put))
			for _, v := range values {
				if got, err := ref.Set(v, put); err == nil && !made.Has(got) {
					t.Errorf("%s made %s, known is %v", path, value.String(got), made)
				}
			}
		}
	})
}

func TestNarrowKeepsTheValuesItIsAbout(t *testing.T) {
	eachSet(t, func(r *rand.Rand, s *shape.Shape, values []any) {
		for _, path := range references {
			ref, steps := steps(t, path)
			with := s.Narrow(steps, func(s *shape.Shape) *shape.Shape { return s })
			texts := s.Narrow(steps, func(s *shape.Shape) *shape.Shape { return s.Only(shape.String) })
			without := s.Without(steps)
			for _, v := range values {
				selected, err := ref.Get(v)
				_, isText := selected.(string)
				switch {
				case err == nil && !with.Has(v):
					t.Errorf("with %s, %v lacks %s", path, with, value.String(v))
				case err == nil && isText && !texts.Has(v):
					t.Errorf("with a text at %s, %v lacks %s", path, texts, value.String(v))
				case err != nil && !without.Has(v):
					t.Errorf("without %s, %v lacks %s", path, without, value.String(v))
				}
			}
		}
	})
}

func TestMergeHoldsMergedObjects(t *testing.T) {
	eachSet(t, func(r *rand.Rand, s *shape.Shape, values []any) {
		other, others := set(r, shape.Join)
		merged := shape.Merge(s, other)
		for _, v := range values {
			for _, w := range others {
				a, okA := v.(*value.Object)
				b, okB := w.(*value.Object)
				if !okA || !okB {
					continue
				}
				for m := range b.Members() {
					a = a.With(m.Name, m.Value)
				}
				if !merged.Has(a) {
					t.Errorf("%v lacks %s", merged, value.String(a))
				}
			}
		}
	})
}

func TestElementsLengthsAndKinds(t *testing.T) {
	for _, c := range []struct {
		s           *shape.Shape
		least, most int
		element     string
	}{
		{shape.Of(parse(t, `[1, "x"]`)), 2, 2, `the string "x" or the number 1`},
		{shape.Tuple(), 0, 0, "nothing"},
		{shape.List(shape.AnyNumber), 0, -1, "a number"},
		{shape.Filled(shape.AnyString), 1, -1, "a string"},
		{shape.AnyString, 0, 0, "nothing"},
		{shape.AnyArray, 0, -1, "any value"},
	} {
		least, most := c.s.Length()
		if element := c.s.Element().String(); least != c.least || most != c.most || element != c.element {
			t.Errorf("%v has %d to %d elements that are %s, want %d to %d that are %s", c.s, least, most, element, c.least, c.most, c.element)
		}
	}
	if s := shape.Join(shape.AnyNull, shape.AnyNumber); !s.May(shape.Null) || s.May(shape.String) || s.Is(shape.Number) || s.Only(shape.Number).May(shape.Null) {
		t.Errorf("of a number or null something else is said: %v", s)
	}
}

func TestDescriptions(t *testing.T) {
	for _, c := range []struct {
		s    *shape.Shape
		want string
	}{
		{nil, "nothing"},
		{shape.Any, "any value"},
		{shape.Of(parse(t, `{"id": 1, "total": 2}`)), "an object with id and total"},
		{shape.Of(parse(t, `{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7}`)), "an object with a, b, c, d and 3 more"},
		{shape.Of(parse(t, `{}`)), "an empty object"},
		{shape.AnyObject, "an object"},
		{shape.Of(parse(t, `[]`)), "an empty array"},
		{shape.AnyArray, "an array"},
		{shape.Texts("on", "off"), "one of the strings off and on"},
		{shape.Timestamp, "a timestamp"},
		{shape.Join(shape.Of(true), shape.AnyNull), "true or null"},
		{shape.Join(shape.AnyString, shape.Of(int64(3))), "a string or the number 3"},
	} {
		if got := c.s.String(); got != c.want {
			t.Errorf("is %q, want %q", got, c.want)
		}
	}
}

// What may become anything before it is deployed is no constant.
func TestPlaceholdersAreUnknown(t *testing.T) {
	if s := shape.Of("${Table}"); !s.Has("orders") || s.Has(int64(1)) {
		t.Errorf("${Table} is %v", s)
	}
}

// Shapes are bounded however large a value is.
func TestLargeValuesAreToldLessExactly(t *testing.T) {
	var members []value.Member
	for i := range 500 {
		members = append(members, value.Member{Name: value.String(int64(i)), Value: int64(i)})
	}
	wide := value.NewObject(members...)
	var deep any = "x"
	for range 500 {
		deep = []any{deep}
	}
	long := make([]any, 500)
	for i := range long {
		long[i] = int64(i)
	}
	for _, v := range []any{wide, deep, long} {
		s := shape.Of(v)
		if !s.Has(v) {
			t.Errorf("%v does not hold its value", s)
		}
		if len(s.Fields()) > 100 {
			t.Errorf("%d fields", len(s.Fields()))
		}
	}
	if _, known := shape.Of(long).Element().Numbers(); known {
		t.Error("500 numbers are known one by one")
	}
}

func TestNotation(t *testing.T) {
	for _, c := range []struct {
		s    *shape.Shape
		want string
	}{
		{nil, "nothing"},
		{shape.Any, "any"},
		{shape.Of(parse(t, `{"id": "x", "n": 1, "list": [1, "a"], "ok": true, "no": null, "at": "2026-01-02T03:04:05Z"}`)),
			`{at: "2026-01-02T03:04:05Z", id: "x", list: [1, "a"], n: 1, no: null, ok: true}`},
		{shape.List(shape.Join(shape.AnyString, shape.AnyNull)), "(string | null)[]"},
		{shape.Filled(shape.AnyNumber), "[number, ...number]"},
		{shape.Tuple(), "[]"},
		{shape.AnyObject, "{...}"},
		{shape.Open(shape.AnyString, shape.Field{Name: "a", Shape: shape.AnyBoolean, Optional: true}), "{a?: boolean, ...string}"},
		{shape.Join(shape.Of(int64(1)), shape.Timestamp), "timestamp | 1"},
	} {
		if got := c.s.Notation(); got != c.want {
			t.Errorf("is %s, want %s", got, c.want)
		}
	}
}

// A shape that holds another one ten times at each of its levels has more parts than
// can be looked at.
func TestShapesThatHoldOthersManyTimes(t *testing.T) {
	grow := func(s *shape.Shape) *shape.Shape {
		for range 12 {
			var fields []shape.Field
			for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
				fields = append(fields, shape.Field{Name: name, Shape: s})
			}
			s = shape.Record(fields...)
		}
		return s
	}
	a, b := grow(shape.AnyNumber), grow(shape.AnyString)
	for _, s := range []*shape.Shape{shape.Join(a, b), shape.Widen(a, b), shape.Merge(a, b)} {
		if s == nil || !s.May(shape.Object) {
			t.Errorf("they make %v", s)
		}
	}
	if text := shape.Join(a, b).Notation(); len(text) > 10_000 {
		t.Errorf("%d bytes of notation", len(text))
	}
	type tree struct{ A, B, C, D, E, F, G, H, I, J *tree }
	shape.Misfits(reflect.TypeFor[tree](), a)
}
