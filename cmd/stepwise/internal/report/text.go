package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// Style says how findings are printed for people.
type Style struct {
	Short  bool // a line each, without the excerpt
	Colour bool
}

// The colours of a terminal, as ECMA-48 has them.
const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	reset  = "\x1b[0m"
)

// Text prints the findings for people: a line for each and, unless the style is
// short, the line of the file that is meant, underlined.
func (r *Report) Text(w io.Writer, style Style) error {
	b := bufio.NewWriter(w)
	for i := range r.Findings {
		f := &r.Findings[i]
		start, end := "", ""
		if style.Colour {
			start, end = colour(f.Severity), reset
		}
		if f.Position.IsValid() {
			fmt.Fprintf(b, "%s: ", printable(f.Position.String()))
		}
		fmt.Fprintf(b, "%s%s:%s %s [%s]\n", start, f.Severity, end, printable(f.text()), f.Code)
		if !style.Short {
			r.excerpt(b, f.Position, start, end)
		}
		for _, also := range f.Related {
			fmt.Fprintf(b, "\t%s: %s\n", printable(also.Position.String()), printable(also.Message))
		}
	}
	return b.Flush()
}

func colour(s diag.Severity) string {
	if s == diag.Warning {
		return yellow
	}
	return red
}

// excerpt prints the line of a place, with a mark under what is meant.
func (r *Report) excerpt(w io.Writer, p diag.Position, start, end string) {
	if p.Line == 0 || r.Line == nil {
		return
	}
	line, ok := r.Line(p.File, p.Line)
	if !ok {
		return
	}
	if p.Column == 0 {
		shown, _, _ := window(line, 0, 0)
		fmt.Fprintf(w, "%6d | %s\n", p.Line, shown)
		return
	}
	from := min(p.Column-1, len(line))
	shown, before, marked := window(line, from, from+tokenLength(line[from:]))
	mark := strings.Repeat(" ", before) + start + "^" + strings.Repeat("~", max(marked-1, 0)) + end
	fmt.Fprintf(w, "%6d | %s\n       | %s\n", p.Line, shown, mark)
}

// longestToken bounds how far the end of what is meant is sought.
const longestToken = 1000

// tokenLength returns how many bytes what is meant has: a string in quotes, which may
// be escaped where a definition stands in a string itself, or a word.
func tokenLength(text string) int {
	text = text[:min(len(text), longestToken)]
	for _, quote := range []string{`\"`, `"`, `'`} {
		if rest, ok := strings.CutPrefix(text, quote); ok {
			if at := closing(rest, quote); at >= 0 {
				return len(quote) + at + len(quote)
			}
			return len(quote)
		}
	}
	if strings.HasPrefix(text, "${") {
		return strings.IndexByte(text, '}') + 1
	}
	switch end := strings.IndexAny(text, " \t,:{}[]\"\\"); end {
	case -1:
		return len(text)
	case 0:
		return 1
	default:
		return end
	}
}

// closing returns where the closing quote of a string is, or -1.
func closing(text, quote string) int {
	for at := 0; at < len(text); at++ {
		switch {
		case strings.HasPrefix(text[at:], quote):
			return at
		case text[at] == '\\':
			at++
		}
	}
	return -1
}

// The widest part of a line that is shown, and how much of it stands before what is
// meant.
const (
	widest = 120
	lead   = 40
)

// window returns the part of a line around the bytes from one offset to another as it
// can be shown, with how many characters of it stand before them and how many they
// are.
func window(line string, from, to int) (shown string, before, marked int) {
	start := 0
	if from > widest-lead {
		// Only so much is looked at: a file may be one line.
		start = from
		for range lead {
			_, size := utf8.DecodeLastRuneInString(line[:start])
			start -= size
		}
	}
	head := line[start:from]
	rest := line[from:]
	if room := widest - utf8.RuneCountInString(head); runesFit(rest, room) < len(rest) {
		rest = rest[:runesFit(rest, room)]
		shown = printable(rest) + "..."
	} else {
		shown = printable(rest)
	}
	before = utf8.RuneCountInString(head)
	shown = printable(head) + shown
	if start > 0 {
		shown, before = "..."+shown, before+len("...")
	}
	return shown, before, utf8.RuneCountInString(rest[:min(to-from, len(rest))])
}

// runesFit returns how many bytes the first characters of a text have, at most count of
// them.
func runesFit(text string, count int) int {
	at := 0
	for range count {
		_, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 {
			break
		}
		at += size
	}
	return at
}

// printable returns a text with a blank in the place of every character that would move
// the cursor or command the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}
