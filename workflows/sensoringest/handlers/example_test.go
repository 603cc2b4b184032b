package handlers_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

// A file is stored, and moved out of the way.
func Example() {
	storage := httptest.NewServer(localaws.S3Handler())
	defer storage.Close()
	table := httptest.NewServer(newMemoryTable())
	defer table.Close()

	ctx := context.Background()
	client := localaws.S3Client(storage.URL)
	client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("uploads")})
	client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String("uploads"),
		Key:    aws.String("day.csv"),
		Body:   strings.NewReader("0000-0001,1483906366,10.10\n0000-0001,1483906366,00.35\noops\n"),
	})

	file := sensoringest.Object{Bucket: "uploads", Key: "day.csv"}
	processor := handlers.Processor{S3: client, DynamoDB: localaws.DynamoDBClient(table.URL), Table: "readings"}
	summary, err := processor.ProcessFile(ctx, file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Rows, "rows,", summary.Stored, "stored,", summary.Conflicts, "conflict,", summary.Rejected, "rejected")
	fmt.Println(summary.ConflictsKey, summary.RejectedKey)

	mover := handlers.Mover{S3: client}
	moved, err := mover.MoveFile(ctx, file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(moved.Key)
	// Output:
	// 3 rows, 2 stored, 1 conflict, 1 rejected
	// conflicts/day.csv rejected/day.csv
	// processed/day.csv
}
