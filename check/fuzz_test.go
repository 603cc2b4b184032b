package check_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
)

func FuzzText(f *testing.F) {
	for _, c := range allDefinitions(f) {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := check.Text("f", text)
		if again := check.Text("f", text); first.Error() != again.Error() {
			t.Errorf("two answers:\n%v\n\n%v", first, again)
		}
		m, faults := asl.Parse("f", text)
		if m == nil || faults.HasErrors() {
			return
		}
		// What is printed is checked as what was read.
		count := func(l diag.List) map[string]int {
			n := map[string]int{}
			for _, d := range l {
				n[string(d.Code)+d.Pointer+d.Message]++
			}
			return n
		}
		if diff := cmp.Diff(count(first), count(check.Text("f", m.Indent()))); diff != "" {
			t.Errorf("printed definition is judged otherwise (-read +printed):\n%s", diff)
		}
	})
}

// FuzzMutated changes sound definitions in a few places: members come, go, change
// places and take values from elsewhere.
func FuzzMutated(f *testing.F) {
	all := sources(f)
	for i := range all {
		f.Add(uint16(i), uint64(i), uint8(1+i%5))
	}
	var parts []any
	for _, v := range all {
		parts = gather(v, parts)
	}
	f.Fuzz(func(t *testing.T, source uint16, seed uint64, changes uint8) {
		m := mutator{rand.New(rand.NewPCG(seed, uint64(source))), parts}
		v := all[int(source)%len(all)]
		for range changes % 16 {
			v = m.change(v, 0)
		}
		text := value.String(v)
		start := time.Now()
		for _, opts := range [][]check.Option{nil, {check.Express()}} {
			first, again := check.Text("f", text, opts...), check.Text("f", text, opts...)
			if diff := cmp.Diff(first.Error(), again.Error()); diff != "" {
				t.Errorf("two answers on %s:\n%s", text, diff)
			}
			checkPlaces(t, text, first)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v on %s", took, text)
		}
	})
}

// sources are the definitions of testdata, and those of the examples.
func sources(t testing.TB) []any {
	var all []any
	add := func(text string) {
		if v, err := value.Parse(text); err == nil && len(text) < 100_000 {
			all = append(all, v)
		}
	}
	for _, c := range allDefinitions(t) {
		add(c.text)
	}
	rules := readExamples(t)
	for _, r := range check.Rules() {
		add(rules[r.Name].wrong.definition())
		add(rules[r.Name].right.definition())
	}
	return all
}

// checkPlaces fails the test if a finding is at a place that the text, which is one
// line, does not have.
func checkPlaces(t *testing.T, text string, found diag.List) {
	for _, d := range found {
		if d.Message == "" || d.Code == "" || d.Position.Line > 1 || d.Position.Column > len(text)+1 {
			t.Errorf("%+v is not in %s", d, text)
		}
	}
}

// gather appends a value and all within it.
func gather(v any, parts []any) []any {
	parts = append(parts, v)
	switch v := v.(type) {
	case *value.Object:
		for m := range v.Members() {
			parts = gather(m.Value, parts)
		}
	case []any:
		for _, e := range v {
			parts = gather(e, parts)
		}
	}
	return parts
}

// mutator makes a value into one that differs a little.
type mutator struct {
	*rand.Rand
	parts []any // that may take the place of others
}

// odd are values that definitions seldom have.
var odd = []any{nil, "", "$", "$$", "$.", "{% %}", "{% $states %}", "States.", "${", "${A}", ".$", int64(-1), int64(1) << 62, 0.5, []any{}, value.NewObject(), "stepwise:ignore X y", "\x00"}

// change returns the value with one change somewhere in it.
func (m mutator) change(v any, depth int) any {
	inside := depth < 12 && m.IntN(8) > 0
	switch v := v.(type) {
	case *value.Object:
		if v.Len() > 0 && inside {
			at := v.At(m.IntN(v.Len()))
			return v.With(at.Name, m.change(at.Value, depth+1))
		}
		return m.object(v)
	case []any:
		if len(v) > 0 && inside {
			list := append([]any{}, v...)
			i := m.IntN(len(list))
			list[i] = m.change(list[i], depth+1)
			return list
		}
		return m.list(v)
	case string:
		if len(v) > 0 && m.IntN(2) == 0 {
			i := m.IntN(len(v))
			return v[:i] + v[i+m.IntN(2):]
		}
	}
	return m.other()
}

func (m mutator) other() any {
	if m.IntN(3) == 0 {
		return odd[m.IntN(len(odd))]
	}
	return m.parts[m.IntN(len(m.parts))]
}

func (m mutator) object(o *value.Object) any {
	if o.Len() == 0 || m.IntN(8) == 0 {
		return m.other()
	}
	at := o.At(m.IntN(o.Len()))
	switch m.IntN(4) {
	case 0:
		return o.Without(at.Name)
	case 1: // its name changes
		return o.Without(at.Name).With([]string{at.Name + ".$", strings.TrimSuffix(at.Name, ".$"), strings.ToLower(at.Name), at.Name + "Path", "Comment", ""}[m.IntN(6)], at.Value)
	case 2: // it changes places with another
		other := o.At(m.IntN(o.Len()))
		return o.With(at.Name, other.Value).With(other.Name, at.Value)
	}
	names := asl.Fields([]asl.Type{asl.TaskType, asl.ChoiceType, asl.MapType}[m.IntN(3)])
	return o.With(names[m.IntN(len(names))].Name, m.other())
}

func (m mutator) list(l []any) any {
	if len(l) == 0 || m.IntN(4) == 0 {
		return append(append([]any{}, l...), m.other())
	}
	i := m.IntN(len(l))
	if m.IntN(2) == 0 {
		return append(append([]any{}, l[:i]...), l[i+1:]...)
	}
	return append(append([]any{}, l...), l[i])
}
