package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/cmd/stepwise/internal/report"
)

// files are the texts of a report.
type files map[string]string

func (f files) line(file string, number int) (string, bool) {
	lines := strings.Split(f[file], "\n")
	if number < 1 || number > len(lines) || f[file] == "" {
		return "", false
	}
	return lines[number-1], true
}

func newReport(f files, all ...diag.Diagnostic) *report.Report {
	r := &report.Report{Rules: check.Rules(), Line: f.line}
	for _, d := range all {
		r.Add("", d)
	}
	return r
}

func at(file string, line, column int) diag.Diagnostic {
	return diag.Diagnostic{Code: "CODE", Message: "is wrong", Position: diag.Position{File: file, Line: line, Column: column}}
}

func TestTextUnderlinesWhatIsMeant(t *testing.T) {
	long := strings.Repeat("ä", 300)
	text := files{"f": strings.Join([]string{
		`  "Näxt": "x"`,         // 1
		`"{\"a\": 1}"`,          // 2
		"\tNext: Ship",          // 3
		`'it''s': [`,            // 4
		`"open`,                 // 5
		`  ${Table},`,           // 6
		`[`,                     // 7
		``,                      // 8
		long + ` "a": 1` + long, // 9
	}, "\n")}
	tests := []struct {
		line, column int
		want         string
	}{
		{1, 3, "     1 |   \"Näxt\": \"x\"\n       |   ^~~~~~"},
		{1, 12, "     1 |   \"Näxt\": \"x\"\n       |           ^~~"},
		{2, 3, "     2 | \"{\\\"a\\\": 1}\"\n       |   ^~~~~"},
		{3, 2, "     3 |  Next: Ship\n       |  ^~~~"},
		{3, 8, "     3 |  Next: Ship\n       |        ^~~~"},
		{4, 1, "     4 | 'it''s': [\n       | ^~~~"},
		{5, 1, "     5 | \"open\n       | ^"},
		{6, 3, "     6 |   ${Table},\n       |   ^~~~~~~~"},
		{7, 1, "     7 | [\n       | ^"},
		{8, 1, "     8 | \n       | ^"},
		{8, 40, "     8 | \n       | ^"}, // behind its end
		{3, 0, "     3 |  Next: Ship"},   // of no known column
		{99, 1, ""},
		{9, 602, "     9 | ..." + long[:78] + ` "a": 1` + long[:148] + "...\n       | " + strings.Repeat(" ", 43) + "^~~"},
	}
	for _, test := range tests {
		var b bytes.Buffer
		if err := newReport(text, at("f", test.line, test.column)).Text(&b, report.Style{}); err != nil {
			t.Fatal(err)
		}
		_, excerpt, _ := strings.Cut(strings.TrimSuffix(b.String(), "\n"), "\n")
		if excerpt != test.want {
			t.Errorf("%d:%d:\n%s\nwant:\n%s", test.line, test.column, excerpt, test.want)
		}
	}
}

func TestGitHubEscapesWhatCommandsAreMadeOf(t *testing.T) {
	d := at("a,b:c", 1, 2)
	d.Message = "100%\nwrong"
	d.Severity = diag.Warning
	var b bytes.Buffer
	if err := newReport(nil, d, diag.Diagnostic{Code: "CODE", Message: "somewhere"}).GitHub(&b); err != nil {
		t.Fatal(err)
	}
	const want = "::warning file=a%2Cb%3Ac,line=1,col=2,title=CODE::100%25%0Awrong\n::error title=CODE::somewhere\n"
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", b.String(), want)
	}
}

