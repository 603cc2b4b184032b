package jsonata_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

func Example() {
	expr, err := jsonata.Compile(`orders[total > 50].{"id": id, "total": total}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	input, err := value.Parse(`{"orders": [{"id": "a", "total": 20}, {"id": "b", "total": 80}, {"id": "c", "total": 120.5}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := expr.Eval(context.Background(), input, jsonata.Env{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(value.String(v))
	// Output: [{"id":"b","total":80},{"id":"c","total":120.5}]
}

// As a state of AWS Step Functions uses it: no input document, but variables, and
// the service's own functions.
func ExampleStepFunctions() {
	expr := jsonata.MustCompile(`$partition($states.input.ids, $size)`, jsonata.StepFunctions())
	states, err := value.Parse(`{"input": {"ids": [1, 2, 3, 4, 5]}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := expr.Eval(context.Background(), jsonata.Undefined{}, jsonata.Env{
		Vars: jsonata.Vars{"states": states, "size": int64(2)},
	})
	fmt.Println(value.String(v), err)
	// Output: [[1,2],[3,4],[5]] <nil>
}

func ExampleExpr_Eval_undefined() {
	v, err := jsonata.MustCompile(`missing.field`).Eval(context.Background(), nil, jsonata.Env{})
	switch v.(type) {
	case jsonata.Undefined:
		fmt.Println("no value", err)
	case jsonata.Function:
		fmt.Println("a function", err)
	default:
		fmt.Println(value.String(v), err)
	}
	// Output: no value <nil>
}

func ExampleEnv() {
	noon := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	v, err := jsonata.MustCompile(`$now("[D1o] of [MNn] [Y]")`).Eval(context.Background(), nil, jsonata.Env{
		Now: func() time.Time { return noon },
	})
	fmt.Println(v, err)
	// Output: 29th of February 2024 <nil>
}

func ExampleError() {
	text := `1 + $uppercase(2)`
	_, err := jsonata.MustCompile(text).Eval(context.Background(), nil, jsonata.Env{})
	var e *jsonata.Error
	if errors.As(err, &e) {
		fmt.Println(e)
		fmt.Printf("%s is about %q, behind %q\n", e.Code, e.Token, text[:e.Position])
	}
	// Output:
	// T0410: Argument 1 of function "uppercase" does not match function signature
	// T0410 is about "uppercase", behind "1 + $uppercase"
}

// A checker can tell what an expression will need before it is evaluated.
func ExampleExpr_Info() {
	expr := jsonata.MustCompile(`$states.input.total * $rate > $round($states.context.limit) and approved`)
	info := expr.Info()
	for _, v := range info.Variables {
		fmt.Print("$", v.Variable.Name)
		for _, m := range v.Members {
			fmt.Print(" ", m.Name)
		}
		fmt.Println()
	}
	for _, n := range info.Inputs {
		fmt.Println("needs an input at", n.Pos())
	}
	// Output:
	// $states input total
	// $rate
	// $round
	// $states context limit
	// needs an input at 64
}

func ExampleDefine() {
	shout := jsonata.Define("shout", "<s-:s>", "the text with an exclamation mark",
		func(_ context.Context, args []any) (any, error) {
			text, ok := args[0].(string)
			if !ok {
				return jsonata.Undefined{}, nil
			}
			return text + "!", nil
		})
	v, err := jsonata.MustCompile(`$map(["hello", "world"], $shout)`, shout).Eval(context.Background(), nil, jsonata.Env{})
	fmt.Println(value.String(v), err)
	// Output: ["hello!","world!"] <nil>
}

func ExampleWalk() {
	expr := jsonata.MustCompile(`$f(a, $g(b))`)
	jsonata.Walk(expr.Root(), func(n jsonata.Node) bool {
		if call, ok := n.(*jsonata.Call); ok {
			fmt.Printf("call of %d at %d\n", len(call.Args), call.Pos())
		}
		return true
	})
	// Output:
	// call of 2 at 0
	// call of 1 at 6
}
