package report_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/clientreport/report"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

// A report of two pages.
func Example() {
	bank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("cursor") == "" {
			fmt.Fprint(w, `{"items": [{"id": "t-1", "amount": 12.50, "description": "=1+1"}], "next_cursor": "2"}`)
			return
		}
		fmt.Fprint(w, `{"items": [{"id": "t-2", "amount": -3.00}]}`)
	}))
	defer bank.Close()
	storage := httptest.NewServer(localaws.S3Handler())
	defer storage.Close()

	ctx := context.Background()
	client := localaws.S3Client(storage.URL)
	client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("reports")})
	address, err := url.Parse(bank.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	job := report.Job{
		API:     &report.API{URL: address},
		S3:      report.NewUploader(client),
		Bucket:  "reports",
		Columns: []string{"id", "amount", "description"},
	}
	result, err := job.Run(ctx, clientreport.Request{Filter: clientreport.Filter{
		ClientID: "c-1042", StartDate: "2024-01-01", EndDate: "2024-03-31",
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Key, result.Rows)
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("reports"), Key: &result.Key})
	if err != nil {
		fmt.Println(err)
		return
	}
	io.Copy(os.Stdout, object.Body)
	// Output:
	// c-1042/2024-01-01_2024-03-31.csv 2
	// id,amount,description
	// t-1,12.50,'=1+1
	// t-2,-3.00,
}
