package dsl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

// Every line of this file that makes a workflow wrong says so in a comment that
// starts with "want"; several messages stand between " && ". The test builds all
// workflows and compares what is reported, line by line.

type claim struct {
	ID      string
	Amount  int
	Paid    bool
	Rate    float64 `json:",string"`
	Due     time.Time
	Note    *string
	Tags    []string
	Owner   map[string]string
	Hidden  string `json:"-"`
	private string
	Marker  struct{}
	Stamp   struct{}
	Detail  struct{ Text string }
	Deep    *claim
	Error   *dsl.ErrorOutput
}

var (
	claimID     = dsl.Field(func(c *claim) *string { return &c.ID })
	claimAmount = dsl.Field(func(c *claim) *int { return &c.Amount })
	claimDetail = dsl.Field(func(c *claim) *struct{ Text string } { return &c.Detail })
	claimTags   = dsl.Field(func(c *claim) *[]string { return &c.Tags })
)

const settle = dsl.Function[claim, claim]("settle")

func one(steps ...dsl.Step) dsl.Definition { return dsl.New[claim, any]("one", steps...) }

func output(v any) dsl.Definition { return one(dsl.Pass("P").Output(dsl.Object{"v": v})) }

func decide(c dsl.Condition) dsl.Definition {
	return one(dsl.Choice("C").When(c, dsl.Pass("A")).Otherwise(dsl.Pass("B")))
}

var foreign string

