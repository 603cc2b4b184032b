package parquet

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stepwise-go/stepwise/asl/value"
)

// converter returns what makes JSON values of the values of a type.
func converter(t parquet.Type) func(parquet.Value) any {
	var logical format.LogicalTypeValue
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	switch logical := logical.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		return func(v parquet.Value) any { return string(v.ByteArray()) }
	case *format.UUIDType:
		return uuid
	case *format.DecimalType:
		return func(v parquet.Value) any { return decimal(unscaled(v), int(logical.Scale)) }
	case *format.DateType:
		return func(v parquet.Value) any { return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly) }
	case *format.TimeType:
		unit := logical.Unit.Value.Duration()
		return func(v parquet.Value) any {
			return time.Unix(0, integer(v)*int64(unit)).UTC().Format("15:04:05.999999999")
		}
	case *format.TimestampType:
		perMilli := int64(time.Millisecond / logical.Unit.Value.Duration())
		return func(v parquet.Value) any { return floorDiv(v.Int64(), perMilli) }
	case *format.IntType:
		if !logical.IsSigned {
			return unsigned
		}
	}
	return plain
}

// plain converts a value of which no more is known than its physical type.
func plain(v parquet.Value) any {
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Int32, parquet.Int64:
		return integer(v)
	case parquet.Int96:
		return legacyTimestamp(v)
	case parquet.Float:
		return number(float64(v.Float()), 32)
	case parquet.Double:
		return number(v.Double(), 64)
	}
	return base64.StdEncoding.EncodeToString(v.ByteArray())
}

func integer(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

func unsigned(v parquet.Value) any {
	if v.Kind() == parquet.Int32 {
		return int64(v.Uint32())
	}
	n, _ := value.ParseNumber(strconv.FormatUint(v.Uint64(), 10))
	return n
}

// number returns a floating-point number in the fewest digits that tell it from
// its neighbours.
func number(f float64, bits int) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	if bits == 32 {
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64)
	}
	return value.FromFloat(f)
}

func uuid(v parquet.Value) any {
	b := v.ByteArray()
	if len(b) != 16 {
		return plain(v)
	}
	text := hex.EncodeToString(b)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// unscaled returns a decimal's digits as an integer.
func unscaled(v parquet.Value) *big.Int {
	if k := v.Kind(); k == parquet.Int32 || k == parquet.Int64 {
		return big.NewInt(integer(v))
	}
	b := v.ByteArray() // two's complement, the highest byte first
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return n
}

// decimal returns n/10^scale, with that many digits behind the point.
func decimal(n *big.Int, scale int) any {
	const longest = 1000 // digits behind the point; a scale that is larger is damage
	if scale < 0 || scale > longest {
		return nil
	}
	digits := new(big.Int).Abs(n).String()
	for len(digits) <= scale {
		digits = "0" + digits
	}
	if whole := len(digits) - scale; scale > 0 {
		digits = digits[:whole] + "." + digits[whole:]
	}
	if n.Sign() < 0 {
		digits = "-" + digits
	}
	number, _ := value.ParseNumber(digits)
	return number
}

// legacyTimestamp converts an INT96: nanoseconds of the day, then the Julian day.
func legacyTimestamp(v parquet.Value) any {
	const epoch = 2440588 // the Julian day of 1970-01-01
	b := v.Int96()
	var raw [12]byte
	for i, word := range b {
		binary.LittleEndian.PutUint32(raw[4*i:], word)
	}
	nanos := int64(binary.LittleEndian.Uint64(raw[:8]))
	day := int64(int32(binary.LittleEndian.Uint32(raw[8:])))
	return (day-epoch)*86_400_000 + floorDiv(nanos, int64(time.Millisecond))
}

// floorDiv divides and rounds down, also below zero; a divisor of 0 is 1.
func floorDiv(n, by int64) int64 {
	by = max(by, 1)
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
