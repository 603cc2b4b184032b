package interp_test

import (
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/interp"
)

// TestDataFlow follows values through the filters of JSONPath states.
func TestDataFlow(t *testing.T) {
	const task = `"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "End": true`
	tests := []struct {
		name, state, input, result, want string
	}{
		{"a task's filters apply in their order",
			`{` + task + `, "InputPath": "$.a", "Parameters": {"x.$": "$.b"}, "ResultSelector": {"y.$": "$.r"}, "ResultPath": "$.out"}`,
			`{"a":{"b":1},"k":0}`, `{"r":5,"z":6}`, `{"a":{"b":1},"k":0,"out":{"y":5}}`},
		{"OutputPath reads what ResultPath wrote",
			`{` + task + `, "ResultPath": "$.out", "OutputPath": "$.out.y"}`, `{"k":0}`, `{"y":5}`, `5`},
		{"a null ResultPath keeps the input", `{` + task + `, "ResultPath": null}`, `{"k":0}`, `[1,2]`, `{"k":0}`},
		{"without ResultPath the result replaces the input", `{` + task + `}`, `{"k":0}`, `{"r":1}`, `{"r":1}`},
		{"a null result stands", `{` + task + `}`, `{"k":0}`, `null`, `null`},
		{"a null OutputPath gives an empty object", `{` + task + `, "OutputPath": null}`, `{"k":0}`, `1`, `{}`},
		{"ResultPath makes the objects on its way",
			`{"Type": "Pass", "Result": {"v": 1}, "ResultPath": "$.p.q", "End": true}`, `{}`, ``, `{"p":{"q":{"v":1}}}`},
		{"ResultPath keeps the place of what it replaces",
			`{"Type": "Pass", "Result": 9, "ResultPath": "$.a", "End": true}`, `{"a":1,"b":2}`, ``, `{"a":9,"b":2}`},
		{"a null InputPath gives an empty object", `{"Type": "Pass", "InputPath": null, "End": true}`, `{"k":0}`, ``, `{}`},
		{"ResultPath goes into the raw input, not into the filtered one",
			`{"Type": "Pass", "InputPath": "$.i", "Result": {"r": 1}, "ResultPath": "$.m", "End": true}`,
			`{"i":{"x":1},"u":2}`, ``, `{"i":{"x":1},"u":2,"m":{"r":1}}`},
		{"Result goes before Parameters",
			`{"Type": "Pass", "Parameters": {"x.$": "$.none"}, "Result": {"r": 1}, "End": true}`, `{}`, ``, `{"r":1}`},
		{"Result is taken literally", `{"Type": "Pass", "Result": {"a.$": "$.x"}, "End": true}`, `{}`, ``, `{"a.$":"$.x"}`},
		{"Succeed filters", `{"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b"}`, `{"a":{"b":7}}`, ``, `7`},
		{"strings in arrays of a template are data",
			`{"Type": "Pass", "Parameters": {"l": ["$.x", {"v.$": "$.x"}]}, "End": true}`, `{"x":1}`, ``, `{"l":["$.x",{"v":1}]}`},
		{"an indefinite path that finds nothing gives an empty array",
			`{"Type": "Pass", "Parameters": {"l.$": "$.items[*].name"}, "End": true}`, `{}`, ``, `{"l":[]}`},
		{"the context object is at hand",
			`{"Type": "Pass", "Parameters": {"s.$": "$$.State.Name", "i.$": "$$.Execution.Input.k"}, "End": true}`,
			`{"k":3}`, ``, `{"s":"S","i":3}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, `{"S": `+tt.state+`}`, tt.input, interp.WithHandler(returning(raw(tt.result))))
			wantOutput(t, x, tt.want)
		})
	}
}

// TestTemplateOrder checks that the members of an evaluated template come in the
// service's order: fixed ones first, then the others as Java's HashMap has them.
func TestTemplateOrder(t *testing.T) {
	tests := []struct{ template, want string }{
		{`{"Question.$": "$", "Answer.$": "$"}`, `{"Answer":1,"Question":1}`},
		{`{"TableName.$": "$", "Key.$": "$", "UpdateExpression.$": "$", "ExpressionAttributeValues.$": "$", "ReturnValues": 0}`,
			`{"ReturnValues":0,"TableName":1,"UpdateExpression":1,"Key":1,"ExpressionAttributeValues":1}`},
		{`{"QueueUrl.$": "$", "MessageBody": {"TaskToken.$": "$", "A": 2}}`, `{"MessageBody":{"A":2,"TaskToken":1},"QueueUrl":1}`},
		{`{"b": 2, "a": 1}`, `{"b":2,"a":1}`},
	}
	for _, tt := range tests {
		x := run(t, `{"S": {"Type": "Pass", "Parameters": `+tt.template+`, "End": true}}`, `1`)
		wantOutput(t, x, tt.want)
	}
}

// TestTextOfPayloads checks that what nothing touches keeps its spelling.
func TestTextOfPayloads(t *testing.T) {
	const parallel = `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
		{"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": [1, 2], "End": true}}}]}}`
	tests := []struct{ name, def, input, want string }{
		{"through a Pass", `{"S": {"Type": "Pass", "End": true}}`, `["a", 1.0, 1e3]`, `["a", 1.0, 1e3]`},
		{"a Parallel joins texts", parallel, `[1, 2]`, `[[1, 2],[1,2]]`},
		{"what is selected is compact, numbers keep their spelling",
			`{"S": {"Type": "Pass", "InputPath": "$.a", "End": true}}`, `{"a": [1.0, 0.10]}`, `[1.0,0.10]`},
		{"what ResultPath writes into is compact",
			`{"S": {"Type": "Pass", "Result": 1, "ResultPath": "$.b", "End": true}}`, `{"a": 1}`, `{"a":1,"b":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantOutput(t, run(t, tt.def, tt.input), tt.want) })
	}
}

