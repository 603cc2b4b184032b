package jsonata

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"sync"

	"github.com/stepwise-go/stepwise/asl/value"
)

// StepFunctions makes expressions those of AWS Step Functions: it adds the functions
// $partition, $range, $hash, $random(seed), $uuid and $parse, and takes away
// $eval. ("Transforming data with JSONata in Step Functions", developer guide.)
// The service has no input document: evaluate with [Undefined]{} as input.
//
// What the guide does not say is as measured with TestState: $random(seed) is the
// first nextDouble of java.util.Random, numbers that have to be integers lose their
// fraction, $range has no limit of its own. An infinity or NaN in a result is the
// string "Infinity", "-Infinity" or "NaN". Evaluations are at most [StatesMaxDepth]
// levels deep, and no array or string may take more than [StatesMaxMemory] bytes,
// eight for each item of an array; options that follow may set other limits.
func StepFunctions() Option {
	return func(c *config) {
		c.functions = statesFunctions()
		c.states = true
		c.maxDepth, c.maxHeld = StatesMaxDepth, StatesMaxMemory
		c.maxSteps = statesMaxSteps
	}
}

// Limits of an evaluation in Step Functions.
const (
	StatesMaxDepth  = 100
	StatesMaxMemory = 873_782 * heldItem
)

// statesMaxSteps ends an evaluation within a few seconds, as the service does.
const statesMaxSteps = 20_000_000

// heldItem is how many bytes the service counts for an array's item.
const heldItem = 8

var statesFunctions = sync.OnceValue(func() map[string]*native {
	table := maps.Clone(standardFunctions())
	delete(table, "eval")
	maps.Copy(table, functionTable([]entry{
		{"partition", "<an:a>", 2, partition, "the array in parts of that many items"},
		{"range", "<nnn:a<n>>", 3, rangeOf, "the numbers from a first to a last, by a step"},
		{"hash", "<ss:s>", 2, hash, "the hash of a text, in hexadecimal: by MD5, SHA-1, SHA-256, SHA-384 or SHA-512"},
		{"random", "<n?:n>", 1, seededRandom, "a random number from 0 to below 1, the same for the same seed"},
		{"uuid", "<:s>", 0, uuid, "a random UUID, version 4"},
		{"parse", "<s:x>", 1, parseJSON, "the value of a JSON text"},
	}))
	return table
})

// Define adds a function that is written in Go. Its signature is as a lambda may
// have it, such as <s-n?:s>: arguments that do not match give the error T0410. The
// function gets values of package value, or Undefined{} or Function{}, and returns
// Undefined{} or any value that [value.From] takes. An error that is no *[Error] gets the code D3137,
// that of $error, and is found by errors.Is and errors.As. The function is called
// from every goroutine that evaluates an expression.
func Define(name, signature, doc string, fn func(ctx context.Context, args []any) (any, error)) Option {
	return func(c *config) {
		sig, err := parseSignature(signature)
		if err != nil {
			c.err = err
			return
		}
		c.functions = maps.Clone(c.functions)
		c.functions[name] = &native{name: name, signature: sig, length: len(sig.params), fn: foreign(fn, len(sig.params)), doc: doc}
	}
}

// foreign makes a native function of one that knows nothing of evaluations, and
// expects an argument for each parameter.
func foreign(fn func(context.Context, []any) (any, error), params int) nativeFunc {
	return func(c call, args []any) (any, *Error) {
		plain := make([]any, max(len(args), params))
		for i := len(args); i < params; i++ {
			plain[i] = Undefined{}
		}
		for i, a := range args {
			var err *Error
			if plain[i], err = c.export(a); err != nil {
				return nil, err
			}
		}
		v, err := fn(c.ctx, plain)
		if err == nil {
			v, err = returned(v)
		}
		switch err := err.(type) {
		case nil:
			return v, c.built(1)
		case *Error:
			return nil, err
		default:
			e := newError("D3137")
			e.inserts.message = err.Error()
			e.cause = err
			return nil, e
		}
	}
}

// returned makes a value of package value of what a function of the user returns.
func returned(v any) (any, error) {
	switch v.(type) {
	case undefined:
		return v, nil
	case Function:
		return nil, errors.New("a function written in Go cannot return a function")
	}
	return value.From(v)
}

