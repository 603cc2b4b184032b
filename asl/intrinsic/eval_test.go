package intrinsic_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/intrinsic"
	"github.com/stepwise-go/stepwise/asl/value"
)

// env returns an environment whose paths, of the form $.a.b, go into the input.
func env(call *intrinsic.Call, input string) intrinsic.Env {
	root, err := value.Parse(input)
	return intrinsic.Env{
		Path: func(i int) (any, error) {
			if err != nil {
				return nil, err
			}
			return resolve(root, call.Paths()[i].Path)
		},
		Input: func() string { return input },
		Rand:  rand.NewPCG(1, 2),
	}
}

var errNotFound = errors.New("nothing there")

func resolve(v any, path string) (any, error) {
	for _, name := range strings.Split(path, ".")[1:] {
		o, _ := v.(*value.Object)
		var ok bool
		if v, ok = o.Get(name); !ok {
			return nil, errNotFound
		}
	}
	return v, nil
}

func eval(text, input string) (any, error) {
	call, err := intrinsic.Parse(text)
	if err != nil {
		return nil, err
	}
	return call.Eval(env(call, input))
}

func TestResults(t *testing.T) {
	tests := []struct{ call, input, want string }{
		// Format
		{`States.Format('Hello {}, {}', $.a, 'x')`, `{"a":"Ann"}`, `"Hello Ann, x"`},
		{`States.Format('{}{}{}{}{}', null, true, 1, 1.10, -1.5e3)`, `{}`, `"nulltrue11.10-1.5e3"`},
		{`States.Format('no placeholder')`, `{}`, `"no placeholder"`},
		{`States.Format('')`, `{}`, `""`},
		{`States.Format('\{\} it\'s {} \\', 1)`, `{}`, `"{} it's 1 \\"`},
		{`States.Format('a={}', $.a)`, `{"a":{"Arg1":1,"Arg2":[],"s":"x y","n":null,"o":{"p":[1,"z"]}}}`, `"a={Arg1=1, Arg2=[], s=x y, n=null, o={p=[1, z]}}"`},
		{`States.Format('a={}', $.a)`, `{"a":"{\"Arg1\": 1, \"Arg2\": []}"}`, `"a={\"Arg1\": 1, \"Arg2\": []}"`},
		{`States.Format($.t, 'x')`, `{"t":"<{}> \\{\\} \\n"}`, `"<x> {} \\n"`},
		{`States.Format($.t)`, `{"t":123}`, `"123"`},
		{`States.Format('${}', 12)`, `{}`, `"$12"`},
		{`States.Format('${Bucket_Name}/{}', 12)`, `{}`, `"${Bucket_Name}/12"`},
		{`States.Format('{}', '{}')`, `{}`, `"{}"`},

		// JsonToString, StringToJson
		{`States.JsonToString($)`, `{ "a": [1, 1.0, "x<\u00fc>"], "b": null }`, `"{\"a\":[1,1.0,\"x<ü>\"],\"b\":null}"`},
		{`States.JsonToString('x')`, `{}`, `"\"x\""`},
		{`States.JsonToString(null)`, `{}`, `"null"`},
		{`States.StringToJson($.s)`, `{"s":" {\"b\":1.0, \"a\":[]} "}`, `{"b":1.0,"a":[]}`},
		{`States.StringToJson('')`, `{}`, `null`},
		{`States.StringToJson(' ')`, `{}`, `null`},
		{`States.StringToJson('-0')`, `{}`, `0`},
		{`States.StringToJson('{"a": 1}')`, `{}`, `{"a":1}`},
		{`States.StringToJson('\{"a": "it\'s"\}')`, `{}`, `{"a":"it's"}`},

		// Arrays
		{`States.Array()`, `{}`, `[]`},
		{`States.Array('Foo', 2020, $.j, null, true, 2.3)`, `{"j":{"a":[]}}`, `["Foo",2020,{"a":[]},null,true,2.3]`},
		{`States.ArrayPartition($.a, 4)`, `{"a":[1,2,3,4,5,6,7,8,9]}`, `[[1,2,3,4],[5,6,7,8],[9]]`},
		{`States.ArrayPartition($.a, 2)`, `{"a":[0,1,2,3]}`, `[[0,1],[2,3]]`},
		{`States.ArrayPartition($.a, 3)`, `{"a":[]}`, `[]`},
		{`States.ArrayPartition($.a, 9007199254740992)`, `{"a":[1]}`, `[[1]]`},
		{`States.ArrayPartition($.a, 2.6)`, `{"a":[1,2,3,4,5]}`, `[[1,2],[3,4],[5]]`},
		{`States.ArrayContains($.a, 5)`, `{"a":[1,2,3,4,5]}`, `true`},
		{`States.ArrayContains($.a, 5)`, `{"a":[]}`, `false`},
		{`States.ArrayContains($.a, $.b)`, `{"a":[[1,2,3],2],"b":[1,2,3]}`, `true`},
		{`States.ArrayContains($.a, $.b)`, `{"a":[{"1":2,"2":[]}],"b":{"1":2,"2":[]}}`, `true`},
		{`States.ArrayContains($.a, $.b)`, `{"a":[{"1":2,"2":[]}],"b":[]}`, `false`},
		{`States.ArrayContains($.a, $.b)`, `{"a":[{"a":1,"b":2}],"b":{"b":2,"a":1}}`, `false`},
		{`States.ArrayContains($.a, false)`, `{"a":[true,false]}`, `true`},
		{`States.ArrayContains($.a, false)`, `{"a":[0,1,-1]}`, `false`},
		{`States.ArrayContains($.a, true)`, `{"a":["true"]}`, `true`},
		{`States.ArrayContains($.a, null)`, `{"a":[1,null]}`, `true`},
		{`States.ArrayRange(1, 9, 2)`, `{}`, `[1,3,5,7,9]`},
		{`States.ArrayRange(0, 10, 3)`, `{}`, `[0,3,6,9]`},
		{`States.ArrayRange(1, 9, 9)`, `{}`, `[1]`},
		{`States.ArrayRange(5, 1, -2)`, `{}`, `[5,3,1]`},
		{`States.ArrayRange(3, 3, -1)`, `{}`, `[3]`},
		{`States.ArrayRange(5, 1, 1)`, `{}`, `[]`},
		{`States.ArrayRange(1, 5, -1)`, `{}`, `[]`},
		{`States.ArrayRange(1.6, 1.4, 1)`, `{}`, `[1]`},
		{`States.ArrayRange(5.4, -0.6, -2.4)`, `{}`, `[5,3,1]`},
		{`States.ArrayLength(States.ArrayRange(1, 1000, 1))`, `{}`, `1000`},
		{`States.ArrayGetItem($.a, $.i)`, `{"a":[1,2,3,4,5,6,7,8,9],"i":5}`, `6`},
		{`States.ArrayGetItem($.a, 1.9)`, `{"a":[10,20,30]}`, `20`},
		{`States.ArrayGetItem($.a, 999)`, `{"a":[]}`, `null`},
		{`States.ArrayLength($.a)`, `{"a":[[1,2],3]}`, `2`},
		{`States.ArrayUnique($.a)`, `{"a":[1,2,2,3,3,4]}`, `[1,2,3,4]`},
		{`States.ArrayUnique($.a)`, `{"a":[true,false,true]}`, `[false,true]`},

		// Base64 and hashes
		{`States.Base64Encode('')`, `{}`, `""`},
		{`States.Base64Encode('Data to encode')`, `{}`, `"RGF0YSB0byBlbmNvZGU="`},
		{`States.Base64Encode($.s)`, `{"s":"🚀"}`, `"8J+agA=="`},
		{`States.Base64Decode('')`, `{}`, `""`},
		{`States.Base64Decode('RGF0YSB0byBlbmNvZGU=')`, `{}`, `"Data to encode"`},
		{`States.Base64Decode(' YWJj` + "\n" + `ZA== ')`, `{}`, `"abcd"`},
		{`States.Base64Decode('YWJjZA')`, `{}`, `"abcd"`},
		{`States.Base64Decode('!!!YWJjZ!!!')`, `{}`, `"abc"`},
		{`States.Base64Decode('aQ==cd')`, `{}`, `"i"`},
		{`States.Base64Decode('8J-agA')`, `{}`, `"🚀"`},
		{`States.Base64Decode('/w==')`, `{}`, "\"\ufffd\""},
		{`States.Hash('input data', 'MD5')`, `{}`, `"812f45842bc6d66ee14572ce20db8e86"`},
		{`States.Hash('input data', 'SHA-1')`, `{}`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`States.Hash('input data', 'SHA-256')`, `{}`, `"b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"`},
		{`States.Hash('hello', 'SHA-384')`, `{}`, `"59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f"`},
		{`States.Hash('hello', 'SHA-512')`, `{}`, `"9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043"`},
		{`States.Hash(123, 'MD5')`, `{}`, `"202cb962ac59075b964b07152d234b70"`},

		// Objects
		{`States.JsonMerge($.a, $.b, false)`, `{"a":{"d":3,"b":2,"a":{"a1":1}},"b":{"c":3,"a":{"a3":1},"d":4}}`, `{"a":{"a3":1},"b":2,"c":3,"d":4}`},
		{`States.JsonMerge($.a, $.b, false)`, `{"a":{},"b":{"Question":1,"Answer":2}}`, `{"Answer":2,"Question":1}`},
		{`States.JsonMerge($.a, $.b, 'false')`, `{"a":{"x":1},"b":{"x":null}}`, `{"x":null}`},

		// Numbers
		{`States.MathAdd(111, -1)`, `{}`, `110`},
		{`States.MathAdd(2147483646, 1)`, `{}`, `2147483647`},
		{`States.MathAdd(-2147483647, -1)`, `{}`, `-2147483648`},
		{`States.MathAdd(1.0, 1e3)`, `{}`, `1001`},
		{`States.MathAdd(0.5, 0)`, `{}`, `1`},
		{`States.MathAdd(2.5, 0)`, `{}`, `3`},
		{`States.MathAdd(1.49, 1.5)`, `{}`, `3`},
		{`States.MathAdd(-0.5, 0)`, `{}`, `0`},
		{`States.MathAdd(-0.5, 0.5)`, `{}`, `1`},
		{`States.MathAdd(-1.49, -1.5)`, `{}`, `-2`},
		{`States.MathAdd(-1.5, -1.51)`, `{}`, `-3`},
		{`States.MathAdd(0.49999999999999994, 0)`, `{}`, `0`},
		{`States.MathRandom(7, 8)`, `{}`, `7`},
		{`States.MathRandom(7.9, 8.1, 42)`, `{}`, `7`},

		// Strings
		{`States.StringSplit('1,2,3', ',')`, `{}`, `["1","2","3"]`},
		{`States.StringSplit('This.is+a,test=string', '.+,=')`, `{}`, `["This","is","a","test","string"]`},
		{`States.StringSplit(',,,,', ',')`, `{}`, `[]`},
		{`States.StringSplit('', ',')`, `{}`, `[]`},
		{`States.StringSplit(', , ,', ',')`, `{}`, `[" "," "]`},
		{`States.StringSplit(',a,,b,', ',')`, `{}`, `["a","b"]`},
		{`States.StringSplit('abc', '')`, `{}`, `["abc"]`},
		{"States.StringSplit('Hello\nWorld', '\n')", `{}`, `["Hello","World"]`},
		{`States.StringSplit('aübüc', 'ü')`, `{}`, `["a","b","c"]`},

		// Nesting and blanks
		{`States.ArrayGetItem(States.StringSplit($.arn, ':'), 2)`, `{"arn":"arn:aws:states"}`, `"states"`},
		{"States.Array(\t1 ,\n States.Array( ) , $.a )  ", `{"a":[2]}`, `[1,[],[2]]`},
		{`States.Format('{}', States.Format('{}', States.MathAdd(States.ArrayLength($.m), -1)))`, `{"m":[1,2]}`, `"1"`},
	}
	for _, tt := range tests {
		got, err := eval(tt.call, tt.input)
		if err != nil {
			t.Errorf("%s of %s: %v", tt.call, tt.input, err)
			continue
		}
		if got := value.String(got); got != tt.want {
			t.Errorf("%s of %s is %s, want %s", tt.call, tt.input, got, tt.want)
		}
	}
}

