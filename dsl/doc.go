// Package dsl describes AWS Step Functions workflows in typed Go.
//
// A workflow is a Go value. This one takes a snapshot of a database and polls
// until it is available:
//
//	type Request struct{ Database string }
//	type Snapshot struct{ ID, Status string }
//
//	const (
//		Create   = dsl.Function[Request, Snapshot]("create-snapshot")
//		Describe = dsl.Function[Snapshot, Snapshot]("describe-snapshot")
//	)
//
//	func Workflow() *dsl.Workflow[Request, Snapshot] {
//		status := dsl.Field(func(s *Snapshot) *string { return &s.Status })
//		wait := dsl.Wait("Wait 1 minute", time.Minute)
//		return dsl.New[Request, Snapshot]("snapshot",
//			dsl.Task("Create", Create).Timeout(5*time.Minute).Retry(dsl.LambdaFaults),
//			wait,
//			dsl.Task("Describe", Describe).Retry(dsl.LambdaFaults),
//			dsl.Choice("Completed?").
//				When(status.Equals("available"), dsl.Succeed("Done")).
//				When(status.Equals("failed"), dsl.Fail("Failed", "SnapshotFailed", "")).
//				Otherwise(wait)) // listed above, so this is a jump
//	}
//
// [Workflow.Build] turns it into a checked [asl.StateMachine], or returns
// everything that is wrong with it at once, each with the line of Go at fault.
// Package sfntest runs it under go test, package constructs deploys it.
//
// # Steps
//
// Steps stand in lists: a step goes on to the one behind it, the last one ends
// its list. [Seq.Next] and the method Next of the states say the same one by one,
// so that New(name, a, b) and New(name, a.Next(b)) are one workflow; written line
// by line, Next wires any graph. The rules are few:
//
//   - To name a state that the list or one around it holds already is to jump
//     there. That makes loops, and ways that meet again.
//   - The last step of a way out of a [Choice] goes on behind the Choice.
//   - The last step of an error handler ([Catcher].Then) goes nowhere by itself:
//     it ends ([End], [Fail], [Succeed]) or names a step listed outside.
//   - Where two lists disagree on what follows a state, that is an error; say it
//     with Next.
//   - Steps inside a [Parallel], a [Block] or a [Map] are lists of their own.
//
// State names are unique in a workflow, and states belong to one workflow. To use
// the same steps twice, write a function that makes them, with a name for a
// parameter.
//
// # References
//
// A [Ref] is a value that the workflow reads while it runs. [Field] names a field of
// a state's input by a function that returns its address: the JSON path follows
// from the struct tags, and the compiler knows the field's type. Other roots are
// [Input], [Result], [Branch], [Failure], [Item], [Context] and variables ([Var]);
// [At], [Key] and [Index] go further down from any of them. [Const] is a constant,
// package fn has the functions, and [Expr] takes the words of the query language
// itself.
//
// Where a payload is wanted, an [Object] mixes constants and references freely, and
// [Build] fills a Go struct whose fields are checked by the compiler.
//
// # What the methods write
//
// The same workflow can be written in JSONPath, the default, and in JSONata
// ([Workflow.JSONata], or the method JSONata of a state):
//
//	method         on                            in JSONPath                          in JSONata
//	With(v)        functions and other actions   InputPath if a mere reference,       Arguments
//	                                             else Parameters
//	Into(field)    Task, Pass, Parallel, Map     ResultPath                           Output: $merge
//	Discard()      Task, Parallel, Map           ResultPath null                      Output: $states.input
//	Output(v)      all but Fail                  OutputPath if a mere reference,      Output
//	                                             else ResultSelector; of a Pass
//	                                             InputPath, Parameters or Result
//	Pick(a, v)     actions                       ResultSelector                       Output
//	Assign(...)    all but Succeed and Fail      Assign                               Assign
//	Ignore(c, why) all                           a line of Comment                    a line of Comment
//	Raw(field, v)  all                           the field                            the field
//
// JSONPath states can say less than JSONata states: Assign and Output of a state
// that does work see its result and not its input, a reference stands for a whole
// value only where there is a Path field, nothing is computed in conditions. What
// cannot be said is an error that tells what to do, never a wrong path.
//
// # Handles
//
// A [Function] is a handle: it stands for a deployed resource by a name of one's
// own. So are the queues, tables and topics of package tasks. In the definition a
// handle is a placeholder, as in ${CreateSnapshot_Arn}, which a construct fills in
// (see [asl.Placeholder]).
package dsl
