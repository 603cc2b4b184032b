package interp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/interp"
)

// query is a machine of JSONata states, which starts at S.
func query(states string) string {
	return `{"QueryLanguage": "JSONata", "StartAt": "S", "States": ` + states + `}`
}

// TestQueryFlow follows values through the fields of JSONata states.
func TestQueryFlow(t *testing.T) {
	tests := []struct{ name, states, input, result, want string }{
		{"a task's Arguments and Output", `{"S": {` + lambda + `, "Arguments": {"x": "{% $states.input.a.b %}"},
			"Output": {"in": "{% $states.input.k %}", "y": "{% $states.result.r %}"}, "End": true}}`,
			`{"a":{"b":1},"k":0}`, `{"r":5}`, `{"in":0,"y":5}`},
		{"a task without Output gives its result", `{"S": {` + lambda + `, "End": true}}`, `1`, `{"r":5}`, `{"r":5}`},
		{"a Pass without Output gives its input", `{"S": {"Type": "Pass", "End": true}}`, `[1, 2]`, ``, `[1, 2]`},
		{"Output and Assign see what was before both", `{
			"S": {"Type": "Pass", "Assign": {"v": 1}, "Next": "T"},
			"T": {"Type": "Pass", "Assign": {"v": "{% $v + 1 %}"}, "Output": "{% $v %}", "Next": "U"},
			"U": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $v %}"], "End": true}}`, `0`, ``, `[1,2]`},
		{"members keep their order", `{"S": {"Type": "Pass", "Output": {"Question": "{% 1 %}", "b": 2, "Answer": "{% 3 %}"}, "End": true}}`,
			`0`, ``, `{"Question":1,"b":2,"Answer":3}`},
		{"only whole texts are expressions", `{"S": {"Type": "Pass", "Output": [" {% 1 %}", "$x", "{%2%}", "{% 'a' & \n 'b' %}"], "End": true}}`,
			`0`, ``, `[" {% 1 %}","$x",2,"ab"]`},
		{"all of $states", `{"S": {"Type": "Pass", "Output": "{% $keys($states) %}", "End": true}}`, `0`, ``, `["input","context"]`},
		{"the context object", `{"S": {"Type": "Pass", "Output": "{% $states.context.State.Name & $states.context.Execution.Input %}", "End": true}}`, `"x"`, ``, `"Sx"`},
		{"the context object by detours", `{"S": {"Type": "Pass", "Output": "{% ($s := $states; $s.context.State.Name) %}", "End": true}}`, `0`, ``, `"S"`},
		{"the context object inside a predicate", `{"S": {"Type": "Pass", "Output": "{% $states.input.l[n = $states.context.State.Name].v %}", "End": true}}`,
			`{"l":[{"n":"S","v":1},{"n":"T","v":2}]}`, ``, `1`},
		{"a Choice", `{"S": {"Type": "Choice", "Choices": [
				{"Condition": "{% $states.input > 5 %}", "Output": "large", "Next": "E"},
				{"Condition": true, "Assign": {"v": "other"}, "Next": "V"}]},
			"E": {"Type": "Succeed"}, "V": {"Type": "Succeed", "Output": "{% $v %}"}}`, `6`, ``, `"large"`},
		{"a Choice's other rules", `{"S": {"Type": "Choice", "Choices": [
				{"Condition": "{% $states.input > 5 %}", "Output": "large", "Next": "E"},
				{"Condition": true, "Assign": {"v": "other"}, "Next": "V"}]},
			"E": {"Type": "Succeed"}, "V": {"Type": "Succeed", "Output": "{% $v %}"}}`, `5`, ``, `"other"`},
		{"a Map", `{"S": {"Type": "Map", "Items": "{% $states.input.l %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "k": "{% $states.input.k %}"},
			"ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $states.input.v + $states.input.k %}", "End": true}}},
			"Output": "{% $sum($states.result) %}", "End": true}}`, `{"l":[1,2],"k":10}`, ``, `23`},
		{"a Parallel", `{"S": {"Type": "Parallel", "Arguments": {"n": "{% $states.input + 1 %}"}, "Branches": [
			{"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $states.input.n %}", "End": true}}},
			{"StartAt": "B", "States": {"B": {"Type": "Pass", "Output": "{% $states.input.n * 2 %}", "End": true}}}], "End": true}}`, `1`, ``, `[2,4]`},
		{"a catcher", `{"S": {` + lambda + `, "Arguments": "{% $error('no') %}", "End": true,
				"Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% $states.errorOutput.Error %}", "Assign": {"i": "{% $states.input %}"}, "Next": "E"}]},
			"E": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $i %}"], "End": true}}`, `7`, ``, `["States.QueryEvaluationError",7]`},
		{"a Wait", `{"S": {"Type": "Wait", "Seconds": "{% $states.input %}", "Output": "{% $now() %}", "End": true}}`, `90`, ``, `"2025-01-01T00:01:30.000Z"`},
		{"a Wait for an instant", `{"S": {"Type": "Wait", "Timestamp": "{% $states.input %}", "Output": "{% $now() %}", "End": true}}`, `"2025-01-01T12:00:00Z"`, ``, `"2025-01-01T12:00:00.000Z"`},
		{"the service's functions", `{"S": {"Type": "Pass", "Output": "{% [$partition([1..3], 2), $range(1, 5, 2), $parse('{\"a\":1}').a, $hash('x', 'MD5')] %}", "End": true}}`,
			`0`, ``, `[[1,2],[3],1,3,5,1,"9dd4e461268c8034f5c8564e155c67a6"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, query(tt.states), tt.input, interp.WithHandler(returning(raw(tt.result))))
			wantOutput(t, x, tt.want)
		})
	}
}

// TestQueryErrors checks the causes of expressions that fail.
func TestQueryErrors(t *testing.T) {
	tests := []struct{ name, state, cause, location string }{
		{"nothing", `{"Type": "Pass", "Output": {"a": ["{% $none %}"]}, "End": true}`,
			`The JSONata expression '$none' specified for the field 'Output/a[0]' returned nothing (undefined).`, "Output/a[0]"},
		{"an error", `{"Type": "Pass", "Assign": {"v": "{% 'a' + 1 %}"}, "End": true}`,
			`The JSONata expression ''a' + 1' specified for the field 'Assign/v' threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number`, "Assign/v"},
		{"too much work", `{"Type": "Pass", "Output": "{% ($f := function() { $f() }; $f()) %}", "End": true}`,
			`The JSONata expression '($f := function() { $f() }; $f())' specified for the field 'Output' threw an error during evaluation: Expression evaluation timeout: Check for infinite loop`, "Output"},
		{"a function", `{"Type": "Pass", "Output": "{% $sum %}", "End": true}`,
			`The JSONata expression '$sum' specified for the field 'Output' returned an unsupported result type.`, "Output"},
		{"items that are no array", `{"Type": "Map", "Items": "{% {'a': 1} %}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`,
			`The JSONata expression '{'a': 1}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'object' for value: {"a":1}`, "Items"},
		{"an input that is no array", `{"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`,
			`Map state input must be an array but was: {"k":0}`, ""},
		{"a condition that is no boolean", `{"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "C"}]}`,
			`The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1`, "Choices[0]/Condition"},
		{"a bad timestamp", `{"Type": "Wait", "Timestamp": "{% '2025' %}", "End": true}`,
			`The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2025`, "Timestamp"},
		{"a timeout out of range", `{` + lambda + `, "TimeoutSeconds": "{% -1 %}", "End": true}`, `TimeoutSeconds must be between 0 and 99999999 but was: -1`, ""},
		{"a fraction", `{` + lambda + `, "HeartbeatSeconds": "{% 1.6 %}", "End": true}`, `The HeartbeatSeconds field cannot be parsed as an integer: 1.6`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, query(`{"S": `+tt.state+`, "C": {"Type": "Succeed"}}`), `{"k":0}`, interp.WithHandler(returnNothing))
			cause := "An error occurred while executing the state 'S' (entered at the event id #2). " + tt.cause
			wantFailure(t, x, "States.QueryEvaluationError", cause)
			e := x.History().At(2)
			_, details := e.Details()
			location, _ := details.Get("location")
			if location == nil {
				location = ""
			}
			if _, got := e.Failure(); e.Type != "EvaluationFailed" || got != cause || location != tt.location {
				t.Errorf("event 3 is %s at %v: %s", e.Type, location, got)
			}
		})
	}
}

