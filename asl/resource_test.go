package asl

import "testing"

func TestParseResource(t *testing.T) {
	tests := []struct {
		text string
		want Resource
	}{
		{"arn:aws:lambda:eu-west-1:123456789012:function:pay:live", Resource{Kind: LambdaFunction, Service: "lambda", Action: "invoke"}},
		{"arn:aws-cn:states:cn-north-1:123456789012:activity:pack", Resource{Kind: ActivityWorker, Service: "activity"}},
		{"arn:aws:states:::lambda:invoke", Resource{Kind: OptimizedIntegration, Service: "lambda", Action: "invoke"}},
		{"arn:aws:states:::ecs:runTask.sync", Resource{Kind: OptimizedIntegration, Service: "ecs", Action: "runTask", Pattern: RunJob}},
		{"arn:aws:states:::states:startExecution.sync:2", Resource{Kind: OptimizedIntegration, Service: "states", Action: "startExecution", Pattern: RunJobParsed}},
		{"arn:aws:states:::aws-sdk:sfn:startSyncExecution", Resource{Kind: SDKIntegration, Service: "sfn", Action: "startSyncExecution"}},
		{"arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken", Resource{Kind: SDKIntegration, Service: "sqs", Action: "sendMessage", Pattern: WaitForToken}},
		{"arn:aws:states:::sqs", Resource{}},
		{"arn:aws:s3:::bucket", Resource{}},
		{"pay", Resource{}},
		{"", Resource{}},
	}
	for _, tt := range tests {
		tt.want.Text = tt.text
		if got := ParseResource(tt.text); got != tt.want {
			t.Errorf("ParseResource(%q) = %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

func TestResourceNamesAsInHistory(t *testing.T) {
	r := ParseResource("arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken")
	if got, want := r.TypeName(), "aws-sdk:sqs"; got != want {
		t.Errorf("TypeName() = %q, want %q", got, want)
	}
	if got, want := r.ActionName(), "sendMessage.waitForTaskToken"; got != want {
		t.Errorf("ActionName() = %q, want %q", got, want)
	}
}

func TestResourceOfAPlaceholderIsOfItsHandlesKind(t *testing.T) {
	m := &StateMachine{Placeholders: map[string]Placeholder{"Pay_Arn": {Kind: "lambda", Handle: "pay", Attr: "Arn"}}}
	if got := m.Resource(&Task{Resource: "${Pay_Arn}"}).Kind; got != LambdaFunction {
		t.Errorf("kind of ${Pay_Arn} = %v, want LambdaFunction", got)
	}
	if got := m.Resource(&Task{Resource: "${Other}"}).Kind; got != UnknownIntegration {
		t.Errorf("kind of an unknown placeholder = %v, want UnknownIntegration", got)
	}
}
