package check

import "strings"

// URL returns the address of the page that is the rule's source, or "" if it is
// none of the web.
func (r Rule) URL() string {
	switch source, page, _ := strings.Cut(r.Doc, ", "); source + ", " {
	case spec:
		return strings.TrimSuffix("https://states-language.net/spec.html#"+sections[page], "#")
	case reference:
		return "https://docs.aws.amazon.com/step-functions/latest/apireference/API_" + page + ".html"
	case cloudFormation:
		name := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(page, "AWS::"), "::", "-"))
		return "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-" + name + ".html"
	case guide:
		return "https://docs.aws.amazon.com/step-functions/latest/dg/" + pages[page] + ".html"
	case userGuide:
		return "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html"
	case yaml:
		return "https://yaml.org/spec/1.2.2/#103-core-schema"
	}
	return ""
}

// sections are the anchors of sections of the States Language specification.
var sections = map[string]string{
	"Choice state":     "choice-state",
	"Errors":           "errors",
	"Map state":        "map-state",
	"Parallel state":   "parallel-state",
	"Task state":       "task-state",
	"Top-level fields": "toplevelfields",
	"Wait state":       "wait-state",
}

// pages are the files of the Developer Guide's pages and sections.
var pages = map[string]string{
	"Accessing execution data from the Context object": "input-output-contextobject",
	"Accessing resources in other AWS accounts":        "concepts-access-cross-acct-resources",
	"Best practices":                               "sfn-best-practices",
	"Choice state":                                 "state-choice",
	"Choosing workflow type":                       "choosing-workflow-type",
	"Fail state":                                   "state-fail",
	"Handling errors":                              "concepts-error-handling",
	"Integrating optimized services":               "integrate-optimized",
	"Integrating services":                         "integrate-services",
	"Integrating services with AWS SDK":            "supported-services-awssdk",
	"Intrinsic functions":                          "intrinsic-functions",
	"ItemBatcher (Map)":                            "input-output-itembatcher",
	"ItemReader (Map)":                             "input-output-itemreader",
	"JSONata functions provided by Step Functions": "transforming-data",
	"Map state":                                    "state-map",
	"Pass state":                                   "state-pass",
	"Passing data between states with variables":   "workflow-variables",
	"Passing parameters to a service API":          "connect-parameters",
	"Paths":                                        "amazon-states-language-paths",
	"Processing input and output":                  "concepts-input-output-filtering",
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
