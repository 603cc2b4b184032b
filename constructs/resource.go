package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/tasks"
)

// Where a parameter below is an interface of a few methods, the CDK's construct of
// that kind has them; naming its type would link one more of the CDK's larger
// packages into every app.

// attrs are a resource's attributes by [asl.Placeholder].Attr.
type attrs map[string]*string

func resource(kind, handle string, attributes attrs) Binding {
	b := Binding{kind: kind, handle: handle, attrs: make(map[string]string, len(attributes))}
	for name, v := range attributes {
		b.attrs[name] = *v
	}
	return b
}

// Lambda binds a handle of a Lambda function. The function may be a version or an
// alias; the workflow may then invoke exactly that.
func Lambda[In, Out any](h dsl.Function[In, Out], f awslambda.IFunction) Binding {
	b := resource("lambda", string(h), attrs{"Arn": f.FunctionArn()})
	if version, ok := f.(awslambda.IVersion); ok {
		// Executions that are under way when a new version is deployed go on
		// calling the one that they began with.
		b.allow = []iam.Statement{{
			Actions:   []string{"lambda:InvokeFunction"},
			Resources: []string{*version.Lambda().FunctionArn() + ":*"},
		}}
	}
	return b
}

// Activity binds a handle of an activity.
func Activity[In, Out any](h tasks.Activity[In, Out], a awsstepfunctions.IActivity) Binding {
	return resource("activity", string(h), attrs{"Arn": a.ActivityArn()})
}

// StateMachine binds a handle of a state machine, such as a [Workflow].
func StateMachine[In, Out any](h tasks.StateMachine[In, Out], m awsstepfunctions.IStateMachine) Binding {
	const name = 6 // arn:partition:states:region:account:stateMachine:name
	parts := awscdk.Fn_Split(jsii.String(":"), m.StateMachineArn(), nil)
	return resource("stateMachine", string(h), attrs{
		"Arn":  m.StateMachineArn(),
		"Name": awscdk.Fn_Select(jsii.Number(name), parts),
	})
}

// Queue binds a handle of an Amazon SQS queue. If the queue is encrypted with a KMS
// key, the workflow may use that key through SQS.
func Queue(h tasks.Queue, q awssqs.IQueue) Binding {
	b := resource("queue", string(h), attrs{"Url": q.QueueUrl(), "Arn": q.QueueArn()})
	b.allow = through("sqs", q.EncryptionMasterKey(), "kms:Decrypt", "kms:GenerateDataKey")
	return b
}

// Topic binds a handle of an Amazon SNS topic. If the topic is encrypted with a KMS
// key, the workflow may use that key through SNS.
func Topic(h tasks.Topic, t awssns.ITopic) Binding {
	b := resource("topic", string(h), attrs{"Arn": t.TopicArn()})
	b.allow = through("sns", t.MasterKey(), "kms:Decrypt", "kms:GenerateDataKey")
	return b
}

// Table binds a handle of an Amazon DynamoDB table, an awsdynamodb.ITable. If the
// table is encrypted with a KMS key, the workflow may use that key through
// DynamoDB.
func Table(h tasks.Table, t interface {
	TableArn() *string
	TableName() *string
	EncryptionKey() awskms.IKey
}) Binding {
	b := resource("table", string(h), attrs{"Name": t.TableName(), "Arn": t.TableArn()})
	b.allow = through("dynamodb", t.EncryptionKey(), "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt",
		"kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
	return b
}

// Bucket binds a handle of an Amazon S3 bucket. If the bucket is encrypted with a
// KMS key, the workflow may use that key through S3.
func Bucket(h tasks.Bucket, b awss3.IBucket) Binding {
	binding := resource("bucket", string(h), attrs{"Name": b.BucketName(), "Arn": b.BucketArn()})
	binding.allow = through("s3", b.EncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey")
	return binding
}

// through allows a key for what a service does with it on behalf of the workflow.
// Without a key there is nothing to allow.
func through(service string, key awskms.IKey, actions ...string) []iam.Statement {
	if key == nil {
		return nil
	}
	return []iam.Statement{{
		Actions:   actions,
		Resources: []string{*key.KeyArn()},
		Conditions: []iam.Condition{{
			Operator: "StringEquals", Key: "kms:ViaService", Value: service + ".${AWS::Region}.${AWS::URLSuffix}",
		}},
	}}
}

// Bus binds a handle of an Amazon EventBridge event bus.
func Bus(h tasks.Bus, b awsevents.IEventBus) Binding {
	return resource("bus", string(h), attrs{"Name": b.EventBusName(), "Arn": b.EventBusArn()})
}

// Connection binds a handle of an Amazon EventBridge connection.
func Connection(h tasks.Connection, c awsevents.IConnection) Binding {
	return resource("connection", string(h), attrs{"Arn": c.ConnectionArn(), "SecretArn": c.ConnectionSecretArn()})
}

// Cluster binds a handle of an Amazon ECS cluster, an awsecs.ICluster.
func Cluster(h tasks.Cluster, c interface {
	ClusterArn() *string
	ClusterName() *string
}) Binding {
	return resource("cluster", string(h), attrs{"Arn": c.ClusterArn(), "Name": c.ClusterName()})
}

// TaskDefinition binds a handle of an Amazon ECS task definition, an
// awsecs.ITaskDefinition to which all containers have been added: its execution
// role may follow from them.
func TaskDefinition(h tasks.TaskDefinition, t interface {
	TaskDefinitionArn() *string
	TaskRole() awsiam.IRole
	ExecutionRole() awsiam.IRole
}) Binding {
	execution := t.ExecutionRole()
	if execution == nil {
		execution = t.TaskRole()
	}
	return resource("taskDefinition", string(h), attrs{
		"Arn":              t.TaskDefinitionArn(),
		"TaskRoleArn":      t.TaskRole().RoleArn(),
		"ExecutionRoleArn": execution.RoleArn(),
	})
}

// Network binds a handle of a network to the subnets and the security groups that
// tasks run in, at least one of each.
func Network(h tasks.Network, subnets []awsec2.ISubnet, groups ...awsec2.ISecurityGroup) Binding {
	b := resource("network", string(h), nil)
	b.lists = make(map[string][]string)
	for _, s := range subnets {
		b.lists["Subnets"] = append(b.lists["Subnets"], *s.SubnetId())
	}
	for _, g := range groups {
		b.lists["SecurityGroups"] = append(b.lists["SecurityGroups"], *g.SecurityGroupId())
	}
	return b
}

// JobQueue binds a handle of an AWS Batch job queue, an awsbatch.IJobQueue.
func JobQueue(h tasks.JobQueue, q interface{ JobQueueArn() *string }) Binding {
	return resource("jobQueue", string(h), attrs{"Arn": q.JobQueueArn()})
}

// JobDefinition binds a handle of an AWS Batch job definition, an
// awsbatch.IJobDefinition.
func JobDefinition(h tasks.JobDefinition, d interface{ JobDefinitionArn() *string }) Binding {
	return resource("jobDefinition", string(h), attrs{"Arn": d.JobDefinitionArn()})
}

// Role binds a handle of an IAM role.
func Role(h tasks.Role, r awsiam.IRole) Binding {
	return resource("role", string(h), attrs{"Arn": r.RoleArn(), "Name": r.RoleName()})
}
