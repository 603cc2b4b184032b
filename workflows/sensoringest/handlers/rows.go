package handlers

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

const (
	maxRow    = 4096 // bytes of a row; what is longer is rejected and cut
	maxSensor = 256  // bytes of a sensor's UID; a partition key may have 2,048
	maxValue  = 256  // bytes of a value's text; a sort key may have 1,024
)

// row is one line of a file, without its line ending.
type row struct {
	line int64 // counted from 1
	text []byte
	cut  bool // the line is longer; text is its beginning
}

// rows reads the rows of a file in constant memory, whatever is in it.
type rows struct {
	in   *bufio.Reader
	line int64
}

func newRows(r io.Reader) *rows {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		in.Discard(len(mark))
	}
	return &rows{in: in}
}

// next returns the next row that is neither blank nor the header. The row's text
// is valid until the next call. At the end of the file the error is io.EOF.
func (r *rows) next() (row, error) {
	for {
		text, cut, err := r.readLine()
		if err != nil {
			return row{}, err
		}
		r.line++
		if len(bytes.TrimSpace(text)) == 0 || r.line == 1 && isHeader(text) {
			continue
		}
		return row{line: r.line, text: text, cut: cut}, nil
	}
}

func (r *rows) readLine() (text []byte, cut bool, err error) {
	text, err = r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		// The rest of the line is read into the same buffer: keep the beginning.
		text = bytes.Clone(text[:maxRow])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.in.ReadSlice('\n')
		}
		if err == nil || err == io.EOF {
			return text, true, nil
		}
	}
	if err != nil && (err != io.EOF || len(text) == 0) {
		return nil, false, err
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(text) > maxRow {
		return text[:maxRow], true, nil
	}
	return text, false, nil
}

func isHeader(text []byte) bool {
	sensor, time, value, ok := fields(text)
	return ok && bytes.EqualFold(sensor, []byte("SENSOR_UID")) &&
		bytes.EqualFold(time, []byte("TIMESTAMP")) && bytes.EqualFold(value, []byte("VALUE"))
}

// fields cuts a row at its commas. Blanks around a field and quotation marks about
// it do not count.
func fields(text []byte) (sensor, time, value []byte, ok bool) {
	if bytes.Count(text, []byte{','}) != 2 {
		return nil, nil, nil, false
	}
	first := bytes.IndexByte(text, ',')
	last := bytes.LastIndexByte(text, ',')
	return field(text[:first]), field(text[first+1 : last]), field(text[last+1:]), true
}

func field(text []byte) []byte {
	text = bytes.Trim(text, " \t")
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
	}
	return text
}

// parse returns the reading of a row, or says what is wrong with the row.
func parse(r row) (reading sensoringest.Reading, wrong string) {
	if r.cut {
		return reading, "the row is longer than " + strconv.Itoa(maxRow) + " bytes; this is its beginning"
	}
	sensor, time, value, ok := fields(r.text)
	if !ok {
		return reading, "the row does not have three fields"
	}
	if wrong = wrongSensor(sensor); wrong != "" {
		return reading, wrong
	}
	seconds, wrong := unixTime(time)
	if wrong != "" {
		return reading, wrong
	}
	if wrong = wrongValue(value); wrong != "" {
		return reading, wrong
	}
	return sensoringest.Reading{Sensor: string(sensor), Time: seconds, Value: string(value)}, ""
}

func wrongSensor(uid []byte) string {
	switch {
	case len(uid) == 0:
		return "the sensor UID is empty"
	case len(uid) > maxSensor:
		return "the sensor UID is longer than " + strconv.Itoa(maxSensor) + " bytes"
	case !utf8.Valid(uid):
		return "the sensor UID is not UTF-8 text"
	case bytes.ContainsFunc(uid, unicode.IsControl):
		return "the sensor UID has a control character"
	}
	return ""
}

func unixTime(text []byte) (seconds int64, wrong string) {
	if len(text) == 0 || !onlyDigits(text) {
		return 0, "the timestamp is not a whole number of seconds"
	}
	if text = bytes.TrimLeft(text, "0"); len(text) > 10 {
		return 0, "the timestamp is after the year 2286; is it in milliseconds?"
	}
	for _, digit := range text {
		seconds = seconds*10 + int64(digit-'0')
	}
	return seconds, ""
}

// wrongValue says why text is not a decimal number that DynamoDB keeps exactly: an
// optional sign, digits, and optionally a point and more digits, of at most 38
// digits between the first and the last that are not zero.
//
// Source: Amazon DynamoDB Developer Guide, Supported data types, Number. Without an
// exponent, and within maxValue, a text that is too large or too small for
// DynamoDB has to be looked for as well: 1E126 and 1E-131 are out of range.
func wrongValue(text []byte) string {
	if len(text) > maxValue {
		return "the value is longer than " + strconv.Itoa(maxValue) + " bytes"
	}
	digits := text
	if len(digits) > 0 && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	whole, fraction, pointed := bytes.Cut(digits, []byte{'.'})
	if len(whole) == 0 || !onlyDigits(whole) || pointed && (len(fraction) == 0 || !onlyDigits(fraction)) {
		return "the value is not a decimal number"
	}
	var space [maxValue]byte
	all := append(append(space[:0], whole...), fraction...)
	leading := len(all) - len(bytes.TrimLeft(all, "0"))
	significant := bytes.Trim(all, "0")
	if len(significant) == 0 {
		return ""
	}
	if len(significant) > 38 {
		return "the value has more than 38 significant digits"
	}
	if exponent := len(whole) - 1 - leading; exponent > 125 || exponent < -130 {
		return "the value is out of range"
	}
	return ""
}

// number returns the value as DynamoDB is told it: without a plus sign and without
// zeros that lead.
func number(value string) string {
	sign := ""
	if value[0] == '-' {
		sign = "-"
	}
	value = strings.TrimLeft(value, "+-0")
	if value == "" || value[0] == '.' {
		value = "0" + value
	}
	return sign + value
}

func onlyDigits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
