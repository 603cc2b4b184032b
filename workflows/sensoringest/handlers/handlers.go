// Package handlers implements the Lambda functions of the sensoringest workflow.
//
//   - [Processor.ProcessFile] stores the readings of a file.
//   - [Mover.MoveFile] moves the file under processed/.
//   - [Mailer.SendSummary] sends an e-mail.
//
// Each is idempotent, except that a repeated SendSummary sends a second e-mail. A
// program of a few lines hands one to the Lambda runtime:
//
//	processor, err := handlers.ProcessorFromEnvironment(context.Background())
//	if err != nil {
//		log.Fatal(err)
//	}
//	lambda.Start(processor.ProcessFile)
//
// All errors of the functions are those of package sensoringest.
package handlers

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// The environment variables of the functions.
const (
	TableVariable = "READINGS_TABLE" // ProcessFile: the name of the DynamoDB table
	FromVariable  = "MAIL_FROM"      // SendSummary: the sender's address
	ToVariable    = "MAIL_TO"        // SendSummary: the receivers' addresses, with commas between them
)

// S3 is the part of the S3 client that the functions call.
type S3 interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	CopyObject(context.Context, *s3.CopyObjectInput, ...func(*s3.Options)) (*s3.CopyObjectOutput, error)
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// DynamoDB is the part of the DynamoDB client that the functions call.
type DynamoDB interface {
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
}

// SES is the part of the Amazon SES client that the functions call.
type SES interface {
	SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
}

// ProcessorFromEnvironment returns the Processor of the function's own account,
// Region and environment.
func ProcessorFromEnvironment(ctx context.Context) (*Processor, error) {
	cfg, table, err := environment(ctx, TableVariable)
	if err != nil {
		return nil, err
	}
	return &Processor{S3: newS3(cfg), DynamoDB: dynamodb.NewFromConfig(cfg), Table: table}, nil
}

// MoverFromEnvironment returns the Mover of the function's own account and Region.
func MoverFromEnvironment(ctx context.Context) (*Mover, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &Mover{S3: newS3(cfg)}, nil
}

// MailerFromEnvironment returns the Mailer of the function's own account, Region
// and environment.
func MailerFromEnvironment(ctx context.Context) (*Mailer, error) {
	cfg, from, err := environment(ctx, FromVariable)
	if err != nil {
		return nil, err
	}
	to := strings.FieldsFunc(os.Getenv(ToVariable), func(r rune) bool { return r == ',' || r == ' ' })
	if len(to) == 0 {
		return nil, fmt.Errorf("the environment variable %s names nobody", ToVariable)
	}
	return &Mailer{SES: sesv2.NewFromConfig(cfg), From: from, To: to}, nil
}

func environment(ctx context.Context, variable string) (cfg aws.Config, value string, err error) {
	if value = os.Getenv(variable); value == "" {
		return cfg, "", fmt.Errorf("the environment variable %s is not set", variable)
	}
	cfg, err = config.LoadDefaultConfig(ctx)
	return cfg, value, err
}

func newS3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		// An object may come without a checksum, or in pieces that have none.
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}

// maxObject is the size of the largest object that CopyObject copies (Amazon S3
// API Reference, CopyObject): 5 GiB. No larger file can be read within the
// fifteen minutes of a Lambda function either.
const maxObject = 5 << 30

const maxKey = 1024 // bytes of an object's key

// checkUpload reports whether o can be an upload.
func checkUpload(o sensoringest.Object) error {
	if o.Bucket == "" || o.Key == "" {
		return sensoringest.InvalidObject("the object has no bucket or no key")
	}
	for _, prefix := range []string{sensoringest.ProcessedPrefix, sensoringest.RejectedPrefix, sensoringest.ConflictsPrefix} {
		if strings.HasPrefix(o.Key, prefix) {
			return sensoringest.InvalidObject(fmt.Sprintf("%q was written by the workflow itself; the event rule must leave out keys that begin with %s", o.Key, prefix))
		}
		if len(prefix)+len(o.Key) > maxKey {
			return sensoringest.InvalidObject(fmt.Sprintf("%q leaves no room for %s in a key of %d bytes", o.Key, prefix, maxKey))
		}
	}
	return nil
}

func checkSize(o sensoringest.Object, size int64) error {
	if size > maxObject {
		return sensoringest.InvalidObject(fmt.Sprintf("%q has %d bytes; the most is %d", o.Key, size, int64(maxObject)))
	}
	return nil
}

// absent returns the error for an object that is not there, which is what err
// says: AlreadyProcessed if it stands under processed/.
func absent(ctx context.Context, client S3, o sensoringest.Object, err error) error {
	moved := sensoringest.ProcessedPrefix + o.Key
	_, headErr := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &o.Bucket, Key: &moved})
	if headErr == nil {
		return sensoringest.AlreadyProcessed(fmt.Sprintf("%q has been moved to %q", o.Key, moved))
	}
	if headErr = fault(headErr); !is[sensoringest.ObjectNotFound](headErr) {
		return headErr
	}
	return err
}

// etag returns the object's ETag as a header has it, in quotation marks, or nil.
func etag(o sensoringest.Object) *string {
	if o.ETag == "" {
		return nil
	}
	return aws.String(`"` + strings.Trim(o.ETag, `"`) + `"`)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
