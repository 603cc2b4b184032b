package dsl_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// checked is a workflow of any types.
type checked interface {
	Check(...check.Option) diag.List
}

// mistakes are the published workflows, or parts of them, with one mistake in each.
// What is to be found, and by which rule, stands in a comment at the end of the line
// that is to be blamed.
var mistakes = map[string]func() checked{
	// The snapshot of a database.

	"a field that was renamed": func() checked {
		type old struct {
			DBSnapshot struct{ State string }
		}
		status := dsl.Field(func(s *old) *string { return &s.DBSnapshot.State })
		wait := dsl.Wait("Wait 1 minute", time.Minute)
		return dsl.New[rdssnapshot.Snapshot, any]("w", wait,
			dsl.Task("Get snapshot status", rdssnapshot.DescribeSnapshot),
			dsl.Choice("Snapshot completed?").
				When(status.Equals("available"), dsl.Succeed("Done")). // blame: PATH_LEADS_NOWHERE
				Otherwise(wait))
	},
	"a result that is dropped": func() checked {
		request := dsl.As[rdssnapshot.CreateRequest](dsl.Const(dsl.Object{
			"Request":   dsl.Input[any](),
			"Execution": dsl.Object{"ID": dsl.Context.Execution.ID, "StartTime": dsl.Context.Execution.StartTime},
		}))
		return dsl.New[rdssnapshot.Request, any]("w",
			dsl.Task("Create snapshot", rdssnapshot.CreateSnapshot.With(request)).Discard(),
			dsl.Wait("Wait 1 minute", time.Minute),
			dsl.Task("Get snapshot status", rdssnapshot.DescribeSnapshot)) // blame: WRONG_WORKER_INPUT
	},
	"an input of another type": func() checked {
		return dsl.New[rdssnapshot.Request, any]("w",
			dsl.Task("Create snapshot", rdssnapshot.CreateSnapshot)) // blame: WRONG_WORKER_INPUT
	},
	"another output than declared": func() checked {
		return dsl.New[rdssnapshot.Snapshot, rdssnapshot.DBSnapshot]("w",
			dsl.Wait("Wait 1 minute", time.Minute),
			dsl.Task("Get snapshot status", rdssnapshot.DescribeSnapshot)) // blame: WRONG_OUTPUT
	},
	"a path in another case": func() checked {
		return dsl.New[rdssnapshot.Snapshot, any]("w",
			dsl.Task("Get snapshot status", rdssnapshot.DescribeSnapshot),
			dsl.Raw("Snapshot completed?", dsl.Object{"Type": "Choice", "Default": "No", "Choices": []any{ // blame: PATH_LEADS_NOWHERE
				dsl.Object{"Variable": "$.DbSnapshot.Status", "StringEquals": "available", "Next": "Yes"}}}),
			dsl.Pass("Yes"), dsl.Pass("No"))
	},
	"seconds from a text": func() checked {
		status := dsl.Field(func(s *rdssnapshot.Snapshot) *string { return &s.DBSnapshot.Status })
		return dsl.New[rdssnapshot.Snapshot, any]("w", dsl.WaitFor("Wait", dsl.As[int](status))) // blame: WRONG_TYPE
	},
	"an expression with a slip": func() checked {
		return dsl.New[rdssnapshot.Snapshot, any]("w",
			dsl.Pass("Status").Output(dsl.Expr[string]("$states.input.DBSnapshot.Sttus"))).JSONata() // blame: PATH_LEADS_NOWHERE
	},
	"a number from an object": func() checked {
		snapshot := dsl.Field(func(s *rdssnapshot.Snapshot) *rdssnapshot.DBSnapshot { return &s.DBSnapshot })
		return dsl.New[rdssnapshot.Snapshot, any]("w", dsl.WaitFor("Wait", dsl.As[int](snapshot))).JSONata() // blame: WRONG_TYPE
	},

	// The readings of sensors.

	"a field that was forgotten": func() checked {
		return dsl.New[sensoringest.Summary, any]("w",
			dsl.Task("Move file", sensoringest.MoveFile).Discard(), // blame: WRONG_WORKER_INPUT
			dsl.Task("Send summary", sensoringest.SendSummary))
	},
	"an input that is replaced": func() checked {
		object := dsl.Field(func(s *sensoringest.Summary) *sensoringest.Object { return &s.Object })
		return dsl.New[sensoringest.Summary, any]("w",
			dsl.Task("Move file", sensoringest.MoveFile.With(object)),
			dsl.Task("Send summary", sensoringest.SendSummary)) // blame: WRONG_WORKER_INPUT
	},
	"a Map over an object": func() checked {
		detail := dsl.Field(func(e *sensoringest.Event) *sensoringest.Detail { return &e.Detail })
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Map("Each file", dsl.As[[]sensoringest.Detail](detail), dsl.Pass("File"))) // blame: WRONG_TYPE
	},
	"a number compared as a text": func() checked {
		size := dsl.Field(func(e *sensoringest.Event) *int64 { return &e.Detail.Object.Size })
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Choice("Empty?").
				When(dsl.As[string](size).Equals("0"), dsl.Succeed("Nothing to do")), // blame: TYPES_NOT_COMPARABLE
			dsl.Pass("Read"))
	},
	"a number that is to be split": func() checked {
		size := dsl.Field(func(e *sensoringest.Event) *int64 { return &e.Detail.Object.Size })
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Pass("Split").Output(dsl.Object{"parts": fn.Split(dsl.As[string](size), ",")})) // blame: WRONG_TYPE
	},
	"a result below a text": func() checked {
		type marked struct {
			Detail struct {
				Object struct {
					Key struct{ Moved sensoringest.Object } `json:"key"`
				} `json:"object"`
			} `json:"detail"`
		}
		moved := dsl.Field(func(m *marked) *sensoringest.Object { return &m.Detail.Object.Key.Moved })
		file := dsl.As[sensoringest.Object](dsl.Const(dsl.Object{"Bucket": "b", "Key": "k"}))
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Task("Move file", sensoringest.MoveFile.With(file)).
				Into(moved)) // blame: WRONG_TYPE
	},
	"a result that another one replaces": func() checked {
		type kept struct{ Result any }
		result := dsl.Field(func(k *kept) *any { return &k.Result })
		file := dsl.As[sensoringest.Object](dsl.Const(dsl.Object{"Bucket": "b", "Key": "k"}))
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Task("Process file", dsl.Pick(sensoringest.ProcessFile.With(file), dsl.As[any](dsl.Const(dsl.Object{"read": true})))).
				Into(result), // blame: RESULT_NOT_READ
			dsl.Task("Move file", dsl.Pick(sensoringest.MoveFile.With(file), dsl.As[any](dsl.Const(dsl.Object{"moved": true})))).
				Into(result),
			dsl.Succeed("Done"))
	},
	"an input that the error has replaced": func() checked {
		key := dsl.Field(func(e *sensoringest.Event) *string { return &e.Detail.Object.Key })
		file := dsl.As[sensoringest.Object](dsl.Const(dsl.Object{"Bucket": "b", "Key": "k"}))
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Task("Process file", sensoringest.ProcessFile.With(file)).
				Catch(dsl.Catcher{Then: dsl.Fail("Failed", "Unreadable", "").
					CauseFrom(key)})) // blame: PATH_LEADS_NOWHERE
	},
	"a branch that there is not": func() checked {
		return dsl.New[sensoringest.Event, any]("w",
			dsl.Parallel("Both", dsl.Pass("Left"), dsl.Pass("Right")).
				Output(dsl.Object{"third": dsl.Branch[any](2)})) // blame: PATH_LEADS_NOWHERE
	},

	// The report on a client's transactions.

	"a variable that is set on one way only": func() checked {
		tries := dsl.Var[int]("tries")
		status := dsl.Field(func(r *clientreport.Request) *string { return &r.Filter.Status })
		return dsl.New[clientreport.Request, any]("w",
			dsl.Choice("Any status?").
				When(status.IsPresent(), dsl.Pass("First try").Assign(tries.Set(dsl.Const(1)))),
			dsl.Pass("Tries").Output(tries)) // blame: VARIABLE_MAY_BE_UNASSIGNED
	},
	"a counter that nobody counts up": func() checked {
		tries := dsl.Var[int]("tries")
		wait := dsl.Wait("Wait 5 minutes", 5*time.Minute)
		return dsl.New[clientreport.Request, any]("w",
			dsl.Pass("First try").Assign(tries.Set(dsl.Const(1))),
			wait,
			dsl.Choice("Too often?").
				When(tries.AtLeast(3), dsl.Fail("Failed too often", "ReportFailed", "")). // blame: RULE_NEVER_HOLDS
				Otherwise(wait))
	},
	"a bound that is always kept": func() checked {
		tries := dsl.Var[int]("tries")
		return dsl.New[clientreport.Request, any]("w",
			dsl.Pass("First try").Assign(tries.Set(dsl.Const(1))),
			dsl.Choice("Once more?").
				When(tries.LessThan(3), dsl.Pass("Once more")). // blame: RULE_ALWAYS_HOLDS
				Otherwise(dsl.Fail("Failed too often", "ReportFailed", "")))
	},
	"a variable that nobody reads": func() checked {
		start := dsl.Var[time.Time]("start")
		day := dsl.Field(func(r *clientreport.Request) *string { return &r.Filter.StartDate })
		return dsl.New[clientreport.Request, any]("w",
			dsl.Pass("Read days").
				Assign(start.Set(dsl.As[time.Time](fn.Format("{}T00:00:00Z", day)))), // blame: VARIABLE_NOT_READ
			dsl.Succeed("Done"))
	},
	"an error's name that is a number": func() checked {
		tries := dsl.Var[int]("tries")
		return dsl.New[clientreport.Request, any]("w",
			dsl.Pass("First try").Assign(tries.Set(dsl.Const(1))),
			dsl.Fail("Failed", "", "").
				ErrorFrom(dsl.As[string](tries))) // blame: WRONG_TYPE
	},
	"a day that is no instant": func() checked {
		filter := dsl.Field(func(r *clientreport.Request) *clientreport.Filter { return &r.Filter })
		return dsl.New[clientreport.Request, any]("w",
			dsl.WaitUntil("Wait for the day", dsl.As[time.Time](filter))) // blame: WRONG_TYPE
	},
}

