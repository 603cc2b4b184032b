package shape

import (
	"slices"
	"strings"
)

// Join returns the union of two sets or, where that is not simple, more. It returns
// a itself if nothing of b is new.
func Join(a, b *Shape) *Shape { return new(joiner).join(a, b, 0) }

// Widen is [Join] for what grows round after round: whatever of b is new becomes
// any value, so that a sequence of widened shapes comes to an end soon.
func Widen(a, b *Shape) *Shape { return (&joiner{widen: true}).join(a, b, 0) }

type joiner struct {
	widen bool
	parts int // looked at so far
}

// maxParts is how many parts of two shapes are looked at to unite them. A shape may
// hold another many times over, so that it has far more parts than it takes memory.
const maxParts = 5_000

func (j *joiner) join(a, b *Shape, depth int) *Shape {
	switch {
	case a == b || b == nil || a == Any:
		return a
	case a == nil:
		return b
	}
	switch j.parts++; {
	case j.parts > maxParts, b == Any || depth > maxDepth || j.widen && b.kinds&^a.kinds != 0:
		return Any
	}
	r := *a
	r.kinds |= b.kinds
	r.declared = a.declared || b.declared
	r.grows = a.grows || b.grows
	same := r.kinds == a.kinds && r.declared == a.declared && r.grows == a.grows
	if b.kinds&Boolean != 0 {
		r.only = unionBools(a, b)
		same = same && r.only == a.only
	}
	if b.kinds&Number != 0 {
		r.numbers = unionOf(a.kinds&Number != 0, a.numbers, b.numbers, j.widen)
		same = same && sameLength(r.numbers, a.numbers)
	}
	if b.kinds&String != 0 {
		r.texts = unionOf(a.kinds&String != 0, a.texts, b.texts, j.widen)
		r.instants = b.instants && (a.kinds&String == 0 || a.instants)
		same = same && sameLength(r.texts, a.texts) && r.instants == a.instants
	}
	if b.kinds&Array != 0 {
		same = j.arrays(&r, a, b, depth) && same
	}
	if b.kinds&Object != 0 {
		same = j.objects(&r, a, b, depth) && same
	}
	if same {
		return a
	}
	return &r
}

func unionBools(a, b *Shape) bools {
	if a.kinds&Boolean == 0 {
		return b.only
	}
	return a.only | b.only
}

// unionOf unites two sorted lists, of which nil stands for all there is.
func unionOf[T string | float64](hasA bool, a, b []T, widen bool) []T {
	switch {
	case !hasA:
		return b
	case a == nil || b == nil:
		return nil
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > maxLiterals || widen && len(all) > len(a) {
		return nil
	}
	return all
}

func sameLength[T any](a, b []T) bool { return len(a) == len(b) && (a == nil) == (b == nil) }

// arrays unites what is known of arrays, and reports whether that is what a knows.
func (j *joiner) arrays(r, a, b *Shape, depth int) (same bool) {
	if a.kinds&Array == 0 {
		r.items, r.rest = b.items, b.rest
		return false
	}
	n := min(len(a.items), len(b.items))
	same = n == len(a.items)
	if same && slices.Equal(a.items, b.items[:n]) {
		r.items = a.items
	} else {
		r.items = make([]*Shape, n)
		for i := range r.items {
			r.items[i] = j.join(a.items[i], b.items[i], depth+1)
			same = same && r.items[i] == a.items[i]
		}
	}
	for _, extra := range [][]*Shape{a.items[n:], b.items[n:], {b.rest}} {
		for _, e := range extra {
			r.rest = j.join(r.rest, e, depth+1)
		}
	}
	return same && r.rest == a.rest
}

// objects unites what is known of objects, and reports whether that is what a
// knows.
func (j *joiner) objects(r, a, b *Shape, depth int) (same bool) {
	if a.kinds&Object == 0 {
		r.fields, r.others = b.fields, b.others
		return false
	}
	r.others = j.join(a.others, b.others, depth+1)
	same = r.others == a.others
	if sameFields(a.fields, b.fields) {
		return same
	}
	fields := make([]Field, 0, len(a.fields)+4)
	x, y := a.fields, b.fields
	for len(x) > 0 || len(y) > 0 {
		switch order := compareHeads(x, y); {
		case order == 0:
			f := Field{x[0].Name, j.join(x[0].Shape, y[0].Shape, depth+1), x[0].Optional || y[0].Optional}
			same = same && f == x[0]
			fields = append(fields, f)
			x, y = x[1:], y[1:]
		case order < 0:
			f := Field{x[0].Name, j.join(x[0].Shape, b.others, depth+1), true}
			same = same && f == x[0]
			fields = append(fields, f)
			x = x[1:]
		default:
			f := Field{y[0].Name, j.join(y[0].Shape, a.others, depth+1), true}
			y = y[1:]
			if j.widen {
				r.others = Any
			} else if !(a.others == Any && f.Shape == Any) {
				fields = append(fields, f)
				same = false
			}
		}
	}
	same = same && r.others == a.others
	if same {
		return true
	}
	r.fields = fields
	r.bounded()
	return false
}

func sameFields(a, b []Field) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func compareHeads(x, y []Field) int {
	switch {
	case len(x) == 0:
		return 1
	case len(y) == 0:
		return -1
	}
	return strings.Compare(x[0].Name, y[0].Name)
}

// Merge returns the objects of a with the members of objects of b in them.
func Merge(a, b *Shape) *Shape {
	a, b = a.Only(Object), b.Only(Object)
	if a == nil || b == nil {
		return nil
	}
	r := &Shape{kinds: Object, declared: a.declared || b.declared, others: Join(a.others, b.others)}
	if len(b.fields) == 0 && b.others == nil {
		return a
	}
	x, y := a.fields, b.fields
	r.fields = make([]Field, 0, len(x)+len(y))
	for len(x) > 0 || len(y) > 0 {
		switch order := compareHeads(x, y); {
		case order < 0:
			r.fields = append(r.fields, Field{x[0].Name, Join(x[0].Shape, b.others), x[0].Optional})
			x = x[1:]
		case order > 0:
			f := y[0]
			if f.Optional {
				f.Shape = Join(f.Shape, a.others)
			}
			r.fields = append(r.fields, f)
			y = y[1:]
		default:
			f := y[0]
			if f.Optional {
				f = Field{f.Name, Join(x[0].Shape, f.Shape), x[0].Optional}
			}
			r.fields = append(r.fields, f)
			x, y = x[1:], y[1:]
		}
	}
	return r.bounded()
}
