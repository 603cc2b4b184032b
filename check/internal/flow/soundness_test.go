package flow_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/flow"
	"github.com/stepwise-go/stepwise/check/internal/shape"
	"github.com/stepwise-go/stepwise/interp"
)

// followed is a machine with what is known and reported of it.
type followed struct {
	machine *asl.StateMachine
	facts   map[string]flow.Facts
	found   []flow.Finding
}

// follow follows the data through a definition. Tasks give what their resource names
// in place of a function: the JSON behind its last colon's "function:".
func follow(t testing.TB, text string, input *shape.Shape) followed {
	t.Helper()
	m, faults := asl.Parse("", text)
	if faults.HasErrors() {
		t.Fatalf("%v\n%s", faults, text)
	}
	f := followed{machine: m, facts: map[string]flow.Facts{}}
	var visits []asl.Visit
	for v := range m.Walk() {
		visits = append(visits, v)
	}
	all := flow.Run(flow.Config{
		Machine: m,
		Visits:  visits,
		Input:   input,
		Takes:   func(*asl.Visit, *asl.Task) (reflect.Type, string) { return nil, "" },
		Accepts: func(*asl.Visit, *asl.Task, string) (shape.Kinds, string) { return 0, "" },
		Result: func(_ *asl.Visit, task *asl.Task) *shape.Shape {
			if r, ok := results[task.Resource]; ok {
				return shape.Declared(r)
			}
			return shape.Any
		},
		Expression: func(text string) *jsonata.Expr {
			e, err := jsonata.Compile(text[2:len(text)-2], jsonata.StepFunctions())
			if err != nil {
				return nil
			}
			return e
		},
		Call: func(text string) *intrinsic.Call {
			c, err := intrinsic.Parse(text)
			if err != nil {
				return nil
			}
			return c
		},
		Report: func(found flow.Finding) { f.found = append(f.found, found) },
	})
	for i, v := range visits {
		f.facts[v.Common().Name] = all[i]
	}
	return f
}

const functionARN = "arn:aws:lambda:eu-west-1:123456789012:function:"

// results are what the functions of the tests give.
var results = map[string]*shape.Shape{
	functionARN + "order": shape.Record(
		shape.Field{Name: "id", Shape: shape.AnyString},
		shape.Field{Name: "total", Shape: shape.AnyNumber},
		shape.Field{Name: "coupon", Shape: shape.AnyString, Optional: true},
		shape.Field{Name: "lines", Shape: shape.List(shape.Record(shape.Field{Name: "sku", Shape: shape.AnyString}, shape.Field{Name: "qty", Shape: shape.AnyNumber}))}),
	functionARN + "number": shape.AnyNumber,
	functionARN + "list":   shape.List(shape.Join(shape.AnyNumber, shape.AnyString)),
}

var (
	machines = flag.Uint64("machines", 3000, "how many random machines are run")
	first    = flag.Uint64("first", 0, "the seed of the first one")
)

// Whatever a machine does with its data, what arrives at a state is among what is
// known of it, and a state that is sure to fail is not left.
func TestRunsStayWithinWhatIsKnown(t *testing.T) {
	inputs, known, done := 0, 0, 0
	for seed := *first; seed < *first+*machines; seed++ {
		g := &generator{rand.New(rand.NewPCG(seed, 1)), 0}
		text, input := g.machine(), g.value(3)
		n, k, ok := runWithin(t, seed, text, input, g.known(input))
		inputs, known = inputs+n, known+k
		if ok {
			done++
		}
	}
	t.Logf("%d machines, of which %d succeeded; %d inputs of states, something known of %d", *machines, done, inputs, known)
	if uint64(done) < *machines/6 || known < inputs/3 {
		t.Error("too few of the machines tell anything")
	}
}

