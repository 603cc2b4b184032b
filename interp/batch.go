package interp

import (
	"math"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// batcher is a compiled ItemBatcher.
type batcher struct {
	input           expr // BatchInput, nil is none
	maxItems, bytes *integer
}

// batchLimits says what a batch may hold, and what it holds beside its items.
type batchLimits struct {
	on       bool // items come in batches
	maxItems int64
	bytes    int
	input    any
	hasInput bool
}

func (c *fields) batcher(def *asl.ItemBatcher) *batcher {
	if def == nil {
		return nil
	}
	const in = "/ItemBatcher"
	return &batcher{
		input:    c.lang.payload(c, def.BatchInput, in+"/BatchInput"),
		maxItems: c.lang.integer(c, numberField{name: "MaxItemsPerBatch", in: in, most: math.MaxInt32}, def.MaxItemsPerBatch, def.MaxItemsPerBatchPath),
		bytes:    c.lang.integer(c, numberField{name: "MaxInputBytesPerBatch", in: in, most: math.MaxInt32}, def.MaxInputBytesPerBatch, def.MaxInputBytesPerBatchPath),
	}
}

// limits evaluates the batcher's fields; a nil batcher makes no batches.
func (b *batcher) limits(x *Execution, t *thread) (l batchLimits, f *fault) {
	if b == nil {
		return l, nil
	}
	l.on, l.hasInput = true, b.input != nil
	if l.hasInput {
		if l.input, f = b.input.eval(t, t.in.v, plainRole); f != nil {
			return l, f
		}
	}
	if l.maxItems, f = b.maxItems.value(t); f != nil {
		return l, f
	}
	bytes, f := b.bytes.value(t)
	l.bytes = int(bytes)
	if most := x.cfg.quotas.PayloadBytes; most > 0 && (l.bytes == 0 || l.bytes > most) {
		l.bytes = most
	}
	return l, f
}

// gather returns the input of the next child and how many items are in it, 0 if
// there are none left.
func (r *mapRun) gather() (payload, int, *fault) {
	if !r.batch.on {
		it, f := r.take()
		if it == nil || f != nil {
			return payload{}, 0, f
		}
		return payload{v: it.value}, 1, nil
	}
	return r.gatherBatch()
}

func (r *mapRun) gatherBatch() (payload, int, *fault) {
	members := make([]value.Member, 0, 2)
	if r.batch.hasInput {
		members = append(members, value.Member{Name: "BatchInput", Value: r.batch.input})
	}
	members = append(members, value.Member{Name: "Items", Value: []any{}})
	size := value.Size(value.NewObject(members...))
	var items []any
	for r.batch.maxItems == 0 || int64(len(items)) < r.batch.maxItems {
		it, f := r.take()
		if f != nil {
			return payload{}, 0, f
		}
		if it == nil {
			break
		}
		size += value.Size(it.value)
		if len(items) > 0 {
			size++ // for the comma
		}
		if r.batch.bytes > 0 && size > r.batch.bytes {
			if items == nil {
				return payload{}, 0, oversizeFault(r.owner.state.name)
			}
			r.held = it
			break
		}
		items = append(items, it.value)
	}
	if items == nil {
		return payload{}, 0, nil
	}
	members[len(members)-1].Value = items
	return payload{v: value.NewObject(members...)}, len(items), nil
}

// take returns the next item as the ItemSelector makes it, nil if there is none.
func (r *mapRun) take() (*dataItem, *fault) {
	if it := r.held; it != nil {
		r.held = nil
		return it, nil
	}
	it, err, ok := r.next()
	switch {
	case !ok:
		r.exhausted = true
		return nil, nil
	case err != nil:
		return nil, readerFault(err)
	}
	index := r.read
	r.read++
	if r.def.selector != nil {
		v, f := r.def.selected(r.owner, &item{index: index, value: it.value, key: it.key, source: it.source})
		if f != nil {
			return nil, f
		}
		it.value = v
	}
	return &it, nil
}
