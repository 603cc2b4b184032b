package dsl_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

type Ticket struct {
	ID       string `json:"id"`
	Priority int    `json:"priority"`
	Owner    *Owner `json:"owner,omitempty"`
}

type Owner struct {
	Mail string `json:"mail"`
}

const (
	Assign = dsl.Function[Ticket, Owner]("assign-owner")
	Page   = dsl.Function[Ticket, struct{}]("page")
)

func show(w dsl.Definition) {
	m, err := w.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Indent())
}

func Example() {
	priority := dsl.Field(func(t *Ticket) *int { return &t.Priority })
	owner := dsl.Field(func(t *Ticket) *Owner { return t.Owner })

	show(dsl.New[Ticket, Ticket]("triage",
		dsl.Task("Assign", Assign).Into(owner),
		dsl.Choice("Urgent?").
			When(priority.AtMost(1), dsl.Task("Page", Page).Discard()),
		dsl.Succeed("Done")))
	// Output:
	// {
	//   "StartAt": "Assign",
	//   "States": {
	//     "Assign": {
	//       "Type": "Task",
	//       "Resource": "${AssignOwner_Arn}",
	//       "ResultPath": "$.owner",
	//       "Next": "Urgent?"
	//     },
	//     "Urgent?": {
	//       "Type": "Choice",
	//       "Choices": [
	//         {
	//           "Variable": "$.priority",
	//           "NumericLessThanEquals": 1,
	//           "Next": "Page"
	//         }
	//       ],
	//       "Default": "Done"
	//     },
	//     "Page": {
	//       "Type": "Task",
	//       "Resource": "${Page_Arn}",
	//       "ResultPath": null,
	//       "Next": "Done"
	//     },
	//     "Done": {
	//       "Type": "Succeed"
	//     }
	//   }
	// }
}

// The same steps in JSONata.
func ExampleWorkflow_JSONata() {
	owner := dsl.Field(func(t *Ticket) *Owner { return t.Owner })

	show(dsl.New[Ticket, Ticket]("triage",
		dsl.Task("Assign", Assign).Into(owner)).JSONata())
	// Output:
	// {
	//   "QueryLanguage": "JSONata",
	//   "StartAt": "Assign",
	//   "States": {
	//     "Assign": {
	//       "Type": "Task",
	//       "Resource": "${AssignOwner_Arn}",
	//       "Output": "{% $merge([$states.input, {'owner': $states.result}]) %}",
	//       "End": true
	//     }
	//   }
	// }
}

// Everything that is wrong is reported at once, with the lines of Go.
func ExampleWorkflow_Build() {
	hidden := dsl.Field(func(t *Ticket) **Owner { return &t.Owner })

	_, err := dsl.New[Ticket, Ticket]("wrong",
		dsl.Wait("Pause", 60),
		dsl.Pass("Keep").Output(hidden)).Build()

	var list diag.List
	if errors.As(err, &list) {
		for _, d := range list {
			fmt.Println(d.Message)
		}
	}
	// Output:
	// the accessor returns the address of a pointer; return the pointer itself, without &
	// the duration 60ns is not a whole number of seconds
}

// A payload as a Go struct: constants are set, references are linked.
func ExampleBuild() {
	type Mail struct{ To, Subject, Sender string }
	send := dsl.Function[Mail, struct{}]("send-mail")
	id := dsl.Field(func(t *Ticket) *string { return &t.ID })
	to := dsl.Field(func(t *Ticket) *string { return &t.Owner.Mail })

	show(dsl.New[Ticket, struct{}]("notify",
		dsl.Task("Send", send.With(dsl.Build(func(m *Mail) []dsl.Assignment {
			m.Sender = "desk@example.com"
			return []dsl.Assignment{to.To(&m.To), fn.Format("Ticket {}", id).To(&m.Subject)}
		})))))
	// Output:
	// {
	//   "StartAt": "Send",
	//   "States": {
	//     "Send": {
	//       "Type": "Task",
	//       "Resource": "${SendMail_Arn}",
	//       "Parameters": {
	//         "To.$": "$.owner.mail",
	//         "Subject.$": "States.Format('Ticket {}', $.id)",
	//         "Sender": "desk@example.com"
	//       },
	//       "End": true
	//     }
	//   }
	// }
}

// Variables outlive the states between. What Assign sets is there from the next
// state on.
func ExampleVar() {
	owner := dsl.Var[Owner]("owner")
	mail := dsl.At(owner, func(o *Owner) *string { return &o.Mail })

	show(dsl.New[Ticket, any]("remember",
		dsl.Task("Assign", Assign).Assign(owner.Set(Assign.Result())).Discard(),
		dsl.Pass("Report").Output(dsl.Object{"mail": mail, "ticket": dsl.Input[Ticket]()})))
	// Output:
	// {
	//   "StartAt": "Assign",
	//   "States": {
	//     "Assign": {
	//       "Type": "Task",
	//       "Resource": "${AssignOwner_Arn}",
	//       "ResultPath": null,
	//       "Assign": {
	//         "owner.$": "$"
	//       },
	//       "Next": "Report"
	//     },
	//     "Report": {
	//       "Type": "Pass",
	//       "Parameters": {
	//         "mail.$": "$owner.mail",
	//         "ticket.$": "$"
	//       },
	//       "End": true
	//     }
	//   }
	// }
}

// A Block retries and catches several steps as one.
func ExampleBlock() {
	show(dsl.New[Ticket, Ticket]("careful",
		dsl.Block("Handle",
			dsl.Task("Assign", Assign).Discard(),
			dsl.Task("Page", Page).Discard(),
		).
			Retry(dsl.Retrier{Interval: 5 * time.Second}).
			Catch(dsl.Catcher{Then: dsl.Fail("Given up", "GivenUp", "")})))
	// Output:
	// {
	//   "StartAt": "Handle",
	//   "States": {
	//     "Handle": {
	//       "Type": "Parallel",
	//       "Branches": [
	//         {
	//           "StartAt": "Assign",
	//           "States": {
	//             "Assign": {
	//               "Type": "Task",
	//               "Resource": "${AssignOwner_Arn}",
	//               "ResultPath": null,
	//               "Next": "Page"
	//             },
	//             "Page": {
	//               "Type": "Task",
	//               "Resource": "${Page_Arn}",
	//               "ResultPath": null,
	//               "End": true
	//             }
	//           }
	//         }
	//       ],
	//       "OutputPath": "$[0]",
	//       "Retry": [
	//         {
	//           "ErrorEquals": [
	//             "States.ALL"
	//           ],
	//           "IntervalSeconds": 5
	//         }
	//       ],
	//       "Catch": [
	//         {
	//           "ErrorEquals": [
	//             "States.ALL"
	//           ],
	//           "Next": "Given up"
	//         }
	//       ],
	//       "End": true
	//     },
	//     "Given up": {
	//       "Type": "Fail",
	//       "Error": "GivenUp"
	//     }
	//   }
	// }
}

// An expression in the words of the query language, with typed references in it.
func ExampleExpr() {
	priority := dsl.Field(func(t *Ticket) *int { return &t.Priority })

	show(dsl.New[Ticket, any]("score",
		dsl.Pass("Score").JSONata().Output(dsl.Object{"score": dsl.Expr[int]("$max([1, 10 - {0}])", priority)})))
	// Output:
	// {
	//   "StartAt": "Score",
	//   "States": {
	//     "Score": {
	//       "Type": "Pass",
	//       "QueryLanguage": "JSONata",
	//       "Output": {
	//         "score": "{% $max([1, 10 - $states.input.priority]) %}"
	//       },
	//       "End": true
	//     }
	//   }
	// }
}
