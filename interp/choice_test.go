package interp_test

import (
	"fmt"
	"testing"
)

// TestChoiceOperators checks each family of operators on values of every type: what
// is of another type is never an error, it just does not hold.
func TestChoiceOperators(t *testing.T) {
	tests := []struct {
		test string // the data test, less its Variable
		hold []string
		not  []string
	}{
		{`"StringEquals": "b"`, []string{`"b"`}, []string{`"B"`, `"b "`, `1`, `null`, `["b"]`, `{}`, `true`}},
		{`"StringLessThan": "b"`, []string{`"a"`, `"B"`, `""`, `"aa"`}, []string{`"b"`, `"ba"`, `0`, `null`}},
		{`"StringGreaterThan": "b"`, []string{`"c"`, `"ba"`}, []string{`"b"`, `"a"`, `9`}},
		{`"StringLessThanEquals": "b"`, []string{`"b"`, `"a"`}, []string{`"c"`}},
		{`"StringGreaterThanEquals": "b"`, []string{`"b"`, `"c"`}, []string{`"a"`}},
		// Java orders by UTF-16 code units: a surrogate comes before U+FF5E.
		{`"StringLessThan": "\uff5e"`, []string{`"\ud83d\ude00"`, `"z"`}, []string{`"\uff5f"`}},
		{`"StringMatches": "log-*.txt"`, []string{`"log-.txt"`, `"log-a.txt.txt"`}, []string{`"log-a.txtx"`, `"xlog-a.txt"`, `"log.txt"`, `1`}},
		{`"StringMatches": "a*b*a"`, []string{`"aba"`, `"a1b2b3a"`}, []string{`"aa"`, `"ab"`, `"aab"`}},
		{`"StringMatches": "a\\*b\\\\c*"`, []string{`"a*b\\c"`, `"a*b\\cd"`}, []string{`"aXb\\c"`}},
		{`"StringMatches": ""`, []string{`""`}, []string{`"x"`}},
		{`"NumericEquals": 1`, []string{`1`, `1.0`, `1e0`}, []string{`"1"`, `1.1`, `true`, `null`}},
		{`"NumericLessThan": 1.5`, []string{`1`, `-2`, `1.4999`}, []string{`1.5`, `2`, `"1"`}},
		{`"NumericGreaterThan": 1`, []string{`2`, `1.01`}, []string{`1`}},
		{`"NumericLessThanEquals": 1`, []string{`1`, `0`}, []string{`2`}},
		{`"NumericGreaterThanEquals": 1`, []string{`1`, `2`}, []string{`0`}},
		{`"BooleanEquals": true`, []string{`true`}, []string{`false`, `"true"`, `1`, `null`}},
		{`"TimestampEquals": "2025-01-01T00:00:00Z"`, []string{`"2025-01-01T00:00:00Z"`, `"2025-01-01T01:00:00.000+01:00"`},
			[]string{`"2025-01-01T00:00:01Z"`, `"2025-01-01 00:00:00Z"`, `"2025-01-01t00:00:00z"`, `1735689600`}},
		{`"TimestampLessThan": "2025-01-01T00:00:00Z"`, []string{`"2024-12-31T23:59:59.999Z"`}, []string{`"2025-01-01T00:00:00Z"`, `"2024"`}},
		{`"TimestampGreaterThanEquals": "2025-01-01T00:00:00Z"`, []string{`"2025-01-01T00:00:00Z"`, `"2026-01-01T00:00:00Z"`}, []string{`"2024-01-01T00:00:00Z"`}},
		{`"IsNull": true`, []string{`null`}, []string{`0`, `""`, `false`}},
		{`"IsNull": false`, []string{`0`, `""`, `[]`}, []string{`null`}},
		{`"IsNumeric": true`, []string{`0`, `1.5`, `1e400`}, []string{`"0"`, `null`}},
		{`"IsString": false`, []string{`0`, `null`}, []string{`""`}},
		{`"IsBoolean": true`, []string{`false`}, []string{`"false"`, `0`}},
		{`"IsTimestamp": true`, []string{`"2025-01-01T00:00:00+02:00"`}, []string{`"2025-13-01T00:00:00Z"`, `"2025-01-01T00:00:00"`, `1`}},
		{`"IsPresent": true`, []string{`null`, `1`}, nil},
	}
	const def = `{
		"C": {"Type": "Choice", "Choices": [{"Variable": "$.v", %s, "Next": "Yes"}], "Default": "No"},
		"Yes": {"Type": "Pass", "Result": "yes", "End": true},
		"No": {"Type": "Pass", "Result": "no", "End": true}}`
	for _, tt := range tests {
		t.Run(tt.test, func(t *testing.T) {
			for _, v := range tt.hold {
				wantOutput(t, run(t, fmt.Sprintf(def, tt.test), `{"v":`+v+`}`), `"yes"`)
			}
			for _, v := range tt.not {
				wantOutput(t, run(t, fmt.Sprintf(def, tt.test), `{"v":`+v+`}`), `"no"`)
			}
		})
	}
}

func TestChoiceRules(t *testing.T) {
	const def = `{
		"C": {"Type": "Choice", "InputPath": "$.in", "Choices": [
			{"And": [{"Variable": "$.a", "IsPresent": true}, {"Variable": "$.a", "NumericGreaterThanPath": "$.b"}], "Next": "Greater"},
			{"Or": [{"Variable": "$.a", "IsPresent": false}, {"Not": {"Variable": "$.a", "IsNumeric": true}}], "Next": "No number"},
			{"Variable": "$$.Execution.Input.in.b", "StringEquals": "end", "Next": "End"}], "Default": "Default"},
		"Greater": {"Type": "Pass", "Parameters": {"greater.$": "$"}, "End": true},
		"No number": {"Type": "Pass", "Parameters": {"none.$": "$"}, "End": true},
		"End": {"Type": "Pass", "Parameters": {"end.$": "$"}, "End": true},
		"Default": {"Type": "Pass", "Parameters": {"default.$": "$"}, "End": true}}`
	for _, tt := range []struct{ input, want string }{
		{`{"in":{"a":2,"b":1}}`, `{"greater":{"a":2,"b":1}}`},
		{`{"in":{"b":1}}`, `{"none":{"b":1}}`},
		{`{"in":{"a":"x","b":1}}`, `{"none":{"a":"x","b":1}}`},
		{`{"in":{"a":1,"b":"end"}}`, `{"end":{"a":1,"b":"end"}}`},
		{`{"in":{"a":1,"b":1}}`, `{"default":{"a":1,"b":1}}`},
	} {
		wantOutput(t, run(t, def, tt.input), tt.want)
	}
}

// A pattern that ends in a backslash fails where it is compared, not before.
func TestOpenEscapeFailsWhenReached(t *testing.T) {
	const def = `{
		"C": {"Type": "Choice", "Choices": [
			{"Variable": "$.kind", "StringEquals": "known", "Next": "Done"},
			{"Variable": "$.name", "StringMatches": "log-*\\", "Next": "Done"}], "Default": "Done"},
		"Done": {"Type": "Succeed"}}`
	wantOutput(t, run(t, def, `{"kind":"known"}`), `{"kind":"known"}`)
	wantOutput(t, run(t, def, `{"kind":"","name":7}`), `{"kind":"","name":7}`)
	wantFailure(t, run(t, def, `{"kind":"","name":"log-a"}`), "States.Runtime",
		`An error occurred while executing the state 'C' (entered at the event id #2). Invalid pattern 'log-*\' in StringMatches: the pattern ends in a backslash.`)
}
