package iam_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/iam"
)

func TestPolicy(t *testing.T) {
	statements, _ := iam.Derive(machineOf(t, "arn:aws:states:::http:invoke\n"+
		`{"ApiEndpoint": "https://api.example.com/v1", "Method": "GET", "Authentication": {"ConnectionArn": "${Payments_Arn}"}}`))
	got := iam.Policy(statements) + "\n"
	const file = "testdata/policy.json"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update if it should be so (-want +got):\n%s", diff)
	}
}

// many is a machine that reads so many tables.
func many(tables int) *asl.StateMachine {
	var states []asl.State
	for i := range tables {
		states = append(states, &asl.Task{Base: asl.Base{Name: fmt.Sprint("S", i)}, Resource: "arn:aws:states:::dynamodb:getItem",
			Parameters: &asl.Payload{Value: value.NewObject(value.Member{Name: "TableName", Value: fmt.Sprintf("a-table-with-a-long-name-%d", i)})}})
	}
	return of(states...)
}

func TestALargePolicyIsReportedAndCanBeSplit(t *testing.T) {
	if _, problems := iam.Derive(many(20)); len(problems) > 0 {
		t.Errorf("20 tables: %v", problems)
	}
	statements, problems := iam.Derive(many(200))
	if len(problems) != 1 || problems[0].Code != iam.LargePolicy {
		t.Fatalf("problems = %v, want that the policy is large", problems)
	}
	var resources []string
	for i, policy := range iam.Split(statements, iam.MaxManaged) {
		if size := iam.Size(policy); size > iam.MaxManaged {
			t.Errorf("policy %d has %d characters", i, size)
		}
		for _, s := range policy {
			resources = append(resources, s.Resources...)
		}
	}
	slices.Sort(resources)
	if diff := cmp.Diff(statements[0].Resources, resources); diff != "" {
		t.Errorf("the policies allow something else (-want +got):\n%s", diff)
	}
}

// A definition of the greatest size has some ten thousand states.
func BenchmarkDerive(b *testing.B) {
	for _, tables := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(tables), func(b *testing.B) {
			m := many(tables)
			for b.Loop() {
				iam.Derive(m)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for _, s := range []iam.Statement{
		iam.Logging(), iam.Tracing(), iam.Encryption("arn:aws:kms:us-east-1:1:key/k"),
		iam.Worker("arn:aws:states:us-east-1:1:activity:a"), iam.Callback("arn:aws:states:us-east-1:1:stateMachine:m"),
	} {
		if !slices.IsSorted(s.Actions) || slices.Contains(s.Resources, "*") != (s.Why != "") {
			t.Errorf("%v", s)
		}
	}
}

func ExamplePolicy() {
	m, _ := asl.Parse("", `{"StartAt": "Save", "States": {"Save": {"Type": "Task", "End": true,
		"Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {"TableName": "orders", "Item.$": "$"}}}}`)
	statements, _ := iam.Derive(m)
	fmt.Println(iam.Policy(statements))
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Effect": "Allow",
	//       "Action": "dynamodb:PutItem",
	//       "Resource": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"
	//     }
	//   ]
	// }
}

func ExampleStatement_String() {
	m, _ := asl.Parse("", `{"StartAt": "Read", "States": {"Read": {"Type": "Task", "End": true,
		"Resource": "arn:aws:states:::aws-sdk:s3:getObject",
		"Parameters": {"Bucket": "reports", "Key.$": "States.Format('{}/report.csv', $.day)"}}}}`)
	statements, _ := iam.Derive(m)
	fmt.Println(statements[0])
	// Output:
	// s3:GetObject
	//   on arn:${AWS::Partition}:s3:::reports/*/report.csv
	//   because Key is computed while the workflow runs
	//   for "Read"
}

func ExampleSplit() {
	statements, _ := iam.Derive(many(200))
	for _, policy := range iam.Split(statements, iam.MaxManaged) {
		fmt.Println(len(policy), "statement")
	}
	// Output:
	// 1 statement
	// 1 statement
	// 1 statement
	// 1 statement
}

func FuzzDerive(f *testing.F) {
	for _, file := range []string{"testdata/integrations.txt", "testdata/sdk.txt", "testdata/tasks.txt", "testdata/maps.txt"} {
		for _, c := range goldenCases(f, file) {
			resource, arguments, _ := strings.Cut(c.input, "\n")
			f.Add(resource, strings.TrimPrefix(arguments, "jsonata "))
		}
	}
	f.Fuzz(func(t *testing.T, resource, arguments string) {
		v, err := value.Parse(arguments)
		if err != nil {
			return
		}
		payload := &asl.Payload{Value: v}
		path := &asl.Task{Base: asl.Base{Name: "P"}, Resource: resource, Parameters: payload}
		query := &asl.Task{Base: asl.Base{Name: "Q", QueryLanguage: asl.JSONata}, Resource: resource, Arguments: payload}
		set := &asl.Pass{Base: asl.Base{Name: "A"}, Assign: payload}
		reader := &asl.Map{Base: asl.Base{Name: "M"}, ItemReader: &asl.ItemReader{Resource: resource, Parameters: payload},
			ItemProcessor: &asl.Processor{ProcessorConfig: &asl.ProcessorConfig{Mode: asl.Distributed}}}
		statements, _ := iam.Derive(of(path, query, set, reader))
		for _, s := range statements {
			if len(s.Actions) == 0 || len(s.Resources) == 0 || slices.Contains(s.Resources, "*") && s.Why == "" {
				t.Errorf("%+v", s)
			}
		}
		if _, err := value.Parse(iam.Policy(statements)); err != nil {
			t.Error(err)
		}
	})
}
