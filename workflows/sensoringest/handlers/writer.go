package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

const (
	batchSize    = 25 // the most that BatchWriteItem takes
	writeTimeout = 20 * time.Second
)

// writer puts readings into a table, in batches, several at a time. The order of
// the writes does not matter, as no two different readings have one key.
type writer struct {
	ctx     context.Context // ends when a write fails for good
	group   *errgroup.Group
	client  DynamoDB
	table   string
	backoff func(attempt int) time.Duration

	batch []types.WriteRequest
	keys  map[itemKey]struct{} // of batch: BatchWriteItem refuses a key that comes twice
}

type itemKey struct{ sensor, reading string }

func newWriter(ctx context.Context, p *Processor) *writer {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.workers())
	return &writer{
		ctx: ctx, group: group, client: p.DynamoDB, table: p.Table, backoff: p.backoff(),
		keys: make(map[itemKey]struct{}, batchSize),
	}
}

// put writes the reading, with others, in the background. It reports whether that
// still has a point: if not, close says why.
func (w *writer) put(r sensoringest.Reading) bool {
	key := itemKey{r.Sensor, r.SortKey()}
	if _, ok := w.keys[key]; ok {
		return true
	}
	w.keys[key] = struct{}{}
	w.batch = append(w.batch, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
		sensoringest.SensorAttribute:  &types.AttributeValueMemberS{Value: r.Sensor},
		sensoringest.ReadingAttribute: &types.AttributeValueMemberS{Value: key.reading},
		sensoringest.TimeAttribute:    &types.AttributeValueMemberN{Value: strconv.FormatInt(r.Time, 10)},
		sensoringest.ValueAttribute:   &types.AttributeValueMemberN{Value: number(r.Value)},
	}}})
	if len(w.batch) == batchSize {
		w.flush()
	}
	return w.ctx.Err() == nil
}

func (w *writer) flush() {
	if len(w.batch) == 0 {
		return
	}
	batch := w.batch
	w.batch = make([]types.WriteRequest, 0, batchSize)
	clear(w.keys)
	w.group.Go(func() error { return w.write(batch) })
}

// close waits until everything is written. Its error is one of package
// sensoringest's.
func (w *writer) close() error {
	w.flush()
	return w.group.Wait()
}

// write puts the batch, as often as it takes.
func (w *writer) write(batch []types.WriteRequest) error {
	again := retries{backoff: w.backoff}
	for {
		left, err := w.send(batch)
		switch {
		case err == nil && len(left) == 0:
			return nil
		case err == nil:
			if len(left) < len(batch) {
				again.reset()
			}
			batch = left
			err = unprocessed(len(left))
		case !retryable(err) && !w.timedOut(err):
			return fault(err)
		}
		if err := again.wait(w.ctx, err); err != nil {
			return err
		}
	}
}

// send makes one call and returns what DynamoDB left undone.
func (w *writer) send(batch []types.WriteRequest) (left []types.WriteRequest, err error) {
	ctx, cancel := context.WithTimeout(w.ctx, writeTimeout)
	defer cancel()
	out, err := w.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{w.table: batch},
	}, once)
	if err != nil {
		return nil, err
	}
	return out.UnprocessedItems[w.table], nil
}

// timedOut reports whether err is the timeout of one call, not that of the writer.
func (w *writer) timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) && w.ctx.Err() == nil
}

// once leaves retrying to the writer, which knows what is left to do.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// unprocessed is how DynamoDB throttles a part of a batch.
type unprocessed int

func (n unprocessed) Error() string {
	return fmt.Sprintf("BatchWriteItem left %d items unprocessed", int(n))
}

// ErrorCode makes it one of the throttling errors that the SDK knows.
func (unprocessed) ErrorCode() string { return "ProvisionedThroughputExceededException" }
