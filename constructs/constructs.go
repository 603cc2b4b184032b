package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// invalid makes the synthesis of scope fail with these messages. All the
// problems of an app are reported together, each with the path of its construct.
func invalid(scope constructs.Construct, messages ...string) {
	if len(messages) > 0 {
		scope.Node().AddValidation(&validation{messages})
	}
}

type validation struct{ messages []string }

// Validate is called by the CDK before it synthesises the app.
func (v *validation) Validate() *[]*string { return jsii.Strings(v.messages...) }
