package jsonata

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// total returns the sum of an array of numbers.
func (c call) total(items []any) (float64, *Error) {
	sum := 0.0
	for _, item := range items {
		f, _ := float(item)
		sum += f
	}
	return sum, c.spend(len(items))
}

func sum(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	f, err := c.total(items)
	return c.number(f), err
}

func average(c call, args []any) (any, *Error) {
	items, _ := arrayItems(args[0])
	if len(items) == 0 {
		return undefined{}, nil
	}
	f, err := c.total(items)
	return c.number(f / float64(len(items))), err
}

func count(_ call, args []any) (any, *Error) {
	items, _ := arrayItems(args[0])
	return int64(len(items)), nil
}

func greatest(c call, args []any) (any, *Error) { return c.extreme(args[0], math.Max) }

func least(c call, args []any) (any, *Error) { return c.extreme(args[0], math.Min) }

func (c call) extreme(v any, better func(a, b float64) float64) (any, *Error) {
	items, _ := arrayItems(v)
	if len(items) == 0 {
		return undefined{}, nil
	}
	best, _ := float(items[0])
	for _, item := range items[1:] {
		f, _ := float(item)
		best = better(best, f)
	}
	return c.number(best), c.spend(len(items))
}

var (
	decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	prefixText  = regexp.MustCompile(`^0[xX][0-9A-Fa-f]+$|^0[oO][0-7]+$|^0[bB][01]+$`)
)

func numberOf(c call, args []any) (any, *Error) {
	switch v := args[0].(type) {
	case undefined, int64, float64, value.Number:
		return v, nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case string:
		if f, ok := parseNumber(v); ok {
			return c.number(f), nil
		}
	}
	e := errorOf("D3030", args[0])
	e.inserts.index = 1
	return nil, e
}

