// Package objects has stores that stand for Amazon S3 where the distributed Maps of
// package interp read their data sets and write their results.
//
//	data := &objects.Memory{}
//	data.Put("orders", "today.csv", []byte("id,total\n1,20\n"))
//	machine, err := interp.New(def, interp.WithObjects(data))
//
// A [Folder] keeps objects as files, so that a test's data sets can lie beside it.
// Package interp/objects/s3store reads and writes real buckets.
package objects

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

	"github.com/stepwise-go/stepwise/interp"
)

// Memory is an [interp.ObjectStore] in memory. The zero value is empty and ready to
// use, by any number of goroutines at once.
type Memory struct {
	mu      sync.Mutex
	objects map[string]map[string]stored // by bucket and key
}

type stored struct {
	body []byte
	interp.Object
}

// Put stores an object.
func (s *Memory) Put(bucket, key string, body []byte) {
	sum := md5.Sum(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects == nil {
		s.objects = map[string]map[string]stored{}
	}
	if s.objects[bucket] == nil {
		s.objects[bucket] = map[string]stored{}
	}
	s.objects[bucket][key] = stored{slices.Clone(body), interp.Object{Key: key, Size: int64(len(body)), ETag: hex.EncodeToString(sum[:])}}
}

// Get returns the content of an object, and whether there is one.
func (s *Memory) Get(bucket, key string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[bucket][key]
	return slices.Clone(o.body), ok
}

// Open implements [interp.ObjectStore].
func (s *Memory) Open(_ context.Context, bucket, key string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[bucket][key]
	if !ok {
		return nil, fmt.Errorf("%s/%s: %w", bucket, key, fs.ErrNotExist)
	}
	return memoryReader{bytes.NewReader(o.body)}, nil
}

// List implements [interp.ObjectStore].
func (s *Memory) List(_ context.Context, bucket, prefix string) iter.Seq2[interp.Object, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []interp.Object
	for _, key := range slices.Sorted(maps.Keys(s.objects[bucket])) {
		if strings.HasPrefix(key, prefix) {
			found = append(found, s.objects[bucket][key].Object)
		}
	}
	return func(yield func(interp.Object, error) bool) {
		for _, o := range found {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// Create implements [interp.ObjectStore].
func (s *Memory) Create(_ context.Context, bucket, key string) (io.WriteCloser, error) {
	return &memoryWriter{store: s, bucket: bucket, key: key}, nil
}

// memoryReader reads an object, whose bytes nobody changes.
type memoryReader struct{ *bytes.Reader }

func (memoryReader) Close() error { return nil }

type memoryWriter struct {
	store       *Memory
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
