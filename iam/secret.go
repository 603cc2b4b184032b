package iam

import (
	"slices"
	"strings"
)

// parameter allows parameters by their names, whose leading slash their ARNs lack.
func (g *grants) parameter(argument, action string) {
	names, known := g.given.textsAt(argument)
	if known == absent {
		g.missing(argument)
	}
	for _, name := range names {
		arn, ok := g.wholeARN(name)
		if !ok {
			name, _, _ = strings.Cut(strings.TrimPrefix(name, "/"), ":") // without version or label
			arn = local("ssm", "parameter/"+name)
		}
		g.allow(action).because(computedArguments(map[string]string{argument: arn})).on(arn)
	}
}

// parametersByPath allows a path, and what is below it.
func (g *grants) parametersByPath() {
	paths, known := g.given.textsAt("Path")
	if known == absent {
		g.missing("Path")
	}
	for _, path := range paths {
		at := strings.Trim(path, "/")
		below := local("ssm", "parameter/"+at+"/"+anything)
		if at == "" {
			below = local("ssm", "parameter/"+anything)
		}
		g.allow("ssm:GetParametersByPath").because(computedArguments(map[string]string{"Path": path})).on(local("ssm", "parameter/"+at), below)
	}
}

// secret allows a secret by its ARN or its name, to which the service adds a
// hyphen and six characters.
func (g *grants) secret(argument string, actions ...string) {
	ids, known := g.given.textsAt(argument)
	if known == absent {
		g.missing(argument)
	}
	for _, id := range ids {
		arn, ok := g.wholeARN(id)
		switch {
		case ok:
		case id == anything:
			arn = local("secretsmanager", "secret:"+anything)
		default:
			arn = local("secretsmanager", "secret:"+id+"-"+strings.Repeat(oneCharacter, 6))
		}
		g.allow(actions...).because(computedArguments(map[string]string{argument: id})).on(arn)
	}
}

func (g *grants) secretValues() {
	const action = "secretsmanager:BatchGetSecretValue"
	g.allow(action).onAny(action + noResourceTypes)
	if g.isGiven("SecretIdList") {
		g.secret("SecretIdList", "secretsmanager:GetSecretValue")
		return
	}
	g.allow("secretsmanager:GetSecretValue").because("Filters says which secrets they are").on(local("secretsmanager", "secret:"+anything))
	g.allow("secretsmanager:ListSecrets").onAny("secretsmanager:ListSecrets" + noResourceTypes)
}

// onKey allows an action on the key that the task names.
func onKey(action string) func(*grants) {
	return func(g *grants) {
		if !g.given.has("KeyId") { // kms:Decrypt finds it in what it decrypts
			g.allow(action).because("the ciphertext says which key it is").on(local("kms", "key/"+anything))
			return
		}
		g.onKeys("KeyId", nil, action)
	}
}

// onKeys allows actions on the keys that an argument names by id, ARN or alias, under
// these conditions. A key that is known by its alias is any key
// with that alias, since IAM knows keys by their ids alone.
func (g *grants) onKeys(argument string, when []Condition, actions ...string) {
	keys, _ := g.given.textsAt(argument)
	for _, key := range keys {
		p := g.allow(actions...).because(computedArguments(map[string]string{argument: key}))
		p.s.Conditions = slices.Clone(when)
		arn, whole := g.wholeARN(key)
		where, alias, ok := strings.Cut(arn, ":alias/")
		switch {
		case ok:
			p.because("IAM knows keys by their ids, not by aliases").
				when("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/"+alias).on(where + ":key/" + anything)
		case strings.HasPrefix(key, "alias/"):
			p.because("IAM knows keys by their ids, not by aliases").
				when("ForAnyValue:StringEquals", "kms:ResourceAliases", key).on(local("kms", "key/"+anything))
		case whole:
			p.on(arn)
		default:
			p.on(local("kms", "key/"+key))
		}
	}
}
