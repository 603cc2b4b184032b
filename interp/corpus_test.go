package interp_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/local"
	"github.com/stepwise-go/stepwise/interp/objects"
)

var corpusDir = flag.String("corpus", "", "folder of recorded cases (or of a part of them); default is $STEPWISE_CORPUS, then ../../shared/corpus")

// corpusFiles returns the files with recorded executions, or skips the test.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	dir := cmp.Or(*corpusDir, os.Getenv("STEPWISE_CORPUS"), filepath.Join("..", "..", "shared", "corpus"))
	if inner := filepath.Join(dir, "executions"); isDir(inner) {
		dir = inner
	}
	if !isDir(dir) {
		t.Skipf("no recorded executions in %s", dir)
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".json" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// TestCorpus runs what the real service was recorded to do: every case must come to
// the recorded outcome, by the recorded history.
func TestCorpus(t *testing.T) {
	tally := map[string]*[3]int{} // passed, failed, skipped by group
	const passed, failed, skipped = 0, 1, 2
	for _, file := range corpusFiles(t) {
		c := readCase(t, file)
		run := runners[c.text("kind")]
		if run == nil {
			continue
		}
		group := c.text("kind") + "/" + c.text("group")
		if tally[group] == nil {
			tally[group] = &[3]int{}
		}
		result := failed
		t.Run(c.text("id"), func(t *testing.T) {
			if why := c.skip(); why != "" {
				result = skipped
				t.Skip(why)
			}
			for _, diff := range run(c) {
				t.Error(diff)
			}
			if !t.Failed() {
				result = passed
			}
		})
		tally[group][result]++
	}
	report(t, tally)
}

func report(t *testing.T, tally map[string]*[3]int) {
	var total [3]int
	var groups []string
	for group, n := range tally {
		groups = append(groups, group)
		for i := range total {
			total[i] += n[i]
		}
	}
	slices.Sort(groups)
	for _, group := range groups {
		n := tally[group]
		t.Logf("%-40s %4d passed %4d failed %4d skipped", group, n[0], n[1], n[2])
	}
	t.Logf("%-40s %4d passed %4d failed %4d skipped", "all", total[0], total[1], total[2])
}

// runners run the cases of one kind and say what differs.
var runners = map[string]func(*corpusCase) []string{
	"execution":  runExecution,
	"test_state": runTestState,

	"local_mocked":        runExecution,
	"variable_references": runVariableReferences,
}

// corpusCase is one recorded case.
type corpusCase struct {
	*value.Object
	wild  map[string]bool // pointers into expect whose values are stand-ins
	words map[string]bool // those of the stand-ins that are whole words
	own   []string        // what this run has made up: tokens, names, ARNs
}

func readCase(t *testing.T, file string) *corpusCase {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.Parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	c := &corpusCase{Object: v.(*value.Object), wild: map[string]bool{}, words: map[string]bool{
		"date": true, "snf_role_arn": true}}
	expect, _ := c.Get("expect")
	for _, p := range c.list("wildcards") {
		c.wild[p.(string)] = true
		if word, ok := pointed(expect, p.(string)).(string); ok {
			c.words[word] = true
		}
	}
	return c
}

// pointed returns the value that a JSON Pointer names, or nil.
func pointed(v any, pointer string) any {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch inner := v.(type) {
		case *value.Object:
			v, _ = inner.Get(token)
		case []any:
			at, err := strconv.Atoi(token)
			if err != nil || at >= len(inner) {
				return nil
			}
			v = inner[at]
		default:
			return nil
		}
	}
	return v
}

func (c *corpusCase) text(name string) string {
	v, _ := c.Get(name)
	s, _ := v.(string)
	return s
}

func (c *corpusCase) list(name string) []any {
	v, _ := c.Get(name)
	l, _ := v.([]any)
	return l
}

func (c *corpusCase) expected(name string) (any, bool) {
	v, _ := c.Get("expect")
	return v.(*value.Object).Get(name)
}

// raisedLimit is an answer that the service gave before December 2025, when Lambda
// functions could have 10,240 MB at most; the API's model now says 32,768.
const raisedLimit = "Mock result schema validation error: Field 'MemorySize' exceeds the maximum value"

