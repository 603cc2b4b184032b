package constructs

import "github.com/stepwise-go/stepwise/iam"

// SendMail allows to send e-mails from one address through Amazon SES, as an
// identity that SES has verified: the address or its domain (Service Authorization
// Reference, "Amazon Simple Email Service v2").
func SendMail(identity, from string) iam.Statement {
	return iam.Statement{
		Actions:    []string{"ses:SendEmail"},
		Resources:  []string{"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/" + identity},
		Conditions: []iam.Condition{{Operator: "StringEquals", Key: "ses:FromAddress", Value: from}},
	}
}