// parseNumber reads a decimal number, or an integer with the prefix 0x, 0o or 0b.
func parseNumber(s string) (float64, bool) {
	if decimalText.MatchString(s) {
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	if !prefixText.MatchString(s) {
		return 0, false
	}
	n, ok := new(big.Int).SetString(s, 0)
	if !ok {
		return 0, false
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f, !math.IsInf(f, 0)
}

// ofNumber applies a function to the first argument.
func ofNumber(c call, args []any, f func(float64) float64) (any, *Error) {
	x, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	return c.number(f(x)), nil
}

func floor(c call, args []any) (any, *Error) { return ofNumber(c, args, math.Floor) }
func ceil(c call, args []any) (any, *Error)  { return ofNumber(c, args, math.Ceil) }
func abs(c call, args []any) (any, *Error)   { return ofNumber(c, args, math.Abs) }

func round(c call, args []any) (any, *Error) {
	precision, _ := numberArgument(args, 1)
	return ofNumber(c, args, func(x float64) float64 { return roundTo(x, precision) })
}

// roundTo rounds to a number of decimals, halves to even. The places are moved in
// the number's text, since multiplying would add errors of its own.
func roundTo(x, precision float64) float64 {
	if r, ok := roundFast(x, precision); ok {
		return r
	}
	shifted := movePoint(x, precision)
	r := math.RoundToEven(shifted)
	return movePoint(r, -precision)
}

// roundFast rounds to few decimals a number that is small enough, and far enough
// from the middle between two results, for the error of multiplying not to matter.
func roundFast(x, precision float64) (float64, bool) {
	const largest, margin = 1e9, 1e-6
	if !(precision >= 0) || precision >= float64(len(powersOfTen)) || precision != math.Trunc(precision) {
		return 0, false
	}
	power := powersOfTen[int(precision)]
	shifted := x * power
	below := math.Floor(shifted)
	if !(math.Abs(shifted) < largest) || math.Abs(shifted-below-0.5) < margin {
		return 0, false
	}
	return math.Round(shifted) / power, true // both exact, so that the quotient is the nearest
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// movePoint returns x times ten to the power of places.
func movePoint(x, places float64) float64 {
	if places == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	mantissa, exponent, _ := strings.Cut(string(value.AppendFloat(nil, x)), "e")
	e, _ := strconv.ParseFloat(exponent, 64)
	if e += places; e != math.Trunc(e) {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(mantissa+"e"+strconv.FormatFloat(e, 'f', 0, 64), 64)
	return f
}

func sqrt(c call, args []any) (any, *Error) {
	if x, _ := numberArgument(args, 0); x < 0 {
		e := errorOf("D3060", args[0])
		e.inserts.index = 1
		return nil, e
	}
	return ofNumber(c, args, math.Sqrt)
}

func power(c call, args []any) (any, *Error) {
	x, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	y, ok := numberArgument(args, 1)
	if !ok {
		y = math.NaN()
	}
	f := pow(x, y)
	if math.IsInf(f, 0) || math.IsNaN(f) {
		e := errorOf("D3061", args[0])
		e.inserts.exponent = argument(args, 1)
		e.inserts.index = 1
		return nil, e
	}
	return c.number(f), nil
}

// pow is JavaScript's: a base of 1 or -1 to an infinite power is no number.
func pow(x, y float64) float64 {
	const most = 1 << 11 // a whole exponent that is no larger is computed exactly enough
	switch {
	case math.Abs(x) == 1 && math.IsInf(y, 0) || math.IsNaN(y):
		return math.NaN()
	case y == math.Trunc(y) && math.Abs(y) < most && x != 0 && !math.IsInf(x, 0):
		return powWhole(x, int(y))
	}
	return math.Pow(x, y)
}

// powWhole computes a whole power by squaring, with twice the digits of a float64,
// so that only the result is rounded.
func powWhole(x float64, n int) float64 {
	base, power := newWide(x), newWide(1)
	for m := max(n, -n); m > 0; m >>= 1 {
		if m&1 == 1 {
			power = power.times(base)
		}
		base = base.times(base)
	}
	if n < 0 {
		power = power.inverse()
	}
	return math.Ldexp(power.high, power.exponent)
}

// wide is the number (high + low) × 2^exponent, where low is too small to change high.
type wide struct {
	high, low float64
	exponent  int
}

func newWide(x float64) wide {
	high, exponent := math.Frexp(x)
	return wide{high, 0, exponent}
}

// normal returns a number whose high part has an exponent of its own.
func (w wide) normal() wide {
	sum := w.high + w.low
	low := w.low - (sum - w.high)
	high, exponent := math.Frexp(sum)
	return wide{high, math.Ldexp(low, -exponent), w.exponent + exponent}
}

func (w wide) times(v wide) wide {
	high := w.high * v.high
	low := math.FMA(w.high, v.high, -high) + w.high*v.low + w.low*v.high
	return wide{high, low, w.exponent + v.exponent}.normal()
}

func (w wide) inverse() wide {
	high := 1 / w.high
	low := high * (math.FMA(-high, w.high, 1) - high*w.low)
	return wide{high, low, -w.exponent}.normal()
}

func random(c call, _ []any) (any, *Error) { return c.number(c.rand().Float64()), nil }

func booleanOf(c call, args []any) (any, *Error) {
	if isUndefined(args[0]) {
		return args[0], nil
	}
	return boolOrError(c.boolean(args[0]))
}

func not(c call, args []any) (any, *Error) {
	if isUndefined(args[0]) {
		return args[0], nil
	}
	b, err := c.boolean(args[0])
	return boolOrError(!b, err)
}

func boolOrError(b bool, err *Error) (any, *Error) {
	if err != nil {
		return nil, err
	}
	return b, nil
}

func formatBase(c call, args []any) (any, *Error) {
	x, ok := numberArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	x = roundTo(x, 0)
	radix := 10.0
	if r, ok := numberArgument(args, 1); ok {
		radix = roundTo(r, 0)
	}
	if radix < 2 || radix > 36 {
		return nil, errorOf("D3100", canonical(radix))
	}
	if radix == 10 {
		return c.text(string(value.AppendFloat(nil, x)))
	}
	n, _ := big.NewFloat(x).Int(nil)
	return c.text(n.Text(int(radix)))
}