func TestFailures(t *testing.T) {
	long := strings.Repeat("a", 10_001)
	tests := []struct{ call, input, want string }{
		{`States.Format('{} {}', 1)`, `{}`, `Invalid arguments in States.Format: number of arguments do not match the occurrences of {}`},
		{`States.Format('{}', 1, 2)`, `{}`, `Invalid arguments in States.Format: number of arguments do not match the occurrences of {}`},
		{`States.Format('Hello {', 1)`, `{}`, `Invalid template in States.Format: matching '}' not found for '{'`},
		{`States.Format('{{}}', 1)`, `{}`, `Invalid template in States.Format: matching '}' not found for '{'`},
		{`States.Format('{0}', 1)`, `{}`, `Invalid template in States.Format: matching '}' not found for '{'`},
		{`States.Format($.t)`, `{"t":"}"}`, `Invalid template in States.Format: matching '{' not found for '}'`},
		{`States.Format()`, `{}`, `Invalid arguments in States.Format, caused by: it takes at least 1 argument, not 0`},
		{`States.StringToJson('{bad}')`, `{}`, `Invalid arguments in States.StringToJson, caused by: invalid JSON at line 1, column 2: unexpected 'b' in an object: a member's name in double quotes is missing`},
		{`States.StringToJson($.a)`, `{"a":{}}`, `Invalid arguments in States.StringToJson, caused by: text: it must be of type string, not object`},
		{`States.UUID(1)`, `{}`, `Invalid arguments in States.UUID, caused by: it takes no arguments, not 1`},
		{`States.ArrayPartition($.a, 0.6)`, `{"a":[1]}`, `Invalid arguments in States.ArrayPartition, caused by: size: 0.6 is less than 1`},
		{`States.ArrayPartition($.a, '2')`, `{"a":[1]}`, `Invalid arguments in States.ArrayPartition, caused by: size: it must be of type number, not string`},
		{`States.ArrayPartition($.a, 1)`, `{"a":["` + strings.Repeat(long, 30) + `"]}`, `Invalid arguments in States.ArrayPartition, caused by: array: it is larger than 256 KiB`},
		{`States.ArrayContains('x', 1)`, `{}`, `Invalid arguments in States.ArrayContains, caused by: array: it must be of type array, not string`},
		{`States.ArrayRange(1, 10, 0.49)`, `{}`, `Invalid arguments in States.ArrayRange, caused by: step: it must not be 0`},
		{`States.ArrayRange(1, 1001, 1)`, `{}`, `Invalid arguments in States.ArrayRange, caused by: the range has 1001 numbers, more than 1000`},
		{`States.ArrayRange(-9007199254740992, 9007199254740992, 1)`, `{}`, `Invalid arguments in States.ArrayRange, caused by: the range has 18014398509481985 numbers, more than 1000`},
		{`States.ArrayRange(1, 1e400, 1)`, `{}`, `Invalid arguments in States.ArrayRange, caused by: last: 1e400 is out of range`},
		{`States.ArrayGetItem($.a, 3)`, `{"a":[1,2,3]}`, `Invalid arguments in States.ArrayGetItem, caused by: index: there is no element 3 in an array of 3`},
		{`States.ArrayGetItem($.a, -1)`, `{"a":[1,2,3]}`, `Invalid arguments in States.ArrayGetItem, caused by: index: -1 is less than 0`},
		{`States.ArrayUnique(1)`, `{}`, `Invalid arguments in States.ArrayUnique, caused by: array: it must be of type array, not number`},
		{`States.Base64Encode('` + long + `')`, `{}`, `Invalid arguments in States.Base64Encode, caused by: text: it is longer than 10000 characters`},
		{`States.Base64Decode(1)`, `{}`, `Invalid arguments in States.Base64Decode, caused by: text: it must be of type string, not number`},
		{`States.Hash($.a, 'MD5')`, `{"a":["` + long + `"]}`, `Invalid arguments in States.Hash, caused by: data: it is longer than 10000 characters`},
		{`States.Hash('x', 'sha-256')`, `{}`, `Invalid arguments in States.Hash, caused by: algorithm: it is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512`},
		{`States.JsonMerge($.a, $.a, true)`, `{"a":{}}`, `Invalid arguments in States.JsonMerge, caused by: deep: deep merging is not supported, it must be false`},
		{`States.JsonMerge($.a, null, false)`, `{"a":{}}`, `Invalid arguments in States.JsonMerge, caused by: second: it must be of type object, not null`},
		{`States.JsonMerge($.a, $.a)`, `{"a":{}}`, `Invalid arguments in States.JsonMerge, caused by: it takes 3 arguments, not 2`},
		{`States.MathRandom(1.4, 1.6)`, `{}`, `Invalid arguments in States.MathRandom, caused by: there is no integer from 1 to below 1`},
		{`States.MathRandom(1, 2, null)`, `{}`, `Invalid arguments in States.MathRandom, caused by: seed: it must be of type number, not null`},
		{`States.MathRandom(1, 2, 3, 4)`, `{}`, `Invalid arguments in States.MathRandom, caused by: it takes at most 3 arguments, not 4`},
		{`States.MathAdd(2147483647, 1)`, `{}`, `Invalid arguments in States.MathAdd, caused by: the sum: 2147483648 is out of the range of 32 bits`},
		{`States.MathAdd(3000000000, -1000000000)`, `{}`, `Invalid arguments in States.MathAdd, caused by: first: 3000000000 is out of the range of 32 bits`},
		{`States.MathAdd(true, 1)`, `{}`, `Invalid arguments in States.MathAdd, caused by: first: it must be of type number, not boolean`},
		{`States.StringSplit($.a, ',')`, `{"a":null}`, `Invalid arguments in States.StringSplit, caused by: text: it must be of type string, not null`},
	}
	for _, tt := range tests {
		got, err := eval(tt.call, tt.input)
		var failure *intrinsic.Error
		if !errors.As(err, &failure) {
			t.Errorf("%.60s is %.60v, %v; want an *Error", tt.call, got, err)
			continue
		}
		if failure.Message != tt.want {
			t.Errorf("%.60s:\n got %s\nwant %s", tt.call, failure.Message, tt.want)
		}
		if want := "There was an error while evaluating the intrinsic function: " + tt.call + ". " + tt.want + "."; err.Error() != want {
			t.Errorf("%.60s: the error is %s", tt.call, err)
		}
	}
}

