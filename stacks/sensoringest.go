package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	upstream "github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// NewSensorIngest returns the stack of the sensoringest workflow: a bucket whose
// uploads start it, and the table of the readings. Both stay when the stack is
// deleted. The outputs are BucketName, TableName, StateMachineArn and
// DeadLettersUrl, the queue of the uploads whose execution could not be started.
//
// The parameters are SenderAddress and RecipientAddresses, and SenderDomain if
// Amazon SES has verified the sender's domain and not the address. The sender must
// be verified before the first e-mail; in the sandbox of SES the recipients too,
// and the stack's right to send does not reach that far: it covers the sender's
// identity alone, of which SES asks no more once an account is out of the sandbox.
func NewSensorIngest(scope upstream.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String("Stores the sensor readings of uploaded CSV files and reports by e-mail."),
	})
	bucket := constructs.NewPrivateBucket(stack, "Uploads", &constructs.PrivateBucketProps{Events: true})
	table := readings(stack)
	workflow := constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{
		Workflow: sensoringest.Workflow(),
		Bind: []constructs.Binding{
			constructs.Lambda(sensoringest.ProcessFile, processFile(stack, *bucket.BucketArn(), table)),
			constructs.Lambda(sensoringest.MoveFile, moveFile(stack, *bucket.BucketArn())),
			constructs.Lambda(sensoringest.SendSummary, sendSummary(stack)),
		},
	})
	rule := constructs.NewUploadRule(stack, "OnUpload", &constructs.UploadRuleProps{
		Bucket:   bucket,
		Workflow: workflow,
		Except:   []string{sensoringest.ProcessedPrefix, sensoringest.RejectedPrefix, sensoringest.ConflictsPrefix},
	})
	output(stack, "BucketName", "The bucket to upload files to", bucket.BucketName())
	output(stack, "TableName", "The table of the readings", table.TableName())
	output(stack, "StateMachineArn", "The state machine that processes the files", workflow.StateMachineArn())
	output(stack, "DeadLettersUrl", "The queue of the uploads whose execution could not be started", rule.DeadLetters.QueueUrl())
	return stack
}

func output(stack awscdk.Stack, name, description string, value *string) {
	awscdk.NewCfnOutput(stack, &name, &awscdk.CfnOutputProps{Value: value, Description: &description})
}

// readings is the table. It costs what is read and written, can be put back to any
// second of the last five weeks, and cannot be deleted by mistake.
func readings(stack awscdk.Stack) awsdynamodb.ITable {
	return awsdynamodb.NewTableV2(stack, jsii.String("Readings"), &awsdynamodb.TablePropsV2{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String(sensoringest.SensorAttribute), Type: awsdynamodb.AttributeType_STRING},
		SortKey:      &awsdynamodb.Attribute{Name: jsii.String(sensoringest.ReadingAttribute), Type: awsdynamodb.AttributeType_STRING},
		Billing:      awsdynamodb.Billing_OnDemand(nil),
		Encryption:   awsdynamodb.TableEncryptionV2_AwsManagedKey(),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DeletionProtection: jsii.Bool(true),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	})
}

func processFile(stack awscdk.Stack, bucket string, table awsdynamodb.ITable) *constructs.GoFunction {
	return constructs.NewGoFunction(stack, "ProcessFile", &constructs.GoFunctionProps{
		Package:     "./workflows/sensoringest/processfile",
		Description: "Stores the readings of an uploaded file",
		Memory:      1024,
		Storage:     4096, // more than a file has that can be stored in the time
		Timeout:     15 * time.Minute,
		Environment: map[string]string{handlers.TableVariable: *table.TableName()},
		Allow: []iam.Statement{
			readUploads(bucket),
			findUploads(bucket),
			{
				Actions:   []string{"s3:PutObject"},
				Resources: []string{bucket + "/" + sensoringest.RejectedPrefix + "*", bucket + "/" + sensoringest.ConflictsPrefix + "*"},
			},
			{Actions: []string{"dynamodb:BatchWriteItem"}, Resources: []string{*table.TableArn()}},
		},
	})
}

