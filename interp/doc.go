// Package interp runs state machines: what passes here passes on AWS Step
// Functions.
//
// [New] makes a definition ready to run, once; [Machine.Run] runs an execution of
// it to its end, with the work of its tasks done by functions of yours:
//
//	func main() {
//		def, problems := asl.Parse("order.asl.json", text)
//		if problems.HasErrors() {
//			log.Fatal(problems)
//		}
//		machine, err := interp.New(def, interp.WithState("Charge", charge))
//		if err != nil {
//			log.Fatal(err)
//		}
//		run, err := machine.Run(context.Background(), order)
//		if err != nil {
//			log.Fatal(err) // it could not be run
//		}
//		fmt.Println(run.Status(), run.OutputText(), run.Err(), run.Duration())
//	}
//
//	func charge(ctx context.Context, task *interp.Task) (any, error) {
//		task.Sleep(2 * time.Second) // of the execution's time
//		return nil, &interp.TaskError{Name: "CardDeclined", Cause: "no funds"}
//	}
//
// # Time
//
// Time is virtual: when nothing can go on, the clock jumps to the instant at which
// something will. A Wait of a year costs nothing, and retries, timeouts,
// heartbeats and handlers that sleep happen at their exact instants. Everything
// random comes from a seed ([WithSeed]). Two runs of one machine with the same
// input and handlers write the same history, byte for byte.
//
// [WithClock] runs the same on a clock instead: on the computer's, or so many times as
// fast ([WallClock]), with handlers side by side in goroutines of their own.
//
// # Tasks
//
// A [TaskHandler] does the work of a task: of one state ([WithState]), of a resource
// ([WithResource]), or of all that have no other ([WithHandler]). What it returns is the
// task's result, and its error fails the task, by the name of a [TaskError] or else as
// the Lambda runtime for Go names it. These make handlers of other things:
//
//   - [Function], of a Go function that is deployed as a Lambda function;
//   - [Integration], of a client of an AWS service, whose results and errors are then
//     shaped as the service integration does;
//   - [StartExecutions], of other machines;
//   - [Activity], of workers that poll.
//
// Handlers of a test kit's making are in package sfntest, those that a mock
// configuration file of Step Functions Local describes in package interp/local.
//
// # Data sets
//
// Distributed Maps read their data sets from an [ObjectStore] and write their results
// there ([WithObjects]): package interp/objects has one in memory and one in a folder,
// package interp/objects/s3store one of real buckets. CSV, JSON, JSON Lines, manifests
// and, with package interp/parquet, Parquet are read as they stream: memory holds the
// children that run at a time and those that have failed, however many items there are.
// [Execution.MapRuns] tells how far they have come.
//
// # History
//
// An execution writes the events that the service writes, with their ids and
// details: [Execution.History], or [WithObserver] while it runs. They are the one
// way to see what an execution did.
//
// # Long executions
//
// [Machine.Start] starts an execution that is then taken along piece by piece, by
// [Execution.Run] and [Execution.Advance]. Tasks that wait for their token are
// answered by [Execution.SendTaskSuccess] and its like, from a handler, from a
// function set for a later instant ([Execution.After]), or between two calls.
// [Execution.Stop] ends an execution, [Execution.Redrive] has one go on that failed.
//
// # One state
//
// [TestState] runs a state alone, with a mock in place of its work, and shows its data
// at every step.
//
// # Faithfulness
//
// Behaviour, error names and causes are those that the service was recorded to
// have; where the documentation says otherwise, the recordings win. The service's
// quotas hold unless [WithQuotas] lifts them.
package interp
