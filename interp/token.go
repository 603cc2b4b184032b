package interp

import (
	"encoding/base64"
	"strconv"
	"strings"
)

const tokenPrefix = "stepwise:"

// newToken returns a task token for an attempt.
func (x *Execution) newToken(a *attempt) string {
	x.tokenCount++
	token := base64.RawURLEncoding.EncodeToString([]byte(tokenPrefix + x.tokenOwner + "#" + strconv.Itoa(x.tokenCount)))
	x.tokens[token] = a
	return token
}

// handedOut reports whether a token's text is that of a token of the engine. Tokens of
// tasks that are over are known by nothing else: their number has no bound.
func (e *engine) handedOut(text string) bool {
	owner, number, _ := strings.Cut(strings.TrimPrefix(text, tokenPrefix), "#")
	n, err := strconv.Atoi(number)
	return err == nil && owner == e.tokenOwner && 0 < n && n <= e.tokenCount
}

// SendTaskSuccess answers the task that has this token with its result, as the
// API of that name does. The output is any Go value that encoding/json can write;
// a json.RawMessage is JSON text. The error is an *[APIError]: TaskTimedOut if the
// task is over, TaskDoesNotExist or InvalidToken if there never was one,
// InvalidOutput.
func (x *Execution) SendTaskSuccess(token string, output any) error {
	result, err := readInput(output)
	if err != nil {
		return &APIError{"InvalidOutput", "Invalid Output: '" + err.Error() + "'"}
	}
	return x.answerToken(token, answer{result: payload{v: result.v}})
}

// SendTaskFailure likewise fails it; an empty name or cause is absent.
func (x *Execution) SendTaskFailure(token, name, cause string) error {
	return x.answerToken(token, answer{fault: taskFault(name, cause)})
}

// SendTaskHeartbeat starts the gap that the task's HeartbeatSeconds allows anew.
// The errors are those of [Execution.SendTaskSuccess].
func (x *Execution) SendTaskHeartbeat(token string) error {
	x.lock()
	defer x.unlock()
	a, err := x.taskOf(token)
	if err != nil {
		return err
	}
	a.awaitHeartbeat(a.Execution)
	return nil
}

// StartActivity tells that a worker has taken the activity task that has this token,
// as the GetActivityTask API does; the handler of the task has returned
// [ErrNoAnswer]. The name of the worker may be empty. The errors are those of
// [Execution.SendTaskSuccess].
func (x *Execution) StartActivity(token, worker string) error {
	x.lock()
	defer x.unlock()
	a, err := x.taskOf(token)
	if err != nil {
		return err
	}
	a.takenOn(a.Execution, worker)
	return nil
}

func (x *Execution) answerToken(token string, ans answer) error {
	x.lock()
	defer x.unlock()
	a, err := x.taskOf(token)
	if err != nil {
		return err
	}
	a.answerByToken(a.Execution, ans)
	return nil
}

func (e *engine) taskOf(token string) (*attempt, error) {
	if a := e.tokens[token]; a != nil {
		return a, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	switch {
	case err != nil || !strings.HasPrefix(string(text), tokenPrefix):
		return nil, &APIError{"InvalidToken", "Invalid Token: 'Invalid token'"}
	case e.handedOut(string(text)):
		return nil, &APIError{"TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"}
	}
	return nil, &APIError{"TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'"}
}
