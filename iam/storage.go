package iam

import (
	"regexp"
	"slices"
	"strings"
)

// sdkCalls derive the SDK calls that need more than their own IAM action, or that
// name resources in a way of their own; sdkActions do so for an IAM action,
// whichever call needs it.
var (
	sdkCalls   map[string]func(*grants)
	sdkActions map[string]func(*grants)
)

func init() {
	sdkCalls = map[string]func(*grants){
		"dynamodb:batchExecuteStatement":      func(g *grants) { g.statementsAt("Statements.Statement") },
		"dynamodb:batchGetItem":               func(g *grants) { g.requestItems("dynamodb:BatchGetItem") },
		"dynamodb:batchWriteItem":             func(g *grants) { g.requestItems("dynamodb:BatchWriteItem") },
		"dynamodb:executeStatement":           func(g *grants) { g.statementsAt("Statement") },
		"dynamodb:executeTransaction":         func(g *grants) { g.statementsAt("TransactStatements.Statement") },
		"dynamodb:query":                      func(g *grants) { g.tableOrIndex("dynamodb:Query") },
		"dynamodb:scan":                       func(g *grants) { g.tableOrIndex("dynamodb:Scan") },
		"dynamodb:transactGetItems":           (*grants).transactItems,
		"dynamodb:transactWriteItems":         (*grants).transactItems,
		"eventbridge:putEvents":               (*grants).putEvents,
		"lambda:invoke":                       (*grants).lambdaInvoke,
		"s3:copyObject":                       (*grants).copyObject,
		"s3:createMultipartUpload":            (*grants).putObject,
		"s3:putObject":                        (*grants).putObject,
		"s3:uploadPartCopy":                   (*grants).copyObject,
		"s3:deleteObjects":                    (*grants).deleteObjects,
		"secretsmanager:batchGetSecretValue":  (*grants).secretValues,
		"ssm:getParametersByPath":             (*grants).parametersByPath,
		"kms:generateDataKeyWithoutPlaintext": onKey("kms:GenerateDataKeyWithoutPlaintext"),
	}
	for call, actions := range objectCalls {
		sdkCalls["s3:"+call] = func(g *grants) { g.object(actions) }
	}
	for call, action := range bucketCalls {
		sdkCalls["s3:"+call] = func(g *grants) { g.need(need{actions: action, on: "s3:::<Bucket>"}) }
	}
	for call := range strings.FieldsSeq(`changeMessageVisibility deleteMessage deleteQueue getQueueAttributes
		listDeadLetterSourceQueues listQueueTags purgeQueue receiveMessage sendMessage setQueueAttributes tagQueue untagQueue`) {
		sdkCalls["sqs:"+call] = func(g *grants) { g.onQueue("sqs:" + upper(call)) }
	}
	for batch, action := range map[string]string{
		"changeMessageVisibilityBatch": "sqs:ChangeMessageVisibility", "deleteMessageBatch": "sqs:DeleteMessage", "sendMessageBatch": "sqs:SendMessage",
	} {
		sdkCalls["sqs:"+batch] = func(g *grants) { g.onQueue(action) }
	}
	for call, argument := range map[string]string{
		"deleteParameter": "Name", "deleteParameters": "Names", "getParameter": "Name", "getParameterHistory": "Name",
		"getParameters": "Names", "labelParameterVersion": "Name", "putParameter": "Name", "unlabelParameterVersion": "Name",
	} {
		sdkCalls["ssm:"+call] = func(g *grants) { g.parameter(argument, "ssm:"+upper(call)) }
	}
	for call := range strings.FieldsSeq(`cancelRotateSecret deleteResourcePolicy deleteSecret describeSecret getResourcePolicy
		getSecretValue listSecretVersionIds putResourcePolicy putSecretValue restoreSecret rotateSecret tagResource
		untagResource updateSecret updateSecretVersionStage`) {
		sdkCalls["secretsmanager:"+call] = func(g *grants) { g.secret("SecretId", "secretsmanager:"+upper(call)) }
	}
	for call := range strings.FieldsSeq(`decrypt describeKey encrypt generateDataKey generateDataKeyPair
		generateDataKeyPairWithoutPlaintext generateMac getPublicKey sign verify verifyMac`) {
		sdkCalls["kms:"+call] = onKey("kms:" + upper(call))
	}
	sdkActions = map[string]func(*grants){
		"athena:GetQueryResults":     (*grants).athenaResultsByCall,
		"athena:StartQueryExecution": (*grants).athenaQuery,
		"batch:SubmitJob":            (*grants).batchSubmitJob,
		"bedrock:InvokeModel":        (*grants).invokeModel,
		"ecs:RunTask":                (*grants).ecsRunTask,
		"events:PutEvents":           (*grants).putEvents,
		"lambda:InvokeFunction":      (*grants).lambdaInvoke,
		"ses:SendBulkTemplatedEmail": mail("ses:SendBulkTemplatedEmail"),
		"ses:SendEmail":              mail("ses:SendEmail"),
		"ses:SendRawEmail":           mail("ses:SendRawEmail"),
		"ses:SendTemplatedEmail":     mail("ses:SendTemplatedEmail"),
		"sns:Publish":                (*grants).snsPublish,
		"ssm:SendCommand":            (*grants).sendCommand,
	}
}

