package check_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/check"
)

// chain returns a definition of n states: tasks with retriers, catchers and
// payload templates, and every tenth a Choice.
func chain(n int) string {
	var b strings.Builder
	b.WriteString(`{"StartAt":"S0","States":{`)
	for i := range n - 1 {
		next := fmt.Sprintf("S%d", i+1)
		if i%10 == 9 {
			fmt.Fprintf(&b, `"S%d":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a.b","IsPresent":true},{"Variable":"$.a.b","NumericGreaterThan":%d}],"Next":%q}],"Default":"End"},`, i, i, next)
			continue
		}
		fmt.Fprintf(&b, `"S%d":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f%d","Payload":{"id.$":"$.order.id","all.$":"States.Array($.a, $$.Execution.Id)"}},`, i, i)
		fmt.Fprintf(&b, `"ResultPath":"$.r","TimeoutSeconds":30,"Retry":[{"ErrorEquals":["States.TaskFailed"],"IntervalSeconds":2,"MaxAttempts":3,"BackoffRate":1.5}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"End"}],"Next":%q},`, next)
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Pass","Next":"End"},"End":{"Type":"Succeed"}}}`, n-1)
	return b.String()
}

// expressions returns a definition of n JSONata states that assign variables.
func expressions(n int) string {
	var b strings.Builder
	b.WriteString(`{"QueryLanguage":"JSONata","StartAt":"S0","States":{`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d":{"Type":"Pass","Assign":{"v%d":"{%% $states.input.a[b > %d] %%}"},"Output":{"sum":"{%% $sum($states.input.items.price) + %d %%}"},"Next":"S%d"},`, i, i, i, i, i+1)
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Succeed"}}}`, n)
	return b.String()
}

func BenchmarkText(b *testing.B) {
	for _, bench := range []struct {
		name, text string
	}{
		{"chain of 500", chain(500)},
		{"chain of 1,900", chain(1900)}, // about as many as a definition can hold
		{"JSONata, 1,000", expressions(1000)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				if faults := check.Text("", bench.text); faults.HasErrors() {
					b.Fatal(faults)
				}
			}
		})
	}
}

// plain returns a definition of n small states.
func plain(n int) string {
	var b strings.Builder
	b.WriteString(`{"StartAt":"S0","States":{`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d":{"Type":"Pass","Result":%d,"Next":"S%d"},`, i, i, i+1)
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Succeed"}}}`, n)
	return b.String()
}

func BenchmarkPlainStates(b *testing.B) {
	for _, n := range []int{5_000, 15_000} {
		text := plain(n)
		b.Run(fmt.Sprintf("parse %d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				asl.Parse("", text)
			}
		})
		b.Run(fmt.Sprintf("parse and check %d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				check.Text("", text)
			}
		})
	}
}

// A machine that is built may have more states than a text can.
func BenchmarkRun50000(b *testing.B) {
	states := make([]asl.State, 0, 50_001)
	for i := range 50_000 {
		states = append(states, &asl.Task{
			Base:       asl.Base{Name: fmt.Sprintf("S%d", i)},
			Resource:   "arn:aws:lambda:eu-west-1:123456789012:function:f",
			Work:       asl.Work{ResultPath: asl.Path{Text: "$.r"}, Retry: []asl.Retrier{{ErrorEquals: []string{asl.ErrTaskFailed}}}},
			Transition: asl.Transition{Next: fmt.Sprintf("S%d", i+1)},
		})
	}
	m := &asl.StateMachine{Scope: asl.Scope{StartAt: "S0", States: append(states, &asl.Succeed{Base: asl.Base{Name: "S50000"}})}}
	b.ReportAllocs()
	for b.Loop() {
		if faults := check.Run(m); faults.HasErrors() {
			b.Fatal(faults)
		}
	}
}

func BenchmarkWorkload(b *testing.B) {
	file, err := os.ReadFile("../../shared/bench/workloads/chain5000.json")
	if err != nil {
		b.Skip(err)
	}
	var w struct{ Definition json.RawMessage }
	if err := json.Unmarshal(file, &w); err != nil {
		b.Fatal(err)
	}
	text := string(w.Definition)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if faults := check.Text("", text); faults.HasErrors() {
			b.Fatal(faults)
		}
	}
}

// Loops are looked at more closely than other states: one around all states, and
// many of a few.
func BenchmarkRunLoops(b *testing.B) {
	for _, bench := range []struct {
		name     string
		states   int
		size     int // of each loop
		commonly int // one state of so many is a Wait
	}{
		{"one of 5,000", 5_000, 5_000, 3},
		{"one of 50,000", 50_000, 50_000, 3},
		{"many, 5,000", 5_000, 5, 5},
		{"many, 50,000", 50_000, 5, 5},
	} {
		m := loops(bench.states, bench.size, bench.commonly)
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if faults := check.Run(m); faults.HasErrors() {
					b.Fatal(faults)
				}
			}
		})
	}
}

// loops returns a machine of so many states in loops, each with a way out to the next.
func loops(states, size, waits int) *asl.StateMachine {
	m := &asl.StateMachine{Scope: asl.Scope{StartAt: "S0"}}
	name := func(i int) string { return fmt.Sprintf("S%d", i) }
	seconds := asl.Int{Value: 60}
	for i := range states {
		first, last := i-i%size, i%size == size-1
		switch {
		case last:
			next := name(i + 1)
			m.States = append(m.States, &asl.Choice{Base: asl.Base{Name: name(i)}, Default: name(first),
				Choices: []asl.Rule{{Test: asl.Test{Variable: "$.status", Operator: "StringEquals", Operand: "done"}, Next: next}}})
		case i%waits == 0:
			m.States = append(m.States, &asl.Wait{Base: asl.Base{Name: name(i)}, Seconds: &seconds, Transition: asl.Transition{Next: name(i + 1)}})
		default:
			m.States = append(m.States, &asl.Pass{Base: asl.Base{Name: name(i)}, Transition: asl.Transition{Next: name(i + 1)}})
		}
	}
	m.States = append(m.States, &asl.Succeed{Base: asl.Base{Name: name(states)}})
	return m
}
