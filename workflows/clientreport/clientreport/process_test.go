package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

const asProgram = "CLIENTREPORT_TEST_PROGRAM"

// With the variable asProgram, as the tests make it, the test's program is the
// container's.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is the container's program, to be started in a process of its own.
func program(t *testing.T, api http.Handler) *exec.Cmd {
	t.Helper()
	environment(t, request, api)
	t.Setenv(asProgram, "1")
	bucket := aws.String("reports")
	if _, err := localaws.S3Client(bucketURL()).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: bucket}); err != nil {
		t.Fatal(err)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), path)
}

// lastLog returns the last line of the log, all of which must be JSON.
func lastLog(t *testing.T, log *bytes.Buffer) (last map[string]any) {
	t.Helper()
	for lines := bufio.NewScanner(log); lines.Scan(); {
		last = nil
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			t.Errorf("log line %q: %v", lines.Text(), err)
		}
	}
	return last
}

func TestTheProgramLogsJSONAndExits(t *testing.T) {
	cmd := program(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"items": [{"id": "t-1", "client_id": "c-1"}]}`)
	}))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	last := lastLog(t, &log)
	for name, want := range map[string]any{
		"level": "INFO", "msg": "report written", "bucket": "reports", "rows": 1.0,
		"key": "reports/c-1/2024-01-01_2024-01-31_settled.csv",
	} {
		if last[name] != want {
			t.Errorf("%s = %v, want %v", name, last[name], want)
		}
	}
	objects := localaws.Objects(t, localaws.S3Client(bucketURL()), "reports")
	const want = "id,client_id,date,status,description,amount,currency\nt-1,c-1,,,,,\n"
	if got := objects["reports/c-1/2024-01-01_2024-01-31_settled.csv"]; len(objects) != 1 || got != want {
		t.Errorf("the bucket holds %q", objects)
	}
}

// Amazon ECS stops the task while parts of the report are in the bucket.
func TestTheProgramStopsOnSIGTERMAndLeavesNothing(t *testing.T) {
	reading, once := make(chan struct{}), sync.Once{}
	items := strings.TrimSuffix(strings.Repeat(`{"description": "`+strings.Repeat("x", 1000)+`"},`, 3000), ",")
	page := 0
	cmd := program(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if page++; page <= 12 { // 36 MB
			fmt.Fprintf(w, `{"items": [%s], "next_cursor": "%d"}`, items, page)
			return
		}
		once.Do(func() { close(reading) })
		<-r.Context().Done()
	}))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		cmd.Wait()
		close(exited)
	}()
	select {
	case <-reading:
	case <-exited:
		t.Fatalf("ended early\n%s", &log)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-exited
	if code := cmd.ProcessState.ExitCode(); code != clientreport.ExitTerminated {
		t.Errorf("exit code %d, want %d\n%s", code, clientreport.ExitTerminated, &log)
	}
	if last := lastLog(t, &log); last["level"] != "ERROR" || last["exit_code"] != float64(clientreport.ExitTerminated) {
		t.Errorf("the log ends in %v", last)
	}
	client := localaws.S3Client(bucketURL())
	if objects := localaws.Objects(t, client, "reports"); len(objects) > 0 {
		t.Errorf("the bucket holds %d objects", len(objects))
	}
	uploads, err := client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String("reports")})
	if err != nil {
		t.Fatal(err)
	}
	if len(uploads.Uploads) > 0 {
		t.Errorf("%d uploads are left behind", len(uploads.Uploads))
	}
}

// The image is built from the folders that the Dockerfile copies, so these must
// hold every package of the program.
func TestTheDockerfileCopiesEveryPackageOfTheProgram(t *testing.T) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	copied := map[string]bool{}
	for line := range strings.Lines(string(dockerfile)) {
		if words := strings.Fields(line); len(words) == 3 && words[0] == "COPY" {
			copied[words[1]] = true
		}
	}
	const module = "github.com/stepwise-go/stepwise/"
	list, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for pkg := range strings.Lines(string(list)) {
		dir, ours := strings.CutPrefix(strings.TrimSpace(pkg), module)
		if !ours {
			continue
		}
		found++
		if top, _, _ := strings.Cut(filepath.ToSlash(dir), "/"); !copied[top] {
			t.Errorf("the Dockerfile does not copy %s, of which the program needs %s", top, dir)
		}
	}
	if found < 3 {
		t.Errorf("go list names %d packages of the program", found)
	}
}