// lostName begins the names that the recorder's own program had in place of values.
const lostName = "localstack."

// skip returns why a case is none of the interpreter's.
func (c *corpusCase) skip() string {
	if code, _ := c.expected("error_code"); code == "ParamValidationError" {
		return "the client library refuses the call"
	}
	if message, _ := c.expected("message"); message == raisedLimit {
		return "the service's limit has been raised since: " + raisedLimit
	}
	return ""
}

func runExecution(c *corpusCase) []string {
	x, diffs := c.execute()
	if x == nil {
		return diffs
	}
	c.learnWords()
	c.own = append(c.own, x.ARN(), x.Name())
	for e := range x.History().All() {
		c.own = append(c.own, e.Time.Format(time.RFC3339Nano))
		if e.Type == "MapRunStarted" {
			_, details := e.Details()
			arn, _ := details.Get("mapRunArn")
			c.own = append(c.own, arn.(string))
		}
	}
	diffs = append(diffs, c.compareOutcome(x)...)
	diffs = append(diffs, c.comparePath(x)...)
	diffs = append(diffs, c.compareHistory(x)...)
	if diffs != nil {
		diffs = append(diffs, "history:\n"+lines(x))
	}
	return diffs
}

func runVariableReferences(c *corpusCase) []string {
	def, _ := c.Get("definition")
	m, problems := asl.Parse("", value.String(def))
	if err := problems.Err(); err != nil {
		return []string{err.Error()}
	}
	machine, err := interp.New(m)
	if err != nil {
		return []string{err.Error()}
	}
	got, err := value.From(machine.VariableReferences())
	if err != nil {
		return []string{err.Error()}
	}
	want, _ := c.expected("variableReferences")
	return c.diff("/variableReferences", got, want)
}

func lines(x *interp.Execution) string {
	var b strings.Builder
	for e := range x.History().All() {
		_, details := e.Details()
		fmt.Fprintf(&b, "\t%d <- %d %s %.200s\n", e.ID, e.PreviousID, e.Type, value.String(details))
	}
	return b.String()
}

// execute runs the case to its end.
func (c *corpusCase) execute() (*interp.Execution, []string) {
	def, _ := c.Get("definition")
	m, problems := asl.Parse(c.text("id"), value.String(def))
	if err := problems.Err(); err != nil {
		return nil, []string{err.Error()}
	}
	typ := c.text("type")
	if strings.Contains(c.text("source"), "express_sync") {
		typ = interp.SyncExpress
	}
	mocks := newMocks(c)
	machine, err := interp.New(m, interp.WithHandler(mocks.handle), interp.WithType(typ))
	if err != nil {
		return nil, []string{err.Error()}
	}
	opts := []interp.Option{interp.WithObjects(c.objects()), interp.WithActivities(func(string) bool { return len(mocks.entries) > 0 })}
	if file, ok := c.Get("mock_config"); ok {
		handlers, err := local.Mocks(value.String(file), c.text("state_machine_name"), c.text("test_case"))
		if err != nil {
			return nil, []string{err.Error()}
		}
		for state, h := range handlers {
			opts = append(opts, interp.WithState(state, h))
		}
	}
	if clock, err := time.Parse(time.RFC3339, c.text("clock")); err == nil {
		opts = append(opts, interp.WithStart(clock))
	}
	x, err := machine.Run(context.Background(), c.input(), opts...)
	if err != nil {
		return nil, []string{err.Error()}
	}
	c.own = append(c.own, mocks.tokens...)
	return x, nil
}

// objects returns the store of what the case's item readers find.
func (c *corpusCase) objects() *objects.Memory {
	store := &objects.Memory{}
	for _, v := range c.list("s3_objects") {
		o := v.(*value.Object)
		text := func(name string) string {
			v, _ := o.Get(name)
			s, _ := v.(string)
			return s
		}
		store.Put(text("bucket"), text("key"), []byte(text("body")))
	}
	return store
}