func TestFailingOutputRunsTheTaskAgain(t *testing.T) {
	var calls []string
	x := run(t, query(`{"S": {`+lambda+`, "Output": "{% $none %}", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}], "End": true}}`), `{}`,
		interp.WithHandler(sequence(&calls)))
	if got, want := strings.Join(calls, " "), "0s 1s 3s"; got != want {
		t.Errorf("called at %s, want %s", got, want)
	}
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 TaskStateEntered S
		3<2 LambdaFunctionScheduled S
		4<3 LambdaFunctionStarted S
		5<4 LambdaFunctionSucceeded S
		6<2 EvaluationFailed S
		7<6 LambdaFunctionScheduled S @1s
		8<7 LambdaFunctionStarted S @1s
		9<8 LambdaFunctionSucceeded S @1s
		10<2 EvaluationFailed S @1s
		11<10 LambdaFunctionScheduled S @3s
		12<11 LambdaFunctionStarted S @3s
		13<12 LambdaFunctionSucceeded S @3s
		14<2 EvaluationFailed S @3s
		15<14 ExecutionFailed @3s`)
}

func TestFailingCatcherIsNotCaughtAgain(t *testing.T) {
	x := run(t, query(`{"S": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom"}}}], "End": true,
		"Catch": [{"ErrorEquals": ["Boom"], "Output": {"v": "{% $none %}"}, "Next": "C"}, {"ErrorEquals": ["States.ALL"], "Next": "C"}]},
		"C": {"Type": "Succeed"}}`), `{}`)
	wantFailure(t, x, "States.QueryEvaluationError", "An error occurred while executing the state 'S' (entered at the event id #2). "+
		"The JSONata expression '$none' specified for the field 'Catch[0]/Output/v' returned nothing (undefined).")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered S
		3<2 ParallelStateStarted S
		4<3 FailStateEntered F
		5<4 ParallelStateFailed S
		6<2 EvaluationFailed S
		7<6 ParallelStateFailed S
		8<7 ExecutionFailed`)
}

