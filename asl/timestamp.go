package asl

import (
	"fmt"
	"strings"
	"time"
)

// ParseTimestamp reads a timestamp as the language has them: RFC 3339 with an
// upper-case T, seconds, and an upper-case Z or an offset (States Language
// specification, "Timestamps"). A fraction may have any number of digits; what is
// finer than a nanosecond is dropped.
func ParseTimestamp(text string) (time.Time, error) {
	const shape = "0000-00-00T00:00:00"
	rest, ok := cutShape(text, shape)
	if fraction, found := strings.CutPrefix(rest, "."); ok && found {
		rest = strings.TrimLeft(fraction, "0123456789")
		ok = rest != fraction
	}
	if ok && rest != "Z" {
		rest, ok = cutShape(rest, "+00:00")
		ok = ok && rest == ""
	}
	if !ok {
		return time.Time{}, fmt.Errorf("%q is no timestamp of the form 2006-01-02T15:04:05Z", text)
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no timestamp: there is no such date or time of day", text)
	}
	return t, nil
}

// cutShape cuts what looks like the shape off a text's start, where 0 stands for
// any digit and + for a sign.
func cutShape(text, shape string) (rest string, ok bool) {
	if len(text) < len(shape) {
		return text, false
	}
	for i := range len(shape) {
		switch c := text[i]; shape[i] {
		case '0':
			ok = '0' <= c && c <= '9'
		case '+':
			ok = c == '+' || c == '-'
		default:
			ok = c == shape[i]
		}
		if !ok {
			return text, false
		}
	}
	return text[len(shape):], true
}

// IsTimestamp reports whether [ParseTimestamp] can read a text.
func IsTimestamp(text string) bool {
	_, err := ParseTimestamp(text)
	return err == nil
}
