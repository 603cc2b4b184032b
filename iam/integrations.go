package iam

import (
	"fmt"

	"github.com/stepwise-go/stepwise/catalog"
)

// integration is what an optimised integration needs, on which resources. Through
// which rule the service hears of the end of a job is in the catalog.
type integration struct {
	needs []need
	more  func(*grants) // what takes more than a table to say
}

// optimized derives the permissions of an optimised integration.
func (g *grants) optimized() {
	known, ok := catalog.Optimized(g.resource.Service, g.resource.Action)
	if !ok {
		g.unknown("Resource", fmt.Sprintf("there is no integration %s:%s", g.resource.Service, g.resource.Action))
		return
	}
	g.input = known.Input
	call := integrations[g.resource.Service+":"+g.resource.Action]
	g.needs(call.needs...)
	if call.more != nil {
		call.more(g)
	}
	if known.Rule != "" {
		g.rule(known.Rule)
	}
}

const noResourceTypes = " has no resource types"

// integrations holds every optimised integration (Step Functions Developer Guide,
// the "IAM policies" of each; which resources an action takes: Service Authorization
// Reference). Where that guide allows an action on every resource that can be
// scoped, it is scoped here.
var integrations = map[string]integration{
	"apigateway:invoke": {more: (*grants).apiInvoke},

	"athena:getQueryExecution":   {needs: []need{{actions: "athena:GetQueryExecution", on: "athena:workgroup/*"}}},
	"athena:getQueryResults":     {needs: []need{{actions: "athena:GetQueryResults", on: "athena:workgroup/*"}}, more: (*grants).athenaResults},
	"athena:startQueryExecution": {more: (*grants).athenaQuery},
	"athena:stopQueryExecution":  {needs: []need{{actions: "athena:StopQueryExecution", on: "athena:workgroup/*"}}},

	"batch:submitJob": {more: (*grants).batchSubmitJob},

	"bedrock:createModelCustomizationJob": {needs: []need{
		{actions: "bedrock:CreateModelCustomizationJob",
			on: "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/<BaseModelIdentifier> bedrock:custom-model/* bedrock:model-customization-job/*"},
		{actions: "bedrock:TagResource", on: "bedrock:custom-model/* bedrock:model-customization-job/*", given: "CustomModelTags"},
		{actions: "bedrock:TagResource", on: "bedrock:custom-model/* bedrock:model-customization-job/*", given: "JobTags"},
		{actions: "bedrock:GetModelCustomizationJob bedrock:StopModelCustomizationJob", on: "bedrock:model-customization-job/*", job: true},
		passes("RoleArn", "bedrock.amazonaws.com"),
	}},
	"bedrock:invokeModel": {more: (*grants).invokeModel},

	"codebuild:batchDeleteBuilds": {more: codeBuild("codebuild:BatchDeleteBuilds", "Ids")},
	"codebuild:batchGetReports":   {more: (*grants).codeBuildReports},
	"codebuild:deleteBuildBatch":  {more: codeBuild("codebuild:DeleteBuildBatch", "Id")},
	"codebuild:retryBuildBatch":   {more: (*grants).codeBuildRetry},
	"codebuild:startBuild": {needs: []need{
		{actions: "codebuild:StartBuild", on: "codebuild:project/<ProjectName>"},
		{actions: "codebuild:StopBuild codebuild:BatchGetBuilds", on: "codebuild:project/<ProjectName>", job: true},
		passes("ServiceRoleOverride", "codebuild.amazonaws.com"),
	}},
	"codebuild:startBuildBatch": {needs: []need{
		{actions: "codebuild:StartBuildBatch", on: "codebuild:project/<ProjectName>"},
		{actions: "codebuild:StopBuildBatch codebuild:BatchGetBuildBatches", on: "codebuild:project/<ProjectName>", job: true},
		passes("ServiceRoleOverride", "codebuild.amazonaws.com"),
	}},
	"codebuild:stopBuild":      {more: codeBuild("codebuild:StopBuild", "Id")},
	"codebuild:stopBuildBatch": {more: codeBuild("codebuild:StopBuildBatch", "Id")},

	"databrew:startJobRun": {needs: []need{
		{actions: "databrew:StartJobRun", on: "databrew:job/<Name>"},
		{actions: "databrew:ListJobRuns databrew:StopJobRun", on: "databrew:job/<Name>", job: true},
	}},

	"dynamodb:deleteItem": {needs: []need{{actions: "dynamodb:DeleteItem", on: "dynamodb:table/<TableName>"}}},
	"dynamodb:getItem":    {needs: []need{{actions: "dynamodb:GetItem", on: "dynamodb:table/<TableName>"}}},
	"dynamodb:putItem":    {needs: []need{{actions: "dynamodb:PutItem", on: "dynamodb:table/<TableName>"}}},
	"dynamodb:updateItem": {needs: []need{{actions: "dynamodb:UpdateItem", on: "dynamodb:table/<TableName>"}}},

	"ecs:runTask": {more: (*grants).ecsRunTask},

	// The cluster's own access control says what these may do.
	"eks:call":   {},
	"eks:runJob": {},
	"eks:createCluster": {needs: []need{
		{actions: "eks:CreateCluster", on: "*", why: "eks:CreateCluster" + noResourceTypes},
		{actions: "eks:TagResource", on: "eks:cluster/<Name>", given: "Tags"},
		{actions: "eks:DescribeCluster eks:DeleteCluster", on: "eks:cluster/<Name>", job: true},
		passes("RoleArn", "eks.amazonaws.com"),
	}},
	"eks:createFargateProfile": {needs: []need{
		{actions: "eks:CreateFargateProfile", on: "eks:cluster/<ClusterName:name>"},
		{actions: "eks:TagResource", on: "eks:fargateprofile/<ClusterName:name>/<FargateProfileName>/*", given: "Tags"},
		{actions: "eks:DescribeFargateProfile eks:DeleteFargateProfile", on: "eks:fargateprofile/<ClusterName:name>/<FargateProfileName>/*", job: true},
		// The guide names no service here; the role is one that pods assume.
		passes("PodExecutionRoleArn", "eks.amazonaws.com"),
		passes("PodExecutionRoleArn", "eks-fargate-pods.amazonaws.com"),
	}},
	"eks:createNodegroup": {needs: []need{
		{actions: "eks:CreateNodegroup", on: "eks:cluster/<ClusterName:name>"},
		{actions: "eks:TagResource", on: "eks:nodegroup/<ClusterName:name>/<NodegroupName>/*", given: "Tags"},
		{actions: "eks:DescribeNodegroup eks:DeleteNodegroup", on: "eks:nodegroup/<ClusterName:name>/<NodegroupName>/*", job: true},
		{actions: "ec2:DescribeSubnets", on: "*", why: "ec2:DescribeSubnets" + noResourceTypes},
		{actions: "iam:GetRole iam:ListAttachedRolePolicies", on: "iam::role/<NodeRole>"},
		passes("NodeRole", "eks.amazonaws.com"),
	}},
	"eks:deleteCluster": {needs: []need{
		{actions: "eks:DeleteCluster", on: "eks:cluster/<Name>"},
		{actions: "eks:DescribeCluster", on: "eks:cluster/<Name>", job: true},
	}},
	"eks:deleteFargateProfile": {needs: []need{
		{actions: "eks:DeleteFargateProfile", on: "eks:fargateprofile/<ClusterName:name>/<FargateProfileName>/*"},
		{actions: "eks:DescribeFargateProfile", on: "eks:fargateprofile/<ClusterName:name>/<FargateProfileName>/*", job: true},
	}},
	"eks:deleteNodegroup": {needs: []need{
		{actions: "eks:DeleteNodegroup", on: "eks:nodegroup/<ClusterName:name>/<NodegroupName>/*"},
		{actions: "eks:DescribeNodegroup", on: "eks:nodegroup/<ClusterName:name>/<NodegroupName>/*", job: true},
	}},

	"elasticmapreduce:addStep": {needs: []need{
		{actions: "elasticmapreduce:AddJobFlowSteps", on: "elasticmapreduce:cluster/<ClusterId>"},
		{actions: "elasticmapreduce:DescribeStep elasticmapreduce:CancelSteps", on: "elasticmapreduce:cluster/<ClusterId>", job: true},
	}},
	"elasticmapreduce:cancelStep": {needs: []need{{actions: "elasticmapreduce:CancelSteps", on: "elasticmapreduce:cluster/<ClusterId>"}}},
	"elasticmapreduce:createCluster": {needs: []need{
		{actions: "elasticmapreduce:RunJobFlow", on: "*", why: "elasticmapreduce:RunJobFlow" + noResourceTypes},
		{actions: "elasticmapreduce:AddTags", on: "elasticmapreduce:cluster/*", given: "Tags"},
		{actions: "elasticmapreduce:DescribeCluster elasticmapreduce:TerminateJobFlows", on: "elasticmapreduce:cluster/*", job: true},
		passes("ServiceRole", "elasticmapreduce.${AWS::URLSuffix}"),
		passes("AutoScalingRole", "application-autoscaling.amazonaws.com"),
		passesProfile("JobFlowRole", "ec2.${AWS::URLSuffix}"),
	}},
	"elasticmapreduce:modifyInstanceFleetByName": {needs: []need{
		{actions: "elasticmapreduce:ListInstanceFleets elasticmapreduce:ModifyInstanceFleet", on: "elasticmapreduce:cluster/<ClusterId>"},
	}},
	"elasticmapreduce:modifyInstanceGroupByName": {needs: []need{
		{actions: "elasticmapreduce:ListInstanceGroups elasticmapreduce:ModifyInstanceGroups", on: "elasticmapreduce:cluster/<ClusterId>"},
	}},
	"elasticmapreduce:setClusterTerminationProtection": {needs: []need{
		{actions: "elasticmapreduce:SetTerminationProtection", on: "elasticmapreduce:cluster/<ClusterId>"},
	}},
	"elasticmapreduce:terminateCluster": {needs: []need{
		{actions: "elasticmapreduce:TerminateJobFlows", on: "elasticmapreduce:cluster/<ClusterId>"},
		{actions: "elasticmapreduce:DescribeCluster", on: "elasticmapreduce:cluster/<ClusterId>", job: true},
	}},

	"emr-containers:createVirtualCluster": {needs: []need{
		{actions: "emr-containers:CreateVirtualCluster", on: "*", why: "emr-containers:CreateVirtualCluster" + noResourceTypes},
		{actions: "emr-containers:TagResource", on: "emr-containers:/virtualclusters/*", given: "Tags"},
		linkedRole("emr-containers.amazonaws.com", "AWSServiceRoleForAmazonEMRContainers"),
	}},
	"emr-containers:deleteVirtualCluster": {needs: []need{
		{actions: "emr-containers:DeleteVirtualCluster", on: "emr-containers:/virtualclusters/<Id>"},
		{actions: "emr-containers:DescribeVirtualCluster", on: "emr-containers:/virtualclusters/<Id>", job: true},
	}},
	"emr-containers:startJobRun": {needs: []need{
		{actions: "emr-containers:StartJobRun", on: "emr-containers:/virtualclusters/<VirtualClusterId>",
			when: []Condition{{"StringEquals", "emr-containers:ExecutionRoleArn", "<ExecutionRoleArn>"}}},
		{actions: "emr-containers:TagResource", on: "emr-containers:/virtualclusters/<VirtualClusterId>/jobruns/*", given: "Tags"},
		{actions: "emr-containers:CancelJobRun emr-containers:DescribeJobRun",
			on: "emr-containers:/virtualclusters/<VirtualClusterId>/jobruns/*", job: true},
	}},

	"emr-serverless:cancelJobRun": {needs: []need{
		{actions: "emr-serverless:CancelJobRun", on: "emr-serverless:/applications/<ApplicationId>/jobruns/<JobRunId>"},
		{actions: "emr-serverless:GetJobRun", on: "emr-serverless:/applications/<ApplicationId>/jobruns/<JobRunId>", job: true},
	}},
	"emr-serverless:createApplication": {needs: []need{
		{actions: "emr-serverless:CreateApplication", on: "*", why: "emr-serverless:CreateApplication" + noResourceTypes},
		{actions: "emr-serverless:TagResource", on: "emr-serverless:/applications/*", given: "Tags"},
		{actions: "ec2:CreateNetworkInterface", given: "NetworkConfiguration",
			on:   "ec2:network-interface/* ec2:subnet/<NetworkConfiguration.SubnetIds> ec2:security-group/<NetworkConfiguration.SecurityGroupIds|*>",
			when: []Condition{{"StringEquals", "aws:CalledViaLast", "ops.emr-serverless.amazonaws.com"}}},
		{actions: "emr-serverless:DeleteApplication emr-serverless:GetApplication", on: "emr-serverless:/applications/*", job: true},
		linkedRole("ops.emr-serverless.amazonaws.com", "AWSServiceRoleForAmazonEMRServerless"),
	}},
	"emr-serverless:deleteApplication": {needs: []need{
		{actions: "emr-serverless:DeleteApplication", on: "emr-serverless:/applications/<ApplicationId>"},
		{actions: "emr-serverless:GetApplication", on: "emr-serverless:/applications/<ApplicationId>", job: true},
	}},
	"emr-serverless:startApplication": {needs: []need{
		{actions: "emr-serverless:StartApplication", on: "emr-serverless:/applications/<ApplicationId>"},
		{actions: "emr-serverless:GetApplication emr-serverless:StopApplication", on: "emr-serverless:/applications/<ApplicationId>", job: true},
	}},
	"emr-serverless:startJobRun": {needs: []need{
		{actions: "emr-serverless:StartJobRun", on: "emr-serverless:/applications/<ApplicationId>"},
		{actions: "emr-serverless:TagResource", on: "emr-serverless:/applications/<ApplicationId>/jobruns/*", given: "Tags"},
		{actions: "emr-serverless:CancelJobRun emr-serverless:GetJobRun", on: "emr-serverless:/applications/<ApplicationId>/jobruns/*", job: true},
		passes("ExecutionRoleArn", "emr-serverless.amazonaws.com"),
	}},
	"emr-serverless:stopApplication": {needs: []need{
		{actions: "emr-serverless:StopApplication", on: "emr-serverless:/applications/<ApplicationId>"},
		{actions: "emr-serverless:GetApplication", on: "emr-serverless:/applications/<ApplicationId>", job: true},
	}},

	"events:putEvents": {more: (*grants).putEvents},

	"glue:startJobRun": {needs: []need{
		{actions: "glue:StartJobRun", on: "glue:job/<JobName>"},
		{actions: "glue:BatchStopJobRun glue:GetJobRun glue:GetJobRuns", on: "glue:job/<JobName>", job: true},
	}},

	"http:invoke": {more: (*grants).httpInvoke},

	"lambda:invoke": {more: (*grants).lambdaInvoke},

	"mediaconvert:createJob": {needs: []need{
		{actions: "mediaconvert:CreateJob", on: "mediaconvert:queues/<Queue|Default>"},
		{actions: "mediaconvert:CreateJob", on: "mediaconvert:jobTemplates/<JobTemplate> mediaconvert:presets/*", given: "JobTemplate"},
		{actions: "mediaconvert:CreateJob", on: "mediaconvert:presets/<Settings.OutputGroups.Outputs.Preset>", given: "Settings.OutputGroups.Outputs.Preset"},
		{actions: "mediaconvert:TagResource", on: "mediaconvert:jobs/*", given: "Tags"},
		{actions: "mediaconvert:CancelJob mediaconvert:GetJob", on: "mediaconvert:jobs/*", job: true},
		passes("Role", "mediaconvert.amazonaws.com"),
	}},

	"sagemaker:createEndpoint": {needs: []need{
		{actions: "sagemaker:CreateEndpoint", on: "sagemaker:endpoint/<EndpointName> sagemaker:endpoint-config/<EndpointConfigName>"},
		{actions: "sagemaker:AddTags", on: "sagemaker:endpoint/<EndpointName>", given: "Tags"},
	}},
	"sagemaker:createEndpointConfig": {needs: []need{
		{actions: "sagemaker:CreateEndpointConfig", on: "sagemaker:endpoint-config/<EndpointConfigName>"},
		{actions: "sagemaker:AddTags", on: "sagemaker:endpoint-config/<EndpointConfigName>", given: "Tags"},
		passes("ExecutionRoleArn", "sagemaker.amazonaws.com"),
	}},
	"sagemaker:createHyperParameterTuningJob": {needs: append(
		sageMakerJob("HyperParameterTuningJob", "hyper-parameter-tuning-job/<HyperParameterTuningJobName>"),
		passes("TrainingJobDefinition.RoleArn", "sagemaker.amazonaws.com"),
		passes("TrainingJobDefinitions.RoleArn", "sagemaker.amazonaws.com"),
	)},
	"sagemaker:createLabelingJob": {needs: append(
		sageMakerJob("LabelingJob", "labeling-job/<LabelingJobName>"),
		passes("RoleArn", "sagemaker.amazonaws.com"),
	)},
	"sagemaker:createModel": {needs: []need{
		{actions: "sagemaker:CreateModel", on: "sagemaker:model/<ModelName>"},
		{actions: "sagemaker:AddTags", on: "sagemaker:model/<ModelName>", given: "Tags"},
		passes("ExecutionRoleArn", "sagemaker.amazonaws.com"),
	}},
	"sagemaker:createProcessingJob": {needs: append(
		sageMakerJob("ProcessingJob", "processing-job/<ProcessingJobName>"),
		passes("RoleArn", "sagemaker.amazonaws.com"),
	)},
	"sagemaker:createTrainingJob": {needs: append(
		sageMakerJob("TrainingJob", "training-job/<TrainingJobName>"),
		passes("RoleArn", "sagemaker.amazonaws.com"),
	)},
	"sagemaker:createTransformJob": {
		needs: sageMakerJob("TransformJob", "transform-job/<TransformJobName>"),
	},
	"sagemaker:updateEndpoint": {needs: []need{
		{actions: "sagemaker:UpdateEndpoint", on: "sagemaker:endpoint/<EndpointName> sagemaker:endpoint-config/<EndpointConfigName>"},
	}},

	"sns:publish": {more: (*grants).snsPublish},

	"sqs:sendMessage": {more: func(g *grants) { g.onQueue("sqs:SendMessage") }},

	"states:startExecution": {more: (*grants).startExecution},
}

// sageMakerJob is what a job needs, which the service tags as its own. Where the task
// waits for it, the service looks at its tags.
func sageMakerJob(kind, resource string) []need {
	on := "sagemaker:" + resource
	return []need{
		{actions: "sagemaker:AddTags sagemaker:Create" + kind, on: on},
		{actions: "sagemaker:Describe" + kind + " sagemaker:ListTags sagemaker:Stop" + kind, on: on, job: true},
	}
}

// linkedRole is the need to create the role of a service that works with one of
// its own, where the account does not have it yet.
func linkedRole(service, name string) need {
	return need{
		actions: "iam:CreateServiceLinkedRole", on: "iam::role/aws-service-role/" + service + "/" + name,
		when: []Condition{{"StringEquals", "iam:AWSServiceName", service}},
	}
}
