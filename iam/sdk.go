package iam

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sdkService says how the calls of one service, as the AWS SDK integrations name
// it, become permissions: those of actions, whose IAM action is the prefix and the
// API's name, on the resource that one argument names. (Service Authorization
// Reference, the page of the service: the actions whose resource types have that
// resource.)
type sdkService struct {
	prefix  string
	actions []string
	derive  func(g *grants, action string)
}

// sdkServices holds the services whose calls can be told. A call that is not in
// it is reported, and not guessed: its IAM action may have another name, or act on
// resources that the arguments do not name.
var sdkServices = map[string]sdkService{
	"dynamodb": {"dynamodb", words(`deleteItem describeTable describeTimeToLive getItem putItem query scan
		updateItem updateTable updateTimeToLive`), (*grants).sdkTable},
	"firehose": {"firehose", words(`describeDeliveryStream putRecord putRecordBatch`),
		named("DeliveryStreamName", name{"firehose", "deliverystream/"})},
	"kinesis": {"kinesis", words(`describeStream describeStreamSummary getShardIterator listShards putRecord putRecords`),
		named("StreamName", name{"kinesis", "stream/"})},
	"lambda": {"lambda", words(`getAlias getFunction getFunctionConfiguration listVersionsByFunction publishVersion
		putFunctionConcurrency updateAlias updateFunctionCode updateFunctionConfiguration`),
		named("FunctionName", name{"lambda", "function:"})},
	"secretsmanager": {"secretsmanager", words(`describeSecret getSecretValue listSecretVersionIds putSecretValue
		rotateSecret updateSecret updateSecretVersionStage`), (*grants).sdkSecret},
	"sfn": {"states", words(`describeStateMachine listExecutions listStateMachineVersions startExecution startSyncExecution`),
		named("StateMachineArn", name{"states", "stateMachine:"})},
	"sns": {"sns", words(`getTopicAttributes listSubscriptionsByTopic publish setTopicAttributes subscribe`),
		named("TopicArn", name{"sns", ""})},
	"sqs": {"sqs", words(`changeMessageVisibility deleteMessage getQueueAttributes purgeQueue receiveMessage sendMessage`),
		(*grants).sdkQueue},
	"ssm": {"ssm", words(`deleteParameter getParameter getParameterHistory labelParameterVersion putParameter`),
		(*grants).sdkParameter},
}

// sdkObjects are the calls on one object of Amazon S3, and sdkBuckets those on a
// bucket, with the IAM actions that they need.
var (
	sdkObjects = map[string][]string{
		"deleteObject":        {"s3:DeleteObject"},
		"deleteObjectTagging": {"s3:DeleteObjectTagging"},
		"getObject":           {"s3:GetObject"},
		"getObjectAttributes": {"s3:GetObject", "s3:GetObjectAttributes"},
		"getObjectTagging":    {"s3:GetObjectTagging"},
		"headObject":          {"s3:GetObject"},
		"putObject":           {"s3:PutObject"},
		"putObjectTagging":    {"s3:PutObjectTagging"},
		"restoreObject":       {"s3:RestoreObject"},
	}
	sdkBuckets = map[string][]string{
		"getBucketLocation":   {"s3:GetBucketLocation"},
		"getBucketVersioning": {"s3:GetBucketVersioning"},
		"headBucket":          {"s3:ListBucket"},
		"listObjectVersions":  {"s3:ListBucketVersions"},
		"listObjects":         {"s3:ListBucket"},
		"listObjectsV2":       {"s3:ListBucket"},
	}
)

func words(text string) []string { return strings.Fields(text) }

// sdkCall derives the permissions of an SDK call and reports whether it is one
// that can be told.
func (g *grants) sdkCall() bool {
	service, action := g.resource.Service, g.resource.Action
	switch {
	case service == "s3" && sdkObjects[action] != nil:
		g.sdkObject(sdkObjects[action])
	case service == "s3" && sdkBuckets[action] != nil:
		if bucket, ok := g.bucket("Bucket"); ok {
			g.allow(sdkBuckets[action]...).on(bucket)
		}
	case service == "lambda" && action == "invoke":
		g.lambdaInvoke()
	case slices.Contains(sdkServices[service].actions, action):
		s := sdkServices[service]
		first, size := utf8.DecodeRuneInString(action)
		s.derive(g, s.prefix+":"+string(unicode.ToUpper(first))+action[size:])
	default:
		return false
	}
	return true
}

// named derives what needs the one resource that an argument names.
func named(field string, n name) func(*grants, string) {
	return func(g *grants, action string) {
		if resource, ok := g.arn(n, field); ok {
			g.allow(action).on(resource)
		}
	}
}

// sdkTable allows the table and, where the call reads one of its indexes, that.
func (g *grants) sdkTable(action string) {
	table, ok := g.arn(name{"dynamodb", "table/"}, "TableName")
	if !ok {
		return
	}
	switch index, known := argument(g.task, "IndexName"); known {
	case literal:
		g.allow(action).on(table + "/index/" + index)
	case dynamic:
		g.allow(action).on(table + "/index/*")
	default:
		g.allow(action).on(table)
	}
}

func (g *grants) sdkQueue(action string) {
	if queue, ok := g.queueArgument(); ok {
		g.allow(action).on(queue)
	}
}

// sdkParameter allows a parameter by its name, whose leading slash its ARN lacks.
func (g *grants) sdkParameter(action string) {
	text, known := argument(g.task, "Name")
	if known != literal {
		g.untold(known, "Name")
		return
	}
	parameter, _, _ := strings.Cut(strings.TrimPrefix(text, "/"), ":") // without version or label
	g.allow(action).on(g.arnOf(name{"ssm", "parameter/"}, parameter))
}

// sdkSecret allows a secret by its ARN or its name, to which the service adds a
// hyphen and six characters.
func (g *grants) sdkSecret(action string) {
	secret, ok := g.arn(name{"secretsmanager", "secret:"}, "SecretId")
	if !ok {
		return
	}
	if text, _ := argument(g.task, "SecretId"); !strings.HasPrefix(text, "arn:") && !strings.HasPrefix(text, "${") {
		secret += "-??????"
	}
	g.allow(action).on(secret)
}

// sdkObject allows an object: by its key if the definition tells it, else all of
// the bucket's.
func (g *grants) sdkObject(actions []string) {
	bucket, ok := g.bucket("Bucket")
	if !ok {
		return
	}
	key, known := argument(g.task, "Key")
	switch known {
	case absent:
		g.untold(absent, "Key")
	case dynamic:
		g.allow(actions...).on(bucket + "/*")
	default:
		g.allow(actions...).on(bucket + "/" + key)
	}
}

// bucket returns the ARN of the bucket that an argument names.
func (g *grants) bucket(field string) (string, bool) {
	text, known := argument(g.task, field)
	if known != literal {
		g.untold(known, field)
		return "", false
	}
	if p, ok := g.machine.Placeholder(text); ok {
		return p.With("Arn").String(), true
	}
	return "arn:${AWS::Partition}:s3:::" + text, true
}
