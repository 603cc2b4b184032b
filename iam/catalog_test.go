package iam_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
	"github.com/stepwise-go/stepwise/iam"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// given are arguments for an action: a text for each member that may be one, and for
// each that is an ARN one of some other service.
func given(action catalog.Action, suffix string) *asl.Payload {
	var members []value.Member
	for m := range action.Input.All() {
		text := "x"
		if suffix != "" {
			text = "$.x"
		}
		members = append(members, value.Member{Name: m.Name + suffix, Value: text})
	}
	return &asl.Payload{Value: value.NewObject(members...)}
}

// TestEveryActionOfTheCatalog derives each call with no arguments, with its input as
// arguments, with texts and with paths for all members.
func TestEveryActionOfTheCatalog(t *testing.T) {
	calls, unknown := 0, map[string]int{}
	for _, service := range catalog.Services() {
		for _, name := range catalog.Actions(service) {
			action, ok := catalog.Lookup(service, name)
			if !ok {
				t.Fatalf("%s:%s is not there", service, name)
			}
			calls++
			for kind, parameters := range map[string]*asl.Payload{
				"the input":    nil,
				"no arguments": {Value: value.NewObject()},
				"texts":        given(action, ""),
				"paths":        given(action, ".$"),
			} {
				statements, problems := iam.Derive(of(&asl.Task{Base: asl.Base{Name: "Work"},
					Resource: "arn:aws:states:::aws-sdk:" + service + ":" + name, Parameters: parameters}))
				for _, s := range statements {
					wellFormed(t, s)
					effective(t, s)
				}
				// A text in place of a list of entries names nothing, and nobody can send it.
				if len(statements) == 0 && len(problems) == 0 && kind != "texts" {
					t.Errorf("%s:%s with %s: nothing", service, name, kind)
				}
				for _, p := range problems {
					if len(action.Permissions()) > 0 && kind == "paths" && !strings.Contains(p.Message, "not in the definition") && !strings.Contains(p.Message, "is missing") && !strings.Contains(p.Message, "nobody knows") {
						t.Errorf("%s:%s with %s: %s", service, name, kind, p.Message)
					}
				}
				if kind == "paths" && len(statements) == 0 {
					unknown[service]++
				}
			}
		}
	}
	total := 0
	for _, service := range slices.Sorted(maps.Keys(unknown)) {
		total += unknown[service]
	}
	t.Logf("%d calls, nothing known of %d: %v", calls, total, unknown)
}

// TestCorpus derives what real workflows need. What cannot be told of them is
// listed.
func TestCorpus(t *testing.T) {
	machines, statements := 0, 0
	unknown := map[string][]string{}
	for _, folder := range []string{"workflows", "executions"} {
		for _, file := range corpus.Files(t, folder) {
			for _, m := range definitions(t, file) {
				machines++
				derived, problems := iam.Derive(m)
				statements += len(derived)
				for _, s := range derived {
					wellFormed(t, s)
				}
				for _, p := range problems {
					name := file[strings.LastIndexByte(file, '/')+1:]
					unknown[p.Message] = append(unknown[p.Message], name)
				}
			}
		}
	}
	t.Logf("%d machines, %d statements", machines, statements)
	for _, message := range slices.Sorted(maps.Keys(unknown)) {
		files := slices.Compact(slices.Sorted(slices.Values(unknown[message])))
		t.Logf("%s: %s", message, strings.Join(files, " "))
	}
}

// definitions returns the definition in a file of the corpus, if it has one that can
// be read.
func definitions(t *testing.T, file string) []*asl.StateMachine {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.Parse(string(text))
	if err != nil {
		return nil
	}
	object, ok := v.(*value.Object)
	if !ok {
		return nil
	}
	definition, ok := object.Get("definition")
	if !ok || definition == nil {
		return nil
	}
	m, problems := asl.FromValue(definition, nil)
	if problems.Err() != nil {
		return nil
	}
	return []*asl.StateMachine{m}
}
