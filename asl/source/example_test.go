package source_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/stepwise-go/stepwise/asl/source"
)

func ExampleParse() {
	f := source.Parse("template.yaml", `
Resources:
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition:
        StartAt: Pay
        States:
          Pay: {Type: Task, Resource: !GetAtt Pay.Arn, Colour: red, End: true}
`)
	for _, m := range f.Machines {
		fmt.Println(m.ID, m.Type)
		fmt.Println(m.Faults)
		fmt.Println(m.Definition)
	}
	// Output:
	// Order EXPRESS
	// template.yaml:10:56: error: state "Pay": Colour: there is no such field in a Task state [SCHEMA_VALIDATION_FAILED]
	// {"StartAt":"Pay","States":{"Pay":{"Type":"Task","Resource":"${Pay.Arn}","End":true}}}
}

func ExampleSearch() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	definition := "StartAt: Done\nStates: {Done: {Type: Succeed}}\n"
	if err := os.WriteFile(filepath.Join(dir, "order.asl.yaml"), []byte(definition), 0o666); err != nil {
		log.Fatal(err)
	}

	var s source.Search
	for f, err := range s.Files(dir) {
		if err != nil {
			log.Fatal(err)
		}
		for _, m := range f.Machines {
			fmt.Println(filepath.Base(f.Name), m.Definition)
		}
	}
	// Output: order.asl.yaml {"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}
}
