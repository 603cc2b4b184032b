package jsonata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// JavaScript changes case by the full mappings of Unicode (SpecialCasing.txt), where
// package strings has only those of one character to one.

// upper returns a string in upper case.
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	var b strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if long, ok := longUpper[r]; ok {
			b.WriteString(long)
		} else if r == utf8.RuneError {
			b.WriteString(s[:size])
		} else {
			b.WriteRune(unicode.ToUpper(r))
		}
		s = s[size:]
	}
	return b.String()
}

// lower returns a string in lower case.
func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	const sigma, finalSigma, dottedI, longI = '\u03a3', '\u03c2', '\u0130', "i\u0307"
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == dottedI:
			b.WriteString(longI)
		case r == sigma && endsWithLetter(s[:i]) && !startsWithLetter(s[i+utf8.RuneLen(sigma):]):
			b.WriteRune(finalSigma)
		case r == utf8.RuneError:
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endsWithLetter reports whether the last character that is no mark is a letter.
func endsWithLetter(s string) bool {
	s = strings.TrimRightFunc(s, isCaseIgnorable)
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && isCased(r)
}

// startsWithLetter reports whether the first character that is no mark is a letter.
func startsWithLetter(s string) bool {
	s = strings.TrimLeftFunc(s, isCaseIgnorable)
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && isCased(r)
}

func isCased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
}

func isCaseIgnorable(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) || strings.ContainsRune("'.:\u00b7\u2019\u2024", r)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// longUpper holds the characters whose upper case is more than one.
var longUpper = func() map[rune]string {
	m := make(map[rune]string)
	for _, mapping := range strings.Fields(upperCases) {
		r, size := utf8.DecodeRuneInString(mapping)
		m[r] = mapping[size:]
	}
	return m
}()

// upperCases lists each of these characters, followed by its upper case.
const upperCases = "" +
	"\u00dfSS \u0149\u02bcN \u01f0J\u030c \u0390\u0399\u0308\u0301 \u03b0\u03a5\u0308\u0301 \u0587\u0535\u0552 " +
	"\u1e96H\u0331 \u1e97T\u0308 \u1e98W\u030a \u1e99Y\u030a \u1e9aA\u02be \u1f50\u03a5\u0313 " +
	"\u1f52\u03a5\u0313\u0300 \u1f54\u03a5\u0313\u0301 \u1f56\u03a5\u0313\u0342 \u1f80\u1f08\u0399 \u1f81\u1f09\u0399 \u1f82\u1f0a\u0399 " +
	"\u1f83\u1f0b\u0399 \u1f84\u1f0c\u0399 \u1f85\u1f0d\u0399 \u1f86\u1f0e\u0399 \u1f87\u1f0f\u0399 \u1f88\u1f08\u0399 " +
	"\u1f89\u1f09\u0399 \u1f8a\u1f0a\u0399 \u1f8b\u1f0b\u0399 \u1f8c\u1f0c\u0399 \u1f8d\u1f0d\u0399 \u1f8e\u1f0e\u0399 " +
	"\u1f8f\u1f0f\u0399 \u1f90\u1f28\u0399 \u1f91\u1f29\u0399 \u1f92\u1f2a\u0399 \u1f93\u1f2b\u0399 \u1f94\u1f2c\u0399 " +
	"\u1f95\u1f2d\u0399 \u1f96\u1f2e\u0399 \u1f97\u1f2f\u0399 \u1f98\u1f28\u0399 \u1f99\u1f29\u0399 \u1f9a\u1f2a\u0399 " +
	"\u1f9b\u1f2b\u0399 \u1f9c\u1f2c\u0399 \u1f9d\u1f2d\u0399 \u1f9e\u1f2e\u0399 \u1f9f\u1f2f\u0399 \u1fa0\u1f68\u0399 " +
	"\u1fa1\u1f69\u0399 \u1fa2\u1f6a\u0399 \u1fa3\u1f6b\u0399 \u1fa4\u1f6c\u0399 \u1fa5\u1f6d\u0399 \u1fa6\u1f6e\u0399 " +
	"\u1fa7\u1f6f\u0399 \u1fa8\u1f68\u0399 \u1fa9\u1f69\u0399 \u1faa\u1f6a\u0399 \u1fab\u1f6b\u0399 \u1fac\u1f6c\u0399 " +
	"\u1fad\u1f6d\u0399 \u1fae\u1f6e\u0399 \u1faf\u1f6f\u0399 \u1fb2\u1fba\u0399 \u1fb3\u0391\u0399 \u1fb4\u0386\u0399 " +
	"\u1fb6\u0391\u0342 \u1fb7\u0391\u0342\u0399 \u1fbc\u0391\u0399 \u1fc2\u1fca\u0399 \u1fc3\u0397\u0399 \u1fc4\u0389\u0399 " +
	"\u1fc6\u0397\u0342 \u1fc7\u0397\u0342\u0399 \u1fcc\u0397\u0399 \u1fd2\u0399\u0308\u0300 \u1fd3\u0399\u0308\u0301 \u1fd6\u0399\u0342 " +
	"\u1fd7\u0399\u0308\u0342 \u1fe2\u03a5\u0308\u0300 \u1fe3\u03a5\u0308\u0301 \u1fe4\u03a1\u0313 \u1fe6\u03a5\u0342 \u1fe7\u03a5\u0308\u0342 " +
	"\u1ff2\u1ffa\u0399 \u1ff3\u03a9\u0399 \u1ff4\u038f\u0399 \u1ff6\u03a9\u0342 \u1ff7\u03a9\u0342\u0399 \u1ffc\u03a9\u0399 " +
	"\ufb00FF \ufb01FI \ufb02FL \ufb03FFI \ufb04FFL \ufb05ST " +
	"\ufb06ST \ufb13\u0544\u0546 \ufb14\u0544\u0535 \ufb15\u0544\u053b \ufb16\u054e\u0546 \ufb17\u0544\u053d"
