package main

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/cmd/stepwise/internal/report"
)

// readingRules are those for the files that definitions stand in.
var readingRules = []check.Rule{
	{Name: "template", Code: source.CodeTemplate, Title: "A template gives a state machine one definition, which can be read.", Doc: "AWS CloudFormation Template Reference, AWS::StepFunctions::StateMachine", ByParser: true},
	{Name: "definition-elsewhere", Code: source.CodeElsewhere, Severity: diag.Warning, Title: "A template holds its definitions or names local files.", Doc: "AWS CloudFormation Template Reference, AWS::StepFunctions::StateMachine"},
	{Name: "substitutions", Code: source.CodeSubstitution, Severity: diag.Warning, Title: "A template fills in the placeholders of a definition, and no others.", Doc: "AWS CloudFormation Template Reference, AWS::StepFunctions::StateMachine"},
	{Name: "yaml-values", Code: source.CodeAmbiguous, Severity: diag.Warning, Title: "A value in YAML is the same in YAML 1.1 and YAML 1.2.", Doc: "YAML 1.2.2, Core Schema"},
	{Name: "aliases", Code: source.CodeAlias, Severity: diag.Warning, Title: "A template has no aliases and merge keys.", Doc: "AWS CloudFormation User Guide, CloudFormation template format"},
}

// rules returns every rule that the command knows.
func rules() []check.Rule { return append(check.Rules(), readingRules...) }

// listedRule is a rule as --rules --json prints it.
type listedRule struct {
	Name     string        `json:"name"`
	Code     diag.Code     `json:"code"`
	Severity diag.Severity `json:"severity"`
	Title    string        `json:"title"`
	Doc      string        `json:"doc"`
}

// listRules prints every rule.
func listRules(t *terminal, json bool) int {
	listed := []listedRule{}
	for _, r := range rules() {
		listed = append(listed, listedRule{r.Name, r.Code, r.Severity, r.Title, r.Doc})
	}
	if json {
		if err := report.WriteJSON(t.out, listed); err != nil {
			t.fail("check: %v", err)
			return exitUsage
		}
		return exitOK
	}
	for _, r := range listed {
		fmt.Fprintf(t.out, "%-22s %-8s %-30s %s\n", r.Name, r.Severity, r.Code, r.Title)
	}
	return exitOK
}
