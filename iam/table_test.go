package iam

import (
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
)

// integrationsOfCatalog yields every optimised integration with each of its patterns.
func integrationsOfCatalog() iter.Seq2[catalog.Integration, asl.Pattern] {
	return func(yield func(catalog.Integration, asl.Pattern) bool) {
		for _, service := range catalog.OptimizedServices() {
			for _, action := range catalog.OptimizedActions(service) {
				known, _ := catalog.Optimized(service, action)
				for _, pattern := range known.Patterns {
					if !yield(known, pattern) {
						return
					}
				}
			}
		}
	}
}

func resourceOf(call catalog.Integration, pattern asl.Pattern) string {
	r := asl.Resource{Service: call.Service, Action: call.Name, Pattern: pattern}
	return "arn:aws:states:::" + call.Service + ":" + r.ActionName()
}

func TestEveryIntegrationHasCases(t *testing.T) {
	text, err := os.ReadFile("testdata/integrations.txt")
	if err != nil {
		t.Fatal(err)
	}
	for call, pattern := range integrationsOfCatalog() {
		if resource := resourceOf(call, pattern); !strings.Contains(string(text), "\n"+resource+"\n") {
			t.Errorf("no case of %s", resource)
		}
	}
	for name := range integrations {
		service, action, _ := strings.Cut(name, ":")
		if _, ok := catalog.Optimized(service, action); !ok {
			t.Errorf("there is no integration %s", name)
		}
	}
}

// notNeeded are actions that the guide lists for a pattern and that this package
// leaves out.
var notNeeded = map[string]string{
	"apigateway:invoke":                 "an API asks nobody who calls unless AuthType says so",
	"athena:getQueryResults":            "where the results are is not in the arguments",
	"elasticmapreduce:addStep":          "nobody waits for the step",
	"elasticmapreduce:createCluster":    "nobody waits for the cluster",
	"elasticmapreduce:terminateCluster": "nobody waits for the end of the cluster",
}

// TestIntegrationsNeedWhatTheCatalogSays derives each integration with each pattern,
// called with its input, and compares the actions with those of the catalog.
func TestIntegrationsNeedWhatTheCatalogSays(t *testing.T) {
	for call, pattern := range integrationsOfCatalog() {
		task := &asl.Task{Base: asl.Base{Name: "Work"}, Resource: resourceOf(call, pattern)}
		statements, _ := Derive(&asl.StateMachine{Scope: asl.Scope{States: []asl.State{task}}})
		var actions []string
		for _, s := range statements {
			actions = append(actions, s.Actions...)
		}
		for _, p := range call.Permissions(pattern) {
			if !slices.Contains(actions, p.Action) && (notNeeded[call.Service+":"+call.Name] == "" || pattern == asl.RunJob) {
				t.Errorf("%s lacks %s", task.Resource, p.Action)
			}
		}
		if waits := pattern == asl.RunJob || pattern == asl.RunJobParsed; slices.Contains(actions, "events:PutRule") != (waits && call.Rule != "") {
			t.Errorf("%s: a rule is allowed, or is not, other than it should be", task.Resource)
		}
		for _, pass := range call.Passes {
			m, ok := call.Input.Member(pass.Parameter)
			if ok && m.Required && !slices.Contains(actions, "iam:PassRole") {
				t.Errorf("%s may not pass %s", task.Resource, pass.Parameter)
			}
		}
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		pattern, other string
		want           bool
	}{
		{"a/*", "a/b", true},
		{"a/*", "a/b*", true},
		{"a/*", "a", false},
		{"*", "anything", true},
		{"a*c*e", "abcde", true},
		{"a*c*e", "abde", false},
		{"a*b", "ab", true},
		{"a*ba", "aba", true},
		{"a*ba", "abab", false},
		{"a*aa", "aa", false},
		{"ab", "ab", true},
		{"a*", "*", false},
		{"x:*/y:*", "x:*/y:z", true},
	} {
		if got := covers(strings.ReplaceAll(tt.pattern, "*", anything), strings.ReplaceAll(tt.other, "*", anything)); got != tt.want {
			t.Errorf("covers(%q, %q) = %v", tt.pattern, tt.other, got)
		}
	}
}

// TestTablesNameWhatThereIs looks up the calls and actions of the tables written by
// hand, which no other test would miss.
func TestTablesNameWhatThereIs(t *testing.T) {
	for name := range sdkCalls {
		service, action, _ := strings.Cut(name, ":")
		if _, ok := catalog.Lookup(service, action); !ok {
			t.Errorf("there is no call %s", name)
		}
	}
	services := map[string]bool{}
	for _, service := range catalog.Services() {
		known, _ := catalog.LookupService(service)
		services[known.IAMPrefix] = true
	}
	keyed := slices.Concat(slices.Collect(maps.Keys(sdkActions)), slices.Collect(maps.Keys(besides)), slices.Collect(maps.Keys(uris)),
		slices.Collect(maps.Keys(keys)), slices.Collect(maps.Keys(principals)))
	for _, key := range keyed {
		service, name, isAction := strings.Cut(key, ":")
		if !services[service] {
			t.Errorf("there is no service %s", service)
		}
		if _, ok := catalog.LookupPermission(key); isAction && !ok && !roleArgument.MatchString(name) {
			t.Errorf("there is no action %s", key)
		}
	}
}
