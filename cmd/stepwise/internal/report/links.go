package report

import (
	"cmp"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/check"
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

// link returns the address of a page that is named as rules name their sources, and ""
// for one that is not known.
func link(doc string) string { return check.Rule{Doc: doc}.URL() }
