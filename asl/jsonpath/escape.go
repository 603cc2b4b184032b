package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape resolves the backslashes in a quoted name or string: \r \n \t \b \f,
// \uXXXX, and any other character for itself. What is left of a \u at the end of
// the text is dropped. It reports whether every \u is hexadecimal.
func unescape(text string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		i++
		if text[i] == 'u' {
			if i+4 >= len(text) {
				return out.String(), true
			}
			r, size, ok := unicodeEscape(text[i+1:])
			if !ok {
				return "", false
			}
			out.WriteRune(r)
			i += size
			continue
		}
		out.WriteByte(escaped(text[i]))
	}
	return out.String(), true
}

// escaped returns the character that b stands for behind a backslash.
func escaped(b byte) byte {
	switch b {
	case 'r':
		return '\r'
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return b
}

// unicodeEscape reads the four digits behind a \u, and the second half of a
// surrogate pair if one follows. Half a pair gives U+FFFD.
func unicodeEscape(text string) (r rune, size int, ok bool) {
	r, ok = hex4(text)
	if !ok || !utf16.IsSurrogate(r) {
		return r, 4, ok
	}
	if len(text) >= 10 && text[4] == '\\' && text[5] == 'u' {
		if low, ok := hex4(text[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 10, true
			}
		}
	}
	return utf8.RuneError, 4, true
}

func hex4(text string) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:4], 16, 16)
	return rune(n), err == nil
}
