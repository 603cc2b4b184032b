package tasks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
	"github.com/stepwise-go/stepwise/internal/corpus"
	"github.com/stepwise-go/stepwise/tasks"
)

// TestPublishedWorkflowsCanBeWritten writes workflows that others have published
// and compares the definitions, but for comments, the names of resources and the
// deprecated fields Iterator and Parameters of a Map.
func TestPublishedWorkflowsCanBeWritten(t *testing.T) {
	dir := corpus.Dir(t, ".")
	for file, w := range map[string]dsl.Definition{
		"wf-parallel-human-approval-statemachine-StateMachine":                 humanApproval(),
		"wf-path-based-on-data-statemachine-statemachine":                      pathBasedOnData(),
		"wf-generate-thumbnail-statemachine-statemachine":                      thumbnail(),
		"wf-word-filtering-script-generator-statemachine-statemachine":         wordFiltering(),
		"wf-dynamically-process-data-with-map-state-statemachine-statemachine": processWithMap(),
	} {
		m, err := w.Build()
		if err != nil {
			t.Errorf("%s:\n%v", file, err)
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "workflows", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var original struct{ Definition any }
		if err := json.Unmarshal(text, &original); err != nil {
			t.Fatal(err)
		}
		var made any
		if err := json.Unmarshal([]byte(m.String()), &made); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(normal(original.Definition), normal(made)); diff != "" {
			t.Errorf("%s (-published +written):\n%s", file, diff)
		}
	}
}

var resource = regexp.MustCompile(`^(arn:aws:(lambda|sns):.*|placeholder|\$\{.*\})$`)

// normal takes out of a definition what may differ.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "Comment")
		if v["Type"] == "Map" {
			rename(v, "Iterator", "ItemProcessor")
			rename(v, "Parameters", "ItemSelector")
		}
		for k := range v {
			v[k] = normal(v[k])
		}
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case string:
		if resource.MatchString(v) {
			return "resource"
		}
		return strings.Replace(v, "arn:aws:states:us-east-1:776177632559:", "arn:aws:states:::", 1)
	}
	return v
}

func rename(m map[string]any, from, to string) {
	if v, ok := m[from]; ok {
		delete(m, from)
		m[to] = v
	}
}

func humanApproval() dsl.Definition {
	var asks []dsl.Step
	for _, who := range []string{"Approver 1", "Approver2", "Approver3"} {
		asks = append(asks, dsl.Task("SNS Publish to "+who, tasks.WaitForToken[Decision](tasks.SNSPublish{
			Topic: tasks.Topic(who), Message: dsl.Object{"token": dsl.Context.Task.Token, "message": dsl.Input[any]()}})))
	}
	return dsl.New[any, any]("three-approvals",
		dsl.Parallel("Parallel", asks...).Catch(dsl.Catcher{Then: dsl.Fail("Fail", "", "")}),
		dsl.Succeed("Success"))
}

func pathBasedOnData() dsl.Definition {
	type message struct {
		Type  string `json:"type"`
		Value int    `json:"value"`
	}
	typ := dsl.Field(func(m *message) *string { return &m.Type })
	value := dsl.Field(func(m *message) *int { return &m.Value })
	two := dsl.Pass("NEXT_STATE_TWO")
	return dsl.New[message, message]("path-based-on-data",
		dsl.Choice("Choice State").
			When(dsl.Not(typ.Equals("Private")), dsl.Pass("NEXT_STATE_ONE")).
			When(value.Equals(0), two).
			When(dsl.And(value.AtLeast(20), value.LessThan(30)), two).
			Otherwise(dsl.Pass("DEFAULT_STATE")))
}

func thumbnail() dsl.Definition {
	type image struct {
		IsValid int `json:"isValidImage"`
	}
	type none struct{}
	const (
		getMetadata = dsl.Function[any, []image]("get-metadata")
		create      = dsl.Function[image, none]("create-thumbnail")
	)
	faults := dsl.Retrier{Interval: 2 * time.Second, MaxAttempts: 6, Backoff: 2, Errors: []string{"Lambda.ServiceException",
		"Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"}}
	images := dsl.Input[[]image]()
	valid := dsl.At(dsl.Index(images, 0), func(i *image) *int { return &i.IsValid })
	return dsl.New[any, any]("generate-thumbnail",
		dsl.Task("getimageMetadata", getMetadata).Retry(faults),
		dsl.Choice("validateImage").
			When(valid.Equals(1), dsl.Task("thumbnailCreation", create.With(dsl.Index(images, 1))).Retry(faults)).
			Otherwise(dsl.Fail("notvalidImageFormat", "Image is not in valid format or size!!", "Image is not in valid format or size!!")))
}

