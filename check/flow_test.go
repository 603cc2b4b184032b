package check_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// recorded is an execution of the corpus.
type recorded struct {
	ID         string
	Definition json.RawMessage
	Expect     struct {
		Status  string
		Entered []string `json:"states_entered"`
	}
	History []struct {
		Type    string
		Entered *struct {
			Name  string
			Input json.RawMessage
		} `json:"stateEnteredEventDetails"`
	}
}

func readRecorded(t *testing.T, path string) recorded {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

// given returns the input of a state as the history shows it: a payload that starts
// with a brace stands there parsed, any other as a text.
func given(t *testing.T, raw json.RawMessage) any {
	v, err := value.Parse(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := v.(string); ok {
		if v, err = value.Parse(s); err != nil {
			return s // cut short, or a stand-in
		}
	}
	return withoutStandIns(v)
}

// withoutStandIns returns a recorded value without the members that the recording
// has put words in place of: headers, and times.
func withoutStandIns(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, e := range v {
			all[i] = withoutStandIns(e)
		}
		return all
	case *value.Object:
		var kept []value.Member
		for m := range v.Members() {
			switch m.Name {
			case "SdkHttpMetadata", "Headers":
				continue
			}
			kept = append(kept, value.Member{Name: m.Name, Value: withoutStandIns(m.Value)})
		}
		return value.NewObject(kept...)
	case string:
		if strings.HasSuffix(v, "-time") {
			return "2026-01-01T00:00:00Z"
		}
	}
	return v
}

// What the service has handed to a state is among what the checker expects there,
// and where an execution succeeded, nothing on its way was sure to fail.
func TestWhatRecordedExecutionsHandedOnWasExpected(t *testing.T) {
	inputs := 0
	for _, path := range corpus.Files(t, "executions/execution") {
		r := readRecorded(t, path)
		m, faults := asl.Parse("", string(r.Definition))
		if faults.HasErrors() {
			continue
		}
		facts := check.Facts(m)
		for _, e := range r.History {
			if e.Entered == nil || len(e.Entered.Input) == 0 {
				continue
			}
			inputs++
			v := given(t, e.Entered.Input)
			if f := facts[e.Entered.Name]; !f.Input.Has(v) {
				t.Errorf("%s: state %q was given %s, expected is %v", r.ID, e.Entered.Name, value.String(v), f.Input)
			}
		}
		if r.Expect.Status != "SUCCEEDED" {
			continue
		}
		entered := map[string]bool{}
		for _, name := range r.Expect.Entered {
			entered[name] = true
		}
		for _, d := range check.Run(m, check.InputSchema(value.NewObject())) {
			if d.Severity == diag.Error && entered[d.State] {
				t.Errorf("%s: succeeded in spite of %v", r.ID, d)
			}
		}
	}
	t.Logf("%d inputs", inputs)
}

// flowCodes returns the codes and severities of what is found.
func flowCodes(found diag.List) string {
	var all []string
	for _, d := range found {
		all = append(all, d.Severity.String()+" "+string(d.Code)+" at "+d.Pointer)
	}
	return strings.Join(all, ", ")
}

// invoking calls functions, machines and services by name.
const invoking = `{
  "StartAt": "Direct",
  "States": {
    "Direct": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "price", "Payload.$": "$"}, "Retry": [{"ErrorEquals": ["States.ALL"]}],
      "ResultPath": "$.priced", "Next": "Read"},
    "Read": {"Type": "Pass", "Parameters": {"amount.$": "$.priced.Payload.amount"}, "ResultPath": "$.read", "Next": "Child"},
    "Child": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "child", "Input.$": "$.read"}, "TimeoutSeconds": 5, "Next": "Done"},
    "Done": {"Type": "Succeed", "OutputPath": "$.Output.number"}
  }
}`

func TestHandlersOfIntegrations(t *testing.T) {
	type price struct{ ID int }
	type priced struct {
		Sum float64 `json:"sum"`
	}
	type receipt struct{ Name string }
	for _, c := range []struct {
		name string
		opts []check.Option
		want string
	}{
		{"nothing declared", nil, ""},
		{"the function's input", []check.Option{check.Input(reflect.TypeFor[Order]()), check.Handler("price", reflect.TypeFor[price](), nil)},
			"error WRONG_WORKER_INPUT at /States/Direct/Parameters/Payload.$"},
		{"the function's result", []check.Option{check.Handler("price", nil, reflect.TypeFor[priced]())},
			"warning PATH_LEADS_NOWHERE at /States/Read/Parameters/amount.$"},
		{"the machine's input", []check.Option{check.Handler("child", reflect.TypeFor[[]string](), nil)},
			"warning WRONG_WORKER_INPUT at /States/Child/Parameters/Input.$"},
		{"the machine's output", []check.Option{check.Handler("child", nil, reflect.TypeFor[receipt]())},
			"warning PATH_LEADS_NOWHERE at /States/Done/OutputPath"},
		{"the answer of a state", []check.Option{check.Task("Direct", nil, reflect.TypeFor[struct{ Payload []int }]())},
			"warning PATH_LEADS_NOWHERE at /States/Read/Parameters/amount.$"},
		{"a handler that is not used", []check.Option{check.Handler("other", reflect.TypeFor[int](), nil)}, ""},
	} {
		if got := flowCodes(check.Text("", invoking, append(c.opts, check.Without("LAMBDA_NOT_RETRIED"))...)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// An integration whose token is handed out ends with whatever is sent back.
func TestWhoHasATokenSaysTheResult(t *testing.T) {
	for input, want := range map[string]string{
		`"Input.$": "$$.Task.Token"`: "",
		`"Input": {"a": 1}`:          "warning PATH_LEADS_NOWHERE at /States/Read/InputPath",
	} {
		text := `{"StartAt": "Run", "States": {
			"Run": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "child", ` + input + `}, "TimeoutSeconds": 9, "Next": "Read"},
			"Read": {"Type": "Pass", "InputPath": "$.count", "End": true}}}`
		if got := flowCodes(check.Text("", text)); got != want {
			t.Errorf("%s: %s, want %s", input, got, want)
		}
	}
}

// Of an input that may be anything nothing is sure, even if it is declared so.
func TestAnyInputIsNoDeclaration(t *testing.T) {
	const text = `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {}, "Next": "B"}, "B": {"Type": "Pass", "InputPath": "$.x", "End": true}}}`
	for want, opt := range map[string]check.Option{
		"warning": check.Input(reflect.TypeFor[any]()),
		"error":   check.Input(reflect.TypeFor[map[string]any]()),
	} {
		if got := flowCodes(check.Text("", text, opt)); got != want+" PATH_LEADS_NOWHERE at /States/B/InputPath" {
			t.Errorf("want %s: %s", want, got)
		}
	}
}

// A service may answer more than is known of it, in both query languages.
func TestWhatAServiceAnswersMayGrow(t *testing.T) {
	for _, read := range []string{
		`"QueryLanguage": "JSONPath", "InputPath": "$.x"`,
		`"QueryLanguage": "JSONata", "Output": "{% $states.input.x %}"`,
	} {
		text := `{"StartAt": "Get", "States": {
			"Get": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets", "TimeoutSeconds": 9, "Next": "Read"},
			"Read": {"Type": "Pass", ` + read + `, "End": true}}}`
		got := flowCodes(check.Text("", text, check.Input(reflect.TypeFor[struct{}]())))
		if !strings.HasPrefix(got, "warning PATH_LEADS_NOWHERE at /States/Read/") {
			t.Errorf("%s: %s", read, got)
		}
	}
}
