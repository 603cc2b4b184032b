// Package s3store lets the distributed Maps of package interp read and write real
// buckets of Amazon S3, through the AWS SDK for Go. It stands apart so that programs
// without it do not link the SDK.
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	...
//	machine, err := interp.New(def, interp.WithObjects(s3store.New(s3.NewFromConfig(cfg))))
package s3store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/stepwise-go/stepwise/interp"
)

// Store is an [interp.ObjectStore] of the buckets that a client reaches. It may be used
// by any number of goroutines at once.
type Store struct{ client *s3.Client }

// New returns the store of a client.
func New(client *s3.Client) *Store { return &Store{client} }

// Open implements [interp.ObjectStore].
func (s *Store) Open(ctx context.Context, bucket, key string) (io.ReadCloser, error) {
	got, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	var failure smithy.APIError
	switch {
	case errors.As(err, &failure) && (failure.ErrorCode() == "NoSuchKey" || failure.ErrorCode() == "NoSuchBucket"):
		return nil, fmt.Errorf("%s/%s: %w: %w", bucket, key, fs.ErrNotExist, err)
	case err != nil:
		return nil, err
	}
	return got.Body, nil
}

// List implements [interp.ObjectStore]. It asks for one page of the listing at a time.
func (s *Store) List(ctx context.Context, bucket, prefix string) iter.Seq2[interp.Object, error] {
	return func(yield func(interp.Object, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(interp.Object{}, err)
				return
			}
			for _, o := range page.Contents {
				found := interp.Object{Key: aws.ToString(o.Key), Size: aws.ToInt64(o.Size),
					ETag: strings.Trim(aws.ToString(o.ETag), `"`), LastModified: aws.ToTime(o.LastModified)}
				if !yield(found, nil) {
					return
				}
			}
		}
	}
}

// Create implements [interp.ObjectStore]. What is written is kept in a temporary file
// until it is closed, and then sent: 5 GB at most.
func (s *Store) Create(ctx context.Context, bucket, key string) (io.WriteCloser, error) {
	file, err := os.CreateTemp("", "stepwise-*.object")
	if err != nil {
		return nil, err
	}
	return &upload{file, func() error {
		_, err := s.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: file})
		return err
	}}, nil
}

// upload is an object that is being written.
type upload struct {
	*os.File
	send func() error
}

func (u *upload) Close() error {
	defer os.Remove(u.Name())
	defer u.File.Close()
	if _, err := u.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return u.send()
}
