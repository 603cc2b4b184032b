package asl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// faultTests are definitions with everything that the parser reports of them.
var faultTests = []struct {
	name, text, want string
}{
	{
		name: "no faults",
		text: `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`,
	},
	{
		name: "empty text",
		text: " \n",
		want: `f:1:1: error: a definition must be a JSON object; the text is empty [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "no object",
		text: `[1]`,
		want: `f:1:1: error: a definition must be a JSON object, not an array [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "broken JSON",
		text: "{\n  \"StartAt\": \"A\",\n}",
		want: `f:3:1: error: unexpected '}' in an object: a member is missing after the comma [INVALID_JSON_DESCRIPTION]`,
	},
	{
		name: "placeholder outside quotes",
		text: `{"TimeoutSeconds": ${Timeout}}`,
		want: `f:1:20: error: unexpected '$': a value starts with one of { [ " - digit true false null; render the template first, or put the placeholder in quotes [INVALID_JSON_DESCRIPTION]`,
	},
	{
		name: "placeholders in the place of anything",
		text: `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r", "Retry": "${Retry}", "Catch": ["${Catch}"], "End": "${End}"}}}`,
	},
	{
		name: "text around a placeholder",
		text: `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r", "Retry": "${Retry} and ${More}", "End": true}}}`,
		want: `f:1:68: error: state "A": Retry: must be an array, not the string "${Retry} and ${More}" [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "unknown field, misspelt",
		text: `{"StartAt": "A", "States": {"A": {"Type": "Pass", "next": "A"}}}`,
		want: `f:1:51: error: state "A": next: there is no such field in a Pass state; did you mean "Next"? [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "field of other types",
		text: `{"States": {"A": {"Type": "Wait", "Retry": []}}}`,
		want: `f:1:35: error: state "A": Retry: there is no such field in a Wait state; only Task, Parallel and Map states have Retry [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "field nobody knows",
		text: `{"States": {"A": {"Type": "Wait", "Colour": "red"}}}`,
		want: `f:1:35: error: state "A": Colour: there is no such field in a Wait state [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "wrong types",
		text: `{
  "Comment": 1,
  "TimeoutSeconds": "60",
  "States": {
    "A": {
      "Type": "Task",
      "Resource": null,
      "InputPath": 5,
      "TimeoutSeconds": 1.5,
      "Retry": {},
      "Catch": [{"ErrorEquals": "E"}, {"ErrorEquals": ["E", 1]}, 7],
      "End": "true"
    },
    "B": "Pass"
  }
}`,
		want: `f:2:3: error: Comment: must be a string, not 1 [SCHEMA_VALIDATION_FAILED]
f:3:3: error: TimeoutSeconds: must be an integer, not the string "60" [SCHEMA_VALIDATION_FAILED]
f:7:7: error: state "A": Resource: must be a string, not null [SCHEMA_VALIDATION_FAILED]
f:8:7: error: state "A": InputPath: must be a JSONPath in a string, not 5 [SCHEMA_VALIDATION_FAILED]
f:9:7: error: state "A": TimeoutSeconds: must be an integer, not 1.5 [SCHEMA_VALIDATION_FAILED]
f:10:7: error: state "A": Retry: must be an array, not an object [SCHEMA_VALIDATION_FAILED]
f:11:18: error: state "A": Catch[0].ErrorEquals: must be an array of strings, not the string "E" [SCHEMA_VALIDATION_FAILED]
f:11:61: error: state "A": Catch[1].ErrorEquals[1]: must be a string, not 1 [SCHEMA_VALIDATION_FAILED]
f:11:66: error: state "A": Catch[2]: must be an object, not 7 [SCHEMA_VALIDATION_FAILED]
f:12:7: error: state "A": End: must be true or false, not the string "true" [SCHEMA_VALIDATION_FAILED]
f:14:5: error: state "B": a state must be an object, not the string "Pass" [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "types of states",
		text: `{"States": {
  "A": {"End": true},
  "B": {"Type": "pass"},
  "C": {"Type": "Tsk"},
  "D": {"Type": "Nothing"},
  "E": {"Type": 1}
}}`,
		want: `f:2:3: error: state "A": the field Type is missing; the types are Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map [SCHEMA_VALIDATION_FAILED]
f:3:9: error: state "B": Type: there is no state type "pass"; did you mean "Pass"? [SCHEMA_VALIDATION_FAILED]
f:4:9: error: state "C": Type: there is no state type "Tsk"; did you mean "Task"? [SCHEMA_VALIDATION_FAILED]
f:5:9: error: state "D": Type: there is no state type "Nothing"; the types are Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map [SCHEMA_VALIDATION_FAILED]
f:6:9: error: state "E": Type: must be a string, not 1 [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "a field of the machine among the states",
		text: `{"States": {"QueryLanguage": "JSONata"}}`,
		want: `f:1:13: error: state "QueryLanguage": a state must be an object, not the string "JSONata"; every member of States is a state; move QueryLanguage out of it [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "repeated keys",
		text: `{
  "Comment": "a",
  "Comment": "b",
  "States": {
    "A": {"Type": "Pass", "Parameters": {"x": [{"y": 1, "y": 2}]}, "End": true},
    "A": {"Type": "Succeed"}
  }
}`,
		want: `f:3:3: error: Comment: the object has this field already; keep one of them [SCHEMA_VALIDATION_FAILED]
	f:2:3: the first one
f:5:57: error: state "A": Parameters.x[0].y: the object has this key already; keep one of them [SCHEMA_VALIDATION_FAILED]
	f:5:49: the first one
f:6:5: error: state "A": there is a state of this name already; keep one of them [DUPLICATE_STATE_NAME]
	f:5:5: the first one`,
	},
	{
		name: "rules of a Choice",
		text: `{"States": {"A": {"Type": "Choice", "Choices": [
  {"Variable": "$.a", "StringEqual": "x", "Next": "A"},
  {"Variable": "$.a", "StringEquals": "x", "IsNull": true, "Next": "A"},
  {"And": [{"Variable": "$.a", "IsNull": true, "Next": "A"}], "Next": "A"},
  {"Variable": "$.a", "IsNull": true, "End": true}
]}}}`,
		want: `f:2:23: error: state "A": Choices[0].StringEqual: there is no such field or operator in a Choice rule; did you mean "StringEquals"? [SCHEMA_VALIDATION_FAILED]
f:3:44: error: state "A": Choices[1].IsNull: a rule has one comparison, and this one has StringEquals already; join two comparisons with And [SCHEMA_VALIDATION_FAILED]
f:4:48: error: state "A": Choices[2].And[0].Next: is a field of the whole rule, not of a condition inside it [SCHEMA_VALIDATION_FAILED]
f:5:39: error: state "A": Choices[3].End: there is no such field or operator in a Choice rule; lead the rule to a Succeed state with Next [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "functions of CloudFormation",
		text: `{"States": {"A": {"Type": "Task", "Resource": {"Fn::GetAtt": ["F", "Arn"]}, "End": true}}}`,
		want: `f:1:35: error: state "A": Resource: must be a string, not an object; CloudFormation evaluates no functions inside a definition: write a ${placeholder} and define it in DefinitionSubstitutions [SCHEMA_VALIDATION_FAILED]`,
	},
	{
		name: "empty texts",
		text: `{"StartAt": "", "States": {"A": {"Type": "Map", "Label": "", "InputPath": "", "Next": ""}}}`,
		want: `f:1:2: error: StartAt: must not be empty [MISSING_TRANSITION_TARGET]
f:1:49: error: state "A": Label: must not be empty [INVALID_LABEL_NAME]
f:1:62: error: state "A": InputPath: must not be empty [SCHEMA_VALIDATION_FAILED]
f:1:79: error: state "A": Next: must not be empty [MISSING_TRANSITION_TARGET]`,
	},
	{
		name: "placeholders fit everywhere, expressions do not",
		text: `{"TimeoutSeconds": "${T}", "States": {"A": {"Type": "Task", "TimeoutSeconds": "${T}", "End": "${E}",
  "Retry": [{"MaxAttempts": "${N}", "BackoffRate": "${R}"}, {"MaxAttempts": "{% 1 %}"}]}}}`,
		want: `f:2:62: error: state "A": Retry[1].MaxAttempts: must be an integer, not the string "{% 1 %}" [SCHEMA_VALIDATION_FAILED]`,
	},
}

func TestParseReportsWhatTheModelCannotHold(t *testing.T) {
	for _, test := range faultTests {
		t.Run(test.name, func(t *testing.T) {
			_, faults := asl.Parse("f", test.text)
			if diff := cmp.Diff(test.want, faults.Error()); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStateWithoutAKnownTypeIsReadAsTheOneThatItResembles(t *testing.T) {
	m, faults := asl.Parse("", `{"StartAt": "A", "States": {
		"A": {"Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "Next": "B"},
		"B": {"Type": "Wiat", "Seconds": 1, "Next": "C"},
		"C": {"Type": "?", "Choices": [], "Default": "D"},
		"D": {"Type": "?", "ItemProcessor": {}, "MaxConcurrency": 1},
		"E": {"Type": "?"}
	}}`)
	if len(faults) != 5 {
		t.Errorf("%d faults, want 5:\n%v", len(faults), faults)
	}
	var got []asl.Type
	for _, st := range m.States {
		got = append(got, st.Type())
	}
	want := []asl.Type{asl.TaskType, asl.WaitType, asl.ChoiceType, asl.MapType, asl.PassType}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

func TestRefusedTellsWhatTheParserLeftOut(t *testing.T) {
	m, _ := asl.Parse("", `{"StartAt": "A", "States": {"A": {"Type": "Wait", "Secnds": 5, "Next": 1}, "B": 7}}`)
	for pointer, want := range map[string]bool{
		"/States/A/Secnds":    true,
		"/States/A/Seconds":   true, // what was meant
		"/States/A/Next":      true,
		"/States/A":           false,
		"/States/A/Timestamp": false,
		"/States/B":           true,
	} {
		if got := m.Refused(pointer); got != want {
			t.Errorf("Refused(%q) = %v", pointer, got)
		}
	}
	if !m.RefusedIn("/States/A") || m.RefusedIn("/States/B") {
		t.Error("RefusedIn does not name the object around a refused field")
	}
}

func TestLocatorKnowsTheLineOfEveryPart(t *testing.T) {
	m, faults := asl.Parse("f.json", `{
  "StartAt": "a/b",
  "States": {
    "a/b": {
      "Type": "Task",
      "Retry": [
        {"ErrorEquals": ["E"]}
      ]
    }
  }
}`)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for pointer, want := range map[string]string{
		"":                                  "f.json:1:1",
		"/StartAt":                          "f.json:2:3",
		"/States/a~1b":                      "f.json:4:5",
		"/States/a~1b/Retry":                "f.json:6:7",
		"/States/a~1b/Retry/0":              "f.json:7:9",
		"/States/a~1b/Retry/0/ErrorEquals":  "f.json:7:10",
		"/States/a~1b/Retry/0/MaxAttempts":  "f.json:7:9", // absent: the object that lacks it
		"/States/a~1b/Retry/0/Error/Equals": "f.json:7:9",
	} {
		if got := m.Locator.Locate(pointer).String(); got != want {
			t.Errorf("Locate(%q) = %s, want %s", pointer, got, want)
		}
	}
}

func TestLocatorKnowsWideObjects(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, ",\n\"S%d\": {\"Type\": \"Succeed\"}", i)
	}
	m, _ := asl.Parse("", `{"States": {`+b.String()[1:]+"\n}}")
	if got := m.Locator.Locate("/States/S499/Type").Line; got != 501 {
		t.Errorf("line %d, want 501", got)
	}
	if got := m.Locator.Locate("/States/S500").Line; got != 1 {
		t.Errorf("line %d of an absent state, want that of States", got)
	}
}

func TestParseEndsSoonOnHostileTexts(t *testing.T) {
	for _, test := range []struct {
		name, text string
		code       diag.Code
	}{
		{"100,000 arrays", strings.Repeat("[", 100_000), asl.CodeTooDeep},
		{"100,000 objects", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), asl.CodeTooDeep},
		{"50 MB", `{"Comment": "` + strings.Repeat("x", 50<<20) + `"}`, asl.CodeTooLarge},
		{"50 MB of many-byte characters", `{"Comment": "` + strings.Repeat("€", 50<<20/3) + `"}`, asl.CodeTooLarge},
		{"one character too many", `{"Comment": "` + strings.Repeat("€", asl.MaxSize-len(`{"Comment": ""}`)+1) + `"}`, asl.CodeTooLarge},
		{"not UTF-8", "{\"Comment\": \"\xff\"}", asl.CodeInvalidJSON},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			m, faults := asl.Parse("", test.text)
			if m != nil || len(faults) != 1 || faults[0].Code != test.code {
				t.Errorf("machine %v, faults %v; want one %s", m != nil, faults, test.code)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestTheLargestDefinitionIsCountedInCharacters(t *testing.T) {
	text := `{"Comment": "` + strings.Repeat("€", asl.MaxSize-len(`{"Comment": ""}`)) + `"}`
	if m, faults := asl.Parse("", text); m == nil || len(faults) > 0 {
		t.Errorf("refused: %v", faults)
	}
}

func TestFromValueLocatesByPointer(t *testing.T) {
	v, err := value.Parse(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Ende": true}}}`)
	if err != nil {
		t.Fatal(err)
	}
	m, faults := asl.FromValue(v, goLines{"/States/A/Ende": 41})
	const want = `order.go:41: error: state "A": Ende: there is no such field in a Pass state; did you mean "End"? [SCHEMA_VALIDATION_FAILED]`
	if faults.Error() != want {
		t.Errorf("got  %v\nwant %v", faults, want)
	}
	if m.StartAt != "A" || m.State("A") == nil || m.State("B") != nil {
		t.Errorf("machine: %s", m)
	}
}

// goLines is a locator of a machine that was built in Go.
type goLines map[string]int

func (l goLines) Locate(pointer string) diag.Position {
	return diag.Position{File: "order.go", Line: l[pointer]}
}

func TestStateFromValueIsTheInverseOfStateValue(t *testing.T) {
	const text = `{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":1,"End":true}}},"End":true}`
	v, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	st, faults := asl.StateFromValue("Each", v, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := st.Common().Name; got != "Each" {
		t.Errorf("name %q", got)
	}
	if got := value.String(asl.StateValue(st)); got != text {
		t.Errorf("got  %s\nwant %s", got, text)
	}
	if st, faults := asl.StateFromValue("Each", "x", nil); st != nil || !faults.HasErrors() {
		t.Error("a text is taken for a state")
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range faultTests {
		f.Add(test.text)
	}
	f.Add(everyField)
	f.Fuzz(func(t *testing.T, text string) {
		m, faults := asl.Parse("", text)
		if m == nil {
			if !faults.HasErrors() {
				t.Error("neither a machine nor an error")
			}
			return
		}
		if faults.HasErrors() {
			return
		}
		again, faults := asl.Parse("", m.String())
		if faults.HasErrors() {
			t.Fatalf("printed definition refused: %v\n%s", faults, m)
		}
		if diff := cmp.Diff(m, again, modelOptions); diff != "" {
			t.Errorf("model changed by printing (-first +second):\n%s", diff)
		}
	})
}

func TestPlacesAreThoseOfTheTextAround(t *testing.T) {
	const definition = `{"StartAt": 1, "States": {}}`
	at := func(offset int) diag.Position { return diag.Position{File: "t.yaml", Line: 7, Column: 100 + offset} }
	const want = `t.yaml:7:101: error: StartAt: must be a string, not 1 [SCHEMA_VALIDATION_FAILED]`
	if _, faults := asl.ParseAt(definition, at); faults.Error() != want {
		t.Errorf("in a text:\n%v\nwant:\n%s", faults, want)
	}
	root, err := value.ParseNode(definition)
	if err != nil {
		t.Fatal(err)
	}
	if _, faults := asl.FromNode(root, at); faults.Error() != want {
		t.Errorf("in a tree:\n%v\nwant:\n%s", faults, want)
	}
}

func TestFaultsNameTheirRules(t *testing.T) {
	tests := []struct{ text, rule string }{
		{`{`, "json"},
		{strings.Repeat("[", value.MaxDepth+1), "depth"},
		{strings.Repeat(" ", asl.MaxSize+1), "size"},
		{``, "field-types"},
		{`{"StartAt": 1}`, "field-types"},
		{`{"Colour": 1}`, "known-fields"},
		{`{"StartAt": "A", "StartAt": "A"}`, "keys-unique"},
		{`{"States": {"A": {"Type": "Pass", "End": true}, "A": {"Type": "Pass", "End": true}}}`, "state-names-unique"},
		{`{"States": {"A": {"Type": "Nonsense"}}}`, "state-type"},
		{`{"States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": "", "IsNull": true, "Next": "A"}]}}}`, "rule-form"},
	}
	for _, test := range tests {
		if _, faults := asl.Parse("", test.text); len(faults) != 1 || faults[0].Rule != test.rule {
			t.Errorf("%.40s: %v, want one fault by the rule %s", test.text, faults, test.rule)
		}
	}
}
