package stacks

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	upstream "github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/constructs/fargate"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/clientreport/report"
)

// What the context of the app may say about the stack of the clientreport
// workflow.
const (
	ImageContext   = "reportImage"       // the container's image in Amazon ECR, with a tag or a digest; else it is built with Docker
	VPCContext     = "reportVpc"         // the id of a VPC; else the stack makes one, see [fargate.Network]
	SubnetsContext = "reportSubnets"     // the ids of private subnets of that VPC, with commas between them
	TokenContext   = "reportTokenSecret" // the ARN of the secret with the API's bearer token; else there is none
)

const reportsPrefix = "reports/" // of the keys of reports

// NewClientReport returns the stack of the clientreport workflow: a container on
// Fargate that writes reports into a bucket, which stays when the stack is deleted.
// The API's address is the parameter ReportAPIURL; the outputs are BucketName and
// StateMachineArn. The rest follows from the context, see [ImageContext]:
//
//	npx cdk deploy ClientReport -c reportImage=123456789012.dkr.ecr.eu-west-1.amazonaws.com/report:1.0
func NewClientReport(scope upstream.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String("Writes reports on the transactions of clients."),
	})
	address := awscdk.NewCfnParameter(stack, jsii.String("ReportAPIURL"), &awscdk.CfnParameterProps{
		Type:                  jsii.String("String"),
		Description:           jsii.String("The address of the API's transactions"),
		AllowedPattern:        jsii.String(`^https://[A-Za-z0-9.-]+(/[^\s"#\\]*)?$`),
		MaxLength:             jsii.Number(1000),
		ConstraintDescription: jsii.String("must be an address that begins with https://, at the port of HTTPS, without a password"),
	}).ValueAsString()
	bucket := constructs.NewPrivateBucket(stack, "Reports", &constructs.PrivateBucketProps{})
	var secrets map[string]string
	if token := context(stack, TokenContext); token != "" {
		secrets = map[string]string{report.TokenVariable: token}
	}
	task := fargate.NewTask(stack, "Task", &fargate.TaskProps{
		Container: clientreport.Container,
		Image:     image(stack),
		CPU:       1024,
		Memory:    4096,
		Environment: map[string]string{
			report.URLVariable:    *address,
			report.BucketVariable: *bucket.BucketName(),
			report.PrefixVariable: reportsPrefix,
		},
		Secrets: secrets,
		Allow: []iam.Statement{{
			Actions:   []string{"s3:AbortMultipartUpload", "s3:PutObject"},
			Resources: []string{*bucket.BucketArn() + "/" + reportsPrefix + "*"},
		}},
	})
	network := fargate.NewNetwork(stack, "Network", &fargate.NetworkProps{
		VPC:     context(stack, VPCContext),
		Subnets: strings.FieldsFunc(context(stack, SubnetsContext), func(r rune) bool { return r == ',' || r == ' ' }),
	})
	cluster := awsecs.NewCluster(stack, jsii.String("Cluster"), &awsecs.ClusterProps{
		Vpc:                 network.VPC,
		ContainerInsightsV2: awsecs.ContainerInsights_ENABLED,
	})
	workflow := constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{
		Workflow: clientreport.Workflow(),
		Bind: []constructs.Binding{
			constructs.Cluster(clientreport.Cluster, cluster),
			constructs.TaskDefinition(clientreport.Task, task),
			constructs.Network(clientreport.Network, network.Subnets, network.Group),
		},
	})
	output(stack, "BucketName", "The bucket of the reports", bucket.BucketName())
	output(stack, "StateMachineArn", "The state machine that writes the reports", workflow.StateMachineArn())
	return stack
}

// context returns a text of the app's context, or "".
func context(scope upstream.Construct, key string) string {
	text, _ := scope.Node().TryGetContext(&key).(string)
	return text
}

// ecrImage is an image in Amazon ECR: account, Region, repository, and a tag or a
// digest.
var ecrImage = regexp.MustCompile(`^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([a-z0-9._/-]+)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))$`)

// image returns the container's image: that of the context, or one that is built
// from the sources when the stack is deployed.
func image(stack awscdk.Stack) awsecs.ContainerImage {
	given := context(stack, ImageContext)
	if given == "" {
		return builtImage(stack)
	}
	m := ecrImage.FindStringSubmatch(given)
	if m == nil {
		constructs.Invalid(stack, fmt.Sprintf("%s: %q is not an image in Amazon ECR with a tag or a digest", ImageContext, given))
		return awsecs.ContainerImage_FromRegistry(&given, nil)
	}
	arn := "arn:" + *awscdk.Aws_PARTITION() + ":ecr:" + m[2] + ":" + m[1] + ":repository/" + m[3]
	repository := awsecr.Repository_FromRepositoryAttributes(stack, jsii.String("Repository"), &awsecr.RepositoryAttributes{
		RepositoryArn: &arn, RepositoryName: &m[3],
	})
	tag := m[4] + m[5] // one of them is empty
	return awsecs.ContainerImage_FromEcrRepository(repository, &tag)
}

func builtImage(stack awscdk.Stack) awsecs.ContainerImage {
	root, err := constructs.ModuleRoot(".")
	if err != nil {
		constructs.Invalid(stack, err.Error())
		return awsecs.ContainerImage_FromRegistry(jsii.String("unbuilt"), nil)
	}
	exclude, err := notCopied(filepath.Join(root, dockerfile))
	if err != nil {
		constructs.Invalid(stack, err.Error())
		return awsecs.ContainerImage_FromRegistry(jsii.String("unbuilt"), nil)
	}
	return awsecs.ContainerImage_FromAsset(&root, &awsecs.AssetImageProps{
		File:       jsii.String(dockerfile),
		Platform:   awsecrassets.Platform_LINUX_ARM64(),
		IgnoreMode: awscdk.IgnoreMode_DOCKER,
		Exclude:    jsii.Strings(exclude...),
	})
}

const dockerfile = "workflows/clientreport/clientreport/Dockerfile"

var copied = regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`)

// notCopied returns patterns of all that a Dockerfile does not copy, so that a change
// of it makes no other image.
func notCopied(dockerfile string) ([]string, error) {
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		return nil, err
	}
	patterns := []string{"*"}
	for _, m := range copied.FindAllStringSubmatch(string(text), -1) {
		for source := range strings.FieldsSeq(m[1]) {
			patterns = append(patterns, "!"+source)
		}
	}
	return append(patterns, "**/*_test.go", "**/*.test", "**/testdata"), nil
}
