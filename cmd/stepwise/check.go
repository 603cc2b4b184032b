package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

var checkCommand = command{
	name:    "check",
	summary: "find what is wrong with definitions",
	args:    "FILE...",
	help: `
Check reads definitions in the Amazon States Language and reports everything
that is wrong with them: errors, for which the service would refuse to create
the state machine, and warnings of what is likely to go wrong later. The file -
is the standard input.

Each finding is one line: place, severity, state, field, what is wrong and what
to do, and a code for --without:

	order.asl.json:12:7: error: state "Pay": Next: there is no state "Shipp"
	in this scope; did you mean "Ship"? [MISSING_TRANSITION_TARGET]

Texts with a ${placeholder} are taken to be right.

Examples:

	stepwise check workflows/*.asl.json
	stepwise check --express --strict order.asl.json
	stepwise check --without LAMBDA_NOT_RETRIED,NO_DEFAULT order.asl.json
	terraform show ... | stepwise check --json -

The exit code is 0 if there are no errors, 1 if there are some, and 2 if a file
could not be read or the command was called wrongly.`,
	flags: func(set *flag.FlagSet) func(*terminal, []string) int {
		c := new(checkRun)
		set.BoolVar(&c.json, "json", false, "print the findings as one JSON array")
		set.BoolVar(&c.strict, "strict", false, "exit with 1 for warnings too")
		set.BoolVar(&c.express, "express", false, "check against the limits of Express workflows")
		set.StringVar(&c.without, "without", "", "switch off these `RULES`: names or codes, with commas between them")
		set.BoolVar(&c.rules, "rules", false, "list the rules and end")
		return c.run
	},
}

// checkRun is one call of the command.
type checkRun struct {
	json, strict, express, rules bool
	without                      string
}

func (c *checkRun) run(t *terminal, files []string) int {
	if c.rules {
		return c.list(t)
	}
	if len(files) == 0 {
		t.fail("check: which file? - is the standard input; see stepwise help check")
		return exitUsage
	}
	opts, ok := c.options(t)
	if !ok {
		return exitUsage
	}
	code := exitOK
	all := diag.List{}
	for _, file := range files {
		name, text, err := readDefinition(t, file)
		if err != nil {
			t.fail("check: %v", err)
			code = exitUsage
			continue
		}
		all = append(all, check.Text(name, text, opts...)...)
	}
	if err := c.print(t, all); err != nil {
		t.fail("check: %v", err)
		return exitUsage
	}
	if code == exitOK && (all.HasErrors() || c.strict && len(all) > 0) {
		code = exitFaults
	}
	return code
}

func (c *checkRun) options(t *terminal) (opts []check.Option, ok bool) {
	if c.express {
		opts = append(opts, check.Express())
	}
	if c.without == "" {
		return opts, true
	}
	known := map[string]bool{}
	for _, r := range check.Rules() {
		known[r.Name], known[string(r.Code)] = true, true
	}
	for name := range strings.SplitSeq(c.without, ",") {
		if !known[name] {
			t.fail("check: there is no rule %q; stepwise check --rules lists them", name)
			return nil, false
		}
		opts = append(opts, check.Without(name))
	}
	return opts, true
}

// readDefinition reads a file, but no more of it than a definition may have, and
// one byte, so that one that is too large is found to be.
func readDefinition(t *terminal, file string) (name, text string, err error) {
	in := t.in
	name = "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", "", err
		}
		defer f.Close()
		in, name = f, file
	}
	b, err := io.ReadAll(io.LimitReader(in, asl.MaxSize*utf8.UTFMax+1))
	return name, string(b), err
}

func (c *checkRun) print(t *terminal, all diag.List) error {
	if c.json {
		return printJSON(t.out, all)
	}
	for _, d := range all {
		line := d.String()
		if t.colour {
			line = paint(d, line)
		}
		if _, err := fmt.Fprintln(t.out, line); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		fmt.Fprintln(t.err, summary(all))
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// paint puts the severity of a printed diagnostic into its colour.
func paint(d diag.Diagnostic, line string) string {
	const red, yellow, reset = "\x1b[1;31m", "\x1b[1;33m", "\x1b[0m"
	colour := red
	if d.Severity == diag.Warning {
		colour = yellow
	}
	word := d.Severity.String() + ":"
	return strings.Replace(line, word, colour+word+reset, 1)
}

func summary(all diag.List) string {
	errors := 0
	for _, d := range all {
		if d.Severity == diag.Error {
			errors++
		}
	}
	return count(errors, "error") + ", " + count(len(all)-errors, "warning")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// listedRule is a rule as --rules --json prints it.
type listedRule struct {
	Name     string        `json:"name"`
	Code     diag.Code     `json:"code"`
	Severity diag.Severity `json:"severity"`
	Title    string        `json:"title"`
	Doc      string        `json:"doc"`
}

func (c *checkRun) list(t *terminal) int {
	listed := []listedRule{}
	for _, r := range check.Rules() {
		listed = append(listed, listedRule{r.Name, r.Code, r.Severity, r.Title, r.Doc})
	}
	if c.json {
		if err := printJSON(t.out, listed); err != nil {
			t.fail("check: %v", err)
			return exitUsage
		}
		return exitOK
	}
	for _, r := range listed {
		fmt.Fprintf(t.out, "%-22s %-8s %-30s %s\n", r.Name, r.Severity, r.Code, r.Title)
	}
	return exitOK
}
