// Command jsonata measures JSONata evaluators side by side, on the same
// expressions and documents: package asl/jsonata, the reference implementation on
// Node, and the Go library gnata. It is a module of its own, so that nobody who
// uses Stepwise inherits what it needs:
//
//	cd bench/jsonata && npm ci && go run .
//
// It prints a line for each expression and document with the time of one
// evaluation of the compiled expression and how many times as long the others take,
// at the end where that is least, and fails if results differ. All engines take turns
// in one run, since the absolute times depend on what else the machine does; compare
// the columns.
//
// The command in the folder compare holds the results against the reference's.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"time"

	"github.com/recolabs/gnata"

	"github.com/stepwise-go/stepwise/asl/jsonata"
	"github.com/stepwise-go/stepwise/asl/value"
)

var expressions = []string{
	`order.items[0].sku`,
	`order.items.price`,
	`$sum(order.items.(price * quantity))`,
	`order.items[price > 50 and quantity >= 2].{"sku": sku, "total": price * quantity}`,
	`$map(order.items, function($i, $n) { {"n": $n, "sku": $uppercase($i.sku)} })`,
	`$filter(order.items, function($i) { $contains($i.name, "7") })`,
	`$reduce(order.items.quantity, function($a, $b) { $a + $b }, 0)`,
	`order.items^(>price, sku).sku`,
	`order.items{category: $sum(quantity)}`,
	`$join(order.items.(sku & "=" & $string(quantity)), ",")`,
	`{"customer": order.customer.name, "lines": $count(order.items), "vip": order.customer.spent > 1000 ? "yes" : "no"}`,
	`$distinct(order.items.category)`,
	`order.**.value`,
	`$string(order)`,
	`$count(order.items[$match(sku, /^sku-[0-9]*7$/)])`,
	`$sort(order.items.quantity)`,
	`$sort(order.items, function($l, $r) { $l.price > $r.price }).sku`,
	`$merge(order.items.{sku: price})`,
	`order.items.{"sku": sku, "customer": %.customer.name}`,
	`order.items#$i[$i % 2 = 0].sku`,
	`order.items.$replace(name, /number ([0-9]+)/, "#$1")`,
	`order.items.$split(name, " ")[1]`,
	`order ~> |items|{"total": price * quantity}, "tags"|`,
	`order.items.$formatNumber(price, "#,##0.00")`,
	`order.items.$fromMillis(weight.value * 86400000, "[Y0001]-[M01]-[D01]")`,
	`($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(20))`,
	`($f := function($n, $s) { $n = 0 ? $s : $f($n - 1, $s + $n) }; $f(100, 0))`,
	`order.items[tags[1] = "new" or weight.value in [1, 3, 5]].sku`,
	`$each(order.customer, function($v, $k) { $k & "=" & $v })`,
	`order.items.(quantity > 3 ? "many" : quantity = 1 ? "one" : "some")`,
	`$average(order.items.price) & " " & $max(order.items.price)`,
	`$zip(order.items.sku, order.items.price)`,
	`order.items.tags[0]`,
	`$append(order.items.sku, order.items.name)`,
	`$reverse(order.items.sku)`,
	`order.items.($uppercase(sku) & $substring(name, 8) & $pad($string(quantity), -5, "0"))`,
	`order.items.$toMillis("2024-02-29T12:34:56.789Z")`,
	`$sum($map([1..100], function($x) { $x * $x }))`,
}

