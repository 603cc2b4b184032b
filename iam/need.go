package iam

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// need is a permission that a call needs.
type need struct {
	actions string      // words
	on      string      // words: formats in short, see [long]; "*" only together with why
	when    []Condition // their values are formats
	job     bool        // only where the task waits for the end of a job, to hear of it or to stop it
	given   string      // only where the task is given this argument
	why     string      // why "*"
}

// long returns the format that is written in short as service:resource for one of
// the stack's account and Region, as service::resource for one of no Region, and as
// s3:::bucket/key.
func long(short string) format {
	service, rest, ok := strings.Cut(short, ":")
	switch {
	case !ok || service == "arn":
		return format(short)
	case strings.HasPrefix(rest, "::"):
		return format("arn:${AWS::Partition}:" + service + ":::" + rest[2:])
	case strings.HasPrefix(rest, ":"):
		return format(global(service, rest[1:]))
	}
	return format(local(service, rest))
}

// needs allows what a call needs.
func (g *grants) needs(all ...need) {
	for _, n := range all {
		g.need(n)
	}
}

func (g *grants) need(n need) {
	if n.actions == "" || n.job && !g.runsJob() {
		return
	}
	if n.given != "" && !g.isGiven(n.given) {
		if n.actions == "iam:PassRole" {
			g.mayPass(n.given)
		}
		return
	}
	var resources, computed []string
	for short := range strings.FieldsSeq(n.on) {
		found := g.fill(long(short))
		if found.missing != "" {
			g.missing(found.missing)
			return
		}
		resources = append(resources, found.resources...)
		computed = append(computed, found.computed...)
	}
	why := n.why
	if w := computedAtRunTime(computed...); w != "" {
		why = w
	}
	if strings.HasPrefix(n.actions, "sagemaker:") {
		resources = inSmallLetters(resources)
	}
	for _, conditions := range g.conditions(n.when) {
		p := g.allow(strings.Fields(n.actions)...).because(why)
		p.s.Conditions = conditions
		p.on(resources...)
	}
}

// inSmallLetters adds the ARNs whose names are in small letters: those that Amazon
// SageMaker gives whatever the names.
func inSmallLetters(arns []string) []string {
	all := slices.Clone(arns)
	for _, arn := range arns {
		if i := strings.LastIndexByte(arn, '/'); i >= 0 && !strings.Contains(arn[i:], "${") {
			all = append(all, arn[:i]+strings.ToLower(arn[i:]))
		}
	}
	return all
}

// conditions fills in the values of conditions. A condition has one value: where an
// argument may be one of several, each makes a statement of its own. Nothing is
// asked of a value that is computed altogether.
func (g *grants) conditions(formats []Condition) [][]Condition {
	all := [][]Condition{nil}
	for _, c := range formats {
		values := g.fill(format(c.Value)).resources
		if len(values) == 0 || isComputed(values...) && len(values) > 1 || values[0] == anything {
			continue
		}
		operator := c.Operator
		if isComputed(values...) {
			operator = strings.Replace(operator, "Equals", "Like", 1)
		}
		var next [][]Condition
		for _, before := range all {
			for _, v := range values {
				next = append(next, append(before[:len(before):len(before)], Condition{operator, c.Key, v}))
			}
		}
		all = next
	}
	return all
}

// missing reports an argument without which the call has no resource.
func (g *grants) missing(argument string) { g.unknown("", argument+" is missing") }

// isGiven reports whether the task is given an argument. Where all arguments are
// computed together, they are taken to hold nothing that the call can do without.
func (g *grants) isGiven(argument string) bool {
	if g.given.computed {
		m, ok := g.input.Member(argument)
		return ok && m.Required
	}
	return g.given.has(argument)
}

// mayPass reports a role that the arguments may name where they are computed all
// together: to allow every role on that chance would be too much.
func (g *grants) mayPass(argument string) {
	if _, ok := g.input.Member(argument); ok && g.given.computed {
		g.unknown("", "if the arguments, which are computed all together, name a role as "+argument+", it has to be passed")
	}
}

// runsJob reports whether the task waits for the end of what it starts.
func (g *grants) runsJob() bool {
	return g.resource.Pattern == asl.RunJob || g.resource.Pattern == asl.RunJobParsed
}

// rule allows the rule of that name through which the service hears of the end
// of a job.
func (g *grants) rule(name string) {
	g.need(need{actions: "events:DescribeRule events:PutRule events:PutTargets", on: "events:rule/" + name, job: true})
}

// passes is the need to hand the role that an argument names to a service, and
// to no other.
func passes(argument, service string) need {
	return need{
		actions: "iam:PassRole", on: "iam::role/<" + argument + ">", given: argument,
		when: []Condition{{"StringEquals", "iam:PassedToService", service}},
	}
}

// passesProfile is the need to hand on the role of an instance profile, which has
// the profile's name unless somebody made the two apart.
func passesProfile(argument, service string) need {
	n := passes(argument, service)
	n.on = "iam::role/<" + argument + ":name>"
	return n
}

// credentials returns a task's Credentials, which have members of both query
// languages.
func (m *machine) credentials(v any) data {
	obj, ok := v.(*value.Object)
	if !ok {
		return unknownData
	}
	var d data
	for each := range obj.Members() {
		single := value.NewObject(each)
		if text, ok := each.Value.(string); ok && asl.IsExpression(text) {
			d.members = append(d.members, m.expressions(single).members...)
			continue
		}
		d.members = append(d.members, m.template(single).members...)
	}
	return d
}
