// Charge is the Lambda function behind the handle checkout.Charge.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/stepwise-go/stepwise/examples/checkout"
)

// CardDeclined is the error that the workflow catches: Step Functions knows an
// error of a function by the name of its Go type.
type CardDeclined struct{ Order string }

func (e CardDeclined) Error() string {
	return fmt.Sprintf("the card for order %s was declined", e.Order)
}

func charge(ctx context.Context, order checkout.Order) (checkout.Receipt, error) {
	if order.Amount <= 0 {
		return checkout.Receipt{}, CardDeclined{order.ID}
	}
	return checkout.Receipt{Number: "r-" + order.ID}, nil
}

func main() { lambda.Start(checkout.Charge.Handler(charge)) }
