package iam

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryIntegrationHasCases looks for each integration among the cases, with each
// of its patterns that makes a difference.
func TestEveryIntegrationHasCases(t *testing.T) {
	text, err := os.ReadFile("testdata/integrations.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range integrations {
		want := []string{name}
		if call.rule != "" || slices.ContainsFunc(call.needs, func(n need) bool { return n.job }) {
			want = append(want, name+".sync")
		}
		for _, resource := range want {
			if !strings.Contains(string(text), "\narn:aws:states:::"+resource+"\n") {
				t.Errorf("no case of %s", resource)
			}
		}
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		pattern, other string
		want           bool
	}{
		{"a/*", "a/b", true},
		{"a/*", "a/b*", true},
		{"a/*", "a", false},
		{"*", "anything", true},
		{"a*c*e", "abcde", true},
		{"a*c*e", "abde", false},
		{"a*b", "ab", true},
		{"a*ba", "aba", true},
		{"a*ba", "abab", false},
		{"a*aa", "aa", false},
		{"ab", "ab", true},
		{"a*", "*", false},
		{"x:*/y:*", "x:*/y:z", true},
	} {
		if got := covers(strings.ReplaceAll(tt.pattern, "*", anything), strings.ReplaceAll(tt.other, "*", anything)); got != tt.want {
			t.Errorf("covers(%q, %q) = %v", tt.pattern, tt.other, got)
		}
	}
}