func moveFile(stack awscdk.Stack, bucket string) *constructs.GoFunction {
	return constructs.NewGoFunction(stack, "MoveFile", &constructs.GoFunctionProps{
		Package:     "./workflows/sensoringest/movefile",
		Description: "Moves a file that has been processed",
		Memory:      256,
		Timeout:     5 * time.Minute,
		Allow: []iam.Statement{
			readUploads(bucket),
			findUploads(bucket),
			// A copy takes the object's tags along.
			{Actions: []string{"s3:GetObjectTagging", "s3:GetObjectVersionTagging"}, Resources: []string{bucket + "/*"}},
			{
				Actions:   []string{"s3:PutObject", "s3:PutObjectTagging"},
				Resources: []string{bucket + "/" + sensoringest.ProcessedPrefix + "*"},
			},
			{Actions: []string{"s3:DeleteObject", "s3:DeleteObjectVersion"}, Resources: []string{bucket + "/*"}},
		},
	})
}

// readUploads allows to read uploads, which may have any key.
func readUploads(bucket string) iam.Statement {
	return iam.Statement{Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: []string{bucket + "/*"}}
}

// findUploads lets S3 say that an object or a version is not there. Without it the
// answer is that access is denied.
func findUploads(bucket string) iam.Statement {
	return iam.Statement{Actions: []string{"s3:ListBucket", "s3:ListBucketVersions"}, Resources: []string{bucket}}
}

func sendSummary(stack awscdk.Stack) *constructs.GoFunction {
	const address = `[^@\s,<>"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`
	sender := *awscdk.NewCfnParameter(stack, jsii.String("SenderAddress"), &awscdk.CfnParameterProps{
		Type:                  jsii.String("String"),
		Description:           jsii.String("The address that summaries come from; Amazon SES has verified it or its domain"),
		AllowedPattern:        jsii.String("^" + address + "$"),
		MaxLength:             jsii.Number(320),
		ConstraintDescription: jsii.String("must be one e-mail address, without a name"),
	}).ValueAsString()
	recipients := *awscdk.NewCfnParameter(stack, jsii.String("RecipientAddresses"), &awscdk.CfnParameterProps{
		Type:                  jsii.String("String"),
		Description:           jsii.String("The addresses that summaries go to, up to 50, with commas between them"),
		AllowedPattern:        jsii.String("^" + address + "(, *" + address + "){0,49}$"),
		MaxLength:             jsii.Number(3000), // the environment of a function has room for 4 KB
		ConstraintDescription: jsii.String("must be e-mail addresses, without names, with commas between them"),
	}).ValueAsString()
	domain := awscdk.NewCfnParameter(stack, jsii.String("SenderDomain"), &awscdk.CfnParameterProps{
		Type:                  jsii.String("String"),
		Description:           jsii.String("The sender's domain, if Amazon SES has verified that and not the address"),
		Default:               jsii.String(""),
		AllowedPattern:        jsii.String(`^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$`),
		ConstraintDescription: jsii.String("must be a domain or empty"),
	}).ValueAsString()
	none := awscdk.NewCfnCondition(stack, jsii.String("SenderIsVerified"), &awscdk.CfnConditionProps{
		Expression: awscdk.Fn_ConditionEquals(domain, jsii.String("")),
	})
	identity := *awscdk.Token_AsString(awscdk.Fn_ConditionIf(none.LogicalId(), sender, domain), nil)
	return constructs.NewGoFunction(stack, "SendSummary", &constructs.GoFunctionProps{
		Package:     "./workflows/sensoringest/sendsummary",
		Description: "Reports by e-mail what became of a file",
		Environment: map[string]string{handlers.FromVariable: sender, handlers.ToVariable: recipients},
		Allow:       []iam.Statement{constructs.SendMail(identity, sender)},
	})
}
