package catalog_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
)

func ExampleLookup() {
	action, _ := catalog.Lookup("rds", "createDBSnapshot") // arn:aws:states:::aws-sdk:rds:createDBSnapshot
	for m := range action.Input.All() {
		fmt.Println(m.Name, m.Shape.Kind(), m.Required)
	}
	fmt.Println(action.Errors()[0])
	fmt.Println(action.Permissions()[0].Action)
	// Output:
	// DbInstanceIdentifier string true
	// DbSnapshotIdentifier string true
	// Tags list false
	// Rds.DbInstanceNotFoundException
	// rds:CreateDBSnapshot
}

func ExampleLookup_unknown() {
	if _, ok := catalog.Lookup("logs", "putLogEvent"); !ok {
		service := catalog.NearestService("logs")
		fmt.Println(service, catalog.NearestAction(service, "putLogEvent"))
	}
	// Output:
	// cloudwatchlogs putLogEvents
}

func ExampleOptimized() {
	run, _ := catalog.Optimized("ecs", "runTask") // arn:aws:states:::ecs:runTask
	fmt.Printf("%q\n", run.Patterns)
	containers, _ := run.Result(asl.RunJob).Member("Containers")
	code, _ := containers.Shape.Elem().Member("ExitCode")
	fmt.Println(containers.Shape.Kind(), code.Shape.Kind())
	for _, p := range run.Permissions(asl.RunJob) {
		fmt.Println(p.Action)
	}
	// Output:
	// ["" "sync" "waitForTaskToken"]
	// list integer
	// ecs:RunTask
	// ecs:DescribeTasks
	// ecs:StopTask
}

func ExampleShape_Nearest() {
	put, _ := catalog.Lookup("s3", "putObject")
	for _, name := range []string{"bucket", "SSEKMSKeyId", "ContentTyp", "Frobnicate"} {
		if _, ok := put.Input.Member(name); !ok {
			fmt.Printf("%s: %q\n", name, put.Input.Nearest(name))
		}
	}
	// Output:
	// bucket: "Bucket"
	// SSEKMSKeyId: "SsekmsKeyId"
	// ContentTyp: "ContentType"
	// Frobnicate: ""
}

func ExampleLookupPermission() {
	p, _ := catalog.LookupPermission("ecs:RunTask")
	fmt.Println(p.Access == catalog.Write, p.Resources[0].Type, p.Resources[0].ARN)
	// Output:
	// true task-definition arn:${Partition}:ecs:${Region}:${Account}:task-definition/${TaskDefinitionFamilyName}:${TaskDefinitionRevisionNumber}
}
