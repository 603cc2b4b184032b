package check_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// labelled is a definition with what is known of it.
type labelled struct {
	ID       string
	Valid    bool
	Why      string
	At       string // the culprit
	Rule     any
	Type     string
	Disputed any
	Format   string
	Text     *string

	Definition     json.RawMessage
	DefinitionText *string `json:"definition_text"`
	Expect         *struct {
		Valid       bool
		Diagnostics []struct{ Code, Location string }
	}
}

func readLabelled(t *testing.T, path string) labelled {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := labelled{Valid: true}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
}

func (c labelled) text() string {
	switch {
	case c.Text != nil:
		return *c.Text
	case c.DefinitionText != nil:
		return *c.DefinitionText
	}
	return string(c.Definition)
}

func (c labelled) check() diag.List {
	if c.Type == "EXPRESS" {
		return check.Text("", c.text(), check.Express())
	}
	return check.Text("", c.text())
}

func errorsOnly(l diag.List) diag.List {
	var all diag.List
	for _, d := range l {
		if d.Severity == diag.Error {
			all = append(all, d)
		}
	}
	return all
}

var bracketed = regexp.MustCompile(`\[(\d+)\]`)

// blames reports whether an error is at the culprit, in it or around it.
func blames(faults diag.List, culprit string) bool {
	want := bracketed.ReplaceAllString(strings.TrimSuffix(culprit, "/"), "/$1")
	for _, d := range faults {
		if strings.HasPrefix(d.Pointer, want) || strings.HasPrefix(want, d.Pointer) && d.Pointer != "" {
			return true
		}
	}
	return false
}

func TestLabelledDefinitionsOfTheCorpus(t *testing.T) {
	var valid, invalid, missed, refused, misplaced, disputed int
	for _, path := range corpus.Files(t, "validation") {
		c := readLabelled(t, path)
		if c.Format == "yaml" {
			continue
		}
		faults := errorsOnly(c.check())
		if c.Disputed != nil {
			if c.Valid != (len(faults) == 0) {
				disputed++
				t.Logf("disputed, and not as labelled: %s: %v (%s)\n%v", c.ID, c.Disputed, c.Why, faults)
			}
			continue
		}
		switch {
		case c.Valid:
			valid++
			if len(faults) > 0 {
				refused++
				t.Errorf("refused, though valid: %s\n%v", c.ID, faults)
			}
		case len(faults) == 0:
			invalid++
			missed++
			t.Errorf("missed: %s: %s", c.ID, c.Why)
		default:
			invalid++
			if c.At != "" && !blames(faults, c.At) {
				misplaced++
				t.Errorf("found elsewhere than at %s: %s: %s\n%v", c.At, c.ID, c.Why, faults)
			}
			t.Logf("%s: %s\n%v", c.ID, c.Why, faults)
		}
	}
	t.Logf("%d of %d valid refused, %d of %d invalid missed, %d misplaced; %d disputed not as labelled", refused, valid, missed, invalid, misplaced, disputed)
}

func TestRecordedValidationsOfTheCorpus(t *testing.T) {
	for _, path := range corpus.Files(t, "executions/validation") {
		c := readLabelled(t, path)
		faults := errorsOnly(c.check())
		if c.Expect.Valid != (len(faults) == 0) {
			t.Errorf("%s: valid: %v, but\n%v", c.ID, c.Expect.Valid, faults)
			continue
		}
		for _, want := range c.Expect.Diagnostics {
			if !hasCode(faults, want.Code) {
				t.Errorf("%s: no %s at %s in\n%v", c.ID, want.Code, want.Location, faults)
			}
		}
	}
}

func hasCode(l diag.List, code string) bool {
	for _, d := range l {
		if string(d.Code) == code {
			return true
		}
	}
	return false
}

func TestPublishedAndExecutedDefinitionsOfTheCorpus(t *testing.T) {
	n, warnings := 0, map[diag.Code]int{}
	for _, folder := range []string{"workflows", "executions/execution"} {
		for _, path := range corpus.Files(t, folder) {
			c := readLabelled(t, path)
			n++
			all := c.check()
			if faults := errorsOnly(all); c.Valid != (len(faults) == 0) {
				t.Errorf("%s: valid: %v, but\n%v", c.ID, c.Valid, faults)
			}
			for _, d := range all {
				if d.Severity == diag.Warning {
					warnings[d.Code]++
				}
			}
		}
	}
	t.Logf("%d definitions; warnings: %s", n, fmt.Sprint(warnings))
}
