package iam

import "strings"

// What follows derives the calls whose needs depend on more than one argument at a
// time, or on what an argument says.

// functionARNs returns the ARNs that a function is called by: without a qualifier
// its own, which covers no version and no alias; with one exactly that. $LATEST is
// both.
func functionARNs(function, qualifier string) []string {
	const unqualified = 7 // parts of arn:partition:lambda:region:account:function:name
	switch {
	case isARN(function):
	case strings.Contains(function, ":function:"): // account:function:name
		function = "arn:${AWS::Partition}:lambda:${AWS::Region}:" + function
	default:
		function = local("lambda", "function:"+function)
	}
	// A placeholder holds colons of its own, and nobody knows if its value has a
	// qualifier.
	plain := strings.NewReplacer("AWS::", "AWS", "${", "", "}", "").Replace(function)
	if strings.HasPrefix(plain, "arn:") && strings.Count(plain, ":") >= unqualified {
		qualifier = ""
	}
	if qualifier != "" {
		function += ":" + qualifier
	}
	if unversioned, ok := strings.CutSuffix(function, ":$LATEST"); ok {
		return []string{unversioned, function}
	}
	return []string{function}
}

func (g *grants) lambdaInvoke() {
	functions, known := g.given.textsAt("FunctionName")
	if known == absent {
		g.missing("FunctionName")
		return
	}
	qualifiers, qualified := g.given.textsAt("Qualifier")
	if qualified == absent || g.given.computed {
		qualifiers = []string{""}
	}
	for _, qualifier := range qualifiers {
		for _, f := range functions {
			if p, ok := g.machine.Placeholder(f); ok {
				f = p.With("Arn").String()
			}
			why := computedArguments(map[string]string{"FunctionName": f, "Qualifier": qualifier})
			g.allow("lambda:InvokeFunction").because(why).on(functionARNs(f, qualifier)...)
		}
	}
}

func (g *grants) ecsRunTask() {
	definitions, known := g.given.textsAt("TaskDefinition")
	if known == absent {
		g.missing("TaskDefinition")
		return
	}
	clusters := g.fill(long("ecs:cluster/<Cluster|default>")).resources
	for _, definition := range definitions {
		why := computedArguments(map[string]string{"TaskDefinition": definition})
		for _, cluster := range clusters {
			operator := "ArnEquals"
			if isComputed(cluster) {
				operator = "ArnLike"
			}
			g.allow("ecs:RunTask").because(why).when(operator, "ecs:cluster", cluster).on(g.taskDefinition(definition))
		}
		g.passTaskRoles(definition)
	}
	for _, field := range []string{"Tags", "PropagateTags"} {
		g.need(need{actions: "ecs:TagResource", on: "ecs:task/<Cluster:name|default>/*", given: field,
			when: []Condition{{"StringEquals", "ecs:CreateAction", "RunTask"}}})
	}
	g.need(need{actions: "ecs:DescribeTasks ecs:StopTask", on: "ecs:task/<Cluster:name|default>/*", job: true})
}

// taskDefinition returns the ARN of a task definition: a family without a
// revision stands for any revision of it, since the service runs the newest.
func (g *grants) taskDefinition(text string) string {
	arn, ok := g.wholeARN(text)
	if !ok {
		arn = local("ecs", "task-definition/"+text)
	}
	_, family, ok := strings.Cut(arn, "task-definition/")
	if ok && !strings.Contains(family, ":") && !strings.HasSuffix(family, anything) {
		return arn + ":" + anything
	}
	return arn
}

// passTaskRoles allows handing the task's own roles to ECS, and nothing else to
// nobody else.
func (g *grants) passTaskRoles(definition string) {
	const tasks = "ecs-tasks.amazonaws.com"
	if p, bound := g.machine.Placeholder(definition); bound {
		g.allow("iam:PassRole").when("StringEquals", "iam:PassedToService", tasks).
			on(p.With("TaskRoleArn").String(), p.With("ExecutionRoleArn").String())
	} else {
		of := "task definition " + definition
		if isComputed(definition) {
			of = "the task definition"
		}
		g.unknown("", "the roles of "+of+", which the service must be allowed to pass, are not in the definition")
	}
	g.needs(passes("Overrides.TaskRoleArn", tasks), passes("Overrides.ExecutionRoleArn", tasks))
}

