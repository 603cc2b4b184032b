package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// In Lambda, as the tests make it, the test's program is the function's.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// runtimeAPI is that of AWS Lambda, with one invocation to make.
type runtimeAPI struct {
	event   any
	given   bool
	outcome chan outcome
}

type outcome struct {
	path string // of the answer: response or error
	body []byte
}

func (l *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const api = "/2018-06-01/runtime/invocation/"
	switch {
	case r.URL.Path == api+"next" && !l.given:
		l.given = true
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		json.NewEncoder(w).Encode(l.event)
	case r.URL.Path == api+"next":
		<-r.Context().Done() // no more invocations
	default:
		body, _ := io.ReadAll(r.Body)
		l.outcome <- outcome{strings.TrimPrefix(r.URL.Path, api+"1/"), body}
		w.WriteHeader(http.StatusAccepted)
	}
}

// invoke runs the function in a process of its own for one event.
func invoke(t *testing.T, event any, environment ...string) outcome {
	t.Helper()
	l := &runtimeAPI{event: event, outcome: make(chan outcome, 1)}
	server := httptest.NewServer(l)
	defer server.Close()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"),
		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"TMPDIR=" + t.TempDir(),
	}, environment...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	defer func() {
		cmd.Process.Kill()
		server.CloseClientConnections()
	}()
	select {
	case got := <-l.outcome:
		return got
	case err := <-exited:
		t.Fatalf("the function ended: %v", err)
		panic("unreachable")
	}
}

func TestFunctionAnswersWithTheSummaryOrTheErrorsName(t *testing.T) {
	client := localaws.S3(t, "uploads")
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"UnprocessedItems":{}}`)
	}))
	defer table.Close()
	environment := []string{
		handlers.TableVariable + "=readings",
		"AWS_ENDPOINT_URL_S3=" + *client.Options().BaseEndpoint,
		"AWS_ENDPOINT_URL_DYNAMODB=" + table.URL,
	}
	o := sensoringest.Object{Bucket: "uploads", Key: "day.csv"}

	got := invoke(t, o, environment...)
	var failure struct{ ErrorType string }
	if err := json.Unmarshal(got.body, &failure); err != nil || got.path != "error" || failure.ErrorType != "ObjectNotFound" {
		t.Errorf("for a lost file: %s %s", got.path, got.body)
	}

	localaws.Put(t, client, "uploads", "day.csv", "0000-0001,1483906366,10.10\nnonsense\n")
	got = invoke(t, o, environment...)
	var summary sensoringest.Summary
	if err := json.Unmarshal(got.body, &summary); err != nil || got.path != "response" {
		t.Fatalf("%s %s", got.path, got.body)
	}
	want := sensoringest.Summary{Object: o, Rows: 2, Stored: 1, Rejected: 1, RejectedKey: "rejected/day.csv"}
	if diff := cmp.Diff(want, summary); diff != "" {
		t.Error(diff)
	}
}