// The texts are those of the service: the whole call as it is written, and a path
// into the context object as if it went into the input.
func TestPathsThatFindNothing(t *testing.T) {
	tests := []struct{ call, want string }{
		{`States.Format('{}',$.nope)`, `The function 'States.Format('{}',$.nope)' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`},
		{`States.Array($.other, States.Format('{}', $.a.b))  `, `The function 'States.Array($.other, States.Format('{}', $.a.b))' had the following error: The JsonPath argument for the field '$.a.b' could not be found in the input '{"other":1}'`},
		{`States.Array($$.Nope.Deep)`, `The function 'States.Array($$.Nope.Deep)' had the following error: The JsonPath argument for the field '$.Nope.Deep' could not be found in the input '{"other":1}'`},
	}
	for _, tt := range tests {
		_, err := eval(tt.call, `{"other":1}`)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.call, err, tt.want)
		}
		if !errors.Is(err, errNotFound) {
			t.Errorf("%s: the error of the path is lost: %v", tt.call, err)
		}
	}
}

func TestCallsWithPathsNeedTheirValues(t *testing.T) {
	call, err := intrinsic.Parse(`States.Array($.a)`)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := call.Eval(intrinsic.Env{}); err == nil {
		t.Errorf("got %v", v)
	}
	if v, err := call.Eval(intrinsic.Env{Path: func(int) (any, error) { return 1, nil }}); err == nil || !strings.Contains(err.Error(), "a Go int is not a JSON value") {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestUUID(t *testing.T) {
	v4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	call, err := intrinsic.Parse(`States.UUID()`)
	if err != nil {
		t.Fatal(err)
	}
	uuid := func(env intrinsic.Env) string {
		v, err := call.Eval(env)
		if err != nil {
			t.Fatal(err)
		}
		return v.(string)
	}
	first, second := uuid(intrinsic.Env{}), uuid(intrinsic.Env{})
	if !v4.MatchString(first) || !v4.MatchString(second) || first == second {
		t.Errorf("got %s and %s", first, second)
	}
	if a, b := uuid(intrinsic.Env{Rand: rand.NewPCG(1, 2)}), uuid(intrinsic.Env{Rand: rand.NewPCG(1, 2)}); a != b || !v4.MatchString(a) {
		t.Errorf("one source gives %s and %s", a, b)
	}
	if got := uuid(intrinsic.Env{UUID: func() string { return "fixed" }}); got != "fixed" {
		t.Errorf("got %s", got)
	}
}

func TestMathRandom(t *testing.T) {
	seen := map[any]bool{}
	for seed := range 200 {
		call := "States.MathRandom(-2, 3, " + strconv.Itoa(seed-100) + ")"
		first, err := eval(call, `{}`)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := eval(call, `{}`); again != first {
			t.Errorf("%s is %v, then %v", call, first, again)
		}
		seen[first] = true
	}
	for i := int64(-2); i < 3; i++ {
		if !seen[i] {
			t.Errorf("%d never came", i)
		}
	}
	if len(seen) != 5 {
		t.Errorf("numbers outside the interval: %v", seen)
	}
	call, err := intrinsic.Parse("States.MathRandom(0, 1000000)")
	if err != nil {
		t.Fatal(err)
	}
	source := rand.NewPCG(3, 4)
	first, _ := call.Eval(intrinsic.Env{Rand: source})
	if second, _ := call.Eval(intrinsic.Env{Rand: source}); first == second {
		t.Errorf("the source gives %v twice", first)
	}
}

// TestHostileCallsEndSoon evaluates calls whose results, written out, would take
// gigabytes.
func TestHostileCallsEndSoon(t *testing.T) {
	input := `{"a":"` + strings.Repeat("x", 200_000) + `","o":{"x":[` + strings.Repeat("0,", 50_000) + `0]}}`
	many := func(arg string) string { return strings.Repeat(arg+", ", 100_000) + arg }
	for name, call := range map[string]string{
		"Format":       "States.Format('" + strings.Repeat("{}", 100_001) + "', " + many("$.a") + ")",
		"Array":        "States.Array(" + many("$.o") + ")",
		"JsonToString": "States.JsonToString(States.Array(" + many("$.o") + "))",
		"Unique":       "States.ArrayUnique(States.Array(" + many("$.o") + "))",
		"Contains":     "States.ArrayContains(States.Array(" + many("$.a") + "), $.a)",
	} {
		if _, err := eval(call, input); err == nil || !strings.HasSuffix(err.Error(), "caused by: the result is too large.") {
			t.Errorf("%s: %.100v", name, fmt.Sprint(err))
		}
	}
}

func TestStringSplitTakesManyDelimiters(t *testing.T) {
	var delimiters strings.Builder
	for r := rune(0x4e00); r < 0x9000; r++ {
		delimiters.WriteRune(r)
	}
	input := value.NewObject(
		value.Member{Name: "text", Value: strings.Repeat("ü一", 100_000)},
		value.Member{Name: "delimiters", Value: strings.Repeat(delimiters.String(), 10)},
	)
	got, err := eval(`States.ArrayLength(States.StringSplit($.text, $.delimiters))`, value.String(input))
	if err != nil || got != int64(100_000) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestEvalLeavesItsArgumentsAlone(t *testing.T) {
	const input = `{"a":[3,1,3],"o":{"b":1,"a":2}}`
	root, err := value.Parse(input)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`States.ArrayUnique($.a)`, `States.ArrayPartition($.a, 2)`, `States.JsonMerge($.o, $.o, false)`, `States.Array($.a)`,
	} {
		call, err := intrinsic.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := call.Eval(intrinsic.Env{Path: func(i int) (any, error) { return resolve(root, call.Paths()[i].Path) }}); err != nil {
			t.Fatal(err)
		}
		if got := value.String(root); got != input {
			t.Errorf("%s changed the input to %s", text, got)
		}
	}
}
