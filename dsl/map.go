package dsl

import (
	"github.com/stepwise-go/stepwise/asl"
)

// MapState runs steps for each item of a list; see [Map].
type MapState struct{ mapper[*MapState] }

// DistributedState runs steps for each item of a data set; see [Distributed].
type DistributedState struct{ mapper[*DistributedState] }

// mapper has what both kinds of Map have.
type mapper[Self any] struct {
	worker[Self]
	maps *mapSpec
}

type mapSpec struct {
	items       *expr
	selector    setting[any]
	concurrency setting[any] // an int or an *expr
	steps       []item
	scope       *scope // found by wiring

	distributed   bool
	reader        *reader
	executionType string
	label         string
	batch         setting[any] // an int or an *expr
	batchBytes    setting[any]
	batchInput    setting[any]
	tolerateCount setting[*expr]
	tolerateRate  setting[*expr]
	writer        setting[Results]
	fault         string
}

type reader struct {
	resource  string
	arguments Object
	config    asl.ReaderConfig
	maxItems  *expr
}

// Map is a state that runs steps for each item of a list, at most 40 items at a
// time. Its result is the list of their outputs. The steps' input is the item or
// what Select says.
func Map[T any](name string, items Value[[]T], steps ...Step) *MapState {
	at := here()
	m := &MapState{}
	m.maps = &mapSpec{items: operandOf(items, at), steps: flatten(steps)}
	m.base = newBase(m, name, asl.MapType, at, m.maps)
	return m
}

// Into puts the result into a field of the input, which the state then hands on.
func (m *mapper[Self]) Into(field Operand) Self {
	at := here()
	m.s.into = setting[*expr]{operandOf(field, at), at}
	return m.self
}

// Select says what the steps get instead of the item alone; see [Item].
func (m *mapper[Self]) Select(v any) Self {
	m.maps.selector = setting[any]{v, here()}
	return m.self
}

// Concurrency limits how many items are worked on at a time; 0 is no own limit:
// then a Map works on 40 at a time, a distributed one on 10,000.
func (m *mapper[Self]) Concurrency(n int) Self {
	m.maps.concurrency = setting[any]{n, here()}
	return m.self
}

// ConcurrencyFrom is Concurrency with a number that is known only at run time.
func (m *mapper[Self]) ConcurrencyFrom(n Value[int]) Self {
	at := here()
	m.maps.concurrency = setting[any]{operandOf(n, at), at}
	return m.self
}

// Reader is where a distributed Map gets its items of type T. Package tasks has
// the readers of Amazon S3, [Items] takes them from the state's input.
type Reader[T any] interface {
	Dataset() Dataset[T]
}

// Dataset is a reader as a distributed Map writes it (Step Functions Developer
// Guide, "ItemReader").
type Dataset[T any] struct {
	Resource  string // the action that reads: arn:aws:states:::s3:getObject
	Arguments Object
	Config    asl.ReaderConfig
	MaxItems  Value[int] // nil: all items
	Items     Value[[]T] // the items themselves, instead of all that
}

type itemReader[T any] struct{ items *expr }

func (r itemReader[T]) Dataset() Dataset[T] { return Dataset[T]{Items: Ref[[]T]{r.items}} }

// Items reads the items from a list that the state machine has at hand.
func Items[T any](v Value[[]T]) Reader[T] { return itemReader[T]{operandOf(v, here())} }

// Results is where a distributed Map writes the results of its items (Step
// Functions Developer Guide, "ResultWriter").
type Results struct {
	Resource  string // the action that writes: arn:aws:states:::s3:putObject
	Arguments Object
	Config    asl.WriterConfig
}

// Writer is something that says where results go. Package tasks has that of
// Amazon S3.
type Writer interface {
	Results() Results
}

// Distributed is a state that runs steps for each item of a data set, each item
// or batch of items as an execution of its own, thousands at a time.
func Distributed[T any](name string, r Reader[T], steps ...Step) *DistributedState {
	at := here()
	sp := &mapSpec{distributed: true, executionType: asl.Standard, steps: flatten(steps)}
	d := &DistributedState{}
	d.maps = sp
	d.base = newBase(d, name, asl.MapType, at, sp)
	if isNil(r) {
		sp.fault = "the Map has no reader"
		return d
	}
	set := r.Dataset()
	if set.Items != nil {
		sp.items = operandOf(set.Items, at)
		return d
	}
	sp.reader = &reader{resource: set.Resource, arguments: set.Arguments, config: set.Config}
	if set.MaxItems != nil {
		sp.reader.maxItems = operandOf(set.MaxItems, at)
	}
	return d
}

// Express makes the executions of the items Express ones, which last five
// minutes at most.
func (d *DistributedState) Express() *DistributedState {
	d.maps.executionType = asl.Express
	return d
}

// Label names the Map in the ARNs of its runs, at most 40 characters.
func (d *DistributedState) Label(text string) *DistributedState {
	d.maps.label = text
	return d
}

// Batch gives each execution up to n items, as a list; see tasks.Batch.
func (d *DistributedState) Batch(n int) *DistributedState {
	d.maps.batch = setting[any]{n, here()}
	return d
}

// BatchFrom is [DistributedState.Batch] with a number that is known only at run
// time.
func (d *DistributedState) BatchFrom(n Value[int]) *DistributedState {
	at := here()
	d.maps.batch = setting[any]{operandOf(n, at), at}
	return d
}

// BatchBytes gives each execution items of up to n bytes of input, at most
// 262,144.
func (d *DistributedState) BatchBytes(n int) *DistributedState {
	d.maps.batchBytes = setting[any]{n, here()}
	return d
}

// BatchInput adds data that every batch carries beside its items.
func (d *DistributedState) BatchInput(v any) *DistributedState {
	d.maps.batchInput = setting[any]{v, here()}
	return d
}

// TolerateCount lets the Map succeed while no more than n items fail.
func (d *DistributedState) TolerateCount(n Value[int]) *DistributedState {
	at := here()
	d.maps.tolerateCount = setting[*expr]{operandOf(n, at), at}
	return d
}

// TolerateRate lets the Map succeed while no more than so many percent of the
// items fail, 0 to 100.
func (d *DistributedState) TolerateRate(percent Value[float64]) *DistributedState {
	at := here()
	d.maps.tolerateRate = setting[*expr]{operandOf(percent, at), at}
	return d
}

// Write sends the results of the items to a file instead of handing them on.
func (d *DistributedState) Write(to Writer) *DistributedState {
	at := here()
	if isNil(to) {
		d.s.fail(problemf(codeHandle, at, "", "Write is given no writer"))
		return d
	}
	d.maps.writer = setting[Results]{to.Results(), at}
	return d
}
