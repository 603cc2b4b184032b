package handlers

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// Mover moves files that are done with. It is safe for concurrent use if its
// client is.
type Mover struct {
	S3 S3
}

// MoveFile moves the object under processed/ and returns where it is then. For an
// object that is there already it does nothing. It moves what o names and nothing
// else: a version if o has one, else the content that o's ETag stands for; if other
// content was uploaded under the key meanwhile, that stays, for its own event to
// handle.
func (m *Mover) MoveFile(ctx context.Context, o sensoringest.Object) (sensoringest.Object, error) {
	if err := checkUpload(o); err != nil {
		return sensoringest.Object{}, err
	}
	moved := sensoringest.Object{Bucket: o.Bucket, Key: sensoringest.ProcessedPrefix + o.Key}
	err := m.copy(ctx, o, moved)
	if is[sensoringest.ObjectNotFound](err) {
		if err = absent(ctx, m.S3, o, err); is[sensoringest.AlreadyProcessed](err) {
			return moved, nil
		}
	}
	if err != nil {
		return sensoringest.Object{}, err
	}
	if err := m.remove(ctx, o); err != nil {
		return sensoringest.Object{}, err
	}
	return moved, nil
}

func (m *Mover) copy(ctx context.Context, from, to sensoringest.Object) error {
	head, err := m.S3.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &from.Bucket, Key: &from.Key, VersionId: optional(from.VersionID), IfMatch: etag(from),
	})
	if err != nil {
		return fault(err)
	}
	if err := checkSize(from, aws.ToInt64(head.ContentLength)); err != nil {
		return err
	}
	_, err = m.S3.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &to.Bucket, Key: &to.Key, CopySource: copySource(from), CopySourceIfMatch: head.ETag,
	})
	if err != nil {
		return fault(err)
	}
	return nil
}

func (m *Mover) remove(ctx context.Context, o sensoringest.Object) error {
	in := &s3.DeleteObjectInput{Bucket: &o.Bucket, Key: &o.Key, VersionId: optional(o.VersionID)}
	if in.VersionId == nil {
		in.IfMatch = etag(o)
	}
	_, err := m.S3.DeleteObject(ctx, in)
	if err == nil {
		return nil
	}
	if err = fault(err); is[sensoringest.ObjectChanged](err) || is[sensoringest.ObjectNotFound](err) {
		return nil // what was to be removed is no longer there
	}
	return err
}

// copySource names the object as the header x-amz-copy-source does: URL-encoded
// but for the slashes, and with no blank as a plus sign.
func copySource(o sensoringest.Object) *string {
	source := strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(o.Bucket + "/" + o.Key))
	if o.VersionID != "" {
		source += "?versionId=" + url.QueryEscape(o.VersionID)
	}
	return &source
}