// input returns the input in its exact text, where the recording kept that.
func (c *corpusCase) input() json.RawMessage {
	if h := c.list("history"); len(h) > 0 {
		if details, ok := h[0].(*value.Object).Get("executionStartedEventDetails"); ok {
			if text, ok := details.(*value.Object).Get("input"); ok {
				if text, ok := text.(string); ok {
					return json.RawMessage(text)
				}
			}
		}
	}
	v, _ := c.Get("input")
	return json.RawMessage(value.String(v))
}

func (c *corpusCase) compareOutcome(x *interp.Execution) (diffs []string) {
	if want, _ := c.expected("status"); want != string(x.Status()) {
		diffs = append(diffs, fmt.Sprintf("status is %s, want %v (%v)", x.Status(), want, x.Err()))
	}
	if want, ok := c.expected("output"); ok {
		diffs = append(diffs, c.diff("/output", x.Output(), want)...)
	}
	if want, ok := c.expected("output_text"); ok {
		diffs = append(diffs, c.diff("/output_text", x.OutputText(), want)...)
	}
	failure, _ := x.Err().(*interp.ExecutionError)
	if failure == nil {
		failure = &interp.ExecutionError{}
	}
	want, _ := c.expected("error")
	diffs = append(diffs, c.diff("/error", orNull(failure.Name), want)...)
	want, _ = c.expected("cause")
	got := orNull(failure.Cause)
	if is, _ := c.expected("cause_is_json"); is == true {
		got, want = parsed(got), parsed(want)
	}
	return append(diffs, c.diff("/cause", got, want)...)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// beforeRedrive reports whether the recording is from before the service told the
// number of redrives.
func (c *corpusCase) beforeRedrive() bool {
	day, _, _ := strings.Cut(c.text("recorded"), ",")
	at, err := time.Parse("02-01-2006", day)
	return err == nil && at.Before(time.Date(2023, 11, 1, 0, 0, 0, 0, time.UTC))
}

// parsed returns the value of a JSON text.
func parsed(v any) any {
	if s, ok := v.(string); ok {
		if p, err := value.Parse(s); err == nil {
			return p
		}
	}
	return v
}

// comparePath compares the states entered and the types of the events.
func (c *corpusCase) comparePath(x *interp.Execution) (diffs []string) {
	var states, events []any
	for e := range x.History().All() {
		events = append(events, string(e.Type))
		if strings.HasSuffix(string(e.Type), "StateEntered") {
			states = append(states, e.State)
		}
	}
	for _, list := range []struct {
		name string
		got  []any
	}{{"states_entered", states}, {"events", events}} {
		want, ok := c.expected(list.name)
		if !ok {
			continue
		}
		got, wanted := list.got, slices.Clone(want.([]any))
		if !c.ordered() {
			byText := func(a, b any) int { return strings.Compare(a.(string), b.(string)) }
			slices.SortFunc(got, byText)
			slices.SortFunc(wanted, byText)
		}
		if !slices.Equal(got, wanted) {
			diffs = append(diffs, fmt.Sprintf("%s are %v, want %v", list.name, got, wanted))
		}
	}
	return diffs
}

// ordered reports whether events come in one order only.
func (c *corpusCase) ordered() bool {
	if concurrent, _ := c.Get("concurrent"); concurrent != true {
		return true
	}
	def, _ := c.Get("definition")
	return sequential(def)
}

// sequential reports whether there is no Parallel of several branches, and every
// Map runs one iteration at a time.
func sequential(v any) bool {
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !sequential(e) })
	case *value.Object:
		typ, _ := v.Get("Type")
		branches, _ := v.Get("Branches")
		if n, ok := branches.([]any); ok && typ == "Parallel" && len(n) > 1 {
			return false
		}
		if n, _ := v.Get("MaxConcurrency"); typ == "Map" && n != int64(1) {
			return false
		}
		for m := range v.Members() {
			if !sequential(m.Value) {
				return false
			}
		}
	}
	return true
}

// learnWords takes for stand-ins what the recorded history has in place of the
// input's texts and of the role.
func (c *corpusCase) learnWords() {
	history := c.list("history")
	if history == nil {
		return
	}
	started := pointed(history[0], "/executionStartedEventDetails")
	if role, ok := pointed(started, "/roleArn").(string); ok {
		c.words[role] = true
	}
	input, _ := c.Get("input")
	c.learnFrom(input, pointed(started, "/input"))
}

