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

func TestPermissions(t *testing.T) {
	for name, want := range map[string]string{
		"dynamodb:getItem":                     "dynamodb:GetItem",
		"dynamodb:transactGetItems":            "dynamodb:GetItem",
		"s3:listObjectsV2":                     "s3:ListBucket",
		"s3:headObject":                        "s3:GetObject",
		"s3:copyObject":                        "s3:GetObject s3:PutObject",
		"lambda:invoke":                        "lambda:InvokeFunction",
		"sfn:startExecution":                   "states:StartExecution",
		"eventbridge:putEvents":                "events:PutEvents",
		"cloudwatchlogs:putLogEvents":          "logs:PutLogEvents",
		"costexplorer:getCostAndUsage":         "ce:GetCostAndUsage",
		"bedrockruntime:converse":              "bedrock:InvokeModel",
		"cognitoidentityprovider:adminGetUser": "cognito-idp:AdminGetUser",
		"rdsdata:executeStatement":             "rds-data:ExecuteStatement",
		"sesv2:sendEmail":                      "ses:SendEmail",
		"apigatewayv2:getApis":                 "apigateway:GET",
		"apigateway:createDeployment":          "apigateway:POST",
		"iotdataplane:publish":                 "iot:Publish",
		"s3control:createJob":                  "s3:CreateJob",
		"s3control:putBucketPolicy":            "s3-outposts:PutBucketPolicy",
		"cloudfront:createInvalidation":        "cloudfront:CreateInvalidation",
		"kms:reEncrypt":                        "kms:ReEncryptFrom kms:ReEncryptTo",
		"codecatalyst:createProject":           "", // not known
	} {
		service, action, _ := strings.Cut(name, ":")
		a, _ := catalog.Lookup(service, action)
		var got []string
		for _, p := range a.Permissions() {
			got = append(got, p.Action)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s needs %q, want %q", name, got, want)
		}
	}
}

func TestWhatAPermissionMayBeLimitedTo(t *testing.T) {
	a, _ := catalog.Lookup("dynamodb", "getItem")
	p := a.Permissions()[0]
	want := catalog.Resource{Type: "table", ARN: "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}", Required: true}
	if !slices.Contains(p.Resources, want) || !slices.Contains(p.Keys, "dynamodb:LeadingKeys") || p.Access != catalog.Read {
		t.Errorf("got %+v", p)
	}
	list, _ := catalog.LookupPermission("s3:ListAllMyBuckets")
	if len(list.Resources) != 0 || list.Access != catalog.ListAccess {
		t.Errorf("got %+v", list)
	}
	ecs, _ := catalog.LookupPermission("ECS:createservice")
	if ecs.Action != "ecs:CreateService" {
		t.Errorf("got %+v", ecs)
	}
	for _, name := range []string{"", ":", "s3", "s3:", "nosuch:Thing", "s3:NoSuchThing"} {
		if p, ok := catalog.LookupPermission(name); ok {
			t.Errorf("%q: got %+v", name, p)
		}
	}
	for action, want := range map[string]catalog.Access{
		"s3:PutObject": catalog.Write, "s3:PutBucketPolicy": catalog.PermissionsManagement, "sqs:TagQueue": catalog.Tagging,
	} {
		if p, _ := catalog.LookupPermission(action); p.Access != want {
			t.Errorf("%s is %v, want %v", action, p.Access, want)
		}
	}
}

func TestWhatOnlyReads(t *testing.T) {
	for name, want := range map[string]bool{
		"dynamodb:getItem": true, "s3:listObjectsV2": true, "ec2:describeInstances": true,
		"dynamodb:putItem": false, "sqs:sendMessage": false, "codecatalyst:createProject": false,
	} {
		service, action, _ := strings.Cut(name, ":")
		if a, _ := catalog.Lookup(service, action); a.ReadOnly() != want {
			t.Errorf("%s only reads: %v", name, !want)
		}
	}
}

func TestServices(t *testing.T) {
	logs, ok := catalog.LookupService("cloudwatchlogs")
	if want := (catalog.Service{Name: "cloudwatchlogs", ErrorPrefix: "CloudWatchLogs", IAMPrefix: "logs", ID: "CloudWatch Logs"}); !ok || logs != want {
		t.Errorf("got %+v, want %+v", logs, want)
	}
	gone, ok := catalog.LookupService("lookoutvision")
	if !ok || !gone.Retired || gone.ErrorPrefix != "LookoutVision" {
		t.Errorf("got %+v, %v", gone, ok)
	}
	if s, ok := catalog.LookupService("nosuch"); ok {
		t.Errorf("got %+v", s)
	}
	for name, want := range map[string]bool{"iotdataplane": true, "s3vectors": true, "s3": false, "memorydb": false} {
		if s, ok := catalog.LookupService(name); !ok || s.Unlisted != want {
			t.Errorf("got %+v, %v", s, ok)
		}
	}
	all := catalog.Services()
	if len(all) < 400 || !slices.IsSorted(all) || slices.Contains(all, "lookoutvision") {
		t.Errorf("%d services, %v", len(all), all)
	}
	actions := catalog.Actions("sqs")
	if !slices.IsSorted(actions) || !slices.Contains(actions, "sendMessage") {
		t.Errorf("sqs has %v", actions)
	}
	if got := catalog.Actions("nosuch"); got != nil {
		t.Errorf("a service that there is not has %v", got)
	}
}