func wordFiltering() dsl.Definition {
	type event struct {
		Detail struct {
			Bucket struct {
				Name string `json:"name"`
			} `json:"bucket"`
			Object struct {
				Key string `json:"key"`
			} `json:"object"`
		} `json:"detail"`
	}
	type job struct {
		TranscriptionJob struct{ TranscriptionJobName, TranscriptionJobStatus string }
	}
	type content struct {
		FileContent struct {
			Results struct {
				Transcripts []struct {
					Transcript string `json:"transcript"`
				} `json:"transcripts"`
			} `json:"results"`
		} `json:"filecontent"`
	}
	type transcribed struct {
		Transcription content `json:"transcription"`
	}
	type object struct{ Body string }
	type named struct{ TranscriptionJobName string }
	const (
		createFilter = tasks.SDK[any, any]("transcribe:createVocabularyFilter")
		startJob     = tasks.SDK[any, job]("transcribe:startTranscriptionJob")
		getJob       = tasks.SDK[named, job]("transcribe:getTranscriptionJob")
		getObject    = tasks.SDK[any, object]("s3:getObject")
		putObject    = tasks.SDK[any, any]("s3:putObject")
		results      = "bucket-776177632559-us-east-1-transcript-results"
	)
	status := dsl.Field(func(j *job) *string { return &j.TranscriptionJob.TranscriptionJobStatus })
	body := dsl.At(getObject.Result(), func(o *object) *string { return &o.Body })
	bucket := dsl.Field(func(e *event) *string { return &e.Detail.Bucket.Name })
	key := dsl.Field(func(e *event) *string { return &e.Detail.Object.Key })
	type transcript = struct {
		Transcript string `json:"transcript"`
	}
	transcripts := dsl.Field(func(t *transcribed) *[]transcript {
		return (*[]transcript)(&t.Transcription.FileContent.Results.Transcripts)
	})
	wait := dsl.Wait("Wait for Starting Job", 10*time.Second)
	return dsl.New[event, any]("word-filtering",
		dsl.Task("CreateVocabularyFilter", createFilter.Args(dsl.Object{
			"LanguageCode": "en-US", "VocabularyFilterName": "badWordFilter", "Words": words(),
		})).Discard(),
		dsl.Wait("Wait for Creating Filter", 20*time.Second),
		dsl.Task("StartTranscriptionJob", startJob.Args(dsl.Object{
			"Media":                dsl.Object{"MediaFileUri": fn.Format("s3://{}/{}", bucket, key)},
			"OutputBucketName":     results,
			"OutputKey":            "temp.json",
			"LanguageCode":         "en-US",
			"TranscriptionJobName": dsl.Context.Execution.Name,
			"Settings":             dsl.Object{"VocabularyFilterMethod": "mask", "VocabularyFilterName": "badWordFilter"},
		})),
		wait,
		dsl.Task("GetTranscriptionJobStatus", getJob.With(dsl.Build(func(n *named) []dsl.Assignment {
			name := dsl.Field(func(j *job) *string { return &j.TranscriptionJob.TranscriptionJobName })
			return []dsl.Assignment{name.To(&n.TranscriptionJobName)}
		}))),
		dsl.Choice("TranscriptionJobStatus").
			When(status.Equals("COMPLETED")).
			When(status.Equals("FAILED"), dsl.Fail("Fail", "", "")).
			Otherwise(wait),
		dsl.Task("GetObject", dsl.Pick(
			getObject.Args(dsl.Object{"Bucket": results, "Key": "temp.json"}),
			dsl.As[content](dsl.Const(dsl.Object{"filecontent": fn.Parse[any](body)})),
		)).Into(dsl.Field(func(t *transcribed) *content { return &t.Transcription })),
		dsl.Task("PutObject", putObject.Args(dsl.Object{
			"Body":   dsl.At(dsl.Index(transcripts, 0), func(t *transcript) *string { return &t.Transcript }),
			"Bucket": results,
			"Key":    "transcript.txt",
		})))
}

func words() []string { return []string{"mug", "fuck" + "ing"} }

func processWithMap() dsl.Definition {
	type message struct{ MessageID, Body, ReceiptHandle string }
	type numbered struct {
		MessageNumber  int
		MessageDetails struct {
			MessageID           string `json:"MessageId"`
			Body, ReceiptHandle string
		}
	}
	details := func(name string) dsl.Ref[string] { return dsl.Expr[string]("$." + name) }
	invoke := func(args dsl.Object) dsl.Action[any] {
		return tasks.Optimized[any]{Action: "lambda:invoke", Arguments: args}
	}
	finish := dsl.Succeed("Finish")
	return dsl.New[any, any]("process-with-map",
		dsl.Task("Read messages from SQS queue", invoke(dsl.Object{"FunctionName": "placeholder"})).
			Output(dsl.At(dsl.Result[tasks.LambdaResponse[any]](), func(r *tasks.LambdaResponse[any]) *any { return &r.Payload })),
		dsl.Choice("Are there messages to process?").
			When(dsl.Input[string]().Equals("No messages"), finish),
		dsl.Map("Process Messages", dsl.Input[[]message](),
			dsl.Task("Write message to DynamoDB", tasks.DynamoPutItem[any]{
				Table: "messages",
				Item: dsl.Object{
					"MessageId": tasks.S(dsl.Field(func(n *numbered) *string { return &n.MessageDetails.MessageID })),
					"Body":      tasks.S(dsl.Field(func(n *numbered) *string { return &n.MessageDetails.Body })),
				},
				Extra: dsl.Object{"ReturnConsumedCapacity": "TOTAL"},
			}).Discard(),
			dsl.Task("Remove message from SQS queue", invoke(dsl.Object{
				"FunctionName": "placeholder",
				"Payload":      dsl.Object{"ReceiptHandle": details("ReceiptHandle")},
			})).Raw("InputPath", "$.MessageDetails").Discard(),
			dsl.Task("Publish message to SNS topic", tasks.SNSPublish{
				Topic: "messages", Subject: dsl.Const("Message from Step Functions!"), Message: details("Body"),
			}).Raw("InputPath", "$.MessageDetails"),
		).Select(dsl.Object{"MessageNumber": dsl.Context.Map.Item.Index, "MessageDetails": dsl.Context.Map.Item.Value}),
		finish)
}
