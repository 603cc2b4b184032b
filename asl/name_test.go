package asl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

func TestNamesOfStates(t *testing.T) {
	for name, want := range map[string]bool{
		"":                       false,
		"a":                      true,
		"Ask: really? 🚀":         true,
		strings.Repeat("ü", 80):  true,
		strings.Repeat("ü", 81):  false,
		strings.Repeat("a", 200): false,
	} {
		if got := asl.NameFits(name); got != want {
			t.Errorf("NameFits(%q) = %v", name, got)
		}
	}
}

func TestNamesOfVariables(t *testing.T) {
	for name, want := range map[string]bool{
		"x":                     true,
		"größe":                 true,
		"名前2":                   true,
		"a_b":                   true,
		"_a":                    true,
		"":                      false,
		"1a":                    false,
		"a-b":                   false,
		"a.b":                   false,
		"a b":                   false,
		"$a":                    false,
		"states":                false,
		"States":                true,
		strings.Repeat("x", 80): true,
		strings.Repeat("x", 81): false,
	} {
		if got := asl.IsVariableName(name); got != want {
			t.Errorf("IsVariableName(%q) = %v", name, got)
		}
	}
}

func TestLabels(t *testing.T) {
	for label, want := range map[string]bool{
		"orders-2_x.y":          true,
		"größe":                 true,
		strings.Repeat("x", 40): true,
		strings.Repeat("x", 41): false,
		"":                      false,
		"a b":                   false,
		"a*":                    false,
		"a\x00":                 false,
		"a\u0085":               false,
		"a/b":                   true,
	} {
		if got := asl.IsLabel(label); got != want {
			t.Errorf("IsLabel(%q) = %v", label, got)
		}
	}
	for _, c := range "?*<>{}[]:;,\\|^~$#%&`\"" {
		if asl.IsLabel("a" + string(c)) {
			t.Errorf("a label may have %q", c)
		}
	}
}

func TestTimestamps(t *testing.T) {
	for text, want := range map[string]string{
		"2016-12-05T21:29:29Z":             "2016-12-05T21:29:29Z",
		"2016-12-05T21:29:29.5Z":           "2016-12-05T21:29:29.5Z",
		"2016-12-05T21:29:29.123456789Z":   "2016-12-05T21:29:29.123456789Z",
		"2016-12-05T21:29:29.1234567899Z":  "2016-12-05T21:29:29.123456789Z",
		"2016-12-05T21:29:29+02:00":        "2016-12-05T19:29:29Z",
		"2016-12-05T21:29:29.000000-11:30": "2016-12-06T08:59:29Z",
		"2016-12-05T21:29:29":              "",
		"2016-12-05T21:29:29.000000":       "",
		"2016-12-05T21:29:29.Z":            "",
		"2016-12-05T21:29:29,5Z":           "",
		"2016-12-05 21:29:29Z":             "",
		"2016-12-05t21:29:29Z":             "",
		"2016-12-05T21:29:29z":             "",
		"2016-12-05T21:29Z":                "",
		"2016-13-05T21:29:29Z":             "",
		"2016-12-05T25:29:29Z":             "",
		"2016-02-30T21:29:29Z":             "",
		"05-12-2016T21:29:29Z":             "",
		"2016-12-05T21:29:29+0200":         "",
		"2016-12-05T21:29:29+02:00Z":       "",
		"":                                 "",
	} {
		got, err := asl.ParseTimestamp(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("ParseTimestamp(%q) = %v, want an error", text, got)
		case want != "" && err != nil:
			t.Errorf("ParseTimestamp(%q): %v", text, err)
		case want != "" && got.UTC().Format(time.RFC3339Nano) != want:
			t.Errorf("ParseTimestamp(%q) = %v, want %s", text, got.UTC(), want)
		}
		if asl.IsTimestamp(text) != (want != "") {
			t.Errorf("IsTimestamp(%q) = %v", text, want == "")
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]bool{
		"${A}": true, "x${A}y": true, "${A": false, "A}": false, "$A": false, "}${": false, "": false,
	} {
		if got := asl.HasPlaceholder(text); got != want {
			t.Errorf("HasPlaceholder(%q) = %v", text, got)
		}
	}
}

func TestFieldNamesAreForPeople(t *testing.T) {
	if got, want := asl.FieldName("Retry", "0", "ErrorEquals", "2"), "Retry[0].ErrorEquals[2]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
