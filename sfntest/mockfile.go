package sfntest

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/local"
)

// MockFile has tasks answered for by a mock configuration file of Step Functions
// Local, as its test case says ("Testing state machines with Step Functions Local",
// developer guide):
//
//	run := sfntest.Load[Order, Receipt](t, "order.asl.json")
//	sfntest.MockFile(run, "MockConfigFile.json", "HappyPath")
//
// The state machine is the one of the workflow's name, unless the test case is
// written with another, as Step Functions Local has it: "OrderMachine#HappyPath".
// Answers for states that the test case names go before those of [On] and
// [OnAction]; one call more than there are responses fails the test.
func MockFile(k Kit, file, testCase string) {
	kit := k.core()
	kit.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		kit.t.Fatal(err)
	}
	machine, name, ok := strings.Cut(testCase, "#")
	if !ok {
		machine, name = kit.name, testCase
	}
	handlers, err := local.Mocks(string(text), machine, name)
	if err != nil {
		kit.t.Fatalf("%s: %v", file, err)
	}
	for state := range handlers {
		if problem := missingTask(kit.def, state); problem != "" {
			kit.t.Fatalf("%s: test case %q: %s", file, name, problem)
		}
	}
	kit.local = handlers
}

// answerLocally answers for a call by a mock configuration file.
func (k *kit) answerLocally(ctx context.Context, task *interp.Task, h interp.TaskHandler) (any, error) {
	result, err := h(ctx, task)
	var failure *interp.TaskError
	if err != nil && !errors.As(err, &failure) {
		return k.wrong(task, "%v", err)
	}
	return result, err
}
