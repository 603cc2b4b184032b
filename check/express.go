package check

import (
	"fmt"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// express reports whether a state runs in an Express workflow: the machine's, or
// the child executions of the nearest distributed Map around it.
func (c *checker) expressAt(v *asl.Visit) bool {
	for around := v.In.Around; around != nil; around = around.In.Around {
		if m, ok := around.State.(*asl.Map); ok && m.IsDistributed() {
			return m.Body().ProcessorConfig.ExecutionType == asl.Express
		}
	}
	return c.express
}

func expressTasksAnswer(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || !c.expressAt(v) {
		return
	}
	r := c.m.Resource(t)
	switch {
	case r.Kind == asl.ActivityWorker:
		c.state(v, "/Resource", "an Express workflow cannot run activities", "make the workflow Standard")
	case r.Pattern == asl.WaitForToken:
		c.state(v, "/Resource", "an Express workflow cannot wait for a task token", "make the workflow Standard")
	case r.Pattern == asl.RunJob || r.Pattern == asl.RunJobParsed:
		c.state(v, "/Resource", "an Express workflow cannot wait for a job: it has no .sync", "make the workflow Standard")
	}
}

func expressHasNoDistributedMap(c *checker, v *asl.Visit) {
	if m, ok := v.State.(*asl.Map); ok && m.IsDistributed() && c.expressAt(v) {
		c.state(v, bodyPointer(m)+"/ProcessorConfig/Mode", "an Express workflow cannot run a distributed Map", "make the workflow Standard, or the Map INLINE")
	}
}

// expressLimit is how many seconds an Express execution may take.
const expressLimit = 300

func expressFinishes(c *checker, v *asl.Visit, p asl.Part) {
	if p.Name != "Seconds" && p.Name != "TimeoutSeconds" || !c.expressAt(v) {
		return
	}
	if n, ok := literalNumber(p.Value); ok && n > expressLimit {
		c.partFault(v, p, fmt.Sprintf("is beyond the %d seconds that an Express execution may take", expressLimit), "")
	}
}

// repeatable are the calls that do their work again when they are repeated, by
// what can keep them from it: an argument that names the work. Where there is none,
// no argument can (API references of the services; Developer Guide, "Choosing
// workflow type": the actions of an Express workflow may run more than once).
var repeatable = map[string]string{
	"athena:startQueryExecution": "ClientRequestToken",
	"batch:submitJob":            "",
	"codebuild:startBuild":       "IdempotencyToken",
	"codebuild:startBuildBatch":  "IdempotencyToken",
	"ec2:runInstances":           "ClientToken",
	"ecs:runTask":                "ClientToken",
	"glue:startJobRun":           "",
	"ses:sendEmail":              "",
	"sesv2:sendEmail":            "",
	"sfn:startExecution":         "Name",
	"states:startExecution":      "Name",
}

// expressMayRepeat warns of calls in an Express workflow that do harm when they run
// twice.
func expressMayRepeat(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || !c.expressAt(v) {
		return
	}
	given, field := argumentsOf(v, t)
	if given == nil {
		return
	}
	o, ok := given.Value.(*value.Object)
	if !ok {
		return
	}
	r := asl.ParseResource(t.Resource)
	if r.Pattern != asl.RequestResponse {
		return // which an Express workflow cannot have
	}
	call := r.Service + ":" + r.Action
	token, known := repeatable[call]
	switch {
	case known && token == "":
		c.state(v, "/Resource", fmt.Sprintf("does its work again when the workflow repeats it, as an Express workflow may: nothing tells %s that it is the same", call), "make the workflow Standard, or let something decide first whether it is done")
	case known && !hasArgument(o, token, v.Language):
		c.state(v, field, fmt.Sprintf("%s does its work again when the workflow repeats it, as an Express workflow may", call), fmt.Sprintf("give it a %s that is the same each time", token))
	case call == "sns:publish" && hasArgument(o, "PhoneNumber", v.Language):
		c.state(v, field, "sends the message again when the workflow repeats it, as an Express workflow may", "make the workflow Standard")
	case call == "dynamodb:updateItem" && accumulates(o) && !hasArgument(o, "ConditionExpression", v.Language):
		c.state(v, value.AppendPointer(field, "UpdateExpression"), "counts twice when the workflow repeats it, as an Express workflow may", "add a ConditionExpression that holds once only")
	}
}

// accumulates reports whether an item's update depends on what the item holds.
func accumulates(arguments *value.Object) bool {
	given, _ := arguments.Get("UpdateExpression")
	text, _ := given.(string)
	if asl.IsExpression(text) {
		return false
	}
	text = " " + strings.ToUpper(text)
	return strings.Contains(text, " ADD ") || strings.Contains(text, "LIST_APPEND") ||
		strings.Contains(text, " + ") || strings.Contains(text, " - ")
}
