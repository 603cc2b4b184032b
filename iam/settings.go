package iam

// Logging returns what the role of a machine needs that logs its executions to Amazon
// CloudWatch Logs. AWS knows no resource to scope it by (Step Functions Developer
// Guide, "Using CloudWatch Logs to log execution history").
func Logging() Statement {
	return Statement{
		Actions: []string{"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
			"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"},
		Resources: []string{"*"},
		Why:       "the delivery of logs has no resource types",
	}
}

// Tracing returns what the role of a machine needs that sends traces to AWS X-Ray,
// which has no resources to scope it by (Step Functions Developer Guide, "Trace Step
// Functions request data in AWS X-Ray").
func Tracing() Statement {
	return Statement{
		Actions: []string{"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords",
			"xray:PutTraceSegments"},
		Resources: []string{"*"},
		Why:       "traces have no resource types",
	}
}

// Encryption returns what the role of a machine needs that is encrypted with a
// customer managed key: the use of that key, for this machine alone. (Step Functions
// Developer Guide, "Data at rest encryption".)
func Encryption(keyARN string) Statement {
	return Statement{
		Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources: []string{keyARN},
		Conditions: []Condition{{"StringEquals", "kms:EncryptionContext:aws:states:stateMachineArn",
			self}},
	}
}

// Worker returns what the workers of an activity need, whose role is not the
// machine's: to take tasks and to answer them.
func Worker(activityARN string) Statement {
	return Statement{
		Actions:   []string{"states:GetActivityTask", "states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"},
		Resources: []string{activityARN},
	}
}

// Callback returns what whoever sends the tokens of tasks back needs, whose role
// is not the machine's. Its resource is that machine.
func Callback(stateMachineARN string) Statement {
	return Statement{
		Actions:   []string{"states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"},
		Resources: []string{stateMachineARN},
	}
}
