package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// The picture of $formatNumber is that of fn:format-number in XPath and XQuery
// Functions and Operators 3.1, section 4.7. Where the reference departs from it,
// so does this.

// numberSymbols are the characters with a meaning in a picture.
type numberSymbols struct {
	decimal, grouping, exponent, minus, percent, perMille, zero, digit, pattern string
}

var standardSymbols = &numberSymbols{
	decimal: ".", grouping: ",", exponent: "e", minus: "-", percent: "%", perMille: "\u2030", zero: "0", digit: "#", pattern: ";",
}

// numberSymbolsOf returns the symbols with those that options replace.
func numberSymbolsOf(o *value.Object) *numberSymbols {
	s := *standardSymbols
	for name, symbol := range map[string]*string{
		"decimal-separator": &s.decimal, "grouping-separator": &s.grouping, "exponent-separator": &s.exponent,
		"minus-sign": &s.minus, "percent": &s.percent, "per-mille": &s.perMille,
		"zero-digit": &s.zero, "digit": &s.digit, "pattern-separator": &s.pattern,
	} {
		if v, ok := o.Get(name); ok {
			if text, ok := v.(string); ok && text != "" {
				*symbol = text
			}
		}
	}
	return &s
}

// isDigit reports whether a character is a digit of the family of the zero digit.
func (s *numberSymbols) isDigit(r rune) bool {
	zero := []rune(s.zero)[0]
	return zero <= r && r < zero+10
}

func (s *numberSymbols) isActive(r rune) bool {
	c := string(r)
	return s.isDigit(r) || c == s.decimal || c == s.exponent || c == s.grouping || c == s.digit || c == s.pattern
}

// digits counts the digits that a part of a picture makes mandatory, or allows.
func (s *numberSymbols) digits(part []rune, optional bool) int {
	n := 0
	for _, r := range part {
		if s.isDigit(r) || optional && string(r) == s.digit {
			n++
		}
	}
	return n
}

// subPicture is a picture for positive or for negative numbers.
type subPicture struct {
	text           string
	prefix, suffix string

	integer, fraction, mantissa, exponent, active []rune
	hasExponent                                   bool

	groups         []int // places of separators in the integer, from the right
	factor         float64
	hasDecimal     bool
	group          int   // their distance if it is regular, else 0
	fractionGroups []int // places of separators in the fraction, from the left
	leastInteger   int
	leastFraction  int
	mostFraction   int
	leastExponent  int
	scale          int // digits of the mantissa's integer, if there is an exponent
}

func indexRunes(s []rune, what string, from int) int {
	w := []rune(what)
	for i := from; i+len(w) <= len(s); i++ {
		if slices.Equal(s[i:i+len(w)], w) {
			return i
		}
	}
	return -1
}

// parseSubPicture takes a picture apart.
func (s *numberSymbols) parseSubPicture(text string) (*subPicture, *Error) {
	p := &subPicture{text: text}
	runes := []rune(text)
	bounds := func(r rune) bool { return s.isActive(r) && string(r) != s.exponent }
	from := slices.IndexFunc(runes, bounds)
	if from < 0 {
		return nil, newError("D3085")
	}
	to := len(runes)
	for !bounds(runes[to-1]) {
		to--
	}
	p.prefix, p.suffix = string(runes[:from]), string(runes[to:])
	p.active = runes[from:to]
	p.mantissa = p.active
	if at := indexRunes(runes, s.exponent, from); at >= 0 && at <= to {
		// The reference takes the place in the whole picture for one in the active part.
		p.hasExponent = true
		p.mantissa = p.active[:min(at, len(p.active))]
		p.exponent = p.active[min(at+1, len(p.active)):]
	}
	p.integer, p.fraction = p.mantissa, runes[to:]
	if at := indexRunes(p.mantissa, s.decimal, 0); at >= 0 {
		p.integer, p.fraction = p.mantissa[:at], p.mantissa[at+1:]
	}
	if code := s.fault(p, runes); code != "" {
		return nil, newError(code)
	}
	s.analyse(p)
	return p, nil
}

