package jsonata

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl/jsonata/internal/ecma"
)

// isoReader reads the digits and signs of a text from left to right.
type isoReader struct {
	rest  string
	wrong bool
}

// skip reports whether the text goes on with a character, and goes behind it.
func (r *isoReader) skip(c byte) bool {
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// must is skip for a character that has to be there.
func (r *isoReader) must(c byte) { r.wrong = !r.skip(c) || r.wrong }

// number reads a number of so many digits.
func (r *isoReader) number(digits int) int {
	if len(r.rest) < digits {
		r.wrong = true
		return 0
	}
	n := 0
	for i := range digits {
		c := r.rest[i]
		r.wrong = r.wrong || c < '0' || c > '9'
		n = n*10 + int(c-'0')
	}
	r.rest = r.rest[digits:]
	return n
}

// millis reads a fraction of a second, of one digit or more.
func (r *isoReader) millis() int {
	n, unit := 0, 100
	r.wrong = r.wrong || r.rest == "" || r.rest[0] < '0' || r.rest[0] > '9'
	for r.rest != "" && r.rest[0] >= '0' && r.rest[0] <= '9' {
		n += int(r.rest[0]-'0') * unit
		unit /= 10
		r.rest = r.rest[1:]
	}
	return n
}

// zone reads an offset from UTC.
func (r *isoReader) zone() time.Duration {
	sign := time.Minute
	switch {
	case r.skip('-'):
		sign = -time.Minute
	case !r.skip('+'):
		return 0
	}
	hours := r.number(2)
	r.skip(':')
	return sign * time.Duration(hours*60+r.number(2))
}

// parseISO reads a time in the profile of ISO 8601 that ECMAScript defines for
// Date: YYYY, YYYY-MM or YYYY-MM-DD, THH:MM:SS with or without a fraction and an
// offset, without which it is taken for UTC.
func parseISO(s string) (time.Time, bool) {
	r := isoReader{rest: s}
	year, month, dayOfMonth := r.number(4), 1, 1
	if r.skip('-') {
		month = r.number(2)
		if r.skip('-') {
			dayOfMonth = r.number(2)
		}
	}
	var hour, minute, second, milli int
	var offset time.Duration
	timed := r.skip('T')
	if timed {
		hour = r.number(2)
		r.must(':')
		minute = r.number(2)
		r.must(':')
		second = r.number(2)
		if r.skip('.') {
			milli = r.millis()
		}
	}
	if !r.skip('Z') && timed {
		offset = r.zone()
	}
	midnight := hour == 24 && minute == 0 && second == 0 && milli == 0
	if r.wrong || r.rest != "" || month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31 ||
		hour > 23 && !midnight || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), dayOfMonth, hour, minute, second, milli*int(time.Millisecond), time.UTC)
	return t.Add(-offset), true
}

// timeParser reads times in the form of a picture.
type timeParser struct {
	picture timePicture
	re      *ecma.Regexp
	parse   []func(text string) (float64, bool) // what each part of the picture stands for; nil for a literal
}

func newTimeParser(text string) (*timeParser, *Error) {
	picture, err := parseTimePicture(text)
	if err != nil {
		return nil, err
	}
	p := &timeParser{picture: picture}
	var b strings.Builder
	b.WriteByte('^')
	for i := range picture {
		pattern, parse, err := picture[i].reader()
		if err != nil {
			return nil, err
		}
		b.WriteString("(" + pattern + ")")
		p.parse = append(p.parse, parse)
	}
	b.WriteByte('$')
	var invalid error
	if p.re, invalid = ecma.Compile(b.String(), "i"); invalid != nil {
		return nil, newError("D3136") // not for any picture that could be parsed
	}
	return p, nil
}

// reader returns the pattern of a part, and what makes a number of a text that it
// matches.
func (p *timePart) reader() (pattern string, parse func(string) (float64, bool), err *Error) {
	switch {
	case p.unknown != "":
		return "", nil, errorOf("D3133", p.unknown)
	case p.component == 0:
		return regexp.QuoteMeta(p.literal), nil, nil
	case p.component == 'Z' || p.component == 'z':
		pattern, parse = p.zoneReader()
		return pattern, parse, nil
	case p.integer != nil:
		pattern, err = p.integer.pattern(p.digits)
		return pattern, func(s string) (float64, bool) {
			f, err := p.integer.parse(s)
			return f, err == nil
		}, err
	}
	var names []string
	first := 1.0
	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	case 'P':
		return "[a-zA-Z]+", func(s string) (float64, bool) {
			half := slices.Index([]string{"am", "pm"}, s) + slices.Index([]string{"AM", "PM"}, s) + 1
			return float64(half), half >= 0
		}, nil
	default:
		return "", nil, errorOf("D3133", string(p.component))
	}
	return "[a-zA-Z]+", func(s string) (float64, bool) {
		i := slices.IndexFunc(names, func(name string) bool {
			if p.most > 0 {
				name = name[:min(p.most, len(name))]
			}
			return name == s
		})
		return first + float64(i), i >= 0
	}, nil
}

