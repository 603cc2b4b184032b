package iam

import (
	"regexp"
	"strings"
)

// profile is the id of an inference profile that the service itself has: those of
// models, behind the name of some Regions.
var profile = regexp.MustCompile(`^(us|us-gov|eu|apac|jp|au|ca|sa|me|af|il|uk|global)\.([a-z0-9-]+\..+)$`)

// invokeModel allows a model of Amazon Bedrock. An inference profile needs its
// models as well, in whatever Region they run.
func (g *grants) invokeModel() {
	models, known := g.given.textsAt("ModelId")
	if known == absent {
		g.missing("ModelId")
	}
	for _, model := range models {
		g.model(model)
	}
	g.need(need{actions: "bedrock:ApplyGuardrail", on: "bedrock:guardrail/<GuardrailIdentifier>", given: "GuardrailIdentifier"})
	g.need(need{actions: "bedrock:ApplyGuardrail", on: "bedrock:guardrail/<GuardrailConfig.GuardrailIdentifier>", given: "GuardrailConfig.GuardrailIdentifier"})
	g.objectURI("s3:GetObject", "Input.S3Uri")
	g.objectURI("s3:PutObject", "Output.S3Uri")
}

func (g *grants) model(id string) {
	const foundation = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/"
	const anywhere = "arn:${AWS::Partition}:bedrock:" + anything + "::foundation-model/"
	arn, whole := g.wholeARN(id)
	why := computedArguments(map[string]string{"ModelId": id})
	switch parts := profile.FindStringSubmatch(id); {
	case whole:
		g.allow("bedrock:InvokeModel").because(why).on(arn)
		if strings.Contains(arn, "inference-profile/") {
			g.allow("bedrock:InvokeModel").when("ArnLike", "bedrock:InferenceProfileArn", arn).on(anywhere + anything)
		}
	case parts != nil:
		inference := local("bedrock", "inference-profile/"+id)
		g.allow("bedrock:InvokeModel").because(why).on(inference)
		g.allow("bedrock:InvokeModel").because(why).when("ArnLike", "bedrock:InferenceProfileArn", inference).on(anywhere + parts[2])
	case strings.HasPrefix(id, anything):
		g.allow("bedrock:InvokeModel").because(why).on(anywhere+id,
			local("bedrock", "inference-profile/"+anything), local("bedrock", "application-inference-profile/"+anything),
			local("bedrock", "provisioned-model/"+anything), local("bedrock", "imported-model/"+anything),
			local("bedrock", "custom-model-deployment/"+anything))
	default:
		g.allow("bedrock:InvokeModel").because(why).on(foundation + id)
	}
}

// objectURI allows an action on the object that an argument names: s3://bucket/key.
func (g *grants) objectURI(action, argument string) {
	if !g.isGiven(argument) {
		return
	}
	uris, _ := g.given.textsAt(argument)
	for _, uri := range uris {
		object, ok := strings.CutPrefix(uri, "s3://")
		if !ok {
			object = anything
		}
		g.allow(action).because(computedArguments(map[string]string{argument: object})).on(bucketARN(object))
	}
}
