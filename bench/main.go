// Command bench runs workloads on the interpreter and prints what they cost, one
// JSON line each:
//
//	go run ./bench [-n RUNS] FILE...
//	go run ./bench -items N,N,...
//
// A workload file holds a definition, an input, answers for its tasks and what has
// to come out. Each is run RUNS times on one core; the line tells of the fastest
// run: wall_s is the time from the start of the execution to its output, with full
// history, parsed_s the time to read and compile the definition. ok is false, with
// the reason in why, if the outcome is not the expected one.
//
// With -items a distributed Map is run over so many rows of a file that is made as it
// is read, once for each number; states are its items, rss_mb is the most that the
// process has had so far.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
)

func main() {
	runs := flag.Int("n", 5, "runs of each workload")
	profile := flag.String("cpuprofile", "", "file for a profile of the runs")
	items := flag.String("items", "", "`numbers` of items of a distributed Map to run instead of files")
	flag.Parse()
	if err := bench(flag.Args(), *items, *runs, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(files []string, items string, runs int, profile string) error {
	if len(files) == 0 && items == "" {
		return errors.New("no workload files given")
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	results, err := benchRuns(files, items, runs)
	if err != nil {
		return err
	}
	failed := false
	for r, err := range results {
		if err != nil {
			return err
		}
		failed = failed || !r.OK
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	if failed {
		return errors.New("some workloads did not come out as expected")
	}
	return nil
}

// benchRuns yields the results of what is to be run, one after the other.
func benchRuns(files []string, items string, runs int) (iter.Seq2[result, error], error) {
	var counts []int
	if items != "" {
		var err error
		if counts, err = sizes(items); err != nil {
			return nil, err
		}
	}
	return func(yield func(result, error) bool) {
		for _, n := range counts {
			if !yield(distributedRun(n), nil) {
				return
			}
		}
		for _, file := range files {
			w, err := readWorkload(file)
			if err != nil {
				yield(result{}, fmt.Errorf("%s: %w", file, err))
				return
			}
			if !yield(w.best(runs), nil) {
				return
			}
		}
	}, nil
}

// workload is a workload file.
type workload struct {
	name   string
	def    string
	input  any
	mocks  map[string][]answer
	expect *value.Object
}

// answer is what a task gets; it is given repeat times before the next one.
type answer struct {
	result any
	err    *interp.TaskError
	repeat int64
}

func readWorkload(file string) (*workload, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	v, err := value.Parse(string(text))
	if err != nil {
		return nil, err
	}
	doc, ok := v.(*value.Object)
	if !ok {
		return nil, errors.New("not a workload: no object")
	}
	w := &workload{mocks: map[string][]answer{}}
	w.name = textOf(doc, "name")
	def, _ := doc.Get("definition")
	w.def = value.String(def)
	w.input, _ = doc.Get("input")
	expect, _ := doc.Get("expect")
	w.expect, _ = expect.(*value.Object)
	mocks, _ := doc.Get("mocks")
	states, _ := mocks.(*value.Object)
	for m := range states.Members() {
		list, _ := m.Value.([]any)
		for _, e := range list {
			w.mocks[m.Name] = append(w.mocks[m.Name], readAnswer(e))
		}
	}
	return w, nil
}

func readAnswer(v any) answer {
	o, _ := v.(*value.Object)
	a := answer{repeat: 1}
	if n, ok := o.Get("repeat"); ok {
		a.repeat, _ = value.Int(n)
	}
	a.result, _ = o.Get("return")
	if o.Has("error") {
		a.err = &interp.TaskError{Name: textOf(o, "error"), Cause: textOf(o, "cause")}
	}
	return a
}

func textOf(o *value.Object, name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// result is a line of the output.
type result struct {
	Workload string  `json:"workload"`
	Wall     float64 `json:"wall_s"`
	Parsed   float64 `json:"parsed_s"`
	States   int     `json:"states"`
	Rate     float64 `json:"states_per_s"`
	Allocs   float64 `json:"allocs_per_state"`
	RSS      float64 `json:"rss_mb"`
	OK       bool    `json:"ok"`
	Why      string  `json:"why"`
}

// best runs the workload several times and returns the fastest run, or the first
// that went wrong.
func (w *workload) best(runs int) result {
	var best result
	for i := range runs {
		r := w.run()
		if !r.OK {
			return r
		}
		if i == 0 || r.Wall < best.Wall {
			best = r
		}
	}
	return best
}

func (w *workload) run() result {
	r := result{Workload: w.name}
	runtime.GC()
	began := time.Now()
	machine, err := w.compile()
	if err != nil {
		r.Why = err.Error()
		return r
	}
	r.Parsed = time.Since(began).Seconds()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began = time.Now()
	x, err := machine.Run(context.Background(), w.input)
	r.Wall = time.Since(began).Seconds()
	runtime.ReadMemStats(&after)
	if err != nil {
		r.Why = err.Error()
		return r
	}
	for e := range x.History().All() {
		if strings.HasSuffix(string(e.Type), "StateEntered") {
			r.States++
		}
	}
	r.Rate = float64(r.States) / r.Wall
	r.Allocs = float64(after.Mallocs-before.Mallocs) / float64(max(r.States, 1))
	r.RSS = maxRSS()
	r.Why = w.check(x, r.States)
	r.OK = r.Why == ""
	return r
}

func (w *workload) compile() (*interp.Machine, error) {
	m, problems := asl.Parse(w.name, w.def)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	quotas := interp.ServiceQuotas(asl.Standard)
	quotas.Events = 0
	return interp.New(m, interp.WithQuotas(quotas), interp.WithHandler(w.handler()))
}

func (w *workload) handler() interp.TaskHandler {
	calls := map[string]int64{}
	return func(_ context.Context, task *interp.Task) (any, error) {
		answers := w.mocks[task.State]
		if len(answers) == 0 {
			return nil, fmt.Errorf("the workload has no answer for state %s", task.State)
		}
		n := calls[task.State]
		calls[task.State]++
		for _, a := range answers {
			if n -= a.repeat; n < 0 {
				return a.give()
			}
		}
		return answers[len(answers)-1].give()
	}
}

func (a answer) give() (any, error) {
	if a.err != nil {
		return nil, a.err
	}
	return a.result, nil
}

// check says what is not as the workload expects it.
func (w *workload) check(x *interp.Execution, states int) string {
	if x.Status() != interp.Succeeded {
		return x.Err().Error()
	}
	if want, _ := w.expect.Get("states_entered"); want != nil && want != int64(states) {
		return fmt.Sprintf("%d states entered, want %v", states, want)
	}
	if want, ok := w.expect.Get("output"); ok && !value.Equal(x.Output(), want) {
		return "output differs"
	}
	if want := textOf(w.expect, "output_sha256"); want != "" && want != digest(x.Output()) {
		return "digest of the output differs"
	}
	if want, _ := w.expect.Get("virtual_seconds"); want != nil {
		if seconds, _ := value.Float(want); seconds != x.Duration().Seconds() {
			return fmt.Sprintf("took %v of virtual time, want %v s", x.Duration(), want)
		}
	}
	return ""
}

// digest returns the SHA-256 of a value's JSON text with sorted members.
func digest(v any) string {
	sum := sha256.Sum256(value.Append(nil, value.Sorted(v)))
	return hex.EncodeToString(sum[:])
}
