package value

import (
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"unicode/utf8"
)

// String returns the value as compact JSON text: members in their order, numbers
// as they are spelt, and no character escaped that JSON lets stand. It panics on a
// Go value outside the set; see [From].
func String(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case Number:
		return string(v)
	}
	return string(Append(nil, v))
}

// Append appends the text that [String] returns to dst.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case string:
		return AppendString(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return AppendFloat(dst, v)
	case Number:
		return append(dst, v...)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = Append(dst, e)
		}
		return append(dst, ']')
	case *Object:
		dst = append(dst, '{')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendString(dst, v.members[i].Name), ':')
			dst = Append(dst, v.members[i].Value)
		}
		return append(dst, '}')
	}
	panic(notAValue(v))
}

func notAValue(v any) string {
	return fmt.Sprintf("value: a Go %T is not a JSON value; convert it with From", v)
}

// AppendFloat appends the shortest text that reads back as f, as JavaScript
// prints it: plain digits for 1e-6 <= |f| < 1e21, otherwise an exponent; whole
// numbers without a fraction. NaN and the infinities are written as null.
func AppendFloat(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	switch {
	case f == 0: // and not -0
		return append(dst, '0')
	case math.IsNaN(f) || math.IsInf(f, 0):
		return append(dst, "null"...)
	case leastPlain <= abs && abs < 1e21:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// Go writes two digits of exponent at least: e-07.
	if n := len(dst); dst[n-2] == '0' && dst[n-4] == 'e' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// AppendString appends s as a JSON string in double quotes. What is not valid
// UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !plain[c] {
				dst = appendEscape(append(dst, s[from:i]...), c)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = utf8.AppendRune(append(dst, s[from:i]...), utf8.RuneError)
			from = i + 1
		}
		i += size
	}
	return append(append(dst, s[from:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// Indent returns the value as text for people: a line for each member and element,
// indented by two blanks a level; empty containers are {} and []. There is no line
// feed at its end.
func Indent(v any) string { return string(AppendIndent(nil, v)) }

// AppendIndent appends the text that [Indent] returns to dst.
func AppendIndent(dst []byte, v any) []byte { return appendIndent(dst, v, 1) }

func appendIndent(dst []byte, v any, level int) []byte {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			break
		}
		dst = append(dst, '[')
		for i, e := range v {
			dst = appendIndent(appendLine(dst, i > 0, level), e, level+1)
		}
		return append(appendLine(dst, false, level-1), ']')
	case *Object:
		if v.Len() == 0 {
			break
		}
		dst = append(dst, '{')
		for i, m := range v.members {
			dst = AppendString(appendLine(dst, i > 0, level), m.Name)
			dst = appendIndent(append(dst, ": "...), m.Value, level+1)
		}
		return append(appendLine(dst, false, level-1), '}')
	}
	return Append(dst, v)
}

// appendLine begins a new line of a level, after a comma if there is one before it.
func appendLine(dst []byte, comma bool, level int) []byte {
	if comma {
		dst = append(dst, ',')
	}
	dst = append(dst, '\n')
	for range level {
		dst = append(dst, "  "...)
	}
	return dst
}

// Size returns len(String(v)), the measure of the payload limits, without building
// the text.
func Size(v any) int {
	switch v := v.(type) {
	case nil:
		return len("null")
	case bool:
		return len(strconv.FormatBool(v))
	case string:
		return stringSize(v)
	case int64:
		var buf [20]byte
		return len(strconv.AppendInt(buf[:0], v, 10))
	case float64:
		var buf [longestFloat]byte
		return len(AppendFloat(buf[:0], v))
	case Number:
		return len(v)
	case []any:
		n := len("[]") + max(len(v)-1, 0)
		for _, e := range v {
			n += Size(e)
		}
		return n
	case *Object:
		return v.textSize()
	}
	panic(notAValue(v))
}

// textSize returns the length of the object's text. It remembers it: documents that
// differ in a few members only, as those of a workflow's states do, share the rest.
func (o *Object) textSize() int {
	if o == nil {
		return len("{}")
	}
	if n := atomic.LoadInt32(&o.size); n > 0 {
		return int(n)
	}
	n := len("{}") + max(o.Len()-1, 0)
	for i := range o.members {
		n += stringSize(o.members[i].Name) + len(":") + Size(o.members[i].Value)
	}
	if n <= math.MaxInt32 {
		atomic.StoreInt32(&o.size, int32(n))
	}
	return n
}

// stringSize returns the length of what AppendString writes.
func stringSize(s string) int {
	n := len(s) + len(`""`)
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			n += escapeExtra[c]
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			n += utf8.RuneLen(utf8.RuneError) - 1
		}
		i += size
	}
	return n
}

// escapeExtra is how many bytes an ASCII character's escape is longer than itself.
var escapeExtra = func() (t [utf8.RuneSelf]int) {
	for c := range t {
		if !plain[c] {
			t[c] = len(appendEscape(nil, byte(c))) - 1
		}
	}
	return t
}()
