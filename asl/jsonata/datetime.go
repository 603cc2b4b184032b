package jsonata

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The picture of a time is that of fn:format-dateTime in XPath and XQuery Functions
// and Operators 3.1, section 9.8, with X and x for the year and month of a week.

// timePicture is a picture taken apart: literal text and components.
type timePicture []timePart

type timePart struct {
	literal   string // if component is 0
	unknown   string // a component that there is not
	component byte   // Y M D d F W w X x H h P m s f Z z C E

	names   bool // a name, in the case of letters
	letters letterCase
	integer *integerPicture // nil for components that are no integers
	most    int             // characters of a name, 0 if any number
	digits  int             // of a year: no more than these, 0 if all
	zulu    bool            // a timezone of no offset is Z
}

const (
	integerComponents = "YMDdFWwXxHhmsf"
	otherComponents   = "PZzCE"
)

// standardForm is the form of a component of which a picture says no more.
var standardForm = map[byte]string{
	'F': "n", 'P': "n", 'C': "n", 'E': "n", 'm': "01", 's': "01", 'Z': "01:01", 'z': "01:01",
}

func parseTimePicture(text string) (timePicture, *Error) {
	if err := checkPicture(text); err != nil {
		return nil, err
	}
	var picture timePicture
	literal := func(s string) {
		if s != "" {
			picture = append(picture, timePart{literal: strings.ReplaceAll(s, "]]", "]")})
		}
	}
	for {
		before, rest, marked := strings.Cut(text, "[")
		literal(before)
		if !marked {
			return picture, nil
		}
		if strings.HasPrefix(rest, "[") {
			picture = append(picture, timePart{literal: "["})
			text = rest[1:]
			continue
		}
		marker, after, closed := strings.Cut(rest, "]")
		if !closed {
			return nil, newError("D3135")
		}
		part, err := parseTimePart(strings.Join(strings.Fields(marker), ""))
		if err != nil {
			return nil, err
		}
		picture = append(picture, part)
		text = after
	}
}

// parseTimePart reads what stands in brackets: a component, its form, and behind a
// comma its width.
func parseTimePart(marker string) (timePart, *Error) {
	component := firstCharacter(marker)
	form := marker[len(component):]
	least, most := 0, 0
	if at := strings.LastIndexByte(form, ','); at >= 0 {
		low, high, _ := strings.Cut(form[at+1:], "-")
		least, most = width(low), width(high)
		form = form[:at]
	}
	modifier := ""
	if n := len(form); n > 1 && strings.IndexByte("atco", form[n-1]) >= 0 {
		form, modifier = form[:n-1], form[n-1:]
	}
	if component == "" || !strings.Contains(integerComponents+otherComponents, component) {
		if form == "" {
			return timePart{}, errorOf("D3132", component)
		}
		return timePart{unknown: component}, nil
	}
	p := timePart{component: component[0]}
	if form == "" {
		form = standardForm[p.component]
	}
	if form == "" {
		form = "1"
	}
	p.most, p.zulu = most, modifier == "t"
	switch {
	case form[0] == 'n':
		p.names = true
	case strings.HasPrefix(form, "Nn"):
		p.names, p.letters = true, titleCase
	case form[0] == 'N':
		p.names, p.letters = true, upperCase
	case strings.IndexByte(integerComponents, p.component) >= 0:
		return p, p.setInteger(form, modifier, least)
	}
	if p.component == 'Z' || p.component == 'z' {
		var err *Error
		p.integer, err = parseIntegerPicture(form)
		return p, err
	}
	return p, nil
}

// width reads a width; 0 stands for any.
func width(s string) int {
	n, _ := strconv.Atoi(s)
	return max(n, 0)
}

