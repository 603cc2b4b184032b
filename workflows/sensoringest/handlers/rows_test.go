package handlers

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

func TestParseReadsAReadingOrSaysWhatIsWrong(t *testing.T) {
	reading := func(value string) sensoringest.Reading {
		return sensoringest.Reading{Sensor: "0000-0001", Time: 1483906366, Value: value}
	}
	tests := []struct {
		row   string
		want  sensoringest.Reading
		wrong string
	}{
		{row: "0000-0001,1483906366,10.10", want: reading("10.10")},
		{row: "0000-0001,1483906366,-5.10", want: reading("-5.10")},
		{row: "0000-0001,1483906366,00.35", want: reading("00.35")},
		{row: "0000-0001,1483906366,+7", want: reading("+7")},
		{row: "0000-0001,1483906366,0", want: reading("0")},
		{row: " 0000-0001 ,\t1483906366, 10.10 ", want: reading("10.10")},
		{row: `"0000-0001","1483906366","10.10"`, want: reading("10.10")},
		{row: "0000-0001,0001483906366,1", want: reading("1")},
		{row: "Halle 3 Süd,0,1", want: sensoringest.Reading{Sensor: "Halle 3 Süd", Value: "1"}},
		{row: "a,9999999999,1", want: sensoringest.Reading{Sensor: "a", Time: 9999999999, Value: "1"}},
		{row: "0000-0001,1483906366," + strings.Repeat("9", 38), want: reading(strings.Repeat("9", 38))},
		{row: "0000-0001,1483906366,1" + strings.Repeat("0", 125), want: reading("1" + strings.Repeat("0", 125))},
		{row: "0000-0001,1483906366,0." + strings.Repeat("0", 129) + "1", want: reading("0." + strings.Repeat("0", 129) + "1")},

		{row: "0000-0001", wrong: "the row does not have three fields"},
		{row: "0000-0001,1483906366", wrong: "the row does not have three fields"},
		{row: "0000-0001,1483906366,10,10", wrong: "the row does not have three fields"},
		{row: "0000-0001;1483906366;10.10", wrong: "the row does not have three fields"},
		{row: ",1483906366,10.10", wrong: "the sensor UID is empty"},
		{row: `"",1483906366,10.10`, wrong: "the sensor UID is empty"},
		{row: strings.Repeat("a", 257) + ",1483906366,10.10", wrong: "the sensor UID is longer than 256 bytes"},
		{row: "a\xff,1483906366,10.10", wrong: "the sensor UID is not UTF-8 text"},
		{row: "a\x00b,1483906366,10.10", wrong: "the sensor UID has a control character"},
		{row: "a,,10.10", wrong: "the timestamp is not a whole number of seconds"},
		{row: "a,-1,10.10", wrong: "the timestamp is not a whole number of seconds"},
		{row: "a,1483906366.5,10.10", wrong: "the timestamp is not a whole number of seconds"},
		{row: "a,2017-01-08,10.10", wrong: "the timestamp is not a whole number of seconds"},
		{row: "a,1483906366000,10.10", wrong: "the timestamp is after the year 2286; is it in milliseconds?"},
		{row: "a,1," + strings.Repeat("0", 257), wrong: "the value is longer than 256 bytes"},
		{row: "a,1,", wrong: "the value is not a decimal number"},
		{row: "a,1,-", wrong: "the value is not a decimal number"},
		{row: "a,1,.5", wrong: "the value is not a decimal number"},
		{row: "a,1,5.", wrong: "the value is not a decimal number"},
		{row: "a,1,1e3", wrong: "the value is not a decimal number"},
		{row: "a,1,NaN", wrong: "the value is not a decimal number"},
		{row: "a,1,0x10", wrong: "the value is not a decimal number"},
		{row: "a,1,1_000", wrong: "the value is not a decimal number"},
		{row: "a,1,--1", wrong: "the value is not a decimal number"},
		{row: "a,1,١", wrong: "the value is not a decimal number"},
		{row: "a,1," + strings.Repeat("9", 39), wrong: "the value has more than 38 significant digits"},
		{row: "a,1,1" + strings.Repeat("0", 126), wrong: "the value is out of range"},
		{row: "a,1,0." + strings.Repeat("0", 130) + "1", wrong: "the value is out of range"},
	}
	for _, test := range tests {
		got, wrong := parse(row{text: []byte(test.row)})
		if wrong != test.wrong || wrong == "" && got != test.want {
			t.Errorf("%s:\ngot  %v, %q\nwant %v, %q", test.row, got, wrong, test.want, test.wrong)
		}
	}
}

