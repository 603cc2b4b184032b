package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/check"
	"github.com/stepwise-go/stepwise/cmd/stepwise/internal/report"
)

var checkCommand = command{
	name:    "check",
	summary: "find what is wrong with definitions",
	args:    "PATH...",
	help: `
Check reads state machines and reports everything that is wrong with them:
errors, for which the service would refuse to create the state machine, and
warnings of what is likely to go wrong later.

A path is a definition in the Amazon States Language, in JSON or YAML, or a
CloudFormation or SAM template or a serverless.yml with any number of state
machines, or a folder, which is searched for all of them: for *.asl.json,
*.asl.yaml and *.asl files, and for other JSON and YAML files (and *.template)
that hold a definition or a template with one. Hidden folders, node_modules and
cdk.out are left out of a search unless they are named. The path - is the
standard input.

Each finding says where it is, what is wrong and what to do, with a code for
--without, and shows the line of the file that is meant:

	order.asl.json:12:7: error: state "Pay": Next: there is no state "Shipp"
	in this scope; did you mean "Ship"? [MISSING_TRANSITION_TARGET]
	    12 |       "Next": "Shipp"
	       |       ^~~~~~

In a template the place is that of the template's own line, also where the
definition is a text, an Fn::Sub or an Fn::Join, and a local file that
DefinitionUri names is read. What the template fills in is taken to be right,
as is any text with a ${placeholder}. Its Type says whether a machine is an
Express workflow; of a definition alone --express says so.

Examples:

	stepwise check .
	stepwise check template.yaml statemachines/
	stepwise check --express --strict order.asl.json
	stepwise check --without NO_TIMEOUT,NO_DEFAULT order.asl.yaml
	stepwise check cdk.out/*.template.json
	terraform show ... | stepwise check --json -

In a workflow of GitHub Actions, as annotations of the lines of a pull request
or as alerts of code scanning:

	stepwise check --github .
	stepwise check --sarif . > stepwise.sarif

As a hook of pre-commit (.pre-commit-config.yaml):

	- repo: local
	  hooks:
	    - id: stepwise
	      name: stepwise check
	      entry: stepwise check
	      language: system
	      files: \.asl(\.json|\.ya?ml)?$|template\.ya?ml$

One finding is left out where a Comment says so and why, as in
"Comment": "stepwise:ignore NO_DEFAULT the API in front knows two kinds".

The exit code is 0 if there are no errors, 1 if there are some, and 2 if a file
could not be read, if there was nothing to check or if the command was called
wrongly.`,
	flags: func(set *flag.FlagSet) func(*terminal, []string) int {
		c := new(checkRun)
		set.BoolVar(&c.json, "json", false, "print the findings as one JSON array")
		set.BoolVar(&c.sarif, "sarif", false, "print the findings as SARIF 2.1.0")
		set.BoolVar(&c.github, "github", false, "print the findings as annotations of GitHub Actions")
		set.BoolVar(&c.short, "short", false, "print each finding as one line, without the file's")
		set.StringVar(&c.colour, "color", "auto", "`WHEN` to print in colours: always, never or auto, on a terminal")
		set.BoolVar(&c.strict, "strict", false, "exit with 1 for warnings too")
		set.BoolVar(&c.express, "express", false, "check definitions alone against the limits of Express workflows")
		set.StringVar(&c.without, "without", "", "switch off these `RULES`: names or codes, with commas between them")
		set.StringVar(&c.exclude, "exclude", "", "leave files and folders out whose name or path matches these `PATTERNS`")
		set.BoolVar(&c.rules, "rules", false, "list the rules and end")
		return c.run
	},
}

// checkRun is one call of the command.
type checkRun struct {
	json, sarif, github, short  bool
	strict, express, rules      bool
	colour, without, exclude    string
	off                         map[string]bool
	search                      source.Search
	seen                        map[string]bool // the files that were read
	files                       []checked
	machines, found, unreadable int
	texts                       map[string]string   // of the files with findings
	lines                       map[string][]string // of those that were asked for
	report                      report.Report
	progress                    *progress
}

// checked is a file with what was found in it.
type checked struct {
	*source.File
	named    bool // by the caller, not found in a folder
	findings []finding
}

// finding is a diagnostic of the machine with that ID.
type finding struct {
	id string
	diag.Diagnostic
}

