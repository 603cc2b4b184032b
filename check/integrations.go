package check

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// integrations are the optimized service integrations and the patterns that each
// of their actions has besides Request Response: s for .sync, 2 for .sync:2, t for
// .waitForTaskToken (Step Functions Developer Guide, "Integrating optimized
// services").
var integrations = parseIntegrations(`
apigateway        invoke=t
athena            startQueryExecution=s stopQueryExecution getQueryExecution getQueryResults
batch             submitJob=st
bedrock           invokeModel=t createModelCustomizationJob=s
codebuild         startBuild=s stopBuild batchDeleteBuilds batchGetReports startBuildBatch=s stopBuildBatch retryBuildBatch=s deleteBuildBatch
databrew          startJobRun=s
dynamodb          getItem putItem updateItem deleteItem
ecs               runTask=st
eks               createCluster=s deleteCluster=s createNodegroup=s deleteNodegroup=s createFargateProfile=s deleteFargateProfile=s runJob=st call
elasticmapreduce  createCluster=s terminateCluster=s addStep=s cancelStep setClusterTerminationProtection modifyInstanceFleetByName modifyInstanceGroupByName
emr-containers    createVirtualCluster deleteVirtualCluster=s startJobRun=s
emr-serverless    createApplication=s startApplication=s stopApplication=s deleteApplication=s startJobRun=s cancelJobRun=s
events            putEvents=t
glue              startJobRun=st
http              invoke
lambda            invoke=t
mediaconvert      createJob=s
sagemaker         createEndpoint createEndpointConfig createModel updateEndpoint createHyperParameterTuningJob=s createLabelingJob=s createProcessingJob=s createTrainingJob=s createTransformJob=s
sns               publish=t
sqs               sendMessage=t
states            startExecution=s2t
`)

func parseIntegrations(table string) map[string]map[string]string {
	services := map[string]map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.Fields(line)
		actions := map[string]string{}
		for _, word := range words[1:] {
			action, patterns, _ := strings.Cut(word, "=")
			actions[action] = patterns
		}
		services[words[0]] = actions
	}
	return services
}

// patternLetters are the letters of the table.
var patternLetters = map[asl.Pattern]string{asl.RunJob: "s", asl.RunJobParsed: "2", asl.WaitForToken: "t"}

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
	patterns, ok := actions[r.Action]
	if !ok {
		_, hint = c.didYouMean(r.Action, sortedKeys(actions), len(actions))
		return fmt.Sprintf("the optimized integration of %s has no action %q", r.Service, r.Action),
			cmp.Or(hint, fmt.Sprintf("use the AWS SDK integration aws-sdk:%s:%s", r.Service, r.Action))
	}
	letter, known := patternLetters[r.Pattern]
	switch {
	case r.Pattern == asl.RequestResponse:
		return "", ""
	case !known:
		return c.patternFault(r)
	case !strings.Contains(patterns, letter):
		return fmt.Sprintf("%s:%s has no pattern .%s", r.Service, r.Action, r.Pattern), ""
	}
	return "", ""
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
	case patternLetters[r.Pattern] == "":
		return c.patternFault(r)
	}
	return "an AWS SDK integration cannot wait for a job: it has no ." + string(r.Pattern), "use the service's optimized integration, or poll with Wait and Choice"
}

func (c *checker) patternFault(r asl.Resource) (message, hint string) {
	names := []string{string(asl.RunJob), string(asl.RunJobParsed), string(asl.WaitForToken)}
	_, hint = c.didYouMean(string(r.Pattern), slices.Values(names), len(names))
	return fmt.Sprintf("there is no integration pattern %q", "."+string(r.Pattern)), hint
}

// sortedKeys yields a map's keys in their order, so that suggestions do not change
// from run to run.
func sortedKeys[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}
