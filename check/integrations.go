package check

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// optimized is an action of an optimized service integration.
type optimized struct {
	patterns []asl.Pattern // besides Request Response
	required []string      // arguments; of A|B one
}

// integrations are the optimized service integrations by service and action: the
// patterns that each has, and the arguments that it needs (Step Functions Developer
// Guide, "Integrating optimized services").
var integrations = parseIntegrations(`
apigateway:invoke                            ApiEndpoint Method .waitForTaskToken
athena:getQueryExecution                     QueryExecutionId
athena:getQueryResults                       QueryExecutionId
athena:startQueryExecution                   QueryString .sync
athena:stopQueryExecution                    QueryExecutionId
batch:submitJob                              JobName JobQueue JobDefinition .sync .waitForTaskToken
bedrock:createModelCustomizationJob          JobName CustomModelName RoleArn BaseModelIdentifier TrainingDataConfig OutputDataConfig .sync
bedrock:invokeModel                          ModelId .waitForTaskToken
codebuild:batchDeleteBuilds                  Ids
codebuild:batchGetReports                    ReportArns
codebuild:deleteBuildBatch                   Id
codebuild:retryBuildBatch                    .sync
codebuild:startBuild                         ProjectName .sync
codebuild:startBuildBatch                    ProjectName .sync
codebuild:stopBuild                          Id
codebuild:stopBuildBatch                     Id
databrew:startJobRun                         Name .sync
dynamodb:deleteItem                          TableName Key
dynamodb:getItem                             TableName Key
dynamodb:putItem                             TableName Item
dynamodb:updateItem                          TableName Key
ecs:runTask                                  TaskDefinition .sync .waitForTaskToken
eks:call                                     ClusterName CertificateAuthority Endpoint Method Path
eks:createCluster                            Name RoleArn ResourcesVpcConfig .sync
eks:createFargateProfile                     ClusterName FargateProfileName PodExecutionRoleArn .sync
eks:createNodegroup                          ClusterName NodegroupName Subnets NodeRole .sync
eks:deleteCluster                            Name .sync
eks:deleteFargateProfile                     ClusterName FargateProfileName .sync
eks:deleteNodegroup                          ClusterName NodegroupName .sync
eks:runJob                                   ClusterName CertificateAuthority Endpoint Job .sync .waitForTaskToken
elasticmapreduce:addStep                     ClusterId Step .sync
elasticmapreduce:cancelStep                  ClusterId StepId
elasticmapreduce:createCluster               Name Instances .sync
elasticmapreduce:modifyInstanceFleetByName   ClusterId InstanceFleetName InstanceFleet
elasticmapreduce:modifyInstanceGroupByName   ClusterId InstanceGroupName InstanceGroup
elasticmapreduce:setClusterTerminationProtection ClusterId TerminationProtected
elasticmapreduce:terminateCluster            ClusterId .sync
emr-containers:createVirtualCluster          Name ContainerProvider
emr-containers:deleteVirtualCluster          Id .sync
emr-containers:startJobRun                   VirtualClusterId .sync
emr-serverless:cancelJobRun                  ApplicationId JobRunId .sync
emr-serverless:createApplication             ReleaseLabel Type .sync
emr-serverless:deleteApplication             ApplicationId .sync
emr-serverless:startApplication              ApplicationId .sync
emr-serverless:startJobRun                   ApplicationId ExecutionRoleArn .sync
emr-serverless:stopApplication               ApplicationId .sync
events:putEvents                             Entries .waitForTaskToken
glue:startJobRun                             JobName .sync .waitForTaskToken
http:invoke                                  ApiEndpoint Method
lambda:invoke                                FunctionName .waitForTaskToken
mediaconvert:createJob                       Role Settings .sync
sagemaker:createEndpoint                     EndpointName EndpointConfigName
sagemaker:createEndpointConfig               EndpointConfigName ProductionVariants
sagemaker:createHyperParameterTuningJob      HyperParameterTuningJobName HyperParameterTuningJobConfig .sync
sagemaker:createLabelingJob                  LabelingJobName LabelAttributeName InputConfig OutputConfig RoleArn HumanTaskConfig .sync
sagemaker:createModel                        ModelName
sagemaker:createProcessingJob                ProcessingJobName ProcessingResources AppSpecification RoleArn .sync
sagemaker:createTrainingJob                  TrainingJobName RoleArn OutputDataConfig .sync
sagemaker:createTransformJob                 TransformJobName ModelName TransformInput TransformOutput TransformResources .sync
sagemaker:updateEndpoint                     EndpointName EndpointConfigName
sns:publish                                  TopicArn|TargetArn|PhoneNumber Message .waitForTaskToken
sqs:sendMessage                              QueueUrl MessageBody .waitForTaskToken
states:startExecution                        StateMachineArn .sync .sync:2 .waitForTaskToken
`)

func parseIntegrations(table string) map[string]map[string]optimized {
	services := map[string]map[string]optimized{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.Fields(line)
		service, action, _ := strings.Cut(words[0], ":")
		if services[service] == nil {
			services[service] = map[string]optimized{}
		}
		var o optimized
		for _, word := range words[1:] {
			if pattern, ok := strings.CutPrefix(word, "."); ok {
				o.patterns = append(o.patterns, asl.Pattern(pattern))
			} else {
				o.required = append(o.required, word)
			}
		}
		services[service][action] = o
	}
	return services
}