func (p *timePart) setInteger(form, modifier string, least int) *Error {
	if modifier != "" {
		form += ";" + modifier
	}
	var err *Error
	if p.integer, err = parseIntegerPicture(form); err != nil {
		return err
	}
	if p.integer.style == decimalStyle {
		p.integer.mandatory = min(max(p.integer.mandatory, least), maxDigits)
	}
	if strings.IndexByte("YMD", p.component) < 0 {
		return nil
	}
	if p.most > 0 {
		p.digits = min(p.most, maxDigits)
		p.integer.mandatory = p.digits
	} else if n := p.integer.mandatory + p.integer.optional; n >= 2 {
		p.digits = n
	}
	return nil
}

// maxDigits is the most digits that a width may ask for.
const maxDigits = 1000

var (
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"}
)

const (
	millisADay    = 24 * 60 * 60 * 1000
	latestMillis  = 8.64e15 // from 1970, of a time in JavaScript
	daysAWeek     = 7
	thursday      = 4 // of the days of a week, which starts with Monday as 1
	fullWeeks     = 52
	weeksOfAMonth = 4
)

// weekday returns the day of the week, from 1 for Monday.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%daysAWeek + 1 }

// day returns a day at midnight; months and days may be out of range.
func day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// firstWeek returns the Monday of the first week of a month: the one that has the
// month's first Thursday, as in ISO 8601 for the year.
func firstWeek(year, month int) time.Time {
	first := day(year, month, 1)
	weekday := weekday(first)
	if weekday > thursday {
		return first.AddDate(0, 0, daysAWeek+1-weekday)
	}
	return first.AddDate(0, 0, 1-weekday)
}

// weeksSince returns the number of the week that a day is in, counted from one.
func weeksSince(start, day time.Time) int {
	days := int(day.Sub(start).Hours()) / 24
	if day.Before(start) {
		days -= daysAWeek - 1
	}
	return days/daysAWeek + 1
}

// weekOf returns the number of the week within the year, or the month, and which
// month from January of year 0 on that is; the month of a year is its first.
func weekOf(t time.Time, monthly bool) (week int, year, month int) {
	months, most := 12, fullWeeks
	year, month = t.Year(), 1
	if monthly {
		months, most = 1, weeksOfAMonth
		month = int(t.Month())
	}
	today := day(t.Year(), int(t.Month()), t.Day())
	week = weeksSince(firstWeek(year, month), today)
	switch next := firstWeek(year, month+months); {
	case week > most && !today.Before(next):
		week, month = 1, month+months
	case week < 1:
		month -= months
		week = weeksSince(firstWeek(year, month), today)
	}
	first := day(year, month, 1)
	return week, first.Year(), int(first.Month())
}

// componentOf returns a component of a time that is an integer.
func componentOf(t time.Time, component byte) int {
	switch component {
	case 'Y':
		return t.Year()
	case 'M':
		return int(t.Month())
	case 'D':
		return t.Day()
	case 'd':
		return t.YearDay()
	case 'F':
		return weekday(t)
	case 'W':
		week, _, _ := weekOf(t, false)
		return week
	case 'w':
		week, _, _ := weekOf(t, true)
		return week
	case 'X':
		_, year, _ := weekOf(t, false)
		return year
	case 'x':
		_, _, month := weekOf(t, true)
		return month
	case 'H':
		return t.Hour()
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	case 'f':
		return t.Nanosecond() / int(time.Millisecond)
	}
	return 0
}

// zone is an offset from UTC, of hours and minutes.
type zone struct{ hours, minutes int }

// parseZone reads an offset such as +0530. As in the reference, the minutes of a
// negative one count from the full hour below.
func parseZone(text string) (zone, *Error) {
	offset := leadingInteger(text)
	if math.IsNaN(offset) {
		return zone{}, ownError("Timezone must be an offset such as +0530. Given %q", text)
	}
	return zone{floorInt(offset / 100), toInt(offset) % 100}, nil
}

func (z zone) offset() int { return z.hours*100 + z.minutes }

