// Package fargate deploys what the ECS tasks of workflows need to run on AWS
// Fargate: a [Task], which is a container and its roles, and the [Network] that it
// runs in. It stands apart from package constructs so that apps without containers
// do not link the CDK's large ECS package.
//
//	network := fargate.NewNetwork(stack, "Network", &fargate.NetworkProps{})
//	cluster := awsecs.NewCluster(stack, jsii.String("Cluster"), &awsecs.ClusterProps{Vpc: network.VPC})
//	task := fargate.NewTask(stack, "Task", &fargate.TaskProps{Container: "report", Image: image})
//	constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{
//		Workflow: clientreport.Workflow(),
//		Bind: []constructs.Binding{
//			constructs.Cluster(clientreport.Cluster, cluster),
//			constructs.TaskDefinition(clientreport.Task, task),
//			constructs.Network(clientreport.Network, network.Subnets, network.Group),
//		},
//	})
package fargate

import (
	"cmp"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	upstream "github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/iam"
)

// TaskProps says what a [Task] runs, and how. Container and Image are required.
type TaskProps struct {
	Container   string // its name in the task definition
	Image       awsecs.ContainerImage
	CPU         int               // in 1/1024 of a processor, as Fargate offers it; 0 is 256
	Memory      int               // in MiB, as Fargate offers it for that CPU; 0 is 512
	User        string            // user and group; "65532:65532", which is nobody, if empty
	Environment map[string]string // the container's environment variables
	Secrets     map[string]string // the same, by the ARNs of the secrets in Secrets Manager that hold the values
	Allow       []iam.Statement   // what the container may do; its log is written by Fargate

	Logs constructs.Logs
}

// Task is the definition of a task of one container on Fargate, on arm64.
//
// The container runs without privileges: not as root, on a file system that it
// cannot write, without any Linux capability. Its role allows what Allow says and
// nothing else. With another role Fargate pulls the image, reads the secrets and
// writes the log group; that role can do nothing else. To log in to ECR is allowed
// on every resource, since ecr:GetAuthorizationToken knows none.
type Task struct {
	awsecs.FargateTaskDefinition
}

const nobody = "65532:65532"

// NewTask adds a task definition to the scope.
func NewTask(scope upstream.Construct, id string, props *TaskProps) *Task {
	here := upstream.NewConstruct(scope, &id)
	role := awsiam.NewRole(here, jsii.String("Role"), &awsiam.RoleProps{AssumedBy: tasksOfThisAccount()})
	constructs.Allow(role, props.Allow...)
	task := awsecs.NewFargateTaskDefinition(here, jsii.String("Resource"), &awsecs.FargateTaskDefinitionProps{
		Cpu:            jsii.Number(cmp.Or(props.CPU, 256)),
		MemoryLimitMiB: jsii.Number(cmp.Or(props.Memory, 512)),
		TaskRole:       role,
		ExecutionRole: awsiam.NewRole(here, jsii.String("ExecutionRole"), &awsiam.RoleProps{
			AssumedBy: tasksOfThisAccount(),
		}),
		RuntimePlatform: &awsecs.RuntimePlatform{
			CpuArchitecture:       awsecs.CpuArchitecture_ARM64(),
			OperatingSystemFamily: awsecs.OperatingSystemFamily_LINUX(),
		},
	})
	linux := awsecs.NewLinuxParameters(here, jsii.String("Linux"), nil)
	linux.DropCapabilities(awsecs.Capability_ALL)
	variables := make(map[string]*string)
	for name, v := range props.Environment {
		variables[name] = &v
	}
	secrets := make(map[string]awsecs.Secret)
	for name, arn := range props.Secrets {
		secret := awssecretsmanager.Secret_FromSecretCompleteArn(here, jsii.String("Secret"+name), &arn)
		secrets[name] = awsecs.Secret_FromSecretsManager(secret, nil)
	}
	task.AddContainer(&props.Container, &awsecs.ContainerDefinitionOptions{
		Image:                  props.Image,
		Environment:            &variables,
		Secrets:                &secrets,
		User:                   jsii.String(cmp.Or(props.User, nobody)),
		ReadonlyRootFilesystem: jsii.Bool(true),
		LinuxParameters:        linux,
		Logging: awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
			LogGroup:     props.Logs.Group(here, ""),
			StreamPrefix: &props.Container,
		}),
	})
	return &Task{task}
}

// tasksOfThisAccount is ECS on behalf of a task of the account and Region that the
// stack is deployed to (ECS Developer Guide, "Amazon ECS task IAM role").
func tasksOfThisAccount() awsiam.IPrincipal {
	tasks := "arn:" + *awscdk.Aws_PARTITION() + ":ecs:" + *awscdk.Aws_REGION() + ":" + *awscdk.Aws_ACCOUNT_ID() + ":*"
	return awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Aws_ACCOUNT_ID()},
			"ArnLike":      map[string]any{"aws:SourceArn": tasks},
		},
	})
}

// NetworkProps says where a [Network] is.
type NetworkProps struct {
	VPC     string   // the id of a VPC; a new one is made if it is empty
	Subnets []string // the ids of private subnets of that VPC, from which the internet can be reached
}

// Network is where tasks run: private subnets and a security group that lets
// nobody in, and out only by HTTPS.
//
// A new VPC has two availability zones and one NAT gateway for both. That is the
// least that reaches an API on the internet from private subnets, about one US
// dollar a day, but one zone's failure can cut off both. Traffic with Amazon S3 goes
// through a gateway endpoint, which costs nothing.
type Network struct {
	VPC     awsec2.IVpc
	Subnets []awsec2.ISubnet
	Group   awsec2.SecurityGroup
}

// NewNetwork adds a network to the scope.
func NewNetwork(scope upstream.Construct, id string, props *NetworkProps) *Network {
	here := upstream.NewConstruct(scope, &id)
	n := &Network{}
	if props.VPC == "" {
		n.VPC = newVPC(here)
		n.Subnets = *n.VPC.PrivateSubnets()
	} else {
		if len(props.Subnets) == 0 {
			constructs.Invalid(here, "a VPC is given, but none of its subnets")
		}
		n.VPC = awsec2.Vpc_FromVpcAttributes(here, jsii.String("VPC"), &awsec2.VpcAttributes{
			VpcId: &props.VPC, AvailabilityZones: awscdk.Fn_GetAzs(nil),
		})
		for i, subnet := range props.Subnets {
			n.Subnets = append(n.Subnets, awsec2.Subnet_FromSubnetId(here, jsii.String(fmt.Sprintf("Subnet%d", i+1)), &subnet))
		}
	}
	n.Group = awsec2.NewSecurityGroup(here, jsii.String("Group"), &awsec2.SecurityGroupProps{
		Vpc:              n.VPC,
		Description:      jsii.String("Nobody in, HTTPS out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	n.Group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("HTTPS"), nil)
	return n
}

func newVPC(scope upstream.Construct) awsec2.IVpc {
	vpc := awsec2.NewVpc(scope, jsii.String("VPC"), &awsec2.VpcProps{
		MaxAzs:      jsii.Number(2),
		NatGateways: jsii.Number(1),
		// It takes a Lambda function to restrict the default group, which nothing is in.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{
			{Name: jsii.String("Public"), SubnetType: awsec2.SubnetType_PUBLIC, MapPublicIpOnLaunch: jsii.Bool(false)},
			{Name: jsii.String("Private"), SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS},
		},
	})
	vpc.AddGatewayEndpoint(jsii.String("S3"), &awsec2.GatewayVpcEndpointOptions{Service: awsec2.GatewayVpcEndpointAwsService_S3()})
	return vpc
}
