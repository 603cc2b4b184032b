package interp

import (
	"context"
	"sync"
)

// Activity is an activity (Step Functions Developer Guide, "Activities") whose workers
// poll for its tasks, as they do by the GetActivityTask API. The zero value has no
// tasks and is ready to use, by any number of goroutines and executions at once.
//
//	var reviews interp.Activity
//	machine, err := interp.New(def, interp.WithResource(arn, reviews.Schedule))
//
// A worker takes a task and answers by its token:
//
//	task, err := reviews.Poll(ctx, "worker 1")
//	...
//	err = task.Execution.SendTaskSuccess(task.Token, Review{Approved: true})
//
// In virtual time nothing passes while a worker waits: let it take its tasks by
// [Activity.Take], between two calls of [Execution.Advance] or in a function that
// [Execution.After] calls.
type Activity struct {
	mu      sync.Mutex
	tasks   []*Task
	changed chan struct{} // closed when a task comes; nil if nobody waits
}

// Schedule is the [TaskHandler] of the activity's tasks: they wait for a worker.
func (a *Activity) Schedule(_ context.Context, task *Task) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tasks = append(a.tasks, task)
	if a.changed != nil {
		close(a.changed)
		a.changed = nil
	}
	return nil, ErrNoAnswer
}

// Waiting returns how many tasks wait for a worker. As in the service these are also
// tasks that have timed out meanwhile, or whose execution is over.
func (a *Activity) Waiting() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.tasks)
}

// Take gives the task that has waited longest to a worker of that name, which may be
// empty, nil if there is none.
func (a *Activity) Take(worker string) *Task {
	a.mu.Lock()
	if len(a.tasks) == 0 {
		a.mu.Unlock()
		return nil
	}
	task := a.tasks[0]
	a.tasks = a.tasks[1:]
	a.mu.Unlock()
	// If the task is over, its worker learns that from its answer.
	_ = task.Execution.StartActivity(task.Token, worker)
	return task
}

// Poll likewise, and waits for a task until the context ends. The error is the
// context's.
func (a *Activity) Poll(ctx context.Context, worker string) (*Task, error) {
	for {
		if task := a.Take(worker); task != nil {
			return task, nil
		}
		select {
		case <-a.change():
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// change returns a channel that is closed once a task has come.
func (a *Activity) change() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changed == nil {
		a.changed = make(chan struct{})
	}
	if len(a.tasks) > 0 {
		close(a.changed)
		defer func() { a.changed = nil }()
	}
	return a.changed
}
