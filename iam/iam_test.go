package iam_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/iam"
)

// of is a machine of these states, with handles of every kind bound.
func of(states ...asl.State) *asl.StateMachine {
	return &asl.StateMachine{
		Scope:        asl.Scope{StartAt: states[0].Common().Name, States: states},
		Placeholders: handles(),
	}
}

// handles are handles of every kind.
func handles() map[string]asl.Placeholder {
	all := make(map[string]asl.Placeholder)
	for _, p := range []asl.Placeholder{
		{Kind: "lambda", Handle: "pay", Attr: "Arn"},
		{Kind: "queue", Handle: "jobs", Attr: "Url"},
		{Kind: "table", Handle: "orders", Attr: "Name"},
		{Kind: "topic", Handle: "news", Attr: "Arn"},
		{Kind: "bus", Handle: "bus", Attr: "Name"},
		{Kind: "stateMachine", Handle: "child", Attr: "Arn"},
		{Kind: "taskDefinition", Handle: "worker", Attr: "Arn"},
		{Kind: "cluster", Handle: "cluster", Attr: "Arn"},
		{Kind: "connection", Handle: "payments", Attr: "Arn"},
		{Kind: "role", Handle: "trainer", Attr: "Arn"},
		{Kind: "bucket", Handle: "uploads", Attr: "Name"},
	} {
		all[p.Name()] = p
	}
	return all
}

func Example() {
	task := &asl.Task{
		Base:       asl.Base{Name: "Pay"},
		Resource:   "arn:aws:lambda:eu-west-1:123456789012:function:pay",
		Transition: asl.Transition{End: true},
	}
	m := &asl.StateMachine{Scope: asl.Scope{StartAt: "Pay", States: []asl.State{task}}}

	statements, problems := iam.Derive(m)
	for _, s := range statements {
		fmt.Println(s.Actions, s.Resources)
	}
	fmt.Println(len(problems), "problems")
	// Output:
	// [lambda:InvokeFunction] [arn:aws:lambda:eu-west-1:123456789012:function:pay]
	// 0 problems
}

// print shows statements as one line each: actions on resources if conditions.
func print(statements []iam.Statement) []string {
	var lines []string
	for _, s := range statements {
		line := strings.Join(s.Actions, " ") + " on " + strings.Join(s.Resources, " ")
		for _, c := range s.Conditions {
			line += fmt.Sprintf(" if %s %s %s", c.Operator, c.Key, c.Value)
		}
		lines = append(lines, strings.ReplaceAll(line, "${AWS::Region}:${AWS::AccountId}", "HERE"))
	}
	return lines
}

func TestStatesThatNeedTheSameShareAStatement(t *testing.T) {
	call := func(name, function string) asl.State {
		return &asl.Task{Base: asl.Base{Name: name}, Resource: "arn:aws:lambda:us-east-1:1:function:" + function}
	}
	nested := &asl.Parallel{Base: asl.Base{Name: "P"}, Branches: []asl.Branch{{Scope: asl.Scope{States: []asl.State{call("C", "b")}}}}}
	got, _ := iam.Derive(of(call("A", "a"), call("B", "a"), nested))
	want := []iam.Statement{{
		Actions:   []string{"lambda:InvokeFunction"},
		Resources: []string{"arn:aws:lambda:us-east-1:1:function:a", "arn:aws:lambda:us-east-1:1:function:b"},
		States:    []string{"A", "B", "C"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("statements (-want +got):\n%s", d)
	}
}

func TestMergingNeverWidens(t *testing.T) {
	put := &asl.Task{Base: asl.Base{Name: "Put"}, Resource: "arn:aws:states:::dynamodb:putItem",
		Parameters: &asl.Payload{Value: value.NewObject(value.Member{Name: "TableName", Value: "a"})}}
	read := &asl.Task{Base: asl.Base{Name: "Get"}, Resource: "arn:aws:states:::dynamodb:getItem",
		Parameters: &asl.Payload{Value: value.NewObject(value.Member{Name: "TableName", Value: "b"})}}
	got, _ := iam.Derive(of(put, read))
	if len(got) != 2 {
		t.Errorf("statements = %v, want two: putting into a and reading b", print(got))
	}
}

func TestOneMachineMayBeDerivedManyTimesAtOnce(t *testing.T) {
	m := machineOf(t, "arn:aws:states:::aws-sdk:dynamodb:describeTable\n"+`{"TableName.$": "$table"}`)
	first, _ := iam.Derive(m)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if again, _ := iam.Derive(m); !cmp.Equal(first, again) {
				t.Errorf("%v, and then %v", first, again)
			}
		})
	}
	wait.Wait()
}
