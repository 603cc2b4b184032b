package value_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestNumbersHaveOneRepresentation(t *testing.T) {
	tests := []struct {
		text string
		want any
	}{
		{"0", int64(0)},
		{"-0", int64(0)},
		{"9223372036854775807", int64(math.MaxInt64)},
		{"9223372036854775808", value.Number("9223372036854775808")},
		{"9223372036854776000", 9223372036854775808.0},
		{"100000000000000000000", 1e20},
		{"1e20", value.Number("1e20")},
		{"1e+21", 1e21},
		{"1e21", value.Number("1e21")},
		{"0.5", 0.5},
		{"-0.5", -0.5},
		{"0.50", value.Number("0.50")},
		{"1.0", value.Number("1.0")},
		{"-0.0", value.Number("-0.0")},
		{"0.000001", 1e-6},
		{"0.0000001", value.Number("0.0000001")},
		{"1e-7", 1e-7},
		{"1E-7", value.Number("1E-7")},
		{"0.1234567890123456", 0.1234567890123456},
		{"0.12345678901234567890", value.Number("0.12345678901234567890")},
		{"1e400", value.Number("1e400")},
		{"1e-400", value.Number("1e-400")},
	}
	for _, tt := range tests {
		got, ok := value.ParseNumber(tt.text)
		if !ok || got != tt.want {
			t.Errorf("ParseNumber(%s) = %T %v, %t; want %T %v", tt.text, got, got, ok, tt.want, tt.want)
		}
	}
	for _, text := range []string{"", "-", "01", "1.", ".1", "1e", "+1", "1 ", " 1", "NaN", "Infinity", "0x1", "1_0", "1,0"} {
		if got, ok := value.ParseNumber(text); ok {
			t.Errorf("ParseNumber(%q) = %v", text, got)
		}
	}
}

// TestEveryFloatPrintsAsItsOwnRepresentation is what makes the representation of a
// number unique: the text of a float64 reads back as that float64, or as an int64
// that prints the same.
func TestEveryFloatPrintsAsItsOwnRepresentation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		text := value.String(f)
		if _, err := json.Marshal(json.Number(text)); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		v, ok := value.ParseNumber(text)
		if got, isNumber := value.Float(v); !ok || !isNumber || got != f {
			t.Fatalf("%v prints %s, which reads as %v", f, text, v)
		}
		if value.String(v) != text {
			t.Fatalf("%s prints %s", text, value.String(v))
		}
		if whole := f == math.Trunc(f) && math.Abs(f) < 1<<53; whole {
			if _, ok := value.FromFloat(f).(int64); !ok {
				t.Fatalf("FromFloat(%v) is no int64", f)
			}
		} else if value.FromFloat(f) != f {
			t.Fatalf("FromFloat(%v) = %v", f, value.FromFloat(f))
		}
	})
}

func TestFractionsKeepTheirDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,17})\.[0-9]{1,20}([eE][+-]?[0-9]{1,3})?`).Draw(t, "text")
		v, ok := value.ParseNumber(text)
		if got := value.String(v); !ok || got != text {
			t.Fatalf("%s is written %s, %t", text, got, ok)
		}
		want, _ := strconv.ParseFloat(text, 64)
		if got, ok := value.Float(v); !ok || got != want {
			t.Fatalf("Float(%s) = %v, want %v", text, got, want)
		}
	})
}

func TestFloatsPrintAsInJavaScript(t *testing.T) {
	tests := []struct {
		f    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-1.5, "-1.5"}, {100, "100"},
		{0.30000000000000004, "0.30000000000000004"}, {1e-6, "0.000001"}, {1e-7, "1e-7"}, {1.5e-10, "1.5e-10"}, {5e-324, "5e-324"},
		{1e20, "100000000000000000000"}, {1e21, "1e+21"}, {math.MaxFloat64, "1.7976931348623157e+308"}, {1 << 60, "1152921504606847000"},
		{math.NaN(), "null"}, {math.Inf(1), "null"}, {math.Inf(-1), "null"},
	}
	for _, tt := range tests {
		if got := value.String(tt.f); got != tt.want {
			t.Errorf("%v prints %s, want %s", tt.f, got, tt.want)
		}
		if got := value.Size(tt.f); got != len(tt.want) {
			t.Errorf("Size(%v) = %d, want %d", tt.f, got, len(tt.want))
		}
	}
}

func TestIntAndFloat(t *testing.T) {
	tests := []struct {
		v     any
		i     int64
		isInt bool
		f     float64
		isNum bool
	}{
		{int64(5), 5, true, 5, true},
		{5.0, 5, true, 5, true},
		{5.5, 0, false, 5.5, true},
		{1e17, 100000000000000000, true, 1e17, true},
		{1e19, 0, false, 1e19, true},
		{math.NaN(), 0, false, math.NaN(), true},
		{math.Inf(1), 0, false, math.Inf(1), true},
		{value.Number("1.0"), 1, true, 1, true},
		{value.Number("-0.000"), 0, true, 0, true},
		{value.Number("0e99999999999999999999"), 0, true, 0, true},
		{value.Number("1e3"), 1000, true, 1000, true},
		{value.Number("-1200e-2"), -12, true, -12, true},
		{value.Number("1200e-3"), 0, false, 1.2, true},
		{value.Number("-9223372036854775808.0"), math.MinInt64, true, math.MinInt64, true},
		{value.Number("9223372036854775808"), 0, false, 1 << 63, true},
		{value.Number("1e400"), 0, false, math.Inf(1), true},
		{value.Number("-1e99999999999999999999"), 0, false, math.Inf(-1), true},
		{value.Number("1e-99999999999999999999"), 0, false, 0, true},
		{"5", 0, false, 0, false},
		{nil, 0, false, 0, false},
		{true, 0, false, 0, false},
	}
	for _, tt := range tests {
		if i, ok := value.Int(tt.v); ok != tt.isInt || ok && i != tt.i {
			t.Errorf("Int(%v) = %d, %t; want %d, %t", tt.v, i, ok, tt.i, tt.isInt)
		}
		f, ok := value.Float(tt.v)
		if same := f == tt.f || math.IsNaN(f) && math.IsNaN(tt.f); ok != tt.isNum || !same {
			t.Errorf("Float(%v) = %v, %t; want %v, %t", tt.v, f, ok, tt.f, tt.isNum)
		}
	}
}
