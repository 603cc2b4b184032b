// Package asl is the Amazon States Language: the model of a state machine, its
// parser, printer and walker.
//
// [StateMachine] is the waist of Stepwise. The DSL builds one, [Parse] reads one
// from JSON, and the checker, the interpreter, the graph and the permissions all
// take one, so whatever works for a workflow written in Go works for a .asl.json
// file that somebody else wrote.
//
// The model holds every field of all eight state types in both query languages
// (States Language specification; Step Functions Developer Guide, "Amazon States
// Language"). A field that is absent is a nil pointer, an empty string or a zero
// [Path], so that printing a parsed definition gives the same definition.
package asl
