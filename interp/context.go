package interp

import "github.com/stepwise-go/stepwise/asl/value"

// contextObject returns the context object ($$) as the thread's state sees it
// (Step Functions Developer Guide, "Context object"). It is made when an
// expression asks for it, once a visit and attempt.
func (t *thread) contextObject() *value.Object {
	if t.context == nil {
		t.context = t.newContext()
	}
	return t.context
}

func (t *thread) newContext() *value.Object {
	x := t.run
	if x.context == nil {
		x.context = x.executionContext()
	}
	name := t.state.name
	if x.probe != nil {
		name = testedStateName
	}
	state := []value.Member{{Name: "Name", Value: name}, {Name: "EnteredTime", Value: instant(t.since)}}
	if t.state.counts {
		state = append(state, value.Member{Name: "RetryCount", Value: int64(t.attempt)})
	}
	context := []value.Member{
		{Name: "Execution", Value: x.context},
		{Name: "StateMachine", Value: value.NewObject(
			value.Member{Name: "Id", Value: x.machineARN()},
			value.Member{Name: "Name", Value: x.cfg.machineName})},
		{Name: "State", Value: value.NewObject(state...)},
	}
	if t.token != "" {
		context = append(context, value.Member{Name: "Task", Value: value.NewObject(value.Member{Name: "Token", Value: t.token})})
	}
	if t.item != nil {
		context = append(context, value.Member{Name: "Map", Value: value.NewObject(value.Member{Name: "Item", Value: t.item.object()})})
	}
	return value.NewObject(context...)
}

// executionContext returns the part that tells of the execution.
func (x *Execution) executionContext() *value.Object {
	start := value.Member{Name: "StartTime", Value: instant(x.started)}
	members := []value.Member{{Name: "Id", Value: x.arn}, {Name: "Input", Value: x.input.v}}
	rest := []value.Member{{Name: "Name", Value: x.cfg.name}, {Name: "RoleArn", Value: nonEmpty(x.cfg.roleARN).json()}}
	if x.isExpress() {
		members = append(append(members, rest...), start)
	} else {
		members = append(append(members, start), rest...)
	}
	if x.cfg.typ != SyncExpress {
		members = append(members, value.Member{Name: "RedriveCount", Value: int64(x.redrives)})
	}
	if x.redrives > 0 {
		members = append(members, value.Member{Name: "RedriveTime", Value: instant(x.redriven)})
	}
	return value.NewObject(members...)
}

func (i *item) object() *value.Object {
	members := []value.Member{{Name: "Index", Value: int64(i.index)}}
	if i.key.set {
		members = append(members, value.Member{Name: "Key", Value: i.key.s})
	}
	return value.NewObject(append(members, value.Member{Name: "Value", Value: i.value},
		value.Member{Name: "Source", Value: i.source})...)
}

// testedStateName is what the context object calls a state that is tested alone,
// whatever its name.
const testedStateName = "StateName"