// document returns an order with a number of items, of some 200 bytes each.
func document(items int) string {
	var b strings.Builder
	b.WriteString(`{"order":{"id":"o-1","customer":{"name":"Ada","spent":1234.5},"items":[`)
	for i := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"sku-%d","name":"article number %d","category":"c%d","price":%d.5,"quantity":%d,"tags":["new","%s"],"weight":{"unit":"g","value":%d}}`,
			(i*7919)%1000, i, i%7, (i*37)%100, i%5+1, strings.Repeat("x", 60), i)
	}
	b.WriteString(`]}}`)
	return b.String()
}

// result is what an engine made of an expression.
type result struct {
	Value any           `json:"value"`
	Time  time.Duration `json:"ns"` // of one evaluation
	call  func()        // evaluates once more
}

// measure notes the times of one call of each: the best of the rounds, in which they
// take turns.
func measure(results ...*result) {
	const rounds, round = 12, 15 * time.Millisecond
	for range rounds {
		for _, r := range results {
			n, start := 0, time.Now()
			for time.Since(start) < round {
				for range 8 {
					r.call()
				}
				n += 8
			}
			if took := time.Since(start) / time.Duration(n); r.Time == 0 || took < r.Time {
				r.Time = took
			}
		}
	}
}

func ours(expression string, document string) (result, error) {
	expr, err := jsonata.Compile(expression)
	if err != nil {
		return result{}, err
	}
	input, err := value.Parse(document)
	if err != nil {
		return result{}, err
	}
	ctx := context.Background()
	v, err := expr.Eval(ctx, input, jsonata.Env{})
	if err != nil {
		return result{}, err
	}
	var plain any
	if err := value.To(v, &plain); err != nil {
		return result{}, err
	}
	return result{Value: plain, call: func() { expr.Eval(ctx, input, jsonata.Env{}) }}, nil
}

func theirs(expression string, document string) (result, error) {
	expr, err := gnata.Compile(expression)
	if err != nil {
		return result{}, err
	}
	input, err := gnata.DecodeJSON(json.RawMessage(document))
	if err != nil {
		return result{}, err
	}
	ctx := context.Background()
	v, err := expr.Eval(ctx, input)
	if err != nil {
		return result{}, err
	}
	text, err := json.Marshal(gnata.NormalizeValue(v))
	if err != nil {
		return result{}, err
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return result{}, err
	}
	return result{Value: plain, call: func() { expr.Eval(ctx, input) }}, nil
}

//go:embed reference.js
var script string

// reference runs the reference implementation on all expressions.
func reference(document string) ([]result, error) {
	in, err := json.Marshal(map[string]any{"document": document, "expressions": expressions})
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("node", "-e", script)
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var results []result
	return results, json.Unmarshal(out, &results)
}

// lead is how many times as long another engine takes, where that is least.
type lead struct {
	times      float64
	expression string
}

func (l *lead) note(other, own time.Duration, expression string) float64 {
	times := float64(other) / float64(own)
	if l.expression == "" || times < l.times {
		*l = lead{times, expression}
	}
	return times
}

func run() error {
	var overGnata, overReference lead
	for _, d := range []struct {
		size  string
		items int
	}{{"2 KB", 10}, {"200 KB", 1000}} {
		text := document(d.items)
		js, err := reference(text)
		if err != nil {
			return err
		}
		fmt.Printf("%s (%d bytes)\n%12s %12s %12s %7s %7s\n", d.size, len(text), "stepwise", "gnata", "reference", "gnata", "ref.")
		for i, e := range expressions {
			go1, err := ours(e, text)
			if err != nil {
				return fmt.Errorf("%s: %w", e, err)
			}
			go2, err := theirs(e, text)
			if err != nil {
				return fmt.Errorf("%s: gnata: %w", e, err)
			}
			measure(&go1, &go2)
			fmt.Printf("%12v %12v %12v %6.1fx %6.1fx  %s\n", go1.Time, go2.Time, js[i].Time,
				overGnata.note(go2.Time, go1.Time, e), overReference.note(js[i].Time, go1.Time, e), e)
			if !reflect.DeepEqual(go1.Value, js[i].Value) {
				return fmt.Errorf("%s: the reference gives another result", e)
			}
		}
	}
	fmt.Printf("least lead over gnata %.2fx: %s\n", overGnata.times, overGnata.expression)
	fmt.Printf("least lead over the reference %.2fx: %s\n", overReference.times, overReference.expression)
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