// TestPathErrors checks the causes of paths that find nothing. They fail the
// execution whatever Retry and Catch say.
func TestPathErrors(t *testing.T) {
	place := func(state string) string {
		return "An error occurred while executing the state '" + state + "' (entered at the event id #2). "
	}
	const caught = `"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}, {"ErrorEquals": ["States.Runtime"], "Next": "C"}],
		"Retry": [{"ErrorEquals": ["States.Runtime"]}]`
	tests := []struct{ name, state, cause string }{
		{"InputPath", `{"Type": "Pass", "InputPath": "$.x", "End": true}`, `Invalid path '$.x' : No results for path: $['x']`},
		{"a missing parent", `{"Type": "Pass", "OutputPath": "$.x.y.z", "End": true}`, `Invalid path '$.x.y.z' : Missing property in path $['x']`},
		{"Parameters", `{"Type": "Pass", "Parameters": {"v.$": "$.x"}, "End": true}`,
			`The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '{"k":0}'`},
		{"the context object", `{"Type": "Pass", "Parameters": {"v.$": "$$.Execution.Input.x"}, "End": true}`,
			`The JSONPath '$$.Execution.Input.x' specified for the field 'v.$' could not be found in the input '{"k":0}'`},
		{"ErrorPath", `{"Type": "Fail", "ErrorPath": "$.e"}`,
			`The JSONPath '$.e' specified for the field 'ErrorPath' could not be found in the input '{"k":0}'`},
		{"TimeoutSecondsPath", `{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "TimeoutSecondsPath": "$.t", "End": true, ` + caught + `}`,
			`Invalid path '$.t' : No results for path: $['t']`},
		{"ResultSelector", `{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "ResultSelector": {"v.$": "$.x"}, "End": true, ` + caught + `}`,
			`The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '{"r":1}'`},
		{"Choice", `{"Type": "Choice", "Choices": [{"Variable": "$.x", "IsString": true, "Next": "C"}], "Default": "C"}`,
			`Invalid path '$.x': The choice state's condition path references an invalid value.`},
		{"no rule holds", `{"Type": "Choice", "Choices": [{"Variable": "$.k", "NumericEquals": 1, "Next": "C"}]}`,
			`Failed to transition out of the state. The state does not point to a next state.`},
		{"a Map's items", `{"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "End": true}`,
			`Reference path "$" must point to array.`},
		{"a variable", `{"Type": "Pass", "Parameters": {"v.$": "$none"}, "End": true}`,
			`The JSONPath '$none' specified for the field 'v.$' could not be found in the input '{"k":0}'`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, `{"S": `+tt.state+`, "C": {"Type": "Succeed"}}`, `{"k":0}`, interp.WithHandler(returning(raw(`{"r":1}`))))
			wantFailure(t, x, "States.Runtime", place("S")+tt.cause)
		})
	}
}

