package handlers

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// source reads an object from beginning to end. When the connection breaks, as
// one does that waits while DynamoDB throttles, it goes on in a new one where the
// old one ended, in the same version of the object.
type source struct {
	ctx   context.Context
	s3    S3
	from  s3.GetObjectInput
	body  io.ReadCloser
	at    int64 // bytes read
	size  int64
	retry retries
}

// open opens the object. Its errors are those of package sensoringest.
func open(ctx context.Context, client S3, o sensoringest.Object, retry retries) (*source, error) {
	s := &source{ctx: ctx, s3: client, retry: retry, from: s3.GetObjectInput{
		Bucket:    &o.Bucket,
		Key:       &o.Key,
		VersionId: optional(o.VersionID),
		IfMatch:   etag(o),
	}}
	out, err := client.GetObject(ctx, &s.from)
	if err != nil {
		return nil, fault(err)
	}
	s.body, s.size = out.Body, aws.ToInt64(out.ContentLength)
	if s.from.IfMatch == nil {
		s.from.IfMatch = out.ETag
	}
	return s, nil
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	for {
		n, err := s.body.Read(p)
		s.at += int64(n)
		if n > 0 {
			s.retry.reset()
			return n, nil // an error comes again with the next call
		}
		if err == io.EOF && s.at == s.size {
			return 0, io.EOF
		}
		if err == nil {
			continue
		}
		if err := s.reopen(err); err != nil {
			return 0, err
		}
	}
}

// reopen goes on after the connection ended in cause.
func (s *source) reopen(cause error) error {
	s.body.Close()
	if s.at >= s.size {
		return sensoringest.Unavailable(fmt.Sprintf("the object's content arrived damaged: %v", cause))
	}
	for {
		if err := s.retry.wait(s.ctx, cause); err != nil {
			return err
		}
		from := s.from
		from.Range = aws.String(fmt.Sprintf("bytes=%d-", s.at))
		out, err := s.s3.GetObject(s.ctx, &from)
		if err == nil {
			s.body = out.Body
			return nil
		}
		if !retryable(err) {
			return fault(err)
		}
		cause = err
	}
}

// Close ends the connection.
func (s *source) Close() error { return s.body.Close() }
