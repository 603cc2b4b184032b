package report

import (
	"cmp"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
)

// Home is the project's place on the web.
const Home = "https://github.com/stepwise-go/stepwise"

// help returns the page that explains what is broken: the rule or, where it is not
// known, the code.
func help(d diag.Diagnostic) string {
	page := "rules.md"
	switch d.Code {
	case source.CodeTemplate, source.CodeElsewhere, source.CodeSubstitution, source.CodeAmbiguous, source.CodeAlias:
		page = "definitions.md"
	}
	return Home + "/blob/main/docs/" + page + "#" + cmp.Or(d.Rule, strings.ToLower(string(d.Code)))
}

// The places of documentation, by how the rules name them.
const (
	spec           = "https://states-language.net/spec.html"
	guide          = "https://docs.aws.amazon.com/step-functions/latest/dg/"
	api            = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_"
	cloudFormation = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
)

// specAnchors are the sections of the States Language specification.
var specAnchors = map[string]string{
	"Choice state":     "choice-state",
	"Errors":           "errors",
	"Map state":        "map-state",
	"Parallel state":   "parallel-state",
	"Task state":       "task-state",
	"Top-level fields": "toplevelfields",
	"Wait state":       "wait-state",
}

// guidePages are the pages of the Step Functions Developer Guide.
var guidePages = map[string]string{
	"Accessing execution data from the Context object": "input-output-contextobject",
	"Accessing resources in other AWS accounts":        "concepts-access-cross-acct-resources",
	"Best practices":                               "sfn-best-practices",
	"Choice state":                                 "state-choice",
	"Choosing workflow type":                       "choosing-workflow-type",
	"Handling errors":                              "concepts-error-handling",
	"Integrating optimized services":               "integrate-optimized",
	"Intrinsic functions":                          "intrinsic-functions",
	"ItemBatcher (Map)":                            "input-output-itembatcher",
	"ItemReader (Map)":                             "input-output-itemreader",
	"JSONata functions provided by Step Functions": "transforming-data",
	"Map state":                                    "state-map",
	"Pass state":                                   "state-pass",
	"Passing data between states with variables":   "workflow-variables",
	"Passing parameters to a service API":          "connect-parameters",
	"Paths":                                        "amazon-states-language-paths",
	"Quotas":                                       "service-quotas",
	"Reserved variable: $states":                   "transforming-data",
	"ResultWriter (Map)":                           "input-output-resultwriter",
	"Setting failure thresholds for Distributed Map states": "state-map-distributed",
	"State machine structure":                               "statemachine-structure",
	"Task state":                                            "state-task",
	"Transforming data with JSONata":                        "transforming-data",
	"Using Map state in Distributed mode":                   "state-map-distributed",
	"Using Map state in Inline mode":                        "state-map-inline",
	"Wait for a callback with a task token":                 "connect-to-resource",
	"Wait state":                                            "state-wait",
}

// link returns the address of a page that is named as rules name their sources, and ""
// for one that is not known.
func link(doc string) string {
	book, page, _ := strings.Cut(doc, ", ")
	switch book {
	case "States Language specification":
		if anchor := specAnchors[page]; anchor != "" {
			return spec + "#" + anchor
		}
		return spec
	case "Step Functions Developer Guide":
		if name := guidePages[page]; name != "" {
			return guide + name + ".html"
		}
		return guide + "welcome.html"
	case "Step Functions API Reference":
		return api + page + ".html"
	case "AWS CloudFormation Template Reference":
		return cloudFormation + "aws-resource-stepfunctions-statemachine.html"
	case "AWS CloudFormation User Guide":
		return "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html"
	case "YAML 1.2.2":
		return "https://yaml.org/spec/1.2.2/#103-core-schema"
	}
	return ""
}
