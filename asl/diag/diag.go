// Package diag holds the one form in which Stepwise reports what is wrong with
// a workflow, whoever found it: the parser, the DSL's builder or the checker.
//
// A [Diagnostic] says where (file, line and column; JSON pointer; state), what
// (a stable code and a sentence) and what to do. A [List] of them is an error
// that prints one diagnostic a line, sorted by position:
//
//	order.asl.json:12:7: error: state "Pay": Next: there is no state "Shipp" in this scope; did you mean "Ship"? [MISSING_TRANSITION_TARGET]
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity tells an error, which keeps a definition from being created, from a
// warning, which does not.
type Severity int

// The severities.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText gives the severity's name, for JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Code names a kind of diagnostic. Where the service has a code for the fault
// (ValidateStateMachineDefinition API), it is that one.
type Code string

// Position is a place in a definition's text or in a Go file. Line and Column
// count from 1, Column in bytes; a zero Line or Column is unknown.
type Position struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// IsValid reports whether the position says anything.
func (p Position) IsValid() bool { return p.File != "" || p.Line > 0 }

// String returns file:line:column, leaving out what is unknown.
func (p Position) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	for _, n := range []int{p.Line, p.Column} {
		if n == 0 {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(':')
		}
		fmt.Fprint(&b, n)
	}
	return b.String()
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Related is a second place that has to do with a diagnostic, such as the first
// of two states with one name.
type Related struct {
	Position Position `json:"position"`
	Message  string   `json:"message"`
}

// Diagnostic is one thing wrong with a workflow.
type Diagnostic struct {
	Severity Severity  `json:"severity"`
	Code     Code      `json:"code"`
	Rule     string    `json:"rule,omitempty"`    // the name of the rule that is broken: a code has one or more
	Position Position  `json:"position"`          // in the definition's text, or the Go line that made it
	State    string    `json:"state,omitempty"`   // the state concerned, if any
	Pointer  string    `json:"pointer"`           // JSON Pointer (RFC 6901) into the definition; "" is the whole
	Field    string    `json:"field,omitempty"`   // the field concerned, for people
	Message  string    `json:"message"`           // what is wrong, a lower-case phrase without full stop
	Hint     string    `json:"hint,omitempty"`    // what to do
	Doc      string    `json:"doc,omitempty"`     // the rule's source: a specification section or a page by name
	Related  []Related `json:"related,omitempty"` // other places concerned
}

// String returns the diagnostic as one line, then one line for each related place.
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Position.IsValid() {
		b.WriteString(d.Position.String() + ": ")
	}
	b.WriteString(d.Severity.String() + ": ")
	if d.State != "" {
		fmt.Fprintf(&b, "state %q: ", d.State)
	}
	if d.Field != "" {
		b.WriteString(d.Field + ": ")
	}
	b.WriteString(d.Message)
	if d.Hint != "" {
		b.WriteString("; " + d.Hint)
	}
	if d.Code != "" {
		fmt.Fprintf(&b, " [%s]", d.Code)
	}
	for _, r := range d.Related {
		fmt.Fprintf(&b, "\n\t%s: %s", r.Position, r.Message)
	}
	return b.String()
}

// List is any number of diagnostics. A List that holds an error is itself an
// error; see [List.Err].
type List []Diagnostic

// Error returns every diagnostic, a line each, in the list's order.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// HasErrors reports whether any diagnostic is of severity Error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err returns the list as an error if it holds one of severity Error, else nil.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return l
}

// Compare orders diagnostics by position, then pointer, then severity, then message.
func Compare(a, b Diagnostic) int {
	return cmp.Or(a.Position.compare(b.Position), cmp.Compare(a.Pointer, b.Pointer),
		cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Message, b.Message))
}

// Sort orders the list by [Compare], in place, and returns it without exact
// repetitions.
func (l List) Sort() List {
	slices.SortStableFunc(l, Compare)
	return slices.CompactFunc(l, func(a, b Diagnostic) bool {
		return a.Position == b.Position && a.Pointer == b.Pointer && a.Code == b.Code && a.Message == b.Message
	})
}
