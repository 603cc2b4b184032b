package jsonata

// sortExpr is a step that orders what the steps before it have found.
type sortExpr struct {
	notes
	terms []sortTerm
}

type sortTerm struct {
	expr       expr
	descending bool
}

// eval is never called: a path takes its sort steps itself.
func (s *sortExpr) eval(*evaluation, any, *frame) (any, *Error) { return undefined{}, nil }

// sortable is an item with the keys it has been compared by so far.
type sortable struct {
	item any
	keys []any
}

// sortStep returns the items in order. Two or more are a plain array.
func (s *sortExpr) sortStep(ev *evaluation, items []any, env *frame) (results []any, exact any, err *Error) {
	if results, err = s.sorted(ev, items, env); err != nil {
		return nil, nil, err
	}
	if len(results) > 1 {
		exact = results
	}
	for _, st := range s.stages {
		v, err := ev.filter(st.predicate, results, env)
		if err != nil {
			return nil, nil, err
		}
		results, exact = filtered(v)
	}
	return results, exact, nil
}

// filtered returns the items of a predicate's result, and the result itself if it
// is a plain array.
func filtered(v any) (items []any, exact any) {
	if !isResult(v) {
		exact = v
	}
	return itemsOf(v), exact
}

// sorted returns the items, or tuples, in order.
func (s *sortExpr) sorted(ev *evaluation, items []any, env *frame) ([]any, *Error) {
	if len(items) <= 1 {
		return items, nil
	}
	rows := make([]*sortable, len(items))
	for i, item := range items {
		rows[i] = &sortable{item: item}
	}
	rows, err := mergeSort(rows, func(a, b *sortable) (bool, *Error) { return s.after(ev, a, b, env) })
	if err != nil {
		return nil, err
	}
	sorted := make([]any, len(rows))
	for i, row := range rows {
		sorted[i] = row.item
	}
	return sorted, ev.built(len(sorted))
}

// after reports whether a comes after b.
func (s *sortExpr) after(ev *evaluation, a, b *sortable, env *frame) (bool, *Error) {
	for i := range s.terms {
		x, err := s.key(ev, a, i, env)
		if err != nil {
			return false, err
		}
		y, err := s.key(ev, b, i, env)
		if err != nil {
			return false, err
		}
		order, err := s.compare(x, y)
		if err != nil {
			return false, err
		}
		if order == 0 {
			continue
		}
		if isUndefined(x) || isUndefined(y) || !s.terms[i].descending {
			return order > 0, nil
		}
		return order < 0, nil
	}
	return false, nil
}

// key returns the item's value for the i-th term.
func (s *sortExpr) key(ev *evaluation, row *sortable, i int, env *frame) (any, *Error) {
	if i < len(row.keys) {
		return row.keys[i], nil
	}
	in, frame, err := ev.context(row.item, nil, env)
	if err != nil {
		return nil, err
	}
	k, err := ev.eval(s.terms[i].expr, in, frame)
	if err == nil {
		row.keys = append(row.keys, k)
	}
	return k, err
}

// compare orders two keys; undefined comes last.
func (s *sortExpr) compare(x, y any) (int, *Error) {
	switch {
	case isUndefined(x) && isUndefined(y):
		return 0, nil
	case isUndefined(x):
		return 1, nil
	case isUndefined(y):
		return -1, nil
	case !isComparable(x):
		return 0, errorOf("T2008", x).at(s.mark)
	case !isComparable(y):
		return 0, errorOf("T2008", y).at(s.mark)
	}
	order, ok := compare(x, y)
	if !ok {
		e := errorOf("T2007", x)
		e.inserts.value2 = y
		return 0, e.at(s.mark)
	}
	return order, nil
}

// mergeSort returns the items in order, those that are equal in the order given.
func mergeSort[T any](items []T, after func(a, b T) (bool, *Error)) ([]T, *Error) {
	if len(items) <= 1 {
		return items, nil
	}
	middle := len(items) / 2
	left, err := mergeSort(items[:middle], after)
	if err != nil {
		return nil, err
	}
	right, err := mergeSort(items[middle:], after)
	if err != nil {
		return nil, err
	}
	merged := make([]T, 0, len(items))
	for len(left) > 0 && len(right) > 0 {
		swap, err := after(left[0], right[0])
		if err != nil {
			return nil, err
		}
		if swap {
			merged, right = append(merged, right[0]), right[1:]
		} else {
			merged, left = append(merged, left[0]), left[1:]
		}
	}
	return append(append(merged, left...), right...), nil
}