// fault returns the code of the last rule that a picture breaks, empty if it is sound.
func (s *numberSymbols) fault(p *subPicture, runes []rune) string {
	code := ""
	check := func(broken bool, c string) {
		if broken {
			code = c
		}
	}
	decimal := indexRunes(runes, s.decimal, 0)
	at := func(i int) string {
		if i < 0 || i >= len(runes) {
			return ""
		}
		return string(runes[i])
	}
	check(strings.Count(p.text, s.decimal) > 1, "D3081")
	check(strings.Count(p.text, s.percent) > 1, "D3082")
	check(strings.Count(p.text, s.perMille) > 1, "D3083")
	percents := strings.Contains(p.text, s.percent) || strings.Contains(p.text, s.perMille)
	check(strings.Contains(p.text, s.percent) && strings.Contains(p.text, s.perMille), "D3084")
	check(s.digits(p.mantissa, true) == 0, "D3085")
	check(slices.ContainsFunc(p.active, func(r rune) bool { return !s.isActive(r) }), "D3086")
	if decimal >= 0 {
		check(at(decimal-1) == s.grouping || at(decimal+1) == s.grouping, "D3087")
	} else {
		check(strings.HasSuffix(string(p.integer), s.grouping), "D3088")
	}
	check(strings.Contains(p.text, s.grouping+s.grouping), "D3089")
	if i := indexRunes(p.integer, s.digit, 0); i >= 0 {
		check(s.digits(p.integer[:i], false) > 0, "D3090")
	}
	if i := strings.LastIndex(string(p.fraction), s.digit); i >= 0 {
		check(s.digits([]rune(string(p.fraction)[i:]), false) > 0, "D3091")
	}
	if p.hasExponent {
		check(len(p.exponent) > 0 && percents, "D3092")
		check(len(p.exponent) == 0 || s.digits(p.exponent, false) < len(p.exponent), "D3093")
	}
	return code
}

// analyse finds out the sizes that a sound picture asks for.
func (s *numberSymbols) analyse(p *subPicture) {
	for i := range p.integer {
		if string(p.integer[i]) == s.grouping {
			p.groups = append(p.groups, s.digits(p.integer[i:], true))
		}
	}
	p.group = regularSpacing(p.groups)
	for i := range p.fraction {
		if string(p.fraction[i]) == s.grouping {
			p.fractionGroups = append(p.fractionGroups, s.digits(p.fraction[:i], true))
		}
	}
	p.hasDecimal = strings.Contains(p.text, s.decimal)
	switch {
	case strings.Contains(p.text, s.percent):
		p.factor = 100
	case strings.Contains(p.text, s.perMille):
		p.factor = 1000
	default:
		p.factor = 1
	}
	p.leastInteger = s.digits(p.integer, false)
	p.scale = p.leastInteger
	p.leastFraction, p.mostFraction = s.digits(p.fraction, false), s.digits(p.fraction, true)
	if p.leastInteger == 0 && p.mostFraction == 0 {
		if p.hasExponent {
			p.leastFraction, p.mostFraction = 1, 1
		} else {
			p.leastInteger = 1
		}
	}
	if p.hasExponent && p.leastInteger == 0 && indexRunes(p.integer, s.digit, 0) >= 0 {
		p.leastInteger = 1
	}
	if p.leastInteger == 0 && p.leastFraction == 0 {
		p.leastFraction = 1
	}
	p.leastExponent = s.digits(p.exponent, false)
}

func formatNumber(c call, args []any) (any, *Error) {
	x, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	text := searched(args[1])
	var p *numberPicture
	var err *Error
	if o, ok := argument(args, 2).(*value.Object); ok {
		p, err = numberSymbolsOf(o).parse(text)
	} else {
		p, err = picture(c, numberPictureKey(text), standardSymbols.parse)
	}
	if err != nil {
		return nil, err
	}
	return c.text(p.format(x))
}

// numberPicture is a picture taken apart.
type numberPicture struct {
	symbols  *numberSymbols
	positive *subPicture
	negative *subPicture // nil if it is the positive one with a minus sign
}

