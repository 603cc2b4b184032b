package handlers

import (
	"context"
	"encoding/csv"
	"io"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// report collects rows in a temporary file and puts them into the bucket as one
// CSV object at the end, if there are any: so what stands there is whole.
type report struct {
	key    string
	header []string
	file   *os.File
	csv    *csv.Writer
}

func (r *report) add(row ...string) (err error) {
	if r.file == nil {
		if r.file, err = os.CreateTemp("", "report-*.csv"); err != nil {
			return err
		}
		r.csv = csv.NewWriter(r.file)
		if err := r.csv.Write(r.header); err != nil {
			return err
		}
	}
	return r.csv.Write(row)
}

// upload returns the object's key, or "" if there is nothing to report.
func (r *report) upload(ctx context.Context, client S3, bucket string) (key string, err error) {
	if r.file == nil {
		return "", nil
	}
	r.csv.Flush()
	if err := r.csv.Error(); err != nil {
		return "", sensoringest.RequestFailed(err.Error())
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return "", sensoringest.RequestFailed(err.Error())
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &r.key, Body: r.file, ContentType: aws.String("text/csv; charset=utf-8"),
	})
	if err != nil {
		return "", fault(err)
	}
	return r.key, nil
}

// close removes the temporary file.
func (r *report) close() {
	if r.file != nil {
		r.file.Close()
		os.Remove(r.file.Name())
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
