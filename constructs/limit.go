package constructs

import (
	"fmt"
	"regexp"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// The names that AWS allows (CreateFunction and CreateStateMachine, API
// references). The CDK panics at others.
var (
	functionName     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	stateMachineName = regexp.MustCompile(`^[A-Za-z0-9+!@.()=_'-]{1,80}$`)
)

// nameFits reports whether a name is none, matches, or is known only when the
// stack is deployed.
func nameFits(pattern *regexp.Regexp, name string) bool {
	return name == "" || pattern.MatchString(name) || *awscdk.Token_IsUnresolved(jsii.String(name))
}

// problems returns what AWS Lambda would refuse (Lambda Developer Guide, "Lambda
// quotas").
func (props *GoFunctionProps) problems() []string {
	var found []string
	refuse := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if !nameFits(functionName, props.Name) {
		refuse("Name %q: use up to 64 letters, digits, hyphens and underscores", props.Name)
	}
	if a := props.Architecture; a != "" && a != Arm64 && a != AMD64 {
		refuse("Architecture %q: use %q or %q", a, Arm64, AMD64)
	}
	if m := props.Memory; m != 0 && (m < 128 || m > 10_240) {
		refuse("Memory %d: use 128 to 10240 MiB", m)
	}
	if s := props.Storage; s != 0 && (s < 512 || s > 10_240) {
		refuse("Storage %d: use 512 to 10240 MiB", s)
	}
	if d := props.Timeout; d != 0 && (d < time.Second || d > 15*time.Minute || d%time.Second != 0) {
		refuse("Timeout %v: use whole seconds, up to 15 minutes", d)
	}
	return found
}
