package jsonata

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"
)

// base64encode takes each character for a byte, of its lowest eight bits, as the
// reference does.
func base64encode(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	bytes := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFFFF {
			high, low := 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF
			bytes = append(bytes, byte(high), byte(low))
		} else {
			bytes = append(bytes, byte(r))
		}
	}
	return c.text(base64.StdEncoding.EncodeToString(bytes))
}

// base64decode makes each byte a character. Like the reference it takes either
// alphabet, stops at padding and ignores what is neither.
func base64decode(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	s, _, _ = strings.Cut(s, "=")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r < utf8.RuneSelf && strings.ContainsRune(base64Alphabet, r):
			return r
		}
		return -1
	}, s)
	if len(s)%4 == 1 {
		s = s[:len(s)-1] // no whole byte
	}
	bytes, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return "", nil
	}
	runes := make([]rune, len(bytes))
	for i, b := range bytes {
		runes[i] = rune(b)
	}
	return c.text(string(runes))
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
	delimiters = ";/?:@&=+$,#"
)

func encodeURLComponent(c call, args []any) (any, *Error) {
	return c.escapeURL(args, unreserved, "encodeUrlComponent")
}

func encodeURL(c call, args []any) (any, *Error) {
	return c.escapeURL(args, unreserved+delimiters, "encodeUrl")
}

// escapeURL escapes all but the characters kept.
func (c call) escapeURL(args []any, kept, function string) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if halfPairAt(s) >= 0 {
		return nil, malformedURL(s, function)
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(kept, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			b.Write([]byte{'%', digits[s[i]>>4], digits[s[i]&15]})
		}
	}
	return c.text(b.String())
}

func malformedURL(s, function string) *Error {
	e := errorOf("D3140", s)
	e.inserts.function = function
	return e
}

func decodeURLComponent(c call, args []any) (any, *Error) {
	return c.unescapeURL(args, "", "decodeUrlComponent")
}

func decodeURL(c call, args []any) (any, *Error) {
	return c.unescapeURL(args, delimiters, "decodeUrl")
}

// unescapeURL undoes escapes, but for those of the characters kept.
func (c call) unescapeURL(args []any, kept, function string) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		before, _, escaped := strings.Cut(rest, "%")
		b.WriteString(before)
		if !escaped {
			break
		}
		rest = rest[len(before):]
		length := escapeLength(rest)
		plain, err := url.PathUnescape(rest[:min(length, len(rest))])
		if err != nil || !utf8.ValidString(plain) || plain == "" {
			return nil, malformedURL(s, function)
		}
		if strings.Contains(kept, plain) {
			plain = rest[:length]
		}
		b.WriteString(plain)
		rest = rest[length:]
	}
	return c.text(b.String())
}

// escapeLength returns the length of the escapes of the character that starts a text.
func escapeLength(s string) int {
	const one = len("%00")
	if len(s) < 2 {
		return one
	}
	switch {
	case s[1] == 'C' || s[1] == 'D' || s[1] == 'c' || s[1] == 'd':
		return 2 * one
	case s[1] == 'E' || s[1] == 'e':
		return 3 * one
	case s[1] == 'F' || s[1] == 'f':
		return 4 * one
	}
	return one
}
