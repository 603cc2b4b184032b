package interp

import (
	"strconv"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// EventType is the type of a history event, such as "TaskStateEntered" (Step
// Functions API, HistoryEvent).
type EventType string

// Event is one event of an execution's history. Its JSON is that of the API's
// HistoryEvent: payloads as JSON text, the timestamp in seconds since 1970.
type Event struct {
	ID         int // from 1, without gaps
	PreviousID int // of the event on the same path that led to this one; 0 is none
	Type       EventType
	Time       time.Time
	State      string // the state concerned; "" in events of the execution and in those without details
	Index      int    // of the iteration, in MapIteration… events

	// Execution is whose event it is: an observer also gets those of the child
	// executions of a distributed Map.
	Execution *Execution

	rec *record
}

// Payload returns the value that the event carries (the input of an …Entered or
// …Started event, the output of an …Exited, …Submitted or …Succeeded event, the
// parameters of a …Scheduled event) and whether it carries one.
func (e Event) Payload() (any, bool) {
	if eventTable[e.rec.kind].payload == "" {
		return nil, false
	}
	return plain(e.rec.val), true
}

// Failure returns the error name and the cause that the event carries, each ""
// if it lacks it.
func (e Event) Failure() (name, cause string) {
	if f := e.rec.fault(); f != nil {
		return f.name.s, f.cause.s
	}
	return "", ""
}

// Details returns the event's details in the API's form, payloads as JSON text,
// and the name of the member of HistoryEvent that holds them. Types without
// details give "" and nil.
func (e Event) Details() (member string, details *value.Object) {
	def := &eventTable[e.rec.kind]
	if def.member == "" {
		return "", nil
	}
	d := detailer{rec: e.rec, def: def, run: e.Execution}
	def.fill(&d)
	return def.member, value.NewObject(d.members...)
}

// MarshalJSON returns the event as the API's HistoryEvent.
func (e Event) MarshalJSON() ([]byte, error) { return value.Append(nil, e.object()), nil }

func (e Event) object() *value.Object {
	members := []value.Member{
		{Name: "timestamp", Value: epochSeconds(e.Time)},
		{Name: "type", Value: string(e.Type)},
		{Name: "id", Value: int64(e.ID)},
		{Name: "previousEventId", Value: int64(e.PreviousID)},
	}
	if member, details := e.Details(); details != nil {
		members = append(members, value.Member{Name: member, Value: details})
	}
	return value.NewObject(members...)
}

// epochSeconds returns a time as the API writes it: seconds with milliseconds.
func epochSeconds(t time.Time) any {
	n, _ := value.ParseNumber(strconv.FormatFloat(float64(t.UnixMilli())/1e3, 'f', -1, 64))
	return n
}

// kind is an event type in the compact form in which the history is kept.
type kind uint8

const (
	executionStarted kind = iota
	executionSucceeded
	executionFailed
	executionTimedOut
	executionAborted
	executionRedriven
	taskScheduled
	taskStarted
	taskSubmitted
	taskSucceeded
	taskFailed
	taskTimedOut
	lambdaScheduled
	lambdaStarted
	lambdaSucceeded
	lambdaFailed
	lambdaTimedOut
	activityScheduled
	activityStarted
	activitySucceeded
	activityFailed
	activityTimedOut
	mapStarted
	mapSucceeded
	mapFailed
	mapAborted
	iterationStarted
	iterationSucceeded
	iterationFailed
	iterationAborted
	parallelStarted
	parallelSucceeded
	parallelFailed
	parallelAborted
	taskAborted
	waitAborted
	mapRunStarted
	mapRunSucceeded
	mapRunFailed
	mapRunAborted
	mapRunRedriven
	evaluationFailed

	stateEntered                                // of the first of stateTypes, the others follow
	stateExited  = stateEntered + numStateTypes // likewise
	kinds        = stateExited + numStateTypes
)

const numStateTypes = 8

var stateTypes = [numStateTypes]asl.Type{asl.TaskType, asl.PassType, asl.ChoiceType, asl.WaitType,
	asl.SucceedType, asl.FailType, asl.ParallelType, asl.MapType}

// closes reports whether the event is the last one of an execution.
func (k kind) closes() bool { return executionSucceeded <= k && k <= executionAborted }

// eventDef says how the events of one kind appear.
type eventDef struct {
	typ     EventType
	member  string // of HistoryEvent, with the details
	payload string // name of the payload among the details
	fill    func(*detailer)
}

var eventTable = buildEventTable()

func buildEventTable() (t [kinds]eventDef) {
	def := func(k kind, typ, payload string, fill ...func(*detailer)) {
		t[k] = eventDef{typ: EventType(typ), payload: payload}
		if payload != "" {
			fill = append(fill, (*detailer).payload)
		}
		if len(fill) == 0 {
			return
		}
		t[k].member = detailsMember(typ)
		t[k].fill = func(d *detailer) {
			for _, f := range fill {
				f(d)
			}
		}
	}
	def(executionStarted, "ExecutionStarted", "input", (*detailer).role)
	def(executionSucceeded, "ExecutionSucceeded", "output")
	def(executionFailed, "ExecutionFailed", "", (*detailer).failure)
	def(executionTimedOut, "ExecutionTimedOut", "", (*detailer).failure)
	def(executionAborted, "ExecutionAborted", "", (*detailer).failure)
	def(executionRedriven, "ExecutionRedriven", "", (*detailer).redrive)
	for i, typ := range stateTypes {
		def(stateEntered+kind(i), string(typ)+"StateEntered", "input", (*detailer).name)
		def(stateExited+kind(i), string(typ)+"StateExited", "output", (*detailer).name, (*detailer).variables)
	}
	def(taskScheduled, "TaskScheduled", "parameters", (*detailer).resource, (*detailer).schedule)
	def(taskStarted, "TaskStarted", "", (*detailer).resource)
	def(taskSubmitted, "TaskSubmitted", "output", (*detailer).resource)
	def(taskSucceeded, "TaskSucceeded", "output", (*detailer).resource)
	def(taskFailed, "TaskFailed", "", (*detailer).resource, (*detailer).failure)
	def(taskTimedOut, "TaskTimedOut", "", (*detailer).resource, (*detailer).failure)
	def(lambdaScheduled, "LambdaFunctionScheduled", "input", (*detailer).resource, (*detailer).schedule)
	def(lambdaStarted, "LambdaFunctionStarted", "")
	def(lambdaSucceeded, "LambdaFunctionSucceeded", "output")
	def(lambdaFailed, "LambdaFunctionFailed", "", (*detailer).failure)
	def(lambdaTimedOut, "LambdaFunctionTimedOut", "", (*detailer).failure)
	def(activityScheduled, "ActivityScheduled", "input", (*detailer).resource, (*detailer).schedule)
	def(activityStarted, "ActivityStarted", "", (*detailer).worker)
	def(activitySucceeded, "ActivitySucceeded", "output")
	def(activityFailed, "ActivityFailed", "", (*detailer).failure)
	def(activityTimedOut, "ActivityTimedOut", "", (*detailer).failure)
	def(mapStarted, "MapStateStarted", "", (*detailer).length)
	def(mapSucceeded, "MapStateSucceeded", "")
	def(mapFailed, "MapStateFailed", "")
	def(mapAborted, "MapStateAborted", "")
	def(iterationStarted, "MapIterationStarted", "", (*detailer).name, (*detailer).index)
	def(iterationSucceeded, "MapIterationSucceeded", "", (*detailer).name, (*detailer).index)
	def(iterationFailed, "MapIterationFailed", "", (*detailer).name, (*detailer).index)
	def(iterationAborted, "MapIterationAborted", "", (*detailer).name, (*detailer).index)
	def(parallelStarted, "ParallelStateStarted", "")
	def(parallelSucceeded, "ParallelStateSucceeded", "")
	def(parallelFailed, "ParallelStateFailed", "")
	def(parallelAborted, "ParallelStateAborted", "")
	def(taskAborted, "TaskStateAborted", "")
	def(waitAborted, "WaitStateAborted", "")
	def(mapRunStarted, "MapRunStarted", "", (*detailer).mapRun)
	def(mapRunSucceeded, "MapRunSucceeded", "")
	def(mapRunFailed, "MapRunFailed", "", (*detailer).failure)
	def(mapRunAborted, "MapRunAborted", "")
	def(mapRunRedriven, "MapRunRedriven", "", (*detailer).mapRun, (*detailer).redrive)
	def(evaluationFailed, "EvaluationFailed", "", (*detailer).failure, (*detailer).location)
	return t
}

// detailsMember returns the member of HistoryEvent that holds the details of
// events of a type: its name in lower camel case, one for all state types.
func detailsMember(typ string) string {
	for _, t := range stateTypes {
		switch typ {
		case string(t) + "StateEntered":
			return "stateEnteredEventDetails"
		case string(t) + "StateExited":
			return "stateExitedEventDetails"
		}
	}
	return string(typ[0]|0x20) + typ[1:] + "EventDetails"
}

// A detailer puts the details of one event together.
type detailer struct {
	members []value.Member
	rec     *record
	def     *eventDef
	run     *Execution
}

func (d *detailer) add(name string, v any) {
	d.members = append(d.members, value.Member{Name: name, Value: v})
}

// notTruncated accompanies every payload: only log records are ever cut.
var notTruncated = value.NewObject(value.Member{Name: "truncated", Value: false})

func (d *detailer) payload() {
	d.add(d.def.payload, text(d.rec.val))
	if d.def.payload != "parameters" {
		d.add(d.def.payload+"Details", notTruncated)
	}
}

func (d *detailer) role() { d.add("roleArn", d.run.cfg.roleARN) }

func (d *detailer) failure() {
	f := d.rec.fault()
	if f == nil {
		return
	}
	if f.name.set {
		d.add("error", f.name.s)
	}
	if f.cause.set {
		d.add("cause", f.cause.s)
	}
}

func (d *detailer) redrive() { d.add("redriveCount", int64(d.rec.n)) }
func (d *detailer) length()  { d.add("length", int64(d.rec.n)) }
func (d *detailer) index()   { d.add("index", int64(d.rec.n)) }
func (d *detailer) name()    { d.add("name", d.rec.state().name) }
func (d *detailer) mapRun()  { d.add("mapRunArn", d.rec.ref.(*mapRunRef).arn) }

func (d *detailer) variables() {
	exit, ok := d.rec.ref.(*exitRef)
	if !ok {
		return
	}
	assigned := make([]value.Member, len(exit.assigned))
	for i, v := range exit.assigned {
		assigned[i] = value.Member{Name: v.Name, Value: value.String(v.Value)}
	}
	d.add("assignedVariables", value.NewObject(assigned...))
	d.add("assignedVariablesDetails", notTruncated)
}

func (d *detailer) resource() {
	r := d.rec.task().resource
	if r.Kind == asl.LambdaFunction || r.Kind == asl.ActivityWorker || r.Kind == asl.UnknownIntegration {
		d.add("resource", r.Text)
		return
	}
	d.add("resourceType", r.TypeName())
	d.add("resource", r.ActionName())
}

func (d *detailer) schedule() {
	s := d.rec.ref.(*scheduleRef)
	if d.rec.kind == taskScheduled {
		d.add("region", d.run.cfg.region)
	}
	if s.timeout > 0 {
		d.add("timeoutInSeconds", s.timeout)
	}
	if s.heartbeat > 0 {
		d.add("heartbeatInSeconds", s.heartbeat)
	}
	if s.role != "" {
		d.add("taskCredentials", value.NewObject(value.Member{Name: "roleArn", Value: s.role}))
	}
}

func (d *detailer) worker() {
	if name, ok := d.rec.val.(string); ok && name != "" {
		d.add("workerName", name)
	}
}

func (d *detailer) location() {
	ref := d.rec.ref.(*faultRef)
	if ref.fault.location != "" {
		d.add("location", ref.fault.location)
	}
	d.add("state", ref.state.name)
}
