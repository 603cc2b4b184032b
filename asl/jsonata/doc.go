// Package jsonata is JSONata 2.0, the query and transformation language of AWS
// Step Functions, in pure Go. It depends on nothing but the JSON values of package
// value, and can be used without the rest of Stepwise:
//
//	expr, err := jsonata.Compile(`$sum(items.(price * quantity))`)
//	if err != nil {
//		return err
//	}
//	input, err := value.Parse(`{"items": [{"price": 4, "quantity": 2}, {"price": 1, "quantity": 5}]}`)
//	if err != nil {
//		return err
//	}
//	total, err := expr.Eval(ctx, input, jsonata.Env{}) // int64(13)
//
// Results, error codes and error messages are those of the reference
// implementation, jsonata-js 2.0.6. What differs is listed below.
//
// # The language in short
//
// Each line has an example below.
//
//	order.customer.name             a path: a value, or an array of all there are
//	items[0]  items[price > 5]      a position, from the end if negative; a condition
//	items[price > 5][]              an array even of one
//	items^(>price, name)            in descending order of price, then by name
//	items{category: $sum(price)}    one object, its values grouped by key
//	items.{"name": name}            an object for each item
//	*  **  %                        all members; all descendants; the parent
//	a@$x.b@$y[$x.id = $y.id]        joined: the steps' values bound to variables
//	items#$i                        the position bound to a variable
//	($x := 1; $x + 2)               a block with variables of its own
//	a ? b : c                       a choice
//	a & b   a in b   [1..5]         text joined; membership; a range
//	function($x){ $x * 2 }          a function, which sees what surrounds it
//	$power(?, 2)   f ~> g           a function of the arguments left open; a chain
//	|items|{"sold": true}, "tags"|  a copy with members set and deleted
//	/ab+/i                          a regular expression, as of JavaScript
//	$round(x, 2)                    a function of the library: see [Builtins]
//
// A path that finds nothing has no value, which is [Undefined] and not null; one that
// finds one value is that value, without an array around it.
//
// # Evaluating
//
// An [Expr] is compiled once and evaluated any number of times, by any number of
// goroutines. Input, variables and results are values of package value; they are
// never changed. All that an evaluation sees of the world is its [Env]: variables, a
// clock, random numbers. With those given it can be repeated exactly. [Define] adds
// functions written in Go, and [StepFunctions] makes the dialect of the service.
//
// An error is an *[Error]: a code, the reference's message, the place in the text and
// the value concerned. A result that is a function, or holds one, is [Function].
//
// # Limits
//
// Every evaluation ends: nesting, work and memory are limited ([MaxDepth],
// [MaxSteps], [MaxMemory]), and the context is heeded. The limits are counted, not
// timed, those of regular expressions included: they strike at the same place every
// time. [ErrLimit] tells their errors.
//
// # Without evaluating
//
// A compiled expression shows its syntax tree ([Expr.Root]), whose nodes know their
// place in the text. A type switch over the node types, or [Walk], goes through it.
// [Expr.Info] tells what an expression uses: the variables that have to be given and
// the members selected from them, the functions called with the number of arguments,
// and whether it looks at an input document. [Builtins] describes the functions that
// there are, with their signatures.
//
// # Differences from the reference
//
// Oddities of the reference are kept, since Step Functions has them too: in
// [{"a": 1}][0].a the step behind the predicate finds nothing. But:
//
//   - Objects keep the order of their members; JavaScript moves names that are
//     integers to the front.
//   - Numbers that an expression only passes on keep their digits and spelling.
//   - Regular expressions take a Unicode code point for a character, where
//     JavaScript takes half of one beyond the basic plane.
//   - A result that is, or holds, an infinity or NaN is the error D1001, or a string
//     with [StepFunctions]. The reference returns it, and JSON writes it as null.
//   - The last digits of $power, and of what $parseInteger makes of long words, may
//     differ.
//   - The items of an array, and the members of an object, are evaluated one after
//     the other; the reference interleaves them, which assignments in them show, and
//     errors: of several it may report another one.
//   - Functions are no objects: wildcards find nothing in them, messages do not show
//     what the reference keeps in a lambda, transforms do not change them.
//   - A function of the library that is applied partially finds nothing in arguments of
//     other types, of which JavaScript makes something.
//   - Where the reference fails with an error of JavaScript, which has no code, or
//     goes on for ever, this package fails with the code that comes closest, or
//     does what was meant. A faulty regular expression has the code S0303.
//   - The limits have the code U1001, which the reference's test harness uses.
//
// The command in bench/jsonata/compare holds the package against the reference, over
// its test suite and any number of mutations of that.
package jsonata
