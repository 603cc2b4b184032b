package report

import (
	"cmp"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

// What follows is the part of SARIF 2.1.0 that is written (Static Analysis Results
// Interchange Format 2.1.0, OASIS Standard; the section of each object is named).
type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID         string             `json:"id"`
		Short      sarifText          `json:"shortDescription"`
		Full       sarifText          `json:"fullDescription"`
		Help       sarifText          `json:"help"`
		HelpURI    string             `json:"helpUri"`
		Default    sarifConfiguration `json:"defaultConfiguration"`
		Properties sarifTags          `json:"properties"`
	}
	sarifTags struct { // 3.8.2
		Tags []string `json:"tags"`
	}
	sarifConfiguration struct { // 3.50
		Level string `json:"level"`
	}
	sarifText struct { // 3.11 and 3.12
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct { // 3.20
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct { // 3.58
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct { // 3.27
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct { // 3.28
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct { // 3.29
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct { // 3.4
		URI string `json:"uri"`
	}
	sarifRegion struct { // 3.30
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct { // 3.33
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// SARIF prints the findings in the Static Analysis Results Interchange Format, version
// 2.1.0. Its rules are those of the report that were broken; their codes are tags.
func (r *Report) SARIF(w io.Writer) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "stepwise", Version: r.Version, InformationURI: Home, Rules: []sarifRule{}}},
		Invocations: []sarifInvocation{{Successful: len(r.Unreadable) == 0}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	for _, why := range r.Unreadable {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{Level: "error", Message: sarifText{Text: why}})
	}
	index := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		id := cmp.Or(f.Rule, string(f.Code))
		at, ok := index[id]
		if !ok {
			at = len(run.Tool.Driver.Rules)
			index[id] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, r.rule(id, f))
		}
		result := r.result(f, at)
		result.RuleID = id
		run.Results = append(run.Results, result)
	}
	return WriteJSON(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// rule describes the rule of a finding.
func (r *Report) rule(id string, f *Finding) sarifRule {
	rule := check.Rule{Title: strings.ToLower(strings.ReplaceAll(id, "_", " ")), Doc: f.Doc}
	if at := slices.IndexFunc(r.Rules, func(r check.Rule) bool { return r.Name == id }); at >= 0 {
		rule = r.Rules[at]
	}
	text := sarifText{Text: rule.Title}
	markdown := rule.Title + "\n\n[A wrong and a right example](" + f.Help + ")"
	if rule.Doc != "" {
		markdown += "; " + markdownLink(&rule)
	}
	return sarifRule{
		ID: id, Short: text, Full: text, Help: sarifText{Text: rule.Title, Markdown: markdown + "."}, HelpURI: f.Help,
		Default:    sarifConfiguration{Level: f.Severity.String()},
		Properties: sarifTags{[]string{string(f.Code)}},
	}
}

func markdownLink(rule *check.Rule) string {
	if address := link(rule.Doc); address != "" {
		return "[" + rule.Doc + "](" + address + ")"
	}
	return rule.Doc
}

func (r *Report) result(f *Finding, rule int) sarifResult {
	result := sarifResult{
		RuleIndex: rule, Level: f.Severity.String(), Message: sarifText{Text: f.text()},
		Locations: []sarifLocation{{
			Physical: r.physical(f.Position),
			Logical:  []sarifLogical{{Name: f.Machine + "#" + f.Pointer, Kind: "member"}},
		}},
	}
	for _, also := range f.Related {
		if p := r.physical(also.Position); p != nil {
			result.Related = append(result.Related, sarifLocation{Physical: p, Message: &sarifText{Text: also.Message}})
		}
	}
	return result
}

func (r *Report) physical(p diag.Position) *sarifPhysical {
	if p.File == "" {
		return nil
	}
	physical := &sarifPhysical{Artifact: sarifArtifact{URI: address(p.File)}}
	if p.Line > 0 {
		physical.Region = r.region(p)
	}
	return physical
}

// region counts columns in characters, as the run's columnKind says.
func (r *Report) region(p diag.Position) *sarifRegion {
	region := &sarifRegion{StartLine: p.Line}
	if p.Column == 0 || r.Line == nil {
		return region
	}
	line, ok := r.Line(p.File, p.Line)
	if !ok {
		return region
	}
	from := min(p.Column-1, len(line))
	region.StartColumn = 1 + r.characters(p, line, from)
	region.EndColumn = region.StartColumn + max(1, utf8.RuneCountInString(line[from:from+tokenLength(line[from:])]))
	return region
}

// characters returns how many characters a line has before an offset. Places are asked
// for mostly in their order, so that the count goes on from the last one: a file may be
// one line.
func (r *Report) characters(p diag.Position, line string, offset int) int {
	l := &r.last
	if l.file != p.File || l.line != p.Line || l.offset > offset {
		*l = counted{file: p.File, line: p.Line}
	}
	l.characters += utf8.RuneCountInString(line[l.offset:offset])
	l.offset = offset
	return l.characters
}

// counted is how many characters of a line stand before an offset.
type counted struct {
	file                     string
	line, offset, characters int
}

// address returns the URI of a file: a relative one stays so, since the repository's
// root is not known.
func address(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	return u.String()
}
