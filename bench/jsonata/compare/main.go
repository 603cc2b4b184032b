// Command compare holds package asl/jsonata against the reference implementation,
// npm jsonata 2.0.6, on the expressions of the reference's test suite and on
// mutations of them:
//
//	cd bench/jsonata && npm ci && go run ./compare -suite DIR -mutations 60000
//
// DIR has the suite's groups and datasets. Results are compared as JSON, errors by
// code and message. Differences are counted by reason; those that have none are
// listed, and the command fails. With -v all are listed.
//
// # Reasons
//
// These differences stay:
//
//   - crash: the reference fails with an error of JavaScript, such as "Cannot read
//     properties of undefined", which has no code.
//   - limit: one of the two came to a limit of time, depth or memory.
//   - infinite: a result is, or holds, an infinity or NaN, which is the error D1001,
//     or D3110 of a time that there is not.
//   - names: objects have members with integers as names, which JavaScript moves to
//     the front.
//   - pairs: a regular expression, or a position in a text, splits a character
//     beyond the basic plane in halves.
//   - order: the items of an array, or the members of an object, which the reference
//     evaluates interleaved: another one fails first, or sees another's assignment.
//   - input: the reference has put an undefined into the empty array of the input.
//   - functions: the reference's functions are objects: messages show what it keeps in
//     them, wildcards look into them, and transforms change them.
//   - partial: a function that is applied partially does not check what it is called
//     with, and JavaScript makes something else of it.
//   - traces: a message names a function as some earlier call did; the reference keeps
//     the name in the function.
//   - digits: numbers differ in the last digit, of sixteen or more.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// own is the package's side of the comparison.
type own struct{ documents map[string]any }

func newOwn(documents map[string]string) (*own, error) {
	o := &own{map[string]any{}}
	for name, text := range documents {
		v, err := value.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", name, err)
		}
		o.documents[name] = v
	}
	return o, nil
}

func (o *own) evaluate(j job) answer {
	var input any = jsonata.Undefined{}
	if j.Document != "" {
		input = o.documents[j.Document]
	} else if j.Data != "" {
		input, _ = value.Parse(j.Data)
	}
	vars := jsonata.Vars{}
	bindings, _ := value.Parse(j.Bindings)
	if b, ok := bindings.(*value.Object); ok {
		for m := range b.Members() {
			vars[m.Name] = m.Value
		}
	}
	e, err := jsonata.Compile(j.Text, jsonata.MaxDepth(400))
	var v any
	if err == nil {
		v, err = e.Eval(context.Background(), input, jsonata.Env{Vars: vars})
	}
	return describe(v, err)
}

func describe(v any, err error) answer {
	var e *jsonata.Error
	switch {
	case errors.Is(err, jsonata.ErrLimit):
		return answer{Kind: "limit"}
	case errors.As(err, &e):
		return answer{Kind: "error", Code: e.Code, Message: e.Message, Position: e.End, Token: e.Token}
	case err != nil:
		return answer{Kind: "crash", Message: err.Error()}
	}
	switch v.(type) {
	case jsonata.Undefined:
		return answer{Kind: "undefined"}
	case jsonata.Function:
		return answer{Kind: "function"}
	}
	return answer{Kind: "value", Value: value.String(v)}
}

// tally counts and lists what has been compared.
type tally struct {
	all         bool
	compared    int
	kinds       map[string]int
	reasons     map[string]int
	unexplained int
}

func (t *tally) add(j job, theirs, ours answer) {
	t.compared++
	t.kinds[theirs.Kind]++
	what := difference(theirs, ours)
	if what == "" {
		return
	}
	why := reason(j, theirs, ours)
	t.reasons[why]++
	if why == "" {
		t.unexplained++
	}
	if why == "" || t.all {
		fmt.Printf("%s differs, %s\n\t%q\n\ton %s%.200s %s\n\treference %s\n\tstepwise  %s\n", what, orUnexplained(why),
			j.Text, j.Document, j.Data, j.Bindings, theirs, ours)
	}
}

func orUnexplained(why string) string {
	if why == "" {
		return "unexplained"
	}
	return why
}

func (t *tally) print() {
	fmt.Printf("%d expressions compared; the reference's answers: %v\n", t.compared, t.kinds)
	differ := 0
	for _, n := range t.reasons {
		differ += n
	}
	fmt.Printf("%d differ: %d unexplained, by reason: %v\n", differ, t.unexplained, t.reasons)
}

func run(dir string, mutations int, seed uint64, all bool) error {
	s, err := readSuite(dir)
	if err != nil {
		return err
	}
	ours, err := newOwn(s.documents)
	if err != nil {
		return err
	}
	theirs := &reference{documents: s.documents}
	defer theirs.stop()
	t := &tally{all: all, kinds: map[string]int{}, reasons: map[string]int{}}
	compare := func(j job) error {
		a, err := theirs.evaluate(j)
		b := ours.evaluate(j)
		if err == nil && difference(a, b) != "" {
			j.Fresh = true
			a, err = theirs.evaluate(j)
		}
		if err == nil && difference(a, b) == "message" {
			j.Called = functions()
			if c, _ := theirs.evaluate(j); difference(c, b) == "" {
				a = c
			}
		}
		if err == nil {
			t.add(j, a, b)
		}
		return err
	}
	for _, c := range s.cases {
		if !hidden.MatchString(c.Text) {
			if err := compare(c); err != nil {
				return err
			}
		}
	}
	fmt.Print("suite: ")
	t.print()
	for m, i := newMutator(s, seed), 0; i < mutations; i++ {
		if err := compare(m.next()); err != nil {
			return err
		}
	}
	t.print()
	if t.unexplained > 0 {
		return fmt.Errorf("%d differences have no reason", t.unexplained)
	}
	return nil
}

// functions returns the names of all functions, with the $.
func functions() []string {
	var names []string
	for name := range jsonata.Builtins() {
		names = append(names, "$"+name)
	}
	slices.Sort(names)
	return names
}

func main() {
	suite := flag.String("suite", "", "folder with the groups and datasets of the reference's test suite")
	mutations := flag.Int("mutations", 1000, "how many mutations of its expressions to compare")
	seed := flag.Uint64("seed", 1, "of the mutations")
	all := flag.Bool("v", false, "list all differences")
	flag.Parse()
	if err := run(*suite, *mutations, *seed, *all); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
