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
// A compiled expression shows its syntax tree with positions ([Expr.Root], [Walk])
// and what can be told of it without evaluating it ([Expr.Info]): the variables,
// members and functions it uses. [Builtins] describes the functions. Clock, random
// numbers and variables come from the [Env] of an evaluation, so that it can be
// repeated exactly.
//
// Every evaluation ends: nesting, work and memory are limited ([MaxDepth],
// [MaxSteps], [MaxMemory]), and the context is heeded. The limits are counted, not
// timed, those of regular expressions included.
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
//   - A result that is, or holds, an infinity or NaN is the error D1001. The
//     reference returns it, and JSON writes it as null.
//   - The last digit of $power may differ.
//   - The items of an array, and the members of an object, are evaluated one after
//     the other; the reference interleaves them, which assignments in them show.
//   - Where the reference fails with an error of JavaScript, which has no code, or
//     goes on for ever, this package fails with the code that comes closest, or
//     does what was meant. A faulty regular expression has the code S0303.
//   - The limits have the code U1001, which the reference's test harness uses.
package jsonata
