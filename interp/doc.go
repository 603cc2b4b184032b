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
//
// # Faithfulness
//
// Behaviour, error names and causes are those that the service was recorded to
// have; where the documentation says otherwise, the recordings win. The service's
// quotas hold unless [WithQuotas] lifts them.
package interp