// wrongReferences returns workflows whose references cannot be made.
func wrongReferences() []dsl.Definition {
	return []dsl.Definition{
		output(dsl.Field(func(c *claim) *string { return nil })),                          // want the accessor returns nil
		output(dsl.Field(func(c *claim) *string { return &foreign })),                     // want the pointer is not that of a field of dsl_test.claim that has a JSON path
		output(dsl.Field(func(c *claim) *string { s := c.ID; return &s })),                // want the pointer is not that of a field of dsl_test.claim that has a JSON path
		output(dsl.Field(func(c *claim) *string { return &c.Hidden })),                    // want field Hidden is left out of the JSON by its tag json:"-"
		output(dsl.Field(func(c *claim) *string { return &c.private })),                   // want field private is unexported, so it is not in the JSON
		output(dsl.Field(func(c *claim) *string { return &c.Tags[0] })),                   // want the accessor indexes a slice, which has no elements here; use dsl.Index
		output(dsl.Field(func(c *claim) **string { return &c.Note })),                     // want the accessor returns the address of a pointer; return the pointer itself, without &
		output(dsl.Field(func(c *claim) *struct{} { return &c.Marker })),                  // want the field cannot be told from another one, as values of type struct {} have no size
		output(dsl.Field(func(c *claim) *string { panic("no") })),                         // want the accessor panics: no
		output(dsl.Field[claim, string](nil)),                                             // want the accessor is nil
		output(dsl.Field(func(t *time.Time) *int64 { return new(int64) })),                // want time.Time writes its own JSON, so its fields have no known path
		output(dsl.Field(func(c *claim) *string { return &deepest(c).ID })),               // want the accessor goes through a nil pointer: a map's element (use dsl.Key), an interface, or more than 8 pointers deep
		output(dsl.At(dsl.Value[claim](nil), func(c *claim) *int { return &c.Amount })),   // want the reference is nil
		output(dsl.Ref[string]{}),                                                         // want the reference is the zero Ref; make references with Field, Input, Const and the like
		output(dsl.Var[string]("my variable")),                                            // want "my variable" cannot be the name of a variable; use letters, digits and underscores, at most 80
		output(dsl.Expr[int]("{0} + 1", claimAmount, claimID)),                            // want the expression "{0} + 1" does not use its argument {1}
		one(dsl.Pass("P").Output(dsl.Object{"v": dsl.Expr[int]("$round(1)")})),            // want Parameters.v.$: is no valid path: expected . or [
		output(dsl.Expr[int]("1 + 1")),                                                    // want the expression "1 + 1" is used in a JSONPath state (Parameters) and is neither a path nor a call; write a path or an intrinsic function call, or make the state JSONata
		output(dsl.Call[int]("$round", 1.5)),                                              // want there is no function $round in a JSONPath state (Parameters); make the state JSONata
		output(dsl.Call[int]("States.Round", 1.5)),                                        // want there is no intrinsic function "States.Round"
		output(dsl.Call[string]("States.UUID", 1)),                                        // want States.UUID does not take 1 arguments
		output(fn.Add(dsl.Const(1.5), dsl.Const(1.0))),                                    // want States.MathAdd: it rounds to integers; add fractions in a JSONata state
		output(fn.Format("{} and {}", claimID)),                                           // want States.Format: the template has 2 times {} for 1 values
		output(fn.Format("{")),                                                            // want States.Format: the template has a brace that is no {}; write \{ or \} for a brace itself
		output(fn.JSON(nil)),                                                              // want the reference is the zero Ref; make references with Field, Input, Const and the like
		output([]any{claimID, dsl.Object{"id": claimID}}),                                 // want an object with references cannot stand in a list with references or be a function's argument in JSONPath (Parameters); make the object in a state before, or make the state JSONata
		output(dsl.At(fn.Parse[claim](claimID), func(c *claim) *string { return &c.ID })), // want Parameters takes a reference in JSONPath, not a computed value; compute it in a state before, or make the state JSONata
		output(struct{ V any }{claimID}),                                                  // want a constant cannot be written as JSON: json: error calling MarshalJSON for type dsl.Ref[string]: a dsl.Ref inside plain data: use dsl.Object, or dsl.Build and Ref.To
		output(make(chan int)),                                                            // want a constant cannot be written as JSON: json: unsupported type: chan int
		output(settle),                                                                    // want the handle "settle" stands as a value; use its ARN, or another of its attributes
		output(dsl.Result[string]()),                                                      // want the result cannot be read in Parameters: there is no result yet when it is evaluated
		output(dsl.Failure()),                                                             // want the error cannot be read in Parameters: there is an error in a Catcher only
		one(dsl.Pass("P").Output(dsl.Object{"a.$": claimID})),                             // want the key "a.$" in Parameters ends in .$, which JSONPath states take for an instruction; use a reference as the value of the key without it, or Raw
		one(dsl.Pass("P").JSONata().Output("{% 1 %}")),                                    // want the constant "{% 1 %}" in Output would be taken for an expression; write expressions with dsl.Expr
		one(dsl.Pass("P").JSONata().Output(dsl.Expr[int]("States.UUID()"))),               // want the expression "States.UUID()" calls an intrinsic function, but is used in a JSONata state (Output); use package fn, whose functions both languages have
		one(dsl.Pass("P").JSONata().Output(dsl.Expr[int]("{% 1 %}"))),                     // want the expression "{% 1 %}" has its own delimiters; leave {% and %} out
		one(dsl.Pass("P").JSONata().Output(dsl.Expr[int]("$states.input.("))),             // want Output: expected ")" before end of expression
		one(dsl.Pass("P").Output(dsl.Build[claim](nil))),                                  // want the function is nil
		one(dsl.Pass("P").Output(dsl.Build(func(c *claim) []dsl.Assignment {
			return []dsl.Assignment{
				claimID.To(&foreign), // want the pointer is not that of a field of dsl_test.claim that has a JSON path
			}
		}))),
		one(dsl.Pass("P").Output(dsl.Build(func(c *claim) []dsl.Assignment {
			return []dsl.Assignment{
				claimDetail.To(&c.Detail),
				claimID.To(&c.Detail.Text), // want the field is linked twice, or as a whole and in part
			}
		}))),
		one(dsl.Pass("P").Output(dsl.Build(func(c *struct {
			Pair [2]string `json:",omitzero"`
		}) []dsl.Assignment {
			return []dsl.Assignment{
				claimID.To(&c.Pair[1]), // want the field is part of a list that is left out as long as it is empty; link it as a whole
			}
		}))),
		one(dsl.Pass("P").Output(dsl.Build(func(c *claim) []dsl.Assignment { // want a link has no field to go to; link fields with Ref.To
			return []dsl.Assignment{dsl.Var[string]("v").Set(claimID)}
		}))),
	}
}

