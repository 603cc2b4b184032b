package catalog

// retired are the services that AWS SDK integrations called once and AWS offers no
// more, with the first parts of their error names (Step Functions Developer Guide,
// "Learning to use AWS service SDK integrations in Step Functions").
var retired = map[string]string{
	"alexaforbusiness":  "AlexaForBusiness",
	"apptest":           "AppTest",
	"codestar":          "CodeStar",
	"elasticinference":  "ElasticInference",
	"elastictranscoder": "ElasticTranscoder",
	"evidently":         "Evidently",
	"honeycode":         "Honeycode",
	"iot1clickprojects": "Iot1ClickProjects",
	"iotanalytics":      "IoTAnalytics",
	"iotfleethub":       "IoTFleetHub",
	"iotroborunner":     "IotRoboRunner",
	"lookoutmetrics":    "LookoutMetrics",
	"lookoutvision":     "LookoutVision",
	"macie":             "Macie",
	"mobile":            "Mobile",
	"opsworks":          "OpsWorks",
	"opsworkscm":        "OpsWorksCm",
	"privatenetworks":   "PrivateNetworks",
	"qldb":              "Qldb",
	"qldbsession":       "QldbSession",
	"robomaker":         "RoboMaker",
	"sms":               "Sms",
}

// otherNames are the names that services have in ARNs, in IAM and in optimized
// integrations, where the names in AWS SDK integrations look nothing like them.
var otherNames = map[string]string{
	"aps":               "amp",
	"ce":                "costexplorer",
	"cognito-idp":       "cognitoidentityprovider",
	"cur":               "costandusagereport",
	"dms":               "databasemigration",
	"ds":                "directory",
	"elasticfilesystem": "efs",
	"elasticmapreduce":  "emr",
	"elb":               "elasticloadbalancing",
	"elbv2":             "elasticloadbalancingv2",
	"es":                "elasticsearch",
	"events":            "eventbridge",
	"logs":              "cloudwatchlogs",
	"mobiletargeting":   "pinpoint",
	"monitoring":        "cloudwatch",
	"states":            "sfn",
	"stepfunctions":     "sfn",
	"tagging":           "resourcegroupstaggingapi",
	"tag":               "resourcegroupstaggingapi",
}
