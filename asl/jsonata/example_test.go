package jsonata_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

// show evaluates an expression with an input document and prints the result.
func show(text, input string, opts ...jsonata.Option) {
	doc, err := value.Parse(input)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := jsonata.MustCompile(text, opts...).Eval(context.Background(), doc, jsonata.Env{})
	switch {
	case err != nil:
		fmt.Println(err)
	case v == jsonata.Undefined{}:
		fmt.Println("nothing")
	default:
		fmt.Println(value.String(v))
	}
}

const shop = `{
	"customer": {"name": "Ada", "city": "London"},
	"items": [
		{"sku": "a-1", "category": "tea", "price": 12.5, "quantity": 2},
		{"sku": "b-2", "category": "tea", "price": 8, "quantity": 1},
		{"sku": "c-3", "category": "cup", "price": 99.9, "quantity": 3}
	],
	"stock": [{"id": "a-1", "left": 7}, {"id": "c-3", "left": 0}]
}`

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

func Example_paths() {
	show(`customer.name`, shop)
	show(`items.sku`, shop)         // one for each item
	show(`customer.street`, shop)   // there is none
	show(`customer.*`, shop)        // all members
	show(`**.left`, shop)           // at any depth
	show("`customer`.name[]", shop) // an array, even of one
	// Output:
	// "Ada"
	// ["a-1","b-2","c-3"]
	// nothing
	// ["Ada","London"]
	// [7,0]
	// ["Ada"]
}

func Example_predicates() {
	show(`items[0].sku`, shop)
	show(`items[-1].sku`, shop)
	show(`items[[0..1]].sku`, shop)
	show(`items[price > 10 and quantity >= 2].sku`, shop)
	show(`items.sku[0]`, shop)   // the first of each item's
	show(`(items.sku)[0]`, shop) // the first of all
	// Output:
	// "a-1"
	// "c-3"
	// ["a-1","b-2"]
	// ["a-1","c-3"]
	// ["a-1","b-2","c-3"]
	// "a-1"
}

func Example_grouping() {
	show(`items{category: $sum(quantity)}`, shop)
	show(`items{category: sku[]}`, shop)
	show(`items.{"sku": sku, "total": price * quantity}`, shop)
	// Output:
	// {"tea":3,"cup":3}
	// {"tea":["a-1","b-2"],"cup":["c-3"]}
	// [{"sku":"a-1","total":25},{"sku":"b-2","total":8},{"sku":"c-3","total":299.70000000000005}]
}

func Example_ordering() {
	show(`items^(price).sku`, shop)
	show(`items^(category, >price).sku`, shop)
	show(`$sort(items, function($l, $r) { $l.quantity > $r.quantity }).sku`, shop)
	// Output:
	// ["b-2","a-1","c-3"]
	// ["c-3","a-1","b-2"]
	// ["b-2","a-1","c-3"]
}

// The parent of a value, the variables that steps bind, and their positions.
func Example_joins() {
	show(`items.{"sku": sku, "for": %.customer.name}`, shop)
	show(`items@$i.stock@$s[$s.id = $i.sku].{"sku": $i.sku, "left": $s.left}`, shop)
	show(`items#$n[$n > 0].{"line": $n + 1, "sku": sku}`, shop)
	// Output:
	// [{"sku":"a-1","for":"Ada"},{"sku":"b-2","for":"Ada"},{"sku":"c-3","for":"Ada"}]
	// [{"sku":"a-1","left":7},{"sku":"c-3","left":0}]
	// [{"line":2,"sku":"b-2"},{"line":3,"sku":"c-3"}]
}

func Example_transforms() {
	show(`$ ~> |stock[left = 0]|{"sold": true}, "left"| ~> $lookup("stock")`, shop)
	// Output:
	// [{"id":"a-1","left":7},{"id":"c-3","sold":true}]
}

func Example_functions() {
	show(`$map(items, function($item, $i) { $i & ": " & $uppercase($item.sku) })`, shop)
	show(`$filter(items.price, function($p) { $p < 50 })`, shop)
	show(`$reduce(items.quantity, function($a, $b) { $a + $b }, 100)`, shop)
	show(`$merge(stock.{id: left})`, shop)
	show(`$keys(customer) ~> $join(", ")`, shop)
	// Output:
	// ["0: A-1","1: B-2","2: C-3"]
	// [12.5,8]
	// 106
	// {"a-1":7,"c-3":0}
	// "name, city"
}

