package asl

import (
	"iter"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// FieldName writes the tokens of a JSON Pointer for people: Retry[0].MaxAttempts.
func FieldName(tokens ...string) string {
	var b strings.Builder
	for _, t := range tokens {
		if _, err := strconv.ParseUint(t, 10, 31); err == nil {
			b.WriteString("[" + t + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(t)
	}
	return b.String()
}

// PointerTokens yields the tokens of a JSON Pointer (RFC 6901), unescaped.
func PointerTokens(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for pointer != "" {
			token := pointer[1:]
			pointer = ""
			if at := strings.IndexByte(token, '/'); at >= 0 {
				token, pointer = token[:at], token[at:]
			}
			if strings.Contains(token, "~") {
				token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
			}
			if !yield(token) {
				return
			}
		}
	}
}

// longest is how many characters of a string a message quotes.
const longest = 60

// Describe names a JSON value in a message: null, true, 1.5, the string "a", an object.
func Describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *value.Object:
		return "an object"
	case []any:
		return "an array"
	case string:
		if r := []rune(v); len(r) > longest {
			v = string(r[:longest]) + "..."
		}
		return "the string " + strconv.Quote(v)
	}
	return value.String(v)
}
