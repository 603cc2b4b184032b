package interp_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
)

// testMock tests a task whose mock gives a result, and returns what the service says.
func testMock(t *testing.T, resource, result string, mode interp.FieldValidation) string {
	t.Helper()
	def, problems := asl.Parse("", `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "`+resource+`", "Parameters": {}, "End": true}}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	got, err := interp.TestState(context.Background(), def, interp.StateTest{Mock: &interp.StateMock{Result: result, FieldValidation: mode}})
	if err != nil {
		return err.Error()
	}
	return string(got.Status)
}

func TestMockedResultsFitTheAPI(t *testing.T) {
	const (
		getItem    = "arn:aws:states:::dynamodb:getItem"
		list       = "arn:aws:states:::aws-sdk:dynamodb:listTables"
		invoke     = "arn:aws:states:::lambda:invoke"
		parameters = "arn:aws:states:::aws-sdk:ssm:getParameter"
		start      = "arn:aws:states:::aws-sdk:sfn:startExecution"
		wrong      = "ValidationException: Mock result schema validation error: "
	)
	for _, tt := range []struct {
		resource, result string
		mode             interp.FieldValidation
		want             string
	}{
		{list, `{"TableNames": ["abc", "def"]}`, "", "SUCCEEDED"},
		{list, `{"TableNames": "abc"}`, "", wrong + "Field 'TableNames' must be an array"},
		{list, `{"TableNames": ["abc", 1]}`, "", wrong + "Field 'TableNames' must be a string"},
		{list, `{"TableNames": ["ab"]}`, "", wrong + "Field 'TableNames' is smaller than the minimum length"},
		{list, `{"tableNames": 1, "Else": 2}`, "", "SUCCEEDED"},
		{list, `{"TableNames": 1}`, interp.None, "SUCCEEDED"},
		{list, `{"TableNames": null}`, "", "SUCCEEDED"},
		{start, `{"ExecutionArn": "arn"}`, interp.Strict, wrong + "Required field 'StartDate' is missing"},
		{start, `{"ExecutionArn": "arn"}`, interp.Present, "SUCCEEDED"},
		{start, `{"ExecutionArn": "", "StartDate": "2025-01-01T00:00:00Z"}`, "", wrong + "Field 'ExecutionArn' is smaller than the minimum length"},
		{start, `{"ExecutionArn": "arn", "StartDate": 1}`, interp.Present, wrong + "Field 'StartDate' must be a string"},
		{parameters, `{"Parameter": {"Type": "Text"}}`, "", wrong + "Field 'Type' is not an expected value"},
		{parameters, `{"Parameter": {"Type": "String", "Version": "1"}}`, "", wrong + "Field 'Version' must be a number"},
		{parameters, `{"Parameter": []}`, "", wrong + "Field 'Parameter' must be an object"},
		{invoke, `{"Payload": {"any": "thing"}, "StatusCode": 200}`, "", "SUCCEEDED"},
		{invoke, `{"StatusCode": true}`, "", wrong + "Field 'StatusCode' must be a number"},
		{getItem, `{"Item": {"id": {"S": "1"}, "n": {"N": "2"}}}`, "", "SUCCEEDED"},
		{getItem, `{"Item": [1]}`, "", wrong + "Field 'Item' must be an object"},
		{"arn:aws:states:::aws-sdk:s3:getBucketVersioning", `{"Status": "Enabled"}`, "", "SUCCEEDED"},
		{"arn:aws:states:::aws-sdk:s3:listObjectsV2", `{"IsTruncated": "yes"}`, "", wrong + "Field 'IsTruncated' must be a boolean"},
		{"arn:aws:states:::aws-sdk:lambda:getAccountSettings", `{"AccountLimit": {"UnreservedConcurrentExecutions": -1}}`, "",
			wrong + "Field 'UnreservedConcurrentExecutions' is less than the minimum value"},
		{"arn:aws:states:::aws-sdk:kms:encrypt", `{"CiphertextBlob": "` + strings.Repeat("A", 7000) + `"}`, "",
			wrong + "Field 'CiphertextBlob' exceeds the maximum length"},
		// Nothing is known of what these give.
		{"arn:aws:states:::http:invoke", `{"StatusCode": "x"}`, "", "SUCCEEDED"},
		{"arn:aws:states:::eks:call", `{"StatusCode": "x"}`, "", "SUCCEEDED"},
		{"arn:aws:states:::sqs:sendMessage.waitForTaskToken", `{"MessageId": 1}`, "", "SUCCEEDED"},
		{"arn:aws:states:::aws-sdk:nowhere:doThings", `{"A": 1}`, "", "SUCCEEDED"},
		{list, `{}`, "LOOSE", "ValidationException: 1 validation error detected: Value 'LOOSE' at 'mock.fieldValidationMode' failed to satisfy constraint: " +
			"Member must satisfy enum value set: [STRICT, PRESENT, NONE]"},
	} {
		if got := testMock(t, tt.resource, tt.result, tt.mode); got != tt.want {
			t.Errorf("%s %q %.80s:\ngot  %s\nwant %s", tt.resource, tt.mode, tt.result, got, tt.want)
		}
	}
}
