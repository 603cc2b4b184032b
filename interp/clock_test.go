package interp_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwise-go/stepwise/interp"
)

// fast is a clock on which a minute takes a few milliseconds.
func fast() interp.Option { return interp.WithClock(interp.WallClock(10_000)) }

// TestWallClock runs at several speeds, on a computer's clock that is made up.
func TestWallClock(t *testing.T) {
	for _, speed := range []float64{0.5, 1, 60, 10_000} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			x := run(t, `{
				"W": {"Type": "Wait", "Seconds": 60, "Next": "T"},
				"T": {`+lambda+`, "TimeoutSeconds": 600, "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 30}], "End": true}}`, `{}`,
				interp.WithClock(interp.WallClock(speed)), interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
					task.Sleep(time.Minute)
					if task.Attempt == 0 {
						return nil, &interp.TaskError{Name: "Again"}
					}
					return "done", nil
				}))
			wantOutput(t, x, `"done"`)
			const want = 210 * time.Second
			if d := x.Duration().Round(time.Second); d != want {
				t.Errorf("took %v of its time at speed %v, want %v", d, speed, want)
			}
			if took := time.Since(began).Seconds() * speed; math.Abs(took-want.Seconds()) > 1 {
				t.Errorf("took %v s of the computer's time at speed %v", took/speed, speed)
			}
			last := time.Time{}
			for e := range x.History().All() {
				if e.Time.Before(last) {
					t.Errorf("event %d is earlier than the one before", e.ID)
				}
				last = e.Time
			}
		})
	}
}

func TestWallClockTasksRunSideBySide(t *testing.T) {
	started := make(chan bool)
	x := run(t, `{"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "A", "States": {"A": {`+lambda+`, "End": true}}}, {"StartAt": "B", "States": {"B": {`+lambda+`, "End": true}}}]}}`, `{}`,
		interp.WithClock(interp.WallClock(1)),
		interp.WithState("A", func(context.Context, *interp.Task) (any, error) { return <-started, nil }),
		interp.WithState("B", func(context.Context, *interp.Task) (any, error) { started <- true; return true, nil }))
	wantOutput(t, x, `[true,true]`)
}

func TestWallClockEndsTheContextOfATaskThatIsOver(t *testing.T) {
	ended := make(chan error, 1)
	x := run(t, `{"T": {`+lambda+`, "TimeoutSeconds": 60, "End": true}}`, `{}`, fast(),
		interp.WithHandler(func(ctx context.Context, _ *interp.Task) (any, error) {
			<-ctx.Done()
			ended <- ctx.Err()
			return "too late", nil
		}))
	wantFailure(t, x, "States.Timeout", "")
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("context ended with %v", err)
	}
}

func TestWallClockHeartbeats(t *testing.T) {
	for beats, want := range map[bool]interp.Status{true: interp.Succeeded, false: interp.Failed} {
		synctest.Test(t, func(t *testing.T) {
			x := run(t, `{"T": {`+lambda+`, "HeartbeatSeconds": 1000, "End": true}}`, `{}`, fast(),
				interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
					for range 4 {
						task.Sleep(500 * time.Second)
						if beats {
							task.Heartbeat()
						}
					}
					return nil, nil
				}))
			if x.Status() != want {
				t.Errorf("heartbeats %v: %s, want %s", beats, x.Status(), want)
			}
		})
	}
}

func TestWallClockPanicFailsTheTask(t *testing.T) {
	x := run(t, `{"T": {`+lambda+`, "End": true}}`, `{}`, fast(),
		interp.WithHandler(func(context.Context, *interp.Task) (any, error) { panic("oh no") }))
	wantFailure(t, x, "string", `{"errorMessage":"oh no","errorType":"string"}`)
}

func TestWallClockTokenWakesTheExecution(t *testing.T) {
	tokens := make(chan string, 1)
	x, err := compile(t, `{"T": {`+callback+`, "HeartbeatSeconds": 86400, "End": true}}`, interp.WithClock(interp.WallClock(1)),
		interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
			tokens <- task.Token
			return nil, nil
		})).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- x.Run(context.Background()) }()
	token := <-tokens
	must(x.SendTaskHeartbeat(token))
	must(x.SendTaskSuccess(token, "ok"))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	wantOutput(t, x, `"ok"`)
}

func TestWallClockRunCanBeLeftAndTakenUp(t *testing.T) {
	release := make(chan bool)
	ctx, cancel := context.WithCancel(context.Background())
	x, err := compile(t, `{"T": {`+lambda+`, "End": true}}`, interp.WithClock(interp.WallClock(1)),
		interp.WithHandler(func(ctx context.Context, _ *interp.Task) (any, error) {
			cancel()
			<-release
			return "ok", ctx.Err()
		})).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v, want that of the context", err)
	}
	close(release)
	if err := x.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantOutput(t, x, `"ok"`)
}

func TestWallClockStopFromOutside(t *testing.T) {
	x, err := compile(t, `{"W": {"Type": "Wait", "Seconds": 3600, "End": true}}`, interp.WithClock(interp.WallClock(1))).Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- x.Run(context.Background()) }()
	x.Stop("Enough", "")
	if err := <-done; err != nil || x.Status() != interp.Aborted {
		t.Errorf("%s with error %v, want ABORTED", x.Status(), err)
	}
}

const activity = `"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:a"`

// TestActivityWorkers checks activity tasks that a worker takes a while later.
func TestActivityWorkers(t *testing.T) {
	const def = `{"T": {` + activity + `, "TimeoutSeconds": 100, "HeartbeatSeconds": 20, "End": true}}`
	polled := func(poll func(x *interp.Execution, token string)) interp.TaskHandler {
		return func(_ context.Context, task *interp.Task) (any, error) {
			poll(task.Execution, task.Token)
			return nil, interp.ErrNoAnswer
		}
	}
	t.Run("the heartbeat's clock starts with the worker", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(polled(func(x *interp.Execution, token string) {
			x.After(50*time.Second, func() { must(x.StartActivity(token, "worker 7")) })
			x.After(65*time.Second, func() { must(x.SendTaskSuccess(token, 1)) })
		})))
		wantOutput(t, x, `1`)
		wantTrail(t, x, `1<0 ExecutionStarted
			2<0 TaskStateEntered T
			3<2 ActivityScheduled T
			4<3 ActivityStarted T @50s
			5<4 ActivitySucceeded T @1m5s
			6<5 TaskStateExited T @1m5s
			7<6 ExecutionSucceeded @1m5s`)
		if _, details := x.History().At(3).Details(); !details.Has("workerName") {
			t.Error("ActivityStarted does not name the worker")
		}
	})
	t.Run("without heartbeats", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(polled(func(x *interp.Execution, token string) {
			x.After(50*time.Second, func() { must(x.StartActivity(token, "")) })
		})))
		wantFailure(t, x, "States.Timeout", "")
		if x.Duration() != 70*time.Second {
			t.Errorf("took %v, want 1m10s", x.Duration())
		}
	})
	t.Run("without a worker", func(t *testing.T) {
		x := run(t, def, `{}`, interp.WithHandler(polled(func(*interp.Execution, string) {})))
		wantTrail(t, x, `1<0 ExecutionStarted
			2<0 TaskStateEntered T
			3<2 ActivityScheduled T
			4<3 ActivityTimedOut T @1m40s
			5<4 ExecutionFailed @1m40s`)
	})
}
