package interp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

func TestParallelRunsBranchesInTurn(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A2"}, "A2": {"Type": "Wait", "Seconds": 5, "End": true}}},
		{"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": "b", "End": true}}}]}}`, `"a"`)
	wantOutput(t, x, `["a","b"]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered P
		3<2 ParallelStateStarted P
		4<3 PassStateEntered A
		5<4 PassStateExited A
		6<3 PassStateEntered B
		7<6 PassStateExited B
		8<5 WaitStateEntered A2
		9<8 WaitStateExited A2 @5s
		10<9 ParallelStateSucceeded P @5s
		11<9 ParallelStateExited P @5s
		12<11 ExecutionSucceeded @5s`)
}

// TestParallelFailureStopsTheOthers checks the events of a branch that fails while
// others wait, work and run iterations.
func TestParallelFailureStopsTheOthers(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "Catch": [{"ErrorEquals": ["Boom"], "Next": "C"}], "End": true, "Branches": [
		{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}},
		{"StartAt": "T", "States": {"T": {`+lambda+`, "End": true}}},
		{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {
			"StartAt": "MW", "States": {"MW": {"Type": "Wait", "Seconds": 60, "End": true}}}}}},
		{"StartAt": "F", "States": {"F": {"Type": "Wait", "Seconds": 1, "Next": "Fail"}, "Fail": {"Type": "Fail", "Error": "Boom"}}}]},
		"C": {"Type": "Succeed"}}`, `{"items":[1,2]}`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			task.Sleep(time.Minute)
			return nil, nil
		}))
	wantOutput(t, x, `{"Error":"Boom","Cause":null}`)
	_, after, _ := strings.Cut(trail(x), "FailStateEntered Fail @1s\n")
	if got, want := strings.TrimSpace(after), `17<16 WaitStateAborted W @1s
18<16 TaskStateAborted T @1s
19<16 WaitStateAborted MW @1s
20<16 MapIterationAborted M @1s
21<16 WaitStateAborted MW @1s
22<16 MapIterationAborted M @1s
23<16 MapStateAborted M @1s
24<16 ParallelStateFailed P @1s
25<24 ParallelStateExited P @1s
26<25 SucceedStateEntered C @1s
27<26 SucceedStateExited C @1s
28<27 ExecutionSucceeded @1s`; got != want {
		t.Errorf("history ends\n%s\nwant\n%s", got, want)
	}
	if x.Duration() != time.Second {
		t.Errorf("took %v, want 1s: what was stopped must not go on", x.Duration())
	}
}

func TestParallelReportsTheFailedTaskAsAborted(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "T", "States": {"T": {`+lambda+`, "End": true}}}]}}`, `{}`, interp.WithHandler(failing("Boom", "why")))
	wantFailure(t, x, "Boom", "why")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered P
		3<2 ParallelStateStarted P
		4<3 TaskStateEntered T
		5<4 LambdaFunctionScheduled T
		6<5 LambdaFunctionStarted T
		7<6 LambdaFunctionFailed T
		8<7 TaskStateAborted T
		9<7 ParallelStateFailed P
		10<9 ExecutionFailed`)
}

