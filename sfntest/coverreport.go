package sfntest

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// report returns the coverage as text for people: a line for each workflow, below
// it what was not covered. Files are named from a folder on. Of a state that was
// never entered nothing more is said.
func (c *coverage) report(folder string) string {
	var b strings.Builder
	for _, w := range c.sorted() {
		w.report(&b, folder)
	}
	return b.String()
}

func (w *covered) report(b *strings.Builder, folder string) {
	var all tally
	kinds := map[string]*tally{}
	for _, k := range reported {
		kinds[k.kind] = &tally{}
	}
	kinds[defaultKind] = kinds[ruleKind]
	entered := map[string]bool{}
	for _, p := range w.points {
		all.add(p)
		kinds[p.kind].add(p)
		if p.kind == stateKind {
			entered[p.state] = p.count.Load() > 0
		}
	}
	fmt.Fprintf(b, "workflow %s: %.1f%% covered", w.name, all.percent())
	separator := ": "
	for _, k := range reported {
		if t := kinds[k.kind]; t.all > 0 {
			fmt.Fprintf(b, "%s%d of %d %s", separator, t.covered, t.all, k.plural)
			separator = ", "
		}
	}
	b.WriteByte('\n')
	for _, p := range w.points {
		if p.count.Load() == 0 && (entered[p.state] || p.kind == stateKind) {
			fmt.Fprintf(b, "\t%s%s\n", p.place(folder), p)
		}
	}
}

// reported are the kinds that a report counts.
var reported = []struct{ kind, plural string }{
	{stateKind, "states"}, {transitionKind, "transitions"}, {ruleKind, "choice rules"},
	{retrierKind, "retriers"}, {catcherKind, "catchers"},
}

// place returns where the point is, before a blank.
func (p *point) place(folder string) string {
	at := p.position
	if !at.IsValid() {
		return ""
	}
	if name, err := filepath.Rel(folder, at.File); err == nil {
		at.File = name
	}
	return at.String() + ": "
}

// profile returns the coverage in the form of a profile that go test writes, for
// go tool cover and editors. A block is a line of the Go code that made parts of a
// workflow; its statements are these parts, and it is as covered as the least
// covered of them. Parts that no line of Go made are left out.
func (c *coverage) profile() string {
	lines := map[codeLine]*block{}
	for _, w := range c.sorted() {
		for _, p := range w.points {
			if filepath.Ext(p.position.File) == ".go" {
				line := codeLine{p.position.File, p.position.Line}
				if lines[line] == nil {
					lines[line] = &block{least: p.count.Load()}
				}
				lines[line].parts++
				lines[line].least = min(lines[line].least, p.count.Load())
			}
		}
	}
	source := sources{}
	text := []string{"mode: count\n"}
	for _, at := range sortedLines(lines) {
		first, last := source.columns(at)
		text = append(text, fmt.Sprintf("%s:%d.%d,%d.%d %d %d\n",
			source.importPath(at.file), at.line, first, at.line, last, lines[at].parts, lines[at].least))
	}
	return strings.Join(text, "")
}

type codeLine struct {
	file string
	line int
}

type block struct {
	parts int
	least int64
}

func sortedLines(lines map[codeLine]*block) []codeLine {
	all := make([]codeLine, 0, len(lines))
	for at := range lines {
		all = append(all, at)
	}
	slices.SortFunc(all, func(a, b codeLine) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	return all
}

// sources are the lines of source files, read when they are asked for.
type sources map[string][][]byte

// columns returns the first column of the text in a line and the one behind it.
func (s sources) columns(at codeLine) (first, last int) {
	lines, ok := s[at.file]
	if !ok {
		text, _ := os.ReadFile(at.file) // a file that is not there has no lines
		lines = bytes.Split(text, []byte("\n"))
		s[at.file] = lines
	}
	if at.line > len(lines) {
		return 1, 2
	}
	line := bytes.TrimRight(lines[at.line-1], " \t\r")
	blank := len(line) - len(bytes.TrimLeft(line, " \t"))
	return blank + 1, len(line) + 1
}

// importPath returns a file by the import path of its package, as profiles name
// files. It is the file itself if it is in no module's folder: a build with
// -trimpath has put the import path there already.
func (s sources) importPath(file string) string {
	for folder := filepath.Dir(file); filepath.IsAbs(folder); folder = filepath.Dir(folder) {
		if mod, err := os.ReadFile(filepath.Join(folder, "go.mod")); err == nil {
			if rest, err := filepath.Rel(folder, file); err == nil {
				return path.Join(modulePath(mod), filepath.ToSlash(rest))
			}
		}
		if folder == filepath.Dir(folder) {
			break
		}
	}
	return file
}

// modulePath returns the path that a go.mod file gives its module.
func modulePath(mod []byte) string {
	for line := range strings.Lines(string(mod)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
			return strings.Trim(fields[1], "\"`")
		}
	}
	return ""
}

// data returns the coverage as JSON, in the form that [CoverageMain] describes.
func (c *coverage) data() string {
	source := sources{}
	workflows := []any{}
	for _, w := range c.sorted() {
		points := make([]any, len(w.points))
		for i, p := range w.points {
			points[i] = p.data(source)
		}
		workflows = append(workflows, value.NewObject(
			value.Member{Name: "name", Value: w.name},
			value.Member{Name: "definition", Value: w.def.Value()},
			value.Member{Name: "points", Value: points}))
	}
	return value.Indent(value.NewObject(value.Member{Name: "workflows", Value: workflows})) + "\n"
}

func (p *point) data(source sources) *value.Object {
	members := []value.Member{
		{Name: "kind", Value: p.kind},
		{Name: "state", Value: p.state},
		{Name: "pointer", Value: p.pointer},
	}
	if p.to != "" {
		members = append(members, value.Member{Name: "to", Value: p.to})
	}
	if p.position.IsValid() {
		members = append(members,
			value.Member{Name: "file", Value: source.importPath(p.position.File)},
			value.Member{Name: "line", Value: int64(p.position.Line)})
	}
	return value.NewObject(append(members, value.Member{Name: "count", Value: p.count.Load()})...)
}