func (c *checkRun) run(t *terminal, paths []string) int {
	if c.rules {
		return listRules(t, c.json)
	}
	if len(paths) == 0 {
		t.fail("check: which file? - is the standard input; see stepwise help check")
		return exitUsage
	}
	if !c.prepare(t) {
		return exitUsage
	}
	for _, path := range paths {
		c.path(t, path)
	}
	c.progress.end()
	c.dropParts()
	c.gather()
	return c.finish(t, paths)
}

// prepare looks at the flags.
func (c *checkRun) prepare(t *terminal) bool {
	kinds := 0
	for _, set := range []bool{c.json, c.sarif, c.github} {
		if set {
			kinds++
		}
	}
	if kinds > 1 {
		t.fail("check: --json, --sarif and --github exclude one another")
		return false
	}
	switch c.colour {
	case "auto":
	case "always", "never":
		t.colour = c.colour == "always"
	default:
		t.fail("check: --color is always, never or auto, not %q", c.colour)
		return false
	}
	c.seen, c.texts, c.lines, c.off = map[string]bool{}, map[string]string{}, map[string][]string{}, map[string]bool{}
	c.report.Rules, c.report.Version, c.report.Line = rules(), version(), c.line
	c.progress = newProgress(t)
	return c.switchOff(t) && c.excluded(t)
}

func (c *checkRun) switchOff(t *terminal) bool {
	if c.without == "" {
		return true
	}
	known := map[string]bool{}
	for _, r := range c.report.Rules {
		known[r.Name], known[string(r.Code)] = true, true
	}
	for name := range strings.SplitSeq(c.without, ",") {
		name = strings.TrimSpace(name)
		if !known[name] {
			near := diag.Closest(name, maps.Keys(known))
			if near != "" {
				near = fmt.Sprintf("; did you mean %q?", near)
			}
			t.fail("check: there is no rule %q%s; stepwise check --rules lists them", name, near)
			return false
		}
		c.off[name] = true
	}
	return true
}

func (c *checkRun) excluded(t *terminal) bool {
	if c.exclude == "" {
		return true
	}
	c.search.Exclude = strings.Split(c.exclude, ",")
	for _, pattern := range c.search.Exclude {
		if _, err := filepath.Match(pattern, ""); err != nil {
			t.fail("check: --exclude: the pattern %q is malformed", pattern)
			return false
		}
	}
	return true
}

// path checks what a path names.
func (c *checkRun) path(t *terminal, path string) {
	if path == "-" {
		f, err := source.ReadFrom(t.in, "standard input")
		c.file(t, f, err, true)
		return
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		if c.first(path) {
			f, err := source.Read(path)
			c.file(t, f, err, true)
		}
		return
	}
	for f, err := range c.search.Files(path) {
		if f == nil || c.first(f.Name) {
			c.file(t, f, err, false)
		}
	}
}

// first reports whether a file is met for the first time.
func (c *checkRun) first(name string) bool {
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	if c.seen[name] {
		return false
	}
	c.seen[name] = true
	return true
}

func (c *checkRun) file(t *terminal, f *source.File, err error, named bool) {
	if err != nil {
		c.progress.end()
		c.unreadable++
		c.report.Unreadable = append(c.report.Unreadable, err.Error())
		t.fail("check: %v", err)
		return
	}
	one := checked{File: f, named: named}
	one.add("", f.Faults)
	done := map[*asl.StateMachine]bool{}
	for _, m := range f.Machines {
		one.add(m.ID, m.Faults)
		// Several machines may have one file's definition.
		if m.Definition != nil && !done[m.Definition] {
			done[m.Definition] = true
			one.add(m.ID, check.Run(m.Definition, c.options(m)...))
		}
	}
	// What has been checked is not worth its memory, nor is a text without findings.
	f.Machines = make([]source.Machine, len(f.Machines))
	one.findings = slices.DeleteFunc(one.findings, c.isOff)
	if len(one.findings) == 0 {
		one.Parts = map[string]string{}
		for name := range f.Parts {
			one.Parts[name] = ""
		}
	}
	c.files = append(c.files, one)
	c.progress.step(len(f.Machines))
}

func (c *checked) add(id string, all diag.List) {
	for _, d := range all {
		c.findings = append(c.findings, finding{id, d})
	}
}

