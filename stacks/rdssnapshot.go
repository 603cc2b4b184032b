// Package stacks holds a CDK stack for each system of the project.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	upstream "github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/constructs"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/workflows/rdssnapshot"
)

// NewRDSSnapshot returns the stack of the rdssnapshot workflow. The database
// instance is a parameter of the stack, DBInstanceIdentifier: the workflow may take
// snapshots of that one and of no other. The ARN of the state machine is its
// output StateMachineArn.
func NewRDSSnapshot(scope upstream.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String("Takes snapshots of an Amazon RDS database instance."),
	})
	instance := *awscdk.NewCfnParameter(stack, jsii.String("DBInstanceIdentifier"), &awscdk.CfnParameterProps{
		Type:        jsii.String("String"),
		Description: jsii.String("The database instance to take snapshots of"),
		// RDS stores identifiers in lower case, and so do the ARNs in the policies.
		AllowedPattern:        jsii.String("^[a-z](-?[a-z0-9])*$"),
		MaxLength:             jsii.Number(63),
		ConstraintDescription: jsii.String("must be 1 to 63 lower-case letters, digits and single hyphens; a letter first, no hyphen last"),
	}).ValueAsString()

	const rds = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:"
	database, snapshots := rds+"db:"+instance, rds+"snapshot:"+instance+rdssnapshot.SnapshotSuffix
	describe := iam.Statement{Actions: []string{"rds:DescribeDBSnapshots"}, Resources: []string{database, snapshots}}

	createSnapshot := constructs.NewGoFunction(stack, "CreateSnapshot", &constructs.GoFunctionProps{
		Package:     "./workflows/rdssnapshot/createsnapshot",
		Description: "Begins a snapshot of a database instance",
		Environment: map[string]string{rdssnapshot.InstanceVariable: instance},
		Allow: []iam.Statement{
			{Actions: []string{"rds:CreateDBSnapshot"}, Resources: []string{database, snapshots}},
			describe, // for a snapshot that an earlier attempt began
		},
	})
	describeSnapshot := constructs.NewGoFunction(stack, "DescribeSnapshot", &constructs.GoFunctionProps{
		Package:     "./workflows/rdssnapshot/describesnapshot",
		Description: "Tells the status of a snapshot of a database instance",
		Allow:       []iam.Statement{describe},
	})
	workflow := constructs.NewWorkflow(stack, "Workflow", &constructs.WorkflowProps{
		Workflow: rdssnapshot.Workflow(),
		Bind: []constructs.Binding{
			constructs.Lambda(rdssnapshot.CreateSnapshot, createSnapshot),
			constructs.Lambda(rdssnapshot.DescribeSnapshot, describeSnapshot),
		},
	})
	awscdk.NewCfnOutput(stack, jsii.String("StateMachineArn"), &awscdk.CfnOutputProps{
		Value:       workflow.StateMachineArn(),
		Description: jsii.String("The state machine that takes the snapshots"),
	})
	return stack
}
