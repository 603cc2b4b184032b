package local_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/local"
)

const file = `{
	"StateMachines": {"Orders": {"TestCases": {"Retries": {"T": "flaky"}, "None": {}}}},
	"MockedResponses": {"flaky": {"0-1": {"Throw": {"Error": "Busy", "Cause": "c"}}, "2": {"Return": {"r": 1}}}}}`

const (
	function = "arn:aws:lambda:us-east-1:111111111111:function:f"
	callback = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
	job      = "arn:aws:states:::batch:submitJob.sync"
)

// machine is one task of a resource, which retries Busy so many times.
func machine(resource string, retries int) *interp.Machine {
	def, problems := asl.Parse("", fmt.Sprintf(`{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": %q,
		"Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": %d}], "End": true}}}`, resource, retries))
	if err := problems.Err(); err != nil {
		log.Fatal(err)
	}
	m, err := interp.New(def)
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func TestMocks(t *testing.T) {
	handlers, err := local.Mocks(file, "Orders", "Retries")
	if err != nil || len(handlers) != 1 {
		t.Fatalf("handlers are %v, error %v", handlers, err)
	}
	for _, tt := range []struct {
		resource string
		retries  int
		want     string
	}{
		{function, 2, `{"r":1} <nil>`},
		{job, 2, `{"r":1} <nil>`},
		{callback, 2, `{"r":1} <nil>`},
		{function, 1, ` execution FAILED: Busy: c`},
		{callback, 0, ` execution FAILED: Busy: c`},
	} {
		x, err := machine(tt.resource, tt.retries).Run(context.Background(), json.RawMessage(`{}`), interp.WithState("T", handlers["T"]))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(x.OutputText(), " ", x.Err()); got != tt.want {
			t.Errorf("%s with %d retries: %s, want %s", tt.resource, tt.retries, got, tt.want)
		}
	}
}

func TestACallTooMany(t *testing.T) {
	handlers, err := local.Mocks(strings.Replace(file, "0-1", "0", 1), "Orders", "Retries")
	if err != nil {
		t.Fatal(err)
	}
	x, err := machine(function, 3).Run(context.Background(), nil, interp.WithState("T", handlers["T"]))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(x.Err()); !strings.Contains(got, `call 1 of state \"T\" has no mocked response`) {
		t.Errorf("error is %s", got)
	}
}

func TestNoMocks(t *testing.T) {
	if handlers, err := local.Mocks(file, "Orders", "None"); err != nil || len(handlers) != 0 {
		t.Errorf("handlers are %v, error %v; want none", handlers, err)
	}
	with := func(responses string) string {
		return `{"StateMachines": {"Orders": {"TestCases": {"Retries": {"T": "r"}}}}, "MockedResponses": {"r": ` + responses + `}}`
	}
	for text, want := range map[string]string{
		`{`:  "",
		`[]`: `there is no test case "Retries" of a state machine "Orders"`,
		`{}`: `there is no test case "Retries" of a state machine "Orders"`,
		strings.Replace(with(`{}`), `"r":`, `"s":`, 1): `state "T": there is no mocked response "r"`,
		with(`{"x": {"Return": 1}}`):                   `mocked response "r": "x" is no number of a call`,
		with(`{"2-1": {"Return": 1}}`):                 `mocked response "r": "2-1" is no range of calls`,
		with(`{"0": {}}`):                              `mocked response "r": call 0 has neither Return nor Throw`,
	} {
		if _, err := local.Mocks(text, "Orders", "Retries"); err == nil || want != "" && err.Error() != want {
			t.Errorf("%s: error is %v, want %s", text, err, want)
		}
	}
}

func ExampleMocks() {
	const file = `{
		"StateMachines": {"Orders": {"TestCases": {"HappyPath": {"T": "charged"}}}},
		"MockedResponses": {"charged": {"0": {"Return": {"receipt": 7}}}}}`
	handlers, err := local.Mocks(file, "Orders", "HappyPath")
	if err != nil {
		log.Fatal(err)
	}
	var opts []interp.Option
	for state, handler := range handlers {
		opts = append(opts, interp.WithState(state, handler))
	}
	x, err := machine(function, 0).Run(context.Background(), json.RawMessage(`{}`), opts...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.OutputText())
	// Output: {"receipt":7}
}
