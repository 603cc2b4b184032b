package parquet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
	"github.com/stepwise-go/stepwise/interp/parquet"
)

// file returns a Parquet file of rows.
func file[T any](t testing.TB, rows []T, opts ...pq.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pq.NewGenericWriter[T](&b, opts...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rows returns the rows of a file, a line of JSON each.
func rows(t testing.TB, content io.Reader) string {
	t.Helper()
	var lines []string
	for row, err := range parquet.Rows(content) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, value.String(row))
	}
	return strings.Join(lines, "\n")
}

func wantRows[T any](t *testing.T, want string, records []T) {
	t.Helper()
	if got := rows(t, bytes.NewReader(file(t, records))); got != want {
		t.Errorf("rows are\n%s\nwant\n%s", got, want)
	}
}

func TestNumbersAndTexts(t *testing.T) {
	wantRows(t, `{"z":"text","a":true,"i8":-3,"i":-9007199254740993,"u32":4294967295,"u64":18446744073709551615,"f":0.1,"d":1e+300,"bytes":"AAH/","enum":"RED","json":"{\"a\":1}"}`,
		[]struct {
			Z     string  `parquet:"z"`
			A     bool    `parquet:"a"`
			I8    int8    `parquet:"i8"`
			I     int64   `parquet:"i"`
			U32   uint32  `parquet:"u32"`
			U64   uint64  `parquet:"u64"`
			F     float32 `parquet:"f"`
			D     float64 `parquet:"d"`
			Bytes []byte  `parquet:"bytes"`
			Enum  string  `parquet:"enum,enum"`
			JSON  string  `parquet:"json,json"`
		}{{"text", true, -3, -9007199254740993, math.MaxUint32, math.MaxUint64, 0.1, 1e300, []byte{0, 1, 255}, "RED", `{"a":1}`}})
}

func TestNumbersThatJSONLacks(t *testing.T) {
	type row struct {
		F float32 `parquet:"f"`
		D float64 `parquet:"d"`
	}
	wantRows(t, `{"f":null,"d":null}`, []row{{float32(math.NaN()), math.Inf(-1)}})
}

func TestTimes(t *testing.T) {
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_600_000, time.UTC)
	wantRows(t, `{"milli":-1,"micro":-1,"nano":-1,"date":"1969-12-31","clock":"23:59:59.9996"}`,
		[]struct {
			Milli time.Time `parquet:"milli,timestamp(millisecond)"`
			Micro time.Time `parquet:"micro,timestamp(microsecond)"`
			Nano  time.Time `parquet:"nano,timestamp(nanosecond)"`
			Date  int32     `parquet:"date,date"`
			Clock int64     `parquet:"clock,time(microsecond)"`
		}{{at, at, at, -1, 86_399_999_600}})
}

func TestTimestampsOfOldWriters(t *testing.T) {
	const julian = 2440588 // 1970-01-01
	nanos := uint64(1_500_000_000)
	wantRows(t, `{"at":86401500}`, []struct {
		At deprecated.Int96 `parquet:"at"`
	}{{deprecated.Int96{uint32(nanos), uint32(nanos >> 32), julian + 1}}})
}

func TestDecimalsAndUUIDs(t *testing.T) {
	wantRows(t, `{"price":-0.05,"large":12345678901234.567,"id":"0189d2b4-0000-7000-8000-000000000001"}`,
		[]struct {
			Price int32    `parquet:"price,decimal(2:9)"`
			Large int64    `parquet:"large,decimal(3:18)"`
			ID    [16]byte `parquet:"id,uuid"`
		}{{-5, 12345678901234567, [16]byte{1, 0x89, 0xd2, 0xb4, 4: 0, 6: 0x70, 8: 0x80, 15: 1}}})
}

