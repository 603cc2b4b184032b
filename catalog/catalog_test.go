package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/catalog"
)

func TestActionsHaveTheirNamesInARNs(t *testing.T) {
	for _, name := range strings.Fields(`s3:getObject s3:listObjectsV2 dynamodb:putItem dynamodb:batchWriteItem
		rds:describeDBInstances sfn:startSyncExecution cloudwatchlogs:getQueryResults eventbridge:putEvents
		cognitoidentityprovider:adminGetUser bedrockruntime:converse emrserverless:startJobRun ec2:describeInstances
		config:putEvaluations databasemigration:startReplicationTask sesv2:sendEmail wafv2:updateIPSet kms:encrypt
		apigatewayv2:getApis lambda:invoke secretsmanager:listSecrets ssm:getParameter efs:describeFileSystems`) {
		service, action, _ := strings.Cut(name, ":")
		a, ok := catalog.Lookup(service, action)
		if !ok || a.Service != service || a.Name != action || a.Input.Kind() != catalog.Structure || a.Output.Kind() != catalog.Structure {
			t.Errorf("%s: got %+v, %v", name, a, ok)
		}
	}
}

func TestWhatThereIsNot(t *testing.T) {
	for _, name := range strings.Fields(`s3:nope nosuch:thing states:startExecution dynamodb:PutItem dynamodb: : dynamodb:getItem.sync
		s3:selectObjectContent lexruntimev2:startConversation bedrockruntime:converseStream cloudwatchlogs:startLiveTail`) {
		service, action, _ := strings.Cut(name, ":")
		if a, ok := catalog.Lookup(service, action); ok {
			t.Errorf("%s: got %+v", name, a)
		}
	}
}

func TestMembers(t *testing.T) {
	tests := []struct {
		action, path string
		kind         catalog.Kind
		required     bool
	}{
		{"dynamodb:putItem", "TableName", catalog.String, true},
		{"dynamodb:putItem", "Item", catalog.Map, true},
		{"dynamodb:putItem", "Item.*.Nul", catalog.Boolean, false},
		{"dynamodb:putItem", "Item.*.M.*.L.*.Bool", catalog.Boolean, false},
		{"dynamodb:putItem", "Item.*.BOOL", catalog.None, false},
		{"rds:createDBSnapshot", "DbInstanceIdentifier", catalog.String, true},
		{"rds:createDBSnapshot", "DBInstanceIdentifier", catalog.None, false},
		{"s3:putObject", "Body", catalog.Blob, false},
		{"s3:putObject", "SsekmsKeyId", catalog.String, false},
		{"s3:putObject", "Metadata.*", catalog.String, false},
		{"ecs:runTask", "NetworkConfiguration.AwsvpcConfiguration.Subnets.*", catalog.String, false},
		{"ec2:runInstances", "MaxCount", catalog.Integer, true},
		{"ec2:runInstances", "ClientToken", catalog.String, false},
		{"cloudwatch:putMetricAlarm", "Threshold", catalog.Float, false},
		{"scheduler:createSchedule", "StartDate", catalog.Timestamp, false},
		{"bedrockruntime:converse", "AdditionalModelRequestFields", catalog.Any, false},
		{"lambda:invoke", "Payload", catalog.Blob, false},
	}
	for _, tt := range tests {
		service, name, _ := strings.Cut(tt.action, ":")
		a, _ := catalog.Lookup(service, name)
		if m := at(a.Input, tt.path); m.Shape.Kind() != tt.kind || m.Required != tt.required {
			t.Errorf("%s %s: got %v, %v, want %v, %v", tt.action, tt.path, m.Shape.Kind(), m.Required, tt.kind, tt.required)
		}
	}
}

// at follows a path of members, in which * stands for an element.
func at(s catalog.Shape, path string) catalog.Member {
	m := catalog.Member{Shape: s}
	for name := range strings.SplitSeq(path, ".") {
		if name == "*" {
			m = catalog.Member{Shape: m.Shape.Elem()}
		} else {
			m, _ = m.Shape.Member(name)
		}
	}
	return m
}

func TestErrors(t *testing.T) {
	for name, want := range map[string]string{
		"dynamodb:putItem":              "DynamoDb.ConditionalCheckFailedException",
		"s3:getObject":                  "S3.NoSuchKeyException",
		"sfn:startExecution":            "Sfn.ExecutionAlreadyExistsException",
		"rds:describeDBInstances":       "Rds.DbInstanceNotFoundException",
		"kinesis:putRecord":             "Kinesis.KmsAccessDeniedException",
		"cloudwatchlogs:getLogEvents":   "CloudWatchLogs.ResourceNotFoundException",
		"secretsmanager:getSecretValue": "SecretsManager.ResourceNotFoundException",
	} {
		service, action, _ := strings.Cut(name, ":")
		a, _ := catalog.Lookup(service, action)
		if got := a.Errors(); !slices.Contains(got, want) {
			t.Errorf("%s: got %v, want %s among them", name, got, want)
		}
	}
}
