package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

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

// computedArguments says which of these arguments are computed.
func computedArguments(texts map[string]string) string {
	var computed []string
	for argument, text := range texts {
		if isComputed(text) {
			computed = append(computed, argument)
		}
	}
	return computedAtRunTime(computed...)
}

func (g *grants) snsPublish() {
	for _, field := range []string{"TopicArn", "TargetArn"} {
		if g.given.has(field) {
			g.need(need{actions: "sns:Publish", on: "sns:<" + field + ">"})
			return
		}
	}
	if g.given.has("PhoneNumber") {
		g.allow("sns:Publish").onAny("a text message goes to a phone number, which is no resource")
		return
	}
	g.missing("TopicArn")
}

// onQueue allows actions on the queue that the task names by its URL.
func (g *grants) onQueue(actions ...string) {
	urls, known := g.given.textsAt("QueueUrl")
	if known == absent {
		g.missing("QueueUrl")
	}
	for _, url := range urls {
		queue, ok := g.queue(url)
		if !ok {
			g.unknown("", "QueueUrl is no URL of a queue")
			continue
		}
		why := computedArguments(map[string]string{"QueueUrl": queue})
		if asl.HasPlaceholder(url) && isComputed(queue) {
			why = "the URL " + url + " does not tell the queue's name"
		}
		g.allow(actions...).because(why).on(queue)
	}
}

var queueURL = regexp.MustCompile(`^https://(?:sqs\.([^./]+)\.[^/]+|([^./]+)\.queue\.[^/]+)/([^/]+)/([^/]+)$`)

// queue returns the ARN of the queue with that URL, which has one of two forms:
// https://sqs.eu-west-1.amazonaws.com/123456789012/name and, as it was once,
// https://eu-west-1.queue.amazonaws.com/123456789012/name.
func (g *grants) queue(url string) (string, bool) {
	if arn, ok := g.wholeARN(url); ok {
		return arn, true
	}
	if strings.HasPrefix(url, anything) { // where it is computed from its beginning, its end may be known
		return local("sqs", anything+url[strings.LastIndexAny(url, "/"+anything)+1:]), true
	}
	if strings.HasPrefix(url, "${") && strings.HasSuffix(url, "}") {
		return local("sqs", anything), true
	}
	parts := queueURL.FindStringSubmatch(url)
	if parts == nil {
		return "", false
	}
	region := parts[1] + parts[2]
	return "arn:${AWS::Partition}:sqs:" + region + ":" + parts[3] + ":" + parts[4], true
}

func (g *grants) putEvents() {
	entries := g.given.at("Entries")
	if len(entries) == 0 {
		g.missing("Entries")
	}
	for _, list := range entries {
		for _, entry := range list.each() {
			item := *g
			item.given, item.statements = entry, nil
			item.need(need{actions: "events:PutEvents", on: "events:event-bus/<EventBusName|default>"})
			g.statements = append(g.statements, item.statements...)
		}
	}
}

func (g *grants) startExecution() {
	g.need(need{actions: "states:StartExecution", on: "states:stateMachine:<StateMachineArn>"})
	if !g.runsJob() {
		return
	}
	machines, _ := g.given.textsAt("StateMachineArn")
	for _, machine := range machines {
		why := computedArguments(map[string]string{"StateMachineArn": machine})
		g.allow("states:DescribeExecution", "states:StopExecution").because(why).on(g.executionsOf(machine))
	}
}