// What the schema of SARIF 2.1.0 and its readers want holds of every report: see the
// sections on the log, its runs, results, regions and rules.
func TestSARIFHasItsStructure(t *testing.T) {
	text := files{"dir/ä b.json": "{\"Näxt\": 1}", "/abs.json": "x"}
	all := []diag.Diagnostic{
		at("dir/ä b.json", 1, 2), at("/abs.json", 1, 1), at("gone.json", 7, 3), at("f", 0, 0),
		{Code: "CODE", Message: "nowhere"},
	}
	for _, rule := range check.Rules() {
		d := at("dir/ä b.json", 1, 2)
		d.Rule, d.Code, d.Severity, d.Doc = rule.Name, rule.Code, rule.Severity, rule.Doc
		d.Related = []diag.Related{{Position: all[0].Position, Message: "the first one"}, {Message: "nowhere"}}
		all = append(all, d)
	}
	r := newReport(text, all...)
	r.Version = "1.2.3"
	r.Unreadable = []string{"open x: no such file"}
	var b bytes.Buffer
	if err := r.SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	s := sarifChecker{t}
	s.want(log["version"] == "2.1.0" && log["$schema"] != "", "version and schema", log)
	runs := s.array(log, "runs")
	s.want(len(runs) == 1, "one run", runs)
	run := runs[0].(map[string]any)
	driver := s.object(s.object(run, "tool"), "driver")
	s.want(driver["name"] == "stepwise" && driver["version"] == "1.2.3", "the driver's name and version", driver)
	rules := s.array(driver, "rules")
	ids := map[any]bool{}
	for _, rule := range rules {
		s.rule(rule.(map[string]any), ids)
	}
	results := s.array(run, "results")
	s.want(len(results) == len(all), "a result for each finding", len(results))
	for _, result := range results {
		s.result(result.(map[string]any), rules)
	}
	invocation := s.array(run, "invocations")[0].(map[string]any)
	s.want(invocation["executionSuccessful"] == false && len(s.array(invocation, "toolExecutionNotifications")) == 1, "what was not read", invocation)

	first := s.array(results[0].(map[string]any), "locations")[0].(map[string]any)
	physical := s.object(first, "physicalLocation")
	s.want(s.object(physical, "artifactLocation")["uri"] == "dir/%C3%A4%20b.json", "an encoded address", physical)
	region := s.object(physical, "region")
	s.want(region["startLine"] == 1.0 && region["startColumn"] == 2.0 && region["endColumn"] == 8.0, "columns in characters", region)
}

