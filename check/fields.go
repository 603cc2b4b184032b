package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// partFault reports a finding at a field.
func (c *checker) partFault(v *asl.Visit, p asl.Part, message, hint string) {
	c.state(v, p.Pointer(), message, hint)
}

// replacements says what a field's work is called in the other query language.
var replacements = map[string]string{
	"Parameters":     "Arguments",
	"ResultSelector": "Output",
	"ResultPath":     "Output",
	"InputPath":      "Arguments or Output with $states.input",
	"OutputPath":     "Output",
	"Result":         "Output",
	"ItemsPath":      "Items",
	"Arguments":      "Parameters",
	"Output":         "ResultSelector, ResultPath and OutputPath",
	"Items":          "ItemsPath",
	"Condition":      "Variable and a comparison",
}

func fieldsFitLanguage(c *checker, v *asl.Visit, p asl.Part) {
	if p.Language == "" || p.Language == v.Language || !isLanguage(v.Language) || inTest(p) {
		return
	}
	hint := fmt.Sprintf("use %s instead", replacements[p.Name])
	literal, isPath := strings.CutSuffix(p.Name, "Path")
	switch {
	case replacements[p.Name] != "":
	case isPath:
		hint = fmt.Sprintf("write an expression into %s instead", literal)
	default:
		hint = ""
	}
	c.partFault(v, p, fmt.Sprintf("is a field of %s states, and this state's language is %s", p.Language, v.Language), hint)
}

// inTest reports whether a field belongs to a JSONPath condition, which is judged
// as a whole.
func inTest(p asl.Part) bool {
	switch p.Object.Struct.(type) {
	case *asl.Rule:
		return p.Name == "Variable"
	case *asl.Test:
		return true
	}
	return false
}

func requiredFieldsAreThere(c *checker, v *asl.Visit, o asl.Object) {
	if missing := c.missing(v.Pointer, o); missing != "" {
		c.state(v, o.Pointer(), missing, "")
	}
}

func machineHasRequiredFields(c *checker) {
	if missing := c.missing("", c.m.Object()); missing != "" {
		c.machine("", missing, "")
	}
}

// missing says which required fields an object lacks, or "". The pointer is that of
// the object's state.
func (c *checker) missing(state string, o asl.Object) string {
	var names []string
	for f := range o.Fields() {
		if f.Required && c.lacks(state, o, f.Name) {
			names = append(names, f.Name)
		}
	}
	return missingFields(names)
}

// missingFields says that fields are missing, or returns "" for none.
func missingFields(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "the field " + names[0] + " is missing"
	}
	return "the fields " + strings.Join(names, " and ") + " are missing"
}

