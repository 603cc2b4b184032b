package iam

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// arnFormat is the ARN of a type of resources: texts, and variables between them.
type arnFormat struct {
	parts     []string // one more than variables; a * in them is [anything]
	variables []string
	pattern   *regexp.Regexp
}

var arnVariable = regexp.MustCompile(`\$\{(\w+)\}`)

var places = map[string]string{"Partition": "${AWS::Partition}", "Region": "${AWS::Region}", "Account": "${AWS::AccountId}"}

var arnFormats sync.Map

// arnOf takes the ARN of a type of resources apart.
func arnOf(text string) arnFormat {
	if f, ok := arnFormats.Load(text); ok {
		return f.(arnFormat)
	}
	var f arnFormat
	part, end := "", 0
	for _, at := range arnVariable.FindAllStringSubmatchIndex(text, -1) {
		part += text[end:at[0]]
		end = at[1]
		if place, ok := places[text[at[2]:at[3]]]; ok {
			part += place
			continue
		}
		f.parts = append(f.parts, part)
		f.variables = append(f.variables, text[at[2]:at[3]])
		part = ""
	}
	f.parts = append(f.parts, part+text[end:])
	var pattern strings.Builder
	for i, p := range f.parts {
		if i > 0 {
			pattern.WriteString(".+")
		}
		f.parts[i] = strings.ReplaceAll(p, "*", anything)
		quoted := regexp.QuoteMeta(p)
		for _, place := range places {
			quoted = strings.ReplaceAll(quoted, regexp.QuoteMeta(place), "[^:]*")
		}
		pattern.WriteString(strings.ReplaceAll(quoted, `\*`, ".*"))
	}
	f.pattern = regexp.MustCompile("(?s)^" + pattern.String() + "$")
	arnFormats.Store(text, f)
	return f
}

// matches reports whether a text is an ARN of the type.
func (f arnFormat) matches(text string) bool {
	return f.pattern.MatchString(strings.ReplaceAll(text, "AWS::", "AWS."))
}

// fixed is how many bytes of an ARN of the type are the same in all: of two types that
// an ARN may be of, it is of that with more.
func (f arnFormat) fixed() int { return len(strings.Join(f.parts, "")) }

// wide returns the pattern of all ARNs of the type.
func (f arnFormat) wide() string { return strings.Join(f.parts, anything) }

// whole reports whether the text up to a variable, and with it, is the ARN of what
// the variable names: in "table/${TableName}/index/${IndexName}" that of a table, in
// "service/${ClusterName}/…" not that of a cluster.
func (f arnFormat) whole(i int, variable string) bool {
	if i > 0 {
		return false
	}
	before := f.parts[0]
	before = strings.TrimRight(before, ":/")
	word := letters(before[strings.LastIndexAny(before, ":/}")+1:])
	name, _ := stem(variable)
	name = letters(name)
	return word == "" || word == "s3" || strings.HasSuffix(name, word) || strings.HasSuffix(word, name)
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
