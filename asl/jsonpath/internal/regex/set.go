package regex

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"
)

// set is a set of characters: sorted ranges, each from an even place to the next,
// both included, none touching another.
type set []rune

var everything = set{0, unicode.MaxRune}

func of(ranges ...rune) set { return set(ranges).normal() }

func single(r rune) set { return set{r, r} }

// normal sorts the ranges and joins those that touch. It may write into s.
func (s set) normal() set {
	pairs := make([][2]rune, len(s)/2)
	for i := range pairs {
		pairs[i] = [2]rune{s[2*i], s[2*i+1]}
	}
	slices.SortFunc(pairs, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	joined := s[:0]
	for _, p := range pairs {
		if n := len(joined); n > 0 && p[0] <= joined[n-1]+1 {
			joined[n-1] = max(joined[n-1], p[1])
			continue
		}
		joined = append(joined, p[0], p[1])
	}
	return joined
}

func (s set) union(t set) set {
	return slices.Concat(s, t).normal()
}

func (s set) complement() set {
	var out set
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

func (s set) intersection(t set) set {
	return s.complement().union(t.complement()).complement()
}

func (s set) has(r rune) bool {
	if len(s) <= 8 {
		for i := 0; i < len(s); i += 2 {
			if r < s[i] {
				return false
			}
			if r <= s[i+1] {
				return true
			}
		}
		return false
	}
	at, exact := slices.BinarySearch(s, r)
	return exact || at%2 == 1
}

// folded adds the other cases of the characters in the set: of ASCII letters, or
// of all.
func (s set) folded(all bool) set {
	candidates := asciiLetters
	switch {
	case len(s) == 2 && s[0] == s[1]:
		candidates = s[:1]
	case all:
		candidates = casedRunes()
	}
	var more set
	for _, r := range candidates {
		if !s.has(r) || !all && r >= utf8.RuneSelf {
			continue
		}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			if all || f < utf8.RuneSelf {
				more = append(more, f, f)
			}
		}
	}
	if more == nil {
		return s
	}
	return s.union(more)
}

var asciiLetters = []rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

// casedRunes are all characters of which there is another case, in their order.
var casedRunes = sync.OnceValue(func() []rune {
	var all []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.SimpleFold(r) != r {
			all = append(all, r)
		}
	}
	return all
})

func ofTables(tables ...*unicode.RangeTable) set {
	var all set
	for _, t := range tables {
		for _, r := range t.R16 {
			all = appendStrided(all, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			all = appendStrided(all, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return all.normal()
}

func appendStrided(s set, lo, hi, stride rune) set {
	if stride == 1 {
		return append(s, lo, hi)
	}
	for r := lo; r <= hi; r += stride {
		s = append(s, r, r)
	}
	return s
}