func deepest(c *claim) *claim {
	for range 20 {
		c = c.Deep
	}
	return c
}

func wrongConditions() []dsl.Definition {
	return []dsl.Definition{
		decide(dsl.Condition{}),                           // want the condition is the zero Condition
		decide(dsl.And()),                                 // want Choices: And and Or need at least one condition
		decide(dsl.Not(dsl.Condition{})),                  // want Choices: one of the conditions is the zero Condition
		decide(dsl.And(claimID.Equals("x").Comment("c"))), // want Choices: Assign, Output and Comment belong to a whole rule: put them behind And, Or or Not
		decide(dsl.Field(func(c *claim) *bool { return &c.Paid }).GreaterThan(false)),                    // want Choices: a boolean is not less or greater than another one
		decide(claimDetail.LessThan(struct{ Text string }{})),                                            // want Choices: an object is not less or greater than another one
		decide(claimDetail.Equals(struct{ Text string }{})),                                              // want Choices: an object cannot be compared in a JSONPath state; compare its fields, or make the state JSONata
		decide(dsl.Field(func(c *claim) *float64 { return &c.Rate }).Equals(1)),                          // want Choices: the field is written as a string, by the option "string" of its tag, and compared with a number; compare dsl.As[string] of it
		decide(dsl.Input[any]().EqualsRef(dsl.Context.Execution.Input)),                                  // want Choices: the type of the values that are compared is not known; say of which type it is with dsl.As
		decide(dsl.Input[any]().Equals(nil)),                                                             // want Choices: the type of the values that are compared is not known
		decide(claimAmount.Matches("1*")),                                                                // want Choices: Matches is for strings, and this is a number
		decide(claimID.Matches(`a\`)),                                                                    // want Choices: the pattern ends in a lone backslash; write \\ for a backslash
		decide(fn.Len(claimTags).Equals(1)),                                                              // want Choices takes a reference in JSONPath, not a computed value; compute it in a state before, or make the state JSONata
		decide(claimAmount.EqualsRef(fn.Len(claimTags))),                                                 // want Choices takes a reference in JSONPath, not a computed value; compute it in a state before, or make the state JSONata
		one(dsl.Choice("C").When(claimID.Equals("x").Output(1), dsl.Pass("A")).Otherwise(dsl.Pass("B"))), // want a rule of a JSONPath Choice has no Output; put a Pass behind it, or make the state JSONata
	}
}

func wrongSteps() []dsl.Definition {
	linked := dsl.Pass("L")
	linked.Next(dsl.Pass("M"))
	linked.Next(dsl.Pass("N")) // want Next is given a second time, with another step; a state goes on to one state; a Choice decides between several

	shared := dsl.Pass("S") // want the state goes on to "X" if reached in one way and to "Y" if reached in another; say where with Next, or make the state twice
	inner := dsl.Pass("I")  // want the state is a step in two places of which one is inside a Parallel, Block or Map and the other is not; transitions never lead into or out of a Parallel, Block or Map: make the state anew for each

	orphan, home := dsl.Pass("O"), dsl.Pass("H") // want nothing leads to the state "O", which goes on to "H"; list it, or take its Next away
	orphan.Next(home)

	reused := dsl.Pass("R") // want the state is a step of two workflows; make states anew for each workflow, in a function
	if _, err := one(reused).Build(); err != nil {
		panic(err)
	}
	caught := dsl.Catcher{}
	return []dsl.Definition{
		one(linked),
		one(dsl.Choice("C").When(claimID.Equals("x"), shared).Otherwise(dsl.Pass("A")),
			dsl.Choice("X").When(claimID.Equals("y"), shared).Otherwise(dsl.Pass("B")),
			dsl.Pass("Y")),
		one(inner, dsl.Parallel("P", dsl.Steps(dsl.Pass("A"), inner))),
		one(home),
		one(reused),
		one(),                        // want the workflow has no steps
		one(nil),                     // want a step is nil && the workflow has no steps
		one(dsl.End),                 // want the workflow has no steps
		one(dsl.Pass("P").Next(nil)), // want Next is given no step && a step is nil
		one(dsl.Steps(dsl.Fail("F", "", "")).Next(dsl.Pass("P"))), // want nothing can follow a Fail state
		one(dsl.Parallel("P")),            // want the field Branches is missing
		one(dsl.Map("M", claimTags)),      // want the Map "M" has no steps
		one(dsl.Block("P")),               // want branch 0 of "P" has no steps
		one(dsl.Pass("P"), dsl.Pass("P")), // want another state has the name "P"; names are unique in the whole definition; a fragment takes them as parameters
		one(dsl.Choice("C").When(claimID.Equals("x"), dsl.End).Otherwise(dsl.Pass("A"))),                                // want a Choice cannot end by itself, and no step is behind it; give it a step, such as a Succeed
		one(dsl.Choice("C").When(claimID.Equals("x")).Otherwise(dsl.Pass("A"))),                                         // want a Choice cannot end by itself, and no step is behind it; give it a step, such as a Succeed
		one(dsl.Choice("C").When(claimID.Equals("x"), dsl.Pass("A")).Otherwise(dsl.Pass("B")).Otherwise(dsl.Pass("D"))), // want Otherwise is given twice
		one(dsl.Task("T", settle).Catch(caught)),                                                                        // want a Catcher leads nowhere; say where to go with Then
		one(dsl.Task("T", settle).Catch(dsl.Catcher{Then: dsl.End})),                                                    // want a Catcher cannot end by itself, it has to go to a state; use a Succeed or a Fail
		one(dsl.Task("T", settle).Catch(dsl.Catcher{Then: dsl.Pass("H")})),                                              // want the error handler leaves open where it goes on; end it with dsl.End, a Fail or a Succeed, or with a step that is listed outside the handler
		one(dsl.Task[any]("T", nil)),                                                                                    // want the task has no action
		one(dsl.Task("T", dsl.Integration[any]{})),                                                                      // want the task's action has no resource
		one(dsl.Task("T", dsl.Function[any, any]("!"))),                                                                 // want the handle "!" of a lambda has neither a letter nor a digit in its name
		one(dsl.Task("T", dsl.Function[any, any]("a-b")), dsl.Task("U", dsl.Function[any, any]("a b"))),                 // want the handles "a-b" of a lambda and "a b" of a lambda come out alike in the definition, as AB_Arn; rename one of them
		one(dsl.Distributed[any]("D", nil, dsl.Pass("P"))),                                                              // want the Map has no reader
		dsl.New[any, any]("a b", dsl.Pass("P")),                                                                         // want the workflow's name "a b" has a blank or one of < > { } [ ] ? * " # % \ ^ | ~ $ & , ; : / `
	}
}

func wrongFields() []dsl.Definition {
	v := dsl.Var[string]("v")
	result := dsl.At(settle.Result(), func(c *claim) *string { return &c.ID })
	note := dsl.Field(func(c *claim) *claim { return c.Deep })
	return []dsl.Definition{
		one(dsl.Wait("W", 60)),                // want Seconds: the duration 60ns is not a whole number of seconds; durations are written as 5*time.Second
		one(dsl.Wait("W", -time.Second)),      // want Seconds: the duration -1s is negative; durations are written as 5*time.Second
		one(dsl.Task("T", settle).Timeout(0)), // want TimeoutSeconds: the duration 0s is less than a second; durations are written as 5*time.Second
		one(dsl.Task("T", settle).Retry(dsl.Retrier{Interval: 1500 * time.Millisecond})),                           // want IntervalSeconds: the duration 1.5s is not a whole number of seconds; durations are written as 5*time.Second
		one(dsl.Task("T", settle).Retry(dsl.Retrier{Never: true, MaxAttempts: 1})),                                 // want a Retrier has both Never and MaxAttempts
		dsl.New[any, any]("w", dsl.Pass("P")).Timeout(time.Millisecond),                                            // want TimeoutSeconds: the duration 1ms is not a whole number of seconds; durations are written as 5*time.Second
		one(dsl.Wait("W", 0), dsl.WaitFor("V", dsl.Seconds(time.Microsecond))),                                     // want the duration 1µs is not a whole number of seconds; durations are written as 5*time.Second
		one(dsl.Task("T", settle).Discard().Into(note)),                                                            // want Discard cannot be together with Into or Output
		one(dsl.Task("T", settle).Into(settle.Result())),                                                           // want Into takes a field of the state's input; name it with dsl.Field
		one(dsl.Task("T", settle).Assign(v.Set(claimID))),                                                          // want the input cannot be read in Assign: in a JSONPath state it sees only the result; keep it in a variable, put it into the arguments, or make the state JSONata
		one(dsl.Task("T", settle).Output(dsl.Object{"id": claimID})),                                               // want the input cannot be read in ResultSelector: in a JSONPath state it sees only the result; keep it in a variable, put it into the arguments, or make the state JSONata
		one(dsl.Task("T", settle).Output(result).Into(note)),                                                       // want Into and an Output that is a mere reference exclude each other in JSONPath; make the Output an Object
		one(dsl.Task("T", dsl.Pick(settle, settle.Result()))),                                                      // want ResultSelector cannot be a mere reference in JSONPath; put it into an Object, or make the state JSONata
		one(dsl.Task("T", settle).Assign(v.Set(result), v.Set(result))),                                            // want the variable "v" is set twice
		one(dsl.Task("T", settle).Assign(claimID.To(&foreign))),                                                    // want an assignment in Assign names no variable; set variables with Variable.Set
		one(dsl.Task("T", settle).Assign(v.Set(nil))),                                                              // want the reference is nil
		one(dsl.Task("T", settle).Catch(dsl.Catcher{Into: dsl.Failure(), Then: dsl.Fail("F", "", "")})),            // want Into takes a field of the state's input; name it with dsl.Field
		one(dsl.Task("T", settle).Catch(dsl.Catcher{Output: dsl.Object{}, Then: dsl.Fail("F", "", "")})),           // want in JSONPath the Output of a Catcher can only be the input, which drops the error; use Into, or make the state JSONata
		one(dsl.Block("B", dsl.Pass("P")).Into(note)),                                                              // want the result of a Block in JSONPath is a list of one element, which Into cannot take out; give the Block an Output that is an Object, or make the state JSONata
		one(dsl.Task("T", settle).JSONata().Into(dsl.Index(dsl.Field(func(c *[]claim) *[]claim { return c }), 0))), // want Into cannot replace an element of a list in a JSONata state; put it into a field of an object
		one(dsl.Wait("W", time.Second).Output(dsl.Object{})),                                                       // want a JSONPath state of type Wait can hand on its input or a part of it, not other data; put a Pass before it, or make the state JSONata
		one(dsl.Map("M", dsl.Const([]int{1}), dsl.Pass("P"))),                                                      // want the items of a JSONPath Map have to be a reference; make the list in a Pass before, or make the state JSONata
		one(dsl.Fail("F", "E", "").ErrorFrom(claimID)),                                                             // want Error is given twice, as a constant and by ErrorFrom
		one(dsl.Pass("P").Raw("Parameters", 1).Raw("Paramters", 1)),                                                // want Paramters: there is no such field in a Pass state
		one(dsl.Raw("R", dsl.Object{"Type": "Pass", "Next": "X"})),                                                 // want Next follows from the list of steps or from the method Next; leave it out
		one(dsl.Raw("R", dsl.Object{"Type": "Past"})),                                                              // want Type
		one(dsl.Task("T", settle).Timeout(time.Minute).Heartbeat(time.Hour)),                                       // want HeartbeatSeconds
		one(dsl.WaitUntil("W", dsl.As[time.Time](dsl.Const("soon")))),                                              // want Timestamp
	}
}

func TestWhatIsWrongIsReportedAtItsLine(t *testing.T) {
	file, want := wanted(t)
	var got []diag.Diagnostic
	for _, group := range [][]dsl.Definition{wrongReferences(), wrongConditions(), wrongSteps(), wrongFields()} {
		for i, w := range group {
			_, err := w.Build()
			if err == nil {
				t.Errorf("workflow %d of a group builds", i)
			}
			var list diag.List
			if errors.As(err, &list) {
				got = append(got, list...)
			}
		}
	}
	reported := map[int][]string{}
	for _, d := range got {
		if d.Position.File != file {
			t.Errorf("reported elsewhere: %v", d)
			continue
		}
		line := d.Position.Line
		if len(d.Related) > 0 && want[line] == nil {
			line = d.Related[0].Position.Line // the fault is in what was given to a helper above
		}
		reported[line] = append(reported[line], messageOf(d))
	}
	for line, messages := range want {
		for _, m := range messages {
			if !contains(reported[line], m) {
				t.Errorf("line %d: not reported: %s\nbut: %q", line, m, reported[line])
			}
		}
		if len(reported[line]) > len(messages) {
			t.Errorf("line %d: reported %q", line, reported[line])
		}
		delete(reported, line)
	}
	for line, messages := range reported {
		t.Errorf("line %d: unexpected: %q", line, messages)
	}
}

func messageOf(d diag.Diagnostic) string {
	text := d.Message
	if d.Field != "" {
		text = d.Field + ": " + text
	}
	if d.Hint != "" {
		text += "; " + d.Hint
	}
	return text
}

func contains(messages []string, start string) bool {
	for _, m := range messages {
		if strings.HasPrefix(m, start) {
			return true
		}
	}
	return false
}

// wanted returns this file's name and the messages that its comments want.
func wanted(t *testing.T) (string, map[int][]string) {
	_, file, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int][]string{}
	for i, line := range strings.Split(string(text), "\n") {
		if _, messages, ok := strings.Cut(line, "// "+"want "); ok {
			want[i+1] = strings.Split(messages, " && ")
		}
	}
	return file, want
}

func TestEverythingWrongIsReportedTogether(t *testing.T) {
	broken := func() dsl.Step { return dsl.Wait("Pause", 60) }
	_, err := dsl.New[claim, any]("many",
		dsl.Task("Settle", settle).Timeout(time.Millisecond).Heartbeat(-time.Second),
		broken(),
		dsl.Pass("Settle"),
	).Build()
	var list diag.List
	if !errors.As(err, &list) {
		t.Fatalf("the error is a %T", err)
	}
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%s %q %s %s %d", d.Code, d.State, d.Pointer, d.Field, len(d.Related)))
	}
	want := []string{
		`DSL_VALUE "Pause" /States/Pause/Seconds Seconds 1`, // made in a function, which is called below
		`DSL_VALUE "Settle" /States/Settle/HeartbeatSeconds HeartbeatSeconds 0`,
		`DSL_VALUE "Settle" /States/Settle/TimeoutSeconds TimeoutSeconds 0`,
		`DUPLICATE_STATE_NAME "Settle" /States/Settle  1`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, err)
	}
	if text, _ := json.Marshal(list); !strings.Contains(string(text), filepath.Base("wrong_test.go")) {
		t.Errorf("no file in %s", text)
	}
	if list[0].Code == asl.CodeSchema {
		t.Error("sorted by code")
	}
}