// runWithin runs a machine and compares what happens with what is known. It returns
// how many inputs of states it saw, of how many of them something was known, and
// whether the execution succeeded.
func runWithin(t *testing.T, seed uint64, text string, input any, expected *shape.Shape) (inputs, known int, succeeded bool) {
	t.Helper()
	f := follow(t, text, expected)
	sure := map[string]string{}
	for _, found := range f.found {
		if found.Certain && found.Kind != flow.Comparison && found.Visit.Type() != asl.ChoiceType { // of which a rule may fail that is not come to
			sure[found.Visit.Common().Name] = found.Message
		}
	}
	r := rand.New(rand.NewPCG(seed, 2))
	machine, err := interp.New(f.machine, interp.WithHandler(func(_ context.Context, task *interp.Task) (any, error) {
		if r.IntN(6) == 0 {
			return nil, &interp.TaskError{Name: "Broken", Cause: "by chance"}
		}
		return sample(r, task.Resource.Text), nil
	}), interp.WithQuotas(interp.Quotas{Events: 400}))
	if err != nil {
		return 0, 0, false // a definition that the service refuses
	}
	run, err := machine.Run(context.Background(), json.RawMessage(value.String(input)))
	if err != nil {
		t.Fatal(err)
	}
	for e := range run.History().All() {
		switch {
		case strings.HasSuffix(string(e.Type), "StateEntered"):
			v, _ := e.Payload()
			inputs++
			s := f.facts[e.State].Input
			if !s.Has(v) {
				t.Fatalf("seed %d: state %q got %s, known is %v\n%s\n%s", seed, e.State, value.String(v), s, value.String(input), text)
			}
			if s != shape.Any {
				known++
			}
		case strings.HasSuffix(string(e.Type), "StateExited") && sure[e.State] != "":
			if !catches(f.machine, e.State) { // a failed expression can be caught
				t.Fatalf("seed %d: state %q was left, though %s\n%s\n%s", seed, e.State, sure[e.State], value.String(input), text)
			}
		}
	}
	return inputs, known, run.Status() == interp.Succeeded
}

func catches(m *asl.StateMachine, state string) bool {
	for v := range m.Walk() {
		if v.Common().Name == state {
			w := asl.WorkOf(v.State)
			return w != nil && len(w.Catch) > 0
		}
	}
	return false
}

// sample returns what a function gives.
func sample(r *rand.Rand, resource string) any {
	switch strings.TrimPrefix(resource, functionARN) {
	case "order":
		order := map[string]any{"id": "o-1", "total": r.IntN(4), "lines": []any{}}
		if r.IntN(2) == 0 {
			order["coupon"] = "half"
			order["lines"] = []any{map[string]any{"sku": "a", "qty": 1}, map[string]any{"sku": "b", "qty": 2}}
		}
		return order
	case "number":
		return r.IntN(5)
	case "list":
		return []any{1, "a", 2}[:r.IntN(4)]
	}
	return nil
}

// generator makes machines and values at random.
type generator struct {
	*rand.Rand
	states int
}

func pick[T any](g *generator, all ...T) T { return all[g.IntN(len(all))] }

func (g *generator) name() string { return pick(g, "a", "b", "id", "total", "lines", "coupon") }

// value returns a JSON value.
func (g *generator) value(depth int) any {
	switch n := g.IntN(10); {
	case depth > 0 && n < 5:
		var members []value.Member
		for _, name := range []string{"a", "b", "id", "total", "lines"} {
			if g.IntN(2) == 0 {
				members = append(members, value.Member{Name: name, Value: g.value(depth - 1)})
			}
		}
		return value.NewObject(members...)
	case depth > 0 && n == 5:
		all := make([]any, g.IntN(4))
		for i := range all {
			all[i] = g.value(depth - 1)
		}
		return all
	case n == 6:
		return pick(g, "x", "2026-01-02T03:04:05Z", "7", "")
	case n == 7:
		return pick[any](g, nil, true, false)
	}
	return int64(g.IntN(4))
}

// known returns what may be known of an input.
func (g *generator) known(input any) *shape.Shape {
	switch g.IntN(4) {
	case 0:
		return shape.Any
	case 1:
		return shape.Join(shape.Of(g.value(3)), shape.Of(input))
	case 2:
		return shape.Widen(shape.Of(g.value(3)), shape.Of(input))
	}
	return shape.Of(input)
}

func (g *generator) machine() string {
	language := ""
	if g.IntN(3) == 0 {
		language = `"QueryLanguage":"JSONata",`
	}
	return "{" + language + g.scope(2, language != "") + "}"
}

// scope returns the StartAt and the States of a scope.
func (g *generator) scope(depth int, jsonata bool) string {
	first, n := g.states, 2+g.IntN(5)
	g.states += n
	state := func(i int) string { return fmt.Sprintf("S%d", i) }
	next := func(i int) string {
		to := i + 1
		if g.IntN(12) == 0 {
			to = first + g.IntN(n)
		} else if i+2 < first+n && g.IntN(4) == 0 {
			to = i + 2
		}
		return fmt.Sprintf("%q", state(to))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `"StartAt":%q,"States":{`, state(first))
	for i := first; i < first+n-1; i++ {
		ja := jsonata || g.IntN(8) == 0
		fields := []string{}
		if ja && !jsonata {
			fields = append(fields, `"QueryLanguage":"JSONata"`)
		}
		fields = append(fields, g.state(depth, ja, jsonata, func() string { return next(i) })...)
		fmt.Fprintf(&b, "%q:{%s},", state(i), strings.Join(fields, ","))
	}
	fmt.Fprintf(&b, "%q:{%s}}", state(first+n-1), `"Type":"Succeed"`)
	return b.String()
}

