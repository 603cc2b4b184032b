package value

import (
	"testing"
)

func TestRoundTrip(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `1.0`, `1.5`, `1e3`, `1E3`, `1e400`, `12345678901234567890`,
		`9223372036854775807`, `-9223372036854775808`, `1e-7`, `1e+21`, `0.000001`, `100000000000000000000`,
		`""`, `"a\"b\\c\n\u0001"`, `"<>&  ` + "\u2028\u2029" + `"`, `[]`, `{}`, `[1,[2,{"b":1,"a":[]}]]`,
		`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":{}}`,
	} {
		v, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%s): %v", text, err)
			continue
		}
		if got := String(v); got != text {
			t.Errorf("String(Parse(%s)) = %s", text, got)
		}
		if got := Size(v); got != len(text) {
			t.Errorf("Size(%s) = %d, want %d", text, got, len(text))
		}
	}
}
