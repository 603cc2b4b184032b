package constructs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwise-go/stepwise/iam"
)

// placeholders replaces ${Name} in the texts of a policy.
type placeholders struct{ *strings.Replacer }

// newPlaceholders knows where the stack is deployed to, and what is bound: pairs
// of a name and a value, which may be a token.
func newPlaceholders(bound ...string) placeholders {
	pairs := []string{
		"${AWS::Partition}", *awscdk.Aws_PARTITION(),
		"${AWS::Region}", *awscdk.Aws_REGION(),
		"${AWS::AccountId}", *awscdk.Aws_ACCOUNT_ID(),
		"${AWS::URLSuffix}", *awscdk.Aws_URL_SUFFIX(),
	}
	for i := 0; i < len(bound); i += 2 {
		pairs = append(pairs, "${"+bound[i]+"}", bound[i+1])
	}
	return placeholders{strings.NewReplacer(pairs...)}
}

// statement turns a statement into the CDK's.
func (p placeholders) statement(s iam.Statement) awsiam.PolicyStatement {
	resources := make([]string, len(s.Resources))
	for i, r := range s.Resources {
		resources[i] = p.Replace(r)
	}
	props := &awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(s.Actions...),
		Resources: jsii.Strings(resources...),
	}
	if len(s.Conditions) > 0 {
		conditions := make(map[string]any)
		for _, c := range s.Conditions {
			keys, _ := conditions[c.Operator].(map[string]any)
			if keys == nil {
				keys = make(map[string]any)
				conditions[c.Operator] = keys
			}
			keys[c.Key] = p.Replace(c.Value)
		}
		props.Conditions = &conditions
	}
	return awsiam.NewPolicyStatement(props)
}

var unbound = regexp.MustCompile(`\$\{(\w+)\}`)

// missing returns the placeholders that the statements hold and nobody has bound.
// (CDK tokens and the variables of IAM hold other characters.)
func (p placeholders) missing(statements []iam.Statement) []string {
	var names []string
	for _, s := range statements {
		texts := slices.Clone(s.Resources)
		for _, c := range s.Conditions {
			texts = append(texts, c.Value)
		}
		for _, t := range texts {
			for _, m := range unbound.FindAllStringSubmatch(p.Replace(t), -1) {
				names = append(names, m[1])
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// allow adds the statements to the role's own policy.
func (p placeholders) allow(role awsiam.Role, statements ...iam.Statement) {
	for _, s := range statements {
		role.AddToPolicy(p.statement(s))
	}
}

// Allow adds the statements to the role's own policy. Their texts may hold
// ${AWS::Partition}, ${AWS::Region}, ${AWS::AccountId} and ${AWS::URLSuffix}.
func Allow(role awsiam.Role, statements ...iam.Statement) {
	newPlaceholders().allow(role, statements...)
}
