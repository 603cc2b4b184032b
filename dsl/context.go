package dsl

import "time"

func contextExpr(at stack, path ...string) *expr {
	e := &expr{kind: pathExpr, root: contextRoot, at: at}
	for _, name := range path {
		e.steps = append(e.steps, step{name: name, isName: true})
	}
	return e
}

func contextRef[T any](path ...string) Ref[T] { return typed[T](contextExpr(nil, path...)) }

// Context is the context object: what the service knows of the execution, the
// state and the Map item at hand (Step Functions Developer Guide, "Context
// object"). Treat it as a constant.
//
//	dsl.Object{"run": dsl.Context.Execution.Name}
var Context = func() contextObject {
	var c contextObject
	c.Execution.ID = contextRef[string]("Execution", "Id")
	c.Execution.Input = contextRef[any]("Execution", "Input")
	c.Execution.Name = contextRef[string]("Execution", "Name")
	c.Execution.RoleARN = contextRef[string]("Execution", "RoleArn")
	c.Execution.StartTime = contextRef[time.Time]("Execution", "StartTime")
	c.Execution.RedriveCount = contextRef[int]("Execution", "RedriveCount")
	c.State.Name = contextRef[string]("State", "Name")
	c.State.EnteredTime = contextRef[time.Time]("State", "EnteredTime")
	c.State.RetryCount = contextRef[int]("State", "RetryCount")
	c.StateMachine.ID = contextRef[string]("StateMachine", "Id")
	c.StateMachine.Name = contextRef[string]("StateMachine", "Name")
	c.Task.Token = contextRef[string]("Task", "Token")
	c.Map.Item.Index = contextRef[int]("Map", "Item", "Index")
	c.Map.Item.Value = contextRef[any]("Map", "Item", "Value")
	c.Map.Item.Key = contextRef[string]("Map", "Item", "Key")
	c.Map.Item.Source = contextRef[string]("Map", "Item", "Source")
	return c
}()

type contextObject struct {
	Execution struct {
		ID           Ref[string] // the execution's ARN
		Input        Ref[any]
		Name         Ref[string]
		RoleARN      Ref[string]
		StartTime    Ref[time.Time]
		RedriveCount Ref[int]
	}
	State struct {
		Name        Ref[string]
		EnteredTime Ref[time.Time]
		RetryCount  Ref[int] // 0 in the first attempt
	}
	StateMachine struct {
		ID   Ref[string] // the state machine's ARN
		Name Ref[string]
	}
	Task struct {
		Token Ref[string] // in the arguments of tasks that wait for it
	}
	Map struct {
		Item struct {
			Index  Ref[int] // from 0
			Value  Ref[any] // see also [Item]
			Key    Ref[string]
			Source Ref[string]
		}
	}
}
