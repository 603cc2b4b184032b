package iam

import (
	"regexp"
	"slices"
	"strings"
)

// roleArgument is how arguments are named that take a role.
var roleArgument = regexp.MustCompile(`(?:^|[a-z0-9])Role(?:Arn|ARN)?s?$|^Role(?:Arn|ARN)?s?$`)

// passRoles allows handing the roles that a call names to its service. (IAM User
// Guide, "Granting a user permissions to pass a role to an AWS service".)
func (c call) passRoles(action string) {
	service, _, _ := strings.Cut(action, ":")
	if slices.Contains([]string{"iam", "sts"}, service) { // these are about roles, and pass none
		return
	}
	principals, known := principals[service]
	for _, l := range c.leaves {
		if !roleArgument.MatchString(l.name) {
			continue
		}
		if c.given.computed && !c.isGiven(l.name) {
			c.mayPass(l.name)
			continue
		}
		for _, text := range l.texts {
			role, ok := c.wholeARN(text)
			if !ok {
				role = global("iam", "role/"+text)
			}
			if strings.HasPrefix(text, "arn:") && !strings.Contains(text, ":role/") {
				continue
			}
			c.passRole(l.name, role, principals, known)
		}
	}
}

// passRole allows handing a role to services. Which service it is need not be known
// where the role is.
func (c call) passRole(argument, role string, services []string, known bool) {
	pass := c.allow("iam:PassRole").because(computedArguments(map[string]string{argument: role}))
	switch {
	case known:
		for _, s := range services {
			pass.when("StringEquals", "iam:PassedToService", s).on(role)
		}
	case isComputed(role):
		c.unknown("", argument+" is computed while the workflow runs, and nobody knows to which service the role is passed")
	default:
		pass.on(role)
	}
}

// principals are the services that assume the roles passed in their calls, by the
// prefix of the calls' actions, where they are known.
var principals = func() map[string][]string {
	all := map[string][]string{
		"applicationinsights": {"application-insights.amazonaws.com"},
		"apprunner":           {"build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"},
		"autoscaling":         {"autoscaling.amazonaws.com"},
		"batch":               {"batch.amazonaws.com", "ecs-tasks.amazonaws.com"},
		"ecs":                 {"ecs.amazonaws.com", "ecs-tasks.amazonaws.com"},
		"emr-containers":      {"emr-containers.amazonaws.com"},
		"kinesisanalytics":    {"kinesisanalytics.amazonaws.com"},
		"logs":                {"logs.amazonaws.com"},
		"rds":                 {"rds.amazonaws.com", "monitoring.rds.amazonaws.com", "export.rds.amazonaws.com"},
		"ssm":                 {"ssm.amazonaws.com"},
	}
	for service := range strings.FieldsSeq(`apigateway appflow athena backup bedrock cloudformation cloudtrail codebuild
		codedeploy codepipeline comprehend config databrew datapipeline datasync dms ec2 eks elasticmapreduce
		emr-serverless events firehose forecast frauddetector glue greengrass iot iotanalytics iotevents lambda
		lex mediaconvert mediapackage personalize pipes redshift rekognition s3 sagemaker scheduler
		states storagegateway textract transcribe transfer vpc-flow-logs`) {
		all[service] = []string{service + ".amazonaws.com"}
	}
	for _, service := range []string{"ec2", "elasticmapreduce"} { // in China these two have the names of their Region
		all[service] = []string{service + ".${AWS::URLSuffix}"}
	}
	return all
}()
