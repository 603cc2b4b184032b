package jsonata

import (
	"math"

	"github.com/stepwise-go/stepwise/asl/value"
)

// invocation calls the function that a function such as $map has been given. It
// passes as many arguments as the function has parameters, but one at least.
type invocation struct {
	call
	fn   any
	n    int
	args [3]any
}

func (c call) invoke(fn any) *invocation {
	i := &invocation{call: c, fn: fn, n: 1}
	if f, ok := fn.(callable); ok {
		i.n = min(max(f.arity(), 1), len(i.args))
	}
	return i
}

// with calls the function with a value, its index or name, and what holds it.
func (i *invocation) with(v, index, whole any) (any, *Error) {
	i.args = [...]any{v, index, whole}
	return i.callback(i.fn, i.args[:i.n])
}

// test is with for a condition.
func (i *invocation) test(v, index, whole any) (bool, *Error) {
	res, err := i.with(v, index, whole)
	if err != nil {
		return false, err
	}
	return i.boolean(res)
}

func mapItems(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	fn := c.invoke(args[1])
	results := make([]any, 0, len(items))
	for i, item := range items {
		v, err := fn.with(item, int64(i), args[0])
		if err != nil {
			return nil, err
		}
		if !isUndefined(v) {
			results = append(results, c.store(v))
		}
	}
	return newSequence(results...), c.built(len(results))
}

func filterItems(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	fn := c.invoke(args[1])
	var results []any
	for i, item := range items {
		ok, err := fn.test(item, int64(i), args[0])
		if err != nil {
			return nil, err
		}
		if ok {
			results = append(results, item)
		}
	}
	return newSequence(results...), c.built(len(results))
}

func single(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	condition := argument(args, 1)
	fn := c.invoke(condition)
	var only any
	found := false
	for i, item := range items {
		ok := true
		if !isUndefined(condition) {
			var err *Error
			if ok, err = fn.test(item, int64(i), args[0]); err != nil {
				return nil, err
			}
		}
		if ok && found {
			e := newError("D3138")
			e.inserts.index = i
			return nil, e
		}
		if ok {
			only, found = item, true
		}
	}
	if !found {
		return nil, newError("D3139")
	}
	return only, nil
}

