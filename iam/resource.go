package iam

import (
	"regexp"
	"slices"
	"strings"
)

// SelfName is the placeholder for the name of the state machine itself, which its
// definition does not hold: "${StateMachineName}" in the resources of a statement.
//
// A policy that names its own machine must not be what the machine waits for when
// a stack is deployed: either the name is chosen beforehand, or these statements
// are put into a policy of their own.
const SelfName = "StateMachineName"

// The ARNs of the machine itself and of its executions.
var (
	self           = local("states", "stateMachine:${"+SelfName+"}")
	selfExecutions = local("states", "execution:${"+SelfName+"}:"+anything)
)

// local returns an ARN in the account and Region that the stack is deployed to.
func local(service, resource string) string {
	return "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource
}

// global returns an ARN of a service that has no Regions.
func global(service, resource string) string {
	return "arn:${AWS::Partition}:" + service + "::${AWS::AccountId}:" + resource
}

// bucketARN returns the ARN of what is in Amazon S3: "bucket", "bucket/key".
func bucketARN(resource string) string { return "arn:${AWS::Partition}:s3:::" + resource }

// format is a pattern of ARNs in which <Argument> stands for what a task is given:
// "arn:…:table/<TableName>". <Argument|name> is name where the task is not given
// it, <Argument:name> the name alone where the task is given an ARN. Where the
// first argument is an ARN already, that is taken in place of all before it. A *
// is what the service makes up.
type format string

var blank = regexp.MustCompile(`<([A-Za-z0-9.]+)(:name)?(\|[^>]*)?>`)

// filled is what comes of a format.
type filled struct {
	resources []string
	computed  []string // the arguments that are computed while the workflow runs
	missing   string   // an argument that the task is not given
}

// fill fills in what the task is given. A great many combinations become one
// pattern for all.
func (g *grants) fill(f format) filled {
	const most = 1000 // resources
	var out filled
	texts, end := []string{""}, 0
	text := strings.ReplaceAll(string(f), "*", anything)
	for i, place := range blank.FindAllStringSubmatchIndex(text, -1) {
		argument, asName, hasStandard := text[place[2]:place[3]], place[4] >= 0, place[6] >= 0
		values, known := g.given.textsAt(argument)
		switch {
		case known == absent && hasStandard:
			values = []string{text[place[6]+1 : place[7]]}
		case known == absent:
			return filled{missing: argument}
		case known == dynamic || len(texts)*len(values) > most:
			out.computed = append(out.computed, argument)
		}
		if len(texts)*len(values) > most {
			values = []string{anything}
		}
		texts = g.extend(texts, text[end:place[0]], values, i == 0 && !asName, asName)
		end = place[1]
	}
	for _, t := range texts {
		out.resources = append(out.resources, t+text[end:])
	}
	return out
}

// extend puts each value behind each text.
func (g *grants) extend(texts []string, between string, values []string, whole, asName bool) []string {
	var out []string
	for _, text := range texts {
		for _, v := range values {
			switch arn, ok := g.wholeARN(v); {
			case asName:
				out = append(out, text+between+g.nameOf(v))
			case whole && ok:
				out = append(out, arn)
			default:
				out = append(out, text+between+v)
			}
		}
	}
	return out
}

// wholeARN returns the ARN of what a text names by itself: by a placeholder or as
// an ARN.
func (g *grants) wholeARN(text string) (string, bool) {
	if p, ok := g.machine.Placeholder(text); ok {
		return p.With("Arn").String(), true
	}
	return text, isARN(text)
}

// isARN reports whether a text is an ARN, or begins as one: a placeholder that nobody
// has declared, as templates of others hold them, is taken at its word.
func isARN(text string) bool {
	if rest, ok := strings.CutPrefix(text, "${"); ok {
		name, _, _ := strings.Cut(rest, "}")
		return strings.HasSuffix(strings.ToLower(name), "arn")
	}
	return strings.HasPrefix(text, "arn:") || strings.HasPrefix(text, isAnARN)
}

// named are the kinds of handles whose resources' names are bound as well as their
// ARNs.
var named = []string{"bucket", "bus", "cluster", "role", "stateMachine", "table"}

// nameOf returns the name of what a text names.
func (g *grants) nameOf(text string) string {
	if p, ok := g.machine.Placeholder(text); ok {
		if !slices.Contains(named, p.Kind) {
			return anything
		}
		return p.With("Name").String()
	}
	if !isARN(text) {
		return text
	}
	if i := strings.LastIndexAny(text, "/:"); i >= 0 && !strings.HasSuffix(text, "}") {
		return text[i+1:]
	}
	return anything
}

// printed returns a resource or a condition's value as a policy has it: what is
// computed as a *, and a * of the definition as one that stands for itself (IAM
// User Guide, "IAM policy elements: Variables and tags").
func printed(text string) string {
	return escapes.Replace(text)
}

var escapes = strings.NewReplacer("*", "${*}", "?", "${?}", anything, "*", oneCharacter, "?", isAnARN, "")

// oneCharacter stands in a text for one character that the definition does not
// tell.
const oneCharacter = "\x01"
