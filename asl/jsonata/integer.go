package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// integerPicture is how an integer is written: the picture of fn:format-integer in
// XPath and XQuery Functions and Operators 3.1, section 4.6.
type integerPicture struct {
	style   integerStyle
	letters letterCase
	ordinal bool
	token   string // of a numbering sequence, which is not supported

	// Of decimal digits.
	zero       rune // the digit 0
	mandatory  int
	optional   int
	separators []separator // from right to left
	group      int         // the distance of the separators if they are regular, else 0
}

type integerStyle int

const (
	decimalStyle integerStyle = iota
	letterStyle
	romanStyle
	wordStyle
	sequenceStyle
)

type letterCase int

const (
	lowerCase letterCase = iota
	upperCase
	titleCase
)

// separator stands between the digits of an integer, so many from the right.
type separator struct {
	position int
	char     rune
}

// digitZeros are the zeros of the decimal digits of all scripts in the basic plane.
var digitZeros = []rune{
	0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
	0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
	0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

// longestPicture is how long a picture may be. The reference sets no limit.
const longestPicture = 1000

func checkPicture(picture string) *Error {
	if len(picture) > longestPicture {
		return ownError("A picture string must not be longer than %d bytes", longestPicture)
	}
	return nil
}

func parseIntegerPicture(picture string) (*integerPicture, *Error) {
	if err := checkPicture(picture); err != nil {
		return nil, err
	}
	p := &integerPicture{}
	primary := picture
	if at := strings.LastIndexByte(picture, ';'); at >= 0 {
		primary = picture[:at]
		p.ordinal = strings.HasPrefix(picture[at+1:], "o")
	}
	switch primary {
	case "A":
		p.style, p.letters = letterStyle, upperCase
	case "a":
		p.style = letterStyle
	case "I":
		p.style, p.letters = romanStyle, upperCase
	case "i":
		p.style = romanStyle
	case "W":
		p.style, p.letters = wordStyle, upperCase
	case "Ww":
		p.style, p.letters = wordStyle, titleCase
	case "w":
		p.style = wordStyle
	default:
		return p, p.digits(primary)
	}
	return p, nil
}

// digits reads a picture of decimal digits, from right to left.
func (p *integerPicture) digits(picture string) *Error {
	position := 0
	for _, r := range slices.Backward([]rune(picture)) {
		zero, isDigit := zeroOf(r)
		switch {
		case isDigit:
			if p.mandatory++; p.mandatory > 1 && zero != p.zero {
				return newError("D3131")
			}
			p.zero = zero
			position++
		case r == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position, r})
		}
	}
	if p.mandatory == 0 {
		p.style, p.token = sequenceStyle, picture
		return nil
	}
	p.group = regularDistance(p.separators)
	return nil
}

func zeroOf(r rune) (rune, bool) {
	for _, zero := range digitZeros {
		if zero <= r && r <= zero+9 {
			return zero, true
		}
	}
	return 0, false
}

// regularDistance returns the distance of the separators if they are all the same
// character and equally far apart, from the right on, else 0.
func regularDistance(separators []separator) int {
	positions := make([]int, len(separators))
	for i, s := range separators {
		if s.char != separators[0].char {
			return 0
		}
		positions[i] = s.position
	}
	return regularSpacing(positions)
}

// regularSpacing returns the number that the positions are the multiples of, from
// it on without a gap, else 0.
func regularSpacing(positions []int) int {
	factor := 0
	for _, p := range positions {
		factor = gcd(factor, p)
	}
	for i := range positions {
		if !slices.Contains(positions, (i+1)*factor) {
			return 0
		}
	}
	return factor
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// format writes an integer.
func (p *integerPicture) format(c call, f float64) (string, *Error) {
	negative := f < 0
	n := math.Abs(f)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return integerText(f), nil
	}
	var s string
	switch p.style {
	case sequenceStyle:
		return "", errorOf("D3130", p.token)
	case letterStyle:
		s = p.inCase(lettersOf(n))
	case romanStyle:
		thousands := math.Floor(n / 1000)
		if err := c.allocate(toInt(thousands)); err != nil {
			return "", err
		}
		s = p.inCase(strings.Repeat("m", int(thousands)) + romanBelowThousand(int(math.Mod(n, 1000))))
	case wordStyle:
		s = p.inCase(words(n, false, p.ordinal))
	default:
		s = p.decimal(n)
	}
	if negative {
		s = "-" + s
	}
	return s, nil
}

