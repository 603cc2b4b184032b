package iam

import "strings"

// sdkActions derive IAM actions that need more than themselves or whose resources are
// named in a way of their own, whichever call needs them.
var sdkActions = map[string]func(*grants){
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

// sdkCalls do so for calls.
var sdkCalls = callsByHand()

func callsByHand() map[string]func(*grants) {
	calls := map[string]func(*grants){
		"dynamodb:batchExecuteStatement":     func(g *grants) { g.statementsAt("Statements.Statement") },
		"dynamodb:batchGetItem":              func(g *grants) { g.requestItems("dynamodb:BatchGetItem") },
		"dynamodb:batchWriteItem":            func(g *grants) { g.requestItems("dynamodb:BatchWriteItem") },
		"dynamodb:executeStatement":          func(g *grants) { g.statementsAt("Statement") },
		"dynamodb:executeTransaction":        func(g *grants) { g.statementsAt("TransactStatements.Statement") },
		"dynamodb:query":                     func(g *grants) { g.tableOrIndex("dynamodb:Query") },
		"dynamodb:scan":                      func(g *grants) { g.tableOrIndex("dynamodb:Scan") },
		"dynamodb:transactGetItems":          (*grants).transactItems,
		"dynamodb:transactWriteItems":        (*grants).transactItems,
		"s3:copyObject":                      (*grants).copyObject,
		"s3:createMultipartUpload":           (*grants).putObject,
		"s3:putObject":                       (*grants).putObject,
		"s3:uploadPartCopy":                  (*grants).copyObject,
		"s3:deleteObjects":                   (*grants).deleteObjects,
		"secretsmanager:batchGetSecretValue": (*grants).secretValues,
		"secretsmanager:createSecret":        func(g *grants) { g.secret("Name", "secretsmanager:CreateSecret") },
		"ssm:getParametersByPath":            (*grants).parametersByPath,
	}
	for call, actions := range objectCalls {
		calls["s3:"+call] = func(g *grants) { g.object(actions) }
	}
	for call, action := range bucketCalls {
		calls["s3:"+call] = func(g *grants) { g.need(need{actions: action, on: "s3:::<Bucket>"}) }
	}
	for call := range strings.FieldsSeq(`changeMessageVisibility deleteMessage deleteQueue getQueueAttributes
		listDeadLetterSourceQueues listQueueTags purgeQueue receiveMessage sendMessage setQueueAttributes tagQueue untagQueue`) {
		calls["sqs:"+call] = func(g *grants) { g.onQueue("sqs:" + upper(call)) }
	}
	for batch, action := range map[string]string{
		"changeMessageVisibilityBatch": "sqs:ChangeMessageVisibility", "deleteMessageBatch": "sqs:DeleteMessage", "sendMessageBatch": "sqs:SendMessage",
	} {
		calls["sqs:"+batch] = func(g *grants) { g.onQueue(action) }
	}
	for call, argument := range map[string]string{
		"deleteParameter": "Name", "deleteParameters": "Names", "getParameter": "Name", "getParameterHistory": "Name",
		"getParameters": "Names", "labelParameterVersion": "Name", "putParameter": "Name", "unlabelParameterVersion": "Name",
	} {
		calls["ssm:"+call] = func(g *grants) { g.parameter(argument, "ssm:"+upper(call)) }
	}
	for call := range strings.FieldsSeq(`cancelRotateSecret deleteResourcePolicy deleteSecret describeSecret getResourcePolicy
		getSecretValue listSecretVersionIds putResourcePolicy putSecretValue restoreSecret rotateSecret tagResource
		untagResource updateSecret updateSecretVersionStage`) {
		calls["secretsmanager:"+call] = func(g *grants) { g.secret("SecretId", "secretsmanager:"+upper(call)) }
	}
	for call := range strings.FieldsSeq(`decrypt describeKey encrypt generateDataKey generateDataKeyWithoutPlaintext generateDataKeyPair
		generateDataKeyPairWithoutPlaintext generateMac getPublicKey sign verify verifyMac`) {
		calls["kms:"+call] = onKey("kms:" + upper(call))
	}
	return calls
}

func upper(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
