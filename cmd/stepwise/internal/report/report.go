// Package report prints what is wrong with state machines: for people, as JSON, as
// SARIF and as annotations of GitHub.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

// Finding is a diagnostic with what a report adds to it.
type Finding struct {
	Machine string `json:"machine,omitempty"` // the logical ID in a template
	diag.Diagnostic
	Link string `json:"link,omitempty"` // the page that Doc names
	Help string `json:"help,omitempty"` // the page that explains the rule, with examples
}

// Report is everything that is to be printed.
type Report struct {
	Findings []Finding
	Rules    []check.Rule

	// Line returns a line of a file, counted from 1, without its end, and whether
	// there is one.
	Line func(file string, number int) (string, bool)

	Version    string   // of Stepwise
	Unreadable []string // why files could not be read

	last counted
}

// Add adds a diagnostic of the state machine with that logical ID, which is empty for
// a definition that stands alone.
func (r *Report) Add(machine string, d diag.Diagnostic) {
	if d.Doc == "" {
		d.Doc = r.source(d)
	}
	r.Findings = append(r.Findings, Finding{Machine: machine, Diagnostic: d, Link: link(d.Doc), Help: help(d)})
}

// source returns the source of the rule that is broken.
func (r *Report) source(d diag.Diagnostic) string {
	for i := range r.Rules {
		if r.Rules[i].Name == d.Rule {
			return r.Rules[i].Doc
		}
	}
	return ""
}

// Count returns how many findings are errors and how many are warnings.
func (r *Report) Count() (errors, warnings int) {
	for i := range r.Findings {
		if r.Findings[i].Severity == diag.Error {
			errors++
		}
	}
	return errors, len(r.Findings) - errors
}

// JSON prints the findings as one array.
func (r *Report) JSON(w io.Writer) error {
	if r.Findings == nil {
		return WriteJSON(w, []Finding{})
	}
	return WriteJSON(w, r.Findings)
}

// WriteJSON prints a value as JSON for people and programs.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// GitHub prints the findings as workflow commands of GitHub Actions, which shows them
// beside the lines of a pull request (GitHub Actions, "Workflow commands").
func (r *Report) GitHub(w io.Writer) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		p := f.Position
		var place strings.Builder
		for _, property := range []struct{ name, value string }{
			{"file", p.File}, {"line", number(p.Line)}, {"col", number(p.Column)}, {"title", string(f.Code)},
		} {
			if property.value != "" {
				if place.Len() > 0 {
					place.WriteByte(',')
				}
				place.WriteString(property.name + "=" + escapeProperty.Replace(property.value))
			}
		}
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", f.Severity, place.String(), escapeMessage.Replace(f.text())); err != nil {
			return err
		}
	}
	return nil
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

var (
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// text returns what a finding says, without its place, its severity and its code.
func (f *Finding) text() string {
	var b strings.Builder
	if f.Machine != "" {
		fmt.Fprintf(&b, "%s: ", f.Machine)
	}
	d := f.Diagnostic
	d.Position, d.Code, d.Related = diag.Position{}, "", nil
	b.WriteString(strings.TrimPrefix(d.String(), d.Severity.String()+": "))
	return b.String()
}
