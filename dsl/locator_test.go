package dsl_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

// TestLocatorKnowsTheLineOfEveryPart looks up JSON pointers; each line of the
// workflow below says in a comment which of them are its own.
func TestLocatorKnowsTheLineOfEveryPart(t *testing.T) {
	name := dsl.Var[string]("name")
	w := dsl.New[order, any]("located", // at: "" /StartAt /States
		dsl.Task("A/b", whole). // at: /States/A~1b /States/A~1b/Resource /States/A~1b/Type
					Timeout(time.Minute).                      // at: /States/A~1b/TimeoutSeconds
					Comment("c").                              // at: /States/A~1b/Comment
					Retry(dsl.Retrier{Errors: []string{"E"}}). // at: /States/A~1b/Retry/0 /States/A~1b/Retry/0/ErrorEquals/0
					Retry(dsl.LambdaFaults).                   // at: /States/A~1b/Retry/1/MaxAttempts
					Catch(dsl.Catcher{                         // at: /States/A~1b/Catch/0/Next
														Then: dsl.Fail("F", "", "")}). // at: /States/F
			Assign(name.Set(dsl.Const("x"))).                                                  // at: /States/A~1b/Assign/name
			Discard().                                                                         // at: /States/A~1b/ResultPath
			Raw("Credentials", map[string]any{"RoleArn": "arn:aws:iam::123456789012:role/r"}), // at: /States/A~1b/Credentials/RoleArn
		dsl.Choice("C"). // at: /States/C
					When(small, dsl.Pass("P")). // at: /States/C/Choices/0/Variable /States/P
					When(large,                 // at: /States/C/Choices/1/Next
							dsl.Pass("Q")). // at: /States/Q
			Otherwise(dsl.Pass("R")), // at: /States/C/Default /States/R
		dsl.Parallel("Both", // at: /States/Both/Branches
			dsl.Pass("Left"), // at: /States/Both/Branches/0/States/Left
			dsl.Block("Right", // at: /States/Both/Branches/1/States/Right/OutputPath
				dsl.Pass("Deep"))).Discard(), // at: /States/Both/Branches/1/States/Right/Branches/0/States/Deep/End
		dsl.Map("M", lines, // at: /States/M/ItemsPath
			dsl.Pass("I")). // at: /States/M/ItemProcessor/States/I
			Concurrency(3), // at: /States/M/MaxConcurrency
	).Timeout(time.Hour) // at: /TimeoutSeconds
	m, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	_, file, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for i, line := range strings.Split(string(text), "\n") {
		_, pointers, ok := strings.Cut(line, " // at: ")
		if !ok || strings.Contains(line, "Cut") {
			continue
		}
		for p := range strings.SplitSeq(pointers, " ") {
			p = strings.Trim(p, `"`)
			looked++
			if got := m.Locator.Locate(p); got.File != file || got.Line != i+1 {
				t.Errorf("%s is at %v, want line %d", p, got, i+1)
			}
		}
	}
	if looked < 30 {
		t.Errorf("looked at %d pointers", looked)
	}
}
