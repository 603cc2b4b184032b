package dsl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/dsl"
)

func TestIgnoreIsALineOfTheComment(t *testing.T) {
	w := dsl.New[order, order]("ignoring",
		dsl.Wait("Wait", 0).Ignore("NO_PATH", "nothing of that here").Ignore("NO_DOLLAR", "nor of that"),
		dsl.Choice("Small?").Ignore("NO_DEFAULT", "nobody\norders more").Comment("by count").When(small, dsl.Pass("Small")),
	).Ignore("DEPRECATED_FIELD", "none")
	m, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Small?": "by count\nstepwise:ignore NO_DEFAULT nobody orders more",
		"Wait":   "stepwise:ignore NO_PATH nothing of that here\nstepwise:ignore NO_DOLLAR nor of that",
	} {
		if diff := cmp.Diff(want, m.State(name).Common().Comment); diff != "" {
			t.Errorf("comment of %s (-want +got):\n%s", name, diff)
		}
	}
	if want := "stepwise:ignore DEPRECATED_FIELD none"; m.Comment != want {
		t.Errorf("the machine's comment is %q, want %q", m.Comment, want)
	}
	// Of what is ignored nothing is reported; of what is ignored in vain, where.
	var lines []string
	for _, d := range check.Run(m) {
		if !strings.HasSuffix(d.Position.File, "ignore_test.go") {
			t.Errorf("%v is not at a line of this file", d)
		}
		lines = append(lines, d.Message)
	}
	want := []string{
		"there is no DEPRECATED_FIELD here to ignore",
		"there is no NO_DOLLAR here to ignore",
		"there is no NO_PATH here to ignore",
	}
	if diff := cmp.Diff(want, lines, cmp.Transformer("sorted", func(l []string) map[string]bool {
		set := map[string]bool{}
		for _, s := range l {
			set[s] = true
		}
		return set
	})); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
