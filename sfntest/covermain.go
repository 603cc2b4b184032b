package sfntest

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stepwise-go/stepwise/dsl"
)

// CoverageMain runs the tests of a package and tells what they covered of its
// workflows: states, transitions, the rules of Choices, retriers and catchers. It is
// for TestMain, and exits:
//
//	func TestMain(m *testing.M) { sfntest.CoverageMain(m, orders.Workflow()) }
//
// All executions that a [Run] starts count. The workflows that are named are
// reported even if no test runs them. Nothing is counted unless a flag asks for it:
//
//	-sfntest.cover              print what was covered, and the Go line of all that was not
//	-sfntest.coverprofile FILE  write a profile as go test -coverprofile does
//	-sfntest.coverdata FILE     write it as JSON
//	-sfntest.covermin PERCENT   fail if less is covered, of all parts of all workflows
//
// The profile is one for go tool cover and editors: its blocks are the lines of Go
// that made states, rules, retriers and catchers, each as covered as its least covered
// part.
//
// The JSON has all that a picture takes:
//
//	{"workflows": [{
//	  "name": "orders",
//	  "definition": {"StartAt": "Charge", "States": {...}},
//	  "points": [
//	    {"kind": "state", "state": "Charge", "pointer": "/States/Charge",
//	     "file": "example.com/shop/orders/workflow.go", "line": 41, "count": 3},
//	    {"kind": "transition", "state": "Charge", "pointer": "/States/Charge/Next", "to": "Ship", ...}]}]}
//
// A kind is state, transition, rule, default, retrier or catcher; to is the state that
// the part leads to, absent where it ends its scope; count is how often it was
// covered. Workflows of one name are one workflow with the parts of all.
//
// Go runs the tests of each package in a process of its own, in the package's
// folder. A relative FILE is therefore one file in each of the packages. A FILE that
// is a folder, or ends in a slash, takes a file for each package, under its import path
// with a dot for every slash. The lines of profiles, without their first, make up the
// profile of all packages; the workflows of the JSON files make up theirs:
//
//	go test ./orders ./shipping -sfntest.coverprofile $PWD/cover/
//	(echo mode: count; grep -hv ^mode: cover/*.out) > cover.out
//	go tool cover -html cover.out
func CoverageMain(m *testing.M, workflows ...dsl.Definition) {
	if !flag.Parsed() {
		flag.Parse()
	}
	if isSet("test.list") || isSet("test.fuzzworker") {
		os.Exit(m.Run())
	}
	os.Exit(asked.run(m.Run, os.Stdout, workflows))
}

// isSet reports whether a flag has another value than its default.
func isSet(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() != f.DefValue
}

// wishes are what the flags say about coverage.
type wishes struct {
	text          bool
	profile, data string
	least         float64
}

var asked = func() *wishes {
	w := &wishes{}
	flag.BoolVar(&w.text, "sfntest.cover", false, "print what the tests covered of the workflows")
	flag.StringVar(&w.profile, "sfntest.coverprofile", "", "write the coverage of the workflows to `file`, as a Go coverage profile")
	flag.StringVar(&w.data, "sfntest.coverdata", "", "write the coverage of the workflows to `file`, as JSON")
	flag.Float64Var(&w.least, "sfntest.covermin", 0, "fail if less than `percent` of the workflows are covered")
	return w
}()

func (w *wishes) any() bool { return w.text || w.profile != "" || w.data != "" || w.least > 0 }

// active is the coverage that is being counted; nil while none is.
var active atomic.Pointer[coverage]

// covering returns the coverage to count in, or nil.
func covering(t testing.TB) *coverage {
	t.Helper()
	c := active.Load()
	if c == nil && asked.any() {
		t.Fatal("the coverage of workflows is asked for: it takes func TestMain(m *testing.M) { sfntest.CoverageMain(m) }")
	}
	return c
}

// run runs the tests and does what is wished; it returns the exit code.
func (w *wishes) run(tests func() int, out io.Writer, workflows []dsl.Definition) int {
	if !w.any() {
		return tests()
	}
	c := &coverage{}
	for _, workflow := range workflows {
		def, err := workflow.Build()
		if err != nil {
			fmt.Fprintf(out, "workflow %q does not build:\n%v\n", workflow.Name(), err)
			return 1
		}
		c.add(workflow.Name(), def)
	}
	active.Store(c)
	code := tests()
	active.Store(nil)
	if err := w.write(c); err != nil {
		fmt.Fprintln(out, err)
		return max(code, 1)
	}
	share := c.total().percent()
	tooLow := code == 0 && share < w.least
	if w.text || tooLow {
		folder, _ := os.Getwd() // without it, files have their full names
		fmt.Fprint(out, c.report(folder))
	}
	if tooLow {
		fmt.Fprintf(out, "the tests cover %.1f%% of the workflows, less than %v%%\n", share, w.least)
		return 1
	}
	return code
}

// write writes the files that are wished.
func (w *wishes) write(c *coverage) error {
	if w.profile != "" {
		if err := writeFile(w.profile, ".out", c.profile()); err != nil {
			return err
		}
	}
	if w.data != "" {
		return writeFile(w.data, ".json", c.data())
	}
	return nil
}

// writeFile writes a text into a file or, if that is a folder, into one there with the
// name of the tested package.
func writeFile(file, extension, text string) error {
	isFolder := strings.HasSuffix(file, "/") || strings.HasSuffix(file, string(filepath.Separator))
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		isFolder = true
	}
	if isFolder {
		file = filepath.Join(file, testedPackage()+extension)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

// testedPackage returns the import path of the package that is tested, as the name of
// a file.
func testedPackage() string {
	name := filepath.Base(os.Args[0])
	if info, ok := debug.ReadBuildInfo(); ok && info.Path != "" {
		name = info.Path
	}
	return strings.ReplaceAll(strings.TrimSuffix(name, ".test"), "/", ".")
}