func (c *corpusCase) learnFrom(input, recorded any) {
	switch recorded := recorded.(type) {
	case string:
		if input, ok := input.(string); ok && input != recorded {
			c.words[recorded] = true
		}
	case *value.Object:
		for m := range recorded.Members() {
			c.learnFrom(pointed(input, value.Pointer(m.Name)), m.Value)
		}
	}
}

// compareHistory compares every event with its recording.
func (c *corpusCase) compareHistory(x *interp.Execution) (diffs []string) {
	want := c.list("history")
	if want == nil || !c.ordered() {
		return nil
	}
	h := x.History()
	if h.Len() != len(want) {
		return []string{fmt.Sprintf("history has %d events, want %d", h.Len(), len(want))}
	}
	for i := range want {
		text, err := json.Marshal(h.At(i))
		if err != nil {
			return []string{err.Error()}
		}
		v, _ := value.Parse(string(text))
		got := unfold(v.(*value.Object).Without("timestamp"))
		recorded := want[i].(*value.Object)
		if disputed := h.At(i).Type; disputed == "EvaluationFailed" || disputed == "MapStateExited" && i >= 2 && h.At(i-2).Type == "MapRunSucceeded" {
			// Recordings of different months disagree about it.
			got, recorded = got.(*value.Object).Without("previousEventId"), recorded.Without("previousEventId")
		}
		diffs = append(diffs, c.diff("/history/"+strconv.Itoa(i+1), got, recorded)...)
	}
	return diffs
}

// unfold parses the texts that hold objects, as the recordings have them.
func unfold(v any) any {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "{") {
			return parsed(v)
		}
	case *value.Object:
		var members []value.Member
		for m := range v.Members() {
			members = append(members, value.Member{Name: m.Name, Value: unfold(m.Value)})
		}
		return value.NewObject(members...)
	}
	return v
}

// diff says where two values differ, stand-ins aside.
func (c *corpusCase) diff(at string, got, want any) (diffs []string) {
	if c.wild[at] || c.stand(got, want) || value.Equal(got, want) {
		return nil
	}
	switch want := want.(type) {
	case *value.Object:
		got, ok := got.(*value.Object)
		if !ok {
			break
		}
		for m := range want.Members() {
			v, ok := got.Get(m.Name)
			if !ok {
				diffs = append(diffs, fmt.Sprintf("%s/%s is missing, want %s", at, m.Name, value.String(m.Value)))
				continue
			}
			if m.Value == kebab(m.Name) { // the recordings' stand-in for what differs from run to run
				continue
			}
			diffs = append(diffs, c.diff(value.AppendPointer(at, m.Name), v, m.Value)...)
		}
		for m := range got.Members() {
			if !want.Has(m.Name) && !(m.Name == "RedriveCount" && c.beforeRedrive()) {
				diffs = append(diffs, fmt.Sprintf("%s/%s is %s, want none", at, m.Name, value.String(m.Value)))
			}
		}
		return diffs
	case []any:
		got, ok := parsed(got).([]any) // some recordings have arrays in place of their texts
		if !ok || len(got) != len(want) {
			break
		}
		for i := range want {
			diffs = append(diffs, c.diff(fmt.Sprintf("%s/%d", at, i), got[i], want[i])...)
		}
		return diffs
	}
	return []string{fmt.Sprintf("%s is %s, want %s", at, value.String(got), value.String(want))}
}

// kebab returns a name in the form of the recordings' stand-ins: state-machine-arn
// for StateMachineArn.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var standIn = regexp.MustCompile(`<[^<>]*>`)

