// Review is the Lambda function behind the handle checkout.Review.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/stepwise-go/stepwise/examples/checkout"
)

func review(ctx context.Context, order checkout.Order) (checkout.Order, error) { return order, nil }

func main() { lambda.Start(checkout.Review.Handler(review)) }
