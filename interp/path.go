package interp

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

// pathLanguage compiles the fields of JSONPath states.
type pathLanguage struct{}

// path is a compiled path into what the state reads ($), into the context object
// ($$) or into a variable ($name).
type path struct {
	text string
	root jsonpath.Root
	name string         // of the variable
	path *jsonpath.Path // nil selects the whole
}

// newPath compiles a path, or reports the field.
func (c *fields) newPath(text, pointer string) *path {
	root, name, rest, err := jsonpath.Split(text)
	if err != nil {
		c.fail(pointer, "%v", err)
		return nil
	}
	if root == jsonpath.Variable {
		c.readsVariable(name)
	}
	p := &path{text: text, root: root, name: name}
	if rest == "$" {
		return p
	}
	compiled, err := jsonpath.Compile(rest)
	if err != nil {
		c.fail(pointer, "%v", err)
		return nil
	}
	p.path = compiled
	return p
}

// lookup returns what the path selects; doc is what $ stands for.
func (p *path) lookup(t *thread, doc any) (any, error) {
	v := doc
	switch p.root {
	case jsonpath.Context:
		v = t.contextObject()
	case jsonpath.Variable:
		var ok bool
		if v, ok = t.vars.get(p.name); !ok {
			return nil, &undefinedError{p.name}
		}
	}
	if p.path == nil {
		return v, nil
	}
	return p.path.Eval(v)
}

// undefinedError says that no state has set a variable yet.
type undefinedError struct{ name string }

func (e *undefinedError) Error() string { return "No results for path: $" + e.name }

// field returns what a path field selects.
func (p *path) field(t *thread, doc any) (any, *fault) {
	v, err := p.lookup(t, doc)
	if err != nil {
		return nil, runtimeFault("Invalid path '%s' : %v", p.text, err)
	}
	return v, nil
}

// filter is a compiled InputPath or OutputPath.
type filter struct {
	path *path // nil passes the value on
	null bool  // the value is dropped
}

func (c *fields) filter(p asl.Path, pointer string) filter {
	if p.Null || p.Text == "" || p.Text == "$" {
		return filter{null: p.Null}
	}
	return filter{path: c.newPath(p.Text, pointer)}
}

func (f filter) apply(t *thread, p payload) (payload, *fault) {
	switch {
	case f.null:
		return payload{v: emptyObject}, nil
	case f.path == nil:
		return p, nil
	}
	v, fault := f.path.field(t, p.v)
	return payload{v: v}, fault
}

var emptyObject = value.NewObject()

// pathFlow is the data flow of a JSONPath state (States Language specification,
// "Filters").
type pathFlow struct {
	inputPath  filter
	parameters template // of a Map, its ItemSelector is kept elsewhere
	selector   template
	discard    bool // ResultPath is null
	resultPath *jsonpath.Reference
	outputPath filter
	assign     template
}

func (pathLanguage) flow(c *fields, def asl.State) flow {
	f := &pathFlow{}
	if io := asl.InputOutputOf(def); io != nil {
		f.inputPath = c.filter(io.InputPath, "/InputPath")
		f.outputPath = c.filter(io.OutputPath, "/OutputPath")
	}
	switch def := def.(type) {
	case *asl.Task:
		f.parameters = c.template(def.Parameters, "/Parameters")
	case *asl.Parallel:
		f.parameters = c.template(def.Parameters, "/Parameters")
	case *asl.Pass:
		f.parameters = c.template(def.Parameters, "/Parameters")
		f.resultTo(c, def.ResultPath, "/ResultPath")
	}
	if w := asl.WorkOf(def); w != nil {
		f.selector = c.template(w.ResultSelector, "/ResultSelector")
		f.resultTo(c, w.ResultPath, "/ResultPath")
	}
	f.assign = c.assignment(asl.AssignOf(def), "/Assign", c.template)
	return f
}

func (pathLanguage) ruleFlow(c *fields, r *asl.Rule, pointer string, of flow) flow {
	f := *of.(*pathFlow)
	f.assign = c.assignment(r.Assign, pointer+"/Assign", c.template)
	return &f
}

func (pathLanguage) catchFlow(c *fields, k *asl.Catcher, pointer string) flow {
	f := &pathFlow{assign: c.assignment(k.Assign, pointer+"/Assign", c.template)}
	f.resultTo(c, k.ResultPath, pointer+"/ResultPath")
	return f
}

func (f *pathFlow) resultTo(c *fields, p asl.Path, pointer string) {
	switch {
	case p.Null:
		f.discard = true
	case p.Text == "" || p.Text == "$":
	default:
		ref, err := jsonpath.ParseReference(p.Text)
		if err != nil {
			c.fail(pointer, "%v", err)
		}
		f.resultPath = ref
	}
}

func (f *pathFlow) input(t *thread) (payload, *fault) {
	in, fault := f.inputPath.apply(t, t.raw)
	if p := t.run.probe; p != nil && fault == nil {
		p.note("afterInputPath", in.v)
	}
	return in, fault
}

func (f *pathFlow) arguments(t *thread) (args payload, fault *fault) {
	args = t.in
	if f.parameters != nil {
		args.text = ""
		args.v, fault = f.parameters.eval(t, t.in.v, plainRole)
	}
	if p := t.run.probe; p != nil && fault == nil {
		p.note("afterParameters", args.v)
	}
	return args, fault
}

func (f *pathFlow) output(t *thread, result payload, is role) (payload, []value.Member, *fault) {
	if p := t.run.probe; p != nil && is != failureRole {
		p.note("result", result.v)
	}
	var assigned []value.Member
	if f.assign != nil {
		v, fault := f.assign.eval(t, result.v, is)
		if fault != nil {
			return payload{}, nil, fault
		}
		assigned = variables(v)
	}
	if f.selector != nil {
		v, fault := f.selector.eval(t, result.v, is)
		if fault != nil {
			return payload{}, nil, fault
		}
		result = payload{v: v}
	}
	p := t.run.probe
	if p != nil && is != failureRole {
		p.note("afterResultSelector", result.v)
	}
	merged, fault := f.merge(t, result)
	if fault != nil {
		return payload{}, nil, fault
	}
	if p != nil && is != failureRole {
		p.note("afterResultPath", merged.v)
	}
	out, fault := f.outputPath.apply(t, merged)
	return out, assigned, fault
}

// errPathConflict is the error that the service reports for a ResultPath that has
// no place in the input; the specification's is States.ResultPathMatchFailure.
const errPathConflict = "States.ReferencePathConflict"

// merge applies ResultPath.
func (f *pathFlow) merge(t *thread, result payload) (payload, *fault) {
	switch {
	case f.discard:
		return t.raw, nil
	case f.resultPath == nil:
		return result, nil
	}
	v, err := f.resultPath.Set(t.raw.v, result.v)
	if err != nil {
		return payload{}, &fault{name: some(errPathConflict), runtime: true, placed: true,
			cause: some(fmt.Sprintf("Unable to apply ReferencePath %s to input %s", f.resultPath, t.raw))}
	}
	return payload{v: v}, nil
}

func (pathLanguage) payload(c *fields, p *asl.Payload, pointer string) expr {
	return c.template(p, pointer)
}

func (pathLanguage) template(c *fields, parameters, _ *asl.Payload, pointer string) expr {
	return c.template(parameters, pointer+"/Parameters")
}
