package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A workload is fine only if everything is as its file expects it.
func TestOutcomesAreHeldAgainstWhatIsExpected(t *testing.T) {
	const (
		wait = `{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 7, "Next": "B"}, "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "End": true}}}`
		done = `"mocks": {"B": [{"return": {"b": 2, "a": 1}}]}`
	)
	for name, test := range map[string]struct{ rest, why string }{
		"all as expected": {done + `, "expect": {"states_entered": 2, "output": {"a": 1, "b": 2}, "virtual_seconds": 7,
			"output_sha256": "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"}`, ""},
		"another output":   {done + `, "expect": {"output": {"a": 1, "b": 3}}`, "output differs"},
		"another digest":   {done + `, "expect": {"output_sha256": "00"}`, "digest of the output differs"},
		"too few states":   {done + `, "expect": {"states_entered": 3}`, "2 states entered, want 3"},
		"too long":         {done + `, "expect": {"virtual_seconds": 6}`, "took 7s of virtual time, want 6 s"},
		"a failure":        {`"mocks": {"B": [{"error": "Busy", "cause": "later"}]}, "expect": {}`, "execution FAILED: Busy: later"},
		"no answer":        {`"expect": {}`, "the workload has no answer for state B"},
		"several answers":  {`"mocks": {"B": [{"return": 1, "repeat": 2}, {"return": 2}]}, "expect": {"output": 1}`, ""},
		"nothing expected": {done, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "workload.json")
			if err := os.WriteFile(file, []byte(`{"name": "w", "definition": `+wait+`, "input": {}, `+test.rest+`}`), 0o666); err != nil {
				t.Fatal(err)
			}
			w, err := readWorkload(file)
			if err != nil {
				t.Fatal(err)
			}
			r := w.best(1)
			if r.OK != (test.why == "") || !strings.Contains(r.Why, test.why) {
				t.Errorf("ok %v, why %q; want %q", r.OK, r.Why, test.why)
			}
			if r.OK && (r.States != 2 || r.Workload != "w" || r.Rate <= 0) {
				t.Errorf("the result is %+v", r)
			}
		})
	}
}

func TestDistributedMapsOfAnySizeRun(t *testing.T) {
	results, err := benchRuns(nil, "10,200", 1)
	if err != nil {
		t.Fatal(err)
	}
	var states []int
	for r, err := range results {
		if err != nil || !r.OK {
			t.Errorf("%+v, %v", r, err)
		}
		states = append(states, r.States)
	}
	if len(states) != 2 || states[0] != 10 || states[1] != 200 {
		t.Errorf("items: %v", states)
	}
	if _, err := benchRuns(nil, "many", 1); err == nil {
		t.Error("no error for a number that is none")
	}
}