// dataRules are the codes of the rules that follow the data.
var dataRules = map[diag.Code]bool{
	"PATH_LEADS_NOWHERE": true, "WRONG_TYPE": true, "WRONG_WORKER_INPUT": true, "WRONG_OUTPUT": true, "TYPES_NOT_COMPARABLE": true,
	"RULE_NEVER_HOLDS": true, "RULE_ALWAYS_HOLDS": true, "RESULT_NOT_READ": true, "VARIABLE_NOT_READ": true, "VARIABLE_MAY_BE_UNASSIGNED": true,
}

// Each mistake is found, on its line and by its rule, and nothing else is.
func TestMistakesWithDataAreFoundOnTheirLines(t *testing.T) {
	_, file, _, _ := runtime.Caller(0)
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(source), "\n")
	if len(mistakes) < 20 {
		t.Errorf("%d mistakes", len(mistakes))
	}
	for name, build := range mistakes {
		t.Run(name, func(t *testing.T) {
			var found []string
			for _, d := range build().Check() {
				if !dataRules[d.Code] {
					continue
				}
				_, blamed, _ := strings.Cut(lines[d.Position.Line-1], "// blame: ")
				found = append(found, string(d.Code)+" on a line of "+blamed)
				t.Log(d)
			}
			want := wantedOf(t, lines, name)
			if diff := cmp.Diff([]string{want + " on a line of " + want}, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// wantedOf returns the code that is blamed in the source of a mistake.
func wantedOf(t *testing.T, lines []string, name string) string {
	for i, line := range lines {
		if !strings.HasPrefix(line, "\t\""+name+"\": func()") {
			continue
		}
		for _, line := range lines[i:] {
			if _, code, ok := strings.Cut(line, "// blame: "); ok {
				return code
			}
		}
	}
	t.Fatalf("no mistake %q", name)
	return ""
}

// The workflows as they are have no such mistakes.
func TestTheWorkflowsHaveNoMistakesWithData(t *testing.T) {
	for _, w := range []checked{rdssnapshot.Workflow(), sensoringest.Workflow(), clientreport.Workflow()} {
		for _, d := range w.Check() {
			if dataRules[d.Code] {
				t.Error(d)
			}
		}
	}
}
