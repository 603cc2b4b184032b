package clientreport_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
)

func ExampleParseRequest() {
	r, err := clientreport.ParseRequest(`{"filter": {"client_id": "c-1042", "start_date": "2024-01-01", "end_date": "2024-03-31"}}`)
	fmt.Println(r.Key("reports/"), err)
	_, err = clientreport.ParseRequest(`{"filter": {"client": "c-1042", "start_date": "2024-01-01", "end_date": "2024-03-31"}}`)
	fmt.Println(err)
	// Output:
	// reports/c-1042/2024-01-01_2024-03-31.csv <nil>
	// the request is not the JSON of one: json: unknown field "client"
}

func TestParseRequestSaysWhatIsWrong(t *testing.T) {
	const filter = `{"filter": {"client_id": %s, "start_date": %s, "end_date": %s, "status": %s}}`
	tests := []struct {
		name, text, wrong string
	}{
		{"all fields", fmt.Sprintf(filter, `"c-1"`, `"2024-01-01"`, `"2024-01-01"`, `"settled"`), ""},
		{"any status", fmt.Sprintf(filter, `"c-1"`, `"2024-02-29"`, `"2024-03-01"`, `""`), ""},
		{"nothing", "", "the request is not the JSON of one"},
		{"no object", `"c-1"`, "the request is not the JSON of one"},
		{"null", "null", `client_id "" is not`},
		{"no filter", "{}", `client_id "" is not`},
		{"two requests", fmt.Sprintf(filter, `"c-1"`, `"2024-01-01"`, `"2024-01-01"`, `""`) + "{}", "followed by something else"},
		{"an unknown field", `{"filter": {"client_id": "c-1", "state": "settled"}}`, `unknown field "state"`},
		{"too much", strings.Repeat(" ", 9000), "has 9000 bytes"},
		{"a client that climbs", fmt.Sprintf(filter, `"../c-2"`, `"2024-01-01"`, `"2024-01-01"`, `""`), `client_id "../c-2" is not`},
		{"a client with a newline", fmt.Sprintf(filter, `"c-1\n"`, `"2024-01-01"`, `"2024-01-01"`, `""`), `client_id "c-1\n" is not`},
		{"a client that is a number", fmt.Sprintf(filter, `1`, `"2024-01-01"`, `"2024-01-01"`, `""`), "the request is not the JSON of one"},
		{"a status with a blank", fmt.Sprintf(filter, `"c-1"`, `"2024-01-01"`, `"2024-01-01"`, `"in progress"`), `status "in progress" is not`},
		{"no start", fmt.Sprintf(filter, `"c-1"`, `""`, `"2024-01-01"`, `""`), `start_date "" is not a day`},
		{"a day that is not", fmt.Sprintf(filter, `"c-1"`, `"2024-01-01"`, `"2023-02-29"`, `""`), `end_date "2023-02-29" is not a day`},
		{"a day with a time", fmt.Sprintf(filter, `"c-1"`, `"2024-01-01T00:00:00Z"`, `"2024-01-01"`, `""`), "start_date"},
		{"the end first", fmt.Sprintf(filter, `"c-1"`, `"2024-01-02"`, `"2024-01-01"`, `""`), "end_date 2024-01-01 is before start_date 2024-01-02"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := clientreport.ParseRequest(test.text)
			if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
				t.Errorf("got %v, want %q", err, test.wrong)
			}
		})
	}
}

func TestDifferentRequestsHaveDifferentKeys(t *testing.T) {
	day := rapid.SampledFrom([]string{"2024-01-01", "2024-01-02", "2024-12-31"})
	word := rapid.StringMatching(`[a_-]{1,3}`)
	drawn := rapid.Custom(func(t *rapid.T) clientreport.Request {
		return clientreport.Request{Filter: clientreport.Filter{
			ClientID:  word.Draw(t, "client"),
			StartDate: day.Draw(t, "start"),
			EndDate:   day.Draw(t, "end"),
			Status:    rapid.OneOf(rapid.Just(""), word).Draw(t, "status"),
		}}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn.Draw(t, "a"), drawn.Draw(t, "b")
		if (a == b) != (a.Key("") == b.Key("")) {
			t.Errorf("%+v and %+v have the keys %s and %s", a, b, a.Key(""), b.Key(""))
		}
	})
}

func FuzzParseRequest(f *testing.F) {
	f.Add(`{"filter": {"client_id": "c-1", "start_date": "2024-01-01", "end_date": "2024-01-31", "status": "settled"}}`)
	f.Add(`{"FILTER": {"client_ID": "c-1"}} `)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := clientreport.ParseRequest(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := clientreport.ParseRequest(string(again)); err != nil || back != r {
			t.Errorf("%s became %s and that %+v, %v", text, again, back, err)
		}
		if key := r.Key("reports/"); strings.Count(key, "/") != 2 || strings.Contains(key, "..") {
			t.Errorf("the key is %q", key)
		}
	})
}