func TestBranchErrorOfAnExpressionIsCaughtAround(t *testing.T) {
	x := run(t, query(`{"S": {"Type": "Map", "Items": [1], "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $none %}", "End": true}}},
		"Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "C"}], "End": true}, "C": {"Type": "Succeed"}}`), `{}`)
	wantOutput(t, x, `"caught"`)
}

func TestLanguagesMix(t *testing.T) {
	x := run(t, `{
		"A": {"Type": "Pass", "Parameters": {"n.$": "$.k"}, "Assign": {"v.$": "$.n"}, "Next": "B"},
		"B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"sum": "{% $states.input.n + $v %}"}, "Next": "C"},
		"C": {"Type": "Pass", "InputPath": "$.sum", "End": true}}`, `{"k":4}`)
	wantOutput(t, x, `8`)
}

func TestEndlessExpressionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	machine := compile(t, query(`{"S": {"Type": "Pass", "Output": "{% ($f := function($n) { $f($n + 1) }; $f(0)) %}", "End": true}}`))
	x, err := machine.Run(ctx, nil)
	if !errors.Is(err, context.DeadlineExceeded) || x.Status() != interp.Running {
		t.Errorf("%s with error %v, want that of the context", x.Status(), err)
	}
}

func TestNewReportsBadExpressions(t *testing.T) {
	def, problems := asl.Parse("bad.asl.json", query(`{"S": {"Type": "Pass", "Output": {"l": ["{% 1 + %}"]}, "Next": "W"},
		"W": {"Type": "Wait", "Timestamp": "soon", "Next": "C"},
		"C": {"Type": "Choice", "Choices": [{"Condition": "yes", "Next": "S"}], "Default": "S"}}`))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	_, err := interp.New(def)
	var list diag.List
	if !errors.As(err, &list) {
		t.Fatalf("error is %v, want a list of diagnostics", err)
	}
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprint(d.Pointer))
	}
	if want := "/States/S/Output/l/0 /States/W/Timestamp /States/C/Choices/0/Condition"; strings.Join(got, " ") != want {
		t.Errorf("faults are at %v, want %s", got, want)
	}
}