func TestDidYouMean(t *testing.T) {
	for name, want := range map[string]string{
		"states": "sfn", "Logs": "cloudwatchlogs", "events": "eventbridge", "dynamdb": "dynamodb", "DynamoDB": "dynamodb",
		"emr-containers": "emrcontainers", "step-functions": "sfn", "xyzzyplugh": "",
	} {
		if got := catalog.NearestService(name); got != want {
			t.Errorf("of %s it says %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"getobject": "getObject", "GetObject": "getObject", "listObjectV2": "listObjectsV2", "frobnicate": ""} {
		if got := catalog.NearestAction("s3", name); got != want {
			t.Errorf("of %s it says %q, want %q", name, got, want)
		}
	}
	if got := catalog.NearestOptimizedService("dynamo-db"); got != "dynamodb" {
		t.Errorf("it says %q", got)
	}
	if got := catalog.NearestOptimizedAction("ecs", "runtask"); got != "runTask" {
		t.Errorf("it says %q", got)
	}
}

func TestShapesOfEachKind(t *testing.T) {
	put, _ := catalog.Lookup("s3", "putObject")
	acl := at(put.Input, "ACL")
	if acl.Shape.Kind() == catalog.None {
		acl = at(put.Input, "Acl")
	}
	if got := acl.Shape.Enum(); !slices.Contains(got, "public-read") {
		t.Errorf("an ACL is one of %q", got)
	}
	name := at(put.Input, "Key").Shape
	if least, _, ok := name.Bounds(); !ok || least != 1 {
		t.Errorf("a key has at least %v, %v", least, ok)
	}
	table, _ := catalog.Lookup("dynamodb", "putItem")
	if least, greatest, ok := at(table.Input, "TableName").Shape.Bounds(); !ok || least != 1 || greatest != 1024 {
		t.Errorf("a table's name has %v to %v, %v", least, greatest, ok)
	}
	item := at(table.Input, "Item").Shape
	if item.Key().Kind() != catalog.String || item.Enum() != nil || item.Members() != nil || item.Nearest("S") != "" {
		t.Error("a map has not what a map has")
	}
	retrieve, _ := catalog.Lookup("bedrockagent", "createDataSource")
	if k := at(retrieve.Input, "DataSourceConfiguration").Shape.Kind(); k != catalog.Structure {
		t.Errorf("a data source is a %v", k)
	}
	var none catalog.Shape
	if none.Kind() != catalog.None || none.Members() != nil || none.Enum() != nil || none.Elem() != none || none.Key() != none || none.Scalar() {
		t.Error("the zero shape has something")
	}
	if _, _, ok := none.Bounds(); ok {
		t.Error("the zero shape has bounds")
	}
	if _, ok := none.Member(""); ok {
		t.Error("the zero shape has a member")
	}
	if got := catalog.Timestamp.String() + " " + catalog.Kind(99).String(); got != "timestamp Kind(99)" {
		t.Errorf("kinds are %q", got)
	}
}

func TestTheSDKsOwnMembers(t *testing.T) {
	for name, paths := range map[string]string{
		"s3:copyObject":           "Bucket DestinationBucket SourceKey",
		"rds:copyDBSnapshot":      "SourceRegion SourceDBSnapshotIdentifier",
		"ec2:runInstances":        "ImageId",
		"emr:runJobFlow":          "Instances.Ec2KeyName",
		"route53:listHostedZones": "MaxItems",
	} {
		service, action, _ := strings.Cut(name, ":")
		a, _ := catalog.Lookup(service, action)
		for path := range strings.FieldsSeq(paths) {
			m := at(a.Input, path)
			if m.Shape.Kind() == catalog.None || m.Required && service == "s3" {
				t.Errorf("%s %s: got %+v", name, path, m)
			}
		}
	}
	for _, name := range []string{"lambda:invokeAsync", "emr:describeJobFlows", "rdsdata:executeSql", "sts:assumeRole"} {
		service, action, _ := strings.Cut(name, ":")
		if _, ok := catalog.Lookup(service, action); ok {
			t.Errorf("%s is offered", name)
		}
	}
}
