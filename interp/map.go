package interp

import (
	"math"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// mapState is a compiled inline Map, or what a distributed one has in common with it.
type mapState struct {
	body           *scope
	items          expr // gives the array
	selector       expr // what an iteration gets; nil is its item
	maxConcurrency *integer
	tolerated      *integer
	percentage     *fraction
}

func (c *fields) mapState(def *asl.Map) action {
	body := def.Body()
	if body == nil {
		c.fail("", "a Map needs an ItemProcessor")
		return nil
	}
	pointer := "/ItemProcessor"
	if def.ItemProcessor == nil {
		pointer = "/Iterator"
	}
	s := &mapState{
		body:           c.scope(&body.Scope, c.pointer+pointer),
		items:          c.lang.items(c, def),
		selector:       c.selector(def),
		maxConcurrency: c.lang.integer(c, numberField{name: "MaxConcurrency", most: math.MaxInt32}, def.MaxConcurrency, def.MaxConcurrencyPath),
		tolerated:      c.lang.integer(c, numberField{name: "ToleratedFailureCount", most: math.MaxInt32}, def.ToleratedFailureCount, def.ToleratedFailureCountPath),
		percentage: c.lang.fraction(c, numberField{name: "ToleratedFailurePercentage", most: 100},
			def.ToleratedFailurePercentage, def.ToleratedFailurePercentagePath),
	}
	if def.IsDistributed() {
		return c.distributedMap(def, s)
	}
	return s
}

func (s *mapState) run(x *Execution, t *thread) *fault {
	var f *fault
	if t.in, f = t.state.flow.input(t); f != nil {
		return f
	}
	concurrency, f := s.maxConcurrency.value(t)
	if f != nil {
		return f
	}
	items, f := s.itemsOf(t)
	if f != nil {
		return f
	}
	started := x.record(record{kind: mapStarted, prev: t.last, ref: t.state, n: int32(len(items))})
	t.last = started
	if _, f := s.tolerance(t); f != nil { // it takes the fields, but tolerates none
		return f
	}
	t.fork = &fork{owner: t, work: iterations{s, items}, results: make([]payload, len(items))}
	return t.fork.run(x.inlineConcurrency(concurrency), started)
}

func (s *mapState) itemsOf(t *thread) ([]any, *fault) {
	v, f := s.items.eval(t, t.in.v, plainRole)
	if f != nil {
		return nil, f
	}
	items, _ := v.([]any)
	return items, nil
}

// inlineConcurrency returns how many iterations run at a time.
func (x *Execution) inlineConcurrency(wanted int64) int {
	n := x.cfg.quotas.InlineConcurrency
	if wanted > 0 && (n == 0 || wanted < int64(n)) {
		return int(wanted)
	}
	return n
}

// iterations is what the fork of an inline Map runs.
type iterations struct {
	*mapState
	items []any
}

func (m iterations) begin(f *fork, t *thread, prev int32) *fault {
	owner := f.owner
	t.item = &item{index: t.index, value: m.items[t.index], source: stateData}
	t.raw = payload{v: m.items[t.index]}
	if m.selector != nil {
		v, fault := m.selected(owner, t.item)
		if fault != nil {
			return fault
		}
		t.raw = payload{v: v}
	}
	t.state = m.body.start
	t.last = t.run.record(record{kind: iterationStarted, prev: prev, ref: owner.state, n: int32(t.index)})
	return nil
}

// selected returns what an iteration or a child gets for its item: the ItemSelector
// sees the Map's data and, in the context object, the item.
func (s *mapState) selected(owner *thread, it *item) (any, *fault) {
	around := owner.item
	owner.item, owner.context = it, nil
	v, fault := s.selector.eval(owner, owner.in.v, plainRole)
	owner.item, owner.context = around, nil
	return v, fault
}

func (iterations) isMap() bool { return true }

// pathItems are the items of a JSONPath Map.
type pathItems struct {
	path    *path // nil is the state's whole input
	objects bool  // of a distributed Map: an object's members are items too
}

func (pathLanguage) items(c *fields, def *asl.Map) expr {
	if !def.ItemsPath.IsSet() || def.ItemsPath.Text == "$" {
		return &pathItems{objects: def.IsDistributed()}
	}
	return &pathItems{path: c.newPath(def.ItemsPath.Text, "/ItemsPath"), objects: def.IsDistributed()}
}

func (p *pathItems) eval(t *thread, v any, _ role) (any, *fault) {
	shown := "$"
	if p.path != nil {
		shown = p.path.shown()
		var f *fault
		if v, f = p.path.field(t, v); f != nil {
			return nil, f
		}
	}
	_, isArray := v.([]any)
	_, isObject := v.(*value.Object)
	if !isArray && !(isObject && p.objects) {
		return nil, runtimeFault("Reference path \"%s\" must point to array.", shown)
	}
	return v, nil
}

// selector compiles what each iteration gets, nil for its item.
func (c *fields) selector(def *asl.Map) expr {
	if def.ItemSelector != nil {
		return c.lang.payload(c, def.ItemSelector, "/ItemSelector")
	}
	return c.lang.payload(c, def.Parameters, "/Parameters")
}