// executionsOf returns the pattern of the ARNs of a machine's executions, which
// carry the machine's name without a version or an alias.
func (g *grants) executionsOf(machine string) string {
	if p, ok := g.machine.Placeholder(machine); ok {
		return local("states", "execution:"+p.With("Name").String()+":"+anything)
	}
	before, name, ok := strings.Cut(machine, ":stateMachine:")
	if !ok {
		return local("states", "execution:"+anything)
	}
	name, _, _ = strings.Cut(name, ":")
	return before + ":execution:" + name + ":" + anything
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

// apiInvoke allows the method of an API that wants to know who calls it.
func (g *grants) apiInvoke() {
	const noAuth = "NO_AUTH"
	auth, known := g.given.textsAt("AuthType")
	if known == absent || g.given.computed || slices.Equal(auth, []string{noAuth}) {
		return
	}
	hosts, known := g.given.textsAt("ApiEndpoint")
	if known == absent {
		g.missing("ApiEndpoint")
	}
	paths, known := g.given.textsAt("Path")
	if known == absent {
		paths = []string{""}
	}
	for _, host := range hosts {
		for _, path := range paths {
			g.apiMethod(host, strings.TrimPrefix(path, "/"))
		}
	}
}

// apiMethod allows a method by the host of its API:
// id.execute-api.eu-west-1.amazonaws.com. A domain of one's own tells neither the API
// nor what part of the path is mapped to a stage.
func (g *grants) apiMethod(host, path string) {
	const arn = "arn:${AWS::Partition}:execute-api:"
	id, rest, ok := strings.Cut(host, ".execute-api.")
	if !ok {
		why := "ApiEndpoint does not tell which API it is"
		if isComputed(host) {
			why = computedAtRunTime("ApiEndpoint")
		}
		g.need(need{actions: "execute-api:Invoke", on: "execute-api:*/*/<Method>/*", why: why})
		return
	}
	id, _, _ = strings.Cut(id, "-vpce-")
	region, _, ok := strings.Cut(rest, ".amazonaws.")
	if !ok {
		region = "${AWS::Region}"
	}
	g.need(need{
		actions: "execute-api:Invoke", on: arn + region + ":${AWS::AccountId}:" + id + "/<Stage|$default>/<Method>/" + path,
		why: computedArguments(map[string]string{"ApiEndpoint": id, "Path": path}),
	})
}

// apiGateway allows a method of API Gateway's own API, whose actions are HTTP's
// methods and whose resources its paths: those at and below the thing that the call
// is about.
func (g *grants) apiGateway(action string) {
	const root = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/"
	for _, thing := range []struct{ argument, path string }{
		{"RestApiId", "restapis"}, {"ApiId", "apis"}, {"DomainName", "domainnames"}, {"UsagePlanId", "usageplans"},
		{"ApiKey", "apikeys"}, {"VpcLinkId", "vpclinks"}, {"ClientCertificateId", "clientcertificates"},
	} {
		if !g.given.computed && g.given.has(thing.argument) {
			at := root + thing.path + "/<" + thing.argument + ">"
			g.need(need{actions: action, on: at + " " + at + "/*"})
			return
		}
	}
	g.allow(action).because("no argument tells the path in the API").on(root + anything)
}

// httpInvoke allows the endpoint, by the methods and the URLs that the task calls,
// and the credentials that the connection holds for it.
func (g *grants) httpInvoke() {
	g.need(need{actions: "states:InvokeHTTPEndpoint", on: self, when: []Condition{
		{"StringEquals", "states:HTTPMethod", "<Method>"},
		{"StringLike", "states:HTTPEndpoint", "<ApiEndpoint>"},
	}})
	field := "Authentication.ConnectionArn"
	if !g.given.has(field) {
		field = "InvocationConfig.ConnectionArn"
	}
	g.need(need{actions: "events:RetrieveConnectionCredentials", on: "events:connection/<" + field + ">"})
	connections, _ := g.given.textsAt(field)
	for _, c := range connections {
		secret := g.secretOf(c)
		g.allow("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue").
			because(computedArguments(map[string]string{field: c})).on(secret)
	}
}

// secretOf returns the ARN of the secret that holds a connection's credentials,
// which is named after the connection.
func (g *grants) secretOf(connection string) string {
	if p, ok := g.machine.Placeholder(connection); ok {
		return p.With("SecretArn").String()
	}
	where, name, ok := strings.Cut(connection, ":connection/")
	if !ok {
		return local("secretsmanager", "secret:events!connection/"+anything)
	}
	name, _, _ = strings.Cut(name, "/")
	return strings.Replace(where, ":events:", ":secretsmanager:", 1) + ":secret:events!connection/" + name + "/" + anything
}

// profile is the id of an inference profile that the service itself has: those of
// models, behind the name of some Regions.
var profile = regexp.MustCompile(`^(us|us-gov|eu|apac|jp|au|ca|sa|me|af|il|uk|global)\.([a-z0-9-]+\..+)$`)

// invokeModel allows a model of Amazon Bedrock. An inference profile needs its
// models as well, in whatever Region they run.
func (g *grants) invokeModel() {
	models, known := g.given.textsAt("ModelId")
	if known == absent {
		g.missing("ModelId")
	}
	for _, model := range models {
		g.model(model)
	}
	g.need(need{actions: "bedrock:ApplyGuardrail", on: "bedrock:guardrail/<GuardrailIdentifier>", given: "GuardrailIdentifier"})
	g.need(need{actions: "bedrock:ApplyGuardrail", on: "bedrock:guardrail/<GuardrailConfig.GuardrailIdentifier>", given: "GuardrailConfig.GuardrailIdentifier"})
	g.objectURI("s3:GetObject", "Input.S3Uri")
	g.objectURI("s3:PutObject", "Output.S3Uri")
}

func (g *grants) model(id string) {
	const foundation = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/"
	const anywhere = "arn:${AWS::Partition}:bedrock:" + anything + "::foundation-model/"
	arn, whole := g.wholeARN(id)
	why := computedArguments(map[string]string{"ModelId": id})
	switch parts := profile.FindStringSubmatch(id); {
	case whole:
		g.allow("bedrock:InvokeModel").because(why).on(arn)
		if strings.Contains(arn, "inference-profile/") {
			g.allow("bedrock:InvokeModel").when("ArnLike", "bedrock:InferenceProfileArn", arn).on(anywhere + anything)
		}
	case parts != nil:
		inference := local("bedrock", "inference-profile/"+id)
		g.allow("bedrock:InvokeModel").because(why).on(inference)
		g.allow("bedrock:InvokeModel").because(why).when("ArnLike", "bedrock:InferenceProfileArn", inference).on(anywhere + parts[2])
	case strings.HasPrefix(id, anything):
		g.allow("bedrock:InvokeModel").because(why).on(anywhere+id,
			local("bedrock", "inference-profile/"+anything), local("bedrock", "application-inference-profile/"+anything),
			local("bedrock", "provisioned-model/"+anything), local("bedrock", "imported-model/"+anything),
			local("bedrock", "custom-model-deployment/"+anything))
	default:
		g.allow("bedrock:InvokeModel").because(why).on(foundation + id)
	}
}

// objectURI allows an action on the object that an argument names: s3://bucket/key.
func (g *grants) objectURI(action, argument string) {
	if !g.isGiven(argument) {
		return
	}
	uris, _ := g.given.textsAt(argument)
	for _, uri := range uris {
		object, ok := strings.CutPrefix(uri, "s3://")
		if !ok {
			object = anything
		}
		g.allow(action).because(computedArguments(map[string]string{argument: object})).on(bucketARN(object))
	}
}

// The parts of the AWS Glue Data Catalog that a query reads, and those that it may
// change.
const (
	catalogReads = "glue:BatchGetPartition glue:GetDatabase glue:GetDatabases glue:GetPartition glue:GetPartitions " +
		"glue:GetTable glue:GetTables"
	catalogWrites = "glue:BatchCreatePartition glue:BatchDeletePartition glue:BatchDeleteTable glue:CreateDatabase " +
		"glue:CreatePartition glue:CreateTable glue:DeleteDatabase glue:DeletePartition glue:DeleteTable " +
		"glue:UpdateDatabase glue:UpdatePartition glue:UpdateTable"
)

var readingQuery = regexp.MustCompile(`(?is)^[\s(]*(select|with|show|describe|desc|explain|values)\b`)

// athenaQuery allows a query: its workgroup, its catalogue as far as the query
// reads or changes it, and the place of its results.
func (g *grants) athenaQuery() {
	const catalog = "glue:catalog glue:database/<QueryExecutionContext.Database|*> " +
		"glue:table/<QueryExecutionContext.Database|*>/* glue:userDefinedFunction/<QueryExecutionContext.Database|*>/*"
	g.needs(
		need{actions: "athena:StartQueryExecution", on: "athena:workgroup/<WorkGroup|primary>"},
		need{actions: "athena:GetQueryExecution athena:StopQueryExecution", on: "athena:workgroup/<WorkGroup|primary>", job: true},
		need{actions: "athena:GetDataCatalog", on: "athena:datacatalog/<QueryExecutionContext.Catalog|AwsDataCatalog>"},
		need{actions: "lakeformation:GetDataAccess", on: "*", why: "lakeformation:GetDataAccess" + noResourceTypes},
		need{actions: catalogReads, on: catalog},
		need{actions: "glue:GetDatabase", on: "glue:database/default", given: "QueryExecutionContext.Database"}, // every query looks at it
	)
	queries, _ := g.given.textsAt("QueryString")
	if slices.ContainsFunc(queries, func(q string) bool { return !readingQuery.MatchString(q) }) {
		g.need(need{actions: catalogWrites, on: catalog})
	}
	g.athenaOutput()
	g.unknown("", "the buckets that hold the query's tables are not in the definition: allow s3:GetObject and s3:ListBucket on them")
}

func (g *grants) athenaOutput() {
	const location = "ResultConfiguration.OutputLocation"
	uris, known := g.given.textsAt(location)
	if known == absent {
		g.unknown("", "where the workgroup keeps results is not in the definition: allow s3:GetBucketLocation, s3:GetObject, s3:ListBucket, s3:PutObject there")
		return
	}
	for _, uri := range uris {
		place, ok := strings.CutPrefix(uri, "s3://")
		if !ok {
			place = anything
		}
		bucket, prefix, _ := strings.Cut(place, "/")
		why := computedArguments(map[string]string{location: place})
		g.allow("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads").because(why).on(bucketARN(bucket))
		g.allow("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject").because(why).
			on(bucketARN(bucket + "/" + prefix + anything))
	}
}

func (g *grants) athenaResultsByCall() {
	g.needs(integrations["athena:getQueryResults"].needs...)
	g.athenaResults()
}

// athenaResults allows reading what a query has found, unless the machine runs
// queries whose results it may read anyway.
func (g *grants) athenaResults() {
	for v := range g.machine.Walk() {
		t, ok := v.State.(*asl.Task)
		if !ok {
			continue
		}
		if r := g.machine.Resource(t); r.Service != "athena" || !strings.EqualFold(r.Action, "startQueryExecution") {
			continue
		}
		if g.machine.arguments(t).has("ResultConfiguration.OutputLocation") {
			return
		}
	}
	g.unknown("", "where the results are is not in the definition: allow s3:GetObject there")
}
