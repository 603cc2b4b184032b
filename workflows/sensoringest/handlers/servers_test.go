package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

const tableName = "readings"

// The part of DynamoDB's protocol that the tests look into.
type (
	attribute    map[string]string // a value by its type, such as {"S": "text"}
	item         map[string]attribute
	writeRequest struct{ PutRequest struct{ Item item } }
	batchWrite   struct{ RequestItems map[string][]writeRequest }
	batchAnswer  struct {
		UnprocessedItems map[string][]writeRequest
	}
	scanAnswer struct {
		Items []item
		Count int
	}
)

// memoryTable is a DynamoDB with one table, as strict about batches as the real
// one.
type memoryTable struct {
	mu    sync.Mutex
	items map[string]item
	puts  int
}

func newMemoryTable() *memoryTable { return &memoryTable{items: map[string]item{}} }

func (m *memoryTable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch r.Header.Get("X-Amz-Target") {
	case "DynamoDB_20120810.BatchWriteItem":
		var in batchWrite
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			refuse(w, "SerializationException", err.Error())
			return
		}
		m.batchWrite(w, in.RequestItems[tableName])
	case "DynamoDB_20120810.Scan":
		answer := scanAnswer{Count: len(m.items)}
		for _, i := range m.items {
			answer.Items = append(answer.Items, i)
		}
		json.NewEncoder(w).Encode(answer)
	default:
		refuse(w, "UnknownOperationException", "")
	}
}

func (m *memoryTable) batchWrite(w http.ResponseWriter, requests []writeRequest) {
	keys := map[string]bool{}
	for _, request := range requests {
		keys[key(request.PutRequest.Item)] = true
	}
	switch {
	case len(requests) == 0 || len(requests) > 25:
		refuse(w, "ValidationException", "1 to 25 requests")
		return
	case len(keys) < len(requests):
		refuse(w, "ValidationException", "Provided list of item keys contains duplicates")
		return
	}
	for _, request := range requests {
		m.items[key(request.PutRequest.Item)] = request.PutRequest.Item
		m.puts++
	}
	fmt.Fprint(w, `{"UnprocessedItems":{}}`)
}

func key(i item) string {
	return i[sensoringest.SensorAttribute]["S"] + "\x00" + i[sensoringest.ReadingAttribute]["S"]
}

func refuse(w http.ResponseWriter, code, message string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":%q}`, code, message)
}

// A fault is what befalls one call before it reaches the server behind.
type fault int

const (
	none      fault = iota
	throttled       // the call is refused for its throughput
	half            // every second item of the batch is left unprocessed
	lost            // the call is made and its answer lost
	dead            // the connection breaks before the call is made
	broken          // the server answers 500
)

// faulty passes BatchWriteItem calls on to a server unless the plan, asked with the
// number of the call counted from 0, has a fault for it.
type faulty struct {
	table http.Handler
	plan  func(call int) fault
	calls atomic.Int64
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.BatchWriteItem" {
		f.table.ServeHTTP(w, r)
		return
	}
	switch f.plan(int(f.calls.Add(1) - 1)) {
	case none:
		f.table.ServeHTTP(w, r)
	case throttled:
		refuse(w, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded")
	case half:
		f.halve(w, r)
	case lost:
		f.table.ServeHTTP(httptest.NewRecorder(), r)
		hangUp(w)
	case dead:
		hangUp(w)
	case broken:
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"internal"}`)
	}
}

func (f *faulty) halve(w http.ResponseWriter, r *http.Request) {
	var in batchWrite
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, "SerializationException", err.Error())
		return
	}
	var take, leave []writeRequest
	for i, request := range in.RequestItems[tableName] {
		if i%2 == 0 {
			take = append(take, request)
		} else {
			leave = append(leave, request)
		}
	}
	text, _ := json.Marshal(batchWrite{map[string][]writeRequest{tableName: take}})
	part := r.Clone(r.Context())
	part.Body, part.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	answer := httptest.NewRecorder()
	if f.table.ServeHTTP(answer, part); answer.Code != http.StatusOK {
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
		return
	}
	json.NewEncoder(w).Encode(batchAnswer{map[string][]writeRequest{tableName: leave}})
}

// hangUp resets the connection.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// eachTable runs a test with a table in memory and with one in dynalite. The test
// gets a function that returns the table, empty again at each call.
func eachTable(t *testing.T, test func(t *testing.T, empty func() http.Handler)) {
	t.Run("memory", func(t *testing.T) {
		test(t, func() http.Handler { return newMemoryTable() })
	})
	t.Run("dynalite", func(t *testing.T) {
		address, err := url.Parse(localaws.DynamoDB(t))
		if err != nil {
			t.Fatal(err)
		}
		client := localaws.DynamoDBClient(address.String())
		proxy := httputil.NewSingleHostReverseProxy(address)
		proxy.ErrorLog = log.New(io.Discard, "", 0) // calls that a test gives up
		exists := false
		test(t, func() http.Handler {
			if exists {
				deleteTable(t, client)
			}
			createTable(t, client)
			exists = true
			return proxy
		})
	})
}

func createTable(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   aws.String(tableName),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String(sensoringest.SensorAttribute), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(sensoringest.ReadingAttribute), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(sensoringest.SensorAttribute), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(sensoringest.ReadingAttribute), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	exists := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 50*time.Millisecond
	})
	if err := exists.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}

func deleteTable(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	if _, err := client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String(tableName)}); err != nil {
		t.Fatal(err)
	}
	gone := dynamodb.NewTableNotExistsWaiter(client, func(o *dynamodb.TableNotExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 50*time.Millisecond
	})
	if err := gone.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}

// serve serves a handler until the test ends.
func serve(t testing.TB, h http.Handler) (url string) {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// stored returns the items of the table as "sensor reading time value".
func stored(t *testing.T, client *dynamodb.Client) map[string]bool {
	t.Helper()
	rows := map[string]bool{}
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: aws.String(tableName)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			rows[strings.Join([]string{
				item[sensoringest.SensorAttribute].(*types.AttributeValueMemberS).Value,
				item[sensoringest.ReadingAttribute].(*types.AttributeValueMemberS).Value,
				item[sensoringest.TimeAttribute].(*types.AttributeValueMemberN).Value,
				shortest(t, item[sensoringest.ValueAttribute].(*types.AttributeValueMemberN).Value),
			}, " ")] = true
		}
	}
	return rows
}

// shortest returns a number as the real DynamoDB does: without zeros at the end.
func shortest(t *testing.T, number string) string {
	t.Helper()
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// bucket makes the bucket of uploads.
func bucket(t *testing.T, client *s3.Client) {
	t.Helper()
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("uploads")}); err != nil {
		t.Fatal(err)
	}
}
