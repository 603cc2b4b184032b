package interp_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/interp"
)

// Workers take tasks in the order in which they came, at instants of virtual time.
func TestActivityInVirtualTime(t *testing.T) {
	var reviews interp.Activity
	if reviews.Take("nobody") != nil {
		t.Error("there is a task before there is one")
	}
	x, err := compile(t, `{"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {"T": {`+activity+`, "TimeoutSeconds": 90, "End": true}}}}}`,
		interp.WithHandler(reviews.Schedule)).Start([]int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	x.After(time.Minute, func() {
		for i, want := range []int64{1, 2} {
			if reviews.Waiting() != 2-i {
				t.Errorf("%d tasks wait, want %d", reviews.Waiting(), 2-i)
			}
			task := reviews.Take("w")
			if task.Input != want {
				t.Errorf("task is of %v, want %d", task.Input, want)
			}
			must(x.SendTaskSuccess(task.Token, want*10))
		}
	})
	must(x.Run(context.Background()))
	wantOutput(t, x, `[10,20]`)
	if x.Duration() != time.Minute {
		t.Errorf("took %v, want 1m0s", x.Duration())
	}
}

// A task that nobody has taken in time stays in the queue; who answers it late is told.
func TestActivityTaskThatIsOver(t *testing.T) {
	var reviews interp.Activity
	x := run(t, `{"T": {`+activity+`, "TimeoutSeconds": 5, "End": true}}`, `{}`, interp.WithHandler(reviews.Schedule))
	wantFailure(t, x, "States.Timeout", "")
	task := reviews.Take("late")
	if task == nil {
		t.Fatal("the task is gone")
	}
	var refusal *interp.APIError
	if err := x.SendTaskSuccess(task.Token, 1); !errors.As(err, &refusal) || refusal.Code != "TaskTimedOut" {
		t.Errorf("error is %v, want TaskTimedOut", err)
	}
}

func TestActivityPollers(t *testing.T) {
	var reviews interp.Activity
	ctx, stop := context.WithCancel(context.Background())
	var workers sync.WaitGroup
	for i := range 3 {
		workers.Go(func() {
			for {
				task, err := reviews.Poll(ctx, fmt.Sprint("worker ", i))
				if err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("error is %v, want the context's", err)
					}
					return
				}
				must(task.Execution.SendTaskSuccess(task.Token, task.Input))
			}
		})
	}
	x := run(t, `{"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {"T": {`+activity+`, "End": true}}}}}`,
		`[1,2,3,4,5,6,7,8,9]`, interp.WithClock(interp.WallClock(1)), interp.WithHandler(reviews.Schedule))
	stop()
	workers.Wait()
	wantOutput(t, x, `[1,2,3,4,5,6,7,8,9]`)
}
