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
			c.passRole(l.name, role, principalsOf(action, l.name))
		}
	}
}

// passRole allows handing a role to services. Which they are need not be known where
// the role is.
func (c call) passRole(argument, role string, services []string) {
	pass := c.allow("iam:PassRole").because(computedArguments(map[string]string{argument: role}))
	switch {
	case len(services) > 0:
		for _, s := range services {
			pass.when("StringEquals", "iam:PassedToService", s).on(role)
		}
	case isComputed(role):
		c.unknown("", argument+" is computed while the workflow runs, and nobody knows to which service the role is passed")
	default:
		pass.on(role)
	}
}

// principalsOf returns the services that assume the role that a call names as an
// argument, nil if they are not known.
func principalsOf(action, argument string) []string {
	service, _, _ := strings.Cut(action, ":")
	for _, key := range []string{service + ":" + argument, action, service} {
		if found, ok := principals[key]; ok {
			return found
		}
	}
	return nil
}

// principals are the services that assume the roles passed in calls, where they are
// known: by the prefix of the calls' actions, for some by argument or action.
var principals = func() map[string][]string {
	all := map[string][]string{
		"applicationinsights":        {"application-insights.amazonaws.com"},
		"apprunner":                  {"build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"},
		"autoscaling":                {"autoscaling.amazonaws.com"},
		"batch":                      {"batch.amazonaws.com", "ecs-tasks.amazonaws.com"},
		"ecs":                        {"ecs.amazonaws.com", "ecs-tasks.amazonaws.com"},
		"ecs:RunTask":                {"ecs-tasks.amazonaws.com"},
		"ecs:RegisterTaskDefinition": {"ecs-tasks.amazonaws.com"},
		"emr-containers":             {"emr-containers.amazonaws.com"},
		"kinesisanalytics":           {"kinesisanalytics.amazonaws.com"},
		"logs":                       {"logs.amazonaws.com"},
		"rds":                        {"rds.amazonaws.com"},
		"rds:MonitoringRoleArn":      {"monitoring.rds.amazonaws.com"},
		"rds:StartExportTask":        {"export.rds.amazonaws.com"},
		"ssm":                        {"ssm.amazonaws.com"},
	}
	for service := range strings.FieldsSeq(`apigateway appflow athena backup bedrock cloudformation cloudtrail codebuild
		codedeploy codepipeline comprehend config databrew datapipeline datasync dms ec2 eks elasticmapreduce
		emr-serverless events firehose forecast frauddetector glue greengrass iot iotevents lambda
		lex mediaconvert mediapackage personalize pipes redshift rekognition s3 sagemaker scheduler
		states storagegateway textract transcribe transfer`) {
		all[service] = []string{service + ".amazonaws.com"}
	}
	for _, service := range []string{"ec2", "elasticmapreduce"} { // in China these two have the names of their Region
		all[service] = []string{service + ".${AWS::URLSuffix}"}
	}
	return all
}()
