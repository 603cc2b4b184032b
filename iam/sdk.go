package iam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

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
	c := call{g, action.Operation(), g.leaves()}
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

// match is a type of resources as a call names them.
type match struct {
	catalog.Resource
	arns      []string
	computed  []string // arguments
	variables []string
	named     int  // of the variables
	whole     bool // an argument is such an ARN
	hinted    bool // an argument is about such a thing, but does not say what its ARN is made of
}

// addressed reports whether the call names the resource in full.
func (m match) addressed() bool { return m.whole || m.named == len(m.variables) && m.named > 0 }

// choose returns the types that the call acts on: those that it names, and those
// that it always acts on, except for those that it would name in the place of one
// that it has named; if there are none, those that it names in part or in another way.
func choose(all []match) []match {
	var chosen []match
	for _, m := range all {
		if m.addressed() || m.Required && !slices.ContainsFunc(all, func(o match) bool { return o.whole && o.shares(m) }) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) > 0 {
		return chosen
	}
	for _, m := range all {
		if m.named > 0 || m.hinted {
			chosen = append(chosen, m)
		}
	}
	return chosen
}

func (m match) shares(other match) bool {
	return slices.ContainsFunc(m.variables, func(v string) bool { return slices.Contains(other.variables, v) })
}

// forms returns how the call names a resource of a type whose ARN may have several
// forms: in the forms that it names in full, else in all.
func (c call) forms(r catalog.Resource) []match {
	var all, full []match
	for arn := range strings.SplitSeq(r.ARN, ", ") {
		m := c.match(catalog.Resource{Type: r.Type, ARN: arn, Required: r.Required})
		all = append(all, m)
		if m.addressed() {
			full = append(full, m)
		}
	}
	if len(full) > 0 {
		return full
	}
	return all
}

// match finds what names a resource of a type: an argument that is its ARN, else
// arguments that are named like the variables of its ARN.
func (c call) match(r catalog.Resource) match {
	f := arnOf(r.ARN)
	m := match{Resource: r, variables: f.variables}
	for _, l := range c.leaves {
		for _, text := range l.texts {
			if strings.HasPrefix(text, "arn:") && f.matches(text) {
				m.arns, m.whole = append(m.arns, text), true
				if isComputed(text) {
					m.computed = append(m.computed, l.name)
				}
			}
		}
	}
	if m.whole {
		return m
	}
	texts := []string{f.parts[0]}
	for i, v := range f.variables {
		values := []string{anything}
		if l, ok := c.leafOf(r, v); ok {
			m.named++
			values = l.texts
			if isComputed(values...) {
				m.computed = append(m.computed, l.name)
			}
		} else if c.hints(v) {
			m.hinted = true
		}
		texts = c.filled(texts, f.whole(i, v), values, f.parts[i+1])
	}
	m.arns = texts
	return m
}

// filled puts each value and what follows it behind each text. Where a value is the
// whole ARN of the thing that the text so far is about, it takes the text's place.
func (c call) filled(texts []string, whole bool, values []string, after string) []string {
	const most = 1000 // resources
	if len(texts)*len(values) > most {
		values = []string{anything}
	}
	var out []string
	for _, before := range texts {
		for _, v := range values {
			if arn, ok := c.wholeARN(v); ok {
				if whole {
					out = append(out, arn+after)
					continue
				}
				v = c.nameOf(v)
			}
			out = append(out, before+v+after)
		}
	}
	return out
}

// arnFormat is the ARN of a type of resources: texts, and variables between them.
type arnFormat struct {
	parts     []string // one more than variables; a * in them is [anything]
	variables []string
	pattern   *regexp.Regexp
}

var arnVariable = regexp.MustCompile(`\$\{(\w+)\}`)

var places = map[string]string{"Partition": "${AWS::Partition}", "Region": "${AWS::Region}", "Account": "${AWS::AccountId}"}

var arnFormats sync.Map

// arnOf takes the ARN of a type of resources apart.
func arnOf(text string) arnFormat {
	if f, ok := arnFormats.Load(text); ok {
		return f.(arnFormat)
	}
	var f arnFormat
	part, end := "", 0
	for _, at := range arnVariable.FindAllStringSubmatchIndex(text, -1) {
		part += text[end:at[0]]
		end = at[1]
		if place, ok := places[text[at[2]:at[3]]]; ok {
			part += place
			continue
		}
		f.parts = append(f.parts, part)
		f.variables = append(f.variables, text[at[2]:at[3]])
		part = ""
	}
	f.parts = append(f.parts, part+text[end:])
	var pattern strings.Builder
	for i, p := range f.parts {
		if i > 0 {
			pattern.WriteString(".+")
		}
		f.parts[i] = strings.ReplaceAll(p, "*", anything)
		quoted := regexp.QuoteMeta(p)
		for _, place := range places {
			quoted = strings.ReplaceAll(quoted, regexp.QuoteMeta(place), "[^:]*")
		}
		pattern.WriteString(strings.ReplaceAll(quoted, `\*`, ".*"))
	}
	f.pattern = regexp.MustCompile("(?s)^" + pattern.String() + "$")
	arnFormats.Store(text, f)
	return f
}