// isOff reports whether a warning of the reader is switched off; the checker knows of
// its own.
func (c *checkRun) isOff(f finding) bool {
	if f.Severity == diag.Error || len(c.off) == 0 {
		return false
	}
	for _, r := range readingRules {
		if r.Code == f.Code {
			return c.off[r.Name] || c.off[string(r.Code)]
		}
	}
	return false
}

func (c *checkRun) options(m source.Machine) []check.Option {
	opts := []check.Option{check.Without(slices.Collect(maps.Keys(c.off))...)}
	if m.Type == asl.Express || m.Type == "" && c.express {
		opts = append(opts, check.Express())
	}
	return opts
}

// dropParts leaves out the definitions found in a folder that a template names: the
// template says what fills their placeholders and of which type they are.
func (c *checkRun) dropParts() {
	parts := map[string]bool{}
	for _, f := range c.files {
		for name := range f.Parts {
			if name != f.Name {
				parts[filepath.Clean(name)] = true
			}
		}
	}
	c.files = slices.DeleteFunc(c.files, func(f checked) bool {
		return !f.named && !f.Template && parts[filepath.Clean(f.Name)]
	})
}

// gather makes the report, each file's findings in the order of their places.
func (c *checkRun) gather() {
	for _, f := range c.files {
		c.machines += len(f.Machines)
		if len(f.Machines)+len(f.Faults) > 0 {
			c.found++
		}
		if len(f.findings) == 0 {
			continue
		}
		maps.Copy(c.texts, f.Parts)
		slices.SortStableFunc(f.findings, func(a, b finding) int { return diag.Compare(a.Diagnostic, b.Diagnostic) })
		for _, one := range slices.CompactFunc(f.findings, sameFinding) {
			c.report.Add(one.id, one.Diagnostic)
		}
	}
}

func sameFinding(a, b finding) bool {
	return a.Position == b.Position && a.Pointer == b.Pointer && a.Code == b.Code && a.Message == b.Message
}

// line returns a line of a file with findings.
func (c *checkRun) line(file string, number int) (string, bool) {
	all, ok := c.lines[file]
	if !ok {
		all = strings.Split(c.texts[file], "\n")
		c.lines[file] = all
	}
	if number < 1 || number > len(all) || c.texts[file] == "" {
		return "", false
	}
	return strings.TrimSuffix(all[number-1], "\r"), true
}

// finish prints the report and returns the exit code.
func (c *checkRun) finish(t *terminal, paths []string) int {
	if err := c.print(t); err != nil {
		t.fail("check: %v", err)
		return exitUsage
	}
	errors, warnings := c.report.Count()
	switch {
	case c.found == 0 && c.unreadable == 0 && len(c.files) > 0:
		// A hook names all templates that change.
		fmt.Fprintln(t.err, "no state machine in "+strings.Join(paths, ", "))
	case c.found == 0 && c.unreadable == 0:
		c.nothing(t, paths)
		return exitUsage
	case c.unreadable > 0:
		return exitUsage
	case errors > 0 || c.strict && warnings > 0:
		return exitFaults
	}
	return exitOK
}

func (c *checkRun) print(t *terminal) error {
	switch {
	case c.json:
		return c.report.JSON(t.out)
	case c.sarif:
		return c.report.SARIF(t.out)
	case c.github:
		return c.report.GitHub(t.out)
	}
	if err := c.report.Text(t.out, report.Style{Short: c.short, Colour: t.colour}); err != nil {
		return err
	}
	if c.found > 0 {
		errors, warnings := c.report.Count()
		fmt.Fprintf(t.err, "%s, %s in %s, %s\n", count(errors, "error"), count(warnings, "warning"), count(c.machines, "state machine"), count(c.found, "file"))
	}
	return nil
}

// nothing says that there was nothing to check, and why that may be.
func (c *checkRun) nothing(t *terminal, paths []string) {
	t.fail("check: no state machine in %s", strings.Join(paths, ", "))
	if c.search.Looked > 0 {
		fmt.Fprintf(t.err, "%s looked at; a definition has StartAt and States, a template a resource of a type such as AWS::StepFunctions::StateMachine\n", count(c.search.Looked, "file"))
	} else {
		fmt.Fprintln(t.err, "no file is named *.asl.json, *.asl.yaml or *.asl, and none is another .json, .yaml, .yml or .template file")
	}
	for _, folder := range c.search.Left {
		fmt.Fprintf(t.err, "left out: %s; name it to have it checked\n", folder)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// version returns the version that the program was built of, or "" if nobody knows.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}