func partition(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	size, _ := numberArgument(args, 1)
	n := toInt(size)
	switch {
	case !ok:
		return undefined{}, nil
	case n <= 0:
		return nil, ownError("Second argument of partition function must be a positive integer")
	}
	parts := make([]any, 0, (len(items)-1)/n+1)
	for len(items) > 0 {
		n := min(n, len(items))
		parts = append(parts, items[:n:n])
		items = items[n:]
	}
	if err := c.spend(len(parts)); err != nil {
		return nil, err
	}
	c.containers += len(parts)
	return parts, c.built(2 * len(parts))
}

func rangeOf(c call, args []any) (any, *Error) {
	first, ok1 := numberArgument(args, 0)
	last, ok2 := numberArgument(args, 1)
	step, ok3 := numberArgument(args, 2)
	if !ok1 || !ok2 || !ok3 {
		return undefined{}, nil
	}
	first, last, step = math.Trunc(first), math.Trunc(last), math.Trunc(step)
	if step == 0 {
		return nil, ownError("Third argument of range function must be an integer other than zero")
	}
	n := math.Floor((last-first)/step) + 1
	switch {
	case !(n >= 1):
		return newSequence(), nil
	case n > longestRange:
		return nil, errorOf("D2014", canonical(n))
	}
	if err := c.spend(int(n)); err != nil {
		return nil, err
	}
	if err := c.built(int(n)); err != nil {
		return nil, err
	}
	items := make([]any, int(n))
	for i := range items {
		items[i] = c.number(first + float64(i)*step)
	}
	return newSequence(items...), nil
}

func hash(_ call, args []any) (any, *Error) {
	s, ok1 := stringArgument(args, 0)
	algorithm, ok2 := stringArgument(args, 1)
	if !ok1 || !ok2 {
		return undefined{}, nil
	}
	var sum []byte
	switch algorithm {
	case "MD5":
		h := md5.Sum([]byte(s))
		sum = h[:]
	case "SHA-1":
		h := sha1.Sum([]byte(s))
		sum = h[:]
	case "SHA-256":
		h := sha256.Sum256([]byte(s))
		sum = h[:]
	case "SHA-384":
		h := sha512.Sum384([]byte(s))
		sum = h[:]
	case "SHA-512":
		h := sha512.Sum512([]byte(s))
		sum = h[:]
	default:
		return nil, ownError("Second argument of hash function must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512. Given %q", algorithm)
	}
	return hex.EncodeToString(sum), nil
}

func seededRandom(c call, args []any) (any, *Error) {
	seed, ok := numberArgument(args, 0)
	if !ok {
		return random(c, nil)
	}
	r := newJavaRandom(int64(toInt(seed)))
	return c.number(r.float64()), nil
}

// javaRandom is the linear congruential generator of java.util.Random, whose state
// has 48 bits.
type javaRandom uint64

const (
	javaMultiplier = 0x5DEECE66D
	javaIncrement  = 0xB
	javaMask       = 1<<48 - 1
)

func newJavaRandom(seed int64) javaRandom {
	return javaRandom((uint64(seed) ^ javaMultiplier) & javaMask)
}

// next returns the so many highest bits of the next state.
func (r *javaRandom) next(bits int) uint64 {
	*r = (*r*javaMultiplier + javaIncrement) & javaMask
	return uint64(*r) >> (48 - bits)
}

// float64 is nextDouble: a number of 53 random bits from 0 to below 1.
func (r *javaRandom) float64() float64 {
	high := r.next(26)
	return float64(high<<27|r.next(27)) / (1 << 53)
}

func uuid(c call, _ []any) (any, *Error) {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], c.rand().Uint64())
	binary.BigEndian.PutUint64(b[8:], c.rand().Uint64())
	b[6] = b[6]&0x0F | 0x40 // version 4
	b[8] = b[8]&0x3F | 0x80 // RFC 9562 variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

func parseJSON(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if err := c.allocate(len(s) * itemSize / 2); err != nil {
		return nil, err
	}
	v, err := value.Parse(s)
	if err != nil {
		return nil, ownError("Argument of parse function must be JSON: %v", err)
	}
	c.containers++
	return v, nil
}
