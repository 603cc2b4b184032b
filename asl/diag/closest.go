package diag

import (
	"iter"
	"strings"
)

// Closest returns the candidate that somebody who wrote name most likely meant, or
// "" if none is near: one that differs in case only, else the first of those
// that differ by the fewest insertions, deletions, replacements and swaps of
// neighbouring characters, up to a third of the name's length.
func Closest(name string, candidates iter.Seq[string]) string {
	best, limit := "", len(name)/3+1
	if len(name) <= 2 {
		limit = 1
	}
	for c := range candidates {
		if strings.EqualFold(c, name) {
			return c
		}
		if abs(len(c)-len(name)) >= limit {
			continue
		}
		if n := distance(name, c); n < limit {
			best, limit = c, n
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// distance returns the edit distance of two texts, by bytes (optimal string
// alignment).
func distance(a, b string) int {
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}
