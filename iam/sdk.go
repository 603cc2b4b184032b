package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/catalog"
)

// sdkCall derives the permissions of an SDK integration: by hand where its
// resources are named in a way of their own, else from the catalog.
func (g *grants) sdkCall() {
	service, name := g.resource.Service, g.resource.Action
	action, ok := catalog.Lookup(service, name)
	g.input = action.Input
	permissions := action.Permissions()
	derive, byHand := sdkCalls[service+":"+name]
	switch {
	case byHand:
		derive(g)
	case !ok:
		g.unknown("Resource", fmt.Sprintf("there is no SDK call %s:%s", service, name))
	case len(permissions) == 0:
		g.unknown("Resource", fmt.Sprintf("what the SDK call %s:%s needs is not known", service, name))
	}
	if len(permissions) == 0 {
		return
	}
	c := call{grants: g, operation: action.Operation(), leaves: g.leaves()}
	for _, p := range permissions {
		if !byHand {
			c.permission(p)
		}
	}
	g.besides(permissions[0].Action)
	if !action.ReadOnly() {
		c.passRoles(permissions[0].Action)
	}
}

// call is an SDK call whose resources are found by the names of its arguments.
type call struct {
	*grants
	operation string
	leaves    []leaf
	fixed     map[string]int // of arguments that are ARNs: see fixedParts
}

// leaf is an argument that is a text, or texts, wherever it stands.
type leaf struct {
	name  string
	texts []string
	top   bool // it is no part of another argument
}

// leaves returns the arguments. Where all are computed, they may be any that the
// API takes.
func (g *grants) leaves() []leaf {
	if !g.given.computed {
		return g.given.leaves(nil, true)
	}
	var all []leaf
	for m := range g.input.All() {
		all = append(all, leaf{m.Name, []string{anything}, true})
	}
	return all
}

// leaves appends the leaves of an object, those at its top before those below.
func (d data) leaves(all []leaf, top bool) []leaf {
	for _, item := range d.items {
		all = item.leaves(all, top)
	}
	for _, m := range d.members {
		if texts := m.data.texts(); len(texts) > 0 {
			all = append(all, leaf{m.name, unique(texts), top})
		}
	}
	for _, m := range d.members {
		all = m.data.leaves(all, false)
	}
	return all
}

// permission allows an action on the resources that the call names.
func (c call) permission(p catalog.Permission) {
	derive, byHand := sdkActions[p.Action]
	switch {
	case byHand:
		derive(c.grants)
		return
	case strings.HasPrefix(p.Action, "apigateway:"):
		c.apiGateway(p.Action)
		return
	case len(p.Resources) == 0:
		c.allow(p.Action).onAny(p.Action + noResourceTypes)
		return
	}
	c.fixed = c.fixedParts(p.Resources)
	var matches []match
	for _, r := range p.Resources {
		matches = append(matches, c.forms(r)...)
	}
	chosen := choose(matches)
	if len(chosen) == 0 {
		c.unnamed(p)
		return
	}
	var resources, computed, unnamed []string
	for _, m := range chosen {
		resources = append(resources, m.arns...)
		computed = append(computed, m.computed...)
		if !m.whole && m.named == 0 && len(m.variables) > 0 {
			unnamed = append(unnamed, m.Type)
		}
	}
	if strings.HasPrefix(p.Action, "sagemaker:") {
		resources = inSmallLetters(resources)
	}
	why := computedAtRunTime(computed...)
	if why == "" && len(unnamed) > 0 {
		why = "no argument tells the ARN of the " + strings.Join(unnamed, ", ")
	}
	c.allow(p.Action).because(why).on(resources...)
}

// unnamed allows an action none of whose types of resources the call names.
func (c call) unnamed(p catalog.Permission) {
	const most = 6 // types; more become one pattern for all of the service's
	i := slices.IndexFunc(c.leaves, func(l leaf) bool {
		return slices.Contains([]string{"resource", "resourcearn", "resourcearns", "resourcearnlist", "resourceid", "resourceids", "resources"}, strings.ToLower(l.name))
	})
	if i < 0 {
		c.allow(p.Action).onAny(p.Action + " is called without naming a resource")
		return
	}
	given := c.leaves[i]
	if !isComputed(given.texts...) && !slices.ContainsFunc(given.texts, func(t string) bool { return !isARN(t) }) {
		c.allow(p.Action).on(given.texts...)
		return
	}
	var resources []string
	for _, r := range p.Resources {
		for arn := range strings.SplitSeq(r.ARN, ", ") {
			resources = append(resources, arnOf(arn).wide())
		}
	}
	if prefix, _, _ := strings.Cut(p.Action, ":"); len(resources) > most {
		resources = []string{"arn:${AWS::Partition}:" + prefix + ":" + anything}
	}
	c.allow(p.Action).because(computedAtRunTime(given.name)).on(resources...)
}
