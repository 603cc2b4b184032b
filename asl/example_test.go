package asl_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl"
)

func ExampleParse() {
	m, faults := asl.Parse("hello.asl.json", `{
  "StartAt": "Hello",
  "States": {
    "Hello": {"Type": "Pass", "Result": "world", "Next": "Done"},
    "Done": {"Type": "Succeed", "Comment": "that is all", "Nxt": "Hello"}
  }
}`)
	fmt.Println(faults)
	fmt.Println(m.StartAt, "and", len(m.States), "states")
	// Output:
	// hello.asl.json:5:59: error: state "Done": Nxt: there is no such field in a Succeed state [SCHEMA_VALIDATION_FAILED]
	// Hello and 2 states
}

func ExampleStateMachine_Walk() {
	m, _ := asl.Parse("", `{"StartAt": "Each", "States": {"Each": {
		"Type": "Map", "End": true,
		"ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Succeed"}}}
	}}}`)
	for v := range m.Walk() {
		fmt.Println(v.Type(), v.Pointer)
	}
	// Output:
	// Map /States/Each
	// Succeed /States/Each/ItemProcessor/States/One
}

func ExampleEdges() {
	state := &asl.Choice{
		Choices: []asl.Rule{{Test: asl.Test{Variable: "$.ready", Operator: "BooleanEquals", Operand: true}, Next: "Go"}},
		Default: "Wait",
	}
	for e := range asl.Edges(state) {
		fmt.Println(e.Pointer, "->", e.To)
	}
	// Output:
	// /Choices/0/Next -> Go
	// /Default -> Wait
}

func ExampleStateMachine_String() {
	m := &asl.StateMachine{Scope: asl.Scope{
		StartAt: "A minute",
		States: []asl.State{&asl.Wait{
			Base:       asl.Base{Name: "A minute"},
			Seconds:    &asl.Int{Value: 60},
			Transition: asl.Transition{End: true},
		}},
	}}
	fmt.Println(m)
	// Output: {"StartAt":"A minute","States":{"A minute":{"Type":"Wait","Seconds":60,"End":true}}}
}

func ExampleObjects() {
	state := &asl.Task{Work: asl.Work{Retry: []asl.Retrier{{ErrorEquals: []string{asl.ErrTimeout}}}}}
	for o := range asl.Objects(state) {
		for f := range o.Fields() {
			if f.Required && !o.Has(f.Name) {
				fmt.Printf("%s lacks %s\n", o.Title(), f.Name)
			}
		}
	}
	// Output: a Task state lacks Resource
}

var _ asl.Locator = goLines{}