// Functions see the variables that surround them, may call themselves, and can be
// applied in part and chained. A signature says what they take.
func Example_lambdas() {
	show(`($add := function($n) { function($x) { $x + $n } }; $add(3)(4))`, "null")
	show(`($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))`, "null")
	show(`$map([1, 2, 3], $power(?, 2))`, "null")
	show(`($shout := $trim ~> $uppercase; $shout("  hello "))`, "null")
	show(`(function($n)<n:n>{ $n + 1 })("one")`, "null")
	// Output:
	// 7
	// 3628800
	// [1,4,9]
	// "HELLO"
	// T0410: Argument 1 of function undefined does not match function signature
}

func Example_regularExpressions() {
	show(`items[sku ~> /^[ab]-/].sku`, shop)
	show(`$match("2024-02-29", /(\d+)-(\d+)/).groups`, "null")
	show(`$replace("Ada Lovelace", /(\w+) (\w+)/, "$2, $1")`, "null")
	show(`$split("a, b;c", /[,;] */)`, "null")
	// Output:
	// ["a-1","b-2"]
	// ["2024","02"]
	// "Lovelace, Ada"
	// ["a","b","c"]
}

// Pictures say how numbers are written and read.
func Example_numberPictures() {
	show(`$formatNumber(1234567.891, "#,##0.00")`, "null")
	show(`$formatNumber(0.14, "01%")`, "null")
	show(`$formatInteger(2024, "I") & ", " & $formatInteger(42, "w")`, "null")
	show(`$parseInteger("twenty-first", "w;o")`, "null")
	show(`$round(2.5) & " " & $round(-1234, -2) & " " & $formatBase(255, 16)`, "null")
	// Output:
	// "1,234,567.89"
	// "14%"
	// "MMXXIV, forty-two"
	// 21
	// "2 -1200 ff"
}

// Pictures say how times are written and read, too.
func Example_datePictures() {
	show(`$fromMillis(1709210096789)`, "null")
	show(`$fromMillis(1709210096789, "[FNn], [D1o] [MNn] [Y] [h]:[m01] [P] [z]", "+0530")`, "null")
	show(`$toMillis("29/02/2024", "[D01]/[M01]/[Y0001]")`, "null")
	// Output:
	// "2024-02-29T12:34:56.789Z"
	// "Thursday, 29th February 2024 6:04 pm GMT+05:30"
	// 1709164800000
}

// Whatever an expression does, its evaluation ends.
func Example_limits() {
	forever := jsonata.MustCompile(`($f := function() { $f() }; $f())`, jsonata.MaxSteps(10_000))
	_, err := forever.Eval(context.Background(), nil, jsonata.Env{})
	fmt.Println(err, errors.Is(err, jsonata.ErrLimit))

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = jsonata.MustCompile(`1`).Eval(ctx, nil, jsonata.Env{})
	fmt.Println(errors.Is(err, context.Canceled))
	// Output:
	// U1001: Expression evaluation timeout: Check for infinite loop true
	// true
}

// Variables may come from anywhere: a Scope looks them up when they are needed.
func ExampleScope() {
	env := jsonata.Env{Vars: jsonata.Vars{"rate": 1.2, "names": []any{"a", "b"}}}
	v, err := jsonata.MustCompile(`{"total": price * $rate, "first": $names[0]}`).
		Eval(context.Background(), value.NewObject(value.Member{Name: "price", Value: int64(10)}), env)
	fmt.Println(value.String(v), err)
	// Output: {"total":12,"first":"a"} <nil>
}

func ExampleBuiltins() {
	f := jsonata.Builtins(jsonata.StepFunctions())["partition"]
	fmt.Println(f.Name, f.Signature, f.Min, f.Max, f.Doc)
	// Output: partition <an:a> 2 2 the array in parts of that many items
}

func Example_tree() {
	text := `items[price > 5].sku^(<$)`
	depth := 0
	var print func(n jsonata.Node) bool
	print = func(n jsonata.Node) bool {
		fmt.Printf("%s%T %s\n", strings.Repeat("  ", depth), n, text[n.Pos():n.End()])
		depth++
		jsonata.Walk(n, func(inner jsonata.Node) bool { return inner == n || print(inner) })
		depth--
		return false
	}
	print(jsonata.MustCompile(text).Root())
	// Output:
	// *jsonata.Sort items[price > 5].sku^(<$)
	//   *jsonata.Path items[price > 5].sku
	//     *jsonata.Filter items[price > 5]
	//       *jsonata.Name items
	//       *jsonata.Binary price > 5
	//         *jsonata.Name price
	//         *jsonata.Literal 5
	//     *jsonata.Name sku
	//   *jsonata.Variable $
}