// exclusive are the fields of which an object has one at most.
var exclusive = [][]string{
	{"Next", "End"},
	{"TimeoutSeconds", "TimeoutSecondsPath"},
	{"HeartbeatSeconds", "HeartbeatSecondsPath"},
	{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
	{"Error", "ErrorPath"},
	{"Cause", "CausePath"},
	{"MaxConcurrency", "MaxConcurrencyPath"},
	{"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"},
	{"ToleratedFailureCount", "ToleratedFailureCountPath"},
	{"MaxItems", "MaxItemsPath"},
	{"MaxItemsPerBatch", "MaxItemsPerBatchPath"},
	{"MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"},
	{"ItemProcessor", "Iterator"},
	{"ItemSelector", "Parameters"},
}

func fieldsExclude(c *checker, v *asl.Visit, o asl.Object) {
	for _, group := range c.exclusiveOf(o) {
		var given []string
		for _, name := range group {
			if o.Has(name) && (o.Field(name).Language == "" || o.Field(name).Language == v.Language) {
				given = append(given, name) // a field of the other language is a fault of its own
			}
		}
		if len(given) > 1 {
			c.state(v, value.AppendPointer(o.Pointer(), given[1]), "cannot be given together with "+given[0], "keep one of them")
		}
	}
}

// exclusiveOf returns the groups of which a kind of object may have several fields,
// found out once.
func (c *checker) exclusiveOf(o asl.Object) [][]string {
	groups, ok := c.exclusive[o.Title()]
	if !ok {
		for _, group := range exclusive {
			if o.Field(group[0]) != nil && o.Field(group[1]) != nil {
				groups = append(groups, group)
			}
		}
		c.exclusive[o.Title()] = groups
	}
	return groups
}

// isLanguage reports whether there is such a query language; if not, that is a
// fault of its own.
func isLanguage(l asl.QueryLanguage) bool { return slices.Contains(languages, string(l)) }

var languages = []string{string(asl.JSONPath), string(asl.JSONata)}

// enumeration returns the words that a field takes, if it takes no others.
func enumeration(p asl.Part) []string {
	switch p.Object.Struct.(type) {
	case asl.State:
		if p.Name == "QueryLanguage" {
			return languages
		}
	case *asl.ProcessorConfig:
		switch p.Name {
		case "Mode":
			return []string{asl.Inline, asl.Distributed}
		case "ExecutionType":
			return []string{asl.Standard, asl.Express}
		}
	case *asl.ReaderConfig:
		switch p.Name {
		case "InputType":
			return []string{"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"}
		case "Transformation":
			return []string{"NONE", "LOAD_AND_FLATTEN"}
		case "ManifestType":
			return []string{"S3_INVENTORY", "ATHENA_DATA"}
		case "CSVHeaderLocation":
			return []string{"FIRST_ROW", "GIVEN"}
		case "CSVDelimiter":
			return []string{"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"}
		}
	case *asl.WriterConfig:
		switch p.Name {
		case "OutputType":
			return []string{"JSON", "JSONL"}
		case "Transformation":
			return []string{"NONE", "COMPACT", "FLATTEN"}
		}
	case *asl.Retrier:
		if p.Name == "JitterStrategy" {
			return []string{"FULL", "NONE"}
		}
	}
	return nil
}

func wordsAreKnown(c *checker, v *asl.Visit, p asl.Part) {
	words := enumeration(p)
	if words == nil {
		return
	}
	if message, hint := c.unknownWord(fmt.Sprint(p.Value), words); message != "" {
		c.partFault(v, p, message, hint)
	}
}

// unknownWord says what is wrong with a word that is none of some, or "".
func (c *checker) unknownWord(word string, words []string) (message, hint string) {
	if slices.Contains(words, word) || asl.HasPlaceholder(word) {
		return "", ""
	}
	_, hint = c.didYouMean(word, slices.Values(words), len(words))
	return fmt.Sprintf("must be %s, not %s", strings.Join(words, " or "), strconv.Quote(word)), hint
}

// The bounds of numbers.
const (
	unbounded     = math.MaxFloat64
	maxSeconds    = 99_999_999
	maxItems      = 100_000_000
	maxBatchBytes = 262_144
	maxDelay      = 31_622_399 // the documentation says below 31,622,400
)

// within returns a rule that the fields of these names lie between two bounds.
func within(low, high float64, names ...string) func(*checker, *asl.Visit, asl.Part) {
	return func(c *checker, v *asl.Visit, p asl.Part) {
		if !slices.Contains(names, p.Name) {
			return
		}
		n, ok := literalNumber(p.Value)
		if !ok || low <= n && n <= high {
			return
		}
		c.partFault(v, p, outOfRange(n, low, high), "")
	}
}

func outOfRange(n, low, high float64) string {
	number := func(f float64) string { return value.String(value.FromFloat(f)) }
	if n < low && low == 0 {
		return "must not be negative"
	}
	if n < low {
		return fmt.Sprintf("must be at least %s, not %s", number(low), number(n))
	}
	return fmt.Sprintf("must be at most %s, not %s", number(high), number(n))
}

// literalNumber returns the number that a field holds, unless it is computed.
func literalNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case *asl.Int:
		return float64(v.Value), v.Expr == ""
	case *asl.Num:
		return v.Value, v.Expr == ""
	case *int64:
		return float64(*v), true
	case *float64:
		return *v, true
	}
	return 0, false
}

func machineTimeoutInRange(c *checker) {
	if t := c.m.TimeoutSeconds; t != nil && (*t < 1 || *t > maxSeconds) {
		c.machine("TimeoutSeconds", outOfRange(float64(*t), 1, maxSeconds), "")
	}
}

// numbersFitLanguage reports numbers that only a JSONata state may compute.
func numbersFitLanguage(c *checker, v *asl.Visit, p asl.Part) {
	expr := numberExpr(p.Value)
	if expr == "" || v.Language != asl.JSONPath || asl.HasPlaceholder(expr) {
		return
	}
	hint := "compute it in a JSONata state"
	if p.Object.Field(p.Name+"Path") != nil {
		hint = fmt.Sprintf("give a path to it in %sPath, or make this a JSONata state", p.Name)
	}
	c.partFault(v, p, "must be a number: only a JSONata state evaluates expressions", hint)
}

func numberExpr(v any) string {
	switch v := v.(type) {
	case *asl.Int:
		return v.Expr
	case *asl.Num:
		return v.Expr
	}
	return ""
}
