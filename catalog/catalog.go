package catalog

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// Service is a service that AWS SDK integrations call.
type Service struct {
	Name        string // in the ARN: "dynamodb", "cloudwatchlogs"
	ErrorPrefix string // "DynamoDb", of DynamoDb.ResourceNotFoundException
	IAMPrefix   string // "logs", of logs:PutLogEvents; "" if none is known
	ID          string // the SDKs' name: "CloudWatch Logs"
	Unlisted    bool   // the guide does not list it: it is new, or it needs an endpoint of its own
	Retired     bool   // AWS offers it no more; its actions are not known
}

// LookupService returns the service of that name in the ARNs of AWS SDK
// integrations.
func LookupService(name string) (Service, bool) {
	if b := sdkBlock(name); b != nil {
		return b.service, true
	}
	if prefix, ok := retired[name]; ok {
		return Service{Name: name, ErrorPrefix: prefix, Retired: true}, true
	}
	return Service{}, false
}

func sdkBlock(service string) *block { return readBlock("sdk/" + service) }

// Services returns the names of the services that AWS SDK integrations call,
// sorted, without the retired ones.
func Services() []string { return slices.Sorted(embedded().names("sdk/")) }

// Actions returns the names of a service's actions, sorted; nil if there is no such
// service.
func Actions(service string) []string {
	b := sdkBlock(service)
	if b == nil {
		return nil
	}
	return b.actions.firstWords()
}

// NearestService returns the name of the service that somebody who wrote name most
// likely meant, or "" if none is near. It knows the names that AWS uses elsewhere:
// of logs it says cloudwatchlogs, and of states sfn.
func NearestService(name string) string {
	for _, text := range []string{name, strings.NewReplacer("-", "", " ", "", "_", "").Replace(name)} {
		if other, ok := otherNames[strings.ToLower(text)]; ok {
			return other
		}
	}
	return diag.Closest(name, slices.Values(Services()))
}

// NearestAction returns the name of the service's action that somebody who wrote
// name most likely meant, or "" if none is near.
func NearestAction(service, name string) string {
	return diag.Closest(name, slices.Values(Actions(service)))
}

// Action is an API's action as an AWS SDK integration calls it.
type Action struct {
	Service string // as in the ARN
	Name    string // as in the ARN, in camelCase
	Input   Shape  // of the parameters
	Output  Shape  // of the result

	block  *block
	traits string
	errors string // numbers of lines
	grants string // IAM actions
}

// Lookup returns the action that the ARN arn:aws:states:::aws-sdk:SERVICE:ACTION
// names. What Step Functions does not offer is not there, streams of events above
// all.
func Lookup(service, action string) (Action, bool) {
	b := sdkBlock(service)
	if b == nil {
		return Action{}, false
	}
	line, ok := b.actions.find(action)
	if !ok {
		return Action{}, false
	}
	return b.action(service, line), true
}

// action takes the line of an action apart: its name, the numbers of the shapes of
// its input and its output, its traits, the numbers of its errors, and its IAM
// actions where they have not its own name.
func (b *block) action(service, line string) Action {
	a := Action{Service: service, Name: cutWord(&line), block: b}
	a.Input = b.shape(number(cutWord(&line)))
	a.Output = b.shape(number(cutWord(&line)))
	a.traits = cutWord(&line)
	a.errors = cutWord(&line)
	a.grants = cutWord(&line)
	return a
}

// Errors returns the names of the errors that the API's model lists, as they are
// reported: "DynamoDb.ConditionalCheckFailedException". Services report others
// too: errors that their model lacks and, for what has no name, one that is named
// like the service ("DynamoDb.DynamoDbException").
func (a Action) Errors() []string { return a.block.errorNames(a.errors) }

// ReadOnly reports whether the action changes nothing: the API's model says so, or
// IAM counts each permission that it needs among those to read or to list.
func (a Action) ReadOnly() bool { return readOnly(a.traits, a.Permissions()) }

func readOnly(traits string, permissions []Permission) bool {
	if strings.Contains(traits, "r") {
		return true
	}
	for _, p := range permissions {
		if p.Access != Read && p.Access != ListAccess {
			return false
		}
	}
	return len(permissions) > 0
}

// Deprecated reports whether the API's model says that it should not be used any
// more.
func (a Action) Deprecated() bool { return strings.Contains(a.traits, "d") }

// Operation returns the API's own name of the action: "GetItem".
func (a Action) Operation() string {
	if a.Name == "" {
		return ""
	}
	return strings.ToUpper(a.Name[:1]) + a.Name[1:]
}

// Permissions returns what a role must be allowed so that the call may be made,
// nil if that is not known.
func (a Action) Permissions() []Permission {
	if a.block == nil || a.grants == "-" {
		return nil
	}
	if a.grants == "" {
		return permissions(a.block.service.IAMPrefix + ":" + a.Operation())
	}
	return permissions(list(a.grants)...)
}
