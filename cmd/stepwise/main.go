// Command stepwise works with AWS Step Functions state machines.
//
//	stepwise check order.asl.json
//
// Run stepwise help for its commands and stepwise help COMMAND for one of them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes of every command.
const (
	exitOK     = 0
	exitFaults = 1 // the command did its work and what it worked on is faulty
	exitUsage  = 2 // the command was called wrongly or could not read what it needs
)

// command is one verb.
type command struct {
	name    string
	summary string // one line, for the list of commands
	args    string // what follows the flags: "FILE..."
	help    string // what the command does, with examples
	// flags declares the command's flags and returns what runs it with the
	// arguments that follow them.
	flags func(*flag.FlagSet) func(*terminal, []string) int
}

// commands are all verbs; each has a file of its own.
var commands = []command{
	checkCommand,
}

// terminal is what a command reads from and writes to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	colour   bool // out shows colours
}

// fail reports why a command cannot do its work.
func (t *terminal) fail(format string, args ...any) {
	fmt.Fprintf(t.err, "stepwise: "+format+"\n", args...)
}

// run runs the program and returns its exit code.
func run(args []string, in io.Reader, out, errout io.Writer) int {
	t := &terminal{in: in, out: out, err: errout, colour: showsColour(out)}
	if len(args) == 0 {
		usage(errout)
		return exitUsage
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(args) == 0 {
			usage(out)
			return exitOK
		}
		name, args = args[0], []string{"--help"}
	}
	at := slices.IndexFunc(commands, func(c command) bool { return c.name == name })
	if at < 0 {
		t.fail("there is no command %q%s; see stepwise help", name, didYouMean(name))
		return exitUsage
	}
	return commands[at].run(t, args)
}

func (c *command) run(t *terminal, args []string) int {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	runs := c.flags(set)
	rest, err := parseFlags(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.usage(t.out, set)
		return exitOK
	case err != nil:
		t.fail("%v; see stepwise help %s", err, c.name)
		return exitUsage
	}
	return runs(t, rest)
}

// parseFlags sets the flags among the arguments, which may also follow others as long
// as no -- comes before them, and returns the others.
func parseFlags(set *flag.FlagSet, args []string) (others []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		rest := set.Args()
		if len(rest) == 0 {
			return others, nil
		}
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			return append(others, rest...), nil
		}
		others = append(others, rest[0])
		args = rest[1:]
	}
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Stepwise works with AWS Step Functions state machines.\n\nUsage:\n\n\tstepwise COMMAND [flags] [arguments]\n\nCommands:\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "\t%-12s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nstepwise help COMMAND tells more of one.\n")
}

func (c *command) usage(w io.Writer, set *flag.FlagSet) {
	fmt.Fprintf(w, "Usage: stepwise %s [flags] %s\n\n%s\n\nFlags:\n\n", c.name, c.args, strings.TrimSpace(c.help))
	set.VisitAll(func(f *flag.Flag) {
		kind, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  --%-20s %s\n", strings.TrimSpace(f.Name+" "+kind), text)
	})
}

func didYouMean(name string) string {
	names := func(yield func(string) bool) {
		for _, c := range commands {
			if !yield(c.name) {
				return
			}
		}
	}
	if near := diag.Closest(name, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// showsColour reports whether a writer is a terminal whose user wants colours
// (no-color.org).
func showsColour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
