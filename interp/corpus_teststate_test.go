package interp_test

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

// runTestState runs a recorded call of the TestState API.
func runTestState(c *corpusCase) []string {
	result, err := c.testState()
	if code, ok := c.expected("error_code"); ok {
		return c.compareRefusal(err, code)
	}
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	got := []value.Member{{Name: "status", Value: string(result.Status)}}
	if result.Status == interp.Succeeded || result.Status == interp.CaughtError {
		got = append(got, value.Member{Name: "output", Value: result.Output})
	}
	if result.NextState != "" {
		got = append(got, value.Member{Name: "nextState", Value: result.NextState})
	}
	if result.Error != nil {
		got = append(got, value.Member{Name: "error", Value: orNull(result.Error.Name)}, value.Member{Name: "cause", Value: orNull(result.Error.Cause)})
	}
	if c.text("inspectionLevel") != "INFO" {
		got = append(got, value.Member{Name: "inspectionData", Value: result.Inspection})
	}
	want, _ := c.Get("expect")
	return c.diff("", value.NewObject(got...), want)
}

func (c *corpusCase) compareRefusal(err error, code any) []string {
	var refusal *interp.APIError
	if !errors.As(err, &refusal) {
		return []string{"error is missing, want " + value.String(code)}
	}
	diffs := c.diff("/error_code", refusal.Code, code)
	message, _ := c.expected("message")
	if _, parsed := asl.Parse("", c.definition()); parsed.HasErrors() {
		return diffs // the parser has sentences of its own
	}
	return append(diffs, c.diff("/message", refusal.Message, message)...)
}

func (c *corpusCase) testState() (*interp.StateResult, error) {
	m, problems := asl.Parse("", c.definition())
	if err := problems.Err(); err != nil {
		return nil, &interp.APIError{Code: "InvalidDefinition", Message: err.Error()}
	}
	test := interp.StateTest{State: c.text("stateName"), Role: "role"}
	if input, ok := c.Get("input"); ok && input != nil {
		test.Input = json.RawMessage(value.String(input))
	}
	if v, ok := c.Get("variables"); ok {
		test.Variables, _ = v.(*value.Object)
		test.Role = ""
	}
	if text := c.text("context"); text != "" {
		v, err := value.Parse(text)
		if err != nil {
			return nil, err
		}
		test.Context, _ = v.(*value.Object)
	}
	test.Mock = c.stateMock()
	if v, ok := c.Get("stateConfiguration"); ok {
		config := v.(*value.Object)
		if n, ok := config.Get("retrierRetryCount"); ok {
			test.RetrierRetryCount = int(n.(int64))
		}
		if n, ok := config.Get("mapIterationFailureCount"); ok {
			count := int(n.(int64))
			test.FailedIterations = &count
		}
	}
	answer, recorded := c.Get("task_result")
	if !recorded && test.Mock == nil {
		test.Role = ""
	}
	return interp.TestState(context.Background(), m, test, interp.WithHandler(func(context.Context, *interp.Task) (any, error) {
		result, _ := answer.(*value.Object).Get("return")
		return result, nil
	}))
}

// definition returns the text of the machine, one around the state if the case has
// no more.
func (c *corpusCase) definition() string {
	def, _ := c.Get("definition")
	if def.(*value.Object).Has("States") {
		return value.String(def)
	}
	return `{"StartAt":"StateName","States":{"StateName":` + value.String(def) + `}}`
}

func (c *corpusCase) stateMock() *interp.StateMock {
	v, ok := c.Get("mock")
	if !ok {
		return nil
	}
	mode, _ := v.(*value.Object).Get("fieldValidationMode")
	text, _ := mode.(string)
	mock := &interp.StateMock{FieldValidation: interp.FieldValidation(text)}
	if result, ok := v.(*value.Object).Get("result"); ok {
		mock.Result = result.(string)
	}
	if failure, ok := v.(*value.Object).Get("errorOutput"); ok {
		name, _ := failure.(*value.Object).Get("error")
		cause, _ := failure.(*value.Object).Get("cause")
		mock.Error = &interp.TaskError{Name: name.(string), Cause: cause.(string)}
	}
	return mock
}
