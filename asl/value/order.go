package value

import (
	"slices"
	"unicode/utf16"
)

// HashOrder returns the names, which must be distinct, in the order in which a
// java.util.HashMap that they were put into one after the other yields them. That
// is the order in which Step Functions writes the members of an object that it
// assembled in such a map: the dynamic members of a payload template, the result
// of States.JsonMerge, an item of a CSV file.
func HashOrder(names []string) []string {
	capacity := 16
	for len(names) > capacity/4*3 {
		capacity *= 2
	}
	type slot struct {
		bucket uint32
		name   string
	}
	slots := make([]slot, len(names))
	for i, name := range names {
		h := hashCode(name)
		slots[i] = slot{(h ^ h>>16) & uint32(capacity-1), name}
	}
	// Inside a bucket names keep the order in which they were put in.
	slices.SortStableFunc(slots, func(a, b slot) int { return int(a.bucket) - int(b.bucket) })
	ordered := make([]string, len(names))
	for i, s := range slots {
		ordered[i] = s.name
	}
	return ordered
}

// hashCode is java.lang.String.hashCode.
func hashCode(s string) uint32 {
	var h uint32
	for _, r := range s {
		if hi, lo := utf16.EncodeRune(r); hi != 0xfffd {
			h = 31*(31*h+uint32(hi)) + uint32(lo)
			continue
		}
		h = 31*h + uint32(r)
	}
	return h
}
