package intrinsic

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/stepwise-go/stepwise/asl/value"
)

// maxText is how many UTF-16 code units of text some functions take.
const maxText = 10_000

// longestText is how many bytes a text of maxText code units can have.
const longestText = 3 * maxText

// short accepts values whose text is not longer than maxText.
func short(v any) error {
	text, ok := v.(string)
	if !ok {
		text = string(appendText(nil, v, longestText))
	}
	units := 0
	if len(text) > maxText {
		for _, r := range text {
			units += max(utf16.RuneLen(r), 1)
		}
	}
	if units > maxText {
		return fmt.Errorf("it is longer than %d characters", maxText)
	}
	return nil
}

// textOf returns the text that the service makes of a value: strings without
// quotes, objects and arrays as the collections of Java print themselves.
func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(appendText(nil, v, maxResult))
}

// appendText appends the text of a value. It may stop once dst is longer than the
// limit.
func appendText(dst []byte, v any, limit int) []byte {
	switch v := v.(type) {
	case string:
		return append(dst, v...)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if len(dst) > limit {
				return dst
			}
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendText(dst, e, limit)
		}
		return append(dst, ']')
	case *value.Object:
		dst = append(dst, '{')
		for i := range v.Len() {
			if len(dst) > limit {
				return dst
			}
			if i > 0 {
				dst = append(dst, ", "...)
			}
			m := v.At(i)
			dst = append(append(dst, m.Name...), '=')
			dst = appendText(dst, m.Value, limit)
		}
		return append(dst, '}')
	}
	return value.Append(dst, v)
}

// template is a template of States.Format, cut at its placeholders.
type template struct {
	parts []string // one more than there are placeholders
	err   error    // it is not a template
}

// parseTemplate leaves the placeholders ${...} of a deployment alone.
func parseTemplate(text string) *template {
	var (
		t    template
		part strings.Builder
	)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && escapable(text[i+1]):
			i++
			part.WriteByte(text[i])
		case strings.HasPrefix(text[i:], "{}"):
			i++
			t.parts = append(t.parts, part.String())
			part.Reset()
		case c == '$' && deploymentPlaceholder(text[i:]) > 0:
			n := deploymentPlaceholder(text[i:])
			part.WriteString(text[i : i+n])
			i += n - 1
		case c == '{':
			t.err = fault("Invalid template in States.Format: matching '}' not found for '{'")
			return &t
		case c == '}':
			t.err = fault("Invalid template in States.Format: matching '{' not found for '}'")
			return &t
		default:
			part.WriteByte(c)
		}
	}
	t.parts = append(t.parts, part.String())
	return &t
}

// deploymentPlaceholder returns the length of the ${...} that the text starts with,
// or 0.
func deploymentPlaceholder(text string) int {
	if !strings.HasPrefix(text, "${") {
		return 0
	}
	end := strings.IndexAny(text[2:], "{} ")
	if end <= 0 || text[2+end] != '}' {
		return 0
	}
	return 2 + end + 1
}

// fits reports what is wrong if the template does not have a placeholder for each
// value.
func (t *template) fits(values int) error {
	if t.err != nil {
		return t.err
	}
	if t.placeholders() != values {
		return fault("Invalid arguments in States.Format: number of arguments do not match the occurrences of {}")
	}
	return nil
}

func (t *template) placeholders() int { return len(t.parts) - 1 }

func format(c *Call, _ *Env, args []any) (any, error) {
	t := c.template
	if t == nil {
		t = parseTemplate(textOf(args[0]))
	}
	values := args[1:]
	if err := t.fits(len(values)); err != nil {
		return nil, err
	}
	text := append(make([]byte, 0, 128), t.parts[0]...)
	for i, v := range values {
		text = append(appendText(text, v, maxResult), t.parts[i+1]...)
		if len(text) > maxResult {
			return nil, errTooLarge
		}
	}
	return string(text), nil
}

func jsonToString(_ *Call, _ *Env, args []any) (any, error) { return value.String(args[0]), nil }

func stringToJSON(_ *Call, _ *Env, args []any) (any, error) {
	text := args[0].(string)
	if strings.Trim(text, " \t\r\n") == "" {
		return nil, nil
	}
	return value.Parse(text)
}

// stringSplit cuts at each of the delimiters, which are a set of characters.
func stringSplit(_ *Call, _ *Env, args []any) (any, error) {
	delimiters := []rune(args[1].(string))
	slices.Sort(delimiters)
	isDelimiter := func(r rune) bool {
		_, ok := slices.BinarySearch(delimiters, r)
		return ok
	}
	pieces := []any{}
	for piece := range strings.FieldsFuncSeq(args[0].(string), isDelimiter) {
		pieces = append(pieces, piece)
	}
	return pieces, nil
}

// base64Encode does not break lines.
func base64Encode(_ *Call, _ *Env, args []any) (any, error) {
	return base64.StdEncoding.EncodeToString([]byte(args[0].(string))), nil
}

// base64Decode is as lenient as the service: it takes both alphabets, passes over
// whatever else stands in the text, and ends at the first padding character, which
// may be missing.
func base64Decode(_ *Call, _ *Env, args []any) (any, error) {
	text, _, _ := strings.Cut(args[0].(string), "=")
	digits := strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '+', r == '/':
			return r
		}
		return -1
	}, text)
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1] // six bits are no byte
	}
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	if err != nil {
		return nil, err
	}
	return string([]rune(string(decoded))), nil // with U+FFFD for what is not UTF-8
}

var hashes = map[string]func([]byte) []byte{
	"MD5":     func(b []byte) []byte { h := md5.Sum(b); return h[:] },
	"SHA-1":   func(b []byte) []byte { h := sha1.Sum(b); return h[:] },
	"SHA-256": func(b []byte) []byte { h := sha256.Sum256(b); return h[:] },
	"SHA-384": func(b []byte) []byte { h := sha512.Sum384(b); return h[:] },
	"SHA-512": func(b []byte) []byte { h := sha512.Sum512(b); return h[:] },
}

func hashAlgorithm(v any) error {
	if hashes[v.(string)] == nil {
		return fmt.Errorf("it is none of %s", strings.Join(slices.Sorted(maps.Keys(hashes)), ", "))
	}
	return nil
}

func hash(_ *Call, _ *Env, args []any) (any, error) {
	return hex.EncodeToString(hashes[args[1].(string)]([]byte(textOf(args[0])))), nil
}

// shallow accepts what makes States.JsonMerge merge shallowly. The service takes
// anything but true for false.
func shallow(v any) error {
	if v == true {
		return errors.New("deep merging is not supported, it must be false")
	}
	return nil
}

func jsonMerge(_ *Call, _ *Env, args []any) (any, error) {
	first, second := args[0].(*value.Object), args[1].(*value.Object)
	names := make([]string, 0, first.Len()+second.Len())
	for m := range first.Members() {
		names = append(names, m.Name)
	}
	for m := range second.Members() {
		if !first.Has(m.Name) {
			names = append(names, m.Name)
		}
	}
	members := make([]value.Member, len(names))
	for i, name := range value.HashOrder(names) {
		v, ok := second.Get(name)
		if !ok {
			v, _ = first.Get(name)
		}
		members[i] = value.Member{Name: name, Value: v}
	}
	return value.NewObject(members...), nil
}