func (p *timePart) zoneReader() (pattern string, parse func(string) (float64, bool)) {
	pattern = "[-+][0-9]+"
	separator := ""
	if p.integer != nil && p.integer.group > 0 {
		separator = string(p.integer.separators[0].char)
		pattern += separator + "[0-9]+"
	}
	if p.component == 'z' {
		pattern = "GMT" + pattern
	}
	return pattern, func(s string) (float64, bool) {
		if p.component == 'z' {
			s = s[len("GMT"):]
		}
		hours, minutes, _ := strings.Cut(s, separator)
		const signedHours = len("+00")
		if separator == "" {
			hours, minutes = s[:min(signedHours, len(s))], s[min(signedHours, len(s)):]
		}
		offset := leadingInteger(hours) * 60
		if minutes != "" {
			offset += leadingInteger(minutes)
		}
		return offset, !math.IsNaN(offset)
	}
}

// pattern returns the regular expression of an integer; digits is how many a year,
// month or day has, 0 if any number.
func (p *integerPicture) pattern(digits int) (string, *Error) {
	switch p.style {
	case sequenceStyle:
		return "", errorOf("D3130", p.token)
	case letterStyle:
		return "[a-z]+", nil
	case romanStyle:
		return "[mdclxvi]+", nil
	case wordStyle:
		words := slices.SortedFunc(maps.Keys(wordValues), func(a, b string) int { return len(b) - len(a) })
		return "(?:" + strings.Join(words, "|") + `|and|[\-, ])+`, nil
	}
	pattern := "[0-9]+"
	if digits > 0 {
		pattern = "[0-9]{" + strconv.Itoa(digits) + "}"
		if p.optional > 0 {
			pattern = "[0-9]{" + strconv.Itoa(digits-p.optional) + "," + strconv.Itoa(digits) + "}"
		}
	}
	if p.ordinal {
		pattern += "(?:th|st|nd|rd)"
	}
	return pattern, nil
}

// parseMillis reads a time in the form of a picture; what does not match is undefined.
func (c call) parseMillis(s, text string) (any, *Error) {
	parser, err := picture(c, timeParserKey(text), newTimeParser)
	if err != nil {
		return nil, err
	}
	r := regex{re: parser.re, source: text}
	f, err := r.find(c.evaluation, s, 0, 0)
	if err != nil || f == nil {
		return undefined{}, err
	}
	parts := components{}
	group := 0
	for i, parse := range parser.parse {
		matched, _ := f.groups[group].(string)
		group++
		if parse == nil {
			continue
		}
		if n, ok := parse(matched); ok {
			parts[parser.picture[i].component] = n
		} else {
			delete(parts, parser.picture[i].component)
		}
	}
	return parts.millis(c)
}

// components are the parts of a time that have been read.
type components map[byte]float64

// has reports whether the components that are there, and not zero, are some of
// those wanted and none of the others.
func (parts components) has(all, wanted string) bool {
	some := false
	for i := range len(all) {
		if parts[all[i]] == 0 {
			continue
		}
		if strings.IndexByte(wanted, all[i]) < 0 {
			return false
		}
		some = true
	}
	return some
}

// millis returns the time that the components say. What is more significant than
// they is taken from the present, what is less is zero; nothing between them may
// be missing.
func (parts components) millis(c call) (any, *Error) {
	if len(parts) == 0 {
		return undefined{}, nil
	}
	const dates, times = "YXMxWwdD", "PHhmsf"
	order := "YMD"
	yearDay := false
	switch {
	case parts.has(dates, "YMD"):
	case parts.has(dates, "Yd"):
		order, yearDay = "YD", true
	case parts.has(dates, "XxwF"), parts.has(dates, "XWF"):
		return nil, newError("D3136") // weeks are not read, as by the reference
	}
	halfDays := !parts.has(times, "Hmsf") && parts.has(times, "Phmsf")
	if halfDays {
		order += "Phmsf"
	} else {
		order += "Hmsf"
	}
	if err := parts.fill(order, c.timestamp().UTC()); err != nil {
		return nil, err
	}
	month, dayOfMonth := max(parts['M'], 1), parts['D']
	if yearDay {
		month, dayOfMonth = 1, parts['d']
	}
	hour := parts['H']
	if halfDays {
		hour = math.Mod(parts['h'], 12)
		if parts['h'] > 12 {
			hour = parts['h']
		}
		if parts['P'] == 1 {
			hour += 12
		}
	}
	for _, n := range parts {
		if !(math.Abs(n) <= latestMillis) {
			return nil, newError("D3136")
		}
	}
	year := int(parts['Y'])
	if 0 <= year && year <= 99 {
		year += 1900 // as JavaScript's Date.UTC has it
	}
	t := time.Date(year, time.Month(month), int(dayOfMonth), 0, 0, 0, 0, time.UTC)
	millis := float64(t.UnixMilli()) + hour*3600e3 + parts['m']*60e3 + parts['s']*1e3 + parts['f']
	offset := parts['Z']
	if offset == 0 {
		offset = parts['z']
	}
	return c.number(millis - offset*60e3), nil
}

// fill gives the components that are missing their values.
func (parts components) fill(order string, present time.Time) *Error {
	started, ended := false, false
	for i := range len(order) {
		component := order[i]
		_, specified := parts[component]
		switch {
		case specified && ended:
			return newError("D3136")
		case specified:
			started = true
		case !started:
			parts[component] = float64(componentOf(present, component))
		default:
			ended = true
			if component == 'M' || component == 'D' {
				parts[component] = 1
			}
		}
	}
	return nil
}
