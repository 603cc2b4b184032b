package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Transaction is one item of the API: its members, as JSON.
type Transaction map[string]json.RawMessage

// writeCSV writes a header and a row for every transaction. It returns the first
// error of the transactions or of w.
func writeCSV(w io.Writer, columns []string, transactions iter.Seq2[Transaction, error]) (rows int64, err error) {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return 0, err
	}
	row := make([]string, len(columns))
	for t, err := range transactions {
		if err != nil {
			return rows, err
		}
		for i, column := range columns {
			row[i] = cell(t[column])
		}
		if err := out.Write(row); err != nil {
			return rows, err
		}
		rows++
	}
	out.Flush()
	return rows, out.Error()
}

// cell returns a JSON value, which must be valid, as the text of a cell.
func cell(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case 'n':
		return ""
	case '"':
		var text string
		json.Unmarshal(raw, &text)
		return harmless(text)
	case '{', '[':
		var b bytes.Buffer
		json.Compact(&b, raw)
		return b.String()
	default:
		return string(raw)
	}
}

var numeric = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)*$`)

// harmless returns the text so that no spreadsheet takes it for a formula (OWASP,
// CSV Injection; the wide forms count too, as some read them as the narrow ones).
func harmless(text string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " "))
	if strings.ContainsRune("=+-@＝＋－＠", first) || text != "" && unicode.IsControl(first) {
		if !numeric.MatchString(text) {
			return "'" + text
		}
	}
	return text
}
