package jsonpath_test

import (
	"errors"
	"fmt"

	"github.com/stepwise-go/stepwise/asl/jsonpath"
	"github.com/stepwise-go/stepwise/asl/value"
)

func ExamplePath_Eval() {
	input, err := value.Parse(`{"orders": [{"id": "a", "total": 50}, {"id": "b", "total": 120}, {"id": "c", "total": 300.0}]}`)
	if err != nil {
		panic(err)
	}
	for _, text := range []string{`$.orders[0].id`, `$.orders[?(@.total > 100)].id`, `$.orders.length()`} {
		path, err := jsonpath.Compile(text)
		if err != nil {
			panic(err)
		}
		v, err := path.Eval(input)
		fmt.Println(value.String(v), err)
	}
	// Output:
	// "a" <nil>
	// ["b","c"] <nil>
	// 3 <nil>
}

// The text of a NotFoundError is the service's own sentence.
func ExampleNotFoundError() {
	path, err := jsonpath.Compile(`$.order.customer.name`)
	if err != nil {
		panic(err)
	}
	_, err = path.Eval(value.NewObject())
	var missing *jsonpath.NotFoundError
	if errors.As(err, &missing) {
		fmt.Printf("Invalid path '%s' : %v\n", missing.Path(), missing)
	}
	// Output: Invalid path '$.order.customer.name' : Missing property in path $['order']
}

func ExampleSplit() {
	for _, text := range []string{`$.x`, `$$.Execution.Id`, `$order.items[0]`} {
		root, name, path, err := jsonpath.Split(text)
		fmt.Println(root, name, path, err)
	}
	// Output:
	// input  $.x <nil>
	// context  $.Execution.Id <nil>
	// variable order $.items[0] <nil>
}

func ExampleReference_Set() {
	input, err := value.Parse(`{"order":{"id":"a"}}`)
	if err != nil {
		panic(err)
	}
	resultPath, err := jsonpath.ParseReference(`$.order.payment.status`)
	if err != nil {
		panic(err)
	}
	output, err := resultPath.Set(input, "CAPTURED")
	fmt.Println(value.String(output), err)
	fmt.Println(value.String(input))
	// Output:
	// {"order":{"id":"a","payment":{"status":"CAPTURED"}}} <nil>
	// {"order":{"id":"a"}}
}