// stand reports whether the recorded value is a stand-in for the other.
func (c *corpusCase) stand(got, want any) bool {
	recorded, ok := want.(string)
	if !ok {
		return false
	}
	text, ok := got.(string)
	if !ok {
		text = value.String(got)
	}
	if strings.HasPrefix(text, lostName) {
		return true
	}
	if c.words[strings.Trim(recorded, `"`)] || ok && slices.Contains(c.own, text) {
		return true
	}
	if !standIn.MatchString(recorded) {
		return false
	}
	var pattern strings.Builder
	rest := recorded
	for _, at := range standIn.FindAllStringIndex(recorded, -1) {
		pattern.WriteString(regexp.QuoteMeta(rest[:at[0]-(len(recorded)-len(rest))]) + `(?s:.*)`)
		rest = recorded[at[1]:]
	}
	pattern.WriteString(regexp.QuoteMeta(rest))
	return regexp.MustCompile(`^(?:` + pattern.String() + `)$`).MatchString(text)
}

// mocks answers tasks as the recording says.
type mocks struct {
	c         *corpusCase
	entries   map[string][]*mock
	submitted []*value.Object // details of the TaskSubmitted events to come
	worker    string
	tokens    []string
}

type mock struct {
	*value.Object
	used bool
}

func newMocks(c *corpusCase) *mocks {
	m := &mocks{c: c, entries: map[string][]*mock{}}
	if v, ok := c.Get("mocks"); ok {
		for state := range v.(*value.Object).Members() {
			for _, e := range state.Value.([]any) {
				m.entries[state.Name] = append(m.entries[state.Name], &mock{Object: e.(*value.Object)})
			}
		}
	}
	for _, e := range c.list("history") {
		if d, ok := e.(*value.Object).Get("taskSubmittedEventDetails"); ok {
			m.submitted = append(m.submitted, d.(*value.Object))
		}
		if d, ok := e.(*value.Object).Get("activityStartedEventDetails"); ok {
			if name, ok := d.(*value.Object).Get("workerName"); ok {
				m.worker, _ = name.(string)
			}
		}
	}
	return m
}

func (m *mocks) handle(_ context.Context, task *interp.Task) (any, error) {
	if task.Token != "" {
		m.tokens = append(m.tokens, task.Token)
	}
	entry := m.take(task)
	if entry == nil {
		return nil, fmt.Errorf("no answer is recorded for state %s", task.State)
	}
	if m.worker != "" {
		task.Worker(m.worker)
	}
	event, _ := entry.Get("event")
	if event, _ := event.(string); strings.HasSuffix(event, "TimedOut") {
		return m.response(task), interp.ErrNoAnswer
	}
	return m.answer(task, entry)
}

// take returns the recorded answer to a task: the first that was given what the
// task is given, else the first.
func (m *mocks) take(task *interp.Task) *mock {
	var first *mock
	for _, e := range m.entries[task.State] {
		if e.used {
			continue
		}
		given, _ := e.Get("given")
		if m.c.diff("", task.Input, given) == nil {
			first = e
			break
		}
		if first == nil {
			first = e
		}
	}
	if first != nil {
		first.used = true
	}
	return first
}

func (m *mocks) answer(task *interp.Task, entry *mock) (any, error) {
	byToken := task.Resource.Pattern == asl.WaitForToken
	response := m.response(task)
	if thrown, ok := entry.Get("throw"); ok {
		name, _ := thrown.(*value.Object).Get("error")
		cause, _ := thrown.(*value.Object).Get("cause")
		failure := &interp.TaskError{}
		failure.Name, _ = name.(string)
		failure.Cause, _ = cause.(string)
		if byToken && response != nil {
			return response, task.Execution.SendTaskFailure(task.Token, failure.Name, failure.Cause)
		}
		return nil, failure
	}
	result, _ := entry.Get("return")
	if byToken {
		return response, task.Execution.SendTaskSuccess(task.Token, result)
	}
	return result, nil
}

// response returns the recorded answer of the API call that started the task, nil
// if there is none, and gives it to a job.
func (m *mocks) response(task *interp.Task) any {
	if len(m.submitted) == 0 || task.Resource.Pattern == asl.RequestResponse {
		return nil
	}
	next := m.submitted[0]
	if resource, _ := next.Get("resource"); resource != task.Resource.ActionName() {
		return nil
	}
	m.submitted = m.submitted[1:]
	output, _ := next.Get("output")
	if task.Resource.Pattern != asl.WaitForToken {
		_ = task.Submit(output)
	}
	return output
}
