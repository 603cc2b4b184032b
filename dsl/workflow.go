package dsl

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/check"
)

// Workflow is a state machine that takes an In and returns an Out.
//
// Describe it completely, then Build it: what is added later is not seen. From
// then on a Workflow may be used from any number of goroutines.
type Workflow[In, Out any] struct{ b *builder }

// Definition is a [Workflow] without its types: what deploys, draws, checks and
// runs state machines takes.
type Definition interface {
	// Name returns the workflow's name.
	Name() string
	// Build returns the state machine, or everything that is wrong with it as a
	// [diag.List]. It builds once; every call returns the same.
	Build() (*asl.StateMachine, error)
	// Check builds the state machine and returns everything that is wrong with it:
	// the errors of Build, or the warnings, of which Build says nothing.
	Check(opts ...check.Option) diag.List
	// IsExpress reports whether it is an Express workflow.
	IsExpress() bool
	// Types returns the Go types of input and output.
	Types() (in, out reflect.Type)
}

// builder is a workflow without its types.
type builder struct {
	name    string
	in, out reflect.Type
	at      stack
	items   []item
	comment setting[string]
	ignore  ignores
	jsonata bool
	express bool
	timeout setting[time.Duration]

	once    sync.Once
	machine *asl.StateMachine
	types   []check.Option // the Go types of the tasks
	faults  diag.List
}

// New returns the workflow of that name that runs the steps one after the other.
func New[In, Out any](name string, steps ...Step) *Workflow[In, Out] {
	return &Workflow[In, Out]{&builder{name: name, in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), at: here(), items: flatten(steps)}}
}

// JSONata makes JSONata the query language of the whole workflow, in place of
// JSONPath.
func (w *Workflow[In, Out]) JSONata() *Workflow[In, Out] {
	w.b.jsonata = true
	return w
}

// Timeout ends an execution that takes longer; whole seconds, at least one.
func (w *Workflow[In, Out]) Timeout(d time.Duration) *Workflow[In, Out] {
	w.b.timeout = setting[time.Duration]{d, here()}
	return w
}

// Express makes it an Express workflow: cheaper for many short executions, which
// last five minutes at most, may run more than once and cannot wait for jobs and
// tokens.
func (w *Workflow[In, Out]) Express() *Workflow[In, Out] {
	w.b.express = true
	return w
}

// Comment puts a comment on the definition.
func (w *Workflow[In, Out]) Comment(text string) *Workflow[In, Out] {
	w.b.comment = setting[string]{text, here()}
	return w
}

// Ignore says that the checker is not to warn of something anywhere in the workflow,
// and why. A state's own Ignore says it of one place.
func (w *Workflow[In, Out]) Ignore(code, why string) *Workflow[In, Out] {
	w.b.ignore.add(code, why, here())
	return w
}

// Name returns the workflow's name.
func (w *Workflow[In, Out]) Name() string { return w.b.name }

// IsExpress reports whether it is an Express workflow.
func (w *Workflow[In, Out]) IsExpress() bool { return w.b.express }

// Types returns the Go types of the workflow's input and output.
func (w *Workflow[In, Out]) Types() (in, out reflect.Type) {
	return reflect.TypeFor[In](), reflect.TypeFor[Out]()
}

// Build returns the state machine, checked, or everything that is wrong with it, what
// the types of the input and of the tasks say of the data included:
// the error is a [diag.List], sorted by place, whose positions are the lines of Go
// at fault. It builds once; every call returns the same, which nobody may change.
func (w *Workflow[In, Out]) Build() (*asl.StateMachine, error) {
	w.b.once.Do(w.b.build)
	if len(w.b.faults) > 0 {
		return nil, w.b.faults
	}
	return w.b.machine, nil
}

// Check builds the state machine and returns everything that is wrong with it, sorted
// by place: the errors of [Workflow.Build] or, where it has none, what is likely to go
// wrong later, as package check knows it with these options.
func (w *Workflow[In, Out]) Check(opts ...check.Option) diag.List {
	m, _ := w.Build()
	if m == nil {
		return w.b.faults
	}
	return check.Run(m, append(w.b.options(), opts...)...)
}

func (b *builder) build() {
	w := &wirer{b: b}
	if fault := nameFault(b.name); fault != "" {
		w.report(problemf(codeValue, b.at, "", "the workflow's name %q %s", b.name, fault))
	}
	top := w.wire()
	r := newRenderer(b, w.problems)
	b.machine = r.machine(top)
	b.types = r.types
	b.faults = r.merge(b.check(r))
	if len(b.faults) > 0 {
		b.machine = nil
	}
}

// check returns what the checker finds, unless so much data was left out that it
// would look at a torso.
func (b *builder) check(r *renderer) diag.List {
	if r.terms >= maxTerms {
		return nil
	}
	return check.Run(b.machine, b.options()...)
}

// options says what the checker cannot know from the state machine alone.
func (b *builder) options() []check.Option {
	options := append(slices.Clone(b.types), check.Input(b.in), check.Output(b.out))
	if b.express {
		options = append(options, check.Express())
	}
	return options
}

// nameFault says why a state machine cannot have a name (API Reference,
// "CreateStateMachine").
func nameFault(name string) string {
	switch {
	case name == "":
		return "is empty"
	case utf8.RuneCountInString(name) > 80:
		return "has more than 80 characters"
	case strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>{}[]?*\"#%\\^|~$&,;:/`", r)
	}):
		return "has a blank or one of < > { } [ ] ? * \" # % \\ ^ | ~ $ & , ; : / `"
	}
	return ""
}
