package check

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
)

// patterns are all that a Resource may name.
var patterns = []string{string(asl.RequestResponse), string(asl.RunJob), string(asl.RunJobParsed), string(asl.WaitForToken)}

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
	i, ok := catalog.Optimized(r.Service, r.Action)
	switch {
	case ok && i.Has(r.Pattern):
		return "", ""
	case ok && !slices.Contains(patterns, string(r.Pattern)):
		return c.patternFault(r)
	case ok:
		return fmt.Sprintf("%s:%s has no pattern .%s", r.Service, r.Action, r.Pattern), ""
	case catalog.OptimizedActions(r.Service) == nil:
		hint = c.nearest(func() string { return catalog.NearestOptimizedService(r.Service) })
		return fmt.Sprintf("there is no optimized integration of the service %q", r.Service), cmp.Or(hint, "use an AWS SDK integration")
	}
	hint = c.nearest(func() string { return catalog.NearestOptimizedAction(r.Service, r.Action) })
	if sdk := cmp.Or(catalog.NearestService(r.Service), r.Service); hasAction(sdk, r.Action) {
		hint = fmt.Sprintf("use the AWS SDK integration aws-sdk:%s:%s", sdk, r.Action)
	}
	return fmt.Sprintf("the optimized integration of %s has no action %q", r.Service, r.Action), cmp.Or(hint, "use an AWS SDK integration")
}

func hasAction(service, action string) bool {
	_, ok := catalog.Lookup(service, action)
	return ok
}

func (c *checker) sdkFault(r asl.Resource) (message, hint string) {
	if message, hint := c.actionFault(r); message != "" {
		return message, hint
	}
	switch {
	case r.Pattern == asl.RequestResponse || r.Pattern == asl.WaitForToken:
		return "", ""
	case !slices.Contains(patterns, string(r.Pattern)):
		return c.patternFault(r)
	}
	return "an AWS SDK integration cannot wait for a job: it has no ." + string(r.Pattern), "use the service's optimized integration, or poll with Wait and Choice"
}

// actionFault says why there is no such action of an AWS SDK, or "".
func (c *checker) actionFault(r asl.Resource) (message, hint string) {
	service, ok := catalog.LookupService(r.Service)
	if !ok {
		return fmt.Sprintf("there is no service %q among the AWS SDK integrations", clip(r.Service)),
			c.nearest(func() string { return catalog.NearestService(r.Service) })
	}
	if service.Retired || hasAction(r.Service, r.Action) {
		return "", ""
	}
	if r.Action == "" {
		return "the action is missing", ""
	}
	if first := strings.ToLower(r.Action[:1]); first != r.Action[:1] {
		return fmt.Sprintf("the action %q must start with a lower-case letter", r.Action), fmt.Sprintf("write %q", first+r.Action[1:])
	}
	return fmt.Sprintf("AWS SDK integrations of %s have no action %q", r.Service, clip(r.Action)),
		c.nearest(func() string { return catalog.NearestAction(r.Service, r.Action) })
}

// nearest returns a hint with the name that a search finds, or "".
func (c *checker) nearest(search func() string) string {
	const names = 500 // about as many as a search compares
	if c.guesses < names {
		return ""
	}
	c.guesses -= names
	if near := search(); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

func (c *checker) patternFault(r asl.Resource) (message, hint string) {
	_, hint = c.didYouMean(string(r.Pattern), slices.Values(patterns), len(patterns))
	return fmt.Sprintf("there is no integration pattern %q", "."+string(r.Pattern)), hint
}

// sortedKeys yields a map's keys in their order, so that suggestions do not change
// from run to run.
func sortedKeys[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}