// matches reports whether a text is an ARN of the type.
func (f arnFormat) matches(text string) bool {
	return f.pattern.MatchString(strings.ReplaceAll(text, "AWS::", "AWS."))
}

// wide returns the pattern of all ARNs of the type.
func (f arnFormat) wide() string { return strings.Join(f.parts, anything) }

// whole reports whether the text up to a variable, and with it, is the ARN of what
// the variable names: in "table/${TableName}/index/${IndexName}" that of a table, in
// "service/${ClusterName}/…" not that of a cluster.
func (f arnFormat) whole(i int, variable string) bool {
	if i > 0 {
		return false
	}
	before := f.parts[0]
	before = strings.TrimRight(before, ":/")
	word := letters(before[strings.LastIndexAny(before, ":/}")+1:])
	name, _ := stem(variable)
	name = letters(name)
	return word == "" || word == "s3" || strings.HasSuffix(name, word) || strings.HasSuffix(word, name)
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// leafOf finds the argument that a variable of an ARN is named after.
func (c call) leafOf(r catalog.Resource, variable string) (leaf, bool) {
	service, _, _ := strings.Cut(strings.TrimPrefix(r.ARN, "arn:${Partition}:"), ":")
	if name, ok := otherNames[service+":"+variable]; ok {
		return c.leafWhere(func(l leaf) bool { return strings.EqualFold(l.name, name) })
	}
	if l, ok := c.leafWhere(func(l leaf) bool { return letters(l.name) == letters(variable) }); ok {
		return l, true
	}
	name, ending := stem(variable)
	name = letters(name)
	kind := letters(r.Type)
	general := name == "" || name == "resource"
	if general {
		name = kind
	} else if !strings.HasSuffix(kind, name) { // as JobName does of a transcription-job
		kind = name
	}
	if l, ok := c.leafWhere(func(l leaf) bool {
		other, its := stem(l.name)
		other = letters(other)
		return other != "" && fits(ending, its) && (other == name || other == kind || general && strings.HasSuffix(name, other))
	}); ok {
		return l, true
	}
	if !c.isAbout(name) {
		return leaf{}, false
	}
	return c.leafWhere(func(l leaf) bool {
		other, its := stem(l.name)
		return l.top && other == "" && fits(ending, its)
	})
}

// isAbout reports whether a call is about things of a name, so that its Name or its Id
// is theirs: StartCrawler and GetCrawlers about crawlers, GetWorkflowRun, which finds a
// run by its own id, about workflows; but CreateStateMachineAlias not about state
// machines.
func (c call) isAbout(name string) bool {
	noun := letters(strings.TrimLeftFunc(c.operation[min(1, len(c.operation)):], unicode.IsLower))
	rest, ok := strings.CutPrefix(noun, name)
	return ok && slices.Contains([]string{"", "s", "es", "run", "runs", "metrics", "history", "status"}, rest)
}

// hints reports whether an argument has the variable's name but for its ending.
func (c call) hints(variable string) bool {
	name, _ := stem(variable)
	_, ok := c.leafWhere(func(l leaf) bool {
		other, _ := stem(l.name)
		return other != "" && letters(other) == letters(name)
	})
	return ok
}

func (c call) leafWhere(is func(leaf) bool) (leaf, bool) {
	if i := slices.IndexFunc(c.leaves, is); i >= 0 {
		return c.leaves[i], true
	}
	return leaf{}, false
}

// stem cuts off the ending of a name that says how it names something.
func stem(name string) (stem, ending string) {
	singular := strings.TrimSuffix(name, "s")
	for _, ending := range []string{"Identifier", "Name", "Arn", "ARN", "Id", "ID"} {
		if s, ok := strings.CutSuffix(singular, ending); ok {
			return s, strings.ToLower(ending)
		}
	}
	return singular, ""
}

// fits reports whether an argument with one ending may be what a variable with
// another stands for: a name is no id.
func fits(variable, argument string) bool {
	return !(variable == "name" && argument == "id" || variable == "id" && argument == "name")
}

// otherNames are the arguments that variables of ARNs stand for and that are named
// otherwise.
var otherNames = map[string]string{
	"iam:GroupNameWithPath":         "GroupName",
	"iam:PolicyNameWithPath":        "PolicyName",
	"iam:RoleNameWithPath":          "RoleName",
	"iam:UserNameWithPath":          "UserName",
	"rds:ClusterParameterGroupName": "DBClusterParameterGroupName",
	"rds:ClusterSnapshotName":       "DBClusterSnapshotIdentifier",
	"rds:DbClusterInstanceName":     "DBClusterIdentifier",
	"rds:DbInstanceName":            "DBInstanceIdentifier",
	"rds:ParameterGroupName":        "DBParameterGroupName",
	"rds:SecurityGroupName":         "DBSecurityGroupName",
	"rds:SnapshotName":              "DBSnapshotIdentifier",
	"rds:SubnetGroupName":           "DBSubnetGroupName",
	"s3:BucketName":                 "Bucket",
	"s3:ObjectName":                 "Key",
}