func (g *generator) state(depth int, ja, whole bool, next func() string) []string {
	n := g.IntN(20)
	goesOn := `"Next":` + next()
	switch {
	case n < 5:
		return append(g.data(ja, "Pass"), `"Type":"Pass"`, goesOn)
	case n < 10:
		fields := append(g.data(ja, "Task"), `"Type":"Task"`, fmt.Sprintf(`"Resource":%q`, functionARN+pick(g, "order", "number", "list")), goesOn)
		if g.IntN(2) == 0 {
			fields = append(fields, g.catch(ja, next))
		}
		return fields
	case n < 14:
		return g.choice(ja, next)
	case n < 16 && depth > 0:
		fields := append(g.data(ja, "Parallel"), `"Type":"Parallel"`, goesOn, `"Branches":[{`+g.scope(depth-1, whole)+`},{`+g.scope(depth-1, whole)+`}]`)
		return append(fields, g.catch(ja, next))
	case n < 19 && depth > 0:
		fields := append(g.data(ja, "Map"), `"Type":"Map"`, goesOn, `"ItemProcessor":{`+g.scope(depth-1, whole)+`}`)
		if ja {
			return append(fields, fmt.Sprintf(`"Items":%q`, "{% "+pick(g, "[1..3]", "["+g.expression(2)+"]", g.path())+" %}"))
		}
		return append(fields, fmt.Sprintf(`"ItemsPath":%q`, pick(g, "$.lines", "$.a", "$.b.lines", "$")))
	}
	if ja {
		return []string{`"Type":"Wait"`, goesOn, fmt.Sprintf(`"Seconds":%q`, "{% "+g.expression(1)+" %}")}
	}
	return []string{`"Type":"Wait"`, goesOn, fmt.Sprintf(`"SecondsPath":%q`, g.reference())}
}

func (g *generator) catch(ja bool, next func() string) string {
	fields := `"ErrorEquals":["States.ALL"],"Next":` + next()
	switch {
	case ja && g.IntN(2) == 0:
		fields += fmt.Sprintf(`,"Output":{"why":"{%% $states.errorOutput.Error %%}","was":"{%% $states.input %%}"}`)
	case !ja && g.IntN(2) == 0:
		fields += fmt.Sprintf(`,"ResultPath":%q`, g.target())
	}
	return `"Catch":[{` + fields + `}]`
}

// data returns the fields that shape a state's data.
func (g *generator) data(ja bool, kind string) []string {
	var fields []string
	some := func(n int, format string, args ...any) {
		if g.IntN(n) == 0 {
			fields = append(fields, fmt.Sprintf(format, args...))
		}
	}
	if ja {
		some(2, `"Output":%s`, g.query(2))
		some(3, `"Assign":{%q:%s}`, pick(g, "v", "w"), g.query(1))
		return fields
	}
	some(5, `"InputPath":%s`, pick(g, "null", fmt.Sprintf("%q", g.reference())))
	some(6, `"OutputPath":%s`, pick(g, "null", fmt.Sprintf("%q", g.reference())))
	some(2, `"ResultPath":%s`, pick(g, "null", fmt.Sprintf("%q", g.target())))
	some(3, `"Assign":{%q:%q}`, pick(g, "v", "w")+".$", g.reference())
	switch kind {
	case "Pass":
		some(3, `"Result":%s`, value.String(g.value(2)))
		some(3, `"Parameters":%s`, g.template(2))
	case "Map":
		some(3, `"ItemSelector":{"item.$":"$$.Map.Item.Value","at.$":"$$.Map.Item.Index","all.$":%q}`, g.reference())
		some(4, `"ResultSelector":{"first.$":"$[0]"}`)
	default:
		some(3, `"Parameters":%s`, g.template(2))
		some(4, `"ResultSelector":%s`, g.template(1))
	}
	return fields
}

// target returns a ResultPath.
func (g *generator) target() string {
	return pick(g, "$", "$."+g.name(), "$."+g.name()+"."+g.name(), "$.lines[0]")
}

// reference returns a reference path, most of which lead somewhere at times.
func (g *generator) reference() string {
	return pick(g, "$", "$", "$."+g.name(), "$."+g.name(), "$."+g.name()+"."+g.name(), "$.lines[0]", "$.lines[1].sku", "$[0]",
		"$$.Execution.Input", "$$.State.Name", "$v", "$w.id")
}