// patterns are all that a Resource may name.
var patterns = []string{string(asl.RequestResponse), string(asl.RunJob), string(asl.RunJobParsed), string(asl.WaitForToken)}

// resourcesAreARNs reports a Task whose Resource names nothing that a task can run.
func resourcesAreARNs(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || t.Resource == "" || asl.HasPlaceholder(t.Resource) {
		return
	}
	if asl.ParseResource(t.Resource).Kind == asl.UnknownIntegration || !strings.HasPrefix(t.Resource, "arn:aws") {
		c.state(v, "/Resource", fmt.Sprintf("%q is not the ARN of a Lambda function, an activity or a service integration", t.Resource),
			"write one such as arn:aws:states:::lambda:invoke")
	}
}

// integrationsExist reports a Resource that names a service integration that there
// is not.
func integrationsExist(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok || asl.HasPlaceholder(t.Resource) {
		return
	}
	r := asl.ParseResource(t.Resource)
	message, hint := "", ""
	switch r.Kind {
	case asl.OptimizedIntegration:
		message, hint = c.optimizedFault(r)
	case asl.SDKIntegration:
		message, hint = c.sdkFault(r)
	}
	if message != "" {
		c.state(v, "/Resource", message, hint)
	}
}

func (c *checker) optimizedFault(r asl.Resource) (message, hint string) {
	actions, ok := integrations[r.Service]
	if !ok {
		_, hint = c.didYouMean(r.Service, sortedKeys(integrations), len(integrations))
		return fmt.Sprintf("there is no optimized integration of the service %q", r.Service), cmp.Or(hint, "use an AWS SDK integration")
	}
	action, ok := actions[r.Action]
	if !ok {
		_, hint = c.didYouMean(r.Action, sortedKeys(actions), len(actions))
		return fmt.Sprintf("the optimized integration of %s has no action %q", r.Service, r.Action),
			cmp.Or(hint, fmt.Sprintf("use the AWS SDK integration aws-sdk:%s:%s", r.Service, r.Action))
	}
	switch {
	case r.Pattern == asl.RequestResponse || slices.Contains(action.patterns, r.Pattern):
		return "", ""
	case !slices.Contains(patterns, string(r.Pattern)):
		return c.patternFault(r)
	}
	return fmt.Sprintf("%s:%s has no pattern .%s", r.Service, r.Action, r.Pattern), ""
}

func (c *checker) sdkFault(r asl.Resource) (message, hint string) {
	switch {
	case r.Action == "":
		return "the action is missing", ""
	case r.Action[0] < 'a' || r.Action[0] > 'z':
		return fmt.Sprintf("the action %q must start with a lower-case letter", r.Action),
			fmt.Sprintf("write %q", strings.ToLower(r.Action[:1])+r.Action[1:])
	case r.Pattern == asl.RequestResponse || r.Pattern == asl.WaitForToken:
		return "", ""
	case !slices.Contains(patterns, string(r.Pattern)):
		return c.patternFault(r)
	}
	return "an AWS SDK integration cannot wait for a job: it has no ." + string(r.Pattern), "use the service's optimized integration, or poll with Wait and Choice"
}

func (c *checker) patternFault(r asl.Resource) (message, hint string) {
	_, hint = c.didYouMean(string(r.Pattern), slices.Values(patterns), len(patterns))
	return fmt.Sprintf("there is no integration pattern %q", "."+string(r.Pattern)), hint
}

// argumentsAreThere reports a service integration that lacks an argument that it
// needs. One without any takes the state's input for its arguments.
func argumentsAreThere(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok {
		return
	}
	r := asl.ParseResource(t.Resource)
	given, field := argumentsOf(v, t)
	if given == nil || r.Kind != asl.OptimizedIntegration {
		return
	}
	o, ok := given.Value.(*value.Object)
	if !ok {
		return
	}
	var missing []string
	for _, name := range integrations[r.Service][r.Action].required {
		one := strings.Split(name, "|")
		// One that is written small is a fault of its own.
		given := func(n string) bool {
			return hasArgument(o, n, v.Language) || hasArgument(o, uncapitalized(n), v.Language)
		}
		if !slices.ContainsFunc(one, given) {
			missing = append(missing, strings.Join(one, " or "))
		}
	}
	if len(missing) > 0 {
		c.state(v, field, fmt.Sprintf("%s: %s:%s needs %s", missingFields(missing), r.Service, r.Action, itOrThem(len(missing))), "")
	}
}

// argumentsAreCapitalized reports an argument of a service integration whose name
// starts with a small letter: all of them are in PascalCase, whatever the service
// itself calls them.
func argumentsAreCapitalized(c *checker, v *asl.Visit) {
	t, ok := v.State.(*asl.Task)
	if !ok {
		return
	}
	if k := asl.ParseResource(t.Resource).Kind; k != asl.OptimizedIntegration && k != asl.SDKIntegration {
		return
	}
	given, field := argumentsOf(v, t)
	if given == nil {
		return
	}
	o, ok := given.Value.(*value.Object)
	if !ok {
		return
	}
	for m := range o.Members() {
		if first, size := utf8.DecodeRuneInString(m.Name); unicode.IsLower(first) {
			c.state(v, value.AppendPointer(field, m.Name), "the name of an argument must start with a capital letter",
				fmt.Sprintf("write %q", string(unicode.ToUpper(first))+m.Name[size:]))
		}
	}
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// sortedKeys yields a map's keys in their order, so that suggestions do not change
// from run to run.
func sortedKeys[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}
