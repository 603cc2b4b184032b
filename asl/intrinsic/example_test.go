package intrinsic_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

func ExampleParse() {
	call, err := intrinsic.Parse(`States.Format('Order {} of {}', $.orderId, $$.Execution.Name)`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range call.Paths() {
		fmt.Println(path.Offset, path.Path)
	}
	values := []any{int64(17), "nightly"} // what the paths find
	result, err := call.Eval(intrinsic.Env{
		Path: func(i int) (any, error) { return values[i], nil },
	})
	fmt.Println(result, err)
	// Output:
	// 32 $.orderId
	// 43 $$.Execution.Name
	// Order 17 of nightly <nil>
}

func ExampleSyntaxError() {
	_, err := intrinsic.Parse(`States.format('{}', $.a)`)
	fmt.Println(err)
	// Output:
	// invalid intrinsic function call at offset 0: there is no intrinsic function States.format; did you mean States.Format?
}

func ExampleCall_Eval() {
	call, err := intrinsic.Parse(`States.ArrayUnique(States.StringSplit('b,a,,b', ','))`)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := call.Eval(intrinsic.Env{})
	fmt.Println(value.String(result), err)
	// Output:
	// ["a","b"] <nil>
}

func ExampleCheck() {
	const text = `States.Array(States.MathAdd($.a, '1'), States.Format('{} {}', $.b))`
	call, err := intrinsic.Parse(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range intrinsic.Check(call) {
		fmt.Printf("%s: %s\n", text[p.Offset:p.End], p.Message)
	}
	// Output:
	// '1': States.MathAdd: second: it must be of type number, not string
	// '{} {}': States.Format: placeholders {} in the template: 2, values: 1
}
