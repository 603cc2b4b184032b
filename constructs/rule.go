package constructs

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/iam"
)

// UploadRuleProps says which objects an [UploadRule] is about, and what it starts.
type UploadRuleProps struct {
	Bucket   awss3.IBucket // which sends its events to EventBridge, as a [PrivateBucket] with Events does
	Workflow *Workflow
	Except   []string // what the keys of objects begin with that start nothing
}

// UploadRule starts an execution of a workflow for each object that is created in
// a bucket. The execution's input is the event "Object Created" of Amazon S3.
//
// EventBridge tries for a day to start it, 185 times at most, with a role that may
// start this workflow and do nothing else. Events whose execution could not be
// started go to DeadLetters, where they stay for two weeks.
type UploadRule struct {
	awsevents.CfnRule
	DeadLetters awssqs.Queue
}

const (
	maxEventAge   = 24 * time.Hour // the most that EventBridge allows
	maxEventTries = 185            // the same
	deadLetterAge = 14             // days, the most that SQS allows
)

// NewUploadRule adds a rule to the scope.
func NewUploadRule(scope constructs.Construct, id string, props *UploadRuleProps) *UploadRule {
	here := constructs.NewConstruct(scope, &id)
	dead := awssqs.NewQueue(here, jsii.String("DeadLetters"), &awssqs.QueueProps{
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(deadLetterAge)),
		RemovalPolicy:   awscdk.RemovalPolicy_RETAIN,
	})
	role := awsiam.NewRole(here, jsii.String("Role"), &awsiam.RoleProps{AssumedBy: rulesOfThisAccount()})
	Allow(role, iam.Statement{
		Actions:   []string{"states:StartExecution"},
		Resources: []string{*props.Workflow.StateMachineArn()},
	})
	rule := awsevents.NewCfnRule(here, jsii.String("Resource"), &awsevents.CfnRuleProps{
		Description:  jsii.String("Starts a workflow for every object that is uploaded"),
		EventPattern: uploads(*props.Bucket.BucketName(), props.Except),
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id:               jsii.String("Workflow"),
			Arn:              props.Workflow.StateMachineArn(),
			RoleArn:          role.RoleArn(),
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: dead.QueueArn()},
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(maxEventAge.Seconds()),
				MaximumRetryAttempts:     jsii.Number(maxEventTries),
			},
		}},
	})
	dead.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{dead.QueueArn()},
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": rule.AttrArn()}},
	}))
	return &UploadRule{CfnRule: rule, DeadLetters: dead}
}

func uploads(bucket string, except []string) map[string]any {
	detail := map[string]any{"bucket": map[string]any{"name": []any{bucket}}}
	if len(except) > 0 {
		// One matcher with all prefixes: of several it would be enough to match one.
		unlike := map[string]any{"anything-but": map[string]any{"prefix": except}}
		detail["object"] = map[string]any{"key": []any{unlike}}
	}
	return map[string]any{
		"source":      []any{"aws.s3"},
		"detail-type": []any{"Object Created"},
		"detail":      detail,
	}
}

// rulesOfThisAccount is EventBridge on behalf of a rule of the account and Region
// that the stack is deployed to. (Of this one rule it cannot be: the role would
// have to be known before the rule and the rule before the role.)
func rulesOfThisAccount() awsiam.IPrincipal {
	rules := "arn:" + *awscdk.Aws_PARTITION() + ":events:" + *awscdk.Aws_REGION() + ":" + *awscdk.Aws_ACCOUNT_ID() + ":rule/*"
	return awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Aws_ACCOUNT_ID()},
			"ArnLike":      map[string]any{"aws:SourceArn": rules},
		},
	})
}