func (s *numberSymbols) parse(text string) (*numberPicture, *Error) {
	if err := checkPicture(text); err != nil {
		return nil, err
	}
	texts := strings.Split(text, s.pattern)
	if len(texts) > 2 {
		return nil, newError("D3080")
	}
	p := &numberPicture{symbols: s}
	for i, text := range texts {
		sub, err := s.parseSubPicture(text)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			p.positive = sub
		} else {
			p.negative = sub
		}
	}
	return p, nil
}

func (p *numberPicture) format(x float64) string {
	switch {
	case x < 0 && p.negative != nil:
		return p.symbols.format(p.negative, x)
	case x < 0:
		return p.symbols.minus + p.symbols.format(p.positive, x)
	}
	return p.symbols.format(p.positive, x)
}

// format writes the magnitude of a number. Separators go where the picture has
// them even if there are fewer digits, and a picture without a decimal separator
// costs the text its last character, a separator or not: both as in the reference.
func (s *numberSymbols) format(p *subPicture, x float64) string {
	x = math.Abs(x) * p.factor
	exponent := 0
	if p.leastExponent > 0 {
		x, exponent = s.scaled(x, p.scale)
	}
	integer, fraction := s.rounded(x, p)
	text := s.grouped(integer, fraction, p)
	if !p.hasDecimal || strings.HasSuffix(string(text), s.decimal) {
		text = text[:len(text)-1]
	}
	if p.leastExponent > 0 {
		text = append(text, []rune(s.exponent)...)
		if exponent < 0 {
			text = append(text, []rune(s.minus)...)
		}
		digits := strconv.Itoa(max(exponent, -exponent))
		digits = strings.Repeat("0", max(p.leastExponent-len(digits), 0)) + digits
		text = s.appendDigits(text, digits)
	}
	return p.prefix + string(text) + p.suffix
}

// scaled moves the decimal point so that the mantissa has as many integer digits
// as wanted.
func (s *numberSymbols) scaled(x float64, digits int) (mantissa float64, exponent int) {
	most, least := math.Pow(10, float64(digits)), math.Pow(10, float64(digits-1))
	for ; x > 0 && x < least; exponent-- {
		x *= 10
	}
	for ; x > most && !math.IsInf(x, 0); exponent++ {
		x /= 10
	}
	return x, exponent
}

// rounded returns the digits of a number before and behind the decimal point.
func (s *numberSymbols) rounded(x float64, p *subPicture) (integer, fraction string) {
	const longest = 1e21 // from here on JavaScript writes an exponent
	x = roundTo(x, float64(p.mostFraction))
	text := integerText(x)
	if x < longest {
		text = strconv.FormatFloat(x, 'f', p.mostFraction, 64)
	}
	integer, fraction, _ = strings.Cut(text, ".")
	integer = strings.TrimLeft(integer, "0")
	fraction = strings.TrimRight(fraction, "0")
	integer = strings.Repeat("0", max(p.leastInteger-len(integer), 0)) + integer
	fraction += strings.Repeat("0", max(p.leastFraction-len(fraction), 0))
	return integer, fraction
}

// appendDigits appends ASCII digits, in the family of the zero digit.
func (s *numberSymbols) appendDigits(text []rune, digits string) []rune {
	zero := []rune(s.zero)[0]
	for _, r := range digits {
		if r >= '0' && r <= '9' {
			r += zero - '0'
		}
		text = append(text, r)
	}
	return text
}

// grouped joins the digits with the separators.
func (s *numberSymbols) grouped(integer, fraction string, p *subPicture) []rune {
	const separators = 8
	text := make([]rune, 0, len(integer)+len(fraction)+separators)
	text = s.appendDigits(text, integer)
	point := len(text)
	text = s.appendDigits(append(text, []rune(s.decimal)...), fraction)
	insert := func(at int) {
		if at < 0 {
			at = max(at+len(text), 0) // as JavaScript's slice has it
		}
		text = slices.Insert(text, min(at, len(text)), []rune(s.grouping)...)
		point++
	}
	if p.group > 0 {
		for at := point - p.group; at > 0; at -= p.group {
			insert(at)
		}
	} else {
		for _, position := range p.groups {
			insert(point - position)
		}
	}
	for _, position := range p.fractionGroups {
		insert(position + indexRunes(text, s.decimal, 0) + 1)
	}
	return text
}
