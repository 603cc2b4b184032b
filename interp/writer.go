package interp

import (
	"bufio"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// resultWriter is a compiled ResultWriter; nil is an absent one.
type resultWriter struct {
	args   expr // where to export to, nil keeps the results in the state
	config asl.WriterConfig
}

func (c *fields) resultWriter(def *asl.ResultWriter) *resultWriter {
	if def == nil {
		return nil
	}
	w := &resultWriter{}
	if def.WriterConfig != nil {
		w.config = *def.WriterConfig
	}
	if def.Resource != "" {
		w.args = c.lang.template(c, def.Parameters, def.Arguments, "/ResultWriter")
	}
	return w
}

// The transformations of results.
const (
	withMetadata = "NONE"    // an object that tells all of the child execution
	outputsOnly  = "COMPACT" // the child's output
	flattened    = "FLATTEN" // the elements of the outputs that are arrays
)

// mapResults gathers what the children of a Map Run come to.
type mapResults struct {
	run       *Execution
	transform string
	limit     int // bytes of the state's result, 0 is none

	outputs []childOutput // kept for the state's result
	size    int           // of the outputs
	export  *exporter
}

type childOutput struct {
	index int
	v     any
}

// open starts the gathering; arn and id are those of the Map Run.
func (w *resultWriter) open(x *Execution, t *thread, arn, id string) (*mapResults, *fault) {
	r := &mapResults{run: x, transform: outputsOnly, limit: x.cfg.quotas.PayloadBytes}
	if w == nil {
		return r, nil
	}
	if w.args != nil {
		r.transform = withMetadata
	}
	if w.config.Transformation != "" {
		r.transform = w.config.Transformation
	}
	if w.args == nil {
		return r, nil
	}
	v, f := w.args.eval(t, t.in.v, plainRole)
	if f != nil {
		return nil, f
	}
	if x.cfg.objects == nil {
		x.err = errNoStore(t.state.name, "ResultWriter")
		return nil, taskFault(asl.ErrResultWriterFailed, x.err.Error())
	}
	args, _ := v.(*value.Object)
	prefix := strings.TrimSuffix(textMember(args, "Prefix"), "/")
	if prefix != "" {
		prefix += "/"
	}
	r.export = &exporter{run: x, arn: arn, bucket: textMember(args, "Bucket"), prefix: prefix + id + "/",
		lines: w.config.OutputType == "JSONL"}
	return r, nil
}

// add takes a child that is over.
func (r *mapResults) add(index int, child *Execution) error {
	if r.export != nil {
		return r.export.add(child, r.shape(child))
	}
	if child.status != Succeeded && r.transform != withMetadata {
		return nil
	}
	for _, v := range r.shape(child) {
		r.size += value.Size(v) + 1
		if r.limit > 0 && r.size > r.limit+1 {
			r.outputs = nil // too large: nothing of it is wanted any more
			continue
		}
		r.outputs = append(r.outputs, childOutput{index, v})
	}
	return nil
}

// shape returns what stands for a child among the results.
func (r *mapResults) shape(child *Execution) []any {
	switch {
	case r.transform == withMetadata:
		return []any{child.describe(func(ns int64) any { return instant(ns) })}
	case child.fault != nil:
		return []any{child.fault.output()}
	case child.status != Succeeded: // it has timed out
		return []any{timeoutFault(false).output()}
	case r.transform == flattened:
		if elements, ok := child.output.v.([]any); ok {
			return elements
		}
	}
	return []any{child.output.v}
}

// keep takes a child again that a redrive leaves as it is.
func (r *mapResults) keep(c childRun) error {
	if r.export == nil {
		return nil // it is among the outputs
	}
	return r.export.add(c.Execution, r.shape(c.Execution))
}

// interrupt ends the gathering of a run that has not come to its end: what is written
// can be read, if it can be written at all; the run has failed of something else.
func (r *mapResults) interrupt() {
	if r.export != nil {
		_, _ = r.export.close()
	}
}

// forget drops what children came to that run again.
func (r *mapResults) forget(again []childRun) {
	indexes := map[int]bool{}
	for _, c := range again {
		indexes[c.index] = true
	}
	r.outputs = slices.DeleteFunc(r.outputs, func(o childOutput) bool {
		if indexes[o.index] {
			r.size -= value.Size(o.v) + 1
		}
		return indexes[o.index]
	})
}

// close ends the gathering and returns the state's result.
func (r *mapResults) close(state string) (payload, *fault) {
	if r.export != nil {
		v, err := r.export.close()
		if err != nil {
			return payload{}, taskFault(asl.ErrResultWriterFailed, err.Error())
		}
		return payload{v: v}, nil
	}
	if r.limit > 0 && r.size > r.limit+1 {
		return payload{}, oversizeFault(state)
	}
	slices.SortStableFunc(r.outputs, func(a, b childOutput) int { return a.index - b.index })
	values := make([]any, len(r.outputs))
	for i, o := range r.outputs {
		values[i] = o.v
	}
	return payload{v: values}, nil
}

// describe returns what the files of a ResultWriter, and tasks that wait for an
// execution, tell of it; date writes the times.
func (x *Execution) describe(date func(ns int64) any) *value.Object {
	included := value.NewObject(value.Member{Name: "Included", Value: true})
	members := []value.Member{{Name: "ExecutionArn", Value: x.arn}}
	add := func(name string, v any) { members = append(members, value.Member{Name: name, Value: v}) }
	if x.fault != nil {
		members = members[:0]
		if x.fault.cause.set {
			add("Cause", x.fault.cause.s)
		}
		if x.fault.name.set {
			add("Error", x.fault.name.s)
		}
		add("ExecutionArn", x.arn)
	}
	add("Input", x.input.String())
	add("InputDetails", included)
	add("Name", x.cfg.name)
	if x.status == Succeeded {
		add("Output", x.output.String())
		add("OutputDetails", included)
	}
	add("RedriveCount", int64(x.redrives))
	add("RedriveStatus", "NOT_REDRIVABLE")
	add("RedriveStatusReason", "Execution is "+string(x.status)+" and cannot be redriven")
	add("StartDate", date(x.started))
	add("StateMachineArn", x.machineARN())
	add("Status", string(x.status))
	add("StopDate", date(x.stopped))
	return value.NewObject(members...)
}

// exporter writes results into files: SUCCEEDED_0.json, FAILED_0.json and a
// manifest that lists them. A redrive writes into new files, SUCCEEDED_1.json and so
// on; those of the failures before it no longer count.
type exporter struct {
	run            *Execution
	arn            string
	bucket, prefix string
	lines          bool
	number         int            // of the present files
	files          [2]*resultFile // of those that succeeded and of those that failed
	succeeded      []any          // the entries of the manifest for earlier files
}

var resultFileNames = [2]string{"SUCCEEDED", "FAILED"}

type resultFile struct {
	key   string
	lines bool
	file  io.WriteCloser
	w     *bufio.Writer
	text  []byte // of the last entry, for its memory
	size  int64
	empty bool
}

func (e *exporter) add(child *Execution, entries []any) error {
	which := 0
	if child.status != Succeeded {
		which = 1
	}
	if e.files[which] == nil {
		f, err := e.create(resultFileNames[which])
		if err != nil {
			return err
		}
		e.files[which] = f
	}
	for _, entry := range entries {
		if err := e.files[which].write(entry); err != nil {
			return err
		}
	}
	return nil
}

// store returns a writer for an object. An execution may be stopped while it does
// not run, when it has no context.
func (e *exporter) store(key string) (io.WriteCloser, error) {
	ctx := e.run.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return e.run.cfg.objects.Create(ctx, e.bucket, key)
}

// again starts the files of a redrive.
func (e *exporter) again() {
	if f := e.files[0]; f != nil {
		e.succeeded = append(e.succeeded, f.entry())
	}
	e.number++
	e.files = [2]*resultFile{}
}

func (e *exporter) create(name string) (*resultFile, error) {
	key := e.prefix + name + "_" + strconv.Itoa(e.number) + ".json"
	if e.lines {
		key += "l"
	}
	file, err := e.store(key)
	if err != nil {
		return nil, err
	}
	return &resultFile{key: key, lines: e.lines, file: file, w: bufio.NewWriter(file), empty: true}, nil
}

func (f *resultFile) write(entry any) error {
	f.text = f.text[:0]
	switch {
	case f.lines:
	case f.empty:
		f.text = append(f.text, '[')
	default:
		f.text = append(f.text, ',')
	}
	if f.text = value.Append(f.text, entry); f.lines {
		f.text = append(f.text, '\n')
	}
	f.empty = false
	return f.print(f.text)
}

func (f *resultFile) print(text []byte) error {
	f.size += int64(len(text))
	_, err := f.w.Write(text)
	return err
}

// entry is what a manifest says of the file.
func (f *resultFile) entry() *value.Object {
	return value.NewObject(value.Member{Name: "Key", Value: f.key}, value.Member{Name: "Size", Value: f.size})
}

func (f *resultFile) close() error {
	if !f.lines {
		end := "]"
		if f.empty { // all outputs were empty arrays, of which nothing is left
			end = "[]"
		}
		if err := f.print([]byte(end)); err != nil {
			return err
		}
	}
	if err := f.w.Flush(); err != nil {
		return err
	}
	return f.file.Close()
}

// close writes the manifest and returns the state's result, which names it.
func (e *exporter) close() (*value.Object, error) {
	lists := map[string][]any{"FAILED": {}, "PENDING": {}, "SUCCEEDED": append([]any{}, e.succeeded...)}
	for i, f := range e.files {
		if f == nil {
			continue
		}
		if err := f.close(); err != nil {
			return nil, err
		}
		lists[resultFileNames[i]] = append(lists[resultFileNames[i]], f.entry())
	}
	manifest := value.NewObject(
		value.Member{Name: "DestinationBucket", Value: e.bucket},
		value.Member{Name: "MapRunArn", Value: e.arn},
		value.Member{Name: "ResultFiles", Value: value.NewObject(
			value.Member{Name: "FAILED", Value: lists["FAILED"]},
			value.Member{Name: "PENDING", Value: lists["PENDING"]},
			value.Member{Name: "SUCCEEDED", Value: lists["SUCCEEDED"]})})
	key := e.prefix + "manifest.json"
	file, err := e.store(key)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(file, value.String(manifest)); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return value.NewObject(
		value.Member{Name: "MapRunArn", Value: e.arn},
		value.Member{Name: "ResultWriterDetails", Value: value.NewObject(
			value.Member{Name: "Bucket", Value: e.bucket}, value.Member{Name: "Key", Value: key})}), nil
}
