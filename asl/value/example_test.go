package value_test

import (
	"fmt"

	"github.com/stepwise-go/stepwise/asl/value"
)

func ExampleParse() {
	v, err := value.Parse(`{"total": 10.0, "id": 12345678901234567890}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	o := v.(*value.Object)
	total, _ := o.Get("total")
	f, _ := value.Float(total)
	fmt.Println(f)
	fmt.Println(value.String(o.With("paid", true)))
	// Output:
	// 10
	// {"total":10.0,"id":12345678901234567890,"paid":true}
}

func ExampleSyntaxError() {
	_, err := value.Parse(`{"a": 1, }`)
	fmt.Println(err)
	// Output:
	// invalid JSON at line 1, column 10: unexpected '}' in an object: a member is missing after the comma
}

func ExampleParseNode() {
	const text = `{
  "States": {
    "Pay": {"Type": "Task"}
  }
}`
	root, err := value.ParseNode(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	n := root.Lookup(value.Pointer("States", "Pay", "Type"))
	line, column := value.LineColumn(text, n.Offset)
	fmt.Println(n.Value, line, column)
	// Output:
	// Task 3 21
}

func ExampleFrom() {
	type item struct {
		SKU   string  `json:"sku"`
		Price float64 `json:"price"`
	}
	v, err := value.From(map[string]any{"items": []item{{"A-1", 9.5}}, "count": 1})
	fmt.Println(value.String(v), err)
	// Output:
	// {"count":1,"items":[{"sku":"A-1","price":9.5}]} <nil>
}

func ExampleTo() {
	v, _ := value.Parse(`{"sku":"A-1","price":9.50}`)
	var item struct {
		SKU   string
		Price float64
	}
	err := value.To(v, &item)
	fmt.Println(item.SKU, item.Price, err)
	// Output:
	// A-1 9.5 <nil>
}

func ExampleEqual() {
	a, _ := value.Parse(`{"a":1,"b":[2]}`)
	b, _ := value.Parse(`{"b":[2.0],"a":1e0}`)
	fmt.Println(value.Equal(a, b))
	// Output:
	// true
}

func ExampleHashOrder() {
	fmt.Println(value.HashOrder([]string{"Question", "Answer"}))
	// Output:
	// [Answer Question]
}

func ExampleSorted() {
	v, err := value.Parse(`{"b": [{"y": 1, "x": 2}], "a": null}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(value.String(value.Sorted(v)))
	// Output: {"a":null,"b":[{"x":2,"y":1}]}
}
