package tasks

import (
	"maps"
	"slices"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
)

// LaunchType is what an ECS task runs on.
type LaunchType string

// The launch types.
const (
	Fargate  LaunchType = "FARGATE"
	EC2      LaunchType = "EC2"
	External LaunchType = "EXTERNAL"
)

// ECSRunTask runs tasks on an ECS cluster (ecs:runTask). By itself it is done when
// the tasks are placed, also if some are not: look at Failures. Sync waits until
// they have stopped and fails if they fail.
type ECSRunTask struct {
	Cluster         Cluster
	TaskDefinition  TaskDefinition
	LaunchType      LaunchType
	Network         Network // of tasks with a network of their own, as on Fargate
	AssignPublicIP  bool
	Count           int // 0 is 1
	PlatformVersion string
	Overrides       []ContainerOverride
	Extra           dsl.Object
}

// ContainerOverride changes how a container of the task definition runs.
type ContainerOverride struct {
	Name        string
	Command     []dsl.Value[string]
	Environment map[string]dsl.Value[string]
	Extra       dsl.Object
}

// ECSRun is the result of [ECSRunTask] that does not wait.
type ECSRun struct {
	Tasks    []ECSTask
	Failures []ECSFailure
}

// ECSTask is an ECS task.
type ECSTask struct {
	TaskARN           string `json:"TaskArn"`
	TaskDefinitionARN string `json:"TaskDefinitionArn"`
	ClusterARN        string `json:"ClusterArn"`
	LastStatus        string
	StopCode          string `json:",omitempty"`
	StoppedReason     string `json:",omitempty"`
	Containers        []ECSContainer
}

// ECSContainer is a container of an [ECSTask].
type ECSContainer struct {
	Name       string
	LastStatus string
	ExitCode   *int   `json:",omitempty"` // once it has stopped
	Reason     string `json:",omitempty"`
}

// ECSFailure is a task that could not be placed.
type ECSFailure struct {
	ARN    string `json:"Arn"`
	Reason string
}

func (e ECSRunTask) callback() call {
	a := newArguments(e.Extra).handle("Cluster", string(e.Cluster), e.Cluster.ARN()).
		handle("TaskDefinition", string(e.TaskDefinition), e.TaskDefinition.ARN()).
		literal("LaunchType", string(e.LaunchType)).literal("PlatformVersion", e.PlatformVersion).number("Count", e.Count)
	if e.Network != "" {
		vpc := dsl.Object{"Subnets": e.Network.Subnets(), "SecurityGroups": e.Network.SecurityGroups()}
		if e.AssignPublicIP {
			vpc["AssignPublicIp"] = "ENABLED"
		}
		a.o["NetworkConfiguration"] = dsl.Object{"AwsvpcConfiguration": vpc}
	}
	if e.Overrides != nil {
		containers := make([]any, len(e.Overrides))
		for i, o := range e.Overrides {
			containers[i] = o.object()
		}
		a.o["Overrides"] = dsl.Object{"ContainerOverrides": containers}
	}
	return call{resource: optimized + "ecs:runTask", args: a.o}
}

func (c ContainerOverride) object() dsl.Object {
	a := newArguments(c.Extra).literal("Name", c.Name)
	if c.Command != nil {
		a.o["Command"] = c.Command
	}
	if c.Environment != nil {
		a.o["Environment"] = environment(c.Environment)
	}
	return a.o
}

// environment returns variables as ECS and Batch have them, sorted by name.
func environment(variables map[string]dsl.Value[string]) []any {
	list := make([]any, 0, len(variables))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, dsl.Object{"Name": name, "Value": variables[name]})
	}
	return list
}

// Integration makes it an action that does not wait for the tasks.
func (e ECSRunTask) Integration() dsl.Integration[ECSRun] {
	return integration[ECSRun](e.callback(), "")
}

// Sync is the action that waits for the task.
func (e ECSRunTask) Sync() dsl.Action[ECSTask] { return integration[ECSTask](e.callback(), ".sync") }

// BatchSubmitJob submits a job to AWS Batch (batch:submitJob).
type BatchSubmitJob struct {
	Name        dsl.Value[string]
	Queue       JobQueue
	Definition  JobDefinition
	Parameters  map[string]dsl.Value[string]
	Command     []dsl.Value[string]
	Environment map[string]dsl.Value[string]
	ArraySize   int           // of an array job
	Attempts    int           // 0 is what the definition says
	Timeout     time.Duration // of one attempt; whole seconds, at least 60
	Extra       dsl.Object
}

