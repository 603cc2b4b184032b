package jsonpath

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// number is a number as the engine holds it while it compares: an integer, a
// double, or decimal digits of any length.
type number struct {
	kind numberKind
	i    int64
	f    float64
	text string // of a decimal; of a literal also if it is an integer or double
}

type numberKind uint8

const (
	notANumber numberKind = iota
	integer
	double
	decimal
)

// longestDouble is the length of the longest text with a point or exponent that
// the engine reads as a double. Longer ones keep all digits.
const longestDouble = 18

// numberOf returns a document's number.
func numberOf(v any) number {
	switch v := v.(type) {
	case int64:
		return number{kind: integer, i: v}
	case float64:
		return number{kind: double, f: v}
	case value.Number:
		text := string(v)
		if len(text) <= longestDouble && strings.ContainsAny(text, ".eE") {
			if f, err := strconv.ParseFloat(text, 64); err == nil {
				return number{kind: double, f: f}
			}
			return number{}
		}
		return number{kind: decimal, text: text}
	}
	return number{}
}

// parseNumber reads a decimal number: also .5 and 1., and with a plus sign. A
// number that cannot be read, or whose exponent has more than 32 bits, is none.
func parseNumber(text string) number {
	if !isDecimal(text) {
		return number{}
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return number{kind: integer, i: i, text: text}
	}
	const exact, least = 15, 1e-300 // every double from least on keeps that many digits
	if f, err := strconv.ParseFloat(text, 64); err == nil && len(text) <= exact && (f == 0 || math.Abs(f) > least) {
		return number{kind: double, f: f, text: text}
	}
	return number{kind: decimal, text: text}
}

func isDecimal(text string) bool {
	mantissa, exponent, hasExponent := cutExponent(text)
	if hasExponent {
		if _, err := strconv.ParseInt(exponent, 10, 32); err != nil {
			return false
		}
	}
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		mantissa = mantissa[1:]
	}
	before, after, _ := strings.Cut(mantissa, ".")
	digits := before + after
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

func cutExponent(text string) (mantissa, exponent string, found bool) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

// compare orders two numbers by their decimal values; a double's is the shortest
// that reads back as it.
func (n number) compare(m number) int {
	switch {
	case n.kind == integer && m.kind == integer:
		return cmp.Compare(n.i, m.i)
	case n.kind == double && m.kind == double:
		return cmp.Compare(n.f, m.f)
	case n.kind == integer && m.kind == double && isExact(n.i):
		return cmp.Compare(float64(n.i), m.f)
	case n.kind == double && m.kind == integer && isExact(m.i):
		return cmp.Compare(n.f, float64(m.i))
	}
	return digitsOf(n.plain()).compare(digitsOf(m.plain()))
}

// isExact reports whether i and both its neighbours are doubles.
func isExact(i int64) bool {
	const limit = 1 << 53
	return i > -limit && i < limit
}

// plain returns some text of the number.
func (n number) plain() string {
	switch {
	case n.kind == decimal:
		return n.text
	case n.kind == integer:
		return strconv.FormatInt(n.i, 10)
	}
	return strconv.FormatFloat(n.f, 'e', -1, 64)
}

// String returns the number as the engine prints it when it takes it for a string.
func (n number) String() string {
	switch {
	case n.text != "":
		return decimalText(n.text)
	case n.kind == integer:
		return strconv.FormatInt(n.i, 10)
	}
	return decimalText(doubleText(n.f))
}

// int32 returns the integer part of the number, cut down to 32 bits as in Java.
func (n number) int32() int {
	switch n.kind {
	case integer:
		return int(int32(n.i))
	case double:
		if math.Abs(n.f) < math.MaxInt64 {
			return int(int32(int64(n.f)))
		}
	}
	return 0
}

// doubleText returns a double as Java prints it: 15.0, 1.0E10, 1.0E-5.
func doubleText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.Abs(f) == math.SmallestNonzeroFloat64:
		return strings.Replace(strconv.FormatFloat(f, 'E', -1, 64), "5E", "4.9E", 1) // Java wants two digits
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.Replace(strconv.FormatFloat(f, 'g', -1, 64), "Inf", "Infinity", 1), "+")
	case f == 0 || math.Abs(f) >= 1e-3 && math.Abs(f) < 1e7:
		text := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	mantissa, exponent, _ := cutExponent(strconv.FormatFloat(f, 'E', -1, 64))
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

// decimalText returns a decimal as Java's BigDecimal prints it: with the digits
// that it was written with, and an exponent only where there is need.
func decimalText(text string) string {
	mantissa, exponent, _ := cutExponent(text)
	mantissa = strings.TrimPrefix(mantissa, "+")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	before, after, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(before+after, "0")
	if digits == "" {
		digits, negative = "0", false
	}
	n, _ := strconv.Atoi(exponent)
	scale := len(after) - n
	sign := ""
	if negative {
		sign = "-"
	}
	return sign + scaled(digits, scale)
}

// scaled prints digits × 10^-scale.
func scaled(digits string, scale int) string {
	adjusted := len(digits) - 1 - scale
	switch {
	case scale == 0:
		return digits
	case scale > 0 && adjusted >= 0:
		return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	case scale > 0 && adjusted >= -6:
		return "0." + strings.Repeat("0", scale-len(digits)) + digits
	}
	if len(digits) > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	if adjusted == 0 {
		return digits
	}
	sign := "+"
	if adjusted < 0 {
		sign = ""
	}
	return digits + "E" + sign + strconv.Itoa(adjusted)
}

// digits is a decimal number as 0.significant × 10^exponent. The significant
// digits neither start nor end with a zero; zero has none.
type digits struct {
	negative    bool
	significant string
	exponent    int
}

func digitsOf(text string) digits {
	mantissa, exponent, _ := cutExponent(text)
	mantissa = strings.TrimPrefix(mantissa, "+")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	before, after, _ := strings.Cut(mantissa, ".")
	n, err := strconv.Atoi(exponent)
	if err != nil && exponent != "" {
		n = math.MaxInt32 // of a document's number; nothing else is near it
		if strings.HasPrefix(exponent, "-") {
			n = -n
		}
	}
	all := before + after
	significant := strings.TrimLeft(all, "0")
	d := digits{
		negative:    negative,
		significant: strings.TrimRight(significant, "0"),
		exponent:    n + len(before) - (len(all) - len(significant)),
	}
	if d.significant == "" {
		return digits{}
	}
	return d
}

func (d digits) compare(e digits) int {
	if d.sign() != e.sign() {
		return cmp.Compare(d.sign(), e.sign())
	}
	size := cmp.Or(cmp.Compare(d.exponent, e.exponent), strings.Compare(d.significant, e.significant))
	return d.sign() * size
}

func (d digits) sign() int {
	switch {
	case d.significant == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}
