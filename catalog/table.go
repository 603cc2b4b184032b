package catalog

import (
	"archive/zip"
	_ "embed"
	"io"
	"iter"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// tableText is an archive with an entry of text for each service: sdk/ and the
// name of a service of the AWS SDK integrations, opt/ and one of the optimized
// integrations, iam/ and a prefix of IAM actions. Package gen writes it.
//
//go:embed table.zip
var tableText string

// table is an archive of blocks, each read when it is first asked for.
type table struct {
	entries map[string]*entry
}

type entry struct {
	file *zip.File
	once sync.Once
	text string
}

var embedded = sync.OnceValue(func() *table { return openTable(tableText) })

// openTable opens an archive; one that is none has no entries.
func openTable(text string) *table {
	t := &table{entries: map[string]*entry{}}
	archive, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		return t
	}
	for _, f := range archive.File {
		t.entries[f.Name] = &entry{file: f}
	}
	return t
}

// largest is far more than any entry's size, so that an archive that lies does not
// fill the memory.
const largest = 16 << 20

// read returns the text of an entry, or "" if there is none or it is broken.
func (t *table) read(name string) string {
	if e := t.entries[name]; e != nil {
		return e.read()
	}
	return ""
}

func (e *entry) read() string {
	e.once.Do(func() {
		r, err := e.file.Open()
		if err != nil {
			return
		}
		defer r.Close()
		text := new(strings.Builder)
		text.Grow(int(min(e.file.UncompressedSize64, largest)))
		// The archive's sum is looked at when its end is reached, and a text that
		// has as many bytes as the limit may go on.
		if n, err := io.Copy(text, io.LimitReader(r, largest)); err == nil && n < largest {
			e.text = text.String()
		}
	})
	return e.text
}

// names yields the names of the entries below a folder, such as sdk/.
func (t *table) names(folder string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range t.entries {
			if rest, ok := strings.CutPrefix(name, folder); ok && !yield(rest) {
				return
			}
		}
	}
}

// lines are the lines of a text, found without cutting it.
type lines struct {
	text  string
	start []int32 // of each line, and of the one after the last
}

func splitLines(text string) lines {
	l := lines{text: text, start: make([]int32, 1, strings.Count(text, "\n")+1)}
	for at := 0; at < len(text); {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		l.start = append(l.start, int32(at))
	}
	return l
}

func (l lines) len() int { return len(l.start) - 1 }

func (l lines) at(i int) string { return l.text[l.start[i] : l.start[i+1]-1] }

// section is a run of lines.
type section struct {
	lines
	from, n int
}

// section returns n lines from a line, as many of them as there are.
func (l lines) section(from, n int) section {
	from = min(max(from, 0), l.len())
	return section{l, from, min(max(n, 0), l.len()-from)}
}

// line returns a line of the section, or "" where there is none.
func (s section) line(i int) string {
	if i < 0 || i >= s.n {
		return ""
	}
	return s.at(s.from + i)
}

// find returns the line that starts with the word, in a section that is sorted by
// first words.
func (s section) find(word string) (line string, ok bool) {
	i := sort.Search(s.n, func(i int) bool { return firstWord(s.line(i)) >= word })
	line = s.line(i)
	return line, line != "" && firstWord(line) == word
}

// all yields the section's lines.
func (s section) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range s.n {
			if !yield(s.line(i)) {
				return
			}
		}
	}
}

func (s section) firstWords() []string {
	words := make([]string, s.n)
	for i := range words {
		words[i] = firstWord(s.line(i))
	}
	return words
}

func firstWord(line string) string {
	word, _, _ := strings.Cut(line, " ")
	return word
}

// cutWord takes the first word off a line.
func cutWord(line *string) string {
	word, rest, _ := strings.Cut(*line, " ")
	*line = rest
	return word
}

// number returns the number that a word is, or -1.
func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// list returns the words of a field of words with commas, in which a dash stands
// for none.
func list(field string) []string {
	if field == "" || field == "-" {
		return nil
	}
	return strings.Split(field, ",")
}
