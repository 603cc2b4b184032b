package constructs

import (
	"fmt"
	"runtime"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// Synth writes the app's templates and assets. It returns as an error what the
// CDK panics with, such as everything that is wrong with the app's workflows.
func Synth(app awscdk.App) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			panic(r)
		default:
			err = fmt.Errorf("%v", r)
		}
	}()
	app.Synth(nil)
	return nil
}
