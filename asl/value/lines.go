package value

import (
	"slices"
	"strings"
)

// LineColumn returns the line and column of an offset in the text, both from 1,
// the column in bytes. An offset outside the text counts as its nearest end. For
// many offsets in one text use [Lines].
func LineColumn(text string, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}

// Lines answers [LineColumn] for one text in logarithmic time. The zero value
// knows the empty text.
type Lines struct {
	feeds []int // offsets of the line feeds
	size  int
}

// NewLines returns the lines of a text.
func NewLines(text string) Lines {
	l := Lines{feeds: make([]int, 0, strings.Count(text, "\n")), size: len(text)}
	for at := range len(text) {
		if text[at] == '\n' {
			l.feeds = append(l.feeds, at)
		}
	}
	return l
}

// LineColumn returns the line and column of an offset as the function of that name
// does.
func (l Lines) LineColumn(offset int) (line, column int) {
	offset = min(max(offset, 0), l.size)
	before, _ := slices.BinarySearch(l.feeds, offset)
	if before == 0 {
		return 1, offset + 1
	}
	return before + 1, offset - l.feeds[before-1]
}
