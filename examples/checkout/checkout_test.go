package checkout

import (
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/sfntest"
)

func TestMain(m *testing.M) { sfntest.CoverageMain(m, Workflow()) }

func TestChargesAfterAMinute(t *testing.T) {
	run := sfntest.New(t, Workflow())
	sfntest.On(run, Charge).
		Fail("Lambda.TooManyRequestsException", "Rate Exceeded."). // retried after two seconds
		Return(Receipt{Number: "r-7"})

	got := run.Start(Order{ID: "o-1", Amount: 12.5})

	if receipt := got.Succeeded(); receipt.Number != "r-7" {
		t.Errorf("receipt %q, want r-7", receipt.Number)
	}
	got.Elapsed(time.Minute + 2*time.Second)
	got.Visited("Large?", "Can be withdrawn", "Charge")
}

func TestHasLargeOrdersReviewed(t *testing.T) {
	large := Order{ID: "o-2", Amount: 5000}
	run := sfntest.New(t, Workflow())
	review := sfntest.On(run, Review).Return(large)
	sfntest.On(run, Charge).Fail("CardDeclined", "no money")

	run.Start(large).Failed("CardDeclined")

	review.CalledWith(large)
}
