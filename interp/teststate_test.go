package interp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// object reads an object.
func object(text string) *value.Object {
	v, err := value.Parse(text)
	if err != nil {
		panic(err)
	}
	return v.(*value.Object)
}

// one is a definition of one state, named S.
func one(t *testing.T, state string) *asl.StateMachine {
	t.Helper()
	m, problems := asl.Parse("", `{"StartAt": "S", "States": {"S": `+state+`}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTestState(t *testing.T) {
	failed := 2
	const retrying = `"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}], "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Elsewhere"}]`
	const distributed = `"Type": "Map", "ItemsPath": "$.l", "ToleratedFailureCount": 1, "End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}`
	tests := []struct {
		name, state string
		test        interp.StateTest
		want        string // status, output, next state, error
		inspection  string
	}{
		{"a Pass", `{"Type": "Pass", "InputPath": "$.a", "Parameters": {"x.$": "$.b"}, "ResultPath": "$.r", "Next": "Next"}`,
			interp.StateTest{Input: raw(`{"a":{"b":1}}`)},
			`["SUCCEEDED",{"a":{"b":1},"r":{"x":1}},"Next",null]`,
			`{"input":{"a":{"b":1}},"afterInputPath":{"b":1},"afterParameters":{"x":1},"afterResultSelector":{"x":1},"afterResultPath":{"a":{"b":1},"r":{"x":1}}}`},
		{"a Choice with variables", `{"Type": "Choice", "Choices": [{"Variable": "$v", "NumericEquals": 1, "Next": "One"}], "Default": "Other"}`,
			interp.StateTest{Variables: object(`{"v":1}`)}, `["SUCCEEDED",{},"One",null]`, `{"input":{},"afterInputPath":{},"variables":{"v":1}}`},
		{"a Task", `{` + lambda + `, "ResultSelector": {"s.$": "$.r"}, "Assign": {"v.$": "$.r"}, "End": true}`,
			interp.StateTest{Role: "role", Input: 1}, `["SUCCEEDED",{"s":5},"",null]`,
			`{"input":1,"afterInputPath":1,"afterParameters":1,"result":{"r":5},"afterResultSelector":{"s":5},"afterResultPath":{"s":5},"variables":{"v":5}}`},
		{"a mocked Task", `{` + callback + `, "Parameters": {"t.$": "$$.Task.Token"}, "End": true}`,
			interp.StateTest{Mock: &interp.StateMock{Result: `{"r": 1}`}, Context: object(`{"Task":{"Token":"T"}}`)}, `["SUCCEEDED",{"r":1},"",null]`,
			`{"input":{},"afterInputPath":{},"afterParameters":{"t":"T"},"result":{"r":1},"afterResultSelector":{"r":1},"afterResultPath":{"r":1}}`},
		{"an error that is retried", `{` + lambda + `, ` + retrying + `, "End": true}`,
			interp.StateTest{Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Busy"}}, RetrierRetryCount: 1}, `["RETRIABLE",null,"","Busy"]`,
			`{"input":{},"afterInputPath":{},"afterParameters":{},"errorDetails":{"retryIndex":0,"retryBackoffIntervalSeconds":6}}`},
		{"an error that is retried no more", `{` + lambda + `, ` + retrying + `, "End": true}`,
			interp.StateTest{Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Busy", Cause: "c"}}, RetrierRetryCount: 2},
			`["CAUGHT_ERROR",{"e":{"Error":"Busy","Cause":"c"}},"Elsewhere","Busy"]`,
			`{"input":{},"afterInputPath":{},"afterParameters":{},"errorDetails":{"catchIndex":0}}`},
		{"a runtime error", `{"Type": "Pass", "InputPath": "$.x", "End": true}`, interp.StateTest{},
			`["FAILED",null,"","States.Runtime"]`, `{"input":{}}`},
		{"a Map that fails too often", `{` + distributed + `}`,
			interp.StateTest{Input: raw(`{"l":[1,2,3]}`), Mock: &interp.StateMock{Result: `[1,2,3]`}, FailedIterations: &failed},
			`["FAILED",null,"","States.ExceedToleratedFailureThreshold"]`,
			`{"input":{"l":[1,2,3]},"afterInputPath":{"l":[1,2,3]},"afterItemsPath":[1,2,3],"toleratedFailureCount":1,"maxConcurrency":0}`},
		{"a Map of what is no array", `{` + distributed + `}`, interp.StateTest{Input: raw(`{"l":1}`), Mock: &interp.StateMock{Result: `[1]`}},
			`["FAILED",null,"","States.Runtime"]`, `{"input":{"l":1},"afterInputPath":{"l":1}}`},
		{"a Fail", `{"Type": "Fail", "Error": "E"}`, interp.StateTest{}, `["FAILED",null,"","E"]`, `{"input":{},"afterInputPath":{}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := interp.TestState(context.Background(), one(t, tt.state), tt.test, interp.WithHandler(returning(raw(`{"r":5}`))))
			if err != nil {
				t.Fatal(err)
			}
			var failure any
			if got.Error != nil {
				failure = got.Error.Name
			}
			if text := value.String([]any{string(got.Status), got.Output, got.NextState, failure}); text != tt.want {
				t.Errorf("result is %s (%v), want %s", text, got.Error, tt.want)
			}
			if text := value.String(got.Inspection); text != tt.inspection {
				t.Errorf("inspection data are %s, want %s", text, tt.inspection)
			}
		})
	}
}

func TestTestStateOfANestedState(t *testing.T) {
	m, problems := asl.Parse("", `{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
		"ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "E"}, "E": {"Type": "Succeed"}}}}}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	got, err := interp.TestState(context.Background(), m, interp.StateTest{State: "W", Input: 1})
	if err != nil || got.Status != interp.Succeeded || got.NextState != "E" {
		t.Errorf("result is %+v with error %v", got, err)
	}
}

const (
	someBranches = `{"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}, {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]}`
	someItems = `{"Type": "Map", "ItemsPath": "$.l", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}`
)

// TestMockedForks tests Maps and Parallels by what their iterations and branches gave.
func TestMockedForks(t *testing.T) {
	two := 2
	catching := func(state string) string {
		return strings.TrimSuffix(state, "}") + `, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]}`
	}
	for _, tt := range []struct {
		state string
		test  interp.StateTest
		want  string // status, output, next state, error name
	}{
		{someBranches, interp.StateTest{Mock: &interp.StateMock{Result: `[1, 2]`}}, `["SUCCEEDED",[1,2],"",""]`},
		{someBranches, interp.StateTest{Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Boom"}}}, `["FAILED",null,"","Boom"]`},
		{catching(someBranches), interp.StateTest{Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Boom"}}}, `["CAUGHT_ERROR",{"Error":"Boom","Cause":null},"Caught","Boom"]`},
		{someItems, interp.StateTest{Input: raw(`{"l": [1, 2, 3]}`), Mock: &interp.StateMock{Result: `["a"]`}}, `["SUCCEEDED",["a"],"",""]`},
		{someItems, interp.StateTest{Input: raw(`{"l": 1}`), Mock: &interp.StateMock{Result: `["a"]`}}, `["FAILED",null,"","States.Runtime"]`},
		{someItems, interp.StateTest{Input: raw(`{"l": [1]}`), Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Boom"}}}, `["FAILED",null,"","Boom"]`},
		{strings.Replace(someItems, `"End"`, `"MaxConcurrencyPath": "$.none", "End"`, 1), interp.StateTest{Input: raw(`{"l": []}`), Mock: &interp.StateMock{Result: `[]`}},
			`["FAILED",null,"","States.Runtime"]`},
		{strings.Replace(someItems, `"End"`, `"ToleratedFailurePercentage": 50, "End"`, 1), interp.StateTest{Input: raw(`{"l": []}`), Mock: &interp.StateMock{Result: `[1,2,3]`}, FailedIterations: &two},
			`["FAILED",null,"","States.ExceedToleratedFailureThreshold"]`},
		{catching(strings.Replace(someItems, `"End"`, `"ResultSelector": {"a.$": "$.none"}, "End"`, 1)), interp.StateTest{Input: raw(`{"l": []}`), Mock: &interp.StateMock{Result: `[]`}},
			`["FAILED",null,"","States.Runtime"]`},
		{`{"Type": "Task", "QueryLanguage": "JSONata", "Resource": "f", "Arguments": {}, "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $none %}", "Next": "Caught"}]}`,
			interp.StateTest{Mock: &interp.StateMock{Error: &interp.TaskError{Name: "Boom"}}}, `["FAILED",null,"","States.QueryEvaluationError"]`},
	} {
		got, err := interp.TestState(context.Background(), one(t, tt.state), tt.test)
		if err != nil {
			t.Errorf("%s: %v", tt.state, err)
			continue
		}
		name := ""
		if got.Error != nil {
			name = got.Error.Name
		}
		if text := value.String([]any{string(got.Status), got.Output, got.NextState, name}); text != tt.want {
			t.Errorf("%s:\ngot  %s (%v)\nwant %s", tt.state, text, got.Error, tt.want)
		}
	}
}

func TestTestStateRefusals(t *testing.T) {
	count := 1
	for _, tt := range []struct {
		state string
		test  interp.StateTest
		want  string
	}{
		{`{"Type": "Pass", "End": true}`, interp.StateTest{State: "X"}, "ValidationException: State not found in definition"},
		{`{"Type": "Pass", "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}}, "ValidationException: State type 'Pass' is not supported when a mock is specified"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{}, "ValidationException: RoleArn must be specified when testing a Task state"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{FailedIterations: &count}, "ValidationException: TestState does not support MapIterationFailureCount when a mock is not specified."},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `{`}}, "ValidationException: Mocked result must be valid JSON"},
		{`{` + callback + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}}, "ValidationException: Mocked result must be a JSON object."},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}, Context: object(`{"Map":{}}`)},
			"ValidationException: Invalid Context object provided: 'Map' field is not supported when mocking a Context object"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`, Error: &interp.TaskError{}}},
			"ValidationException: A test mock should have only one of the following fields: [result, errorOutput]."},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}, Context: object(`{"Else":{}}`)},
			"ValidationException: Invalid Context object provided: Field 'Else' is not allowed"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}, Context: object(`{"State":{"Else":1}}`)},
			"ValidationException: Invalid Context object provided: Field 'Else' is not allowed"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}, Context: object(`{"Execution":{"Input":1,"Id":1}}`)},
			"ValidationException: Invalid Context object provided: Execution.Id must be a string"},
		{`{` + lambda + `, "End": true}`, interp.StateTest{Mock: &interp.StateMock{Result: `1`}, Context: object(`{"Task":{"Token":"t"}}`)},
			"ValidationException: Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern"},
		{someBranches, interp.StateTest{}, "InvalidDefinition: TestState API does not support Map or Parallel states. " +
			"Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"},
		{someBranches, interp.StateTest{Mock: &interp.StateMock{Result: `{}`}}, "ValidationException: Mocked result must be an array."},
		{someBranches, interp.StateTest{Mock: &interp.StateMock{Result: `[1]`}}, "ValidationException: Mocked result must contain the same number of items as number of Parallel branches."},
		{someItems, interp.StateTest{Mock: &interp.StateMock{Result: `{}`}}, "ValidationException: Mocked result must be an array."},
		{someItems, interp.StateTest{Mock: &interp.StateMock{Result: `[]`}, FailedIterations: &count}, "ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations"},
		{`{"Type": "Pass", "End": true}`, interp.StateTest{Input: raw(`{`)}, "InvalidExecutionInput: Invalid State Machine Execution Input: 'invalid JSON at line 1, column 2: unexpected end of text in an object: a member's name in double quotes is missing'"},
		{`{"Type": "Parallel", "Branches": [], "End": true}`, interp.StateTest{},
			"InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Branches'"},
	} {
		_, err := interp.TestState(context.Background(), one(t, tt.state), tt.test)
		var refusal *interp.APIError
		if !errors.As(err, &refusal) || err.Error() != tt.want {
			t.Errorf("%s: error is %v, want %s", tt.state, err, tt.want)
		}
	}
}

func TestTestedTaskTimesOut(t *testing.T) {
	got, err := interp.TestState(context.Background(), one(t, `{`+lambda+`, "TimeoutSeconds": 5, "End": true}`), interp.StateTest{Role: "r"},
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			task.Sleep(time.Minute)
			return nil, nil
		}))
	if err != nil || got.Status != interp.Failed || got.Error.Name != "States.Timeout" {
		t.Errorf("result is %+v with error %v", got, err)
	}
}

func TestVariableReferences(t *testing.T) {
	machine := compile(t, `{
		"A": {"Type": "Pass", "Parameters": {"a.$": "$x.y", "b.$": "States.Format('{}', $w)", "c": "$literal"}, "Next": "B"},
		"B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% ($local := $x; $map($v, function($i) { $i + $local + $states.input.z })) %}", "Next": "C"},
		"C": {"Type": "Pass", "Next": "D"},
		"D": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% [($n := $n + 1; $n), $n] %}", "End": true}}`)
	got, err := value.From(machine.VariableReferences())
	if err != nil {
		t.Fatal(err)
	}
	if text, want := value.String(got), `{"A":["w","x"],"B":["v","x"],"D":["n"]}`; text != want {
		t.Errorf("references are %s, want %s", text, want)
	}
}