// BatchSubmitted is the result of [BatchSubmitJob] that does not wait.
type BatchSubmitted struct {
	JobARN  string `json:"JobArn"`
	JobID   string `json:"JobId"`
	JobName string
}

// BatchJob is a finished job.
type BatchJob struct {
	JobARN       string `json:"JobArn"`
	JobID        string `json:"JobId"`
	JobName      string
	Status       string
	StatusReason string `json:",omitempty"`
	Container    *struct {
		ExitCode      int
		LogStreamName string
	} `json:",omitempty"`
}

func (b BatchSubmitJob) call() call {
	a := newArguments(b.Extra).text("JobName", b.Name).handle("JobQueue", string(b.Queue), b.Queue.ARN()).
		handle("JobDefinition", string(b.Definition), b.Definition.ARN())
	if b.Parameters != nil {
		a.o["Parameters"] = b.Parameters
	}
	container := newArguments(nil)
	if b.Command != nil {
		container.o["Command"] = b.Command
	}
	if b.Environment != nil {
		container.o["Environment"] = environment(b.Environment)
	}
	if len(container.o) > 0 {
		a.o["ContainerOverrides"] = container.o
	}
	if b.ArraySize != 0 {
		a.o["ArrayProperties"] = dsl.Object{"Size": b.ArraySize}
	}
	if b.Attempts != 0 {
		a.o["RetryStrategy"] = dsl.Object{"Attempts": b.Attempts}
	}
	if b.Timeout != 0 {
		a.o["Timeout"] = dsl.Object{"AttemptDurationSeconds": dsl.Seconds(b.Timeout)}
	}
	return call{resource: optimized + "batch:submitJob", args: a.o}
}

// Integration makes it an action that does not wait for the job.
func (b BatchSubmitJob) Integration() dsl.Integration[BatchSubmitted] {
	return integration[BatchSubmitted](b.call(), "")
}

// Sync is the action that waits for the job and fails if it fails.
func (b BatchSubmitJob) Sync() dsl.Action[BatchJob] { return integration[BatchJob](b.call(), ".sync") }

// GlueStartJobRun runs an AWS Glue job (glue:startJobRun).
type GlueStartJobRun struct {
	Job       dsl.Value[string]
	Arguments map[string]dsl.Value[string]
	Extra     dsl.Object
}

// GlueStarted is the result of [GlueStartJobRun] that does not wait.
type GlueStarted struct {
	JobName  string
	JobRunID string `json:"JobRunId"`
}

// GlueRun is a finished run of a Glue job.
type GlueRun struct {
	ID            string `json:"Id"`
	JobName       string
	JobRunState   string
	ErrorMessage  string `json:",omitempty"`
	ExecutionTime int    // seconds
}

func (g GlueStartJobRun) call() call {
	a := newArguments(g.Extra).text("JobName", g.Job)
	if g.Arguments != nil {
		a.o["Arguments"] = g.Arguments
	}
	return call{resource: optimized + "glue:startJobRun", args: a.o}
}

// Integration makes it an action that does not wait for the run.
func (g GlueStartJobRun) Integration() dsl.Integration[GlueStarted] {
	return integration[GlueStarted](g.call(), "")
}

// Sync is the action that waits for the run and fails if it fails.
func (g GlueStartJobRun) Sync() dsl.Action[GlueRun] { return integration[GlueRun](g.call(), ".sync") }

// CodeBuildStart starts a build (codebuild:startBuild).
type CodeBuildStart struct {
	Project     dsl.Value[string]
	Environment map[string]dsl.Value[string] // EnvironmentVariablesOverride, plain text
	Extra       dsl.Object
}

// CodeBuild is the result of [CodeBuildStart].
type CodeBuild struct {
	Build struct {
		ARN         string `json:"Arn"`
		ID          string `json:"Id"`
		BuildStatus string
	}
}

func (c CodeBuildStart) call() call {
	a := newArguments(c.Extra).text("ProjectName", c.Project)
	if c.Environment != nil {
		a.o["EnvironmentVariablesOverride"] = environment(c.Environment)
	}
	return call{resource: optimized + "codebuild:startBuild", args: a.o}
}

// Integration makes it an action that does not wait for the build.
func (c CodeBuildStart) Integration() dsl.Integration[CodeBuild] {
	return integration[CodeBuild](c.call(), "")
}

// Sync is the action that waits for the build and fails if it fails.
func (c CodeBuildStart) Sync() dsl.Action[CodeBuild] {
	return integration[CodeBuild](c.call(), ".sync")
}
