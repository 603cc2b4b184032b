package sfntest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/dsl"
)

type parcel struct{ Weight float64 }

const weigh = dsl.Function[parcel, parcel]("weigh")

// shipping has a part of every kind; the comments say which stand in each line.
func shipping() *dsl.Workflow[parcel, any] {
	weight := dsl.Field(func(p *parcel) *float64 { return &p.Weight })
	return dsl.New[parcel, any]("shipping",
		dsl.Task("Weigh", weigh). // state, transition
						Retry(dsl.Retrier{Errors: []string{"Busy"}, Interval: time.Second}).                          // retrier
						Catch(dsl.Catcher{Errors: []string{"Broken"}, Then: dsl.Fail("Out of order", "Broken", "")}). // catcher, state
						Catch(dsl.Catcher{Then: dsl.Succeed("Lost")}),                                                // catcher, state
		dsl.Choice("Heavy?"). // state
					When(weight.AtLeast(30), dsl.Pass("By truck")). // rule, state, transition
					When(weight.AtLeast(1), dsl.Pass("By van")).    // rule, state, transition
					Otherwise(dsl.Succeed("By bike")),              // default, state
		dsl.Parallel("Tell", // state, transition
			dsl.Pass("Sender"),    // state, transition
			dsl.Pass("Receiver")), // state, transition
	)
}

// count runs tests with coverage and returns it.
func count(t *testing.T, tests func()) *coverage {
	t.Helper()
	c := &coverage{}
	old := active.Swap(c)
	defer active.Store(old)
	tests()
	return c
}

// ship runs the workflow once for each weight; a negative one is that of a scale that
// fails.
func ship(t testing.TB, weights ...float64) {
	for _, w := range weights {
		run := New(t, shipping())
		mock := On(run, weigh)
		switch {
		case w == -1:
			mock.Fail("Broken", "")
		case w == -2:
			mock.Fail("Busy", "").Times(1)
		}
		mock.Return(parcel{w})
		run.Start(parcel{})
	}
}

