package intrinsic

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stepwise-go/stepwise/asl/value"
)

// maxExact bounds the integers that the functions take: within it float64 has every
// one, and differences do not overflow.
const maxExact = 1 << 53

// integer returns a number without its fraction.
func integer(v any) int64 {
	if i, ok := v.(int64); ok {
		return i
	}
	f, _ := value.Float(v)
	return int64(f)
}

// exact accepts numbers that integer can take.
func exact(v any) error {
	if f, _ := value.Float(v); math.Abs(f) > maxExact {
		return fmt.Errorf("%s is out of range", value.String(v))
	}
	return nil
}

func atLeast(least int64) func(any) error {
	return func(v any) error {
		if err := exact(v); err != nil {
			return err
		}
		if integer(v) < least {
			return fmt.Errorf("%s is less than %d", value.String(v), least)
		}
		return nil
	}
}

func notZero(v any) error {
	if err := exact(v); err != nil {
		return err
	}
	if integer(v) == 0 {
		return errors.New("it must not be 0")
	}
	return nil
}

func int32Range(v any) error {
	f, _ := value.Float(v)
	if r := round(f); r < math.MinInt32 || r > math.MaxInt32 {
		return fmt.Errorf("%s is out of the range of 32 bits", value.String(v))
	}
	return nil
}

// round rounds to the nearest whole number, halves up, as Math.round of Java does.
func round(f float64) float64 {
	down := math.Floor(f)
	if f-down >= 0.5 {
		return down + 1
	}
	return down
}

func mathAdd(_ *Call, _ *Env, args []any) (any, error) {
	x, _ := value.Float(args[0])
	y, _ := value.Float(args[1])
	sum := round(x) + round(y)
	if err := int32Range(sum); err != nil {
		return nil, fmt.Errorf("the sum: %w", err)
	}
	return int64(sum), nil
}

func mathRandom(_ *Call, env *Env, args []any) (any, error) {
	start, end := integer(args[0]), integer(args[1])
	if start >= end {
		return nil, fmt.Errorf("there is no integer from %d to below %d", start, end)
	}
	source := env.Rand
	if len(args) == 3 {
		source = rand.NewPCG(uint64(integer(args[2])), 0)
	}
	return start + rand.New(source).Int64N(end-start), nil
}

func uuid(_ *Call, env *Env, _ []any) (any, error) {
	if env.UUID != nil {
		return env.UUID(), nil
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], env.Rand.Uint64())
	binary.BigEndian.PutUint64(b[8:], env.Rand.Uint64())
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // the variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
