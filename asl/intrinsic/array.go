package intrinsic

import (
	"bytes"
	"fmt"

	"github.com/stepwise-go/stepwise/asl/value"
)

// maxPayload is the size of the arrays that some functions take, in bytes of JSON.
const maxPayload = 256 << 10

func payload(v any) error {
	if !within(v, maxPayload) {
		return fmt.Errorf("it is larger than %d KiB", maxPayload>>10)
	}
	return nil
}

func array(_ *Call, _ *Env, args []any) (any, error) { return args, nil }

func arrayLength(_ *Call, _ *Env, args []any) (any, error) {
	return int64(len(args[0].([]any))), nil
}

// arrayGetItem returns null, as the service does, for any index into an empty array.
func arrayGetItem(_ *Call, _ *Env, args []any) (any, error) {
	list, i := args[0].([]any), integer(args[1])
	if len(list) == 0 {
		return nil, nil
	}
	if i >= int64(len(list)) {
		return nil, fmt.Errorf("index: there is no element %d in an array of %d", i, len(list))
	}
	return list[i], nil
}

func arrayPartition(_ *Call, _ *Env, args []any) (any, error) {
	list, size := args[0].([]any), integer(args[1])
	n := int(min(size, int64(max(len(list), 1))))
	parts := make([]any, 0, (len(list)+n-1)/n)
	for len(list) > n {
		parts = append(parts, list[:n:n])
		list = list[n:]
	}
	if len(list) > 0 {
		parts = append(parts, list)
	}
	return parts, nil
}

// maxRange is the length of the longest array that States.ArrayRange makes.
const maxRange = 1000

func arrayRange(_ *Call, _ *Env, args []any) (any, error) {
	first, last, step := integer(args[0]), integer(args[1]), integer(args[2])
	if first != last && first < last != (step > 0) {
		return []any{}, nil
	}
	count := (last-first)/step + 1
	if count > maxRange {
		return nil, fmt.Errorf("the range has %d numbers, more than %d", count, maxRange)
	}
	list := make([]any, count)
	for i := range list {
		list[i] = first + int64(i)*step
	}
	return list, nil
}

// arrayContains compares values by their text, as the service does: the number 1 is
// found in ["1"], and an object only with its members in the same order.
func arrayContains(_ *Call, _ *Env, args []any) (any, error) {
	wanted := appendText(nil, args[1], maxResult)
	var text []byte
	for _, e := range args[0].([]any) {
		text = appendText(text[:0], e, len(wanted))
		if bytes.Equal(text, wanted) {
			return true, nil
		}
	}
	return false, nil
}

func arrayUnique(_ *Call, _ *Env, args []any) (any, error) {
	return value.HashSet(args[0].([]any)), nil
}