func TestParallelRetriesAllBranches(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "Retry": [{"ErrorEquals": ["Boom"], "MaxAttempts": 1}], "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
		{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom"}}}]}}`, `{}`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered P
		3<2 ParallelStateStarted P
		4<3 PassStateEntered A
		5<4 PassStateExited A
		6<3 FailStateEntered F
		7<6 ParallelStateStarted P @1s
		8<7 PassStateEntered A @1s
		9<8 PassStateExited A @1s
		10<7 FailStateEntered F @1s
		11<10 ParallelStateFailed P @1s
		12<11 ExecutionFailed @1s`)
}

func TestRuntimeErrorInABranchEndsTheExecution(t *testing.T) {
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "Branches": [
		{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.x", "End": true}}}]}, "C": {"Type": "Succeed"}}`, `{}`)
	wantFailure(t, x, "States.Runtime", "An error occurred while executing the state 'A' (entered at the event id #4). Invalid path '$.x' : No results for path: $['x']")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered P
		3<2 ParallelStateStarted P
		4<3 PassStateEntered A
		5<4 ExecutionFailed`)
}

const mapOf = `{"M": {"Type": "Map", %s "End": true, "ItemProcessor": {"StartAt": "I", "States": {"I": %s}}}}`

func TestMapOneAtATime(t *testing.T) {
	x := run(t, fmt.Sprintf(mapOf, `"MaxConcurrency": 1,`, `{"Type": "Pass", "End": true}`), `["a","b"]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapIterationStarted M
		5<4 PassStateEntered I
		6<5 PassStateExited I
		7<6 MapIterationSucceeded M
		8<6 MapIterationStarted M
		9<8 PassStateEntered I
		10<9 PassStateExited I
		11<10 MapIterationSucceeded M
		12<11 MapStateSucceeded M
		13<11 MapStateExited M
		14<13 ExecutionSucceeded`)
}

func TestMapAtOnce(t *testing.T) {
	x := run(t, fmt.Sprintf(mapOf, ``, `{"Type": "Pass", "End": true}`), `["a","b"]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapIterationStarted M
		5<3 MapIterationStarted M
		6<4 PassStateEntered I
		7<6 PassStateExited I
		8<7 MapIterationSucceeded M
		9<5 PassStateEntered I
		10<9 PassStateExited I
		11<10 MapIterationSucceeded M
		12<11 MapStateSucceeded M
		13<11 MapStateExited M
		14<13 ExecutionSucceeded`)
}

func TestMapOfNothing(t *testing.T) {
	x := run(t, fmt.Sprintf(mapOf, ``, `{"Type": "Pass", "End": true}`), `[]`)
	wantOutput(t, x, `[]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapStateSucceeded M
		5<3 MapStateExited M
		6<5 ExecutionSucceeded`)
}

// TestMapConcurrency checks how long iterations of a minute take.
func TestMapConcurrency(t *testing.T) {
	items := "[" + strings.TrimSuffix(strings.Repeat("0,", 100), ",") + "]"
	for _, tt := range []struct {
		field string
		want  time.Duration
		opts  []interp.Option
	}{
		{``, 3 * time.Minute, nil}, // no more than 40 at a time
		{`"MaxConcurrency": 0,`, 3 * time.Minute, nil},
		{`"MaxConcurrency": 50,`, 3 * time.Minute, nil},
		{`"MaxConcurrency": 10,`, 10 * time.Minute, nil},
		{`"MaxConcurrency": 1,`, 100 * time.Minute, nil},
		{``, time.Minute, []interp.Option{interp.WithQuotas(interp.Quotas{})}},
	} {
		x := run(t, fmt.Sprintf(mapOf, tt.field, `{"Type": "Wait", "Seconds": 60, "End": true}`), items, tt.opts...)
		if x.Status() != interp.Succeeded || x.Duration() != tt.want {
			t.Errorf("%s: %s after %v, want %v", tt.field, x.Status(), x.Duration(), tt.want)
		}
	}
}

func TestMapItems(t *testing.T) {
	for _, tt := range []struct{ name, fields, input, want string }{
		{"the items", `"ItemsPath": "$.l",`, `{"l":[1,2]}`, `[1,2]`},
		{"a selector sees the Map's data and the item",
			`"ItemsPath": "$.l", "ItemSelector": {"n.$": "$.k", "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},`,
			`{"k":0,"l":[7,8]}`, `[{"i":0,"v":7,"n":0},{"i":1,"v":8,"n":0}]`},
		{"the deprecated name of the selector", `"Parameters": {"v.$": "$$.Map.Item.Value"},`, `[7]`, `[{"v":7}]`},
		{"items of the context object", `"ItemsPath": "$$.Execution.Input.l",`, `{"l":[3]}`, `[3]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := run(t, fmt.Sprintf(mapOf, tt.fields, `{"Type": "Pass", "End": true}`), tt.input)
			want, err := value.Parse(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if !value.Equal(x.Output(), want) {
				t.Errorf("output is %s (%v), want %s", x.OutputText(), x.Err(), tt.want)
			}
		})
	}
}

func TestMapFailureStopsTheOthers(t *testing.T) {
	x := run(t, `{"M": {"Type": "Map", "Catch": [{"ErrorEquals": ["Boom"], "Next": "C"}], "End": true,
			"ItemProcessor": {"StartAt": "I", "States": {"I": {`+lambda+`, "End": true}}}}, "C": {"Type": "Succeed"}}`, `[0,1,2]`,
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			if task.Input == int64(1) {
				task.Sleep(10 * time.Second)
				return nil, &interp.TaskError{Name: "Boom"}
			}
			task.Sleep(20 * time.Second)
			return nil, nil
		}))
	wantOutput(t, x, `{"Error":"Boom","Cause":null}`)
	_, after, _ := strings.Cut(trail(x), "15<14 LambdaFunctionStarted I\n")
	if got, want := strings.TrimSpace(after), `16<12 LambdaFunctionFailed I @10s
17<16 MapIterationFailed M @10s
18<16 TaskStateAborted I @10s
19<16 MapIterationAborted M @10s
20<16 TaskStateAborted I @10s
21<16 MapIterationAborted M @10s
22<16 MapStateFailed M @10s
23<22 MapStateExited M @10s
24<23 SucceedStateEntered C @10s
25<24 SucceedStateExited C @10s
26<25 ExecutionSucceeded @10s`; got != want {
		t.Errorf("history ends\n%s\nwant\n%s", got, want)
	}
}

func TestMapRetriesAllIterations(t *testing.T) {
	x := run(t, `{"M": {"Type": "Map", "MaxConcurrency": 1, "Retry": [{"ErrorEquals": ["Boom"], "MaxAttempts": 1}], "End": true,
		"ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom"}}}}}`, `[1]`)
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered M
		3<2 MapStateStarted M
		4<3 MapIterationStarted M
		5<4 FailStateEntered F
		6<5 MapIterationFailed M
		7<5 MapStateStarted M @1s
		8<7 MapIterationStarted M @1s
		9<8 FailStateEntered F @1s
		10<9 MapIterationFailed M @1s
		11<9 MapStateFailed M @1s
		12<11 ExecutionFailed @1s`)
}

func TestNestedMaps(t *testing.T) {
	x := run(t, `{"Outer": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Inner", "States": {
		"Inner": {"Type": "Map", "End": true, "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
			"ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}}}`, `[[1,2],[],[3]]`)
	wantOutput(t, x, `[[{"v":1,"i":0},{"v":2,"i":1}],[],[{"v":3,"i":0}]]`)
}

func TestFailingIterationUnwindsThroughNestedForks(t *testing.T) {
	x := run(t, `{"Outer": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "P", "States": {
		"P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom", "Cause": "deep"}}}]}}}}}`, `[1]`)
	wantFailure(t, x, "Boom", "deep")
	wantTrail(t, x, `1<0 ExecutionStarted
		2<0 MapStateEntered Outer
		3<2 MapStateStarted Outer
		4<3 MapIterationStarted Outer
		5<4 ParallelStateEntered P
		6<5 ParallelStateStarted P
		7<6 FailStateEntered F
		8<7 ParallelStateFailed P
		9<8 MapIterationFailed Outer
		10<8 MapStateFailed Outer
		11<10 ExecutionFailed`)
}
