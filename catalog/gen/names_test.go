package main

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	tests := []struct {
		of   string
		name func(string) string
		in   string
		want string
	}{
		{"parameter", parameterName, "DBInstanceIdentifier", "DbInstanceIdentifier"},
		{"parameter", parameterName, "restApiId", "RestApiId"},
		{"parameter", parameterName, "SSEKMSKeyId", "SsekmsKeyId"},
		{"parameter", parameterName, "MD5OfMessageBody", "Md5OfMessageBody"},
		{"parameter", parameterName, "BOOL", "Bool"},
		{"parameter", parameterName, "S", "S"},
		{"parameter", parameterName, "VPCId", "VpcId"},
		{"parameter", parameterName, "Return", "ReturnValue"},
		{"parameter", parameterName, "equals", "EqualsValue"},
		{"error", errorName, "NoSuchKey", "NoSuchKeyException"},
		{"error", errorName, "KMSAccessDeniedException", "KmsAccessDeniedException"},
		{"error", errorName, "DBInstanceNotFoundFault", "DbInstanceNotFoundException"},
		{"error", errorName, "InvalidS3ObjectException", "InvalidS3ObjectException"},
		{"action", actionName, "DescribeDBInstances", "describeDBInstances"},
		{"service", servicePrefix, "DynamoDB", "DynamoDb"},
		{"service", servicePrefix, "CloudWatch Logs", "CloudWatchLogs"},
		{"service", servicePrefix, "SFN", "Sfn"},
		{"service", servicePrefix, "ACM PCA", "AcmPca"},
		{"service", servicePrefix, "SESv2", "SesV2"},
		{"service", servicePrefix, "WAFV2", "Wafv2"},
		{"service", servicePrefix, "SageMaker A2I Runtime", "SageMakerA2IRuntime"},
		{"service", servicePrefix, "FSx", "FSx"},
		{"service", servicePrefix, "XRay", "XRay"},
		{"service", servicePrefix, "Config Service", "Config"},
		{"service", servicePrefix, "Lex Runtime V2", "LexRuntimeV2"},
		{"service", servicePrefix, "Lex Runtime Service", "LexRuntime"},
		{"service", servicePrefix, "Database Migration Service", "DatabaseMigration"},
		{"service", servicePrefix, "IoTAnalytics", "IoTAnalytics"},
		{"service", servicePrefix, "IoT Events", "IotEvents"},
		{"service", servicePrefix, "B2bi", "B2Bi"},
		{"service", servicePrefix, "ApiGatewayV2", "ApiGatewayV2"},
		{"service", servicePrefix, "Route 53", "Route53"},
		{"service", servicePrefix, "MTurk", "MTurk"},
		{"words", func(s string) string { return strings.Join(words(s), "|") }, "s3ec2", "s3|ec2"},
		{"words", func(s string) string { return strings.Join(words(s), "|") }, "--a--b-", "a|b"},
	}
	for _, tt := range tests {
		if got := tt.name(tt.in); got != tt.want {
			t.Errorf("the name of %s %s is %s, want %s", tt.of, tt.in, got, tt.want)
		}
	}
}
