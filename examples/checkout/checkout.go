// Package checkout is a first workflow: it charges an order after a minute in
// which it can be withdrawn, and has large orders reviewed before.
package checkout

import (
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

type Order struct {
	ID     string
	Amount float64
}

type Receipt struct {
	Number string
}

const (
	Charge = dsl.Function[Order, Receipt]("charge")
	Review = dsl.Function[Order, Order]("review")
)

func Workflow() *dsl.Workflow[Order, Receipt] {
	amount := dsl.Field(func(o *Order) *float64 { return &o.Amount })
	return dsl.New[Order, Receipt]("checkout",
		dsl.Choice("Large?").When(amount.GreaterThan(1000), dsl.Task("Review", Review).Retry(dsl.LambdaFaults)),
		dsl.Wait("Can be withdrawn", time.Minute),
		dsl.Task("Charge", Charge).
			Timeout(30*time.Second).
			Retry(dsl.LambdaFaults).
			Catch(dsl.Catcher{Errors: []string{"CardDeclined"}, Then: dsl.Fail("Declined", "CardDeclined", "")}),
	)
}
