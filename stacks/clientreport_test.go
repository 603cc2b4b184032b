package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/internal/cfntest"
	"github.com/stepwise-go/stepwise/stacks"
)

const image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/report:1.0"

// appWith is the app of cdk.json with more context.
func appWith(t *testing.T, context map[string]string) awscdk.App {
	app := cfntest.App(t, "..", false)
	for key, value := range context {
		app.Node().SetContext(&key, value)
	}
	return app
}

func TestClientReport(t *testing.T) {
	template := cfntest.Synth(stacks.NewClientReport(cfntest.App(t, "..", false), "ClientReport"))

	t.Run("template", func(t *testing.T) { template.Golden(t, "testdata/clientreport.json") })
	t.Run("security", func(t *testing.T) { secure(t, template) })

	t.Run("the API's address is a parameter and begins with https", func(t *testing.T) {
		template.HasParameter(jsii.String("ReportAPIURL"), map[string]any{
			"AllowedPattern": assertions.Match_StringLikeRegexp(jsii.String(`^\^https://`)),
			"Default":        assertions.Match_Absent(),
		})
		for _, name := range []string{"BucketName", "StateMachineArn"} {
			template.HasOutput(&name, map[string]any{"Value": assertions.Match_AnyValue()})
		}
	})

	t.Run("the container has 4 GB and no privileges", func(t *testing.T) {
		template.HasResourceProperties(jsii.String("AWS::ECS::TaskDefinition"), map[string]any{
			"Memory":                  "4096",
			"RequiresCompatibilities": []any{"FARGATE"},
			"RuntimePlatform":         map[string]any{"CpuArchitecture": "ARM64"},
			"ContainerDefinitions": []any{map[string]any{
				"Name":                   "report",
				"ReadonlyRootFilesystem": true,
				"User":                   "65532:65532",
				"Privileged":             assertions.Match_Absent(),
				"Secrets":                assertions.Match_Absent(),
				"LinuxParameters":        map[string]any{"Capabilities": map[string]any{"Drop": []any{"ALL"}}},
				"LogConfiguration":       map[string]any{"LogDriver": "awslogs"},
			}},
		})
	})

	t.Run("the container writes reports and nothing else", func(t *testing.T) {
		if diff := cmp.Diff([]string{"s3:AbortMultipartUpload", "s3:PutObject"}, actionsOf(template, "TaskRole")); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		for _, s := range template.Statements() {
			if strings.HasPrefix(s.Of, "TaskRole") && !strings.Contains(fmt.Sprint(s.Resources), "/reports/*") {
				t.Errorf("%s may write %v", s.Of, s.Resources)
			}
		}
	})

	t.Run("Fargate pulls the image and nothing else", func(t *testing.T) {
		want := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"}
		if diff := cmp.Diff(want, actionsOf(template, "TaskExecutionRole")); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})

	t.Run("nobody gets in, and HTTPS out", func(t *testing.T) {
		template.ResourceCountIs(jsii.String("AWS::EC2::SecurityGroupIngress"), jsii.Number(0))
		template.HasResourceProperties(jsii.String("AWS::EC2::SecurityGroup"), map[string]any{
			"SecurityGroupIngress": assertions.Match_Absent(),
			"SecurityGroupEgress": []any{map[string]any{
				"CidrIp": "0.0.0.0/0", "Description": "HTTPS", "FromPort": 443, "IpProtocol": "tcp", "ToPort": 443,
			}},
		})
		for name, subnet := range template.Resources("AWS::EC2::Subnet") {
			if subnet["Properties"].(map[string]any)["MapPublicIpOnLaunch"] != false {
				t.Errorf("%s hands out public addresses", name)
			}
		}
	})
}

func TestClientReportInANetworkThatIsThere(t *testing.T) {
	const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"
	template := cfntest.Synth(stacks.NewClientReport(appWith(t, map[string]string{
		stacks.ImageContext:   image,
		stacks.VPCContext:     "vpc-1",
		stacks.SubnetsContext: "subnet-a,subnet-b",
		stacks.TokenContext:   secret,
	}), "ClientReport"))

	secure(t, template)
	template.ResourceCountIs(jsii.String("AWS::EC2::VPC"), jsii.Number(0))
	template.ResourceCountIs(jsii.String("AWS::EC2::NatGateway"), jsii.Number(0))
	template.HasResourceProperties(jsii.String("AWS::StepFunctions::StateMachine"), map[string]any{
		"DefinitionSubstitutions": map[string]any{"Private_Subnets": `subnet-a","subnet-b`},
	})
	template.HasResourceProperties(jsii.String("AWS::ECS::TaskDefinition"), map[string]any{
		"ContainerDefinitions": []any{map[string]any{
			"Secrets": []any{map[string]any{"Name": "REPORT_API_TOKEN", "ValueFrom": secret}},
		}},
	})
	var pulled, read bool
	for _, s := range template.Statements() {
		for _, a := range s.Actions {
			pulled = pulled || a == "ecr:BatchGetImage" && strings.Contains(fmt.Sprint(s.Resources), ":ecr:eu-west-1:123456789012:repository/team/report")
			read = read || a == "secretsmanager:GetSecretValue" && fmt.Sprint(s.Resources) == "["+secret+"]"
		}
	}
	if !pulled || !read {
		t.Errorf("image can be pulled: %v, secret can be read: %v", pulled, read)
	}
}

func TestClientReportRefusesAnImageWithoutVersionAndAVPCWithoutSubnets(t *testing.T) {
	app := appWith(t, map[string]string{
		stacks.ImageContext: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report",
		stacks.VPCContext:   "vpc-1",
	})
	stacks.NewClientReport(app, "ClientReport")
	err := constructs.Synth(app)
	if err == nil {
		t.Fatal("the app was synthesised")
	}
	for _, want := range []string{"is not an image in Amazon ECR with a tag or a digest", "a VPC is given, but none of its subnets"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}
