package interp

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// ObjectStore is where distributed Maps find their data sets and leave their
// results, in place of Amazon S3. Its methods may block.
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

// MemoryStore is an [ObjectStore] in memory. The zero value is empty and ready to
// use, by any number of goroutines at once.
type MemoryStore struct {
	mu      sync.Mutex
	objects map[string]map[string]memoryObject // by bucket and key
}

type memoryObject struct {
	body []byte
	Object
}

// Put stores an object.
func (s *MemoryStore) Put(bucket, key string, body []byte) {
	sum := md5.Sum(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects == nil {
		s.objects = map[string]map[string]memoryObject{}
	}
	if s.objects[bucket] == nil {
		s.objects[bucket] = map[string]memoryObject{}
	}
	s.objects[bucket][key] = memoryObject{slices.Clone(body), Object{Key: key, Size: int64(len(body)), ETag: hex.EncodeToString(sum[:])}}
}

// Get returns the content of an object, and whether there is one.
func (s *MemoryStore) Get(bucket, key string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[bucket][key]
	return slices.Clone(o.body), ok
}

// Open implements [ObjectStore].
func (s *MemoryStore) Open(_ context.Context, bucket, key string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[bucket][key]
	if !ok {
		return nil, fmt.Errorf("%s/%s: %w", bucket, key, fs.ErrNotExist)
	}
	return memoryReader{bytes.NewReader(o.body)}, nil
}

// List implements [ObjectStore].
func (s *MemoryStore) List(_ context.Context, bucket, prefix string) iter.Seq2[Object, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Object
	for _, key := range slices.Sorted(maps.Keys(s.objects[bucket])) {
		if strings.HasPrefix(key, prefix) {
			found = append(found, s.objects[bucket][key].Object)
		}
	}
	return func(yield func(Object, error) bool) {
		for _, o := range found {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// Create implements [ObjectStore].
func (s *MemoryStore) Create(_ context.Context, bucket, key string) (io.WriteCloser, error) {
	return &memoryWriter{store: s, bucket: bucket, key: key}, nil
}

// memoryReader reads an object, whose bytes nobody changes.
type memoryReader struct{ *bytes.Reader }

func (memoryReader) Close() error { return nil }

type memoryWriter struct {
	store       *MemoryStore
	bucket, key string
	body        []byte
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	w.body = append(w.body, p...)
	return len(p), nil
}

func (w *memoryWriter) Close() error {
	w.store.Put(w.bucket, w.key, w.body)
	return nil
}
