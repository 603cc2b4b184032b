package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"strings"
	"testing"
)

// Whatever text the API sends, the report has one row for it, and the cell is the
// text or the text behind an apostrophe; in no case does it begin like a formula.
func FuzzCellsAreReadBackAndAreNoFormulas(f *testing.F) {
	for _, text := range []string{"", "plain", "a,b", `say "hi"`, "=1+1", "+1", "-1,5", "@x", "\t=1", "two\nlines", "＝1", " =1", "\r"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		json.Unmarshal(raw, &text) // as JSON has it: what is not UTF-8 is replaced
		var b strings.Builder
		rows, err := writeCSV(&b, []string{"id", "note"}, one(Transaction{"id": json.RawMessage(`1`), "note": raw}))
		if err != nil || rows != 1 {
			t.Fatalf("%d rows, %v", rows, err)
		}
		got, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(got) != 2 || len(got[1]) != 2 {
			t.Fatalf("%q: %v, %v", b.String(), got, err)
		}
		cell := got[1][1]
		// A CSV reader takes \r\n in a cell for \n.
		want := strings.ReplaceAll(text, "\r\n", "\n")
		if cell != want && cell != "'"+want {
			t.Errorf("%q is written as %q", text, cell)
		}
		if trimmed := strings.TrimLeft(cell, " "); trimmed != "" && strings.ContainsAny(trimmed[:1], "=@\t\r\n") {
			t.Errorf("%q is written as %q", text, cell)
		}
	})
}

func one(t Transaction) iter.Seq2[Transaction, error] {
	return func(yield func(Transaction, error) bool) { yield(t, nil) }
}

func BenchmarkWriteCSV(b *testing.B) {
	var t Transaction
	err := json.Unmarshal([]byte(`{"id": "t-1042", "client_id": "c-1", "date": "2024-01-31", "status": "settled",
		"description": "=cmd, and \"more\"", "amount": -12.50, "currency": "EUR", "tags": ["a", "b"]}`), &t)
	if err != nil {
		b.Fatal(err)
	}
	columns, err := columnNames(DefaultColumns)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := writeCSV(io.Discard, columns, one(t)); err != nil {
			b.Fatal(err)
		}
	}
}
