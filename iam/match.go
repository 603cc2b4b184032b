package iam

import (
	"slices"
	"strings"
	"unicode"

	"github.com/stepwise-go/stepwise/catalog"
)

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
// that it always acts on, except for those that stand beside one that it has named, as
// express executions beside executions; if there are none, those that it names in part
// or in another way.
func choose(all []match) []match {
	var chosen []match
	for _, m := range all {
		if m.addressed() || m.Required && !slices.ContainsFunc(all, func(o match) bool { return o.whole && o.isBeside(m) }) {
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

// isBeside reports whether an ARN may be of one type in the place of the other: they
// have variables in common, and the other's is not the beginning of the one's, as a
// table's is of its backup's.
func (m match) isBeside(other match) bool {
	return !strings.HasPrefix(m.ARN, other.ARN) &&
		slices.ContainsFunc(m.variables, func(v string) bool { return slices.Contains(other.variables, v) })
}

// fixedParts returns for each argument that is an ARN how much is fixed in the ARNs of
// the type that it is of: an ARN of a backup, table/orders/backup/1, is that of no
// table named orders/backup/1.
func (c call) fixedParts(types []catalog.Resource) map[string]int {
	most := make(map[string]int)
	for _, l := range c.leaves {
		for _, text := range l.texts {
			if !strings.HasPrefix(text, "arn:") {
				continue
			}
			for _, r := range types {
				for arn := range strings.SplitSeq(r.ARN, ", ") {
					if f := arnOf(arn); f.matches(text) {
						most[text] = max(most[text], f.fixed())
					}
				}
			}
		}
	}
	return most
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
		other := slices.ContainsFunc(l.texts, func(text string) bool {
			return !strings.HasPrefix(text, "arn:") || !f.matches(text) || f.fixed() != c.fixed[text]
		})
		if !other {
			m.arns, m.whole = append(m.arns, l.texts...), true
			if isComputed(l.texts...) {
				m.computed = append(m.computed, l.name)
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
	if l, ok := c.leafWhere(func(l leaf) bool { // what the call makes of another
		other, _ := stem(l.name)
		return slices.Contains([]string{"target" + name, "new" + name}, letters(other))
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
	isID := variable == "id" || variable == "identifier"
	return !(variable == "name" && argument == "id" || isID && argument == "name")
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
