package main

import (
	"strings"
	"unicode"
)

// reserved are the names that the AWS SDK for Java 2 cannot give to a member: the
// language's keywords, and the methods that every model class has. A member of
// such a name has "Value" added.
var reserved = set(`abstract assert boolean break byte case catch char class const continue default do
	double else enum extends false final finally float for goto if implements import instanceof int
	interface long native new null package private protected public return short static strictfp super
	switch synchronized this throw throws transient true try void volatile while
	equals finalize getClass hashCode notify notifyAll toString wait
	builder sdkFields toBuilder overrideConfiguration sdkHttpResponse`)

func set(words string) map[string]bool {
	s := map[string]bool{}
	for _, word := range strings.Fields(words) {
		s[word] = true
	}
	return s
}

// parameterName returns the name under which an AWS SDK integration takes and
// gives an API's member: that of the AWS SDK for Java 2, in PascalCase.
// DBInstanceIdentifier is DbInstanceIdentifier, restApiId is RestApiId.
func parameterName(member string) string {
	name := lowerFirstWord(member)
	if reserved[name] || reserved[strings.ToLower(name)] {
		name += "Value"
	}
	return capitalize(name)
}

// lowerFirstWord lowers a leading run of capitals but for the one that starts the
// next word: SSEKMSKeyId is ssekmsKeyId.
func lowerFirstWord(name string) string {
	text := []byte(name)
	for i := range text {
		if i > 0 && (!upper(text[i]) || i+1 < len(text) && lower(text[i+1])) {
			break
		}
		text[i] = byte(unicode.ToLower(rune(text[i])))
	}
	return string(text)
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }
func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }

func capitalize(name string) string {
	return strings.ToUpper(name[:1]) + name[1:]
}

// actionName returns an API's operation as a Resource spells it.
func actionName(operation string) string {
	return strings.ToLower(operation[:1]) + operation[1:]
}

// errorName returns the name under which an AWS SDK integration reports an error,
// without the service's prefix.
func errorName(shape string) string {
	if fault, ok := strings.CutSuffix(shape, "Fault"); ok {
		return pascal(fault) + "Exception"
	}
	return strings.TrimSuffix(pascal(shape), "Exception") + "Exception"
}

// servicePrefix returns the first part of the names of a service's errors. In
// lower case it is the service in the ARN of an AWS SDK integration.
func servicePrefix(serviceID string) string {
	name := pascal(serviceID)
	for _, word := range []string{"Amazon", "Aws"} {
		name = strings.TrimPrefix(name, word)
	}
	return strings.TrimSuffix(name, "Service")
}

func pascal(text string) string {
	var name strings.Builder
	for _, word := range words(text) {
		name.WriteString(capitalize(strings.ToLower(word)))
	}
	return name.String()
}

// words splits a name as the SDK for Java 2 does: at what is no letter or digit;
// before a version such as V2; between a small and a capital letter that another
// letter follows; before the last capital of a run that a small letter follows; and
// after a digit.
func words(text string) []string {
	var out []string
	start := 0
	cut := func(end int) {
		if end > start {
			out = append(out, text[start:end])
		}
		start = end
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case !upper(c) && !lower(c) && !digit(c):
			cut(i)
			start = i + 1
		case i > start && wordStarts(text, start, i):
			cut(i)
		}
	}
	cut(len(text))
	return out
}

func wordStarts(text string, start, i int) bool {
	before, c := text[i-1], text[i]
	after := func(is func(byte) bool) bool { return i+1 < len(text) && is(text[i+1]) }
	switch {
	case digit(before):
		return !digit(c)
	case isVersion(text[start:], i-start):
		return true
	case lower(before) && upper(c):
		return after(func(c byte) bool { return upper(c) || lower(c) || digit(c) })
	}
	return upper(before) && upper(c) && after(lower) && !isVersion(text[start:], i-start+1)
}

// isVersion reports whether a version stands at i: of the other case than the two
// letters before it, as in SESv2 and TestV4, but not in WAFV2.
func isVersion(text string, i int) bool {
	switch {
	case i < 2 || i+1 >= len(text) || !digit(text[i+1]):
		return false
	case text[i] == 'v':
		return !lower(text[i-1]) && !lower(text[i-2])
	}
	return text[i] == 'V' && !upper(text[i-1]) && !upper(text[i-2])
}