func upper(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// objectCalls are the calls on one object of Amazon S3, and bucketCalls those on a
// bucket, with the IAM actions that they need (Amazon S3 User Guide, "Required
// permissions for Amazon S3 API operations").
var (
	objectCalls = map[string]string{
		"abortMultipartUpload":    "s3:AbortMultipartUpload",
		"completeMultipartUpload": "s3:PutObject",
		"deleteObject":            "s3:DeleteObject",
		"deleteObjectTagging":     "s3:DeleteObjectTagging",
		"getObject":               "s3:GetObject",
		"getObjectAcl":            "s3:GetObjectAcl",
		"getObjectAttributes":     "s3:GetObject s3:GetObjectAttributes",
		"getObjectLegalHold":      "s3:GetObjectLegalHold",
		"getObjectRetention":      "s3:GetObjectRetention",
		"getObjectTagging":        "s3:GetObjectTagging",
		"headObject":              "s3:GetObject",
		"listParts":               "s3:ListMultipartUploadParts",
		"putObjectAcl":            "s3:PutObjectAcl",
		"putObjectLegalHold":      "s3:PutObjectLegalHold",
		"putObjectRetention":      "s3:PutObjectRetention",
		"putObjectTagging":        "s3:PutObjectTagging",
		"restoreObject":           "s3:RestoreObject",
		"uploadPart":              "s3:PutObject",
	}
	bucketCalls = map[string]string{
		"headBucket":           "s3:ListBucket",
		"listMultipartUploads": "s3:ListBucketMultipartUploads",
		"listObjectVersions":   "s3:ListBucketVersions",
		"listObjects":          "s3:ListBucket",
		"listObjectsV2":        "s3:ListBucket",
	}
)

// object allows actions on an object: by its key if the definition tells it, else
// on all of the bucket's.
func (g *grants) object(actions string) {
	if g.isGiven("VersionId") {
		actions = versioned.Replace(actions + " ")
	}
	g.needs(
		need{actions: actions, on: g.inBucket("s3:::<Bucket>/<Key>")},
		need{actions: "s3:BypassGovernanceRetention", on: g.inBucket("s3:::<Bucket>/<Key>"), given: "BypassGovernanceRetention"},
	)
}

// putObject allows writing an object, with what the call gives it besides.
func (g *grants) putObject() {
	on := g.inBucket("s3:::<Bucket>/<Key>")
	g.needs(
		need{actions: "s3:PutObject", on: on},
		need{actions: "s3:PutObjectAcl", on: on, given: "Acl"},
		need{actions: "s3:PutObjectLegalHold", on: on, given: "ObjectLockLegalHoldStatus"},
		need{actions: "s3:PutObjectRetention", on: on, given: "ObjectLockMode"},
		need{actions: "s3:PutObjectTagging", on: on, given: "Tagging"},
	)
	if g.isGiven("SsekmsKeyId") {
		g.onKeys("SsekmsKeyId", "s3.${AWS::Region}.${AWS::URLSuffix}", "kms:Decrypt", "kms:GenerateDataKey")
	}
}

// versioned are the actions that a call needs which names a version.
var versioned = strings.NewReplacer(
	"s3:DeleteObject ", "s3:DeleteObjectVersion ",
	"s3:DeleteObjectTagging ", "s3:DeleteObjectVersionTagging ",
	"s3:GetObject ", "s3:GetObjectVersion ",
	"s3:GetObjectAcl ", "s3:GetObjectVersionAcl ",
	"s3:GetObjectAttributes ", "s3:GetObjectVersionAttributes ",
	"s3:GetObjectTagging ", "s3:GetObjectVersionTagging ",
	"s3:PutObjectAcl ", "s3:PutObjectVersionAcl ",
	"s3:PutObjectTagging ", "s3:PutObjectVersionTagging ",
)

// inBucket returns the format of an object: of one behind an access point if the
// call names that in place of the bucket.
func (g *grants) inBucket(on string) string {
	buckets, _ := g.given.textsAt("Bucket")
	if slices.ContainsFunc(buckets, func(b string) bool { return strings.Contains(b, ":accesspoint/") }) {
		return strings.Replace(on, "<Bucket>/", "<Bucket>/object/", 1)
	}
	return on
}

// copyObject allows reading the source and writing the copy, tags included unless
// the copy has its own or is a part of a larger object.
func (g *grants) copyObject() {
	directive, _ := g.given.textsAt("TaggingDirective")
	read, tagged := "s3:GetObject ", g.resource.Action == "copyObject" && !slices.Equal(directive, []string{"REPLACE"})
	if tagged {
		read += "s3:GetObjectTagging "
	}
	sources, known := g.given.textsAt("CopySource")
	if known == absent {
		g.missing("CopySource")
	}
	for _, source := range sources {
		source, version, _ := strings.Cut(strings.TrimPrefix(source, "/"), "?versionId=")
		actions := strings.Fields(read)
		if version != "" {
			actions = strings.Fields(versioned.Replace(read))
		}
		resource := bucketARN(source)
		if strings.HasPrefix(source, "arn:") {
			resource = source
		}
		g.allow(actions...).because(computedArguments(map[string]string{"CopySource": source})).on(resource)
	}
	g.putObject()
	if tagged {
		g.need(need{actions: "s3:PutObjectTagging", on: g.inBucket("s3:::<Bucket>/<Key>")})
	}
}

func (g *grants) deleteObjects() {
	on := g.inBucket("s3:::<Bucket>/<Delete.Objects.Key|*>")
	actions := "s3:DeleteObject"
	if g.given.has("Delete.Objects.VersionId") {
		actions = "s3:DeleteObject s3:DeleteObjectVersion"
	}
	g.need(need{actions: actions, on: on})
	g.need(need{actions: "s3:BypassGovernanceRetention", on: on, given: "BypassGovernanceRetention"})
}

// tableOrIndex allows a table or, where the call reads one of its indexes, that.
func (g *grants) tableOrIndex(action string) {
	if g.isGiven("IndexName") {
		g.need(need{actions: action, on: "dynamodb:table/<TableName>/index/<IndexName>"})
		return
	}
	on := "dynamodb:table/<TableName>"
	if g.given.computed {
		on += " dynamodb:table/<TableName>/index/*"
	}
	g.need(need{actions: action, on: on})
}

// requestItems allows the tables whose names are the keys of RequestItems.
func (g *grants) requestItems(action string) {
	found := g.given.at("RequestItems")
	if len(found) == 0 {
		g.missing("RequestItems")
	}
	for _, items := range found {
		if items.computed {
			g.allow(action).because(computedAtRunTime("RequestItems")).on(local("dynamodb", "table/"+anything))
		}
		for _, m := range items.members {
			item := *g
			item.given = data{members: []member{{"TableName", textData(m.name)}}}
			item.statements = nil
			item.need(need{actions: action, on: "dynamodb:table/<TableName>"})
			g.statements = append(g.statements, item.statements...)
		}
	}
}

// transactItems allows each of a transaction's parts.
func (g *grants) transactItems() {
	const items = "TransactItems"
	if !g.given.has(items) {
		g.missing(items)
		return
	}
	parts := map[string]string{"ConditionCheck": "dynamodb:ConditionCheckItem", "Delete": "dynamodb:DeleteItem",
		"Get": "dynamodb:GetItem", "Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem"}
	if g.resource.Action == "transactGetItems" {
		parts = map[string]string{"Get": parts["Get"]}
	} else {
		delete(parts, "Get")
	}
	for part, action := range parts {
		if path := items + "." + part; g.given.has(path) {
			g.need(need{actions: action, on: "dynamodb:table/<" + path + ".TableName>"})
		}
	}
}

// partiQL is a statement in the query language of Amazon DynamoDB.
var partiQL = regexp.MustCompile(`(?is)^\s*(select|insert|update|delete|exists)\b(?:.*?\bfrom\b|.*?\binto\b)?\s*["']?([\w.-]+)["']?(?:\.["']?([\w.-]+)["']?)?`)

// statementsAt allows the tables and indexes of PartiQL statements.
func (g *grants) statementsAt(path string) {
	texts, known := g.given.textsAt(path)
	if known == absent {
		g.missing(path)
	}
	actions := map[string]string{"select": "dynamodb:PartiQLSelect", "exists": "dynamodb:PartiQLSelect",
		"insert": "dynamodb:PartiQLInsert", "update": "dynamodb:PartiQLUpdate", "delete": "dynamodb:PartiQLDelete"}
	for _, text := range texts {
		parts := partiQL.FindStringSubmatch(text)
		if parts == nil {
			g.allow("dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate").
				because(computedAtRunTime(path)).on(local("dynamodb", "table/"+anything))
			continue
		}
		table := "table/" + parts[2]
		if parts[3] != "" {
			table += "/index/" + parts[3]
		}
		g.allow(actions[strings.ToLower(parts[1])]).on(local("dynamodb", table))
	}
}

// parameter allows parameters by their names, whose leading slash their ARNs lack.
func (g *grants) parameter(argument, action string) {
	names, known := g.given.textsAt(argument)
	if known == absent {
		g.missing(argument)
	}
	for _, name := range names {
		arn, ok := g.wholeARN(name)
		if !ok {
			name, _, _ = strings.Cut(strings.TrimPrefix(name, "/"), ":") // without version or label
			arn = local("ssm", "parameter/"+name)
		}
		g.allow(action).because(computedArguments(map[string]string{argument: arn})).on(arn)
	}
}

// parametersByPath allows a path, and what is below it.
func (g *grants) parametersByPath() {
	paths, known := g.given.textsAt("Path")
	if known == absent {
		g.missing("Path")
	}
	for _, path := range paths {
		at := strings.Trim(path, "/")
		below := local("ssm", "parameter/"+at+"/"+anything)
		if at == "" {
			below = local("ssm", "parameter/"+anything)
		}
		g.allow("ssm:GetParametersByPath").because(computedArguments(map[string]string{"Path": path})).on(local("ssm", "parameter/"+at), below)
	}
}

// secret allows a secret by its ARN or its name, to which the service adds a
// hyphen and six characters.
func (g *grants) secret(argument string, actions ...string) {
	ids, known := g.given.textsAt(argument)
	if known == absent {
		g.missing(argument)
	}
	for _, id := range ids {
		arn, ok := g.wholeARN(id)
		switch {
		case ok:
		case id == anything:
			arn = local("secretsmanager", "secret:"+anything)
		default:
			arn = local("secretsmanager", "secret:"+id+"-"+strings.Repeat(oneCharacter, 6))
		}
		g.allow(actions...).because(computedArguments(map[string]string{argument: id})).on(arn)
	}
}

func (g *grants) secretValues() {
	const action = "secretsmanager:BatchGetSecretValue"
	g.allow(action).onAny(action + noResourceTypes)
	if g.isGiven("SecretIdList") {
		g.secret("SecretIdList", "secretsmanager:GetSecretValue")
		return
	}
	g.allow("secretsmanager:GetSecretValue").because("Filters says which secrets they are").on(local("secretsmanager", "secret:"+anything))
	g.allow("secretsmanager:ListSecrets").onAny("secretsmanager:ListSecrets" + noResourceTypes)
}

// onKey allows an action on the key that the task names.
func onKey(action string) func(*grants) {
	return func(g *grants) {
		if !g.given.has("KeyId") { // kms:Decrypt finds it in what it decrypts
			g.allow(action).because("the ciphertext says which key it is").on(local("kms", "key/"+anything))
			return
		}
		g.onKeys("KeyId", "", action)
	}
}

// onKeys allows actions on the keys that an argument names by id, ARN or alias, if
// via is given only through that service. A key that is known by its alias is any key
// with that alias, since IAM knows keys by their ids alone.
func (g *grants) onKeys(argument, via string, actions ...string) {
	keys, _ := g.given.textsAt(argument)
	for _, key := range keys {
		p := g.allow(actions...).because(computedArguments(map[string]string{argument: key}))
		if via != "" {
			p = p.when("StringEquals", "kms:ViaService", via)
		}
		arn, whole := g.wholeARN(key)
		where, alias, ok := strings.Cut(arn, ":alias/")
		switch {
		case ok:
			p.because("IAM knows keys by their ids, not by aliases").
				when("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/"+alias).on(where + ":key/" + anything)
		case strings.HasPrefix(key, "alias/"):
			p.because("IAM knows keys by their ids, not by aliases").
				when("ForAnyValue:StringEquals", "kms:ResourceAliases", key).on(local("kms", "key/"+anything))
		case whole:
			p.on(arn)
		default:
			p.on(local("kms", "key/"+key))
		}
	}
}

// mail allows sending from an address, whose owner is verified by address or by
// domain.
func mail(action string) func(*grants) {
	return func(g *grants) {
		var identities []string
		from := "FromEmailAddress"
		if !g.given.has(from) {
			from = "Source"
		}
		senders, _ := g.given.textsAt(from)
		for _, sender := range senders {
			if _, address, ok := strings.Cut(sender, "<"); ok { // Somebody <address>
				sender = strings.TrimSuffix(address, ">")
			}
			identities = append(identities, local("ses", "identity/"+sender))
			if _, domain, ok := strings.Cut(sender, "@"); ok {
				identities = append(identities, local("ses", "identity/"+domain))
			}
		}
		why := computedArguments(map[string]string{from: strings.Join(identities, "")})
		if len(identities) == 0 {
			identities, why = []string{local("ses", "identity/"+anything)}, "the message says who sends it"
		}
		g.allow(action).because(why).on(identities...)
		g.need(need{actions: action, on: "ses:configuration-set/<ConfigurationSetName>", given: "ConfigurationSetName"})
		g.need(need{actions: action, on: "ses:template/<Content.Template.TemplateName>", given: "Content.Template.TemplateName"})
		g.need(need{actions: action, on: "ses:template/<Template>", given: "Template"})
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
	g.needs(passes("ServiceRoleArn", "ssm.amazonaws.com"))
}
