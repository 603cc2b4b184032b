package interp

import (
	"context"
	"io"
	"iter"
	"time"
)

// ObjectStore is where distributed Maps find their data sets and leave their
// results, in place of Amazon S3. Its methods may block. Package interp/objects has
// one in memory and one in a folder, package interp/objects/s3 the real thing.
type ObjectStore interface {
	// Open returns the content of an object; the error is fs.ErrNotExist, wrapped
	// or not, if there is none.
	Open(ctx context.Context, bucket, key string) (io.ReadCloser, error)
	// List yields the objects whose keys begin with a prefix, sorted by key.
	List(ctx context.Context, bucket, prefix string) iter.Seq2[Object, error]
	// Create returns a writer for a new object, which is there once it is closed.
	Create(ctx context.Context, bucket, key string) (io.WriteCloser, error)
}

// Object tells of an object in an [ObjectStore].
type Object struct {
	Key          string
	Size         int64 // bytes
	ETag         string
	LastModified time.Time
}
