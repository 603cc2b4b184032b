package ecma

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// set is a set of characters.
type set struct {
	ranges  []span
	negated bool
	folded  bool      // case makes no difference
	ascii   [2]uint64 // the ASCII characters that are in it, once settled
}

type span struct{ low, high rune }

func (s *set) add(low, high rune) { s.ranges = append(s.ranges, span{low, high}) }

func (s *set) addAtom(r rune, inner *set) {
	if inner == nil {
		s.add(r, r)
		return
	}
	if !inner.negated {
		s.ranges = append(s.ranges, inner.ranges...)
		return
	}
	low := rune(0)
	for _, in := range inner.ranges {
		if in.low > low {
			s.add(low, in.low-1)
		}
		low = in.high + 1
	}
	s.add(low, unicode.MaxRune)
}

// settle prepares the set for use.
func (s *set) settle(fold bool) {
	s.folded = fold
	slices.SortFunc(s.ranges, func(a, b span) int { return int(a.low - b.low) })
	merged := s.ranges[:0]
	for _, r := range s.ranges {
		if n := len(merged); n > 0 && r.low <= merged[n-1].high+1 {
			merged[n-1].high = max(merged[n-1].high, r.high)
		} else {
			merged = append(merged, r)
		}
	}
	s.ranges = merged
	for r := range rune(utf8.RuneSelf) {
		if s.search(r) {
			s.ascii[r/64] |= 1 << (r % 64)
		}
	}
}

// has reports whether the set holds a character.
func (s *set) has(r rune) bool {
	if r < utf8.RuneSelf {
		return s.ascii[r/64]&(1<<(r%64)) != 0
	}
	return s.search(r)
}

func (s *set) search(r rune) bool {
	found := s.within(r)
	if s.folded && !found {
		want := canonical(r)
		for f := unicode.SimpleFold(r); f != r && !found; f = unicode.SimpleFold(f) {
			found = canonical(f) == want && s.within(f)
		}
	}
	return found != s.negated
}

func (s *set) within(r rune) bool {
	_, found := slices.BinarySearchFunc(s.ranges, r, func(in span, r rune) int {
		switch {
		case in.high < r:
			return -1
		case in.low > r:
			return 1
		}
		return 0
	})
	return found
}

// canonical returns the character that stands for all that differ from it in case
// only: the upper case, if that is one character and does not leave the others
// beyond ASCII.
func canonical(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}
	u := unicode.ToUpper(r)
	if u < utf8.RuneSelf {
		return r
	}
	return u
}

func newSet(negated bool, bounds ...rune) *set {
	s := &set{negated: negated}
	for i := 0; i < len(bounds); i += 2 {
		s.add(bounds[i], bounds[i+1])
	}
	s.settle(false)
	return s
}

var (
	lineEnds = []rune{'\n', '\n', '\r', '\r', '\u2028', '\u2029'}
	spaces   = []rune{
		'\t', '\r', ' ', ' ', '\u00a0', '\u00a0', '\u1680', '\u1680', '\u2000', '\u200a', '\u2028', '\u2029',
		'\u202f', '\u202f', '\u205f', '\u205f', '\u3000', '\u3000', '\ufeff', '\ufeff',
	}
	digits = []rune{'0', '9'}
	words  = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
)

var (
	dot     = newSet(true, lineEnds...)
	classes = map[byte]*set{
		'd': newSet(false, digits...), 'D': newSet(true, digits...),
		's': newSet(false, spaces...), 'S': newSet(true, spaces...),
		'w': newSet(false, words...), 'W': newSet(true, words...),
	}
)
