package jsonpath

import (
	"errors"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// parseLoose reads JSON as the engine does in filters and function arguments:
// strings in either quotes or in none, superfluous commas, and anything behind the
// value.
func parseLoose(text string) (any, error) {
	r := looseReader{text: text}
	return r.value("")
}

var errLoose = errors.New("a JSON literal cannot be read")

type looseReader struct {
	text  string
	at    int
	depth int
}

const looseSpace = " \t\r\n"

// skip moves on to the first character that is none of these.
func (r *looseReader) skip(these string) {
	r.at = len(r.text) - len(strings.TrimLeft(r.text[r.at:], these))
}

func (r *looseReader) current() byte {
	if r.at >= len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// value reads a value. One without quotes goes to the first of the characters in
// end.
func (r *looseReader) value(end string) (any, error) {
	r.skip(looseSpace)
	if r.depth++; r.depth > MaxDepth {
		return nil, errLoose
	}
	defer func() { r.depth-- }()
	switch r.current() {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"', '\'':
		return r.quoted()
	}
	if end != "" && (r.at >= len(r.text) || strings.IndexByte("]}:", r.current()) >= 0) {
		return nil, errLoose
	}
	return bare(r.token(end)), nil
}

// token reads up to the first of the characters in end.
func (r *looseReader) token(end string) string {
	rest := r.text[r.at:]
	if n := strings.IndexAny(rest, end); n >= 0 {
		rest = rest[:n]
	}
	r.at += len(rest)
	return strings.TrimRight(rest, looseSpace)
}

func (r *looseReader) array() (any, error) {
	elements := []any{}
	r.at++
	for {
		r.skip(looseSpace + ",")
		if r.current() == ']' {
			r.at++
			return elements, nil
		}
		v, err := r.value(",]")
		if err != nil {
			return nil, err
		}
		elements = append(elements, v)
	}
}

func (r *looseReader) object() (any, error) {
	var members []value.Member
	r.at++
	for {
		r.skip(looseSpace + ",")
		if r.current() == '}' {
			r.at++
			return value.NewObject(members...), nil
		}
		name, err := r.name()
		if err != nil {
			return nil, err
		}
		v, err := r.value(",}")
		if err != nil {
			return nil, err
		}
		members = append(members, value.Member{Name: name, Value: v})
		if r.skip(looseSpace); r.current() != ',' && r.current() != '}' {
			return nil, errLoose
		}
	}
}

// name reads a member's name and its colon.
func (r *looseReader) name() (string, error) {
	var name string
	switch b := r.current(); {
	case b == '"' || b == '\'':
		v, err := r.quoted()
		if err != nil {
			return "", err
		}
		name = v.(string)
		r.skip(looseSpace)
	case r.at >= len(r.text) || strings.IndexByte("[]{}:", b) >= 0:
		return "", errLoose
	default:
		name = r.token(":")
	}
	if r.current() != ':' {
		return "", errLoose
	}
	r.at++
	return name, nil
}

func (r *looseReader) quoted() (any, error) {
	c := cursor{source: source{text: r.text}, end: len(r.text)}
	end := c.unescaped(r.at, r.current())
	if end < 0 {
		return nil, errLoose
	}
	text, ok := unescape(r.text[r.at+1 : end])
	if !ok {
		return nil, errLoose
	}
	r.at = end + 1
	return text, nil
}

// bare returns what a text without quotes stands for: a number, true, false, null,
// or itself. NaN is a number that there is not: null.
func bare(text string) any {
	switch text {
	case "null", "NaN":
		return nil
	case "true":
		return true
	case "false":
		return false
	case "-":
		return int64(0)
	}
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return text
	}
	if n, ok := value.ParseNumber(text); ok {
		return n
	}
	if n, ok := value.ParseNumber(usualNumber(text)); ok {
		return n
	}
	return text
}

// usualNumber returns a number without its leading zeros and bare decimal point.
func usualNumber(text string) string {
	digits, negative := strings.CutPrefix(text, "-")
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		digits = "0" + digits
	}
	digits = strings.Replace(strings.Replace(digits, ".e", "e", 1), ".E", "E", 1)
	digits = strings.TrimSuffix(digits, ".")
	if negative {
		digits = "-" + digits
	}
	return digits
}
