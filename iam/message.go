package iam

import (
	"regexp"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

func (g *grants) snsPublish() {
	for _, field := range []string{"TopicArn", "TargetArn"} {
		if g.given.has(field) {
			g.need(need{actions: "sns:Publish", on: "sns:<" + field + ">"})
			return
		}
	}
	if g.given.has("PhoneNumber") {
		g.allow("sns:Publish").onAny("a text message goes to a phone number, which is no resource")
		return
	}
	g.missing("TopicArn")
}

// onQueue allows actions on the queue that the task names by its URL.
func (g *grants) onQueue(actions ...string) {
	urls, known := g.given.textsAt("QueueUrl")
	if known == absent {
		g.missing("QueueUrl")
	}
	for _, url := range urls {
		queue, ok := g.queue(url)
		if !ok {
			g.unknown("", "QueueUrl is no URL of a queue")
			continue
		}
		why := computedArguments(map[string]string{"QueueUrl": queue})
		if asl.HasPlaceholder(url) && isComputed(queue) {
			why = "the URL " + url + " does not tell the queue's name"
		}
		g.allow(actions...).because(why).on(queue)
	}
}

var queueURL = regexp.MustCompile(`^https://(?:sqs\.([^./]+)\.[^/]+|([^./]+)\.queue\.[^/]+)/([^/]+)/([^/]+)$`)

// queue returns the ARN of the queue with that URL, which has one of two forms:
// https://sqs.eu-west-1.amazonaws.com/123456789012/name and, as it was once,
// https://eu-west-1.queue.amazonaws.com/123456789012/name.
func (g *grants) queue(url string) (string, bool) {
	if arn, ok := g.wholeARN(url); ok {
		return arn, true
	}
	if strings.HasPrefix(url, anything) { // where it is computed from its beginning, its end may be known
		return local("sqs", anything+url[strings.LastIndexAny(url, "/"+anything)+1:]), true
	}
	if strings.HasPrefix(url, "${") && strings.HasSuffix(url, "}") {
		return local("sqs", anything), true
	}
	parts := queueURL.FindStringSubmatch(url)
	if parts == nil {
		return "", false
	}
	region := parts[1] + parts[2]
	return "arn:${AWS::Partition}:sqs:" + region + ":" + parts[3] + ":" + parts[4], true
}

func (g *grants) putEvents() {
	entries := g.given.at("Entries")
	if len(entries) == 0 {
		g.missing("Entries")
	}
	for _, list := range entries {
		for _, entry := range list.each() {
			item := *g
			item.given, item.statements = entry, nil
			item.need(need{actions: "events:PutEvents", on: "events:event-bus/<EventBusName|default>"})
			g.statements = append(g.statements, item.statements...)
		}
	}
}

func (g *grants) startExecution() {
	g.need(need{actions: "states:StartExecution", on: "states:stateMachine:<StateMachineArn>"})
	if !g.runsJob() {
		return
	}
	machines, _ := g.given.textsAt("StateMachineArn")
	for _, machine := range machines {
		why := computedArguments(map[string]string{"StateMachineArn": machine})
		if strings.HasPrefix(machine, isAnARN) {
			why = "a template fills in the ARN of the state machine"
		}
		g.allow("states:DescribeExecution", "states:StopExecution").because(why).on(g.executionsOf(machine))
	}
}

// executionsOf returns the pattern of the ARNs of a machine's executions, which
// carry the machine's name without a version or an alias.
func (g *grants) executionsOf(machine string) string {
	if p, ok := g.machine.Placeholder(machine); ok {
		return local("states", "execution:"+p.With("Name").String()+":"+anything)
	}
	before, name, ok := strings.Cut(machine, ":stateMachine:")
	if !ok {
		return local("states", "execution:"+anything)
	}
	name, _, _ = strings.Cut(name, ":")
	return before + ":execution:" + name + ":" + anything
}

// mail allows sending from an address, whose owner is verified by address or by
// domain.
func mail(action string) func(*grants) {
	return func(g *grants) {
		var identities []string
		from := "FromEmailAddress"
		if !g.given.has(from) {
			from = "Source"
		}
		senders, _ := g.given.textsAt(from)
		for _, sender := range senders {
			if _, address, ok := strings.Cut(sender, "<"); ok { // Somebody <address>
				sender = strings.TrimSuffix(address, ">")
			}
			identities = append(identities, local("ses", "identity/"+sender))
			if _, domain, ok := strings.Cut(sender, "@"); ok {
				identities = append(identities, local("ses", "identity/"+domain))
			}
		}
		why := computedArguments(map[string]string{from: strings.Join(identities, "")})
		if len(identities) == 0 {
			identities, why = []string{local("ses", "identity/"+anything)}, "the message says who sends it"
		}
		g.allow(action).because(why).on(identities...)
		g.need(need{actions: action, on: "ses:configuration-set/<ConfigurationSetName>", given: "ConfigurationSetName"})
		g.need(need{actions: action, on: "ses:template/<Content.Template.TemplateName>", given: "Content.Template.TemplateName"})
		g.need(need{actions: action, on: "ses:template/<Template>", given: "Template"})
	}
}