func TestSARIFCountsCharactersInAnyOrder(t *testing.T) {
	text := files{"f": "ää \"b\" öö\n\"c\"", "g": "ä d"}
	var b bytes.Buffer
	if err := newReport(text, at("f", 1, 6), at("f", 1, 10), at("f", 1, 1), at("f", 2, 2), at("g", 1, 4), at("f", 1, 99)).SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct {
						Region struct{ StartColumn, EndColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	var got [][2]int
	for _, result := range log.Runs[0].Results {
		region := result.Locations[0].PhysicalLocation.Region
		got = append(got, [2]int{region.StartColumn, region.EndColumn})
	}
	want := [][2]int{{4, 7}, {8, 10}, {1, 3}, {2, 3}, {3, 4}, {10, 11}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

type sarifChecker struct{ *testing.T }

func (s sarifChecker) want(ok bool, what string, got any) {
	s.Helper()
	if !ok {
		s.Fatalf("not %s: %v", what, got)
	}
}

func (s sarifChecker) object(o map[string]any, name string) map[string]any {
	s.Helper()
	v, ok := o[name].(map[string]any)
	s.want(ok, "an object with the object "+name, o)
	return v
}

func (s sarifChecker) array(o map[string]any, name string) []any {
	s.Helper()
	v, ok := o[name].([]any)
	s.want(ok, "an object with the array "+name, o)
	return v
}

func (s sarifChecker) text(o map[string]any, name string) {
	s.Helper()
	v, _ := s.object(o, name)["text"].(string)
	s.want(v != "", "an object with the text "+name, o)
}

func (s sarifChecker) rule(rule map[string]any, ids map[any]bool) {
	s.Helper()
	s.want(rule["id"] != "" && !ids[rule["id"]], "a rule with an ID of its own", rule)
	ids[rule["id"]] = true
	for _, name := range []string{"shortDescription", "fullDescription", "help"} {
		s.text(rule, name)
	}
	address, _ := rule["helpUri"].(string)
	s.want(strings.HasPrefix(address, "https://"), "a rule with a page", rule)
	level := s.object(rule, "defaultConfiguration")["level"]
	s.want(level == "error" || level == "warning", "a rule with a level", rule)
}

func (s sarifChecker) result(result map[string]any, rules []any) {
	s.Helper()
	index, ok := result["ruleIndex"].(float64)
	s.want(ok && int(index) < len(rules), "a result with a rule", result)
	s.want(rules[int(index)].(map[string]any)["id"] == result["ruleId"], "the result's rule", result)
	s.want(result["level"] == "error" || result["level"] == "warning", "a result with a level", result)
	s.text(result, "message")
	for _, l := range s.array(result, "locations") {
		s.location(l.(map[string]any))
	}
	if related, ok := result["relatedLocations"].([]any); ok {
		for _, l := range related {
			s.location(l.(map[string]any))
			s.text(l.(map[string]any), "message")
		}
	}
}

func (s sarifChecker) location(l map[string]any) {
	s.Helper()
	physical, ok := l["physicalLocation"].(map[string]any)
	if !ok {
		return
	}
	address, _ := s.object(physical, "artifactLocation")["uri"].(string)
	s.want(address != "", "a location with an address", l)
	region, ok := physical["region"].(map[string]any)
	if !ok {
		return
	}
	line, _ := region["startLine"].(float64)
	s.want(line >= 1, "a region with a line", region)
	if column, ok := region["startColumn"].(float64); ok {
		end, _ := region["endColumn"].(float64)
		s.want(column >= 1 && end > column, "a region with columns", region)
	}
}

// The page of every rule explains it, and its source has an address.
func TestRulesHavePages(t *testing.T) {
	pages := map[string]string{}
	var all []diag.Diagnostic
	for _, rule := range check.Rules() {
		all = append(all, diag.Diagnostic{Code: rule.Code, Rule: rule.Name, Doc: rule.Doc, Message: "m"})
	}
	for code, rule := range map[diag.Code]string{
		source.CodeTemplate: "template", source.CodeElsewhere: "definition-elsewhere",
		source.CodeSubstitution: "substitutions", source.CodeAmbiguous: "yaml-values", source.CodeAlias: "aliases",
	} {
		all = append(all, diag.Diagnostic{Code: code, Rule: rule, Doc: "YAML 1.2.2, Core Schema", Message: "m"})
	}
	for _, f := range newReport(nil, all...).Findings {
		if f.Link == "" && !strings.HasPrefix(f.Doc, "Stepwise") {
			t.Errorf("%s: no address of %q", f.Rule, f.Doc)
		}
		page, anchor, _ := strings.Cut(strings.TrimPrefix(f.Help, report.Home+"/blob/main/"), "#")
		if pages[page] == "" {
			text, err := os.ReadFile("../../../../" + page)
			if err != nil {
				t.Fatal(err)
			}
			pages[page] = string(text)
		}
		if !strings.Contains(pages[page], "\n### "+anchor+"\n") {
			t.Errorf("%s has no section %s", page, anchor)
		}
	}
}

func ExampleReport_Text() {
	text := files{"order.asl.json": "{\n  \"StartAt\": \"Pay\"\n}"}
	r := newReport(text, diag.Diagnostic{
		Code: "MISSING_TRANSITION_TARGET", Message: `there is no state "Pay"`,
		Position: diag.Position{File: "order.asl.json", Line: 2, Column: 3},
	})
	var b strings.Builder
	if err := r.Text(&b, report.Style{}); err != nil {
		fmt.Println(err)
	}
	fmt.Print(b.String())
	// Output:
	// order.asl.json:2:3: error: there is no state "Pay" [MISSING_TRANSITION_TARGET]
	//      2 |   "StartAt": "Pay"
	//        |   ^~~~~~~~~
}
