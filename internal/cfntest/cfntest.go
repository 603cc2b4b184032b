// Package cfntest helps tests to look at the CloudFormation templates of stacks.
package cfntest

import (
	"bytes"
	"encoding/json"
	"flag"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Main runs the tests of a package that uses the CDK. It leaves out the CDK's own
// validation of templates, which takes most of the time of a synthesis and which
// cdk synth does. Without Node it runs no test.
func Main(m *testing.M) {
	if _, err := exec.LookPath("node"); err != nil {
		println("tests of CDK constructs need Node; skipped")
		return
	}
	os.Setenv("CDK_VALIDATION", "false")
	jsii.Close() // the next call starts Node with this environment; it was copied before
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// App returns an app with the context that cdk.json in the folder root gives the
// real one. Unless bundled, functions are not built.
func App(tb testing.TB, root string, bundled bool) awscdk.App {
	tb.Helper()
	var config struct{ Context map[string]any }
	text, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(text, &config); err != nil {
		tb.Fatal(err)
	}
	if !bundled {
		config.Context["aws:cdk:bundling-stacks"] = []string{}
	}
	return awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(tb.TempDir()),
		Context: &config.Context,
	})
}

// Template is the template of one stack.
type Template struct {
	assertions.Template
	JSON map[string]any
}

// Synth returns the template of a stack.
func Synth(stack awscdk.Stack) Template {
	t := assertions.Template_FromStack(stack, nil)
	return Template{t, *t.ToJSON()}
}

var asset = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// Golden compares the template with the file, but for the hashes of assets, which
// follow from code that is not the template's.
func (t Template) Golden(tb testing.TB, file string) {
	tb.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(t.JSON); err != nil {
		tb.Fatal(err)
	}
	got := asset.ReplaceAll(b.Bytes(), []byte("ASSET"))
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		tb.Errorf("%s differs, run with -update if it should (-want +got):\n%s", file, diff)
	}
}

// Resources yields the resources of a type by logical name, in order.
func (t Template) Resources(kind string) iter.Seq2[string, map[string]any] {
	return func(yield func(string, map[string]any) bool) {
		resources, _ := t.JSON["Resources"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(resources)) {
			r := resources[name].(map[string]any)
			if r["Type"] == kind && !yield(name, r) {
				return
			}
		}
	}
}

// Statement is a statement of a policy.
type Statement struct {
	Of        string // the logical name of the policy or role
	Effect    string
	Actions   []string
	Resources []any // texts and CloudFormation functions
	Condition any
}

// Statements returns the statements of every policy of every role.
func (t Template) Statements() []Statement {
	var all []Statement
	for name, policy := range t.Resources("AWS::IAM::Policy") {
		document := policy["Properties"].(map[string]any)["PolicyDocument"].(map[string]any)
		for _, s := range document["Statement"].([]any) {
			s := s.(map[string]any)
			statement := Statement{Of: name, Effect: s["Effect"].(string), Resources: list(s["Resource"]), Condition: s["Condition"]}
			for _, a := range list(s["Action"]) {
				statement.Actions = append(statement.Actions, a.(string))
			}
			all = append(all, statement)
		}
	}
	return all
}

// unscopable are the actions that take no resource (Service Authorization
// Reference): a statement can allow them on everything or not at all.
var unscopable = map[string]bool{
	"ecr:GetAuthorizationToken":     true,
	"xray:GetSamplingRules":         true,
	"xray:GetSamplingTargets":       true,
	"xray:PutTelemetryRecords":      true,
	"xray:PutTraceSegments":         true,
	"logs:CreateLogDelivery":        true,
	"logs:DeleteLogDelivery":        true,
	"logs:DescribeLogGroups":        true,
	"logs:DescribeResourcePolicies": true,
	"logs:GetLogDelivery":           true,
	"logs:ListLogDeliveries":        true,
	"logs:PutResourcePolicy":        true,
	"logs:UpdateLogDelivery":        true,
}

// TooWide returns the actions that the template allows on every resource though
// they can be narrowed, and those that are patterns.
func (t Template) TooWide() []string {
	var wide []string
	for _, s := range t.Statements() {
		for _, a := range s.Actions {
			if strings.Contains(a, "*") || slices.Contains(s.Resources, any("*")) && !unscopable[a] {
				wide = append(wide, s.Of+": "+a)
			}
		}
	}
	return wide
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