func TestNumberIsTheValueWithoutWhatDynamoDBNeedNotUnderstand(t *testing.T) {
	for value, want := range map[string]string{
		"10.10": "10.10", "-5.10": "-5.10", "00.35": "0.35", "+7": "7", "0": "0", "-0.50": "-0.50", "000": "0", "-0": "-0", "0100": "100",
	} {
		if got := number(value); got != want {
			t.Errorf("number(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestRowsCountsLinesAndSkipsHeaderAndBlankLines(t *testing.T) {
	type line struct {
		Line int64
		Text string
		Cut  bool
	}
	long := strings.Repeat("x", maxRow)
	tests := []struct {
		name, file string
		want       []line
	}{
		{"empty file", "", nil},
		{"header only", "SENSOR_UID,TIMESTAMP,VALUE\n", nil},
		{"header, in any case, after a byte order mark", "\ufeffsensor_uid, Timestamp ,\"VALUE\"\r\na,1,2\r\n", []line{{2, "a,1,2", false}}},
		{"no header", "a,1,2\nb,1,2\n", []line{{1, "a,1,2", false}, {2, "b,1,2", false}}},
		{"a header in the middle is a row", "a,1,2\nSENSOR_UID,TIMESTAMP,VALUE\n", []line{{1, "a,1,2", false}, {2, "SENSOR_UID,TIMESTAMP,VALUE", false}}},
		{"no newline at the end", "a,1,2\nb,1,2", []line{{1, "a,1,2", false}, {2, "b,1,2", false}}},
		{"blank lines count as lines", "\n \n\r\na,1,2\n\n", []line{{4, "a,1,2", false}}},
		{"a row of the most bytes", long + "\r\na,1,2", []line{{1, long, false}, {2, "a,1,2", false}}},
		{"a row of one byte more", long + "x\na,1,2", []line{{1, long, true}, {2, "a,1,2", false}}},
		{"a row longer than the buffer", strings.Repeat("x", 1<<20) + "\na,1,2", []line{{1, long, true}, {2, "a,1,2", false}}},
		{"a long row at the end", "a,1,2\n" + strings.Repeat("x", 1<<17), []line{{1, "a,1,2", false}, {2, long, true}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []line
			in := newRows(iotest.HalfReader(strings.NewReader(test.file)))
			for {
				r, err := in.next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, line{r.line, string(r.text), r.cut})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowsDoesNotTakeABrokenReadForTheEnd(t *testing.T) {
	broken := errors.New("broken")
	for _, text := range []string{"", "a,1,2\nb,1", strings.Repeat("x", 1<<20)} {
		in := newRows(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		var err error
		for err == nil {
			_, err = in.next()
		}
		if err != broken {
			t.Errorf("after %.20q: got %v", text, err)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add([]byte("SENSOR_UID,TIMESTAMP,VALUE\n0000-0001,1483906366,10.10\n"))
	f.Add([]byte("\ufeffa,1,-.5\r\n\r\n\"b\",2,+00.35"))
	f.Add(bytes.Repeat([]byte("x,"), maxRow))
	f.Fuzz(func(t *testing.T, file []byte) {
		want := 0
		for i, line := range bytes.Split(bytes.TrimPrefix(file, []byte("\ufeff")), []byte{'\n'}) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !(i == 0 && isHeader(line)) {
				want++
			}
		}
		got, last := 0, int64(0)
		in := newRows(bytes.NewReader(file))
		for {
			r, err := in.next()
			if err == io.EOF {
				break
			}
			if err != nil || r.line <= last || len(r.text) > maxRow {
				t.Fatalf("row %d of %d bytes after line %d, error %v", r.line, len(r.text), last, err)
			}
			got, last = got+1, r.line
			reading, wrong := parse(r)
			if wrong != "" {
				continue
			}
			again := reading.Sensor + "," + reading.SortKey()[:10] + "," + reading.Value
			if back, wrong := parse(row{text: []byte(again)}); wrong != "" || back != reading {
				t.Fatalf("%q became %q and that %v, %q", r.text, again, back, wrong)
			}
		}
		if got != want {
			t.Fatalf("%d rows, want %d", got, want)
		}
	})
}

func BenchmarkRows(b *testing.B) {
	file := []byte(strings.Repeat("0000-0107,1483906520,115.45\n", 1000))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		in := newRows(bytes.NewReader(file))
		for {
			r, err := in.next()
			if err != nil {
				break
			}
			if _, wrong := parse(r); wrong != "" {
				b.Fatal(wrong)
			}
		}
	}
}
