package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/sfntest"
	"github.com/stepwise-go/stepwise/tasks"
	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

// ecs stands in for Amazon ECS: it runs the container's program with the
// environment that the task sends, and ends the task by its exit code.
func ecs(t *testing.T, codes *[]int) func(context.Context, any) (tasks.ECSTask, error) {
	return func(ctx context.Context, sent any) (tasks.ECSTask, error) {
		var in struct {
			Overrides struct {
				ContainerOverrides []struct {
					Environment []struct{ Name, Value string }
				}
			}
		}
		text, err := json.Marshal(sent)
		if err != nil {
			return tasks.ECSTask{}, err
		}
		if err := json.Unmarshal(text, &in); err != nil {
			return tasks.ECSTask{}, err
		}
		for _, v := range in.Overrides.ContainerOverrides[0].Environment {
			t.Setenv(v.Name, v.Value)
		}
		code := run(ctx, slog.New(slog.DiscardHandler))
		*codes = append(*codes, code)
		if code != clientreport.ExitOK {
			return tasks.ECSTask{}, &interp.TaskError{Name: "States.TaskFailed", Cause: fmt.Sprintf(`{"Containers":[{"Name":"report","ExitCode":%d}]}`, code)}
		}
		return tasks.ECSTask{LastStatus: "STOPPED", Containers: []tasks.ECSContainer{{Name: "report", ExitCode: &code}}}, nil
	}
}

func TestTheWholeWorkflowOnRealServers(t *testing.T) {
	calls := 0
	environment(t, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			w.Header().Set("Retry-After", "3600") // longer than the program waits: it gives up
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"items": [{"id": "t-1", "client_id": %q, "status": %q, "amount": 12.50}]}`, r.FormValue("client_id"), r.FormValue("status"))
	}))
	bucket := localaws.S3Client(bucketURL())
	name := "reports"
	if _, err := bucket.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	asked := clientreport.Request{Filter: clientreport.Filter{ClientID: "c-7", StartDate: "2024-01-01", EndDate: "2024-01-31", Status: "settled"}}
	var codes []int
	workflow := sfntest.New(t, clientreport.Workflow())
	sfntest.State[tasks.ECSTask](workflow, "Write report").Do(ecs(t, &codes)).After(5 * time.Hour)

	got := workflow.Start(asked)

	if out := got.Succeeded(); out != asked {
		t.Errorf("output = %+v", out)
	}
	if fmt.Sprint(codes) != fmt.Sprint([]int{clientreport.ExitTransient, clientreport.ExitOK}) {
		t.Errorf("exit codes %v", codes)
	}
	got.Elapsed(5*time.Hour + 5*time.Minute + 5*time.Hour)
	key := asked.Key("reports/")
	object, err := bucket.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &name, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(object.Body)
	if err != nil {
		t.Fatal(err)
	}
	const want = "id,client_id,date,status,description,amount,currency\nt-1,c-7,,settled,,12.50,\n"
	if string(text) != want {
		t.Errorf("report:\n%s\nwant:\n%s", text, want)
	}
}
