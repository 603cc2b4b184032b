package iam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// LargePolicy is the code of the warning that the statements of a machine are too
// long for one policy inside its role.
const LargePolicy diag.Code = "LARGE_POLICY"

// How long policies may be, in characters without blanks (IAM User Guide, "IAM and
// AWS STS quotas").
const (
	MaxInline  = 10_240 // all policies inside a role together
	MaxManaged = 6_144  // a managed policy, of which a role may have 10
)

// Policy returns the statements as a policy document: indented JSON in the order
// of the statements. Placeholders stay as they are: those of where the stack is
// deployed are what Fn::Sub of AWS CloudFormation fills in, for that of [SelfName] the
// machine's name has to be put, for others what the handles are bound to.
func Policy(statements []Statement) string { return value.Indent(document(statements)) }

// Size returns how long the policy of the statements is at most, in characters without
// blanks, with names of usual length in place of its placeholders.
func Size(statements []Statement) int {
	return len(filledIn.ReplaceAllStringFunc(value.String(document(statements)), func(p string) string {
		return strings.Repeat("x", lengthOf(p))
	}))
}

var filledIn = regexp.MustCompile(`\$\{[^}]+\}`)

func lengthOf(placeholder string) int {
	switch {
	case placeholder == "${AWS::Partition}":
		return len("aws-us-gov")
	case placeholder == "${AWS::Region}":
		return len("ap-southeast-2")
	case placeholder == "${AWS::AccountId}":
		return len("123456789012")
	case strings.HasSuffix(placeholder, "Arn}"):
		return 128
	}
	return 64
}

// Split parts the statements, in their order, into policies that are no longer than
// max by [Size]: [MaxManaged] for managed policies. A statement that is too long by
// itself is parted by its resources; one resource with its actions is never parted.
func Split(statements []Statement, max int) [][]Statement {
	var policies [][]Statement
	for _, s := range statements {
		for _, part := range s.parts(max) {
			last := len(policies) - 1
			if last < 0 || Size(append(slices.Clone(policies[last]), part)) > max {
				policies = append(policies, nil)
				last++
			}
			policies[last] = append(policies[last], part)
		}
	}
	return policies
}

// parts halves the resources of a statement until each part fits.
func (s Statement) parts(max int) []Statement {
	if len(s.Resources) < 2 || Size([]Statement{s}) <= max {
		return []Statement{s}
	}
	half := len(s.Resources) / 2
	first, second := s, s
	first.Resources, second.Resources = s.Resources[:half:half], s.Resources[half:]
	return append(first.parts(max), second.parts(max)...)
}

func document(statements []Statement) *value.Object {
	list := make([]any, len(statements))
	for i, s := range statements {
		members := []value.Member{
			{Name: "Effect", Value: "Allow"},
			{Name: "Action", Value: oneOrList(s.Actions)},
			{Name: "Resource", Value: oneOrList(s.Resources)},
		}
		if len(s.Conditions) > 0 {
			members = append(members, value.Member{Name: "Condition", Value: conditionBlock(s.Conditions)})
		}
		list[i] = value.NewObject(members...)
	}
	return value.NewObject(value.Member{Name: "Version", Value: "2012-10-17"}, value.Member{Name: "Statement", Value: list})
}

func conditionBlock(conditions []Condition) *value.Object {
	block := value.NewObject()
	for _, c := range conditions {
		keys, _ := block.Get(c.Operator)
		of, _ := keys.(*value.Object)
		block = block.With(c.Operator, of.With(c.Key, c.Value))
	}
	return block
}

func oneOrList(texts []string) any {
	if len(texts) == 1 {
		return texts[0]
	}
	list := make([]any, len(texts))
	for i, t := range texts {
		list[i] = t
	}
	return list
}

// String returns the statement for people: the actions, the resources, and behind
// them the conditions, the reason and the states that need it.
//
//	dynamodb:PutItem
//	  on arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*
//	  because TableName is computed while the workflow runs
//	  for "Save"
func (s Statement) String() string {
	var b strings.Builder
	b.WriteString(strings.Join(s.Actions, ", "))
	for _, r := range s.Resources {
		b.WriteString("\n  on " + r)
	}
	for _, c := range s.Conditions {
		fmt.Fprintf(&b, "\n  if %s %s %s", c.Key, c.Operator, c.Value)
	}
	if s.Why != "" {
		b.WriteString("\n  because " + s.Why)
	}
	if len(s.States) > 0 {
		fmt.Fprintf(&b, "\n  for %q", s.States[0])
		for _, state := range s.States[1:] {
			fmt.Fprintf(&b, ", %q", state)
		}
	}
	return b.String()
}
