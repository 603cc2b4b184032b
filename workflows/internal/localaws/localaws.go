// Package localaws runs servers on the loopback interface that speak the protocols
// of AWS services, and makes SDK clients for them. It is for tests.
//
// Amazon S3 is gofakes3, in the test's own process. DynamoDB is dynalite and Amazon
// SES is aws-ses-v2-local, both from node_modules: a test that asks for one of them
// is skipped if node_modules is not installed (npm ci), unless the environment
// variable CI is "true"; then it fails.
package localaws

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

// S3Client returns a client for the server at url.
func S3Client(url string) *s3.Client {
	return s3.NewFromConfig(config(url), func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}

// DynamoDBClient returns a client for the server at url.
func DynamoDBClient(url string) *dynamodb.Client { return dynamodb.NewFromConfig(config(url)) }

// SESClient returns a client for the server at url.
func SESClient(url string) *sesv2.Client { return sesv2.NewFromConfig(config(url)) }

// config is that of a client that repeats a call as others do, but at once.
func config(url string) aws.Config {
	return aws.Config{
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		BaseEndpoint: &url,
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}
