package handlers_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/bits"
	"net/http"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

var (
	rowsFlag = flag.Int("rows", 1_000_000, "rows of the file that must be processed in constant memory")
	httpFlag = flag.Bool("http", false, "write these rows over HTTP, which takes several times as long")
)

// generatedRow is the row that generatedFile has for i: all of one size.
func generatedRow(b []byte, i int) []byte {
	const zeros = "0000"
	sensor := strconv.Itoa(i % 1000)
	b = append(b, "0000-"...)
	b = append(b, zeros[len(sensor):]...)
	b = append(b, sensor...)
	b = append(b, ',')
	b = strconv.AppendInt(b, firstSecond+int64(i), 10)
	return append(b, ",115.45\n"...)
}

const firstSecond = 1483906366

// generatedFile is an S3 that makes up one object of n rows as it sends it.
func generatedFile(n int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size := len(generatedRow(nil, 0))
		w.Header().Set("ETag", `"generated"`)
		w.Header().Set("Content-Length", strconv.Itoa(n*size))
		var b []byte
		for i := range n {
			if b = generatedRow(b, i); len(b) > 32<<10 || i == n-1 {
				w.Write(b)
				b = b[:0]
			}
		}
	})
}

// countingTable is a DynamoDB that only remembers which rows it was given, and how
// much memory was in use meanwhile. It is a client and a server.
type countingTable struct {
	mu    sync.Mutex
	seen  []uint64
	twice int
	calls int
	peak  uint64
}

func (c *countingTable) BatchWriteItem(_ context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, request := range in.RequestItems[tableName] {
		c.note(request.PutRequest.Item[sensoringest.TimeAttribute].(*types.AttributeValueMemberN).Value)
	}
	c.measure()
	return &dynamodb.BatchWriteItemOutput{}, nil
}

func (c *countingTable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, second := range secondMember.FindAllSubmatch(body, -1) {
		c.note(string(second[1]))
	}
	c.measure()
	fmt.Fprint(w, `{"UnprocessedItems":{}}`)
}

var secondMember = regexp.MustCompile(`"` + sensoringest.TimeAttribute + `":{"N":"(\d+)"}`)

func (c *countingTable) note(second string) {
	n, _ := strconv.Atoi(second)
	i := n - firstSecond
	if c.seen[i/64]>>(i%64)&1 == 1 {
		c.twice++
	}
	c.seen[i/64] |= 1 << (i % 64)
}

func (c *countingTable) measure() {
	if c.calls%20 == 0 {
		c.peak = max(c.peak, heap())
	}
	c.calls++
}

func (c *countingTable) rows() (n int) {
	for _, word := range c.seen {
		n += bits.OnesCount64(word)
	}
	return n
}

// heap returns the bytes of the objects on the heap, including those that the
// garbage collector has not freed yet.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// The heap is that of the function and of the test's servers.
func TestProcessFileNeedsNoMoreMemoryForALargeFile(t *testing.T) {
	const most = 48 << 20
	table := &countingTable{seen: make([]uint64, *rowsFlag/64+1)}
	p := handlers.Processor{S3: localaws.S3Client(serve(t, generatedFile(*rowsFlag))), DynamoDB: table, Table: tableName}
	if *httpFlag {
		p.DynamoDB = localaws.DynamoDBClient(serve(t, table))
	}
	runtime.GC()
	before, began := heap(), time.Now()
	got, err := p.ProcessFile(t.Context(), sensoringest.Object{Bucket: "uploads", Key: "day.csv"})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %v: %.1f MiB of heap at most, %.1f MiB before",
		got.Rows, time.Since(began).Round(time.Millisecond), float64(table.peak)/(1<<20), float64(before)/(1<<20))
	if n := int64(*rowsFlag); got.Rows != n || got.Stored != n || got.Conflicts != 0 {
		t.Errorf("got %+v", got)
	}
	if table.rows() != *rowsFlag || table.twice > 0 {
		t.Errorf("%d rows arrived, %d twice", table.rows(), table.twice)
	}
	if table.peak > most {
		t.Errorf("%d bytes of heap, more than %d", table.peak, most)
	}
}