// format writes a time.
func (picture timePicture) format(c call, millis float64, z zone) (string, *Error) {
	millis += float64(z.hours*60+z.minutes) * 60 * 1000
	never := !(math.Abs(millis) <= latestMillis)
	t := time.UnixMilli(int64(millis)).UTC()
	var b strings.Builder
	for i := range picture {
		if never && picture[i].component != 0 {
			return "", errorOf("D1001", canonical(millis))
		}
		s, err := picture[i].format(c, t, z)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (p *timePart) format(c call, t time.Time, z zone) (string, *Error) {
	switch p.component {
	case 0:
		if p.unknown != "" {
			return "undefined", nil
		}
		return p.literal, nil
	case 'C', 'E':
		return "ISO", nil
	case 'P':
		half := "am"
		if t.Hour() >= 12 {
			half = "pm"
		}
		if p.letters == upperCase {
			half = strings.ToUpper(half)
		}
		return half, nil
	case 'Z', 'z':
		return p.formatZone(c, z)
	}
	n := componentOf(t, p.component)
	if p.names {
		return p.name(n)
	}
	if p.component == 'Y' && p.digits > 0 {
		n = int(math.Mod(float64(n), math.Pow(10, float64(p.digits))))
	}
	return p.integer.format(c, float64(n))
}

// name returns the name of a month or a day.
func (p *timePart) name(n int) (string, *Error) {
	var name string
	switch p.component {
	case 'M', 'x':
		name = monthNames[n-1]
	case 'F':
		name = dayNames[n-1]
	default:
		return "", errorOf("D3133", string(p.component))
	}
	switch p.letters {
	case upperCase:
		name = strings.ToUpper(name)
	case lowerCase:
		name = strings.ToLower(name)
	}
	if p.most > 0 {
		name = name[:min(p.most, len(name))]
	}
	return name, nil
}

func (p *timePart) formatZone(c call, z zone) (string, *Error) {
	if z.offset() == 0 && p.zulu {
		return "Z", nil
	}
	var s string
	var err *Error
	switch integer := p.integer; {
	case integer.group > 0 || integer.mandatory == 3 || integer.mandatory == 4:
		s, err = integer.format(c, float64(z.offset()))
	case integer.mandatory == 1 || integer.mandatory == 2:
		s, err = integer.format(c, float64(z.hours))
		if z.minutes != 0 {
			s += ":" + twoDigits(z.minutes)
		}
	default:
		return "", errorOf("D3134", int64(p.integer.mandatory))
	}
	if z.offset() >= 0 {
		s = "+" + s
	}
	if p.component == 'z' {
		s = "GMT" + s
	}
	return s, err
}

func twoDigits(n int) string {
	s := strconv.Itoa(max(n, -n))
	if len(s) < 2 {
		s = "0" + s
	}
	if n < 0 {
		s = "-" + s
	}
	return s
}

// isoPicture is the form of a time of which nothing is said.
const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// formatMillis writes a time in the form of a picture, in a timezone.
func (c call) formatMillis(millis float64, form, timezone any) (any, *Error) {
	var z zone
	if text, ok := timezone.(string); ok {
		var err *Error
		if z, err = parseZone(text); err != nil {
			return nil, err
		}
	}
	text, ok := form.(string)
	if !ok {
		text = isoPicture
	}
	parsed, err := picture(c, timePictureKey(text), parseTimePicture)
	if err != nil {
		return nil, err
	}
	s, err := parsed.format(c, millis, z)
	if err != nil {
		return nil, err
	}
	return c.text(s)
}

func now(c call, args []any) (any, *Error) {
	return c.formatMillis(float64(c.timestamp().UnixMilli()), argument(args, 0), argument(args, 1))
}

func millis(c call, _ []any) (any, *Error) { return c.timestamp().UnixMilli(), nil }

func fromMillis(c call, args []any) (any, *Error) {
	millis, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	return c.formatMillis(millis, argument(args, 1), argument(args, 2))
}

func toMillis(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if text, ok := stringArgument(args, 1); ok {
		return c.parseMillis(s, text)
	}
	t, ok := parseISO(s)
	if !ok {
		return nil, errorOf("D3110", s) // also where the reference gives NaN, as for a month 13
	}
	return t.UnixMilli(), nil
}