func TestDecimalsInBytes(t *testing.T) {
	schema := pq.NewSchema("row", pq.Group{"n": pq.Decimal(4, 30, pq.FixedLenByteArrayType(16))})
	for unscaled, want := range map[string]string{
		"12345678901234567890123456789":  `{"n":1234567890123456789012345.6789}`,
		"-12345678901234567890123456789": `{"n":-1234567890123456789012345.6789}`,
		"0":                              `{"n":0.0000}`,
		"-1":                             `{"n":-0.0001}`,
	} {
		n, _ := new(big.Int).SetString(unscaled, 10)
		if n.Sign() < 0 {
			n.Add(n, new(big.Int).Lsh(big.NewInt(1), 128))
		}
		var b bytes.Buffer
		w := pq.NewWriter(&b, schema)
		if _, err := w.WriteRows([]pq.Row{{pq.FixedLenByteArrayValue(n.FillBytes(make([]byte, 16))).Level(0, 0, 0)}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, &b); got != want {
			t.Errorf("%s: row is %s, want %s", unscaled, got, want)
		}
	}
}

func TestNesting(t *testing.T) {
	type part struct {
		SKU  *string  `parquet:"sku,optional"`
		Tags []string `parquet:"tags,list"`
	}
	type line struct {
		Cells []int32 `parquet:"cells,list"`
	}
	type order struct {
		Plain []int32           `parquet:"plain"`
		List  []int32           `parquet:"list,list"`
		Maybe []int32           `parquet:"maybe,list,optional"`
		Grid  []line            `parquet:"grid"`
		Parts []part            `parquet:"parts,list"`
		Group part              `parquet:"group"`
		Named map[string]int64  `parquet:"named"`
		Coded map[int32]*string `parquet:"coded"`
		Last  *int64            `parquet:"last,optional"`
	}
	sku, last := "a-1", int64(7)
	wantRows(t, `{"plain":[],"list":[],"maybe":null,"grid":[],"parts":[],"group":{"sku":null,"tags":[]},"named":{},"coded":{},"last":null}
{"plain":[1,2],"list":[3],"maybe":[4,5],"grid":[{"cells":[1]},{"cells":[]},{"cells":[2,3]}],"parts":[{"sku":"a-1","tags":["x","y"]},{"sku":null,"tags":[]},{"sku":"a-1","tags":["z"]}],"group":{"sku":"a-1","tags":["w"]},"named":{"k":1},"coded":{"5":"a-1"},"last":7}`,
		[]order{{}, {
			Plain: []int32{1, 2}, List: []int32{3}, Maybe: []int32{4, 5}, Grid: []line{{[]int32{1}}, {nil}, {[]int32{2, 3}}},
			Parts: []part{{&sku, []string{"x", "y"}}, {nil, nil}, {&sku, []string{"z"}}},
			Group: part{&sku, []string{"w"}},
			Named: map[string]int64{"k": 1}, Coded: map[int32]*string{5: &sku}, Last: &last,
		}})
}

// Old writers put the elements of a list into the repeated group itself.
func TestListsOfOldWriters(t *testing.T) {
	two := pq.Group{"a": pq.Int(64), "b": pq.Int(64)}
	schema := pq.NewSchema("row", pq.Group{"l": listOf{pq.Group{"item": pq.Repeated(two)}}})
	value := func(n int64, repetition, column int) pq.Value {
		return pq.Int64Value(n).Level(repetition, 1, column)
	}
	var b bytes.Buffer
	w := pq.NewWriter(&b, schema)
	if _, err := w.WriteRows([]pq.Row{{value(1, 0, 0), value(3, 1, 0), value(2, 0, 1), value(4, 1, 1)}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := rows(t, &b), `{"l":[{"a":1,"b":2},{"a":3,"b":4}]}`; got != want {
		t.Errorf("row is %s, want %s", got, want)
	}
}

// listOf is a group that says it is a list.
type listOf struct{ pq.Group }

func (listOf) Type() pq.Type { return pq.List(pq.String()).Type() }

func TestRowGroupsAndCompression(t *testing.T) {
	type row struct {
		N int64 `parquet:"n"`
	}
	var records []row
	var want strings.Builder
	for n := range int64(1000) {
		records = append(records, row{n})
		fmt.Fprintf(&want, "{\"n\":%d}\n", n)
	}
	for _, compression := range []pq.WriterOption{pq.Compression(&pq.Snappy), pq.Compression(&pq.Gzip), pq.Compression(&pq.Zstd)} {
		content := file(t, records, compression, pq.MaxRowsPerRowGroup(300))
		// A reader that cannot seek is copied.
		if got := rows(t, io.MultiReader(bytes.NewReader(content))); got != strings.TrimSpace(want.String()) {
			t.Errorf("rows differ: %.100s…", got)
		}
	}
}

func TestNoFile(t *testing.T) {
	content := file(t, []struct{ N int64 }{{1}})
	encrypted := append(bytes.Clone(content[:len(content)-4]), "PARE"...)
	large := append(append([]byte("PAR1"), make([]byte, 6<<20)...), 0, 0, 0x58, 0, 'P', 'A', 'R', '1')
	for name, tt := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":     {nil, "not a Parquet file"},
		"text":      {[]byte("a,b\n1,2\n3,4\n"), "not a Parquet file"},
		"cut":       {content[:len(content)-1], "not a Parquet file"},
		"encrypted": {encrypted, "the Parquet file is encrypted"},
		"footer":    {large, "the footer of the Parquet file has 5767168 bytes, the service reads at most 5242880"},
	} {
		n := 0
		for row, err := range parquet.Rows(bytes.NewReader(tt.content)) {
			if n++; err == nil || err.Error() != tt.want || row != nil {
				t.Errorf("%s: row is %v, error %v, want %s", name, row, err, tt.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: yields %d times, want once", name, n)
		}
	}
}

func TestStopsWhenNoMoreIsWanted(t *testing.T) {
	content := file(t, []struct{ N int64 }{{1}, {2}, {3}})
	n := 0
	for range parquet.Rows(bytes.NewReader(content)) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("gave %d rows, want 2", n)
	}
}

// A panic of whoever takes the rows is not the file's.
func TestPanicsOfTheCallerPass(t *testing.T) {
	defer func() {
		if v := recover(); v != "mine" {
			t.Errorf("recovered %v, want the caller's panic", v)
		}
	}()
	for range parquet.Rows(bytes.NewReader(file(t, []struct{ N int64 }{{1}}))) {
		panic("mine")
	}
}

func TestCopiesLeaveNothingBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	content := file(t, []struct{ N int64 }{{1}, {2}})
	for range parquet.Rows(io.MultiReader(bytes.NewReader(content))) {
		left, _ := filepath.Glob(filepath.Join(dir, "*"))
		if len(left) != 1 {
			t.Fatalf("copied to %v, want one file", left)
		}
		break
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); left != nil {
		t.Errorf("left %v behind", left)
	}
}

// Ten times the rows take no more memory.
func TestMemoryIsBounded(t *testing.T) {
	peak := func(n int) uint64 {
		path := filepath.Join(t.TempDir(), "f.parquet")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		type row struct {
			N    int64  `parquet:"n"`
			Text string `parquet:"text"`
		}
		w := pq.NewGenericWriter[row](f, pq.MaxRowsPerRowGroup(20_000))
		for i := range n {
			if _, err := w.Write([]row{{int64(i), fmt.Sprintf("row %d of the file, which is long enough to count", i)}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		most, seen := uint64(0), 0
		for _, err := range parquet.Rows(f) {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen%10_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
			}
		}
		if seen != n {
			t.Fatalf("read %d rows, want %d", seen, n)
		}
		return most
	}
	small, large := peak(20_000), peak(200_000)
	if large > 2*small+4<<20 {
		t.Errorf("200,000 rows took %d bytes, 20,000 took %d", large, small)
	}
}

// A distributed Map over a Parquet file.
func TestItemReader(t *testing.T) {
	type reading struct {
		Sensor string  `parquet:"sensor"`
		Value  float64 `parquet:"value"`
	}
	store := &objects.Memory{}
	store.Put("data", "day/1.parquet", file(t, []reading{{"a", 1.5}, {"b", 2}}))
	store.Put("data", "day/2.parquet", file(t, []reading{{"c", 3}}))
	store.Put("data", "manifest", []byte("s3://data/day/2.parquet\ns3://data/day/1.parquet\n"))
	for reader, want := range map[string]string{
		`"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "day/1.parquet"},
			"ReaderConfig": {"InputType": "PARQUET"}`: `[{"sensor":"a","value":1.5},{"sensor":"b","value":2}]`,
		`"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "day/1.parquet"},
			"ReaderConfig": {"InputType": "PARQUET", "MaxItems": 1}`: `[{"sensor":"a","value":1.5}]`,
		`"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "data", "Prefix": "day/"},
			"ReaderConfig": {"InputType": "PARQUET", "Transformation": "LOAD_AND_FLATTEN"}`: `[{"sensor":"a","value":1.5},{"sensor":"b","value":2},{"sensor":"c","value":3}]`,
		`"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "manifest"},
			"ReaderConfig": {"InputType": "PARQUET", "ManifestType": "ATHENA_DATA"}`: `[{"sensor":"c","value":3},{"sensor":"a","value":1.5},{"sensor":"b","value":2}]`,
	} {
		x := runMap(t, reader, interp.WithObjects(store), interp.WithParquet(parquet.Rows))
		if got := x.OutputText(); got != want {
			t.Errorf("%s:\noutput is %s (%v), want %s", reader, got, x.Err(), want)
		}
	}
}

func TestItemReaderOverNoParquetFile(t *testing.T) {
	store := &objects.Memory{}
	store.Put("data", "f", []byte("no rows here, only text"))
	x := runMap(t, `"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "f"}, "ReaderConfig": {"InputType": "PARQUET"}`,
		interp.WithObjects(store), interp.WithParquet(parquet.Rows))
	if got, want := fmt.Sprint(x.Err()), "execution FAILED: States.ItemReaderFailed: not a Parquet file"; got != want {
		t.Errorf("error is %s, want %s", got, want)
	}
}

// runMap runs a distributed Map over what a reader gives.
func runMap(t *testing.T, reader string, opts ...interp.Option) *interp.Execution {
	t.Helper()
	def, problems := asl.Parse("", `{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemReader": {`+reader+`},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
			"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}`)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	machine, err := interp.New(def, opts...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := machine.Run(context.Background(), json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Damaged files end in an error, whatever is damaged.
func FuzzRows(f *testing.F) {
	name := "n"
	type row struct {
		N    int64             `parquet:"n"`
		Name *string           `parquet:"name,optional"`
		Tags []string          `parquet:"tags,list"`
		Map  map[string]int32  `parquet:"map"`
		At   time.Time         `parquet:"at,timestamp(millisecond)"`
		Dec  int32             `parquet:"dec,decimal(2:9)"`
		Deep []map[string]bool `parquet:"deep"`
	}
	f.Add(file(f, []row{{N: 1, Name: &name, Tags: []string{"a", "b"}, Map: map[string]int32{"k": 1}}, {N: 2}}))
	f.Add(file(f, []row{{Deep: []map[string]bool{{"x": true}}}}, pq.Compression(&pq.Snappy)))
	f.Fuzz(func(t *testing.T, content []byte) {
		n := 0
		for row, err := range parquet.Rows(bytes.NewReader(content)) {
			if n++; n > 10_000 {
				break
			}
			if err == nil && value.Size(row) < 2 {
				t.Errorf("row %d is no object: %v", n, row)
			}
		}
	})
}
