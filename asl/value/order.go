package value

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
)

// HashOrder returns the names, which must be distinct, in the order in which a
// java.util.HashMap that they were put into one after the other yields them. That
// is the order in which Step Functions writes the members of an object that it
// assembled in such a map: the dynamic members of a payload template, the result
// of States.JsonMerge, an item of a CSV file.
func HashOrder(names []string) []string {
	codes := make([]uint32, len(names))
	for i, name := range names {
		codes[i] = stringHash(name)
	}
	buckets := leastBuckets
	for len(names) > buckets/4*3 {
		buckets *= 2
	}
	return bucketOrder(names, codes, buckets)
}

// HashSet returns the distinct values of a list in the order in which a
// java.util.HashSet made of it yields them, as States.ArrayUnique does. Values are
// the same by the rules of Java: objects whatever the order of their members, but
// the integer 1 and the fraction 1.0 are two values.
func HashSet(values []any) []any {
	var (
		distinct []any
		codes    []uint32
		key      []byte
		seen     = make(map[string]bool, len(values))
	)
	for _, v := range values {
		// Hash codes of Java are easily made to collide, these keys are not.
		key = appendJavaKey(key[:0], v)
		if seen[string(key)] {
			continue
		}
		seen[string(key)] = true
		distinct = append(distinct, v)
		codes = append(codes, javaHash(v))
	}
	buckets := leastBuckets
	for len(values) >= buckets/4*3 { // a set made of a list has room for all of it from the start
		buckets *= 2
	}
	return bucketOrder(distinct, codes, buckets)
}

// leastBuckets is the number of buckets that a HashMap starts with. It doubles
// whenever they are more than three quarters full.
const leastBuckets = 16

// bucketOrder returns the items, whose hash codes are given, in the order of their
// buckets, a power of two in number. Inside a bucket they keep their order.
func bucketOrder[T any](items []T, codes []uint32, buckets int) []T {
	type slot struct{ bucket, item int }
	slots := make([]slot, len(items))
	for i, code := range codes {
		slots[i] = slot{int(code^code>>16) & (buckets - 1), i}
	}
	slices.SortFunc(slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.bucket, b.bucket), cmp.Compare(a.item, b.item))
	})
	ordered := make([]T, len(items))
	for i, s := range slots {
		ordered[i] = items[s.item]
	}
	return ordered
}

// stringHash is the hashCode of java.lang.String.
func stringHash(s string) uint32 {
	var h uint32
	for _, r := range s {
		if utf16.RuneLen(r) == 2 {
			high, low := utf16.EncodeRune(r)
			h, r = 31*h+uint32(high), low
		}
		h = 31*h + uint32(r)
	}
	return h
}

// javaHash is the hashCode of a value as the Java classes of its kind compute it:
// Boolean, Integer, Long and Double, String, List and Map.
func javaHash(v any) uint32 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1231
		}
		return 1237
	case int64:
		if v == int64(int32(v)) {
			return uint32(v)
		}
		return uint32(v) ^ uint32(v>>32)
	case float64, Number:
		f, _ := Float(v)
		bits := math.Float64bits(f)
		return uint32(bits) ^ uint32(bits>>32)
	case string:
		return stringHash(v)
	case []any:
		h := uint32(1)
		for _, e := range v {
			h = 31*h + javaHash(e)
		}
		return h
	case *Object:
		h := uint32(0)
		for m := range v.Members() {
			h += stringHash(m.Name) ^ javaHash(m.Value)
		}
		return h
	}
	return 0 // null
}

// appendJavaKey appends a text that two values have in common if Java finds them
// equal.
func appendJavaKey(dst []byte, v any) []byte {
	switch v := v.(type) {
	case float64:
		return AppendFloat(append(dst, 'd'), v)
	case Number:
		if strings.ContainsAny(string(v), ".eE") {
			f, _ := Float(v)
			return AppendFloat(append(dst, 'd'), f)
		}
	case []any:
		for _, e := range v {
			dst = appendJavaKey(append(dst, '['), e)
		}
		return append(dst, ']')
	case *Object:
		members := slices.SortedFunc(v.Members(), func(a, b Member) int { return cmp.Compare(a.Name, b.Name) })
		for _, m := range members {
			dst = AppendString(append(dst, '{'), m.Name)
			dst = appendJavaKey(dst, m.Value)
		}
		return append(dst, '}')
	}
	return Append(dst, v)
}
