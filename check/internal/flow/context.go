package flow

import "github.com/stepwise-go/stepwise/check/internal/shape"

// contextObject returns the context object as a state of the scope sees it (Step
// Functions Developer Guide, "Accessing execution data from the Context object").
// It may hold more than is known of it.
func (s *scope) contextObject() *shape.Shape {
	input, item := s.executionInput(), s.mapItem()
	if s.context == nil || s.contextFor != [2]*shape.Shape{input, item} {
		s.context, s.contextFor = newContext(input, item), [2]*shape.Shape{input, item}
	}
	return s.context
}

func (s *scope) executionInput() *shape.Shape {
	for ; s != nil; s = s.outer() {
		if s.input != nil {
			return s.input
		}
	}
	return shape.Any
}

func (s *scope) mapItem() *shape.Shape {
	for ; s != nil && s.item == nil && !s.apart; s = s.outer() {
	}
	if s == nil {
		return nil
	}
	return s.item
}

func (s *scope) outer() *scope {
	if s.owner == nil {
		return nil
	}
	return s.owner.scope
}

func newContext(input, item *shape.Shape) *shape.Shape {
	text := func(name string) shape.Field { return shape.Field{Name: name, Shape: shape.AnyString} }
	time := func(name string) shape.Field { return shape.Field{Name: name, Shape: shape.Timestamp} }
	some := func(f shape.Field) shape.Field { f.Optional = true; return f }
	object := func(name string, fields ...shape.Field) shape.Field {
		return shape.Field{Name: name, Shape: shape.Open(shape.Any, fields...)}
	}
	mapItem := some(object("Map"))
	if item != nil {
		mapItem = object("Map", object("Item", shape.Field{Name: "Value", Shape: item},
			shape.Field{Name: "Index", Shape: shape.AnyNumber}, some(text("Key")), some(text("Source"))))
	}
	return shape.Open(shape.Any,
		object("Execution", text("Id"), shape.Field{Name: "Input", Shape: input}, text("Name"),
			some(shape.Field{Name: "RoleArn", Shape: shape.Join(shape.AnyString, shape.AnyNull)}), time("StartTime"),
			some(shape.Field{Name: "RedriveCount", Shape: shape.AnyNumber}), some(time("RedriveTime"))),
		object("State", text("Name"), time("EnteredTime"), some(shape.Field{Name: "RetryCount", Shape: shape.AnyNumber})),
		object("StateMachine", text("Id"), text("Name")),
		some(object("Task", some(text("Token")))),
		mapItem)
}
