package stacks_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/internal/cfntest"
	"github.com/stepwise-go/stepwise/stacks"
)

func TestMain(m *testing.M) { cfntest.Main(m) }

func TestRDSSnapshot(t *testing.T) {
	template := cfntest.Synth(stacks.NewRDSSnapshot(cfntest.App(t, "..", false), "RDSSnapshot"))

	t.Run("template", func(t *testing.T) { template.Golden(t, "testdata/rdssnapshot.json") })

	t.Run("the database instance is a parameter, the state machine an output", func(t *testing.T) {
		template.HasParameter(jsii.String("DBInstanceIdentifier"), map[string]any{
			"Type":           "String",
			"AllowedPattern": assertions.Match_AnyValue(),
			"Default":        assertions.Match_Absent(),
		})
		template.HasOutput(jsii.String("StateMachineArn"), map[string]any{
			"Value": map[string]any{"Ref": assertions.Match_StringLikeRegexp(jsii.String("^Workflow"))},
		})
	})

	t.Run("no permission is wider than it need be", func(t *testing.T) {
		if wide := template.TooWide(); len(wide) > 0 {
			t.Errorf("too wide: %v", wide)
		}
	})

	t.Run("Step Functions assumes the role for this account alone", func(t *testing.T) {
		template.HasResourceProperties(jsii.String("AWS::IAM::Role"), map[string]any{
			"AssumeRolePolicyDocument": map[string]any{
				"Statement": []any{map[string]any{
					"Action":    "sts:AssumeRole",
					"Effect":    "Allow",
					"Principal": map[string]any{"Service": "states.amazonaws.com"},
					"Condition": map[string]any{
						"StringEquals": map[string]any{"aws:SourceAccount": map[string]any{"Ref": "AWS::AccountId"}},
						"ArnLike":      map[string]any{"aws:SourceArn": assertions.Match_AnyValue()},
					},
				}},
			},
		})
	})

	t.Run("every log has an end and outlives the stack", func(t *testing.T) {
		for name, logs := range template.Resources("AWS::Logs::LogGroup") {
			if logs["Properties"].(map[string]any)["RetentionInDays"] != 30.0 {
				t.Errorf("%s is not kept for 30 days: %v", name, logs)
			}
			if logs["DeletionPolicy"] != "Retain" || logs["UpdateReplacePolicy"] != "Retain" {
				t.Errorf("%s goes with the stack: %v", name, logs)
			}
		}
	})
}
