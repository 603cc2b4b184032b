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