func (g *generator) template(depth int) string {
	var members []string
	for _, name := range []string{"a", "b", "id", "lines"} {
		switch g.IntN(6) {
		case 0, 1:
			members = append(members, fmt.Sprintf("%q:%q", name+".$", g.reference()))
		case 2:
			members = append(members, fmt.Sprintf("%q:%q", name+".$", pick(g, g.call(), g.call(), "$.lines[*].sku", "$.lines[0:1]", "$.lines[?(@.qty > 1)].qty", "$[*]."+g.name())))
		case 3:
			if depth > 0 {
				members = append(members, fmt.Sprintf("%q:%s", name, g.template(depth-1)))
			}
		case 4:
			members = append(members, fmt.Sprintf("%q:%s", name, value.String(g.value(1))))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *generator) call() string {
	r := g.reference()
	return pick(g, "States.Array("+r+", "+g.reference()+")", "States.Format('{}', "+r+")", "States.ArrayLength("+r+")", "States.ArrayGetItem("+r+", 0)",
		"States.JsonMerge($, "+r+", false)", "States.ArrayUnique("+r+")", "States.ArrayPartition("+r+", 2)", "States.JsonToString("+r+")",
		"States.MathAdd("+r+", 1)", "States.StringSplit("+r+", ',')", "States.ArrayContains("+r+", 1)", "States.StringToJson('{\"a\":1}')")
}

func (g *generator) choice(ja bool, next func() string) []string {
	var rules []string
	for range 1 + g.IntN(3) {
		rule := g.test(2)
		if ja {
			rule = fmt.Sprintf(`"Condition":%q`, "{% "+g.condition(2)+" %}")
		}
		if g.IntN(4) == 0 {
			rule += `,"Assign":{"v":1}`
		}
		rules = append(rules, "{"+rule+`,"Next":`+next()+"}")
	}
	return []string{`"Type":"Choice"`, `"Choices":[` + strings.Join(rules, ",") + "]", `"Default":` + next()}
}

func (g *generator) test(depth int) string {
	if depth > 0 {
		switch g.IntN(5) {
		case 0:
			return fmt.Sprintf(`%q:[{%s},{%s}]`, pick(g, "And", "Or"), g.test(depth-1), g.test(depth-1))
		case 1:
			return fmt.Sprintf(`"Not":{%s}`, g.test(depth-1))
		}
	}
	r := g.reference()
	return fmt.Sprintf(`"Variable":%q,`, r) + pick(g, `"IsPresent":true`, `"IsPresent":true`, `"IsPresent":false`, `"IsString":true`, `"IsNumeric":true`, `"IsNull":false`,
		`"IsBoolean":true`, `"IsTimestamp":true`, `"StringEquals":"x"`, `"NumericEquals":1`, `"NumericLessThan":2`, `"BooleanEquals":true`, `"StringMatches":"*x*"`,
		fmt.Sprintf(`"NumericEqualsPath":%q`, g.reference()), fmt.Sprintf(`"StringEqualsPath":%q`, g.reference()), `"TimestampLessThan":"2027-01-01T00:00:00Z"`)
}

// query returns what may stand in a field of a JSONata state.
func (g *generator) query(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		return fmt.Sprintf(`{"a":%s,"b":%s}`, g.query(depth-1), g.query(depth-1))
	}
	return fmt.Sprintf("%q", "{% "+g.expression(depth+1)+" %}")
}

func (g *generator) path() string {
	return pick(g, "$states.input", "$states.input."+g.name(), "$states.input."+g.name()+"."+g.name(), "$states.input.lines.sku", "$states.input.lines[0]",
		"$states.input.lines[qty > 1].sku", "$states.context.Execution.Input", "$v", "$w.id", "$states.input.lines[]")
}

func (g *generator) expression(depth int) string {
	if depth == 0 {
		return pick(g, g.path(), g.path(), "1", "'x'", "true")
	}
	x, y := g.expression(depth-1), g.expression(depth-1)
	return pick(g, g.path(), g.path(), "["+x+", "+y+"]", "{'a': "+x+", 'b': "+y+"}", "$count("+x+")", "$string("+x+")", x+" & "+y, g.condition(depth)+" ? "+x+" : "+y,
		g.condition(depth)+" ? "+x, "$map("+x+", function($i) { $i."+g.name()+" })", "$filter("+x+", function($i) { $exists($i."+g.name()+") })",
		"$merge([$states.input, {'a': "+x+"}])", "$append("+x+", "+y+")", "("+"$z := "+x+"; $z)", "$lookup($states.input, 'a')", "$exists("+x+") ? "+x+" : 0",
		"[1..3]", "$keys("+x+")", "$distinct("+x+")", "$sum([1, 2]) + 1", "$reverse("+x+")", "("+x+").a", "$type("+x+")", "-1", x+" in "+y, "$not("+x+")")
}

func (g *generator) condition(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		return "(" + g.condition(depth-1) + pick(g, " and ", " or ") + g.condition(depth-1) + ")"
	}
	return pick(g, "$exists("+g.path()+")", "$not($exists("+g.path()+"))", "("+g.path()+" = 1)", "("+g.path()+" = 'x')", "("+g.path()+" != true)",
		"($type("+g.path()+") = 'number')", "true")
}
