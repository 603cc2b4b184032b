// Package fn has the functions that a state machine can call, with Go types: the
// 18 intrinsic functions of the States Language. A JSONPath state writes them as
// such, a JSONata state with the functions of its own language.
//
//	fn.Format("s3://{}/{}", bucket, key) // States.Format('s3://{}/{}', $.Bucket, $.Key)
//	                                     // 's3://' & $states.input.Bucket & '/' & $states.input.Key
//
// What they return is a [dsl.Ref] like any other. In a JSONPath state a function
// can stand in an [dsl.Object] or in what [dsl.Build] makes, in Assign, and as the
// error or the cause of a Fail; it cannot stand where the language wants a path.
// Functions of JSONata alone are called with [dsl.Call] or [dsl.Expr].
//
// The two languages agree on ordinary arguments. They differ on some others:
// where an integer is wanted, JSONPath states round a fraction half up and JSONata
// states round it down; the limits on sizes hold for intrinsic functions only
// (Step Functions Developer Guide, "Intrinsic functions" and "Transforming data
// with JSONata").
package fn

import "github.com/stepwise-go/stepwise/dsl"

// call calls an intrinsic function. A nil operand becomes the zero Ref, which the
// builder reports; as a mere nil it would pass for the constant null.
func call[T any](name string, operands ...dsl.Operand) dsl.Ref[T] {
	args := make([]any, len(operands))
	for i, o := range operands {
		args[i] = dsl.Operand(dsl.Ref[any]{})
		if o != nil {
			args[i] = o
		}
	}
	return dsl.Call[T](name, args...)
}

// Format returns a text with the values in the places of {}, in their order. The
// template is a constant; \{ and \} are braces themselves, \\ a backslash. Values
// are Operands or constants: strings, numbers, booleans or null.
func Format(template string, values ...any) dsl.Ref[string] {
	return dsl.Call[string]("States.Format", append([]any{template}, values...)...)
}

// JSON returns the JSON text of a value.
func JSON(v dsl.Operand) dsl.Ref[string] { return call[string]("States.JsonToString", v) }

// Parse returns the value of a JSON text, taken to be a T.
func Parse[T any](text dsl.Value[string]) dsl.Ref[T] { return call[T]("States.StringToJson", text) }

// UUID returns a new random UUID, version 4.
func UUID() dsl.Ref[string] { return call[string]("States.UUID") }

// Hash returns the hash of a value in lower-case hexadecimal digits. The algorithm
// is MD5, SHA-1, SHA-256, SHA-384 or SHA-512. What is no string is hashed as its
// JSON text, in which the two languages order the members of an object
// differently.
func Hash(v dsl.Operand, algorithm string) dsl.Ref[string] {
	return call[string]("States.Hash", v, dsl.Const(algorithm))
}

// Base64 returns a text in Base64.
func Base64(text dsl.Value[string]) dsl.Ref[string] {
	return call[string]("States.Base64Encode", text)
}

// Unbase64 returns the text that is given in Base64.
func Unbase64(text dsl.Value[string]) dsl.Ref[string] {
	return call[string]("States.Base64Decode", text)
}

// Split returns the pieces of a text between any of the characters of delimiters,
// without empty pieces. In a JSONata state the delimiters must be a constant.
func Split(text dsl.Value[string], delimiters string) dsl.Ref[[]string] {
	return call[[]string]("States.StringSplit", text, dsl.Const(delimiters))
}

// Number is the types of numbers.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Add returns the sum of two numbers. In a JSONPath state they have to be
// integers, and they and the sum within 32 bits.
func Add[N Number](a, b dsl.Value[N]) dsl.Ref[N] { return call[N]("States.MathAdd", a, b) }

// Random returns a random integer from least up to, but not including, below.
func Random(least, below dsl.Value[int]) dsl.Ref[int] {
	return call[int]("States.MathRandom", least, below)
}

// RandomSeeded is [Random] that gives the same number for the same seed.
func RandomSeeded(least, below, seed dsl.Value[int]) dsl.Ref[int] {
	return call[int]("States.MathRandom", least, below, seed)
}

// Array returns the list of some values.
func Array[T any](items ...dsl.Value[T]) dsl.Ref[[]T] {
	operands := make([]dsl.Operand, len(items))
	for i, item := range items {
		operands[i] = item
	}
	return call[[]T]("States.Array", operands...)
}

// Len returns how many elements a list has.
func Len[L ~[]E, E any](list dsl.Value[L]) dsl.Ref[int] {
	return call[int]("States.ArrayLength", list)
}

// Element returns the element of a list at an index that is known only at run
// time, counted from 0; see [dsl.Index].
func Element[L ~[]E, E any](list dsl.Value[L], i dsl.Value[int]) dsl.Ref[E] {
	return call[E]("States.ArrayGetItem", list, i)
}

// Contains reports whether a value is an element of a list.
func Contains[L ~[]E, E any](list dsl.Value[L], v dsl.Value[E]) dsl.Ref[bool] {
	return call[bool]("States.ArrayContains", list, v)
}

// Unique returns a list without the elements that are equal to another one.
func Unique[L ~[]E, E any](list dsl.Value[L]) dsl.Ref[L] {
	return call[L]("States.ArrayUnique", list)
}

// Partition returns a list cut into lists of a size; the last may be shorter.
func Partition[L ~[]E, E any](list dsl.Value[L], size dsl.Value[int]) dsl.Ref[[]L] {
	return call[[]L]("States.ArrayPartition", list, size)
}

// Range returns the integers from first to last by a step, which may be negative;
// at most 1,000.
func Range(first, last, step dsl.Value[int]) dsl.Ref[[]int] {
	return call[[]int]("States.ArrayRange", first, last, step)
}

// Merge returns an object, taken to be a T, with the members of two objects; of
// members of one name it has b's.
func Merge[T any](a, b dsl.Operand) dsl.Ref[T] {
	return call[T]("States.JsonMerge", a, b, dsl.Const(false))
}