// integerText returns the number as JavaScript writes it.
func integerText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return string(value.AppendFloat(nil, f))
}

func (p *integerPicture) inCase(s string) string {
	switch p.letters {
	case upperCase:
		return strings.ToUpper(s)
	case lowerCase:
		return strings.ToLower(s)
	}
	return s
}

func (p *integerPicture) decimal(n float64) string {
	digits := integerText(n)
	if missing := p.mandatory - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	runes := []rune(digits)
	for i := range runes {
		runes[i] += p.zero - '0'
	}
	runes = p.separated(runes)
	if p.ordinal {
		return string(runes) + ordinalSuffix(runes)
	}
	return string(runes)
}

// separated puts the separators between digits. One that is further to the left
// than the digits reach costs digits, as in the reference.
func (p *integerPicture) separated(digits []rune) []rune {
	if p.group > 0 {
		for at := len(digits) - p.group; at > 0; at -= p.group {
			digits = slices.Insert(digits, at, p.separators[0].char)
		}
		return digits
	}
	for _, s := range slices.Backward(p.separators) {
		at := len(digits) - s.position
		if at < 0 {
			digits, at = digits[max(len(digits)+at, 0):], 0
		}
		digits = slices.Insert(digits, at, s.char)
	}
	return digits
}

func ordinalSuffix(digits []rune) string {
	n := len(digits)
	if n > 1 && digits[n-2] == '1' {
		return "th"
	}
	switch digits[n-1] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}

// lettersOf writes a number as the columns of a spreadsheet: a to z, aa, ab, ...
func lettersOf(n float64) string {
	var letters []byte
	for n > 0 {
		letters = append(letters, 'a'+byte(math.Mod(n-1, 26)))
		n = math.Floor((n - 1) / 26)
	}
	slices.Reverse(letters)
	return string(letters)
}

