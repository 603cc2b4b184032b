package intrinsic

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Kinds is a set of kinds of JSON values.
type Kinds uint8

// The kinds, and their union.
const (
	Null Kinds = 1 << iota
	Boolean
	Number
	String
	Array
	Object

	Any = Null | Boolean | Number | String | Array | Object
)

var kindNames = []string{"null", "boolean", "number", "string", "array", "object"}

// String returns the names of the kinds: "number", "array or object", "any value".
func (k Kinds) String() string {
	if k == Any {
		return "any value"
	}
	var names []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// kindOf returns the kind of a value, or no kind for what is not a JSON value.
func kindOf(v any) Kinds {
	i := slices.Index(kindNames, value.Kind(v))
	if i < 0 {
		return 0
	}
	return 1 << i
}

// Function describes an intrinsic function.
type Function struct {
	Name   string // States.Format
	Doc    string // what it does, one sentence
	Params []Param
	Min    int   // arguments it needs
	Max    int   // arguments it takes; -1: any number, described by the last of Params
	Result Kinds // what it may return
	Fail   bool  // it may stand in ErrorPath and CausePath of a Fail state

	eval func(c *Call, env *Env, args []any) (any, error)
}

// Param describes a parameter of a [Function].
type Param struct {
	Name  string
	Kinds Kinds // what it takes

	check func(v any) error // of a value of the right kind; nil: any will do
}

// Functions returns the intrinsic functions, sorted by name.
func Functions() []Function {
	list := make([]Function, 0, len(functions))
	for name := range functionNames() {
		list = append(list, *functions[name])
	}
	return list
}

func functionNames() iter.Seq[string] { return slices.Values(sortedNames) }

var functions = func() map[string]*Function {
	m := make(map[string]*Function, len(table))
	for i := range table {
		m[table[i].Name] = &table[i]
	}
	return m
}()

var sortedNames = slices.Sorted(maps.Keys(functions))

// accept checks the arguments' number, kinds and values.
func (f *Function) accept(args []any) error {
	if err := f.acceptNumber(len(args)); err != nil {
		return err
	}
	for i, v := range args {
		if err := f.acceptValue(i, v); err != nil {
			return err
		}
	}
	return nil
}

func (f *Function) acceptNumber(n int) error {
	switch {
	case n < f.Min && f.Max == f.Min, f.Max >= 0 && n > f.Max && f.Max == f.Min:
		return fmt.Errorf("it takes %s, not %d", arguments(f.Min), n)
	case n < f.Min:
		return fmt.Errorf("it takes at least %s, not %d", arguments(f.Min), n)
	case f.Max >= 0 && n > f.Max:
		return fmt.Errorf("it takes at most %s, not %d", arguments(f.Max), n)
	}
	return nil
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// param returns the parameter that the i-th argument is for.
func (f *Function) param(i int) *Param { return &f.Params[min(i, len(f.Params)-1)] }

func (f *Function) acceptValue(i int, v any) error {
	kind := kindOf(v)
	if kind == 0 {
		return fmt.Errorf("%s: a Go %T is not a JSON value", f.param(i).Name, v)
	}
	if err := f.acceptKinds(i, kind); err != nil {
		return err
	}
	if p := f.param(i); p.check != nil {
		if err := p.check(v); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// acceptKinds refuses an argument that can only be of kinds the parameter does not
// take.
func (f *Function) acceptKinds(i int, kinds Kinds) error {
	p := f.param(i)
	if p.Kinds&kinds == 0 {
		return fmt.Errorf("%s: it must be of type %s, not %s", p.Name, p.Kinds, kinds)
	}
	return nil
}

// fault is an error whose text is all that the service says.
type fault string

func (f fault) Error() string { return string(f) }

// message returns what the service says of an error in the function.
func (f *Function) message(err error) string {
	var whole fault
	if errors.As(err, &whole) {
		return err.Error()
	}
	return "Invalid arguments in " + f.Name + ", caused by: " + err.Error()
}

const formatName = "States.Format"

// table is all that is known of the functions; evaluation and [Check] share it.
// Sources: Step Functions Developer Guide, "Intrinsic functions for JSONPath
// states", and what the service was seen to do.
var table = []Function{
	{
		Name: formatName, Doc: "Puts values in place of each {} of a template.",
		Params: []Param{{Name: "template", Kinds: Any}, {Name: "value", Kinds: Any}}, Min: 1, Max: -1,
		Result: String, Fail: true, eval: format,
	},
	{
		Name: "States.StringToJson", Doc: "Reads a JSON text; a blank text is null.",
		Params: []Param{{Name: "text", Kinds: String}}, Min: 1, Max: 1,
		Result: Any, eval: stringToJSON,
	},
	{
		Name: "States.JsonToString", Doc: "Writes a value as JSON text.",
		Params: []Param{{Name: "value", Kinds: Any}}, Min: 1, Max: 1,
		Result: String, Fail: true, eval: jsonToString,
	},
	{
		Name: "States.Array", Doc: "Makes an array of its arguments.",
		Params: []Param{{Name: "element", Kinds: Any}}, Max: -1,
		Result: Array, eval: array,
	},
	{
		Name: "States.ArrayPartition", Doc: "Cuts an array into arrays of a size; the last may be shorter.",
		Params: []Param{{"array", Array, payload}, {"size", Number, atLeast(1)}}, Min: 2, Max: 2,
		Result: Array, eval: arrayPartition,
	},
	{
		Name: "States.ArrayContains", Doc: "Tells whether an array holds a value.",
		Params: []Param{{"array", Array, payload}, {Name: "value", Kinds: Any}}, Min: 2, Max: 2,
		Result: Boolean, eval: arrayContains,
	},
	{
		Name: "States.ArrayRange", Doc: "Makes the array of the numbers from the first to the last by a step, at most 1000.",
		Params: []Param{{"first", Number, exact}, {"last", Number, exact}, {"step", Number, notZero}}, Min: 3, Max: 3,
		Result: Array, eval: arrayRange,
	},
	{
		Name: "States.ArrayGetItem", Doc: "Returns the element at an index, counted from 0.",
		Params: []Param{{Name: "array", Kinds: Array}, {"index", Number, atLeast(0)}}, Min: 2, Max: 2,
		Result: Any, Fail: true, eval: arrayGetItem,
	},
	{
		Name: "States.ArrayLength", Doc: "Returns the number of an array's elements.",
		Params: []Param{{Name: "array", Kinds: Array}}, Min: 1, Max: 1,
		Result: Number, eval: arrayLength,
	},
	{
		Name: "States.ArrayUnique", Doc: "Returns an array's elements without repetitions, in no order to rely on.",
		Params: []Param{{Name: "array", Kinds: Array}}, Min: 1, Max: 1,
		Result: Array, eval: arrayUnique,
	},
	{
		Name: "States.Base64Encode", Doc: "Encodes a text of up to 10,000 characters as Base64.",
		Params: []Param{{"text", String, short}}, Min: 1, Max: 1,
		Result: String, Fail: true, eval: base64Encode,
	},
	{
		Name: "States.Base64Decode", Doc: "Decodes a Base64 text of up to 10,000 characters.",
		Params: []Param{{"text", String, short}}, Min: 1, Max: 1,
		Result: String, Fail: true, eval: base64Decode,
	},
	{
		Name: "States.Hash", Doc: "Returns a hash of up to 10,000 characters in hexadecimal digits.",
		Params: []Param{{"data", Any, short}, {"algorithm", String, hashAlgorithm}}, Min: 2, Max: 2,
		Result: String, Fail: true, eval: hash,
	},
	{
		Name: "States.JsonMerge", Doc: "Merges two objects, the second over the first; only shallowly: the third argument is false.",
		Params: []Param{{Name: "first", Kinds: Object}, {Name: "second", Kinds: Object}, {"deep", Any, shallow}}, Min: 3, Max: 3,
		Result: Object, eval: jsonMerge,
	},
	{
		Name: "States.MathRandom", Doc: "Returns a random integer from the first number to below the second; the same one for the same seed.",
		Params: []Param{{"start", Number, exact}, {"end", Number, exact}, {"seed", Number, exact}}, Min: 2, Max: 3,
		Result: Number, eval: mathRandom,
	},
	{
		Name: "States.MathAdd", Doc: "Adds two integers of 32 bits.",
		Params: []Param{{"first", Number, int32Range}, {"second", Number, int32Range}}, Min: 2, Max: 2,
		Result: Number, eval: mathAdd,
	},
	{
		Name: "States.StringSplit", Doc: "Cuts a text at every one of some characters, and drops empty pieces.",
		Params: []Param{{Name: "text", Kinds: String}, {Name: "delimiters", Kinds: String}}, Min: 2, Max: 2,
		Result: Array, eval: stringSplit,
	},
	{
		Name: "States.UUID", Doc: "Returns a random UUID, version 4.",
		Result: String, Fail: true, eval: uuid,
	},
}
