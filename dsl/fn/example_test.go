package fn_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/dsl/fn"
)

type File struct {
	Bucket, Key string
	Tags        []string
}

// One function, in both query languages.
func Example() {
	bucket := dsl.Field(func(f *File) *string { return &f.Bucket })
	key := dsl.Field(func(f *File) *string { return &f.Key })
	tags := dsl.Field(func(f *File) *[]string { return &f.Tags })

	shape := func() *dsl.Workflow[File, any] {
		return dsl.New[File, any]("shape", dsl.Pass("Shape").Output(dsl.Object{
			"count": fn.Len(tags),
			"uri":   fn.Format("s3://{}/{}", bucket, key),
		}))
	}
	for _, w := range []dsl.Definition{shape(), shape().JSONata()} {
		m, err := w.Build()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m.Indent())
	}
	// Output:
	// {
	//   "StartAt": "Shape",
	//   "States": {
	//     "Shape": {
	//       "Type": "Pass",
	//       "Parameters": {
	//         "count.$": "States.ArrayLength($.Tags)",
	//         "uri.$": "States.Format('s3://{}/{}', $.Bucket, $.Key)"
	//       },
	//       "End": true
	//     }
	//   }
	// }
	// {
	//   "QueryLanguage": "JSONata",
	//   "StartAt": "Shape",
	//   "States": {
	//     "Shape": {
	//       "Type": "Pass",
	//       "Output": {
	//         "count": "{% $count($states.input.Tags) %}",
	//         "uri": "{% 's3://' & $states.input.Bucket & '/' & $states.input.Key %}"
	//       },
	//       "End": true
	//     }
	//   }
	// }
}
