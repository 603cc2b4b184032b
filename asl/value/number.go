package value

import (
	"math"
	"strconv"
	"strings"
)

// maxExact is the first whole number from which float64 skips some.
const maxExact = 1 << 53

// leastPlain is the least magnitude, but for 0, that is written without an exponent.
const leastPlain = 1e-6

// ParseNumber returns the number that the text spells, in its one representation,
// and whether the whole text is a JSON number. The integer -0 is 0, as in Step
// Functions.
func ParseNumber(text string) (any, bool) {
	end, whole, ok := scanNumber(text, 0)
	if !ok || end != len(text) {
		return nil, false
	}
	return canonicalNumber(text, whole), true
}

// FromFloat returns the number in its one representation: an int64 if it is whole
// and below 2^53 in magnitude, else a float64. NaN and the infinities are no JSON
// numbers: they come back as they are, and are written as null.
func FromFloat(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < maxExact {
		return int64(f)
	}
	return f
}

// scanNumber finds the end of the JSON number that starts at a place, and whether
// it has neither fraction nor exponent. Where there is none, end is the place of
// the fault.
func scanNumber(text string, at int) (end int, whole, ok bool) {
	digits := func() bool {
		from := at
		for at < len(text) && isDigit(text[at]) {
			at++
		}
		return at > from
	}
	if at < len(text) && text[at] == '-' {
		at++
	}
	if at < len(text) && text[at] == '0' {
		if at++; at < len(text) && isDigit(text[at]) {
			return at, false, false
		}
	} else if !digits() {
		return at, false, false
	}
	whole = true
	if at < len(text) && text[at] == '.' {
		whole = false
		if at++; !digits() {
			return at, false, false
		}
	}
	if at < len(text) && text[at]|0x20 == 'e' {
		whole = false
		if at++; at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		if !digits() {
			return at, false, false
		}
	}
	return at, whole, true
}

// longestFloat is the length of the longest text that AppendFloat writes.
const longestFloat = len("-0.0000012345678901234567")

// canonicalNumber returns the representation of a valid number's text.
func canonicalNumber(text string, whole bool) any {
	if whole {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return i
		}
	}
	if len(text) > longestFloat {
		return Number(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Number(text)
	}
	if simpleFraction(text, whole) && math.Abs(f) >= leastPlain {
		return f
	}
	var buf [longestFloat]byte
	if string(AppendFloat(buf[:0], f)) == text {
		return f
	}
	return Number(text)
}

// simpleFraction tells the texts, such as 12.5, that a float64 must print as they
// are because they have no more digits than any float64 keeps.
func simpleFraction(text string, whole bool) bool {
	const kept = 15
	return !whole && len(text) <= kept && text[len(text)-1] != '0' && !strings.ContainsAny(text, "eE")
}

// Float returns a number of any representation as a float64, rounded to the
// nearest where it must be, and whether v is a number. What is too large for
// float64 gives an infinity.
func Float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case Number:
		f, err := strconv.ParseFloat(string(v), 64)
		return f, err == nil || math.IsInf(f, 0)
	}
	return 0, false
}

// Int returns a number of any representation as an int64, and whether it is
// exactly that: 1.0 and 1e3 are integers, 1.5 and 1e19 are not (the one has a
// fraction, the other does not fit).
func Int(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		if math.Abs(v) < maxExact {
			return int64(v), v == math.Trunc(v)
		}
	}
	d, ok := decimalOf(v)
	if !ok {
		return 0, false
	}
	return d.int64()
}

// decimal is a number as sign, digits and exponent: 0.digits × 10^exponent. The
// digits neither start nor end with a zero; zero has none.
type decimal struct {
	negative bool
	digits   string
	exponent int64
	huge     bool // the exponent does not fit; text tells such numbers apart
	text     string
}

// decimalOf takes a number's text apart. The value of a float64 is what it prints.
func decimalOf(v any) (decimal, bool) {
	var text string
	switch v := v.(type) {
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return decimal{}, false
		}
		text = string(AppendFloat(nil, v))
	case Number:
		text = string(v)
	default:
		return decimal{}, false
	}
	d := decimal{text: text}
	text, d.negative = strings.CutPrefix(text, "-")
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		exponent, err := strconv.ParseInt(text[at+1:], 10, 62)
		d.exponent, d.huge = exponent, err != nil
		text = text[:at]
	}
	before, after, _ := strings.Cut(text, ".")
	d.exponent += int64(len(before))
	d.digits = before + after
	unpadded := strings.TrimLeft(d.digits, "0")
	d.exponent -= int64(len(d.digits) - len(unpadded))
	d.digits = strings.TrimRight(unpadded, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func (d decimal) equal(e decimal) bool {
	if d.huge || e.huge {
		return d.text == e.text
	}
	return d.negative == e.negative && d.exponent == e.exponent && d.digits == e.digits
}

func (d decimal) int64() (int64, bool) {
	const longest = 19 // digits of the largest int64
	if d.huge || d.exponent > longest || d.exponent < int64(len(d.digits)) {
		return 0, d.digits == ""
	}
	text := d.digits + strings.Repeat("0", int(d.exponent)-len(d.digits))
	if d.negative {
		text = "-" + text
	}
	if text == "" {
		return 0, true
	}
	i, err := strconv.ParseInt(text, 10, 64)
	return i, err == nil
}
