package jsonata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// string returns the text of a value other than undefined: a string as it is, a
// function's as empty, any other as JSON with fifteen digits to a number.
func (ev *evaluation) string(v any, pretty bool) (string, *Error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		if -1e15 < v && v < 1e15 {
			return strconv.FormatInt(v, 10), nil
		}
	}
	if isCallable(v) {
		return "", nil
	}
	if f, ok := float(v); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return "", errorOf("D3001", v)
	}
	if s, ok := v.(*sequence); ok && s.wrapper {
		v = s.items[0]
	}
	w := textWriter{ev: ev, pretty: pretty}
	if err := w.value(v, 0); err != nil {
		return "", err
	}
	return string(w.text), nil
}

// textWriter writes a value as JSON text.
type textWriter struct {
	ev     *evaluation
	text   []byte
	pretty bool // a member or item a line, indented by two blanks
}

func (w *textWriter) value(v any, depth int) *Error {
	switch v := v.(type) {
	case nil, undefined:
		w.text = append(w.text, "null"...)
		return nil
	case bool:
		w.text = value.Append(w.text, v)
		return nil
	case string:
		w.text = appendString(w.text, v)
		return nil
	case int64, float64, value.Number:
		return w.number(v)
	case *value.Object:
		return w.object(v, depth)
	case *tuple:
		return w.value(v.item, depth)
	}
	items, ok := arrayItems(v)
	if !ok {
		w.text = append(w.text, `""`...) // a function
		return nil
	}
	return w.array(items, depth)
}

func (w *textWriter) number(v any) *Error {
	f, _ := float(v)
	switch {
	case math.IsInf(f, 0):
		return errorOf("D1001", v)
	case math.IsNaN(f):
		w.text = append(w.text, "null"...)
	default:
		w.text = appendNumber(w.text, fifteenDigits(v))
	}
	return nil
}

// appendNumber appends a number as JavaScript writes it, whatever its spelling was.
func appendNumber(dst []byte, v any) []byte {
	if n, ok := v.(value.Number); ok {
		f, _ := float(n)
		return value.AppendFloat(dst, f)
	}
	return value.Append(dst, v)
}

func (w *textWriter) array(items []any, depth int) *Error {
	if err := w.open('[', len(items), depth); err != nil {
		return err
	}
	for i, item := range items {
		w.separate(i, depth+1)
		if err := w.value(item, depth+1); err != nil {
			return err
		}
	}
	w.shut(']', len(items), depth)
	return nil
}

func (w *textWriter) object(o *value.Object, depth int) *Error {
	if err := w.open('{', o.Len(), depth); err != nil {
		return err
	}
	for i := range o.Len() {
		m := o.At(i)
		w.separate(i, depth+1)
		w.text = append(value.AppendString(w.text, m.Name), ':')
		if w.pretty {
			w.text = append(w.text, ' ')
		}
		if err := w.value(m.Value, depth+1); err != nil {
			return err
		}
	}
	w.shut('}', o.Len(), depth)
	return nil
}

func (w *textWriter) open(bracket byte, n, depth int) *Error {
	w.text = append(w.text, bracket)
	if len(w.text) > w.ev.memory {
		return limitError(noMemory)
	}
	return w.ev.descend(n, depth)
}

// separate starts the i-th item.
func (w *textWriter) separate(i, depth int) {
	if i > 0 {
		w.text = append(w.text, ',')
	}
	w.line(depth)
}

func (w *textWriter) shut(bracket byte, n, depth int) {
	if n > 0 {
		w.line(depth)
	}
	w.text = append(w.text, bracket)
}

func (w *textWriter) line(depth int) {
	if w.pretty {
		w.text = append(w.text, '\n')
		for range depth {
			w.text = append(w.text, "  "...)
		}
	}
}

// appendUnit appends a UTF-16 code unit; half a surrogate pair in the form that
// UTF-8 would give it if it were a character.
func appendUnit(dst []byte, unit rune) []byte {
	if utf8.ValidRune(unit) {
		return utf8.AppendRune(dst, unit)
	}
	return append(dst, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0xBF, 0x80|byte(unit)&0xBF)
}

const halfPairSize = 3

// halfPairAt returns the offset of the first half of a surrogate pair, -1 if there
// is none.
func halfPairAt(s string) int {
	const lead, least = 0xED, 0xA0
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], lead)
		if i < 0 || at+i+halfPairSize > len(s) {
			return -1
		}
		if at += i; s[at+1] >= least {
			return at
		}
	}
}

// appendString appends a string as JSON, with escapes for halves of surrogate pairs.
func appendString(dst []byte, s string) []byte {
	half := halfPairAt(s)
	if half < 0 {
		return value.AppendString(dst, s)
	}
	dst = append(dst, '"')
	for ; half >= 0; half = halfPairAt(s) {
		text := value.AppendString(nil, s[:half])
		dst = append(dst, text[1:len(text)-1]...)
		unit := rune(s[half]&0x0F)<<12 | rune(s[half+1]&0x3F)<<6 | rune(s[half+2]&0x3F)
		dst = fmt.Appendf(dst, `\u%04x`, unit)
		s = s[half+halfPairSize:]
	}
	text := value.AppendString(nil, s)
	return append(dst, text[1:]...)
}

// firstCharacter returns the first character of a string.
func firstCharacter(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// units returns how many UTF-16 code units a string takes.
func units(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}
