package catalog

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
)

// Integration is an optimized integration of a service's action.
type Integration struct {
	Service     string        // as in the ARN
	Name        string        // as in the ARN
	Patterns    []asl.Pattern // asl.RequestResponse first; Express workflows have that one only
	Input       Shape         // of the parameters
	OneOf       []string      // parameters of which one is required
	Output      Shape         // of the result of Request Response
	ErrorPrefix string        // "DynamoDB", of DynamoDB.ResourceNotFoundException
	Rule        string        // the EventBridge rule through which .sync hears of the job's end; "" if it asks
	Passes      []Pass        // the roles that it hands to other services

	block         *block
	traits        string
	errors        string
	job, jobTwo   Shape
	grants, waits []string
}

// Pass is a parameter that names a role, for which a caller needs iam:PassRole.
type Pass struct {
	Parameter string // its path: "Overrides.TaskRoleArn"
	To        string // the service that gets the role: "ecs-tasks.amazonaws.com"
}

func optimizedBlock(service string) *block { return readBlock("opt/" + service) }

// Optimized returns the integration that the ARN arn:aws:states:::SERVICE:ACTION
// names.
func Optimized(service, action string) (Integration, bool) {
	b := optimizedBlock(service)
	if b == nil {
		return Integration{}, false
	}
	line, ok := b.actions.find(action)
	if !ok {
		return Integration{}, false
	}
	return b.integration(service, line), true
}

// integration takes the line of an integration apart: that of an action, then the
// numbers of the shapes with .sync and .sync:2, patterns, parameters of which one is
// required, IAM actions, those of .sync, the rule and the roles.
func (b *block) integration(service, line string) Integration {
	i := Integration{Service: service, Name: cutWord(&line), block: b}
	i.Input = b.shape(number(cutWord(&line)))
	i.Output = b.shape(number(cutWord(&line)))
	i.traits = cutWord(&line)
	i.errors = cutWord(&line)
	i.job = b.shape(number(cutWord(&line)))
	i.jobTwo = b.shape(number(cutWord(&line)))
	i.Patterns = []asl.Pattern{asl.RequestResponse}
	for _, word := range list(cutWord(&line)) {
		i.Patterns = append(i.Patterns, asl.Pattern(word))
	}
	i.ErrorPrefix = b.service.ErrorPrefix
	i.OneOf = list(cutWord(&line))
	i.grants = list(cutWord(&line))
	i.waits = list(cutWord(&line))
	i.Rule = plain(cutWord(&line))
	for _, word := range list(cutWord(&line)) {
		to, parameters, _ := strings.Cut(word, "=")
		for parameter := range strings.SplitSeq(parameters, "+") {
			i.Passes = append(i.Passes, Pass{parameter, to})
		}
	}
	return i
}

// Has reports whether the integration can be called with the pattern.
func (i Integration) Has(p asl.Pattern) bool { return slices.Contains(i.Patterns, p) }

// Result returns the shape of the task's result with the pattern: of the answer of
// the API, of what there is to tell about the job that has ended, or anything that
// is sent back with the token. It is of the kind [Any] also where nobody says what
// comes back.
func (i Integration) Result(p asl.Pattern) Shape {
	switch p {
	case asl.RunJob:
		return i.job
	case asl.RunJobParsed:
		return i.jobTwo
	case asl.WaitForToken:
		return anything
	}
	return i.Output
}

// anything is the shape of any value.
var anything = parseBlock("0 0 1 - - - -\na\n").shape(0)

// Errors returns the names of the errors that the API's model lists and of those
// that the service reports besides: "DynamoDB.ConditionalCheckFailedException". It
// may report others.
func (i Integration) Errors() []string { return i.block.errorNames(i.errors) }

// Permissions returns what a role must be allowed so that the integration may be
// called with the pattern, without the [Integration.Rule] and the roles that it
// passes.
func (i Integration) Permissions(p asl.Pattern) []Permission {
	all := permissions(i.grants...)
	if p == asl.RunJob || p == asl.RunJobParsed {
		all = append(all, permissions(i.waits...)...)
	}
	return all
}

// ReadOnly reports whether the integration changes nothing.
func (i Integration) ReadOnly() bool { return readOnly(i.traits, permissions(i.grants...)) }

// OptimizedServices returns the names of the services that have optimized
// integrations, sorted.
func OptimizedServices() []string { return slices.Sorted(embedded().names("opt/")) }

// OptimizedActions returns the names of the actions of a service that have optimized
// integrations, sorted; nil if it has none.
func OptimizedActions(service string) []string {
	b := optimizedBlock(service)
	if b == nil {
		return nil
	}
	return b.actions.firstWords()
}

// NearestOptimizedService returns the name of the service with optimized
// integrations that somebody who wrote name most likely meant, or "" if none is
// near.
func NearestOptimizedService(name string) string {
	return diag.Closest(name, slices.Values(OptimizedServices()))
}

// NearestOptimizedAction returns the name of the service's optimized integration
// that somebody who wrote name most likely meant, or "" if none is near.
func NearestOptimizedAction(service, name string) string {
	return diag.Closest(name, slices.Values(OptimizedActions(service)))
}
