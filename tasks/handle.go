package tasks

import (
	"reflect"

	"github.com/stepwise-go/stepwise/dsl"
)

// The handles of this file stand for resources by names of the program's own
// choice. A construct binds each to a deployed resource, once for the workflow;
// until then a definition names it symbolically.
//
//	const Approvals = tasks.Queue("approvals")
type (
	// Queue stands for an Amazon SQS queue.
	Queue string
	// Topic stands for an Amazon SNS topic.
	Topic string
	// Table stands for an Amazon DynamoDB table.
	Table string
	// Bucket stands for an Amazon S3 bucket.
	Bucket string
	// Bus stands for an Amazon EventBridge event bus.
	Bus string
	// Connection stands for an Amazon EventBridge connection, which holds the
	// credentials of an HTTP endpoint.
	Connection string
	// Cluster stands for an Amazon ECS cluster.
	Cluster string
	// TaskDefinition stands for an Amazon ECS task definition.
	TaskDefinition string
	// Network stands for the subnets and security groups that ECS tasks run in.
	Network string
	// JobQueue stands for an AWS Batch job queue.
	JobQueue string
	// JobDefinition stands for an AWS Batch job definition.
	JobDefinition string
	// Role stands for an IAM role.
	Role string
)

// URL returns the queue's URL.
func (q Queue) URL() dsl.Ref[string] { return dsl.Bound("queue", string(q), "Url") }

// ARN returns the queue's ARN.
func (q Queue) ARN() dsl.Ref[string] { return dsl.Bound("queue", string(q), "Arn") }

// ARN returns the topic's ARN.
func (t Topic) ARN() dsl.Ref[string] { return dsl.Bound("topic", string(t), "Arn") }

// Name returns the table's name.
func (t Table) Name() dsl.Ref[string] { return dsl.Bound("table", string(t), "Name") }

// ARN returns the table's ARN.
func (t Table) ARN() dsl.Ref[string] { return dsl.Bound("table", string(t), "Arn") }

// Name returns the bucket's name.
func (b Bucket) Name() dsl.Ref[string] { return dsl.Bound("bucket", string(b), "Name") }

// ARN returns the bucket's ARN.
func (b Bucket) ARN() dsl.Ref[string] { return dsl.Bound("bucket", string(b), "Arn") }

// ARN returns the bus's ARN.
func (b Bus) ARN() dsl.Ref[string] { return dsl.Bound("bus", string(b), "Arn") }

// Name returns the bus's name.
func (b Bus) Name() dsl.Ref[string] { return dsl.Bound("bus", string(b), "Name") }

// ARN returns the connection's ARN.
func (c Connection) ARN() dsl.Ref[string] { return dsl.Bound("connection", string(c), "Arn") }

// ARN returns the cluster's ARN.
func (c Cluster) ARN() dsl.Ref[string] { return dsl.Bound("cluster", string(c), "Arn") }

// ARN returns the task definition's ARN.
func (t TaskDefinition) ARN() dsl.Ref[string] {
	return dsl.Bound("taskDefinition", string(t), "Arn")
}

// Subnets returns the ids of the subnets.
func (n Network) Subnets() dsl.Ref[[]string] {
	return dsl.As[[]string](dsl.Bound("network", string(n), "Subnets"))
}

// SecurityGroups returns the ids of the security groups.
func (n Network) SecurityGroups() dsl.Ref[[]string] {
	return dsl.As[[]string](dsl.Bound("network", string(n), "SecurityGroups"))
}

// ARN returns the job queue's ARN.
func (q JobQueue) ARN() dsl.Ref[string] { return dsl.Bound("jobQueue", string(q), "Arn") }

// ARN returns the job definition's ARN.
func (d JobDefinition) ARN() dsl.Ref[string] {
	return dsl.Bound("jobDefinition", string(d), "Arn")
}

// ARN returns the role's ARN, for the credentials of a task.
func (r Role) ARN() dsl.Ref[string] { return dsl.Bound("role", string(r), "Arn") }

// Activity is a handle: it stands for an activity, a task that workers of one's
// own poll for, which takes an In and returns an Out (Step Functions Developer
// Guide, "Activities").
type Activity[In, Out any] string

// Integration makes the handle an action: the worker gets the state's input.
func (a Activity[In, Out]) Integration() dsl.Integration[Out] { return a.call(nil) }

// With is the action whose worker gets a certain value.
func (a Activity[In, Out]) With(v dsl.Value[In]) dsl.Action[Out] { return a.call(v) }

func (a Activity[In, Out]) call(v any) dsl.Integration[Out] {
	return dsl.Integration[Out]{Resource: a.ARN(), Arguments: v, Input: reflect.TypeFor[In]()}
}

// Result returns what the worker answers, in the Output and Assign of its task.
func (a Activity[In, Out]) Result() dsl.Ref[Out] { return dsl.Result[Out]() }

// ARN returns the activity's ARN.
func (a Activity[In, Out]) ARN() dsl.Ref[string] { return dsl.Bound("activity", string(a), "Arn") }

// StateMachine is a handle: it stands for a state machine that takes an In and
// returns an Out. As an action it starts an execution with the state's input and
// waits for it; see [StartExecution] for more.
type StateMachine[In, Out any] string

// MachineOf returns the handle of a workflow of this program.
func MachineOf[In, Out any](w *dsl.Workflow[In, Out]) StateMachine[In, Out] {
	return StateMachine[In, Out](w.Name())
}

// Integration makes the handle an action: the execution gets the state's input.
func (m StateMachine[In, Out]) Integration() dsl.Integration[Execution[In, Out]] {
	return StartExecution[In, Out]{Machine: m}.sync()
}

// With is the action whose execution gets a certain value.
func (m StateMachine[In, Out]) With(v dsl.Value[In]) dsl.Action[Execution[In, Out]] {
	return StartExecution[In, Out]{Machine: m, Input: v}.sync()
}

// Result returns the finished execution, in the Output and Assign of its task.
func (m StateMachine[In, Out]) Result() dsl.Ref[Execution[In, Out]] {
	return dsl.Result[Execution[In, Out]]()
}

// ARN returns the state machine's ARN.
func (m StateMachine[In, Out]) ARN() dsl.Ref[string] {
	return dsl.Bound("stateMachine", string(m), "Arn")
}
