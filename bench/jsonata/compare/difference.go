package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

func (a answer) String() string {
	switch a.Kind {
	case "value":
		return a.Value
	case "error", "crash":
		return fmt.Sprintf("%s %s %s", a.Kind, a.Code, a.Message)
	}
	return a.Kind
}

// difference says in what two answers differ, nothing if they do not.
func difference(theirs, ours answer) string {
	switch {
	case theirs.Kind != ours.Kind:
		return "kind"
	case theirs.Code != ours.Code:
		return "code"
	case theirs.Message != ours.Message:
		return "message"
	case theirs.Kind == "value" && !sameValue(theirs.Value, ours.Value):
		return "value"
	}
	return ""
}

func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := value.Parse(a)
	y, errY := value.Parse(b)
	return errX == nil && errY == nil && same(x, y)
}

// same reports whether two values are equal, numbers as JavaScript has them.
func same(a, b any) bool {
	if x, ok := value.Float(a); ok {
		y, ok := value.Float(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !same(a[i], b[i]) {
				return false
			}
		}
		return true
	case *value.Object:
		b, ok := b.(*value.Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for m := range a.Members() {
			v, ok := b.Get(m.Name)
			if !ok || !same(m.Value, v) {
				return false
			}
		}
		return true
	}
	return a == b
}

var (
	named        = regexp.MustCompile(`function ("[^"]*"|undefined)`)
	lambda       = regexp.MustCompile(`function *\(|λ`)
	partial      = regexp.MustCompile(`\$[a-z]\w+\([^()]*\?[,)]`)
	integerName  = regexp.MustCompile(`"[0-9]+\\?" ?:`)
	beyondBasic  = regexp.MustCompile(`[\x{10000}-\x{10FFFF}]`)
	intoFunction = regexp.MustCompile(`(\$\w+|\}|\)|\]|\|)(\.|\[)\*|\*\(`)
	assignment   = regexp.MustCompile(`[\[{,:][^\[\]{}();]*:=`)
	inContainer  = regexp.MustCompile(`(?s)[\[{].*,.*[\]}]`) // several items or members
	longNumber   = regexp.MustCompile(`[0-9][0-9.]{14,}[0-9](e[-+][0-9]+)?`)
)

// reason says why two answers differ, nothing if that is not known.
func reason(j job, theirs, ours answer) string {
	switch {
	case theirs.Kind == "crash":
		return "crash"
	case theirs.Kind == "limit" || theirs.Kind == "none" || ours.Kind == "limit":
		return "limit"
	case theirs.Kind == "infinite" && (ours.Code == "D1001" || ours.Code == "D3110"):
		return "infinite"
	case strings.Contains(theirs.Message+ours.Message, `"_jsonata_`) || strings.Contains(theirs.Value, "async function") || strings.Contains(theirs.Value, "definition") ||
		lambda.MatchString(j.Text) && strings.Contains(j.Text, "**") || theirs.Kind == "function" || intoFunction.MatchString(j.Text):
		return "functions"
	case theirs.Kind == "error" && theirs.Code == ours.Code && named.ReplaceAllString(theirs.Message, "") == named.ReplaceAllString(ours.Message, ""):
		return "traces"
	case partial.MatchString(j.Text):
		return "partial"
	case strings.Contains(theirs.Message, "[null]") && strings.Contains(ours.Message, "[]"):
		return "input"
	case integerName.MatchString(theirs.Value + theirs.Message):
		return "names"
	case beyondBasic.MatchString(j.Text + theirs.Value):
		return "pairs"
	case theirs.Kind == ours.Kind && shortened(theirs) == shortened(ours):
		return "digits"
	case inContainer.MatchString(j.Text) && (theirs.Kind == "error" && ours.Kind == "error" || assignment.MatchString(j.Text)):
		return "order"
	}
	return ""
}

// shortened returns an answer's text with numbers cut to fourteen digits or so.
func shortened(a answer) string {
	return longNumber.ReplaceAllStringFunc(a.Code+a.Message+a.Value, func(s string) string { return s[:15] })
}
