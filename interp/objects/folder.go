package objects

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/interp"
)

// Folder is an [interp.ObjectStore] in a folder: each folder in it is a bucket, each
// file below that an object, whose key is its path there with slashes. Keys that no
// path can be, such as those with "..", do not exist and cannot be made.
type Folder string

// Open implements [interp.ObjectStore].
func (f Folder) Open(_ context.Context, bucket, key string) (io.ReadCloser, error) {
	path, err := f.path(bucket, key)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// path returns the file of an object.
func (f Folder) path(bucket, key string) (string, error) {
	name := bucket + "/" + key
	if strings.Contains(bucket, "/") || !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return filepath.Join(string(f), filepath.FromSlash(name)), nil
}

// List implements [interp.ObjectStore]. It reads the files for their ETag, which is the
// MD5 sum of their content.
func (f Folder) List(_ context.Context, bucket, prefix string) iter.Seq2[interp.Object, error] {
	return func(yield func(interp.Object, error) bool) {
		found, err := f.files(bucket, prefix)
		if err != nil {
			yield(interp.Object{}, err)
			return
		}
		for _, o := range found {
			path, err := f.path(bucket, o.Key)
			if err == nil {
				o.ETag, err = sum(path)
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

// files returns the objects of a bucket whose keys begin with a prefix, in their order.
func (f Folder) files(bucket, prefix string) ([]interp.Object, error) {
	if strings.Contains(bucket, "/") || !filepath.IsLocal(bucket) {
		return nil, fmt.Errorf("%s: %w", bucket, fs.ErrNotExist)
	}
	root := filepath.Join(string(f), bucket)
	var found []interp.Object
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(name)
		if !strings.HasPrefix(key, prefix) {
			return nil
		}
		info, err := d.Info()
		if err == nil {
			found = append(found, interp.Object{Key: key, Size: info.Size(), LastModified: info.ModTime()})
		}
		return err
	})
	slices.SortFunc(found, func(a, b interp.Object) int { return cmp.Compare(a.Key, b.Key) })
	return found, err
}

func sum(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := md5.New()
	_, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), err
}

// Create implements [interp.ObjectStore]. The object takes the place of an earlier one
// when it is closed, and is not there before.
func (f Folder) Create(_ context.Context, bucket, key string) (io.WriteCloser, error) {
	path, err := f.path(bucket, key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	// Beside the bucket's folder, so that nothing lists it.
	file, err := os.CreateTemp(string(f), ".new-*")
	if err != nil {
		return nil, err
	}
	return &newFile{file, path}, nil
}

// newFile is a file that takes its place when it is closed.
type newFile struct {
	*os.File
	path string
}

func (f *newFile) Close() error {
	if err := f.File.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}