func TestVariables(t *testing.T) {
	t.Run("are set after all of a state's expressions have read them", func(t *testing.T) {
		x := run(t, `{
			"A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
			"B": {"Type": "Pass", "Assign": {"x.$": "$y", "y.$": "$x"}, "Parameters": {"x.$": "$x"}, "ResultPath": "$.before", "Next": "C"},
			"C": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y", "before.$": "$.before.x"}, "End": true}}`, `{}`)
		wantOutput(t, x, `{"before":1,"x":2,"y":1}`)
	})
	t.Run("an Assign reads the raw result of a task", func(t *testing.T) {
		x := run(t, `{
			"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "ResultSelector": {"s.$": "$.r"},
				"Assign": {"v.$": "$.r"}, "Next": "B"},
			"B": {"Type": "Pass", "Parameters": {"v.$": "$v.deep[0]"}, "End": true}}`, `{}`,
			interp.WithHandler(returning(raw(`{"r":{"deep":[5]}}`))))
		wantOutput(t, x, `{"v":5}`)
	})
	t.Run("branches read those around them and keep their own", func(t *testing.T) {
		x := run(t, `{
			"A": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "P"},
			"P": {"Type": "Parallel", "Next": "E", "Branches": [
				{"StartAt": "B", "States": {
					"B": {"Type": "Pass", "Assign": {"inner.$": "$outer"}, "Next": "B2"},
					"B2": {"Type": "Pass", "Parameters": {"i.$": "$inner", "o.$": "$outer"}, "End": true}}},
				{"StartAt": "C", "States": {"C": {"Type": "Pass", "Parameters": {"o.$": "$outer"}, "End": true}}}]},
			"E": {"Type": "Pass", "Parameters": {"got.$": "$", "i.$": "$inner"}, "End": true}}`, `{}`)
		wantFailure(t, x, "States.Runtime", "An error occurred while executing the state 'E' (entered at the event id #14). "+
			`The JSONPath '$inner' specified for the field 'i.$' could not be found in the input '[{"i":1,"o":1},{"o":1}]'`)
	})
	t.Run("a rule's Assign replaces the Choice's", func(t *testing.T) {
		const def = `{
			"C": {"Type": "Choice", "Assign": {"v": "state"}, "Default": "E",
				"Choices": [{"Variable": "$", "NumericEquals": 1, "Assign": {"v": "rule"}, "Next": "E"}]},
			"E": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": true}}`
		wantOutput(t, run(t, def, `1`), `{"v":"rule"}`)
		wantOutput(t, run(t, def, `2`), `{"v":"state"}`)
	})
	t.Run("a catcher's Assign reads the Error Output", func(t *testing.T) {
		x := run(t, `{
			"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "Assign": {"v": 1}, "End": true,
				"Catch": [{"ErrorEquals": ["Boom"], "Assign": {"e.$": "$.Error"}, "Next": "B"}]},
			"B": {"Type": "Pass", "Parameters": {"e.$": "$e"}, "End": true}}`, `{}`, interp.WithHandler(failing("Boom", "")))
		wantOutput(t, x, `{"e":"Boom"}`)
	})
	t.Run("too large a value fails the state", func(t *testing.T) {
		x := run(t, `{"A": {"Type": "Pass", "Assign": {"a.$": "$", "b.$": "$"}, "End": true}}`, `"`+strings.Repeat("x", 200_000)+`"`)
		wantFailure(t, x, "States.DataLimitExceeded",
			"The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.")
	})
}
