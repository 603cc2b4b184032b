package iam

import "strings"

// besides allows what calls of some services need of other services: where they read
// and write on behalf of the caller, and not of a role that is passed to them.
func (g *grants) besides(action string) {
	service, _, _ := strings.Cut(action, ":")
	g.needs(besides[service]...)
	g.needs(besides[action]...)
	for _, argument := range uris[action] {
		g.objectURI("s3:GetObject", argument)
	}
	g.keys(service)
	if service == "ec2" {
		g.need(need{actions: "ec2:CreateTags", on: "ec2:*/*", given: "TagSpecifications",
			when: []Condition{{"StringEquals", "ec2:CreateAction", strings.TrimPrefix(action, "ec2:")}}})
	}
}

// secretIn is the need to read the secret that an argument names by its ARN.
func secretIn(argument string) need {
	return need{actions: "secretsmanager:GetSecretValue", on: "secretsmanager:secret:<" + argument + ">", given: argument}
}

// objectIn is the need to read the object that an argument names.
func objectIn(argument string) need {
	return need{actions: "s3:GetObject", on: "s3:::<" + argument + ".Bucket>/<" + argument + ".Name>", given: argument}
}

// restored is the need to fill a table that is restored (Amazon DynamoDB Developer
// Guide, "Using IAM with DynamoDB backup and restore").
var restored = need{
	actions: "dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:Scan dynamodb:UpdateItem",
	on:      "dynamodb:table/<TargetTableName>",
}

// besides are needs by service, or by action. (Amazon Rekognition, Amazon Textract,
// Amazon Transcribe, Amazon Polly, Amazon RDS and Amazon Redshift guides, on the
// permissions of callers.)
var besides = map[string][]need{
	"dynamodb:RestoreTableFromBackup":    {restored},
	"dynamodb:RestoreTableToPointInTime": {restored},
	"rds-data":                           {secretIn("SecretArn")},
	"redshift-data": {
		secretIn("SecretArn"),
		{actions: "redshift:GetClusterCredentials", on: "redshift:dbuser:<ClusterIdentifier>/<DbUser> redshift:dbname:<ClusterIdentifier>/<Database|*>", given: "DbUser"},
		{actions: "redshift-serverless:GetCredentials", on: "redshift-serverless:workgroup/*", given: "WorkgroupName"},
	},
	"rekognition": {
		objectIn("Image.S3Object"), objectIn("SourceImage.S3Object"), objectIn("TargetImage.S3Object"), objectIn("Video.S3Object"),
	},
	"textract": {
		objectIn("Document.S3Object"), objectIn("DocumentLocation.S3Object"), objectIn("DocumentPages.S3Object"),
		{actions: "s3:PutObject", on: "s3:::<OutputConfig.S3Bucket>/<OutputConfig.S3Prefix|>*", given: "OutputConfig.S3Bucket"},
	},
	"polly:StartSpeechSynthesisTask": {
		{actions: "s3:PutObject", on: "s3:::<OutputS3BucketName>/<OutputS3KeyPrefix|>*", given: "OutputS3BucketName"},
		{actions: "sns:Publish", on: "sns:<SnsTopicArn>", given: "SnsTopicArn"},
	},
	"transcribe:StartTranscriptionJob": {
		{actions: "s3:PutObject", on: "s3:::<OutputBucketName>/<OutputKey|>*", given: "OutputBucketName"},
	},
	"ec2:RunInstances": {
		passesProfile("IamInstanceProfile.Arn", "ec2.${AWS::URLSuffix}"), passesProfile("IamInstanceProfile.Name", "ec2.${AWS::URLSuffix}"),
	},
	"logs:CreateLogStream": {{actions: "logs:CreateLogStream", on: "logs:log-group:<LogGroupName>:*", given: "LogGroupName"}},
	"logs:StartQuery":      {{actions: "logs:StartQuery", on: "logs:log-group:<LogGroupName>:*", given: "LogGroupName"}},
}

// uris are the arguments that name objects as s3://bucket/key.
var uris = map[string][]string{
	"transcribe:StartTranscriptionJob": {"Media.MediaFileUri"},
}

// keys are the arguments by which calls of a service name a key with which the service
// encrypts what the call makes, on behalf of the caller.
var keys = map[string]string{
	"backup":            "EncryptionKeyArn",
	"dynamodb":          "SseSpecification.KmsMasterKeyId",
	"ec2":               "KmsKeyId",
	"elasticfilesystem": "KmsKeyId",
	"rds":               "KmsKeyId",
	"redshift":          "KmsKeyId",
	"secretsmanager":    "KmsKeyId",
}

// keys allows the service to use, for the caller, the key that the call names, and to
// be granted its use for as long as what it encrypts is there. (AWS Key Management
// Service Developer Guide, "kms:ViaService" and "kms:GrantIsForAWSResource".)
func (g *grants) keys(service string) {
	argument := keys[service]
	if argument == "" || !g.isGiven(argument) {
		return
	}
	via := Condition{"StringEquals", "kms:ViaService", service + ".${AWS::Region}.${AWS::URLSuffix}"}
	g.onKeys(argument, []Condition{via}, "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
	g.onKeys(argument, []Condition{{"Bool", "kms:GrantIsForAWSResource", "true"}, via}, "kms:CreateGrant")
}
