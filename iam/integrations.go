package iam

import (
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// integrations holds, for each optimised integration, what derives its
// permissions.
var integrations = map[string]func(*grants){
	"batch:submitJob":       (*grants).batchSubmitJob,
	"dynamodb:deleteItem":   table("dynamodb:DeleteItem"),
	"dynamodb:getItem":      table("dynamodb:GetItem"),
	"dynamodb:putItem":      table("dynamodb:PutItem"),
	"dynamodb:updateItem":   table("dynamodb:UpdateItem"),
	"ecs:runTask":           (*grants).ecsRunTask,
	"events:putEvents":      (*grants).putEvents,
	"lambda:invoke":         (*grants).lambdaInvoke,
	"sns:publish":           (*grants).snsPublish,
	"sqs:sendMessage":       (*grants).sqsSendMessage,
	"states:startExecution": (*grants).startExecution,
}

// lambdaInvoke allows the function as it is called: without a qualifier its own
// ARN, which covers no version and no alias; with one exactly that version or
// alias.
func (g *grants) lambdaInvoke() {
	function, ok := g.arn(name{"lambda", "function:"}, "FunctionName")
	if !ok {
		return
	}
	switch qualifier, known := argument(g.task, "Qualifier"); known {
	case literal:
		function += ":" + qualifier
	case dynamic:
		g.unknown("", "Qualifier is computed while the workflow runs")
		return
	}
	g.allow("lambda:InvokeFunction").on(function)
}

func table(action string) func(*grants) {
	return func(g *grants) {
		if table, ok := g.arn(name{"dynamodb", "table/"}, "TableName"); ok {
			g.allow(action).on(table)
		}
	}
}

func (g *grants) snsPublish() {
	for _, field := range []string{"TopicArn", "TargetArn"} {
		if _, known := argument(g.task, field); known != absent {
			if target, ok := g.arn(name{"sns", ""}, field); ok {
				g.allow("sns:Publish").on(target)
			}
			return
		}
	}
	if _, known := argument(g.task, "PhoneNumber"); known != absent {
		g.allow("sns:Publish").onAny("a text message goes to a phone number, which is no resource")
		return
	}
	g.untold(absent, "TopicArn")
}

func (g *grants) sqsSendMessage() {
	if queue, ok := g.queueArgument(); ok {
		g.allow("sqs:SendMessage").on(queue)
	}
}

// queueArgument returns the ARN of the queue that the task names by its URL.
func (g *grants) queueArgument() (string, bool) {
	url, known := argument(g.task, "QueueUrl")
	if known != literal {
		g.untold(known, "QueueUrl")
		return "", false
	}
	queue, ok := g.queue(url)
	if !ok {
		g.unknown("", "QueueUrl is no URL of a queue")
	}
	return queue, ok
}

// queue returns the ARN of the queue with that URL:
// https://sqs.eu-west-1.amazonaws.com/123456789012/name.
func (g *grants) queue(url string) (string, bool) {
	if p, ok := g.machine.Placeholder(url); ok {
		return p.With("Arn").String(), true
	}
	rest, ok := strings.CutPrefix(url, "https://sqs.")
	if !ok {
		return "", false
	}
	parts := strings.Split(rest, "/")
	region, _, dotted := strings.Cut(parts[0], ".")
	if len(parts) != 3 || !dotted {
		return "", false
	}
	return "arn:${AWS::Partition}:sqs:" + region + ":" + parts[1] + ":" + parts[2], true
}

func (g *grants) putEvents() {
	payload := g.task.Parameters
	if payload == nil {
		payload = g.task.Arguments
	}
	var entries any
	if payload != nil {
		if obj, ok := payload.Value.(*value.Object); ok {
			entries, _ = obj.Get("Entries")
		}
	}
	list, ok := entries.([]any)
	if !ok {
		g.unknown("", "Entries is missing or computed while the workflow runs")
		return
	}
	for _, entry := range list {
		switch bus, known := lookup(entry, []string{"EventBusName"}); known {
		case literal:
			g.allow("events:PutEvents").on(g.arnOf(name{"events", "event-bus/"}, bus))
		case absent:
			g.allow("events:PutEvents").on(local("events", "event-bus/default"))
		default:
			g.unknown("", "EventBusName is computed while the workflow runs")
		}
	}
}

func (g *grants) startExecution() {
	machine, ok := g.arn(name{"states", "stateMachine:"}, "StateMachineArn")
	if !ok {
		return
	}
	g.allow("states:StartExecution").on(machine)
	if !g.runsJob() {
		return
	}
	g.allow("states:DescribeExecution", "states:StopExecution").on(g.executionsOf(machine))
	g.rule("StepFunctionsGetEventsForStepFunctionsExecutionRule")
}

// executionsOf returns the pattern of the ARNs of a machine's executions, which
// carry the machine's name without a version or an alias.
func (g *grants) executionsOf(machine string) string {
	if p, ok := g.machine.Placeholder(machine); ok {
		return local("states", "execution:"+p.With("Name").String()+":*")
	}
	parts := strings.Split(machine, ":")
	if len(parts) < 7 {
		return machine
	}
	parts[5] = "execution"
	return strings.Join(parts[:7], ":") + ":*"
}

func (g *grants) ecsRunTask() {
	definition, known := argument(g.task, "TaskDefinition")
	if known != literal {
		g.untold(known, "TaskDefinition")
		return
	}
	run := g.allow("ecs:RunTask")
	tasks := local("ecs", "task/*")
	if cluster, known := argument(g.task, "Cluster"); known == literal {
		run = run.when("ArnEquals", "ecs:cluster", g.arnOf(name{"ecs", "cluster/"}, cluster))
		tasks = local("ecs", "task/"+g.clusterName(cluster)+"/*")
	}
	run.on(g.taskDefinition(definition))
	g.passTaskRoles(definition)
	if g.runsJob() {
		g.allow("ecs:DescribeTasks", "ecs:StopTask").on(tasks)
		g.rule("StepFunctionsGetEventsForECSTaskRule")
	}
}

// taskDefinition returns the ARN of a task definition: a family without a
// revision stands for any revision of it, since the service runs the newest.
func (g *grants) taskDefinition(text string) string {
	arn := g.arnOf(name{"ecs", "task-definition/"}, text)
	_, family, ok := strings.Cut(arn, "task-definition/")
	if ok && !strings.Contains(family, ":") {
		return arn + ":*"
	}
	return arn
}

func (g *grants) clusterName(text string) string {
	if p, ok := g.machine.Placeholder(text); ok {
		return p.With("Name").String()
	}
	if _, name, ok := strings.Cut(text, ":cluster/"); ok {
		return name
	}
	return text
}

// passTaskRoles allows handing the task's own roles to ECS, and nothing else to
// nobody else.
func (g *grants) passTaskRoles(definition string) {
	pass := func() permission {
		return g.allow("iam:PassRole").when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")
	}
	p, bound := g.machine.Placeholder(definition)
	if bound {
		pass().on(p.With("TaskRoleArn").String(), p.With("ExecutionRoleArn").String())
	} else {
		g.unknown("", "the roles of task definition "+definition+", which the service must be allowed to pass, are not in the definition")
	}
	for _, field := range []string{"TaskRoleArn", "ExecutionRoleArn"} {
		switch role, known := argument(g.task, "Overrides", field); known {
		case literal:
			pass().on(role)
		case dynamic:
			g.unknown("", "Overrides."+field+" is computed while the workflow runs")
		}
	}
}

func (g *grants) batchSubmitJob() {
	definition, ok := g.arn(name{"batch", "job-definition/"}, "JobDefinition")
	if !ok {
		return
	}
	queue, ok := g.arn(name{"batch", "job-queue/"}, "JobQueue")
	if !ok {
		return
	}
	if _, revision, ok := strings.Cut(definition, "job-definition/"); ok && !strings.Contains(revision, ":") {
		definition += ":*" // a name without a revision runs the newest one
	}
	g.allow("batch:SubmitJob").on(definition, queue)
	if g.runsJob() {
		g.allow("batch:TerminateJob").on(local("batch", "job/*"))
		g.allow("batch:DescribeJobs").onAny("batch:DescribeJobs has no resource types")
		g.rule("StepFunctionsGetEventsForBatchJobsRule")
	}
}

// runsJob reports whether the task waits for the end of what it starts.
func (g *grants) runsJob() bool {
	return g.resource.Pattern == asl.RunJob || g.resource.Pattern == asl.RunJobParsed
}

// rule allows the rule of that name through which the service hears of the end
// of a job.
func (g *grants) rule(name string) {
	g.allow("events:DescribeRule", "events:PutRule", "events:PutTargets").on(local("events", "rule/"+name))
}