func (g *grants) batchSubmitJob() {
	found := g.fill(long("batch:job-definition/<JobDefinition>"))
	if found.missing != "" {
		g.missing(found.missing)
		return
	}
	for i, definition := range found.resources {
		// A name without a revision runs the newest one.
		if _, name, ok := strings.Cut(definition, "job-definition/"); ok && !strings.Contains(name, ":") && !strings.HasSuffix(name, anything) {
			found.resources[i] = definition + ":" + anything
		}
	}
	g.allow("batch:SubmitJob").because(computedAtRunTime(found.computed...)).on(found.resources...)
	g.needs(
		need{actions: "batch:SubmitJob", on: "batch:job-queue/<JobQueue>"},
		need{actions: "batch:TagResource", on: "batch:job/*", given: "Tags"},
		need{actions: "batch:TerminateJob", on: "batch:job/*", job: true},
		need{actions: "batch:DescribeJobs", on: "*", job: true, why: "batch:DescribeJobs" + noResourceTypes},
	)
}

// codeBuild allows an action on the projects of builds, whose ids begin with the
// project's name: "project:id".
func codeBuild(action, ids string) func(*grants) {
	return func(g *grants) { g.codeBuildProjects(ids, action) }
}

func (g *grants) codeBuildProjects(ids string, actions ...string) {
	texts, known := g.given.textsAt(ids)
	if known == absent {
		g.missing(ids)
	}
	for _, id := range texts {
		project := local("codebuild", "project/"+firstPart(id))
		if before, build, ok := strings.Cut(id, ":build/"); ok {
			project = before + ":project/" + firstPart(build)
		} else if before, build, ok := strings.Cut(id, ":build-batch/"); ok {
			project = before + ":project/" + firstPart(build)
		}
		g.allow(actions...).because(computedArguments(map[string]string{ids: project})).on(project)
	}
}

func firstPart(text string) string {
	first, _, _ := strings.Cut(text, ":")
	return first
}

func (g *grants) codeBuildRetry() {
	g.codeBuildProjects("Id", "codebuild:RetryBuildBatch")
	if g.runsJob() {
		g.codeBuildProjects("Id", "codebuild:BatchGetBuildBatches", "codebuild:StopBuildBatch")
	}
}

// codeBuildReports allows the groups of reports:
// arn:aws:codebuild:region:account:report/group:id.
func (g *grants) codeBuildReports() {
	texts, known := g.given.textsAt("ReportArns")
	if known == absent {
		g.missing("ReportArns")
	}
	for _, report := range texts {
		group := local("codebuild", "report-group/"+anything)
		if before, name, ok := strings.Cut(report, ":report/"); ok {
			group = before + ":report-group/" + firstPart(name)
		}
		g.allow("codebuild:BatchGetReports").because(computedArguments(map[string]string{"ReportArns": group})).on(group)
	}
}

// sendCommand allows a document and the instances that it is run on, which may be
// chosen by their tags.
func (g *grants) sendCommand() {
	on := "ssm:document/<DocumentName>"
	if names, _ := g.given.textsAt("DocumentName"); len(names) == 1 && strings.HasPrefix(names[0], "AWS-") {
		on = "arn:${AWS::Partition}:ssm:${AWS::Region}::document/<DocumentName>"
	}
	g.need(need{actions: "ssm:SendCommand", on: on})
	why := ""
	if !g.isGiven("InstanceIds") {
		why = "Targets says which instances they are"
	}
	g.need(need{actions: "ssm:SendCommand", on: "ec2:instance/<InstanceIds|*> ssm:managed-instance/<InstanceIds|*>", why: why})
	g.need(need{actions: "ssm:SendCommand", on: "s3:::<OutputS3BucketName>", given: "OutputS3BucketName"})
}
