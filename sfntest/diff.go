package sfntest

import (
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/stepwise-go/stepwise/asl/value"
)

// differences returns what differs between two Go values as JSON, line by line:
// -want +got. It is "" if nothing does.
func differences(want, got any) (string, error) {
	w, err := value.From(want)
	if err != nil {
		return "", err
	}
	g, err := value.From(got)
	if err != nil || value.Equal(w, g) {
		return "", err
	}
	return lineDiff(value.Indent(value.Sorted(w)), value.Indent(value.Sorted(g))), nil
}

// listDifferences returns what differs between two lists. If they are not of one
// length, it shows each element as a line.
func listDifferences[T any](want, got []T) (string, error) {
	if len(want) == len(got) {
		return differences(anys(want), anys(got))
	}
	w, err := jsonLines(want)
	if err != nil {
		return "", err
	}
	g, err := jsonLines(got)
	return lineDiff(w, g), err
}

func anys[T any](list []T) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

func jsonLines[T any](list []T) (string, error) {
	lines := make([]string, len(list))
	for i, v := range list {
		v, err := value.From(v)
		if err != nil {
			return "", err
		}
		lines[i] = value.String(value.Sorted(v))
	}
	return strings.Join(lines, "\n"), nil
}

// lineDiff compares texts line by line, with some lines around each difference.
func lineDiff(want, got string) string {
	d := string(diff.Diff("want", []byte(ended(want)), "got", []byte(ended(got))))
	var kept []string
	for line := range strings.Lines(d) {
		switch {
		case strings.HasPrefix(line, "diff ") || strings.HasPrefix(line, "--- want") || strings.HasPrefix(line, "+++ got"):
		case strings.HasPrefix(line, "@@") && kept == nil:
		case strings.HasPrefix(line, "@@"):
			kept = append(kept, " ...\n")
		default:
			kept = append(kept, line)
		}
	}
	return strings.TrimSuffix(strings.Join(kept, ""), "\n")
}

// ended returns a text with a line feed at its end, unless it has no lines.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// changes returns how many lines a difference removes and adds.
func changes(diff string) (n int) {
	for line := range strings.Lines(diff) {
		if line[0] == '-' || line[0] == '+' {
			n++
		}
	}
	return n
}

func indent(text string) string { return "\t" + strings.ReplaceAll(text, "\n", "\n\t") }
