package value_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/value"
)

// The orders are those that the service was seen to write.
func TestHashOrder(t *testing.T) {
	tests := []struct{ names, want string }{
		{"", ""},
		{"Question Answer", "Answer Question"},
		{"ApiEndpoint Method Path Stage RequestBody Headers", "Path Headers Stage ApiEndpoint Method RequestBody"},
		{"TableName Key UpdateExpression ExpressionAttributeValues", "TableName UpdateExpression Key ExpressionAttributeValues"},
		{"FunctionName Payload LogType", "FunctionName LogType Payload"},
		{"0 True {}", "0 {} True"},
		{"b d a c", "a b c d"},
		{
			"context_object execution execution_id execution_input execution_name execution_rolearn execution_starttime " +
				"state state_enteredtime state_name statemachine statemachine_id statemachine_name",
			"execution execution_rolearn execution_name statemachine_id execution_id execution_input execution_starttime " +
				"state_name state_enteredtime statemachine state context_object statemachine_name",
		},
	}
	for _, tt := range tests {
		names := strings.Fields(tt.names)
		if diff := cmp.Diff(strings.Fields(tt.want), value.HashOrder(names)); diff != "" {
			t.Errorf("HashOrder(%s): %s", tt.names, diff)
		}
		if diff := cmp.Diff(strings.Fields(tt.names), names); diff != "" {
			t.Errorf("HashOrder changed its argument: %s", diff)
		}
	}
}

// "Aa" and "BB" have one hash code, and a character beyond U+FFFF counts as two
// code units: the code of U+1F600 is 31·0xD83D + 0xDE00.
func TestHashOrderOfCollidingAndWideNames(t *testing.T) {
	if diff := cmp.Diff([]string{"BB", "Aa"}, value.HashOrder([]string{"BB", "Aa"})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Aa", "BB"}, value.HashOrder([]string{"Aa", "BB"})); diff != "" {
		t.Error(diff)
	}
	// That is 0x1B0D63, which spreads to bucket 8, as does "h"; "g" is in bucket 7 and "i" in 9.
	if diff := cmp.Diff([]string{"g", "😀", "h", "i"}, value.HashOrder([]string{"i", "😀", "h", "g"})); diff != "" {
		t.Error(diff)
	}
}

// The orders of the booleans, the arrays and the look-alikes are those that
// States.ArrayUnique was seen to give.
func TestHashSet(t *testing.T) {
	tests := []struct{ list, want string }{
		{`[]`, `[]`},
		{`[1,2,2,3,3,4]`, `[1,2,3,4]`},
		{`[true,false,true,false]`, `[false,true]`},
		{`[[1,2],[1,2],[2,1]]`, `[[2,1],[1,2]]`},
		{`[null,null,1,null]`, `[null,1]`},
		{`[1,"1",1,"01"]`, `[1,"1","01"]`},
		{`["b","a","b","c"]`, `["a","b","c"]`},
		{`[{"a":1,"b":2},{"b":2,"a":1}]`, `[{"a":1,"b":2}]`},
		{`[1,1.0,1.00,1e0]`, `[1.0,1]`},
		{`[[],{},"",[[]],[{}],[""]]`, `[{},"",[[]],[],[{}],[""]]`},
		{`[0,12345678901234567890,12345678901234567890]`, `[0,12345678901234567890]`},
		{`[16,0,1,2,3,4,5,6,7,8,9]`, `[16,0,1,2,3,4,5,6,7,8,9]`},   // 16 buckets
		{`[16,0,1,2,3,4,5,6,7,8,9,9]`, `[0,1,2,3,4,5,6,7,8,9,16]`}, // 32 buckets
		{`[3000000000]`, `[3000000000]`},
	}
	for _, tt := range tests {
		list := mustParse(t, tt.list).([]any)
		if got := value.String(value.HashSet(list)); got != tt.want {
			t.Errorf("HashSet(%s) = %s, want %s", tt.list, got, tt.want)
		}
		if got := value.String(list); got != tt.list {
			t.Errorf("HashSet changed its argument to %s", got)
		}
	}
}

func TestHashSetTakesLinearTimeWhateverCollides(t *testing.T) {
	list := make([]any, 1<<16)
	for i := range list {
		name := make([]byte, 0, 32)
		for bit := range 16 {
			name = append(name, [2]string{"Aa", "BB"}[i>>bit&1]...)
		}
		list[i] = string(name)
	}
	if got := value.HashSet(list); !value.Equal(got, list) {
		t.Error("names with one hash code did not keep their order")
	}
}
