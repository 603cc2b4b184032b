package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/internal/cfntest"
	"github.com/stepwise-go/stepwise/stacks"
)

func TestSensorIngest(t *testing.T) {
	template := cfntest.Synth(stacks.NewSensorIngest(cfntest.App(t, "..", false), "SensorIngest"))

	t.Run("template", func(t *testing.T) { template.Golden(t, "testdata/sensoringest.json") })
	t.Run("security", func(t *testing.T) { secure(t, template) })

	t.Run("addresses are parameters, what was made is an output", func(t *testing.T) {
		for _, name := range []string{"SenderAddress", "RecipientAddresses"} {
			template.HasParameter(&name, map[string]any{
				"Type": "String", "AllowedPattern": assertions.Match_AnyValue(), "Default": assertions.Match_Absent(),
			})
		}
		for _, name := range []string{"BucketName", "TableName", "StateMachineArn", "DeadLettersUrl"} {
			template.HasOutput(&name, map[string]any{"Value": assertions.Match_AnyValue()})
		}
	})

	t.Run("what the workflow writes does not start it", func(t *testing.T) {
		for _, rule := range template.Resources("AWS::Events::Rule") {
			detail := rule["Properties"].(map[string]any)["EventPattern"].(map[string]any)["detail"].(map[string]any)
			want := map[string]any{"key": []any{map[string]any{
				"anything-but": map[string]any{"prefix": []any{"processed/", "rejected/", "conflicts/"}},
			}}}
			if diff := cmp.Diff(want, detail["object"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
	})

	t.Run("the rule starts this workflow and no other, and keeps what it could not start", func(t *testing.T) {
		template.HasResourceProperties(jsii.String("AWS::Events::Rule"), map[string]any{
			"Targets": []any{map[string]any{
				"Arn":              map[string]any{"Ref": assertions.Match_StringLikeRegexp(jsii.String("^Workflow"))},
				"DeadLetterConfig": map[string]any{"Arn": assertions.Match_AnyValue()},
				"RetryPolicy":      map[string]any{"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
			}},
		})
	})

	t.Run("each function may do what it does", func(t *testing.T) {
		want := map[string][]string{
			"ProcessFile": {"dynamodb:BatchWriteItem", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutObject"},
			"MoveFile": {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion",
				"s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutObject", "s3:PutObjectTagging"},
			"SendSummary": {"ses:SendEmail"},
			"OnUpload":    {"states:StartExecution"},
		}
		for name, actions := range want {
			if diff := cmp.Diff(actions, actionsOf(template, name)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", name, diff)
			}
		}
	})

	t.Run("objects are written under the workflow's own prefixes alone", func(t *testing.T) {
		for _, s := range template.Statements() {
			for _, r := range s.Resources {
				text := fmt.Sprint(r)
				own := strings.Contains(text, "/processed/*") || strings.Contains(text, "/rejected/*") || strings.Contains(text, "/conflicts/*")
				if slices.Contains(s.Actions, "s3:PutObject") && !own {
					t.Errorf("%s may write %s", s.Of, text)
				}
			}
		}
	})

	t.Run("e-mails come from one address", func(t *testing.T) {
		for _, s := range template.Statements() {
			if !slices.Contains(s.Actions, "ses:SendEmail") {
				continue
			}
			want := map[string]any{"StringEquals": map[string]any{"ses:FromAddress": map[string]any{"Ref": "SenderAddress"}}}
			if diff := cmp.Diff(any(want), s.Condition); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
	})
}

// actionsOf returns what the role of that construct may do besides writing logs
// and traces, sorted.
func actionsOf(template cfntest.Template, construct string) []string {
	var actions []string
	for _, s := range template.Statements() {
		for _, a := range s.Actions {
			if strings.HasPrefix(s.Of, construct) && !strings.HasPrefix(a, "logs:") && !strings.HasPrefix(a, "xray:") {
				actions = append(actions, a)
			}
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// secure reports what of the template is open, unencrypted, wider than it need be,
// or goes with the stack though it holds data.
func secure(t *testing.T, template cfntest.Template) {
	t.Helper()
	if wide := template.TooWide(); len(wide) > 0 {
		t.Errorf("too wide: %v", wide)
	}
	for _, kind := range []string{"AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::Logs::LogGroup", "AWS::SQS::Queue"} {
		for name, r := range template.Resources(kind) {
			if r["DeletionPolicy"] != "Retain" || r["UpdateReplacePolicy"] != "Retain" {
				t.Errorf("%s goes with the stack", name)
			}
		}
	}
	for name, b := range template.Resources("AWS::S3::Bucket") {
		p := b["Properties"].(map[string]any)
		want := map[string]any{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}
		if diff := cmp.Diff(any(want), p["PublicAccessBlockConfiguration"]); diff != "" {
			t.Errorf("%s is open: -want +got:\n%s", name, diff)
		}
		if p["BucketEncryption"] == nil || p["LifecycleConfiguration"] == nil || fmt.Sprint(p["VersioningConfiguration"]) != "map[Status:Enabled]" {
			t.Errorf("%s lacks encryption, versions or their end: %v", name, p)
		}
		onlyTLS(t, template, "AWS::S3::BucketPolicy", "Bucket", name)
	}
	for name := range template.Resources("AWS::SQS::Queue") {
		onlyTLS(t, template, "AWS::SQS::QueuePolicy", "Queues", name)
	}
	for name, logs := range template.Resources("AWS::Logs::LogGroup") {
		if logs["Properties"].(map[string]any)["RetentionInDays"] != 30.0 {
			t.Errorf("%s is not kept for 30 days: %v", name, logs)
		}
	}
	for name, table := range template.Resources("AWS::DynamoDB::GlobalTable") {
		if text := fmt.Sprint(table["Properties"]); !strings.Contains(text, "SSEEnabled:true") ||
			!strings.Contains(text, "PointInTimeRecoveryEnabled:true") || !strings.Contains(text, "DeletionProtectionEnabled:true") {
			t.Errorf("%s lacks encryption, recovery or protection: %s", name, text)
		}
	}
}

// onlyTLS reports a resource whose policy, found by a property that names it,
// denies nothing to who comes without TLS.
func onlyTLS(t *testing.T, template cfntest.Template, kind, property, resource string) {
	t.Helper()
	for _, policy := range template.Resources(kind) {
		p := policy["Properties"].(map[string]any)
		text := fmt.Sprint(p["PolicyDocument"])
		if strings.Contains(fmt.Sprint(p[property]), resource) &&
			strings.Contains(text, "Condition:map[Bool:map[aws:SecureTransport:false]] Effect:Deny") {
			return
		}
	}
	t.Errorf("%s takes requests without TLS", resource)
}
