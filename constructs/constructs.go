// Package constructs deploys workflows with the AWS CDK.
//
// [NewWorkflow] turns a workflow into a state machine with a role that may do what
// its definition needs and nothing else, a log group and traces. [NewGoFunction]
// builds a Lambda function from a Go program. A [Binding] says which deployed
// resource a handle of the workflow stands for. [NewPrivateBucket] and
// [NewUploadRule] make a bucket whose uploads start a workflow.
//
//	create := constructs.NewGoFunction(stack, "CreateSnapshot", &constructs.GoFunctionProps{
//		Package: "./workflows/rdssnapshot/createsnapshot",
//	})
//	constructs.NewWorkflow(stack, "Snapshot", &constructs.WorkflowProps{
//		Workflow: rdssnapshot.Workflow(),
//		Bind:     []constructs.Binding{constructs.Lambda(rdssnapshot.CreateSnapshot, create)},
//	})
//
// All of them hold the CDK's own construct, so that whatever takes one of those takes
// them: event sources, alarms, grants.
//
// Nothing here panics at what a user got wrong. All that is wrong in an app, with
// the path of the construct, is reported when it is synthesised: see [Synth].
//
// This is the only package besides the stacks and the app that imports the CDK.
// Like the CDK it is not safe for concurrent use.
package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Invalid makes the synthesis of scope fail with these messages. All the
// problems of an app are reported together, each with the path of its construct.
func Invalid(scope constructs.Construct, messages ...string) {
	if len(messages) > 0 {
		scope.Node().AddValidation(&validation{messages})
	}
}

type validation struct{ messages []string }

// Validate is called by the CDK before it synthesises the app.
func (v *validation) Validate() *[]*string { return jsii.Strings(v.messages...) }
