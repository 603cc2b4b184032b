package tasks_test

import (
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/tasks"
)

func show(w dsl.Definition) {
	m, err := w.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Indent())
}

// A message to a queue, with the token that its consumer sends back.
func ExampleWaitForToken() {
	type Verdict struct{ Approved bool }
	show(dsl.New[any, Verdict]("ask",
		dsl.Task("Ask", tasks.WaitForToken[Verdict](tasks.SQSSendMessage{
			Queue: Approvals,
			Body:  dsl.Object{"token": dsl.Context.Task.Token},
		})).Timeout(time.Hour)))
	// Output:
	// {
	//   "StartAt": "Ask",
	//   "States": {
	//     "Ask": {
	//       "Type": "Task",
	//       "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
	//       "Parameters": {
	//         "MessageBody": {
	//           "token.$": "$$.Task.Token"
	//         },
	//         "QueueUrl": "${Approvals_Url}"
	//       },
	//       "TimeoutSeconds": 3600,
	//       "End": true
	//     }
	//   }
	// }
}

// Any action of any service, with the types that it takes and returns.
func ExampleSDK() {
	type Secret struct{ SecretString string }
	get := tasks.SDK[any, Secret]("secretsmanager:getSecretValue")
	show(dsl.New[any, any]("secret",
		dsl.Task("Get secret", get.Args(dsl.Object{"SecretId": "api-key"})).
			Output(dsl.At(get.Result(), func(s *Secret) *string { return &s.SecretString }))))
	// Output:
	// {
	//   "StartAt": "Get secret",
	//   "States": {
	//     "Get secret": {
	//       "Type": "Task",
	//       "Resource": "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue",
	//       "Parameters": {
	//         "SecretId": "api-key"
	//       },
	//       "OutputPath": "$.SecretString",
	//       "End": true
	//     }
	//   }
	// }
}

// A container job that the workflow waits for.
func ExampleECSRunTask_Sync() {
	id := dsl.Field(func(o *Order) *string { return &o.ID })
	show(dsl.New[Order, tasks.ECSTask]("job",
		dsl.Task("Run worker", tasks.ECSRunTask{
			Cluster:        Jobs,
			TaskDefinition: Worker,
			Overrides: []tasks.ContainerOverride{
				{Name: "worker", Environment: map[string]dsl.Value[string]{"ORDER": id}},
			},
		}.Sync())))
	// Output:
	// {
	//   "StartAt": "Run worker",
	//   "States": {
	//     "Run worker": {
	//       "Type": "Task",
	//       "Resource": "arn:aws:states:::ecs:runTask.sync",
	//       "Parameters": {
	//         "Cluster": "${Jobs_Arn}",
	//         "Overrides": {
	//           "ContainerOverrides": [
	//             {
	//               "Environment": [
	//                 {
	//                   "Name": "ORDER",
	//                   "Value.$": "$.ID"
	//                 }
	//               ],
	//               "Name": "worker"
	//             }
	//           ]
	//         },
	//         "TaskDefinition": "${Worker_Arn}"
	//       },
	//       "End": true
	//     }
	//   }
	// }
}
