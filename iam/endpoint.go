package iam

import (
	"slices"
	"strings"
)

// apiInvoke allows the method of an API that wants to know who calls it.
func (g *grants) apiInvoke() {
	const noAuth = "NO_AUTH"
	auth, known := g.given.textsAt("AuthType")
	if known == absent || g.given.computed || slices.Equal(auth, []string{noAuth}) {
		return
	}
	hosts, known := g.given.textsAt("ApiEndpoint")
	if known == absent {
		g.missing("ApiEndpoint")
	}
	paths, known := g.given.textsAt("Path")
	if known == absent {
		paths = []string{""}
	}
	for _, host := range hosts {
		for _, path := range paths {
			g.apiMethod(host, strings.TrimPrefix(path, "/"))
		}
	}
}

// apiMethod allows a method by the host of its API:
// id.execute-api.eu-west-1.amazonaws.com. A domain of one's own tells neither the API
// nor what part of the path is mapped to a stage.
func (g *grants) apiMethod(host, path string) {
	const arn = "arn:${AWS::Partition}:execute-api:"
	id, rest, ok := strings.Cut(host, ".execute-api.")
	if !ok {
		why := "ApiEndpoint does not tell which API it is"
		if isComputed(host) {
			why = computedAtRunTime("ApiEndpoint")
		}
		g.need(need{actions: "execute-api:Invoke", on: "execute-api:*/*/<Method>/*", why: why})
		return
	}
	id, _, _ = strings.Cut(id, "-vpce-")
	region, _, ok := strings.Cut(rest, ".amazonaws.")
	if !ok {
		region = "${AWS::Region}"
	}
	g.need(need{
		actions: "execute-api:Invoke", on: arn + region + ":${AWS::AccountId}:" + id + "/<Stage|$default>/<Method>/" + path,
		why: computedArguments(map[string]string{"ApiEndpoint": id, "Path": path}),
	})
}

// apiGateway allows a method of API Gateway's own API, whose actions are HTTP's
// methods and whose resources its paths: those at and below the thing that the call
// is about.
func (g *grants) apiGateway(action string) {
	const root = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/"
	for _, thing := range []struct{ argument, path string }{
		{"RestApiId", "restapis"}, {"ApiId", "apis"}, {"DomainName", "domainnames"}, {"UsagePlanId", "usageplans"},
		{"ApiKey", "apikeys"}, {"VpcLinkId", "vpclinks"}, {"ClientCertificateId", "clientcertificates"},
	} {
		if !g.given.computed && g.given.has(thing.argument) {
			at := root + thing.path + "/<" + thing.argument + ">"
			g.need(need{actions: action, on: at + " " + at + "/*"})
			return
		}
	}
	g.allow(action).because("no argument tells the path in the API").on(root + anything)
}

// httpInvoke allows the endpoint, by the methods and the URLs that the task calls,
// and the credentials that the connection holds for it.
func (g *grants) httpInvoke() {
	g.need(need{actions: "states:InvokeHTTPEndpoint", on: self, when: []Condition{
		{"StringEquals", "states:HTTPMethod", "<Method>"},
		{"StringLike", "states:HTTPEndpoint", "<ApiEndpoint>"},
	}})
	field := "Authentication.ConnectionArn"
	if !g.given.has(field) {
		field = "InvocationConfig.ConnectionArn"
	}
	g.need(need{actions: "events:RetrieveConnectionCredentials", on: "events:connection/<" + field + ">"})
	connections, _ := g.given.textsAt(field)
	for _, c := range connections {
		secret := g.secretOf(c)
		g.allow("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue").
			because(computedArguments(map[string]string{field: c})).on(secret)
	}
}

// secretOf returns the ARN of the secret that holds a connection's credentials,
// which is named after the connection.
func (g *grants) secretOf(connection string) string {
	if p, ok := g.machine.Placeholder(connection); ok {
		return p.With("SecretArn").String()
	}
	where, name, ok := strings.Cut(connection, ":connection/")
	if !ok {
		return local("secretsmanager", "secret:events!connection/"+anything)
	}
	name, _, _ = strings.Cut(name, "/")
	return strings.Replace(where, ":events:", ":secretsmanager:", 1) + ":secret:events!connection/" + name + "/" + anything
}