// golden compares a text with a file; line numbers do not count.
func golden(t *testing.T, file, got string) {
	t.Helper()
	got = regexp.MustCompile(`(cover_test\.go:)\d+`).ReplaceAllString(got, "${1}N")
	file = filepath.Join("testdata", file)
	if *update {
		if err := writeGolden(file, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := lineDiff(string(want), got); d != "" {
		t.Errorf("not as in %s (-want +got):\n%s", file, d)
	}
}

func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

func TestCoverageReport(t *testing.T) {
	var report strings.Builder
	for _, weights := range [][]float64{{}, {-1}, {0.5}, {0.5, 5, 50}, {0.5, 5, 50, -1, -2}} {
		c := count(t, func() { ship(t, weights...) })
		if len(weights) == 0 {
			if text := c.report(folder()); text != "" || c.total().percent() != 100 {
				t.Errorf("without a workflow the report is %q", text)
			}
			def, err := shipping().Build()
			if err != nil {
				t.Fatal(err)
			}
			c.add("shipping", def)
		}
		fmt.Fprintf(&report, "weights %v\n%s\n", weights, c.report(folder()))
	}
	golden(t, "coverage.txt", report.String())
}

func TestCoverageOfEverything(t *testing.T) {
	c := count(t, func() {
		ship(t, 0.5, 5, 50, -1, -2)
		run := New(t, shipping())
		On(run, weigh).Fail("Lost", "")
		run.Start(parcel{}).Succeeded()
	})
	if got := c.total(); got.covered != got.all || got.all != 22 {
		t.Errorf("%+v is covered, want 22 of 22\n%s", got, c.report(folder()))
	}
}

// profileLine is a line of a profile: file, line, first and last column, parts and
// count.
var profileLine = regexp.MustCompile(`^(\S+):(\d+)\.(\d+),(\d+)\.(\d+) (\d+) (\d+)$`)

func TestCoverageProfile(t *testing.T) {
	c := count(t, func() { ship(t, 0.5, 5) })
	lines := strings.Split(strings.TrimSpace(c.profile()), "\n")
	if lines[0] != "mode: count" {
		t.Errorf("the profile starts with %q", lines[0])
	}
	text, err := os.ReadFile("cover_test.go")
	if err != nil {
		t.Fatal(err)
	}
	source := strings.Split(string(text), "\n")
	var got strings.Builder
	for _, line := range lines[1:] {
		m := profileLine.FindStringSubmatch(line)
		if m == nil || m[2] != m[4] {
			t.Fatalf("%q is no line of a profile", line)
		}
		if m[1] != "github.com/stepwise-go/stepwise/sfntest/cover_test.go" {
			t.Errorf("the file is %s", m[1])
		}
		var at, first, last int
		fmt.Sscan(m[2]+" "+m[3]+" "+m[5], &at, &first, &last)
		code, comment, _ := strings.Cut(source[at-1][first-1:last-1], " // ")
		fmt.Fprintf(&got, "%s parts, %s times: %s\n", m[6], m[7], code)
		if parts := len(strings.Split(comment, ", ")); m[6] != fmt.Sprint(parts) {
			t.Errorf("%s has %s parts, want %d", code, m[6], parts)
		}
	}
	golden(t, "coverprofile.txt", got.String())
}

func TestCoverageData(t *testing.T) {
	data := count(t, func() { ship(t, 0.5, 5) }).data()
	if _, err := value.Parse(data); err != nil {
		t.Fatal(err)
	}
	golden(t, "coverdata.json", regexp.MustCompile(`"line": \d+`).ReplaceAllString(data, `"line": 0`))
}

func TestCoverageOfADefinitionInAFile(t *testing.T) {
	c := count(t, func() {
		run := Load[any, any](t, "testdata/order.asl.json")
		MockFile(run, "testdata/mocks.json", "HappyPath")
		run.Start(nil).Succeeded()
	})
	if p := c.profile(); p != "mode: count\n" {
		t.Errorf("the profile has lines for what no Go made:\n%s", p)
	}
	golden(t, "coverage_file.txt", c.report(""))
}

func TestCoverageOfWorkflowsOfOneName(t *testing.T) {
	express := func(name string) *dsl.Workflow[parcel, parcel] {
		return dsl.New[parcel, parcel]("same", dsl.Pass("First"), dsl.Pass(name))
	}
	c := count(t, func() {
		New(t, express("Second")).Start(parcel{})
		New(t, express("Third")).Start(parcel{})
	})
	if got := c.total(); got.covered != 6 || got.all != 6 || len(c.workflows) != 1 {
		t.Errorf("%+v is covered of %d workflows, want 6 of 6 of one", got, len(c.workflows))
	}
}

func TestCoverageOfChildExecutions(t *testing.T) {
	c := count(t, func() {
		run := New(t, dsl.New[[]parcel, any]("batch",
			dsl.Distributed("Each", dsl.Items(dsl.Input[[]parcel]()), dsl.Task("Weigh", weigh))))
		On(run, weigh).Return(parcel{1})
		run.Start([]parcel{{1}, {2}, {3}}).Succeeded()
	})
	if got := c.workflows[0].at["/States/Each/ItemProcessor/States/Weigh/End"].count.Load(); got != 3 {
		t.Errorf("the state of the children ends %d times, want 3", got)
	}
}

func TestCoverageFromSeveralGoroutines(t *testing.T) {
	const n = 8
	c := count(t, func() {
		var all sync.WaitGroup
		for range n {
			all.Go(func() { ship(t, 0.5, 5, 50) })
		}
		all.Wait()
	})
	p := c.workflows[0].at["/States/Weigh"]
	if got := p.count.Load(); got != 3*n {
		t.Errorf("the first state is covered %d times, want %d", got, 3*n)
	}
}

func TestCoverageOfNoLine(t *testing.T) {
	p := &point{kind: stateKind, state: "A"}
	if got := p.place(folder()) + p.String(); got != `"A" is never entered` {
		t.Errorf("the text is %q", got)
	}
	source := sources{}
	if first, last := source.columns(codeLine{"none.go", 7}); first != 1 || last != 2 {
		t.Errorf("columns %d to %d", first, last)
	}
	if got := source.importPath("example.com/shop/orders.go"); got != "example.com/shop/orders.go" {
		t.Errorf("the file is %s", got)
	}
	if outside := filepath.Join(t.TempDir(), "a.go"); source.importPath(outside) != outside {
		t.Errorf("the file is %s", source.importPath(outside))
	}
	if got := modulePath([]byte("// no module\n")); got != "" {
		t.Errorf("the module is %q", got)
	}
}

func TestWishes(t *testing.T) {
	dir := t.TempDir()
	pass, failed := func() int { return 0 }, func() int { return 3 }
	wrong := dsl.New[parcel, parcel]("wrong", dsl.Wait("W", 60))
	tests := []struct {
		name      string
		wishes    wishes
		tests     func() int
		workflows []dsl.Definition
		code      int
		out       string // "" prints nothing
		file      string
	}{
		{name: "none", tests: failed, code: 3, workflows: []dsl.Definition{wrong}},
		{name: "a report", wishes: wishes{text: true}, tests: pass, out: "workflow shipping: 0.0% covered"},
		{name: "a report of failed tests", wishes: wishes{text: true, least: 50}, tests: failed, code: 3, out: "workflow shipping"},
		{name: "enough", wishes: wishes{least: 90}, tests: func() int { ship(t, 0.5, 5, 50, -1, -2); return 0 }},
		{name: "not enough", wishes: wishes{least: 90}, tests: func() int { ship(t, 0.5); return 0 }, code: 1, out: "of the workflows, less than 90%"},
		{name: "a profile", wishes: wishes{profile: filepath.Join(dir, "new", "cover.out")}, tests: pass, file: "new/cover.out"},
		{name: "a folder", wishes: wishes{profile: dir, data: dir + "/data/"}, tests: pass, file: "data/github.com.stepwise-go.stepwise.sfntest.json"},
		{name: "a file that cannot be", wishes: wishes{profile: filepath.Join(os.DevNull, "x")}, tests: pass, code: 1, out: os.DevNull},
		{name: "data that cannot be", wishes: wishes{data: filepath.Join(os.DevNull, "x")}, tests: failed, code: 3, out: os.DevNull},
		{name: "a workflow that does not build", wishes: wishes{text: true}, workflows: []dsl.Definition{wrong}, code: 1, out: `workflow "wrong" does not build`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			workflows := append(tt.workflows, shipping())
			if code := tt.wishes.run(tt.tests, &out, workflows); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if text := out.String(); !strings.Contains(text, tt.out) || tt.out == "" && text != "" {
				t.Errorf("it prints\n%s\nwant %q in it", text, tt.out)
			}
			if _, err := os.Stat(filepath.Join(dir, tt.file)); err != nil {
				t.Error(err)
			}
		})
	}
}

// fatal is a testing.TB that keeps what it is failed with.
type fatal struct {
	testing.TB
	text string
}

func (*fatal) Helper() {}

func (f *fatal) Fatal(args ...any) {
	f.text = fmt.Sprint(args...)
	runtime.Goexit()
}

func TestCoverageTakesTestMain(t *testing.T) {
	asked.text = true
	defer func() { asked.text = false }()
	old := active.Swap(nil)
	defer active.Store(old)
	tb := &fatal{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		ship(tb, 1)
	}()
	<-done
	if !strings.Contains(tb.text, "func TestMain(m *testing.M) { sfntest.CoverageMain(m) }") {
		t.Errorf("the test is failed with %q", tb.text)
	}
}

// BenchmarkCoverage makes a workflow ready and runs it, with and without coverage.
func BenchmarkCoverage(b *testing.B) {
	for _, on := range []bool{false, true} {
		b.Run(fmt.Sprint(on), func(b *testing.B) {
			if on {
				defer active.Store(active.Swap(&coverage{}))
			}
			w := shipping()
			b.ReportAllocs()
			for b.Loop() {
				run := New(b, w)
				On(run, weigh).Return(parcel{5})
				run.Start(parcel{})
			}
		})
	}
}
