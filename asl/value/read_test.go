package value_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

func TestParseAndStringKeepTheText(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `false`,
		`0`, `1`, `-1`, `1.0`, `1.5`, `1e3`, `1E3`, `1e+3`, `1e400`, `-0.0`, `0.10`, `12345678901234567890`,
		`9223372036854775807`, `-9223372036854775808`, `1e-7`, `1e+21`, `0.000001`, `100000000000000000000`,
		`3.141592653589793238462643`, `1e99999999999999999999`,
		`""`, `"a\"b\\c\n\u0001\b\f\t"`, `"<>& ü € 😀 ` + "\u2028\u2029\x7f" + `"`,
		`[]`, `{}`, `[[],{}]`, `[1,[2,{"b":1,"a":[]}]]`, `{"":{"":""}}`,
		`{"z":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"a":{}}`,
	} {
		v := mustParse(t, text)
		if got := value.String(v); got != text {
			t.Errorf("String(Parse(%s)) = %s", text, got)
		}
		if got := value.Size(v); got != len(text) {
			t.Errorf("Size(Parse(%s)) = %d, want %d", text, got, len(text))
		}
	}
}

func TestParseReads(t *testing.T) {
	tests := []struct{ text, want string }{
		{" \t\r\n{ \"a\" : [ 1 , 2 ] } \n", `{"a":[1,2]}`},
		{`"\u0041\/\u00fc\uD83D\uDE00"`, `"A/ü😀"`},
		{`"\u003c\u2028"`, "\"<\u2028\""},
		{`"\ud83d"`, "\"\ufffd\""},
		{`"\ud83dx"`, "\"\ufffdx\""},
		{`"\ude00\ud83d"`, "\"\ufffd\ufffd\""},
		{`"\ud83d\ud83d\ude00"`, "\"\ufffd😀\""},
		{`"\ud83d\n"`, "\"\ufffd\\n\""},
		{"\"\ufffd\"", "\"\ufffd\""},
		{`{"a":1,"b":2,"a":{"c":3}}`, `{"a":{"c":3},"b":2}`},
		{`{"a":1,"\u0061":2}`, `{"a":2}`},
		{`[-0]`, `[0]`},
	}
	for _, tt := range tests {
		if got := value.String(mustParse(t, tt.text)); got != tt.want {
			t.Errorf("Parse(%q) is %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestSyntaxErrorsSayWhatIsMissing(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "1:1: unexpected end of text: a value is missing"},
		{"  \n ", "2:2: unexpected end of text: a value is missing"},
		{`{"a":1`, "1:7: unexpected end of text in an object: a comma or a closing brace is missing"},
		{`[1`, "1:3: unexpected end of text in an array: a comma or a closing bracket is missing"},
		{`[1 2]`, "1:4: unexpected '2' in an array: a comma or a closing bracket is missing"},
		{"{\n  \"a\": 1\n  \"b\": 2\n}", `3:3: unexpected '"' in an object: a comma or a closing brace is missing`},
		{`[1,]`, "1:4: unexpected ']' in an array: a value is missing after the comma"},
		{`[,1]`, "1:2: unexpected ',': a value is missing before it"},
		{`{"a":1,}`, "1:8: unexpected '}' in an object: a member is missing after the comma"},
		{`{a:1}`, "1:2: unexpected 'a' in an object: a member's name in double quotes is missing"},
		{`{"a" 1}`, "1:6: unexpected '1' in an object: a colon after the member's name is missing"},
		{`{"a":}`, "1:6: unexpected '}': a value is missing before it"},
		{`{"a":`, "1:6: unexpected end of text: a value is missing"},
		{`{`, "1:2: unexpected end of text in an object: a member's name in double quotes is missing"},
		{`[1]]`, "1:4: unexpected ']' after the value: a text holds one value only"},
		{`nul`, "1:1: unexpected word nul: true, false and null are the only words, and strings stand in double quotes"},
		{`[NaN]`, "1:2: unexpected word NaN: true, false and null are the only words, and strings stand in double quotes"},
		{`truely`, "1:5: unexpected 'l' after the value: a text holds one value only"},
		{`'a'`, "1:1: unexpected single quote: strings stand in double quotes"},
		{`// x`, "1:1: unexpected '/': JSON has no comments"},
		{`ü`, `1:1: unexpected 'ü': a value starts with one of { [ " - digit true false null`},
		{`+1`, "1:1: unexpected '+': a number has no plus sign"},
		{`.5`, "1:1: unexpected '.': a number starts with a digit, as in 0.5"},
		{`-`, "1:2: unexpected end of text in a number: a digit is missing"},
		{`[1.]`, "1:4: unexpected ']' in a number: a digit is missing"},
		{`1e+`, "1:4: unexpected end of text in a number: a digit is missing"},
		{`-01`, "1:3: unexpected '1' in a number: a number has no leading zeros"},
		{`0x10`, "1:2: unexpected 'x' after the value: a text holds one value only"},
		{"[\n \"abc", "2:6: unexpected end of text in a string: the string that starts at line 2, column 2 is never closed"},
		{`"a\n`, "1:5: unexpected end of text in a string: the string that starts at line 1, column 1 is never closed"},
		{"\"a\nb\"", `1:3: unexpected end of line in a string: the closing quote is missing, or the line break must be written as \n`},
		{"\"\x01\"", `1:2: control character U+0001 in a string: it must be written as \u0001`},
		{"\"\\\t\"", `1:3: control character U+0009 in a string: it must be written as \t`},
		{`"\'"`, `1:2: unknown escape \' in a string: the escapes are \" \\ \/ \b \f \n \r \t and \u with four hex digits`},
		{`"\`, `1:3: unexpected end of text in an escape: the string is not closed`},
		{`"\u12g4"`, `1:6: unexpected 'g' in a \u escape: four hex digits follow the u`},
		{`"\ud83d\u12"`, `1:12: unexpected '"' in a \u escape: four hex digits follow the u`},
		{"\ufeff{}", "1:1: the text starts with a byte order mark; save it as UTF-8 without one"},
		{"[\"a\xff\"]", "1:4: the text is not valid UTF-8"},
		{"[\"\ufffd\xed\xa0\x80\"]", "1:6: the text is not valid UTF-8"},
	}
	for _, tt := range tests {
		v, err := value.Parse(tt.text)
		var syntax *value.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v, %v; want a *SyntaxError", tt.text, v, err)
			continue
		}
		if got := fmt.Sprintf("%d:%d: %s", syntax.Line, syntax.Column, syntax.Message); got != tt.want {
			t.Errorf("Parse(%q):\n got %s\nwant %s", tt.text, got, tt.want)
		}
		if line, column := value.LineColumn(tt.text, syntax.Offset); line != syntax.Line || column != syntax.Column {
			t.Errorf("Parse(%q): offset %d is %d:%d, not %d:%d", tt.text, syntax.Offset, line, column, syntax.Line, syntax.Column)
		}
		if _, err := value.ParseNode(tt.text); err == nil || err.Error() != syntax.Error() {
			t.Errorf("ParseNode(%q): %v, but Parse: %v", tt.text, err, syntax)
		}
	}
}

func TestParseReadsNoDeeperThanMaxDepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, err := value.Parse(nested(value.MaxDepth)); err != nil {
		t.Errorf("%d levels: %v", value.MaxDepth, err)
	}
	for _, text := range []string{nested(value.MaxDepth + 1), nested(100_000), strings.Repeat(`{"a":`, 100_000)} {
		if _, err := value.Parse(text); err == nil || !strings.Contains(err.Error(), "nested more than 1000 deep") {
			t.Errorf("%.10s...: error is %v", text, err)
		}
	}
}

// TestParseTakesLinearTime would run for minutes if a name were compared with all
// others of its object, or a text's lines counted for each of its values.
func TestParseTakesLinearTime(t *testing.T) {
	const members = 200_000
	var b strings.Builder
	b.WriteByte('{')
	for i := range members {
		fmt.Fprintf(&b, "\"m%d\":%d,\n", i, i)
	}
	b.WriteString(`"last":1e` + strings.Repeat("9", members) + `,"text":"` + strings.Repeat(`\ud800`, members) + `"}`)
	n, err := value.ParseNode(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Value.(*value.Object).Len(); got != members+2 {
		t.Errorf("%d members, want %d", got, members+2)
	}
}
