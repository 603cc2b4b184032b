package constructs

import (
	"cmp"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// PrivateBucketProps says how a [PrivateBucket] behaves.
type PrivateBucketProps struct {
	Name   string        // the bucket's name; CloudFormation chooses one if it is empty
	Events bool          // tells EventBridge of every object that comes and goes
	Old    time.Duration // how long a version that was replaced or deleted is kept, in whole days; 0 is 90 days
}

// PrivateBucket is a bucket for data that must not get lost or out: it is encrypted
// by Amazon S3, closed to the public, reached by TLS alone, keeps versions, and
// stays when the stack is deleted. What an upload that was broken off left behind
// goes after a week.
//
// Access is not logged; where it must be, data events of AWS CloudTrail do that
// for several buckets at once.
type PrivateBucket struct {
	awss3.Bucket
}

// NewPrivateBucket adds a bucket to the scope.
func NewPrivateBucket(scope constructs.Construct, id string, props *PrivateBucketProps) *PrivateBucket {
	const day, broken = 24 * time.Hour, 7 // days
	old := cmp.Or(props.Old, 90*day) / day
	bucket := awss3.NewBucket(scope, &id, &awss3.BucketProps{
		BucketName:        optional(props.Name),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		Versioned:         jsii.Bool(true),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("Tidy"),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(float64(old))),
			ExpiredObjectDeleteMarker:           jsii.Bool(true),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(broken)),
		}},
	})
	if props.Events {
		// The CDK's own switch brings a Lambda function that may change every bucket.
		bucket.Node().DefaultChild().(awss3.CfnBucket).SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{
			EventBridgeConfiguration: &awss3.CfnBucket_EventBridgeConfigurationProperty{EventBridgeEnabled: true},
		})
	}
	return &PrivateBucket{bucket}
}