func reduce(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	fn, _ := args[1].(callable)
	n := 0
	if fn != nil {
		n = fn.arity()
	}
	if n < 2 {
		e := newError("D3050")
		e.inserts.index = 1
		return nil, e
	}
	result, from := argument(args, 2), 0
	if isUndefined(result) && len(items) > 0 {
		result, from = items[0], 1
	}
	passed := make([]any, 4)
	for i := from; i < len(items); i++ {
		copy(passed, []any{result, items[i], int64(i), args[0]})
		var err *Error
		if result, err = c.callback(fn, passed[:min(n, len(passed))]); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func zip(c call, args []any) (any, *Error) {
	shortest := math.MaxInt
	for _, a := range args {
		items, _ := arrayItems(a)
		shortest = min(shortest, len(items))
	}
	if err := c.spend(shortest * len(args)); err != nil {
		return nil, err
	}
	if err := c.built(shortest * (len(args) + 1)); err != nil {
		return nil, err
	}
	n := len(args)
	cells := make([]any, shortest*n) // of all rows
	for j, a := range args {
		items, _ := arrayItems(a)
		for i, item := range items[:shortest] {
			cells[i*n+j] = item
		}
	}
	rows := make([]any, shortest)
	for i := range rows {
		rows[i] = cells[i*n : (i+1)*n : (i+1)*n]
	}
	return rows, nil
}

func appendItems(c call, args []any) (any, *Error) {
	for _, a := range args {
		if !isArray(a) {
			c.store(a)
		}
	}
	v := appendValues(args[0], args[1])
	items, _ := arrayItems(v)
	if err := c.spend(len(items)); err != nil {
		return nil, err
	}
	return v, c.built(len(items))
}

func exists(_ call, args []any) (any, *Error) { return !isUndefined(args[0]), nil }

func reverse(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok || len(items) <= 1 {
		return args[0], nil
	}
	reversed := make([]any, len(items))
	for i, item := range items {
		reversed[len(items)-1-i] = item
	}
	return c.plainArray(reversed)
}

// plainArray returns an array that is made of another's items.
func (c call) plainArray(items []any) (any, *Error) {
	if err := c.spend(len(items)); err != nil {
		return nil, err
	}
	return items, c.built(len(items))
}

func shuffle(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok || len(items) <= 1 {
		return args[0], nil
	}
	shuffled := append([]any(nil), items...)
	c.rand().Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return c.plainArray(shuffled)
}

func sortItems(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok || len(items) <= 1 {
		return args[0], nil
	}
	comparator := argument(args, 1)
	after := func(a, b any) (bool, *Error) {
		order, _ := compare(a, b)
		return order == 1, c.spend(1)
	}
	if isUndefined(comparator) {
		if err := unsortable(items); err != nil {
			return nil, err
		}
	} else {
		passed := make([]any, 2)
		after = func(a, b any) (bool, *Error) {
			passed[0], passed[1] = a, b
			v, err := c.callback(comparator, passed)
			return err == nil && !falsy(v), err
		}
	}
	sorted, err := mergeSort(items, after)
	if err != nil {
		return nil, err
	}
	return c.plainArray(sorted)
}

// unsortable returns the error of items that have no order of their own, being
// neither all numbers nor all strings.
func unsortable(items []any) *Error {
	numbers, strings := true, true
	for _, item := range items {
		_, isString := item.(string)
		_, isNumber, err := numeric(item)
		if err != nil {
			return err
		}
		numbers, strings = numbers && isNumber, strings && isString
	}
	if numbers || strings {
		return nil
	}
	e := newError("D3070")
	e.inserts.index = 1
	return e
}

func distinct(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok || len(items) <= 1 {
		return args[0], nil
	}
	var results []any
	seen := map[any]bool{} // of the simple values
	var others []any
	for _, item := range items {
		key, simple := simpleKey(item)
		if simple {
			if seen[key] {
				continue
			}
			seen[key] = true
		} else {
			known, err := c.isAmong(item, others)
			if err != nil {
				return nil, err
			}
			if known {
				continue
			}
			others = append(others, item)
		}
		results = append(results, item)
	}
	if err := c.spend(len(items)); err != nil {
		return nil, err
	}
	if err := c.built(len(results)); err != nil {
		return nil, err
	}
	if isResult(args[0]) {
		return newSequence(results...), nil
	}
	return results, nil
}

// simpleKey returns what tells a string, number, boolean or null from all others.
func simpleKey(v any) (key any, simple bool) {
	switch v := v.(type) {
	case nil, bool, string:
		return v, true
	}
	return float(v)
}

func (c call) isAmong(v any, others []any) (bool, *Error) {
	for _, o := range others {
		if same, err := c.equal(v, o); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func sift(c call, args []any) (any, *Error) {
	o, ok := args[0].(*value.Object)
	if !ok {
		return undefined{}, nil
	}
	fn := c.invoke(argument(args, 1))
	var members []value.Member
	for m := range o.Members() {
		ok, err := fn.test(m.Value, m.Name, o)
		if err != nil {
			return nil, err
		}
		if ok {
			members = append(members, m)
		}
	}
	if len(members) == 0 {
		return undefined{}, nil
	}
	return c.object(members)
}

func each(c call, args []any) (any, *Error) {
	o, _ := args[0].(*value.Object)
	fn := c.invoke(argument(args, 1))
	var results []any
	for m := range o.Members() {
		v, err := fn.with(m.Value, m.Name, o)
		if err != nil {
			return nil, err
		}
		if !isUndefined(v) {
			results = append(results, c.store(v))
		}
	}
	return newSequence(results...), c.built(len(results))
}

func keys(c call, args []any) (any, *Error) {
	if o, ok := args[0].(*value.Object); ok {
		names := make([]any, 0, o.Len())
		for m := range o.Members() {
			names = append(names, m.Name)
		}
		return newSequence(names...), c.built(len(names))
	}
	seen := map[string]bool{}
	var names []any
	if err := c.collectKeys(args[0], 0, func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}); err != nil {
		return nil, err
	}
	return newSequence(names...), c.built(len(names))
}

// collectKeys calls add with the names of the members of all objects in an array.
func (c call) collectKeys(v any, depth int, add func(string)) *Error {
	if o, ok := v.(*value.Object); ok {
		for m := range o.Members() {
			add(m.Name)
		}
		return c.spend(o.Len())
	}
	items, ok := arrayItems(v)
	if !ok {
		return nil
	}
	if err := c.descend(len(items), depth); err != nil {
		return err
	}
	for _, item := range items {
		if err := c.collectKeys(item, depth+1, add); err != nil {
			return err
		}
	}
	return nil
}

func lookup(c call, args []any) (any, *Error) {
	name := searched(args[1])
	items, ok := arrayItems(args[0])
	if !ok {
		return c.field(args[0], name)
	}
	results, err := c.appendFields(nil, items, name, 0)
	return newSequence(results...), err
}

func spread(c call, args []any) (any, *Error) {
	items, isArray := arrayItems(args[0])
	_, isObject := args[0].(*value.Object)
	if !isArray && !isObject {
		return args[0], nil
	}
	if !isArray {
		items = []any{args[0]}
	}
	results, err := c.spreadItems(nil, items, 0)
	if err != nil {
		return nil, err
	}
	c.containers++
	if isArray && len(items) > 0 {
		return results, nil // a plain array, as the reference makes it
	}
	return newSequence(results...), nil
}

func (c call) spreadItems(results, items []any, depth int) ([]any, *Error) {
	if err := c.descend(len(items), depth); err != nil {
		return nil, err
	}
	for _, item := range items {
		if o, ok := item.(*value.Object); ok {
			for m := range o.Members() {
				single, err := c.object([]value.Member{m})
				if err != nil {
					return nil, err
				}
				results = append(results, single)
			}
		} else if inner, ok := arrayItems(item); ok {
			var err *Error
			if results, err = c.spreadItems(results, inner, depth+1); err != nil {
				return nil, err
			}
		} else {
			results = append(results, item)
		}
	}
	return results, c.allocate(len(items) * itemSize)
}

func merge(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	var members []value.Member
	for _, item := range items {
		o, _ := item.(*value.Object)
		for m := range o.Members() {
			members = append(members, m)
		}
		if err := c.allocate(o.Len() * memberSize); err != nil {
			return nil, err
		}
	}
	if err := c.spend(len(members)); err != nil {
		return nil, err
	}
	return c.object(members)
}

func clone(c call, args []any) (any, *Error) {
	if isUndefined(args[0]) {
		return args[0], nil
	}
	return c.cloned(args[0], 0)
}

func typeOf(_ call, args []any) (any, *Error) {
	switch v := args[0].(type) {
	case undefined:
		return v, nil
	case nil:
		return "null", nil
	case bool:
		return "boolean", nil
	case string:
		return "string", nil
	}
	switch {
	case isNumber(args[0]):
		if _, _, err := numeric(args[0]); err != nil {
			return nil, err
		}
		return "number", nil
	case isArray(args[0]):
		return "array", nil
	case isCallable(args[0]):
		return "function", nil
	}
	return "object", nil
}

func raise(_ call, args []any) (any, *Error) {
	return nil, messageError("D3137", args, 0, "$error() function evaluated")
}

func assert(_ call, args []any) (any, *Error) {
	if b, _ := args[0].(bool); b {
		return undefined{}, nil
	}
	return nil, messageError("D3141", args, 1, "$assert() statement failed")
}

// messageError returns an error with the message that an expression gives it.
func messageError(code string, args []any, i int, standard string) *Error {
	e := newError(code)
	if e.inserts.message, _ = stringArgument(args, i); e.inserts.message == "" {
		e.inserts.message = standard
	}
	return e
}

// evaluate is $eval: the expression sees the variables of the place of the call.
func evaluate(c call, args []any) (any, *Error) {
	text, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	in := c.in
	if focus := argument(args, 1); !isUndefined(focus) {
		in = focus
		if items, ok := focus.([]any); ok {
			in = &sequence{items: []any{items}, result: true, wrapper: true}
		}
	}
	if err := c.spend(len(text)); err != nil {
		return nil, err
	}
	comp := &compiler{config: c.expr.config}
	_, code, err := comp.compile(text)
	if err != nil {
		return nil, evalError("D3120", err)
	}
	c.halves, c.finishes = c.halves || code.halves, c.finishes || code.finishes
	v, err := c.evaluation.eval(code.expr, in, c.env)
	if err != nil {
		if err.cause != nil {
			return nil, err // a limit is one of the whole evaluation
		}
		return nil, evalError("D3121", err)
	}
	return v, nil
}

func evalError(code string, err *Error) *Error {
	return errorOf(code, err.complete().Message)
}
