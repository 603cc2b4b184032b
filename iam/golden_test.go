package iam_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
	"github.com/stepwise-go/stepwise/iam"
)

var update = flag.Bool("update", false, "rewrite what the cases in testdata give")

// A file of testdata holds cases: a line "-- name --", a task's Resource or a whole
// definition, the task's Parameters or, behind "jsonata", its Arguments, an empty line,
// and what is derived of it.
type goldenCase struct{ name, input, want string }

func goldenCases(t testing.TB, file string) []goldenCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	for block := range strings.SplitSeq("\n"+string(text), "\n-- ") {
		name, rest, ok := strings.Cut(block, " --\n")
		if !ok {
			continue
		}
		input, want, _ := strings.Cut(rest, "\n\n")
		cases = append(cases, goldenCase{name, strings.TrimSpace(input), strings.TrimSpace(want)})
	}
	return cases
}

// machineOf reads the input of a case.
func machineOf(t testing.TB, input string) *asl.StateMachine {
	t.Helper()
	if strings.HasPrefix(input, "{") {
		m, problems := asl.Parse("", input)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		m.Placeholders = handles()
		return m
	}
	resource, arguments, _ := strings.Cut(input, "\n")
	task := &asl.Task{Base: asl.Base{Name: "Work"}, Resource: resource, Transition: asl.Transition{End: true}}
	text, jsonata := strings.CutPrefix(arguments, "jsonata ")
	if text != "" {
		v, err := value.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if jsonata {
			task.QueryLanguage, task.Arguments = asl.JSONata, &asl.Payload{Value: v}
		} else {
			task.Parameters = &asl.Payload{Value: v}
		}
	}
	return of(task)
}

// derived prints what is derived, shortened where it is the same everywhere.
func derived(statements []iam.Statement, problems diag.List) string {
	var lines []string
	for _, s := range statements {
		lines = append(lines, s.String())
	}
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s: %s", p.Code, p.Message))
	}
	if lines == nil {
		return "nothing"
	}
	text := strings.Join(lines, "\n")
	text = strings.ReplaceAll(text, "${AWS::Region}:${AWS::AccountId}", "HERE")
	text = strings.ReplaceAll(text, "arn:${AWS::Partition}:", "arn:")
	return strings.ReplaceAll(text, "\n  for \"Work\"", "")
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		var rewritten strings.Builder
		for _, c := range goldenCases(t, file) {
			var got string
			t.Run(filepath.Base(file)+"/"+c.name, func(t *testing.T) {
				statements, problems := iam.Derive(machineOf(t, c.input))
				got = derived(statements, problems)
				if diff := cmp.Diff(c.want, got); diff != "" && !*update {
					t.Errorf("run with -update if it should be so (-want +got):\n%s", diff)
				}
				for _, s := range statements {
					wellFormed(t, s)
					effective(t, s)
				}
			})
			fmt.Fprintf(&rewritten, "-- %s --\n%s\n\n%s\n\n", c.name, c.input, got)
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.TrimSuffix(rewritten.String(), "\n")), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// wellFormed checks what holds for every statement.
func wellFormed(t testing.TB, s iam.Statement) {
	t.Helper()
	if len(s.Actions) == 0 || len(s.Resources) == 0 || len(s.States) == 0 {
		t.Errorf("a statement without actions, resources or states: %+v", s)
	}
	for _, a := range s.Actions {
		if service, name, ok := strings.Cut(a, ":"); !ok || service == "" || name == "" || strings.ContainsAny(a, "*?") {
			t.Errorf("no action: %q", a)
		}
	}
	for _, r := range s.Resources {
		switch {
		case r == "*" && s.Why == "":
			t.Errorf("everything, and nothing says why: %+v", s)
		case r != "*" && !strings.HasPrefix(r, "arn:") && !strings.HasPrefix(r, "${"):
			t.Errorf("no ARN: %q", r)
		case strings.Contains(r, "${Partition}") || strings.Contains(r, "<") || strings.Contains(r, ", arn:"):
			t.Errorf("not filled in: %q", r)
		}
		if strings.ContainsAny(r, "\x00\x01\x02") {
			t.Errorf("not printed: %q", r)
		}
	}
}

// scoped are actions for which the Service Authorization Reference has no resources
// and the Step Functions Developer Guide has.
var scoped = []string{"states:InvokeHTTPEndpoint"}

// effective checks that IAM has the actions, and that each resource on which one is
// allowed is of a type that it takes: on others it is allowed in vain.
func effective(t testing.TB, s iam.Statement) {
	t.Helper()
	for _, action := range s.Actions {
		if !strings.HasPrefix(action, "apigateway:") { // of whose paths the reference has some
			takes(t, action, s)
		}
	}
}

func takes(t testing.TB, action string, s iam.Statement) {
	t.Helper()
	known, ok := catalog.LookupPermission(action)
	if !ok {
		t.Errorf("there is no action %s", action)
		return
	}
	if len(known.Resources) == 0 {
		if !slices.Equal(s.Resources, []string{"*"}) && !slices.Contains(scoped, action) {
			t.Errorf("%s has no resource types, and is allowed on %v", action, s.Resources)
		}
		return
	}
	for _, r := range s.Resources {
		if r != "*" && !strings.HasPrefix(r, "${") && !slices.ContainsFunc(known.Resources, func(k catalog.Resource) bool { return isOf(r, k) }) {
			t.Errorf("%s takes no %s", action, r)
		}
	}
}

var variables = regexp.MustCompile(`\$\{\w+\}`)

// isOf reports whether there are ARNs of a type of resources that a pattern matches.
func isOf(pattern string, k catalog.Resource) bool {
	for form := range strings.SplitSeq(k.ARN, ", ") {
		if meet(pattern, variables.ReplaceAllString(form, "*")) {
			return true
		}
	}
	return false
}

// meet reports whether there is a text that two patterns match, in which * is any
// text and ? any character.
func meet(a, b string) bool {
	for a != "" && b != "" && a[0] != '*' && b[0] != '*' {
		if a[0] != b[0] && a[0] != '?' && b[0] != '?' {
			return false
		}
		a, b = a[1:], b[1:]
	}
	switch {
	case strings.Trim(a, "*") == "" && strings.Trim(b, "*") == "":
		return true
	case strings.HasPrefix(a, "*"):
		return meet(a[1:], b) || b != "" && meet(a, b[1:])
	case strings.HasPrefix(b, "*"):
		return meet(a, b[1:]) || a != "" && meet(a[1:], b)
	}
	return false
}

func TestMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a*", "*b", true}, {"a*", "b*", false}, {"a*c", "ab", false},
		{"*", "", true}, {"", "", true}, {"a", "", false}, {"a?", "ab", true}, {"x*y*", "xy", true},
	} {
		if meet(tt.a, tt.b) != tt.want || meet(tt.b, tt.a) != tt.want {
			t.Errorf("meet(%q, %q) is not %v", tt.a, tt.b, tt.want)
		}
	}
}