var romans = []struct {
	value   int
	numeral string
}{
	{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"},
	{50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
}

func romanBelowThousand(n int) string {
	var b strings.Builder
	for _, r := range romans {
		for ; n >= r.value; n -= r.value {
			b.WriteString(r.numeral)
		}
	}
	return b.String()
}

var (
	cardinals = strings.Fields("Zero One Two Three Four Five Six Seven Eight Nine Ten " +
		"Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen")
	ordinals = strings.Fields("Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth " +
		"Eleventh Twelfth Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth")
	tens       = strings.Fields("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety")
	magnitudes = strings.Fields("Thousand Million Billion Trillion")
)

// words writes a number in English. Behind others it is joined to them.
func words(n float64, joined, ordinal bool) string {
	switch {
	case n < 20:
		names := cardinals
		if ordinal {
			names = ordinals
		}
		return joint(joined, " and ") + names[int(n)]
	case n < 100:
		ten, unit := tens[int(n)/10-2], math.Mod(n, 10)
		switch {
		case unit > 0:
			ten += "-" + words(unit, false, ordinal)
		case ordinal:
			ten = strings.TrimSuffix(ten, "y") + "ieth"
		}
		return joint(joined, " and ") + ten
	case n < 1000:
		return joint(joined, ", ") + cardinals[int(n)/100] + " Hundred" + restInWords(math.Mod(n, 100), ordinal)
	}
	magnitude, size := 0, 1e3
	for magnitude < len(magnitudes)-1 && n >= size*1e3 {
		magnitude++
		size *= 1e3
	}
	many := math.Floor(n / size)
	return joint(joined, ", ") + words(many, false, false) + " " + magnitudes[magnitude] + restInWords(n-many*size, ordinal)
}

func joint(joined bool, s string) string {
	if joined {
		return s
	}
	return ""
}

func restInWords(n float64, ordinal bool) string {
	switch {
	case n > 0:
		return words(n, true, ordinal)
	case ordinal:
		return "th"
	}
	return ""
}

// wordValues holds what each word counts for, in lower case.
var wordValues = func() map[string]float64 {
	values := map[string]float64{"hundred": 100, "hundredth": 100}
	for i := range cardinals {
		values[strings.ToLower(cardinals[i])] = float64(i)
		values[strings.ToLower(ordinals[i])] = float64(i)
	}
	for i, ten := range tens {
		ten = strings.ToLower(ten)
		values[ten] = float64(i+2) * 10
		values[strings.TrimSuffix(ten, "y")+"ieth"] = float64(i+2) * 10
	}
	for i, m := range magnitudes {
		m = strings.ToLower(m)
		values[m] = math.Pow(1000, float64(i+1))
		values[m+"th"] = values[m]
	}
	return values
}()

// parse reads an integer. It is NaN where the text is none.
func (p *integerPicture) parse(s string) (float64, *Error) {
	switch p.style {
	case sequenceStyle:
		return 0, errorOf("D3130", p.token)
	case letterStyle:
		first := 'a'
		if p.letters == upperCase {
			first = 'A'
		}
		n := 0.0
		for _, r := range s {
			n = n*26 + float64(r-first+1)
		}
		return n, nil
	case romanStyle:
		return romanValue(s), nil
	case wordStyle:
		return wordsValue(strings.ToLower(s)), nil
	}
	if p.ordinal {
		s = s[:max(len(s)-len("th"), 0)]
	}
	if p.group > 0 {
		s = strings.ReplaceAll(s, ",", "")
	} else {
		for _, sep := range p.separators {
			s = strings.ReplaceAll(s, string(sep.char), "")
		}
	}
	s = strings.Map(func(r rune) rune { return r - p.zero + '0' }, s)
	return leadingInteger(s), nil
}

func romanValue(s string) float64 {
	n, largest := 0, 1
	for _, r := range slices.Backward([]byte(strings.ToLower(s))) {
		i := slices.IndexFunc(romans, func(numeral struct {
			value   int
			numeral string
		}) bool {
			return numeral.numeral == string(r)
		})
		if i < 0 {
			return math.NaN()
		}
		if v := romans[i].value; v < largest {
			n -= v
		} else {
			n += v
			largest = v
		}
	}
	return float64(n)
}

// wordsValue adds up words: those below a hundred are added to what precedes them,
// the others multiply it.
func wordsValue(s string) float64 {
	s = strings.NewReplacer(", ", " ", " and ", " ", "-", " ", "\\", " ").Replace(s)
	sums := []float64{0}
	for _, word := range strings.Split(s, " ") {
		v, ok := wordValues[word]
		if !ok {
			return math.NaN()
		}
		last := len(sums) - 1
		switch {
		case v >= 100:
			sums[last] *= v
		case sums[last] >= 1000:
			sums = append(sums, v)
		default:
			sums[last] += v
		}
	}
	total := 0.0
	for _, v := range sums {
		total += v
	}
	return total
}

// leadingInteger reads the integer at the start of a text, as JavaScript's parseInt
// does; NaN if there is none.
func leadingInteger(s string) float64 {
	s = strings.TrimSpace(s)
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 {
		return math.NaN()
	}
	sign := s[:len(s)-len(unsigned)]
	number := unsigned[:len(unsigned)-len(strings.TrimLeft(unsigned, "0123456789"))]
	if len(unsigned) > 2 && strings.EqualFold(unsigned[:2], "0x") {
		hex := unsigned[2:]
		hex = hex[:len(hex)-len(strings.TrimLeft(hex, "0123456789abcdefABCDEF"))]
		number = "0x" + hex + "p0" // as a float64 is written in Go
	}
	f, err := strconv.ParseFloat(sign+number, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func formatInteger(c call, args []any) (any, *Error) {
	f, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	p, err := picture(c, integerPictureKey(searched(args[1])), parseIntegerPicture)
	if err != nil {
		return nil, err
	}
	s, err := p.format(c, math.Floor(f))
	if err != nil {
		return nil, err
	}
	return c.text(s)
}

func parseInteger(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	p, err := picture(c, integerPictureKey(searched(args[1])), parseIntegerPicture)
	if err != nil {
		return nil, err
	}
	f, err := p.parse(s)
	if err != nil {
		return nil, err
	}
	return c.number(f), nil
}
