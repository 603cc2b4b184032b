package sfntest_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/sfntest"
)

// said is a test that notes what is said of it.
type said struct {
	testing.TB
	lines []string
}

func (s *said) Helper() {}

func (s *said) Errorf(format string, args ...any) { s.note("failed: ", format, args) }

func (s *said) Logf(format string, args ...any) { s.note("logged: ", format, args) }

var goLine = regexp.MustCompile(`\S*\.go:\d+`)

// note notes a line with the names of Go files and without their folders and lines.
func (s *said) note(what, format string, args []any) {
	text := goLine.ReplaceAllStringFunc(fmt.Sprintf(format, args...), func(at string) string {
		file, _, _ := strings.Cut(filepath.Base(at), ":")
		return file + ":N"
	})
	s.lines = append(s.lines, what+text)
}

func TestCheckFailsOnErrorsAndLogsWarnings(t *testing.T) {
	ring := dsl.Function[any, any]("ring")
	warned := func() dsl.Definition {
		return dsl.New[any, any]("warned", dsl.Task("Ring", ring).Retry(dsl.LambdaFaults, dsl.Retrier{Errors: []string{"States.Timout"}}))
	}
	for _, test := range []struct {
		name     string
		workflow dsl.Definition
		opts     []check.Option
		want     []string
	}{
		{"sound", dsl.New[any, any]("sound", dsl.Pass("Done")), nil, nil},
		{"errors", dsl.New[any, any]("errors", dsl.Wait("Wait", -1)), nil, []string{
			`failed: check_test.go:N: error: state "Wait": Seconds: the duration -1ns is negative; durations are written as 5*time.Second [DSL_VALUE]`,
		}},
		{"warnings", warned(), nil, []string{
			`logged: check_test.go:N: warning: state "Ring": Retry[1].ErrorEquals[0]: no error of the service is named "States.Timout"; did you mean "States.Timeout"? [UNKNOWN_ERROR_NAME]`,
		}},
		{"switched off", warned(), []check.Option{check.Without("reserved-errors")}, nil},
		{"express", dsl.New[any, any]("express", dsl.Wait("Wait", 600e9)).Express(), nil, []string{
			`logged: check_test.go:N: warning: state "Wait": Seconds: is beyond the 300 seconds that an Express execution may take [EXPRESS_DURATION]`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &said{TB: t}
			sfntest.Check(s, test.workflow, test.opts...)
			if diff := cmp.Diff(test.want, s.lines); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

// A warning is logged, with the line of Go.
func ExampleCheck() {
	kind := dsl.Field(func(p *struct{ Kind string }) *string { return &p.Kind })
	parcels := dsl.New[struct{ Kind string }, any]("parcels",
		dsl.Choice("Kind?").When(kind.Equals("gift"), dsl.Pass("Wrap")).When(kind.Equals("gift"), dsl.Pass("Label")).Otherwise(dsl.Succeed("Plain")))

	t := &said{}
	sfntest.Check(t, parcels)
	fmt.Println(strings.Join(t.lines, "\n"))
	// Output:
	// logged: check_test.go:N: warning: state "Kind?": Choices[1]: is never reached: rule 0 has the same condition [RULE_NOT_REACHED]
}
