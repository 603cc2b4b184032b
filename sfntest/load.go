package sfntest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/source"
	"github.com/stepwise-go/stepwise/interp"
)

// Load makes the definition in a file ready to be tested: in JSON or YAML, by itself
// or in a CloudFormation or SAM template, whose state machine is named if it has
// several: "template.yaml#OrderMachine". In and Out are Go types for the input and the
// output, any if there are none. The state machine has its name in the template or that
// of the file, up to the first full stop; its tasks are answered for by [State] and
// [MockFile].
func Load[In, Out any](t testing.TB, file string, opts ...interp.Option) *Run[In, Out] {
	t.Helper()
	path, id, _ := strings.Cut(file, "#")
	f, err := source.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	m := pick(t, f, id)
	if err := append(f.Faults[:len(f.Faults):len(f.Faults)], m.Faults...).Err(); err != nil {
		t.Fatalf("%s is not fit to run:\n%v", file, err)
	}
	name := m.ID
	if name == "" {
		name, _, _ = strings.Cut(filepath.Base(path), ".")
	}
	if m.Type == asl.Express {
		opts = append([]interp.Option{interp.WithType(asl.Express)}, opts...)
	}
	return &Run[In, Out]{newKit(t, name, m.Definition, opts)}
}

// pick returns the state machine of that name, or the only one there is.
func pick(t testing.TB, f *source.File, id string) source.Machine {
	t.Helper()
	var ids []string
	for _, m := range f.Machines {
		if m.ID == id || id == "" && len(f.Machines) == 1 {
			return m
		}
		ids = append(ids, f.Name+"#"+m.ID)
	}
	switch {
	case len(ids) == 0 && len(f.Faults) > 0:
		t.Fatalf("%s cannot be read:\n%v", f.Name, f.Faults)
	case len(ids) == 0:
		t.Fatalf("%s has no state machine", f.Name)
	case id == "":
		t.Fatalf("%s has several state machines: %s", f.Name, strings.Join(ids, ", "))
	}
	t.Fatalf("%s has no state machine %q, only %s", f.Name, id, strings.Join(ids, ", "))
	return source.Machine{}
}
